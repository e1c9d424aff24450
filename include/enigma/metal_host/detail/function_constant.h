// SPDX-License-Identifier: MIT
// Function constants: values that the host gives when a kernel is loaded.
//
// `constant T name [[function_constant(i)]];` is written METAL_HOST_FUNCTION_CONSTANT(T, name, i); for clang.
#pragma once
#pragma clang system_header
#include "machine.h"
#include "vectors.h"

namespace metal_host {

template <class T>
struct function_constant_value {
  T value;
  bool defined;
};

template <class T>
METAL_HOST_INLINE function_constant_value<T> ask_function_constant(unsigned index, char const* name) {
  using E = element_t<T>;
  static_assert(is_number<E>, "function constants are scalars and vectors");
  function_constant_value<T> r;
  __builtin_memset(&r.value, 0, sizeof(T));
  r.defined = metal_host_function_constant(index, name, &r.value, sizeof(T)) != 0;
  return r;
}

} // namespace metal_host

#define METAL_HOST_FUNCTION_CONSTANT(T, name, index)                                                         \
  [[maybe_unused]] static metal_host::function_constant_value<T> const metal_host_constant_##name =          \
      metal_host::ask_function_constant<T>(index, #name);                                                    \
  [[maybe_unused]] static T const& name = metal_host_constant_##name.value
#define is_function_constant_defined(name) (metal_host_constant_##name.defined)
