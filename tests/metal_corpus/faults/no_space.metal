// SPDX-License-Identifier: MIT
// run: --kernel total --grid 1 --threads 1 --buffer x=random:f32:64:1 --buffer y=zeros:f32:1
#include <metal_stdlib>
using namespace metal;

// A pointer without an address space.
float add(const float* v, uint n) { // right: float add(device const float* v, uint n) {
  float sum = 0.0f;
  for (uint i = 0; i < n; i++)
    sum += v[i];
  return sum;
}

kernel void total(device const float* x [[buffer(0)]], device float* y [[buffer(1)]]) {
  y[0] = add(x, 64);
}
