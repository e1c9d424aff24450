// SPDX-License-Identifier: MIT
// Names that Metal does not have.
#include <metal_stdlib>
using namespace metal;

float missing(float x, int n) {
  x += erf(x);       // expected-error {{use of undeclared identifier 'erf'}}
  x += erfc(x);      // expected-error {{use of undeclared identifier 'erfc'}}
  x += lgamma(x);    // expected-error {{use of undeclared identifier 'lgamma'}}
  x += tgamma(x);    // expected-error {{use of undeclared identifier 'tgamma'}}
  x += expm1(x);     // expected-error {{use of undeclared identifier 'expm1'}}
  x += log1p(x);     // expected-error {{use of undeclared identifier 'log1p'}}
  x += cbrt(x);      // expected-error {{use of undeclared identifier 'cbrt'}}
  x += hypot(x, x);  // expected-error {{use of undeclared identifier 'hypot'}}
  x += remainder(x, x); // expected-error {{use of undeclared identifier 'remainder'}}
  x += logb(x);      // expected-error {{use of undeclared identifier 'logb'}}
  x += scalbn(x, n); // expected-error {{use of undeclared identifier 'scalbn'}}
  x += lround(x);    // expected-error {{use of undeclared identifier 'lround'}}
  x += degrees(x);   // expected-error {{use of undeclared identifier 'degrees'}}
  x += radians(x);   // expected-error {{use of undeclared identifier 'radians'}}
  x += sqrtf(x);     // expected-error {{use of undeclared identifier 'sqrtf'}}
  x += expf(x);      // expected-error {{use of undeclared identifier 'expf'}}
  x += std::exp(x);  // expected-error {{use of undeclared identifier 'std'}}
  x += inverse(float2x2(x)); // expected-error {{use of undeclared identifier 'inverse'}}
  x += ffs(n);       // expected-error {{use of undeclared identifier 'ffs'}}
  n = add_sat(n, n); // expected-error {{use of undeclared identifier 'add_sat'}}
  n = mul_hi(n, n);  // expected-error {{use of undeclared identifier 'mul_hi'}}
  x = simd_prefix_inclusive_max(x); // expected-error {{use of undeclared identifier 'simd_prefix_inclusive_max'}}
  printf("%f", x);   // expected-error {{use of undeclared identifier 'printf'}}
  abort();           // expected-error {{use of undeclared identifier 'abort'}}
  memcpy(&x, &n, 4); // expected-error {{use of undeclared identifier 'memcpy'}}
  malloc(4);         // expected-error {{use of undeclared identifier 'malloc'}}
  free(&x);          // expected-error {{use of undeclared identifier 'free'}}
  memset(&x, 0, 4);  // expected-error {{use of undeclared identifier 'memset'}}
  n = strlen("a");   // expected-error {{use of undeclared identifier 'strlen'}}
  n = rand();        // expected-error {{use of undeclared identifier 'rand'}}
  exit(1);           // expected-error {{use of undeclared identifier 'exit'}}
  x += fabsf(x);     // expected-error {{use of undeclared identifier 'fabsf'}}
  x += nanf("");     // expected-error {{use of undeclared identifier 'nanf'}}
  x += erfinv(x);    // expected-error {{use of undeclared identifier 'erfinv'}}
  x += remquo(x, x, &n); // expected-error {{use of undeclared identifier 'remquo'}}
  x += acospi(x);    // expected-error {{use of undeclared identifier 'acospi'}}
  x += lerp(x, x, x); // expected-error {{use of undeclared identifier 'lerp'}}
  n = byteswap(n);   // expected-error {{use of undeclared identifier 'byteswap'}}
  n = bit_cast<int>(x); // expected-error {{use of undeclared identifier 'bit_cast'}}
  n = MIN(n, n);     // expected-error {{use of undeclared identifier 'MIN'}}
  n = DBL_MAX;       // expected-error {{use of undeclared identifier 'DBL_MAX'}}
  x = simd_sum_all(x); // expected-error {{use of undeclared identifier 'simd_sum_all'}}
  __syncthreads();   // expected-error {{use of undeclared identifier '__syncthreads'}}
  bool e = is_empty<int>::value; // expected-error {{is_empty}}
  size_t there = sizeof(ptrdiff_t) + uint64_t(1) + uint8_t(1); // there
  llong big = 0;     // expected-error {{unknown type name 'llong'}}
  float8 wide;       // expected-error {{unknown type name 'float8'}}
  atomic_half ah;    // expected-error {{unknown type name 'atomic_half'}}
  atomic_long al;    // expected-error {{unknown type name 'atomic_long'}}
  simdgroup_int8x8 m; // expected-error {{unknown type name 'simdgroup_int8x8'}}
  bfloat2x2 b;       // expected-error {{unknown type name 'bfloat2x2'}}
  packed_ulong2 p;   // expected-error {{unknown type name 'packed_ulong2'}}
  packed_bool2 q;    // expected-error {{unknown type name 'packed_bool2'}}
  return precise::exp(x) + fast::rsqrt(x) + exp10(x) + sinpi(x); // there
}
void atomics(device atomic_uint* a) {
  atomic_fetch_add(a, 1u);  // expected-error {{use of undeclared identifier 'atomic_fetch_add'}}
  atomic_load_explicit(a, memory_order_acquire);  // expected-error {{use of undeclared identifier 'memory_order_acquire'}}
  atomic_load_explicit(a, memory_order_relaxed);
  threadgroup_barrier(mem_flags::mem_device_and_threadgroup); // expected-error {{no member named 'mem_device_and_threadgroup'}}
}
