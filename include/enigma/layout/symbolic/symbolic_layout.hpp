// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/size_tuple.hpp>

namespace enigma {

/// A layout whose shapes and strides may have names in them: (M,K):(K,1).
///
///   symbolic_layout{{M, K}, {K, 1}}       shape and stride
///   symbolic_layout(size_tuple{M, K})     compact, column-major: (M,K):(1,M)
///   symbolic_layout(a_layout)             implicit: every layout is one
///
/// It stands for a family of layouts, one for each binding of the names that their facts allow; an operation
/// on it answers what is right for all of them, or refuses and says which fact is missing:
///   bind(op(A, ...), values) = op(bind(A, values), ...) as functions.
/// A structural type. Two are equal (==) if nesting and expressions are.
class symbolic_layout {
public:
  constexpr symbolic_layout() : symbolic_layout(layout()) {}
  constexpr symbolic_layout(layout const& l) : profile_(l.profile_) {
    for (int k = 0; k < profile_.count; ++k) {
      terms_.append(l.shape_[k]);
      terms_.append(l.stride_[k]);
    }
  }
  /// Errors: shape and stride not congruent, a shape that may be below 1, an integer stride that has a hole.
  constexpr symbolic_layout(size_tuple const& shape, size_tuple const& stride) : profile_(shape.profile_) {
    if (!(shape.profile_ == stride.profile_) || shape.holes_ != 0 || stride.holes_ != 0)
      refused((detail::sentence("symbolic_layout(")
               << shape << ", " << stride << ") refused: shape and stride must have the same nesting")
                  .lines());
    names_ = shape.names_;
    auto const to = join_names(stride.names_);
    for (int k = 0; k < profile_.count; ++k)
      if (!terms_.append(shape.terms_, k, k + 1, {}, 0) ||
          !terms_.append(stride.terms_, k, k + 1, to, stride.names_.count))
        size_tuple::too_many_terms();
    check_shape(shape);
  }
  /// The compact column-major layout. Errors: a shape that may be below 1, overflow.
  constexpr explicit symbolic_layout(size_tuple const& shape) : profile_(shape.profile_) {
    if (shape.holes_ != 0)
      refused("symbolic_layout refused: a shape has no holes");
    names_ = shape.names_;
    detail::polynomial next = 1;
    for (int k = 0; k < profile_.count; ++k) {
      auto const s = shape.terms_.get(k);
      detail::polynomial after;
      if (!multiply(after, next, s) || !terms_.append(s) ||
          !terms_.append(s.is(1) ? detail::polynomial() : next))
        refused((detail::sentence("symbolic_layout(")
                 << shape << ") refused: overflow, its size exceeds 64 bits, 16 terms or the power 7")
                    .lines());
      next = after;
    }
    check_shape(shape);
  }

  [[nodiscard]] constexpr size_tuple shape() const { return tuple_of(0); }
  [[nodiscard]] constexpr size_tuple stride() const { return tuple_of(1); }
  /// The number of leaves.
  [[nodiscard]] constexpr int leaves() const { return profile_.count; }
  [[nodiscard]] constexpr size_expression leaf_shape(int k) const {
    check_leaf(k);
    return {names_, shape_at(k)};
  }
  [[nodiscard]] constexpr size_expression leaf_stride(int k) const {
    check_leaf(k);
    return {names_, stride_at(k)};
  }
  /// True if no name is in it, so that it is a layout: see `bind`.
  [[nodiscard]] constexpr bool is_known() const {
    for (int i = 0; i < terms_.count; ++i)
      if (!terms_.get(i).known())
        return false;
    return true;
  }

  /// A(c...): the value at a coordinate, an expression, or under `_` the layout that is left; see `slice`.
  /// Coordinates are integers, names, expressions and tuples of them; several are one for each mode.
  template <class... Cs>
    requires(sizeof...(Cs) > 0 && (std::constructible_from<size_tuple, Cs const&> && ...))
  [[nodiscard]] constexpr auto operator()(Cs const&... cs) const;
  /// A({i, {j, k}}): a hierarchical coordinate.
  [[nodiscard]] constexpr size_expression operator()(size_tuple const& c) const;

  friend constexpr bool operator==(symbolic_layout const& a, symbolic_layout const& b) {
    if (!(a.profile_ == b.profile_))
      return false;
    for (int k = 0; k < a.profile_.count; ++k)
      if (!(a.leaf_shape(k) == b.leaf_shape(k)) || !(a.leaf_stride(k) == b.leaf_stride(k)))
        return false;
    return true;
  }

  // Implementation. Leaf k has its shape and its stride at 2k and 2k + 1.
  constexpr symbolic_layout(detail::term_store const& terms, detail::atom_table const& names,
                            detail::profile const& nesting)
      : terms_(terms)
      , names_(names)
      , profile_(nesting) {}
  [[nodiscard]] constexpr detail::polynomial shape_at(int k) const { return terms_.get(2 * k); }
  [[nodiscard]] constexpr detail::polynomial stride_at(int k) const { return terms_.get(2 * k + 1); }
  constexpr detail::renaming join_names(detail::atom_table const& names) {
    detail::renaming to;
    detail::trouble why;
    if (!join(to, names_, names, why))
      refused((detail::sentence("symbolic_layout refused: ") << why.words).lines());
    return to;
  }
  constexpr void check_shape(size_tuple const& shape) const {
    for (int k = 0; k < profile_.count; ++k) {
      auto const s = shape_at(k);
      std::int64_t low = 0;
      if ((lower_bound(low, names_, s) && low >= 1) || decide_at_most(names_, 1, s) == decision::yes)
        continue;
      detail::sentence words("symbolic_layout(");
      words << shape << ") refused: a shape must be at least 1, leaf " << k << " is "
            << detail::written{names_, s};
      if (!s.known())
        words << ", " << detail::needs_at_least{names_, s, 1};
      refused(words.lines());
    }
  }
  constexpr void check_leaf(int k) const {
    if (k < 0 || k >= profile_.count)
      refused("leaf number out of range of a symbolic_layout");
  }
  [[nodiscard]] constexpr size_tuple tuple_of(int which) const {
    size_tuple r;
    r.clear();
    r.profile_ = profile_;
    r.names_ = names_;
    for (int k = 0; k < profile_.count; ++k)
      r.terms_.append(terms_.get(2 * k + which));
    return r;
  }
  [[nodiscard]] constexpr symbolic_layout sub(detail::node const& n) const;

  detail::term_store terms_ = {};
  detail::atom_table names_ = {};
  detail::profile profile_ = {};
};

namespace detail {

template <class T>
concept any_layout = std::same_as<T, layout> || std::same_as<T, symbolic_layout>;

template <class Sink>
constexpr void write(Sink& out, symbolic_layout const& l) {
  write_leaves(out, l.names_, l.terms_, l.profile_, 0, 2, 0);
  out.put(':');
  write_leaves(out, l.names_, l.terms_, l.profile_, 1, 2, 0);
}

constexpr polynomial shape_of(layout const& l, int k) {
  return l.shape_[k];
}
constexpr polynomial stride_of(layout const& l, int k) {
  return l.stride_[k];
}
constexpr polynomial shape_of(symbolic_layout const& l, int k) {
  return l.shape_at(k);
}
constexpr polynomial stride_of(symbolic_layout const& l, int k) {
  return l.stride_at(k);
}

/// Collects the leaves of a new layout from left to right. Its names begin as those of the first argument, so
/// that leaves of that argument are copied as they are.
struct symbolic_builder {
  term_store terms = {};
  profile nesting = {};
  int pending = 0;
  bool full = false;
  bool uneven = false; // a divide made positions past the size

  constexpr void open() { ++pending; }
  constexpr void leaf(polynomial const& s, polynomial const& d) {
    int const k = nesting.count;
    if (full || k == max_leaves || !terms.append(s) || !terms.append(d)) {
      full = true;
      return;
    }
    nesting.opened[k] = static_cast<unsigned char>(pending);
    pending = 0;
    ++nesting.count;
  }
  constexpr void close() {
    if (!full && nesting.count > 0)
      ++nesting.closed[nesting.count - 1];
  }
  constexpr void append(term_store const& from, profile const& p, node const& n) {
    if (full || nesting.count + n.leaves() > max_leaves ||
        !terms.append(from, 2 * n.first, 2 * n.last, {}, 0)) {
      full = true;
      return;
    }
    nesting.append(p, n, pending);
    pending = 0;
  }
  constexpr void append(symbolic_layout const& from, node const& n) { append(from.terms_, from.profile_, n); }
  [[nodiscard]] constexpr bool empty() const { return nesting.count == 0; }
  [[nodiscard]] constexpr bool finish(trouble& why) const {
    if (full && !why.any)
      why.start() << "too many modes, the result has more than 32 leaves or 128 terms";
    return !why.any;
  }
  /// The layout, with only those names that are still in it.
  [[nodiscard]] constexpr symbolic_layout made(atom_table const& names) const;
};

/// Drops the atoms that no term uses; the order of the others, and so of the terms, stays.
constexpr void drop_unused(atom_table& names, term_store& terms, term_store* more = nullptr) {
  monomial all = 0;
  for (int k = terms.first(terms.count) - 1; k >= 0; --k)
    all |= terms.m[k];
  for (int k = more != nullptr ? more->first(more->count) - 1 : -1; k >= 0; --k)
    all |= more->m[k];
  bool used[max_atoms] = {};
  int left = 0;
  for (int a = names.count - 1; a >= 0; --a) {
    used[a] = exponent(all, a) != 0;
    if (used[a]) {
      ++left;
      all |= names.at[a].of;
    }
  }
  if (left == names.count)
    return;
  renaming to;
  atom_table fewer;
  for (int a = 0; a < names.count; ++a)
    if (used[a]) {
      to.to[a] = fewer.count;
      auto& moved = fewer.at[fewer.count++];
      moved = names.at[a];
      moved.of = to(moved.of, a);
    }
  for (int k = terms.first(terms.count) - 1; k >= 0; --k)
    terms.m[k] = to(terms.m[k], names.count);
  for (int k = more != nullptr ? more->first(more->count) - 1 : -1; k >= 0; --k)
    more->m[k] = to(more->m[k], names.count);
  names = fewer;
}

constexpr symbolic_layout symbolic_builder::made(atom_table const& names) const {
  symbolic_layout r(terms, names, nesting);
  drop_unused(r.names_, r.terms_);
  return r;
}

/// The same under other names, which are joined to `names`. False if that fails.
constexpr bool under_names(symbolic_layout& r, atom_table& names, symbolic_layout const& l, trouble& why) {
  renaming to;
  if (!join(to, names, l.names_, why))
    return false;
  r.profile_ = l.profile_;
  r.terms_ = term_store();
  r.names_ = names;
  r.terms_.append(l.terms_, 0, l.terms_.count, to, l.names_.count);
  return true;
}

} // namespace detail

constexpr symbolic_layout symbolic_layout::sub(detail::node const& n) const {
  detail::symbolic_builder out;
  out.append(*this, {n.first, n.last, n.opened, n.closed});
  return out.made(names_);
}

/// The number of modes; the deepest nesting.
[[nodiscard]] constexpr int rank(symbolic_layout const& l) {
  return l.profile_.rank(l.profile_.whole());
}
[[nodiscard]] constexpr int depth(symbolic_layout const& l) {
  return l.profile_.depth();
}

/// The number of coordinates, an expression: size((M,K):(K,1)) = M*K. Errors: overflow.
[[nodiscard]] constexpr size_expression size(symbolic_layout const& l) {
  detail::polynomial p = 1;
  for (int k = 0; k < l.profile_.count; ++k) {
    auto const q = p;
    if (!multiply(p, q, l.shape_at(k))) {
      detail::trouble why;
      detail::too_large(why);
      refused(detail::explain("size", l, why));
    }
  }
  return {l.names_, p};
}

/// 1 + sum of (s_k - 1) * |d_k|: cosize((M,K):(K,1)) = 1 + (M-1)*K + K-1 = M*K.
/// Errors: a stride of unknown sign; a stride that is a coordinate; overflow.
[[nodiscard]] constexpr size_expression cosize(symbolic_layout const& l) {
  detail::polynomial sum = 1;
  detail::trouble why;
  for (int k = 0; k < l.profile_.count && !why; ++k) {
    auto const d = l.stride_at(k);
    auto s = l.shape_at(k);
    detail::polynomial minus;
    minus.add(d, -1);
    s.add(-1, 0);
    if (detail::has_basis(l.names_, d))
      why.start() << "the stride " << detail::written{l.names_, d} << " gives coordinates, not indices";
    else if (never_negative(l.names_, d))
      add_product(sum, s, d) || detail::too_large(why);
    else if (never_negative(l.names_, minus))
      add_product(sum, s, minus) || detail::too_large(why);
    else
      why.start() << "the sign of the stride " << detail::written{l.names_, d} << " is unknown, "
                  << detail::needs_at_least{l.names_, d, 0};
  }
  if (why)
    refused(detail::explain("cosize", l, why));
  return {l.names_, sum};
}

/// Mode i, which keeps its nesting. Errors: no such mode.
[[nodiscard]] constexpr symbolic_layout mode(symbolic_layout const& l, int i) {
  auto const all = l.profile_.whole();
  if (i < 0 || i >= l.profile_.rank(all))
    refused(
        (detail::sentence("mode ") << i << " of " << l << " refused: the rank is " << l.profile_.rank(all))
            .lines());
  return l.sub(l.profile_.child_number(all, i));
}
template <int N>
[[nodiscard]] constexpr symbolic_layout get(symbolic_layout const& l) {
  return mode(l, N);
}
/// The size of mode N (and of its mode J ...): size<0>(l), size<1, 0>(l).
template <int N, int... Is>
[[nodiscard]] constexpr size_expression size(symbolic_layout const& l) {
  if constexpr (sizeof...(Is) == 0)
    return size(mode(l, N));
  else
    return size<Is...>(mode(l, N));
}

/// The layout whose modes are the given ones. One layout gives a tuple around it. Errors: too many modes.
template <detail::any_layout... Ls>
  requires(sizeof...(Ls) > 0 && (std::same_as<Ls, symbolic_layout> || ...))
[[nodiscard]] constexpr symbolic_layout make_layout(Ls const&... modes) {
  symbolic_layout const list[] = {symbolic_layout(modes)...};
  detail::symbolic_builder out;
  detail::atom_table names;
  detail::trouble why;
  out.open();
  for (auto const& l : list) {
    symbolic_layout moved;
    if (!under_names(moved, names, l, why))
      break;
    out.append(moved, moved.profile_.whole());
  }
  out.close();
  if (!out.finish(why))
    refused((detail::sentence("make_layout refused: ") << why.words).lines());
  return out.made(names);
}

/// The same leaves in the same order, without nesting: the same function.
[[nodiscard]] constexpr symbolic_layout flatten(symbolic_layout const& l) {
  symbolic_layout r = l;
  if (l.profile_.opened[0] == 0)
    return r;
  for (int k = 0; k < l.profile_.count; ++k)
    r.profile_.opened[k] = r.profile_.closed[k] = 0;
  r.profile_.opened[0] = r.profile_.closed[r.profile_.count - 1] = 1;
  return r;
}

} // namespace enigma
