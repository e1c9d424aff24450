// SPDX-License-Identifier: MIT
// What a kernel body may not say, asked as a bool, with the nearest thing that it may say beside it.
#include <enigma/codegen.hpp>

#include <cstdint>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;
using eg::value;
using eg::vec;
using F = value<f32>;
using H = value<f16>;
using I = value<i32>;
using U = value<u32>;
using B = value<bool>;
using F4 = value<vec<f32, 4>>;

// clang-format off
template <class X, class Y> concept adds = requires(X x, Y y) { x + y; };
template <class X, class Y> concept ands = requires(X x, Y y) { x & y; };
template <class X, class Y> concept shifts = requires(X x, Y y) { x << y; };
template <class X, class Y> concept remains = requires(X x, Y y) { x % y; };
template <class X, class Y> concept both = requires(X x, Y y) { x && y; };
template <class X, class Y> concept equals = requires(X x, Y y) { x == y; };
template <class X, class Y> concept ordered = requires(X x, Y y) { x < y; };
template <class X, class Y> concept assigns = requires(X x, Y y) { x = y; };
template <class X, class Y> concept increases = requires(X x, Y y) { x += y; };
template <class X, class Y> concept indexes = requires(X x, Y y) { x[y]; };
template <class X> concept negates = requires(X x) { -x; };
template <class X> concept inverts = requires(X x) { ~x; };
template <class X> concept denies = requires(X x) { !x; };
template <class X> concept has_sqrt = requires(X x) { eg::sqrt(x); };
template <class X> concept has_abs = requires(X x) { eg::abs(x); };
template <class X> concept has_sum = requires(X x) { eg::simd_sum(x); };
template <class X, class Y> concept has_min = requires(X x, Y y) { eg::min(x, y); };
template <class X, class Y, class C> concept selects = requires(X x, Y y, C c) { eg::select(x, y, c); };
template <class To, class X> concept bits_are = requires(X x) { eg::as_type<To>(x); };
template <class X> concept decides = requires(X x) { x ? 1 : 2; };
template <class C> concept branches = requires(eg::gpu& g, C c) { g.if_(c, [] {}); };
template <class C> concept repeats = requires(eg::gpu& g, C (&condition)()) { g.while_(condition, [] {}); };
template <class M, class C, class X> concept loads_if = requires(M m, U i, C c, X x) { eg::load_if(m, i, c, x); };
template <class X> concept makes_variable = requires(eg::gpu& g, X x) { g.variable(x); };
// clang-format on

// Types never convert silently; literals take the type that they stand beside.
static_assert(adds<F, F> && adds<F, float> && adds<F, int> && adds<double, F> && adds<H, double> &&
              adds<I, int>);
static_assert(!adds<F, I> && !adds<I, U> && !adds<F, H> && !adds<H, F> && !adds<U, I> && !adds<B, B>);
static_assert(!adds<I, float> && !adds<I, double> && !adds<U, float> && !adds<F, bool> && !adds<I, bool>);
static_assert(adds<U, unsigned long> && adds<I, std::int8_t>);
static_assert(adds<F4, F4> && adds<F4, F> && adds<float, F4> && !adds<F4, value<vec<f32, 2>>> &&
              !adds<F4, I>);

static_assert(ands<I, I> && ands<U, int> && !ands<F, F> && !ands<B, B> && !ands<I, U>);
static_assert(shifts<U, U> && shifts<I, int> && !shifts<U, I> && !shifts<F, F>);
static_assert(remains<U, U> && remains<I, int> && !remains<F, F> && !remains<U, I>);
static_assert(both<B, B> && both<B, bool> && !both<B, I> && !both<I, I> && !both<F, F>);
static_assert(equals<B, B> && equals<F, float> && !equals<F, I> && !equals<B, I> && !equals<B, int>);
static_assert(ordered<F, F> && ordered<U, int> && !ordered<B, B> && !ordered<U, I>);
static_assert(negates<F> && negates<I> && negates<U> && !negates<B>);
static_assert(inverts<I> && inverts<U> && !inverts<F> && !inverts<B>);
static_assert(denies<B> && !denies<I> && !denies<F>);
static_assert(has_sqrt<F> && has_sqrt<H> && has_sqrt<F4> && !has_sqrt<I> && !has_sqrt<B>);
static_assert(has_abs<F> && has_abs<I> && !has_abs<B>);
static_assert(has_sum<F> && has_sum<I> && has_sum<H> && !has_sum<B>);
static_assert(has_min<F, float> && has_min<I, I> && has_min<F4, float> && !has_min<I, float> &&
              !has_min<I, U>);
static_assert(selects<F, F, B> && selects<F, float, B> && selects<int, int, B> &&
              selects<F4, F4, value<vec<bool, 4>>>);
static_assert(!selects<F, I, B> && !selects<F, F, I> && !selects<F, F, bool> &&
              !selects<F4, F4, value<vec<bool, 2>>>);
static_assert(bits_are<u32, F> && bits_are<f32, I> && !bits_are<u32, H> && !bits_are<f16, F> &&
              !bits_are<bool, B>);

// A condition is a traced bool, and C++'s own if does not take it.
static_assert(branches<B> && !branches<I> && !branches<F> && !branches<bool>);
static_assert(repeats<B> && !repeats<I> && !repeats<bool>);
static_assert(!decides<B> && !decides<I> && !decides<F>);

// An in is read, an out is written, an inout is both; indices are integers.
using In = eg::in<f32, "X">;
using Out = eg::out<f32, "Y">;
using Both = eg::inout<f32, "Z">;
using Tile = eg::threadgroup_array<f32>;
template <class P>
using element_of = decltype(std::declval<P const&>()[0]);
static_assert(std::convertible_to<element_of<In>, F> && std::convertible_to<element_of<Both>, F>);
static_assert(!std::convertible_to<element_of<Out>, F> && adds<element_of<In>, F> &&
              !adds<element_of<Out>, F>);
static_assert(assigns<element_of<Out>, F> && assigns<element_of<Both>, F> && assigns<element_of<Tile>, F>);
static_assert(assigns<element_of<Out>, float> && assigns<element_of<Out>, int>);
static_assert(!assigns<element_of<Out>, I> && !assigns<element_of<Both>, U> &&
              !assigns<element_of<Both>, bool>);
static_assert(!assigns<element_of<eg::out<i32, "Y">>, float> && assigns<element_of<eg::out<i32, "Y">>, int>);
static_assert(!increases<element_of<Out>, F> && increases<element_of<Both>, F> &&
              !increases<element_of<Both>, I>);
static_assert(indexes<In, U> && indexes<In, I> && indexes<In, int> && indexes<In, eg::scalar<u32, "n">>);
static_assert(!indexes<In, F> && !indexes<In, float> && !indexes<In, B> && !indexes<In, bool> &&
              !indexes<Both, F>);
static_assert(!indexes<In, value<vec<u32, 2>>>);
static_assert(loads_if<In, B, float> && loads_if<Both, B, F> && !loads_if<In, I, float> &&
              !loads_if<In, B, I>);

// Variables keep their type.
static_assert(assigns<eg::var<f32> const&, F> && assigns<eg::var<f32> const&, int>);
static_assert(!assigns<eg::var<f32> const&, I> && !assigns<eg::var<i32> const&, float>);
static_assert(increases<eg::var<i32>, int> && !increases<eg::var<i32>, F> && !increases<eg::var<bool>, B>);
static_assert(makes_variable<F> && makes_variable<float> && makes_variable<int> && makes_variable<bool>);
static_assert(makes_variable<long long> && !makes_variable<char const*>);

// Element types.
static_assert(eg::element<f32> && eg::element<f16> && eg::element<eg::bf16> && eg::element<bool> &&
              eg::element<std::int64_t> && eg::element<std::uint8_t>);
static_assert(!eg::element<double> && !eg::element<char32_t> && !eg::element<int*>);

// Matrices: sums of one shape, products where columns meet rows, and what MSL has of no matrix.
using M23 = value<eg::mat<f32, 2, 3>>;
using M32 = value<eg::mat<f32, 3, 2>>;
using M33 = value<eg::mat<f32, 3, 3>>;
using HM23 = value<eg::mat<f16, 2, 3>>;
using F2 = value<vec<f32, 2>>;
using F3 = value<vec<f32, 3>>;
// clang-format off
template <class X, class Y> concept times = requires(X x, Y y) { x * y; };
template <class X, class Y> concept divides = requires(X x, Y y) { x / y; };
template <class X> concept has_determinant = requires(X x) { determinant(x); };
template <class X, class Y> concept scales = requires(X x, Y y) { x *= y; };
// clang-format on
static_assert(adds<M23, M23> && !adds<M23, M32> && !adds<M23, HM23> && !adds<M23, F> && !adds<M23, float> &&
              !adds<M23, F3>);
static_assert(times<M23, F2> && !times<M23, F3> && times<F3, M23> && !times<F2, M23> && times<M23, M32> &&
              times<M32, M23> && !times<M23, M23> && times<M33, M23> && !times<M23, M33>);
static_assert(times<M23, F> && times<float, M23> && times<M23, int> && !times<M23, I> && !times<M23, H> &&
              !times<HM23, F2> && !times<HM23, HM23>);
static_assert(!divides<M33, M33> && !divides<M33, F> && !equals<M33, M33> && !ordered<M33, M33> &&
              !ands<M33, M33> && negates<M33> && !has_sqrt<M33> && !has_abs<M33> && !has_sum<M33> &&
              !has_min<M33, M33>);
static_assert(has_determinant<M33> && !has_determinant<M23> && !has_determinant<F3>);
static_assert(selects<M33, M33, B> && !selects<M33, M33, value<vec<bool, 3>>> && !selects<M33, float, B>);
static_assert(!bits_are<u32, M33> && !bits_are<eg::mat<f32, 2, 2>, value<vec<f32, 4>>>);
static_assert(scales<eg::var<eg::mat<f32, 3, 3>>, M33> && !scales<eg::var<eg::mat<f32, 2, 3>>, M32> &&
              increases<eg::var<eg::mat<f32, 3, 3>>, M33>);
static_assert(!eg::value_type<eg::mat<i32, 2, 2>> && !eg::value_type<eg::mat<eg::bf16, 2, 2>> &&
              !eg::value_type<eg::mat<f32, 5, 2>> && !eg::value_type<eg::mat<f32, 2, 1>>);

// In host memory they lie as in MSL.
static_assert(sizeof(vec<f32, 3>) == 16 && alignof(vec<f32, 3>) == 16 && sizeof(vec<bool, 3>) == 4 &&
              sizeof(vec<f16, 2>) == 4 && alignof(vec<eg::i64, 4>) == 32);
static_assert(sizeof(eg::mat<f32, 2, 3>) == 32 && sizeof(eg::mat<f32, 3, 2>) == 24 &&
              alignof(eg::mat<f32, 3, 2>) == 8 && sizeof(eg::mat<f16, 3, 3>) == 24 &&
              alignof(eg::mat<f16, 4, 4>) == 8);
static_assert(eg::mat<f32, 2, 2>{vec<f32, 2>{1, 2}, vec<f32, 2>{3, 4}}[1][0] == 3.0f);

} // namespace
