// SPDX-License-Identifier: MIT
#pragma once

// What the tests of this room compare with: leaves in vectors and loops over every coordinate. The library is
// only given the same leaves and asked.
#include "../random_cases.hpp"

#include <enigma/layout/layout.hpp>

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace naive {

namespace eg = enigma;

/// A generator at its full range; RapidCheck's own ranges grow with the size of the case.
template <class T>
T random(T from, T to) {
  return *random_cases::in_range(from, to);
}

[[maybe_unused]] inline int const cases = random_cases::set_number_of_cases();

struct leaves {
  std::vector<std::int64_t> shape, stride;

  [[nodiscard]] std::int64_t size() const {
    std::int64_t n = 1;
    for (auto s : shape)
      n *= s;
    return n;
  }
  [[nodiscard]] std::int64_t operator()(std::int64_t i) const {
    std::int64_t v = 0;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      v += (i % shape[k]) * stride[k];
      i /= shape[k];
    }
    return v;
  }
  /// Every value, in the order of the coordinates.
  [[nodiscard]] std::vector<std::int64_t> values() const {
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < size(); ++i)
      all.push_back((*this)(i));
    return all;
  }
  [[nodiscard]] std::set<std::int64_t> image() const {
    auto const all = values();
    return {all.begin(), all.end()};
  }
  /// The layout, with the leaves at random inside one tuple or two.
  [[nodiscard]] eg::layout layout() const {
    eg::layout l;
    auto const n = static_cast<int>(shape.size());
    if (n <= 1)
      return {eg::int_tuple(shape[0]), eg::int_tuple(stride[0])};
    l.profile_.count = n;
    for (int k = 0; k < n; ++k) {
      l.shape_[k] = shape[static_cast<std::size_t>(k)];
      l.stride_[k] = stride[static_cast<std::size_t>(k)];
    }
    l.profile_.opened[0] = l.profile_.closed[n - 1] = 1;
    if (n > 2 && random(0, 2) == 0) {
      int const at = random(1, n - 1);
      ++l.profile_.opened[at];
      ++l.profile_.closed[n - 1];
    }
    return l;
  }
};

enum class strides { compact, spaced, small, any, wide };

/// Random leaves with a domain of at most `room` coordinates.
inline leaves random_leaves(strides kind, std::int64_t room = 300) {
  static constexpr std::int64_t sizes[] = {1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 16};
  leaves l;
  auto const n = random(1, 7);
  for (int k = 0; k < n; ++k) {
    auto const s = std::min(sizes[random(0, 12)], std::max<std::int64_t>(room, 1));
    l.shape.push_back(s);
    room /= s;
  }
  l.stride.assign(l.shape.size(), 0);
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < l.shape.size(); ++k)
    order.insert(order.begin() + random(0, static_cast<int>(k) + 1), k);
  std::int64_t next = 1;
  for (auto const k : order) {
    switch (kind) {
    case strides::compact:
    case strides::spaced:
      l.stride[k] = next;
      next *= l.shape[k];
      if (kind == strides::spaced)
        next *= random<std::int64_t>(1, 4);
      break;
    case strides::small:
      l.stride[k] = random<std::int64_t>(0, 6);
      break;
    case strides::any:
      l.stride[k] = random<std::int64_t>(-15, 16);
      break;
    case strides::wide:
      l.stride[k] = random<std::int64_t>(-120, 121);
      break;
    }
  }
  if (kind == strides::compact || kind == strides::spaced) { // one leaf turned round or out of step
    auto const k = static_cast<std::size_t>(random(0, static_cast<int>(l.shape.size())));
    switch (random(0, 8)) {
    case 0:
      l.stride[k] = -l.stride[k];
      break;
    case 1:
      l.stride[k] += 1;
      break;
    case 2:
      l.stride[k] -= 1;
      break;
    default:
      break;
    }
  }
  return l;
}
inline leaves random_leaves(std::int64_t room = 300) {
  return random_leaves(static_cast<strides>(random(0, 5)), room);
}

/// Counts the answers of a predicate, so that a test which only ever sees one of them fails.
struct tally {
  int yes = 0, no = 0;
  void count(bool answer) { ++(answer ? yes : no); }
  [[nodiscard]] bool both() const { return yes > (yes + no) / 50 && no > (yes + no) / 50; }
};

} // namespace naive
