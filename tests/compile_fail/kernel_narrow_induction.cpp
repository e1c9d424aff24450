// SPDX-License-Identifier: MIT
// expect: for_range<T>: the induction type T is i32, u32, i64 or u64; convert narrower bounds with cast
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto narrow =
    eg::kernel<"narrow">([](eg::gpu& g, eg::in<eg::u8, "N"> n, eg::out<eg::u32, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      g.for_range(n[i], [&](auto k) { y[i] = eg::cast<eg::u32>(k); });
#else
      g.for_range(eg::cast<eg::u32>(n[i]), [&](auto k) { y[i] = k; });
#endif
    });
constexpr auto compiled = eg::compile<narrow>();
