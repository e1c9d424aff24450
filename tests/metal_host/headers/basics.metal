// SPDX-License-Identifier: MIT
// Everything that is no table of functions: constructors, conversions, packing, geometry, matrices, atomics.
// check(line, good) counts; numbers are written out, or come from the other side.
#include <metal_stdlib>
using namespace metal;

extern "C" void check(long line, bool good, const char* words);
#define CHECK(...) check(__LINE__, (__VA_ARGS__), #__VA_ARGS__)

METAL_HOST_FUNCTION_CONSTANT(uint, given, 3);
METAL_HOST_FUNCTION_CONSTANT(float2, missing, 4);
constant uint derived = (is_function_constant_defined(given) ? given : 1u) + (is_function_constant_defined(missing) ? 100u : 0u);

template <class A, class B>
bool bits(A a, B b) {
  static_assert(sizeof(a) == sizeof(b));
  return __builtin_memcmp(&a, &b, sizeof(a)) == 0;
}
template <class V>
bool equal(V a, V b) {
  for (int i = 0; i < metal_host::count_of<V>; ++i)
    if (!(a[i] == b[i]))
      return false;
  return true;
}
template <class V>
bool near(V a, V b, float by) {
  for (int i = 0; i < metal_host::count_of<V>; ++i)
    if (!(fabs(float(a[i]) - float(b[i])) <= by))
      return false;
  return true;
}

// For the other side.
extern "C" ushort metal_bfloat_of_float(float x) {
  return as_type<ushort>(bfloat(x));
}
extern "C" ushort metal_bfloat_of_double_literal(long double x) {
  return as_type<ushort>(operator""_bf(x));
}
extern "C" ushort metal_bfloat_of_long(long x) {
  return as_type<ushort>(bfloat(x));
}
extern "C" ushort metal_bfloat_of_ulong(ulong x) {
  return as_type<ushort>(bfloat(x));
}
extern "C" float metal_float_of_bfloat(ushort x) {
  return as_type<bfloat>(x);
}
extern "C" ushort metal_bfloat_arithmetic(int which, ushort a, ushort b) {
  bfloat const x = as_type<bfloat>(a), y = as_type<bfloat>(b);
  return as_type<ushort>(which == 0 ? x + y : which == 1 ? x - y : which == 2 ? x * y : x / y);
}
extern "C" void metal_pack(const float* x, uint* r) {
  float4 const v = float4(x[0], x[1], x[2], x[3]);
  r[0] = pack_float_to_unorm4x8(v);
  r[1] = pack_float_to_snorm4x8(v);
  r[2] = pack_float_to_unorm2x16(v.xy);
  r[3] = pack_float_to_snorm2x16(v.xy);
  r[4] = pack_float_to_unorm10a2(v);
  r[5] = pack_float_to_unorm565(v.xyz);
  r[6] = pack_float_to_srgb_unorm4x8(v);
  r[7] = pack_half_to_unorm4x8(half4(v)) == pack_float_to_unorm4x8(float4(half4(v)));
}
extern "C" void metal_unpack(uint p, float* r) {
  auto put = [&](auto v, int at) {
    for (int i = 0; i < metal_host::count_of<decltype(v)>; ++i)
      r[at + i] = v[i];
  };
  put(unpack_unorm4x8_to_float(p), 0);
  put(unpack_snorm4x8_to_float(p), 4);
  put(unpack_unorm2x16_to_float(p), 8);
  put(unpack_snorm2x16_to_float(p), 10);
  put(unpack_unorm10a2_to_float(p), 12);
  put(unpack_unorm565_to_float(ushort(p)), 16);
  put(unpack_unorm4x8_srgb_to_float(p), 20);
  put(float4(unpack_unorm4x8_to_half(p)), 24);
}

void construction() {
  float4 v = float4(1, 2u, 3.0h, 4L);
  CHECK(equal(v, float4{1, 2, 3, 4}));
  CHECK(equal(float4(v.xy, 5, 6), float4{1, 2, 5, 6}) && equal(float4(0, v.yz, 7), float4{0, 2, 3, 7}));
  CHECK(equal(float4(v.wzy, v.x), float4{4, 3, 2, 1}) && equal(float4(v.xy, v.xy), float4{1, 2, 1, 2}));
  CHECK(equal(float3(2.5f), float3{2.5f, 2.5f, 2.5f}) && equal(float2(), float2{0, 0}));
  CHECK(equal(int4(float4(1.9f, -1.9f, 0.5f, -0.5f)), int4{1, -1, 0, 0}));
  CHECK(equal(uchar4(int4(256, 257, -1, 255)), uchar4{0, 1, 255, 255}));
  CHECK(equal(float4(uint4(4294967295u)), float4{4294967296.0f, 4294967296.0f, 4294967296.0f, 4294967296.0f}));
  CHECK(equal(half4(float4(65519, 65520, 1e-8f, 0.1f)), half4{65504, half(INFINITY), 0, 0.1h}));
  // Comparisons become 0 and 1, however they are written.
  float4 w = float4(0, 2, 4, 4);
  CHECK(equal(float4(v == w), float4{0, 1, 0, 1}) && equal(int4((v < w)), int4{0, 0, 1, 0}));
  CHECK(equal(int4(v<w), int4{0, 0, 1, 0}) && equal(half4(v >= w), half4{1, 1, 0, 1}));
  CHECK(equal(int4(!(v < w)), int4{1, 1, 0, 1}) && equal(uint4(v < w || v > w), uint4{1, 0, 1, 0}));
  // With constructors among the words, too.
  CHECK(equal(int4(int4(1) < int4(0, 1, 2, 3)), int4{0, 0, 1, 1}));
  char3 letters = char3(1, 2, 3);
  CHECK(equal(char3(letters >= char3(short3(2))), char3{0, 1, 1}) && equal(char3(-char3(letters)), char3{-1, -2, -3}));
  bool4 b = v < w;
  CHECK(equal(float4(b), float4{0, 0, 1, 0}) && b.z && !b[0] && equal(int4(b && !b), int4{0, 0, 0, 0}));
  int4 n = int4(-1, 0, 2, 3);
  CHECK(equal(float4(n), float4{-1, 0, 2, 3}) && equal(float4(n << 1), float4{-2, 0, 4, 6}));
  CHECK(equal(float4(as_type<int4>(n)), float4{-1, 0, 2, 3}) && equal(bool4(n), bool4(true, false, true, true)));
  CHECK(equal(metal_host::make<vec<int, 2>>(1.9f, 2), int2{1, 2}) && metal_host::make<half>(2) == 2.0h);
  v.yx = float2(8, 9);
  CHECK(equal(v, float4{9, 8, 3, 4}) && v.a == 4 && v[1] == 8);
  packed_float3 p = float3(1, 2, 3), q(4, 5, 6);
  CHECK(equal(float3(p * q), float3{4, 10, 18}) && equal(p + 1, float3{2, 3, 4}) && equal(2 - q, float3{-2, -3, -4}));
  p += q;
  p.yz = p.xy;
  CHECK(equal(float3(p), float3{5, 5, 7}) && dot(p, q) == 87 && equal(float4(p, 1), float4{5, 5, 7, 1}));
  packed_char4 c = packed_char4(1, 2, 3, -4);
  CHECK(as_type<uint>(c) == 0xfc030201u && equal(char4(c).wzyx, char4{-4, 3, 2, 1}));
  bfloat4 x = bfloat4(float4(1, 2, 3, 1.00390625f));
  CHECK(equal(float4(x * x), float4{1, 4, 9, 1}) && all(x == x) && equal(float4(-x), float4{-1, -2, -3, -1}));
  CHECK(as_type<uint>(uchar4(1, 2, 3, 4)) == 0x04030201u && as_type<float>(0x3f800000u) == 1);
  CHECK(as_type<half2>(1.0f).y == as_type<half>(ushort(0x3f80)) && as_type<ulong>(uint2(1, 2)) == 0x200000001ul);
}

void conversions() {
  CHECK(bits(1.0h + 0x1p-11h, 1.0h) && bits(half(1) / half(3), as_type<half>(ushort(0x3555))));
  half h = 2048.0h;
  CHECK(h + 1.0h - h == 0); // rounded after every operation
  CHECK(sizeof(h * 1.0f) == 4 && sizeof(h * 2) == 2 && sizeof(1.0 * 2) == 4);
  bfloat b = 1.0_bf;
  CHECK(sizeof(b + b) == 2 && sizeof(b + 1) == 2 && sizeof(b + 1.0f) == 4 && b + 1 == bfloat(2.0f) && b < 2.0f);
  CHECK(float(bfloat(256)) + 1 == 257 && bfloat(257) == bfloat(256) && int(bfloat(-3.7f)) == -3 && bool(b) && !!b);
  CHECK(M_PI_H == half(3.14159265f) && M_PI_F == 3.14159274f && as_type<ushort>(M_PI_BF) == 0x4049);
  CHECK(isinf(HUGE_VALF) && isinf(HUGE_VALH) && isinf(HUGE_VALBF) && isnan(NAN) && INFINITY > MAXFLOAT);
  CHECK(MAXHALF == 65504.0f && as_type<ushort>(HALF_MIN) == 0x0400 && as_type<ushort>(HALF_EPSILON) == 0x1400);
  CHECK(as_type<uint>(FLT_MIN) == 0x00800000u && as_type<uint>(FLT_EPSILON) == 0x34000000u && INT_MIN < 0);
  CHECK(numeric_limits<float>::max() == FLT_MAX && numeric_limits<half>::lowest() == -MAXHALF);
  CHECK(numeric_limits<char>::min() == -128 && numeric_limits<ulong>::max() == ~0ul && numeric_limits<half>::infinity() > MAXHALF);
  CHECK(bits(numeric_limits<bfloat>::max(), MAXBFLOAT) && isnan(numeric_limits<bfloat>::quiet_NaN()));
}

void relations() {
  float4 v = float4(INFINITY, NAN, 1e-40f, -0.0f);
  bfloat4 b = bfloat4(v);
  half4 h = half4(as_type<half>(ushort(0x7c00)), as_type<half>(ushort(0x7c01)), as_type<half>(ushort(1)), -0.0h);
  CHECK(equal(isinf(v), bool4(true, false, false, false)) && equal(isinf(h), isinf(v)) && equal(isinf(b), isinf(v)));
  CHECK(equal(isnan(v), bool4(false, true, false, false)) && equal(isnan(h), isnan(v)) && equal(isnan(b), isnan(v)));
  CHECK(equal(isfinite(v), bool4(false, false, true, true)) && equal(isfinite(h), isfinite(v)));
  CHECK(equal(isnormal(float4(1, NAN, 1e-40f, FLT_MIN)), bool4(true, false, false, true)) && !isnormal(h.z));
  CHECK(signbit(v.w) && !signbit(v.x) && signbit(-0.0h) && signbit(-1.0_bf));
  CHECK(isordered(1.0f, 2.0f) && !isordered(v.y, 1.0f) && isunordered(1.0h, h.y));
  CHECK(equal(select(v.xz, float2(7), bool2(false, true)), float2{INFINITY, 7}) && select(1, 2, true) == 2);
  CHECK(all(bool3(true)) && !all(bool3(true, false, true)) && any(bool2(false, true)) && !any(bool4(false)));
}

void mixed_results() {
  int e = 0;
  CHECK(frexp(-12.0f, e) == -0.75f && e == 4 && frexp(0.0f, e) == 0 && e == 0 && frexp(0x1p-140f, e) == 0.5f && e == -139);
  float whole = 0;
  CHECK(modf(-3.75f, whole) == -0.75f && whole == -3 && bits(modf(-INFINITY, whole), -0.0f) && whole == -INFINITY);
  half hw = 0;
  CHECK(modf(2.5h, hw) == 0.5h && hw == 2.0h);
  float c = 0;
  CHECK(sincos(0.0f, c) == 0 && c == 1);
  float2 c2;
  CHECK(equal(sincos(float2(0.5f, 1.0f), c2), sin(float2(0.5f, 1.0f))) && equal(c2, cos(float2(0.5f, 1.0f))));
  CHECK(ilogb(8.5f) == 3 && ilogb(0x1p-149f) == -149 && ilogb(0.0f) == FP_ILOGB0 && ilogb(0x1p-24h) == -24);
  CHECK(equal(ilogb(float2(1, 0.25f)), int2{0, -2}) && ldexp(0.75f, 3) == 6 && ldexp(1.0f, 200) == INFINITY);
  CHECK(equal(ldexp(half2(1, 3), int2(-24, 1)), half2{0x1p-24h, 6}) && ldexp(1.5h, -24) == 0x1p-23h);
  CHECK(mix(1.0f, 5.0f, 0.25f) == 2 && equal(mix(float2(0), float2(4), 0.5f), float2{2, 2}) && mix(1.0h, 3.0h, 0.5h) == 2);
  CHECK(smoothstep(0.0f, 4.0f, 1.0f) == 0.15625f && smoothstep(0.0f, 1.0f, -3.0f) == 0 && smoothstep(0.0h, 1.0h, 9.0h) == 1);
}

void geometry() {
  float3 a = float3(1, 2, 3), b = float3(-4, 5, 0.5f);
  CHECK(dot(a, b) == 7.5f && equal(cross(a, b), float3{-14, -12.5f, 13}) && length(float2(3, 4)) == 5);
  CHECK(length_squared(a) == 14 && distance(float4(1), float4(1, 1, 1, 3)) == 2 && distance_squared(a, a + 2) == 12);
  CHECK(near(normalize(float2(3, 4)), float2(0.6f, 0.8f), 1e-7f) && near(normalize(half2(3, 4)), half2(0.6h, 0.8h), 1e-3f));
  CHECK(equal(faceforward(a, b, -b), a) && equal(faceforward(a, b, b), -a));
  CHECK(equal(reflect(float2(1, -1), float2(0, 1)), float2{1, 1}) && equal(refract(float2(0, -1), float2(0, 1), 0.5f), float2{0, -1}));
  CHECK(equal(refract(normalize(float2(1, -0.1f)), float2(0, 1), 2.0f), float2{0, 0})); // total reflection
  CHECK(dot(half4(1, 2, 3, 4), half4(1)) == 10 && equal(cross(half3(1, 0, 0), half3(0, 1, 0)), half3{0, 0, 1}));
}

void matrices() {
  float2x3 m(1, 2, 3, 4, 5, 6);
  float3x2 t = transpose(m);
  CHECK(m[1][0] == 4 && equal(t[0], float2{1, 4}) && equal(m * float2(1, 10), float3{41, 52, 63}));
  CHECK(equal(float3(1, 10, 100) * m, float2{321, 654}) && equal((m * t)[2], float3{27, 36, 45}));
  CHECK(equal((t * m)[0], float2{14, 32}) && equal(float3x3(2.0f)[1], float3{0, 2, 0}));
  float4x4 k = float4x4(float4(2, 0, 0, 1), float4(0, 3, 0, 0), float4(0, 1, 4, 0), float4(5, 0, 0, 6));
  CHECK(determinant(k) == 84 && determinant(float2x2(1, 2, 3, 4)) == -2 && determinant(float3x3(2.0f)) == 8);
  CHECK(equal((k * 2)[3], float4{10, 0, 0, 12}) && equal((0.5f * k - k)[0], float4{-1, 0, 0, -0.5f}) && equal((-k)[1], float4{0, -3, 0, 0}));
  half2x2 h = half2x2(float2x2(1, 2, 3, 4));
  h *= h;
  CHECK(equal(h[0], half2{7, 10}) && equal(h[1], half2{15, 22}) && sizeof(h) == 8);
  k[1].yz = float2(7, 8);
  CHECK(k[1][2] == 8);
}

// What kernels of others use beside the documented.
template <typename T>
struct twice_of {
  T low, high;
};
namespace metal {
template <typename T>
struct _numeric_limits_impl<twice_of<T>> {
  static constexpr twice_of<T> max() { return {numeric_limits<T>::max(), numeric_limits<T>::max()}; }
};
} // namespace metal
void beyond() {
  CHECK(__metal_exp(1.0f, __METAL_MAYBE_FAST_MATH__) == exp(1.0f) && __metal_fmin3(3.0f, 1.0f, 2.0f, true) == 1);
  CHECK(__metal_pow(2.0f, 10.0f, false) == 1024 && __metal_divide(1.0h, 4.0h) == 0.25h && __metal_fma(2.0f, 3.0f, 4.0f) == 10);
  CHECK(__metal_fabs(-2.0f, true) == 2 && __metal_rint(2.5f, true) == 2 && __metal_fmedian3(3.0f, 9.0f, 5.0f, true) == 5);
  int e = 0;
  CHECK(__metal_frexp(12.0f, &e) == 0.75f && e == 4 && __metal_ldexp(0.75f, 4, true) == 12);
  CHECK(_disjunction<is_same<int, uint>, is_same<int, int>>::value && !_disjunction<is_same<int, uint>>::value);
  CHECK(_conjunction<is_same<int, int>>::value && !_conjunction<is_same<int, int>, is_same<int, half>>::value);
  CHECK((as_type<uint>(-INFINITY) & ~_fp_encoding_traits<float>::sign_mask) == _fp_encoding_traits<float>::inf_mask);
  CHECK(as_type<ushort>(HUGE_VALH) == _fp_encoding_traits<half>::inf_mask);
  CHECK(vec_elements<half3>::value == 3 && vec_elements<const uchar>::value == 1 && vec_elements<bool4>::value == 4);
  CHECK(__is_valid_simdgroup_type<bfloat4>::value && !__is_valid_simdgroup_type<ulong2>::value);
  CHECK(!__is_valid_simdgroup_type<bool>::value && !__is_valid_simdgroup_type<twice_of<int>>::value);
  CHECK(numeric_limits<twice_of<char>>::max().high == 127 && numeric_limits<const half>::max() == MAXHALF);
  const uniform<int> a = make_uniform(17), b = a / make_uniform(5), c = a - b * 4;
  CHECK(b == 3 && c == 5 && c << 1 == 10 && (a > b) && sizeof(a % make_uniform(5L)) == 8 && c + 0.5f == 5.5f);
  // An integer is a bfloat where one is wanted.
  bfloat x = 3, y = e == 4 ? x : 0;
  x = 2;
  x += 1;
  bfloat4 v = 7;
  v = v * x;
  v.y = 257;
  CHECK(x == y && x == bfloat(3.0f) && equal(float4(v), float4{21, 256, 21, 21}));
  // Matrices by a scalar, and of bfloat.
  float2x2 m = float2x2(1, 2, 3, 4) / 2.0f;
  m /= 0.5f;
  CHECK(equal(m[0], float2{1, 2}) && equal((m / 4)[1], float2{0.75f, 1}));
  typedef matrix<bfloat, 2, 2> bfloat2x2;
  bfloat2x2 n = bfloat2x2(float2x2(1, 2, 3, 4)), square = n * n;
  CHECK(equal(float2x2(square)[0], float2{7, 10}) && equal(half2x2(square)[1], half2{15, 22}) && sizeof(n) == 8);
  CHECK(float(determinant(n)) == -2 && float(transpose(n)[0][1]) == 3);
}

void atomics() {
  uint storage[4] = {5, 5, 5, 5};
  auto u = (device atomic_uint*)(ulong)storage;
  auto i = (threadgroup atomic_int*)(ulong)(storage + 1);
  auto f = (device atomic_float*)(ulong)(storage + 2);
  atomic_store_explicit(u, 7, memory_order_relaxed);
  CHECK(atomic_load_explicit(u, memory_order_relaxed) == 7 && atomic_exchange_explicit(u, 9u, memory_order_relaxed) == 7);
  CHECK(atomic_fetch_add_explicit(u, 4294967295u, memory_order_relaxed) == 9 && storage[0] == 8);
  CHECK(atomic_fetch_sub_explicit(u, 9u, memory_order_relaxed) == 8 && storage[0] == 4294967295u);
  CHECK(atomic_fetch_and_explicit(u, 0xffu, memory_order_relaxed) == 4294967295u && storage[0] == 255);
  CHECK(atomic_fetch_or_explicit(u, 0x100u, memory_order_relaxed) == 255 && atomic_fetch_xor_explicit(u, 1u, memory_order_relaxed) == 511);
  CHECK(atomic_fetch_min_explicit(i, -3, memory_order_relaxed) == 5 && atomic_fetch_max_explicit(i, 6, memory_order_relaxed) == -3 && storage[1] == 6);
  CHECK(atomic_fetch_max_explicit(u, 4000000000u, memory_order_relaxed) == 510 && storage[0] == 4000000000u);
  atomic_store_explicit(f, 1.5f, memory_order_relaxed);
  CHECK(atomic_fetch_add_explicit(f, 2.0f, memory_order_relaxed) == 1.5f && atomic_fetch_sub_explicit(f, 0.5f, memory_order_relaxed) == 3.5f);
  uint old = 1;
  CHECK(!atomic_compare_exchange_weak_explicit(u, &old, 2u, memory_order_relaxed, memory_order_relaxed) && old == 4000000000u);
  CHECK(atomic_compare_exchange_weak_explicit(u, &old, 2u, memory_order_relaxed, memory_order_relaxed) && storage[0] == 2);
  ulong most = 3;
  auto l = (device atomic_ulong*)(ulong)&most;
  atomic_max_explicit(l, 1ul << 63, memory_order_relaxed);
  CHECK(most == 1ul << 63);
  atomic_min_explicit(l, 2ul, memory_order_relaxed);
  CHECK(most == 2);
  CHECK(storage[3] == 5);
}

extern "C" void metal_checks() {
  construction();
  conversions();
  relations();
  mixed_results();
  geometry();
  matrices();
  beyond();
  atomics();
  CHECK(derived == 42 && given == 42 && is_function_constant_defined(given) && !is_function_constant_defined(missing));
}
