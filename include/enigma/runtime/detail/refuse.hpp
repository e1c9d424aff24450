// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <enigma/error.hpp>

namespace enigma::detail {

/// A piece of a message: text or a whole number.
struct message_part {
  std::string_view words;
  std::uint64_t magnitude = 0;
  bool number = false, negative = false;

  message_part(char const* w) : words{w} {}
  message_part(std::string_view w) : words{w} {}
  message_part(std::string const& w) : words{w} {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  message_part(Integer i)
      : magnitude{i < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(i) : static_cast<std::uint64_t>(i)}
      , number{true}
      , negative{i < 0} {}
};

/// The words with each {} replaced by the next part. Not fmt: its check of every call while compiling costs
/// more than all the rest of the runtime's headers.
inline std::string compose(std::string_view words, message_part const* part, std::size_t parts) {
  std::string r;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (parts == 0 || words.substr(at, 2) != "{}") {
      r += words[at];
      continue;
    }
    if (part->negative)
      r += '-';
    if (part->number)
      r += std::to_string(part->magnitude);
    else
      r += part->words;
    ++part, --parts, ++at;
  }
  return r;
}
template <class... Parts>
std::string message(std::string_view words, Parts const&... parts) {
  message_part const list[] = {message_part(parts)...};
  return compose(words, list, sizeof...(Parts));
}

/// Throws `enigma::error` with a sentence: what the runtime says about a call or a running kernel.
[[noreturn]] inline void refuse_with(std::string const& words) {
  throw error{sentence(words.c_str()).lines()};
}
template <class... Parts>
[[noreturn]] void refuse(std::string_view words, Parts const&... parts) {
  refuse_with(message(words, parts...));
}

} // namespace enigma::detail
