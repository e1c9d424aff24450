// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/detail/matrix_shapes.hpp>
#include <enigma/codegen/ir.hpp>

// Whether a kernel's intermediate representation is well formed. Everything that reads it (the emitters, the
// passes, the executor) takes these rules for granted; the executor asks first, and tests ask after each
// pass.

namespace enigma {

/// What is wrong with a kernel: the instruction, and why. `words` is null where nothing is wrong; `at` is the
/// number of instructions where no single one is to blame.
struct ir_complaint {
  std::size_t at = 0;
  char const* words = nullptr;

  constexpr bool empty() const { return words == nullptr; }
};

namespace detail {

/// Goes over the instructions once, in order, and stops at the first that is wrong.
class ir_verifier {
public:
  constexpr explicit ir_verifier(kernel_ir const& kernel)
      : kernel_{kernel}
      , code_{kernel.code.data()}
      , size_{kernel.code.size()}
      , places_(size_) {}

  constexpr ir_complaint verify() {
    if (size_ >= no_value) {
      complain(size_, "it has too many instructions: the limit is 65534");
      return complaint_;
    }
    for (std::size_t p = 0; p < size_ && fine(); ++p)
      check(p);
    if (fine() && open_ != nowhere)
      complain(open_, "it has no end");
    if (fine() && kernel_.is_function && (size_ == 0 || code_[size_ - 1].code != op::return_))
      complain(size_, "the function does not end with return");
    for (value_name const& n : kernel_.names)
      if (n.value >= size_)
        complain(size_, "a name belongs to no instruction");
    return complaint_;
  }

private:
  static constexpr std::uint16_t nowhere = 0xffff;
  static constexpr type truth{element_kind::boolean, 1};

  /// Where an instruction stands, and for openers of regions how far they have come. Counted from 1; 0: not
  /// at all.
  struct place {
    std::uint16_t region = 0; // the opener around it
    std::uint16_t last = 0;   // openers: the part that was met last
    std::uint16_t middle = 0; // openers: else_ or test
    bool closed = false;      // openers: their end was met
  };

  static constexpr bool is_leaf(op code) { return code <= op::query; }
  static constexpr bool is_of_field(op code) { return code == op::load_field || code == op::store_field; }
  static constexpr bool is_index(type t) {
    return t.is_integer() && t == type{t.element, 1} && size_in_bytes(t.element) >= 4;
  }

  constexpr bool fine() const { return complaint_.empty(); }
  constexpr void complain(std::size_t p, char const* words) {
    if (fine())
      complaint_ = {p, words};
  }
  constexpr void need(bool holds, char const* words) {
    if (!holds)
      complain(here_, words);
  }

  constexpr void check(std::size_t p) {
    here_ = p;
    instruction const& i = code_[p];
    if (static_cast<int>(i.code) >= static_cast<int>(op::count_))
      return complain(p, "there is no such operation");
    op_info const& row = info(i.code);
    place_[p].region = open_ == nowhere ? std::uint16_t{0} : static_cast<std::uint16_t>(open_ + 1);
    bool const collects = i.code == op::make_vector || i.code == op::make_matrix;
    int const operands = is_call(i.code)         ? values_of_call(i)
                         : i.code == op::return_ ? (i.operands[0] == no_value ? 0 : 1)
                         : is_of_field(i.code)   ? row.operands + (element_of_field(i) == no_value ? 0 : 1)
                         : !collects             ? row.operands
                         : i.operands[1] == no_value ? 1 // every lane is that, or the diagonal
                         : i.code == op::make_vector ? i.type.lanes
                                                     : i.type.columns;
    if (!fine())
      return;
    for (int k = 0; k < 4; ++k)
      if (k < operands)
        check_operand(i.operands[k]);
      else
        need(i.operands[k] == no_value, "it has an operand too many");
    if (fine())
      check_types(i, row);
    if (fine())
      check_region(i);
  }

  // ---- Functions -----------------------------------------------------------------------------------

  /// How many values the called function takes.
  constexpr int values_of_call(instruction const& i) {
    call_detail const call = call_detail::from(i.imm);
    need(static_cast<std::size_t>(call.function) < kernel_.function_count, "there is no such function");
    int n = 0;
    if (fine())
      for (memory const& m : kernel_.functions[call.function].memories)
        n += m.space == memory_space::constant ? 1 : 0;
    need(n <= 4, "the function takes more than 4 values");
    return n;
  }
  constexpr void check_call(instruction const& i) {
    call_detail const call = call_detail::from(i.imm);
    kernel_ir const& function = kernel_.functions[call.function];
    need(function.is_function, "it calls a kernel");
    need(i.type == type_given_by(function), "the function gives another type");
    int value = 0, buffer = 0;
    for (memory const& m : function.memories) {
      if (m.space == memory_space::constant) {
        need(type_of_operand(i, value++) == m.value, "a value has another type than the function takes");
        continue;
      }
      int const mine = buffer < call_detail::most_memories ? call.memories[buffer++] : -1;
      bool const there = mine >= 0 && static_cast<std::size_t>(mine) < kernel_.memories.size();
      need(there && i.code == op::invoke, "a buffer is missing");
      if (!fine())
        return;
      memory const& handed = kernel_.memories[static_cast<std::size_t>(mine)];
      need(handed.element == m.element && handed.record == m.record && handed.space == m.space &&
               handed.atomic == m.atomic,
           "a buffer is of another kind than the function takes");
      need(handed.space != memory_space::device ||
               ((handed.may_load || !m.loaded) && (handed.may_store || !m.stored)),
           "the memory does not allow what the function does to it");
    }
  }

  constexpr void check_copy(instruction const& i) {
    call_detail const copy = call_detail::from(i.imm);
    std::size_t const count = kernel_.memories.size();
    auto const there = [&](int m) { return m >= 0 && static_cast<std::size_t>(m) < count; };
    need(there(copy.memories[0]) && there(copy.memories[1]), "a memory is missing");
    if (!fine())
      return;
    memory const &to = kernel_.memories[static_cast<std::size_t>(copy.memories[0])],
                 &from = kernel_.memories[static_cast<std::size_t>(copy.memories[1])];
    bool const loads = to.space == memory_space::threadgroup && from.space == memory_space::device;
    bool const stores = to.space == memory_space::device && from.space == memory_space::threadgroup;
    need((loads || stores) && to.element == from.element && !to.atomic && !from.atomic &&
             to.record == nullptr && from.record == nullptr,
         "the memories are not a buffer and threadgroup memory of one element type");
    need((to.space != memory_space::device || to.may_store) &&
             (from.space != memory_space::device || from.may_load),
         "the memory does not allow it");
    constexpr type word{element_kind::uint32, 1}, words{element_kind::uint32, 2};
    type const t = type_of_operand(i, 2);
    need((t == word || t == words) && type_of_operand(i, 0) == t && type_of_operand(i, 1) == t &&
             type_of_operand(i, 3) == word && i.type == word,
         "places and sizes are u32, or of rows two of them");
  }

  // ---- Structure -----------------------------------------------------------------------------------

  /// Operands are known where they are used: before, and in a region that is still open.
  constexpr void check_operand(value_id v) {
    if (v >= size_)
      return need(false, "an operand is missing");
    instruction const& d = code_[v];
    if (is_leaf(d.code))
      return;
    if (v >= here_)
      return need(false, "an operand is used before it is known");
    need(!d.type.is_void(), "an operand has no value");
    std::size_t const r = d.code == op::for_ ? v + std::size_t{1} : place_[v].region; // counted from 1
    if (r == 0)
      return;
    place const& region = place_[r - 1];
    need(!region.closed, "an operand is used outside the region that computes it");
    need(code_[r - 1].code != op::if_ || region.middle == 0 || v + 1 > region.middle,
         "an operand of the else branch is computed in the other branch");
  }

  constexpr void check_region(instruction const& i) {
    if (is_opener(i.code)) {
      open_ = here_;
      place_[here_].last = static_cast<std::uint16_t>(here_ + 1);
    } else if (i.code == op::else_) {
      need(open_ != nowhere && code_[open_].code == op::if_ && place_[open_].middle == 0,
           "it belongs to no if");
      next_part(true);
    } else if (i.code == op::test) {
      need(open_ != nowhere && code_[open_].code == op::while_ && place_[open_].middle == 0,
           "it belongs to no while");
      next_part(true);
    } else if (i.code == op::end) {
      need(open_ != nowhere, "nothing is open");
      if (!fine())
        return;
      if (code_[open_].code == op::while_ && place_[open_].middle == 0)
        complain(open_, "it has no test");
      next_part(false);
      need(i.imm == static_cast<std::int64_t>(open_), "the opener that it names is another");
      place_[open_].closed = true;
      std::uint16_t const around = place_[open_].region;
      place_[here_].region = static_cast<std::uint16_t>(open_ + 1);
      open_ = around == 0 ? nowhere : around - 1u;
    } else if (i.code == op::break_) {
      std::size_t r = open_;
      while (r != nowhere && code_[r].code == op::if_)
        r = place_[r].region == 0 ? nowhere : place_[r].region - 1u;
      need(r != nowhere, "it stands in no loop");
    }
  }
  /// else_, test or end: what the part before it says comes next.
  constexpr void next_part(bool middle) {
    if (!fine())
      return;
    place& region = place_[open_];
    if (code_[region.last - 1].imm != static_cast<std::int64_t>(here_))
      complain(region.last - 1u, "the part that it names as the next is another");
    region.last = static_cast<std::uint16_t>(here_ + 1);
    if (middle)
      region.middle = region.last;
  }

  // ---- Types ---------------------------------------------------------------------------------------

  constexpr type type_of_operand(instruction const& i, int k) const { return code_[i.operands[k]].type; }

  constexpr void check_types(instruction const& i, op_info const& row) {
    auto const t = [&](int k) { return type_of_operand(i, k); };
    if (i.type.is_simdgroup_matrix()) {
      need(i.type.lanes == 8 && i.type.is_floating() && keeps_simdgroup_matrices(i.code),
           "it gives no matrix of a simdgroup, or there is no such matrix");
    } else {
      need(i.type.lanes <= 4, "it has more than 4 lanes");
      need(i.type.columns == 1 || may_give_matrix(i.code, i.type),
           "it is no operation on matrices, or of no such matrix");
    }
    for (int k = 0; k < 4 && i.operands[k] != no_value; ++k)
      need(!t(k).is_simdgroup_matrix() || keeps_simdgroup_matrices(i.code),
           "it takes no matrix of a simdgroup");
    need(row.result != gives::nothing || i.type.is_void(), "it gives no value");
    need(row.result == gives::nothing || i.code == op::invoke || !i.type.is_void(), "it has no type");
    if (is_call(i.code))
      return check_call(i);
    if (i.code == op::argument || is_access(i.code))
      check_access(i);
    if (!fine())
      return;
    switch (i.code) {
    case op::constant:
      need((i.imm & ~all_bits(i.type.element)) == 0, "it has more bits than its type");
      break;
    case op::query:
      need(!kernel_.is_function, "positions are known in kernels alone");
      need(i.type == type{element_kind::uint32, 1} || i.type == type{element_kind::uint16, 1},
           "positions are u32 or u16");
      need(i.imm >= 0 && i.imm < 3 * static_cast<std::int64_t>(enigma::query::count_), "no such position");
      break;
    case op::load_if:
    case op::store_if:
      need(t(1) == truth, "the mask is not one bool");
      need(i.code == op::store_if || t(2) == i.type, "the value instead has another type");
      break;
    case op::simdgroup_load:
    case op::simdgroup_store:
      need(is_index(t(row.operands - 2)), "the elements per row are not one integer of 32 or 64 bits");
      need(code_[i.operands[row.operands - 1]].code == op::constant && t(row.operands - 1) == truth,
           "whether it is transposed is no constant");
      break;
    case op::simdgroup_fill:
    case op::simdgroup_diagonal:
    case op::simdgroup_of_elements:
      need(i.type.is_simdgroup_matrix(), "it is no matrix of a simdgroup");
      for (int k = 0; k < row.operands; ++k)
        need(t(k) == type{i.type.element, 1}, "an element has another type");
      break;
    case op::simdgroup_multiply:
    case op::simdgroup_multiply_accumulate:
      need(i.type.is_simdgroup_matrix() && t(0).is_simdgroup_matrix() && t(0) == t(1) &&
               (row.operands == 2 || t(2) == i.type) &&
               (i.type == t(0) || i.type.element == element_kind::float32),
           "there is no such product");
      break;
    case op::thread_element:
      need(t(0).is_simdgroup_matrix() && i.type == type{t(0).element, 1} && (i.imm == 0 || i.imm == 1),
           "there is no such element");
      break;
    case op::declare:
      need(t(0) == i.type, "the initial value has another type");
      break;
    case op::get:
    case op::set:
      need(code_[i.operands[0]].code == op::declare, "there is no such variable");
      need(i.code == op::get ? i.type == t(0) : t(0) == t(1), "the variable has another type");
      break;
    case op::for_:
      need(is_index(i.type), "the induction value is not one integer of 32 or 64 bits");
      need(t(0) == i.type && t(1) == i.type && t(2) == i.type, "its bounds have another type");
      break;
    case op::check:
      need(i.imm == check_is_uniform ? t(0).lanes == 1 : t(0) == truth, "the condition is not one bool");
      break;
    case op::if_:
    case op::test:
    case op::simd_all:
    case op::simd_any:
    case op::simd_ballot:
      need(t(0) == truth, "the condition is not one bool");
      break;
    case op::return_:
      need(kernel_.is_function && here_ + 1 == size_, "it is not the end of a function");
      break;
    case op::async_copy:
      check_copy(i);
      break;
    case op::async_wait:
      need(code_[i.operands[0]].code == op::async_copy, "there is no such copy");
      break;
    case op::barrier:
      need(i.imm >= 0 && i.imm <= (3 | simdgroup_barrier), "there is no such barrier");
      break;
    case op::select:
      need(t(0) == i.type && t(1) == i.type, "the values have another type");
      need(t(2).is_boolean() && (t(2).lanes == 1 || (t(2).lanes == i.type.lanes && i.type.columns == 1)),
           "the condition does not fit the values");
      break;
    case op::convert:
      need(t(0).lanes == i.type.lanes && t(0).columns == i.type.columns, "the number of lanes differs");
      break;
    case op::bitcast:
      need(t(0).lanes * size_in_bytes(t(0).element) == i.type.lanes * size_in_bytes(i.type.element) &&
               !i.type.is_boolean() && !t(0).is_boolean() && t(0).columns == 1,
           "the sizes differ");
      break;
    case op::make_vector:
      need(i.type.lanes >= 2, "it is no vector");
      for (int k = 0; k < 4 && i.operands[k] != no_value; ++k)
        need(t(k) == type{i.type.element, 1}, "an element has another type");
      break;
    case op::make_matrix: {
      bool const diagonal = i.operands[1] == no_value;
      for (int k = 0; k < 4 && i.operands[k] != no_value; ++k)
        need(t(k) == type{i.type.element, diagonal ? std::uint8_t{1} : i.type.lanes},
             diagonal ? "the diagonal has another type" : "a column has another type");
      break;
    }
    case op::extract:
      if (t(0).is_matrix())
        return need(i.imm >= 0 && i.imm < t(0).columns && i.type == type{t(0).element, t(0).lanes},
                    "there is no such column");
      need(i.imm >= 0 && i.imm < t(0).lanes && i.type == type{t(0).element, 1}, "there is no such lane");
      break;
    default:
      break;
    }
    if (is_atomic(i.code))
      check_atomic(i, row);
    else if (is_of_matrices(row))
      check_matrices(i, row);
    else if (is_of_whole_vectors(row))
      check_vectors(i, row);
    else if (row.domain != takes::special)
      check_row(i, row);
    if (is_group_function(i.code))
      check_group(i, row);
  }
  static constexpr bool keeps_simdgroup_matrices(op code) {
    return code == op::declare || code == op::get || code == op::set || code == op::simdgroup_store ||
           code == op::thread_element || makes_simdgroup_matrix(code);
  }
  static constexpr std::int64_t all_bits(element_kind k) {
    return k == element_kind::boolean ? 1
           : size_in_bytes(k) == 8    ? -1
                                      : (std::int64_t{1} << 8 * size_in_bytes(k)) - 1;
  }

  constexpr bool memory_is_there(instruction const& i) {
    bool const there = i.imm >= 0 && static_cast<std::uint64_t>(memory_of(i)) < kernel_.memories.size();
    need(there, "no such memory");
    return there;
  }
  constexpr void check_access(instruction const& i) {
    if (!memory_is_there(i))
      return;
    memory const& m = kernel_.memories[static_cast<std::size_t>(memory_of(i))];
    bool const stores = is_store(i.code);
    bool const of_matrix = i.code == op::simdgroup_load || i.code == op::simdgroup_store;
    bool const of_array = is_of_field(i.code) && element_of_field(i) != no_value;
    need((m.space == memory_space::constant || m.space == memory_space::function_constant) ==
                 (i.code == op::argument) ||
             (m.space == memory_space::constant && i.code == op::load_field && of_array),
         "the memory is of another kind");
    need(i.code == op::argument || is_of_field(i.code) == (m.record != nullptr),
         "the elements are of another kind");
    if (!fine())
      return;
    type const moved = stores ? type_of_operand(i, i.code == op::store_if ? 2 : 1) : i.type;
    if (m.record != nullptr) {
      need(field_of(i) < m.record->count && moved == m.record->fields[field_of(i)].type && !moved.is_void(),
           "the element has no such field");
      need(!fine() || of_array == (m.record->fields[field_of(i)].elements != 0),
           "an element is named of a field that is no array, or none of one that is");
      need(!of_array || is_index(type_of_operand(i, i.code == op::store_field ? 2 : 1)),
           "the element of an array is not one integer of 32 or 64 bits");
    } else {
      bool const fits = of_matrix ? moved.is_simdgroup_matrix() : moved.columns == 1;
      bool const words = moves_words(m, moved) && i.code != op::argument && !of_matrix;
      need(field_of(i) == 0 &&
               (m.value.is_void() ? (moved.element == m.element && moved.lanes >= 1 && fits) || words
                                  : moved == m.value),
           "the element type is not the memory's");
    }
    if (m.space == memory_space::device)
      need(stores ? m.may_store : m.may_load, "the memory does not allow it");
    need(!m.atomic, "the memory is atomic");
    if (i.code != op::argument)
      need(is_index(type_of_operand(i, 0)), "the index is not one integer of 32 or 64 bits");
  }

  constexpr void check_atomic(instruction const& i, op_info const& row) {
    if (!memory_is_there(i))
      return;
    memory const& m = kernel_.memories[static_cast<std::size_t>(i.imm)];
    type const element{m.element, 1};
    need(m.atomic && (m.space == memory_space::device || m.space == memory_space::threadgroup),
         "the memory is not atomic");
    need((m.may_load || i.code == op::atomic_store) && (m.may_store || i.code == op::atomic_load),
         "the memory does not allow it");
    need(is_index(type_of_operand(i, 0)), "the index is not one integer of 32 or 64 bits");
    need(is_atomic_of(i.code, m.element), "there is no such atomic of this type");
    need(m.space == memory_space::device || m.element != element_kind::float32,
         "atomics of f32 are in device memory alone");
    for (int k = 1; k < row.operands; ++k)
      need(type_of_operand(i, k) == element, "an operand is not one element");
    if (i.code == op::atomic_compare_exchange_weak) {
      need(code_[i.operands[1]].code == op::declare, "there is no such variable");
      need(i.type == truth, "the result is not one bool");
    } else {
      need(i.code == op::atomic_store || i.type == element, "the result is not one element");
    }
  }

  constexpr void check_vectors(instruction const& i, op_info const& row) {
    type const first = type_of_operand(i, 0), word{row.word, 1};
    bool const unpacks = row.signature == signature::unpacks;
    type const vector = unpacks ? i.type : first;
    need(row_takes(row.domain, vector.element), "the operation does not take this type");
    need(vector.is_vector() && vector.lanes <= 4 && (row.lanes == 0 || vector.lanes == row.lanes),
         "the operation does not take a vector of so many lanes");
    for (int k = 0; k < row.operands; ++k) {
      bool const ratio = row.signature == signature::vectors_and_ratio && k == row.operands - 1;
      need(type_of_operand(i, k) == (unpacks ? word
                                     : ratio ? type{vector.element, 1}
                                             : vector),
           "the operands have different types");
    }
    need(i.type == (row.result == gives::word      ? word
                    : row.result == gives::element ? type{vector.element, 1}
                                                   : vector),
         "the result has another type");
  }

  constexpr void check_matrices(instruction const& i, op_info const& row) {
    type const left = type_of_operand(i, 0), right = type_of_operand(i, row.operands - 1);
    bool const product = i.code == op::matrix_product;
    need(row_takes(row.domain, left.element), "the operation does not take this type");
    need(left.element == right.element && (left.is_matrix() || (product && left.is_vector())) &&
             (right.is_matrix() || (product && right.is_vector())) && (left.is_matrix() || right.is_matrix()),
         "an operand is no matrix of the element type");
    detail::matrix_shape const s = shape_of_result(i.code, left, right);
    need(s.inner != 0 && i.type == type_of_shape(s, left.element), "the shapes do not fit");
  }

  constexpr void check_row(instruction const& i, op_info const& row) {
    auto const t = [&](int k) { return type_of_operand(i, k); };
    element_kind const element = t(0).element;
    need(row_takes(row.domain, element), "the operation does not take this type");
    switch (row.result) {
    case gives::boolean:
      need(i.type.is_boolean(), "the result is not bool");
      break;
    case gives::int32:
      need(i.type.element == element_kind::int32, "the result is not i32");
      break;
    case gives::unsigned_:
      need(i.type.is_integer() && !info(i.type.element).is_signed &&
               size_in_bytes(i.type.element) == size_in_bytes(element),
           "the result is not the unsigned type of that width");
      break;
    default:
      need(i.type.element == element, "the result has another type");
    }
    for (int k = 0; k < row.operands; ++k) {
      element_kind wanted = element;
      if (row.signature == signature::exponent && k == 1)
        wanted = element_kind::int32;
      if (row.signature == signature::bits && k >= row.operands - 2)
        wanted = element_kind::uint32;
      if (row.signature == signature::lane && k == row.operands - 1) {
        wanted = t(k).element;
        need(t(k).lanes == 1 && (wanted == element_kind::uint16 || wanted == element_kind::uint32 ||
                                 wanted == element_kind::int32),
             "the lane is not one u16, u32 or i32");
      }
      bool const one = t(k).lanes == 1 && t(k).columns == 1;
      need(t(k).element == wanted && (one || (t(k).lanes == i.type.lanes && t(k).columns == i.type.columns)),
           "the operands have different types");
    }
    if (enigma::has_variants(row)) // detail has a concept of that name
      need(i.imm >= 0 && i.imm <= static_cast<std::int64_t>(math_variant::precise),
           "there is no such variant");
  }

  constexpr void check_group(instruction const& i, op_info const& row) {
    group_detail const detail = group_detail::from(i.imm);
    need(detail.bits() == i.imm && detail.modulo >= 0 && detail.modulo <= 32, "there is no such group");
    if (row.domain != takes::special)
      return;
    if (row.result == gives::boolean)
      need(i.type == truth, "the result is not one bool");
    else
      need(i.type == type{detail.quad ? element_kind::uint32 : element_kind::uint64, 1},
           "the result is not a mask of the lanes");
  }

  kernel_ir const& kernel_;
  instruction const* code_;
  std::size_t size_;
  zeroed<place> places_;
  place* place_ = places_;
  std::size_t here_ = 0;
  std::size_t open_ = nowhere; // the innermost open region
  ir_complaint complaint_;
};

} // namespace detail

/// The first thing that is wrong with a kernel, or nothing: regions nest and name their partners, operands
/// are known where they are used and have the types that the operation takes, memories exist and allow what
/// is done to them.
constexpr ir_complaint verify_ir(kernel_ir const& kernel) {
  return detail::ir_verifier(kernel).verify();
}

} // namespace enigma
