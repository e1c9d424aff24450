// SPDX-License-Identifier: MIT
// Vectors and packed vectors by Metal's names.
#pragma once
#pragma clang system_header
#include "class_vectors.h"
#include "packed.h"

namespace metal {
template <class T, int N>
using vec = metal_host::vector_t<T, N>;
template <class T, int N>
using packed_vec = metal_host::packed<T, N>;
} // namespace metal

// Written out, so that clang calls them by these names.
#define METAL_HOST_VECTORS_OF(T)                                                                             \
  typedef T T##2 __attribute__((ext_vector_type(2)));                                                        \
  typedef T T##3 __attribute__((ext_vector_type(3)));                                                        \
  typedef T T##4 __attribute__((ext_vector_type(4)));
METAL_HOST_VECTORS_OF(char)
METAL_HOST_VECTORS_OF(uchar)
METAL_HOST_VECTORS_OF(short)
METAL_HOST_VECTORS_OF(ushort)
METAL_HOST_VECTORS_OF(int)
METAL_HOST_VECTORS_OF(uint)
METAL_HOST_VECTORS_OF(long)
METAL_HOST_VECTORS_OF(ulong)
METAL_HOST_VECTORS_OF(half)
METAL_HOST_VECTORS_OF(float)
typedef metal_host::bool_vector<2> bool2;
typedef metal_host::bool_vector<3> bool3;
typedef metal_host::bool_vector<4> bool4;
typedef metal_host::bfloat_vector<2> bfloat2;
typedef metal_host::bfloat_vector<3> bfloat3;
typedef metal_host::bfloat_vector<4> bfloat4;

#define METAL_HOST_PACKED_OF(T)                                                                              \
  typedef metal_host::packed<T, 2> packed_##T##2;                                                            \
  typedef metal_host::packed<T, 3> packed_##T##3;                                                            \
  typedef metal_host::packed<T, 4> packed_##T##4;
METAL_HOST_PACKED_OF(char)
METAL_HOST_PACKED_OF(uchar)
METAL_HOST_PACKED_OF(short)
METAL_HOST_PACKED_OF(ushort)
METAL_HOST_PACKED_OF(int)
METAL_HOST_PACKED_OF(uint)
METAL_HOST_PACKED_OF(long)
METAL_HOST_PACKED_OF(half)
METAL_HOST_PACKED_OF(bfloat)
METAL_HOST_PACKED_OF(float)
#undef METAL_HOST_VECTORS_OF
#undef METAL_HOST_PACKED_OF
