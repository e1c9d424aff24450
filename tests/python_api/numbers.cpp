// SPDX-License-Identifier: MIT
// Arithmetic, functions of numbers, comparisons, selection, conversion.
#include "rows.hpp"

namespace python_api {
namespace {

// clang-format off
row const operators[] = {
    EXPRESSION("a + b", "x + y", x + y),
    EXPRESSION("a - b", "x - y", x - y),
    EXPRESSION("a * b", "x * y", x * y),
    EXPRESSION("a / b", "x / y", x / y),
    noted(EXPRESSION("a // b", "i / j", i / j),
          "truncates, as Python's did in kernels; `floor(x / y)` for floats"),
    noted(EXPRESSION("a % b", "u % t", u % t), "of signed integers `i - i / j * j`, of floats `fmod(x, y)`"),
    EXPRESSION("-a", "-x", -x),
    noted(EXPRESSION("int literals", "u * 4u + 1u", u * 4 + 1), "a literal takes the type beside it"),
};

row const unary[] = {
    EXPRESSION("sqrt(x)", "sqrt(x)", sqrt(x)),         EXPRESSION("rsqrt(x)", "rsqrt(x)", rsqrt(x)),
    EXPRESSION("abs(x)", "abs(x)", abs(x)),           EXPRESSION("ceil(x)", "ceil(x)", ceil(x)),
    EXPRESSION("floor(x)", "floor(x)", floor(x)),       EXPRESSION("round(x)", "round(x)", round(x)),
    EXPRESSION("trunc(x)", "trunc(x)", trunc(x)),       EXPRESSION("sign(x)", "sign(x)", sign(x)),
    EXPRESSION("saturate(x)", "saturate(x)", saturate(x)), EXPRESSION("fract(x)", "fract(x)", fract(x)),
    EXPRESSION("exp(x)", "exp(x)", exp(x)),           EXPRESSION("exp2(x)", "exp2(x)", exp2(x)),
    EXPRESSION("log(x)", "log(x)", log(x)),           EXPRESSION("log2(x)", "log2(x)", log2(x)),
    EXPRESSION("log10(x)", "log10(x)", log10(x)),       EXPRESSION("sin(x)", "sin(x)", sin(x)),
    EXPRESSION("cos(x)", "cos(x)", cos(x)),           EXPRESSION("tan(x)", "tan(x)", tan(x)),
    EXPRESSION("asin(x)", "asin(x)", asin(x)),         EXPRESSION("acos(x)", "acos(x)", acos(x)),
    EXPRESSION("atan(x)", "atan(x)", atan(x)),         EXPRESSION("sinh(x)", "sinh(x)", sinh(x)),
    EXPRESSION("cosh(x)", "cosh(x)", cosh(x)),         EXPRESSION("tanh(x)", "tanh(x)", tanh(x)),
};

row const binary[] = {
    noted(EXPRESSION("fmin(a, b)", "min(x, y)", min(x, y)), "min and max are fmin and fmax of floats"),
    EXPRESSION("fmax(a, b)", "max(x, y)", max(x, y)),
    EXPRESSION("pow(a, b)", "pow(x, y)", pow(x, y)),
    EXPRESSION("fmod(a, b)", "fmod(x, y)", fmod(x, y)),
    EXPRESSION("atan2(a, b)", "atan2(x, y)", atan2(x, y)),
    EXPRESSION("step(edge, x)", "step(x, y)", step(x, y)),
    EXPRESSION("copysign(a, b)", "copysign(x, y)", copysign(x, y)),
};

row const ternary[] = {
    EXPRESSION("clamp(x, lo, hi)", "clamp(x, y, z)", clamp(x, y, z)),
    EXPRESSION("fma(a, b, c)", "fma(x, y, z)", fma(x, y, z)),
    EXPRESSION("mix(a, b, t)", "mix(x, y, z)", mix(x, y, z)),
    EXPRESSION("smoothstep(e0, e1, x)", "smoothstep(x, y, z)", smoothstep(x, y, z)),
};

row const predicates[] = {
    EXPRESSION("isnan(x)", "isnan(x)", isnan(x)),       EXPRESSION("isinf(x)", "isinf(x)", isinf(x)),
    EXPRESSION("isfinite(x)", "isfinite(x)", isfinite(x)), EXPRESSION("signbit(x)", "signbit(x)", signbit(x)),
    EXPRESSION("isnormal(x)", "isnormal(x)", isnormal(x)),
};

row const integers[] = {
    EXPRESSION("imin(a, b)", "min(i, j)", min(i, j)),
    EXPRESSION("imax(a, b)", "max(i, j)", max(i, j)),
    EXPRESSION("iclamp(x, lo, hi)", "clamp(i, j, k)", clamp(i, j, k)),
    noted(EXPRESSION("abs_diff(a, b)", "absdiff(i, j)", absdiff(i, j)), "unsigned"),
    EXPRESSION("abs_diff_unary(x)", "abs(i)", abs(i)),
    EXPRESSION("add_sat(a, b)", "addsat(i, j)", addsat(i, j)),
    EXPRESSION("sub_sat(a, b)", "subsat(i, j)", subsat(i, j)),
    EXPRESSION("mul_hi(a, b)", "mulhi(i, j)", mulhi(i, j)),
    EXPRESSION("rotate(a, b)", "rotate(u, t)", rotate(u, t)),
    EXPRESSION("mad_sat(a, b, c)", "madsat(i, j, k)", madsat(i, j, k)),
};

row const bits[] = {
    EXPRESSION("popcount(x)", "popcount(u)", popcount(u)),
    EXPRESSION("clz(x)", "clz(u)", clz(u)),
    EXPRESSION("ctz(x)", "ctz(u)", ctz(u)),
    EXPRESSION("reverse_bits(x)", "reverse_bits(u)", reverse_bits(u)),
    EXPRESSION("extract_bits(value, offset, bits)", "extract_bits(u, 8u, 4u)", extract_bits(u, 8u, 4u)),
    EXPRESSION("insert_bits(base, insert, offset, bits)", "insert_bits(u, t, 8u, 4u)",
               insert_bits(u, t, 8u, 4u)),
};

row const comparisons[] = {
    EXPRESSION("cmp_eq(a, b)", "x == y", x == y),
    EXPRESSION("cmp_ne(a, b)", "x != y", x != y),
    EXPRESSION("cmp_lt(a, b)", "i < j", i < j),
    EXPRESSION("cmp_le(a, b)", "i <= j", i <= j),
    EXPRESSION("cmp_gt(a, b)", "i > j", i > j),
    EXPRESSION("cmp_ge(a, b)", "i >= j", i >= j),
    noted(EXPRESSION("cmp_ult(a, b)", "u < t", u < t), "the type tells"),
    noted(EXPRESSION("cmp_ule(a, b)", "uint(i) <= uint(j)", eg::cast<u32>(i) <= eg::cast<u32>(j)),
          "of signed values after a cast"),
    EXPRESSION("cmp_ugt(a, b)", "u > t", u > t),
    EXPRESSION("cmp_uge(a, b)", "u >= t", u >= t),
};

row const selection[] = {
    EXPRESSION("where(false_val, true_val, condition)", "z > 0.0f ? y : x", select(x, y, z > 0)),
};

row const casts[] = {
    EXPRESSION("metal_cast(x, dtype)", "float(i)", eg::cast<f32>(i)),
    EXPRESSION("as_type(x, dtype)", "as_type<uint>(x)", eg::as_type<u32>(x)),
};
// clang-format on

} // namespace

std::span<section const> number_sections() {
  static section const all[] = {
      {7, "Arithmetic operators", "numbers.cpp", "tests/runtime/test_rows_values.cpp", operators},
      {8, "Unary float math", "numbers.cpp", "tests/runtime/test_rows_floats.cpp", unary},
      {9, "Binary float math", "numbers.cpp", "tests/runtime/test_rows_floats.cpp", binary},
      {10, "Ternary float math", "numbers.cpp", "tests/runtime/test_rows_floats.cpp", ternary},
      {11, "Float predicates", "numbers.cpp", "tests/runtime/test_rows_floats.cpp", predicates},
      {12, "Integer math", "numbers.cpp", "tests/runtime/test_rows_integers.cpp", integers},
      {13, "Integer bit operations", "numbers.cpp", "tests/runtime/test_rows_integers.cpp", bits},
      {14, "Comparison operations", "numbers.cpp", "tests/runtime/test_rows_values.cpp", comparisons},
      {15, "Select", "numbers.cpp", "tests/runtime/test_rows_values.cpp", selection},
      {16, "Type casting", "numbers.cpp", "tests/runtime/test_rows_values.cpp", casts},
  };
  return all;
}

} // namespace python_api
