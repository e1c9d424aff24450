// SPDX-License-Identifier: MIT
// Matrices of a simdgroup and of a thread, function constants, async copies.
#include "rows.hpp"

namespace python_api {
namespace {

// clang-format off
row const simdgroup_matrices[] = {
    STATEMENTS("simdgroup_matrix_load(buf, elements_per_row)", "simdgroup_float8x8 v0; simdgroup_load(v0, A, 64u); simdgroup_store(v0, B);",
               auto m = simdgroup_load(A, 0, 64); simdgroup_store(m, B);),
    noted(STATEMENTS("simdgroup_matrix_store(matrix, buf, elements_per_row)", "simdgroup_float8x8 v0; simdgroup_load(v0, A + 64u * u, n, ulong2(0), true); simdgroup_store(v0, B + 8u, 64u);",
                     auto m = simdgroup_load(A.from(64 * u), 0, n, {.transpose = true});
                     simdgroup_store(m, B, 8, 64);),
          "with an offset, a stride known or not, transposed"),
    noted(STATEMENTS("simdgroup_multiply_accumulate(a, b, c)", "simdgroup_float8x8 v0; simdgroup_load(v0, A); simdgroup_float8x8 v1; simdgroup_load(v1, A + 64u); simdgroup_float8x8 v2 = make_filled_simdgroup_matrix<float, 8, 8>(0.0f); simdgroup_float8x8 v3; simdgroup_multiply_accumulate(v3, v0, v1, v2); simdgroup_store(v3, B);",
                     auto sum = eg::make_filled_simdgroup_matrix(g, 0.0f);
                     auto next = simdgroup_multiply_accumulate(simdgroup_load(A), simdgroup_load(A, 64), sum);
                     simdgroup_store(next, B);),
          "f32, f16 and bf16"),
    STATEMENTS("make_filled_simdgroup_matrix(value)", "simdgroup_float8x8 v0 = make_filled_simdgroup_matrix<float, 8, 8>(x); simdgroup_store(v0, B);",
               simdgroup_store(eg::make_filled_simdgroup_matrix(g, x), B);),
};

row const matrices[] = {
    noted(STATEMENTS("matmul(a, b)",
                     "const float3x3 v0 = float3x3(a, b, c); *(device packed_float3*)(B + 3u * u) = (v0 * "
                     "v0)[0];",
                     auto m = eg::make_matrix(a, b, c); auto p = m * m;
                     B.store(3 * u, p[0]);),
          "columns; also by a vector or a number"),
    STATEMENTS("transpose(m)", "*(device packed_float3*)(B + 3u * u) = transpose(float3x2(e, e, e))[0];",
               auto m = transpose(eg::make_matrix(e, e, e)); B.store(3 * u, m[0]);),
    EXPRESSION("determinant(m)", "determinant(float3x3(a, b, c))", determinant(eg::make_matrix(a, b, c))),
};

row const constants[] = {
    noted(KERNEL("function_constant(dtype, index)", "constant float eps [[function_constant(0)]]; kernel void k(device float* Y [[buffer(0)]], uint gid [[thread_position_in_grid]]) { Y[gid] = 2.0f * eps; }",
                 eg::kernel<"k">([](eg::gpu& g, eg::constant<f32, "eps", 0> eps, eg::out<f32, "Y"> y) {
                   y[g.thread_position_in_grid()] = 2 * eps;
                 })),
          "given with the arguments of the call"),
    noted(KERNEL("function_constant(\"uint\", 1)", "constant uint width_given [[function_constant(1)]]; constant uint width = is_function_constant_defined(width_given) ? width_given : 64u; kernel void k(device uint* Y [[buffer(0)]], uint gid [[thread_position_in_grid]]) { Y[gid] = width; }",
                 eg::kernel<"k">([](eg::gpu& g, eg::constant<u32, "width", 1, 64> width, eg::out<u32, "Y"> y) {
                   y[g.thread_position_in_grid()] = width;
                 })),
          "with a default, for a call with `eg::by_default`; Python had none"),
};

row const copies[] = {
    STATEMENTS("async_copy_1d_d2t(dst, dst_offset, src, src_offset, count)",
               "threadgroup alignas(16) float tile[64]; const simdgroup_event v0 = "
               "simdgroup_async_copy(tile, A + u, 64u, lane); simdgroup_async_wait(v0); B[u] = tile[u];",
               auto tile = g.threadgroup_memory<f32, "tile">(64);
               auto copy = eg::experimental::async_copy(tile, 0u, A, u, 64u);
               wait(copy); B[u] = tile[u];),
    STATEMENTS("async_copy_1d_t2d(dst, dst_offset, src, src_offset, count)",
               "threadgroup alignas(16) float tile[64]; tile[u] = x; const simdgroup_event v0 = "
               "simdgroup_async_copy(B + u, tile, 64u, lane); simdgroup_async_wait(v0);",
               auto tile = g.threadgroup_memory<f32, "tile">(64); tile[u] = x;
               wait(eg::experimental::async_copy(B, u, tile, 0u, 64u));),
    noted(STATEMENTS("async_copy_2d_d2t(...)",
                     "threadgroup alignas(16) float tile[64]; const simdgroup_event v0 = "
                     "simdgroup_async_copy(tile, uint2(0u, 8u), A, uint2(u, n), uint2(8u, 4u), lane); "
                     "simdgroup_async_wait(v0); B[u] = tile[u];",
                     auto tile = g.threadgroup_memory<f32, "tile">(64);
                     wait(eg::experimental::async_copy(tile, 0u, 8u, A, u, n, 8u, 4u)); B[u] = tile[u];),
          "on either side the first element and the elements of a row"),
    STATEMENTS("async_copy_2d_t2d(...)",
               "threadgroup alignas(16) float tile[64]; tile[u] = x; const simdgroup_event v0 = "
               "simdgroup_async_copy(B, uint2(u, n), tile, uint2(0u, 8u), uint2(8u, 4u), lane); "
               "simdgroup_async_wait(v0);",
               auto tile = g.threadgroup_memory<f32, "tile">(64); tile[u] = x;
               wait(eg::experimental::async_copy(B, u, n, tile, 0u, 8u, 8u, 4u));),
    noted(STATEMENTS("async_copy_wait(*events)",
                     "threadgroup alignas(16) float tile[64]; const simdgroup_event v0 = "
                     "simdgroup_async_copy(tile, A + u, 32u, lane); const simdgroup_event v1 = "
                     "simdgroup_async_copy(tile + 32u, A + t, 32u, lane); simdgroup_async_wait(v0); "
                     "simdgroup_async_wait(v1); B[u] = tile[u];",
                     auto tile = g.threadgroup_memory<f32, "tile">(64);
                     auto first = eg::experimental::async_copy(tile, 0u, A, u, 32u);
                     auto second = eg::experimental::async_copy(tile, 32u, A, t, 32u);
                     wait(first, second); B[u] = tile[u];),
          "one or several; the other simdgroups see them behind a barrier"),
    noted(STATEMENTS("async_copy_to_threadgroup(src, dst, count)",
                     "threadgroup alignas(16) float tile[64]; const simdgroup_event v0 = "
                     "simdgroup_async_copy(tile, A, 64u, lane); simdgroup_async_wait(v0); B[u] = tile[u];",
                     auto tile = g.threadgroup_memory<f32, "tile">(64);
                     auto copy = eg::experimental::async_copy(tile, 0u, A, 0u, 64u);
                     wait(copy); B[u] = tile[u];),
          "what is copied to comes first"),
    NONE("async_copy_commit(token)",
         "Metal has no groups of copies: each begins where it is made, and `wait(copy)` ends it"),
};
// clang-format on

} // namespace

std::span<section const> matrix_sections() {
  static section const all[] = {
      {25, "Simdgroup matrix operations", "matrices.cpp", "tests/msl", simdgroup_matrices},
      {26, "Matrix operations", "matrices.cpp", "tests/msl/matrices.cpp", matrices},
      {27, "Function constants", "matrices.cpp", "tests/msl/parameters.cpp", constants},
      {34, "Async copy", "matrices.cpp", "tests/msl/async_copies.cpp", copies},
  };
  return all;
}

} // namespace python_api
