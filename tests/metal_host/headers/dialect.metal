// SPDX-License-Identifier: MIT
// What Metal says and C++ does not, in the shapes that kernels use: enigma-metal has to rewrite it for clang.
// Each test puts one number into `out`; CMakeLists.txt says which.
#include <metal_stdlib>
using namespace metal;

#pragma METAL internals : enable
#define FIXED static constant constexpr const
FIXED bool doubled [[function_constant(0)]];

// A type of functions has parameters with attributes.
typedef void(kernel_type)(device float* out [[buffer(0)]], threadgroup int* scratch [[threadgroup(0)]],
                          uint i [[thread_position_in_grid]]);

// Members for each space of their object: constructors, conversions, calls.
struct ratio {
  float over, under;
  ratio() = default;
  ratio() threadgroup = default;
  constexpr ratio(float a) thread : over(a), under(1) {}
  constexpr ratio(float a) device : over(a), under(1) {}
  constexpr ratio(float a, float b) : over(a), under(b) {}
  template <typename T, typename = enable_if_t<is_floating_point_v<T> && !is_same_v<T, half>>>
  constexpr operator T() const thread {
    return static_cast<T>(over / under);
  }
  template <typename T, typename = enable_if_t<is_floating_point_v<T> && !is_same_v<T, half>>>
  constexpr operator T() const device {
    return static_cast<T>(over / under);
  }
  float get() const thread { return over / under; }
  float get() const device { return over / under; }
  float get() const constant { return over / under; }
};

// Specialisations and overloads that differ in spaces only, beside copies of structs out of them.
template <typename P>
struct element {};
template <typename T>
struct element<thread T*> {
  using type = T;
};
template <typename T>
struct element<device T*> {
  using type = remove_cv_t<T>;
};
template <typename T>
struct element<threadgroup T*> {
  using type = T;
};
float first(const device ratio* r) {
  ratio own = r[0];
  return own.get();
}
float first(const threadgroup ratio* r) {
  ratio own = r[0];
#pragma unroll
  for (int k = 0; k < 1; ++k)
    own.over += k;
  return own.get();
}
struct reader {
  float at(const device float* p, uint i) { return p[i]; }
  float at(const threadgroup float* p, uint i) { return p[i]; }
};

// An array among the parameters is a pointer.
float last(constant const float table[3]) {
  return table[2];
}
template <typename T>
float sum(T any, uint3 v) {
  return float(any + v.x + v.y + v.z);
}
float sum(long) {
  return -1;
}
float sum(uint3 v) {
  return float(v.x + 10 * v.y + 100 * v.z);
}
float sum(ratio r) {
  return r.get();
}

// Names for vectors, and templates of such names, construct them.
template <typename T>
using quad = vec<T, 4>;
template <typename T, enable_if_t<is_same_v<T, half> || is_same_v<T, float>, bool> = true>
float construct(T x) {
  typedef vec<T, 2> pair;
  pair const p = pair(x, 2);
  pair q(p.y, 3);
  quad<T> all = quad<T>(p, q);
  return dot(static_cast<quad<float>>(all), static_cast<vec<float, 4>>(quad<half>(1, 10, 100, 1000)));
}
// 0.1 is a float there, too.
template <typename T>
bool is_float(T x) {
  return sizeof(x * 0.1) == sizeof(float) && sizeof(x + 1e-3) == sizeof(float) && sizeof(x * 1.) == sizeof(float) &&
         sizeof(0x1p-2 * x) == sizeof(float);
}

constant float three[3] = {1, 2, 3};

kernel void all(device float* out [[buffer(0)]], device ratio* ratios [[buffer(1)]],
                constant float numbers[4] [[buffer(2)]], const constant uint& n [[buffer(3)]],
                uint i [[thread_position_in_grid]]) {
  threadgroup ratio shared[2];
  threadgroup float plain[2];
  if (i == 0) {
    shared[0] = ratio(3, 4);
    plain[1] = 5;
    ratios[0] = ratio(1, 2);
    reader read;
    device float* p = out;
    static_assert(is_same_v<element<decltype(p)>::type, float>, "");
    out[0] = first(ratios) + first(shared);
    out[1] = read.at(plain, 1) + read.at(&out[0], 0);
    out[2] = last(three) + numbers[1];
    out[3] = sum({n + i, 2u, 3u});
    out[4] = construct(1.0h) + construct(1.0f);
    out[5] = is_float(out[0]) && is_float(n * 1.0f) ? 1 : 0;
    out[6] = doubled ? 2 : 1;
    out[7] = float(ratio(6, 4)) + sum({9, 3});
  }
}

namespace inner {
template <typename T>
kernel void named(device T* out [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  out[i] = T(i) + 1;
}
struct caller {
  void named(uint) {}
};
void calls(caller c) {
  c.named(1);
}
} // namespace inner
template [[host_name("named_float")]] kernel void ::inner::named<float>(device float*, uint);
