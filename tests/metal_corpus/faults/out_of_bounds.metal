// SPDX-License-Identifier: MIT
// run: --kernel differences --grid 100 --threads 32 --buffer x=random:f32:100:1 --buffer y=zeros:f32:100
#include <metal_stdlib>
using namespace metal;

// The last thread reads one element too far.
kernel void differences(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                        uint n [[threads_per_grid]], uint i [[thread_position_in_grid]]) {
  y[i] = x[i + 1] - x[i]; // right: y[i] = i + 1 < n ? x[i + 1] - x[i] : 0.0f;
}
