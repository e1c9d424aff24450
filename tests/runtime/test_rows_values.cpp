// SPDX-License-Identifier: MIT
// Rows that take bools and those that take every type: choosing, converting, vectors, variables, memory.

#include <algorithm>
#include <cmath>

#include "columns.hpp"
#include "rows.hpp"

namespace {

using namespace rows;
using eg::value_id;
using hand_made::kernel;
using enum eg::access;

TEST(rows_of_values, booleans) {
  auto const two = [](op code, bits (*f)(bits, bits)) {
    check({code, boolean, {boolean, boolean}, {{0, 1}, {0, 1}}, [f](bits const* x) {
             return answer{f(x[0], x[1])};
           }});
  };
  two(op::logical_and, [](bits a, bits b) { return a & b; });
  two(op::logical_or, [](bits a, bits b) { return a | b; });
  two(op::eq, [](bits a, bits b) { return a == b ? bits{1} : bits{0}; });
  two(op::ne, [](bits a, bits b) { return a ^ b; });
  check({op::logical_not, boolean, {boolean}, {{0, 1}}, [](bits const* x) { return answer{1 - x[0]}; }});
}

TEST(rows_of_values, select) {
  for (element_kind k : every_kind)
    check({op::select, k, {k, k, boolean}, {edges(k), edges(k), {0, 1}}, [](bits const* x) {
             return answer{x[x[2] != 0 ? 1 : 0]};
           }});
}

// ---- Conversions --------------------------------------------------------------------------------

// Floats to integers: truncated, NaN to 0. Out of range MSL promises nothing; types of 32 and 64 bits clamp
// here, narrower ones are cut from these, which is nothing to rely on.
answer whole(double x, element_kind to) {
  if (std::isnan(x))
    return {0};
  double const y = std::trunc(x), past = std::ldexp(1.0, width(to) - (is_signed(to) ? 1 : 0));
  if (y < past && y >= (is_signed(to) ? -past : 0.0))
    return {cut(to, static_cast<wide>(y))};
  return width(to) < 32 ? left_open : answer{cut(to, y < 0.0 ? least(to) : largest(to))};
}
// Integers to floats are rounded to even; to a bf16 through a float, since MSL says nothing of that.
answer as_float(wide x, element_kind to) {
  double const f = rounded(float32, x, 0);
  return {nearest(to, to == bfloat16 ? f : rounded(to, x, 0))};
}
answer converted(bits b, element_kind from, element_kind to) {
  if (is_float(from)) {
    double const x = real(from, b);
    return to == boolean  ? answer{x != 0.0 ? bits{1} : bits{0}}
           : is_float(to) ? answer{nearest(to, x)}
                          : whole(x, to);
  }
  wide const x = integer(from, b);
  return to == boolean  ? answer{x != 0 ? bits{1} : bits{0}}
         : is_float(to) ? as_float(x, to)
                        : answer{cut(to, x)};
}

TEST(rows_of_values, convert_between_all_types) {
  for (element_kind from : every_kind) {
    auto values = edges(from);
    if (!is_float(from) && from != boolean) // around the bits that an f32 and a bf16 keep
      for (int n : {7, 8, 9, 10, 11, 12, 16, 23, 24, 25, 26, 31, 40, 48, 60, 62})
        for (int m : {-1, 1, 3})
          if (n < width(from))
            values.push_back(cut(from, (wide{1} << n) + (wide{m} << std::max(0, n - 25)) +
                                           (wide{1} << std::max(0, n - 8))));
    if (is_float(from)) // the ends of the integers
      for (int n : {7, 8, 15, 16, 31, 32, 63, 64})
        for (double m : {1.0, -1.0, 0.99999994, -0.99999994, 0.99, -0.99})
          values.push_back(nearest(from, std::ldexp(m, n)));
    for (element_kind to : every_kind)
      check({op::convert, to, {from}, {values}, [=](bits const* x) { return converted(x[0], from, to); }});
  }
}

TEST(rows_of_values, convert_all_values_of_16_bits) {
  for (element_kind from : {int16, uint16, float16, bfloat16})
    for (element_kind to : every_kind)
      check_scalars({op::convert, to, {from}, {all_values(from)}, [=](bits const* x) {
                       return converted(x[0], from, to);
                     }});
}

// All floats on both sides of the middle between two neighbours of a narrow type.
TEST(rows_of_values, convert_floats_that_round) {
  for (element_kind to : {float16, bfloat16}) {
    std::vector<bits> values;
    for (bits b : all_values(to)) {
      double const x = real(to, b), y = real(to, b + 1);
      if (!std::isfinite(x) || !std::isfinite(y) || b + 1 == bits{1} << 15)
        continue;
      bits const middle = nearest(float32, (x + y) / 2);
      for (bits m : {middle - 1, middle, middle + 1})
        values.push_back(m);
    }
    check_scalars(
        {op::convert, to, {float32}, {values}, [=](bits const* x) { return converted(x[0], float32, to); }});
  }
}

// ---- Bits ---------------------------------------------------------------------------------------

/// Columns of edge values, each several times, so that chunks are full and the last is not.
column filled(element_kind k, std::size_t n) {
  auto const values = edges(k);
  column c(k, n);
  for (std::size_t i = 0; i < n; ++i)
    c.set(i, values[(i + i / 7) % values.size()]);
  return c;
}

TEST(rows_of_values, bitcast_keeps_the_bytes) {
  constexpr std::size_t threads = 75;
  for (element_kind from : every_kind)
    for (element_kind to : every_kind)
      for (std::uint8_t m = 1; m <= 4; ++m)
        for (std::uint8_t n = 1; n <= 4; ++n) {
          if (from == boolean || to == boolean || m * eg::size_in_bytes(from) != n * eg::size_in_bytes(to))
            continue;
          column x = filled(from, threads * m), y(to, threads * n);
          kernel k;
          int const X = k.argument(from, "X", in), Y = k.argument(to, "Y", out);
          auto const at = [&](std::uint8_t lanes) {
            return k.same(op::mul, k.gid(), k.constant(eg::u32{lanes}));
          };
          value_id const v = k.emit(op::bitcast, {to, n}, {k.load(X, at(m), m)});
          k.store(Y, at(n), v);
          execute(k.finish(), eg::threads(threads), {given{x, in}, given{y, out}});
          ASSERT_EQ(x.bytes, y.bytes)
              << eg::ir_name(from) << ' ' << int{m} << " to " << eg::ir_name(to) << ' ' << int{n};
          tested().insert({op::bitcast, from, to});
        }
}

// ---- What only moves values ---------------------------------------------------------------------

TEST(rows_of_values, vectors_are_made_and_taken_apart) {
  constexpr std::size_t threads = 75;
  for (element_kind e : every_kind)
    for (std::uint8_t lanes : {std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}}) {
      column x = filled(e, threads * lanes), y(e, threads * lanes), z(e, threads * lanes);
      kernel k;
      int const X = k.argument(e, "X", in), Y = k.argument(e, "Y", out), Z = k.argument(e, "Z", out);
      auto const at = k.same(op::mul, k.gid(), k.constant(eg::u32{lanes}));
      auto const v = k.load(X, at, lanes);
      std::vector<value_id> parts;
      for (int c = lanes - 1; c >= 0; --c)
        parts.push_back(k.emit(op::extract, {e, 1}, {v}, c));
      k.store(Y, at, k.emit(op::make_vector, {e, lanes}, parts));
      k.store(Z, at, k.emit(op::make_vector, {e, lanes}, {parts[0]})); // all lanes are that
      execute(k.finish(), eg::threads(threads), {given{x, in}, given{y, out}, given{z, out}});
      for (std::size_t i = 0; i < x.length; ++i) {
        std::size_t const first = i / lanes * lanes, last = first + lanes - 1;
        ASSERT_EQ(y[i], x[first + last - i]) << eg::ir_name(e) << ' ' << int{lanes};
        ASSERT_EQ(z[i], x[last]) << eg::ir_name(e) << ' ' << int{lanes};
      }
      for (op code : {op::extract, op::make_vector})
        tested().insert({code, e, e});
    }
}

TEST(rows_of_values, constants_and_arguments) {
  for (element_kind e : every_kind) {
    for (bits b : edges(e)) {
      column x(e, 40), y(e, 40);
      kernel k;
      auto const given_value = k.emit(op::argument, {e, 1}, {}, k.argument(e, "s", scalar));
      int const X = k.argument(e, "X", out), Y = k.argument(e, "Y", out);
      k.store(X, k.gid(), k.emit(op::constant, {e, 1}, {}, static_cast<std::int64_t>(b)));
      k.store(Y, k.gid(), given_value);
      execute(k.finish(), eg::threads(40), {given{e, b}, given{x, out}, given{y, out}});
      for (std::size_t i = 0; i < 40; ++i) {
        ASSERT_EQ(x[i], b) << eg::ir_name(e);
        ASSERT_EQ(y[i], b) << eg::ir_name(e);
      }
    }
    for (op code : {op::constant, op::argument})
      tested().insert({code, e, e});
  }
}

// Variables, and loads and stores under a mask, where neighbouring threads go different ways.
TEST(rows_of_values, variables_and_masks) {
  constexpr std::size_t threads = 75;
  for (element_kind e : every_kind)
    for (std::uint8_t lanes : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}}) {
      std::size_t const n = threads * lanes;
      column x = filled(e, n), other = filled(e, n + 5), set = other, loaded = other, stored = other;
      for (std::size_t i = 0; i < n; ++i)
        other.set(i, other[i + 5]);
      kernel k;
      int const X = k.argument(e, "X", in), O = k.argument(e, "O", in), S = k.argument(e, "S", out);
      int const L = k.argument(e, "L", out), T = k.argument(e, "T", inout);
      auto const at = k.same(op::mul, k.gid(), k.constant(eg::u32{lanes}));
      auto const mask = k.compare(op::ne, k.same(op::rem, k.gid(), k.constant(3u)), k.constant(1u));
      auto const v = k.load(X, at, lanes), w = k.load(O, at, lanes);
      auto const variable = k.declare(w);
      k.if_(mask);
      k.set(variable, v);
      k.end();
      k.store(S, at, k.get(variable));
      k.store(L, at, k.emit(op::load_if, {e, lanes}, {at, mask, w}, X));
      k.emit(op::store_if, hand_made::none, {at, mask, v}, T);
      column const before = stored;
      execute(k.finish(), eg::threads(threads),
              {given{x, in}, given{other, in}, given{set, out}, given{loaded, out}, given{stored, inout}});
      for (std::size_t i = 0; i < n; ++i) {
        bool const on = i / lanes % 3 != 1;
        ASSERT_EQ(set[i], on ? x[i] : other[i]) << eg::ir_name(e) << ' ' << int{lanes};
        ASSERT_EQ(loaded[i], on ? x[i] : other[i]) << eg::ir_name(e) << ' ' << int{lanes};
        ASSERT_EQ(stored[i], on ? x[i] : before[i]) << eg::ir_name(e) << ' ' << int{lanes};
      }
      for (op code : {op::load, op::store, op::declare, op::get, op::set, op::load_if, op::store_if})
        tested().insert({code, e, e});
    }
}

} // namespace
