// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/error.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <utility>

// All that is needed of Boost.Hana here: whoever has a hana tuple has included the rest.
namespace boost::hana {
template <typename... Xn>
struct tuple;
template <typename T, T v>
struct integral_constant;
} // namespace boost::hana

namespace enigma {

/// The most leaves a tuple or a layout can have; one more is refused as "too many modes".
inline constexpr int max_leaves = 32;
/// The most parentheses that can open or close at one place of a tuple or a layout.
inline constexpr int max_depth = 32;

/// Any built-in integer except `bool`. Models: `int`, `std::size_t`; not: `bool`, `double`.
template <class T>
concept integer = std::integral<T> && !std::same_as<T, bool>;

/// A type that carries an integer: `hana::llong<4>`, `std::integral_constant<int, 4>`; not: `int`.
template <class T>
concept integer_constant = !integer<T> && requires {
  typename T::value_type;
  requires integer<typename T::value_type>;
  { T::value } -> std::convertible_to<typename T::value_type>;
};

namespace detail {

/// The integer as a 64-bit signed one; refused if it does not fit.
template <integer T>
constexpr std::int64_t to_int64(T value) {
  if constexpr (std::unsigned_integral<T> && sizeof(T) >= sizeof(std::int64_t))
    if (value > static_cast<T>(INT64_MAX))
      refused("an integer above 9223372036854775807 does not fit in a mode");
  return static_cast<std::int64_t>(value);
}

/// A subtree: leaves [first, last) and how many parentheses open at the first and close at the last.
struct node {
  int first = 0;
  int last = 1;
  int opened = 0;
  int closed = 0;

  [[nodiscard]] constexpr bool is_leaf() const { return opened == 0; }
  [[nodiscard]] constexpr int leaves() const { return last - first; }
};

/// The nesting of a tuple: for each leaf, the parentheses that open before it and close after it.
/// Entries past `count` stay zero, because equality of template arguments looks at them.
struct profile {
  int count = 0;
  unsigned char opened[max_leaves] = {};
  unsigned char closed[max_leaves] = {};

  [[nodiscard]] constexpr node whole() const { return {0, count, opened[0], closed[count - 1]}; }

  /// The child of `n` that begins at leaf `k`.
  [[nodiscard]] constexpr node child(node const& n, int k) const {
    node c{k, k, k == n.first ? n.opened - 1 : opened[k], 0};
    for (int nesting = c.opened;; nesting += opened[c.last]) {
      c.closed = c.last == n.last - 1 ? n.closed - 1 : closed[c.last];
      nesting -= c.closed;
      ++c.last;
      if (nesting == 0)
        return c;
    }
  }

  /// The number of children; a leaf is its own only child.
  [[nodiscard]] constexpr int rank(node const& n) const {
    if (n.is_leaf())
      return 1;
    int r = 0;
    for (int k = n.first; k < n.last; ++r)
      k = child(n, k).last;
    return r;
  }

  /// Child number i, which must exist; a leaf is its own child 0.
  [[nodiscard]] constexpr node child_number(node const& n, int i) const {
    if (n.is_leaf())
      return n;
    node c = child(n, n.first);
    for (; i > 0; --i)
      c = child(n, c.last);
    return c;
  }

  [[nodiscard]] constexpr int depth() const {
    int now = 0;
    int most = 0;
    for (int k = 0; k < count; ++k) {
      now += opened[k];
      most = now > most ? now : most;
      now -= closed[k];
    }
    return most;
  }

  /// Appends the nesting of a subtree. The caller has checked that there is room.
  constexpr void append(profile const& from, node const& n, int opened_before) {
    for (int k = n.first; k < n.last; ++k) {
      opened[count] = static_cast<unsigned char>(k == n.first ? n.opened + opened_before : from.opened[k]);
      closed[count] = static_cast<unsigned char>(k == n.last - 1 ? n.closed : from.closed[k]);
      ++count;
    }
  }

  friend constexpr bool operator==(profile const& a, profile const& b) {
    if (a.count != b.count)
      return false;
    for (int k = 0; k < a.count; ++k)
      if (a.opened[k] != b.opened[k] || a.closed[k] != b.closed[k])
        return false;
    return true;
  }
};

/// True if the two subtrees have the same nesting.
constexpr bool same_nesting(profile const& a, node const& m, profile const& b, node const& n) {
  if (m.leaves() != n.leaves() || m.opened != n.opened || m.closed != n.closed)
    return false;
  for (int i = 0; i < m.leaves(); ++i) {
    if (i > 0 && a.opened[m.first + i] != b.opened[n.first + i])
      return false;
    if (i < m.leaves() - 1 && a.closed[m.first + i] != b.closed[n.first + i])
      return false;
  }
  return true;
}

[[noreturn]] constexpr void too_many_modes() {
  refused("too many modes: a tuple or layout holds at most 32 leaves");
}
[[noreturn]] constexpr void too_deep() {
  refused("too deep: at most 32 parentheses of a tuple open or close at one place");
}

} // namespace detail

class int_tuple;

namespace detail {

/// One element between the braces of an int_tuple. It only points at what is written there, which lives
/// until the end of the full expression: braces then cost the compiler little.
class tuple_element {
public:
  template <integer T>
  constexpr tuple_element(T value) : value_(to_int64(value)) {}
  template <integer_constant T>
  constexpr tuple_element(T) : value_(to_int64(T::value)) {}
  constexpr tuple_element(int_tuple const& tuple) : kind_(kind::tuple), tuple_(&tuple) {}
  constexpr tuple_element(std::initializer_list<tuple_element> children)
      : kind_(kind::children)
      , count_(static_cast<int>(children.size())) {
    if (count_ == 0)
      refused("an int_tuple cannot be empty");
    auto const* first = children.begin();
    children_ = first;
  }

  enum class kind : unsigned char {
    value,
    tuple,
    children
  }; // g++ 12 cannot compare these pointers with null
  kind kind_ = kind::value;
  std::int64_t value_ = 0;
  int_tuple const* tuple_ = nullptr;
  tuple_element const* children_ = nullptr;
  int count_ = 0;
};

} // namespace detail

/// A nested tuple of integers: `4`, `(4)` and `(4,(2,8))` are three different values.
///
///   int_tuple(4)            4          (parentheses: the integer itself)
///   int_tuple{4}            (4)        (braces: a tuple of what is inside)
///   int_tuple{4, {2, 8}}    (4,(2,8))
///   int_tuple(hana::make_tuple(4_c, hana::make_tuple(2_c, 8_c)))
///
/// There are no empty tuples. A structural type with inline storage: usable as a template argument.
/// Write `int_tuple(t)` to copy a tuple t: `int_tuple{t}` is a copy to clang and (t) to g++, a point on
/// which the language has changed. The default value is the integer 0.
class int_tuple {
public:
  constexpr int_tuple() { profile_.count = 1; }

  /// The integer itself.
  template <integer T>
  constexpr int_tuple(T value) : leaf_{detail::to_int64(value)} {
    profile_.count = 1;
  }

  /// The integer that the type carries.
  template <integer_constant T>
  constexpr int_tuple(T) : int_tuple(T::value) {}

  /// A tuple of the given elements: integers, tuples or braces. Errors: too many modes, too deep.
  constexpr int_tuple(std::initializer_list<detail::tuple_element> elements) {
    if (elements.size() == 0)
      refused("an int_tuple cannot be empty");
    enclose_elements(elements.begin(), static_cast<int>(elements.size()), 1);
  }

  /// A tuple of the elements of a hana tuple: integral constants, integers or hana tuples of them.
  template <class... Ts>
    requires(sizeof...(Ts) > 0)
  constexpr int_tuple(boost::hana::tuple<Ts...> const& elements) {
    [&]<std::size_t... At>(std::index_sequence<At...>) {
      // Through operator[], because hana's tuple is only declared here.
      int_tuple const list[] = {int_tuple(elements[boost::hana::integral_constant<std::size_t, At>{}])...};
      this->enclose(list, static_cast<int>(sizeof...(Ts)));
    }(std::index_sequence_for<Ts...>{});
  }

  /// True for a plain integer.
  [[nodiscard]] constexpr bool is_leaf() const { return profile_.opened[0] == 0; }
  /// The number of integers in the whole tree.
  [[nodiscard]] constexpr int leaves() const { return profile_.count; }
  /// Integer number k, from the left.
  [[nodiscard]] constexpr std::int64_t leaf(int k) const {
    if (k < 0 || k >= profile_.count)
      refused("leaf number out of range");
    return leaf_[k];
  }
  /// The integer of a leaf; refused for a tuple.
  [[nodiscard]] constexpr std::int64_t value() const {
    if (!is_leaf())
      refused("value() of a tuple: only an integer has a value");
    return leaf_[0];
  }
  /// Top-level element i. An integer is its own element 0. Errors: no such element.
  [[nodiscard]] constexpr int_tuple operator[](int i) const {
    auto const all = profile_.whole();
    if (i < 0 || i >= profile_.rank(all))
      refused("element number out of range of an int_tuple");
    return subtree(profile_.child_number(all, i));
  }

  [[nodiscard]] friend constexpr bool operator==(int_tuple const& a, int_tuple const& b) {
    if (!(a.profile_ == b.profile_))
      return false;
    for (int k = 0; k < a.profile_.count; ++k)
      if (a.leaf_[k] != b.leaf_[k])
        return false;
    return true;
  }

  // Implementation, public only because a template argument must have no private parts.
  constexpr int_tuple subtree(detail::node const& n) const {
    int_tuple r;
    r.profile_.count = 0;
    r.profile_.append(profile_, n, 0);
    for (int k = n.first; k < n.last; ++k)
      r.leaf_[k - n.first] = leaf_[k];
    return r;
  }
  constexpr void append(int_tuple const& t, int opened) {
    if (profile_.count + t.profile_.count > max_leaves)
      detail::too_many_modes();
    if (opened + t.profile_.opened[0] > max_depth)
      detail::too_deep();
    for (int k = 0; k < t.profile_.count; ++k)
      leaf_[profile_.count + k] = t.leaf_[k];
    profile_.append(t.profile_, t.profile_.whole(), opened);
  }
  constexpr void append_leaf(std::int64_t value, int opened) {
    int const k = profile_.count;
    if (k == max_leaves)
      detail::too_many_modes();
    if (opened > max_depth)
      detail::too_deep();
    leaf_[k] = value;
    if (opened != 0)
      profile_.opened[k] = static_cast<unsigned char>(opened);
    profile_.count = k + 1;
  }
  constexpr void close() {
    // No tuple is empty; without the mask g++ 12 fears index -1 where it optimises.
    if (++profile_.closed[(profile_.count - 1) & (max_leaves - 1)] > max_depth)
      detail::too_deep();
  }
  constexpr void enclose(int_tuple const* elements, int count) {
    profile_.count = 0;
    for (int i = 0; i < count; ++i)
      append(elements[i], i == 0 ? 1 : 0);
    close();
  }
  constexpr void enclose_elements(detail::tuple_element const* elements, int count, int opened) {
    for (int i = 0; i < count; ++i) {
      auto const& e = elements[i];
      if (e.kind_ == detail::tuple_element::kind::children)
        enclose_elements(e.children_, e.count_, opened + 1);
      else if (e.kind_ == detail::tuple_element::kind::tuple)
        append(*e.tuple_, opened);
      else
        append_leaf(e.value_, opened);
      opened = 0;
    }
    close();
  }

  std::int64_t leaf_[max_leaves] = {};
  detail::profile profile_ = {};
};

/// The number of top-level elements; rank(4) = 1, rank((4,(2,8))) = 2.
[[nodiscard]] constexpr int rank(int_tuple const& t) {
  return t.profile_.rank(t.profile_.whole());
}

/// The deepest nesting; depth(4) = 0, depth((4,(2,8))) = 2.
[[nodiscard]] constexpr int depth(int_tuple const& t) {
  return t.profile_.depth();
}

/// The integers in order, without nesting: flatten((4,(2,8))) = (4,2,8); flatten(4) = 4.
[[nodiscard]] constexpr int_tuple flatten(int_tuple const& t) {
  int_tuple r = t;
  if (t.is_leaf())
    return r;
  for (int k = 0; k < t.profile_.count; ++k)
    r.profile_.opened[k] = r.profile_.closed[k] = 0;
  r.profile_.opened[0] = r.profile_.closed[r.profile_.count - 1] = 1;
  return r;
}

/// The product of all integers. Errors: a product beyond 64 bits.
[[nodiscard]] constexpr std::int64_t product(int_tuple const& t) {
  std::int64_t p = 1;
  for (int k = 0; k < t.profile_.count; ++k)
    if (__builtin_mul_overflow(p, t.leaf_[k], &p))
      refused("overflow: the product of an int_tuple does not fit in 64 bits");
  return p;
}

/// The size of a shape: the product of its integers.
[[nodiscard]] constexpr std::int64_t size(int_tuple const& t) {
  return product(t);
}

/// Same nesting, whatever the integers: (4,(2,8)) and (1,(1,1)).
[[nodiscard]] constexpr bool congruent(int_tuple const& a, int_tuple const& b) {
  return a.profile_ == b.profile_;
}

/// Shape b refines shape a: the nesting of a is a truncation of b's, and each integer of a is the product
/// of what it meets in b. So every coordinate of a is a coordinate of b. compatible(8, (2,4)) is true.
[[nodiscard]] constexpr bool compatible(int_tuple const& a, int_tuple const& b) {
  auto const same = [&](auto const& self, detail::node const& m, detail::node const& n) -> bool {
    if (m.is_leaf()) {
      std::int64_t p = 1;
      for (int k = n.first; k < n.last; ++k)
        if (__builtin_mul_overflow(p, b.leaf_[k], &p))
          return false;
      return p == a.leaf_[m.first];
    }
    if (n.is_leaf())
      return false;
    int j = m.first;
    int k = n.first;
    while (j < m.last && k < n.last) {
      auto const x = a.profile_.child(m, j);
      auto const y = b.profile_.child(n, k);
      if (!self(self, x, y))
        return false;
      j = x.last;
      k = y.last;
    }
    return j == m.last && k == n.last;
  };
  return same(same, a.profile_.whole(), b.profile_.whole());
}

} // namespace enigma
