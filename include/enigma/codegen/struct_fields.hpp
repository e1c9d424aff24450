// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/matrix.hpp>
#include <enigma/codegen/parameters.hpp>
#include <enigma/codegen/structs.hpp>

// What can be done to one field of a struct in memory, or to a vector or a matrix there: values, and arrays
// of them, whose elements are P[i][&particle::weights][k].

namespace enigma {

namespace detail {

/// Where a record is: an element of a buffer, or an argument.
struct record_place {
  builder* owner;
  int memory;
  value_id index;              // no_value: the argument
  value_id element = no_value; // of a field that is an array

  constexpr value_id load(int field, type t) const {
    if (index != no_value)
      return owner->load_field(memory, field, t, index, element);
    return element == no_value
               ? owner->scalar_argument(t, memory, field)
               : owner->load_field(memory, field, t, owner->constant(type_of<u32>, 0), element);
  }
  constexpr void store(int field, value_id x) const { owner->store_field(memory, field, index, x, element); }
  /// The same with element k of the array that field is.
  template <index_value Index>
  constexpr record_place at(int field, Index const& k) const {
    if constexpr (!traced<Index>) {
      record_field const& f = owner->memory_at(memory).record->fields[field];
      if (std::int64_t{+k} < 0 || std::int64_t{+k} >= std::int64_t{f.elements})
        refused((sentence("field ") << f.name << ": element " << std::int64_t{+k} << " is not one of 0 to "
                                    << std::int64_t{f.elements} - 1)
                    .lines());
    }
    record_place r = *this;
    r.element = index_id(owner, k);
    return r;
  }
};

template <class F>
using value_of_field = typename kind_of_field<F>::type;

} // namespace detail

/// A vector, matrix or field in memory that can be assigned.
template <value_type T>
class written_value {
public:
  constexpr written_value(detail::record_place const& place, int field) : place_{place}, field_{field} {}
  constexpr written_value(written_value const&) = default;

  constexpr void write(value<T> const& x) const { place_.store(field_, x.id_in(place_.owner)); }
  template <class X>
    requires(operands_agree<value<T>, X> && (std::convertible_to<X, value<T>> || detail::fits_as<X, T>))
  constexpr written_value const& operator=(X const& x) const {
    place_.store(field_, detail::id_of<T>(place_.owner, x));
    return *this;
  }

private:
  detail::record_place place_;
  int field_;
};

/// One that can be read and assigned.
template <value_type T>
class value_reference : public detail::compound_assignment<value_reference<T>, T> {
public:
  using traced_type = T;

  constexpr value_reference(detail::record_place const& place, int field) : place_{place}, field_{field} {}
  constexpr value_reference(value_reference const&) = default;

  constexpr value<T> read() const { return {place_.owner, place_.load(field_, type_of<T>)}; }
  constexpr operator value<T>() const { return read(); }
  constexpr detail::builder* owner() const { return place_.owner; }
  /// A lane of a vector, a column of a matrix.
  constexpr auto operator[](int i) const
    requires detail::composite_value<T>
  {
    return read()[i];
  }

  constexpr void write(value<T> const& x) const { place_.store(field_, x.id_in(place_.owner)); }
  template <class X>
    requires(operands_agree<value<T>, X> && (std::convertible_to<X, value<T>> || detail::fits_as<X, T>))
  constexpr value_reference const& operator=(X const& x) const {
    place_.store(field_, detail::id_of<T>(place_.owner, x));
    return *this;
  }
  constexpr value_reference const& operator=(value_reference const& x) const {
    write(x.read());
    return *this;
  }

private:
  detail::record_place place_;
  int field_;
};

/// An array in a struct as a value: what its elements were when it was read. It lies in registers, so an
/// index is a C++ integer.
template <value_type T, int N>
class array_value {
public:
  template <class Load>
  constexpr array_value(detail::builder* owner, Load load) : owner_{owner} {
    for (int k = 0; k < N; ++k)
      ids_[k] = load(k);
  }
  constexpr value<T> operator[](int k) const {
    if (k < 0 || k >= N)
      refused((detail::sentence("an array of ") << N << " values has no element " << k).lines());
    return {owner_, ids_[k]};
  }
  template <traced Index>
  value<T> operator[](Index const&) const = delete; // index the array in memory: P[i][&particle::weights][k]
  static constexpr int size() { return N; }
  constexpr detail::builder* owner() const { return owner_; }
  constexpr value_id id_of(int k) const { return ids_[k]; }

private:
  detail::builder* owner_;
  value_id ids_[N];
};

namespace detail {
/// X gives an array of N values of T: an array_value, or what reads as one, or a std::array of what fits.
template <class X, class T, int N>
inline constexpr bool gives_array = std::convertible_to<X const&, array_value<T, N>>;
template <class Y, std::size_t Length, class T, int N>
inline constexpr bool gives_array<std::array<Y, Length>, T, N> = Length == N && fits_as<Y, T>;

/// It as one of the two that array_id takes.
template <class T, int N, class X>
constexpr auto array_of(X const& x) {
  if constexpr (std::convertible_to<X const&, array_value<T, N>>)
    return array_value<T, N>(x);
  else
    return x;
}
/// Element k of that, as a value of kernel b.
template <class T, int N>
constexpr value_id array_id(builder* b, array_value<T, N> const& x, int k) {
  return x[k].id_in(b);
}
template <class T, int N, class Y>
constexpr value_id array_id(builder* b, std::array<Y, static_cast<std::size_t>(N)> const& x, int k) {
  return id_of<T>(b, x[static_cast<std::size_t>(k)]);
}
} // namespace detail

/// An array in a struct in memory. Element is what one of its elements is: value<T> where it can be read,
/// written_value<T> where it can be assigned, value_reference<T> where both.
template <class Element, value_type T, int N>
class field_array {
  static constexpr bool is_read = !std::same_as<Element, written_value<T>>;
  static constexpr bool is_written = !std::same_as<Element, value<T>>;

public:
  constexpr field_array(detail::record_place const& place, int field) : place_{place}, field_{field} {}
  constexpr field_array(field_array const&) = default;

  /// An element; k is a C++ integer or a value of the kernel. Errors: k is not one of 0 to N - 1, here where
  /// it is a C++ integer, else when the executor comes there.
  template <index_value Index>
  constexpr Element operator[](Index const& k) const {
    auto const at = place_.at(field_, k);
    if constexpr (is_written)
      return Element(at, field_);
    else
      return Element(place_.owner, at.load(field_, type_of<T>));
  }
  static constexpr int size() { return N; }

  /// All elements as they are now.
  constexpr array_value<T, N> read() const
    requires is_read
  {
    return array_value<T, N>(place_.owner,
                             [&](int k) { return place_.at(field_, k).load(field_, type_of<T>); });
  }
  constexpr operator array_value<T, N>() const
    requires is_read
  {
    return read();
  }
  /// Assigns all elements: those of another array, or of a std::array of values or numbers.
  template <class X>
    requires(is_written && detail::gives_array<X, T, N>)
  constexpr field_array const& operator=(X const& x) const {
    assign(detail::array_of<T, N>(x));
    return *this;
  }
  constexpr field_array const& operator=(field_array const& x) const
    requires(is_written && is_read)
  {
    assign(x.read());
    return *this;
  }

private:
  template <class X>
  constexpr void assign(X const& x) const {
    for (int k = 0; k < N; ++k)
      place_.at(field_, k).store(field_, detail::array_id<T, N>(place_.owner, x, k));
  }

  detail::record_place place_;
  int field_;
};

namespace detail {
/// What a field that is no struct is in memory: Element<T>, or an array of those.
template <class F, template <class> class Element>
constexpr auto field_in(record_place const& place, int field) {
  using T = value_of_field<F>;
  if constexpr (array_field<F>)
    return field_array<Element<T>, T, kind_of_field<F>::elements>(place, field);
  else if constexpr (std::same_as<Element<T>, value<T>>)
    return value<T>(place.owner, place.load(field, type_of<T>));
  else
    return Element<T>(place, field);
}
} // namespace detail

} // namespace enigma
