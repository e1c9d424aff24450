// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/struct_fields.hpp>

// Structs, vectors and matrices as elements of buffers and as arguments. A field is reached by its member:
//
//   auto velocity = P[i][&particle::velocity];
//   P[i][&particle::position] += velocity * dt;
//   P[i][&particle::weights][k] = 0.5f;

namespace enigma {

namespace detail {

/// Which of a struct's members a pointer is, in their order; -1: none that is listed.
template <class Pair, class F, class C>
constexpr bool is_member(F C::* pointer) {
  if constexpr (std::same_as<std::remove_cv_t<decltype(member_of_pair<Pair>::pointer)>, F C::*>)
    return member_of_pair<Pair>::pointer == pointer;
  else
    return false;
}
template <class... Pairs, class F, class C>
constexpr int member_number(members<Pairs...>, F C::* pointer) {
  int n = -1, i = 0;
  ((n = is_member<Pairs>(pointer) ? i : n, ++i), ...);
  return n;
}
/// The field in the record of S that a member is.
template <class S, class F, class C>
constexpr int field_number(F C::* pointer) {
  int const n = member_number(typename members_of<S>::type{}, pointer);
  if (n < 0)
    refused((sentence("struct ") << record_maker<S>::name.text
                                 << " does not list this member: name it in BOOST_HANA_DEFINE_STRUCT or "
                                    "BOOST_HANA_ADAPT_STRUCT")
                .lines());
  return record_maker<S>::made_table.at[n];
}

template <class S, class C>
concept has_members_of = std::same_as<S, C> || std::derived_from<S, C>;

} // namespace detail

/// A struct as a value: what all its fields were when it was read or made. Its fields are value[&S::member].
template <struct_type S>
class struct_value {
public:
  /// load(f, k): the value of field f, or of its element k.
  template <class Load>
  constexpr struct_value(detail::builder* owner, Load load) : owner_{owner} {
    each([&](int f, int k) { ids_[slot(f) + k] = load(f, k); });
  }

  template <class F, class C>
    requires detail::has_members_of<S, C>
  constexpr auto operator[](F C::* pointer) const {
    int const field = detail::field_number<S>(pointer);
    if constexpr (struct_type<F>)
      return struct_value<F>(owner_, [&](int f, int k) { return id_of(field + 1 + f, k); });
    else if constexpr (detail::array_field<F>)
      return array_value<detail::value_of_field<F>, detail::kind_of_field<F>::elements>(
          owner_, [&](int k) { return id_of(field, k); });
    else
      return value<detail::value_of_field<F>>(owner_, id_of(field, 0));
  }

  constexpr detail::builder* owner() const { return owner_; }
  constexpr value_id id_of(int field, int element) const { return ids_[slot(field) + element]; }
  static constexpr int count = detail::record_maker<S>::count;
  /// Where the values of a field begin.
  static constexpr int slot(int field) { return detail::record_maker<S>::made_table.slots[field]; }
  /// visit(f, k) for each field f and each of its values k, in the order of their slots.
  template <class Visit>
  static constexpr void each(Visit const& visit) {
    for (int f = 0; f < count; ++f)
      for (int k = 0; k < slot(f + 1) - slot(f); ++k)
        visit(f, k);
  }

private:
  detail::builder* owner_;
  value_id ids_[static_cast<std::size_t>(slot(count)) + 1]{}; // of fields that are structs nothing
};

namespace detail {
template <class S>
constexpr struct_value<S> read_struct(record_place const& place, int first) {
  return struct_value<S>(place.owner, [&](int f, int k) {
    record_field const& field = record_of<S>.fields[f];
    if (field.nested != nullptr)
      return no_value;
    return (field.elements == 0 ? place : place.at(first + f, k)).load(first + f, field.type);
  });
}
template <class S>
constexpr void write_struct(record_place const& place, int first, struct_value<S> const& x) {
  if (x.owner() != place.owner)
    refused("a value of one kernel is used in another; pass it through a buffer");
  for (int f = 0; f < struct_value<S>::count; ++f) {
    record_field const& field = record_of<S>.fields[f];
    if (field.nested != nullptr)
      continue;
    if (field.elements == 0)
      place.store(first + f, x.id_of(f, 0));
    for (int k = 0; k < static_cast<int>(field.elements); ++k)
      place.at(first + f, k).store(first + f, x.id_of(f, k));
  }
}
} // namespace detail

/// A struct in memory that can be read.
template <struct_type S>
class read_struct {
public:
  constexpr read_struct(detail::record_place const& place, int first) : place_{place}, first_{first} {}

  /// The field, or the struct in it: P[i][&particle::mass].
  template <class F, class C>
    requires detail::has_members_of<S, C>
  constexpr auto operator[](F C::* pointer) const {
    int const field = first_ + detail::field_number<S>(pointer);
    if constexpr (struct_type<F>)
      return read_struct<F>(place_, field + 1);
    else
      return detail::field_in<F, value>(place_, field);
  }
  /// All fields as they are now.
  constexpr struct_value<S> read() const { return detail::read_struct<S>(place_, first_); }
  constexpr operator struct_value<S>() const { return read(); }

private:
  detail::record_place place_;
  int first_; // the first field of S in the record
};

/// A struct in memory whose fields can be assigned.
template <struct_type S>
class written_struct {
public:
  constexpr written_struct(detail::record_place const& place, int first) : place_{place}, first_{first} {}
  constexpr written_struct(written_struct const&) = default;

  template <class F, class C>
    requires detail::has_members_of<S, C>
  constexpr auto operator[](F C::* pointer) const {
    int const field = first_ + detail::field_number<S>(pointer);
    if constexpr (struct_type<F>)
      return written_struct<F>(place_, field + 1);
    else
      return detail::field_in<F, written_value>(place_, field);
  }
  /// Assigns all fields: Q[i] = P[j], Q[i] = make_struct<particle>(...).
  constexpr void write(struct_value<S> const& x) const { detail::write_struct<S>(place_, first_, x); }
  constexpr written_struct const& operator=(struct_value<S> const& x) const {
    write(x);
    return *this;
  }

private:
  detail::record_place place_;
  int first_;
};

/// A struct in memory whose fields can be read and assigned.
template <struct_type S>
class struct_reference {
public:
  constexpr struct_reference(detail::record_place const& place, int first) : place_{place}, first_{first} {}
  constexpr struct_reference(struct_reference const&) = default;

  template <class F, class C>
    requires detail::has_members_of<S, C>
  constexpr auto operator[](F C::* pointer) const {
    int const field = first_ + detail::field_number<S>(pointer);
    if constexpr (struct_type<F>)
      return struct_reference<F>(place_, field + 1);
    else
      return detail::field_in<F, value_reference>(place_, field);
  }
  constexpr struct_value<S> read() const { return detail::read_struct<S>(place_, first_); }
  constexpr operator struct_value<S>() const { return read(); }
  constexpr void write(struct_value<S> const& x) const { detail::write_struct<S>(place_, first_, x); }
  constexpr struct_reference const& operator=(struct_value<S> const& x) const {
    write(x);
    return *this;
  }
  constexpr struct_reference const& operator=(struct_reference const& x) const {
    write(x.read());
    return *this;
  }

private:
  detail::record_place place_;
  int first_;
};

namespace detail {

template <class S>
struct collect_fields {
  builder* owner;
  value_id ids[static_cast<std::size_t>(struct_value<S>::slot(struct_value<S>::count)) + 1]{};
  int next = 0;

  template <class Pair, class X>
  constexpr void take(X const& x) {
    using F = typename member_of_pair<Pair>::type;
    if constexpr (struct_type<F>) {
      ids[next++] = no_value;
      struct_value<F> const inner = x;
      inner.each([&](int f, int k) { ids[next++] = inner.id_of(f, k); });
    } else if constexpr (array_field<F>) {
      take_array<value_of_field<F>, kind_of_field<F>::elements>(x);
    } else {
      ids[next++] = id_of<value_of_field<F>>(owner, x);
    }
  }
  template <class T, int N, class X>
  constexpr void take_array(X const& x) {
    auto const all = array_of<T, N>(x);
    for (int k = 0; k < N; ++k)
      ids[next++] = array_id<T, N>(owner, all, k);
  }
  template <class... Pairs, class... X>
  constexpr void take_all(members<Pairs...>, X const&... x) {
    (take<Pairs>(x), ...);
  }
};

template <class Pair, class X>
constexpr bool fits_field() {
  using F = typename member_of_pair<Pair>::type;
  if constexpr (struct_type<F>)
    return std::convertible_to<X, struct_value<F>>;
  else if constexpr (array_field<F>)
    return gives_array<X, value_of_field<F>, kind_of_field<F>::elements>;
  else if constexpr (matrix_type<value_of_field<F>>)
    return std::same_as<traced_type_of<X>, value_of_field<F>>;
  else
    return fits_as<X, value_of_field<F>>;
}
template <class... Pairs, class... X>
constexpr bool fit_fields(members<Pairs...>, void (*)(X...)) {
  if constexpr (sizeof...(Pairs) == sizeof...(X))
    return (... && fits_field<Pairs, X>());
  else
    return false;
}

template <class X>
constexpr builder* owner_of_any(X const& x) {
  if constexpr (requires { x.owner(); })
    return x.owner();
  else
    return nullptr;
}

} // namespace detail

/// One value for each field of S, in their order: each of the field's type, or a C++ number.
template <class S, class... X>
concept fields_of = struct_type<S> && detail::fit_fields(typename detail::members_of<S>::type{},
                                                         static_cast<void (*)(X...)>(nullptr));

/// A struct from its fields: Q[i] = make_struct<particle>(position, 1.0f).
template <struct_type S, class... X>
  requires fields_of<S, X...>
constexpr struct_value<S> make_struct(X const&... x) {
  detail::builder* owner = nullptr;
  ((owner = owner != nullptr ? owner : detail::owner_of_any(x)), ...);
  if (owner == nullptr)
    refused("make_struct of literals alone has no kernel to stand in; make one field a value of the kernel");
  detail::collect_fields<S> fields{owner};
  fields.take_all(typename detail::members_of<S>::type{}, x...);
  return struct_value<S>(owner, [&](int f, int k) { return fields.ids[struct_value<S>::slot(f) + k]; });
}

namespace detail {

template <fixed_string Name, buffer_index At, class T>
constexpr parameter described_record(enigma::access access) {
  parameter p = described<Name, At>(access, element_kind{});
  p.record = &record_of<T>;
  return p;
}

/// A memory whose elements are T.
template <record_type T>
class record_memory {
public:
  constexpr record_memory(builder* owner, int memory) : owner_{owner}, memory_{memory} {}
  constexpr builder* owner() const { return owner_; }
  constexpr int memory() const { return memory_; }

protected:
  template <index_value Index>
  constexpr record_place at(Index const& i) const {
    return {owner_, memory_, index_id(owner_, i)};
  }

private:
  builder* owner_;
  int memory_;
};
/// One whose elements are read and written.
template <record_type T>
class changed_records : public record_memory<T> {
public:
  using record_memory<T>::record_memory;

  template <index_value Index>
  constexpr auto operator[](Index const& i) const {
    if constexpr (struct_type<T>)
      return struct_reference<T>(this->at(i), 0);
    else
      return value_reference<T>(this->at(i), 0);
  }
};

} // namespace detail

/// A buffer of structs, vectors or matrices that the kernel reads. MSL: `const device particle* Name`.
template <record_type T, fixed_string Name, buffer_index At>
  requires(!Name.empty())
class in<T, Name, At> : public detail::record_memory<T> {
public:
  static constexpr parameter description = detail::described_record<Name, At, T>(access::in);
  using detail::record_memory<T>::record_memory;

  template <index_value Index>
  constexpr auto operator[](Index const& i) const {
    if constexpr (struct_type<T>)
      return read_struct<T>(this->at(i), 0);
    else
      return value<T>(this->owner(), this->at(i).load(0, type_of<T>));
  }
};

/// The same, written.
template <record_type T, fixed_string Name, buffer_index At>
  requires(!Name.empty())
class out<T, Name, At> : public detail::record_memory<T> {
public:
  static constexpr parameter description = detail::described_record<Name, At, T>(access::out);
  using detail::record_memory<T>::record_memory;

  template <index_value Index>
  constexpr auto operator[](Index const& i) const {
    if constexpr (struct_type<T>)
      return written_struct<T>(this->at(i), 0);
    else
      return written_value<T>(this->at(i), 0);
  }
};

/// The same, read and written.
template <record_type T, fixed_string Name, buffer_index At>
  requires(!Name.empty())
class inout<T, Name, At> : public detail::changed_records<T> {
public:
  static constexpr parameter description = detail::described_record<Name, At, T>(access::inout);
  using detail::changed_records<T>::changed_records;
};

/// Structs, vectors or matrices shared by the threads of a threadgroup, made by `gpu::threadgroup_memory`.
/// MSL: `threadgroup particle Name[64];`
template <record_type T>
class threadgroup_array<T> : public detail::changed_records<T> {
public:
  constexpr threadgroup_array(detail::builder* owner, int memory, std::int64_t length)
      : detail::changed_records<T>(owner, memory)
      , length_{length} {}
  constexpr std::int64_t size() const { return length_; }

private:
  std::int64_t length_;
};

/// The same, as long as the call says. MSL: `threadgroup particle* Name [[threadgroup(n)]]`.
template <record_type T, fixed_string Name>
class threadgroup<T, Name> : public detail::changed_records<T> {
public:
  static constexpr parameter description =
      detail::described_record<Name, buffer_index{}, T>(access::threadgroup);
  using detail::changed_records<T>::changed_records;
};

/// A vector or a matrix given at dispatch. MSL: `constant float4x4& Name`.
template <detail::composite_value T, fixed_string Name, buffer_index At>
  requires(!Name.empty())
class scalar<T, Name, At> {
public:
  static constexpr parameter description = detail::described_record<Name, At, T>(access::scalar);
  using traced_type = T;

  constexpr scalar(detail::program_builder* program, int parameter)
      : program_{program}
      , parameter_{parameter} {}
  constexpr operator value<T>() const {
    return {owner(), owner()->scalar_argument(type_of<T>, program_->memory_of(parameter_))};
  }
  /// A lane of a vector, a column of a matrix.
  constexpr auto operator[](int i) const { return value<T>(*this)[i]; }
  constexpr detail::builder* owner() const { return &program_->current(); }

private:
  detail::program_builder* program_;
  int parameter_;
};

/// A struct given at dispatch: p[&params::width]. MSL: `constant params& Name`.
template <struct_type T, fixed_string Name, buffer_index At>
  requires(!Name.empty())
class scalar<T, Name, At> {
public:
  static constexpr parameter description = detail::described_record<Name, At, T>(access::scalar);

  constexpr scalar(detail::program_builder* program, int parameter)
      : program_{program}
      , parameter_{parameter} {}
  template <class F, class C>
    requires detail::has_members_of<T, C>
  constexpr auto operator[](F C::* pointer) const {
    return here()[pointer];
  }
  constexpr struct_value<T> read() const { return here().read(); }
  constexpr operator struct_value<T>() const { return read(); }

private:
  constexpr read_struct<T> here() const {
    return {{&program_->current(), program_->memory_of(parameter_), no_value}, 0};
  }

  detail::program_builder* program_;
  int parameter_;
};

} // namespace enigma
