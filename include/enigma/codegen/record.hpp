// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>

#include <enigma/codegen/types.hpp>

// Elements of memory that are more than one number: vectors, matrices and structs. A record says where in
// such an element what lies; addresses of records tell types apart.

namespace enigma {

/// A vector as MSL's packed vectors lie: packed_vec<f32, 3> is `packed_float3`, of 12 bytes. A field of a
/// struct; in a kernel its value is a vec<T, Lanes>.
template <class T, int Lanes>
struct packed_vec {
  T lanes[Lanes];

  constexpr T& operator[](int i) { return lanes[i]; }
  constexpr T const& operator[](int i) const { return lanes[i]; }
  friend constexpr bool operator==(packed_vec const&, packed_vec const&) = default;
};

struct record;

/// A value in a record, or a struct in one, whose fields follow.
struct record_field {
  char const* name = "";          // "" where the record is a vector or a matrix itself
  enigma::type type{};            // void: a struct
  bool packed = false;            // vectors
  std::int16_t parent = -1;       // the field that is the struct around it
  std::uint32_t offset = 0;       // bytes from the beginning of the record
  std::uint32_t elements = 0;     // of an array, which lie side by side; 0: one value
  record const* nested = nullptr; // structs: what is in them
};

/// What an element of a memory is made of, with MSL's layout, which is the host's too.
struct record {
  char const* name = ""; // the struct's, or the type's
  std::uint32_t bytes = 0, alignment = 1;
  record_field const* fields = nullptr;
  int count = 0;
  bool is_struct = false;
};

namespace detail {

/// Bytes from one element of a memory to the next; `r` is null where an element is one number.
constexpr std::int64_t element_bytes(element_kind e, record const* r) {
  return r != nullptr ? std::int64_t{r->bytes} : std::int64_t{size_in_bytes(e)};
}

/// Where MSL wants a value to lie.
struct msl_room {
  std::uint32_t bytes = 0, alignment = 1;
};
constexpr std::uint32_t column_bytes(type t, bool packed) {
  return static_cast<std::uint32_t>((t.lanes == 3 && !packed ? 4 : t.lanes) * size_in_bytes(t.element));
}
constexpr msl_room room_of(type t, bool packed) {
  std::uint32_t const column = column_bytes(t, packed);
  return {column * t.columns, packed ? static_cast<std::uint32_t>(size_in_bytes(t.element)) : column};
}
/// Bytes from the beginning of a value to its element c, counted column after column.
constexpr std::uint32_t offset_of_element(type t, bool packed, std::uint32_t c) {
  return c / t.lanes * column_bytes(t, packed) +
         c % t.lanes * static_cast<std::uint32_t>(size_in_bytes(t.element));
}

/// Vectors and matrices: the names of all types, "f32x4x4".
struct type_word {
  char text[12]{};
};
constexpr type_word word_for(type t) {
  type_word w;
  int n = 0;
  for (char const* c = ir_name(t.element); *c != '\0'; ++c)
    w.text[n++] = *c;
  for (int const number : {t.columns > 1 ? int{t.columns} : 0, int{t.lanes}})
    if (number != 0) {
      w.text[n++] = 'x';
      w.text[n++] = static_cast<char>('0' + number);
    }
  return w;
}

template <class T>
struct record_maker; // structs: see structs.hpp
template <value_type T>
struct record_maker<T> {
  static constexpr type_word name = word_for(type_of<T>);
  static constexpr record_field field{"", type_of<T>};
  static constexpr record made{name.text, room_of(type_of<T>, false).bytes,
                               room_of(type_of<T>, false).alignment, &field, 1};
};

/// A vector or a matrix, as an element of memory.
template <class T>
concept composite_value = value_type<T> && !element<T>;

} // namespace detail

/// The record of a vector, a matrix or a struct.
template <class T>
inline constexpr record const& record_of = detail::record_maker<T>::made;

} // namespace enigma
