// SPDX-License-Identifier: MIT
// Atomics: types, spaces and orders.
#include <metal_stdlib>
using namespace metal;

void atomics(device atomic_uint* u, device atomic_float* f, threadgroup atomic_float* tf, device atomic_ulong* l,
             threadgroup atomic_ulong* tl, device atomic_bool* b, const device atomic_uint* cu, device uint* plain,
             device uint* expected) {
  uint e = 0;
  atomic_store_explicit(u, 1u, memory_order_seq_cst); // expected-error {{atomic functions take memory_order_relaxed only}}
  atomic_fetch_add_explicit(tf, 1.0f, memory_order_relaxed); // expected-error@*:* {{atomic_float is for the device address space only}}
  atomic_load_explicit(l, memory_order_relaxed);      // expected-error@*:* {{atomic_load_explicit: for atomic_int, atomic_uint, atomic_bool and atomic_float}}
  atomic_max_explicit(tl, 1ul, memory_order_relaxed); // expected-error@*:* {{for atomic_ulong in the device address space}}
  atomic_fetch_max_explicit(f, 1.0f, memory_order_relaxed); // expected-error@*:* {{atomic_fetch_max_explicit: for atomic_int and atomic_uint}}
  atomic_fetch_add_explicit(b, true, memory_order_relaxed); // expected-error@*:* {{atomic_fetch_add_explicit: for atomic_int}}
  atomic_fetch_add_explicit(cu, 1u, memory_order_relaxed);  // expected-error {{no matching function for call to 'atomic_fetch_add_explicit'}}
  atomic_fetch_add_explicit(plain, 1u, memory_order_relaxed); // expected-error {{no matching function for call to 'atomic_fetch_add_explicit'}}
  atomic_compare_exchange_weak_explicit(u, expected, 1u, memory_order_relaxed, memory_order_relaxed); // expected-error {{no matching function for call to 'atomic_compare_exchange_weak_explicit'}}
  atomic<short> s;                 // expected-error@*:* {{there are atomics of int, uint, bool, float and ulong only}}
  u[0] = 3u;                       // expected-error {{no viable overloaded '='}}
  uint direct = u[0];              // expected-error {{no viable conversion}}
  // The twins.
  atomic_store_explicit(u, 1u, memory_order_relaxed);
  atomic_fetch_add_explicit(f, 1.0f, memory_order_relaxed);
  atomic_max_explicit(l, 1ul, memory_order_relaxed);
  atomic_store_explicit(b, true, memory_order_relaxed);
  atomic_load_explicit(cu, memory_order_relaxed);
  atomic_fetch_add_explicit((device atomic_uint*)plain, 1u, memory_order_relaxed);
  atomic_compare_exchange_weak_explicit(u, &e, 1u, memory_order_relaxed, memory_order_relaxed);
}
