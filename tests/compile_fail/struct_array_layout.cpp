// SPDX-License-Identifier: MIT
// expect: struct curve, field points: MSL.?'s float3.2. has 32 bytes, the host.?'s type has 24: make it a packed_vec of 3
#include <enigma/codegen.hpp>
namespace eg = enigma;

struct float3 {
  float x, y, z;
};
#ifdef ENIGMA_FAIL
template <>
struct eg::stands_for<float3> {
  using type = eg::vec<float, 3>;
};
#else
template <>
struct eg::stands_for<float3> {
  using type = eg::packed_vec<float, 3>;
};
#endif
struct curve {
  BOOST_HANA_DEFINE_STRUCT(curve, (int, degree), (std::array<float3, 2>, points));
};
inline constexpr auto sums = eg::kernel<"sums">([](eg::gpu& g, eg::in<curve, "P"> P, eg::out<float, "Y"> Y) {
  auto i = g.thread_position_in_grid();
  Y[i] = P[i][&curve::points][P[i][&curve::degree] % 2].x();
});
constexpr auto compiled = eg::compile<sums>();
