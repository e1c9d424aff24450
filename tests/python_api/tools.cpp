// SPDX-License-Identifier: MIT
// What the Python package had beside kernels, and all of its names.
#include "rows.hpp"

namespace python_api {
namespace {

row const tooling[] = {
    NONE("testing.is_darwin()", "`#ifdef __APPLE__`, or CMake's `APPLE`"),
    NONE("testing.is_apple_silicon()", "`#if defined(__APPLE__) && defined(__aarch64__)`"),
    NONE("testing.is_metal_available()", "`eg::runtime().backend()` tells what runs kernels"),
    NONE("testing.requires_metal(fn), testing.skip_if_no_metal",
         "every kernel runs on the CPU too; a test of a GPU skips itself by its framework's means"),
    NONE("testing.requires_apple_silicon(fn)", "as `requires_metal`"),
    NONE("benchmark.bench(fn), BenchResult, format_bench_result(r)",
         "host code is measured with a library for that, as Google Benchmark in benchmarks/"),
    NONE("benchmark.bench_gpu(prepared, grid, threads)",
         "`prepared.dispatch_timed()` in a loop gives the seconds of each run"),
};

// As its package exports them, with the members that its documentation names.
constexpr std::string_view names[] = {
    "Layout", "Swizzle", "SwizzledLayout", "blocked_product", "coalesce", "complement", "composition",
    "logical_divide", "make_identity_layout", "make_layout", "make_layout_tv", "make_ordered_layout",
    "recast_layout", "size", "swizzle", "zipped_divide", "MetalRuntime", "PreparedKernel", "Tensor",
    "make_identity_tensor", "tensor_composition", "tensor_zipped_divide", "product", "repeat_like", "select",
    "BFloat16", "Bool", "Float16", "Float32", "Int8", "Int16", "Int32", "Int64", "Scalar", "UInt8", "UInt16",
    "UInt32", "UInt64", "b1", "bf16", "f16", "f32", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64",
    "CompiledKernel", "compile", "jit", "kernel", "sqrt", "abs", "ceil", "floor", "round", "trunc", "sign",
    "saturate", "fract", "rsqrt", "exp", "exp2", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos",
    "atan", "sinh", "cosh", "tanh", "fmin", "fmax", "pow", "fmod", "atan2", "step", "copysign", "clamp",
    "fma", "mix", "smoothstep", "isnan", "isinf", "isfinite", "signbit", "isnormal", "where", "imin", "imax",
    "iclamp", "popcount", "clz", "ctz", "reverse_bits", "abs_diff", "abs_diff_unary", "add_sat", "sub_sat",
    "mul_hi", "rotate", "mad_sat", "extract_bits", "insert_bits", "simd_sum", "simd_product", "simd_min",
    "simd_max", "simd_and", "simd_or", "simd_xor", "simd_prefix_exclusive_sum", "simd_prefix_inclusive_sum",
    "simd_prefix_exclusive_product", "simd_prefix_inclusive_product", "simd_shuffle", "simd_shuffle_up",
    "simd_shuffle_down", "simd_shuffle_xor", "simd_broadcast", "metal_cast", "as_type", "barrier",
    "simd_barrier", "threadgroup_alloc", "atomic_load", "atomic_store", "atomic_exchange", "atomic_fetch_add",
    "atomic_fetch_sub", "atomic_fetch_min", "atomic_fetch_max", "atomic_fetch_and", "atomic_fetch_or",
    "atomic_fetch_xor", "atomic_compare_exchange_weak", "quad_sum", "quad_product", "quad_min", "quad_max",
    "quad_and", "quad_or", "quad_xor", "quad_prefix_exclusive_sum", "quad_prefix_inclusive_sum",
    "quad_shuffle", "quad_shuffle_up", "quad_shuffle_down", "quad_shuffle_xor", "quad_broadcast", "make_vec",
    "make_float2", "make_float3", "make_float4", "vec_extract", "pack_float_to_snorm4x8",
    "pack_float_to_unorm4x8", "pack_float_to_snorm2x16", "pack_float_to_unorm2x16",
    "pack_float_to_srgb_unorm4x8", "pack_float_to_unorm10a2", "unpack_snorm4x8_to_float",
    "unpack_unorm4x8_to_float", "unpack_snorm2x16_to_float", "unpack_unorm2x16_to_float",
    "unpack_srgb_unorm4x8_to_float", "unpack_unorm10a2_to_float", "pack_uint8x4", "unpack_uint8x4",
    "pack_int4x2", "unpack_int4x2", "dot", "length", "distance", "cross", "normalize", "reflect", "refract",
    "faceforward", "cmp_eq", "cmp_ne", "cmp_lt", "cmp_le", "cmp_gt", "cmp_ge", "cmp_ult", "cmp_ule",
    "cmp_ugt", "cmp_uge", "thread_position_in_grid", "thread_position_in_grid_xyz",
    "thread_position_in_threadgroup", "threadgroup_position_in_grid", "threads_per_threadgroup",
    "threads_per_grid", "threadgroups_per_grid", "grid_size", "thread_index_in_threadgroup",
    "thread_index_in_simdgroup", "simdgroup_index_in_threadgroup", "threads_per_simdgroup",
    "simdgroups_per_threadgroup", "function_constant", "for_range", "if_", "while_", "Carry", "copy",
    "register_tensor", "RegisterTensor", "load_if", "store_if", "pipeline", "Pipeline",
    "async_copy_to_threadgroup", "async_copy_commit", "async_copy_wait", "async_copy_1d_d2t",
    "async_copy_1d_t2d", "async_copy_2d_d2t", "async_copy_2d_t2d", "simdgroup_matrix_load",
    "simdgroup_matrix_store", "simdgroup_multiply_accumulate", "make_filled_simdgroup_matrix", "matmul",
    "transpose", "determinant", "EnigmaError", "range", "range_constexpr", "arch", "thread_idx", "block_idx",
    "block_dim", "gemm", "dequantize_int8",
    // of compile and what it gives
    "keep_metal_source", "dump_ir", "dump_mlir", "work_dir", "vec_width", "emit_only", "kernel_name",
    "metallib_path", "metallib_bytes", "metal_source", "mlir_source", "kernel_source", "has_metallib", "grid",
    "block", "export_metal", "ENIGMA_EMIT_ONLY",
    // of the runtime
    "execute", "prepare", "dispatch", "dispatch_timed", "read_output", "release",
    // of layouts, tensors, jit functions and pipelines
    "shape", "stride", "rank", "depth", "cosize", "load", "store", "launch", "KernelHandle", "front", "back",
    "stage", "swap", "rotate",
    // of its tools
    "testing", "benchmark", "is_darwin", "is_apple_silicon", "is_metal_available", "requires_metal",
    "requires_apple_silicon", "skip_if_no_metal", "bench", "bench_gpu", "BenchResult", "format_bench_result"};

} // namespace

std::span<section const> tool_sections() {
  static section const all[] = {
      {39, "Tooling", "tools.cpp", "benchmarks", tooling},
  };
  return all;
}

std::span<std::string_view const> python_names() {
  return names;
}

} // namespace python_api
