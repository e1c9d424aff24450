// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <enigma/codegen/detail/builder.hpp>
#include <enigma/codegen/fixed_string.hpp>

// The typed handles a kernel body computes with. A handle names a value of the kernel being traced; an
// operator on handles appends an operation. Types never convert silently: f32 + i32 is a compile error,
// cast<f32>(i) says what is meant. C++ literals take the type of the other operand if they fit it exactly.

namespace enigma {

template <kernel_type T>
class value;

/// Anything that stands for a value of a kernel: value<T>, var<T>, scalar<T, "name">, an element of a buffer.
template <class X>
concept traced = requires { typename std::remove_cvref_t<X>::traced_type; };

/// A C++ number that can become a T: bool for bool, integers for integers, any number for floating types.
template <class X, class T>
concept literal_for = element<T> && !traced<X> &&
                      ((std::same_as<X, bool> && std::same_as<T, bool>) || (std::same_as<X, T>) ||
                       (std::is_arithmetic_v<X> && !std::same_as<X, bool> &&
                        ((std::is_integral_v<X> && integer_type<T>) || floating_type<T>)));

namespace detail {

struct no_type;

template <class X>
struct traced_type {
  using type = no_type; // a literal
};
template <traced X>
struct traced_type<X> {
  using type = typename X::traced_type;
};
template <class X>
using traced_type_of = typename traced_type<std::remove_cvref_t<X>>::type;

// What a C++ number is on its own, where no other operand tells: 0.0f and 0.0 are f32, 0 is i32.
template <class X>
struct natural_type {
  using type = traced_type_of<X>;
};
template <std::floating_point X>
struct natural_type<X> {
  using type = f32;
};
template <std::integral X>
struct natural_type<X> { // long long, too, is an i64
  using type = std::conditional_t<sizeof(X) == 8, std::conditional_t<std::is_signed_v<X>, i64, u64>, X>;
};
template <class X>
  requires(std::same_as<X, f16> || std::same_as<X, bf16>)
struct natural_type<X> {
  using type = X;
};

template <class A, class B>
struct common {}; // no `type`: the operands do not agree
template <value_type A>
struct common<A, A> {
  using type = A;
};
template <value_type A>
struct common<A, no_type> {
  using type = A;
};
template <value_type A>
struct common<no_type, A> {
  using type = A;
};
// A scalar beside a vector of the same element stands for all its lanes, as in MSL.
template <element E, int N>
struct common<vec<E, N>, E> {
  using type = vec<E, N>;
};
template <element E, int N>
struct common<E, vec<E, N>> {
  using type = vec<E, N>;
};

template <class... X>
struct common_of;
template <class A, class B>
struct common_of<A, B> : common<traced_type_of<A>, traced_type_of<B>> {};
template <class A, class B, class C>
  requires requires { typename common_of<A, B>::type; }
struct common_of<A, B, C> : common<typename common_of<A, B>::type, traced_type_of<C>> {};
template <class A>
struct common_of<A> {
  using type = traced_type_of<A>;
};

/// X is a T already, or a C++ number that can be one.
template <class X, class T>
concept fits_as =
    (traced<X> && (std::same_as<traced_type_of<X>, T> || std::same_as<traced_type_of<X>, element_of<T>>)) ||
    literal_for<std::remove_cvref_t<X>, element_of<T>>;

template <class X, class T>
concept fits = traced<X> || (!matrix_type<T> && literal_for<std::remove_cvref_t<X>, element_of<T>>);

/// Matrices have operators of their own: see matrix.hpp.
constexpr bool domain_holds(takes domain, type t) {
  if (t.columns != 1)
    return false;
  switch (domain) {
  case takes::numeric:
    return !t.is_boolean();
  case takes::integral:
    return t.is_integer();
  case takes::word:
    return t.is_integer() && size_in_bytes(t.element) == 4;
  case takes::exchanged:
    return !t.is_boolean() && size_in_bytes(t.element) < 8;
  case takes::exchanged_integral:
    return t.is_integer() && size_in_bytes(t.element) < 8;
  case takes::floating:
    return t.is_floating();
  case takes::ieee:
    return t.is_floating() && t.element != element_kind::bfloat16;
  case takes::boolean:
    return t.is_boolean();
  default:
    return true;
  }
}

/// Turns a C++ number into the bits of a constant, or refuses if the type cannot hold it exactly. Decimal
/// literals are the exception: 0.1 is meant as the nearest f32, as in MSL.
template <element T, class X>
constexpr std::int64_t literal_bits(X x) {
  if constexpr (std::same_as<X, T>) {
    return constant_bits(x);
  } else if constexpr (std::is_integral_v<X>) {
    if constexpr (floating_type<T>) {
      T const converted{static_cast<float>(x)};
      if (static_cast<X>(static_cast<float>(converted)) != x)
        refused((sentence("the integer ") << static_cast<std::int64_t>(x) << " has no exact value of type "
                                          << ir_name(type_of<T>.element) << "; write it as a decimal number")
                    .lines());
      return constant_bits(converted);
    } else {
      if (static_cast<X>(static_cast<T>(x)) != x || (x < X{}) != (static_cast<T>(x) < T{}))
        refused((sentence("the integer ")
                 << static_cast<std::int64_t>(x) << " does not fit " << ir_name(type_of<T>.element))
                    .lines());
      return constant_bits(static_cast<T>(x));
    }
  } else {
    return constant_bits(T{static_cast<float>(x)});
  }
}

} // namespace detail

/// Two or three operands have one type between them: the same, a literal that takes the other's, or a scalar
/// beside a vector of it.
template <class... X>
concept operands_agree = (... || traced<X>) && requires {
  typename detail::common_of<std::remove_cvref_t<X>...>::type;
} && (... && detail::fits<X, typename detail::common_of<std::remove_cvref_t<X>...>::type>);

/// What can be assigned to a place of type T: values of that type and literals that take it.
template <class X, class T>
concept an_assigned_value_has_this_type_convert_it_with_cast =
    operands_agree<value<T>, X> && std::convertible_to<X, value<T>>;

/// What if_, while_, check and masks take: one bool of each thread, which a comparison gives. A number is
/// compared with 0, a vector of bools joined by all(...) or any(...); C++'s own `if` is for what C++ knows.
template <class C>
concept a_condition_is_one_bool_as_a_comparison_gives =
    traced<C> && std::same_as<detail::traced_type_of<C>, bool>;

/// Operation `Code` is defined for these operands: they agree, and its row takes their type.
template <op Code, class... X>
concept operands_of =
    operands_agree<X...> &&
    detail::domain_holds(info(Code).domain,
                         type_of<typename detail::common_of<std::remove_cvref_t<X>...>::type>);

/// A value of a kernel, immutable. Only a kernel's body makes any.
template <kernel_type T>
class value {
public:
  using traced_type = T;

  /// A literal; it joins a kernel when it meets another value there.
  template <literal_for<element_of<T>> X>
    requires(!matrix_type<T>)
  constexpr value(X x) : literal_{detail::literal_bits<element_of<T>>(x)} {}
  constexpr value(detail::builder* owner, value_id id) : owner_{owner}, id_{id} {}
  constexpr value(value const&) = default;
  // A named value may be bound anew; what an expression gives, such as x[i] of an `in`, cannot be assigned
  // to.
  constexpr value& operator=(value const&) & = default;
  value& operator=(value const&) && = delete;

  /// Lane `i` of a vector, counted from 0.
  constexpr value<element_of<T>> operator[](int i) const
    requires(detail::type_traits<T>::lanes > 1 && !matrix_type<T>)
  {
    if (i < 0 || i >= detail::type_traits<T>::lanes)
      refused(
          (detail::sentence("lane ") << i << " of a vector of " << detail::type_traits<T>::lanes).lines());
    return {owner_, owner_->pure(op::extract, type_of<element_of<T>>, id_, no_value, no_value, no_value, i)};
  }

  /// Column `i` of a matrix, counted from 0: m[2][0] is an element.
  constexpr auto operator[](int i) const
    requires matrix_type<T>
  {
    constexpr int columns = detail::type_traits<T>::columns;
    if (i < 0 || i >= columns)
      refused((detail::sentence("column ") << i << " of a matrix of " << columns << " columns").lines());
    using column = vec<element_of<T>, detail::type_traits<T>::lanes>;
    return value<column>(owner_,
                         owner_->pure(op::extract, type_of<column>, id_, no_value, no_value, no_value, i));
  }

  /// Lanes by their names.
  constexpr value<element_of<T>> x() const
    requires(detail::type_traits<T>::lanes > 1 && !matrix_type<T>)
  {
    return (*this)[0];
  }
  constexpr value<element_of<T>> y() const
    requires(detail::type_traits<T>::lanes > 1 && !matrix_type<T>)
  {
    return (*this)[1];
  }
  constexpr value<element_of<T>> z() const
    requires(detail::type_traits<T>::lanes > 2 && !matrix_type<T>)
  {
    return (*this)[2];
  }
  constexpr value<element_of<T>> w() const
    requires(detail::type_traits<T>::lanes > 3 && !matrix_type<T>)
  {
    return (*this)[3];
  }

  /// A traced condition is not known while tracing: use g.if_(condition, ...) or select(...).
  explicit operator bool() const = delete;

  // For the library: the kernel that owns the value (null for a literal), and its number there.
  constexpr detail::builder* owner() const { return owner_; }
  constexpr value_id id_in(detail::builder* b) const {
    if (owner_ == b)
      return id_;
    if (owner_ != nullptr)
      refused("a value of one kernel is used in another; pass it through a buffer");
    value_id const c = b->constant({type_of<T>.element, 1}, literal_);
    return type_of<T>.is_vector() ? b->pure(op::make_vector, type_of<T>, c) : c;
  }

private:
  detail::builder* owner_ = nullptr;
  value_id id_ = no_value;
  std::int64_t literal_ = 0;
};

namespace detail {

template <class X>
constexpr builder* owner_of(X const& x) {
  if constexpr (traced<X>)
    return x.owner();
  else
    return nullptr;
}

template <class... X>
constexpr builder* owner_of_all(X const&... x) {
  builder* b = nullptr;
  ((b = b != nullptr ? b : owner_of(x)), ...);
  if (b == nullptr)
    refused("an operation on literals alone has no kernel to stand in; compute it in C++");
  return b;
}

/// The number of x as a value of type T in kernel b: literals become constants, scalars fill vectors.
template <kernel_type T, class X>
constexpr value_id id_of(builder* b, X const& x) {
  if constexpr (!traced<X>) {
    return value<T>(x).id_in(b);
  } else {
    using U = typename X::traced_type;
    value<U> const v = x;
    value_id const id = v.id_in(b);
    if constexpr (std::same_as<U, T>)
      return id;
    else
      return b->pure(op::make_vector, type_of<T>, id); // a scalar, for all lanes
  }
}

template <gives Result, class T>
struct result {
  using type = T;
};
template <class T>
struct result<gives::boolean, T> {
  using type = with_element<T, bool>;
};
template <class T>
struct result<gives::int32, T> {
  using type = with_element<T, i32>;
};
template <class T>
struct result<gives::unsigned_, T> {
  using type = with_element<T, std::make_unsigned_t<element_of<T>>>;
};
template <class T>
struct result<gives::element, T> {
  using type = element_of<T>;
};
template <op Code, class T>
using result_of = typename result<info(Code).result, T>::type;

template <op Code, std::int64_t Imm = 0, class... X>
constexpr auto apply(X const&... x) {
  using T = typename common_of<X...>::type;
  using R = result_of<Code, T>;
  builder* const b = owner_of_all(x...);
  value_id const ids[] = {id_of<T>(b, x)..., no_value, no_value}; // braces: in this order, everywhere
  return value<R>(b, b->pure(Code, type_of<R>, ids[0], ids[1], ids[2], no_value, Imm));
}

} // namespace detail

namespace detail {
template <class... X>
concept has_matrix = (... || matrix_type<traced_type_of<X>>);
} // namespace detail

// What a compiler names when it refuses an operator on traced operands.
struct operands_differ_in_type_convert_one_with_cast;

// clang-format off
#define ENIGMA_OPERATOR(symbol, code)                                                                          \
  template <class L, class R>                                                                                  \
    requires operands_of<op::code, L, R>                                                                       \
  constexpr auto operator symbol(L const& l, R const& r) { return detail::apply<op::code>(l, r); }             \
  template <traced L, traced R>                                                                                \
    requires(!operands_of<op::code, L, R> && !detail::has_matrix<L, R>)                                        \
  operands_differ_in_type_convert_one_with_cast operator symbol(L const& l, R const& r) = delete;

ENIGMA_OPERATOR(+, add)
ENIGMA_OPERATOR(-, sub)
ENIGMA_OPERATOR(*, mul)
ENIGMA_OPERATOR(/, div)
ENIGMA_OPERATOR(&, bit_and)
ENIGMA_OPERATOR(|, bit_or)
ENIGMA_OPERATOR(^, bit_xor)
ENIGMA_OPERATOR(<<, shl)
ENIGMA_OPERATOR(>>, shr)
ENIGMA_OPERATOR(&&, logical_and)
ENIGMA_OPERATOR(||, logical_or)
ENIGMA_OPERATOR(==, eq)
ENIGMA_OPERATOR(!=, ne)
ENIGMA_OPERATOR(<, lt)
ENIGMA_OPERATOR(<=, le)
ENIGMA_OPERATOR(>, gt)
ENIGMA_OPERATOR(>=, ge)
#undef ENIGMA_OPERATOR
// clang-format on

/// The remainder with the sign of the dividend, as in C++. MSL defines `%` for non-negative operands only, so
/// signed operands become a - (a / b) * b.
template <class L, class R>
  requires operands_of<op::rem, L, R>
constexpr auto operator%(L const& l, R const& r) {
  using T = typename detail::common_of<L, R>::type;
  if constexpr (std::is_unsigned_v<element_of<T>>) {
    return detail::apply<op::rem>(l, r);
  } else {
    detail::builder* const b = detail::owner_of_all(l, r);
    value<T> const x{b, detail::id_of<T>(b, l)}, y{b, detail::id_of<T>(b, r)};
    return x - (x / y) * y;
  }
}

template <traced X>
  requires operands_of<op::neg, X>
constexpr auto operator-(X const& x) {
  return detail::apply<op::neg>(x);
}
template <traced X>
  requires operands_of<op::bit_not, X>
constexpr auto operator~(X const& x) {
  return detail::apply<op::bit_not>(x);
}
template <traced X>
  requires operands_of<op::logical_not, X>
constexpr auto operator!(X const& x) {
  return detail::apply<op::logical_not>(x);
}

/// `x` converted to element type To, lane by lane: float to integer truncates, NaN gives 0; number to bool is
/// x != 0. MSL: To(x). Matrices: f32 and f16.
template <element To, traced X>
  requires(value_type<typename X::traced_type> &&
           (!matrix_type<typename X::traced_type> || matrix_type<with_element<typename X::traced_type, To>>))
constexpr auto cast(X const& x) {
  using From = typename X::traced_type;
  using R = with_element<From, To>;
  if constexpr (std::same_as<From, R>) {
    return value<R>(x);
  } else {
    detail::builder* const b = detail::owner_of_all(x);
    return value<R>(b, b->pure(op::convert, type_of<R>, detail::id_of<From>(b, x)));
  }
}

namespace detail {
constexpr bool same_bytes(type a, type b) {
  return !a.is_boolean() && !b.is_boolean() && a.columns == 1 && b.columns == 1 &&
         a.lanes * size_in_bytes(a.element) == b.lanes * size_in_bytes(b.element) &&
         (a.lanes == b.lanes || (a.lanes != 3 && b.lanes != 3));
}
// as_type<To>(x): To as it is, or, for an element type and a vector, a vector of as many.
template <class To, class From>
struct bits_as {
  using type = To;
};
template <element To, class From>
  requires(type_traits<From>::lanes > 1 && !matrix_type<From> &&
           same_bytes(type_of<with_element<From, To>>, type_of<From>))
struct bits_as<To, From> {
  using type = with_element<From, To>;
};
} // namespace detail

/// The bits of `x` read as a To of the same size: as_type<u32>(f), as_type<vec<f16, 2>>(u); for a vector also
/// lane by lane, as_type<u32>(v). Vectors of 3 keep their lanes. MSL: as_type<To>(x).
template <value_type To, traced X>
  requires(detail::same_bytes(type_of<typename detail::bits_as<To, typename X::traced_type>::type>,
                              type_of<typename X::traced_type>))
constexpr auto as_type(X const& x) {
  using From = typename X::traced_type;
  using R = typename detail::bits_as<To, From>::type;
  detail::builder* const b = detail::owner_of_all(x);
  return value<R>(b, b->bits_as(type_of<R>, detail::id_of<From>(b, x)));
}

namespace detail {
// What chooses between two of a type: one bool, or one for each lane of a vector.
template <class T>
struct chosen_by {
  using type = with_element<T, bool>;
};
template <matrix_type T>
struct chosen_by<T> {
  using type = bool;
};

// The type that two alternatives have between them: two literals of one type keep it.
template <class F, class T>
struct choice {
  static constexpr bool agrees = false;
};
template <class F, class T>
  requires operands_agree<F, T>
struct choice<F, T> : common_of<F, T> {
  static constexpr bool agrees = true;
};
template <class X>
  requires(!traced<X> && value_type<typename natural_type<X>::type>)
struct choice<X, X> : natural_type<X> {
  static constexpr bool agrees = true;
};
} // namespace detail

/// `condition ? then : otherwise`, both evaluated; MSL's argument order. A vector of conditions chooses lane
/// by lane.
template <class F, class T, traced C>
  requires detail::choice<F, T>::agrees && boolean_type<typename C::traced_type> &&
           (std::same_as<typename C::traced_type, bool> ||
            std::same_as<typename C::traced_type,
                         typename detail::chosen_by<typename detail::choice<F, T>::type>::type>)
constexpr auto select(F const& otherwise, T const& then, C const& condition) {
  using R = typename detail::choice<F, T>::type;
  detail::builder* const b = detail::owner_of_all(otherwise, then, condition);
  value_id const ids[] = {detail::id_of<R>(b, otherwise), detail::id_of<R>(b, then),
                          detail::id_of<typename detail::chosen_by<R>::type>(b, condition)};
  return value<R>(b, b->pure(op::select, type_of<R>, ids[0], ids[1], ids[2]));
}

/// A vector from its lanes: make_vector(x, y, z, w) of one type. MSL: float4(x, y, z, w).
template <traced X, class... Rest>
  requires(sizeof...(Rest) >= 1 && sizeof...(Rest) <= 3 && element<typename X::traced_type> &&
           (... && operands_agree<X, Rest>))
constexpr auto make_vector(X const& x, Rest const&... rest) {
  using T = typename X::traced_type;
  using R = vec<T, 1 + static_cast<int>(sizeof...(Rest))>;
  detail::builder* const b = detail::owner_of_all(x, rest...);
  value_id const ids[] = {detail::id_of<T>(b, x), detail::id_of<T>(b, rest)..., no_value, no_value};
  return value<R>(b, b->pure(op::make_vector, type_of<R>, ids[0], ids[1], ids[2],
                             sizeof...(rest) > 2 ? ids[3] : no_value));
}

namespace detail {
constexpr int lane_of(char letter) {
  switch (letter) {
  case 'x':
  case 'r':
    return 0;
  case 'y':
  case 'g':
    return 1;
  case 'z':
  case 'b':
    return 2;
  case 'w':
  case 'a':
    return 3;
  default:
    return 4;
  }
}
template <class T, std::size_t N>
constexpr bool are_lanes_of(fixed_string<N> const& letters) {
  if (matrix_type<T>)
    return false;
  for (std::size_t i = 0; i + 1 < N; ++i)
    if (lane_of(letters.characters[i]) >= type_traits<T>::lanes)
      return false;
  return N >= 2 && N <= 5;
}
template <std::size_t N>
constexpr std::size_t length_of(fixed_string<N> const&) {
  return N - 1;
}
} // namespace detail

/// Lanes of a vector in any order, MSL's swizzle: lanes<"wzyx">(v), lanes<"xy">(v), lanes<"xxx">(v); one of
/// them is an element. Letters: xyzw or rgba. MSL: v.wzyx.
template <fixed_string Letters, traced X>
  requires(detail::are_lanes_of<typename X::traced_type>(Letters))
constexpr auto lanes(X const& x) {
  using T = typename X::traced_type;
  using R = vector_of<element_of<T>, static_cast<int>(detail::length_of(Letters))>;
  detail::builder* const b = detail::owner_of_all(x);
  value<T> const v{b, detail::id_of<T>(b, x)};
  value_id ids[4]{no_value, no_value, no_value, no_value};
  for (std::size_t i = 0; i < detail::length_of(Letters); ++i)
    ids[i] = v[detail::lane_of(Letters.characters[i])].id_in(b);
  if constexpr (detail::length_of(Letters) == 1)
    return value<R>(b, ids[0]);
  else
    return value<R>(b, b->pure(op::make_vector, type_of<R>, ids[0], ids[1], ids[2], ids[3]));
}

/// x, with the promise that it is the same in all threads that come here. The CPU executor checks it; the MSL
/// has no trace of it. A barrier behind a condition so promised is taken for reached by all.
///
///   g.if_(uniform(count[0] > 0u), [&] { ... g.threadgroup_barrier(); ... });
template <traced X>
  requires element<typename X::traced_type>
constexpr auto uniform(X const& x) {
  using T = typename X::traced_type;
  detail::builder* const b = detail::owner_of_all(x);
  value<T> const v{b, detail::id_of<T>(b, x)};
  b->check_uniform(v.id_in(b));
  return v;
}

/// The same value under a name that the generated source keeps: `auto row = named<"row">(gid / width);`
template <fixed_string Name, traced X>
constexpr auto named(X const& x) {
  using T = typename X::traced_type;
  detail::builder* const b = detail::owner_of_all(x);
  value<T> const v{b, detail::id_of<T>(b, x)};
  b->name_value(v.id_in(b), detail::static_name<Name>);
  return v;
}

} // namespace enigma
