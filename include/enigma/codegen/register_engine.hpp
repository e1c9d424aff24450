// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/buffer_engine.hpp>
#include <enigma/codegen/gpu.hpp>

// Fragments: tensors in the registers of a thread. They are variables of the kernel, so one that a loop
// changes is carried around it, and one whose values are known all along is no variable in the text.

namespace enigma {

namespace detail {

/// The registers of a fragment: its elements in variables of `width` lanes each, declared one after the
/// other.
class register_file {
public:
  static constexpr int max_lanes = 4;

  constexpr register_file(builder* owner, value_id first, int width)
      : owner_{owner}
      , first_{first}
      , width_{width} {}

  constexpr builder* owner() const { return owner_; }
  constexpr value_id first() const { return first_; }
  constexpr int width() const { return width_; }
  /// The type of a variable of `lanes` lanes of the same elements.
  constexpr type type_of_lanes(int lanes) const {
    type t = owner_->type_at(first_);
    t.lanes = static_cast<std::uint8_t>(lanes);
    return t;
  }

  /// `lanes` elements from `at` on, which lie in one variable.
  constexpr value_id read(std::int64_t at, int lanes) const {
    value_id const whole = owner_->get(variable_of(at));
    if (lanes == width_)
      return whole;
    if (lanes == 1)
      return lane_of(whole, at % width_);
    value_id const low = lane_of(whole, at % width_), high = lane_of(whole, at % width_ + 1);
    return owner_->pure(op::make_vector, type_of_lanes(2), low, high);
  }
  constexpr void write(std::int64_t at, int lanes, value_id x) const {
    value_id const variable = variable_of(at);
    if (lanes == width_)
      return owner_->set(variable, x);
    value_id const whole = owner_->get(variable);
    value_id parts[4]{no_value, no_value, no_value, no_value};
    for (int k = 0; k < width_; ++k) {
      auto const lane = k - static_cast<int>(at % width_);
      parts[k] = lane < 0 || lane >= lanes ? lane_of(whole, k) : lanes == 1 ? x : lane_of(x, lane);
    }
    owner_->set(variable,
                owner_->pure(op::make_vector, type_of_lanes(width_), parts[0], parts[1], parts[2], parts[3]));
  }

private:
  constexpr value_id variable_of(std::int64_t at) const {
    return static_cast<value_id>(first_ + at / width_);
  }
  constexpr value_id lane_of(value_id whole, std::int64_t lane) const {
    return owner_->pure(op::extract, type_of_lanes(1), whole, no_value, no_value, no_value, lane);
  }

  builder* owner_;
  value_id first_;
  int width_;
};

} // namespace detail

/// An element of an engine that is read and written by load and store: reads as a value, `=` and the compound
/// assignments change it.
template <class Engine>
class engine_element
    : public detail::compound_assignment<engine_element<Engine>, typename Engine::element_type> {
public:
  using traced_type = typename Engine::element_type;
  using offset_type = typename Engine::offset_type;

  constexpr engine_element(Engine const& engine, offset_type const& at) : engine_{engine}, at_{at} {}
  constexpr engine_element(engine_element const&) = default;

  constexpr value<traced_type> read() const { return engine_.template load<1>(at_); }
  constexpr void write(value<traced_type> const& x) const { engine_.template store<1>(at_, x); }
  constexpr operator value<traced_type>() const { return read(); }
  constexpr detail::builder* owner() const { return engine_.owner(); }

  template <an_assigned_value_has_this_type_convert_it_with_cast<traced_type> X>
  constexpr engine_element const& operator=(X const& x) const {
    write(x);
    return *this;
  }
  constexpr engine_element const& operator=(engine_element const& x) const {
    write(x.read());
    return *this;
  }

private:
  Engine engine_;
  offset_type at_;
};

/// Registers of a thread as a tensor's engine, made by make_fragment. They have no address: coordinates are
/// known while tracing. `Registers` reads and writes elements that lie in one variable.
template <element T, class Registers = detail::register_file>
class register_engine {
public:
  using element_type = T;
  using offset_type = std::int64_t;
  using place = kernel_place;
  static constexpr address_space space = address_space::registers;
  static constexpr bool readable = true;
  static constexpr bool writable = true;
  static constexpr int max_lanes = Registers::max_lanes;
  static constexpr std::int64_t most_values = 1024;
  template <class>
  static constexpr bool takes_coordinate = false;

  constexpr explicit register_engine(Registers const& registers) : registers_{registers} {}

  constexpr engine_element<register_engine> at(std::int64_t offset) const { return {*this, offset}; }
  template <int Lanes>
  constexpr value<vector_of<T, Lanes>> load(std::int64_t offset) const {
    return {owner(), registers_.read(offset, Lanes)};
  }
  template <int Lanes>
  constexpr value<vector_of<T, Lanes>> load_same(std::int64_t offset) const {
    return {owner(), detail::id_of<vector_of<T, Lanes>>(owner(), load<1>(offset))};
  }
  template <int Lanes, class V>
  constexpr void store(std::int64_t offset, value<V> const& x) const {
    registers_.write(offset, Lanes, detail::id_of<vector_of<T, Lanes>>(owner(), x));
  }
  /// 8 or 16 bytes of elements, as words: variable by variable.
  template <int Width>
  constexpr value<detail::words_of<T, Width>> load_words(std::int64_t offset) const {
    constexpr int in_word = static_cast<int>(4 / sizeof(T));
    using V = detail::words_of<T, Width>;
    value_id words[4]{no_value, no_value, no_value, no_value};
    for (int k = 0; k < type_of<V>.lanes; ++k)
      words[k] = as_type<u32>(load<in_word>(offset + k * in_word)).id_in(owner());
    return {owner(), owner()->pure(op::make_vector, type_of<V>, words[0], words[1], words[2], words[3])};
  }
  template <int Width>
  constexpr void store_words(std::int64_t offset, value<detail::words_of<T, Width>> const& x) const {
    constexpr int in_variable = static_cast<int>(sizeof(T)); // words of 4 elements
    using V = vector_of<T, 4>;
    for (int k = 0; k < Width / 4; ++k) {
      value_id words[2]{no_value, no_value};
      for (int i = 0; i < in_variable; ++i)
        words[i] = owner()->pure(op::extract, type_of<u32>, x.id_in(owner()), no_value, no_value, no_value,
                                 k * in_variable + i);
      value_id const bits = in_variable == 1
                                ? words[0]
                                : owner()->pure(op::make_vector, type_of<vec<u32, 2>>, words[0], words[1]);
      registers_.write(offset + 4 * k, 4, owner()->bits_as(type_of<V>, bits));
    }
  }
  /// As far as variables of 4 lanes make up words.
  constexpr int together() const { return registers_.width() == 4 ? 16 : registers_.width(); }
  constexpr int lanes() const { return registers_.width(); }
  static constexpr bool aligned(std::int64_t offset, int width) { return offset % width == 0; }

  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    if constexpr (requires { other.registers().first(); })
      return owner() == other.owner() && registers_.first() == other.registers().first();
    else
      return false;
  }
  template <class U>
  constexpr bool same_start(register_engine<U, Registers> const& other) const {
    return owner() == other.owner() && registers_.first() == other.registers().first();
  }
  constexpr Registers const& registers() const { return registers_; }
  /// The kernel that the registers belong to.
  constexpr detail::builder* owner() const { return registers_.owner(); }

private:
  Registers registers_;
};

/// A tensor in registers.
template <element T>
using fragment = tensor<register_engine<T>>;

namespace detail {

template <element T, class X>
constexpr fragment<T> make_fragment(builder* b, layout const& l, X const& initial, char const* name) {
  auto const count = reach(l, 0, -1);
  if (count > register_engine<T>::most_values)
    refused((sentence("make_fragment: ") << l << " refused: it needs " << count << " registers, at most "
                                         << register_engine<T>::most_values
                                         << " are given to a thread; take smaller tiles or more threads")
                .lines());
  int width = b->max_vector_width() < 4 ? b->max_vector_width() : 4;
  while (count % width != 0)
    width = width == 4 ? 2 : 1;
  type t = type_of<T>;
  t.lanes = static_cast<std::uint8_t>(width);
  value_id value = id_of<T>(b, initial);
  if (width > 1)
    value = b->pure(op::make_vector, t, value);
  value_id first = no_value;
  for (std::int64_t i = 0; i < count; i += width) {
    value_id const v = b->declare_register(t, value);
    if (first == no_value)
      first = v;
    if (name[0] != '\0')
      b->name_value(v, name);
  }
  return fragment<T>(register_engine<T>(register_file(b, first, width)), l);
}

} // namespace detail

/// A tensor of this layout in the thread's registers, all elements `initial`: a number or a traced value,
/// zero if it is left out. `make_fragment<f32>(g, {{4, 2}})`, `make_fragment<f32, "acc">(g, l, 0.0f)`; with a
/// name its variables keep that in the text.
///
/// f(i, j) reads and assigns an element, f.load() is a tile expression, f.store(...) takes one. Coordinates
/// are known while tracing. Held in vectors of 4, 2 or 1 elements, whichever divides it, so that copies of
/// contiguous elements are vector accesses. Errors: a negative index, more than 1024 elements.
template <element T, fixed_string Name = "", class X = T>
  requires(detail::fits_as<X, T>)
[[nodiscard]] constexpr fragment<T> make_fragment(gpu const& g, layout const& l, X const& initial = T{}) {
  return detail::make_fragment<T>(g.owner(), l, initial, detail::static_name<Name>);
}

/// A fragment with the shape of a tensor or of another fragment, compact, in CuTe's order: mode 0 first, as
/// one vector or one matrix is, the others in the order of the source's strides. Its elements are of the
/// tensor's type, or of the one asked for: make_fragment_like<f32>(halves, 0.0f).
template <element T, fixed_string Name = "", class E, class X = T>
  requires(std::same_as<typename E::place, kernel_place> && detail::fits_as<X, T>)
[[nodiscard]] constexpr fragment<T> make_fragment_like(tensor<E> const& t, X const& initial = T{}) {
  return detail::make_fragment<T>(t.engine().owner(), make_fragment_like(t.layout()), initial,
                                  detail::static_name<Name>);
}
template <fixed_string Name = "", class E, class X = typename E::element_type>
  requires(std::same_as<typename E::place, kernel_place> && detail::fits_as<X, typename E::element_type>)
[[nodiscard]] constexpr auto make_fragment_like(tensor<E> const& t,
                                                X const& initial = typename E::element_type{}) {
  return make_fragment_like<typename E::element_type, Name>(t, initial);
}

namespace detail {
/// The same shape without gaps, in the order of the strides; every element has its own place.
constexpr layout compact_in_its_order(layout const& l) {
  layout r = l;
  trouble why;
  std::int64_t next = 1;
  if (!compact_like(r, l, 0, l.profile_.count, false, next, why))
    refused(explain("fragment_like", l, why));
  return r;
}
} // namespace detail

/// As make_fragment_like, but all modes in the order of the source's strides: what lies together there lies
/// together in the registers, so copies are as wide as the source allows.
template <element T, fixed_string Name = "", class E, class X = T>
  requires(std::same_as<typename E::place, kernel_place> && detail::fits_as<X, T>)
[[nodiscard]] constexpr fragment<T> fragment_like(tensor<E> const& t, X const& initial = T{}) {
  return detail::make_fragment<T>(t.engine().owner(), detail::compact_in_its_order(t.layout()), initial,
                                  detail::static_name<Name>);
}
template <fixed_string Name = "", class E, class X = typename E::element_type>
  requires(std::same_as<typename E::place, kernel_place> && detail::fits_as<X, typename E::element_type>)
[[nodiscard]] constexpr auto fragment_like(tensor<E> const& t,
                                           X const& initial = typename E::element_type{}) {
  return fragment_like<typename E::element_type, Name>(t, initial);
}

} // namespace enigma
