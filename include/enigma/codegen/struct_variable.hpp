// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/struct_parameters.hpp>
#include <enigma/codegen/variable.hpp>

// Structs as variables of a kernel: a variable for each field, so that only those are left that really
// change.

namespace enigma {

namespace detail {

/// The struct that X gives; void: it gives none.
template <class X>
struct struct_in {
  using type = void;
};
template <class S>
struct struct_in<struct_value<S>> {
  using type = S;
};
template <class S>
struct struct_in<enigma::read_struct<S>> {
  using type = S;
};
template <class S>
struct struct_in<struct_reference<S>> {
  using type = S;
};
template <struct_type S, fixed_string Name, buffer_index At>
struct struct_in<scalar<S, Name, At>> {
  using type = S;
};
template <class X>
concept gives_struct = struct_type<typename struct_in<X>::type>;

/// The names that the variables of a struct called Name get: "p_mass", "p_body_weights_3".
template <fixed_string Name, class S>
class variable_names {
  static constexpr int length = 64;
  using value_of_struct = struct_value<S>;

public:
  constexpr char const* of(int slot) const { return text_[slot]; }
  constexpr variable_names() {
    value_of_struct::each([&](int f, int k) {
      char* const to = text_[value_of_struct::slot(f) + k];
      int n = put(to, 0, Name.c_str());
      n = put_path(to, n, f);
      if (record_of<S>.fields[f].elements != 0) {
        n = put(to, n, "_");
        put_number(to, n, k);
      }
    });
  }

private:
  static constexpr int put(char* to, int n, char const* words) {
    for (; *words != '\0' && n < length - 1; ++words)
      to[n++] = *words;
    return n;
  }
  static constexpr int put_path(char* to, int n, int field) {
    record_field const& f = record_of<S>.fields[field];
    if (f.parent >= 0)
      n = put_path(to, n, f.parent);
    return put(to, put(to, n, "_"), f.name);
  }
  static constexpr void put_number(char* to, int n, int number) {
    if (number >= 10)
      put_number(to, n, number / 10);
    for (; n < length - 1 && to[n] != '\0';)
      ++n;
    char const digit[] = {static_cast<char>('0' + number % 10), '\0'};
    put(to, n, digit);
  }

  char text_[value_of_struct::slot(value_of_struct::count) + 1][length]{};
};
template <fixed_string Name, class S>
inline constexpr variable_names<Name, S> names_of_variables{};

} // namespace detail

/// An array in a struct that is a variable: N variables. They lie in registers, so an index is a C++ integer.
template <value_type T, int N>
class variable_array {
public:
  template <class Id>
  constexpr variable_array(detail::builder* owner, Id id) : owner_{owner} {
    for (int k = 0; k < N; ++k)
      ids_[k] = id(k);
  }
  constexpr variable_array(variable_array const&) = default;

  constexpr var<T> operator[](int k) const {
    if (k < 0 || k >= N)
      refused((detail::sentence("an array of ") << N << " variables has no element " << k).lines());
    return var<T>(owner_, ids_[k]);
  }
  template <traced Index>
  var<T> operator[](Index const&) const = delete; // registers have no address: unroll with range_constexpr<N>
  static constexpr int size() { return N; }

  constexpr array_value<T, N> read() const {
    return array_value<T, N>(owner_, [&](int k) { return owner_->get(ids_[k]); });
  }
  constexpr operator array_value<T, N>() const { return read(); }
  /// Assigns all elements: those of another array, or of a std::array of values or numbers.
  template <class X>
    requires detail::gives_array<X, T, N>
  constexpr variable_array const& operator=(X const& x) const {
    assign(detail::array_of<T, N>(x));
    return *this;
  }
  constexpr variable_array const& operator=(variable_array const& x) const {
    assign(x.read());
    return *this;
  }

private:
  template <class X>
  constexpr void assign(X const& x) const {
    for (int k = 0; k < N; ++k)
      owner_->set(ids_[k], detail::array_id<T, N>(owner_, x, k));
  }

  detail::builder* owner_;
  value_id ids_[N]{};
};

/// A mutable variable of a kernel that holds a struct, made by `gpu::variable(P[i])`: its fields are
/// variables, p[&particle::mass] += 1, and it reads as a struct_value<S>. A copy is the same variable. MSL: a
/// variable for each field that changes.
template <struct_type S>
class struct_variable {
public:
  /// id(f, k): the variable that is field f, or element k of it.
  template <class Id>
  constexpr struct_variable(detail::builder* owner, Id id) : owner_{owner} {
    shape::each([&](int f, int k) { ids_[shape::slot(f) + k] = id(f, k); });
  }
  constexpr struct_variable(struct_variable const&) = default;

  template <class F, class C>
    requires detail::has_members_of<S, C>
  constexpr auto operator[](F C::* pointer) const {
    int const field = detail::field_number<S>(pointer);
    if constexpr (struct_type<F>)
      return struct_variable<F>(owner_, [&](int f, int k) { return id_of(field + 1 + f, k); });
    else if constexpr (detail::array_field<F>)
      return variable_array<detail::value_of_field<F>, detail::kind_of_field<F>::elements>(
          owner_, [&](int k) { return id_of(field, k); });
    else
      return var<detail::value_of_field<F>>(owner_, id_of(field, 0));
  }

  /// All fields as they are now.
  constexpr struct_value<S> read() const {
    return struct_value<S>(owner_, [&](int f, int k) {
      return record_of<S>.fields[f].nested != nullptr ? no_value : owner_->get(id_of(f, k));
    });
  }
  constexpr operator struct_value<S>() const { return read(); }
  /// Assigns all fields.
  constexpr void write(struct_value<S> const& x) const {
    if (x.owner() != owner_)
      refused("a value of one kernel is used in another; pass it through a buffer");
    shape::each([&](int f, int k) {
      if (record_of<S>.fields[f].nested == nullptr)
        owner_->set(id_of(f, k), x.id_of(f, k));
    });
  }
  constexpr struct_variable const& operator=(struct_value<S> const& x) const {
    write(x);
    return *this;
  }
  constexpr struct_variable const& operator=(struct_variable const& x) const {
    write(x.read());
    return *this;
  }

private:
  using shape = struct_value<S>;
  constexpr value_id id_of(int field, int element) const { return ids_[shape::slot(field) + element]; }

  detail::builder* owner_;
  value_id
      ids_[static_cast<std::size_t>(shape::slot(shape::count)) + 1]{}; // of fields that are structs nothing
};

namespace detail {
template <class S>
struct struct_in<struct_variable<S>> {
  using type = S;
};

template <fixed_string Name, class S>
constexpr struct_variable<S> declare_struct(builder* b, struct_value<S> const& initial) {
  if (initial.owner() != b)
    refused("a value of one kernel is used in another; pass it through a buffer");
  return struct_variable<S>(b, [&](int f, int k) {
    if (record_of<S>.fields[f].nested != nullptr)
      return no_value;
    value_id const v = b->declare_register(record_of<S>.fields[f].type, initial.id_of(f, k));
    if constexpr (!Name.empty())
      b->name_value(v, names_of_variables<Name, S>.of(struct_value<S>::slot(f) + k));
    return v;
  });
}
} // namespace detail

} // namespace enigma
