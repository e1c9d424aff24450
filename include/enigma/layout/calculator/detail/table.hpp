// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/value.hpp>

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

/// A function as a type, for the rows: from a lambda without captures, and from one with a template
/// parameter by what stands for it.
template <class Function>
struct plain_call {
  using signature = decltype(&Function::operator());
  template <class... Arguments>
  static auto with(Arguments const&... a) {
    return Function{}(a...);
  }
};
template <class Function, class T>
struct call_for {
  using signature = decltype(&Function::template operator()<T>);
  template <class... Arguments>
  static auto with(Arguments const&... a) {
    return Function{}.template operator()<T>(a...);
  }
};

template <class Call, class Signature = typename Call::signature>
struct row_of;

template <class Call, class Function, class Result, class... Parameters>
struct row_of<Call, Result (Function::*)(Parameters...) const> {
  template <class T>
  using part = parameter<std::remove_cvref_t<T>>;

  static int distance(value const* arguments, int given) {
    if (given != static_cast<int>(sizeof...(Parameters)))
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
      return value(Call::with(part<Parameters>::from(arguments[At])...));
    }(std::index_sequence_for<Parameters...>{});
  }
  static operation make() {
    operation r;
    ((r.takes[r.parameters++] = part<Parameters>::takes), ...);
    r.answers = answer_of<Result>;
    r.distance = distance;
    r.call = call;
    return r;
  }
};

/// Any number of layouts.
template <class Call, class Function, class Result>
struct row_of<Call, Result (Function::*)(layouts const&) const> {
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
    return value(Call::with(l));
  }
  static operation make() {
    operation r;
    r.takes[0] = kind::layouts;
    r.parameters = 1;
    r.answers = answer_of<Result>;
    r.distance = distance;
    r.call = call;
    return r;
  }
};

/// The rows, one call each:
///
///   t.row("shape", "the shape", [](layout const& l) { return l.shape(); });
///   t.each<layout, int_tuple>("flatten", "without nesting", []<class T>(T const& l) { return flatten(l); });
class table {
public:
  template <class Function>
  void row(std::string_view name, std::string_view meaning, Function) {
    add(name, meaning, row_of<plain_call<Function>>::make());
  }
  template <class... Ts, class Function>
  void each(std::string_view name, std::string_view meaning, Function) {
    (add(name, meaning, row_of<call_for<Function, Ts>>::make()), ...);
  }
  std::vector<operation> rows;

private:
  void add(std::string_view name, std::string_view meaning, operation o) {
    o.name = name;
    o.meaning = meaning;
    rows.push_back(o);
  }
};

/// A mode number or width for functions that take an int.
inline int small(std::int64_t n) {
  if (n < INT32_MIN || n > INT32_MAX)
    refused((enigma::detail::sentence("the number ") << n << " refused: it is no count or mode").lines());
  return static_cast<int>(n);
}

} // namespace detail
} // namespace enigma::calculator
