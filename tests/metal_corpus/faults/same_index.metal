// SPDX-License-Identifier: MIT
// run: --kernel add --grid 64 --threads 64 --buffer a=random:f32:64:1 --buffer b=random:f32:64:2 --buffer c=zeros:f32:64
#include <metal_stdlib>
using namespace metal;

kernel void add(device const float* a [[buffer(0)]], device const float* b [[buffer(1)]],
                device float* c [[buffer(1)]], // right: device float* c [[buffer(2)]],
                uint i [[thread_position_in_grid]]) {
  c[i] = a[i] + b[i];
}
