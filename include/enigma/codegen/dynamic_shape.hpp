// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/coordinate_numbers.hpp>

#include <limits>
#include <utility>

// Shapes and strides that a kernel gets as arguments: make_shape(M, 64), make_stride(multiple_of<4>(lda), 1).

namespace enigma {

/// A value that is promised to be a multiple of N: see multiple_of.
template <int N>
class promised : public value<u32> {
public:
  static constexpr int divisor = N;
  constexpr explicit promised(value<u32> const& x) : value<u32>(x) {}
};

/// x, with the promise that N divides it. Accesses become as wide as the promises allow, and predicates are
/// shared by as many elements. The CPU executor checks it; the MSL has no trace of it.
///
///   auto const A = make_tensor(a, make_shape(M, K), make_stride(multiple_of<4>(lda), 1));
template <int N, traced X>
  requires(N >= 1 && index_value<X>)
[[nodiscard]] constexpr promised<N> multiple_of(X const& x) {
  using T = detail::traced_type_of<X>;
  detail::builder* const b = detail::owner_of_all(x);
  value<u32> const v = cast<u32>(value<T>{b, detail::id_of<T>(b, x)});
  b->check((v % static_cast<u32>(N) == 0u).id_in(b), "what multiple_of promises is a multiple");
  return promised<N>(v);
}

/// How many tiles of n elements a size takes: (size + n - 1) / n. MSL: the same, in u32.
template <traced X>
  requires index_value<X>
[[nodiscard]] constexpr value<u32> ceil_div(X const& size, int n) {
  using T = detail::traced_type_of<X>;
  if (n < 1)
    refused((detail::sentence("ceil_div: a tile of ") << n << " elements").lines());
  detail::builder* const b = detail::owner_of_all(size);
  value<u32> const v = cast<u32>(value<T>{b, detail::id_of<T>(b, size)});
  if constexpr (requires { X::divisor; })
    if (X::divisor % n == 0)
      return v / static_cast<u32>(n);
  return (v + static_cast<u32>(n - 1)) / static_cast<u32>(n);
}

namespace detail {

/// A size or a stride: known, or a value of the kernel of which a divisor is known.
class dimension {
public:
  constexpr dimension(std::int64_t known) : known_{known}, divisor_{known} {}
  template <traced X>
  constexpr dimension(X const& x) {
    using T = traced_type_of<X>;
    builder* const b = owner_of_all(x);
    traced_ = cast<u32>(value<T>{b, id_of<T>(b, x)});
    value_id const id = traced_.id_in(b);
    if (b->is_constant(id)) {
      known_ = divisor_ = integer_value(element_kind::uint32, (*b)[id].imm);
      return;
    }
    is_traced_ = true;
    divisor_ = known_alignment(*b, id);
    if constexpr (requires { X::divisor; })
      divisor_ = X::divisor % divisor_ == 0 ? X::divisor : divisor_;
  }

  constexpr bool is_known() const { return !is_traced_; }
  constexpr std::int64_t known() const { return known_; }
  constexpr value<u32> const& traced() const { return traced_; }
  /// Divides it, whatever it is.
  constexpr std::int64_t divisor() const { return divisor_; }
  /// The largest power of two of which that is known.
  constexpr std::int64_t alignment() const {
    return divisor_ == 0 ? 65536 : (divisor_ & -divisor_) < 65536 ? divisor_ & -divisor_ : 65536;
  }
  constexpr value<u32> value_in(builder* b) const {
    return is_traced_ ? traced_ : value<u32>{b, b->constant(type_of<u32>, known_)};
  }
  friend constexpr dimension operator*(dimension const& a, dimension const& b) {
    dimension r(a.known_ * b.known_);
    r.is_traced_ = a.is_traced_ || b.is_traced_;
    if (!r.is_traced_)
      return r;
    builder* const owner = (a.is_traced_ ? a : b).traced_.owner();
    r.traced_ = a.value_in(owner) * b.value_in(owner);
    r.divisor_ = a.divisor_ * b.divisor_ < most_divisor ? a.divisor_ * b.divisor_ : a.divisor_;
    return r;
  }
  constexpr bool is_same(builder* b, dimension const& other) const {
    return is_traced_ == other.is_traced_ &&
           (is_traced_ ? traced_.id_in(b) == other.traced_.id_in(b) : known_ == other.known_);
  }

private:
  static constexpr std::int64_t most_divisor = std::int64_t{1} << 31;

  value<u32> traced_{0u};
  std::int64_t known_ = 0;
  std::int64_t divisor_ = 1;
  bool is_traced_ = false;
};

} // namespace detail

/// Sizes or strides, some of them values of a kernel. Made by make_shape and make_stride.
template <int R>
class dimensions {
public:
  template <class... X>
    requires(sizeof...(X) == R)
  constexpr explicit dimensions(X const&... x) : each_{detail::dimension(x)...} {}
  constexpr detail::dimension const& operator[](int m) const { return each_[m]; }

private:
  detail::dimension each_[R];
};

namespace detail {
template <class X>
concept size_like = integer<X> || index_value<X>;
template <class... X>
constexpr auto make_dimensions(X const&... x) {
  if constexpr ((integer<X> && ...))
    return flat_shape<sizeof...(X)>({to_int64(x)...});
  else
    return dimensions<static_cast<int>(sizeof...(X))>([](auto const& one) {
      if constexpr (traced<std::remove_cvref_t<decltype(one)>>)
        return dimension(one);
      else
        return dimension(static_cast<std::int64_t>(+one));
    }(x)...);
}
} // namespace detail

/// A shape, or strides, of integers and of values of a kernel: make_shape(M, 64). Of integers alone it is an
/// int_tuple.
template <detail::size_like... X>
  requires(sizeof...(X) >= 1 && sizeof...(X) <= 4)
[[nodiscard]] constexpr auto make_shape(X const&... x) {
  return detail::make_dimensions(x...);
}
template <detail::size_like... X>
  requires(sizeof...(X) >= 1 && sizeof...(X) <= 4)
[[nodiscard]] constexpr auto make_stride(X const&... x) {
  return detail::make_dimensions(x...);
}

namespace detail {
template <int R>
struct all_below_in_kernel {
  builder* owner;
  dimensions<R> shape;

  template <class At>
  constexpr value<bool> operator()(At const& at) const {
    value<bool> all{owner, owner->constant(type_of<bool>, 1)};
    for (int m = 0; m < R; ++m) {
      value<bool> const below = value_of_part(owner, at[m], at[m].known()) < shape[m].value_in(owner);
      all = m == 0 ? below : all && below;
    }
    return all;
  }
};
} // namespace detail

/// For each coordinate whether all its numbers are below those of the shape, as a tile of bool.
template <int R>
[[nodiscard]] constexpr auto elem_less(coordinate_tensor<kernel_numbers, R> const& t,
                                       dimensions<R> const& shape) {
  using F = detail::all_below_in_kernel<R>;
  return detail::coordinate_tile<bool, coordinate_tensor<kernel_numbers, R>, F>{
      t, F{t.engine().numbers().owner(), shape}};
}
/// The same for a shape that is known. Errors: it has another nesting than the coordinates.
template <int R>
[[nodiscard]] constexpr auto elem_less(coordinate_tensor<kernel_numbers, R> const& t,
                                       int_tuple const& shape) {
  if (rank(shape) != R || flatten(shape) != shape)
    refused((detail::sentence("elem_less: the coordinates have ")
             << R << " numbers, and the shape " << shape << " is none of as many")
                .lines());
  return [&]<std::size_t... M>(std::index_sequence<M...>) {
    return elem_less(t, dimensions<R>(shape[static_cast<int>(M)].value()...));
  }(std::make_index_sequence<R>());
}

} // namespace enigma
