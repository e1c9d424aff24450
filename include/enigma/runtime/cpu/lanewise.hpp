// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstring>
#include <utility>

#include <enigma/codegen/op_table.hpp>
#include <enigma/runtime/cpu/machine.hpp>

// Operations that work on each thread by itself. What they compute is the evaluation rule of their row in the
// op table; here are only the loops. They run on inactive threads too, which is harmless: no rule traps.

namespace enigma::detail::cpu {

// The loops stand in functions of their own because there __restrict is honoured by every compiler.
template <class Rule, class R, class A>
inline void each(R* __restrict out, A const* __restrict a) {
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = Rule{}(a[i]);
}
template <class Rule, class R, class A>
inline void each(R* __restrict out, A const* __restrict a, A const* __restrict b) {
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = Rule{}(a[i], b[i]);
}
template <class Rule, class R, class A, class C>
inline void each(R* __restrict out, A const* __restrict a, A const* __restrict b, C const* __restrict c) {
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = Rule{}(a[i], b[i], c[i]);
}

/// One step: Rule on `Operands` operands of element type T, the third one of type Third.
template <class Rule, class T, int Operands, class Third = T>
void lanewise(machine& m, step const& s) {
  std::uint32_t const first = m.first(s), past = m.past(s);
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = first; k < past; ++k)
      if constexpr (Operands == 1) {
        using R = decltype(Rule{}(T{}));
        each<Rule>(m.at<R>(s.out, c, k), m.at<T const>(s.in[0], c, k));
      } else if constexpr (Operands == 2) {
        using R = decltype(Rule{}(T{}, T{}));
        each<Rule>(m.at<R>(s.out, c, k), m.at<T const>(s.in[0], c, k), m.at<T const>(s.in[1], c, k));
      } else {
        using R = decltype(Rule{}(T{}, T{}, Third{}));
        each<Rule>(m.at<R>(s.out, c, k), m.at<T const>(s.in[0], c, k), m.at<T const>(s.in[1], c, k),
                   m.at<Third const>(s.in[2], c, k));
      }
}

template <class To>
struct convert_rule {
  template <class From>
  constexpr To operator()(From x) const {
    return converted<To>(x);
  }
};

/// Tree of a simdgroup: thread i takes in thread i + 16, then 8, 4, 2, 1; inactive threads take no part. All
/// active threads get the result.
template <class Rule, class T>
void across_simdgroup(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = f.begin; k < f.end; ++k) {
      T value[chunk];
      bool present[chunk];
      std::memcpy(value, m.at<T const>(s.in[0], c, k), sizeof value);
      for (std::uint32_t i = 0; i < chunk; ++i)
        present[i] = f.full || f.mask[k * chunk + i] != 0;
      for (std::uint32_t half = chunk / 2; half != 0; half /= 2)
        for (std::uint32_t i = 0; i < half; ++i) {
          if (present[i] && present[i + half])
            value[i] = Rule{}(value[i], value[i + half]);
          else if (present[i + half])
            value[i] = value[i + half];
          present[i] = present[i] || present[i + half];
        }
      T* const out = m.at<T>(s.out, c, k);
      for (std::uint32_t i = 0; i < chunk; ++i)
        out[i] = value[0];
    }
}

/// The functions of one row, by element type; null where the row does not take that type.
struct row_functions {
  step_function by_element[5] = {};
};

constexpr bool row_takes(takes domain, element_kind element) {
  bool const floating = element == element_kind::float16 || element == element_kind::float32;
  bool const integral = element == element_kind::int32 || element == element_kind::uint32;
  switch (domain) {
  case takes::numeric:
    return floating || integral;
  case takes::integral:
    return integral;
  case takes::floating:
    return floating;
  case takes::boolean:
    return element == element_kind::boolean;
  case takes::any:
    return true;
  case takes::special:
    break;
  }
  return false;
}

template <int Row, class Rule, class T>
constexpr step_function function_of() {
  constexpr op_info const& row = infos.rows[Row];
  constexpr bool crosses = row.code == op::simd_sum || row.code == op::simd_max;
  if constexpr (row.code == op::select)
    return &lanewise<Rule, T, 3, bool>;
  else if constexpr (row.code == op::convert)
    return nullptr; // from and to: see convert_functions
  else if constexpr (!row_takes(row.domain, element_traits<T>::kind) || std::is_same_v<Rule, no_rule>)
    return nullptr;
  else if constexpr (crosses)
    return &across_simdgroup<Rule, T>;
  else
    return &lanewise<Rule, T, row.operands>;
}

/// The functions of all rows.
struct row_table {
  row_functions rows[static_cast<int>(op::count_)];
};

/// A visitor of the op table that makes them. Tag: see all_functions.
template <class Tag>
struct tabulate {

  template <class... Rules>
  constexpr row_table operator()(row<Rules> const&...) const {
    return fill<Rules...>(std::make_integer_sequence<int, static_cast<int>(sizeof...(Rules))>{});
  }

  template <class... Rules, int... Rows>
  static constexpr row_table fill(std::integer_sequence<int, Rows...>) {
    return {
        {{{function_of<Rows, Rules, bool>(), function_of<Rows, Rules, i32>(), function_of<Rows, Rules, u32>(),
           function_of<Rows, Rules, f16>(), function_of<Rows, Rules, f32>()}}...}};
  }
};

template <class From>
constexpr row_functions conversions_from() {
  return {{&lanewise<convert_rule<bool>, From, 1>, &lanewise<convert_rule<i32>, From, 1>,
           &lanewise<convert_rule<u32>, From, 1>, &lanewise<convert_rule<f16>, From, 1>,
           &lanewise<convert_rule<f32>, From, 1>}};
}

/// The functions of all operations that work lane by lane.
struct function_tables {
  row_table lanewise;
  row_functions conversions[5]; // by element type of the operand, then of the result

  step_function find(op code, element_kind from, element_kind to) const {
    row_functions const& row =
        code == op::convert ? conversions[static_cast<int>(from)] : lanewise.rows[static_cast<int>(code)];
    return row.by_element[static_cast<int>(code == op::convert ? to : from)];
  }
};

// A template, and handed down from the constructor of the runtime, which is one too: so only a program that
// makes a runtime pays for compiling some two hundred loops, not everyone who includes the header.
template <class Tag>
inline constexpr function_tables all_functions{with_rows(tabulate<Tag>{}),
                                               {conversions_from<bool>(), conversions_from<i32>(),
                                                conversions_from<u32>(), conversions_from<f16>(),
                                                conversions_from<f32>()}};

} // namespace enigma::detail::cpu
