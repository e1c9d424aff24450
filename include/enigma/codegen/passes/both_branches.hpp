// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma::detail {

/// Finds what both branches of an if_ compute alike, and lets it stand before the if_, once. Law: the same
/// value in every thread, computed exactly when one of the two was; so quotients may move too. Loads stay
/// where they are.
///
/// Equal values that this leaves behind in the branches are of different operands or need something of their
/// branch; within one branch there are none, since equal operations are recorded once.
class both_branches {
public:
  /// A value, and the if_ before which it stands from now on.
  struct moved {
    value_id value, before;
  };

  /// `parents` are the openers around instructions, counted from 1; 0: none.
  constexpr both_branches(instruction* code, std::size_t size, value_id* parents, bool* live)
      : code_{code}
      , size_{size}
      , parents_{parents}
      , live_{live}
      , else_storage_(size)
      , instead_storage_(size)
      , next_storage_(size) {}

  /// Changes operands, parents and what is live, and lists what has moved. `may_go` tells of a value of the
  /// second branch whether it may be replaced by an equal one.
  template <class MayGo>
  constexpr void merge(growing<moved>& all, MayGo may_go) {
    bool any = false;
    for (std::size_t i = 0; i < size_; ++i) {
      instruction& it = code_[i];
      if (it.code == op::else_)
        else_[parents_[i] - 1] = static_cast<value_id>(i);
      if (it.code <= op::query || !live_[i])
        continue;
      if (any)
        for (value_id& o : it.operands) {
          if (o == no_value)
            break;
          if (instead_[o] != 0)
            o = static_cast<value_id>(instead_[o] - 1);
        }
      value_id const around = parents_[i];
      if (around == 0 || code_[around - 1].code != op::if_ || !can_move(it))
        continue;
      value_id& head = heads_[hash(it)];
      value_id const end_of_first = else_[around - 1];
      value_id const same = end_of_first == 0 ? value_id{0} : find(head, it, around, end_of_first);
      if (same == 0 || !may_go(static_cast<value_id>(i))) {
        next_[i] = head;
        head = static_cast<value_id>(i + 1);
        continue;
      }
      any = true;
      live_[i] = false;
      instead_[i] = same;
      parents_[same - 1] = parents_[around - 1];
      all.push_back({static_cast<value_id>(same - 1), static_cast<value_id>(around - 1)});
    }
  }

private:
  static constexpr bool can_move(instruction const& it) {
    return info(it.code).pure && it.code != op::call && !it.type.is_simdgroup_matrix();
  }
  static constexpr unsigned buckets = 64;
  static constexpr unsigned hash(instruction const& i) {
    unsigned const h = static_cast<unsigned>(i.code) * 37u + i.operands[0] + i.operands[1];
    return (h ^ (h >> 6)) % buckets;
  }
  /// The same operation in the first branch of the if_, counted from 1; 0: none.
  constexpr value_id find(value_id head, instruction const& i, value_id around, value_id end_of_first) const {
    for (value_id v = head; v != 0; v = next_[v - 1]) {
      instruction const& o = code_[v - 1];
      if (parents_[v - 1] == around && v <= end_of_first && o.code == i.code && o.imm == i.imm &&
          o.type == i.type && same_operands(o, i))
        return v;
    }
    return 0;
  }
  static constexpr bool same_operands(instruction const& a, instruction const& b) {
    value_id const *const x = a.operands, *const y = b.operands;
    return x[2] == y[2] && x[3] == y[3] &&
           ((x[0] == y[0] && x[1] == y[1]) || (info(a.code).commutative && x[0] == y[1] && x[1] == y[0]));
  }

  instruction* code_;
  std::size_t size_;
  value_id* parents_;
  bool* live_;
  zeroed<value_id> else_storage_, instead_storage_, next_storage_;
  value_id* else_ = else_storage_;       // of an if_, where its first branch ends
  value_id* instead_ = instead_storage_; // of a value that has gone: the one to take, counted from 1
  value_id* next_ = next_storage_;       // values of equal hash, counted from 1
  value_id heads_[buckets]{};
};

} // namespace enigma::detail
