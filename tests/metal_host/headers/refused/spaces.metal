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

struct node {
  device float* next;
  float x[2];
};
template <class T>
void both(device T* a, device T* b);
template <class T>
void array_of(threadgroup T (&a)[4]);
device float* gives_device(threadgroup float* t) {
  return t; // expected-error {{cannot initialize return object of type '__global float *' with an lvalue of type '__local float *'}}
}
thread float& gives_thread(device float* d) {
  return d[0]; // expected-error {{binding reference of type 'float' to value of type '__global float' changes address space}}
}
void kept(device float* d, threadgroup float* t, constant float* c, constant node& n, device node* nodes, thread node& own,
          threadgroup float (&shared)[4], device float (&buffer)[4], bool yes) {
  float x = 0;
  own.next = t;        // expected-error {{assigning '__local float *' to '__global float *' changes address space of pointer}}
  own.next = d;        // the twin
  own.next = &x;       // expected-error {{assigning 'float *' to '__global float *' changes address space of pointer}}
  n.x[0] = 1;          // expected-error {{cannot assign to variable 'n' with const-qualified type 'const __constant node &'}}
  *c = 1;              // expected-error {{read-only variable is not assignable}}
  c = d;               // expected-error {{assigning '__global float *' to 'const __constant float *' changes address space of pointer}}
  device float* p = &nodes[1].x[1]; // the twin
  thread float* q = &nodes[1].x[1]; // expected-error {{cannot initialize a variable of type 'float *' with an rvalue of type '__global float *'}}
  thread float& r = t[0];           // expected-error {{binding reference of type 'float' to value of type '__local float' changes address space}}
  threadgroup float& s = t[0];
  device const float& u = s;        // expected-error {{binding reference of type 'const __global float' to value of type '__local float' changes address space}}
  both(d, p);
  both(d, t);          // expected-error {{no matching function for call to 'both'}}
  both(t, t);          // expected-error {{no matching function for call to 'both'}}
  array_of(shared);
  array_of(buffer);    // expected-error {{no matching function for call to 'array_of'}}
  auto v = yes ? d : t; // expected-error {{incompatible operand types ('__global float *' and '__local float *')}}
  auto w = static_cast<device float*>(t); // expected-error {{static_cast from '__local float *' to '__global float *' is not allowed}}
  auto y = const_cast<device float*>(c);  // expected-error {{const_cast from 'const __constant float *' to '__global float *' is not allowed}}
  auto z = reinterpret_cast<thread uint&>(d[0]); // expected-error {{reinterpret_cast from '__global float' to 'uint &'}}
  bool same = d == t;  // expected-error {{comparison of distinct pointer types}}
}
