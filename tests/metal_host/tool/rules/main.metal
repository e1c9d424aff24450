// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

int main() { // right: int other() {
  return 0;
}

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 5:5: error: a Metal file has no 'main'
