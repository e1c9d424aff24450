// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/write.hpp>
#include <enigma/layout/int_tuple.hpp>

namespace enigma {

/// The hole of a slice: `l(_, 3)` keeps mode 0 and fixes mode 1; in a tiler it keeps a mode as it is.
struct underscore {};
inline constexpr underscore _{};

class hole_coord;

namespace detail {

/// One element between the braces of a coordinate. It only points at what is written there, which lives until
/// the end of the full expression.
class hole_element {
public:
  template <integer T>
  constexpr hole_element(T value) : value_(to_int64(value)) {}
  constexpr hole_element(underscore) : kind_(kind::hole) {}
  constexpr hole_element(int_tuple const& tuple) : kind_(kind::tuple), tuple_(&tuple) {}
  constexpr hole_element(hole_coord const& coordinate) : kind_(kind::coordinate), coordinate_(&coordinate) {}
  constexpr hole_element(std::initializer_list<hole_element> children)
      : kind_(kind::children)
      , count_(static_cast<int>(children.size())) {
    if (count_ == 0)
      refused("a coordinate cannot be empty");
    auto const* first = children.begin();
    children_ = first;
  }

  enum class kind : unsigned char { integer, hole, tuple, coordinate, children };
  kind kind_ = kind::integer;
  std::int64_t value_ = 0;
  int_tuple const* tuple_ = nullptr;
  hole_coord const* coordinate_ = nullptr;
  hole_element const* children_ = nullptr;
  int count_ = 0;
};

} // namespace detail

/// A coordinate with holes: integers, `_`, and braces of them: `hole_coord{_, {3, _}}`.
class hole_coord {
public:
  template <integer T>
  constexpr hole_coord(T value) : value_(value) {}
  constexpr hole_coord(int_tuple const& value) : value_(value) {}
  constexpr hole_coord(underscore) : holes_(1) {}
  constexpr hole_coord(std::initializer_list<detail::hole_element> elements) {
    if (elements.size() == 0)
      refused("a coordinate cannot be empty");
    value_.profile_.count = 0;
    enclose_elements(elements.begin(), static_cast<int>(elements.size()), 1);
  }

  // Implementation. A hole is a leaf whose bit is set.
  constexpr void enclose(hole_coord const* elements, int count) {
    value_.profile_.count = 0;
    holes_ = 0;
    for (int i = 0; i < count; ++i)
      append(elements[i], i == 0 ? 1 : 0);
    value_.close();
  }
  constexpr void append(hole_coord const& e, int opened) {
    int const at = value_.profile_.count;
    value_.append(e.value_, opened);
    holes_ |= e.holes_ << at;
  }
  constexpr void enclose_elements(detail::hole_element const* elements, int count, int opened) {
    using kind = detail::hole_element::kind;
    for (int i = 0; i < count; ++i) {
      auto const& e = elements[i];
      if (e.kind_ == kind::children)
        enclose_elements(e.children_, e.count_, opened + 1);
      else if (e.kind_ == kind::tuple)
        value_.append(*e.tuple_, opened);
      else if (e.kind_ == kind::coordinate)
        append(*e.coordinate_, opened);
      else {
        int const k = value_.profile_.count;
        value_.append_leaf(e.value_, opened);
        if (e.kind_ == kind::hole)
          holes_ |= std::uint32_t{1} << k;
      }
      opened = 0;
    }
    value_.close();
  }
  [[nodiscard]] constexpr bool is_hole(int k) const { return ((holes_ >> k) & 1U) != 0; }

  int_tuple value_ = {};
  std::uint32_t holes_ = 0;
};

class layout;

namespace detail {
template <class T>
concept hole_like = std::same_as<T, underscore> || std::same_as<T, hole_coord>;
template <class T>
concept coordinate_like = integer<T> || hole_like<T> || std::same_as<T, int_tuple>;

constexpr std::int64_t linear_index_of(layout const& l, node const& n, std::int64_t i);
} // namespace detail

/// A function from coordinates to integers: a shape and a stride of the same nesting,
/// (4,(2,8)):(1,(4,8)). Everything is colexicographic: the leftmost leaf varies fastest.
///
///   layout{{4, {2, 8}}, {1, {4, 8}}}    shape and stride
///   layout{{4, 8}}                      compact, column-major: (4,8):(1,4)
///   layout{8, 2}                        8:2
///
/// L(i) = sum of c_k * d_k, where c_k = floor(i / (s_0 ... s_{k-1})) mod s_k and the last leaf is not
/// reduced, so that L(i) is defined for every i >= 0, past the size of L too (the extension rule).
/// A structural type: usable as a template argument. The default value is 1:0.
class layout {
public:
  constexpr layout() { profile_.count = 1; }

  /// The layout with this shape and stride. Errors: shape and stride not congruent, a shape below 1.
  constexpr layout(int_tuple const& shape, int_tuple const& stride) : profile_(shape.profile_) {
    if (!(shape.profile_ == stride.profile_))
      refused((detail::sentence("layout(")
               << shape << ", " << stride << ") refused: shape and stride must have the same nesting")
                  .lines());
    for (int k = 0; k < profile_.count; ++k) {
      if (shape.leaf_[k] < 1)
        refuse_shape(shape, k);
      shape_[k] = shape.leaf_[k];
      stride_[k] = stride.leaf_[k];
    }
  }

  /// The compact column-major layout: the leftmost stride is 1, each next one the product of the shapes
  /// before it. A leaf of size 1 gets stride 0. Errors: a shape below 1, a size beyond 64 bits.
  constexpr layout(int_tuple const& shape) : profile_(shape.profile_) {
    std::int64_t next = 1;
    for (int k = 0; k < profile_.count; ++k) {
      auto const s = shape.leaf_[k];
      if (s < 1)
        refuse_shape(shape, k);
      shape_[k] = s;
      stride_[k] = s == 1 ? 0 : next;
      if (__builtin_mul_overflow(next, s, &next))
        refused((detail::sentence("layout(") << shape << ") refused: overflow, its size exceeds 64 bits")
                    .lines());
    }
  }

  [[nodiscard]] constexpr int_tuple shape() const { return tuple_of(shape_); }
  [[nodiscard]] constexpr int_tuple stride() const { return tuple_of(stride_); }
  /// The number of leaves.
  [[nodiscard]] constexpr int leaves() const { return profile_.count; }
  [[nodiscard]] constexpr std::int64_t leaf_shape(int k) const {
    if (k < 0 || k >= profile_.count)
      refused("leaf number out of range of a layout");
    return shape_[k];
  }
  [[nodiscard]] constexpr std::int64_t leaf_stride(int k) const {
    if (k < 0 || k >= profile_.count)
      refused("leaf number out of range of a layout");
    return stride_[k];
  }

  /// (1) L(i): the index of linear coordinate i. Errors: i negative, an index beyond 64 bits.
  template <integer Index>
  [[nodiscard]] constexpr std::int64_t operator()(Index i) const {
    return detail::linear_index_of(*this, profile_.whole(), detail::to_int64(i));
  }
  /// (2) L(i, j, ...): one linear coordinate for each mode. Errors: as many coordinates as modes.
  template <integer Index, integer J, integer... Is>
  [[nodiscard]] constexpr std::int64_t operator()(Index i, J j, Is... is) const {
    std::int64_t const c[] = {detail::to_int64(i), detail::to_int64(j), detail::to_int64(is)...};
    return natural_index(c, static_cast<int>(2 + sizeof...(Is)));
  }
  /// (3) L({i, {j, k}}): a hierarchical coordinate, any mix of nesting.
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& coordinate) const;
  /// (4) L({i, j}, k): a coordinate for each mode.
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& a, int_tuple const& b) const;
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& a, int_tuple const& b,
                                                  int_tuple const& c) const;
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& a, int_tuple const& b, int_tuple const& c,
                                                  int_tuple const& d) const;
  /// (5) L(_, 3): the layout that is left, see `slice`.
  template <detail::coordinate_like... Cs>
    requires(detail::hole_like<Cs> || ...)
  [[nodiscard]] constexpr layout operator()(Cs const&... cs) const;

  [[nodiscard]] friend constexpr bool operator==(layout const& a, layout const& b) {
    if (!(a.profile_ == b.profile_))
      return false;
    for (int k = 0; k < a.profile_.count; ++k)
      if (a.shape_[k] != b.shape_[k] || a.stride_[k] != b.stride_[k])
        return false;
    return true;
  }

  // Implementation, public only because a template argument must have no private parts.
  constexpr int_tuple tuple_of(std::int64_t const (&leaf)[max_leaves]) const {
    int_tuple r;
    r.profile_ = profile_;
    for (int k = 0; k < profile_.count; ++k)
      r.leaf_[k] = leaf[k];
    return r;
  }
  constexpr layout sub(detail::node const& n) const {
    layout r;
    r.profile_.count = 0;
    r.profile_.append(profile_, n, 0);
    for (int k = n.first; k < n.last; ++k) {
      r.shape_[k - n.first] = shape_[k];
      r.stride_[k - n.first] = stride_[k];
    }
    return r;
  }
  constexpr std::int64_t natural_index(std::int64_t const* c, int count) const;
  [[noreturn]] static constexpr void refuse_shape(int_tuple const& shape, int k) {
    refused((detail::sentence("layout(")
             << shape << ") refused: a shape must be at least 1, leaf " << k << " is " << shape.leaf_[k])
                .lines());
  }

  std::int64_t shape_[max_leaves] = {1};
  std::int64_t stride_[max_leaves] = {};
  detail::profile profile_ = {};
};

namespace detail {

template <class Sink>
constexpr void write(Sink& out, layout const& l) {
  write_leaves(out, l.profile_, l.shape_);
  out.put(':');
  write_leaves(out, l.profile_, l.stride_);
}

template <class Sink>
constexpr void write(Sink& out, hole_coord const& c) {
  auto const& p = c.value_.profile_;
  for (int k = 0; k < p.count; ++k) {
    if (k > 0)
      out.put(',');
    for (int i = 0; i < p.opened[k]; ++i)
      out.put('(');
    if (c.is_hole(k))
      out.put('_');
    else
      out.put(c.value_.leaf_[k]);
    for (int i = 0; i < p.closed[k]; ++i)
      out.put(')');
  }
}

/// Adds a * b to sum; false on overflow.
constexpr bool add_product(std::int64_t& sum, std::int64_t a, std::int64_t b) {
  std::int64_t p = 0;
  return !__builtin_mul_overflow(a, b, &p) && !__builtin_add_overflow(sum, p, &sum);
}

/// The extension rule over leaves [first, last); false on overflow. i >= 0, or there is one leaf.
constexpr bool evaluate(layout const& l, int first, int last, std::int64_t i, std::int64_t& index) {
  int k = first;
  for (; k < last - 1; ++k) {
    auto const s = l.shape_[k];
    if (!add_product(index, i % s, l.stride_[k]))
      return false;
    i /= s;
  }
  return add_product(index, i, l.stride_[k]);
}

constexpr std::int64_t linear_index_of(layout const& l, node const& n, std::int64_t i) {
  std::int64_t r = 0;
  if (i < 0)
    refused((sentence("coordinate ") << i << " of " << l << " refused: it is negative").lines());
  if (!evaluate(l, n.first, n.last, i, r))
    refused((sentence("coordinate ") << i << " of " << l << " refused: overflow, the index exceeds 64 bits")
                .lines());
  return r;
}

/// Collects the leaves of a new layout from left to right, with the parentheses between them.
struct layout_builder {
  layout made;
  int pending = 0; // parentheses opened since the last leaf
  bool full = false;

  constexpr layout_builder() { made.profile_.count = 0; }
  constexpr void open() { ++pending; }
  constexpr void leaf(std::int64_t s, std::int64_t d) {
    int const k = made.profile_.count;
    if (k == max_leaves) {
      full = true;
      return;
    }
    made.shape_[k] = s;
    made.stride_[k] = d;
    made.profile_.opened[k] = static_cast<unsigned char>(pending);
    pending = 0;
    ++made.profile_.count;
  }
  constexpr void close() {
    if (!full)
      ++made.profile_.closed[made.profile_.count - 1];
  }
  constexpr void append(layout const& from, node const& n) {
    if (made.profile_.count + n.leaves() > max_leaves) {
      full = true;
      return;
    }
    for (int k = n.first; k < n.last; ++k) {
      made.shape_[made.profile_.count + k - n.first] = from.shape_[k];
      made.stride_[made.profile_.count + k - n.first] = from.stride_[k];
    }
    made.profile_.append(from.profile_, n, pending);
    pending = 0;
  }
  constexpr void append(layout const& from) { append(from, from.profile_.whole()); }
  [[nodiscard]] constexpr bool empty() const { return made.profile_.count == 0; }
  /// For callers that do not report trouble of their own.
  [[nodiscard]] constexpr layout const& take() const {
    if (full)
      too_many_modes();
    return made;
  }
};

template <class Coordinate>
[[noreturn]] constexpr void coordinate_must_fit(Coordinate const& c, layout const& l) {
  refused((sentence("coordinate ") << c << " of " << l
                                   << " refused: rank mismatch, a tuple needs one element for each mode")
              .lines());
}

constexpr std::int64_t index_of(int_tuple const& c, node const& m, layout const& l, node const& n) {
  if (m.is_leaf())
    return linear_index_of(l, n, c.leaf_[m.first]);
  if (n.is_leaf())
    coordinate_must_fit(c, l);
  std::int64_t sum = 0;
  int j = m.first;
  int k = n.first;
  while (j < m.last && k < n.last) {
    auto const x = c.profile_.child(m, j);
    auto const y = l.profile_.child(n, k);
    if (__builtin_add_overflow(sum, index_of(c, x, l, y), &sum))
      refused((sentence("coordinate ") << c << " of " << l << " refused: overflow, the index exceeds 64 bits")
                  .lines());
    j = x.last;
    k = y.last;
  }
  if (j != m.last || k != n.last)
    coordinate_must_fit(c, l);
  return sum;
}

} // namespace detail

/// L(c) for a hierarchical coordinate: an integer is a linear coordinate of what it meets, a tuple gives
/// one coordinate to each mode and adds. Errors: rank mismatch, a negative coordinate, overflow.
[[nodiscard]] constexpr std::int64_t crd2idx(int_tuple const& coordinate, layout const& l) {
  return detail::index_of(coordinate, coordinate.profile_.whole(), l, l.profile_.whole());
}

/// The position of a coordinate in the colexicographic enumeration of a shape.
[[nodiscard]] constexpr std::int64_t crd2idx(int_tuple const& coordinate, int_tuple const& shape) {
  layout l(shape);
  std::int64_t prefix = 1;
  for (int k = 0; k < l.profile_.count; ++k) { // a leaf of size 1 counts too, past the size
    l.stride_[k] = prefix;
    prefix *= l.shape_[k];
  }
  return crd2idx(coordinate, l);
}

constexpr std::int64_t layout::operator()(int_tuple const& coordinate) const {
  return crd2idx(coordinate, *this);
}
constexpr std::int64_t layout::operator()(int_tuple const& a, int_tuple const& b) const {
  return crd2idx(int_tuple{a, b}, *this);
}
constexpr std::int64_t layout::operator()(int_tuple const& a, int_tuple const& b, int_tuple const& c) const {
  return crd2idx(int_tuple{a, b, c}, *this);
}
constexpr std::int64_t layout::operator()(int_tuple const& a, int_tuple const& b, int_tuple const& c,
                                          int_tuple const& d) const {
  return crd2idx(int_tuple{a, b, c, d}, *this);
}

constexpr std::int64_t layout::natural_index(std::int64_t const* c, int count) const {
  auto const all = profile_.whole();
  std::int64_t sum = 0;
  int k = 0;
  int i = 0;
  if (!all.is_leaf())
    for (; i < count && k < all.last; ++i) {
      auto const n = profile_.child(all, k);
      if (__builtin_add_overflow(sum, detail::linear_index_of(*this, n, c[i]), &sum))
        refused("overflow: the index of a coordinate exceeds 64 bits");
      k = n.last;
    }
  if (i != count || k != all.last)
    refused((detail::sentence("a coordinate of ") << *this << " refused: rank mismatch, " << count
                                                  << " coordinates for rank " << profile_.rank(all))
                .lines());
  return sum;
}

/// The number of modes; a layout of an integer shape is its own only mode.
[[nodiscard]] constexpr int rank(layout const& l) {
  return l.profile_.rank(l.profile_.whole());
}
/// The deepest nesting; 0 for 8:1.
[[nodiscard]] constexpr int depth(layout const& l) {
  return l.profile_.depth();
}

/// The number of coordinates. Errors: overflow.
[[nodiscard]] constexpr std::int64_t size(layout const& l) {
  std::int64_t p = 1;
  for (int k = 0; k < l.profile_.count; ++k)
    if (__builtin_mul_overflow(p, l.shape_[k], &p))
      refused((detail::sentence("size(") << l << ") refused: overflow, the size exceeds 64 bits").lines());
  return p;
}

/// 1 + sum of (s_k - 1) * |d_k|: for strides that are not negative, one past the largest index.
/// Errors: overflow.
[[nodiscard]] constexpr std::int64_t cosize(layout const& l) {
  std::int64_t sum = 1;
  for (int k = 0; k < l.profile_.count; ++k) {
    auto const d = l.stride_[k];
    if (d == INT64_MIN || !detail::add_product(sum, l.shape_[k] - 1, d < 0 ? -d : d))
      refused(
          (detail::sentence("cosize(") << l << ") refused: overflow, the cosize exceeds 64 bits").lines());
  }
  return sum;
}

/// Mode i, which keeps its nesting. Errors: no such mode.
[[nodiscard]] constexpr layout mode(layout const& l, int i) {
  auto const all = l.profile_.whole();
  if (i < 0 || i >= l.profile_.rank(all))
    refused(
        (detail::sentence("mode ") << i << " of " << l << " refused: the rank is " << l.profile_.rank(all))
            .lines());
  return l.sub(l.profile_.child_number(all, i));
}
/// The size of mode N (and of its mode J ...): size<0>(l), size<1, 0>(l).
template <int N, int... Is>
[[nodiscard]] constexpr std::int64_t size(layout const& l) {
  if constexpr (sizeof...(Is) == 0)
    return size(mode(l, N));
  else
    return size<Is...>(mode(l, N));
}
template <int N, int... Is>
[[nodiscard]] constexpr std::int64_t size(int_tuple const& t) {
  if constexpr (sizeof...(Is) == 0)
    return size(t[N]);
  else
    return size<Is...>(t[N]);
}

/// The same leaves in the same order, without nesting: the same function.
[[nodiscard]] constexpr layout flatten(layout const& l) {
  layout r = l;
  if (l.profile_.opened[0] == 0)
    return r;
  for (int k = 0; k < l.profile_.count; ++k)
    r.profile_.opened[k] = r.profile_.closed[k] = 0;
  r.profile_.opened[0] = r.profile_.closed[r.profile_.count - 1] = 1;
  return r;
}

/// True if shapes have the same nesting.
[[nodiscard]] constexpr bool congruent(layout const& a, layout const& b) {
  return a.profile_ == b.profile_;
}

/// The coordinate of linear index i in a shape: leaf k gets floor(i / (s_0 ... s_{k-1})) mod s_k, the last
/// leaf is not reduced. Inverse of `crd2idx(c, shape)` for i < size(shape). Errors: i negative.
[[nodiscard]] constexpr int_tuple idx2crd(std::int64_t i, int_tuple const& shape) {
  int_tuple r = shape;
  if (i < 0)
    refused(
        (detail::sentence("idx2crd(") << i << ", " << shape << ") refused: the index is negative").lines());
  int k = 0;
  for (; k < shape.profile_.count - 1; ++k) {
    if (shape.leaf_[k] < 1)
      layout::refuse_shape(shape, k);
    r.leaf_[k] = i % shape.leaf_[k];
    i /= shape.leaf_[k];
  }
  r.leaf_[k] = i;
  return r;
}

/// The same for a tuple of indices: element by element. Errors: rank mismatch.
[[nodiscard]] constexpr int_tuple idx2crd(int_tuple const& index, int_tuple const& shape) {
  int_tuple r = shape;
  auto const walk = [&](auto const& self, detail::node const& m, detail::node const& n) -> void {
    if (m.is_leaf()) {
      auto const part = idx2crd(index.leaf_[m.first], shape.subtree(n));
      for (int k = n.first; k < n.last; ++k)
        r.leaf_[k] = part.leaf_[k - n.first];
      return;
    }
    int j = m.first;
    int k = n.first;
    if (!n.is_leaf())
      while (j < m.last && k < n.last) {
        auto const x = index.profile_.child(m, j);
        auto const y = shape.profile_.child(n, k);
        self(self, x, y);
        j = x.last;
        k = y.last;
      }
    if (j != m.last || k != n.last)
      refused((detail::sentence("idx2crd(") << index << ", " << shape << ") refused: rank mismatch").lines());
  };
  walk(walk, index.profile_.whole(), shape.profile_.whole());
  return r;
}

} // namespace enigma

// The slicing call of a layout, l(_, 3), is defined there.
#include <enigma/layout/slice.hpp>
