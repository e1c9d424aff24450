// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

#include <type_traits>

/// How a store becomes loads, arithmetic and stores: the destination's elements in the order of its memory,
/// in groups as wide as every tensor of the expression allows.
namespace enigma::detail {

/// l(i), for i inside of a layout whose cosize has been checked.
constexpr std::int64_t index_at(layout const& l, std::int64_t i) {
  std::int64_t index = 0;
  evaluate(l, 0, l.profile_.count, i, index);
  return index;
}

/// Where a group of consecutive elements of the destination begins: the linear coordinates of its first and
/// its second lane.
struct tile_group {
  std::int64_t first = 0;
  std::int64_t second = 0;
};

/// Visits the linear coordinates of a layout in the order of its strides, smallest first, indices rising.
class memory_order {
public:
  constexpr explicit memory_order(layout const& l) {
    std::int64_t weight = 1;
    for (int k = 0; k < l.profile_.count; ++k) {
      auto const s = l.shape_[k];
      if (s == 1)
        continue;
      bool const falls = l.stride_[k] < 0; // walked from its end
      leaf const it{s, falls ? -weight : weight, falls ? -l.stride_[k] : l.stride_[k], 0};
      if (falls)
        here_ += (s - 1) * weight;
      int j = count_++;
      for (; j > 0 && leaves_[j - 1].stride > it.stride; --j)
        leaves_[j] = leaves_[j - 1];
      leaves_[j] = it;
      weight *= s;
    }
  }
  /// The linear coordinate where the visit stands.
  constexpr std::int64_t here() const { return here_; }
  constexpr void advance() {
    for (int k = 0; k < count_; ++k) {
      auto& it = leaves_[k];
      here_ += it.weight;
      if (++it.digit < it.shape)
        return;
      here_ -= it.weight * it.shape;
      it.digit = 0;
    }
  }
  /// The next group of `Width` coordinates, which are then behind.
  template <int Width>
  constexpr tile_group take() {
    tile_group g{here_, here_};
    advance();
    if constexpr (Width > 1) {
      g.second = here_;
      for (int j = 1; j < Width; ++j)
        advance();
    }
    return g;
  }
  /// True if the strides alone show that no index is met twice.
  constexpr bool clearly_injective() const {
    std::int64_t reach = 0;
    for (int k = 0; k < count_; ++k) {
      if (leaves_[k].stride <= reach)
        return false;
      reach += (leaves_[k].shape - 1) * leaves_[k].stride;
    }
    return true;
  }

private:
  struct leaf {
    std::int64_t shape = 1;
    std::int64_t weight = 0; // what one step adds to the linear coordinate
    std::int64_t stride = 0;
    std::int64_t digit = 0;
  };
  leaf leaves_[max_leaves] = {};
  int count_ = 0;
  std::int64_t here_ = 0;
};

/// An array on the heap, in constant evaluations too.
template <class T>
struct scratch {
  T* first;
  constexpr explicit scratch(std::int64_t n) : first{new T[static_cast<std::size_t>(n)]} {}
  scratch(scratch const&) = delete;
  constexpr ~scratch() { delete[] first; }
};

/// Refuses a destination that meets an index twice: the order of the writes would decide.
constexpr void refuse_double_writes(layout const& l, memory_order const& order, std::int64_t n) {
  if (order.clearly_injective())
    return;
  scratch<std::int64_t> index(n);
  for (std::int64_t i = 0; i < n; ++i)
    index.first[i] = index_at(l, i);
  for (std::int64_t gap = n / 2; gap > 0; gap /= 2) // Shell's sort
    for (std::int64_t i = gap; i < n; ++i) {
      auto const x = index.first[i];
      std::int64_t j = i;
      // All were written above. NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult)
      for (; j >= gap && index.first[j - gap] > x; j -= gap)
        index.first[j] = index.first[j - gap];
      index.first[j] = x;
    }
  for (std::int64_t i = 1; i < n; ++i)
    if (index.first[i] == index.first[i - 1])
      refused((sentence("store to a tile ")
               << l << " refused: index " << index.first[i] << " would be written more than once")
                  .lines());
}

/// The node below parentheses around a single mode: (4,2) of ((4,2)).
constexpr node without_wrapping(layout const& l) {
  node n = l.profile_.whole();
  while (!n.is_leaf() && l.profile_.rank(n) == 1)
    n = l.profile_.child(n, n.first);
  return n;
}
constexpr std::int64_t node_size(layout const& l, node const& n) {
  std::int64_t p = 1;
  for (int k = n.first; k < n.last; ++k)
    p *= l.shape_[k];
  return p;
}

/// Refuses a source whose coordinates do not mean the same elements as the destination's: the sizes of the
/// modes must agree, or one of the two is linear and the sizes agree.
constexpr void refuse_other_shape(layout const& to, layout const& from) {
  auto const m = without_wrapping(to);
  auto const n = without_wrapping(from);
  bool same = size(to) == size(from);
  if (same && !m.is_leaf() && !n.is_leaf()) {
    int j = m.first;
    int k = n.first;
    while (same && j < m.last && k < n.last) {
      auto const x = to.profile_.child(m, j);
      auto const y = from.profile_.child(n, k);
      same = node_size(to, x) == node_size(from, y);
      j = x.last;
      k = y.last;
    }
    same = same && j == m.last && k == n.last;
  }
  if (!same)
    refused((sentence("store of a tile ") << from << " to a tile " << to << " refused: the shapes "
                                          << from.shape() << " and " << to.shape() << " do not agree")
                .lines());
}

/// True if in the given order each group of `width` elements lies in consecutive, aligned places or is one
/// element again and again, which no destination is.
template <class Tensor>
constexpr bool allows_width(Tensor const& t, memory_order order, std::int64_t n, int width) {
  using offset_type = typename Tensor::offset_type;
  bool const wide = t.engine().lanes() >= width; // enough for what does not stand still
  for (std::int64_t i = 0; i < n; i += width) {
    auto const first = index_at(t.layout(), order.here());
    std::int64_t step = 1;
    order.advance();
    for (int j = 1; j < width; ++j, order.advance()) {
      auto const index = index_at(t.layout(), order.here());
      if (j == 1 && (index == first || requires { Tensor::engine_type::any_step; }))
        step = index - first;
      if (index != first + step * j)
        return false;
    }
    if (step != 0 && !(wide && t.engine().aligned(t.offset() + offset_type(first), width)))
      return false;
  }
  return true;
}

template <class Tensor, class From>
constexpr bool same_elements(Tensor const& to, From const& from, std::int64_t n) {
  if constexpr (!requires { to.engine().same_start(from.engine()); })
    return false;
  else if (!to.engine().same_start(from.engine()) || !(to.offset() == from.offset()))
    return false;
  if (to.layout() == from.layout())
    return true;
  for (std::int64_t i = 0; i < n; ++i)
    if (index_at(to.layout(), i) != index_at(from.layout(), i))
      return false;
  return true;
}

template <class Place, class Lanes>
struct held_lanes {
  Lanes lanes = Place::template none<Lanes>();
};

template <class Tensor>
constexpr void prepare_access(Tensor const& t, tile_group const& g) {
  auto const at = t.offset() + typename Tensor::offset_type(index_at(t.layout(), g.first));
  if constexpr (requires { t.engine().prepare(at); })
    t.engine().prepare(at);
}

/// Each group under its condition; nothing is computed or read for one that does not hold. `condition` gives
/// that of a group.
template <int Width, class Tensor, class X, class Condition>
constexpr void store_groups_if(Tensor const& to, X const& x, memory_order order, std::int64_t n,
                               Condition const& condition) {
  using place = typename Tensor::place;
  using offset_type = typename Tensor::offset_type;
  auto const at = [&](tile_group const& g) {
    return to.offset() + offset_type(index_at(to.layout(), g.first));
  };
  // What the groups share is computed before the first of them, outside of all conditions.
  scratch<typename place::condition> when(n / Width);
  memory_order ahead = order;
  for (std::int64_t i = 0; i < n / Width; ++i) {
    auto const g = ahead.template take<Width>();
    when.first[i] = condition(g);
    prepare_access(to, g);
    x.for_each_source([&](auto const& from) { prepare_access(from, g); });
  }
  for (std::int64_t i = 0; i < n / Width;) {
    auto const now = when.first[i];
    memory_order const first = order;
    std::int64_t const begin = i;
    for (; i < n / Width && when.first[i] == now; ++i)
      order.template take<Width>();
    place::run_if(now, [&] {
      memory_order here = first;
      for (std::int64_t j = begin; j < i; ++j) {
        auto const g = here.template take<Width>();
        to.engine().template store<Width>(at(g), x.template lanes<Width>(g));
      }
    });
  }
}

constexpr void refuse_to_hold(bool hold, layout const& l) {
  if (hold)
    refused(
        (sentence("store to a tile ")
         << l
         << " under a condition refused: what is read overlaps what is written; go through another memory")
            .lines());
}

template <int Width, class Tensor, class X>
constexpr void store_groups(Tensor const& to, X const& x, memory_order order, std::int64_t n, bool hold) {
  using offset_type = typename Tensor::offset_type;
  if constexpr (requires { to.engine().condition_at(to.offset()); }) {
    refuse_to_hold(hold, to.layout());
    store_groups_if<Width>(to, x, order, n, [&](tile_group const& g) {
      return to.engine().condition_at(to.offset() + offset_type(index_at(to.layout(), g.first)));
    });
    return;
  }
  auto const put = [&](tile_group const& g, auto const& lanes) {
    to.engine().template store<Width>(to.offset() + offset_type(index_at(to.layout(), g.first)), lanes);
  };
  if (!hold) {
    for (std::int64_t i = 0; i < n; i += Width) {
      auto const g = order.template take<Width>();
      put(g, x.template lanes<Width>(g));
    }
    return;
  }
  // What is read lies where others will be written: read all, then write all.
  using lanes_type = std::remove_cvref_t<decltype(x.template lanes<Width>(tile_group{}))>;
  scratch<held_lanes<typename Tensor::place, lanes_type>> all(n / Width);
  memory_order reading = order;
  for (std::int64_t i = 0; i < n / Width; ++i)
    all.first[i].lanes = x.template lanes<Width>(reading.template take<Width>());
  for (std::int64_t i = 0; i < n / Width; ++i)
    put(order.template take<Width>(), all.first[i].lanes);
}

/// What is refused of a store, and whether all has to be read first.
template <class Tensor, class X>
constexpr bool examine_store(Tensor const& to, X const& x, memory_order const& order, std::int64_t n) {
  using engine = typename Tensor::engine_type;
  auto const& l = to.layout();
  x.for_each_source([&](auto const& from) { refuse_other_shape(l, from.layout()); });
  if constexpr (engine::most_values > 0)
    if (n > engine::most_values)
      refused((sentence("store to a tile ")
               << l << " refused: it has " << n << " values for one thread, at most " << engine::most_values
               << " are unrolled; take smaller tiles or more threads")
                  .lines());
  refuse_double_writes(l, order, n);
  bool hold = false;
  x.for_each_source([&](auto const& from) {
    hold = hold || (from.engine().overlaps(to.engine()) && !same_elements(to, from, n));
  });
  return hold;
}

/// The widest groups that all tensors of a store allow.
template <class Tensor, class X>
constexpr int width_of_store(Tensor const& to, X const& x, memory_order const& order, std::int64_t n) {
  int width = Tensor::engine_type::max_lanes;
  for (; width > 1; width /= 2) {
    bool allowed = n % width == 0 && allows_width(to, order, n, width);
    x.for_each_source([&](auto const& from) { allowed = allowed && allows_width(from, order, n, width); });
    if (allowed)
      break;
  }
  return width;
}

/// to(c) = x(c) for every coordinate, the sources having the size of `to`.
template <class Tensor, class X>
constexpr void store_same_shape(Tensor const& to, X const& x) {
  auto const n = size(to.layout());
  memory_order const order(to.layout());
  bool const hold = examine_store(to, x, order, n);
  if constexpr (Tensor::engine_type::max_lanes > 1) {
    int const width = width_of_store(to, x, order, n);
    if constexpr (Tensor::engine_type::max_lanes >= 4)
      if (width == 4)
        return store_groups<4>(to, x, order, n, hold);
    if (width == 2)
      return store_groups<2>(to, x, order, n, hold);
  }
  store_groups<1>(to, x, order, n, hold);
}

/// to(c) = x(c) for every coordinate. A source whose mode has size 1 is repeated along it.
template <class Tensor, class X>
constexpr void store_tile(Tensor const& to, X const& x) {
  bool same = true;
  auto const n = size(to.layout());
  x.for_each_source([&](auto const& from) { same = same && size(from.layout()) == n; });
  same ? store_same_shape(to, x) : store_same_shape(to, x.beside(to.layout()));
}

/// The same where the tile `condition` of bool holds. One condition is for one element, or for all.
template <class Tensor, class X, class Condition>
constexpr void store_tile_if(Tensor const& to, X const& x, Condition const& condition) {
  auto const n = size(to.layout());
  memory_order const order(to.layout());
  condition.for_each_source([&](auto const& from) { refuse_other_shape(to.layout(), from.layout()); });
  refuse_to_hold(examine_store(to, x, order, n), to.layout());
  auto const when = [&](tile_group const& g) {
    return Tensor::place::condition_of(condition.template lanes<1>(g));
  };
  if constexpr (Tensor::engine_type::max_lanes > 1 && requires { condition.x; }) {
    int const width = width_of_store(to, x, order, n);
    if constexpr (Tensor::engine_type::max_lanes >= 4)
      if (width == 4)
        return store_groups_if<4>(to, x, order, n, when);
    if (width == 2)
      return store_groups_if<2>(to, x, order, n, when);
  }
  store_groups_if<1>(to, x, order, n, when);
}

} // namespace enigma::detail
