// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/tensor/detail/broadcast.hpp>
#include <enigma/tensor/detail/lower_store.hpp>

#include <boost/hana/tuple.hpp>

#include <concepts>
#include <type_traits>

// Lazy expressions over tiles: C.store(A.load() * s + B.load()) builds a tree whose leaves are tensors; the
// store walks it once for each group of elements. Operands agree as values of a kernel do: tiles of one
// element type, and numbers that can become it. Mixed types are a compile error; cast<T>(tile) says what is
// meant.

namespace enigma {

/// A lazy expression over tiles: has an element type, a place, and gives `lanes<W>(group)`, its elements at W
/// coordinates that are consecutive in the memory of the store's destination.
/// Models: the result of load(), and of every operation on one; not: a tensor, a float.
template <class X>
concept tile = requires {
  typename X::element_type;
  typename X::place;
  typename X::tile_tag;
};

/// The leaf of an expression: a tensor that is read.
template <class Tensor>
struct tile_source {
  using tile_tag = void;
  using element_type = typename Tensor::element_type;
  using place = typename Tensor::place;

  Tensor source;

  template <int Lanes>
  constexpr auto lanes(detail::tile_group const& g) const {
    auto const index = detail::index_at(source.layout(), g.first);
    auto const at = source.offset() + typename Tensor::offset_type(index);
    if constexpr (Lanes > 1)
      if (detail::index_at(source.layout(), g.second) == index)
        return source.engine().template load_same<Lanes>(at);
    return source.engine().template load<Lanes>(at);
  }
  template <class Visit>
  constexpr void for_each_source(Visit const& visit) const {
    visit(source);
  }
  /// Modes of size 1 repeated as a tile of this layout wants them.
  constexpr tile_source beside(layout const& l) const {
    return {Tensor(source.engine(), detail::beside(source.layout(), l), source.offset())};
  }
};

/// One value beside a tile, the same for all its elements.
template <class Place, class T>
struct tile_broadcast {
  using tile_tag = void;
  using element_type = T;
  using place = Place;

  typename Place::template lanes<T, 1> x;

  template <int Lanes>
  constexpr auto const& lanes(detail::tile_group const&) const {
    return x;
  }
  template <class Visit>
  constexpr void for_each_source(Visit const&) const {}
  constexpr tile_broadcast const& beside(layout const&) const { return *this; }
};

namespace detail {

template <class X, class... Rest>
struct first_tile : first_tile<Rest...> {};
template <tile X, class... Rest>
struct first_tile<X, Rest...> {
  using type = X;
};
template <class... Xs>
using first_tile_of = typename first_tile<Xs...>::type;

} // namespace detail

/// An operation on tiles, element by element: a function of lanes and its operands.
template <class F, class... Xs>
struct tile_operation {
  using tile_tag = void;
  using place = typename detail::first_tile_of<Xs...>::place;
  using element_type = typename place::template element<
      std::invoke_result_t<F const&, typename place::template lanes<typename Xs::element_type, 1> const&...>>;

  F f;
  boost::hana::tuple<Xs...> operands;

  template <int Lanes>
  constexpr auto lanes(detail::tile_group const& g) const {
    return boost::hana::unpack(operands, [&](auto const&... x) { return f(x.template lanes<Lanes>(g)...); });
  }
  template <class Visit>
  constexpr void for_each_source(Visit const& visit) const {
    boost::hana::unpack(operands, [&](auto const&... x) { (x.for_each_source(visit), ...); });
  }
  constexpr tile_operation beside(layout const& l) const {
    return boost::hana::unpack(operands, [&](auto const&... x) {
      return tile_operation{f, boost::hana::tuple<Xs...>(x.beside(l)...)};
    });
  }
};

/// X stands for elements of type T where tiles of this place are computed: a tile of T, or one value that is
/// or becomes a T.
template <class X, class T, class Place>
concept storable = (tile<X> && requires {
                     requires std::same_as<typename X::element_type, T>;
                     requires std::same_as<typename X::place, Place>;
                   }) || (!tile<X> && Place::template broadcasts<X, T>);

namespace detail {

template <class Place, class T, class X>
constexpr auto operand_for(X const& x) {
  if constexpr (tile<X>)
    return x;
  else
    return tile_broadcast<Place, T>{Place::template broadcast<T>(x)};
}

// The type that operands have between them: that of the first tile.
template <class... Xs>
using element_between = typename first_tile_of<Xs...>::element_type;
template <class... Xs>
using place_between = typename first_tile_of<Xs...>::place;

/// The operands agree, one of them at least is a tile, and F is defined for their elements.
template <class F, class... Xs>
concept tile_operands =
    (tile<Xs> || ...) && (storable<Xs, element_between<Xs...>, place_between<Xs...>> && ...) &&
    std::invocable<
        F const&,
        std::conditional_t<true, typename place_between<Xs...>::template lanes<element_between<Xs...>, 1>,
                           Xs> const&...>;

template <class F, class... Xs>
constexpr auto operation(F const& f, Xs const&... xs) {
  return tile_operation<F, Xs...>{f, boost::hana::tuple<Xs...>(xs...)};
}
template <class F, class... Xs>
constexpr auto operation_on(Xs const&... xs) {
  using T = element_between<Xs...>;
  using Place = place_between<Xs...>;
  return operation(F{}, operand_for<Place, T>(xs)...);
}

// C++ computes with small integers as int and with bool as a number; tiles keep their element type, and bool
// has no arithmetic, as in a kernel.
template <class R, class A>
concept kind_kept = !std::same_as<A, bool> || std::same_as<R, bool>;
template <class A, class R>
constexpr auto kept(R const& r) {
  if constexpr (std::is_arithmetic_v<A> && !std::same_as<R, bool>)
    return static_cast<A>(r);
  else
    return r;
}

} // namespace detail

// clang-format off
#define ENIGMA_TILE_OPERATOR(symbol, name)                                                                     \
  namespace detail {                                                                                           \
  struct name##_lanes {                                                                                        \
    template <class A, class B>                                                                                \
      requires requires(A const& a, B const& b) { { a symbol b } -> kind_kept<A>; }                            \
    constexpr auto operator()(A const& a, B const& b) const { return kept<A>(a symbol b); }                    \
  };                                                                                                           \
  }                                                                                                            \
  template <class L, class R>                                                                                  \
    requires detail::tile_operands<detail::name##_lanes, L, R>                                                 \
  constexpr auto operator symbol(L const& l, R const& r) { return detail::operation_on<detail::name##_lanes>(l, r); }
#define ENIGMA_TILE_PREFIX(symbol, name)                                                                       \
  namespace detail {                                                                                           \
  struct name##_lanes {                                                                                        \
    template <class A>                                                                                         \
      requires requires(A const& a) { { symbol a } -> kind_kept<A>; }                                          \
    constexpr auto operator()(A const& a) const { return kept<A>(symbol a); }                                  \
  };                                                                                                           \
  }                                                                                                            \
  template <tile X>                                                                                            \
    requires detail::tile_operands<detail::name##_lanes, X>                                                    \
  constexpr auto operator symbol(X const& x) { return detail::operation_on<detail::name##_lanes>(x); }

ENIGMA_TILE_OPERATOR(+, add)
ENIGMA_TILE_OPERATOR(-, sub)
ENIGMA_TILE_OPERATOR(*, mul)
ENIGMA_TILE_OPERATOR(/, div)
ENIGMA_TILE_OPERATOR(%, rem)
ENIGMA_TILE_OPERATOR(&, bit_and)
ENIGMA_TILE_OPERATOR(|, bit_or)
ENIGMA_TILE_OPERATOR(^, bit_xor)
ENIGMA_TILE_OPERATOR(<<, shl)
ENIGMA_TILE_OPERATOR(>>, shr)
ENIGMA_TILE_OPERATOR(&&, logical_and)
ENIGMA_TILE_OPERATOR(||, logical_or)
ENIGMA_TILE_OPERATOR(==, eq)
ENIGMA_TILE_OPERATOR(!=, ne)
ENIGMA_TILE_OPERATOR(<, lt)
ENIGMA_TILE_OPERATOR(<=, le)
ENIGMA_TILE_OPERATOR(>, gt)
ENIGMA_TILE_OPERATOR(>=, ge)
ENIGMA_TILE_PREFIX(-, neg)
ENIGMA_TILE_PREFIX(~, bit_not)
ENIGMA_TILE_PREFIX(!, logical_not)
#undef ENIGMA_TILE_OPERATOR
#undef ENIGMA_TILE_PREFIX
// clang-format on

/// R(c) = f(x0(c), x1(c), ...) for tiles of whatever element types. In a kernel f gets values, of vectors
/// too.
template <class F, tile X, tile... Xs>
  requires(std::same_as<typename X::place, typename Xs::place> && ...)
constexpr auto zip_with(F const& f, X const& x, Xs const&... xs) {
  return detail::operation(f, x, xs...);
}

namespace detail {

template <class To>
struct cast_lanes {
  template <class A>
  constexpr auto operator()(A const& a) const {
    if constexpr (requires { cast<To>(a); })
      return cast<To>(a);
    else if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<To>)
      return static_cast<To>(a);
    else
      return static_cast<To>(static_cast<float>(a)); // f16 and the like
  }
};

struct select_lanes {
  template <class F, class T, class C>
  constexpr auto operator()(F const& otherwise, T const& then, C const& condition) const {
    if constexpr (std::same_as<C, bool>)
      return condition ? then : otherwise;
    else
      return select(otherwise, then, condition);
  }
};

} // namespace detail

/// The tile converted to element type To, element by element; in a kernel as cast<To>(value).
template <class To, tile X>
constexpr auto cast(X const& x) {
  return detail::operation(detail::cast_lanes<To>{}, x);
}

/// condition(c) ? then(c) : otherwise(c), both evaluated; the order of MSL's arguments. One of `otherwise`
/// and `then` at least is a tile; the condition is a tile of bool or one bool.
template <class F, class T, class C>
  requires((tile<F> || tile<T>) &&
           requires {
             requires storable<F, detail::element_between<F, T>, detail::place_between<F, T>>;
             requires storable<T, detail::element_between<F, T>, detail::place_between<F, T>>;
             requires storable<C, bool, detail::place_between<F, T>>;
           })
constexpr auto select(F const& otherwise, T const& then, C const& condition) {
  using E = detail::element_between<F, T>;
  using Place = detail::place_between<F, T>;
  return detail::operation(detail::select_lanes{}, detail::operand_for<Place, E>(otherwise),
                           detail::operand_for<Place, E>(then), detail::operand_for<Place, bool>(condition));
}

} // namespace enigma
