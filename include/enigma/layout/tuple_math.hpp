// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>
#include <enigma/layout/detail/mode_builder.hpp>
#include <enigma/layout/detail/pairs.hpp>

/// Arithmetic of tuples. Two tuples meet element by element, down to where one of them is an
/// integer. Functions that return a tuple have a twin `try_...` that returns the words of a refusal instead
/// of refusing.
namespace enigma {

namespace detail {

enum class division : unsigned char { up, one_divides_the_other };

/// Divides the leaves of m, from the left, by the product of the leaves of n: what one leaf does not use up
/// of the divisor, ceil(b / a), is left for the next.
constexpr bool divide_leaves(int_tuple& r, int_tuple const& a, node const& m, int_tuple const& b,
                             node const& n, division how, trouble& why) {
  std::int64_t rest = 1;
  for (int k = n.first; k < n.last; ++k) {
    if (b.leaf_[k] < 1) {
      why.start() << "a divisor must be at least 1, leaf " << k << " is " << b.leaf_[k];
      return false;
    }
    if (__builtin_mul_overflow(rest, b.leaf_[k], &rest))
      return overflow(why, "the product of the divisors");
  }
  for (int k = m.first; k < m.last; ++k) {
    auto const x = a.leaf_[k];
    if (x < 1) {
      why.start() << "a shape must be at least 1, leaf " << k << " is " << x;
      return false;
    }
    if (how == division::one_divides_the_other && x % rest != 0 && rest % x != 0) {
      why.start() << "neither of " << x << " and " << rest << " divides the other";
      if (x > rest)
        why.words << " (" << x / rest * rest << " would do for " << x << ")";
      else
        why.words << " (" << rest / x * x << " would do for " << rest << ")";
      return false;
    }
    r.leaf_[k] = ceil_div(x, rest);
    rest = ceil_div(rest, x);
  }
  return true;
}

constexpr void divide(tuple_builder& out, int_tuple const& a, int_tuple const& b, division how) {
  out.made = a;
  unequal_ranks u;
  auto const meet = [&](node const& m, node const& n) {
    return divide_leaves(out.made, a, m, b, n, how, out.why);
  };
  auto const rule = how == division::up ? ranks::second_may_be_lower : ranks::equal;
  if (!all_pairs(a.profile_, a.profile_.whole(), b.profile_, b.profile_.whole(), rule, u, meet))
    say_ranks(out.why, u);
}

constexpr bool round_up_leaf(std::int64_t& r, std::int64_t a, std::int64_t b, trouble& why) {
  if (a < 0 || b < 1) {
    why.start() << (a < 0 ? "what is rounded must not be negative, it is "
                          : "a step must be at least 1, it is ")
                << (a < 0 ? a : b);
    return false;
  }
  if (__builtin_mul_overflow(ceil_div(a, b), b, &r))
    return overflow(why, "a rounded integer");
  return true;
}

constexpr void round_up(tuple_builder& out, int_tuple const& a, int_tuple const& b) {
  out.made = a;
  unequal_ranks u;
  auto const meet = [&](node const& m, node const& n) {
    if (!m.is_leaf() || !n.is_leaf()) {
      out.why.start() << "rank mismatch, " << a.subtree(m) << " meets " << b.subtree(n);
      return false;
    }
    return round_up_leaf(out.made.leaf_[m.first], a.leaf_[m.first], b.leaf_[n.first], out.why);
  };
  if (!all_pairs(a.profile_, a.profile_.whole(), b.profile_, b.profile_.whole(), ranks::second_may_be_lower,
                 u, meet))
    say_ranks(out.why, u);
}

/// One product for each leaf of `guide`: of what meets it in t, times the leaf itself if it is to scale.
constexpr void products(tuple_builder& out, int_tuple const& guide, int_tuple const& t, bool scale) {
  out.made = guide;
  unequal_ranks u;
  auto const meet = [&](node const& m, node const& n) {
    if (!m.is_leaf()) {
      out.why.start() << "rank mismatch, " << guide.subtree(m) << " meets the integer " << t.leaf_[n.first];
      return false;
    }
    auto& r = out.made.leaf_[m.first];
    return product_of(r, scale ? r : 1, t, n, out.why);
  };
  if (!all_pairs(guide.profile_, guide.profile_.whole(), t.profile_, t.profile_.whole(), ranks::equal, u,
                 meet))
    say_ranks(out.why, u);
}

constexpr void product_each(tuple_builder& out, int_tuple const& t) {
  mode_places const m(t.profile_);
  for (int i = 0; i < m.rank; ++i)
    if (!product_of(out.made.leaf_[i], 1, t, {m.at[i], m.at[i + 1]}, out.why))
      return;
  out.made.profile_.count = m.rank;
  out.made.profile_.opened[0] = out.made.profile_.closed[m.rank - 1] = 1;
}

} // namespace detail

/// The shape that is left of `a` when every b-th coordinate is kept; nothing of it is rounded.
/// (1) integers: ceil(a / b), where one has to divide the other.
/// (2) a tuple by an integer, from the left: R_k = shape_div(a_k, b_k), b_0 = b, b_(k+1) = ceil(b_k / a_k).
///     shape_div((16,4), 64) = (1,1) and shape_div((6,8), 12) = (1,4)
/// (3) an integer by a tuple: by its product. (4) a tuple by a tuple of the same rank: element by element.
/// Errors: neither of two integers divides the other; an integer below 1; rank mismatch; overflow.
[[nodiscard]] constexpr int_tuple shape_div(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::divide(out, a, b, detail::division::one_divides_the_other);
  return detail::answer(out, "shape_div", a, b);
}
[[nodiscard]] constexpr outcome<int_tuple> try_shape_div(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::divide(out, a, b, detail::division::one_divides_the_other);
  return detail::attempt(out, "shape_div", a, b);
}

/// How many tiles of shape b it takes to cover a: (1) to (4) as shape_div, but every quotient is rounded up;
/// in (4) b may have the lower rank, further elements of a are divided by 1.
///   ceil_div((10,10), (4,3)) = (3,4), ceil_div((99,63,77), 32) = (4,63,77)
/// Errors: an integer below 1; rank mismatch; overflow.
[[nodiscard]] constexpr int_tuple ceil_div(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::divide(out, a, b, detail::division::up);
  return detail::answer(out, "ceil_div", a, b);
}
[[nodiscard]] constexpr outcome<int_tuple> try_ceil_div(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::divide(out, a, b, detail::division::up);
  return detail::attempt(out, "ceil_div", a, b);
}
/// The same for plain integers, where a may be 0. Errors: a negative, b below 1.
template <integer A, integer B>
[[nodiscard]] constexpr std::int64_t ceil_div(A a, B b) {
  auto const x = detail::to_int64(a);
  auto const y = detail::to_int64(b);
  if (x < 0 || y < 1)
    refused((detail::sentence("ceil_div(")
             << x << ", " << y << ") refused: "
             << (x < 0 ? "the dividend must not be negative" : "a divisor must be at least 1"))
                .lines());
  return detail::ceil_div(x, y);
}

/// The smallest multiples of b's integers that are not less than a's: ceil(a / b) * b, element by element;
/// elements of a beyond the rank of b stay as they are. round_up((10,7), (4,3)) = (12,9)
/// Errors: an integer meets a tuple; b has the higher rank; a negative, b below 1; overflow.
[[nodiscard]] constexpr int_tuple round_up(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::round_up(out, a, b);
  return detail::answer(out, "round_up", a, b);
}
[[nodiscard]] constexpr outcome<int_tuple> try_round_up(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::round_up(out, a, b);
  return detail::attempt(out, "round_up", a, b);
}
template <integer A, integer B>
[[nodiscard]] constexpr std::int64_t round_up(A a, B b) {
  return round_up(int_tuple(a), int_tuple(b)).value();
}

/// Each integer of a times the product of what it meets in b: elem_scale((2,3), (5,(7,11))) = (10,231).
/// Errors: a tuple of a meets an integer or a tuple of another rank; overflow.
[[nodiscard]] constexpr int_tuple elem_scale(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::products(out, a, b, true);
  return detail::answer(out, "elem_scale", a, b);
}
[[nodiscard]] constexpr outcome<int_tuple> try_elem_scale(int_tuple const& a, int_tuple const& b) {
  detail::tuple_builder out;
  detail::products(out, a, b, true);
  return detail::attempt(out, "elem_scale", a, b);
}

/// The products of t with the nesting of `guide`: one for each of its integers, whose values do not matter,
/// of all that meets it in t. product_like((2,(3,4)), (0,0)) = (2,12), product_like((2,3), 0) = 6.
/// Errors: a tuple of `guide` meets an integer or a tuple of another rank; overflow.
[[nodiscard]] constexpr int_tuple product_like(int_tuple const& t, int_tuple const& guide) {
  detail::tuple_builder out;
  detail::products(out, guide, t, false);
  return detail::answer(out, "product_like", t, guide);
}
[[nodiscard]] constexpr outcome<int_tuple> try_product_like(int_tuple const& t, int_tuple const& guide) {
  detail::tuple_builder out;
  detail::products(out, guide, t, false);
  return detail::attempt(out, "product_like", t, guide);
}

/// The product of each top-level element, as a tuple: R_i = product(t_i), rank(R) = rank(t). The result of
/// an integer is a tuple as well. product_each((2,(3,4))) = (2,12), product_each(6) = (6).
/// Errors: overflow.
[[nodiscard]] constexpr int_tuple product_each(int_tuple const& t) {
  detail::tuple_builder out;
  detail::product_each(out, t);
  return detail::answer(out, "product_each", t);
}

/// a_0 * b_0 + a_1 * b_1 + ... over all integers. Of a coordinate and a stride it is the index.
/// Errors: not congruent; overflow.
[[nodiscard]] constexpr std::int64_t inner_product(int_tuple const& a, int_tuple const& b) {
  detail::trouble why;
  std::int64_t sum = 0;
  if (!(a.profile_ == b.profile_))
    why.start() << "not congruent, each integer needs one to be multiplied with";
  else
    for (int k = 0; k < a.profile_.count && !why.any; ++k)
      if (!detail::add_product(sum, a.leaf_[k], b.leaf_[k]))
        detail::overflow(why, "the sum");
  if (why.any)
    refused(detail::explain("inner_product", a, b, why));
  return sum;
}

/// The sum of all integers. Errors: overflow.
[[nodiscard]] constexpr std::int64_t sum(int_tuple const& t) {
  std::int64_t s = 0;
  for (int k = 0; k < t.profile_.count; ++k)
    if (__builtin_add_overflow(s, t.leaf_[k], &s)) {
      detail::trouble why;
      detail::overflow(why, "the sum");
      refused(detail::explain("sum", t, why));
    }
  return s;
}
/// The largest of all integers.
[[nodiscard]] constexpr std::int64_t max(int_tuple const& t) {
  auto m = t.leaf_[0];
  for (int k = 1; k < t.profile_.count; ++k)
    m = t.leaf_[k] > m ? t.leaf_[k] : m;
  return m;
}
/// The smallest of all integers.
[[nodiscard]] constexpr std::int64_t min(int_tuple const& t) {
  auto m = t.leaf_[0];
  for (int k = 1; k < t.profile_.count; ++k)
    m = t.leaf_[k] < m ? t.leaf_[k] : m;
  return m;
}

} // namespace enigma
