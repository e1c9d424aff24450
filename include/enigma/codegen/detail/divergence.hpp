// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/detail/uniformity.hpp>
#include <enigma/codegen/passes/fold.hpp>

// A barrier that some threads of a threadgroup do not reach has no meaning. What comes before it while
// tracing often proves that: here conditions are computed for a few threads, and where two of them part the
// barrier is refused. What depends on a load, an argument or a variable that has changed is left to the
// executor.

namespace enigma::detail {

/// A number that is known, if it is.
struct folded {
  bool known = false;
  std::int64_t number = 0;
};

/// A region that is open at the end of the code, or an if_ that a thread has left its loop in.
struct gate {
  value_id opener = no_value;
  value_id part = no_value; // what of the region runs: the opener itself, its else_ or its test
  bool left = false;        // the if_ around a break_, which `part` is
};

/// How one gate looks to one thread: how often it is passed, 0 or 1 but for loops that count.
struct passage {
  bool known = false;
  std::int64_t times = 0;
};

class divergence {
public:
  /// Grid and block may be open. Then a block of 32 threads stands for all, and the first threadgroup for
  /// the others.
  constexpr divergence(instruction const* code, extent3 grid, extent3 block,
                       growing<value_id> const& asserted, growing<value_name> const& names)
      : code_{code}
      , grid_{grid}
      , block_{block.is_open() ? extent3(32) : block}
      , open_block_{block.is_open()}
      , asserted_{asserted}
      , names_{names} {}

  /// Refuses an operation that is about to be recorded behind these gates, from the outermost on, if threads
  /// that need to come together do not. `what` is the operation.
  constexpr void check(char const* kernel, char const* what, bool simdgroup, growing<gate> const& gates) {
    bool all = true;
    for (gate const& g : gates)
      all = all && is_uniform(g);
    if (all)
      return;
    auto const threads = static_cast<std::uint32_t>(block_.volume());
    growing<std::uint32_t> landmarks;
    for (gate const& g : gates)
      find_landmarks(condition_of(g), landmarks, 12);
    for (std::uint32_t last = 0; last < (grid_.is_open() ? 1u : 2u); ++last) {
      group_[0] = last * (grid_.x - 1), group_[1] = last * (grid_.y - 1), group_[2] = last * (grid_.z - 1);
      if (!simdgroup) {
        check_some(kernel, what, 0, threads, landmarks, gates);
        continue;
      }
      check_some(kernel, what, 0, 32, landmarks, gates);
      for (std::uint32_t const mark : landmarks)
        if (mark / 32 != 0)
          check_some(kernel, what, mark / 32 * 32, 32, landmarks, gates);
    }
  }

private:
  static constexpr int patience = 60; // instructions of one condition

  constexpr bool is_asserted(value_id id) const {
    for (value_id const a : asserted_)
      if (a == id)
        return true;
    return false;
  }

  // ---- Without numbers ----------------------------------------------------------------------------

  constexpr bool is_uniform(value_id id, int& left) const {
    instruction const& it = code_[id];
    if (it.code <= op::query)
      return is_uniform_leaf(it);
    if (is_asserted(id))
      return true;
    if (!is_uniform_of_uniform(it.code) || --left < 0)
      return false;
    for (value_id const o : it.operands)
      if (o != no_value && !is_uniform(o, left))
        return false;
    return true;
  }
  constexpr bool is_uniform(gate const& g) const {
    int left = patience;
    value_id const c = condition_of(g);
    return c == no_value || is_uniform(c, left);
  }
  /// The for_ itself for loops that count; nothing where no thread is turned away.
  constexpr value_id condition_of(gate const& g) const {
    if (code_[g.opener].code == op::for_)
      return g.opener;
    if (code_[g.opener].code == op::while_)
      return g.part == g.opener ? no_value : code_[g.part].operands[0];
    return code_[g.opener].operands[0];
  }

  // ---- With the numbers of one thread -------------------------------------------------------------

  constexpr std::uint32_t along(int axis, std::uint32_t thread) const {
    return axis == 0   ? thread % block_.x
           : axis == 1 ? thread / block_.x % block_.y
                       : thread / block_.x / block_.y;
  }
  static constexpr std::uint32_t axis_of_size(extent3 const& e, int axis) {
    return axis == 0 ? e.x : axis == 1 ? e.y : e.z;
  }

  constexpr folded position(instruction const& it, std::uint32_t thread) const {
    int const axis = axis_of(it);
    std::uint32_t const size = axis_of_size(block_, axis), groups = axis_of_size(grid_, axis);
    auto const threads = static_cast<std::int64_t>(block_.volume());
    switch (query_of(it)) {
    case query::thread_position_in_threadgroup:
      return {true, along(axis, thread)};
    case query::thread_position_in_grid:
      return {true, std::int64_t{group_[axis]} * size + along(axis, thread)};
    case query::threadgroup_position_in_grid:
      return {true, group_[axis]};
    case query::threads_per_threadgroup:
      return {true, size};
    case query::threads_per_grid:
      return {!grid_.is_open(), std::int64_t{groups} * size};
    case query::threadgroups_per_grid:
      return {!grid_.is_open(), groups};
    case query::thread_index_in_threadgroup:
      return {true, thread};
    case query::thread_index_in_simdgroup:
      return {true, thread % 32};
    case query::simdgroup_index_in_threadgroup:
      return {true, thread / 32};
    case query::threads_per_simdgroup:
      return {true, 32};
    case query::simdgroups_per_threadgroup:
      return {true, (threads + 31) / 32};
    default:
      return {};
    }
  }

  /// The value as it is when the thread comes to the end of the code for the first time; so loops are in
  /// their first pass, and variables that nothing has set hold what they began with.
  constexpr folded value(value_id id, std::uint32_t thread, int& left) const {
    instruction const& it = code_[id];
    bool const number = it.type.is_scalar() && !it.type.is_floating();
    if (!number || --left < 0 || is_asserted(id))
      return {};
    switch (it.code) {
    case op::constant:
      return {true, it.imm};
    case op::query: {
      folded const p = position(it, thread);
      return {p.known, integer_bits(it.type.element, p.number)};
    }
    case op::for_:
      return value(it.operands[0], thread, left);
    case op::get:
      for (std::size_t i = it.operands[0] + std::size_t{1}; i < id; ++i)
        if ((code_[i].code == op::set && code_[i].operands[0] == it.operands[0]) ||
            (code_[i].code == op::atomic_compare_exchange_weak && code_[i].operands[1] == it.operands[0]))
          return {};
      return value(code_[it.operands[0]].operands[0], thread, left);
    default:
      return info(it.code).pure && it.code > op::query ? computed(it, thread, left) : folded{};
    }
  }

  constexpr folded computed(instruction const& it, std::uint32_t thread, int& left) const {
    folded const x = value(it.operands[0], thread, left);
    if (it.operands[1] == no_value) {
      return x.known ? folded_from(it, x.number, 0) : folded{};
    }
    if (it.code == op::logical_and || it.code == op::logical_or) {
      std::int64_t const decides = it.code == op::logical_or ? 1 : 0;
      if (x.known && x.number == decides)
        return x;
      folded const y = value(it.operands[1], thread, left);
      return {y.known && (x.known || y.number == decides), y.number};
    }
    folded const y = value(it.operands[1], thread, left);
    if (it.code == op::select) {
      folded const chooses = value(it.operands[2], thread, left);
      folded const chosen = chooses.number != 0 ? y : x;
      return {chooses.known && chosen.known, chosen.number};
    }
    return x.known && y.known ? folded_from(it, x.number, y.number) : folded{};
  }
  /// Of integers and bools.
  constexpr folded folded_from(instruction const& it, std::int64_t x, std::int64_t y) const {
    std::int64_t const bits[] = {x, y};
    type const from = code_[it.operands[0]].type;
    bool const known = !from.is_floating() && info(it.code).operands <= 2;
    folded_constant const f =
        known ? fold_constants(it.code, it.type, from.element, bits) : folded_constant{};
    return {f.known, f.bits};
  }

  constexpr passage pass(gate const& g, std::uint32_t thread) const {
    value_id const condition = condition_of(g);
    if (condition == no_value)
      return {true, 1};
    int left = patience;
    instruction const& opener = code_[g.opener];
    if (opener.code != op::for_) {
      folded const holds = value(condition, thread, left);
      bool const wanted = opener.code == op::while_ || g.left != (g.part == g.opener);
      return {holds.known, (holds.number != 0) == wanted ? 1 : 0};
    }
    folded const low = value(opener.operands[0], thread, left),
                 high = value(opener.operands[1], thread, left),
                 step = value(opener.operands[2], thread, left);
    if (!low.known || !high.known || !step.known)
      return {};
    element_kind const kind = opener.type.element;
    std::int64_t const from = integer_value(kind, low.number), to = integer_value(kind, high.number),
                       by = integer_value(kind, step.number);
    constexpr std::int64_t large = std::int64_t{1} << 40;
    if (from < -large || from > large || to < -large || to > large || by < 1)
      return {};
    return {true, from < to ? (to - from + by - 1) / by : 0};
  }

  // ---- Two threads that part ----------------------------------------------------------------------

  /// Numbers that threads may be compared with.
  constexpr void find_landmarks(value_id id, growing<std::uint32_t>& marks, int depth) const {
    if (id == no_value || depth == 0 || marks.size() > 8)
      return;
    instruction const& it = code_[id];
    if (it.code == op::constant) {
      if (it.type.is_integer() && it.type.is_scalar() && it.imm > 0 && it.imm < 1024)
        marks.push_back(static_cast<std::uint32_t>(it.imm));
    } else if (it.code > op::query && info(it.code).pure) {
      for (value_id const o : it.operands)
        find_landmarks(o, marks, depth - 1);
    }
  }

  constexpr void add(growing<std::uint32_t>& some, std::uint32_t thread, std::uint32_t first,
                     std::uint32_t past) const {
    if (thread >= first && thread < past && thread < block_.volume())
      some.push_back(thread);
  }

  constexpr void check_some(char const* kernel, char const* what, std::uint32_t first, std::uint32_t count,
                            growing<std::uint32_t> const& landmarks, growing<gate> const& gates) const {
    growing<std::uint32_t> some;
    std::uint32_t const past = first + count;
    for (std::uint32_t const n : {0u, 1u, 16u, 31u, 32u, count / 2, count - 1})
      add(some, first + n, first, past);
    for (std::uint32_t const mark : landmarks)
      for (std::uint32_t const n : {mark - 1, mark, mark + 1})
        add(some, n, first, past);
    if (some.empty())
      return;
    for (gate const& g : gates) {
      passage const of_first = pass(g, some[0]);
      bool known = of_first.known;
      for (std::size_t k = 1; k < some.size() && known; ++k) {
        passage const other = pass(g, some[k]);
        known = other.known;
        if (known && other.times != of_first.times)
          not_all_threads_come_there(kernel, what, g, some[0], of_first.times, some[k], other.times);
      }
      if (known ? of_first.times == 0 : !is_uniform(g))
        return; // nobody comes; or who does is not known
    }
  }

  // ---- In words -------------------------------------------------------------------------------------

  constexpr void put_thread(sentence& words, std::uint32_t thread) const {
    words << '(';
    for (int axis = 0; axis < 3; ++axis) {
      std::int64_t const base = std::int64_t{group_[axis]} * axis_of_size(block_, axis);
      words << base + along(axis, thread) << (axis < 2 ? ',' : ')');
    }
  }

  constexpr void put_expression(sentence& words, value_id id, int depth) const {
    for (value_name const& n : names_)
      if (n.value == id) {
        words << n.name;
        return;
      }
    instruction const& it = code_[id];
    op_info const& row = info(it.code);
    if (it.code == op::query) {
      words << info(query_of(it)).attribute;
      if (info(query_of(it)).has_axes)
        words << '.' << "xyz"[axis_of(it)];
    } else if (it.code == op::constant && it.type.is_boolean()) {
      words << (it.imm != 0 ? "true" : "false");
    } else if (it.code == op::constant && it.type.is_integer()) {
      words << integer_value(it.type.element, it.imm);
    } else if (it.code == op::for_) {
      words << "the loop's value";
    } else if (it.code == op::get) {
      put_expression(words, it.operands[0], 1);
    } else if (depth == 0 || row.form == syntax::special) {
      words << (it.code == op::declare ? "a variable" : "...");
    } else if (row.form == syntax::infix) {
      put_operand(words, it.operands[0], depth);
      words << ' ' << row.msl << ' ';
      put_operand(words, it.operands[1], depth);
    } else {
      words << row.msl << (row.form == syntax::call ? "(" : "");
      for (int k = 0; k < row.operands; ++k) {
        if (k != 0)
          words << ", ";
        put_operand(words, it.operands[k], depth);
      }
      words << (row.form == syntax::call ? ")" : "");
    }
  }
  constexpr void put_operand(sentence& words, value_id id, int depth) const {
    bool const parentheses = info(code_[id].code).form == syntax::infix && depth > 1;
    words << (parentheses ? "(" : "");
    put_expression(words, id, depth - 1);
    words << (parentheses ? ")" : "");
  }

  [[noreturn]] constexpr void not_all_threads_come_there(char const* kernel, char const* what, gate const& g,
                                                         std::uint32_t a, std::int64_t times_a,
                                                         std::uint32_t b, std::int64_t times_b) const {
    sentence words("kernel ");
    words << kernel << ": " << what << " stands ";
    if (code_[g.opener].code == op::for_) {
      words << "in a for_range that thread ";
      put_thread(words, a);
      words << " runs " << times_a << " times and thread ";
      put_thread(words, b);
      words << " " << times_b << " times";
    } else {
      words << (g.left                               ? "behind a break_ for "
                : code_[g.opener].code == op::while_ ? "in a while_ of "
                : g.part != g.opener                 ? "in the else_ of "
                                                     : "in an if_ of ");
      put_expression(words, condition_of(g), 4);
      words << ": thread ";
      put_thread(words, times_a != 0 ? a : b);
      words << " comes there, thread ";
      put_thread(words, times_a != 0 ? b : a);
      words << " does not";
    }
    if (open_block_)
      words << " (in a block of 32 threads)";
    words << "; move it out, or promise with uniform(...) that the condition is equal in all threads";
    refused(words.lines());
  }

  instruction const* code_;
  extent3 grid_, block_;
  bool open_block_;
  growing<value_id> const& asserted_;
  growing<value_name> const& names_;
  std::uint32_t group_[3]{};
};

} // namespace enigma::detail
