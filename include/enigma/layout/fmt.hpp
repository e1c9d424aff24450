// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/text.hpp>
#include <enigma/layout/tv.hpp>

#include <fmt/format.h>

/// fmt formatters for every public value of the layout algebra; the string format options apply.
template <>
struct fmt::formatter<enigma::int_tuple> : fmt::formatter<fmt::string_view> {
  auto format(enigma::int_tuple const& t, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(t), context);
  }
};
template <>
struct fmt::formatter<enigma::layout> : fmt::formatter<fmt::string_view> {
  auto format(enigma::layout const& l, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(l), context);
  }
};
template <>
struct fmt::formatter<enigma::hole_coord> : fmt::formatter<fmt::string_view> {
  auto format(enigma::hole_coord const& c, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(c), context);
  }
};
template <>
struct fmt::formatter<enigma::sliced> : fmt::formatter<fmt::string_view> {
  auto format(enigma::sliced const& s, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(s), context);
  }
};
template <>
struct fmt::formatter<enigma::tiler> : fmt::formatter<fmt::string_view> {
  auto format(enigma::tiler const& t, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(t), context);
  }
};
template <>
struct fmt::formatter<enigma::tv_layout> : fmt::formatter<fmt::string_view> {
  auto format(enigma::tv_layout const& tv, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(tv), context);
  }
};
template <>
struct fmt::formatter<enigma::swizzle> : fmt::formatter<fmt::string_view> {
  auto format(enigma::swizzle const& sw, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(sw), context);
  }
};
template <>
struct fmt::formatter<enigma::composed_layout> : fmt::formatter<fmt::string_view> {
  auto format(enigma::composed_layout const& c, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(c), context);
  }
};
template <>
struct fmt::formatter<enigma::verdict> : fmt::formatter<fmt::string_view> {
  auto format(enigma::verdict const& v, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::to_string(v), context);
  }
};
template <>
struct fmt::formatter<enigma::refusal> : fmt::formatter<fmt::string_view> {
  auto format(enigma::refusal const& why, fmt::format_context& context) const {
    return fmt::formatter<fmt::string_view>::format(enigma::error(why).what(), context);
  }
};
