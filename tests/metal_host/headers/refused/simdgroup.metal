// SPDX-License-Identifier: MIT
// Simdgroup functions and matrices.
#include <metal_stdlib>
using namespace metal;

struct pair {
  float a, b;
};
void lanes(bool b, ulong l, long2 l2, float f, half h, pair p, packed_float3 q) {
  simd_sum(b);          // expected-error@*:* {{take no bool: convert it to ushort or uint first}}
  simd_shuffle(l, 0);   // expected-error@*:* {{simdgroup functions take no long and no ulong}}
  simd_max(l2);         // expected-error@*:* {{simdgroup functions take no long and no ulong}}
  simd_and(f);          // expected-error@*:* {{bitwise functions of a simdgroup or quadgroup take integers}}
  simd_broadcast(p, 0); // expected-error@*:* {{take scalars and vectors: pass a struct or a matrix member by member}}
  simd_shuffle(q, 0);   // expected-error@*:* {{take no packed vectors: convert them first}}
  simd_shuffle_and_fill_up(f, h, 1); // expected-error {{no matching function for call to 'simd_shuffle_and_fill_up'}}
  uint m = simd_ballot(b); // expected-error {{no viable conversion from 'simd_vote' to 'uint'}}
  // The twins.
  simd_sum(uint(b));
  simd_shuffle(as_type<uint2>(l), 0);
  quad_shuffle(l, 0);
  simd_and(as_type<uint>(f));
  simd_broadcast(p.a, 0);
  simd_shuffle_and_fill_up(f, float(h), 1);
  m = uint((simd_vote::vote_t)simd_ballot(b));
}

void matrices(device float* df, device half* dh, constant float* cf, thread float* tf, const device float* in,
              simdgroup_float8x8 m, simdgroup_half8x8 h) {
  simdgroup_load(m, dh);          // expected-error {{no matching function for call to 'simdgroup_load'}}
  simdgroup_load(m, cf);          // expected-error {{no matching function for call to 'simdgroup_load'}}
  simdgroup_load(m, tf);          // expected-error {{no matching function for call to 'simdgroup_load'}}
  simdgroup_store(m, dh);         // expected-error {{no matching function for call to 'simdgroup_store'}}
  simdgroup_store(m, in);         // expected-error {{no matching function for call to 'simdgroup_store'}}
  m = m + m;                      // expected-error {{invalid operands to binary expression}}
  m = m * 2.0f;                   // expected-error {{invalid operands to binary expression}}
  m = h;                          // expected-error {{no viable overloaded '='}}
  simdgroup_matrix<float, 4, 4> s; // expected-error@*:* {{simdgroup matrices are 8 x 8}}
  simdgroup_matrix<int, 8, 8> i;  // expected-error@*:* {{simdgroup matrices are of float, half or bfloat}}
  simdgroup_load(m, in);
  simdgroup_load(h, dh);
  simdgroup_store(m, df);
  m = m * m;
  simdgroup_multiply_accumulate(m, h, h, m);
}
