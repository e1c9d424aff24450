// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/text.hpp>
#include <enigma/codegen/ir.hpp>

// What the source of a program with async copies begins with. Apple has never documented the functions behind
// them; Metal's compiler up to that of Xcode 16 takes them by their labels in its own intermediate language,
// the one of macOS 26 does not. So whoever compiles the source asks for them, with ENIGMA_ASYNC_COPY; without
// it the lanes of the simdgroup copy together, and waiting is a barrier.

namespace enigma::detail {

constexpr bool has_async_copies(array_view<kernel_ir> kernels) {
  for (kernel_ir const& k : kernels)
    for (instruction const& i : k.code)
      if (i.code == op::async_copy)
        return true;
  return false;
}

constexpr void emit_async_copies(text& out) {
  out << R"(
#if defined(ENIGMA_ASYNC_COPY) // for Metal's compiler up to Xcode 16
struct _simdgroup_event_t;
using simdgroup_event = thread _simdgroup_event_t*;
simdgroup_event __metal_simdgroup_async_copy_1d(ulong, ulong, threadgroup void*, const device void*, ulong)
    __asm("air.simdgroup_async_copy_1d.p3i8.p1i8");
simdgroup_event __metal_simdgroup_async_copy_1d(ulong, ulong, device void*, const threadgroup void*, ulong)
    __asm("air.simdgroup_async_copy_1d.p1i8.p3i8");
simdgroup_event __metal_simdgroup_async_copy_2d(ulong, ulong, threadgroup void*, ulong, ulong, ulong2,
    const device void*, ulong, ulong, ulong2, long2, int) __asm("air.simdgroup_async_copy_2d.p3i8.p1i8");
simdgroup_event __metal_simdgroup_async_copy_2d(ulong, ulong, device void*, ulong, ulong, ulong2,
    const threadgroup void*, ulong, ulong, ulong2, long2, int) __asm("air.simdgroup_async_copy_2d.p1i8.p3i8");
void __metal_wait_simdgroup_events(int, thread simdgroup_event*) __asm("air.wait_simdgroup_events");

template <class To, class From>
static inline simdgroup_event simdgroup_async_copy(To to, From from, uint elements, uint) {
  return __metal_simdgroup_async_copy_1d(sizeof(*to), alignof(decltype(*to)), to, from, elements);
}
template <class To, class From>
static inline simdgroup_event simdgroup_async_copy(To to, uint2 place, From from, uint2 origin, uint2 size, uint) {
  return __metal_simdgroup_async_copy_2d(sizeof(*to), alignof(decltype(*to)), to + place.x, place.y, 1,
                                         ulong2(size), from + origin.x, origin.y, 1, ulong2(size), long2(0), 0);
}
static inline void simdgroup_async_wait(simdgroup_event copy) { __metal_wait_simdgroup_events(1, &copy); }
#else // the lanes copy together
using simdgroup_event = uint;
template <class To, class From>
static inline simdgroup_event simdgroup_async_copy(To to, From from, uint elements, uint lane) {
  for (uint i = lane; i < elements; i += 32)
    to[i] = from[i];
  return 0;
}
template <class To, class From>
static inline simdgroup_event simdgroup_async_copy(To to, uint2 place, From from, uint2 origin, uint2 size, uint lane) {
  for (uint y = 0; y < size.y; ++y)
    simdgroup_async_copy(to + place.x + y * place.y, from + origin.x + y * origin.y, size.x, lane);
  return 0;
}
static inline void simdgroup_async_wait(simdgroup_event) {
  simdgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup);
}
#endif
)";
}

} // namespace enigma::detail
