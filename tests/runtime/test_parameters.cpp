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

// ---- Function constants ----------------------------------------------------------------------------

inline constexpr auto scales = eg::kernel<"scales">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::constant<f32, "scale", 4> scale,
       eg::constant<eg::vec<u32, 3>, "shift", 2, eg::default_value{1, 2, 3}> shift, eg::out<f32, "Y"> y) {
      auto const i = g.thread_position_in_grid();
      y[i] = x[i] * scale + eg::cast<f32>(shift[0] + shift[1] + shift[2]);
    });

TEST(calls, function_constants_have_to_fit) {
  auto const k = eg::compile(scales);
  std::vector<f32> x(4, 2.0f), y(4);
  auto const refused = [&](auto const& scale, auto const& shift) {
    return refusal_of_call(k, eg::threads(4), eg::in(x), scale, shift, eg::out(y));
  };
  EXPECT_EQ(refused(3.0f, eg::constant(4u, 5u, 6u)), "nothing was thrown");
  EXPECT_EQ(y, std::vector<f32>(4, 21.0f));
  EXPECT_EQ(refused(eg::constant(3.0f), eg::by_default), "nothing was thrown");
  EXPECT_EQ(y, std::vector<f32>(4, 12.0f));
  EXPECT_EQ(refused(eg::by_default, eg::by_default),
            "scales: argument 2 (scale) is a constant without a default: the call has to give its value");
  EXPECT_EQ(refused(3, eg::by_default),
            "scales: argument 2 (scale) has elements of type f32; the call gives i32");
  EXPECT_EQ(refused(eg::constant(1.0f, 2.0f), eg::by_default),
            "scales: argument 2 (scale) has 1 lane; the call gives 2");
  EXPECT_EQ(refused(3.0f, 4u), "scales: argument 3 (shift) has 3 lanes; the call gives 1");
  EXPECT_EQ(refused(3.0f, eg::constant(1, 2, 3)),
            "scales: argument 3 (shift) has elements of type u32; the call gives i32");
  EXPECT_EQ(refused(eg::in(x), eg::by_default),
            "scales: argument 2 (scale) is a constant; the call gives in");
  EXPECT_EQ(refusal_of_call(k, eg::threads(4), eg::by_default, 1.0f, eg::by_default, eg::out(y)),
            "scales: argument 1 (X) is in; the call gives a constant");
  EXPECT_EQ(refused(eg::threadgroup_length(4), eg::by_default),
            "scales: argument 2 (scale) is a constant; the call gives threadgroup memory");
}

TEST(calls, kernels_tell_of_their_constants) {
  auto const k = eg::compile(scales);
  eg::parameter const scale = k.parameters()[1], shift = k.parameters()[2];
  EXPECT_EQ(scale.access, eg::access::constant);
  EXPECT_EQ(scale.binding, 4);
  EXPECT_EQ(scale.preset, nullptr);
  EXPECT_EQ(shift.binding, 2);
  EXPECT_EQ(shift.lanes, 3);
  ASSERT_NE(shift.preset, nullptr);
  EXPECT_EQ(shift.preset->bits[1], 2u);
  EXPECT_NE(k.ir().find("memory scale : function_constant f32 at 4 loaded\n"), std::string::npos) << k.ir();
  EXPECT_NE(k.ir().find("memory shift : function_constant u32x3 at 2 default 1u, 2u, 3u loaded\n"),
            std::string::npos)
      << k.ir();
  EXPECT_EQ(k.metal_version(), (eg::metal_version{1, 2}));
}

// ---- Threadgroup memory of the call's length -------------------------------------------------------

inline constexpr auto passes_on =
    eg::kernel<"passes_on">([](eg::gpu& g, eg::threadgroup<u16, "tile"> tile, eg::inout<u16, "Y"> y,
                               eg::scalar<u32, "at"> at, eg::threadgroup<f32, "more"> more) {
      auto const in = g.thread_index_in_threadgroup();
      auto own = g.threadgroup_memory<u32, "own">(1024);
      own[in] = in;
      more[in] = 1.0f;
      tile[in] = y[in];
      g.threadgroup_barrier();
      y[in] = tile[at] + eg::cast<u16>(own[at]) + eg::cast<u16>(more[at]);
    });

TEST(calls, threadgroup_memory_has_a_length) {
  auto const k = eg::compile(passes_on);
  std::vector<u16> y{1, 2, 3, 4, 5, 6, 7, 8};
  auto const refused = [&](auto const& tile, auto const& more, u32 at = 0) {
    return refusal_of_call(k, eg::dispatch{.grid = 1, .block = 8}, tile, eg::inout(y), at, more);
  };
  using length = eg::threadgroup_length;
  EXPECT_EQ(refused(length(8), length(8), 7), "nothing was thrown");
  EXPECT_EQ(y, std::vector<u16>(8, 8 + 7 + 1));
  EXPECT_EQ(
      refused(length(9), length(8)),
      "passes_on: argument 1 (tile) gets 9 elements, which are 18 bytes; Metal takes multiples of 16 bytes: "
      "give 16");
  EXPECT_EQ(
      refused(length(8), length(6)),
      "passes_on: argument 4 (more) gets 6 elements, which are 24 bytes; Metal takes multiples of 16 bytes: "
      "give 8");
  EXPECT_EQ(
      refused(length(0), length(8)),
      "passes_on: argument 1 (tile) gets 0 elements of threadgroup memory; 1 is the least, and 32768 bytes "
      "are the most");
  // 4096 bytes of its own, 16384 and 12288
  EXPECT_EQ(refused(length(8192), length(3072)), "nothing was thrown");
  EXPECT_EQ(refused(length(8192), length(3076)),
            "passes_on: with this call it needs 32784 bytes of threadgroup memory; Metal has 32768");
  EXPECT_EQ(refused(eg::in(y), length(8)),
            "passes_on: argument 1 (tile) is threadgroup memory; the call gives in");
  EXPECT_EQ(refused(8, length(8)),
            "passes_on: argument 1 (tile) is threadgroup memory; the call gives scalar");
  EXPECT_EQ(refused(length(8), length(4)),
            "passes_on: store to more at index 4 is out of range (length 4) in thread (4,0,0)");
  EXPECT_EQ(
      refused(length(16), length(8), 8),
      "passes_on: load from tile at index 8 reads threadgroup memory that no thread has written, in thread "
      "(0,0,0)");
  eg::memory const& tile = k.launches()[0].memories[0];
  EXPECT_EQ(tile.space, eg::memory_space::threadgroup);
  EXPECT_EQ(tile.argument, 0);
  EXPECT_EQ(tile.binding, 0);
  EXPECT_EQ(k.launches()[0].memories[3].binding, 1);
}

TEST(calls, threadgroup_memory_is_as_long_as_its_layouts) {
  auto const k =
      eg::compile(eg::kernel<"k">([](eg::gpu& g, eg::threadgroup<f32, "tile"> tile, eg::out<f32, "Y"> y) {
        auto const i = g.thread_index_in_threadgroup();
        auto const t = eg::make_tensor(tile, eg::layout{{8, 4}, {1, 8}});
        t(i, 3) = 1.0f;
        g.threadgroup_barrier();
        y[i] = t(i, 3);
      }));
  std::vector<f32> y(8);
  auto const refused = [&](std::size_t n) {
    return refusal_of_call(k, eg::dispatch{.grid = 1, .block = 8}, eg::threadgroup_length(n), eg::out(y));
  };
  EXPECT_EQ(refused(32), "nothing was thrown");
  EXPECT_EQ(refused(28), "k: argument 1 (tile) needs at least 32 elements; the call gives 28");
}

} // namespace
