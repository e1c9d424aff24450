// SPDX-License-Identifier: MIT
// Types, kernels, compiling, running, positions.
#include "rows.hpp"

#include <enigma/runtime.hpp>

#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include <unistd.h>

namespace python_api {
namespace {

constexpr auto twice = eg::kernel<"twice">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  y[i] = 2 * x[i];
});

/// What a row of the host has: a kernel, compiled, with its runtime, arguments and a folder.
template <class Body>
std::string on_the_host(Body const& body) {
  auto const folder = std::filesystem::temp_directory_path() / ("python_api_" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::vector<f32> const x{1, 2, 3};
  std::vector<f32> y(3);
  eg::runtime rt(eg::backend::cpu, 1);
  auto const compiled = eg::compile(twice);
  std::string const result = fmt::format("{}", body(folder, x, y, rt, compiled));
  std::filesystem::remove_all(folder);
  return result;
}

#define HOST(python, out, ...)                                                                               \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] {                                                                      \
      return on_the_host([&]([[maybe_unused]] std::filesystem::path const& folder,                           \
                             [[maybe_unused]] std::vector<f32> const& x,                                     \
                             [[maybe_unused]] std::vector<f32>& y, [[maybe_unused]] eg::runtime& rt,         \
                             [[maybe_unused]] eg::compiled_kernel const& compiled) { return __VA_ARGS__; }); \
    }                                                                                                        \
  }
template <class T>
std::string buffer_of() {
  std::string const whole =
      one_line(eg::compile(eg::kernel<"k">([](eg::gpu&, eg::in<T, "X">) {})).metal_source());
  auto const begin = whole.find("device ") + 7;
  return whole.substr(begin, whole.find('*') - begin);
}
// The element type of a buffer, in the source.
#define TYPE(python, out, ...)                                                                               \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, buffer_of<__VA_ARGS__>                                                    \
  }

// clang-format off
row const start[] = {
    noted(KERNEL("@kernel, thread_position_in_grid",
                 "kernel void vector_add(const device float* A [[buffer(0)]], const device float* B "
                 "[[buffer(1)]], device float* C [[buffer(2)]], uint gid [[thread_position_in_grid]]) { "
                 "C[gid] = A[gid] + B[gid]; }",
                 eg::kernel<"vector_add">(
                     [](eg::gpu& g, eg::in<f32, "A"> a, eg::in<f32, "B"> b, eg::out<f32, "C"> c) {
                       auto i = g.thread_position_in_grid();
                       c[i] = a[i] + b[i];
                     })),
          "`eg::compile<vector_add>()` does this while the program is compiled"),
    HOST("MetalRuntime, execute", "[2, 4, 6]",
         (rt.execute(compiled, eg::threads(3), eg::in(x), eg::out(y)), y)),
};

row const types[] = {
    TYPE("f32, Float32", "float", eg::f32),    TYPE("f16, Float16", "half", eg::f16),
    TYPE("bf16, BFloat16", "bfloat", eg::bf16), TYPE("i8, Int8", "char", eg::i8),
    TYPE("u8, UInt8", "uchar", eg::u8),        TYPE("i16, Int16", "short", eg::i16),
    TYPE("u16, UInt16", "ushort", eg::u16),     TYPE("i32, Int32", "int", eg::i32),
    TYPE("u32, UInt32", "uint", eg::u32),     TYPE("i64, Int64", "long", eg::i64),
    TYPE("u64, UInt64", "ulong", eg::u64),     noted(TYPE("b1, Bool", "bool", bool), "C++'s own"),
};

row const definition[] = {
    noted(KERNEL("@kernel",
                 "kernel void k(const device float* A [[buffer(0)]], const device float* B [[buffer(1)]]) "
                 "{ }",
                 eg::kernel<"k">([](eg::gpu&, eg::in<f32, "A">, eg::out<f32, "B">) {})),
          "`in`, `out` and `inout` say what may be done to a buffer"),
    noted(KERNEL("Scalar", "kernel void k(constant float& s [[buffer(0)]]) { }",
                 eg::kernel<"k">([](eg::gpu&, eg::scalar<f32, "s">) {})), "passed by value"),
    EXPRESSION("A[index]", "A[u]", A[u]),
    STATEMENTS("A[index] = val", "B[u] = x;", B[u] = x;),
};

row const compilation[] = {
    HOST("compile(fn)", "twice", eg::compile(twice).kernel_name()),
    noted(HOST("keep_metal_source=True", "true",
               (eg::compile(twice, {}, {.keep_metal_source = true, .work_dir = folder.string()}),
                std::filesystem::exists(folder / "twice.metal"))),
          "writes `twice.metal`"),
    noted(HOST("dump_ir=True", "true",
               (eg::compile(twice, {}, {.dump_ir = true, .work_dir = folder.string()}),
                std::filesystem::exists(folder / "twice.ir"))),
          "writes `twice.ir`"),
    noted(HOST("dump_mlir=True, mlir_source", "kernel twice", compiled.ir().substr(0, 12)),
          "Enigma's own representation; there is no MLIR in between"),
    noted(HOST("work_dir=...", "out", eg::output_options{.work_dir = "out"}.work_dir),
          "with `dump_ir` and `keep_metal_source`"),
    noted(HOST("vec_width=...", "4", eg::compile(eg::vectorised<4>(twice)).launches()[0].elements_per_thread),
          "2 or 4 elements a thread; of tiles, `.vec_width` of the options is the widest access"),
    HOST("CompiledKernel", "1", compiled.launches().size()),
    HOST("kernel_name", "twice", compiled.kernel_name()),
    HOST("metal_source", "#include <metal_stdlib>", compiled.metal_source().substr(0, 23)),
    NONE("metallib_path", "no Metal toolchain is asked for: the text is compiled where it runs"),
    NONE("metallib_bytes", "as `metallib_path`"),
    noted(HOST("grid", "true", compiled.grid().is_open()), "chosen at dispatch"),
    HOST("block", "true", compiled.block().is_open()),
    HOST("export_metal(path)", "true",
         (compiled.export_metal((folder / "k.metal").string()), std::filesystem::exists(folder / "k.metal"))),
};

row const running[] = {
    noted(HOST("MetalRuntime()", "CPU (1 thread)",
               eg::runtime(eg::backend::cpu, 1).name()), "the GPU's is to come"),
    HOST("execute(compiled, inputs, output_size, grid, threads)", "[2, 4, 6]",
         (rt.execute(compiled, eg::dispatch{.grid = 3, .block = 1}, eg::in(x), eg::out(y)), y)),
    HOST("prepare(compiled, inputs, output_size), PreparedKernel, dispatch(grid, threads)", "[2, 4, 6]",
         (rt.prepare(compiled, eg::threads(3), eg::in(x), eg::out(y)).dispatch(), y)),
    noted(HOST("dispatch_timed(grid, threads)", "true",
               rt.prepare(compiled, eg::threads(3), eg::in(x), eg::out(y)).dispatch_timed() > 0),
          "seconds"),
    noted(HOST("read_output()", "3",
               rt.prepare(compiled, eg::threads(3), eg::in(x), eg::out(y))
                   .read_output<f32>("Y").size()),
          "results are in `y` anyway"),
    noted(HOST("release()", "gone",
               (void(rt.prepare(compiled, eg::threads(3), eg::in(x), eg::out(y))), "gone")),
          "the destructor"),
};

row const positions[] = {
    QUERY("thread_position_in_grid", "uint gid [[thread_position_in_grid]]", g.thread_position_in_grid()),
    QUERY("thread_position_in_grid_xyz(dim)", "gid.y, uint3 gid [[thread_position_in_grid]]",
          g.thread_position_in_grid().y),
    QUERY("thread_position_in_threadgroup(dim)", "uint tid [[thread_position_in_threadgroup]]",
          g.thread_position_in_threadgroup().x),
    QUERY("threadgroup_position_in_grid(dim)", "group.z, uint3 group [[threadgroup_position_in_grid]]",
          g.threadgroup_position_in_grid().z),
    QUERY("threads_per_threadgroup(dim)", "uint threads_per_threadgroup [[threads_per_threadgroup]]",
          g.threads_per_threadgroup()),
    QUERY("threads_per_grid(dim)", "uint threads_per_grid [[threads_per_grid]]", g.threads_per_grid()),
    QUERY("threadgroups_per_grid(dim)", "uint threadgroups_per_grid [[threadgroups_per_grid]]",
          g.threadgroups_per_grid()),
    noted(QUERY("grid_size(dim)", "uint threadgroups_per_grid [[threadgroups_per_grid]]",
                g.threadgroups_per_grid()),
          "what Python meant by it; MSL's `grid_size` is that of stage-in data"),
    QUERY("thread_index_in_threadgroup()", "uint thread_index [[thread_index_in_threadgroup]]",
          g.thread_index_in_threadgroup()),
    QUERY("thread_index_in_simdgroup()", "uint lane [[thread_index_in_simdgroup]]",
          g.thread_index_in_simdgroup()),
    QUERY("simdgroup_index_in_threadgroup()", "uint simdgroup [[simdgroup_index_in_threadgroup]]",
          g.simdgroup_index_in_threadgroup()),
    QUERY("threads_per_simdgroup()", "uint threads_per_simdgroup [[threads_per_simdgroup]]",
          g.threads_per_simdgroup()),
    QUERY("simdgroups_per_threadgroup()", "uint simdgroups_per_threadgroup [[simdgroups_per_threadgroup]]",
          g.simdgroups_per_threadgroup()),
};

row const arch[] = {
    QUERY("arch.thread_idx()", "uint tid [[thread_position_in_threadgroup]]", g.thread_idx().x),
    QUERY("arch.block_idx()", "uint group [[threadgroup_position_in_grid]]", g.block_idx().x),
    noted(QUERY("arch.block_dim()",
                "uint dispatch_threads_per_threadgroup [[dispatch_threads_per_threadgroup]]",
                g.block_dim().x), "of a full threadgroup, as CUDA's"),
};

row const errors[] = {
    noted(row{"EnigmaError",
              "catch (eg::error const& e)",
              "twice: max_threads is 2000; it is 1 to 1024, or 0",
              {},
              [] {
                try {
                  eg::compile(twice, {.max_threads = 2000});
                } catch (eg::error const& e) {
                  return std::string(e.what());
                }
                return std::string();
              }},
          "the same words, as a compile error, where the compiler sees the fault"),
};

row const emit_only[] = {
    HOST("compile(fn, emit_only=True)", "true", eg::compile(twice, {.emit_only = true}).emit_only()),
    HOST("kernel_source", "true", compiled.metal_source().size() > 100),
    noted(HOST("has_metallib", "false", compiled.emit_only()), "whether a runtime refuses to run it"),
    NONE("ENIGMA_EMIT_ONLY=1", "nothing but the text is made in any case; no environment variable is needed"),
};
// clang-format on

} // namespace

std::span<section const> kernel_sections() {
  static section const all[] = {
      {1, "Quick start", "kernels.cpp", "tests/runtime/test_kernels.cpp", start},
      {2, "Data types", "kernels.cpp", "tests/runtime/test_rows_values.cpp", types},
      {3, "Kernel definition", "kernels.cpp", "tests/msl/parameters.cpp", definition},
      {4, "Compilation", "kernels.cpp", "tests/codegen/run_time.cpp", compilation},
      {5, "Runtime dispatch", "kernels.cpp", "tests/runtime/test_errors.cpp", running},
      {6, "Thread and grid queries", "kernels.cpp", "tests/msl/parameters.cpp", positions},
      {31, "arch", "kernels.cpp", "tests/msl/parameters.cpp", arch},
      {33, "Errors", "kernels.cpp", "tests/codegen/run_time.cpp", errors},
      {40, "Emit-only mode", "kernels.cpp", "tests/codegen/run_time.cpp", emit_only},
  };
  return all;
}

} // namespace python_api
