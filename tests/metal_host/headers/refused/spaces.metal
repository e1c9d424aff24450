// SPDX-License-Identifier: MIT
// Address spaces: clang compares its words with the expectations here, and complains of any other error.
#include <metal_stdlib>
using namespace metal;

float takes_device(device float* p);
float takes_thread(thread float* p);
float takes_reference(thread float& x);

kernel void mixed(device float* d, threadgroup float* t, constant float* c, constant uint& n, const device float* in) {
  // A pointer of one space is no pointer of another: there is no generic space.
  d = t;               // expected-error {{assigning '__local float *' to '__global float *' changes address space of pointer}}
  threadgroup float* a = d; // expected-error {{cannot initialize a variable of type '__local float *' with an lvalue of type '__global float *'}}
  takes_device(t);     // expected-error {{no matching function for call to 'takes_device'}}
  takes_device(d);     // the twin
  takes_device(c);     // expected-error {{no matching function for call to 'takes_device'}}
  takes_thread(d);     // expected-error {{no matching function for call to 'takes_thread'}}
  takes_reference(d[0]); // expected-error {{no matching function for call to 'takes_reference'}}
  thread float* p = d; // expected-error {{cannot initialize a variable of type 'float *' with an lvalue of type '__global float *'}}
  float own = 0;
  takes_thread(&own);  // the twin
  takes_reference(own);
  // What is constant stays.
  c[0] = 1.0f;         // expected-error {{read-only variable is not assignable}}
  n = 3;               // expected-error {{cannot assign to variable 'n' with const-qualified type}}
  in[0] = 1.0f;        // expected-error {{read-only variable is not assignable}}
  d[0] = c[0] + float(n) + in[0]; // the twin
  // Casts keep the space. (Clang lets a C-style cast change it.)
  auto r = reinterpret_cast<threadgroup uint*>(d); // expected-error {{reinterpret_cast from '__global float *' to '__local uint *'}}
  auto s = reinterpret_cast<device uint*>(d);
  auto u = (device float4*)d;
}
