// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>
#include <enigma/layout/symbolic/expression.hpp>

namespace enigma {

class size_tuple;

namespace detail {

/// Polynomials one after the other, under one table of names. Cheap to copy for a compiler: flat arrays.
struct term_store {
  static constexpr int max_polynomials = 2 * max_leaves;
  static constexpr int room = 128;

  int count = 0;
  unsigned char end[max_polynomials] = {};
  std::int64_t c[room] = {};
  monomial m[room] = {};

  [[nodiscard]] constexpr int first(int i) const { return i == 0 ? 0 : end[i - 1]; }
  constexpr void get(int i, polynomial& p) const {
    int const from = first(i);
    int const terms = end[i] - from;
    p.n = terms;
    for (int k = 0; k < terms; ++k) {
      p.c[k] = c[from + k];
      p.m[k] = m[from + k];
    }
  }
  [[nodiscard]] constexpr polynomial get(int i) const {
    int const from = first(i);
    return polynomial(c + from, m + from, end[i] - from);
  }
  constexpr bool append(polynomial const& p) {
    int const from = first(count);
    if (count == max_polynomials || from + p.n > room)
      return false;
    for (int k = 0; k < p.n; ++k) {
      c[from + k] = p.c[k];
      m[from + k] = p.m[k];
    }
    end[count++] = static_cast<unsigned char>(from + p.n);
    return true;
  }
  /// Appends polynomials [begin, last) of another store, whose atoms are found through `to`.
  constexpr bool append(term_store const& from, int begin, int last, renaming const& to, int atoms) {
    for (int i = begin; i < last; ++i) {
      polynomial p;
      from.get(i, p);
      if (!to.same) {
        polynomial r;
        for (int k = 0; k < p.n; ++k)
          r.add(p.c[k], to(p.m[k], atoms));
        p = r;
      }
      if (!append(p))
        return false;
    }
    return true;
  }
  constexpr void pop() {
    --count;
    for (int k = first(count); k < end[count]; ++k) {
      c[k] = 0;
      m[k] = 0;
    }
    end[count] = 0;
  }
};

class size_element {
public:
  template <integer T>
  constexpr size_element(T value) : value_(to_int64(value)) {}
  constexpr size_element(underscore) : kind_(kind::hole) {}
  constexpr size_element(named_size const& name) : kind_(kind::name), name_(&name) {}
  constexpr size_element(size_expression const& e) : kind_(kind::expression), expression_(&e) {}
  constexpr size_element(int_tuple const& t) : kind_(kind::integers), integers_(&t) {}
  constexpr size_element(size_tuple const& t) : kind_(kind::tuple), tuple_(&t) {}
  constexpr size_element(std::initializer_list<size_element> children)
      : kind_(kind::children)
      , count_(static_cast<int>(children.size())) {
    if (count_ == 0)
      refused("a size_tuple cannot be empty");
    auto const* first = children.begin();
    children_ = first;
  }

  enum class kind : unsigned char { value, hole, name, expression, integers, tuple, children };
  kind kind_ = kind::value;
  std::int64_t value_ = 0;
  named_size const* name_ = nullptr;
  size_expression const* expression_ = nullptr;
  int_tuple const* integers_ = nullptr;
  size_tuple const* tuple_ = nullptr;
  size_element const* children_ = nullptr;
  int count_ = 0;
};

} // namespace detail

/// A nested tuple of expressions, as int_tuple is of integers: a shape {M, {4, K}}, a stride {K, 1}, and as a
/// coordinate also with holes: {_, k}. A structural type. Parentheses give the thing itself, braces a tuple.
/// Errors: too many modes, too many names, a name with two different facts.
class size_tuple {
public:
  constexpr size_tuple() : size_tuple(size_expression()) {}
  template <integer T>
  constexpr size_tuple(T value) : size_tuple(size_expression(value)) {}
  constexpr size_tuple(named_size const& name) : size_tuple(size_expression(name)) {}
  constexpr size_tuple(size_expression const& e) { put(detail::size_element(e), 0); }
  constexpr size_tuple(int_tuple const& t) { put(detail::size_element(t), 0); }
  constexpr size_tuple(underscore) { put(detail::size_element(_), 0); }
  constexpr size_tuple(hole_coord const& c) {
    put(detail::size_element(c.value_), 0);
    holes_ = c.holes_;
  }
  constexpr size_tuple(std::initializer_list<detail::size_element> elements) {
    put(detail::size_element(elements), 0);
  }

  [[nodiscard]] constexpr bool is_leaf() const { return profile_.opened[0] == 0; }
  [[nodiscard]] constexpr int leaves() const { return profile_.count; }
  /// Expression number k, from the left.
  [[nodiscard]] constexpr size_expression leaf(int k) const {
    if (k < 0 || k >= profile_.count)
      refused("leaf number out of range of a size_tuple");
    return {names_, terms_.get(k)};
  }
  /// Top-level element i. Errors: no such element.
  [[nodiscard]] constexpr size_tuple operator[](int i) const {
    auto const all = profile_.whole();
    if (i < 0 || i >= profile_.rank(all))
      refused("element number out of range of a size_tuple");
    auto const n = profile_.child_number(all, i);
    size_tuple r;
    r.clear();
    r.names_ = names_;
    for (int k = n.first; k < n.last; ++k)
      r.terms_.append(terms_.get(k));
    r.profile_.append(profile_, n, 0);
    r.holes_ = holes_ >> n.first & (n.leaves() == 32 ? ~0U : (1U << n.leaves()) - 1U);
    return r;
  }
  /// True if no name is in it, so that `known()` gives the integers.
  [[nodiscard]] constexpr bool is_known() const {
    for (int k = 0; k < profile_.count; ++k)
      if (!terms_.get(k).known())
        return false;
    return holes_ == 0;
  }
  [[nodiscard]] constexpr int_tuple known() const {
    int_tuple r;
    r.profile_ = profile_;
    for (int k = 0; k < profile_.count; ++k)
      r.leaf_[k] = leaf(k).value();
    return r;
  }

  friend constexpr bool operator==(size_tuple const& a, size_tuple const& b) {
    if (!(a.profile_ == b.profile_) || a.holes_ != b.holes_)
      return false;
    for (int k = 0; k < a.profile_.count; ++k)
      if (!(a.leaf(k) == b.leaf(k)))
        return false;
    return true;
  }

  // Implementation.
  constexpr void clear() {
    profile_.count = 0;
    profile_.opened[0] = profile_.closed[0] = 0;
    terms_.count = 0;
    terms_.end[0] = 0;
    terms_.c[0] = 0;
    terms_.m[0] = 0;
    names_ = detail::atom_table();
  }
  [[nodiscard]] constexpr bool is_hole(int k) const { return (holes_ >> unsigned(k) & 1U) != 0; }
  constexpr void put(detail::size_element const& e, int opened) {
    using kind = detail::size_element::kind;
    switch (e.kind_) {
    case kind::children:
      for (int i = 0; i < e.count_; ++i)
        put(e.children_[i], i == 0 ? opened + 1 : 0);
      if (++profile_.closed[profile_.count - 1] > max_depth)
        detail::too_deep();
      break;
    case kind::value:
      leaf_of(detail::atom_table(), e.value_, opened);
      break;
    case kind::hole:
      leaf_of(detail::atom_table(), 0, opened);
      holes_ |= 1U << unsigned(profile_.count - 1);
      break;
    case kind::name: {
      size_expression const x(*e.name_);
      leaf_of(x.names_, x.polynomial_, opened);
      break;
    }
    case kind::expression:
      leaf_of(e.expression_->names_, e.expression_->polynomial_, opened);
      break;
    case kind::integers: {
      auto const& t = *e.integers_;
      int const at = profile_.count;
      if (at + t.profile_.count > max_leaves)
        detail::too_many_modes();
      for (int k = 0; k < t.profile_.count; ++k)
        terms_.append(t.leaf_[k]);
      profile_.append(t.profile_, t.profile_.whole(), opened);
      break;
    }
    case kind::tuple: {
      auto const& t = *e.tuple_;
      int const at = profile_.count;
      if (at + t.profile_.count > max_leaves)
        detail::too_many_modes();
      auto const to = names_of(t.names_);
      if (!terms_.append(t.terms_, 0, t.profile_.count, to, t.names_.count))
        too_many_terms();
      profile_.append(t.profile_, t.profile_.whole(), opened);
      holes_ |= at == 0 ? t.holes_ : t.holes_ << unsigned(at);
      break;
    }
    }
  }
  constexpr detail::renaming names_of(detail::atom_table const& names) {
    detail::renaming to;
    detail::trouble why;
    if (!join(to, names_, names, why))
      refused((detail::sentence("size_tuple refused: ") << why.words).lines());
    return to;
  }
  [[noreturn]] static constexpr void too_many_terms() {
    refused("size_tuple refused: too many terms, a tuple or layout holds at most 128");
  }
  constexpr void leaf_of(detail::atom_table const& names, detail::polynomial const& p, int opened) {
    if (profile_.count == max_leaves)
      detail::too_many_modes();
    detail::polynomial r = p;
    if (auto const to = names_of(names); !to.same) {
      r = {};
      for (int k = 0; k < p.n; ++k)
        r.add(p.c[k], to(p.m[k], names.count));
    }
    if (!terms_.append(r))
      too_many_terms();
    profile_.opened[profile_.count++] = static_cast<unsigned char>(opened);
  }

  detail::term_store terms_ = {};
  detail::atom_table names_ = {};
  detail::profile profile_ = {};
  std::uint32_t holes_ = 0;
};

namespace detail {

template <class Sink>
constexpr void write_leaves(Sink& out, atom_table const& names, term_store const& terms, profile const& p,
                            int first, int step, std::uint32_t holes) {
  for (int k = 0; k < p.count; ++k) {
    if (k > 0)
      out.put(',');
    for (int i = 0; i < p.opened[k]; ++i)
      out.put('(');
    if ((holes >> unsigned(k) & 1U) != 0)
      out.put('_');
    else
      write_sum(out, names, terms.get(first + step * k));
    for (int i = 0; i < p.closed[k]; ++i)
      out.put(')');
  }
}

/// One coordinate for each mode, or one for all.
template <class C>
constexpr size_tuple coordinate_of(C const& c) {
  return size_tuple(c);
}
template <class C, class... Cs>
  requires(sizeof...(Cs) > 0)
constexpr size_tuple coordinate_of(C const& c, Cs const&... cs) {
  return size_tuple{size_element(size_tuple(c)), size_element(size_tuple(cs))...};
}

template <class Sink>
constexpr void write(Sink& out, size_tuple const& t) {
  write_leaves(out, t.names_, t.terms_, t.profile_, 0, 1, t.holes_);
}

} // namespace detail

/// The number of top-level elements, and the product of all.
[[nodiscard]] constexpr int rank(size_tuple const& t) {
  return t.profile_.rank(t.profile_.whole());
}
[[nodiscard]] constexpr size_expression product(size_tuple const& t) {
  size_expression p = 1;
  for (int k = 0; k < t.leaves(); ++k)
    p = p * t.leaf(k);
  return p;
}

} // namespace enigma
