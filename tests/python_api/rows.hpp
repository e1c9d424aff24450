// SPDX-License-Identifier: MIT
// The table of the earlier Python API: for each of its names the spelling in C++, which is compiled here, and
// the MSL that came out of it when the row was written, which is compared with what comes out now.
#pragma once

#include <enigma/codegen.hpp>

#include <span>
#include <string>
#include <string_view>

namespace python_api {

namespace eg = enigma;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i16;
using eg::i32;
using eg::i64;
using eg::i8;
using eg::u16;
using eg::u32;
using eg::u64;
using eg::u8;

struct row {
  std::string_view python;
  std::string_view cpp;
  std::string_view comes_out; // MSL, or a value on the host
  std::string_view note;
  std::string (*actual)(); // what comes out now; null where there is no counterpart
};

struct section {
  int number; // in the documentation of the Python API
  std::string_view title;
  std::string_view file;     // of tests/python_api
  std::string_view executed; // tests that run the same, in words
  std::span<row const> rows;
};

// What each file has, in the order of the numbers.
std::span<section const> kernel_sections();
std::span<section const> number_sections();
std::span<section const> vector_sections();
std::span<section const> group_sections();
std::span<section const> matrix_sections();
std::span<section const> layout_sections();
std::span<section const> flow_sections();
std::span<section const> tool_sections();

/// The names of the Python API.
std::span<std::string_view const> python_names();

// ---- What the rows are written with ------------------------------------------------------------------

/// The values and buffers that the kernels of the rows have.
struct scene {
  eg::gpu& g;
  eg::in<f32, "A"> A;
  eg::inout<f32, "B"> B;
  eg::inout<i32, "N"> N;
  eg::atomic<u32, "count"> count;
  eg::scalar<u32, "n"> n;
  eg::value<f32> x, y, z;
  eg::value<f16> h;
  eg::value<i32> i, j, k;
  eg::value<u32> u, t;
  eg::value<i8> q;
  eg::value<u8> byte;
  eg::value<bool> yes;
  eg::value<eg::vec<f32, 2>> e;
  eg::value<eg::vec<f32, 3>> a, b, c;
  eg::value<eg::vec<f32, 4>> v, w;
  eg::value<eg::vec<u8, 4>> bytes;
  eg::value<eg::vec<i8, 2>> nibbles;

  // Where results go. Their names are for the page to leave out.
  struct results {
    eg::inout<f32, "R_f32"> of_f32;
    eg::inout<f16, "R_f16"> of_f16;
    eg::inout<bf16, "R_bf16"> of_bf16;
    eg::inout<i8, "R_i8"> of_i8;
    eg::inout<u8, "R_u8"> of_u8;
    eg::inout<i16, "R_i16"> of_i16;
    eg::inout<u16, "R_u16"> of_u16;
    eg::inout<i32, "R_i32"> of_i32;
    eg::inout<u32, "R_u32"> of_u32;
    eg::inout<i64, "R_i64"> of_i64;
    eg::inout<u64, "R_u64"> of_u64;
    eg::inout<bool, "R_bool"> of_bool;
  };
  results r;

  template <class X>
  void show(X const& result) const {
    using T = typename X::traced_type;
    using E = eg::element_of<T>;
    eg::value<T> const it = result;
    if constexpr (std::is_same_v<E, f32>)
      r.of_f32.store(0, it);
    else if constexpr (std::is_same_v<E, f16>)
      r.of_f16.store(0, it);
    else if constexpr (std::is_same_v<E, bf16>)
      r.of_bf16.store(0, it);
    else if constexpr (std::is_same_v<E, i8>)
      r.of_i8.store(0, it);
    else if constexpr (std::is_same_v<E, u8>)
      r.of_u8.store(0, it);
    else if constexpr (std::is_same_v<E, i16>)
      r.of_i16.store(0, it);
    else if constexpr (std::is_same_v<E, u16>)
      r.of_u16.store(0, it);
    else if constexpr (std::is_same_v<E, i32>)
      r.of_i32.store(0, it);
    else if constexpr (std::is_same_v<E, u32>)
      r.of_u32.store(0, it);
    else if constexpr (std::is_same_v<E, i64>)
      r.of_i64.store(0, it);
    else if constexpr (std::is_same_v<E, u64>)
      r.of_u64.store(0, it);
    else
      r.of_bool.store(0, it);
  }
};

/// What a result is assigned from.
std::string expression(void (*body)(scene const&));
/// The statements of the body, in one line.
std::string statements(void (*body)(scene const&));
/// The parameter of the kernel that ends in [[attribute]], and what is done with it.
std::string parameter(void (*body)(scene const&));
/// A source without its first lines, in one line.
std::string one_line(std::string_view source);

/// A row with words.
inline row noted(row r, std::string_view note) {
  r.note = note;
  return r;
}

#define PYTHON_API_SCENE                                                                                     \
  [[maybe_unused]] auto const& [g, A, B, N, count, n, x, y, z, h, i, j, k, u, t, q, byte, yes, e, a, b, c,   \
                                v, w, bytes, nibbles, r] = all

// Each row: the Python name, what comes out, and the C++ itself.
#define EXPRESSION(python, out, ...)                                                                         \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] {                                                                      \
      return expression([](scene const& all) {                                                               \
        PYTHON_API_SCENE;                                                                                    \
        all.show(__VA_ARGS__);                                                                               \
      });                                                                                                    \
    }                                                                                                        \
  }
#define STATEMENTS(python, out, ...)                                                                         \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] {                                                                      \
      return statements([](scene const& all) {                                                               \
        PYTHON_API_SCENE;                                                                                    \
        __VA_ARGS__                                                                                          \
      });                                                                                                    \
    }                                                                                                        \
  }
#define QUERY(python, out, ...)                                                                              \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] {                                                                      \
      return parameter([](scene const& all) {                                                                \
        PYTHON_API_SCENE;                                                                                    \
        all.show(__VA_ARGS__);                                                                               \
      });                                                                                                    \
    }                                                                                                        \
  }
#define KERNEL(python, out, ...)                                                                             \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] { return one_line(eg::compile(__VA_ARGS__).metal_source()); }          \
  }
#define NONE(python, why)                                                                                    \
  row {                                                                                                      \
    python, {}, {}, why, nullptr                                                                             \
  }

} // namespace python_api
