// SPDX-License-Identifier: MIT
// O = softmax(Q * K^T * scale) * V for any number of queries and keys, in one pass over the keys. The scores
// of a tile never leave the registers: they are the accumulators of the first product and, as powers, an
// operand of the second. fused_attention.metal is the same by hand.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::u32;

namespace attention_detail {

constexpr int width = 64;   // of a query, a key and a value
constexpr int queries = 32; // of a threadgroup, 8 for each of 4 simdgroups
constexpr int keys = 32;    // of a step

inline constexpr auto scores =
    make_tiled_mma(eg::simdgroup_mma<f16>{}, eg::make_layout({4, 1}), {queries, keys, width});
inline constexpr auto values =
    make_tiled_mma(eg::simdgroup_mma<f16>{}, eg::make_layout({4, 1}), {queries, width, keys});
inline constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, {{8, 16}, {16, 1}}, eg::make_layout({1, 4}));

inline constexpr eg::layout shared{{keys, width}, {width + 8, 1}}; // padded by 16 bytes

template <class E>
constexpr eg::tensor<E> swapped_modes(eg::tensor<E> const& t) {
  return {t.engine(), make_layout(mode(t.layout(), 1), mode(t.layout(), 0)), t.offset()};
}

} // namespace attention_detail

/// Q and O are (L,64), K and V are (S,64), rows one after the other. A threadgroup of 128 threads for each 32
/// queries.
inline constexpr auto fused_attention = eg::kernel<"fused_attention">(
    [](eg::gpu& g, eg::in<f16, "Q"> q, eg::in<f16, "K"> k, eg::in<f16, "V"> v, eg::out<f16, "O"> o,
       eg::scalar<u32, "L"> L, eg::scalar<u32, "S"> S, eg::scalar<f32, "scale"> scale) {
      using namespace attention_detail;
      using eg::_;
      auto const rows = [&](auto const& memory, auto const& count) {
        return make_tensor(memory, eg::make_shape(count, width), eg::make_stride(width, 1));
      };
      auto const group = g.threadgroup_position_in_grid();
      auto const of_scores = scores.slice(g), of_values = values.slice(g);
      auto const tile = eg::make_coord(group, 0);

      auto const query = of_scores.make_fragment_A<"query">();
      copy(within(of_scores.partition_A(local_tile(rows(q, L), {queries, width}, tile))), query);

      auto const mine = bring.slice(g);
      auto const tK = mine.partition_S(local_tile(rows(k, S), {keys, width}, eg::make_coord(_, 0)));
      auto const tV = mine.partition_S(local_tile(rows(v, S), {keys, width}, eg::make_coord(_, 0)));
      auto const sK = eg::make_pipeline<f16, 2, "sK">(g, shared),
                 sV = eg::make_pipeline<f16, 2, "sV">(g, shared);
      auto const column = of_scores.partition_C(make_identity_tensor(g, {queries, keys}));

      constexpr float lowest = -3.402823466e38f;
      auto const out = of_values.make_fragment_C<"out">();
      auto const largest = make_fragment<f32, "largest">(g, eg::make_layout({1, 1, 1}), lowest);
      auto const sum = make_fragment<f32, "sum">(g, eg::make_layout({1, 1, 1}));
      for_pipelined(
          g, ceil_div(S, keys),
          [&](auto const& step, auto const& to_K, auto const& to_V) {
            auto const from_K = tK(_, _, _, step), from_V = tV(_, _, _, step);
            if_inside(g, is_inside(from_K, from_V), [&](auto bounded) {
              copy(bounded(from_K), mine.partition_D(to_K));
              copy(bounded(from_V), mine.partition_D(to_V));
            });
          },
          [&](auto const& step, auto const& key, auto const& value) {
            // begin step
            auto const score = of_scores.make_fragment_C();
            eg::gemm(of_scores, query, of_scores.matrices_B(key), score);
            // Keys that are not there get no weight.
            auto const there = eg::coordinate<1>(column) + step * u32{keys} < S;
            score.store(select(lowest, score.load() * scale, there));

            auto const next = make_fragment_like(largest);
            next.store(max(largest.load(), simd_row_max(score.load()).load()));
            auto const shrink = make_fragment_like(largest);
            shrink.store(exp(largest.load() - next.load()));
            largest.store(next.load());
            score.store(exp(score.load() - next.load()));
            sum.store(sum.load() * shrink.load() + simd_row_sum(score.load()).load());
            out.store(out.load() * shrink.load());

            auto const weight = of_values.make_fragment_A();
            weight.store(eg::cast<f16>(score.load()));
            eg::gemm(of_values, weight, of_values.matrices_B(swapped_modes(value)), out);
            // end step
          },
          sK, sV);

      auto const to = of_values.partition_C(local_tile(rows(o, L), {queries, width}, tile));
      within(to).store(eg::cast<f16>(out.load() / sum.load()));
    });

} // namespace examples
