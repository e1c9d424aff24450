// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/tensor/tensor.hpp>
#include <enigma/tensor/tile_math.hpp>

// Reductions of tile expressions: over all their values, and along a mode. Lowered like a store, one group of
// consecutive elements at a time, without a tile in between: the groups are combined as vectors, and their
// lanes at last. So the operation has to be associative and commutative, and a sum of floats is that of four
// partial sums.

namespace enigma {
namespace detail {

/// F combines two elements of the tile X into one.
template <class F, class X>
concept combines =
    tile<X> && std::invocable<F const&, typename X::place::template lanes<typename X::element_type, 1> const&,
                              typename X::place::template lanes<typename X::element_type, 1> const&>;

/// True if in each run of `width` coordinates every source is one group, as in a store.
template <class X>
constexpr bool allows_groups(X const& x, std::int64_t const* coordinates, std::int64_t n, int width) {
  bool all = true;
  x.for_each_source([&](auto const& from) {
    using offset_type = typename std::remove_cvref_t<decltype(from)>::offset_type;
    bool const wide = from.engine().lanes() >= width; // enough for what does not stand still
    for (std::int64_t i = 0; all && i < n; i += width) {
      auto const first = index_at(from.layout(), coordinates[i]);
      auto const step = index_at(from.layout(), coordinates[i + 1]) - first;
      all = step == 0 ||
            (step == 1 && wide && from.engine().aligned(from.offset() + offset_type(first), width));
      for (int j = 2; all && j < width; ++j)
        all = index_at(from.layout(), coordinates[i + j]) == first + step * j;
    }
  });
  return all;
}
template <class X>
constexpr int widest_groups(X const& x, std::int64_t const* coordinates, std::int64_t n, std::int64_t run) {
  if constexpr (!std::same_as<typename X::place, host_place>)
    for (int width : {4, 2})
      if (run % width == 0 && allows_groups(x, coordinates, n, width))
        return width;
  return 1;
}

template <int Width, class X>
constexpr auto group_of(X const& x, std::int64_t const* coordinates) {
  return x.template lanes<Width>(tile_group{coordinates[0], coordinates[Width > 1 ? 1 : 0]});
}
/// `count` groups, each `step` coordinates after the one before, combined lane by lane.
template <int Width, class X, class F>
constexpr auto combined(X const& x, F const& f, std::int64_t const* coordinates, std::int64_t count,
                        std::int64_t step) {
  auto all = group_of<Width>(x, coordinates);
  for (std::int64_t i = 1; i < count; ++i)
    all = f(all, group_of<Width>(x, coordinates + i * step));
  return all;
}
template <int Width, class F, class V>
constexpr auto across_lanes(F const& f, V const& v) {
  if constexpr (Width == 1)
    return v;
  else if constexpr (Width == 2)
    return f(v[0], v[1]);
  else
    return f(f(v[0], v[1]), f(v[2], v[3]));
}

/// Calls back with the width as a constant.
template <class X, class F>
constexpr auto with_width(int width, F const& call) {
  if constexpr (!std::same_as<typename X::place, host_place>) {
    if (width == 4)
      return call(std::integral_constant<int, 4>{});
    if (width == 2)
      return call(std::integral_constant<int, 2>{});
  }
  return call(std::integral_constant<int, 1>{});
}

/// The expression beside itself: all sources in the shape that they have between them.
template <class X>
constexpr X in_shape(X const& x, layout const& whole) {
  X const r = x.beside(whole);
  r.for_each_source([&](auto const& from) {
    refuse_other_shape(whole, from.layout());
    constexpr auto most = std::remove_cvref_t<decltype(from.engine())>::most_values;
    if constexpr (most > 0)
      if (size(whole) > most)
        refused((sentence("reduce: a tile ")
                 << whole << " refused: it has " << size(whole) << " values for one thread, at most " << most
                 << " are unrolled; take smaller tiles or more threads")
                    .lines());
  });
  return r;
}

template <class X, class F>
constexpr auto reduce_all(X const& tile_of_any_shape, F const& f) {
  layout const whole = domain_of(tile_of_any_shape);
  X const x = in_shape(tile_of_any_shape, whole);
  std::int64_t const n = size(whole);
  scratch<std::int64_t> coordinates(n);
  memory_order order(whole);
  for (std::int64_t i = 0; i < n; ++i, order.advance())
    coordinates.first[i] = order.here();
  return with_width<X>(widest_groups(x, coordinates.first, n, n), [&](auto width) {
    constexpr int w = decltype(width)::value;
    return across_lanes<w>(f, combined<w>(x, f, coordinates.first, n / w, w));
  });
}

/// lanes[0], lanes[1], ... at these coordinates of `to`, in one access if they lie so.
template <int Width, class Tensor, class V>
constexpr void store_lanes(Tensor const& to, std::int64_t const* coordinates, V const& lanes) {
  using offset_type = typename Tensor::offset_type;
  auto const offset = [&](int i) { return to.offset() + offset_type(index_at(to.layout(), coordinates[i])); };
  if constexpr (Width == 1) {
    to.engine().template store<1>(offset(0), lanes);
  } else {
    bool together = to.engine().lanes() >= Width && to.engine().aligned(offset(0), Width);
    for (int i = 1; i < Width; ++i)
      together =
          together && index_at(to.layout(), coordinates[i]) == index_at(to.layout(), coordinates[0]) + i;
    if constexpr (Tensor::engine_type::max_lanes >= Width)
      if (together)
        return to.engine().template store<Width>(offset(0), lanes);
    for (int i = 0; i < Width; ++i)
      to.engine().template store<1>(offset(i), lanes[i]);
  }
}

constexpr void refuse_no_mode(layout const& whole, int mode) {
  auto const n = without_wrapping(whole);
  if (n.is_leaf() || mode >= whole.profile_.rank(n))
    refused((sentence("reduce<") << std::int64_t{mode} << ">: the tile " << whole << " has no mode "
                                 << std::int64_t{mode})
                .lines());
}
/// The shape of what is left of a tile: 1 in place of the mode.
template <class X>
constexpr layout without_mode(X const& x, int mode) {
  layout const whole = domain_of(x);
  refuse_no_mode(whole, mode);
  return replace(whole.sub(without_wrapping(whole)), mode, layout());
}

/// to(c) = the values of x along mode M, combined.
template <int M, class Tensor, class X, class F>
constexpr void reduce_mode(Tensor const& to, X const& tile_of_any_shape, F const& f) {
  layout const domain = domain_of(tile_of_any_shape);
  refuse_no_mode(domain, M);
  layout const whole = domain.sub(without_wrapping(domain));
  X const x = in_shape(tile_of_any_shape, whole);
  layout const outer = replace(whole, M, layout()), inner = mode(whole, M);
  refuse_other_shape(to.layout(), outer);
  std::int64_t const n = size(whole), along = size(inner), rest = n / along;
  std::int64_t weight = 1; // of the mode in a linear coordinate
  for (int i = 0; i < M; ++i)
    weight *= size(mode(whole, i));

  // Both ways through the tile: along the mode first, and across it first.
  scratch<std::int64_t> down(n), across(n), left(rest);
  memory_order outer_order(outer);
  for (std::int64_t i = 0; i < rest; ++i, outer_order.advance()) {
    auto const o = left.first[i] = outer_order.here();
    memory_order inner_order(inner);
    for (std::int64_t k = 0; k < along; ++k, inner_order.advance())
      down.first[i * along + k] = across.first[k * rest + i] =
          o % weight + inner_order.here() * weight + o / weight * weight * along;
  }
  int const wide_across = widest_groups(x, across.first, n, rest),
            wide_down = widest_groups(x, down.first, n, along);
  if (wide_across >= wide_down)
    return with_width<X>(wide_across, [&](auto width) {
      constexpr int w = decltype(width)::value;
      for (std::int64_t i = 0; i < rest; i += w)
        store_lanes<w>(to, left.first + i, combined<w>(x, f, across.first + i, along, rest));
    });
  with_width<X>(wide_down, [&](auto width) {
    constexpr int w = decltype(width)::value;
    for (std::int64_t i = 0; i < rest; ++i)
      store_lanes<1>(to, left.first + i,
                     across_lanes<w>(f, combined<w>(x, f, down.first + i * along, along / w, w)));
  });
}

} // namespace detail

/// (1) All values of a tile combined by f, in a kernel those of one thread: reduce(x.load() * y.load(), f).
/// f takes two values, vectors too, and has to be associative and commutative.
/// (2) The same, with an initial value.
/// Errors: shapes that do not agree; more values than a thread can unroll.
template <tile X, class F>
  requires detail::combines<F, X>
[[nodiscard]] constexpr auto reduce(X const& x, F const& f) {
  return detail::reduce_all(x, f);
}
template <tile X, class F, class Initial>
  requires(detail::combines<F, X> && X::place::template broadcasts<Initial, typename X::element_type>)
[[nodiscard]] constexpr auto reduce(X const& x, F const& f, Initial const& initial) {
  auto const all = detail::reduce_all(x, f);
  return f(X::place::template broadcast<typename X::element_type>(initial), all);
}

/// (3) Along mode M, into a tensor of the same shape but for a 1 there: to(i, 0) = f(x(i, 0), x(i, 1), ...).
/// The result stands beside the tile again, since modes of size 1 are repeated.
template <int M, class E, tile X, class F>
  requires(E::writable && detail::combines<F, X> && std::same_as<typename E::place, typename X::place>)
constexpr void reduce(tensor<E> const& to, X const& x, F const& f) {
  detail::reduce_mode<M>(to, x, f);
}

// clang-format off
#define ENIGMA_TILE_REDUCTION(name, lanes)                                                                     \
  template <tile X>                                                                                            \
    requires detail::combines<detail::lanes, X>                                                                \
  [[nodiscard]] constexpr auto name(X const& x) { return detail::reduce_all(x, detail::lanes{}); }             \
  template <int M, class E, tile X>                                                                            \
    requires(E::writable && detail::combines<detail::lanes, X>)                                                \
  constexpr void name(tensor<E> const& to, X const& x) { detail::reduce_mode<M>(to, x, detail::lanes{}); }
// Of all values, and along a mode into a tensor.
ENIGMA_TILE_REDUCTION(sum, add_lanes)
ENIGMA_TILE_REDUCTION(product, mul_lanes)
ENIGMA_TILE_REDUCTION(min, min_lanes)
ENIGMA_TILE_REDUCTION(max, max_lanes)
ENIGMA_TILE_REDUCTION(all, logical_and_lanes)
ENIGMA_TILE_REDUCTION(any, logical_or_lanes)
#undef ENIGMA_TILE_REDUCTION
// clang-format on

} // namespace enigma
