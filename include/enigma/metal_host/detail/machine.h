// SPDX-License-Identifier: MIT
// What a compiled Metal kernel needs from whatever runs it. The headers beside this file call these
// functions; the program that loads the kernel object defines them. Plain C, no other header, no namespace of
// Metal, so that the running program includes this file too.
//
// `what` is always the name of Metal's function as its user wrote it ("simd_sum"), `file` and `line` the
// place of that call in the .metal file. Strings live as long as the kernel object.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Where a running thread is. Unsigned 32-bit numbers as Metal counts them; x, y, z in that order.
struct metal_host_thread {
  unsigned thread_position_in_grid[3];
  unsigned threads_per_grid[3];
  unsigned thread_position_in_threadgroup[3];
  unsigned threads_per_threadgroup[3];          // of this group, smaller at ragged edges
  unsigned dispatch_threads_per_threadgroup[3]; // as dispatched
  unsigned threadgroup_position_in_grid[3];
  unsigned threadgroups_per_grid[3];
  unsigned thread_index_in_threadgroup;
  unsigned thread_index_in_simdgroup;
  unsigned simdgroup_index_in_threadgroup;
  unsigned simdgroups_per_threadgroup;
  unsigned dispatch_simdgroups_per_threadgroup;
  unsigned threads_per_simdgroup; // 32
};

/// The calling thread; valid until the kernel function returns.
struct metal_host_thread const* metal_host_self(void);

/// Who takes part in a barrier or fence.
enum metal_host_scope {
  metal_host_scope_thread = 0,
  metal_host_scope_simdgroup = 1,
  metal_host_scope_threadgroup = 2,
  metal_host_scope_device = 3
};

/// What memory it orders: the values of Metal's mem_flags.
enum metal_host_memory {
  metal_host_memory_none = 0,
  metal_host_memory_device = 1,
  metal_host_memory_threadgroup = 2,
  metal_host_memory_texture = 4
};

/// threadgroup_barrier and simdgroup_barrier: returns when every thread of the scope has come.
void metal_host_barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line);

/// atomic_thread_fence: orders this thread's accesses, waits for nobody. order: 0 relaxed, 5 seq_cst.
void metal_host_fence(unsigned memory, unsigned order, unsigned scope, char const* what, char const* file,
                      unsigned line);

/// Most bytes that a lane can give in one exchange.
enum { metal_host_exchange_bytes = 64, metal_host_simd_width = 32 };

/// Who took part in an exchange: bit i of `active` is lane i, `lane` is the caller's own.
struct metal_host_lanes {
  unsigned active;
  unsigned lane;
};

/// The meeting of the active lanes of a simdgroup at one call.
///
/// Each lane gives `bytes` bytes (1..metal_host_exchange_bytes) at `mine`; every lane gets the bytes of lane
/// i at `all` + i * bytes, for each active lane i; slots of other lanes are left as they were. `all` has room
/// for 32 lanes. Active are the lanes that come to the same call: same `what`, `file`, `line` and `bytes`.
///
/// `uniform` has to be equal in all of them (a shuffle's delta, a broadcast's lane; 0 where Metal asks
/// nothing): the machine reports a difference. The exchange orders no memory: a machine of real threads must
/// not create a happens-before by it.
struct metal_host_lanes metal_host_simd_exchange(void const* mine, unsigned bytes, void* all,
                                                 unsigned uniform, char const* what, char const* file,
                                                 unsigned line);

/// This thread has read a lane that did not take part (its value is undefined in Metal). `source` is that
/// lane. May return (the value is then a pattern of bytes 0xCD).
void metal_host_inactive_lane(unsigned source, char const* what, char const* file, unsigned line);

/// Something that Metal leaves undefined or refuses has happened in this thread, in words ("the lane 40 does
/// not exist: a simdgroup has 32"). Does not return to the kernel.
void metal_host_fail(char const* words, char const* what, char const* file, unsigned line);

/// The memory of a threadgroup variable, the same for every thread of a threadgroup; asked for by every
/// thread when control reaches the declaration. An array has elements of `element_bytes`. `key` is an address
/// of the declaration's own (of the instantiation, in a template).
void* metal_host_threadgroup_memory(void const* key, unsigned long bytes, unsigned long element_bytes,
                                    char const* name, char const* file, unsigned line);

/// The value of [[function_constant(index)]], written to `value` (`bytes` long, Metal's representation of the
/// type). Called while the kernel object is being loaded. False where the host gave none: `value` stays as it
/// is.
int metal_host_function_constant(unsigned index, char const* name, void* value, unsigned long bytes);

#ifdef __cplusplus
}
#endif
