// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/register_engine.hpp>
#include <enigma/tensor/recast.hpp>

// A kernel's memory as elements of another type. Wider elements are read and written as vectors of those that
// are there, or as the words they make up; of smaller ones those that are a whole element are. So memory is
// never accessed as a type that it is not of, which a compiler of MSL could take for another place.

namespace enigma {

namespace detail {

constexpr std::int64_t times(std::int64_t offset, std::int64_t n) {
  return offset * n;
}
constexpr std::int64_t over(std::int64_t offset, std::int64_t n) {
  return offset / n;
}
constexpr buffer_offset times(buffer_offset const& offset, std::int64_t n) {
  return offset.times(n);
}
constexpr buffer_offset over(buffer_offset const& offset, std::int64_t n) {
  return offset.over(n);
}

/// start + n * offset is a multiple of `width`.
constexpr bool aligned_sum(std::int64_t start, std::int64_t offset, std::int64_t n, std::int64_t width) {
  return (start + n * offset) % width == 0;
}
constexpr bool aligned_sum(buffer_offset const& start, buffer_offset const& offset, std::int64_t n,
                           std::int64_t width) {
  return aligned_sum(start.known(), offset.known(), n, width) && start.alignment() % width == 0 &&
         n * offset.alignment() % width == 0;
}

template <int Bytes>
using unsigned_of =
    std::conditional_t<Bytes == 8, u64,
                       std::conditional_t<Bytes == 4, u32, std::conditional_t<Bytes == 2, u16, u8>>>;

/// An element of an engine that is only written.
template <class Engine>
class assigned_element {
public:
  using element_type = typename Engine::element_type;
  constexpr assigned_element(Engine const& engine, typename Engine::offset_type const& at)
      : engine_{engine}
      , at_{at} {}
  constexpr assigned_element(assigned_element const&) = default;
  template <an_assigned_value_has_this_type_convert_it_with_cast<element_type> X>
  constexpr assigned_element const& operator=(X const& x) const {
    engine_.template store<1>(at_, value<element_type>(x));
    return *this;
  }

private:
  Engine engine_;
  typename Engine::offset_type at_;
};

} // namespace detail

/// The elements of another engine as elements of U: see recast.
template <class Engine, element U>
class recast_engine {
  using T = typename Engine::element_type;
  static constexpr bool widens = sizeof(U) >= sizeof(T);
  static constexpr int ratio = static_cast<int>(widens ? sizeof(U) / sizeof(T) : sizeof(T) / sizeof(U));

public:
  using element_type = U;
  using offset_type = typename Engine::offset_type;
  using place = kernel_place;
  static constexpr address_space space = Engine::space;
  static constexpr bool readable = Engine::readable;
  static constexpr bool writable = Engine::writable;
  static constexpr int max_lanes = 4;
  static constexpr std::int64_t most_values = Engine::most_values;
  template <class C>
  static constexpr bool takes_coordinate = Engine::template takes_coordinate<C>;

  /// `start`: the element of the engine, of wider elements the first, that index 0 begins with.
  constexpr recast_engine(Engine const& whole, offset_type const& start) : whole_{whole}, start_{start} {}

  template <class C>
    requires(takes_coordinate<C>)
  constexpr offset_type coordinate(C const& c) const {
    return whole_.coordinate(c);
  }
  constexpr auto at(offset_type const& offset) const {
    if constexpr (!writable)
      return load<1>(offset);
    else if constexpr (!readable)
      return detail::assigned_element<recast_engine>(*this, offset);
    else
      return engine_element<recast_engine>(*this, offset);
  }
  template <int Lanes>
  constexpr value<vector_of<U, Lanes>> load(offset_type const& offset) const {
    constexpr type t = type_of<vector_of<U, Lanes>>;
    if constexpr (Lanes * sizeof(U) > 16)
      return {owner(), joined(t, load<Lanes / 2>(offset).id_in(owner()),
                              load<Lanes / 2>(offset + offset_type(Lanes / 2)).id_in(owner()))};
    else if constexpr (widens)
      return {owner(), owner()->bits_as(t, load_whole<Lanes * ratio>(place_of(offset)))};
    else if constexpr (Lanes % ratio == 0)
      return {owner(), owner()->bits_as(t, load_whole<Lanes / ratio>(start_ + detail::over(offset, ratio)))};
    else
      return {owner(), detail::id_of<vector_of<U, Lanes>>(owner(), part(offset))};
  }
  template <int Lanes>
  constexpr value<vector_of<U, Lanes>> load_same(offset_type const& offset) const {
    return {owner(), detail::id_of<vector_of<U, Lanes>>(owner(), load<1>(offset))};
  }
  /// Errors: elements that are only a part of one of the memory's.
  template <int Lanes, class V>
  constexpr void store(offset_type const& offset, value<V> const& x) const
    requires writable
  {
    value_id const lanes = detail::id_of<vector_of<U, Lanes>>(owner(), x);
    if constexpr (Lanes * sizeof(U) > 16) {
      using half = vector_of<U, Lanes / 2>;
      store<Lanes / 2>(offset, value<half>(owner(), half_of(type_of<half>, lanes, 0)));
      store<Lanes / 2>(offset + offset_type(Lanes / 2),
                       value<half>(owner(), half_of(type_of<half>, lanes, Lanes / 2)));
    } else if constexpr (widens) {
      store_whole<Lanes * ratio>(place_of(offset), lanes);
    } else if constexpr (Lanes % ratio == 0) {
      store_whole<Lanes / ratio>(start_ + detail::over(offset, ratio), lanes);
    } else {
      refused((detail::sentence("recast: a write of ")
               << Lanes << " " << ir_name(type_of<U>.element) << " refused: " << ratio << " of them are one "
               << ir_name(type_of<T>.element) << " of the memory, which is written as a whole; write "
               << ratio << " that lie together and begin at a multiple of that")
                  .lines());
    }
  }
  constexpr int lanes() const {
    int const most =
        static_cast<int>(16 / sizeof(U)) < max_lanes ? static_cast<int>(16 / sizeof(U)) : max_lanes;
    int const together = widens ? whole_.together() / ratio : whole_.lanes() * ratio;
    int const wanted = owner()->max_vector_width() < together ? owner()->max_vector_width() : together;
    return wanted < 1 ? 1 : wanted < most ? wanted : most;
  }
  constexpr bool aligned(offset_type const& offset, int width) const {
    if constexpr (widens)
      return detail::aligned_sum(start_, offset, ratio, std::int64_t{width} * ratio);
    else
      return width % ratio == 0 && detail::aligned_sum(offset_type(std::int64_t{0}), offset, 1, width) &&
             whole_.aligned(start_ + detail::over(offset, ratio), width / ratio);
  }
  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    return whole_.overlaps(other);
  }
  constexpr auto const& handle() const
    requires requires(Engine const& e) { e.handle(); }
  {
    return whole_.handle();
  }
  constexpr auto const& registers() const
    requires requires(Engine const& e) { e.registers(); }
  {
    return whole_.registers();
  }
  constexpr detail::builder* owner() const { return whole_.owner(); }
  constexpr Engine const& whole() const { return whole_; }
  constexpr offset_type const& start() const { return start_; }

private:
  constexpr offset_type place_of(offset_type const& offset) const {
    return start_ + detail::times(offset, ratio);
  }

  /// N elements of the memory, in one value.
  template <int N>
  constexpr value_id load_whole(offset_type const& at) const {
    if constexpr (N > 4) {
      return whole_.template load_words<N>(at).id_in(owner());
    } else {
      if constexpr (N > 1)
        if (whole_.lanes() < N) { // registers
          value_id parts[4]{no_value, no_value, no_value, no_value};
          for (int k = 0; k < N; ++k)
            parts[k] = whole_.template load<1>(at + offset_type(k)).id_in(owner());
          return owner()->pure(op::make_vector, type_of<vector_of<T, N>>, parts[0], parts[1], parts[2],
                               parts[3]);
        }
      return whole_.template load<N>(at).id_in(owner());
    }
  }
  template <int N>
  constexpr void store_whole(offset_type const& at, value_id bits) const {
    if constexpr (N > 4) {
      using words = detail::words_of<T, N>;
      whole_.template store_words<N>(at, value<words>(owner(), owner()->bits_as(type_of<words>, bits)));
    } else {
      value<vector_of<T, N>> const all(owner(), owner()->bits_as(type_of<vector_of<T, N>>, bits));
      if constexpr (N > 1)
        if (whole_.lanes() < N) {
          for (int k = 0; k < N; ++k)
            whole_.template store<1>(at + offset_type(k), lane<T>(all.id_in(owner()), k));
          return;
        }
      whole_.template store<N>(at, all);
    }
  }
  /// An element that is a part of one of the memory's.
  constexpr value<U> part(offset_type const& offset) const {
    using bits = detail::unsigned_of<static_cast<int>(sizeof(T))>;
    using bits_of_part = detail::unsigned_of<static_cast<int>(sizeof(U))>;
    if (detail::aligned_sum(offset_type(std::int64_t{0}), first_of(offset), 1, ratio)) {
      auto const k = known_of(offset) % ratio;
      auto const all = load_whole<1>(start_ + detail::over(offset + offset_type(-k), ratio));
      if constexpr (ratio <= 4)
        return lane<U>(owner()->bits_as(type_of<vector_of<U, ratio>>, all), k);
      else
        return moved_down<bits, bits_of_part>(all, static_cast<bits>(k * 8 * static_cast<int>(sizeof(U))));
    }
    if constexpr (std::same_as<offset_type, buffer_offset>) {
      value<u32> const i{owner(), offset.id_in(owner())};
      auto const all = load_whole<1>(start_ + buffer_offset(i / static_cast<u32>(ratio), 1));
      value<u32> const by = i % static_cast<u32>(ratio) * static_cast<u32>(8 * sizeof(U));
      return moved_down<bits, bits_of_part>(all, cast<bits>(by));
    } else {
      return {owner(), no_value};
    }
  }
  template <class Bits, class BitsOfPart, class By>
  constexpr value<U> moved_down(value_id all, By const& by) const {
    value<Bits> const moved = value<Bits>(owner(), owner()->bits_as(type_of<Bits>, all)) >> by;
    return {owner(), owner()->bits_as(type_of<U>, cast<BitsOfPart>(moved).id_in(owner()))};
  }
  /// Without what is known of it beyond a multiple of ratio.
  static constexpr offset_type first_of(offset_type const& offset) {
    return offset + offset_type(-(known_of(offset) % ratio));
  }
  static constexpr std::int64_t known_of(std::int64_t offset) { return offset; }
  static constexpr std::int64_t known_of(buffer_offset const& offset) { return offset.known(); }

  template <class X>
  constexpr value<X> lane(value_id all, std::int64_t k) const {
    return {owner(), owner()->pure(op::extract, type_of<X>, all, no_value, no_value, no_value, k)};
  }
  constexpr value_id joined(type t, value_id low, value_id high) const {
    value_id const parts[] = {lane<U>(low, 0).id_in(owner()), lane<U>(low, 1).id_in(owner()),
                              lane<U>(high, 0).id_in(owner()), lane<U>(high, 1).id_in(owner())};
    return owner()->pure(op::make_vector, t, parts[0], parts[1], parts[2], parts[3]);
  }
  constexpr value_id half_of(type t, value_id all, int from) const {
    return owner()->pure(op::make_vector, t, lane<U>(all, from).id_in(owner()),
                         lane<U>(all, from + 1).id_in(owner()));
  }

  Engine whole_;
  offset_type start_;
};

namespace detail {

template <class E>
inline constexpr bool is_recast = false;
template <class E, class U>
inline constexpr bool is_recast<recast_engine<E, U>> = true;
template <class E>
inline constexpr bool is_addressed = false;
template <class H, access A, address_space S>
inline constexpr bool is_addressed<buffer_engine<H, A, S>> = true;
template <class E>
inline constexpr bool is_in_registers = false;
template <class T, class R>
inline constexpr bool is_in_registers<register_engine<T, R>> = true;

template <class E, class U>
concept recast_in_a_kernel =
    element<U> && (is_addressed<E> || is_in_registers<E>) && recast_types<typename E::element_type, U>;

constexpr void refuse_start(layout const& l, std::int64_t offset, int old_bits, int new_bits) {
  refuse_offset(l, offset, old_bits, new_bits);
}
constexpr void refuse_start(layout const& l, buffer_offset const& offset, int old_bits, int new_bits) {
  refuse_offset(l, offset.known(), old_bits, new_bits);
  int const n = new_bits / old_bits;
  if (n > 1 && offset.alignment() % n != 0)
    refused(
        (sentence("recast of ") << l << " from " << old_bits << " to " << new_bits
                                << " bits refused: its offset is a value of the kernel, of which is known "
                                   "that it is a multiple of "
                                << offset.alignment() << ", and not of " << n << "; let it be i * " << n
                                << ", or promise it with multiple_of<" << n << ">")
            .lines());
}

} // namespace detail

/// The same memory as elements of another type: see recast of host tensors. Of a buffer or threadgroup memory
/// by vectors, so recast<u32>(halves) is read as as_type<uint>(*(const device half2*)(X + 2 * i)), and four
/// of them, eight halves, as *(const device uint4*)(X + 8 * i); of registers by the bits.
///
/// Elements smaller than the memory's are read alone too, and written as many together as make up one of the
/// memory's. A swizzle has to leave the parts of an element together. Errors: as there; an offset that is a
/// value of the kernel, where it is not known to be a multiple.
template <element U, class Engine>
  requires detail::recast_in_a_kernel<Engine, U>
[[nodiscard]] constexpr auto recast(tensor<Engine> const& t) {
  using T = typename Engine::element_type;
  if constexpr (std::same_as<T, U>) {
    return t;
  } else {
    constexpr int from = 8 * static_cast<int>(sizeof(T)), to = 8 * static_cast<int>(sizeof(U));
    detail::refuse_start(t.layout(), t.offset(), from, to);
    if constexpr (detail::is_addressed<Engine>)
      if (t.engine().together() < to / from)
        refused((detail::sentence("recast of ")
                 << t.engine().swizzle() << " o " << t.layout() << " from " << from << " to " << to
                 << " bits refused: the swizzle keeps " << t.engine().together()
                 << " elements together, an element of " << to << " bits is " << to / from
                 << "; take a swizzle of that base")
                    .lines());
    using engine = recast_engine<Engine, U>;
    using offset = typename Engine::offset_type;
    auto const view = detail::recast_view(t.layout(), from, to);
    if constexpr (to >= from)
      return tensor<engine>(engine(t.engine(), t.offset()), view);
    else
      return tensor<engine>(engine(t.engine(), offset(std::int64_t{0})), view,
                            detail::times(t.offset(), from / to));
  }
}
/// Of what has been recast: from the elements that are in memory.
template <element U, class Engine, class V>
  requires detail::recast_in_a_kernel<Engine, U>
[[nodiscard]] constexpr auto recast(tensor<recast_engine<Engine, V>> const& t) {
  constexpr int from = 8 * static_cast<int>(sizeof(V)),
                to = 8 * static_cast<int>(sizeof(typename Engine::element_type));
  auto const view = detail::recast_view(t.layout(), from, to);
  auto const& start = t.engine().start();
  if constexpr (to > from) {
    detail::refuse_start(t.layout(), t.offset(), from, to);
    return recast<U>(tensor<Engine>(t.engine().whole(), view, start + detail::over(t.offset(), to / from)));
  } else {
    return recast<U>(tensor<Engine>(t.engine().whole(), view, start + detail::times(t.offset(), from / to)));
  }
}

} // namespace enigma
