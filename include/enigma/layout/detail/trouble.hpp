// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

/// How the operations report a refusal to each other: the innermost one writes why, in numbers; the
/// operation that the user called puts its name and arguments in front. Nothing is written on success.
namespace enigma::detail {

struct trouble {
  sentence words = {};
  bool any = false;

  constexpr explicit operator bool() const { return any; }
  constexpr sentence& start() {
    any = true;
    return words;
  }
};

template <class Sink>
constexpr void write(Sink& out, sentence const& s) {
  for (int i = 0; i < s.size(); ++i)
    out.put(s[i]);
}

/// "name(a) refused: why"
template <class A>
constexpr refusal explain(char const* name, A const& a, trouble const& why) {
  return (sentence(name) << "(" << a << ") refused: " << why.words).lines();
}
/// "name(a, b) refused: why"
template <class A, class B>
constexpr refusal explain(char const* name, A const& a, B const& b, trouble const& why) {
  return (sentence(name) << "(" << a << ", " << b << ") refused: " << why.words).lines();
}
/// "name(a, b, c) refused: why"
template <class A, class B, class C>
constexpr refusal explain(char const* name, A const& a, B const& b, C const& c, trouble const& why) {
  return (sentence(name) << "(" << a << ", " << b << ", " << c << ") refused: " << why.words).lines();
}

/// Reports a layout that did not fit.
constexpr bool finish(layout_builder const& b, trouble& why) {
  if (b.full && !why.any)
    why.start() << "too many modes, the result has more than 32 leaves";
  return !why.any;
}

constexpr bool overflow(trouble& why, char const* what) {
  if (!why.any)
    why.start() << "overflow, " << what << " exceeds 64 bits";
  return false;
}

} // namespace enigma::detail
