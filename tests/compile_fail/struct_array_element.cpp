// SPDX-License-Identifier: MIT
// expect-clang: field weights: element 4 is not one of 0 to 3
// expect-gcc: is not one of 0 to
#include <enigma/codegen.hpp>
namespace eg = enigma;

struct curve {
  BOOST_HANA_DEFINE_STRUCT(curve, (std::array<float, 4>, weights));
};
inline constexpr auto sums = eg::kernel<"sums">([](eg::gpu& g, eg::in<curve, "P"> P, eg::out<float, "Y"> Y) {
  auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
  Y[i] = P[i][&curve::weights][4];
#else
  Y[i] = P[i][&curve::weights][3];
#endif
});
constexpr auto compiled = eg::compile<sums>();
