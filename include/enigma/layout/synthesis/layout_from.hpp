// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

/// Synthesis: the layout that is a given function.
namespace enigma {

namespace detail {

template <class F>
inline constexpr int tuple_argument = 0;
template <class R, class C>
inline constexpr int tuple_argument<R (C::*)(int_tuple) const> = 1;
template <class R, class C>
inline constexpr int tuple_argument<R (C::*)(int_tuple const&) const> = 1;
template <class R, class C>
inline constexpr int tuple_argument<R (C::*)(int_tuple) const noexcept> = 1;
template <class R, class C>
inline constexpr int tuple_argument<R (C::*)(int_tuple const&) const noexcept> = 1;

/// A function object whose call operator says that it wants an int_tuple.
template <class F>
concept of_coordinate = requires { requires tuple_argument<decltype(&F::operator())> == 1; };

template <class F, class... Int>
concept of_integers = requires(F const& f, Int... i) {
  { f(i...) } -> std::convertible_to<std::int64_t>;
};

template <class F>
concept value_table = !of_coordinate<F> && requires(F const& f) {
  { f[0] } -> std::convertible_to<std::int64_t>;
};

/// How many linear coordinates a function takes; 0: a hierarchical one, or it is a table.
template <class F>
consteval int arguments_of() {
  using i = std::int64_t;
  if constexpr (of_coordinate<F> || value_table<F>)
    return 0;
  else if constexpr (of_integers<F, i>)
    return 1;
  else if constexpr (of_integers<F, i, i>)
    return 2;
  else if constexpr (of_integers<F, i, i, i>)
    return 3;
  else if constexpr (of_integers<F, i, i, i, i>)
    return 4;
  else
    return -1;
}

} // namespace detail

/// What `layout_from` accepts as a function: a callable of one linear coordinate, of one for each mode (two
/// to four), or of an int_tuple; or a table of the values in the order of the linear coordinates. Models:
/// `[](std::int64_t i, std::int64_t j) { return 33 * i + j; }`, `std::array<int, 8>`, a layout.
template <class F>
concept index_function = detail::arguments_of<F>() >= 0;

namespace detail {

/// f at linear coordinate i of the shape; the compact layout of the shape stands for the shape.
template <class F>
constexpr std::int64_t value_at(F const& f, int_tuple const& shape, std::int64_t i) {
  constexpr int arguments = arguments_of<F>();
  if constexpr (value_table<F>)
    return to_int64(f[static_cast<std::size_t>(i)]);
  else if constexpr (arguments == 0)
    return to_int64(f(idx2crd(i, shape)));
  else if constexpr (arguments == 1)
    return to_int64(f(i));
  else {
    std::int64_t c[4] = {};
    auto const all = shape.profile_.whole();
    int k = 0;
    for (auto& part : c) {
      if (k == all.last)
        break;
      auto const n = shape.profile_.child(all, k);
      std::int64_t extent = 1;
      for (int leaf = n.first; leaf < n.last; ++leaf)
        extent *= shape.leaf_[leaf];
      part = i % extent;
      i /= extent;
      k = n.last;
    }
    if constexpr (arguments == 2)
      return to_int64(f(c[0], c[1]));
    else if constexpr (arguments == 3)
      return to_int64(f(c[0], c[1], c[2]));
    else
      return to_int64(f(c[0], c[1], c[2], c[3]));
  }
}

/// "f(10) at (2,1) = 7"
constexpr sentence& say_value(trouble& why, int_tuple const& shape, std::int64_t i, std::int64_t value) {
  why.start() << "f(" << i << ")";
  if (shape.profile_.count > 1)
    why.words << " at " << idx2crd(i, shape);
  return why.words << " = " << value;
}

/// The leaves of one integer of the shape, s from linear coordinate `prefix` on: as far as f goes on in
/// equal steps they are one leaf, and no layout has them otherwise, because the next step differs.
template <class F>
constexpr bool leaves_from(layout_builder& out, F const& f, int_tuple const& shape, std::int64_t prefix,
                           std::int64_t s, std::int64_t zero, trouble& why) {
  flat r;
  while (s > 1) {
    std::int64_t step = 0;
    if (__builtin_sub_overflow(value_at(f, shape, prefix), zero, &step))
      return overflow(why, "a stride");
    std::int64_t run = 2;
    std::int64_t expected = step;
    for (; run < s; ++run) {
      std::int64_t value = 0;
      if (__builtin_add_overflow(expected, step, &expected) ||
          __builtin_sub_overflow(value_at(f, shape, prefix * run), zero, &value))
        return overflow(why, "a value");
      if (value != expected)
        break;
    }
    if (s % run != 0) {
      say_value(why, shape, prefix * run, value_at(f, shape, prefix * run))
          << ", but " << expected + zero << " would follow after " << run << " steps of " << step << "; "
          << run << " of " << s << " steps cannot be a leaf, it does not divide";
      return false;
    }
    if (r.n == max_leaves) {
      why.start() << "too many modes, the result has more than 32 leaves";
      return false;
    }
    r.s[r.n] = run;
    r.d[r.n++] = step;
    s /= run;
    prefix *= run;
  }
  put(out, r);
  return true;
}

template <class F>
constexpr bool layout_from(layout_builder& out, F const& f, int_tuple const& shape, std::int64_t zero,
                           trouble& why) {
  auto const& p = shape.profile_;
  std::int64_t prefix = 1;
  for (int k = 0; k < p.count; ++k) {
    out.pending += p.opened[k];
    if (!leaves_from(out, f, shape, prefix, shape.leaf_[k], zero, why) || !finish(out, why))
      return false;
    auto& closed = out.made.profile_.closed[out.made.profile_.count - 1];
    closed = static_cast<unsigned char>(closed + p.closed[k]);
    prefix *= shape.leaf_[k];
  }
  // Each integer of the shape by itself allows no other leaves. Now all coordinates, counted up digit by
  // digit.
  auto const& l = out.made;
  std::int64_t digit[max_leaves] = {};
  std::int64_t value = zero;
  for (std::int64_t i = 0;;) {
    if (auto const wanted = value_at(f, shape, i); wanted != value) {
      say_value(why, shape, i, wanted) << ", but " << l;
      if (zero != 0)
        why.words << " from " << zero << " on";
      why.words << ", the only layout with the first values of each leaf, has " << value << " there";
      return false;
    }
    if (++i == prefix)
      return true;
    for (int k = 0;; ++k) {
      if (++digit[k] < l.shape_[k]) {
        if (__builtin_add_overflow(value, l.stride_[k], &value))
          return overflow(why, "a value");
        break;
      }
      std::int64_t back = 0;
      digit[k] = 0;
      if (__builtin_mul_overflow(l.shape_[k] - 1, l.stride_[k], &back) ||
          __builtin_sub_overflow(value, back, &value))
        return overflow(why, "a value");
    }
  }
}

template <class F>
constexpr bool function_fits(F const& f, int_tuple const& shape, trouble& why) {
  std::int64_t size = 1;
  for (int k = 0; k < shape.profile_.count; ++k) {
    if (shape.leaf_[k] < 1)
      layout::refuse_shape(shape, k);
    if (__builtin_mul_overflow(size, shape.leaf_[k], &size))
      return overflow(why, "the size of the shape");
  }
  if constexpr (constexpr int arguments = arguments_of<F>(); arguments > 1) {
    if (shape.is_leaf() || rank(shape) != arguments) {
      why.start() << "rank mismatch, the function takes " << arguments << " coordinates and the rank is "
                  << rank(shape);
      return false;
    }
  }
  if constexpr (value_table<F>) {
    std::int64_t entries = 0;
    if constexpr (requires { f.size(); })
      entries = to_int64(f.size());
    else
      entries = static_cast<std::int64_t>(sizeof(f) / sizeof(f[0]));
    if (entries != size) {
      why.start() << "the table has " << entries << " values and the shape " << size << " coordinates";
      return false;
    }
  }
  return true;
}

constexpr refusal explain_from(char const* name, int_tuple const& shape, trouble const& why) {
  return (sentence(name) << "(f, " << shape << ") refused: " << why.words).lines();
}

} // namespace detail

/// The layout R that is the function f on a shape, with as few leaves as there can be:
///   R(c) = f(c) for every coordinate c of the shape, compatible(shape, shape(R)).
/// If there is such a layout it is found; every coordinate is visited, so the cost grows with the size.
///   layout_from([](std::int64_t i, std::int64_t j) { return 33 * i + j; }, {32, 32}) = (32,32):(33,1)
///   layout_from(std::array{0, 1, 8, 9, 2, 3, 10, 11}, {4, 2}) = ((2,2),2):((1,8),2)
/// Errors: no layout has these values (the message names a coordinate and two values); f is not 0 at
/// coordinate 0 (see `layout_and_offset_from`); a table of another size, another rank, overflow.
template <index_function F>
[[nodiscard]] constexpr outcome<layout> try_layout_from(F const& f, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (detail::function_fits(f, shape, why)) {
    if (auto const zero = detail::value_at(f, shape, 0); zero != 0)
      why.start() << "f is " << zero
                  << " at coordinate 0, where every layout is 0; layout_and_offset_from allows an offset";
    else if (detail::layout_from(out, f, shape, 0, why))
      return {out.made};
  }
  return {layout(), detail::explain_from("layout_from", shape, why)};
}
template <index_function F>
[[nodiscard]] constexpr layout layout_from(F const& f, int_tuple const& shape) {
  return try_layout_from(f, shape).value();
}

/// The layout and the offset with R.offset + R.layout(c) = f(c) for every coordinate c of the shape.
/// Errors: as layout_from, without the condition on coordinate 0.
template <index_function F>
[[nodiscard]] constexpr outcome<sliced> try_layout_and_offset_from(F const& f, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (detail::function_fits(f, shape, why)) {
    auto const zero = detail::value_at(f, shape, 0);
    if (detail::layout_from(out, f, shape, zero, why))
      return {sliced{out.made, zero}};
  }
  return {sliced(), detail::explain_from("layout_and_offset_from", shape, why)};
}
template <index_function F>
[[nodiscard]] constexpr sliced layout_and_offset_from(F const& f, int_tuple const& shape) {
  return try_layout_and_offset_from(f, shape).value();
}

} // namespace enigma
