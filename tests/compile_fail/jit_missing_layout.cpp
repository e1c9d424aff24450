// SPDX-License-Identifier: MIT
// expect-clang: add has 2 tensor parameters, but 1 layouts are given: one arg<.*name.*, layout> for each
// expect-gcc: tensor parameters, but .*layouts are given: one arg<\\?"name\\?", layout> for each
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto add = eg::jit<"add">([](eg::host& h, eg::tensor_of<float> A, eg::tensor_of<float> B) {
  h.launch<"add">({}, [=](eg::gpu& g) {
    auto i = g.thread_position_in_grid();
    B(i) = A(i) + 1.0f;
  });
});
constexpr eg::layout row{64, 1};
#ifdef ENIGMA_FAIL
constexpr auto compiled = eg::compile<add>(eg::arg<"A", row>);
#else
constexpr auto compiled = eg::compile<add>(eg::arg<"A", row>, eg::arg<"B", row>);
#endif
