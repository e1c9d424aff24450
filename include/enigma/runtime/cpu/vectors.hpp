// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <utility>

#include <enigma/codegen/op_table.hpp>
#include <enigma/runtime/cpu/machine.hpp>

// Operations that see all lanes of a vector of one thread at once. What they compute is the evaluation rule
// of their row; here are the loops over the 32 threads of a chunk.

namespace enigma::detail::cpu {

/// One operand, or the result, of such an operation for the 32 threads: one array for each lane.
template <class A>
struct threads_of {
  static A read(void const* from, std::uint32_t thread) { return static_cast<A const*>(from)[thread]; }
  static void write(void* to, std::uint32_t thread, A x) { static_cast<A*>(to)[thread] = x; }
};
template <class T, int N>
struct threads_of<short_vector<T, N>> {
  static short_vector<T, N> read(void const* from, std::uint32_t thread) {
    short_vector<T, N> x;
    for (std::uint32_t lane = 0; lane < N; ++lane)
      x.at[lane] = static_cast<T const*>(from)[lane * chunk + thread];
    return x;
  }
  static void write(void* to, std::uint32_t thread, short_vector<T, N> const& x) {
    for (std::uint32_t lane = 0; lane < N; ++lane)
      static_cast<T*>(to)[lane * chunk + thread] = x.at[lane];
  }
};

/// Rule on the 32 threads of a chunk.
template <class Rule, class... A>
void on_vectors(void* out, void const* const* in) {
  using R = decltype(Rule{}(A{}...));
  [&]<std::size_t... Is>(std::index_sequence<Is...>) {
    for (std::uint32_t thread = 0; thread < chunk; ++thread)
      threads_of<R>::write(out, thread, Rule{}(threads_of<A>::read(in[Is], thread)...));
  }(std::index_sequence_for<A...>{});
}

/// One element of a matrix, of the 32 threads.
struct elements_of_threads {
  f32 at[chunk];

  friend elements_of_threads operator+(elements_of_threads const& a, elements_of_threads const& b) {
    return each(a, b, [](f32 x, f32 y) { return x + y; });
  }
  friend elements_of_threads operator-(elements_of_threads const& a, elements_of_threads const& b) {
    return each(a, b, [](f32 x, f32 y) { return x - y; });
  }
  friend elements_of_threads operator*(elements_of_threads const& a, elements_of_threads const& b) {
    return each(a, b, [](f32 x, f32 y) { return x * y; });
  }

private:
  template <class F>
  static elements_of_threads each(elements_of_threads const& a, elements_of_threads const& b, F f) {
    elements_of_threads r;
    for (std::uint32_t i = 0; i < chunk; ++i)
      r.at[i] = f(a.at[i], b.at[i]);
    return r;
  }
};

/// A rule of matrices on the 32 threads of a chunk; the third operand is the shape.
template <class Rule>
void on_matrices(void* out, void const* const* in) {
  using X = elements_of_threads;
  Rule{}(*static_cast<matrix_shape const*>(in[2]), static_cast<X*>(out), static_cast<X const*>(in[0]),
         static_cast<X const*>(in[1]));
}

/// The functions of one row for vectors of 2, 3 and 4 lanes; null where it does not take them.
struct vector_functions {
  chunk_function by_lanes[3] = {};
};

template <op Code, int Lanes>
constexpr chunk_function vector_function_of() {
  constexpr op_info const& row = infos.rows[static_cast<int>(Code)];
  using Rule = detail::row<Code>;
  if constexpr (is_of_matrices(row)) {
    return Lanes == 2 ? &on_matrices<Rule> : nullptr; // one for all shapes
  } else if constexpr (!is_of_whole_vectors(row) || (row.lanes != 0 && row.lanes != Lanes)) {
    return nullptr;
  } else {
    using V = short_vector<std::conditional_t<row.domain == takes::boolean, bool, f32>, Lanes>;
    if constexpr (row.signature == signature::unpacks)
      return &on_vectors<Rule, u32>;
    else if constexpr (row.signature == signature::vectors_and_ratio)
      return &on_vectors<Rule, V, V, f32>;
    else if constexpr (row.operands == 1)
      return &on_vectors<Rule, V>;
    else if constexpr (row.operands == 2)
      return &on_vectors<Rule, V, V>;
    else
      return &on_vectors<Rule, V, V, V>;
  }
}

/// The functions of all rows.
struct vector_table {
  vector_functions rows[static_cast<int>(op::count_)];

  chunk_function find(op code, int lanes) const {
    return lanes < 2 ? nullptr : rows[static_cast<int>(code)].by_lanes[lanes - 2];
  }
};

template <int... Codes>
constexpr vector_table tabulate_vectors(std::integer_sequence<int, Codes...>) {
  return {{{{vector_function_of<op(Codes), 2>(), vector_function_of<op(Codes), 3>(),
             vector_function_of<op(Codes), 4>()}}...}};
}

/// One step: lanes are gathered, as what the rule computes with, and the result's put back. in_lanes says how
/// many an operand has; imm and element tell the size of what lies in the registers.
inline void whole_vectors(machine& m, step const& s) {
  alignas(64) std::byte gathered[3][16 * chunk * 4];
  alignas(64) std::byte result[16 * chunk * 4];
  std::size_t const in_bytes = chunk * (s.widen != nullptr ? 4 : static_cast<std::size_t>(s.imm));
  std::size_t const out_bytes =
      chunk * (s.narrow != nullptr ? 4 : static_cast<std::size_t>(info(s.element).bytes));
  for (std::uint32_t k = m.first(s); k < m.past(s); ++k) {
    void const* in[3] = {nullptr, nullptr, &s.shape};
    for (std::uint32_t o = 0; o < 3 && s.in_lanes[o] != 0; ++o) {
      for (std::uint32_t c = 0; c < s.in_lanes[o]; ++c) {
        void const* const from = m.at<void const>(s.in[o], c, k);
        if (s.widen != nullptr)
          s.widen(gathered[o] + c * in_bytes, &from);
        else
          std::memcpy(gathered[o] + c * in_bytes, from, in_bytes);
      }
      in[o] = gathered[o];
    }
    s.function(result, in);
    for (std::uint32_t c = 0; c < s.components; ++c) {
      void* const to = m.at<void>(s.out, c, k);
      void const* const from = result + c * out_bytes;
      if (s.narrow != nullptr)
        s.narrow(to, &from);
      else
        std::memcpy(to, from, out_bytes);
    }
  }
}

} // namespace enigma::detail::cpu
