// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

struct shape {
  float sides = 4;
};

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  shape s;
  thread shape* p = dynamic_cast<thread shape*>(&s); // right: thread shape* p = static_cast<thread shape*>(&s);
  x[i] *= p->sides;
}
// says: 11:21: error: Metal has no run-time type information
