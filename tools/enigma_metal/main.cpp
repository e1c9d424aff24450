// SPDX-License-Identifier: MIT
// enigma-metal: compiles, checks and runs Metal compute kernels without a Mac.
#include "arguments.hpp"
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
  check_arguments(c, *source, kernel);
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
  check_arguments(c, *source, kernel);
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
