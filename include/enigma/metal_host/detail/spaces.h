// SPDX-License-Identifier: MIT
// Metal's words that are no words of C++: address spaces, kernels, function hints.
#pragma once
#pragma clang system_header
// The words in [[...]] mean something to Metal only, and so do parameters that a kernel does not use.
#pragma clang diagnostic ignored "-Wunknown-attributes"
#pragma clang diagnostic ignored "-Wunused-parameter"
#pragma clang diagnostic ignored "-Wunused-function"
// `constant` holds a const, and people write another.
#pragma clang diagnostic ignored "-Wduplicate-decl-specifier"
// Vectors of long are passed between functions of one file only.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang diagnostic ignored "-Wreserved-user-defined-literal"

#ifndef __clang__
#error "Metal on the host needs clang: its vectors and address spaces are part of the language here"
#endif

// Clang's spaces are distinct in the type system and ordinary memory on a CPU, so sanitizers see through
// them. METAL_HOST_ERASE_SPACES turns them off: C++ has no way to say that a class can be copied out of one
// of them or assigned in it, which Metal allows. What is wrong then: overloads on spaces, and mixing them is
// not noticed.
#ifdef METAL_HOST_ERASE_SPACES
#define device
#define constant const
#define threadgroup
#else
#define device __attribute__((opencl_global))
#define constant __attribute__((opencl_constant)) const
#define threadgroup __attribute__((opencl_local))
#endif
#define thread
#define kernel
#define coherent(scope)
#define METAL_FUNC inline __attribute__((__always_inline__))

#define __METAL__ 1
#define __METAL_MACOS__ 1
#ifndef __METAL_VERSION__
#define __METAL_VERSION__ 310
#endif
#define __HAVE_BFLOAT__ 1

// Functions of these headers: always inlined and without lines of their own, so that whatever happens in them
// is reported at the line of the .metal file that called them.
#define METAL_HOST_INLINE inline __attribute__((__always_inline__, __nodebug__))
#define METAL_HOST_CONSTEXPR constexpr __attribute__((__always_inline__, __nodebug__))

// A class C of these headers can be read from every space: constructors for the copies that C++ cannot see.
// They are templates, since a template is never the copy constructor and C stays trivially copyable.
#ifdef METAL_HOST_ERASE_SPACES
#define METAL_HOST_READABLE(C)
#else
#define METAL_HOST_READABLE(C)                                                                               \
  template <class Never = void>                                                                              \
  METAL_HOST_CONSTEXPR C(device C const& other) : C(other, ::metal_host::from_space{}) {}                    \
  template <class Never = void>                                                                              \
  METAL_HOST_CONSTEXPR C(threadgroup C const& other) : C(other, ::metal_host::from_space{}) {}               \
  template <class Never = void>                                                                              \
  METAL_HOST_CONSTEXPR C(constant C& other) : C(other, ::metal_host::from_space{}) {}
#endif

namespace metal_host {
struct from_space {};

// Reads a trivially copyable object of any space.
template <class T, class In>
METAL_HOST_INLINE T fetch(In const& object) {
  T copy;
  __builtin_memcpy(&copy, (void const*)(unsigned long)__builtin_addressof(object), sizeof(T));
  return copy;
}
} // namespace metal_host
