// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/compare.hpp>
#include <enigma/tensor/divide.hpp>
#include <enigma/tensor/tensor.hpp>

// Tensors whose elements are coordinates: which element of a whole a partition of it holds at a place.
//
// A coordinate is one number for each mode, and a layout gives one index. So the numbers of a coordinate are
// the digits of the index, to a base so large that no digit reaches the next: (64,64):(1,1000000000), where
// CuTe writes (64,64):(1@0,1@1). The algebra of layouts then partitions coordinates as it does elements.

namespace enigma {

namespace detail {

/// The base of the digits of R coordinates. A digit is at most half of it, so that it has a sign.
template <int R>
inline constexpr std::int64_t coordinate_base = R == 1   ? 1'000'000'000'000'000'000
                                                : R == 2 ? 1'000'000'000
                                                : R == 3 ? 2'000'000
                                                         : 30'000;
/// The index whose only digit is a one, in mode m.
template <int R>
constexpr std::int64_t coordinate_unit(int m) {
  std::int64_t unit = 1;
  for (int k = 0; k < m; ++k)
    unit *= coordinate_base<R>;
  return unit;
}
/// The digits of an index.
template <int R>
struct coordinate_digits {
  std::int64_t digit[R] = {};

  constexpr explicit coordinate_digits(std::int64_t index) {
    constexpr std::int64_t base = coordinate_base<R>;
    for (int m = 0; m < R - 1; ++m) {
      std::int64_t d = index % base;
      d = d > base / 2 ? d - base : d < -(base / 2) ? d + base : d;
      digit[m] = d;
      index = (index - d) / base;
    }
    digit[R - 1] = index;
  }
};

} // namespace detail

/// Where a coordinate tensor begins: one Part for each mode, an integer or known + traced. A tensor's
/// offset_type: made from an index of its layout.
template <class Part, int R>
class coordinate_offset {
public:
  constexpr coordinate_offset(std::int64_t index)
      : coordinate_offset(detail::coordinate_digits<R>(index), std::make_integer_sequence<int, R>{}) {}
  /// A coordinate on its way through linear_index: one number, in the place of digit 0.
  static constexpr coordinate_offset along(Part const& c) {
    coordinate_offset r(0);
    r.part_[0] = c;
    return r;
  }

  constexpr Part const& operator[](int m) const { return part_[m]; }

  friend constexpr coordinate_offset operator+(coordinate_offset const& a, coordinate_offset const& b) {
    coordinate_offset r = a;
    for (int m = 0; m < R; ++m)
      r.part_[m] = a.part_[m] + b.part_[m];
    return r;
  }
  friend constexpr coordinate_offset operator*(coordinate_offset const& c, std::int64_t stride) {
    detail::coordinate_digits<R> const d(stride);
    coordinate_offset r(0);
    for (int m = 0; m < R; ++m)
      if (d.digit[m] != 0)
        r.part_[m] = d.digit[m] == 1 ? c.part_[0] : Part(c.part_[0] * d.digit[m]);
    return r;
  }
  friend constexpr coordinate_offset operator/(coordinate_offset const& c, std::int64_t n) {
    return along(c.part_[0] / n);
  }
  friend constexpr coordinate_offset operator%(coordinate_offset const& c, std::int64_t n) {
    return along(c.part_[0] % n);
  }
  friend constexpr bool operator==(coordinate_offset const& a, coordinate_offset const& b) {
    for (int m = 0; m < R; ++m)
      if (!(a.part_[m] == b.part_[m]))
        return false;
    return true;
  }

private:
  template <int... M>
  constexpr coordinate_offset(detail::coordinate_digits<R> const& d, std::integer_sequence<int, M...>)
      : part_{Part(d.digit[M])...} {}

  Part part_[R];
};

/// The numbers of coordinates on the host.
struct host_numbers {
  using part = std::int64_t;
  using number = std::int64_t;
  using place = host_place;
  static constexpr address_space space = address_space::host;
  template <int R>
  using coordinate = int_tuple;
  static constexpr int max_lanes = 1;
  static constexpr int lanes() { return 1; }
  static constexpr std::int64_t most_values = 0;
  template <class>
  static constexpr bool takes_coordinate = false;

  static constexpr number value_of(part const& p) { return p; }
  template <int R>
  static constexpr int_tuple make(int_tuple const& shape, coordinate_offset<part, R> const& at) {
    int_tuple r = shape;
    for (int m = 0; m < r.profile_.count; ++m)
      r.leaf_[m] = at[m];
    return r;
  }
  template <int Lanes, class Each>
  static constexpr auto make_lanes(Each const& each) {
    static_assert(Lanes == 1);
    return each(0);
  }
};

/// What a coordinate tensor has instead of a memory. R: the number of integers in a coordinate.
template <class Numbers, int R>
class coordinate_engine {
public:
  static constexpr int coordinates = R;
  using numbers_type = Numbers;
  using element_type = typename Numbers::template coordinate<R>;
  using offset_type = coordinate_offset<typename Numbers::part, R>;
  using place = typename Numbers::place;
  static constexpr address_space space = Numbers::space;
  static constexpr bool readable = false; // coordinate<0>(t) and elem_less(t, shape) are its tiles
  static constexpr bool writable = false;
  static constexpr bool any_step = true;
  static constexpr int max_lanes = Numbers::max_lanes;
  static constexpr std::int64_t most_values = Numbers::most_values;
  template <class C>
  static constexpr bool takes_coordinate = Numbers::template takes_coordinate<C>;

  constexpr coordinate_engine(Numbers const& numbers, int_tuple const& shape)
      : numbers_{numbers}
      , shape_(shape) {}

  template <class C>
  constexpr offset_type coordinate(C const& c) const {
    return offset_type::along(numbers_.coordinate_of(c));
  }
  constexpr element_type at(offset_type const& at) const { return numbers_.make(shape_, at); }
  constexpr int lanes() const { return numbers_.lanes(); }
  static constexpr bool aligned(offset_type const&, int) { return true; }
  template <class Other>
  static constexpr bool overlaps(Other const&) {
    return false;
  }
  constexpr Numbers const& numbers() const { return numbers_; }
  /// That of the whole, of which the tensor is a part.
  constexpr int_tuple const& whole() const { return shape_; }

private:
  Numbers numbers_;
  int_tuple shape_;
};

/// A tensor whose elements are coordinates.
template <class Numbers, int R>
using coordinate_tensor = tensor<coordinate_engine<Numbers, R>>;

namespace detail {

template <int R>
constexpr layout identity_of(int_tuple const& shape) {
  if (shape.leaves() > R)
    refused((sentence("make_identity_tensor(") << shape << ") refused: coordinates have at most " << R
                                               << " integers, these have " << shape.leaves())
                .lines());
  int_tuple stride = shape;
  for (int m = 0; m < shape.leaves(); ++m) {
    if (shape.leaf(m) > coordinate_base<R> / 2)
      refused((sentence("make_identity_tensor(") << shape << ") refused: coordinates of " << R
                                                 << " integers go up to " << coordinate_base<R> / 2)
                  .lines());
    stride.leaf_[m] = coordinate_unit<R>(m);
  }
  return {shape, stride};
}
template <int R>
constexpr int_tuple flat_shape(std::int64_t const (&size)[R]) {
  int_tuple r = size[0];
  if constexpr (R > 1) {
    int_tuple parts[R];
    for (int m = 0; m < R; ++m)
      parts[m] = size[m];
    r.profile_.count = 0;
    for (int m = 0; m < R; ++m)
      r.append(parts[m], m == 0 ? 1 : 0);
    r.close();
  }
  return r;
}

/// The tile f(coordinate) over a coordinate tensor: T for each element.
template <class T, class Tensor, class F>
struct coordinate_tile {
  using tile_tag = void;
  using element_type = T;
  using place = typename Tensor::place;

  Tensor source;
  F f;

  template <int Lanes>
  constexpr auto lanes(tile_group const& g) const {
    auto const first = index_at(source.layout(), g.first);
    auto const step = index_at(source.layout(), g.second) - first;
    return source.engine().numbers().template make_lanes<Lanes>(
        [&](int lane) { return f(source.offset() + typename Tensor::offset_type(first + lane * step)); });
  }
  template <class Visit>
  constexpr void for_each_source(Visit const& visit) const {
    visit(source);
  }
  constexpr coordinate_tile beside(layout const& l) const {
    return {Tensor(source.engine(), detail::beside(source.layout(), l), source.offset()), f};
  }
};

template <class Numbers>
struct coordinate_digit {
  Numbers numbers;
  int mode;

  template <class At>
  constexpr auto operator()(At const& at) const {
    return numbers.value_of(at[mode]);
  }
};

struct all_below_on_host {
  int_tuple shape;

  template <class At>
  constexpr bool operator()(At const& at) const {
    bool below = true;
    for (int m = 0; m < shape.leaves(); ++m)
      below = below && at[m] < shape.leaf(m);
    return below;
  }
};

template <class E>
concept of_coordinates = requires { E::coordinates; };

} // namespace detail

/// The tensor whose element at c is c itself, partitioned as any tensor is: what a divide, a composition or a
/// slice of it holds at a place is the coordinate from where the same of a tensor of that shape takes its
/// element. `make_identity_tensor({64, 32})(3, 5)` is (3,5).
/// Errors: more than 4 integers in the shape; a shape so large that coordinates need more than 64 bits.
template <int R>
  requires(R <= 4)
[[nodiscard]] constexpr coordinate_tensor<host_numbers, R>
make_identity_tensor(std::int64_t const (&shape)[R]) {
  int_tuple const s = detail::flat_shape(shape);
  return {{host_numbers{}, s}, detail::identity_of<R>(s)};
}
template <integer Size>
[[nodiscard]] constexpr coordinate_tensor<host_numbers, 1> make_identity_tensor(Size size) {
  return make_identity_tensor({detail::to_int64(size)});
}
/// Of a nested shape; a coordinate has the same nesting.
[[nodiscard]] constexpr coordinate_tensor<host_numbers, 4> make_identity_tensor(int_tuple const& shape) {
  return {{host_numbers{}, shape}, detail::identity_of<4>(shape)};
}

/// Number M of each coordinate, as a tile: coordinate<0>(c) < coordinate<1>(c).
template <int M, class Numbers, int R>
  requires(M >= 0 && M < R)
[[nodiscard]] constexpr auto coordinate(coordinate_tensor<Numbers, R> const& t) {
  using F = detail::coordinate_digit<Numbers>;
  return detail::coordinate_tile<typename Numbers::number, coordinate_tensor<Numbers, R>, F>{
      t, F{t.engine().numbers(), M}};
}

/// For each coordinate whether all its numbers are below those of `shape`, as a tile of bool.
/// Errors: the shape has another nesting than the coordinates.
template <int R>
[[nodiscard]] constexpr auto elem_less(coordinate_tensor<host_numbers, R> const& t, int_tuple const& shape) {
  if (!congruent(t.engine().whole(), shape))
    refused((detail::sentence("elem_less: the coordinates of ")
             << t.engine().whole() << " and the shape " << shape << " have another nesting")
                .lines());
  using F = detail::all_below_on_host;
  return detail::coordinate_tile<bool, coordinate_tensor<host_numbers, R>, F>{t, F{shape}};
}

// A coordinate outside of the shape is no element outside of a memory, so tiles need not divide: those at the
// edges reach past it.
template <detail::of_coordinates E>
[[nodiscard]] constexpr tensor<E> logical_divide(tensor<E> const& t, tiler const& tile) {
  return {t.engine(), logical_divide(t.layout(), tile), t.offset()};
}
template <detail::of_coordinates E>
[[nodiscard]] constexpr tensor<E> zipped_divide(tensor<E> const& t, tiler const& tile) {
  return {t.engine(), zipped_divide(t.layout(), tile), t.offset()};
}
template <detail::of_coordinates E>
[[nodiscard]] constexpr tensor<E> tiled_divide(tensor<E> const& t, tiler const& tile) {
  return {t.engine(), tiled_divide(t.layout(), tile), t.offset()};
}
template <detail::of_coordinates E>
[[nodiscard]] constexpr tensor<E> flat_divide(tensor<E> const& t, tiler const& tile) {
  return {t.engine(), flat_divide(t.layout(), tile), t.offset()};
}

} // namespace enigma
