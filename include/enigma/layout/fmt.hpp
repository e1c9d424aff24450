// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/text.hpp>
#include <enigma/layout/tv.hpp>

#include <fmt/core.h>

// fmt formatters for every public value of the layout algebra; the string format options apply. They need no
// more than <fmt/core.h>, a seventh of <fmt/format.h>, which whoever prints includes anyway.

FMT_BEGIN_NAMESPACE
class format_int; // defined by <fmt/format.h>
FMT_END_NAMESPACE

namespace enigma {

inline std::string to_string(refusal const& why) {
  return error(why).what();
}

namespace detail {

template <class Needed>
concept format_header_is_included = requires { sizeof(Needed); };

template <class X>
struct string_formatter : fmt::formatter<fmt::string_view> {
  template <class Context, class Needed = fmt::format_int>
  auto format(X const& x, Context& context) const {
    static_assert(format_header_is_included<Needed>, "include <fmt/format.h> to print values of Enigma");
    return fmt::formatter<fmt::string_view>::format(to_string(x), context);
  }
};

} // namespace detail
} // namespace enigma

template <>
struct fmt::formatter<enigma::int_tuple> : enigma::detail::string_formatter<enigma::int_tuple> {};
template <>
struct fmt::formatter<enigma::layout> : enigma::detail::string_formatter<enigma::layout> {};
template <>
struct fmt::formatter<enigma::hole_coord> : enigma::detail::string_formatter<enigma::hole_coord> {};
template <>
struct fmt::formatter<enigma::sliced> : enigma::detail::string_formatter<enigma::sliced> {};
template <>
struct fmt::formatter<enigma::tiler> : enigma::detail::string_formatter<enigma::tiler> {};
template <>
struct fmt::formatter<enigma::tv_layout> : enigma::detail::string_formatter<enigma::tv_layout> {};
template <>
struct fmt::formatter<enigma::swizzle> : enigma::detail::string_formatter<enigma::swizzle> {};
template <>
struct fmt::formatter<enigma::composed_layout> : enigma::detail::string_formatter<enigma::composed_layout> {};
template <>
struct fmt::formatter<enigma::verdict> : enigma::detail::string_formatter<enigma::verdict> {};
template <>
struct fmt::formatter<enigma::refusal> : enigma::detail::string_formatter<enigma::refusal> {};
