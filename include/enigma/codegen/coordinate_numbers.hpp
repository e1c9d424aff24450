// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/buffer_engine.hpp>
#include <enigma/codegen/gpu.hpp>
#include <enigma/tensor/coordinate_tensor.hpp>

#include <array>

// Coordinates in a kernel: each number is known + traced, as the index into a buffer is.

namespace enigma {

namespace detail {

/// A number of a coordinate as a value: what is below 0 is a very large u32, outside of every shape.
constexpr value<u32> value_of_part(builder* b, buffer_offset const& p, std::int64_t known) {
  auto const word = static_cast<std::uint32_t>(known < 0 && p.alignment() != 0 ? -known : known);
  value<u32> const number{b, b->constant(type_of<u32>, word)};
  if (p.alignment() == 0)
    return number;
  return known == 0 ? p.traced() : known < 0 ? p.traced() - number : p.traced() + number;
}

} // namespace detail

/// The numbers of coordinates in a kernel.
class kernel_numbers {
public:
  using part = buffer_offset;
  using number = u32;
  using place = kernel_place;
  static constexpr address_space space = address_space::host; // no memory at all
  template <int R>
  using coordinate = std::array<value<u32>, static_cast<std::size_t>(R)>;
  static constexpr int max_lanes = 4;
  static constexpr std::int64_t most_values = 1024;
  template <class C>
  static constexpr bool takes_coordinate = traced<C> && index_value<C>;

  constexpr explicit kernel_numbers(detail::builder* owner) : owner_{owner} {}

  template <traced C>
  constexpr part coordinate_of(C const& c) const {
    return detail::traced_coordinate(owner_, c);
  }
  constexpr value<u32> value_of(part const& p) const { return detail::value_of_part(owner_, p, p.known()); }
  template <int R>
  constexpr coordinate<R> make(int_tuple const&, coordinate_offset<part, R> const& at) const {
    return make(at, std::make_integer_sequence<int, R>{});
  }
  constexpr int lanes() const {
    return owner_->max_vector_width() < max_lanes ? owner_->max_vector_width() : max_lanes;
  }
  template <int Lanes, class Each>
  static constexpr auto make_lanes(Each const& each) {
    if constexpr (Lanes == 1)
      return each(0);
    else if constexpr (Lanes == 2)
      return make_vector(each(0), each(1));
    else
      return make_vector(each(0), each(1), each(2), each(3));
  }
  constexpr detail::builder* owner() const { return owner_; }

private:
  template <int R, int... M>
  constexpr coordinate<R> make(coordinate_offset<part, R> const& at, std::integer_sequence<int, M...>) const {
    return {value_of(at[M])...};
  }

  detail::builder* owner_;
};

/// The same as on the host, in a kernel: coordinates are values, `auto [i, j] =
/// c(g.thread_position_in_grid(), 3);`, and may be traced where others are sliced or divided.
template <int R>
  requires(R <= 4)
[[nodiscard]] constexpr coordinate_tensor<kernel_numbers, R>
make_identity_tensor(gpu const& g, std::int64_t const (&shape)[R]) {
  int_tuple const s = detail::flat_shape(shape);
  return {{kernel_numbers(g.owner()), s}, detail::identity_of<R>(s)};
}

} // namespace enigma
