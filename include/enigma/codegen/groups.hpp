// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/gpu.hpp>

// Functions of the 32 lanes of a simdgroup, and of the 4 of a quadgroup, by MSL's names. Only active lanes
// take part, and all lanes that are to take part have to come to the same call. Values: numbers of up to 32
// bits and vectors of them; bf16 goes through float. Metal 2.0 and 2.1; with fill 2.4.

namespace enigma {

namespace detail {

/// What names a lane, a distance or a mask: a C++ integer, or a u16, u32 or i32 of the kernel.
template <class L>
concept lane_number =
    (traced<L> && (std::same_as<traced_type_of<L>, u16> || std::same_as<traced_type_of<L>, u32> ||
                   std::same_as<traced_type_of<L>, i32>)) ||
    (std::integral<L> && !std::same_as<L, bool>);

template <lane_number L>
constexpr value_id number_id(builder* b, char const* function, char const* what, group_detail group,
                             L const& l) {
  if constexpr (traced<L>) {
    return id_of<traced_type_of<L>>(b, l);
  } else {
    auto const n = static_cast<std::int64_t>(l);
    int const past = group.modulo != 0 ? group.modulo : static_cast<int>(group.lanes());
    if (n < 0 || n >= past)
      refused((sentence(group.quad ? "quad" : "simd")
               << function << ": the " << what << ' ' << n << " is not one of 0 to " << past - 1)
                  .lines());
    return id_of<u16>(b, static_cast<u16>(l));
  }
}

template <op Code, traced X>
constexpr auto reduce_lanes(group_detail group, X const& x) {
  using T = typename X::traced_type;
  builder* const b = owner_of_all(x);
  return value<T>(b, b->group(Code, type_of<T>, group, id_of<T>(b, x)));
}
template <op Code, traced X, class L>
constexpr auto from_lane(group_detail group, char const* what, X const& x, L const& l) {
  using T = typename X::traced_type;
  builder* const b = owner_of_all(x);
  value_id const ids[] = {id_of<T>(b, x), number_id(b, info(Code).name + 4, what, group, l)};
  return value<T>(b, b->group(Code, type_of<T>, group, ids[0], ids[1]));
}
template <op Code, traced X, class F, class L>
constexpr auto from_lane_or(group_detail group, X const& x, F const& fill, L const& delta) {
  using T = typename X::traced_type;
  builder* const b = owner_of_all(x);
  int const modulo = group.modulo;
  if (modulo != 0 && (modulo < 2 || modulo > static_cast<int>(group.lanes()) || (modulo & (modulo - 1)) != 0))
    refused((sentence(group.quad ? "quad" : "simd")
             << info(Code).name + 4 << ": the modulo " << modulo
             << (group.quad ? " is not 2 or 4" : " is not 2, 4, 8, 16 or 32"))
                .lines());
  value_id const ids[] = {id_of<T>(b, x), id_of<T>(b, fill),
                          number_id(b, info(Code).name + 4, "delta", group, delta)};
  return value<T>(b, b->group(Code, type_of<T>, group, ids[0], ids[1], ids[2]));
}
template <op Code, class R, class C>
constexpr auto vote(group_detail group, C const& condition) {
  builder* const b = owner_of_all(condition);
  return value<R>(b, b->group(Code, type_of<R>, group, id_of<bool>(b, condition)));
}

} // namespace detail

// clang-format off
#define ENIGMA_REDUCTION(name)                                                                                 \
  template <traced X>                                                                                          \
    requires operands_of<op::simd_##name, X>                                                                   \
  constexpr auto simd_##name(X const& x) { return detail::reduce_lanes<op::simd_##name>({false, 0}, x); }      \
  template <traced X>                                                                                          \
    requires operands_of<op::simd_##name, X>                                                                   \
  constexpr auto quad_##name(X const& x) { return detail::reduce_lanes<op::simd_##name>({true, 0}, x); }
#define ENIGMA_FROM_LANE(name, what)                                                                           \
  template <traced X, detail::lane_number L>                                                                   \
    requires operands_of<op::simd_##name, X>                                                                   \
  constexpr auto simd_##name(X const& x, L const& what) { return detail::from_lane<op::simd_##name>({false, 0}, #what, x, what); } \
  template <traced X, detail::lane_number L>                                                                   \
    requires operands_of<op::simd_##name, X>                                                                   \
  constexpr auto quad_##name(X const& x, L const& what) { return detail::from_lane<op::simd_##name>({true, 0}, #what, x, what); }
#define ENIGMA_FROM_LANE_OR(name)                                                                              \
  template <traced X, class F, detail::lane_number L>                                                          \
    requires(operands_of<op::simd_##name, X> && detail::fits_as<F, typename X::traced_type>)                   \
  constexpr auto simd_##name(X const& x, F const& fill, L const& delta, int modulo = 0) { return detail::from_lane_or<op::simd_##name>({false, modulo}, x, fill, delta); } \
  template <traced X, class F, detail::lane_number L>                                                          \
    requires(operands_of<op::simd_##name, X> && detail::fits_as<F, typename X::traced_type>)                   \
  constexpr auto quad_##name(X const& x, F const& fill, L const& delta, int modulo = 0) { return detail::from_lane_or<op::simd_##name>({true, modulo}, x, fill, delta); }
#define ENIGMA_VOTE(name, simd_result, quad_result)                                                            \
  template <a_condition_is_one_bool_as_a_comparison_gives C>                                                                               \
  constexpr auto simd_##name(C const& c) { return detail::vote<op::simd_##name, simd_result>({false, 0}, c); } \
  template <a_condition_is_one_bool_as_a_comparison_gives C>                                                                               \
  constexpr auto quad_##name(C const& c) { return detail::vote<op::simd_##name, quad_result>({true, 0}, c); }

// Over the active lanes, in each of them. The order of a sum of floats is open.
ENIGMA_REDUCTION(sum)
ENIGMA_REDUCTION(product)
ENIGMA_REDUCTION(min)
ENIGMA_REDUCTION(max)
ENIGMA_REDUCTION(and)
ENIGMA_REDUCTION(or)
ENIGMA_REDUCTION(xor)
// Over the active lanes up to this one, or before it; nothing before it is 0, or 1.
ENIGMA_REDUCTION(prefix_inclusive_sum)
ENIGMA_REDUCTION(prefix_exclusive_sum)
ENIGMA_REDUCTION(prefix_inclusive_product)
ENIGMA_REDUCTION(prefix_exclusive_product)
// From another lane, which has to be active. The lane of a shuffle may differ from thread to thread; the lane
// of a broadcast, masks and distances are the same in all threads of the group. Distances are below the size
// of the group, or the modulo.
ENIGMA_REDUCTION(broadcast_first)
ENIGMA_FROM_LANE(broadcast, lane)
ENIGMA_FROM_LANE(shuffle, lane)
ENIGMA_FROM_LANE(shuffle_xor, mask)
ENIGMA_FROM_LANE(shuffle_up, delta)
ENIGMA_FROM_LANE(shuffle_down, delta)
ENIGMA_FROM_LANE(shuffle_rotate_up, delta)
ENIGMA_FROM_LANE(shuffle_rotate_down, delta)
ENIGMA_FROM_LANE_OR(shuffle_and_fill_up)
ENIGMA_FROM_LANE_OR(shuffle_and_fill_down)
// Over the active lanes; ballots have bit i for lane i. Bits beyond the lanes of the group are open.
ENIGMA_VOTE(all, bool, bool)
ENIGMA_VOTE(any, bool, bool)
ENIGMA_VOTE(ballot, u64, u32)
#undef ENIGMA_REDUCTION
#undef ENIGMA_FROM_LANE
#undef ENIGMA_FROM_LANE_OR
#undef ENIGMA_VOTE
// clang-format on

} // namespace enigma
