// SPDX-License-Identifier: MIT
// expect: struct particle, field position: MSL.?'s float3 has 16 bytes, the host.?'s type has 12: make it a packed_vec of 3
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
struct particle {
  BOOST_HANA_DEFINE_STRUCT(particle, (float, mass), (float3, position));
};
inline constexpr auto sums =
    eg::kernel<"sums">([](eg::gpu& g, eg::in<particle, "P"> P, eg::out<float, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      Y[i] = P[i][&particle::position].x();
    });
constexpr auto compiled = eg::compile<sums>();
