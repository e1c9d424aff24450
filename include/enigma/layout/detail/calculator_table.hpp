// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/calculator_value.hpp>

/// How a function becomes a row of the table: what it takes is read off its parameters.
namespace enigma::calculator {

/// One way to call an operation. Operations of one name that take different kinds are several rows.
struct operation {
  static constexpr int max_parameters = 4;

  std::string_view name;
  std::string_view meaning;
  kind takes[max_parameters] = {};
  int parameters = 0;
  kind answers = kind::layout;
  bool repeats_last = false; // the last parameter takes one argument or more

  /// The sum of the distances of the arguments from what is taken; negative if they do not fit.
  int (*distance)(value const* arguments, int count) = nullptr;
  /// Calls it with arguments that fit. Refusals of the algebra come through.
  value (*call)(value const* arguments, int count) = nullptr;
};

namespace detail {

/// The kind of a result.
template <class T>
inline constexpr kind answer_of = parameter<T>::takes;
template <class T>
  requires integer<T>
inline constexpr kind answer_of<T> = kind::integer;

template <class Function, class Signature = decltype(&Function::operator())>
struct row_of;

template <class Function, class Result, class... Parameters>
struct row_of<Function, Result (Function::*)(Parameters...) const> {
  template <class T>
  using part = parameter<std::remove_cvref_t<T>>;
  static constexpr int count = static_cast<int>(sizeof...(Parameters));

  static int distance(value const* arguments, int given) {
    if (given != count)
      return -1;
    int sum = 0;
    bool fits = true;
    [[maybe_unused]] int i = 0;
    [[maybe_unused]] auto const add = [&](int d) {
      fits = fits && d >= 0;
      sum += d;
    };
    (add(part<Parameters>::distance(arguments[i++])), ...);
    return fits ? sum : -1;
  }
  static value call(value const* arguments, int) {
    return [&]<std::size_t... At>(std::index_sequence<At...>) {
      return value(Function{}(part<Parameters>::from(arguments[At])...));
    }(std::index_sequence_for<Parameters...>{});
  }
  static constexpr operation make(std::string_view name, std::string_view meaning) {
    operation r;
    r.name = name;
    r.meaning = meaning;
    (void)((r.takes[r.parameters++] = part<Parameters>::takes), ...);
    r.answers = answer_of<Result>;
    r.distance = distance;
    r.call = call;
    return r;
  }
};

/// Any number of layouts.
template <class Function, class Result>
struct row_of<Function, Result (Function::*)(layouts const&) const> {
  static int distance(value const* arguments, int given) {
    int sum = 0;
    for (int i = 0; i < given; ++i) {
      int const d = parameter<layout>::distance(arguments[i]);
      if (d < 0)
        return -1;
      sum += d;
    }
    return given > 0 ? sum : -1;
  }
  static value call(value const* arguments, int given) {
    layouts l;
    for (int i = 0; i < given; ++i)
      l.all.push_back(parameter<layout>::from(arguments[i]));
    return value(Function{}(l));
  }
  static constexpr operation make(std::string_view name, std::string_view meaning) {
    operation r;
    r.name = name;
    r.meaning = meaning;
    r.takes[0] = kind::layouts;
    r.parameters = 1;
    r.repeats_last = true;
    r.answers = answer_of<Result>;
    r.distance = distance;
    r.call = call;
    return r;
  }
};

/// A mode number or width for functions that take an int.
inline int small(std::int64_t n) {
  if (n < INT32_MIN || n > INT32_MAX)
    refused((enigma::detail::sentence("the number ") << n << " refused: it is no count or mode").lines());
  return static_cast<int>(n);
}

/// A row from a lambda without captures.
template <class Function>
constexpr operation row(std::string_view name, std::string_view meaning, Function) {
  return row_of<Function>::make(name, meaning);
}

} // namespace detail
} // namespace enigma::calculator
