// SPDX-License-Identifier: MIT
// expect: the_columns_of_the_left_are_not_the_rows_of_the_right
// expect: ColumnsOfLeft = 2[,;] (int )?RowsOfRight = 3
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto products =
    eg::kernel<"products">([](eg::gpu& g, eg::in<float, "X"> X, eg::out<float, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto v = X.load<3>(9 * i);
      auto m = make_matrix(X.load<3>(9 * i + 3), X.load<3>(9 * i + 6));
#ifdef ENIGMA_FAIL
      Y.store(2 * i, m * v);
#else
      Y.store(2 * i, v * m);
#endif
    });
constexpr auto compiled = eg::compile<products>();
