// SPDX-License-Identifier: MIT
// The text of functions of whole vectors and of packing, and which operands they take.
#include <string_view>

#include <enigma/codegen.hpp>

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i8;
using eg::u16;
using eg::u32;
using eg::u8;

inline constexpr auto geometry =
    eg::kernel<"geometry">([](eg::gpu& g, eg::in<f32, "X"> X, eg::in<eg::f16, "H"> H, eg::out<f32, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto x = X.load<3>(3 * i);
      auto h = H.load<4>(4 * i);
      Y[i] = dot(x, 2) + length_squared(cross(x, eg::lanes<"zyx">(x))) + eg::fast::length(x);
      Y[i + 1] = eg::cast<f32>(distance(h, 0.5f)) + select(0.0f, 1.0f, all(h < 1) || any(h == 0));
      Y.store(3 * i, refract(eg::normalize(x), reflect(x, x), 1.5f));
    });
constexpr std::string_view geometry_text = R"(#include <metal_stdlib>
using namespace metal;

kernel void geometry(const device float* X [[buffer(0)]],
                     const device half* H [[buffer(1)]],
                     device float* Y [[buffer(2)]],
                     uint gid [[thread_position_in_grid]]) {
  const uint v0 = 3u * gid;
  const float3 v1 = float3(*(const device packed_float3*)(X + v0));
  const half4 v2 = *(const device half4*)(H + 4u * gid);
  Y[gid] = dot(v1, float3(2.0f)) + length_squared(cross(v1, v1.zyx)) + fast::length(v1);
  const float v3 = float(distance(v2, half4(0.5h))) + (all(v2 < 1.0h) || any(v2 == 0.0h) ? 1.0f : 0.0f);
  Y[gid + 1u] = v3;
  *(device packed_float3*)(Y + v0) = refract(normalize(v1), reflect(v1, v1), 1.5f);
}
)";
static_assert(eg::compile<geometry>().metal_source() == geometry_text);

inline constexpr auto packing =
    eg::kernel<"packing">([](eg::gpu& g, eg::in<u32, "W"> W, eg::scalar<f32, "s"> s, eg::out<u32, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      Y[i] = pack_srgb_unorm4x8(s * unpack_unorm4x8_srgb(W[i]));
      Y[i + 1] = pack_snorm2x16(eg::unpack_snorm2x16<f16>(W[i]));
      Y[i + 2] = eg::cast<u32>(pack_unorm565(unpack_unorm565(eg::cast<u16>(W[i]))));
    });
constexpr std::string_view packing_text = R"(#include <metal_stdlib>
using namespace metal;

kernel void packing(const device uint* W [[buffer(0)]],
                    constant float& s [[buffer(1)]],
                    device uint* Y [[buffer(2)]],
                    uint gid [[thread_position_in_grid]]) {
  const uint v0 = W[gid];
  Y[gid] = pack_float_to_srgb_unorm4x8(s * unpack_unorm4x8_srgb_to_float(v0));
  Y[gid + 1u] = pack_half_to_snorm2x16(unpack_snorm2x16_to_half(v0));
  Y[gid + 2u] = uint(pack_float_to_unorm565(unpack_unorm565_to_float(ushort(v0))));
}
)";
static_assert(eg::compile<packing>().metal_source() == packing_text);

// A sum that stands for all lanes of a shift keeps its parentheses.
inline constexpr auto shifted_sum =
    eg::kernel<"shifted_sum">([](eg::gpu& g, eg::in<u32, "X"> X, eg::out<u32, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto n = X[0] + X[1];
      Y.store(4 * i, (X[2] * n - i) << X.load<4>(4 * i));
    });
static_assert(eg::compile<shifted_sum>().metal_source().find(
                  "= (X[2u] * (X[0u] + X[1u]) - gid) << *(const device uint4*)(X + v0);") !=
              std::string_view::npos);

// Names of MSL's functions stay free of the author's.
inline constexpr auto names = eg::kernel<"names">(
    [](eg::gpu& g, eg::in<f32, "unpack_unorm565_to_half"> length, eg::out<f32, "pack_half_to_snorm4x"> y) {
      y[g.thread_position_in_grid()] = length[0];
    });
static_assert(eg::compile<names>().metal_source().find(
                  " pack_half_to_snorm4x[gid] = unpack_unorm565_to_half_[0u]") != std::string_view::npos);

// ---- What is taken ----

template <class... X>
concept has_dot = requires(X const&... x) { dot(x...); };
template <class... X>
concept has_cross = requires(X const&... x) { cross(x...); };
template <class X>
concept has_all = requires(X const& x) { all(x); };
template <class... X>
concept has_refract = requires(X const&... x) { refract(x...); };
template <class T, int N = 1>
using v = eg::value<eg::vector_of<T, N>>;

static_assert(has_dot<v<f32, 2>, v<f32, 2>> && has_dot<v<f16, 4>, v<f16, 4>> && has_dot<v<f32, 3>, v<f32>>);
static_assert(!has_dot<v<f32, 2>, v<f32, 3>> && !has_dot<v<f16, 4>, v<f32, 4>>, "one type");
static_assert(!has_dot<v<f32>, v<f32>> && !has_dot<v<eg::i32, 4>, v<eg::i32, 4>> &&
              !has_dot<v<bf16, 4>, v<bf16, 4>>);
static_assert(has_cross<v<f32, 3>, v<f32, 3>> && !has_cross<v<f32, 2>, v<f32, 2>> &&
              !has_cross<v<f32, 4>, v<f32, 4>>);
static_assert(has_all<v<bool, 2>> && !has_all<v<bool>> && !has_all<v<f32, 2>>);
static_assert(has_refract<v<f16, 2>, v<f16, 2>, v<f16>> && has_refract<v<f32, 2>, v<f32, 2>, float>);
static_assert(!has_refract<v<f32, 2>, v<f32, 2>, v<f16>> && !has_refract<v<f32, 2>, v<f32, 2>, v<f32, 2>>);

template <class X>
concept has_unorm565 = requires(X const& x) { pack_unorm565(x); };
template <class X>
concept unpacks_565 = requires(X const& x) { unpack_unorm565(x); };
static_assert(has_unorm565<v<f32, 3>> && has_unorm565<v<f16, 3>> && !has_unorm565<v<f32, 4>> &&
              !has_unorm565<v<bf16, 3>>);
static_assert(unpacks_565<v<u16>> && !unpacks_565<v<u32>>);

template <class... X>
concept dequantizes = requires(X const&... x) { dequantize_int8(x...); };
static_assert(dequantizes<v<i8, 4>, v<f32>> && dequantizes<v<u8>, v<bf16>> &&
              dequantizes<v<i8>, v<f16>, v<i8>> && dequantizes<v<i8, 4>, v<f16>, int>);
static_assert(!dequantizes<v<eg::i16>, v<f32>> && !dequantizes<v<i8>, v<f32>, v<f16>>);

} // namespace
