// SPDX-License-Identifier: MIT
// Vectors, geometry, packed numbers.
#include "rows.hpp"

namespace python_api {
namespace {

// clang-format off
row const construction[] = {
    EXPRESSION("make_vec(*components)", "int2(i, j)", make_vector(i, j)),
    EXPRESSION("make_float2(x, y)", "float2(x, y)", make_vector(x, y)),
    EXPRESSION("make_float3(x, y, z)", "float3(x, y, z)", make_vector(x, y, z)),
    EXPRESSION("make_float4(x, y, z, w)", "float4(x, y, z, 1.0f)", make_vector(x, y, z, 1.0f)),
    EXPRESSION("vec_extract(v, lane)", "v.w", v[3]),
    EXPRESSION("v.x, v.y, v.z, v.w", "v.x", v.x()),
    noted(EXPRESSION("float4(v.w, v.z, v.y, v.x)", "v.wzyx", eg::lanes<"wzyx">(v)), "swizzles are new"),
};

row const geometry[] = {
    EXPRESSION("dot(a, b)", "dot(a, b)", dot(a, b)),
    EXPRESSION("length(v)", "length(v)", length(v)),
    EXPRESSION("distance(a, b)", "distance(a, b)", distance(a, b)),
    EXPRESSION("normalize(v)", "normalize(v)", normalize(v)),
    EXPRESSION("cross(a, b)", "cross(a, b)", cross(a, b)),
    EXPRESSION("reflect(incident, normal)", "reflect(a, b)", reflect(a, b)),
    EXPRESSION("refract(incident, normal, eta)", "refract(a, b, x)", refract(a, b, x)),
    noted(EXPRESSION("faceforward(n, i, nref)", "faceforward(a, b, c)", faceforward(a, b, c)),
          "n where dot(nref, i) < 0, else -n"),
};

row const packing[] = {
    EXPRESSION("pack_float_to_snorm4x8(v)", "pack_float_to_snorm4x8(v)", pack_snorm4x8(v)),
    EXPRESSION("pack_float_to_unorm4x8(v)", "pack_float_to_unorm4x8(v)", pack_unorm4x8(v)),
    EXPRESSION("pack_float_to_snorm2x16(v)", "pack_float_to_snorm2x16(e)", pack_snorm2x16(e)),
    EXPRESSION("pack_float_to_unorm2x16(v)", "pack_float_to_unorm2x16(e)", pack_unorm2x16(e)),
    EXPRESSION("pack_float_to_srgb_unorm4x8(v)", "pack_float_to_srgb_unorm4x8(v)", pack_srgb_unorm4x8(v)),
    EXPRESSION("pack_float_to_unorm10a2(v)", "pack_float_to_unorm10a2(v)", pack_unorm10a2(v)),
    EXPRESSION("unpack_snorm4x8_to_float(x)", "unpack_snorm4x8_to_float(u)", eg::unpack_snorm4x8(u)),
    EXPRESSION("unpack_unorm4x8_to_float(x)", "unpack_unorm4x8_to_float(u)", eg::unpack_unorm4x8(u)),
    EXPRESSION("unpack_snorm2x16_to_float(x)", "unpack_snorm2x16_to_float(u)", eg::unpack_snorm2x16(u)),
    EXPRESSION("unpack_unorm2x16_to_float(x)", "unpack_unorm2x16_to_float(u)", eg::unpack_unorm2x16(u)),
    EXPRESSION("unpack_srgb_unorm4x8_to_float(x)", "unpack_unorm4x8_srgb_to_float(u)",
               eg::unpack_unorm4x8_srgb(u)),
    EXPRESSION("unpack_unorm10a2_to_float(x)", "unpack_unorm10a2_to_float(u)", eg::unpack_unorm10a2(u)),
    EXPRESSION("pack_uint8x4(v)", "as_type<uint>(bytes)", pack_uint8x4(bytes)),
    EXPRESSION("unpack_uint8x4(x)", "as_type<uchar4>(u)", unpack_uint8x4(u)),
    EXPRESSION("pack_int4x2(v)",
               "const uchar2 v0 = as_type<uchar2>(nibbles); insert_bits(v0.x, v0.y, 4u, 4u)",
               pack_int4x2(nibbles)),
    EXPRESSION("unpack_int4x2(x)",
               "const char v0 = as_type<char>(byte); char2(extract_bits(v0, 0u, 4u), extract_bits(v0, 4u, "
               "4u))",
               unpack_int4x2(byte)),
};

row const quantized[] = {
    EXPRESSION("dequantize_int8(x, scale)", "float(q) * x", dequantize_int8(q, x)),
    EXPRESSION("dequantize_int8(x, scale, zero_point)", "(float(q) - 3.0f) * x", dequantize_int8(q, x, 3)),
};
// clang-format on

} // namespace

std::span<section const> vector_sections() {
  static section const all[] = {
      {17, "Vector construction and extraction", "vectors.cpp", "tests/msl/vectors.cpp", construction},
      {18, "Geometry operations", "vectors.cpp", "tests/msl/vectors.cpp", geometry},
      {19, "Pack and unpack operations", "vectors.cpp", "tests/msl/vectors.cpp", packing},
      {38, "Quantization helpers", "vectors.cpp", "tests/msl/vectors.cpp", quantized},
  };
  return all;
}

} // namespace python_api
