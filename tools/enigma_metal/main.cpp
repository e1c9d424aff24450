// SPDX-License-Identifier: MIT
// enigma-metal: compiles, checks and runs Metal compute kernels without a Mac.
#include "audit.hpp"
#include "command_line.hpp"
#include "compile.hpp"
#include "error.hpp"
#include "machine.hpp"
#include "npy.hpp"
#include "sanitize.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>

using namespace enigma::metal_tool;

namespace {

bool any_error(std::vector<diagnostic> const& all) {
  return std::any_of(all.begin(), all.end(), [](diagnostic const& d) { return d.kind == severity::error; });
}

int check(command_line const& c) {
  bool good = true;
  for (std::string const& path : c.files) {
    source_handle const source = prepare_file(path, c.options);
    std::vector<diagnostic> const all = check_source(source, c.options);
    fmt::print(stderr, "{}", print(all));
    if (any_error(all))
      good = false;
    else
      fmt::print("{}: fine ({} kernel{})\n", path, source->file.kernels.size(),
                 source->file.kernels.size() == 1 ? "" : "s");
  }
  return good ? 0 : 1;
}

// Metal's name of a scalar type as this tool calls it; "" for what is none.
std::string short_type(std::string const& metal) {
  static constexpr std::pair<char const*, char const*> names[] = {
      {"float", "f32"},    {"half", "f16"},     {"bfloat", "bf16"}, {"bool", "bool"},   {"char", "i8"},
      {"int8_t", "i8"},    {"uchar", "u8"},     {"uint8_t", "u8"},  {"short", "i16"},   {"int16_t", "i16"},
      {"ushort", "u16"},   {"uint16_t", "u16"}, {"int", "i32"},     {"int32_t", "i32"}, {"uint", "u32"},
      {"uint32_t", "u32"}, {"long", "i64"},     {"int64_t", "i64"}, {"ulong", "u64"},   {"uint64_t", "u64"}};
  for (auto const& [name, type] : names)
    if (metal == name)
      return type;
  return "";
}

std::vector<constant_value> function_constants(command_line const& c, prepared_source const& source) {
  std::vector<constant_value> all;
  for (auto const& [name, value] : c.constants) {
    function_constant const* found = nullptr;
    for (function_constant const& f : source.file.constants)
      if (f.name == name || f.index == name)
        found = &f;
    if (found == nullptr) {
      std::string names;
      for (function_constant const& f : source.file.constants)
        names += (names.empty() ? "" : ", ") + f.name;
      throw tool_error(
          fmt::format("--constant {}: {} has {}", name, source.path,
                      names.empty() ? "no function constants" : "the function constants " + names));
    }
    // A vector's components are given with commas; 3 of them take the place of 4.
    std::string type = found->type;
    int count = 1;
    if (short_type(type).empty() && !type.empty() && type.back() >= '2' && type.back() <= '4') {
      count = type.back() - '0';
      type.pop_back();
    }
    if (short_type(type).empty())
      throw tool_error(
          fmt::format("--constant {}: its type '{}' is none that a host can give", name, found->type));
    host_array const values = make_array("scalar:" + short_type(type) + ":" + value);
    if (values.count() != static_cast<std::size_t>(count))
      throw tool_error(fmt::format("--constant {}: it has {} components", name, count));
    constant_value one{found->name, values.bytes};
    if (count == 3)
      one.bytes.resize(values.bytes.size() / 3 * 4);
    all.push_back(one);
  }
  for (function_constant const& f : source.file.constants) {
    bool const given =
        std::any_of(all.begin(), all.end(), [&](constant_value const& v) { return v.name == f.name; });
    bool asked = false;
    for (std::size_t i = 0; i + 2 < source.file.list.tokens.size(); ++i)
      asked =
          asked || (source.file.at(i).is("is_function_constant_defined") && source.file.at(i + 2).is(f.name));
    if (!given && !asked)
      throw tool_error(fmt::format("{}:{}: the function constant '{}' has no value: give --constant {}=VALUE",
                                   source.file.file_of(f.token), source.file.line_of(f.token), f.name,
                                   f.name));
  }
  return all;
}

std::string choose_kernel(command_line const& c, prepared_source const& source) {
  if (!c.kernel.empty())
    return c.kernel;
  if (source.file.kernels.size() == 1)
    return source.file.kernels[0].host_name;
  std::string names;
  for (kernel_entry const& k : source.file.kernels)
    names += (names.empty() ? "" : ", ") + k.host_name;
  throw tool_error(fmt::format("{} {}: say --kernel NAME", source.path,
                               names.empty() ? "has no kernel" : "has the kernels " + names));
}

void give_results(command_line const& c) {
  auto const find = [&](std::string const& name, char const* option) {
    for (std::size_t i = 0; i < c.buffers.size(); ++i)
      if (c.buffers[i].first == name)
        for (argument const& a : c.work.arguments)
          if (a.name == name) {
            host_array array = c.buffers[i].second;
            array.bytes = a.bytes;
            return array;
          }
    throw tool_error(fmt::format("{} {}: there is no --buffer of this name", option, name));
  };
  for (auto const& [name, path] : c.outs)
    write_npy(path, find(name, "--out"));
  for (std::string const& name : c.prints) {
    host_array const a = find(name, "--print");
    std::string text = name + ":";
    std::size_t const shown = std::min<std::size_t>(a.count(), 1024);
    for (std::size_t i = 0; i < shown; ++i)
      text += " " + element_text(a, i);
    fmt::print("{}{}\n", text, shown < a.count() ? fmt::format(" ... ({} in all)", a.count()) : "");
  }
}

int run_kernel(command_line& c) {
  auto const start = std::chrono::steady_clock::now();
  source_handle const source = prepare_file(c.files[0], c.options);
  if (!source->readable()) {
    fmt::print(stderr, "{}", print(source->diagnostics));
    return 1;
  }
  std::string const kernel = choose_kernel(c, *source);
  std::vector<constant_value> const constants = function_constants(c, *source);
  if (!c.sanitizer.empty()) {
    sanitized_run const r = run_sanitized(source, c.sanitizer, kernel, c.work, constants, c.options);
    fmt::print(stderr, "{}{}", print(r.diagnostics), r.words);
    if (!r.good)
      return 1;
    give_results(c);
    fmt::print("{}: clean under the {} sanitizer\n", kernel, c.sanitizer);
    return 0;
  }
  kernel_object const object(source, c.check ? object_kind::checked : object_kind::plain, constants,
                             c.options);
  if (!object.good() || any_error(object.result().diagnostics)) {
    fmt::print(stderr, "{}", print(object.result().diagnostics));
    return 1;
  }
  double const compiled = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report const r = run(object, kernel, c.work);
  fmt::print(stderr, "{}", r.print());
  if (!r.good()) {
    fmt::print(stderr, "{}: {}\n", kernel,
               r.races > r.faults.size() ? fmt::format("{} accesses are wrong", r.races) : "the run failed");
    return 1;
  }
  give_results(c);
  fmt::print("{}: {} in {:.3f} s (and {:.2f} s to compile)\n", kernel, c.check ? "clean" : "done", r.seconds,
             compiled);
  return 0;
}

int audit_kernel(command_line const& c) {
  source_handle const source = prepare_file(c.files[0], c.options);
  if (!source->readable()) {
    fmt::print(stderr, "{}", print(source->diagnostics));
    return 1;
  }
  std::string const kernel = choose_kernel(c, *source);
  audit_result const r = audit(source, kernel, c.work, function_constants(c, *source), c.options);
  fmt::print(stderr, "{}", print(r.diagnostics));
  if (any_error(r.diagnostics))
    return 1;
  if (!r.whole.good()) {
    fmt::print(stderr, "{}{}: not clean with all its barriers, so there is nothing to audit yet\n",
               r.whole.print(), kernel);
    return 1;
  }
  std::size_t idle = 0;
  for (audited_barrier const& b : r.barriers) {
    if (b.needed) {
      fmt::print("{}:{}: needed; without it: {}\n", b.where.file, b.where.line, b.because);
    } else {
      fmt::print("{}:{}: warning: nothing changes in this run without this {}\n", b.where.file, b.where.line,
                 b.what);
      ++idle;
    }
  }
  fmt::print("{}: {} of {} barriers matter\n", kernel, r.barriers.size() - idle, r.barriers.size());
  return idle == 0 ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
  try {
    command_line c = read_command_line(std::vector<std::string>(words + 1, words + count));
    if (c.command == "help") {
      fmt::print("{}", usage());
      return count > 1 ? 0 : 2;
    }
    if (c.command == "check")
      return check(c);
    return c.command == "audit" ? audit_kernel(c) : run_kernel(c);
  } catch (tool_error const& e) {
    fmt::print(stderr, "enigma-metal: {}\n", e.what());
    return 2;
  }
}
