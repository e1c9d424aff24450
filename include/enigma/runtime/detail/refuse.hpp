// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <fmt/core.h>

#include <enigma/error.hpp>

namespace enigma::detail {

/// Throws `enigma::error` with a formatted sentence: what the runtime says about a call or a running kernel.
template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> words, Args&&... args) {
  throw error{sentence(fmt::format(words, std::forward<Args>(args)...).c_str()).lines()};
}

} // namespace enigma::detail
