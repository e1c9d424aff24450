// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/error.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace enigma::calculator {

/// An expression that cannot be understood: what() is the sentence, the line of the text and a caret under
/// the column.
class expression_error : public error {
public:
  expression_error(std::string_view text, std::size_t at, std::string_view words)
      : error(sentence_of(at + 1, words))
      , column_(at + 1)
      , text_(std::make_shared<std::string const>(message(text, at, words))) {}
  [[nodiscard]] char const* what() const noexcept override { return text_->c_str(); }
  /// Counted from 1.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

private:
  static refusal sentence_of(std::size_t column, std::string_view words) {
    enigma::detail::sentence s("column ");
    s.put(static_cast<std::int64_t>(column));
    s.put(": ");
    for (char letter : words)
      s.put(letter);
    return s.lines();
  }
  static std::string message(std::string_view text, std::size_t at, std::string_view words) {
    constexpr std::size_t width = 100; // of a long text, what is near the column
    std::size_t const first = at > width - 20 ? at - (width - 20) : 0;
    std::string r = "column " + std::to_string(at + 1) + ": ";
    r += words;
    r += "\n  ";
    for (char letter : text.substr(first, width))
      r += letter >= ' ' && letter <= '~' ? letter : '?';
    r += "\n  " + std::string(at - first, ' ') + "^";
    return r;
  }

  std::size_t column_;
  std::shared_ptr<std::string const> text_; // copying an exception must not throw
};

} // namespace enigma::calculator
