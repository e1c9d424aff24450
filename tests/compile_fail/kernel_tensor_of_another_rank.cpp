// SPDX-License-Identifier: MIT
// expect-clang: coordinate \(\?,0,0\) of \(8,8\):\(8,1\) refused: rank mismatch, a tuple needs one element for each mode
// expect-gcc: rank mismatch, a tuple needs one element for each mode
#include <enigma/codegen.hpp>
namespace eg = enigma;

constexpr eg::layout matrix{{8, 8}, {8, 1}};
inline constexpr auto first =
    eg::jit<"first">([](eg::host& h, eg::tensor_of<float> A, eg::tensor_of<float> B) {
      h.launch<"rows">({.grid = 1, .block = 8}, [=](eg::gpu& g) {
        auto row = g.thread_position_in_threadgroup();
#ifdef ENIGMA_FAIL
        B(row, 0) = A(row, 0, 0);
#else
        B(row, 0) = A(row, 0);
#endif
      });
    });
constexpr auto compiled = eg::compile<first>(eg::arg<"A", matrix>, eg::arg<"B", matrix>);
