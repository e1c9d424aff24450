// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/groups.hpp>
#include <enigma/codegen/register_engine.hpp>

// Reductions of tiles in a kernel: along a mode into a fragment, over the lanes of a simdgroup, over all
// threads of a threadgroup. Over the values of one thread: sum(x), max(x), reduce(x, f) of the tensor floor.

namespace enigma {
namespace detail {

/// The kernel of an expression.
template <class X>
constexpr builder* owner_of_tile(X const& x) {
  builder* b = nullptr;
  x.for_each_source([&](auto const& from) { b = from.engine().owner(); });
  return b;
}

template <class X>
concept tile_of_a_kernel = tile<X> && std::same_as<typename X::place, kernel_place>;

/// A fragment for what is left of x without a mode, in the order of x.
template <class X>
constexpr fragment<typename X::element_type> fragment_without_mode(X const& x, int mode) {
  using T = typename X::element_type;
  return make_fragment<T>(owner_of_tile(x), compact_in_its_order(without_mode(x, mode)), T{}, "");
}

/// Scratch memory for one number of each simdgroup.
template <element T>
constexpr threadgroup_array<T> partial_results(gpu const& g) {
  extent3 const block = g.owner()->block();
  auto const threads = block.is_open() ? 1024 : static_cast<std::int64_t>(block.volume());
  return g.threadgroup_memory<T, "partial">((threads + 31) / 32);
}

/// f over each simdgroup, then over what these have. `neutral` stands in for simdgroups that are not there;
/// without it a thread's own number does, which changes nothing where f(x, x) = x. Where all threadgroups are
/// known to be made of whole simdgroups there is one barrier, else there are two.
template <class T, class F>
constexpr value<T> over_threadgroup(gpu const& g, value<T> const& x, F const& f, value<T> const* neutral) {
  builder* const b = g.owner();
  value<T> const mine = f(x);
  if (!b->block().is_open() && b->block().volume() <= 32)
    return mine;
  auto const partial = partial_results<T>(g);
  auto const lane = g.thread_index_in_simdgroup();
  if (b->in_loop()) // the pass before has been read
    g.threadgroup_barrier();
  g.if_(lane == 0u, [&] { partial[g.simdgroup_index_in_threadgroup()] = mine; });
  g.threadgroup_barrier();
  bool const whole = !b->grid().is_open() && !b->block().is_open(); // all threadgroups are
  auto const gathered = [&] {
    value<bool> const is_there = whole ? lane < static_cast<u32>((b->block().volume() + 31) / 32)
                                       : lane < g.simdgroups_per_threadgroup();
    return f(load_if(partial, lane, is_there, neutral != nullptr ? *neutral : mine));
  };
  if (whole && b->block().volume() % 32 == 0)
    return gathered();
  // The last simdgroup may have too few threads to see all numbers; the first, where there are two, is whole.
  g.if_(g.simdgroup_index_in_threadgroup() == 0u, [&] {
    value<T> const all = gathered();
    g.if_(lane == 0u, [&] { partial[0] = all; });
  });
  g.threadgroup_barrier();
  return partial[0];
}

} // namespace detail

/// Along mode M of a tile, in a fragment with 1 in place of that mode: reduce<1>(x, f)(i, 0) = f(x(i, 0),
/// x(i, 1), ...). It stands beside the tile again: f.store(x / sum<1>(x).load()). f has to be associative
/// and commutative, and takes vectors too.
template <int M, detail::tile_of_a_kernel X, class F>
  requires detail::combines<F, X>
[[nodiscard]] constexpr auto reduce(X const& x, F const& f) {
  auto const r = detail::fragment_without_mode(x, M);
  reduce<M>(r, x, f);
  return r;
}

// clang-format off
#define ENIGMA_MODE_REDUCTION(name, lanes)                                                                     \
  template <int M, detail::tile_of_a_kernel X>                                                                 \
    requires detail::combines<detail::lanes, X>                                                                \
  [[nodiscard]] constexpr auto name(X const& x) { return reduce<M>(x, detail::lanes{}); }
ENIGMA_MODE_REDUCTION(sum, add_lanes)
ENIGMA_MODE_REDUCTION(product, mul_lanes)
ENIGMA_MODE_REDUCTION(min, min_lanes)
ENIGMA_MODE_REDUCTION(max, max_lanes)
ENIGMA_MODE_REDUCTION(all, logical_and_lanes)
ENIGMA_MODE_REDUCTION(any, logical_or_lanes)
#undef ENIGMA_MODE_REDUCTION

// simd_sum(tile): each element over the lanes of the simdgroup, in all of them. The call is where the
// expression is stored, and all lanes have to come there.
// threadgroup_sum(g, x): over all threads of the threadgroup, in all of them; with its scratch memory of a
// number for each simdgroup, and its barriers. x is a value, or a tile, all of whose values count. Every
// thread must come to the call. Metal 2.1.
#define ENIGMA_TILE_REDUCTION(name, neutral)                                                                   \
  namespace detail {                                                                                           \
  struct simd_##name##_lanes {                                                                                 \
    template <class A>                                                                                         \
      requires requires(A const& a) { simd_##name(a); }                                                        \
    constexpr auto operator()(A const& a) const { return simd_##name(a); }                                     \
  };                                                                                                           \
  }                                                                                                            \
  template <detail::tile_of_a_kernel X>                                                                        \
    requires detail::tile_operands<detail::simd_##name##_lanes, X>                                             \
  constexpr auto simd_##name(X const& x) { return detail::operation_on<detail::simd_##name##_lanes>(x); }      \
  template <traced X>                                                                                          \
    requires(operands_of<op::simd_##name, X> && element<typename X::traced_type>)                              \
  constexpr auto threadgroup_##name(gpu const& g, X const& x) {                                                \
    using T = typename X::traced_type;                                                                         \
    return detail::over_threadgroup<T>(g, value<T>(g.owner(), detail::id_of<T>(g.owner(), x)), detail::simd_##name##_lanes{}, neutral); \
  }                                                                                                            \
  template <detail::tile_of_a_kernel X>                                                                        \
    requires detail::tile_operands<detail::simd_##name##_lanes, X>                                             \
  constexpr auto threadgroup_##name(gpu const& g, X const& x) { return threadgroup_##name(g, name(x)); }
namespace detail {
template <class T>
constexpr value<T> zero{T{}};
template <class T>
constexpr value<T> one{1};
} // namespace detail
ENIGMA_TILE_REDUCTION(sum, &detail::zero<T>)
ENIGMA_TILE_REDUCTION(product, &detail::one<T>)
ENIGMA_TILE_REDUCTION(min, nullptr)
ENIGMA_TILE_REDUCTION(max, nullptr)
#undef ENIGMA_TILE_REDUCTION
// clang-format on

} // namespace enigma
