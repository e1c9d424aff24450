// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

struct square {
  virtual float sides() const { return 4; } // right: float sides() const { return 4; }
};

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  square s;
  x[i] *= s.sides();
}
// says: 6:3: error: Metal has no virtual functions
