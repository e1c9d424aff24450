// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>

#include <enigma/codegen/record.hpp>
#include <enigma/error.hpp>

// Structs of the user as elements of buffers and as arguments:
//
//   struct particle {
//     BOOST_HANA_DEFINE_STRUCT(particle, (eg::packed_vec<float, 3>, position), (float, mass));
//   };
//
// Their layout in host memory is compared with MSL's while compiling.

namespace enigma {

/// How a kernel sees a host type: stands_for<glm::vec3> with `using type = packed_vec<f32, 3>` makes it a
/// field type of structs. Its bytes have to be those of `type`.
template <class T>
struct stands_for {
  using type = T;
};

/// A struct with its members listed by BOOST_HANA_DEFINE_STRUCT or BOOST_HANA_ADAPT_STRUCT.
template <class T>
concept struct_type = boost::hana::Struct<T>::value && std::is_class_v<T>;

namespace detail {

/// What a field is in a kernel.
template <class T>
struct field_kind {
  static constexpr bool known = false;
};
template <value_type T>
struct field_kind<T> {
  static constexpr bool known = true, packed = false;
  static constexpr int elements = 0;
  using type = T;
};
template <class T, int N>
  requires(value_type<vec<T, N>> && !std::same_as<T, bool> && !std::same_as<T, u64>) // MSL has no such
struct field_kind<packed_vec<T, N>> {
  static constexpr bool known = true, packed = true;
  static constexpr int elements = 0;
  using type = vec<T, N>;
};
template <class F>
using kind_of_field = field_kind<typename stands_for<F>::type>;

/// An array of those.
template <class T>
concept lies_in_arrays = kind_of_field<T>::known && kind_of_field<T>::elements == 0;
template <lies_in_arrays T, std::size_t N>
  requires(N >= 1)
struct field_kind<std::array<T, N>> : kind_of_field<T> {
  static constexpr int elements = static_cast<int>(N);
};
template <lies_in_arrays T, std::size_t N>
struct field_kind<T[N]> : kind_of_field<T> {
  static constexpr int elements = static_cast<int>(N);
};
template <class F>
concept array_field = kind_of_field<F>::known && kind_of_field<F>::elements != 0;

/// The members of a struct as hana lists them.
template <class Accessor>
struct member; // BOOST_HANA_ADAPT_ADT gives functions, which have no place in memory
template <class C, class F, F C::* Pointer>
struct member<boost::hana::struct_detail::member_ptr<F C::*, Pointer>> {
  using type = F;
  static constexpr F C::* pointer = Pointer;
};

template <class... Pairs>
struct members {
  static constexpr int count = static_cast<int>(sizeof...(Pairs));
};
template <class S>
struct members_of {
  template <class... Pairs>
  static constexpr members<Pairs...> listed(Pairs const&...) {
    return {};
  }
  using type = decltype(boost::hana::unpack(boost::hana::accessors<S>(),
                                            [](auto const&... pairs) { return listed(pairs...); }));
};
template <class Pair>
using member_of_pair =
    member<std::remove_cvref_t<decltype(boost::hana::second(std::declval<Pair const&>()))>>;
template <class Pair>
constexpr char const* name_of_pair() {
  return std::remove_cvref_t<decltype(boost::hana::first(std::declval<Pair const&>()))>::c_str();
}

// ---- Where the host's compiler puts a member ----

/// The first byte of a value.
template <class F>
constexpr unsigned char first_byte(F const& x) {
  return std::bit_cast<std::array<unsigned char, sizeof(F)>>(x)[0];
}
template <class T, std::size_t N>
constexpr unsigned char first_byte(T const (&x)[N]) {
  return first_byte(x[0]);
}
template <struct_type F>
constexpr unsigned char first_byte(F const& x) {
  return boost::hana::unpack(boost::hana::accessors<F>(), [&](auto const& pair, auto const&...) {
    return first_byte(boost::hana::second(pair)(x));
  });
}

/// bit_cast shows it: an S is made of bytes that tell one bit of their position, and the first byte of the
/// member is read; once for each bit. All bytes are 0 or 1, which are bools too.
template <class S, class F, class C>
constexpr std::uint32_t host_offset(F C::* pointer) {
  std::uint32_t offset = 0;
  for (std::uint32_t bit = 0; sizeof(S) >> bit > 0; ++bit) {
    std::array<unsigned char, sizeof(S)> bytes{};
    for (std::size_t i = 0; i < sizeof(S); ++i)
      bytes[i] = static_cast<unsigned char>(i >> bit & 1u);
    S const s = std::bit_cast<S>(bytes);
    offset |= std::uint32_t{first_byte(s.*pointer)} << bit;
  }
  return offset;
}
template <class S>
concept shows_its_bytes = std::is_trivially_copyable_v<S> && requires {
  typename std::bool_constant<(static_cast<void>(std::bit_cast<S>(std::array<unsigned char, sizeof(S)>{})),
                               true)>;
};

// ---- The name of a struct ----

template <class T>
constexpr char const* words_with_type() {
  return __PRETTY_FUNCTION__;
}
struct struct_name {
  char text[64]{};
};
/// Without namespaces and template arguments.
template <class T>
constexpr struct_name name_of_struct() {
  char const* from = words_with_type<T>();
  while (!(from[0] == 'T' && from[1] == ' ' && from[2] == '='))
    ++from;
  from += 4;
  char const* word = from;
  for (char const* c = from; *c != '\0' && *c != ']' && *c != ';' && *c != '<'; ++c)
    if (*c == ':' || *c == ')' || *c == '}' || *c == ' ')
      word = c + 1;
  struct_name r;
  for (int n = 0; n < 63; ++n) {
    char const c = word[n];
    bool const letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!letter)
      break;
    r.text[n] = c;
  }
  return r;
}

// ---- The record ----

template <class S>
constexpr int count_fields();
template <class F>
constexpr int count_with_own() {
  if constexpr (struct_type<F>)
    return 1 + count_fields<F>();
  else
    return 1;
}
template <class... Pairs>
constexpr int count_listed(members<Pairs...>) {
  return (0 + ... + count_with_own<typename member_of_pair<Pairs>::type>());
}
template <class S>
constexpr int count_fields() {
  return count_listed(typename members_of<S>::type{});
}

/// What is wrong with a struct: the sentence, or nothing.
template <class S>
constexpr refusal wrong_with_layout();

template <struct_type S>
struct record_maker<S> {
  static constexpr int own = members_of<S>::type::count;
  static constexpr int count = count_fields<S>();

  /// The fields with those of structs in them, where each own member stands among them, and what MSL makes of
  /// their order.
  struct table {
    record_field fields[count + 1]{};
    int at[own + 1]{};
    int slots[count + 1]{};        // for each field how many values come before it; the last: all of them
    std::uint32_t host[own + 1]{}; // offsets in host memory
    msl_room room;
  };
  template <class... Pairs>
  static constexpr table list(members<Pairs...>) {
    table t;
    int n = 0, member = 0;
    (add<Pairs>(t, n, member), ...);
    for (int f = 0; f < count; ++f)
      t.slots[f + 1] = t.slots[f] + (t.fields[f].elements == 0 ? 1 : static_cast<int>(t.fields[f].elements));
    t.room.bytes = (t.room.bytes + t.room.alignment - 1) / t.room.alignment * t.room.alignment;
    return t;
  }
  template <class Pair>
  static constexpr void add(table& t, int& n, int& member) {
    using M = member_of_pair<Pair>;
    using F = typename M::type;
    static_assert(
        struct_type<F> || kind_of_field<F>::known,
        "a field of a kernel's struct is an element type (float, bool, int ...), eg::vec, eg::packed_vec "
        "(not of bool or u64), eg::mat, an array of them, a struct of all these, or a type that "
        "eg::stands_for "
        "one of them; of three floats make an eg::packed_vec<float, 3>, of an array of structs or arrays a "
        "buffer of its own");
    int const me = n++;
    msl_room room;
    record_field& f = t.fields[me];
    f.name = name_of_pair<Pair>();
    if constexpr (struct_type<F>) {
      using inner = record_maker<F>;
      room = inner::made_table.room;
      f.nested = &inner::made;
    } else if constexpr (kind_of_field<F>::known) {
      f.type = type_of<typename kind_of_field<F>::type>;
      f.packed = kind_of_field<F>::packed;
      room = room_of(f.type, f.packed);
      f.elements = static_cast<std::uint32_t>(kind_of_field<F>::elements);
      if (f.elements != 0)
        room.bytes *= f.elements;
    }
    if (t.room.alignment < room.alignment)
      t.room.alignment = room.alignment;
    f.offset = (t.room.bytes + room.alignment - 1) / room.alignment * room.alignment;
    t.room.bytes = f.offset + room.bytes;
    if constexpr (shows_its_bytes<S>)
      t.host[member] = host_offset<S>(M::pointer);
    else
      t.host[member] = f.offset;
    t.at[member++] = me;
    if constexpr (struct_type<F>)
      for (int k = 0; k < record_maker<F>::count; ++k) {
        record_field& inner = t.fields[n++];
        inner = record_maker<F>::made_table.fields[k];
        inner.parent = static_cast<std::int16_t>(inner.parent < 0 ? me : inner.parent + me + 1);
        inner.offset += f.offset;
      }
  }

  static constexpr struct_name name = name_of_struct<S>();
  static constexpr table made_table = list(typename members_of<S>::type{});
  static constexpr refusal wrong = wrong_with_layout<S>();
  static_assert(refused_with<wrong>::nothing);
  static constexpr record made{
      name.text, made_table.room.bytes, made_table.room.alignment, made_table.fields, count, true};
};

/// The type of a member in the words of MSL.
constexpr void write_field_type(sentence& s, record_field const& f) {
  if (f.nested != nullptr) {
    s << f.nested->name;
    return;
  }
  s << (f.packed ? "packed_" : "") << msl_name(f.type.element);
  if (f.type.columns > 1)
    s << int{f.type.columns} << "x";
  if (f.type.lanes > 1)
    s << int{f.type.lanes};
  if (f.elements != 0)
    s << "[" << static_cast<std::int64_t>(f.elements) << "]";
}

template <class Pair>
constexpr void check_member_size(refusal& r, char const* name, record_field const& f) {
  using F = typename member_of_pair<Pair>::type;
  // 0: refused already, for its type.
  std::uint32_t const wanted = f.nested != nullptr
                                   ? f.nested->bytes
                                   : room_of(f.type, f.packed).bytes * (f.elements != 0 ? f.elements : 1);
  if (!r.empty() || wanted == 0 || sizeof(F) == wanted)
    return;
  sentence s("struct ");
  s << name << ", field " << f.name << ": MSL's ";
  write_field_type(s, f);
  s << " has " << int(wanted) << " bytes, the host's type has " << int(sizeof(F));
  if (f.type.is_vector() && !f.packed && f.type.lanes == 3)
    s << ": make it a packed_vec of 3, which has no padding, or add a fourth number on the host";
  else
    s << ": let it stand for a type of that size";
  r = s.lines();
}
template <class... Pairs>
constexpr refusal check_member_sizes(members<Pairs...>, char const* name, record_field const* fields,
                                     int const* at) {
  refusal r;
  (check_member_size<Pairs>(r, name, fields[*at++]), ...);
  return r;
}

template <class S>
constexpr refusal wrong_with_layout() {
  using maker = record_maker<S>;
  auto const& t = maker::made_table;
  char const* const name = maker::name.text;
  if (!std::is_trivially_copyable_v<S>)
    return (sentence("struct ") << name
                                << " is copied to the GPU byte by byte, but it is not trivially copyable")
        .lines();
  refusal const sizes = check_member_sizes(typename members_of<S>::type{}, name, t.fields, t.at);
  if (!sizes.empty())
    return sizes;
  for (int m = 0; m < maker::own; ++m) {
    record_field const& f = t.fields[t.at[m]];
    if (f.offset != t.host[m])
      return (sentence("struct ") << name << ", field " << f.name << ": in MSL it lies at byte "
                                  << int(f.offset) << ", on the host at byte " << int(t.host[m])
                                  << ": list all members in their order, align what stands before it as MSL "
                                     "does (eg::vec), or make "
                                     "it an eg::packed_vec")
          .lines();
  }
  if (t.room.bytes != sizeof(S) || t.room.alignment > alignof(S))
    return (sentence("struct ")
            << name << " has " << int(t.room.bytes) << " bytes aligned to " << int(t.room.alignment)
            << " in MSL, and " << int(sizeof(S)) << " aligned to " << int(alignof(S))
            << " on the host: list all members, and align it by a member (eg::vec) instead "
               "of alignas or a pragma")
        .lines();
  return {};
}

} // namespace detail

/// What an element of memory may be that is no single number: a vector, a matrix or a struct.
template <class T>
concept record_type = detail::composite_value<T> || struct_type<T>;

} // namespace enigma
