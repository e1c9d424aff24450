// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

template <class T>
kernel void twice(device T* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}

template [[host_name("twice")]] kernel void twice<float>(device float*, uint);
template [[host_name("twice")]] kernel void twice<half>(device half*, uint); // right: template [[host_name("twice_half")]] kernel void twice<half>(device half*, uint);
// says: 11:45: error: two kernels are called 'twice': a kernel cannot be overloaded, and each instantiation needs a [[host_name("...")]] of its own
