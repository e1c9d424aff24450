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

#define METAL_HOST_VECTORS_OF(T)                                                                             \
  typedef metal_host::vector_t<T, 2> T##2;                                                                   \
  typedef metal_host::vector_t<T, 3> T##3;                                                                   \
  typedef metal_host::vector_t<T, 4> T##4;
METAL_HOST_VECTORS_OF(bool)
METAL_HOST_VECTORS_OF(char)
METAL_HOST_VECTORS_OF(uchar)
METAL_HOST_VECTORS_OF(short)
METAL_HOST_VECTORS_OF(ushort)
METAL_HOST_VECTORS_OF(int)
METAL_HOST_VECTORS_OF(uint)
METAL_HOST_VECTORS_OF(long)
METAL_HOST_VECTORS_OF(ulong)
METAL_HOST_VECTORS_OF(half)
METAL_HOST_VECTORS_OF(bfloat)
METAL_HOST_VECTORS_OF(float)

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
