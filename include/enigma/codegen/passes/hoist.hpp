// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma::detail {

/// Finds what every pass of a loop computes anew and anew alike, and where it can stand instead: before the
/// loop. Law: the value is the same, since an operation moves only to where its operands are known and have
/// the values that they have in the loop; a loop without a pass computes it in vain.
///
/// What moves is pure and total; a quotient only where the divisor is proven positive, since LLVM, which both
/// Metal's compiler and this machine's clang are made of, may assume anything of a program that divides by
/// 0. An if_ is left only together with a loop around it, by unsigned integers alone: for once in vain they
/// are computed once instead of in every pass. Loads stay, also from memory that is only read: a loop without
/// a pass would read where nothing may be.
///
/// And only what saves work in the loop moves: not what costs nothing (lanes of a vector, bits as another
/// type, a scalar for all lanes), and not a comparison or a sum with a constant, which costs no more than
/// keeping another value through the loop; these go along where something else needs them.
class hoist {
public:
  /// `regions` are the openers around instructions, counted from 1; 0: none.
  constexpr hoist(instruction const* code, std::size_t size, value_id const* regions, bool const* live)
      : code_{code}
      , size_{size}
      , regions_{regions}
      , live_{live}
      , outermost_storage_(size)
      , final_storage_(size) {}

  /// Sets `place` to the opener that a value shall stand before; leaves those that stay.
  template <class Divides>
  constexpr void find(value_id* place, Divides divisor_is_positive) {
    for (std::size_t i = 0; i < size_; ++i)
      if (live_[i] && code_[i].code > op::query) {
        outermost_[i] = final_[i] = regions_[i];
        if (regions_[i] != 0 && can_move(code_[i], divisor_is_positive))
          outermost_[i] = outermost_for(i);
        if (outermost_[i] != regions_[i] && is_worth(code_[i]))
          final_[i] = outermost_[i];
      }
    // What a value needs goes with it. Regions that enclose others have smaller numbers.
    for (std::size_t i = size_; i-- > 0;) {
      if (!live_[i] || final_[i] == regions_[i] || code_[i].code <= op::query)
        continue;
      for (value_id const o : code_[i].operands) {
        if (o == no_value)
          break;
        if (final_[o] > final_[i])
          final_[o] = final_[i];
      }
      value_id loop = regions_[i];
      while (regions_[loop - 1] != final_[i])
        loop = regions_[loop - 1];
      place[i] = static_cast<value_id>(loop - 1);
    }
  }

private:
  static constexpr bool is_loop(op code) { return code == op::for_ || code == op::while_; }

  template <class Divides>
  constexpr bool can_move(instruction const& it, Divides divisor_is_positive) const {
    if (!info(it.code).pure || it.code == op::call || it.type.is_simdgroup_matrix())
      return false;
    return !(it.code == op::div || it.code == op::rem) || it.type.is_floating() ||
           divisor_is_positive(it.operands[1]);
  }

  constexpr bool is_worth(instruction const& it) const {
    switch (it.code) {
    case op::extract:
    case op::bitcast:
    case op::make_vector:
    case op::convert: // of an index: an addressing mode, or a part of a pointer's sum
    case op::logical_not:
    case op::neg:
      return false;
    case op::add:
    case op::sub:
      if (it.type == type{element_kind::int64, 1})
        return false; // a sum of a pointer, which the text keeps out of the loop
      return code_[it.operands[0]].code != op::constant && code_[it.operands[1]].code != op::constant;
    default:
      return !(it.code >= op::logical_and && it.code <= op::ge);
    }
  }

  static constexpr bool may_leave_if(type t) {
    return t.lanes == 1 && t.is_integer() && !info(t.element).is_signed;
  }

  /// The outermost region right outside of a loop in which all operands are known.
  constexpr value_id outermost_for(std::size_t i) const {
    value_id needed = 0;
    for (value_id const o : code_[i].operands) {
      if (o == no_value)
        break;
      // The induction value is known inside of its loop.
      value_id const known = code_[o].code == op::for_    ? static_cast<value_id>(o + 1)
                             : code_[o].code <= op::query ? value_id{0}
                                                          : outermost_[o];
      needed = known > needed ? known : needed;
    }
    value_id r = regions_[i], outermost = r;
    while (r != needed && (is_loop(code_[r - 1].code) || may_leave_if(code_[i].type))) {
      bool const leaves_loop = is_loop(code_[r - 1].code);
      r = regions_[r - 1];
      if (leaves_loop)
        outermost = r;
    }
    return outermost;
  }

  instruction const* code_;
  std::size_t size_;
  value_id const* regions_;
  bool const* live_;
  zeroed<value_id> outermost_storage_, final_storage_;
  value_id* outermost_ = outermost_storage_; // region in which a value could stand
  value_id* final_ = final_storage_;         // region in which it shall stand
};

} // namespace enigma::detail
