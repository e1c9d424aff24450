// SPDX-License-Identifier: MIT
// expect-clang: copy_atom<16> refused for .*: its accesses have 8 elements, these memories allow 4
// expect-gcc: these memories allow
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int base = 2; // which keeps four halves together
#else
constexpr int base = 3;
#endif
constexpr auto bring = make_tiled_copy(eg::copy_atom<16>{}, {{8, 4}, {4, 1}}, eg::make_layout({1, 8}));
inline constexpr auto kernel = eg::kernel<"rows">([](eg::gpu& g, eg::in<eg::f16, "A"> a) {
  auto const mine = bring.slice(g);
  auto const s = make_tensor(g.threadgroup_memory<eg::f16, "s">(256),
                             eg::composed_layout({2, base, 3}, 0, eg::layout({8, 32}, {32, 1})));
  copy(bring, mine.partition_S(make_tensor(a, eg::layout({8, 32}, {32, 1}))), mine.partition_D(s));
});
constexpr auto compiled = eg::compile<kernel>();
