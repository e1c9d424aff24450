// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/tensor/coordinate.hpp>
#include <enigma/tensor/engine.hpp>
#include <enigma/tensor/tile_expression.hpp>

#include <utility>

namespace enigma {

// What a compiler names when a fragment is given a traced coordinate: registers have no address, so which of
// them is meant has to be known while tracing. Unroll the loop with range_constexpr, or keep the elements in
// threadgroup memory.
struct coordinates_of_registers_are_known_while_tracing;

/// A tensor: elements in an engine, addressed through a layout from an offset on.
///
///   t(c) is the element at offset + layout(c)
///
/// A view: it does not own its elements, and copying it copies none. The layout is a value, so the type of a
/// tensor depends on its engine only.
template <tensor_engine Engine>
class tensor {
public:
  using engine_type = Engine;
  using element_type = typename Engine::element_type;
  using offset_type = typename Engine::offset_type;
  using place = typename Engine::place;

  constexpr tensor(Engine const& e, enigma::layout const& l,
                   offset_type const& offset = offset_type(std::int64_t{0}))
      : engine_{e}
      , layout_{l}
      , offset_{offset} {}

  constexpr Engine const& engine() const { return engine_; }
  constexpr enigma::layout const& layout() const { return layout_; }
  constexpr offset_type const& offset() const { return offset_; }
  constexpr int_tuple shape() const { return layout_.shape(); }
  constexpr int_tuple stride() const { return layout_.stride(); }

  /// (1) t(c...) without `_`: the element at offset + layout(c...). One coordinate is linear or one
  /// hierarchical coordinate; several are one for each mode. On the host a reference; in a kernel a value, or
  /// a place that can be assigned.
  /// (2) t(c...) with `_`: the tensor of the modes under `_`, at the offset of the fixed coordinates:
  /// s(x) = t(c with x in its holes).
  /// Errors: rank mismatch, a known coordinate that is out of range.
  template <class... Cs>
    requires(sizeof...(Cs) > 0 && (detail::coordinate_for<Cs, Engine> && ...))
  constexpr decltype(auto) operator()(Cs const&... cs) const {
    return under(cs...);
  }
  template <class... Cs>
    requires(sizeof...(Cs) > 0 && Engine::space == address_space::registers &&
             !(detail::coordinate_for<Cs, Engine> && ...))
  coordinates_of_registers_are_known_while_tracing operator()(Cs const&... cs) const = delete;
  /// As (1), for coordinates in braces: t({1, {2, 3}}), t({1, 2}, 3).
  template <std::same_as<int_tuple> C = int_tuple>
  constexpr decltype(auto) operator()(C const& c) const {
    return under(c);
  }
  template <std::same_as<int_tuple> A = int_tuple, std::same_as<int_tuple> B = int_tuple>
  constexpr decltype(auto) operator()(A const& a, B const& b) const {
    return under(a, b);
  }

  /// The tile as a lazy expression: nothing is read before the store that it ends in.
  constexpr tile_source<tensor> load() const
    requires(Engine::readable)
  {
    return {*this};
  }

  /// t(c) = x(c) for every coordinate c, with x a tile expression whose modes have the sizes of t's modes (or
  /// that is linear), or one value for all elements. A mode of size 1 is repeated: a row or a column stands
  /// beside a tile. The right side is read as a whole before anything of it
  /// is overwritten, also where the memories overlap.
  ///
  /// Lowered one group of consecutive elements at a time: loads, arithmetic, one store. The group is as wide
  /// as every tensor in it allows: 4, 2 or 1 elements. A source may also stand still along a group: a row or
  /// a column that is repeated by a stride of 0. Errors: the shapes differ; an element would be written
  /// twice; more values than a thread can unroll.
  template <class X>
    requires(Engine::writable && storable<X, element_type, place>)
  constexpr void store(X const& x) const {
    detail::store_tile(*this, detail::operand_for<place, element_type>(x));
  }

private:
  template <class... Cs>
  constexpr decltype(auto) under(Cs const&... cs) const {
    if constexpr ((integer<Cs> && ...)) {
      std::int64_t const c[] = {detail::to_int64(cs)...};
      if constexpr (requires { engine_.check_coordinate(hole_coord(0), layout_); })
        engine_.check_coordinate(sizeof...(Cs) == 1 ? hole_coord(c[0]) : hole_coord{cs...}, layout_);
      return engine_.at(offset_ + offset_type(index_of(c, static_cast<int>(sizeof...(Cs)))));
    } else {
      constexpr int computed = (detail::coordinate_kind<Cs>::template computed<Engine> + ...);
      constexpr int slots = computed == 0 ? 1 : computed;
      auto reader = make_reader<computed>(std::make_integer_sequence<int, slots>{});
      hole_coord const c = [&] {
        if constexpr (sizeof...(Cs) == 1)
          return reader.read(cs...);
        else
          return reader.read_all(cs...);
      }();
      if constexpr (requires { engine_.check_coordinate(c, layout_); })
        engine_.check_coordinate(c, layout_);
      offset_type const at = detail::offset_of(offset_, c, layout_, reader.found);
      if constexpr ((detail::coordinate_kind<Cs>::has_hole || ...))
        return tensor(engine_, detail::rest_of(c, layout_), at);
      else
        return engine_.at(at);
    }
  }

  template <int Computed, int... Number>
  constexpr detail::coordinate_reader<Engine, Computed>
  make_reader(std::integer_sequence<int, Number...>) const {
    return {engine_, layout_, {((void)Number, offset_type(std::int64_t{0}))...}};
  }
  constexpr std::int64_t index_of(std::int64_t const* c, int count) const {
    auto const all = layout_.profile_.whole();
    for (int i = 0; i < count; ++i)
      if (c[i] < 0)
        refused((detail::sentence("coordinate ") << c[i] << " of " << layout_ << " refused: it is negative")
                    .lines());
    if (count == 1) {
      detail::check_range(c[0], layout_, all);
      return detail::linear_index_of(layout_, all, c[0]);
    }
    if (!all.is_leaf() && layout_.profile_.rank(all) == count)
      for (int i = 0, k = all.first; i < count; ++i) {
        auto const n = layout_.profile_.child(all, k);
        detail::check_range(c[i], layout_, n);
        k = n.last;
      }
    return layout_.natural_index(c, count);
  }

  Engine engine_;
  enigma::layout layout_;
  offset_type offset_;
};

namespace detail {
template <class R>
concept contiguous_memory = requires(R& r) {
  { *r.data() };
  { r.size() } -> std::convertible_to<std::size_t>;
};
// A span may be a temporary, a container may not: the tensor would outlive its elements.
template <class R>
concept lasting_memory = contiguous_memory<std::remove_reference_t<R>> &&
                         (std::is_lvalue_reference_v<R> || requires { typename R::element_type; });
} // namespace detail

/// (1) A tensor over host memory of known length: a span, an lvalue of std::vector or std::array, an array.
/// Errors: an element of the layout lies outside of it.
template <class R>
  requires detail::lasting_memory<R>
[[nodiscard]] constexpr auto make_tensor(R&& memory, layout const& l, std::int64_t offset = 0) {
  using T = std::remove_reference_t<decltype(*memory.data())>;
  auto const length = static_cast<std::int64_t>(memory.size());
  detail::reach(l, offset, length);
  return tensor<host_engine<T>>({memory.data(), length}, l, offset);
}
template <class T, std::size_t Length>
[[nodiscard]] constexpr auto make_tensor(T (&memory)[Length], layout const& l, std::int64_t offset = 0) {
  detail::reach(l, offset, static_cast<std::int64_t>(Length));
  return tensor<host_engine<T>>({memory, static_cast<std::int64_t>(Length)}, l, offset);
}
/// (2) A tensor from a pointer on, of as many elements as the layout reaches; nobody can check how many there
/// are.
template <class P>
  requires std::is_pointer_v<P>
[[nodiscard]] constexpr auto make_tensor(P first, layout const& l, std::int64_t offset = 0) {
  using T = std::remove_pointer_t<P>;
  return tensor<host_engine<T>>({first, detail::reach(l, offset, -1)}, l, offset);
}

/// Where the elements of a tensor live, known from its type.
template <class Tensor>
inline constexpr address_space address_space_of = std::remove_cvref_t<Tensor>::engine_type::space;

// What is asked of a tensor's layout.
template <class E>
[[nodiscard]] constexpr int rank(tensor<E> const& t) {
  return rank(t.layout());
}
template <class E>
[[nodiscard]] constexpr int depth(tensor<E> const& t) {
  return depth(t.layout());
}
template <class E>
[[nodiscard]] constexpr std::int64_t size(tensor<E> const& t) {
  return size(t.layout());
}
/// The size of a mode (and of a mode in it ...): size<0>(t), size<1, 0>(t).
template <int Mode, int... Modes, class E>
[[nodiscard]] constexpr std::int64_t size(tensor<E> const& t) {
  return size<Mode, Modes...>(t.layout());
}
template <class E>
[[nodiscard]] constexpr int_tuple shape(tensor<E> const& t) {
  return t.shape();
}
template <class E>
[[nodiscard]] constexpr int_tuple stride(tensor<E> const& t) {
  return t.stride();
}

} // namespace enigma
