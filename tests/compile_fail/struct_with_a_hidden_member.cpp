// SPDX-License-Identifier: MIT
// expect: struct couple, field second: in MSL it lies at byte 4, on the host at byte 8
#include <boost/hana/adapt_struct.hpp>
#include <enigma/codegen.hpp>
namespace eg = enigma;

struct couple {
  float first, hidden, second;
};
#ifdef ENIGMA_FAIL
BOOST_HANA_ADAPT_STRUCT(couple, first, second);
#else
BOOST_HANA_ADAPT_STRUCT(couple, first, hidden, second);
#endif
inline constexpr auto sums = eg::kernel<"sums">([](eg::gpu& g, eg::in<couple, "P"> P, eg::out<float, "Y"> Y) {
  auto i = g.thread_position_in_grid();
  Y[i] = P[i][&couple::first] + P[i][&couple::second];
});
constexpr auto compiled = eg::compile<sums>();
