// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

namespace enigma {

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
  constexpr tiler(std::initializer_list<tiler> elements) {
    if (elements.size() == 0)
      refused("a tiler cannot be empty");
    enclose(elements.begin(), static_cast<int>(elements.size()));
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
  constexpr void enclose(tiler const* elements, int count) {
    pool_.profile_.count = 0;
    profile_ = {};
    for (int i = 0; i < count; ++i) {
      auto const& e = elements[i];
      int const leaves = e.pool_.profile_.count;
      int const base = pool_.profile_.count;
      if (profile_.count + e.profile_.count > max_leaves || base + leaves > max_leaves)
        detail::too_many_modes();
      for (int j = 0; j < e.profile_.count; ++j) {
        kind_[profile_.count + j] = e.kind_[j];
        first_[profile_.count + j + 1] = static_cast<unsigned char>(base + e.first_[j + 1]);
      }
      for (int k = 0; k < leaves; ++k) {
        pool_.shape_[base + k] = e.pool_.shape_[k];
        pool_.stride_[base + k] = e.pool_.stride_[k];
        pool_.profile_.opened[base + k] = e.pool_.profile_.opened[k];
        pool_.profile_.closed[base + k] = e.pool_.profile_.closed[k];
      }
      pool_.profile_.count += leaves;
      profile_.append(e.profile_, e.profile_.whole(), profile_.count == 0 ? 1 : 0);
    }
    ++profile_.closed[profile_.count - 1];
    if (profile_.closed[profile_.count - 1] > max_depth)
      detail::too_deep();
  }
  constexpr void put_integer(std::int64_t n) {
    if (n < 1)
      refused((detail::sentence("a tiler refused: the integer ") << n << " is below 1").lines());
    int const k = profile_.count++;
    pool_.profile_.count = k + 1;
    pool_.shape_[k] = n;
    pool_.stride_[k] = n == 1 ? 0 : 1; // as the compact layout of shape n
    first_[k + 1] = static_cast<unsigned char>(k + 1);
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
