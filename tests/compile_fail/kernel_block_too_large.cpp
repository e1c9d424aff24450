// SPDX-License-Identifier: MIT
// expect-clang: kernel wide: a block of \(64,32,1\) has 2048 threads; Metal allows at most 1024 in a threadgroup
// expect-gcc: threads; Metal allows at most 1024 in a threadgroup
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto wide =
    eg::kernel<"wide">([](eg::gpu& g, eg::out<eg::u32, "Y"> y) { y[g.thread_position_in_grid()] = 1; });
#ifdef ENIGMA_FAIL
constexpr auto compiled = eg::compile<wide, eg::compile_options{.block = {64, 32}}>();
#else
constexpr auto compiled = eg::compile<wide, eg::compile_options{.block = {64, 16}}>();
#endif
