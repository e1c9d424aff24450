// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstring>
#include <utility>

#include <enigma/codegen/op_table.hpp>
#include <enigma/runtime/cpu/machine.hpp>
#include <enigma/runtime/cpu/vectors.hpp>

// Operations that work on each thread by itself. What they compute is the evaluation rule of their row in the
// op table; here are only the loops, over the 32 threads of a chunk. They run on inactive threads too, which
// is harmless: no rule traps.
//
// Rules know the types of a machine: bool, i32, u32, i64, u64 and f32. Values of other types are widened to
// one of these, and the result narrowed; only rows that are by_width or by_lane_width
// have a loop for every type.

namespace enigma::detail::cpu {

/// What the register of an element type is computed as.
template <class T>
using computed_as = std::conditional_t<std::is_same_v<T, f16> || std::is_same_v<T, bf16>, f32,
                                       std::conditional_t<std::is_same_v<T, bool> || (sizeof(T) >= 4), T,
                                                          std::conditional_t<std::is_signed_v<T>, i32, u32>>>;

constexpr element_kind computed_kind(element_kind k) {
  switch (k) {
  case element_kind::int8:
  case element_kind::int16:
    return element_kind::int32;
  case element_kind::uint8:
  case element_kind::uint16:
    return element_kind::uint32;
  case element_kind::float16:
  case element_kind::bfloat16:
    return element_kind::float32;
  default:
    return k;
  }
}

// The loops stand in functions of their own because there __restrict is honoured by every compiler.
template <class Rule, class R, class... A>
inline void each(R* __restrict out, A const* __restrict... in) {
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = Rule{}(in[i]...);
}
template <class Rule, class... A, std::size_t... Is>
inline void each_of(void* out, void const* const* in, std::index_sequence<Is...>) {
  using R = decltype(Rule{}(A{}...));
  each<Rule>(static_cast<R*>(out), static_cast<A const*>(in[Is])...);
}
/// Rule on the 32 threads of a chunk.
template <class Rule, class... A>
void on_chunk(void* out, void const* const* in) {
  each_of<Rule, A...>(out, in, std::index_sequence_for<A...>{});
}

template <class To>
struct convert_rule {
  template <class From>
  constexpr To operator()(From x) const {
    return converted<To>(x);
  }
};

/// One step by a function of the table; operands that are narrow are widened before, the result narrowed
/// after.
inline void lanewise(machine& m, step const& s) {
  std::uint32_t const first = m.first(s), past = m.past(s);
  chunk_function const run = s.function;
  if (s.widen == nullptr) {
    for (std::uint32_t c = 0; c < s.components; ++c) {
      std::byte* out = m.at<std::byte>(s.out, c, first);
      std::byte const* at[4];
      for (int o = 0; o < 4; ++o)
        at[o] = m.at<std::byte const>(s.in[o], c, first);
      for (std::uint32_t k = first; k < past; ++k) {
        void const* const in[4] = {at[0], at[1], at[2], at[3]};
        run(out, in);
        out += s.out.per_chunk;
        for (int o = 0; o < 4; ++o)
          at[o] += s.in[o].per_chunk;
      }
    }
    return;
  }
  alignas(64) std::byte wide[5][chunk * 8];
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = first; k < past; ++k) {
      void const* in[4];
      for (std::uint32_t o = 0; o < 4; ++o) {
        in[o] = m.at<void const>(s.in[o], c, k);
        if ((s.widened >> o & 1u) != 0) {
          s.widen(wide[o], in + o);
          in[o] = wide[o];
        }
      }
      void* const out = m.at<void>(s.out, c, k);
      if (s.narrow == nullptr) {
        run(out, in);
      } else {
        run(wide[4], in);
        void const* const result = wide[4];
        s.narrow(out, &result);
      }
    }
}

/// The functions of one row, by element type; null where the row does not take that type, or takes it as
/// another.
struct row_functions {
  chunk_function by_element[element_kinds] = {};
};

template <op Code, class T>
constexpr chunk_function function_of() {
  constexpr op_info const& row = infos.rows[static_cast<int>(Code)];
  using Rule = detail::row<Code>;
  if constexpr (row.code == op::select)
    return std::is_same_v<computed_as<T>, T> ? &on_chunk<Rule, T, T, bool> : nullptr;
  else if constexpr (std::is_base_of_v<rows::no_rule, Rule> || is_of_whole_vectors(row) ||
                     !row_takes(row.domain, element_traits<T>::kind) ||
                     !(row.by_width || row.by_lane_width || std::is_same_v<computed_as<T>, T>))
    return nullptr;
  else if constexpr (row.signature == signature::exponent)
    return &on_chunk<Rule, T, i32>;
  else if constexpr (row.signature == signature::bits && row.operands == 3)
    return &on_chunk<Rule, T, u32, u32>;
  else if constexpr (row.signature == signature::bits)
    return &on_chunk<Rule, T, T, u32, u32>;
  else if constexpr (row.operands == 1)
    return &on_chunk<Rule, T>;
  else if constexpr (row.operands == 2)
    return &on_chunk<Rule, T, T>;
  else
    return &on_chunk<Rule, T, T, T>;
}

/// f<T...> for the element types in the order of element_kind.
template <class F>
constexpr auto for_element_types(F f) {
  return f.template operator()<bool, i8, u8, i16, u16, i32, u32, i64, u64, f16, bf16, f32>();
}

/// The functions of all rows.
struct row_table {
  row_functions rows[static_cast<int>(op::count_)];
};

template <op Code>
constexpr row_functions functions_of() {
  return for_element_types([]<class... T>() { return row_functions{{function_of<Code, T>()...}}; });
}
template <int... Codes>
constexpr row_table tabulate(std::integer_sequence<int, Codes...>) {
  return {{functions_of<op(Codes)>()...}};
}

template <class From>
constexpr row_functions conversions_from() {
  return for_element_types([]<class... To>() {
    // From what is computed with to that; and between each type and what it is computed as.
    auto const one = []<class T>() -> chunk_function {
      if constexpr ((std::is_same_v<computed_as<T>, T> && std::is_same_v<computed_as<From>, From>) ||
                    std::is_same_v<computed_as<T>, From> || std::is_same_v<computed_as<From>, T>)
        return &on_chunk<convert_rule<T>, From>;
      else
        return nullptr;
    };
    return row_functions { {one.template operator()<To>()...} };
  });
}

/// The functions of all operations that work lane by lane.
struct function_tables {
  row_table lanewise;
  row_functions conversions[element_kinds]; // by element type of the operand, then of the result
  vector_table whole;

  chunk_function conversion(element_kind from, element_kind to) const {
    return conversions[static_cast<int>(from)].by_element[static_cast<int>(to)];
  }
  chunk_function find(op code, element_kind element) const {
    return lanewise.rows[static_cast<int>(code)].by_element[static_cast<int>(element)];
  }

  /// Sets the functions of a step for operands of element type `from` and a result of `to`; false if there is
  /// none. lanes: of the operation.
  bool choose(step& s, op code, element_kind from, element_kind to, int lanes = 1) const {
    op_info const& row = info(code);
    element_kind const as = row.by_width || (row.by_lane_width && lanes > 1) ? from : computed_kind(from);
    if (as != from) {
      s.widen = conversion(from, as);
      int const same = row.signature == signature::exponent || code == op::convert ? 1
                       : code == op::select                                        ? 2
                                                                                   : row.operands;
      s.widened = static_cast<std::uint8_t>((1 << same) - 1);
    }
    if (code == op::convert) {
      element_kind const result = computed_kind(to);
      s.function = conversion(as, result);
      if (result != to) {
        s.narrow = conversion(result, to);
        if (s.widen == nullptr) { // widening is what leads through the other buffer
          s.widen = s.function;
          s.widened = 0;
        }
      }
      return s.function != nullptr;
    }
    if (as != from && to == from)
      s.narrow = conversion(as, from);
    s.function = find(code, as);
    return s.function != nullptr;
  }
};

// A template, and handed down from the constructor of the runtime, which is one too: so only a program that
// makes a runtime pays for compiling some three hundred loops, not everyone who includes the header.
template <class Tag>
inline constexpr auto all_codes = std::make_integer_sequence<int, static_cast<int>(op::count_)>{};
template <class Tag>
inline constexpr function_tables all_functions = for_element_types([]<class... From>() {
  return function_tables{
      tabulate(all_codes<Tag>), {conversions_from<From>()...}, tabulate_vectors(all_codes<Tag>)};
});

} // namespace enigma::detail::cpu
