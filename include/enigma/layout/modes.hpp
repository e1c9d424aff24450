// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/surgery.hpp>

#include <type_traits>

/// Surgery on the modes of a layout, and on the elements of a tuple: every function here is for both. An
/// integer, or a layout of an integer shape, is its own only mode. Modes move whole, with their nesting;
/// where a mode is said to equal another, both have the same shape and the same strides. Each operation has
/// a twin `try_...` that returns the words of a refusal instead of refusing.
namespace enigma {

/// The modes [b, e) as a tuple, also a single one: get<i>(take(l, b, e)) = get<b + i>(l).
///   take((2,3,4):(1,2,6), 1, 3) = (3,4):(2,6)
/// Errors: the range is empty or exceeds the rank.
template <detail::has_modes T>
[[nodiscard]] constexpr T take(T const& l, int b, int e) {
  detail::mode_builder<T> out;
  detail::take(out, l, b, e);
  return detail::answer(out, "take", l, b, e);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_take(T const& l, int b, int e) {
  detail::mode_builder<T> out;
  detail::take(out, l, b, e);
  return detail::attempt(out, "take", l, b, e);
}
template <int B, int E, detail::has_modes T>
[[nodiscard]] constexpr T take(T const& l) {
  return take(l, B, E);
}

/// The modes of the given numbers, in the given order, as a tuple: get<j>(select(l, {i0, i1, ...})) is mode
/// ij of l. A number can come twice.
///   select((2,3,4):(1,2,6), {2, 0}) = (4,2):(6,1)
/// Errors: no such mode, too many modes.
template <detail::has_modes T>
[[nodiscard]] constexpr T select(T const& l, int_tuple const& which) {
  detail::mode_builder<T> out;
  detail::select(out, l, which);
  return detail::answer(out, "select", l, which);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_select(T const& l, int_tuple const& which) {
  detail::mode_builder<T> out;
  detail::select(out, l, which);
  return detail::attempt(out, "select", l, which);
}
template <int... Is, detail::has_modes T>
  requires(sizeof...(Is) > 0)
[[nodiscard]] constexpr T select(T const& l) {
  return select(l, int_tuple{Is...});
}

/// (1) l with x as one more mode behind: R(c, y) = L(c) + X(y) for layouts.
///   append((4,8):(1,4), 2:32) = (4,8,2):(1,4,32)
/// (2) With a rank n: as many copies of x behind as it takes to have rank n; l itself if it has. For a
/// layout x is 1:0 unless given: append<3>(l) = append(l, layout(), 3).
/// Errors: (2) a rank above n; too many modes.
template <detail::has_modes T>
[[nodiscard]] constexpr T append(T const& l, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::extend(out, 0, l, x, 1);
  return detail::answer(out, "append", l, x);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_append(T const& l, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::extend(out, 0, l, x, 1);
  return detail::attempt(out, "append", l, x);
}
template <detail::has_modes T>
[[nodiscard]] constexpr T append(T const& l, std::type_identity_t<T> const& x, int n) {
  detail::mode_builder<T> out;
  detail::extend_to(out, false, l, x, n);
  return detail::answer(out, "append", l, x, n);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_append(T const& l, std::type_identity_t<T> const& x, int n) {
  detail::mode_builder<T> out;
  detail::extend_to(out, false, l, x, n);
  return detail::attempt(out, "append", l, x, n);
}
template <int N, detail::has_modes T>
[[nodiscard]] constexpr T append(T const& l, std::type_identity_t<T> const& x) {
  return append(l, x, N);
}
template <int N>
[[nodiscard]] constexpr layout append(layout const& l) {
  return append(l, layout(), N);
}

/// As append, but in front: R(y, c) = X(y) + L(c).
///   prepend((4,8):(1,4), 2:32) = (2,4,8):(32,1,4)
template <detail::has_modes T>
[[nodiscard]] constexpr T prepend(T const& l, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::extend(out, 1, l, x, 0);
  return detail::answer(out, "prepend", l, x);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_prepend(T const& l, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::extend(out, 1, l, x, 0);
  return detail::attempt(out, "prepend", l, x);
}
template <detail::has_modes T>
[[nodiscard]] constexpr T prepend(T const& l, std::type_identity_t<T> const& x, int n) {
  detail::mode_builder<T> out;
  detail::extend_to(out, true, l, x, n);
  return detail::answer(out, "prepend", l, x, n);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_prepend(T const& l, std::type_identity_t<T> const& x, int n) {
  detail::mode_builder<T> out;
  detail::extend_to(out, true, l, x, n);
  return detail::attempt(out, "prepend", l, x, n);
}
template <int N, detail::has_modes T>
[[nodiscard]] constexpr T prepend(T const& l, std::type_identity_t<T> const& x) {
  return prepend(l, x, N);
}
template <int N>
[[nodiscard]] constexpr layout prepend(layout const& l) {
  return prepend(l, layout(), N);
}

/// l with x in place of mode i: get(R, i) = x, every other mode as in l. An integer, which is its own only
/// mode, is replaced as a whole.
///   replace((4,8):(1,4), 1, (2,4):(4,1)) = (4,(2,4)):(1,(4,1))
/// Errors: no such mode, too many modes.
template <detail::has_modes T>
[[nodiscard]] constexpr T replace(T const& l, int i, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::replace(out, l, i, x);
  return detail::answer(out, "replace", l, i, x);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_replace(T const& l, int i, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::replace(out, l, i, x);
  return detail::attempt(out, "replace", l, i, x);
}

/// l with x as a new mode i, the modes from i on one further: get(R, i) = x and remove(R, i) = l for a tuple
/// l. insert(l, rank(l), x) = append(l, x).
/// Errors: i negative or above the rank, too many modes.
template <detail::has_modes T>
[[nodiscard]] constexpr T insert(T const& l, int i, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::insert(out, l, i, x);
  return detail::answer(out, "insert", l, i, x);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_insert(T const& l, int i, std::type_identity_t<T> const& x) {
  detail::mode_builder<T> out;
  detail::insert(out, l, i, x);
  return detail::attempt(out, "insert", l, i, x);
}

/// l without mode i; what is left stays a tuple: for layouts R(c) = L(c with 0 as coordinate i).
///   remove((2,3,4):(1,2,6), 1) = (2,4):(1,6)
/// Errors: no such mode, or no other one.
template <detail::has_modes T>
[[nodiscard]] constexpr T remove(T const& l, int i) {
  detail::mode_builder<T> out;
  detail::remove(out, l, i);
  return detail::answer(out, "remove", l, i);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_remove(T const& l, int i) {
  detail::mode_builder<T> out;
  detail::remove(out, l, i);
  return detail::attempt(out, "remove", l, i);
}

/// The modes [b, e) become one nested mode b: the same function, R(i) = L(i) for every i.
///   group((2,3,4):(1,2,6), 0, 2) = ((2,3),4):((1,2),6)
/// Errors: the range is empty or exceeds the rank, too deep.
template <detail::has_modes T>
[[nodiscard]] constexpr T group(T const& l, int b, int e) {
  detail::mode_builder<T> out;
  detail::group(out, l, b, e);
  return detail::answer(out, "group", l, b, e);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_group(T const& l, int b, int e) {
  detail::mode_builder<T> out;
  detail::group(out, l, b, e);
  return detail::attempt(out, "group", l, b, e);
}
template <int B, int E, detail::has_modes T>
[[nodiscard]] constexpr T group(T const& l) {
  return group(l, B, E);
}

/// The same leaves in the same order with the nesting of `profile`, whatever its integers: the same
/// function, flatten(R) = flatten(l) for a tuple `profile`, congruent(R, profile).
///   unflatten((2,3,4):(1,2,6), ((1,1),1)) = ((2,3),4):((1,2),6)
/// Errors: not as many integers in `profile` as leaves in l.
template <detail::has_modes T>
[[nodiscard]] constexpr T unflatten(T const& l, int_tuple const& profile) {
  detail::mode_builder<T> out;
  detail::unflatten(out, l, profile);
  return detail::answer(out, "unflatten", l, profile);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_unflatten(T const& l, int_tuple const& profile) {
  detail::mode_builder<T> out;
  detail::unflatten(out, l, profile);
  return detail::attempt(out, "unflatten", l, profile);
}

/// The mode at the end of a path: get(l, {1, 0}) is mode 0 of mode 1 of l, get(l, 1) is mode(l, 1).
/// Errors: no such mode.
template <detail::has_modes T>
[[nodiscard]] constexpr T get(T const& l, int_tuple const& path) {
  detail::mode_builder<T> out;
  detail::get(out, l, path);
  return detail::answer(out, "get", l, path);
}
template <detail::has_modes T>
[[nodiscard]] constexpr outcome<T> try_get(T const& l, int_tuple const& path) {
  detail::mode_builder<T> out;
  detail::get(out, l, path);
  return detail::attempt(out, "get", l, path);
}
/// The same with the path as template arguments: get<1, 0>(l).
template <int... Is, detail::has_modes T>
  requires(sizeof...(Is) > 0)
[[nodiscard]] constexpr T get(T const& l) {
  return get(l, int_tuple{Is...});
}

/// The top-level modes from last to first, each as it is: get(R, i) = get(l, rank(l) - 1 - i).
///   reverse((4,(2,8)):(1,(4,8))) = ((2,8),4):((4,8),1)
template <detail::has_modes T>
[[nodiscard]] constexpr T reverse(T const& l) {
  detail::mode_builder<T> out;
  detail::reverse(out, l);
  return detail::answer(out, "reverse", l);
}

/// A tuple of n times the same mode: get(R, i) = x for 0 <= i < n. Errors: n below 1, too many modes.
template <detail::has_modes T>
[[nodiscard]] constexpr T repeat(T const& x, int n) {
  detail::mode_builder<T> out;
  detail::repeat(out, x, n);
  return detail::answer(out, "repeat", x, n);
}

/// What the functions without a path say, of the mode at the end of a path: rank<1>(l) = rank(get<1>(l)), and
/// so on; size<1, 0>(l) is in layout.hpp. Errors: no such mode.
template <int... Is, detail::has_modes T>
  requires(sizeof...(Is) > 0)
[[nodiscard]] constexpr int rank(T const& l) {
  return rank(get<Is...>(l));
}
template <int... Is, detail::has_modes T>
  requires(sizeof...(Is) > 0)
[[nodiscard]] constexpr int depth(T const& l) {
  return depth(get<Is...>(l));
}
template <int... Is>
  requires(sizeof...(Is) > 0)
[[nodiscard]] constexpr std::int64_t cosize(layout const& l) {
  return cosize(get<Is...>(l));
}
/// The shape and the strides of a layout, or of one of its modes: shape(l) = l.shape().
template <int... Is>
[[nodiscard]] constexpr int_tuple shape(layout const& l) {
  if constexpr (sizeof...(Is) == 0)
    return l.shape();
  else
    return get<Is...>(l).shape();
}
template <int... Is>
[[nodiscard]] constexpr int_tuple stride(layout const& l) {
  if constexpr (sizeof...(Is) == 0)
    return l.stride();
  else
    return get<Is...>(l).stride();
}

} // namespace enigma
