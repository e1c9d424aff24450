// SPDX-License-Identifier: MIT
// expect-clang: an array of 4 variables has no element 4
// expect-gcc: variables has no element
#include <enigma/codegen.hpp>
namespace eg = enigma;

struct curve {
  BOOST_HANA_DEFINE_STRUCT(curve, (std::array<float, 4>, weights));
};
inline constexpr auto sums = eg::kernel<"sums">([](eg::gpu& g, eg::in<curve, "P"> P, eg::out<float, "Y"> Y) {
  auto i = g.thread_position_in_grid();
  auto p = g.variable(P[i]);
#ifdef ENIGMA_FAIL
  p[&curve::weights][4] += 1.0f;
#else
  p[&curve::weights][3] += 1.0f;
#endif
  Y[i] = p[&curve::weights][3];
});
constexpr auto compiled = eg::compile<sums>();
