// SPDX-License-Identifier: MIT
// Simdgroups, quadgroups, barriers, threadgroup memory, atomics.
#include "rows.hpp"

namespace python_api {
namespace {

// clang-format off
row const simdgroup[] = {
    EXPRESSION("simd_sum(x)", "simd_sum(x)", simd_sum(x)),
    EXPRESSION("simd_product(x)", "simd_product(x)", simd_product(x)),
    EXPRESSION("simd_min(x)", "simd_min(x)", simd_min(x)),
    EXPRESSION("simd_max(x)", "simd_max(x)", simd_max(x)),
    EXPRESSION("simd_and(x)", "simd_and(u)", simd_and(u)),
    EXPRESSION("simd_or(x)", "simd_or(u)", simd_or(u)),
    EXPRESSION("simd_xor(x)", "simd_xor(u)", simd_xor(u)),
    EXPRESSION("simd_prefix_exclusive_sum(x)", "simd_prefix_exclusive_sum(x)", simd_prefix_exclusive_sum(x)),
    EXPRESSION("simd_prefix_inclusive_sum(x)", "simd_prefix_inclusive_sum(x)", simd_prefix_inclusive_sum(x)),
    EXPRESSION("simd_prefix_exclusive_product(x)", "simd_prefix_exclusive_product(x)",
               simd_prefix_exclusive_product(x)),
    EXPRESSION("simd_prefix_inclusive_product(x)", "simd_prefix_inclusive_product(x)",
               simd_prefix_inclusive_product(x)),
    EXPRESSION("simd_shuffle(value, lane)", "simd_shuffle(x, u)", simd_shuffle(x, u)),
    EXPRESSION("simd_shuffle_up(value, delta)", "simd_shuffle_up(x, 1)", simd_shuffle_up(x, 1)),
    EXPRESSION("simd_shuffle_down(value, delta)", "simd_shuffle_down(x, 1)", simd_shuffle_down(x, 1)),
    EXPRESSION("simd_shuffle_xor(value, mask)", "simd_shuffle_xor(x, 16)", simd_shuffle_xor(x, 16)),
    EXPRESSION("simd_broadcast(value, lane)", "simd_broadcast(x, 0)", simd_broadcast(x, 0)),
};

row const quadgroup[] = {
    EXPRESSION("quad_sum(x)", "quad_sum(x)", quad_sum(x)),
    EXPRESSION("quad_product(x)", "quad_product(x)", quad_product(x)),
    EXPRESSION("quad_min(x)", "quad_min(x)", quad_min(x)),
    EXPRESSION("quad_max(x)", "quad_max(x)", quad_max(x)),
    EXPRESSION("quad_and(x)", "quad_and(u)", quad_and(u)),
    EXPRESSION("quad_or(x)", "quad_or(u)", quad_or(u)),
    EXPRESSION("quad_xor(x)", "quad_xor(u)", quad_xor(u)),
    EXPRESSION("quad_prefix_exclusive_sum(x)", "quad_prefix_exclusive_sum(x)", quad_prefix_exclusive_sum(x)),
    EXPRESSION("quad_prefix_inclusive_sum(x)", "quad_prefix_inclusive_sum(x)", quad_prefix_inclusive_sum(x)),
    EXPRESSION("quad_shuffle(value, lane)", "quad_shuffle(x, u)", quad_shuffle(x, u)),
    EXPRESSION("quad_shuffle_up(value, delta)", "quad_shuffle_up(x, 1)", quad_shuffle_up(x, 1)),
    EXPRESSION("quad_shuffle_down(value, delta)", "quad_shuffle_down(x, 1)", quad_shuffle_down(x, 1)),
    EXPRESSION("quad_shuffle_xor(value, mask)", "quad_shuffle_xor(x, 2)", quad_shuffle_xor(x, 2)),
    EXPRESSION("quad_broadcast(value, lane)", "quad_broadcast(x, 0)", quad_broadcast(x, 0)),
};

row const barriers[] = {
    STATEMENTS("barrier()", "threadgroup_barrier(mem_flags::mem_threadgroup);", g.threadgroup_barrier();),
    STATEMENTS("barrier(\"mem_none\")", "threadgroup_barrier(mem_flags::mem_none);",
               g.threadgroup_barrier(eg::mem_flags::none);),
    STATEMENTS("barrier(\"mem_device\")", "threadgroup_barrier(mem_flags::mem_device);",
               g.threadgroup_barrier(eg::mem_flags::device);),
    STATEMENTS("barrier(\"mem_device_and_threadgroup\")",
               "threadgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup);",
               g.threadgroup_barrier(eg::mem_flags::device_and_threadgroup);),
    NONE("barrier(\"mem_texture\")", "kernels here have buffers, and no textures that it could order"),
    STATEMENTS("simd_barrier()", "simdgroup_barrier(mem_flags::mem_threadgroup);", g.simdgroup_barrier();),
};

row const shared[] = {
    STATEMENTS("threadgroup_alloc(dtype, size)", "threadgroup alignas(16) float tile[256]; tile[u] = x;",
               auto tile = g.threadgroup_memory<f32, "tile">(256);
               tile[u] = x;),
    noted(STATEMENTS("threadgroup_alloc(...).atomic_fetch_add",
                     "threadgroup atomic_uint bins[64]; atomic_fetch_add_explicit(&bins[u], 1u, "
                     "memory_order_relaxed);",
                     auto bins = g.threadgroup_atomic<u32, "bins">(64);
                     bins[u].fetch_add(1u);),
          "atomics have arrays of their own"),
};

row const atomics[] = {
    EXPRESSION("atomic_load(buf, index)", "atomic_load_explicit(&count[0u], memory_order_relaxed)",
               count[0].load()),
    STATEMENTS("atomic_store(buf, index, value)",
               "atomic_store_explicit(&count[0u], u, memory_order_relaxed);",
               count[0].store(u);),
    EXPRESSION("atomic_exchange(buf, index, value)",
               "atomic_exchange_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].exchange(u)),
    EXPRESSION("atomic_fetch_add(buf, index, value)",
               "atomic_fetch_add_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_add(u)),
    EXPRESSION("atomic_fetch_sub(buf, index, value)",
               "atomic_fetch_sub_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_sub(u)),
    EXPRESSION("atomic_fetch_min(buf, index, value)",
               "atomic_fetch_min_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_min(u)),
    EXPRESSION("atomic_fetch_max(buf, index, value)",
               "atomic_fetch_max_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_max(u)),
    EXPRESSION("atomic_fetch_and(buf, index, value)",
               "atomic_fetch_and_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_and(u)),
    EXPRESSION("atomic_fetch_or(buf, index, value)",
               "atomic_fetch_or_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_or(u)),
    EXPRESSION("atomic_fetch_xor(buf, index, value)",
               "atomic_fetch_xor_explicit(&count[0u], u, memory_order_relaxed)",
               count[0].fetch_xor(u)),
    noted(STATEMENTS("atomic_compare_exchange_weak(buf, index, expected, desired)",
                     "uint old = u; while (!atomic_compare_exchange_weak_explicit(&count[0u], &old, old * "
                     "2u, memory_order_relaxed, memory_order_relaxed)) { }",
                     auto old = g.variable<"old">(u);
                     g.while_([&] { return !count[0].compare_exchange_weak(old, old * 2u); }, [] {});),
          "a variable is expected, and gets what stood there"),
    noted(EXPRESSION("order=\"relaxed\"", "atomic_load_explicit(&count[0u], memory_order_relaxed)",
                     count[0].load(eg::memory_order::relaxed)),
          "what is meant if nothing is said"),
    NONE("order=\"acquire\", \"release\", \"acq_rel\"",
         "Metal's atomics are relaxed; any other order is refused with these words"),
};
// clang-format on

} // namespace

std::span<section const> group_sections() {
  static section const all[] = {
      {20, "SIMD group operations", "groups.cpp", "tests/msl/groups.cpp", simdgroup},
      {21, "Quad group operations", "groups.cpp", "tests/msl/groups.cpp", quadgroup},
      {22, "Barriers and synchronization", "groups.cpp", "tests/msl/groups.cpp", barriers},
      {23, "Threadgroup shared memory", "groups.cpp", "tests/msl/every_kernel.cpp", shared},
      {24, "Atomic operations", "groups.cpp", "tests/msl/atomics.cpp", atomics},
  };
  return all;
}

} // namespace python_api
