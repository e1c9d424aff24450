// SPDX-License-Identifier: MIT
// The exact text of the kernels in kernels.hpp, read and found good by a person: a change here is a change of
// what users see.
#include "kernels.hpp"

namespace {

template <auto Kernel>
constexpr bool prints(std::string_view wanted) {
  std::string_view const text = kernels::eg::compile<Kernel>().metal_source();
  std::string_view const preamble = "#include <metal_stdlib>\nusing namespace metal;\n\n";
  return text.substr(0, preamble.size()) == preamble && text.substr(preamble.size()) == wanted;
}

static_assert(prints<kernels::saxpy>(R"(kernel void saxpy(const device float* X [[buffer(0)]],
                  constant float& alpha [[buffer(1)]],
                  const device float* Y [[buffer(2)]],
                  device float* Out [[buffer(3)]],
                  uint gid [[thread_position_in_grid]]) {
  Out[gid] = alpha * X[gid] + Y[gid];
}
)"));

static_assert(prints<kernels::bound>(R"(kernel void bound(const device float* X [[buffer(1)]],
                  constant float& alpha [[buffer(0)]],
                  device float* Y [[buffer(2)]],
                  device atomic_uint* Count [[buffer(7)]],
                  uint gid [[thread_position_in_grid]]) {
  Y[gid] = alpha * X[gid];
  atomic_fetch_add_explicit(&Count[0u], 1u, memory_order_relaxed);
}
)"));

static_assert(prints<kernels::specialised>(R"(constant float eps [[function_constant(4)]];
constant bool half_ [[function_constant(0)]];
constant uint width_given [[function_constant(2)]];
constant uint width = is_function_constant_defined(width_given) ? width_given : 64u;
constant float2 ends_given [[function_constant(1)]];
constant float2 ends = is_function_constant_defined(ends_given) ? ends_given : float2(0.0f, 1.0f);

kernel void specialised(const device float* X [[buffer(0)]],
                        threadgroup float* tile [[threadgroup(0)]],
                        device float* Y [[buffer(1)]],
                        uint gid [[thread_position_in_grid]],
                        uint thread_index [[thread_index_in_threadgroup]]) {
  tile[thread_index] = X[gid] + eps;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  const uint v0 = width - 1u - thread_index;
  if (half_) {
    Y[gid] = clamp(tile[v0], ends.x, ends.y);
  } else {
    Y[gid] = tile[v0];
  }
}
)"));

static_assert(prints<kernels::branches>(R"(kernel void branches(const device float* X [[buffer(0)]],
                     constant int& n [[buffer(1)]],
                     device float* Y [[buffer(2)]],
                     uint gid [[thread_position_in_grid]]) {
  const float v0 = X[gid];
  if (v0 > 0.0f) {
    if (n == 3) {
      Y[gid] = 1.0f;
    }
    Y[gid] += v0;
  } else {
    Y[gid] = -v0;
  }
}
)"));

static_assert(prints<kernels::loops>(R"(kernel void loops(const device float* X [[buffer(0)]],
                  constant uint& n [[buffer(1)]],
                  device float* Y [[buffer(2)]],
                  uint gid [[thread_position_in_grid]]) {
  float sum = 0.0f;
  for (uint i = 0u; i < n; ++i) {
    const uint v0 = i * n;
    for (uint j = 0u; j < n; j += 2u) {
      sum += X[v0 + j];
    }
  }
  float x0 = 1.0f;
  for (int i = 0; i < 4; ++i) {
    x0 *= sum;
  }
  int x1 = 0;
  int x2 = 1;
  for (int i = 1; i < 10; ++i) {
    const int v1 = x1;
    x1 = x2;
    x2 = v1 + x2 * i;
  }
  while (sum < 100.0f) {
    sum *= 2.0f;
  }
  Y[gid] = sum + x0 + float(x2);
}
)"));

static_assert(prints<kernels::search>(R"(kernel void search(const device int* X [[buffer(0)]],
                   constant int& n [[buffer(1)]],
                   device int* Y [[buffer(2)]],
                   uint gid [[thread_position_in_grid]]) {
  int position = 0;
  while (true) {
    const int v0 = X[position];
    if (!(v0 * v0 != v0 + n))
      break;
    position += 1;
  }
  Y[gid] = position;
}
)"));

static_assert(prints<kernels::shared_sum>(R"(kernel void shared_sum(const device float* X [[buffer(0)]],
                       device float* Y [[buffer(1)]],
                       uint gid [[thread_position_in_grid]],
                       uint thread_index [[thread_index_in_threadgroup]]) {
  threadgroup alignas(16) float tile[64];
  tile[thread_index] = X[gid];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  float x0 = 0.0f;
  for (int i = 0; i < 64; ++i) {
    x0 += tile[i];
  }
  threadgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup);
  Y[gid] = x0;
}
)"));

static_assert(prints<kernels::masked>(R"(kernel void masked(const device float* X [[buffer(0)]],
                   constant uint& n [[buffer(1)]],
                   device float* Y [[buffer(2)]],
                   uint gid [[thread_position_in_grid]]) {
  const bool v0 = gid < n;
  const uint v1 = gid + 1u;
  if (v0)
    Y[gid] = (v0 ? X[gid] : 0.0f) + 2.0f * (v1 < n ? X[v1] : 1.0f);
}
)"));

static_assert(prints<kernels::lanes>(R"(kernel void lanes(const device float* X [[buffer(0)]],
                  device float* Y [[buffer(1)]],
                  uint gid [[thread_position_in_grid]],
                  uint lane [[thread_index_in_simdgroup]]) {
  const float v0 = X[gid];
  const float v1 = simd_sum(v0);
  const float v2 = simd_max(v0 + v1);
  const float v3 = simd_shuffle_xor(v1, 16);
  if (lane == 0u) {
    Y[gid] = v2 + v3;
  }
}
)"));

static_assert(prints<kernels::conversions>(R"(kernel void conversions(const device half* H [[buffer(0)]],
                        const device int* I [[buffer(1)]],
                        device bool* B [[buffer(2)]],
                        device half* Out [[buffer(3)]],
                        uint gid [[thread_position_in_grid]]) {
  const int v0 = I[gid];
  const half v1 = H[gid];
  const float v2 = float(v1) * 0.1f;
  B[gid] = (bool(v0) && !B[gid]) || v2 != 0.0f;
  Out[gid] = half(v2) + v1 * 0.5h + half((as_type<uint>(v0) >> 3u) & 7u) * 65504.0h;
}
)"));

static_assert(prints<kernels::chosen>(R"(kernel void chosen(device int* A [[buffer(0)]],
                   uint gid [[thread_position_in_grid]]) {
  const uint row = gid / 16u;
  const int v0 = A[row];
  const int v1 = v0 - v0 / 5 * 5;
  A[gid] = (row == 3u ? -v1 : v1 > 0 ? v1 : 7) - (1 - v1) * -3;
}
)"));

static_assert(prints<kernels::names>(R"(kernel void names(const device float* device_ [[buffer(0)]],
                  constant uint& gid_ [[buffer(1)]],
                  device float* v0_ [[buffer(2)]],
                  uint gid [[thread_position_in_grid]]) {
  const float float4_ = device_[gid] * 2.0f;
  const float sum = float4_ * float4_;
  const float sum1 = sum + 1.0f;
  const float i = sum1 + device_[gid_];
  const float x0_ = i * i;
  float x0 = x0_;
  const float v0 = device_[gid + 7u];
  const float v1 = v0 * i;
  for (int i0 = 0; i0 < 3; ++i0) {
    x0 += v1 + float(i0);
  }
  v0_[gid] = x0 * v0;
}
)"));

static_assert(prints<kernels::positions>(R"(kernel void positions(device uint* Y [[buffer(0)]],
                      uint3 gid [[thread_position_in_grid]],
                      uint3 threads_per_grid [[threads_per_grid]],
                      uint3 tid [[thread_position_in_threadgroup]],
                      uint3 threads_per_threadgroup [[threads_per_threadgroup]],
                      uint3 group [[threadgroup_position_in_grid]],
                      uint3 threadgroups_per_grid [[threadgroups_per_grid]],
                      uint thread_index [[thread_index_in_threadgroup]],
                      uint lane [[thread_index_in_simdgroup]],
                      uint simdgroup [[simdgroup_index_in_threadgroup]],
                      uint threads_per_simdgroup [[threads_per_simdgroup]],
                      uint simdgroups_per_threadgroup [[simdgroups_per_threadgroup]]) {
  const uint v0 = tid.y + threads_per_threadgroup.z + group.x * threadgroups_per_grid.y + thread_index + lane + simdgroup + threads_per_simdgroup + simdgroups_per_threadgroup;
  Y[gid.x + threads_per_grid.x * (gid.y + threads_per_grid.y * gid.z)] = v0;
}
)"));

static_assert(prints<kernels::vectors>(R"(kernel void vectors(device float* X [[buffer(0)]],
                    device int* I [[buffer(1)]],
                    uint gid [[thread_position_in_grid]]) {
  const uint v0 = gid * 4u;
  const float4 v1 = *(device float4*)(X + v0);
  const float4 v2 = select(v1, v1.wzyx, v1 < 0.5f && !(v1 == -1.0f));
  *(device float4*)(X + v0) = max(v2, float4(0.0f)) * 2.0f + float4(*(device int4*)(I + v0));
  *(device int4*)(I + v0) = as_type<int4>(v2);
}
)"));

static_assert(prints<kernels::narrow>(R"(kernel void narrow(device char* A [[buffer(0)]],
                   const device uchar* B [[buffer(1)]],
                   constant uchar& n [[buffer(2)]],
                   device ushort* C [[buffer(3)]],
                   uint gid [[thread_position_in_grid]]) {
  const char v0 = A[gid];
  const char v1 = char(v0 * 3) - 100;
  const uchar v2 = B[gid];
  A[gid] = v0 + v1;
  const ushort v3 = C[gid];
  const ushort v4 = n < 9 ? 9 : ushort(clz(uchar(v2 > n ? v2 : 1)));
  C[gid] = rotate(ushort(ushort(uint(v3) * v3) + ushort(ushort(absdiff(v1, A[gid])) * 300)), v4) >> 2;
}
)"));

static_assert(prints<kernels::bfloats>(R"(kernel void bfloats(const device bfloat* X [[buffer(0)]],
                    const device int* I [[buffer(1)]],
                    const device half* H [[buffer(2)]],
                    device bfloat* Y [[buffer(3)]],
                    uint gid [[thread_position_in_grid]]) {
#pragma METAL fp math_mode(relaxed)
  const bfloat2 v0 = *(const device bfloat2*)(X + gid * 2u);
  const bfloat v1 = v0.x;
  const bfloat v2 = v0.y;
  Y[gid] = bfloat(max(float(v1), float(v2))) * 0.100097656bf + bfloat(float(I[gid]));
  Y[gid] += isfinite(v2) ? bfloat(fma(float(v1), float(v2), float(bfloat(float(H[gid]))))) : bfloat(min(fract(float(v1)), 0.99609375f));
}
)"));

static_assert(prints<kernels::wide>(R"(kernel void wide(const device float* X [[buffer(0)]],
                 device float* Y [[buffer(1)]],
                 device ulong* U [[buffer(2)]],
                 const device long* L [[buffer(3)]],
                 uint gid [[thread_position_in_grid]]) {
  const uint v0 = gid * 3u;
  const float3 v1 = float3(*(const device packed_float3*)(X + v0));
  *(device packed_float3*)(Y + v0) = v1.zyx * 0.5f;
  const ulong3 v2 = as_type<ulong3>(long3(*(device packed_long3*)(U + v0))) ^ 11400714819323198485uL;
  *(device packed_long3*)(U + v0) = as_type<long3>(select(v2, ulong3(as_type<ulong>(L[v0] & -4294967296L), 1uL, v2.y), v2 > 2uL));
}
)"));

static_assert(kernels::tiled.metal_source().substr(48) ==
              R"(kernel void add(const device float* A [[buffer(0)]],
                const device float* B [[buffer(1)]],
                device float* C [[buffer(2)]],
                uint tid [[thread_position_in_threadgroup]],
                uint group [[threadgroup_position_in_grid]]) {
  const uint v0 = group * 1024u + (tid % 16u * 4u + tid / 16u * 256u);
  *(device float4*)(C + v0) = *(const device float4*)(A + v0) + *(const device float4*)(B + v0);
  *(device float4*)(C + v0 + 64) = *(const device float4*)(A + v0 + 64) + *(const device float4*)(B + v0 + 64);
  *(device float4*)(C + v0 + 128) = *(const device float4*)(A + v0 + 128) + *(const device float4*)(B + v0 + 128);
  *(device float4*)(C + v0 + 192) = *(const device float4*)(A + v0 + 192) + *(const device float4*)(B + v0 + 192);
}

kernel void twice(device float* C [[buffer(0)]],
                  uint gid [[thread_position_in_grid]]) {
  C[gid] *= 2.0f;
}
)");
static_assert(kernels::tiled.grid() == kernels::eg::extent3{4} &&
              kernels::tiled.block() == kernels::eg::extent3{64});

// M_from would look like a macro of MSL's.
inline constexpr auto pointer_to_m =
    kernels::eg::kernel<"pointer_to_m">([](kernels::eg::gpu& g, kernels::eg::inout<float, "M"> M) {
      auto i = g.thread_position_in_grid();
      auto own = M.from(4u * i);
      own[0] = own[1] + own[2];
      g.if_(i > 3u, [&] { own[3] = 1.0f; });
    });
static_assert(kernels::eg::compile<pointer_to_m>().metal_source().find("device float* from_M = M + v0;\n") !=
              std::string_view::npos);

} // namespace
