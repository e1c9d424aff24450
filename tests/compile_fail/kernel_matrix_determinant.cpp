// SPDX-License-Identifier: MIT
// expect: takes_a_square_matrix
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto products =
    eg::kernel<"products">([](eg::gpu& g, eg::in<float, "X"> X, eg::out<float, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto v = X.load<3>(9 * i);
      auto m = make_matrix(X.load<3>(9 * i + 3), X.load<3>(9 * i + 6));
#ifdef ENIGMA_FAIL
      Y.store(3 * i, v * determinant(m));
#else
      Y.store(3 * i, v * determinant(m * transpose(m)));
#endif
    });
constexpr auto compiled = eg::compile<products>();
