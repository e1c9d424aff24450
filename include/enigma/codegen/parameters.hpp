// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/assignable.hpp>
#include <enigma/codegen/detail/program_builder.hpp>
#include <enigma/codegen/parameters_fwd.hpp>

// What a kernel's parameter list may hold: buffers in, out and inout, and scalars, each with an element type
// and a name. `in` has no assignment and `out` no reading, so a wrong use is a compile error where it stands.

namespace enigma {

namespace detail {
// A C++ integer, or a constant such as range_constexpr gives.
template <class Index>
inline constexpr bool is_host_index = std::is_integral_v<Index> && !std::same_as<Index, bool>;
template <class Index, Index N>
inline constexpr bool is_host_index<std::integral_constant<Index, N>> = is_host_index<Index>;
} // namespace detail

/// An index into a buffer: a value of an integer type, or a C++ integer.
template <class Index>
concept index_value = (traced<Index> && element<detail::traced_type_of<Index>> &&
                       integer_type<detail::traced_type_of<Index>>) ||
                      detail::is_host_index<std::remove_cvref_t<Index>>;

namespace detail {

/// What a compiled kernel tells of a parameter; each of their classes has it as `description`.
template <fixed_string Name, buffer_index At>
constexpr parameter described(access a, element_kind element) {
  parameter p;
  p.name = static_name<Name>;
  p.access = a;
  p.element = element;
  p.binding = At.number;
  return p;
}

template <index_value Index>
constexpr value_id index_id(builder* b, Index const& i) {
  if constexpr (traced<Index>) {
    using T = traced_type_of<Index>;
    if constexpr (sizeof(T) == 8)
      return b->narrow_index(id_of<T>(b, i));
    else if constexpr (sizeof(T) == 4) // narrower ones count as an int or a uint
      return id_of<T>(b, i);
    else
      return cast<std::conditional_t<std::is_signed_v<T>, i32, u32>>(i).id_in(b);
  } else {
    auto const n = +i; // out of an integral constant
    if (n < decltype(n){})
      refused((sentence("index ") << static_cast<std::int64_t>(n) << " is negative").lines());
    return id_of<u32>(b, n);
  }
}

/// One memory of a kernel and how its elements are reached.
template <element T>
class memory_handle {
public:
  using element_type = T;
  constexpr memory_handle(builder* owner, int memory, value_id base = no_value)
      : owner_{owner}
      , memory_{memory}
      , base_{base} {}

  constexpr builder* owner() const { return owner_; }
  constexpr int memory() const { return memory_; }
  /// What is added to every index: see from(). no_value for nothing.
  constexpr value_id base() const { return base_; }
  template <index_value Index>
  constexpr value_id place(Index const& i) const {
    value_id const id = index_id(owner_, i);
    return base_ == no_value ? id : owner_->index_sum(base_, id);
  }

  /// `Lanes` neighbouring elements, the first at `i`. Two and four must stand at a multiple of their number;
  /// three may stand anywhere, as MSL's packed vectors do. Of bools, which have no packed vectors, not three.
  template <int Lanes = 1, index_value Index>
    requires(Lanes == 1 || Lanes == 2 || Lanes == 4 || (Lanes == 3 && !std::same_as<T, bool>))
  constexpr value<vector_of<T, Lanes>> load(Index const& i) const {
    return {owner_, owner_->load(memory_, type_of<vector_of<T, Lanes>>, place(i))};
  }
  template <index_value Index, class V>
    requires(std::same_as<element_of<V>, T> && (type_traits<V>::lanes != 3 || !std::same_as<T, bool>))
  constexpr void store(Index const& i, value<V> const& x) const {
    owner_->store(memory_, place(i), x.id_in(owner_));
  }

protected:
  /// The base of the memory from element `i` of this one on.
  template <index_value Index>
  constexpr value_id base_at(Index const& i) const {
    return owner_->wide_index(place(i));
  }

private:
  builder* owner_;
  int memory_;
  value_id base_;
};

/// Where an element is, or a vector of elements.
template <value_type T>
struct element_place {
  memory_handle<element_of<T>> memory;
  value_id index;

  constexpr value<T> load() const {
    builder* const b = memory.owner();
    return {b, b->load(memory.memory(), type_of<T>, index)};
  }
  constexpr void store(value<T> const& x) const {
    builder* const b = memory.owner();
    b->store(memory.memory(), index, x.id_in(b));
  }
};

} // namespace detail

/// An element, or a vector of them, that can be assigned.
template <value_type T>
class written_element {
public:
  constexpr written_element(detail::memory_handle<element_of<T>> const& m, value_id index)
      : place_{m, index} {}
  constexpr written_element(written_element const&) = default;

  constexpr void write(value<T> const& x) const { place_.store(x); }
  template <an_assigned_value_has_this_type_convert_it_with_cast<T> X>
  constexpr written_element const& operator=(X const& x) const {
    write(x);
    return *this;
  }

private:
  detail::element_place<T> place_;
};

/// An element, or a vector of them, that can be read and assigned.
template <value_type T>
class element_reference : public detail::compound_assignment<element_reference<T>, T> {
public:
  using traced_type = T;

  constexpr element_reference(detail::memory_handle<element_of<T>> const& m, value_id index)
      : place_{m, index} {}
  constexpr element_reference(element_reference const&) = default;

  constexpr value<T> read() const { return place_.load(); }
  constexpr operator value<T>() const { return read(); }
  constexpr detail::builder* owner() const { return place_.memory.owner(); }

  constexpr void write(value<T> const& x) const { place_.store(x); }
  template <an_assigned_value_has_this_type_convert_it_with_cast<T> X>
  constexpr element_reference const& operator=(X const& x) const {
    write(x);
    return *this;
  }
  constexpr element_reference const& operator=(element_reference const& x) const {
    write(x.read());
    return *this;
  }

private:
  detail::element_place<T> place_;
};

/// A memory as vectors of neighbouring elements, made by `vectors<4>()` of it: v[i] has the elements 4 i to
/// 4 i + 3. What the memory allows may be done to them. MSL: ((device float4*)Name)[i].
template <class Memory, int Lanes>
class vectors_of {
  using T = typename Memory::element_type;
  static_assert(Lanes == 2 || Lanes == 4 || (Lanes == 3 && !std::same_as<T, bool>),
                "vectors<N>(): N is 2, 3 or 4, and not 3 of bool");

public:
  constexpr explicit vectors_of(Memory const& memory) : memory_{memory} {}

  template <index_value Index>
  constexpr auto operator[](Index const& i) const {
    using V = vec<T, Lanes>;
    detail::builder* const b = memory_.owner();
    value_id const index = b->index_of_vector(memory_.base(), detail::index_id(b, i), Lanes);
    if constexpr (requires { memory_[i].read(); })
      return element_reference<V>(memory_, index);
    else if constexpr (requires(value<T> const& x) { memory_[i].write(x); })
      return written_element<V>(memory_, index);
    else
      return value<V>(b, b->load(memory_.memory(), type_of<V>, index));
  }

private:
  Memory memory_;
};

/// A buffer the kernel reads. MSL: `const device T* Name [[buffer(n)]]`.
template <class T, fixed_string Name, buffer_index At>
class in : public detail::memory_handle<T> {
public:
  static_assert(element<T>, "in<T, \"name\">: T is an element type (f32, f16, bf16, i8 to u64 or bool), an "
                            "eg::vec, an eg::mat or a "
                            "struct of BOOST_HANA_DEFINE_STRUCT");
  static constexpr parameter description = detail::described<Name, At>(access::in, type_of<T>.element);
  using detail::memory_handle<T>::memory_handle;

  /// The element at `i`.
  template <index_value Index>
  constexpr value<T> operator[](Index const& i) const {
    return this->load(i);
  }
  /// The buffer from element `i` on: `auto row = x.from(y * width); ... row[k]`. MSL: Name + i.
  template <index_value Index>
  constexpr in from(Index const& i) const {
    return {this->owner(), this->memory(), this->base_at(i)};
  }
  /// The buffer as vectors of N: `x.vectors<4>()[i]` is x[4 i] to x[4 i + 3].
  template <int N>
  constexpr vectors_of<in, N> vectors() const {
    return vectors_of<in, N>(*this);
  }
};

/// A buffer the kernel writes. MSL: `device T* Name [[buffer(n)]]`.
template <class T, fixed_string Name, buffer_index At>
class out : public detail::memory_handle<T> {
public:
  static_assert(element<T>, "out<T, \"name\">: T is an element type (f32, f16, bf16, i8 to u64 or bool), an "
                            "eg::vec, an eg::mat or a "
                            "struct of BOOST_HANA_DEFINE_STRUCT");
  static constexpr parameter description = detail::described<Name, At>(access::out, type_of<T>.element);
  using detail::memory_handle<T>::memory_handle;

  template <index_value Index>
  constexpr written_element<T> operator[](Index const& i) const {
    return {*this, this->place(i)};
  }
  /// The buffer from element `i` on: `auto row = x.from(y * width); ... row[k]`. MSL: Name + i.
  template <index_value Index>
  constexpr out from(Index const& i) const {
    return {this->owner(), this->memory(), this->base_at(i)};
  }
  /// The buffer as vectors of N: `x.vectors<4>()[i]` is x[4 i] to x[4 i + 3].
  template <int N>
  constexpr vectors_of<out, N> vectors() const {
    return vectors_of<out, N>(*this);
  }
};

/// A buffer the kernel reads and writes. MSL: `device T* Name [[buffer(n)]]`.
template <class T, fixed_string Name, buffer_index At>
class inout : public detail::memory_handle<T> {
public:
  static_assert(element<T>, "inout<T, \"name\">: T is an element type (f32, f16, bf16, i8 to u64 or bool), "
                            "an eg::vec, an eg::mat or a "
                            "struct of BOOST_HANA_DEFINE_STRUCT");
  static constexpr parameter description = detail::described<Name, At>(access::inout, type_of<T>.element);
  using detail::memory_handle<T>::memory_handle;

  template <index_value Index>
  constexpr element_reference<T> operator[](Index const& i) const {
    return {*this, this->place(i)};
  }
  /// The buffer from element `i` on: `auto row = x.from(y * width); ... row[k]`. MSL: Name + i.
  template <index_value Index>
  constexpr inout from(Index const& i) const {
    return {this->owner(), this->memory(), this->base_at(i)};
  }
  /// The buffer as vectors of N: `x.vectors<4>()[i]` is x[4 i] to x[4 i + 3].
  template <int N>
  constexpr vectors_of<inout, N> vectors() const {
    return vectors_of<inout, N>(*this);
  }
};

/// A number given at dispatch, the same for all threads. MSL: `constant T& Name [[buffer(n)]]`.
template <class T, fixed_string Name, buffer_index At>
class scalar {
public:
  static_assert(element<T>, "scalar<T, \"name\">: T is an element type (f32, f16, bf16, i8 to u64 or bool), "
                            "an eg::vec, an eg::mat or a "
                            "struct of BOOST_HANA_DEFINE_STRUCT");
  static constexpr parameter description = detail::described<Name, At>(access::scalar, type_of<T>.element);
  using traced_type = T;

  constexpr scalar(detail::program_builder* program, int parameter) : argument_{program, parameter} {}
  constexpr operator value<T>() const {
    return {owner(), owner()->scalar_argument(type_of<T>, argument_.memory())};
  }
  constexpr detail::builder* owner() const { return argument_.owner(); }

private:
  detail::argument_handle<T> argument_;
};

/// An array shared by the threads of a threadgroup, made by `gpu::threadgroup_memory`. Its contents are
/// undefined until written; a barrier stands between one thread's store and another's load.
template <class T>
class threadgroup_array : public detail::memory_handle<T> {
public:
  constexpr threadgroup_array(detail::builder* owner, int memory, std::int64_t length)
      : detail::memory_handle<T>(owner, memory)
      , length_{length} {}

  template <index_value Index>
  constexpr element_reference<T> operator[](Index const& i) const {
    return {*this, this->place(i)};
  }
  constexpr std::int64_t size() const { return length_; }
  /// The array as vectors of N: `tile.vectors<4>()[i]` is tile[4 i] to tile[4 i + 3].
  template <int N>
  constexpr vectors_of<threadgroup_array, N> vectors() const {
    return vectors_of<threadgroup_array, N>(*this);
  }

private:
  std::int64_t length_;
};

/// Memory that the threads of a threadgroup share, as long as the call says: eg::threadgroup_length(256). Its
/// contents are undefined until written; a barrier stands between one thread's store and another's load.
/// With the kernel's own arrays it is 32 KiB at most, and each a multiple of 16 bytes.
/// MSL: `threadgroup T* Name [[threadgroup(n)]]`.
template <class T, fixed_string Name>
class threadgroup : public detail::memory_handle<T> {
public:
  static_assert(element<T>,
                "threadgroup<T, \"name\">: T is an element type (f32, f16, bf16, i8 to u64 or bool), an "
                "eg::vec, an eg::mat or a "
                "struct of BOOST_HANA_DEFINE_STRUCT");
  static constexpr parameter description =
      detail::described<Name, buffer_index{}>(access::threadgroup, type_of<T>.element);
  using detail::memory_handle<T>::memory_handle;

  template <index_value Index>
  constexpr element_reference<T> operator[](Index const& i) const {
    return {*this, this->place(i)};
  }
  /// The memory as vectors of N: `tile.vectors<4>()[i]` is tile[4 i] to tile[4 i + 3].
  template <int N>
  constexpr vectors_of<threadgroup, N> vectors() const {
    return vectors_of<threadgroup, N>(*this);
  }
};

namespace detail {
template <class A>
inline constexpr bool is_only_read = false;
template <class T, fixed_string Name, buffer_index At>
inline constexpr bool is_only_read<in<T, Name, At>> = true;
template <class A>
inline constexpr bool is_only_written = false;
template <class T, fixed_string Name, buffer_index At>
inline constexpr bool is_only_written<out<T, Name, At>> = true;
template <class A>
inline constexpr bool is_in_threadgroup = false;
template <class T>
inline constexpr bool is_in_threadgroup<threadgroup_array<T>> = true;
template <class T, fixed_string Name>
inline constexpr bool is_in_threadgroup<threadgroup<T, Name>> = true;

/// As the elements of a buffer of T, from one on: the number of lanes, 0 for what is no such value.
template <class T, class X>
inline constexpr int lanes_of_elements = literal_for<X, T> ? 1 : 0;
template <class T, traced X>
  requires std::same_as<element_of<typename X::traced_type>, T>
inline constexpr int lanes_of_elements<T, X> =
    type_of<typename X::traced_type>.columns == 1 ? type_traits<typename X::traced_type>::lanes : 0;
template <class T, int Lanes>
concept lanes_in_memory = Lanes == 1 || Lanes == 2 || Lanes == 4 || (Lanes == 3 && !std::same_as<T, bool>);
} // namespace detail

/// `condition ? buffer[i] : otherwise`, with no access where the condition is false. load_if<4> is of the
/// vector from buffer[i] on: `otherwise` is one too, or an element for all lanes. The buffer is a kernel's,
/// or threadgroup memory.
template <int Lanes = 1, element T, index_value Index, a_condition_is_one_bool_as_a_comparison_gives M,
          class X>
  requires(detail::lanes_in_memory<T, Lanes> && detail::fits_as<X, vector_of<T, Lanes>>)
constexpr value<vector_of<T, Lanes>> load_if(detail::memory_handle<T> const& buffer, Index const& i,
                                             M const& condition, X const& otherwise) {
  detail::builder* const b = buffer.owner();
  value_id const ids[] = {buffer.place(i), detail::id_of<bool>(b, condition),
                          detail::id_of<vector_of<T, Lanes>>(b, otherwise)}; // braces: in this order
  return {b, b->load_if(buffer.memory(), type_of<vector_of<T, Lanes>>, ids[0], ids[1], ids[2])};
}

/// `if (condition) buffer[i] = x`; of a vector x as many elements from buffer[i] on.
template <element T, index_value Index, a_condition_is_one_bool_as_a_comparison_gives M, class X>
  requires detail::lanes_in_memory<T, detail::lanes_of_elements<T, X>>
constexpr void store_if(detail::memory_handle<T> const& buffer, Index const& i, M const& condition,
                        X const& x) {
  detail::builder* const b = buffer.owner();
  using V = vector_of<T, detail::lanes_of_elements<T, X>>;
  value_id const ids[] = {buffer.place(i), detail::id_of<bool>(b, condition), detail::id_of<V>(b, x)};
  b->store_if(buffer.memory(), ids[0], ids[1], ids[2]);
}

} // namespace enigma
