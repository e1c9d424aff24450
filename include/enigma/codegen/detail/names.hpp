// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/detail/reserved.hpp>
#include <enigma/codegen/detail/text.hpp>
#include <enigma/codegen/ir.hpp>

// What the author's names become in generated source.

namespace enigma::detail {

/// base, then _ and a second name if there is one, _ if it is escaped, the number if there is one.
struct given_name {
  char const* base = nullptr;
  int number = -1;
  bool escaped = false;
  char const* second = nullptr;
};

constexpr void put_name(given_name const& n, text& out) {
  out << n.base;
  if (n.second != nullptr)
    out << '_' << n.second;
  if (n.escaped)
    out << '_';
  if (n.number >= 0)
    out << n.number;
}

/// The characters of a name, one after the other: what put_name prints.
class spelling {
public:
  constexpr explicit spelling(given_name const& n)
      : parts_{n.base, n.second != nullptr ? "_" : "", n.second != nullptr ? n.second : "",
               n.escaped ? "_" : ""} {
    int digit = 11;
    for (int rest = n.number; rest > 0 || (rest == 0 && digit == 11); rest /= 10)
      digits_[--digit] = static_cast<char>('0' + rest % 10);
    first_digit_ = digit;
  }
  /// '\0' behind the last.
  constexpr char next() {
    for (; part_ < 4; ++part_, at_ = 0)
      if (char const c = parts_[part_][at_]; c != '\0') {
        ++at_;
        return c;
      }
    return digits_[first_digit_ < 11 ? first_digit_++ : 11];
  }

private:
  char const* parts_[4];
  char digits_[12]{};
  int part_ = 0, at_ = 0, first_digit_ = 11;
};

/// The names that are in use.
class name_book {
public:
  constexpr void add(given_name const& n) { used_.push_back(n); }
  constexpr bool has(given_name const& name) const {
    for (std::size_t i = 0; i < used_.size(); ++i)
      if (*used_[i].base == *name.base && same_text(used_[i], name))
        return true;
    return false;
  }

  /// What the author's name becomes: itself, if it means nothing else in MSL, is no name of a position, is
  /// not like the generated v0, x0 and i0, and is not in use.
  constexpr given_name unused(char const* name, char const* second = nullptr) {
    given_name n{name, -1, is_reserved(name) || is_position(name) || is_like_generated(name), second};
    for (given_name const& other : used_) // the elements of a fragment have one name
      if (other.number > n.number && same_words(other.base, name) && same_words(other.second, second))
        n.number = other.number, n.escaped = other.escaped;
    while (has(n)) {
      n.number = n.number < 0 ? 1 : n.number + 1;
      if (name[1] == '\0')
        n.escaped = true; // x1 would be like a generated name
    }
    add(n);
    return n;
  }

private:
  static constexpr bool is_position(char const* name) {
    for (query_info const& q : query_infos)
      if (same_words(q.name, name))
        return true;
    return false;
  }
  static constexpr bool is_like_generated(char const* name) {
    if ((*name != 'v' && *name != 'x' && *name != 'i') || name[1] == '\0')
      return false;
    while (*++name != '\0')
      if (*name < '0' || *name > '9')
        return false;
    return true;
  }
  static constexpr bool same_text(given_name const& a, given_name const& b) {
    if (!a.escaped && !b.escaped && a.number < 0 && b.number < 0 && same_words(a.second, b.second))
      return same_words(a.base, b.base);
    spelling x(a), y(b);
    char c = x.next();
    for (; c == y.next(); c = x.next())
      if (c == '\0')
        return true;
    return false;
  }
  // Addresses of literals are not compared: whether they are the same is not specified.
  static constexpr bool same_words(char const* a, char const* b) {
    if (a == nullptr || b == nullptr)
      return a == nullptr && b == nullptr;
    while (*a != '\0' && *a == *b)
      ++a, ++b;
    return *a == *b;
  }

  growing<given_name> used_;
};

} // namespace enigma::detail
