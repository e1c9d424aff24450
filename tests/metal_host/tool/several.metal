// SPDX-License-Identifier: MIT
// Several kernels, instantiated, overloaded by name only, and with function constants.
#include <metal_stdlib>
using namespace metal;

constant bool negate [[function_constant(0)]];
constant float factor [[function_constant(1)]];
constant uint3 offsets [[function_constant(2)]];
constant bool has_offsets = is_function_constant_defined(offsets);

kernel void scale(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                  constant uint& n [[buffer(2)]], uint i [[thread_position_in_grid]]) {
  if (i >= n)
    return;
  y[i] = (negate ? -factor : factor) * x[i] + (has_offsets ? float(offsets[i % 3]) : 0.0f);
}

template <class T>
kernel void copy(device const T* x [[buffer(0)]], device T* y [[buffer(1)]],
                 uint i [[thread_position_in_grid]]) {
  y[i] = x[i];
}

#define copies(name, type)                                                                                   \
  template [[host_name("copy_" #name)]] kernel void copy<type>(device const type*, device type*, uint);
copies(f32, float)
copies(f16, half)

kernel void copy_all(device const float* f32_in [[buffer(0)]], device float* f32_out [[buffer(1)]],
                     device const half* f16_in [[buffer(2)]], device half* f16_out [[buffer(3)]],
                     device const bfloat* bf16_in [[buffer(4)]], device bfloat* bf16_out [[buffer(5)]],
                     device const char* i8_in [[buffer(6)]], device char* i8_out [[buffer(7)]],
                     device const uchar* u8_in [[buffer(8)]], device uchar* u8_out [[buffer(9)]],
                     device const short* i16_in [[buffer(10)]], device short* i16_out [[buffer(11)]],
                     device const ushort* u16_in [[buffer(12)]], device ushort* u16_out [[buffer(13)]],
                     device const int* i32_in [[buffer(14)]], device int* i32_out [[buffer(15)]],
                     device const uint* u32_in [[buffer(16)]], device uint* u32_out [[buffer(17)]],
                     device const long* i64_in [[buffer(18)]], device long* i64_out [[buffer(19)]],
                     device const ulong* u64_in [[buffer(20)]], device ulong* u64_out [[buffer(21)]],
                     device const bool* bool_in [[buffer(22)]], device bool* bool_out [[buffer(23)]],
                     uint i [[thread_position_in_grid]]) {
  f32_out[i] = f32_in[i];
  f16_out[i] = f16_in[i];
  bf16_out[i] = bf16_in[i];
  i8_out[i] = i8_in[i];
  u8_out[i] = u8_in[i];
  i16_out[i] = i16_in[i];
  u16_out[i] = u16_in[i];
  i32_out[i] = i32_in[i];
  u32_out[i] = u32_in[i];
  i64_out[i] = i64_in[i];
  u64_out[i] = u64_in[i];
  bool_out[i] = bool_in[i];
}

// Memory sized by the host.
kernel void turn(device float* x [[buffer(0)]], threadgroup float* tile [[threadgroup(0)]],
                 uint i [[thread_position_in_grid]], uint l [[thread_position_in_threadgroup]],
                 uint n [[threads_per_threadgroup]]) {
  tile[l] = x[i];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  x[i] = tile[n - 1 - l];
}
