// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include "error.hpp"
#include "npy.hpp"
#include "tokens.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace enigma::metal_tool {
namespace {

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

// The type of the numbers that a pointer or reference leads to: f32 of `device const packed_float3*`; "" for
// what is none.
std::string number_type(std::string const& type) {
  std::string name;
  for (token const& t : tokenize(type).tokens) {
    static constexpr std::string_view skipped[] = {"device",   "constant", "threadgroup", "const",
                                                   "volatile", "coherent", "metal",       "vec",
                                                   "atomic",   "restrict", "__restrict"};
    if (t.kind != token_kind::word ||
        std::find(std::begin(skipped), std::end(skipped), t.text) != std::end(skipped))
      continue;
    if (!name.empty())
      return {}; // `unsigned int`, and what else takes several words
    name = t.text;
  }
  for (std::string_view const prefix : {"packed_", "atomic_"})
    if (name.starts_with(prefix))
      name.erase(0, prefix.size());
  if (short_type(name).empty() && !name.empty() && name.back() >= '2' && name.back() <= '4')
    name.pop_back();
  return short_type(name);
}

bool agree(std::string const& given, std::string const& asked) {
  auto const is_real = [](std::string const& t) { return t == "f32" || t == "f16" || t == "bf16"; };
  if (given == "u8")
    return true;
  if (asked == "bf16" || given == "bf16")
    return given == asked || given == "u16";
  return element_size(given) == element_size(asked) && is_real(given) == is_real(asked);
}

} // namespace

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
  std::string names;
  for (kernel_entry const& k : source.file.kernels) {
    if (k.host_name == c.kernel)
      return c.kernel;
    names += (names.empty() ? "" : ", ") + k.host_name;
  }
  if (!c.kernel.empty())
    throw tool_error(fmt::format("there is no kernel '{}' in {}: there {}", c.kernel, source.path,
                                 names.empty() ? "is none" : "are " + names));
  if (source.file.kernels.size() == 1)
    return source.file.kernels[0].host_name;
  throw tool_error(fmt::format("{} {}: say --kernel NAME", source.path,
                               names.empty() ? "has no kernel" : "has the kernels " + names));
}

void check_arguments(command_line const& c, prepared_source const& source, std::string const& kernel) {
  for (kernel_entry const& k : source.file.kernels) {
    if (k.host_name != kernel)
      continue;
    for (parameter const& p : source.file.functions[k.function].parameters) {
      std::string const asked = number_type(p.type);
      for (auto const& [name, array] : c.buffers)
        if (!asked.empty() && is_meant(p, name) && !agree(array.type, asked))
          throw tool_error(fmt::format("--buffer {}: its elements are {}, and those of '{} {}' are {}", name,
                                       array.type, p.type, p.name, asked));
    }
  }
  require_arguments(source, kernel, c.work.arguments);
}

} // namespace enigma::metal_tool
