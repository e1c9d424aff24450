// SPDX-License-Identifier: MIT
// What a call may give for the parameters of a kernel, and what is refused, with its words.

#include <enigma/codegen.hpp>

#include "hand_made.hpp"

namespace {

using namespace hand_made;
using eg::f32;
using eg::u16;
using eg::u32;

template <class... Args>
std::string refusal_of_call(eg::compiled_kernel const& k, Args const&... args) {
  return refusal_of([&] { cpu().execute(k, args...); });
}

TEST(calls, positions_of_16_bits_have_to_hold_the_grid) {
  auto const k = eg::compile(eg::kernel<"k">([](eg::gpu& g, eg::out<u32, "Y"> y) {
    g.if_(g.thread_position_in_grid<eg::u16>().y == 0 && g.threadgroups_per_grid<eg::u16>() == 0,
          [&] { y[0] = 1; });
  }));
  std::vector<u32> y(1);
  auto const in = [](std::uint32_t x, std::uint32_t high) {
    return eg::dispatch{.block = {1, 64}, .total = {x, high}};
  };
  EXPECT_EQ(refusal_of_call(k, in(65535, 65536), eg::out(y)), "nothing was thrown");
  EXPECT_EQ(
      refusal_of_call(k, in(1, 65537), eg::out(y)),
      "k: thread_position_in_grid is asked for as u16, and reaches 65536 along y in this grid: ask for it "
      "as u32");
  EXPECT_EQ(
      refusal_of_call(k, in(65536, 1), eg::out(y)),
      "k: threadgroups_per_grid is asked for as u16, and reaches 65536 along x in this grid: ask for it as "
      "u32");
}

} // namespace
