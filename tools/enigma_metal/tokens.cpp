// SPDX-License-Identifier: MIT
#include "tokens.hpp"

#include <algorithm>
#include <cctype>

namespace enigma::metal_tool {
namespace {

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Where the token that begins at `i` ends. Two-character marks matter only where one half would mislead.
std::size_t end_of_token(std::string_view s, std::size_t i, token_kind& kind) {
  char const c = s[i];
  if (is_letter(c)) {
    kind = token_kind::word;
    while (i < s.size() && (is_letter(s[i]) || is_digit(s[i])))
      ++i;
    return i;
  }
  if (is_digit(c) || (c == '.' && i + 1 < s.size() && is_digit(s[i + 1]))) {
    kind = token_kind::number;
    while (i < s.size() && (is_letter(s[i]) || is_digit(s[i]) || s[i] == '.' ||
                            ((s[i] == '+' || s[i] == '-') &&
                             (s[i - 1] == 'e' || s[i - 1] == 'E' || s[i - 1] == 'p' || s[i - 1] == 'P'))))
      ++i;
    return i;
  }
  if (c == '"' || c == '\'') {
    kind = token_kind::text;
    for (++i; i < s.size() && s[i] != c && s[i] != '\n'; ++i)
      if (s[i] == '\\' && i + 1 < s.size())
        ++i;
    return std::min(i + 1, s.size());
  }
  kind = token_kind::mark;
  static constexpr std::string_view doubles[] = {"->", "::", "<<", ">=", "<=", "==", "!=", "&&", "||", "+=",
                                                 "-=", "*=", "/=", "%=", "&=", "|=", "^=", "++", "--"};
  for (std::string_view two : doubles)
    if (s.substr(i, 2) == two)
      return i + 2;
  return i + 1; // >> stays two marks: it may close two templates
}

} // namespace

token_list tokenize(std::string_view s) {
  token_list list;
  list.files.emplace_back("");
  unsigned file = 0;
  unsigned line = 1;
  std::size_t line_start = 0;
  std::size_t i = 0;
  bool fresh = true; // nothing but blanks on this line so far
  while (i < s.size()) {
    char const c = s[i];
    if (c == '\n') {
      ++i;
      ++line;
      line_start = i;
      fresh = true;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
      ++i;
      continue;
    }
    if (c == '\\' && i + 1 < s.size() && s[i + 1] == '\n') {
      i += 2;
      ++line;
      line_start = i;
      continue;
    }
    if (s.substr(i, 2) == "//") {
      i = std::min(s.find('\n', i), s.size());
      continue;
    }
    if (s.substr(i, 2) == "/*") {
      std::size_t const end = std::min(s.find("*/", i + 2), s.size() - 1);
      for (; i < end + 2 && i < s.size(); ++i)
        if (s[i] == '\n') {
          ++line;
          line_start = i + 1;
        }
      continue;
    }
    if (c == '#' && fresh) {
      std::size_t const end = std::min(s.find('\n', i), s.size());
      std::string_view const words = s.substr(i, end - i);
      std::size_t digits = 1;
      while (digits < words.size() && words[digits] == ' ')
        ++digits;
      if (digits < words.size() && is_digit(words[digits])) {
        unsigned number = 0;
        for (; digits < words.size() && is_digit(words[digits]); ++digits)
          number = number * 10 + static_cast<unsigned>(words[digits] - '0');
        std::size_t const open = words.find('"');
        std::size_t const close = words.rfind('"');
        if (open != std::string_view::npos && close > open) {
          std::string name;
          for (std::size_t k = open + 1; k < close; ++k) {
            if (words[k] == '\\' && k + 1 < close)
              ++k;
            name += words[k];
          }
          auto const known = std::find(list.files.begin(), list.files.end(), name);
          file = static_cast<unsigned>(known - list.files.begin());
          if (known == list.files.end())
            list.files.push_back(name);
        }
        line = number - 1; // of the next line, after its line feed
      } else {
        list.tokens.push_back({token_kind::directive, words, i, file, line, 1});
      }
      i = end;
      continue;
    }
    fresh = false;
    token_kind kind{};
    std::size_t const end = end_of_token(s, i, kind);
    list.tokens.push_back(
        {kind, s.substr(i, end - i), i, file, line, static_cast<unsigned>(i - line_start) + 1});
    i = end;
  }
  list.tokens.push_back({token_kind::end, {}, s.size(), file, line, 1});
  return list;
}

unsigned column_in_original(std::string_view preprocessed_line, unsigned column,
                            std::string_view original_line) {
  token_list const now = tokenize(preprocessed_line);
  token_list const then = tokenize(original_line);
  // The n-th occurrence of a word on the line stays the n-th, unless a macro has brought or eaten some.
  std::string_view word;
  unsigned nth = 0;
  unsigned offset = 0;
  for (token const& t : now.tokens) {
    if (t.kind != token_kind::end && t.column <= column && column < t.column + t.text.size()) {
      word = t.text;
      offset = column - t.column;
    }
  }
  if (word.empty())
    return column <= original_line.size() + 1 ? column : 1;
  for (token const& t : now.tokens)
    if (t.text == word && t.column + t.text.size() <= column)
      ++nth;
  for (token const& t : then.tokens)
    if (t.text == word && nth-- == 0)
      return t.column + offset;
  return column <= original_line.size() + 1 ? column : 1;
}

} // namespace enigma::metal_tool
