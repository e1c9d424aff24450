// SPDX-License-Identifier: MIT
// Control flow, masked accesses, registers, helpers for tiles.
#include "rows.hpp"

#include <utility>

namespace python_api {
namespace {

// clang-format off
row const control[] = {
    STATEMENTS("for_range(lo, hi)", "for (int i = 0; i < 4; ++i) { B[i] = A[i]; }",
               g.for_range(4, [&](auto at) { B[at] = A[at]; });),
    STATEMENTS("for_range(lo, hi, step), range", "for (int i0 = i; i0 < j; i0 += 2) { B[i0] = x; }",
               g.for_range(i, j, 2, [&](auto at) { B[at] = x; });),
    STATEMENTS("for_range(..., dtype=\"uint\")", "for (uint i = 0u; i < 4u; ++i) { B[i] = x; }",
               g.for_range<u32>(0, 4, [&](auto at) { B[at] = x; });),
    EXPRESSION("for_range(lo, hi, init=value), Carry",
               "float x0 = 0.0f; for (uint i = 0u; i < n; ++i) { x0 += A[i]; } x0",
               g.for_range(n, eg::carry(0.0f), [&](auto at, auto sum) { return sum + A[at]; })),
    noted(STATEMENTS("range_constexpr(4)", "B[0u] = A[0u]; B[1u] = A[1u];",
                     eg::range_constexpr<2>([&](auto at) { B[at] = A[at]; });),
          "a loop of C++ unrolls, too"),
    STATEMENTS("if_(condition)", "if (x > 0.0f) { B[u] = x; }", g.if_(x > 0, [&] { B[u] = x; });),
    STATEMENTS("if_(condition) as (then_b, else_b)", "if (x > 0.0f) { B[u] = x; } else { B[u] = 0.0f; }",
               g.if_(x > 0, [&] { B[u] = x; }).else_([&] { B[u] = 0; });),
    STATEMENTS("while_(cond_fn)", "uint left = u; while (left > 0u) { left -= 1u; B[left] = x; }",
               auto left = g.variable<"left">(u);
               g.while_([&] { return left > 0; }, [&] { left -= 1; B[left] = x; });),
};

row const masked[] = {
    noted(EXPRESSION("load_if(buf, index, mask, default)", "u < n ? A[u] : 0.0f", load_if(A, u, u < n, 0.0f)),
          "no access where the condition is false"),
    STATEMENTS("store_if(buf, index, value, mask)", "if (u < n) B[u] = x;", store_if(B, u, u < n, x);),
    noted(STATEMENTS("register_tensor(shape, dtype, fill), RegisterTensor",
                     "float x0 = 0.0f; x0 += x; for (uint i = 0u; i < n; ++i) { x0 += A[i]; } B[u] = x0;",
                     constexpr auto place = eg::make_layout({2, 2});
                     auto tile = g.registers<f32, 4>(0.0f); tile[int(place(1, 0))] += x;
                     g.for_range(n, [&](auto at) { tile[1] += A[at]; }); B[u] = tile[1];),
          "a layout says which is where"),
};

row const helpers[] = {
    noted(STATEMENTS("gemm(A, B, C, M, N, K)",
                     "float x0 = 0.0f; float x1 = 0.0f; const uint v0 = u * 4u; for (uint i = 0u; i < 4u; ++i) { "
                     "const float v1 = A[v0 + i]; const uint v2 = 2u * i; x0 += v1 * B[v2]; x1 += v1 * B[v2 + "
                     "1u]; } B[u] = x0 + x1;",
                     auto sum = g.registers<f32, 2>(0.0f);
                     g.for_range<u32>(0, 4, [&](auto p) {
                       eg::range_constexpr<2>([&](auto o) { sum[o] += A[u * 4 + p] * B[2 * p + o()]; });
                     });
                     B[u] = sum[0] + sum[1];),
          "no function yet: a loop with accumulators in registers, or [simdgroup "
          "matrices](#25-simdgroup-matrix-operations)"),
    STATEMENTS("copy(src, dst, count)", "for (int i = 0; i < 16; ++i) { B[i] = A[i]; }",
               g.for_range(16, [&](auto at) { B[at] = A[at]; });),
    noted(STATEMENTS("copy(..., coalesced_width=4)",
                     "for (int i = 0; i < 16; i += 4) { *(device float4*)(B + i) = *(const device "
                     "float4*)(A + i); }",
                     g.for_range(0, 16, 4, [&](auto at) { B.store(at, A.load<4>(at)); });),
          "`tB.store(tA.load())` of tensors finds the width itself"),
    STATEMENTS("copy(..., mask_fn)", "for (uint i = 0u; i < 16u; ++i) { if (i < n) B[i] = A[i]; }",
               g.for_range<u32>(0, 16, [&](auto at) { store_if(B, at, at < n, A[at]); });),
    noted(STATEMENTS("pipeline(dtype, size, stages=2), Pipeline, stage(k)",
                     "threadgroup alignas(16) float front[8]; threadgroup alignas(16) float back[8]; "
                     "back[u] = x; front[u] = y; B[u] = back[u] + front[u];",
                     auto front = g.threadgroup_memory<f32, "front">(8);
                     auto back = g.threadgroup_memory<f32, "back">(8); back[u] = x; std::swap(front, back);
                     back[u] = y; B[u] = front[u] + back[u];),
          "arrays are values of C++, which can be exchanged while the kernel is traced"),
    noted(STATEMENTS("front(), back(), swap(), rotate()",
                     "threadgroup alignas(16) float both[16]; uint which = 0u; for (uint i = 0u; i < n; "
                     "++i) { both[which * 8u + u] = A[i]; which = 1u - which; }",
                     auto both = g.threadgroup_memory<f32, "both">(16);
                     auto which = g.variable<"which">(0u); g.for_range(n,
                                                                       [&](auto at) {
                                                                         both[which * 8 + u] = A[at];
                                                                         which = 1 - which;
                                                                       });),
          "in a loop: one array, and which half"),
};
// clang-format on

} // namespace

std::span<section const> flow_sections() {
  static section const all[] = {
      {35, "Control flow", "flow.cpp", "tests/msl/control_flow.cpp", control},
      {36, "Masked load and store", "flow.cpp", "tests/msl/control_flow.cpp", masked},
      {37, "Tile helpers", "flow.cpp", "tests/tensor/kernel_tiles.cpp", helpers},
  };
  return all;
}

} // namespace python_api
