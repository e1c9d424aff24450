// SPDX-License-Identifier: MIT
// Every access of the kernels of examples/kernels to memory: lanes of a simdgroup over the layouts that the
// kernels themselves are written with. docs/gallery.md shows what they cost, tests/examples/gallery.cpp holds
// them to it.
#pragma once

#include "../../examples/kernels/fused_attention.hpp"
#include "../../examples/kernels/gemm.hpp"
#include "../../examples/kernels/large_sum.hpp"
#include "../../examples/kernels/layer_norm.hpp"
#include "../../examples/kernels/matvec.hpp"
#include "../../examples/kernels/transpose.hpp"
#include "../../examples/kernels/vector_add.hpp"

#include <enigma/layout/memory.hpp>

#include <string_view>

namespace gallery {

namespace eg = enigma;
using eg::composed_layout, eg::int_tuple, eg::layout, eg::simd_access;

struct access {
  std::string_view kernel, what, text; // as it is in the source, where … stands for anything
  composed_layout memory;              // coordinate -> element
  simd_access by;                      // lane -> coordinate
  int element_bytes = 4;
  int alignment = 128; // in bytes, of where a tile begins in device memory
  bool in_threadgroup = false;

  constexpr eg::bank_conflicts conflicts() const { return find_bank_conflicts(memory, by, element_bytes); }
  constexpr eg::touched_lines lines() const {
    return find_touched_lines(memory, by, element_bytes, {128, alignment});
  }
};

// ---- Memories --------------------------------------------------------------------------------------------

constexpr composed_layout plain(layout const& l) {
  return {eg::swizzle{}, 0, l};
}
/// Elements in a row, counted from element `first`.
constexpr composed_layout row(int first = 0) {
  return {eg::swizzle{}, first, layout{1 << 20, 1}};
}
constexpr int ld = 1024; // of the matrices that the figures are for
constexpr composed_layout by_rows(int_tuple const& tile, int stride = ld) {
  return plain(layout(tile, {stride, 1}));
}
constexpr composed_layout by_columns(int_tuple const& tile, int stride = ld) {
  return plain(layout(tile, {1, stride}));
}

// ---- Lanes -----------------------------------------------------------------------------------------------

/// Lane t has element t, or the t-th vector of so many.
constexpr simd_access one_each(int vector = 1) {
  return {layout{32, vector}, {}, vector};
}
/// A tiled copy of a tile of that shape.
template <class Copy>
constexpr simd_access by(Copy const& copy, int_tuple const& shape, int vector = 1) {
  return eg::make_simd_access(copy.tv(shape).layout, vector);
}
/// Matrix units, of which each lane is taken to move the two elements that it holds: at once where they lie
/// beside each other in the memory.
constexpr simd_access by_units(eg::tv_layout const& held, composed_layout const& memory) {
  auto const apart = memory(held.layout(0, 1)) - memory(held.layout(0, 0));
  return eg::make_simd_access(held.layout, apart == 1 ? 2 : 1);
}

// ---- What the kernels have -------------------------------------------------------------------------------

namespace of_sum = examples::sum_detail;
namespace of_norm = examples::layer_norm_detail;
namespace of_transpose = examples::transpose_detail;
namespace of_matvec = examples::matvec_detail;
namespace of_gemm = examples::gemm_detail;
namespace of_attention = examples::attention_detail;

/// A tile of vector_add_tv: (thread, value) -> element of the matrix.
constexpr layout vector_add_tile() {
  constexpr auto& tv = examples::vector_add_tv_layout;
  return composition(mode(zipped_divide(examples::vector_add_matrix, tv.tiler), 0), tv.layout);
}
inline constexpr auto gemm_mma = of_gemm::mma<eg::f32>;
inline constexpr int_tuple square{32, 32}, gemm_step{64, of_gemm::step},
    key_tile{of_attention::keys, of_attention::width}, query_tile{of_attention::queries, of_attention::width};
inline constexpr composed_layout sA = plain(of_gemm::shared_layout<true, eg::f32>()),
                                 sB = plain(of_gemm::shared_layout<false, eg::f32>()), C = by_rows({64, 64}),
                                 sK = plain(of_attention::shared),
                                 sV = plain(make_layout(mode(of_attention::shared, 1),
                                                        mode(of_attention::shared, 0))),
                                 queries = by_rows(query_tile, of_attention::width);

constexpr access device(std::string_view kernel, std::string_view what, std::string_view text,
                        composed_layout const& memory, simd_access const& by, int element_bytes = 4,
                        int alignment = 128) {
  return {kernel, what, text, memory, by, element_bytes, alignment, false};
}
constexpr access threadgroup(std::string_view kernel, std::string_view what, std::string_view text,
                             composed_layout const& memory, simd_access const& by, int element_bytes = 4) {
  return {kernel, what, text, memory, by, element_bytes, 128, true};
}

/// By kernel. Rows whose beginnings are arguments begin anywhere: there the alignment is that of an element.
// clang-format off
inline constexpr access accesses[] = {
    device("saxpy", "`X`, `Y`, `Out`", "Out[gid] = alpha * X[gid] + Y[gid]", row(), one_each()),

    device("vector_add", "`A`, `B`, `C`, one each", "C[gid] = A[gid] + B[gid]", row(), one_each()),
    device("vector_add_float4", "`A`, `B`, `C`, four each", "((device float4*)C)[gid]", row(), one_each(4)),
    device("vector_add_tv", "`A`, `B`, `C`", "*(device float4*)(C + …)", row(), eg::make_simd_access(vector_add_tile(), 4)),

    device("laplacian", "`X`, left", "X[gid - 1u]", row(-1), one_each()),
    device("laplacian", "`X`, itself", "X[gid]", row(), one_each()),
    device("laplacian", "`X`, right", "X[…]", row(1), one_each()),
    device("laplacian", "`Y`", "Y[gid]", row(), one_each()),

    device("heat_step", "`now`, itself", "here = now[…]", row(), one_each()),
    device("heat_step", "`now`, left", "now[… + (max(gid.x, 1u) - 1u)]", row(-1), one_each()),
    device("heat_step", "`now`, right", "now[… + min(gid.x + 1u, width - 1u)]", row(1), one_each()),
    device("heat_step", "`now`, up and down", "now[(… + (max(gid.y, 1u) - 1u)) * width + gid.x]", row(), one_each()),
    device("heat_step", "`next`", "next[…] = ", row(), one_each()),

    device("softmax", "a row of `X`, twice", "X_first[i]", row(), one_each(), 4, 4),
    device("softmax", "a row of `Y`", "Y_first[i]", row(), one_each(), 4, 4),

    device("rms_norm", "a row of `X`, twice", "X_first[i]", row(), one_each(), 4, 4),
    device("rms_norm", "a row of `Y`", "Y_first[i]", row(), one_each(), 4, 4),
    device("rms_norm", "`W`", "W[i]", row(), one_each()),
    threadgroup("rms_norm", "of simdgroups, read", "partial[lane]", row(), one_each()),

    device("layer_norm", "a row of `X`", "… ? X_from[…] : 0.0f", by_rows({1, of_norm::most}), by(of_norm::bring, {1, of_norm::most}), 4, 4),
    device("layer_norm", "`gain`, `bias`", " * gain_from[…] + ", by_rows({1, of_norm::most}), by(of_norm::bring, {1, of_norm::most})),
    device("layer_norm", "a row of `Y`", "Y_from[…] = ", by_rows({1, of_norm::most}), by(of_norm::bring, {1, of_norm::most}), 4, 4),
    threadgroup("layer_norm", "of simdgroups, read", "partial[lane]", row(), one_each()),

    device("transposed", "`A`", " = A[…]", by_rows(square), by(of_transpose::along_rows, square)),
    threadgroup("transposed", "`tile`, written by rows", "tile[…] = ", of_transpose::tile, by(of_transpose::along_rows, square)),
    threadgroup("transposed", "`tile`, read by columns", " = tile[… ^ ((… & 992u) >> 5u)]", of_transpose::tile, by(of_transpose::along_columns, square)),
    device("transposed", "`B`", "B[…] = ", by_columns(square), by(of_transpose::along_columns, square)),

    device("large_sum", "sum: `X`", "*(const device float4*)(X + … + 1024)", row(), by(of_sum::bring, of_sum::block, 4)),
    threadgroup("large_sum", "sum: of simdgroups, read", "partial[lane]", row(), one_each()),
    device("running_sum", "running sum: `X`", "*(const device float4*)(X + … + 1024)", row(), by(of_sum::bring, of_sum::block, 4)),
    device("running_sum", "running sum: of blocks", "sums[i]", row(), one_each()),
    device("running_sum", "running sum: `Y`", "*(device float4*)(Y + … + 1024) = ", row(), by(of_sum::bring, of_sum::block, 4)),

    device("matvec_int8", "a row of `W`", "*(const device char4*)W_from", by_rows({1, 128}), by(of_matvec::bring, {1, 128}, 4), 1, 4),
    device("matvec_int8", "`X`", "*(const device float4*)X_from", row(), by(of_matvec::bring, {1, 128}, 4)),
    device("matvec_int4", "a row of `W`", "*(const device uchar4*)(W + …)", by_rows({1, 128}), by(of_matvec::bring, {1, 128}, 4), 1, 4),
    device("matvec_int4", "`X`", "*(const device float2*)(X + first)", row(), {layout{32, 8}, layout{4, 2}, 2}),

    device("gemm", "`A`, by rows", "*(const device float4*)A_from", by_rows(gemm_step), by(of_gemm::bring<true>, gemm_step, 4)),
    device("gemm", "`B`, by rows", "*(const device float4*)B_from", by_columns(gemm_step), by(of_gemm::bring<false>, gemm_step, 4)),
    threadgroup("gemm", "`sA`, written", "*(threadgroup float4*)sA_from = ", sA, by(of_gemm::bring<true>, gemm_step, 4)),
    threadgroup("gemm", "`sB`, written", "*(threadgroup float4*)sB_from = ", sB, by(of_gemm::bring<false>, gemm_step, 4)),
    threadgroup("gemm", "`sA`, by matrix units", "simdgroup_load(…, sA + …, 24u)", sA, by_units(gemm_mma.tv_A(), sA)),
    threadgroup("gemm", "`sB`, by matrix units", "simdgroup_load(…, sB + …, 72u)", sB, by_units(gemm_mma.tv_B(), sB)),
    device("gemm", "`C`", "*(device float2*)C_from = ", C, by_units(gemm_mma.tv_C(), C)),

    device("fused_attention", "`Q`", "*(const device half2*)(Q_from + …)", queries, by_units(of_attention::scores.tv_A(), queries), 2),
    device("fused_attention", "`K`, `V`", "*(const device half4*)(K_from + …)", by_rows(key_tile, of_attention::width), by(of_attention::bring, key_tile, 4), 2),
    threadgroup("fused_attention", "`sK`, `sV`, written", "*(threadgroup half4*)(sK_from + …) = ", sK, by(of_attention::bring, key_tile, 4), 2),
    threadgroup("fused_attention", "`sK`, by matrix units", "simdgroup_load(…, sK + …, 72u, … true)", sK, by_units(of_attention::scores.tv_B(), sK), 2),
    threadgroup("fused_attention", "`sV`, by matrix units", "simdgroup_load(…, sV + …, 72u)", sV, by_units(of_attention::values.tv_B(), sV), 2),
    device("fused_attention", "`O`", "*(device half2*)(O_from + …) = ", queries, by_units(of_attention::values.tv_C(), queries), 2),
};
// clang-format on

} // namespace gallery
