// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/operations.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Which row of the table a call means, or why none.
namespace enigma::calculator {

namespace detail {

/// The least number of letters to change, insert or leave out.
inline std::size_t distance_of(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

inline std::string signature_of(operation const& o) {
  std::string s(o.name);
  s += '(';
  for (int i = 0; i < o.parameters; ++i) {
    if (i > 0)
      s += ", ";
    s += word(o.takes[i]);
  }
  return s + ')';
}

/// The row that takes these arguments, or null and the words that say why there is none.
inline operation const* find(std::string_view name, std::vector<value> const& arguments, std::string& words) {
  operation const* best = nullptr;
  int least = 0;
  bool known = false;
  std::string takes;
  int const count = static_cast<int>(arguments.size());
  for (auto const& o : operations()) {
    if (o.name != name)
      continue;
    known = true;
    takes += (takes.empty() ? "" : " or ") + signature_of(o);
    int const d = o.distance(arguments.data(), count);
    if (d >= 0 && (best == nullptr || d < least)) {
      best = &o;
      least = d;
    }
  }
  if (best != nullptr)
    return best;
  if (known) {
    words = "takes " + takes + ", not (";
    for (int i = 0; i < count; ++i)
      words.append(i > 0 ? ", " : "").append(word(kind_of(arguments[static_cast<std::size_t>(i)])));
    words += ")";
    return nullptr;
  }
  std::string_view nearest;
  std::size_t fewest = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (auto const& o : operations())
    if (auto const d = distance_of(name, o.name); d < fewest) {
      fewest = d;
      nearest = o.name;
    }
  words = "there is no operation or result '" + std::string(name) + "'";
  if (!nearest.empty())
    words += ", did you mean '" + std::string(nearest) + "'?";
  return nullptr;
}

inline bool is_operation(std::string_view name) {
  for (auto const& o : operations())
    if (o.name == name)
      return true;
  return false;
}

} // namespace detail
} // namespace enigma::calculator
