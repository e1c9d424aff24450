// SPDX-License-Identifier: MIT
// expect: coordinates_of_registers_are_known_while_tracing|deleted
#include <enigma/codegen.hpp>

constexpr void body(enigma::gpu& g, enigma::out<enigma::f32, "C"> const& c) {
  auto const sums = enigma::make_fragment<enigma::f32>(g, enigma::layout(8), 0.0f);
#ifdef ENIGMA_FAIL
  auto const i = g.thread_index_in_simdgroup();
#else
  constexpr int i = 3;
#endif
  c[0] = sums(i);
}
