// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>

/// Refusals: how Enigma says no, with the same words at compile time and at run time.
///
/// A refusal is text with the user's numbers in it. In a constant evaluation the text travels by value,
/// cut into lines short enough for a compiler to print in full, into a function that is not constexpr,
/// so the evaluation stops there and the compiler shows the lines; at run time the same call throws
/// `enigma::error` with the lines joined.
namespace enigma {

/// The text of a refusal, as a structural value: it can be compared, and it can be a template argument.
/// Lines of 30 characters in blocks of 8, padded with spaces, because that is what clang prints in full.
struct refusal {
  static constexpr int blocks = 3;
  static constexpr int lines_in_block = 8;
  static constexpr int max_lines = blocks * lines_in_block;
  static constexpr int line_size = 30;
  static constexpr int max_size = max_lines * line_size;

  char text[blocks][lines_in_block][line_size + 1] = {};

  /// True if there is no text, that is: nothing was refused.
  [[nodiscard]] constexpr bool empty() const { return text[0][0][0] == '\0'; }

  /// Writes the joined text and a closing zero to `out`, which must hold `max_size + 1` characters.
  /// The padding of a line is one space of the sentence; after the last line it is nothing.
  constexpr int copy_to(char* out) const {
    int n = 0;
    for (auto const& block : text)
      for (auto const& line : block) {
        if (line[0] == '\0')
          break;
        int end = line_size;
        while (end > 1 && line[end - 1] == ' ' && line[end - 2] == ' ')
          --end;
        for (int i = 0; i < end; ++i)
          out[n++] = line[i];
      }
    if (n > 0 && out[n - 1] == ' ')
      --n;
    out[n] = '\0';
    return n;
  }

  /// True if the joined text is exactly `words`.
  [[nodiscard]] constexpr bool operator==(char const* words) const {
    char all[max_size + 1] = {};
    copy_to(all);
    int i = 0;
    while (all[i] != '\0' && all[i] == words[i])
      ++i;
    return all[i] == words[i];
  }

  /// True if `words` occur in the joined text.
  [[nodiscard]] constexpr bool contains(char const* words) const {
    char all[max_size + 1] = {};
    int const n = copy_to(all);
    for (int at = 0; at <= n; ++at) {
      int i = 0;
      while (words[i] != '\0' && all[at + i] == words[i])
        ++i;
      if (words[i] == '\0')
        return true;
    }
    return false;
  }

  friend constexpr bool operator==(refusal const&, refusal const&) = default;
};

/// What Enigma throws: `what()` is the sentence. The text is held inline, so copying never throws.
class error : public std::exception {
public:
  explicit error(refusal const& why) noexcept { why.copy_to(text_); }
  [[nodiscard]] char const* what() const noexcept override { return text_; }

private:
  char text_[refusal::max_size + 1] = {};
};

namespace detail {

/// A sentence under construction. What does not fit is cut and ends in "...".
class sentence {
public:
  static constexpr int capacity = 640;

  constexpr sentence() = default;
  constexpr sentence(char const* words) { put(words); }

  constexpr void put(char letter) {
    if (size_ < capacity)
      text_[size_++] = letter;
    else
      for (int i = 1; i <= 3; ++i)
        text_[capacity - i] = '.';
  }
  constexpr void put(char const* words) {
    for (; *words != '\0'; ++words)
      put(*words);
  }
  constexpr void put(std::int64_t number) {
    char digits[20] = {};
    int n = 0;
    auto rest = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits[n++] = static_cast<char>('0' + static_cast<int>(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (number < 0)
      put('-');
    while (n > 0)
      put(digits[--n]);
  }
  constexpr void put(int number) { put(static_cast<std::int64_t>(number)); }

  /// Appends anything that has a `put` member here or a `write(sentence&, value)` function beside it.
  template <class T>
  constexpr sentence& operator<<(T const& value) {
    if constexpr (requires(sentence& s) { s.put(value); })
      put(value);
    else
      write(*this, value);
    return *this;
  }

  [[nodiscard]] constexpr int size() const { return size_; }
  [[nodiscard]] constexpr char operator[](int i) const { return text_[i]; }

  /// The sentence cut into lines, at spaces where there are any.
  [[nodiscard]] constexpr refusal lines() const {
    refusal r;
    int at = 0;
    for (int l = 0; l < refusal::max_lines && at < size_; ++l) {
      int n = size_ - at;
      if (n > refusal::line_size) {
        n = refusal::line_size;
        // Near the end of the last lines cut hard, so that capacity is never wasted on spaces.
        int const lines_left = refusal::max_lines - l;
        if ((size_ - at) < (lines_left - 1) * (refusal::line_size / 2))
          for (int i = n; i > refusal::line_size / 2; --i)
            if (text_[at + i - 1] == ' ') {
              n = i;
              break;
            }
      }
      auto& line = r.text[l / refusal::lines_in_block][l % refusal::lines_in_block];
      for (int i = 0; i < refusal::line_size; ++i)
        line[i] = i < n ? text_[at + i] : ' ';
      line[refusal::line_size] = '\0'; // clang prints a string only if its last element was written
      at += n;
    }
    return r;
  }

private:
  char text_[capacity] = {};
  int size_ = 0;
};

/// The end of the road for every refusal: not constexpr, so a constant evaluation stops here.
[[noreturn]] inline void cannot_be_a_constant(refusal const& why) {
  throw error(why);
}

} // namespace detail

/// Refuses with the given words: throws `enigma::error` at run time, a compile error in a constant
/// evaluation. The words are taken by value because compilers print the values of such arguments.
[[noreturn]] constexpr void refused(refusal why) {
  if (!why.empty())
    detail::cannot_be_a_constant(why); // g++: checked<try_...(...)>, or a run, shows the words
  else
    refused(detail::sentence("refused").lines());
}

/// As above, from plain words.
[[noreturn]] constexpr void refused(char const* words) {
  refused(detail::sentence(words).lines());
}

/// A value, or the words of the refusal. Structural if T is, so it can be a template argument.
///
///   constexpr auto r = try_composition(a, b);
///   static_assert(r || r.why == "...");
template <class T>
struct outcome {
  T held = T();
  refusal why = {};

  /// True if there is a value.
  [[nodiscard]] constexpr explicit operator bool() const { return why.empty(); }
  [[nodiscard]] constexpr bool has_value() const { return why.empty(); }
  /// The value; refuses with the stored words if there is none.
  [[nodiscard]] constexpr T const& value() const {
    if (!why.empty())
      refused(why);
    return held;
  }
};

namespace detail {
template <refusal Why>
struct refused_with {
  static_assert(Why.empty(), "Enigma refused: the sentence is the template argument of refused_with");
  static constexpr bool nothing = Why.empty();
};
} // namespace detail

/// The value of an outcome known while compiling: `checked<try_composition(a, b)>`. If there is none, the
/// whole sentence appears in the error as a template argument, on every compiler (g++ prints the
/// arguments of a template where it does not print the arguments of a call).
template <outcome Outcome>
  requires(detail::refused_with<Outcome.why>::nothing)
inline constexpr auto checked = Outcome.held;

} // namespace enigma
