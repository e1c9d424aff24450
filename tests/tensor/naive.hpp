// SPDX-License-Identifier: MIT
// Layouts the slow way, for comparison: nested loops over leaves, and a generator of random ones. Shares no
// formula with the library.
#pragma once

#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace naive {

/// All indices of a layout in the order of its coordinates, the leftmost leaf fastest, by nested loops.
inline std::vector<std::int64_t> indices(enigma::layout const& l) {
  std::vector<std::int64_t> r{0};
  for (int k = 0; k < l.leaves(); ++k) {
    std::vector<std::int64_t> longer;
    for (std::int64_t x = 0; x < l.leaf_shape(k); ++x)
      for (auto const before : r)
        longer.push_back(before + x * l.leaf_stride(k));
    r = longer;
  }
  return r;
}

struct random_layouts {
  std::mt19937 engine;

  explicit random_layouts(unsigned seed) : engine(seed) {}
  int up_to(int most) { return static_cast<int>(engine() % static_cast<unsigned>(most + 1)); }
  bool once_in(int n) { return up_to(n - 1) == 0; }

  /// Strides for the shapes: compact in a random order of the leaves, with gaps at times.
  std::vector<std::int64_t> strides(std::vector<std::int64_t> const& shapes, bool gaps, bool zeros) {
    std::vector<std::size_t> order(shapes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!once_in(3))
      std::shuffle(order.begin(), order.end(), engine);
    std::vector<std::int64_t> r(shapes.size());
    std::int64_t next = gaps && once_in(5) ? 2 : 1;
    for (auto const k : order) {
      r[k] = zeros && once_in(6) ? 0 : next;
      next *= shapes[k] * (gaps && once_in(4) ? 1 + up_to(2) : 1);
    }
    return r;
  }
};

/// "(s0,(s1,s2),...)" for modes of several leaves each.
inline std::string nested(std::vector<std::vector<std::int64_t>> const& modes) {
  std::string s = "(";
  for (std::size_t m = 0; m < modes.size(); ++m) {
    s += m == 0 ? "" : ",";
    s += modes[m].size() == 1 ? "" : "(";
    for (std::size_t k = 0; k < modes[m].size(); ++k)
      s += (k == 0 ? "" : ",") + std::to_string(modes[m][k]);
    s += modes[m].size() == 1 ? "" : ")";
  }
  return s + ")";
}

/// The layout with these modes, each a list of leaves, and strides in the order of the leaves.
inline enigma::layout layout_of(std::vector<std::vector<std::int64_t>> const& shapes,
                                std::vector<std::int64_t> const& strides) {
  auto nested_strides = shapes;
  std::size_t at = 0;
  for (auto& mode : nested_strides)
    for (auto& d : mode)
      d = strides[at++];
  return enigma::parse_layout(nested(shapes) + ":" + nested(nested_strides));
}

inline std::vector<std::int64_t> leaves(std::vector<std::vector<std::int64_t>> const& modes) {
  std::vector<std::int64_t> r;
  for (auto const& m : modes)
    r.insert(r.end(), m.begin(), m.end());
  return r;
}

} // namespace naive
