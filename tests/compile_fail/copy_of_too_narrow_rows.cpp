// SPDX-License-Identifier: MIT
// expect-clang: copy_atom<16> refused for .*: its accesses have 4 elements, these memories allow 2
// expect-gcc: these memories allow
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int apart = 18; // rows begin at multiples of 2
#else
constexpr int apart = 20;
#endif
constexpr auto bring = make_tiled_copy(eg::copy_atom<16>{}, eg::make_layout({8, 4}), eg::make_layout({1, 4}));
inline constexpr auto kernel =
    eg::kernel<"rows">([](eg::gpu& g, eg::in<float, "A"> a, eg::out<float, "C"> c) {
      auto const mine = bring.slice(g);
      copy(bring, mine.partition_S(make_tensor(a, eg::layout({8, 16}, {apart, 1}))),
           mine.partition_D(make_tensor(c, eg::layout({8, 16}, {16, 1}))));
    });
constexpr auto compiled = eg::compile<kernel>();
