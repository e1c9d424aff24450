// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <enigma/codegen/op_table.hpp>

namespace enigma::detail {

/// A spelling of the op table, in which * is float or half.
constexpr bool is_spelling(std::string_view name, char const* spelling) {
  for (std::string_view const element : {"float", "half"}) {
    std::string_view rest = name;
    char const* s = spelling;
    for (; *s != '\0'; ++s)
      if (*s == '*' && rest.substr(0, element.size()) == element)
        rest = rest.substr(element.size());
      else if (!rest.empty() && rest[0] == *s)
        rest = rest.substr(1);
      else
        break;
    if (*s == '\0' && rest.empty())
      return true;
  }
  return false;
}

/// True for a name that MSL or this library's generated source uses itself: keywords of C++ and MSL, type
/// names, macros, and the functions of the op table, which `using namespace metal` makes visible everywhere.
constexpr bool is_reserved(std::string_view name) {
  constexpr std::string_view words[] = {"alignas",
                                        "alignof",
                                        "and",
                                        "array",
                                        "as_type",
                                        "asm",
                                        "assert",
                                        "atomic",
                                        "auto",
                                        "bfloat",
                                        "bool",
                                        "break",
                                        "case",
                                        "catch",
                                        "char",
                                        "class",
                                        "coherent",
                                        "compute",
                                        "const",
                                        "constant",
                                        "constexpr",
                                        "continue",
                                        "decltype",
                                        "default",
                                        "delete",
                                        "depth2d",
                                        "device",
                                        "do",
                                        "double",
                                        "else",
                                        "enum",
                                        "explicit",
                                        "export",
                                        "extern",
                                        "false",
                                        "float",
                                        "for",
                                        "fragment",
                                        "friend",
                                        "goto",
                                        "half",
                                        "if",
                                        "imageblock",
                                        "inline",
                                        "int",
                                        "int8_t",
                                        "int16_t",
                                        "int32_t",
                                        "int64_t",
                                        "intersection",
                                        "kernel",
                                        "llong",
                                        "long",
                                        "main",
                                        "matrix",
                                        "mem_flags",
                                        "memory_order",
                                        "mesh",
                                        "metal",
                                        "mutable",
                                        "namespace",
                                        "new",
                                        "noexcept",
                                        "not",
                                        "nullptr",
                                        "object",
                                        "object_data",
                                        "operator",
                                        "or",
                                        "packed_vec",
                                        "private",
                                        "protected",
                                        "ptrdiff_t",
                                        "public",
                                        "quad",
                                        "ray_data",
                                        "read",
                                        "register",
                                        "restrict",
                                        "return",
                                        "sampler",
                                        "saturate",
                                        "short",
                                        "signed",
                                        "size_t",
                                        "sizeof",
                                        "static",
                                        "stitchable",
                                        "struct",
                                        "switch",
                                        "template",
                                        "tensor",
                                        "this",
                                        "thread",
                                        "thread_local",
                                        "threadgroup",
                                        "threadgroup_barrier",
                                        "threadgroup_imageblock",
                                        "throw",
                                        "true",
                                        "try",
                                        "typedef",
                                        "typeid",
                                        "typename",
                                        "uchar",
                                        "uint",
                                        "uint8_t",
                                        "uint16_t",
                                        "uint32_t",
                                        "uint64_t",
                                        "ullong",
                                        "ulong",
                                        "uniform",
                                        "union",
                                        "unsigned",
                                        "ushort",
                                        "using",
                                        "vec",
                                        "vertex",
                                        "virtual",
                                        "visible",
                                        "void",
                                        "volatile",
                                        "wchar_t",
                                        "while",
                                        "write",
                                        "xor",
                                        "char8_t",
                                        "char16_t",
                                        "char32_t",
                                        "concept",
                                        "requires",
                                        "consteval",
                                        "constinit",
                                        "const_cast",
                                        "static_cast",
                                        "dynamic_cast",
                                        "reinterpret_cast",
                                        "static_assert",
                                        "co_await",
                                        "co_return",
                                        "co_yield",
                                        "fabs",
                                        "fmax3",
                                        "fmin3",
                                        "frexp",
                                        "modf",
                                        "sincos",
                                        "select",
                                        "fast",
                                        "precise",
                                        "simd",
                                        "is_function_constant_defined",
                                        "make_filled_simdgroup_matrix",
                                        "make_diagonal_simdgroup_matrix",
                                        "numeric_limits",
                                        "depthcube",
                                        "gradient2d",
                                        "gradient3d",
                                        "gradientcube",
                                        "min_lod_clamp",
                                        "INFINITY",
                                        "NAN",
                                        "MAXFLOAT",
                                        "MAXHALF",
                                        "MAXBFLOAT",
                                        "MAXDOUBLE",
                                        "VARIABLE_TRACEPOINT",
                                        "STATIC_DATA_TRACEPOINT",
                                        "access",
                                        "level",
                                        "bias",
                                        "sample",
                                        "complex",
                                        "imaginary",
                                        "bitand",
                                        "bitor",
                                        "compl",
                                        "and_eq",
                                        "or_eq",
                                        "xor_eq",
                                        "not_eq"};
  if (name.empty())
    return false;
  char const first = name[0]; // almost every word is dismissed by its first letter, cheaply while compiling
  for (std::string_view const& w : words)
    if (w[0] == first && name == w)
      return true;
  for (op_info const& row : infos.rows)
    if (row.form == syntax::call && row.msl[0] == first && is_spelling(name, row.msl))
      return true;
  // float4, half3, uint2, packed_float4, float4x4, simdgroup_..., texture2d, names with two underscores,
  // _Upper.
  constexpr std::string_view types[] = {"bool", "char", "uchar", "short", "ushort", "int",
                                        "uint", "long", "ulong", "half",  "bfloat", "float"};
  std::string_view rest = name;
  if (rest.substr(0, 7) == "packed_")
    rest = rest.substr(7);
  for (std::string_view const t : types)
    if (rest.size() > t.size() && rest.substr(0, t.size()) == t && rest[t.size()] >= '2' &&
        rest[t.size()] <= '9' && (rest.size() == t.size() + 1 || rest[t.size() + 1] == 'x'))
      return true;
  if (name.substr(0, 10) == "simdgroup_" || name.substr(0, 7) == "texture" || name.substr(0, 5) == "simd_" ||
      name.substr(0, 5) == "quad_" || name.substr(0, 7) == "atomic_")
    return true;
  // M_PI_F, FLT_MAX, memory_order_relaxed ...
  constexpr std::string_view families[] = {"M_",     "HUGE_VAL", "CHAR_",   "SCHAR_",       "UCHAR_",
                                           "SHRT_",  "USHRT_",   "INT_",    "UINT_",        "LONG_",
                                           "ULONG_", "LLONG_",   "ULLONG_", "FLT_",         "HALF_",
                                           "DBL_",   "FP_",      "METAL_",  "memory_order", "thread_scope"};
  for (std::string_view const f : families)
    if (f[0] == first && name.substr(0, f.size()) == f)
      return true;
  for (std::size_t i = 0; i + 1 < name.size(); ++i)
    if (name[i] == '_' && name[i + 1] == '_')
      return true;
  return name.size() >= 2 && name[0] == '_' && name[1] >= 'A' && name[1] <= 'Z';
}

constexpr bool is_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9'))
    return false;
  for (char const c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return true;
}

} // namespace enigma::detail
