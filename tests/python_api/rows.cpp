// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <algorithm>

namespace python_api {
namespace {

// One instantiation of a kernel serves all rows: what differs is a function that it calls.
std::string source_of(void (*body)(scene const&)) {
  auto const kernel = eg::kernel<"k">(
      [body](eg::gpu& g, eg::in<f32, "In_f32"> f, eg::in<f16, "In_f16"> half, eg::in<i32, "In_i32"> ints,
             eg::in<u32, "In_u32"> uints, eg::in<i8, "In_i8"> chars, eg::in<u8, "In_u8"> uchars,
             eg::in<bool, "In_bool"> bools, eg::in<f32, "A"> a, eg::inout<f32, "B"> b, eg::inout<i32, "N"> n,
             eg::atomic<u32, "count"> count, eg::scalar<u32, "n"> length, eg::inout<f32, "R_f32"> r0,
             eg::inout<f16, "R_f16"> r1, eg::inout<bf16, "R_bf16"> r2, eg::inout<i8, "R_i8"> r3,
             eg::inout<u8, "R_u8"> r4, eg::inout<i16, "R_i16"> r5, eg::inout<u16, "R_u16"> r6,
             eg::inout<i32, "R_i32"> r7, eg::inout<u32, "R_u32"> r8, eg::inout<i64, "R_i64"> r9,
             eg::inout<u64, "R_u64"> r10, eg::inout<bool, "R_bool"> r11) {
        body(scene{g,
                   a,
                   b,
                   n,
                   count,
                   length,
                   eg::named<"x">(f[0]),
                   eg::named<"y">(f[1]),
                   eg::named<"z">(f[2]),
                   eg::named<"h">(half[0]),
                   eg::named<"i">(ints[0]),
                   eg::named<"j">(ints[1]),
                   eg::named<"k">(ints[2]),
                   eg::named<"u">(uints[0]),
                   eg::named<"t">(uints[1]),
                   eg::named<"q">(chars[0]),
                   eg::named<"byte">(uchars[0]),
                   eg::named<"yes">(bools[0]),
                   eg::named<"e">(f.load<2>(4)),
                   eg::named<"a">(f.load<3>(8)),
                   eg::named<"b">(f.load<3>(12)),
                   eg::named<"c">(f.load<3>(16)),
                   eg::named<"v">(f.load<4>(20)),
                   eg::named<"w">(f.load<4>(24)),
                   eg::named<"bytes">(uchars.load<4>(4)),
                   eg::named<"nibbles">(chars.load<2>(4)),
                   {r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11}});
      });
  return std::string(eg::compile(kernel).metal_source());
}

} // namespace

std::string one_line(std::string_view source) {
  constexpr std::string_view preamble = "using namespace metal;\n\n";
  if (auto const at = source.find(preamble); at != std::string_view::npos)
    source.remove_prefix(at + preamble.size());
  std::string all;
  for (char const c : source)
    if (c != '\n' && c != ' ')
      all += c;
    else if (!all.empty() && all.back() != ' ')
      all += ' ';
  while (!all.empty() && all.back() == ' ')
    all.pop_back();
  return all;
}

std::string statements(void (*body)(scene const&)) {
  std::string const whole = source_of(body);
  std::string kept;
  auto at = whole.find(") {\n", whole.find("kernel void")) + 4;
  while (at < whole.size()) {
    auto const end = whole.find('\n', at);
    std::string const line = whole.substr(at, end - at);
    if (line.find("In_") == std::string::npos && line != "}")
      kept += line + '\n';
    at = end + 1;
  }
  return one_line(kept);
}

std::string expression(void (*body)(scene const&)) {
  std::string all = statements(body);
  auto const result = all.rfind("R_"), equals = all.find(" = ", result);
  auto const end_of = [&](char const* what) {
    auto const at = all.rfind(what, result);
    return at == std::string::npos ? 0 : at + 2;
  };
  std::string const before = all.substr(0, std::max(end_of("; "), end_of("} ")));
  std::string const value = all.substr(equals + 3, all.size() - equals - 4);
  // A value that has a statement of its own, and nothing else.
  if (before.rfind("const ", 0) == 0 && before.find(' ' + value + " = ") != std::string::npos &&
      before.find("; ") == before.size() - 2) {
    auto const begin = before.find(" = ") + 3;
    return before.substr(begin, before.size() - 2 - begin);
  }
  return before + value;
}

std::string parameter(void (*body)(scene const&)) {
  std::string const whole = source_of(body);
  std::string found;
  auto const end = whole.find(") {\n");
  for (auto at = whole.find(" [[buffer(23)]]"); at < end;) {
    at = whole.find(",\n", at);
    if (at == std::string::npos || at > end)
      break;
    at = whole.find_first_not_of(' ', at + 2);
    auto const close = whole.find("]]", at) + 2;
    found += (found.empty() ? "" : ", ") + whole.substr(at, close - at);
    at = close;
  }
  auto const value = expression(body);
  auto const space = found.find(' ');
  return value == found.substr(space + 1, found.find(' ', space + 1) - space - 1) ? found
                                                                                  : value + ", " + found;
}

} // namespace python_api
