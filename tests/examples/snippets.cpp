// SPDX-License-Identifier: MIT
// What README.md and the pages of docs/ quote, as a program that is run.

#include <cstdio>
#include <string_view>
#include <vector>

#include <enigma/enigma.hpp>

namespace {

namespace eg = enigma;
using eg::f32;

// begin algebra
constexpr eg::layout a{{4, {2, 8}}, {1, {4, 8}}};               // (4,(2,8)):(1,(4,8))
static_assert(eg::size(a) == 64 && eg::rank(a) == 2);           // ordinary constexpr values
static_assert(a(3, 5) == 3 + 4 * (5 % 2) + 8 * (5 / 2));        // a function of coordinates
static_assert(eg::coalesce(a) == eg::layout{64, 1});            // 64:1
static_assert(eg::composition(a, eg::layout{8, 2})(3) == a(6)); // R(i) = A(B(i)), here B(3) = 6
static_assert(eg::parse_layout("(4,(2,8)):(1,(4,8))") == a);    // the same text both ways
// end algebra

// begin refusal
constexpr eg::layout matrix{{6, 4}, {1, 10}};
constexpr auto every_fourth = eg::try_composition(matrix, eg::layout{4, 4});
static_assert(!every_fourth); // elements 0, 4, 8, 12 lie at 0, 4, 12, 20: no layout has these
static_assert(
    every_fourth.why ==
    "composition((6,4):(1,10), 4:4) refused: at coordinate 3 A(B(3)) = A(12) = 20, but digit by digit a "
    "layout gives 16; leaf 4:4 carries in (6,4):(1,10) and the carries do not cancel (2:4 "
    "would do)");
// end refusal

// begin proofs
constexpr eg::layout staged{{32, 32}, {32, 1}};                               // a tile of floats, row by row
constexpr eg::simd_access row{eg::layout{32, 32}}, column{eg::layout{32, 1}}; // lane -> element of the tile
static_assert(eg::is_bijective(staged) && eg::is_conflict_free(staged, row, 4));
static_assert(!eg::is_conflict_free(staged, column, 4)); // all 32 lanes in one bank
static_assert(eg::find_padding(staged, {row, column}, 4) == eg::layout{{32, 32}, {33, 1}});
static_assert(eg::find_swizzle(staged, {row, column}, 4) == composition(eg::swizzle{5, 0, 5}, staged));
// end proofs

// begin sum
inline constexpr auto sum = eg::kernel<"sum">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Sums"> sums) {
  auto tile = g.threadgroup_memory<f32, "tile">(256);
  auto tid = g.thread_position_in_threadgroup();
  tile[tid] = x[g.thread_position_in_grid()];
  g.threadgroup_barrier();
  for (int half = 128; half > 0; half /= 2) { // C++ runs this loop: eight steps in the source
    g.if_(tid < half, [&] { tile[tid] += tile[tid + half]; });
    g.threadgroup_barrier();
  }
  g.if_(tid == 0, [&] { sums[g.threadgroup_position_in_grid()] = tile[0]; });
});
// end sum

inline constexpr auto scale =
    eg::jit<"scale">([](eg::host& h, eg::tensor_of<f32> X, eg::scalar<f32, "s"> s, eg::tensor_of<f32> Y) {
      auto gX = zipped_divide(X, {4}), gY = zipped_divide(Y, {4});
      h.launch<"scale">({.grid = 1, .block = eg::size<1>(gX)}, [=](eg::gpu& g) {
        auto thread = g.thread_position_in_threadgroup();
        gY(eg::_, thread).store(gX(eg::_, thread).load() * s);
      });
    });

bool sums_are_right() {
  constexpr auto compiled = eg::compile<sum, eg::compile_options{.block = {256}}>();
  std::vector<float> x(1024), sums(4);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(i / 256 + 1);
  eg::runtime rt;
  rt.execute(compiled, eg::threads(x.size()), eg::in(x), eg::out(sums));
  return sums == std::vector<float>{256, 512, 768, 1024};
}

bool same_text_at_run_time() {
  constexpr eg::layout line{64, 1};
  constexpr auto constant = eg::compile<scale>(eg::arg<"X", line>, eg::arg<"Y", line>);
  // begin run_time
  eg::layout const read = eg::parse_layout("64:1");
  auto const compiled = eg::compile(scale, eg::arg<"X">(read), eg::arg<"Y">(read));
  // end run_time
  std::vector<float> x(64, 2.0f), y(64);
  eg::runtime rt;
  rt.execute(compiled, eg::in(x), 1.5f, eg::out(y));
  return compiled.metal_source() == constant.metal_source() && y == std::vector<float>(64, 3.0f);
}

} // namespace

int main() {
  bool const sums = sums_are_right(), text = same_text_at_run_time();
  if (!sums)
    std::puts("the sums of the threadgroups are wrong");
  if (!text)
    std::puts("compiled at run time, scale has another text or gives other numbers");
  return sums && text ? 0 : 1;
}
