// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic.hpp>
#include <enigma/layout/text.hpp>

/// Symbolic values as std::string: "M*K", "(M,K)", "(M,K):(K,1)".
namespace enigma {

[[nodiscard]] inline std::string to_string(size_expression const& e) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, e);
  return s;
}
[[nodiscard]] inline std::string to_string(size_tuple const& t) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, t);
  return s;
}
[[nodiscard]] inline std::string to_string(symbolic_layout const& l) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, l);
  return s;
}

} // namespace enigma
