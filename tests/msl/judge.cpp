// SPDX-License-Identifier: MIT
// What judges the texts is no yes-man: near each statement that it accepts lies one that it refuses.
#include "witness.hpp"

namespace {

TEST(judge, refuses_what_metal_refuses) {
  auto const body = [&](std::string const& statements) {
    return witness::objections(std::string() +
                               "#include <metal_stdlib>\nusing namespace metal;\n"
                               "kernel void k(device float* X [[buffer(0)]],\n"
                               "              const device float* C [[buffer(1)]],\n"
                               "              device half* H [[buffer(2)]],\n"
                               "              device int* I [[buffer(3)]],\n"
                               "              constant float& a [[buffer(4)]],\n"
                               "              uint3 gid [[thread_position_in_grid]]) {\n"
                               "  threadgroup alignas(16) float tile[64];\n"
                               "  tile[0] = a;\n" +
                               statements + "\n}\n");
  };
  struct pair {
    char const *right, *wrong;
  };
  pair const pairs[] = {
      {"X[0] = a;", "X[0] = b;"},       // unknown name
      {"X[0] = C[1];", "C[0] = X[1];"}, // const
      {"*(device float4*)(X + 4) = float4(a);",
       "device float4* p = (float4*)(X + 4); *p = float4(a);"}, // no address space
      {"*(device float4*)(X + 4) = float4(a);", "threadgroup float* p = X; *p = a;"},
      {"*(threadgroup float4*)(tile) = float4(a);", "device float* p = tile; *p = a;"},
      {"const float4 v = *(const device float4*)(C); X[0] = v.x;",
       "const float4 v = *(const device int4*)(C); X[0] = v.x;"},
      {"X[gid.x] = 1.0f;", "X[gid] = 1.0f;"},
      {"X[0] = max(a, 0.0f);", "X[0] = max(a, 0);"}, // two types
      {"H[0] = max(H[0], 0.5h);", "H[0] = max(H[0], 0.5f);"},
      {"X[0] = as_type<float>(I[0]);", "X[0] = as_type<float>(H[0]);"}, // sizes
      {"X[0] = float4(a, a, a, a).w;", "X[0] = float4(a, a, a).w;"},    // lanes
      {"X[0] = float2(a, a).y;", "X[0] = float2(a, a).z;"},
      {"I[0] = int4(float4(a)).x;", "const int4 v = float4(a); I[0] = v.x;"}, // no implicit conversion
      {"threadgroup_barrier(mem_flags::mem_device);", "threadgroup_barrier(1);"},
      {"X[0] = select(float4(a), float4(0.0f), float4(a) < 1.0f).x;",
       "X[0] = select(float4(a), float4(0.0f), float4(a)).x;"},
      {"X[0] = simd_sum(a);", "X[0] = simd_sums(a);"},
      {"X[0] = a;", "const float unused = a;"}, // a dead value
      {"X[0] = (a > 1.0f && a < 2.0f) || a == 0.0f;", "X[0] = a > 1.0f && a < 2.0f || a == 0.0f;"},
  };
  for (pair const& p : pairs) {
    EXPECT_EQ(body(p.right), "");
    EXPECT_NE(body(p.wrong), "") << p.wrong;
  }
}

} // namespace
