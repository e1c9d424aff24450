// SPDX-License-Identifier: MIT
// What compiling at run time gives: the same text as at compile time, literals that read back exactly, files,
// and refusals in words.
#include "kernels.hpp"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <sstream>
#include <string>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u16;
using eg::u32;

// ---- One text ------------------------------------------------------------------------------------------

TEST(run_time, gives_the_text_of_the_constant) {
  int kernels_seen = 0;
  kernels::for_each([&]<auto Kernel>() {
    EXPECT_EQ(eg::compile<Kernel>().metal_source(), eg::compile(Kernel).metal_source());
    EXPECT_EQ(eg::compile<Kernel>().ir(), eg::compile(Kernel).ir());
    ++kernels_seen;
  });
  EXPECT_EQ(kernels_seen, 16);
  auto const tiled = eg::compile(kernels::tiled_add, eg::arg<"A">(kernels::rows), eg::arg<"B">(kernels::rows),
                                 eg::arg<"C">(kernels::rows));
  EXPECT_EQ(tiled.metal_source(), kernels::tiled.metal_source());
  EXPECT_EQ(tiled.grid(), kernels::tiled.grid());
}

// ---- Literals ------------------------------------------------------------------------------------------

std::string literal(eg::element_kind kind, std::int64_t bits) {
  eg::detail::text out;
  eg::detail::put_literal(out, kind, bits);
  return std::string(out.view());
}

void expect_exact(float x) {
  std::string const text = literal(eg::element_kind::float32, std::bit_cast<u32>(x));
  ASSERT_EQ(text.back(), 'f');
  ASSERT_TRUE(text.find('.') != std::string::npos) << text;
  char* end = nullptr;
  float const back = std::strtof(text.c_str(), &end);
  ASSERT_STREQ(end, "f") << text;
  ASSERT_EQ(std::bit_cast<u32>(back), std::bit_cast<u32>(x)) << text;
}

TEST(literals, floats_read_back_exactly) {
  for (int e = -149; e <= 127; ++e) {
    float const power = std::ldexp(1.0f, e);
    for (float x : {power, std::nextafter(power, 0.0f), std::nextafter(power, INFINITY)}) {
      expect_exact(x);
      expect_exact(-x);
    }
  }
  for (float p = 1e-45f; p < 1e38f; p *= 10)
    expect_exact(p);
  std::mt19937 random(7);
  for (int i = 0; i < 200000; ++i)
    if (float const x = std::bit_cast<float>(static_cast<u32>(random())); std::isfinite(x))
      expect_exact(x);
}
TEST(literals, floats_are_short) {
  auto const f = [](float x) { return literal(eg::element_kind::float32, std::bit_cast<u32>(x)); };
  EXPECT_EQ(f(0.1f), "0.1f");
  EXPECT_EQ(f(-2.5f), "-2.5f");
  EXPECT_EQ(f(0.0f), "0.0f");
  EXPECT_EQ(f(-0.0f), "-0.0f");
  EXPECT_EQ(f(100000.0f), "100000.0f");
  EXPECT_EQ(f(16777216.0f), "16777216.0f");
  EXPECT_EQ(f(3.14159274f), "3.1415927f");
  EXPECT_EQ(f(1e-10f), "1.0e-10f");
  EXPECT_EQ(f(3.4028235e38f), "3.4028235e38f");
  EXPECT_EQ(f(1.1754944e-38f), "1.1754944e-38f");
  EXPECT_EQ(f(1e-45f), "1.0e-45f");
  EXPECT_EQ(f(INFINITY), "INFINITY");
  EXPECT_EQ(f(-INFINITY), "-INFINITY");
  EXPECT_EQ(f(std::numeric_limits<float>::quiet_NaN()), "as_type<float>(2143289344u)");
  // No other decimal number of fewer digits reads back the same.
  std::mt19937 random(8);
  for (int i = 0; i < 20000; ++i) {
    float const x = std::bit_cast<float>(static_cast<u32>(random()) & 0x7fffffffu);
    if (!std::isfinite(x) || x == 0)
      continue;
    auto shortest = eg::detail::shortest(x);
    while (shortest.digits % 10 == 0) // as put_decimal does
      shortest.digits /= 10;
    int const digits = static_cast<int>(std::to_string(shortest.digits).size());
    if (digits > 1) {
      char shorter[32];
      std::snprintf(shorter, sizeof shorter, "%.*e", digits - 2, static_cast<double>(x));
      // Half-way between two floats does not count: it reads back as the even one.
      double const half_gap = (double{x} - double{std::nextafter(x, 0.0f)}) / 2;
      ASSERT_GE(std::fabs(std::strtod(shorter, nullptr) - double{x}), half_gap * (1 - 0x1p-20)) << shorter;
    }
  }
}
TEST(literals, halves_read_back_exactly) {
  for (u32 bits = 0; bits < 0x10000; ++bits) {
    f16 const x = f16::from_bits(static_cast<std::uint16_t>(bits));
    std::string const text = literal(eg::element_kind::float16, bits);
    if ((bits & 0x7c00u) == 0x7c00u) {
      ASSERT_EQ(text, "as_type<half>(ushort(" + std::to_string(bits) + "))");
      continue;
    }
    char* end = nullptr;
    f16 const back(static_cast<float>(std::strtod(text.c_str(), &end)));
    ASSERT_STREQ(end, "h");
    ASSERT_EQ(back.bits, x.bits) << text;
  }
}
TEST(literals, integers) {
  EXPECT_EQ(literal(eg::element_kind::int32, eg::constant_bits(std::numeric_limits<i32>::min())),
            "(-2147483647 - 1)");
  EXPECT_EQ(literal(eg::element_kind::int32, eg::constant_bits(std::numeric_limits<i32>::max())),
            "2147483647");
  EXPECT_EQ(literal(eg::element_kind::int32, eg::constant_bits(-7)), "-7");
  EXPECT_EQ(literal(eg::element_kind::uint32, eg::constant_bits(4294967295u)), "4294967295u");
  EXPECT_EQ(literal(eg::element_kind::boolean, 1), "true");
}

// ---- Refusals ------------------------------------------------------------------------------------------

template <class F>
std::string refusal_of(F f) {
  try {
    f();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "accepted";
}
/// Of a kernel with a few parameters and this body.
template <class Body>
std::string refusal_of_body(Body body) {
  return refusal_of([&] {
    eg::compile(
        eg::kernel<"k">([body](eg::gpu& g, eg::inout<f32, "X"> x, eg::inout<i32, "N"> n) { body(g, x, n); }));
  });
}
#define SAYS(words, ...)                                                                                     \
  EXPECT_EQ(refusal_of_body([](eg::gpu& g, auto x, auto n) {                                                 \
              (void)g, (void)x, (void)n;                                                                     \
              __VA_ARGS__;                                                                                   \
            }),                                                                                              \
            words)

constexpr char const* leaves_its_region = "kernel k: a value computed inside an if_ or a loop is used "
                                          "outside of it; carry it out in a variable, auto "
                                          "v = g.variable(0.0f), or from pass to pass with carry(...)";

TEST(refusals, of_bodies) {
  SAYS("accepted", x[0] = x[1] + 3);
  SAYS("the integer 16777217 has no exact value of type f32; write it as a decimal number",
       x[0] = x[1] + 16777217);
  SAYS("accepted", x[0] = x[1] + 16777216);
  SAYS("the integer 2147483648 does not fit i32", n[0] = n[1] + 2147483648);
  SAYS("the integer -1 does not fit u32", n[g.thread_position_in_grid() + -1] = 0);
  SAYS("index -1 is negative", x[-1] = 0);
  SAYS("for_range: the step is 0; it must be positive", g.for_range(0, 4, 0, [](auto) {}));
  SAYS("for_range: the step is -1; it must be positive", g.for_range(0, 4, -1, [](auto) {}));
  SAYS("simd_shuffle_xor: the mask 32 is not one of 0 to 31", x[0] = eg::simd_shuffle_xor(x[1], 32));
  SAYS("accepted", x[0] = eg::simd_shuffle_xor(x[1], 31));
  SAYS("lane 4 of a vector of 4", x[0] = x.template load<4>(0)[4]);
  SAYS("threadgroup_memory t: 0 elements; at least 1 is needed", (g.threadgroup_memory<f32, "t">(0)));
  SAYS("accepted", (g.threadgroup_memory<f32, "t">(8192)));
  SAYS("threadgroup_memory t: the kernel needs 32772 bytes of threadgroup memory; Metal has 32768",
       (g.threadgroup_memory<f32, "t">(8193)));
  SAYS("threadgroup_memory u: the kernel needs 32770 bytes of threadgroup memory; Metal has 32768",
       (g.threadgroup_memory<f16, "t">(8192), g.threadgroup_memory<f16, "u">(8193)));
  SAYS("else_ must follow its if_ directly: no operation may stand between them",
       auto const branch = g.if_(x[0] > 0, [&] { x[0] = 1; });
       x[1] = 2; branch.else_([&] { x[0] = 3; }));
  SAYS("accepted", auto const branch = g.if_(x[0] > 0, [&] { x[0] = 1; }); branch.else_([&] { x[0] = 3; }));
  SAYS(leaves_its_region, eg::value<f32> a = x[0]; g.if_(a > 0, [&] { a = a + 1; }); x[0] = a);
  SAYS(leaves_its_region, eg::value<f32> a = x[0]; g.if_(a > 0, [&] {
                                                      a = a + 1;
                                                      x[1] = a;
                                                    }).else_([&] { x[2] = a; }));
  SAYS(leaves_its_region, eg::value<i32> last = n[0]; g.for_range(3, [&](auto i) { last = i; }); n[1] = last);
  SAYS("accepted", eg::value<i32> last = n[0]; g.for_range(3, [&](auto i) { n[1] = i; }); n[1] = last);
  SAYS(leaves_its_region, eg::value<f32> a = x[0]; g.while_(
      [&] {
        a = x[1] * 2;
        return a > 1;
      },
      [&] { x[0] = a; });
       x[2] = a);
  SAYS(leaves_its_region, eg::value<f32> a = x[0]; g.for_range(3, [&](auto) {
    g.if_(a > 0, [&] {
      auto v = g.variable(1.0f); // known there alone
      a = v;
    });
    g.if_(a > 0, [&] { x[0] = 1; });
  }));
  SAYS("accepted", eg::value<f32> a = x[0]; g.for_range(3, [&](auto) { g.if_(a > 0, [&] { x[1] = a; }); });
       x[0] = a);
  SAYS("accepted", auto a = g.variable(x[0]); g.if_(a > 0, [&] { a = a + 1; }); x[0] = a);
  SAYS("accepted", eg::value<f32> a = x[0]; g.while_(
      [&] {
        a = x[1] * 2;
        return a > 1;
      },
      [&] { x[1] = a; }));
}

TEST(names, that_mean_something_else_in_metal) {
  constexpr std::string_view reserved[] = {"kernel",
                                           "constant",
                                           "threadgroup",
                                           "uniform",
                                           "as_type",
                                           "half",
                                           "bfloat",
                                           "ushort",
                                           "size_t",
                                           "uint3",
                                           "packed_float4",
                                           "float4x4",
                                           "simdgroup_float8x8",
                                           "atomic_uint",
                                           "memory_order_relaxed",
                                           "thread_scope_device",
                                           "texture2d",
                                           "sampler",
                                           "level",
                                           "bias",
                                           "min_lod_clamp",
                                           "INFINITY",
                                           "MAXHALF",
                                           "HUGE_VALF",
                                           "M_PI_F",
                                           "FLT_MAX",
                                           "INT_MAX",
                                           "FP_ILOGB0",
                                           "METAL_FUNC",
                                           "main",
                                           "saturate",
                                           "divide",
                                           "fmin3",
                                           "median3",
                                           "fabs",
                                           "simd_sum",
                                           "quad_broadcast",
                                           "select",
                                           "sin",
                                           "pack_float_to_unorm4x8",
                                           "is_function_constant_defined",
                                           "static_cast",
                                           "requires",
                                           "char8_t",
                                           "co_await",
                                           "and_eq",
                                           "a__b",
                                           "_Upper",
                                           "fast"};
  for (std::string_view const name : reserved)
    EXPECT_TRUE(eg::detail::is_reserved(name)) << name;
  for (std::string_view const name : {"x", "kernels", "scale", "floats", "M", "MAX", "INTS", "thread_0",
                                      "_lower", "a_b", "quadrant", "texel", "buffer", "Constant"})
    EXPECT_FALSE(eg::detail::is_reserved(name)) << name;
}

TEST(refusals, of_positions_of_two_types) {
  SAYS("accepted", n[g.thread_position_in_grid()] = eg::cast<i32>(g.thread_index_in_simdgroup<u16>()));
  SAYS("kernel k: threads_per_grid is asked for as u16 and thread_position_in_grid as u32; Metal wants them "
       "of "
       "one type",
       n[g.thread_position_in_grid()] = eg::cast<i32>(g.threads_per_grid<u16>().x));
  SAYS("kernel k: thread_execution_width is asked for as u32 and thread_index_in_simdgroup as u16; Metal "
       "wants "
       "them of one type",
       n[eg::cast<u32>(g.thread_index_in_simdgroup<u16>())] = eg::cast<i32>(g.thread_execution_width()));
  SAYS("kernel k: threadgroups_per_grid is asked for as u16 and threadgroups_per_grid as u32; Metal wants "
       "them "
       "of one type",
       n[g.threadgroups_per_grid().y] = eg::cast<i32>(g.threadgroups_per_grid<u16>().x));
  SAYS("accepted", n[g.threadgroups_per_grid().y] = eg::cast<i32>(g.threadgroup_position_in_grid<u16>().x));
  SAYS("kernel k: thread_index_in_threadgroup is asked for as u16 and thread_position_in_threadgroup as u32; "
       "Metal wants them of one type",
       n[g.thread_position_in_threadgroup()] = eg::cast<i32>(g.thread_index_in_threadgroup<u16>()));
  SAYS("accepted",
       n[g.thread_index_in_threadgroup()] = eg::cast<i32>(g.thread_position_in_threadgroup<u16>()));
}

TEST(refusals, of_programs) {
  using namespace kernels;
  auto const layout = eg::layout{{64, 64}, {64, 1}};
  auto const a = eg::arg<"A">(layout), b = eg::arg<"B">(layout), c = eg::arg<"C">(layout);
  EXPECT_EQ(refusal_of([&] { eg::compile(tiled_add, a, b); }),
            "tiled_add has 3 tensor parameters, but 2 layouts are given: one arg<\"name\", layout> for each");
  EXPECT_EQ(refusal_of([&] { eg::compile(tiled_add, a, b, c, eg::arg<"D">(layout)); }),
            "tiled_add has 3 tensor parameters, but 4 layouts are given: one arg<\"name\", layout> for each");
  EXPECT_EQ(refusal_of([&] { eg::compile(tiled_add, a, b, eg::arg<"A">(layout)); }),
            "tiled_add: two parameters are called A");
  EXPECT_EQ(refusal_of([&] { eg::compile(saxpy, a); }),
            "saxpy is a kernel: its parameters have their names, and no layouts are given");
  EXPECT_EQ(refusal_of([&] { eg::compile(saxpy, {.vec_width = 3}); }),
            "saxpy: vec_width is 3; it is 1, 2 or 4");
  EXPECT_EQ(refusal_of([&] { eg::compile(saxpy, {.block = 1024}); }), "accepted");
  EXPECT_EQ(
      refusal_of([&] { eg::compile(saxpy, {.block = {32, 33}}); }),
      "kernel saxpy: a block of (32,33,1) has 1056 threads; Metal allows at most 1024 in a threadgroup");
  EXPECT_EQ(refusal_of([&] { eg::compile(tiled_add, {.block = 64}, a, b, c); }),
            "tiled_add is a jit function: its launches say their grid and block, the options do not");

  auto const twins =
      eg::kernel<"twins">([](eg::gpu&, eg::in<f32, "X"> x, eg::out<f32, "X"> y) { y[0] = x[0]; });
  EXPECT_EQ(refusal_of([&] { eg::compile(twins); }), "twins: two parameters are called X");
  auto const reserved = eg::kernel<"half">([](eg::gpu&, eg::out<f32, "X"> x) { x[0] = 1; });
  EXPECT_EQ(
      refusal_of([&] { eg::compile(reserved); }),
      "the kernel name \"half\" is not a name that MSL can use: it has a meaning there; half_ has none");
  auto const spaced = eg::kernel<"two words">([](eg::gpu&, eg::out<f32, "X"> x) { x[0] = 1; });
  EXPECT_EQ(
      refusal_of([&] { eg::compile(spaced); }),
      "the kernel name \"two words\" is not a name that MSL can use: a name is letters, digits and _, and no "
      "digit first");
  auto const dashed = eg::kernel<"dashed">([](eg::gpu&, eg::out<f32, "X-Y"> x) { x[0] = 1; });
  EXPECT_EQ(
      refusal_of([&] { eg::compile(dashed); }),
      "the parameter name \"X-Y\" is not a name that MSL can use: a name is letters, digits and _, and no "
      "digit first");
  auto const compilers = eg::kernel<"a__b">([](eg::gpu&, eg::out<f32, "X"> x) { x[0] = 1; });
  EXPECT_EQ(refusal_of([&] { eg::compile(compilers); }),
            "the kernel name \"a__b\" is not a name that MSL can use: compilers keep such to "
            "themselves");

  auto const nested = eg::jit<"nested">([](eg::host& h, eg::tensor_of<f32>) {
    h.launch<"outer">({}, [&](eg::gpu&) { h.launch<"inner">({}, [](eg::gpu&) {}); });
  });
  EXPECT_EQ(refusal_of([&] { eg::compile(nested, a); }), "nested: a kernel is launched inside kernel outer");
  auto const same = eg::jit<"same">([](eg::host& h, eg::tensor_of<f32>) {
    h.launch<"one">({}, [](eg::gpu&) {});
    h.launch<"one">({}, [](eg::gpu&) {});
  });
  EXPECT_EQ(refusal_of([&] { eg::compile(same, a); }), "same: two launches are called one");
  auto const idle = eg::jit<"idle">([](eg::host&, eg::tensor_of<f32>) {});
  EXPECT_EQ(refusal_of([&] { eg::compile(idle, a); }), "idle launches no kernel");
  auto const smuggled = eg::jit<"smuggled">([](eg::host& h, eg::tensor_of<f32> A) {
    eg::value<u32> kept = 0u;
    h.launch<"one">({}, [&](eg::gpu& g) { kept = g.thread_position_in_grid() + 1u; });
    h.launch<"two">({}, [&](eg::gpu&) { A(kept, 0) = 1.0f; });
  });
  EXPECT_EQ(refusal_of([&] { eg::compile(smuggled, a); }),
            "a value of one kernel is used in another; pass it through a buffer");
}

template <std::size_t I>
constexpr char digits[] = {'p', static_cast<char>('0' + I / 10), static_cast<char>('0' + I % 10), '\0'};
template <std::size_t... I>
std::string compiled_with_arguments(std::index_sequence<I...>) {
  auto const body = [](eg::gpu&, eg::out<f32, eg::fixed_string(digits<I>)>... p) { ((p[0] = 1.0f), ...); };
  return refusal_of([&] { eg::compile(eg::kernel<"wide">(body)); });
}
TEST(refusals, of_too_many_arguments) {
  EXPECT_EQ(compiled_with_arguments(std::make_index_sequence<31>{}), "accepted");
  EXPECT_EQ(
      compiled_with_arguments(std::make_index_sequence<32>{}),
      "kernel wide: 32 buffers and scalars; Metal binds at most 31: join arrays in one buffer, each from an "
      "offset, and numbers in another, or make those function constants");
}

TEST(refusals, of_buffer_indices) {
  using eg::buffer_index;
  EXPECT_EQ(refusal_of([&] {
              eg::compile(eg::kernel<"k">([](eg::gpu&, eg::in<f32, "X", buffer_index{30}> x,
                                             eg::out<f32, "Y"> y, eg::scalar<f32, "s", buffer_index{0}> s,
                                             eg::atomic<u32, "C", buffer_index{2}> c, eg::inout<f32, "Z"> z) {
                y[0] = z[0] = x[0] + s;
                c[0].store(1u);
              }));
            }),
            "accepted");
  EXPECT_EQ(refusal_of([&] {
              eg::compile(eg::kernel<"k">([](eg::gpu&, eg::in<f32, "X", buffer_index{3}> x,
                                             eg::out<f32, "Y", buffer_index{3}> y) { y[0] = x[0]; }));
            }),
            "k: the parameters X and Y both have buffer_index 3");
  EXPECT_EQ(refusal_of([] { buffer_index(31); }),
            "buffer_index 31: the buffers of a kernel have the indices 0 to 30");
  EXPECT_EQ(refusal_of([] { buffer_index(-1); }),
            "buffer_index -1: the buffers of a kernel have the indices 0 to 30");
}

// ---- Files ---------------------------------------------------------------------------------------------

class files : public testing::Test {
protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "enigma_codegen_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  std::string read(std::filesystem::path const& path) const {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  int entries() const {
    int n = 0;
    for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator(folder))
      ++n;
    return n;
  }
  std::filesystem::path folder;
};

TEST_F(files, are_written_on_request) {
  auto const quiet = eg::compile(kernels::saxpy, {}, eg::output_options{.work_dir = folder.string()});
  EXPECT_EQ(entries(), 0);
  auto const k = eg::compile(
      kernels::saxpy, {},
      eg::output_options{.dump_ir = true, .keep_metal_source = true, .work_dir = folder.string()});
  EXPECT_EQ(entries(), 2);
  EXPECT_EQ(read(folder / "saxpy.metal"), k.metal_source());
  EXPECT_EQ(read(folder / "saxpy.ir"), k.ir());
  k.export_metal((folder / "other.metal").string());
  EXPECT_EQ(read(folder / "other.metal"), k.metal_source());
  k.export_metal((folder / "other.metal").string()); // over the old one
  EXPECT_EQ(entries(), 3);
}

TEST_F(files, fail_whole) {
  std::string const missing = (folder / "missing").string();
  EXPECT_EQ(refusal_of([&] {
              eg::compile(kernels::saxpy, {},
                          eg::output_options{.keep_metal_source = true, .work_dir = missing});
            }),
            "cannot write \"" + missing + "/saxpy.metal\": No such file or directory");
  EXPECT_EQ(entries(), 0);
  // A folder of that name: what was written beside it is taken away again.
  std::filesystem::create_directory(folder / "taken.metal");
  EXPECT_NE(refusal_of([&] { eg::compile(kernels::saxpy).export_metal((folder / "taken.metal").string()); }),
            "accepted");
  EXPECT_EQ(entries(), 1);
}

TEST(ir, is_readable) {
  auto const k = eg::kernel<"readable">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
    auto i = g.thread_position_in_grid();
    auto twice = x[i] * 2.0f;
    g.if_(twice > 1.0f, [&] { y[i] = twice; }).else_([&] { g.threadgroup_barrier(); });
  });
  EXPECT_EQ(eg::compile(k, {.block = 64}).ir(), "kernel readable grid(at dispatch) block(64, 1, 1) {\n"
                                                "  memory X : device f32 at 0 loaded\n"
                                                "  memory Y : device f32 at 1 stored\n"
                                                "  %0 = query thread_position_in_grid.x : u32\n"
                                                "  %1 = load X[%0] : f32\n"
                                                "  %2 = constant 2.0f : f32\n"
                                                "  %3 = mul %1, %2 : f32\n"
                                                "  %4 = constant 1.0f : f32\n"
                                                "  %5 = gt %3, %4 : bool\n"
                                                "  if %5\n"
                                                "    store Y[%0], %3\n"
                                                "  else\n"
                                                "    barrier threadgroup\n"
                                                "  end\n"
                                                "}\n");
}

// ---- Options ------------------------------------------------------------------------------------------

inline constexpr auto plain = eg::kernel<"plain">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  y[g.thread_position_in_grid()] = x[0] + 1.0f;
});
inline constexpr auto masked_out =
    eg::kernel<"masked_out">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      y[i] = eg::select(x[i], -std::numeric_limits<f32>::infinity(), x[i] < 0.0f);
    });

std::string source_of(auto const& kernel, eg::compile_options const& options) {
  auto const compiled = eg::compile(kernel, options);
  return std::string(compiled.metal_source());
}
template <class Kernel>
std::string refusal_with(Kernel const& kernel, eg::compile_options const& options) {
  return refusal_of([&] { eg::compile(kernel, options); });
}

TEST(options, math_mode_is_written_where_it_matters) {
  EXPECT_EQ(source_of(plain, {}).find("#pragma"), std::string::npos);
  EXPECT_NE(source_of(plain, {.math = eg::math_mode::safe}).find("\n#pragma METAL fp math_mode(safe)\n"),
            std::string::npos);
  EXPECT_NE(source_of(plain, {.math = eg::math_mode::fast}).find("math_mode(fast)"), std::string::npos);
  EXPECT_NE(source_of(masked_out, {}).find("math_mode(relaxed)"), std::string::npos);
  EXPECT_NE(source_of(masked_out, {.math = eg::math_mode::safe}).find("math_mode(safe)"), std::string::npos);
  EXPECT_EQ(refusal_with(masked_out, {.math = eg::math_mode::fast}),
            "kernel masked_out has a constant that is an infinity or a NaN, which math_mode::fast assumes "
            "away; use "
            "math_mode::relaxed or safe");
  auto const asks =
      eg::kernel<"asks">([](eg::gpu&, eg::in<f32, "X"> x, eg::out<bool, "Y"> y) { y[0] = eg::isnan(x[0]); });
  EXPECT_EQ(refusal_with(asks, {.math = eg::math_mode::fast}),
            "kernel asks has isnan, which math_mode::fast assumes away; use math_mode::relaxed or safe");
}

TEST(options, max_threads) {
  EXPECT_NE(source_of(plain, {.max_threads = 256})
                .find("\n[[max_total_threads_per_threadgroup(256)]]\nkernel void plain("),
            std::string::npos);
  EXPECT_EQ(refusal_with(plain, {.max_threads = 1025}), "plain: max_threads is 1025; it is 1 to 1024, or 0");
  EXPECT_EQ(refusal_with(plain, {.block = {32, 16}, .max_threads = 256}),
            "kernel plain: a block has 512 threads, and max_threads is 256");
}

} // namespace
