// SPDX-License-Identifier: MIT
// The text of the intermediate representation: the grammar of docs/ir.md accepts that of every kernel, and
// not much more.
#include "../../tools/ir_page/kernels.hpp"
#include "../runtime/traced_kernels.hpp"
#include "ir_grammar.hpp"
#include "kernels.hpp"
#include "random_kernel.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::u32;
using ir_grammar::fault;

TEST(ir_text, of_the_page) {
  for (ir_page::example const& e : ir_page::examples())
    EXPECT_EQ(fault(e.ir), "") << e.ir;
}

TEST(ir_text, of_kernels) {
  auto const text = [](eg::compiled_kernel const& k) { EXPECT_EQ(fault(k.ir()), "") << k.ir(); };
  text(eg::compile(kernels::saxpy));
  text(eg::compile(kernels::bound));
  text(eg::compile(kernels::specialised));
  text(eg::compile(kernels::branches));
  text(eg::compile(kernels::loops));
  text(eg::compile(kernels::search));
  text(eg::compile(kernels::shared_sum));
  text(eg::compile(kernels::masked));
  text(eg::compile(kernels::lanes));
  text(eg::compile(kernels::conversions));
  text(eg::compile(kernels::chosen));
  text(eg::compile(kernels::names));
  text(eg::compile(kernels::positions));
  text(eg::compile(kernels::vectors));
  text(eg::compile(kernels::either_side));
  text(eg::compile(kernels::narrow));
  text(eg::compile(kernels::bfloats));
  text(eg::compile(kernels::wide));
  text(kernels::tiled);
}

struct curve {
  BOOST_HANA_DEFINE_STRUCT(curve, (u32, degree), (std::array<eg::packed_vec<f32, 3>, 4>, points));
};
TEST(ir_text, of_arrays_in_structs) {
  auto const k =
      eg::kernel<"arrays">([](eg::gpu& g, eg::inout<curve, "C"> c, eg::scalar<curve, "base"> base) {
        auto const i = g.thread_position_in_grid();
        auto tile = g.threadgroup_memory<curve, "tile">(32);
        tile[i][&curve::points][i % 4u] = base[&curve::points][i % 4u];
        c[i][&curve::points] = tile[i][&curve::points];
      });
  std::string const ir = eg::compile(k).ir();
  EXPECT_EQ(fault(ir), "") << ir;
  EXPECT_NE(ir.find("    .points : packed f32x3[4] at 4\n"), ir.npos) << ir;
  EXPECT_NE(ir.find("  store_field tile[%"), ir.npos) << ir;
}

TEST(ir_text, of_random_kernels) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto const k = eg::kernel<"random">(random_kernel::body{seed});
    std::string const ir = eg::compile(k).ir();
    ASSERT_EQ(fault(ir), "") << "seed " << seed << '\n' << ir;
  }
}

/// Constants of every type at their ends, which have forms of their own.
TEST(ir_text, of_constants) {
  auto const k = eg::kernel<"constants">([](eg::gpu&, eg::out<f32, "F"> f, eg::out<eg::f16, "H"> h,
                                            eg::out<eg::bf16, "B"> b, eg::out<eg::i32, "I"> i,
                                            eg::out<eg::i64, "L"> l, eg::out<eg::u64, "U"> u) {
    int n = 0;
    for (float const x : {0.0f, -0.0f, 1e-45f, 3.4028235e38f, 1.0f / 3, 1e10f, -1e-10f,
                          std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
      f[n] = x;
      h[n] = eg::f16(x);
      b[n] = eg::bf16(x);
      ++n;
    }
    i[0] = std::numeric_limits<eg::i32>::min();
    l[0] = std::numeric_limits<eg::i64>::min();
    l[1] = -1;
    u[0] = std::numeric_limits<eg::u64>::max();
  });
  std::string const ir = eg::compile(k).ir();
  EXPECT_EQ(fault(ir), "") << ir;
  EXPECT_NE(ir.find("constant (-2147483647 - 1) : i32\n"), ir.npos) << ir;
  EXPECT_NE(ir.find("constant as_type<half>(ushort(31744)) : f16\n"), ir.npos) << ir;
}

TEST(ir_text, words_of_checks_may_have_quotes) {
  auto const k = eg::kernel<"quotes">(
      [](eg::gpu& g, eg::in<f32, "X"> x) { g.check<"x is \"right\",\na \\ is none">(x[0] > 0.0f); });
  std::string const ir = eg::compile(k).ir();
  EXPECT_EQ(fault(ir), "") << ir;
  EXPECT_NE(ir.find(R"(, "x is \"right\",\na \\ is none")"), ir.npos) << ir;
}

/// A text with one thing replaced is none.
TEST(ir_text, broken) {
  std::string const right = eg::compile(ir_page::regions, {.block = 64, .max_threads = 64}).ir();
  ASSERT_EQ(fault(right), "");
  for (auto const& [what, by] : std::vector<std::pair<std::string, std::string>>{
           {"kernel regions", "kernel"},
           {"(at dispatch)", "(any)"},
           {"block(64, 1, 1)", "block(64, 1)"},
           {"max_threads(64)", "max_threads()"},
           {" {\n", "\n"},
           {"}\n", ""},
           {"device f32", "private f32"},
           {" at 0 loaded", " loaded at 0"},
           {"device f32 ", "device f32[] "},
           {" : u32\n", "\n"},
           {" : u32\n", " : u32x5\n"},
           {" : u32\n", " : int\n"},
           {"argument n", "argument %0"},
           {".x : u32", ".w : u32"},
           {"= le %0, %1", "= le %0"},
           {"= le %0, %1", "= le %0, %1, %1"},
           {"= le %0, %1", "= at_most %0, %1"},
           {"= le %0, %1", "= le.fast %0, %1"},
           {"= le %0, %1", "= le 0, %1"},
           {"constant 0.0f", "constant 0.f"},
           {"constant 0.0f", "constant"},
           {"check %2, \"", "check %2 \""},
           {"grid\"\n", "grid\n"},
           {"X[%8]", "X[8]"},
           {"X[%8]", "[%8]"},
           {" \"next\"", " next"},
           {"      break\n", "      break %5\n"},
           {"      break\n", "    break\n"},
           {"    end\n", "      end\n"},
           {"    end\n", ""},
           {"    test %24\n", ""},
           {"  else\n", "  else %19\n"},
           {"  else\n", "  else\n  else\n"},
           {"  else\n", "  test %19\n"},
           {"%9 = ", "%7 = "},
           {"%9 = ", ""},
           {"set %5, %15", "%17 = set %5, %15"},
           {"store Y[%18], %31", "store Y[%18]"},
       }) {
    std::string broken = right;
    std::size_t const at = broken.find(what);
    ASSERT_NE(at, broken.npos) << what << '\n' << right;
    broken.replace(at, what.size(), by);
    EXPECT_NE(fault(broken), "") << what << " -> " << by << '\n' << broken;
  }
  EXPECT_EQ(fault(""), "line 1:  (from  on)");
  EXPECT_EQ(ir_grammar::of_the_page().fault("computation", "add %1; %2"),
            "line 1: add %1; %2 (from ; %2 on)");
}

/// Each operation has a place in the grammar: its name stands there, alone or before its operands.
TEST(ir_text, grammar_has_all_operations) {
  auto const& words = ir_grammar::of_the_page().words();
  for (int i = 0; i < static_cast<int>(eg::op::count_); ++i) {
    auto const code = static_cast<eg::op>(i);
    std::string name = eg::info(code).name;
    if (eg::is_group_function(code))
      name.erase(0, 4); // simd or quad
    EXPECT_TRUE(words.contains(name) || words.contains(name + ' ') || words.contains(" = " + name + ' '))
        << name;
  }
}

} // namespace
