// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

namespace enigma {

class tiler;

namespace detail {

/// One element between the braces of a tiler. It only points at what is written there, which lives until
/// the end of the full expression.
class tiler_element {
public:
  template <integer T>
  constexpr tiler_element(T n) : value_(to_int64(n)) {}
  constexpr tiler_element(underscore) : kind_(kind::hole) {}
  constexpr tiler_element(layout const& l) : kind_(kind::layout), layout_(&l) {}
  constexpr tiler_element(int_tuple const& t) : kind_(kind::tuple), tuple_(&t) {}
  constexpr tiler_element(tiler const& t) : kind_(kind::tiler), tiler_(&t) {}
  constexpr tiler_element(std::initializer_list<tiler_element> children)
      : kind_(kind::children)
      , count_(static_cast<int>(children.size())) {
    if (count_ == 0)
      refused("a tiler cannot be empty");
    auto const* first = children.begin();
    children_ = first;
  }

  enum class kind : unsigned char { integer, hole, layout, tuple, tiler, children };
  kind kind_ = kind::integer;
  std::int64_t value_ = 0;
  layout const* layout_ = nullptr;
  int_tuple const* tuple_ = nullptr;
  tiler const* tiler_ = nullptr;
  tiler_element const* children_ = nullptr;
  int count_ = 0;
};

} // namespace detail

/// What an operation is applied with: a layout, an integer n (the layout n:1), `_` (the mode stays as it
/// is), or a tuple of tilers, one for each mode. Written as the thing itself or in braces:
///
///   zipped_divide(a, 128)    zipped_divide(a, {16, 8})    zipped_divide(a, {16, layout{4, 2}, _})
///
/// A structural type. In braces an integer is a mode of its own, so `{4, 2}` is never the layout 4:2.
class tiler {
public:
  enum class kind : unsigned char { integer, layout, hole };

  /// (1) The layout n:1. Errors: n below 1.
  template <integer T>
  constexpr tiler(T n) {
    put_integer(detail::to_int64(n));
  }
  /// (2) Whatever the integers of the tuple are, each by itself.
  constexpr tiler(int_tuple const& t) {
    for (int k = 0; k < t.profile_.count; ++k)
      put_integer(t.leaf_[k]);
    profile_ = t.profile_;
  }
  /// (3) One layout, for a mode (or a layout) as a whole.
  constexpr tiler(layout const& l) : pool_(l) {
    profile_.count = 1;
    kind_[0] = kind::layout;
    first_[1] = static_cast<unsigned char>(l.profile_.count);
  }
  /// (4) The mode stays as it is.
  constexpr tiler(underscore) {
    pool_.profile_.count = 0;
    profile_.count = 1;
    kind_[0] = kind::hole;
  }
  /// (5) One tiler for each mode. Errors: too many modes.
  constexpr tiler(std::initializer_list<detail::tiler_element> elements) {
    if (elements.size() == 0)
      refused("a tiler cannot be empty");
    pool_.profile_.count = 0;
    enclose_elements(elements.begin(), static_cast<int>(elements.size()), 1);
  }

  /// True for a tuple of tilers: the operation goes mode by mode.
  [[nodiscard]] constexpr bool is_by_mode() const { return profile_.opened[0] != 0; }
  /// The number of top-level elements.
  [[nodiscard]] constexpr int rank() const { return profile_.rank(profile_.whole()); }

  friend constexpr bool operator==(tiler const& a, tiler const& b) {
    if (!(a.profile_ == b.profile_))
      return false;
    for (int j = 0; j < a.profile_.count; ++j)
      if (a.kind_[j] != b.kind_[j] || a.first_[j + 1] != b.first_[j + 1])
        return false;
    return a.pool_.profile_.count == 0 ? b.pool_.profile_.count == 0 : a.pool_ == b.pool_;
  }

  // Implementation. Element j owns the leaves [first_[j], first_[j + 1]) of the pool, with their nesting.
  [[nodiscard]] constexpr detail::node element(int j) const {
    int const first = first_[j];
    int const last = first_[j + 1];
    return {first, last, pool_.profile_.opened[first], pool_.profile_.closed[last - 1]};
  }
  constexpr void append(tiler const& e, int opened) {
    int const leaves = e.pool_.profile_.count;
    int const base = pool_.profile_.count;
    int const count = profile_.count;
    if (count + e.profile_.count > max_leaves || base + leaves > max_leaves)
      detail::too_many_modes();
    for (int j = 0; j < e.profile_.count; ++j) {
      kind_[count + j] = e.kind_[j];
      first_[count + j + 1] = static_cast<unsigned char>(base + e.first_[j + 1]);
    }
    for (int k = 0; k < leaves; ++k) {
      pool_.shape_[base + k] = e.pool_.shape_[k];
      pool_.stride_[base + k] = e.pool_.stride_[k];
      pool_.profile_.opened[base + k] = e.pool_.profile_.opened[k];
      pool_.profile_.closed[base + k] = e.pool_.profile_.closed[k];
    }
    pool_.profile_.count += leaves;
    profile_.append(e.profile_, e.profile_.whole(), opened);
  }
  constexpr void close() {
    if (++profile_.closed[(profile_.count - 1) & (max_leaves - 1)] > max_depth) // masked as in int_tuple
      detail::too_deep();
  }
  constexpr void enclose(tiler const* elements, int count) {
    pool_.profile_.count = 0;
    profile_ = {};
    for (int i = 0; i < count; ++i)
      append(elements[i], i == 0 ? 1 : 0);
    close();
  }
  constexpr void enclose_elements(detail::tiler_element const* elements, int count, int opened) {
    using from = detail::tiler_element::kind;
    for (int i = 0; i < count; ++i) {
      auto const& e = elements[i];
      switch (e.kind_) {
      case from::children:
        enclose_elements(e.children_, e.count_, opened + 1);
        break;
      case from::integer: {
        int const j = profile_.count;
        if (j == max_leaves || pool_.profile_.count == max_leaves)
          detail::too_many_modes();
        put_integer(e.value_);
        profile_.opened[j] = static_cast<unsigned char>(opened);
        break;
      }
      case from::hole:
        append(tiler(underscore{}), opened);
        break;
      case from::layout:
        append(tiler(*e.layout_), opened);
        break;
      case from::tuple:
        append(tiler(*e.tuple_), opened);
        break;
      case from::tiler:
        append(*e.tiler_, opened);
        break;
      }
      opened = 0;
    }
    close();
  }
  constexpr void put_integer(std::int64_t n) {
    if (n < 1)
      refused((detail::sentence("a tiler refused: the integer ") << n << " is below 1").lines());
    int const j = profile_.count;
    int const k = first_[j];
    pool_.shape_[k] = n;
    pool_.stride_[k] = n == 1 ? 0 : 1; // as the compact layout of shape n
    pool_.profile_.count = k + 1;
    first_[j + 1] = static_cast<unsigned char>(k + 1);
    profile_.count = j + 1;
  }

  layout pool_ = {};
  detail::profile profile_ = {};
  kind kind_[max_leaves] = {};
  unsigned char first_[max_leaves + 1] = {};
};

namespace detail {

/// Integers only: (16,8); with a layout among them: <4:1,8,(2,2):(1,4)>, as CuTe prints them.
template <class Sink>
constexpr void write(Sink& out, tiler const& t) {
  bool angular = false;
  for (int j = 0; j < t.profile_.count; ++j)
    angular = angular || t.kind_[j] == tiler::kind::layout;
  for (int j = 0; j < t.profile_.count; ++j) {
    if (j > 0)
      out.put(',');
    for (int i = 0; i < t.profile_.opened[j]; ++i)
      out.put(angular ? '<' : '(');
    if (t.kind_[j] == tiler::kind::hole)
      out.put('_');
    else if (t.kind_[j] == tiler::kind::integer)
      out.put(t.pool_.shape_[t.first_[j]]);
    else
      write(out, t.pool_.sub(t.element(j)));
    for (int i = 0; i < t.profile_.closed[j]; ++i)
      out.put(angular ? '>' : ')');
  }
}

} // namespace detail
} // namespace enigma
