// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/dynamic_tensor.hpp>
#include <enigma/tensor/copy.hpp>

// Tiles at the edges of a dynamic tensor: only what is inside of its shape is read and written.

namespace enigma {

/// An element that is assigned only if it is inside.
template <element T>
class element_within {
public:
  constexpr element_within(detail::memory_handle<T> const& memory, value_id index, value<bool> const& inside)
      : memory_{memory}
      , index_{index}
      , inside_{inside} {}
  element_within(element_within const&) = default;

  template <an_assigned_value_has_this_type_convert_it_with_cast<T> X>
  constexpr element_within const& operator=(X const& x) const {
    detail::builder* const b = memory_.owner();
    b->store_if(memory_.memory(), index_, inside_.id_in(b), detail::id_of<T>(b, x));
    return *this;
  }
  element_within const& operator=(element_within const&) const = delete;

private:
  detail::memory_handle<T> memory_;
  value_id index_;
  value<bool> inside_;
};

/// A dynamic tensor of which only the elements inside of its shape are accessed.
template <class Dynamic>
class engine_within {
public:
  static constexpr int coordinates = Dynamic::coordinates;
  using element_type = typename Dynamic::element_type;
  using offset_type = typename Dynamic::offset_type;
  using place = kernel_place;
  static constexpr address_space space = Dynamic::space;
  static constexpr bool readable = Dynamic::readable;
  static constexpr bool writable = Dynamic::writable;
  static constexpr int max_lanes = Dynamic::max_lanes;
  static constexpr std::int64_t most_values = Dynamic::most_values;
  template <class C>
  static constexpr bool takes_coordinate = Dynamic::template takes_coordinate<C>;

  constexpr engine_within(Dynamic const& whole, value<element_type> const& fill)
      : whole_{whole}
      , fill_{fill} {}

  template <class C>
  constexpr offset_type coordinate(C const& c) const {
    return whole_.coordinate(c);
  }
  /// A value where the tensor can be read, else a place that can be assigned.
  constexpr auto at(offset_type const& at) const {
    if constexpr (readable) {
      return load<1>(at);
    } else {
      detail::memory_handle<element_type> const memory(owner(), handle().memory());
      return element_within<element_type>(memory, whole_.place_of(at).id_in(owner()), whole_.inside(at));
    }
  }
  template <int Lanes>
  constexpr value<vector_of<element_type, Lanes>> load(offset_type const& at) const {
    using V = vector_of<element_type, Lanes>;
    return load_or<V>(
        at, [&] { return whole_.template load<Lanes>(at); },
        [&] { return detail::id_of<V>(owner(), fill_); });
  }
  template <int Width>
  constexpr auto load_words(offset_type const& at) const {
    using V = detail::words_of<element_type, Width>;
    return load_or<V>(
        at, [&] { return whole_.template load_words<Width>(at); },
        [&] { return detail::words_of_one<V>(fill_).id_in(owner()); });
  }
  template <int Lanes>
  constexpr value<vector_of<element_type, Lanes>> load_same(offset_type const& at) const {
    return {owner(), detail::id_of<vector_of<element_type, Lanes>>(owner(), load<1>(at))};
  }
  /// Under condition_at(at).
  template <int Lanes, class V>
  constexpr void store(offset_type const& at, value<V> const& x) const
    requires writable
  {
    whole_.template store<Lanes>(at, x);
  }
  template <int Width, class Words>
  constexpr void store_words(offset_type const& at, Words const& x) const
    requires writable
  {
    whole_.template store_words<Width>(at, x);
  }
  constexpr auto condition_at(offset_type const& at) const {
    return kernel_place::condition_of(whole_.inside(at));
  }
  constexpr void prepare(offset_type const& at) const { whole_.prepare(at); }
  constexpr int together() const { return whole_.together(); }
  constexpr int lanes() const { return whole_.lanes(); }
  constexpr bool aligned(offset_type const& at, int width) const {
    return whole_.aligned(at, width) && whole_.inside_together(at, width);
  }
  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    return whole_.overlaps(other);
  }
  template <class Other>
    requires requires(Dynamic const& d, Other const& other) { d.same_start(other.whole()); }
  constexpr bool same_start(Other const& other) const {
    return whole_.same_start(other.whole());
  }
  constexpr void check_coordinate(hole_coord const& c, layout const& l) const {
    whole_.check_coordinate(c, l);
  }
  constexpr auto const& handle() const { return whole_.handle(); }
  constexpr detail::builder* owner() const { return whole_.owner(); }
  constexpr Dynamic const& whole() const { return whole_; }

private:
  /// What there is, or the fill; neither is asked for where it is not needed.
  template <class V, class Load, class Fill>
  constexpr value<V> load_or(offset_type const& at, Load const& load, Fill const& fill) const {
    detail::builder* const b = owner();
    value_id const inside = whole_.inside(at).id_in(b);
    if (b->is_constant(inside, 1) || b->is_inside_if(inside))
      return load();
    value_id const ids[] = {whole_.place_of(at).id_in(b), fill()}; // braces: in this order
    return {b, b->load_if(handle().memory(), type_of<V>, ids[0], inside, ids[1])};
  }

  Dynamic whole_;
  value<element_type> fill_;
};

/// The tile with nothing outside of the shape it was cut from: loads give `fill` there and read nothing,
/// stores write nothing. A store computes its right side, and reads for it, only where it writes:
///
///   within(tC).store(tA.load() + tB.load());        // where C has no element, A and B are not read
///   shared.store(within(tA, 0.0f).load());          // zeros beyond the edge of A
///
/// One condition for each group of elements that multiple_of shows to be inside or outside together.
template <class Memory, int R, class X = typename Memory::element_type>
  requires detail::fits_as<X, typename Memory::element_type>
[[nodiscard]] constexpr auto within(dynamic_tensor<Memory, R> const& tile, X const& fill = X{}) {
  using engine = engine_within<dynamic_engine<Memory, R>>;
  using T = typename Memory::element_type;
  detail::builder* const b = tile.engine().owner();
  return tensor<engine>(engine(tile.engine(), value<T>(b, detail::id_of<T>(b, fill))), tile.layout(),
                        tile.offset());
}

namespace detail {
/// The offset of a tile's last element: its digits are the largest of all elements of the tile.
template <int R>
constexpr std::int64_t last_of(layout const& l) {
  for (int k = 0; k < l.leaves(); ++k)
    for (int m = 0; m < R; ++m)
      if (coordinate_digits<R>(l.leaf_stride(k)).digit[m] < 0)
        refused((sentence("is_inside: the tile ")
                 << shown_open_layout<R>{l} << " refused: it runs down in one of its modes")
                    .lines());
  if (open_leaves<R>(l) > 0)
    refused((sentence("is_inside: ") << shown_open_layout<R>{l}
                                     << " refused: a tile has a known size; slice or divide it first")
                .lines());
  return index_at(l, size(l) - 1);
}
} // namespace detail

/// Whether all elements of these tiles are inside of their shapes: false at the edges. One comparison for
/// each mode of each tensor whose size says something new.
template <class Memory, int R>
[[nodiscard]] constexpr value<bool> is_inside(dynamic_tensor<Memory, R> const& tile) {
  using offset = coordinate_offset<buffer_offset, R>;
  return tile.engine().inside(tile.offset() + offset(detail::last_of<R>(tile.layout())));
}
template <class A, class B, class... Rest>
  requires(detail::is_dynamic<A> && detail::is_dynamic<B>)
[[nodiscard]] constexpr value<bool> is_inside(tensor<A> const& a, tensor<B> const& b,
                                              tensor<Rest> const&... rest) {
  value<bool> const first = is_inside(a), others = is_inside(b, rest...);
  detail::builder* const owner = first.owner();
  if (owner->is_constant(first.id_in(owner), 1))
    return others;
  if (owner->is_constant(others.id_in(owner), 1))
    return first;
  return first && others;
}

namespace detail {
struct as_it_is {
  template <class Tensor>
  constexpr Tensor operator()(Tensor const& t, auto const&...) const {
    return t;
  }
};
struct only_within {
  template <class Tensor, class... Fill>
  constexpr auto operator()(Tensor const& t, Fill const&... fill) const {
    return within(t, fill...);
  }
};
} // namespace detail

/// (1) The fast path where the condition holds, and the other one at the edges.
/// (2) Both paths from one body: what it is given leaves tiles as they are in the interior and is `within` at
/// the edges.
///
///   if_inside(g, is_inside(tA, tC), [&](auto bounded) { bounded(tC).store(bounded(tA).load() * 2); });
template <class Fast, class Edge>
  requires std::invocable<Fast const&> && std::invocable<Edge const&>
constexpr void if_inside(gpu const& g, value<bool> const& inside, Fast const& fast, Edge const& edge) {
  detail::builder* const b = g.owner();
  if (b->is_constant(inside.id_in(b), 1))
    fast();
  else
    g.if_(inside, fast).else_(edge);
}
template <class Body>
  requires std::invocable<Body const&, detail::as_it_is> && std::invocable<Body const&, detail::only_within>
constexpr void if_inside(gpu const& g, value<bool> const& inside, Body const& body) {
  if_inside(g, inside, [&] { body(detail::as_it_is{}); }, [&] { body(detail::only_within{}); });
}

} // namespace enigma
