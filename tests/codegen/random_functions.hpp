// SPDX-License-Identifier: MIT
// Functions of the source that random kernels call: of values with control flow, calling each other, reading
// and changing memory.
#pragma once

#include <enigma/codegen.hpp>

namespace random_functions {

namespace eg = enigma;
using eg::value;

/// Of numbers that wrap.
inline constexpr auto wrapped =
    eg::function<"wrapped">([](auto const& x, auto const& y) { return x * y - (x ^ y); });

inline constexpr auto folded =
    eg::function<"folded">([](eg::gpu& g, value<eg::i32> x, eg::scalar<eg::i32, "limit"> limit) {
      auto sum = g.variable<"sum">(x);
      g.for_range(1, 5, [&](auto k) {
        g.break_if((sum & 1023) > limit);
        sum = wrapped(sum.read(), k) + x;
      });
      return sum;
    });

inline constexpr auto chosen = eg::function<"chosen">(
    [](value<eg::f32> x, value<eg::f32> t) { return eg::select(x * t, x - 0.5f, x < t); });
inline constexpr auto stepped = eg::function<"stepped">([](eg::gpu& g, value<eg::f32> x, value<bool> up) {
  auto y = g.variable<"y">(x);
  g.if_(up, [&] { y += chosen(x, 2.0f); }).else_([&] { y = chosen(y.read(), x); });
  return y;
});

inline constexpr auto turned = eg::function<"turned">(
    [](value<eg::vec<eg::u16, 2>> v, value<eg::u16> by) { return eg::lanes<"yx">(v) + by; });

inline constexpr auto entry = eg::function<"entry">(
    [](eg::in<eg::i32, "Table"> table, eg::scalar<eg::u32, "at"> at) { return table[at & 63u]; });

inline constexpr auto raise = eg::function<"raise">(
    [](eg::gpu& g, eg::inout<eg::u16, "Place"> place, eg::scalar<eg::u32, "at"> at, value<eg::u16> x) {
      g.if_((x & 1) == 1, [&] { place[at] += wrapped(x, place[at].read()); });
    });

} // namespace random_functions
