// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/error.hpp>
#include <enigma/layout/calculator/detail/lookup.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace enigma::calculator::detail {

/// Recursive descent; evaluates while it reads.
class parser {
public:
  using names = std::map<std::string, value, std::less<>>;

  parser(std::string_view text, names& known) : text_(text), names_(known) {}

  /// statement {(';' | line break) statement}; the value of the last one.
  value all() {
    value last;
    bool any = false;
    for (;;) {
      while (next() == ';' || next() == '\n')
        ++at_;
      if (at_ >= text_.size()) {
        if (!any)
          fail(at_, "expected an expression");
        return last;
      }
      last = statement();
      any = true;
      if (char const c = next(); c != ';' && c != '\n' && at_ < text_.size())
        fail(at_, "expected nothing more");
    }
  }

private:
  static constexpr int max_nesting = 100;

  /// Counts the parentheses that are open, so that no text can exhaust the stack.
  struct deeper {
    int& nesting;

    explicit deeper(parser& p) : nesting(p.nesting_) {
      if (nesting == max_nesting)
        p.fail(p.at_, "too deep, an expression nests at most 100 levels");
      ++nesting;
    }
    deeper(deeper const&) = delete;
    deeper& operator=(deeper const&) = delete;
    ~deeper() { --nesting; }
  };

  [[noreturn]] void fail(std::size_t where, std::string_view words) const {
    throw expression_error(text_, where, words);
  }
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' ||
                                  (text_[at_] == '\n' && nesting_ > 0)))
      ++at_;
  }
  char next() {
    skip_spaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  /// The name that begins here; `_` alone and `o` are names too.
  [[nodiscard]] std::string_view peek_name() {
    skip_spaces();
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || (end > at_ && is_digit(text_[end]))))
      ++end;
    return text_.substr(at_, end - at_);
  }
  void expect(char letter, char const* words) {
    if (next() != letter)
      fail(at_, words);
    ++at_;
  }

  value statement() {
    auto const name = peek_name();
    std::size_t const start = at_;
    if (!name.empty()) {
      at_ += name.size();
      if (next() == '=') {
        if (name == "_" || name == "o" || name == "Sw" || name == "true" || name == "false")
          fail(start, "'" + std::string(name) + "' is part of the notation, choose another name");
        if (is_operation(name))
          fail(start, "'" + std::string(name) + "' is an operation, choose another name");
        ++at_;
        auto v = expression();
        names_.insert_or_assign(std::string(name), v);
        return v;
      }
      at_ = start;
    }
    return expression();
  }

  /// operand {'o' operand}, composed from the right.
  value expression() {
    std::vector<value> operands;
    std::vector<std::size_t> where;
    operands.push_back(operand());
    while (peek_name() == "o") {
      where.push_back(at_);
      ++at_;
      operands.push_back(operand());
    }
    while (operands.size() > 1) {
      auto const right = operands.back();
      operands.pop_back();
      operands.back() = composed(operands.back(), right, where.back());
      where.pop_back();
    }
    return operands.back();
  }

  /// A o B; an integer in front of a layout is an offset: Sw<3,4,3> o 0 o (8,64):(64,1).
  value composed(value const& left, value const& right, std::size_t where) {
    if (kind_of(left) == kind::integer) {
      auto const offset = left.get_if<int_tuple>()->leaf_[0];
      if (parameter<layout>::distance(right) >= 0)
        return composed_layout(swizzle(0, 0, 0), offset, parameter<layout>::from(right));
    }
    if (auto const* sw = left.get_if<swizzle>())
      if (auto const* c = right.get_if<composed_layout>(); c != nullptr && c->sw.is_identity())
        return composed_layout(*sw, c->offset, c->inner);
    return call("composition", where, {left, right});
  }

  /// part [':' part], a layout if there is a stride.
  value operand() {
    skip_spaces();
    std::size_t const start = at_;
    auto first = part();
    if (next() != ':')
      return first;
    auto const* shape = first.get_if<int_tuple>();
    if (shape == nullptr)
      fail(start,
           "a shape is an integer or a tuple of integers, this is a " + std::string(word(kind_of(first))));
    ++at_;
    skip_spaces();
    std::size_t const second = at_;
    auto const v = part();
    auto const* stride = v.get_if<int_tuple>();
    if (stride == nullptr)
      fail(second,
           "a stride is an integer or a tuple of integers, this is a " + std::string(word(kind_of(v))));
    return layout(*shape, *stride);
  }

  value part() {
    char const c = next();
    std::size_t const start = at_;
    if (is_digit(c) || c == '-')
      return number();
    if (c == '(' || c == '<') {
      deeper const inside(*this);
      ++at_;
      char const closing = c == '(' ? ')' : '>';
      auto const e = list(closing);
      return tuple(e, c == '<', start);
    }
    if (!is_letter(c))
      fail(start, "expected a number, a name, '(' or '<'");
    auto const name = peek_name();
    at_ += name.size();
    if (name == "_")
      return hole_coord(underscore{});
    if (name == "true" || name == "false")
      return name == "true";
    if (name == "Sw") {
      expect('<', "expected '<', a swizzle is Sw<bits,base,shift>");
      auto const e = list('>');
      std::int64_t n[3] = {};
      for (std::size_t i = 0; i < e.size() && i < 3; ++i)
        n[i] = kind_of(e[i]) == kind::integer ? e[i].get_if<int_tuple>()->leaf_[0] : INT64_MAX;
      if (e.size() != 3 || n[0] == INT64_MAX || n[1] == INT64_MAX || n[2] == INT64_MAX)
        fail(start, "a swizzle is written Sw<bits,base,shift> with three integers");
      return swizzle(small(n[0]), small(n[1]), small(n[2]));
    }
    if (auto const known = names_.find(name); known != names_.end()) {
      if (next() != '(')
        return known->second;
      deeper const inside(*this);
      ++at_;
      return evaluated(known->second, list(')'), start);
    }
    std::vector<value> of_template;
    if (at_ < text_.size() && text_[at_] == '<') { // take<0,2>(L) is take(L, 0, 2)
      deeper const inside(*this);
      ++at_;
      of_template = list('>');
    }
    if (next() != '(') {
      std::string words = "there is no result named '" + std::string(name) + "'";
      if (is_operation(name))
        words = "'" + std::string(name) + "' is an operation, its arguments follow in parentheses";
      fail(start, words);
    }
    deeper const inside(*this);
    ++at_;
    std::vector<value> arguments;
    if (next() != ')')
      arguments = list(')');
    else
      ++at_;
    return call_with(name, start, arguments, of_template);
  }

  value number() {
    std::size_t const start = at_;
    bool const negative = text_[at_] == '-';
    if (negative)
      ++at_;
    if (at_ >= text_.size() || !is_digit(text_[at_]))
      fail(start, "expected a number");
    std::int64_t n = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      auto const digit = static_cast<std::int64_t>(text_[at_] - '0');
      if (__builtin_mul_overflow(n, std::int64_t{10}, &n) ||
          __builtin_add_overflow(n, negative ? -digit : digit, &n))
        fail(start, "overflow, the number does not fit in 64 bits");
    }
    if (at_ < text_.size() && is_letter(text_[at_]) && peek_name() != "o")
      fail(at_, "expected nothing more of the number");
    return n;
  }

  /// Expressions up to the closing parenthesis.
  std::vector<value> list(char closing) {
    std::vector<value> r;
    for (;;) {
      r.push_back(expression());
      char const c = next();
      if (c != closing && c != ',')
        fail(at_, closing == ')' ? "expected ',' or ')'" : "expected ',' or '>'");
      ++at_;
      if (c == closing)
        return r;
    }
  }

  /// Integers make an int_tuple, with holes a coordinate, with layouts or between < and > a tiler.
  value tuple(std::vector<value> const& e, bool angular, std::size_t start) {
    bool integers = !angular;
    bool holes = !angular;
    for (auto const& v : e) {
      bool const is_tuple = v.get_if<int_tuple>() != nullptr;
      bool const is_hole = v.get_if<hole_coord>() != nullptr;
      integers = integers && is_tuple;
      holes = holes && (is_tuple || is_hole);
      if (parameter<tiler>::distance(v) < 0)
        fail(start, "a " + std::string(word(kind_of(v))) + " cannot stand in a tuple");
    }
    int const count = static_cast<int>(e.size());
    if (integers) {
      std::vector<int_tuple> parts;
      parts.reserve(e.size());
      for (auto const& v : e)
        parts.push_back(*v.get_if<int_tuple>());
      int_tuple t;
      t.enclose(parts.data(), count);
      return t;
    }
    if (holes) {
      std::vector<hole_coord> parts;
      parts.reserve(e.size());
      for (auto const& v : e)
        parts.push_back(parameter<hole_coord>::from(v));
      hole_coord c = 0;
      c.enclose(parts.data(), count);
      return c;
    }
    std::vector<tiler> parts;
    parts.reserve(e.size());
    for (auto const& v : e)
      parts.push_back(parameter<tiler>::from(v));
    tiler t = underscore{};
    t.enclose(parts.data(), count);
    return t;
  }

  /// A(c): a named layout at a coordinate, or what a slice leaves.
  value evaluated(value const& named, std::vector<value> const& coordinate, std::size_t start) {
    auto const* l = named.get_if<layout>();
    auto const* sw = named.get_if<composed_layout>();
    if (l == nullptr && sw == nullptr)
      fail(start, "only a layout has values at coordinates, this is a " + std::string(word(kind_of(named))));
    value const c = coordinate.size() == 1 ? coordinate[0] : tuple(coordinate, false, start);
    if (kind_of(c) != kind::coordinate && c.get_if<int_tuple>() == nullptr)
      fail(start, "a coordinate has integers, tuples and '_', not a " + std::string(word(kind_of(c))));
    if (auto const* t = c.get_if<int_tuple>())
      return l != nullptr ? crd2idx(*t, *l) : crd2idx(*t, *sw);
    auto const& holes = *c.get_if<hole_coord>();
    if (l == nullptr)
      return slice(holes, *sw);
    return slice(holes, *l);
  }

  value call_with(std::string_view name, std::size_t where, std::vector<value> arguments,
                  std::vector<value> const& of_template) {
    if (of_template.empty())
      return call(name, where, arguments);
    // The numbers of a template come after the layout: one by one if the operation takes them so, else
    // as one tuple: select<1,0>(L) is select(L, (1,0)).
    auto const first = arguments.empty() ? arguments.end() : arguments.begin() + 1;
    auto one_by_one = arguments;
    one_by_one.insert(one_by_one.begin() + (first - arguments.begin()), of_template.begin(),
                      of_template.end());
    std::string words;
    if (find(name, one_by_one, words) != nullptr)
      return call(name, where, one_by_one);
    auto together = arguments;
    together.insert(together.begin() + (first - arguments.begin()), tuple(of_template, false, where));
    std::string ignored;
    if (find(name, together, ignored) != nullptr)
      return call(name, where, together);
    return call(name, where, one_by_one);
  }

  value call(std::string_view name, std::size_t where, std::vector<value> const& arguments) {
    std::string words;
    auto const* o = find(name, arguments, words);
    if (o == nullptr)
      fail(where, is_operation(name) ? std::string(name) + " " + words : words);
    return o->call(arguments.data(), static_cast<int>(arguments.size()));
  }

  std::string_view text_;
  names& names_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

} // namespace enigma::calculator::detail
