// SPDX-License-Identifier: MIT
// How random tests of the layouts draw numbers, and how many cases a law gets.
#pragma once

#include <cstdint>
#include <cstdlib>

#include <rapidcheck.h>

namespace random_cases {

/// A generator at its full range; RapidCheck's own ranges grow with the size of the case.
template <class T>
rc::Gen<T> in_range(T from, T to) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(from, to));
}

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

/// 20,000 cases a law, more in long runs; read before the first property runs. Under a sanitizer, which looks
/// for other faults and is many times slower, 1,000.
inline int set_number_of_cases(char const* in_long_runs = "max_success=1000000") {
  return setenv("RC_PARAMS",
                sanitized                               ? "max_success=1000"
                : std::getenv("ENIGMA_LONG") != nullptr ? in_long_runs
                                                        : "max_success=20000",
                0);
}

} // namespace random_cases
