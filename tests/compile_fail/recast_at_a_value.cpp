// SPDX-License-Identifier: MIT
// expect-clang: recast of \(8\):\(1\) from 16 to 32 bits refused: its offset is a value of the kernel
// expect-gcc: a value of the kernel
#include <enigma/codegen.hpp>
namespace eg = enigma;
using eg::_;

inline constexpr auto kernel = eg::kernel<"words">(
    [](eg::gpu& g, eg::in<eg::f16, "X"> x, eg::scalar<eg::u32, "first"> first, eg::out<eg::u32, "Y"> y) {
#ifdef ENIGMA_FAIL
      auto const at = first;
#else
      auto const at = eg::multiple_of<2>(first);
#endif
      auto const words = eg::recast<eg::u32>(make_tensor(x, eg::layout({64, 8}, {1, 1}))(at, _));
      y[g.thread_position_in_grid()] = words(3);
    });
constexpr auto compiled = eg::compile<kernel>();
