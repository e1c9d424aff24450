// SPDX-License-Identifier: MIT
// Functions are overloads, so arguments of two types are ambiguous, and some forms do not exist.
#include <metal_stdlib>
using namespace metal;

void calls(float f, half h, int i, uint u, uchar c, float4 v, half4 w, float3 g, int4 n, bool b) {
  max(f, 0);           // expected-error {{call to 'max' is ambiguous}}
  min(u, 4);           // expected-error {{call to 'min' is ambiguous}}
  min(c, i);           // expected-error {{call to 'min' is ambiguous}}
  clamp(h, 0.0f, 1.0f); // expected-error {{call to 'clamp' is ambiguous}}
  max(h, f);           // expected-error {{call to 'max' is ambiguous}}
  exp(i);              // expected-error {{call to 'exp' is ambiguous}}
  sqrt(2);             // expected-error {{call to 'sqrt' is ambiguous}}
  max(v, w);           // expected-error {{no matching function for call to 'max'}}
  dot(f, f);           // expected-error {{is ambiguous}}
  cross(v, v);         // expected-error {{no matching function for call to 'cross'}}
  fast::exp(w);        // expected-error {{no matching function for call to 'exp'}}
  isnan(i);            // expected-error {{call to 'isnan' is ambiguous}}
  popcount(f);         // expected-error {{call to 'popcount' is ambiguous}}
  rotate(u, 3);        // expected-error {{call to 'rotate' is ambiguous}}
  select(f, h, b);     // expected-error {{call to 'select' is ambiguous}}
  mul24(c, v);         // expected-error {{no matching function for call to 'mul24'}}
  any(v);              // expected-error {{no matching function for call to 'any'}}
  frexp(f, f);         // expected-error {{no matching function for call to 'frexp'}}
  // The twins.
  max(f, 0.0f);
  min(u, 4u);
  min(int(c), i);
  clamp(h, 0.0h, 1.0h);
  max(float(h), f);
  exp(float(i));
  max(v, float4(w));
  max(v, 0.0f);
  dot(v, v);
  cross(g, g);
  isnan(f);
  rotate(u, 3u);
  select(f, float(h), b);
  any(v < v);
  frexp(f, i);
}
