// SPDX-License-Identifier: MIT
// Conversions and overloads that Metal does not allow.
#include <metal_stdlib>
using namespace metal;

void bfloats(bfloat b, float f, half h, int i, bfloat4 b4, float4 f4) {
  bfloat a = f;       // expected-error {{no viable conversion from 'float' to 'bfloat'}}
  bfloat c = h;       // expected-error {{no viable conversion from 'half'}}
  bfloat d = 1.0f;    // expected-error {{no viable conversion from 'float' to 'bfloat'}}
  half e = b;         // expected-error {{no viable conversion from 'bfloat'}}
  int n = b;          // expected-error {{no viable conversion from 'bfloat' to 'int'}}
  auto x = b + h;     // expected-error {{overload resolution selected deleted operator '+'}}
  auto y = h < b;     // expected-error {{overload resolution selected deleted operator '<'}}
  b = b * f;          // expected-error {{no viable overloaded '='}}
  b = exp(b);         // expected-error {{no viable overloaded '='}}
  b += f;             // expected-error {{no viable overloaded '+='}}
  b4 = f4;            // expected-error {{no viable overloaded '='}}
  f4 = b4;            // expected-error {{assigning to}}
  float g = b;        // the twins
  b = bfloat(f) + bfloat(h) + bfloat(exp(b)) + b * i;
  h = half(float(b));
  f4 = float4(b4);
  b4 = bfloat4(f4);
}

void vectors(float4 f, int4 i, float3 g, half4 h, packed_float3 p, bool4 m) {
  f = i;              // expected-error {{assigning to 'float4'}}
  f = g;              // expected-error {{assigning to 'float4'}}
  f = f + i;          // expected-error {{cannot convert between vector values}}
  f = f + g;          // expected-error {{cannot convert between vector values of different size}}
  f = h;              // expected-error {{assigning to 'float4'}}
  f = float4(i) + float4(h) + float4(g, 1.0f); // the twins
  float4 a = float4(g);              // expected-error@*:* {{a vector converts to a vector of as many components only}}
  float4 b = float4(1.0f, 2.0f);     // expected-error@*:* {{a vector's constructor takes one scalar, or exactly as many components as the vector has}}
  float4 c = float4(g, g);           // the same rule, of other types: expected-error@*:* {{a vector's constructor takes one scalar, or exactly as many components as the vector has}}
  float4 d = float4(int2(1), 0, 0);  // expected-error@*:* {{a vector among the components of a constructor has the same element type}}
  if (m) {            // expected-error {{value of type 'bool4'}}
  }
  if (f < f) {        // expected-error {{is not contextually convertible to 'bool'}}
  }
  if (all(f < f)) {
  }
  f.xx = g.xy;        // expected-error {{vector is not assignable (contains duplicate components)}}
  thread float* q = &f.x; // expected-error {{address of vector element requested}}
  thread float& r = f.y;  // expected-error {{non-const reference cannot bind to vector element}}
  f.xr = g.xy;        // expected-error {{illegal vector component name}}
  g.w = 1;            // expected-error {{vector component access exceeds type}}
}

void matrices(float4x4 m, half4x4 h, float2x3 r, float4 v) {
  m = 1.0f;           // expected-error {{no viable overloaded '='}}
  m = h;              // expected-error {{no viable overloaded '='}}
  m = m / m;          // expected-error {{invalid operands to binary expression}}
  bool e = m == m;    // expected-error {{invalid operands to binary expression}}
  m = m * r;          // expected-error {{invalid operands to binary expression}}
  v = r * v;          // expected-error {{cannot convert between vector and non-scalar values}}
  determinant(r);     // expected-error {{no matching function for call to 'determinant'}}
  matrix<int, 2, 2> i; // expected-error@*:* {{matrices are of floating-point numbers}}
  m = float4x4(h) * 2.0f;
  float3 ok = r * float2(1.0f);
}

void reinterpreted(float f, bool b, float4 v) {
  as_type<half>(f);     // expected-error@*:* {{as_type: both types have the same size}}
  as_type<uchar>(b);    // expected-error@*:* {{as_type: a bool has no bits of its own}}
  as_type<half2>(f);
  as_type<float3>(v);
}
