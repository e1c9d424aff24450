// SPDX-License-Identifier: MIT
// expect: store
// expect: storable
#include <enigma/codegen/buffer_engine.hpp>

#ifdef ENIGMA_FAIL
using source = enigma::i32;
#else
using source = enigma::f32;
#endif

using enigma::in, enigma::out, enigma::layout, enigma::make_tensor;

constexpr void body(in<source, "A"> const& a, out<enigma::f32, "C"> const& c) {
  make_tensor(c, layout(16)).store(make_tensor(a, layout(16)).load());
}
