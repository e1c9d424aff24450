// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/text.hpp>
#include <enigma/layout/tv.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What an expression in CuTe notation can be, and what fits where.
namespace enigma::calculator {

/// What an operation of the table takes or answers.
enum class kind : unsigned char {
  integer,
  tuple,
  coordinate, // a tuple in which `_` may stand
  layout,
  layouts, // one or more
  tiler,
  truth,
  swizzle,
  composed,
  sliced, // a layout and an offset
  thread_value,
};

/// The word for a kind in help and in errors.
[[nodiscard]] constexpr std::string_view word(kind k) {
  switch (k) {
  case kind::integer:
    return "integer";
  case kind::tuple:
    return "tuple";
  case kind::coordinate:
    return "coordinate";
  case kind::layout:
    return "layout";
  case kind::layouts:
    return "layout...";
  case kind::tiler:
    return "tiler";
  case kind::truth:
    return "truth";
  case kind::swizzle:
    return "swizzle";
  case kind::composed:
    return "composed layout";
  case kind::sliced:
    return "slice";
  case kind::thread_value:
    return "thread-value layout";
  }
  return "value";
}

/// The result of an expression. An integer is an int_tuple that is a leaf.
struct value {
  std::variant<int_tuple, hole_coord, layout, tiler, bool, swizzle, composed_layout, sliced, tv_layout,
               verdict>
      held;

  value() = default;
  value(int_tuple const& t) : held(t) {}
  value(hole_coord const& c) : held(c) {}
  value(layout const& l) : held(l) {}
  value(tiler const& t) : held(t) {}
  value(swizzle const& s) : held(s) {}
  value(composed_layout const& c) : held(c) {}
  value(sliced const& s) : held(s) {}
  value(tv_layout const& t) : held(t) {}
  value(verdict const& v) : held(v) {}
  value(bool b) : held(b) {}
  template <integer T>
  value(T n) : held(int_tuple(n)) {}

  template <class T>
  [[nodiscard]] T const* get_if() const {
    return std::get_if<T>(&held);
  }
};

/// The value in CuTe notation. What is a layout and something beside it stands in braces:
/// `{layout, offset}`, `{tiler, layout}`.
[[nodiscard]] inline std::string to_string(value const& v) {
  return std::visit(
      [](auto const& x) -> std::string {
        using T = std::remove_cvref_t<decltype(x)>;
        if constexpr (std::same_as<T, bool>)
          return x ? "true" : "false";
        else if constexpr (std::same_as<T, verdict>)
          return enigma::to_string(x);
        else
          return enigma::to_string(x);
      },
      v.held);
}

namespace detail {

/// Several layouts, for operations that take as many as there are.
struct layouts {
  std::vector<layout> all;
};

/// The tiler with the integers and holes of a coordinate.
inline tiler to_tiler(hole_coord const& c) {
  tiler t = underscore{};
  t.profile_ = {};
  auto const& p = c.value_.profile_;
  for (int k = 0; k < p.count; ++k) {
    t.append(c.is_hole(k) ? tiler(underscore{}) : tiler(c.value_.leaf_[k]), p.opened[k]);
    t.profile_.closed[k] = p.closed[k];
  }
  return t;
}

/// What a parameter of type T takes: its kind, how far a value is from it (negative: it does not fit), and
/// the value as a T. Among operations of one name the one with the smallest sum of distances is called.
template <class T>
struct parameter;

template <>
struct parameter<std::int64_t> {
  static constexpr kind takes = kind::integer;
  static int distance(value const& v) {
    auto const* t = v.get_if<int_tuple>();
    return t != nullptr && t->is_leaf() ? 0 : -1;
  }
  static std::int64_t from(value const& v) { return v.get_if<int_tuple>()->leaf_[0]; }
};
template <>
struct parameter<int_tuple> {
  static constexpr kind takes = kind::tuple;
  static int distance(value const& v) {
    auto const* t = v.get_if<int_tuple>();
    return t == nullptr ? -1 : t->is_leaf() ? 1 : 0;
  }
  static int_tuple from(value const& v) { return *v.get_if<int_tuple>(); }
};
template <>
struct parameter<hole_coord> {
  static constexpr kind takes = kind::coordinate;
  static int distance(value const& v) {
    return v.get_if<hole_coord>() != nullptr ? 0 : v.get_if<int_tuple>() != nullptr ? 2 : -1;
  }
  static hole_coord from(value const& v) {
    auto const* c = v.get_if<hole_coord>();
    return c != nullptr ? *c : hole_coord(*v.get_if<int_tuple>());
  }
};
/// A shape alone is its compact column-major layout.
template <>
struct parameter<layout> {
  static constexpr kind takes = kind::layout;
  static int distance(value const& v) {
    return v.get_if<layout>() != nullptr ? 0 : v.get_if<int_tuple>() != nullptr ? 4 : -1;
  }
  static layout from(value const& v) {
    auto const* l = v.get_if<layout>();
    return l != nullptr ? *l : layout(*v.get_if<int_tuple>());
  }
};
template <>
struct parameter<tiler> {
  static constexpr kind takes = kind::tiler;
  static int distance(value const& v) {
    if (v.get_if<tiler>() != nullptr)
      return 0;
    return v.get_if<int_tuple>() != nullptr || v.get_if<hole_coord>() != nullptr ||
                   v.get_if<layout>() != nullptr
               ? 1
               : -1;
  }
  static tiler from(value const& v) {
    if (auto const* t = v.get_if<tiler>())
      return *t;
    if (auto const* t = v.get_if<int_tuple>())
      return *t;
    if (auto const* l = v.get_if<layout>())
      return *l;
    return to_tiler(*v.get_if<hole_coord>());
  }
};

/// A parameter that takes values of one type only.
template <class T, kind Kind>
struct plain_parameter {
  static constexpr kind takes = Kind;
  static int distance(value const& v) { return v.get_if<T>() != nullptr ? 0 : -1; }
  static T from(value const& v) { return *v.get_if<T>(); }
};
template <>
struct parameter<bool> : plain_parameter<bool, kind::truth> {};
template <>
struct parameter<swizzle> : plain_parameter<swizzle, kind::swizzle> {};
template <>
struct parameter<composed_layout> : plain_parameter<composed_layout, kind::composed> {};
template <>
struct parameter<verdict> : plain_parameter<verdict, kind::truth> {};
template <>
struct parameter<sliced> : plain_parameter<sliced, kind::sliced> {};
template <>
struct parameter<tv_layout> : plain_parameter<tv_layout, kind::thread_value> {};

} // namespace detail

/// The kind of a value; an integer is `integer`, not `tuple`.
[[nodiscard]] inline kind kind_of(value const& v) {
  if (auto const* t = v.get_if<int_tuple>(); t != nullptr && t->is_leaf())
    return kind::integer;
  return std::visit([]<class T>(T const&) { return detail::parameter<T>::takes; }, v.held);
}
} // namespace enigma::calculator
