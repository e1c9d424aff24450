// SPDX-License-Identifier: MIT
// Overloads for vectors, component by component. Functions are overloads and not templates, so that arguments
// of two types are ambiguous, as in Metal.
#pragma once
#pragma clang system_header
#include "as_type.h"
#include "construct.h"

#define METAL_HOST_EACH_1(R, name, A)                                                                        \
  METAL_HOST_INLINE R##2 name(A##2 x) {                                                                      \
    return R##2 {name(x.x), name(x.y)};                                                                      \
  }                                                                                                          \
  METAL_HOST_INLINE R##3 name(A##3 x) {                                                                      \
    return R##3 {name(x.x), name(x.y), name(x.z)};                                                           \
  }                                                                                                          \
  METAL_HOST_INLINE R##4 name(A##4 x) {                                                                      \
    return R##4 {name(x.x), name(x.y), name(x.z), name(x.w)};                                                \
  }
#define METAL_HOST_EACH_2(R, name, A, B)                                                                     \
  METAL_HOST_INLINE R##2 name(A##2 x, B##2 y) {                                                              \
    return R##2 {name(x.x, y.x), name(x.y, y.y)};                                                            \
  }                                                                                                          \
  METAL_HOST_INLINE R##3 name(A##3 x, B##3 y) {                                                              \
    return R##3 {name(x.x, y.x), name(x.y, y.y), name(x.z, y.z)};                                            \
  }                                                                                                          \
  METAL_HOST_INLINE R##4 name(A##4 x, B##4 y) {                                                              \
    return R##4 {name(x.x, y.x), name(x.y, y.y), name(x.z, y.z), name(x.w, y.w)};                            \
  }
#define METAL_HOST_EACH_3(R, name, A, B, C)                                                                  \
  METAL_HOST_INLINE R##2 name(A##2 x, B##2 y, C##2 z) {                                                      \
    return R##2 {name(x.x, y.x, z.x), name(x.y, y.y, z.y)};                                                  \
  }                                                                                                          \
  METAL_HOST_INLINE R##3 name(A##3 x, B##3 y, C##3 z) {                                                      \
    return R##3 {name(x.x, y.x, z.x), name(x.y, y.y, z.y), name(x.z, y.z, z.z)};                             \
  }                                                                                                          \
  METAL_HOST_INLINE R##4 name(A##4 x, B##4 y, C##4 z) {                                                      \
    return R##4 {name(x.x, y.x, z.x), name(x.y, y.y, z.y), name(x.z, y.z, z.z), name(x.w, y.w, z.w)};        \
  }
