// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/trouble.hpp>

#include <type_traits>

namespace enigma::detail {

/// What has modes, or elements: tuples and layouts. Surgery on them is written once for both.
template <class T>
concept has_modes = std::same_as<T, int_tuple> || std::same_as<T, layout>;

constexpr void copy_leaf(int_tuple& to, int at, int_tuple const& from, int k) {
  to.leaf_[at] = from.leaf_[k];
}
constexpr void copy_leaf(layout& to, int at, layout const& from, int k) {
  to.shape_[at] = from.shape_[k];
  to.stride_[at] = from.stride_[k];
}
constexpr int_tuple part_of(int_tuple const& t, node const& n) {
  return t.subtree(n);
}
constexpr layout part_of(layout const& l, node const& n) {
  return l.sub(n);
}

/// Where the top-level modes begin: mode i has the leaves [at[i], at[i + 1]). One raw loop, because this is
/// the first step of every surgery.
struct mode_places {
  int rank = 0;
  int at[max_leaves + 1]; // written before it is read

  constexpr explicit mode_places(profile const& p) {
    int nesting = p.opened[0] == 0 ? 0 : -1;
    for (int k = 0; k < p.count; ++k) {
      if (nesting <= 0)
        at[rank++] = k;
      nesting += p.opened[k];
      nesting -= p.closed[k];
    }
    at[rank] = p.count;
  }
};

/// Puts a tuple or a layout together from modes of others, left to right.
template <has_modes T>
struct mode_builder {
  T made = {};
  int pending = 0; // parentheses opened since the last leaf
  bool full = false;
  trouble why = {};

  constexpr mode_builder() { made.profile_.count = 0; }
  [[nodiscard]] constexpr bool empty() const { return made.profile_.count == 0; }
  constexpr void open() { ++pending; }
  constexpr void close() {
    if (full)
      return;
    auto& closed = made.profile_.closed[made.profile_.count - 1];
    if (closed == max_depth)
      too_deep();
    else
      ++closed;
  }
  /// The leaves [first, last) of `from`, which are whole modes of it, without the parentheses around all.
  constexpr void modes(T const& from, int first, int last) {
    copy(from, first, last, from.profile_.opened[0] != 0);
  }
  /// `from` as one mode.
  constexpr void whole(T const& from) { copy(from, 0, from.profile_.count, false); }
  /// A part of `from` as one mode.
  constexpr void subtree(T const& from, node const& n) {
    int const at = made.profile_.count;
    copy(from, n.first, n.last, false);
    if (full)
      return;
    // The parentheses around the part are the node's, not those of the leaves at its ends.
    auto& p = made.profile_;
    p.opened[at] = static_cast<unsigned char>(p.opened[at] - from.profile_.opened[n.first] + n.opened);
    p.closed[p.count - 1] = static_cast<unsigned char>(n.closed);
  }

private:
  constexpr void too_deep() {
    if (!why.any)
      why.start() << "too deep, more than " << max_depth << " parentheses open or close at one place";
  }
  constexpr void copy(T const& from, int first, int last, bool peel) {
    auto& p = made.profile_;
    if (p.count + last - first > max_leaves) {
      full = true;
      if (!why.any)
        why.start() << "too many modes, the result has more than " << max_leaves << " leaves";
      return;
    }
    for (int k = first; k < last; ++k) {
      int const at = p.count++;
      int opened = from.profile_.opened[k] + pending;
      int closed = from.profile_.closed[k];
      pending = 0;
      if (peel && k == 0)
        --opened;
      if (peel && k == from.profile_.count - 1)
        --closed;
      if (opened > max_depth)
        too_deep();
      p.opened[at] = static_cast<unsigned char>(opened);
      p.closed[at] = static_cast<unsigned char>(closed);
      copy_leaf(made, at, from, k);
    }
  }
};

/// A tuple in the making, or why there is none. Unlike a mode_builder it is written to directly.
struct tuple_builder {
  int_tuple made = {};
  trouble why = {};
};

/// What was made, or a refusal in the name of the operation.
template <class Builder, class... Arguments>
constexpr auto const& answer(Builder const& out, char const* name, Arguments const&... arguments) {
  if (out.why.any)
    refused(explain(name, arguments..., out.why));
  return out.made;
}
template <class Builder, class... Arguments>
constexpr auto attempt(Builder const& out, char const* name, Arguments const&... arguments) {
  using T = std::remove_cvref_t<decltype(out.made)>;
  if (out.why.any)
    return outcome<T>{T(), explain(name, arguments..., out.why)};
  return outcome<T>{out.made};
}

} // namespace enigma::detail
