// SPDX-License-Identifier: MIT
// What Metal takes, in the shapes that kernels use: each line is the twin of something in refused/.
#include <metal_atomic>
#include <metal_simdgroup_matrix>
#include <metal_stdlib>
using namespace metal;

struct S {
  float x;
  packed_float3 p;
  half h[2];
};
static_assert(sizeof(S) == 20 && sizeof(packed_float3) == 12 && sizeof(float3) == 16 && sizeof(bool3) == 4);
static_assert(sizeof(half3) == 8 && sizeof(bfloat4) == 8 && sizeof(packed_half3) == 6 && alignof(packed_long3) == 8);
static_assert(sizeof(long3) == 32 && sizeof(float3x3) == 48 && sizeof(half2x3) == 16 && alignof(half2x3) == 8);
static_assert(sizeof(1.0) == 4 && sizeof(1.0h) == 2 && sizeof(1.0_bf) == 2 && sizeof(long) == 8);

constant float table[3] = {1, 2, 3};
constant constexpr uint N = 4;
static constant constexpr const int M = 3;
constexpr constant float4 four = float4(1, 2, 3, 4);
constexpr constant bool atomic_type = _disjunction<is_same<float, int>, is_same<float, float>>::value;
// Metal leaves these names to its users, also in its own namespace.
namespace metal {
template <typename T>
struct is_empty : bool_constant<__is_empty(T)> {};
template <typename... Ts>
struct make_void {
  typedef void type;
};
template <typename... Ts>
using void_t = typename make_void<Ts...>::type;
METAL_FUNC bfloat abs(bfloat x) {
  return bfloat(__metal_fabs(float(x), __METAL_FAST_MATH__));
}
METAL_FUNC bfloat simd_max(bfloat x) {
  return bfloat(__metal_simd_max(float(x)));
}
METAL_FUNC bfloat simd_xor(bfloat x) {
  return bfloat(__metal_simd_xor(float(x)));
}
} // namespace metal
METAL_HOST_FUNCTION_CONSTANT(bool, use_bias, 0);
METAL_HOST_FUNCTION_CONSTANT(uint, tile, 1);
constant uint tile_or = is_function_constant_defined(tile) ? tile : 32u;
constant uint twice = tile_or * 2;

template <class T, int n>
struct tile_of {
  T at[n];
};
tile_of<float, N * M> twelve;

#ifndef METAL_HOST_ERASE_SPACES
int space(device float*) {
  return 1;
}
int space(threadgroup float*) {
  return 2;
}
#endif
template <class P>
auto first(P p) {
  return p[0];
}

kernel void vectors(device float4* f, const device packed_float3* p, constant S& s, threadgroup half4* t,
                    device bfloat* b, device const bfloat4* b4, uint i) {
  float4 v = f[i].wzyx + float4(p[i], 1) + float4(s.p.xy.x) + table[2] + float(N) + four;
  v.xy = v.zw;
  v.rgb = float3(0.5);
  v += v * 2 + 1.0 - s.x;
  int4 n = int4(v);
  uint4 u = uint4(n) >> 2u;
  bool4 less = v < 1.0f;
  v = select(v, float4(u), less && !(v == 2.0f)) + float4(v > 0.0f) + (any(less) || all(v < v) ? 1 : 0);
  half4 h = half4(v) * t[i] + 1.0h;
  bfloat x = b[i], y = bfloat(v.x);
  x = x * y + 2 - bfloat(1.5h);
  float from = x + 1.0f;
  bfloat4 w = b4[i];
  float4 wide = float4(w * w + bfloat4(v));
  float3 q = float3(p[i]);
#ifdef METAL_HOST_ERASE_SPACES
  q = p[i];
#endif
  q = cross(q, float3(p[i])) * from;
  packed_float3 own = p[i];
  own += q;
  own = own * 2.0f + q;
  f[i] = v + float4(h) + wide + float4(own.yz.x) + as_type<float>(as_type<uint>(1.0f)) + float(as_type<half>(ushort(1)));
  f[i + 1].x = first(f).x + first(&v).x + exp(x) + pow(v.x, 2) + (isnan(x) ? 1 : 0) + twice + (use_bias ? 1 : 0);
  f[2] = clamp(v, 0.0f, 1.0f) + mix(v, v, 0.5f) + fast::exp(v) + precise::sin(v) + max(v, 0.0f);
}

kernel void others(device atomic_uint* a, device atomic_float* af, threadgroup atomic_int* ti, device atomic_ulong* al,
                   device uint* plain, threadgroup float* s, const device half* h, device float* out, uint lane) {
  atomic_store_explicit(a, 1, memory_order_relaxed);
  uint old = atomic_fetch_add_explicit(&a[1], 1u, memory_order_relaxed);
  atomic_fetch_add_explicit(af, 1.0f, memory_order_relaxed);
  atomic_fetch_max_explicit(ti, -3, memory_order_relaxed);
  atomic_max_explicit(al, 3ul, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(a, &old, old + 1, memory_order_relaxed, memory_order_relaxed)) {
  }
  atomic_fetch_or_explicit((device atomic_uint*)&plain[3], 1u, memory_order_relaxed);
  threadgroup_barrier(mem_flags::mem_threadgroup | mem_flags::mem_device);
  float x = simd_sum(s[lane]) + simd_shuffle_down(s[0], 1) + quad_max(s[1]) + float(simd_prefix_exclusive_sum(lane));
  uint mask = uint((simd_vote::vote_t)simd_ballot(x > 0));
  simdgroup_float8x8 c = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
  c = make_filled_simdgroup_matrix<float, 8>(1.0f);
  bfloat smaller = abs(simd_max(bfloat(x))), zero = 0;
  _Pragma("clang loop unroll(full)") for (int k = 0; k < 2; ++k) smaller += k;
  simdgroup_half8x8 ma, mb;
  simdgroup_load(ma, h, 16);
  simdgroup_load(mb, h + 8, 16, ulong2(0, 0), true);
  simdgroup_multiply_accumulate(c, ma, mb, c);
  simdgroup_store(c, s, 8);
  float4x4 m(2.0f);
  float4x4 k = float4x4(float4(1), float4(2), float4(3), float4(4));
  float2x3 r(1, 2, 3, 4, 5, 6);
  out[0] = (m * k * float4(1)).x + (r * float2(1)).z + (float3(1) * r).y + determinant(m) + transpose(r)[2][1];
  metal::array<float, 3> values = {1, 2, 3};
  out[1] = values[2] + mask + numeric_limits<float>::max() + popcount(mask) + rotate(1u, 3u) + mulhi(3, 4);
#ifndef METAL_HOST_ERASE_SPACES
  out[2] = space(out) + space(s);
#endif
  is_same_v<half, half>;
}
