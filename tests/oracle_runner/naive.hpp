// SPDX-License-Identifier: MIT
// Layouts from their text, evaluated by the definition. Shares no code with the library, so that the two can
// be held against each other.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace naive {

using integer = std::int64_t;

/// A tuple, a layout (a tuple whose leaves have a stride) or a tiler, as a tree.
struct tree {
  enum class kind { number, hole, tuple, layout };

  kind is = kind::number;
  integer n = 0;          // a number
  std::vector<tree> kids; // of a tuple; shape and stride of a layout

  [[nodiscard]] bool is_tuple() const { return is == kind::tuple; }
  friend bool operator==(tree const&, tree const&) = default;
};

/// Reads a tree; empty if the text is none.
std::optional<tree> read_tree(std::string_view text);

/// A layout as a tree whose leaves are size and stride.
struct layout {
  bool is_tuple = false;
  std::vector<layout> kids;
  integer s = 1;
  integer d = 0;

  [[nodiscard]] integer size() const;
  /// 1 + sum of (s - 1) * |d|.
  [[nodiscard]] integer cosize() const;
  [[nodiscard]] std::size_t rank() const { return is_tuple ? kids.size() : 1; }
  [[nodiscard]] layout mode(std::size_t i) const { return is_tuple ? kids[i] : *this; }
  [[nodiscard]] tree shape() const;
  /// The leaves from left to right.
  [[nodiscard]] std::vector<layout> leaves() const;
};

/// Thrown where a layout of several leaves has no value: at a negative index.
struct no_value {};

/// L(i): digit by digit, the last leaf not reduced.
class function {
public:
  explicit function(layout const& l) : leaves_(l.leaves()) {}
  [[nodiscard]] integer operator()(integer i) const;

private:
  std::vector<layout> leaves_;
};

/// A layout from a tree: shape and stride, or a shape alone for the compact one.
std::optional<layout> to_layout(tree const& t);
std::optional<layout> read_layout(std::string_view text);
/// shape:1,s0,s0*s1,... over the leaves.
layout compact(tree const& shape);
/// The layouts as modes of one.
layout tuple_of(std::vector<layout> modes);

integer size(tree const& shape);
/// Every coordinate of a is a coordinate of b.
bool compatible(tree const& a, tree const& b);
/// The same function on the same domain.
bool same_function(layout const& a, layout const& b);
/// The same tree but for the strides of leaves of size 1.
bool same_structure(layout const& a, layout const& b);

/// Sw<b,m,s> o offset o layout; a plain layout has b = 0 and no offset.
struct composed {
  int b = 0, m = 0, s = 0;
  integer offset = 0;
  layout inner;

  [[nodiscard]] integer swizzled(integer x) const;
};
std::optional<composed> read_composed(std::string_view text);

/// What is left when the leaves of a layout are taken out of the integers: the leaves by stride, and between
/// them what does not reach the next one; the last one goes on for ever. Empty if leaves overlap.
class complement {
public:
  static std::optional<complement> of(layout const& l);
  [[nodiscard]] integer operator()(integer j) const;
  /// How many indices lie in the gaps, and where the leaf with the largest stride ends.
  [[nodiscard]] integer size_of_gaps() const;
  [[nodiscard]] integer end() const { return last_; }

private:
  std::vector<layout> gaps_;
  integer last_ = 1;
};

} // namespace naive
