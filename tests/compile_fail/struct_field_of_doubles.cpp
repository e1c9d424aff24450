// SPDX-License-Identifier: MIT
// expect: a field of a kernel's struct is an element type
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
using number = double;
#else
using number = float;
#endif
struct pair {
  BOOST_HANA_DEFINE_STRUCT(pair, (float, first), (number, second));
};
inline constexpr auto sums = eg::kernel<"sums">([](eg::gpu& g, eg::in<pair, "P"> P, eg::out<float, "Y"> Y) {
  Y[g.thread_position_in_grid()] = P[0][&pair::first];
});
constexpr auto compiled = eg::compile<sums>();
