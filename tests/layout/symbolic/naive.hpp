// SPDX-License-Identifier: MIT
#pragma once

// The oracle of the tests in this folder: expressions as sums of products, layouts as nested structs with a
// coordinate loop, and the library's answers read back from their text. No code of the library is in it.
#include <cctype>
#include <cstdint>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace naive {

using values = std::map<std::string, std::int64_t>;

/// A fraction, for text such as ceil(3*M/16).
struct fraction {
  std::int64_t over = 0, under = 1;

  fraction(std::int64_t a = 0, std::int64_t b = 1) {
    auto const g = std::gcd(a, b) * (b < 0 ? -1 : 1);
    over = a / g;
    under = b / g;
  }
  friend fraction operator+(fraction a, fraction b) {
    return {a.over * b.under + b.over * a.under, a.under * b.under};
  }
  friend fraction operator-(fraction a, fraction b) {
    return {a.over * b.under - b.over * a.under, a.under * b.under};
  }
  friend fraction operator*(fraction a, fraction b) { return {a.over * b.over, a.under * b.under}; }
  friend fraction operator/(fraction a, fraction b) { return {a.over * b.under, a.under * b.over}; }
  [[nodiscard]] std::int64_t floor() const { return over / under - (over % under < 0 ? 1 : 0); }
  [[nodiscard]] std::int64_t whole() const {
    if (under != 1)
      throw std::runtime_error("not an integer");
    return over;
  }
};

/// Evaluates the text of an expression: + - * / % ceil() floor() and names.
class calculator {
public:
  calculator(std::string const& text, values const& names) : text_(text), names_(names) {}
  std::int64_t all() {
    auto const r = sum();
    if (at_ != text_.size())
      throw std::runtime_error("more text than expected: " + text_);
    return r.whole();
  }

private:
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  fraction sum() {
    bool const minus = next() == '-';
    if (minus)
      ++at_;
    fraction r = product();
    if (minus)
      r = fraction(0) - r;
    while (next() == '+' || next() == '-') {
      bool const add = text_[at_++] == '+';
      auto const x = product();
      r = add ? r + x : r - x;
    }
    return r;
  }
  fraction product() {
    fraction r = factor();
    while (next() == '*' || next() == '/' || next() == '%') {
      char const what = text_[at_++];
      auto const x = factor();
      if (what == '%')
        r = r.whole() % x.whole();
      else
        r = what == '*' ? r * x : r / x;
    }
    return r;
  }
  fraction factor() {
    std::string word;
    while (std::isalnum(static_cast<unsigned char>(next())) != 0 || next() == '_')
      word += text_[at_++];
    if (next() == '(' && (word.empty() || word == "ceil" || word == "floor")) {
      ++at_;
      auto const r = sum();
      ++at_;
      if (word == "ceil")
        return -(fraction(0) - r).floor();
      return word == "floor" ? fraction(r.floor()) : r;
    }
    return std::isdigit(static_cast<unsigned char>(word[0])) != 0 ? std::stoll(word) : names_.at(word);
  }

  std::string const& text_;
  values const& names_;
  std::size_t at_ = 0;
};

inline std::int64_t evaluate(std::string const& text, values const& names) {
  return calculator(text, names).all();
}

/// A layout of integers.
struct tree {
  std::int64_t shape = 1, stride = 0;
  std::vector<tree> children; // empty: a leaf

  tree() = default;
  /// From text such as (M,(4,K)):(K,(1,4)).
  tree(std::string const& text, values const& names) {
    auto const colon = text.find(':');
    std::size_t i = 0;
    std::size_t j = colon + 1;
    read(text, i, j, names);
  }

  [[nodiscard]] std::vector<tree const*> leaves() const {
    std::vector<tree const*> r;
    if (children.empty())
      r.push_back(this);
    for (auto const& c : children)
      for (auto const* l : c.leaves())
        r.push_back(l);
    return r;
  }
  [[nodiscard]] std::int64_t size() const {
    std::int64_t p = 1;
    for (auto const* l : leaves())
      p *= l->shape;
    return p;
  }
  /// Colexicographic, the last leaf not reduced.
  std::int64_t operator()(std::int64_t i) const {
    if (all_.empty())
      for (auto const* l : leaves())
        all_.emplace_back(l->shape, l->stride);
    std::int64_t sum = 0;
    for (std::size_t k = 0; k + 1 < all_.size(); ++k) {
      sum += i % all_[k].first * all_[k].second;
      i /= all_[k].first;
    }
    return sum + i * all_.back().second;
  }
  /// True if the nesting of `coarse` is a truncation of this one, with the same sizes.
  [[nodiscard]] bool refines(tree const& coarse) const {
    if (coarse.children.empty())
      return size() == coarse.shape;
    if (children.size() != coarse.children.size())
      return false;
    for (std::size_t i = 0; i < children.size(); ++i)
      if (!children[i].refines(coarse.children[i]))
        return false;
    return true;
  }
  [[nodiscard]] std::string text(bool strides) const {
    if (children.empty())
      return std::to_string(strides ? stride : shape);
    std::string s = "(";
    for (auto const& c : children)
      s += (s.size() > 1 ? "," : "") + c.text(strides);
    return s + ")";
  }
  [[nodiscard]] std::string text() const { return text(false) + ":" + text(true); }

private:
  mutable std::vector<std::pair<std::int64_t, std::int64_t>>
      all_; // the leaves, once they have been asked for

  static std::int64_t leaf(std::string const& s, std::size_t& i, values const& names) {
    std::size_t const from = i;
    int nesting = 0;
    while (i < s.size() && (nesting > 0 || (s[i] != ',' && s[i] != ')' && s[i] != ':'))) {
      nesting += s[i] == '(' ? 1 : s[i] == ')' ? -1 : 0;
      ++i;
    }
    return evaluate(s.substr(from, i - from), names);
  }
  void read(std::string const& s, std::size_t& i, std::size_t& j, values const& names) {
    if (s[i] != '(') {
      shape = leaf(s, i, names);
      stride = leaf(s, j, names);
      return;
    }
    do {
      ++i;
      ++j;
      children.emplace_back();
      children.back().read(s, i, j, names);
    } while (s[i] == ',');
    ++i;
    ++j;
  }
};

} // namespace naive
