// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/kernel.hpp>

// Functions of the generated source. A C++ function that a kernel's body calls is traced into the kernel; one
// made by `function<"name">(lambda)` is traced once, stands in the source by itself and is called there.

namespace enigma {
namespace detail {

// What a function's lambda takes behind its gpu&, if that is there.
template <class F>
struct function_signature;
template <class R, class C, class... P>
struct function_signature<R (C::*)(P...) const> {
  using parameters = parameter_list<std::remove_cvref_t<P>...>;
};
template <class R, class C, class... P>
struct function_signature<R (C::*)(gpu&, P...) const> {
  using parameters = parameter_list<std::remove_cvref_t<P>...>;
};

// Of an auto parameter: what the argument is.
template <class A>
struct generic_parameter {
  using type = A;
};
template <class A>
  requires value_type<typename natural_type<A>::type>
struct generic_parameter<A> {
  using type = value<typename natural_type<A>::type>;
};

template <class Body, class... A>
consteval auto find_parameters() {
  if constexpr (requires { &Body::operator(); })
    return typename function_signature<decltype(&Body::operator())>::parameters{};
  else
    return parameter_list<typename generic_parameter<A>::type...>{};
}
template <class Body, class... A>
using parameters_of_function = decltype(find_parameters<Body, A...>());

/// How an argument becomes a parameter of type P: `fits`, what the source's parameter is, and the handle in
/// the function.
template <class P>
struct function_parameter {
  static constexpr bool known = false;
};
template <value_type T>
struct function_parameter<value<T>> {
  static constexpr bool known = true, is_value = true;
  template <class A>
  static constexpr bool fits = fits_as<A, T>;
  template <class A>
  static constexpr value_id id(builder* b, A const& a) {
    return id_of<T>(b, a);
  }
  template <class A>
  static constexpr memory described(builder*, int number, A const&) {
    constexpr char const* names[] = {"x", "y", "z", "w"};
    memory m;
    m.name = names[number & 3];
    m.element = type_of<T>.element;
    m.space = memory_space::constant;
    m.value = type_of<T>;
    return m;
  }
  static constexpr value<T> handle(builder* b, int number) {
    return {b, b->scalar_argument(type_of<T>, number)};
  }
};

/// A value under a name of its own.
template <value_type T, fixed_string Name, buffer_index At>
struct function_parameter<scalar<T, Name, At>> : function_parameter<value<T>> {
  template <class A>
  static constexpr memory described(builder* b, int number, A const& a) {
    memory m = function_parameter<value<T>>::described(b, number, a);
    m.name = static_name<Name>;
    return m;
  }
  static constexpr scalar<T, Name, At> handle(builder* b, int number) { return {b->program(), number}; }
};

template <class P, class T, bool Loads, bool Stores>
struct buffer_of_function {
  static constexpr bool known = true, is_value = false;
  template <class A>
  static constexpr bool fits = std::convertible_to<A const&, memory_handle<T> const&> &&
                               !(Loads && is_only_written<A>) && !(Stores && is_only_read<A>);
  template <class A>
  static constexpr memory described(builder* b, int, A const& a) {
    memory_handle<T> const& from = a;
    memory m;
    m.name = P::description.name;
    m.element = type_of<T>.element;
    m.space = b->memory_at(from.memory()).space;
    m.may_load = Loads;
    m.may_store = Stores;
    return m;
  }
  static constexpr P handle(builder* b, int number) { return P(b, number); }
};
template <element T, fixed_string Name, buffer_index At>
struct function_parameter<in<T, Name, At>> : buffer_of_function<in<T, Name, At>, T, true, false> {};
template <element T, fixed_string Name, buffer_index At>
struct function_parameter<out<T, Name, At>> : buffer_of_function<out<T, Name, At>, T, false, true> {};
template <element T, fixed_string Name, buffer_index At>
struct function_parameter<inout<T, Name, At>> : buffer_of_function<inout<T, Name, At>, T, true, true> {};

/// Threadgroup memory alone, and what lies in it.
template <class A>
concept lies_in_threadgroup_memory = is_in_threadgroup<A>;
template <element T, fixed_string Name>
struct function_parameter<threadgroup<T, Name>> : buffer_of_function<threadgroup<T, Name>, T, true, true> {
  template <class A>
  static constexpr bool fits =
      lies_in_threadgroup_memory<A> && std::convertible_to<A const&, memory_handle<T> const&>;
};

/// Atomics.
template <class P, class T, bool InThreadgroup>
struct atomics_of_function {
  static constexpr bool known = true, is_value = false;
  template <class A>
  static constexpr bool fits =
      std::same_as<typename atomics_of<A>::type, T> && (!InThreadgroup || lies_in_threadgroup_memory<A>);
  template <class A>
  static constexpr memory described(builder* b, int, A const& a) {
    memory m;
    m.name = P::description.name;
    m.element = type_of<T>.element;
    m.space = b->memory_at(a.memory()).space;
    m.may_load = m.may_store = m.atomic = true;
    return m;
  }
};
template <class T, fixed_string Name, buffer_index At>
struct function_parameter<atomic<T, Name, At>> : atomics_of_function<atomic<T, Name, At>, T, false> {
  static constexpr atomic<T, Name, At> handle(builder* b, int number) { return {b->program(), number}; }
};
template <class T, fixed_string Name>
struct function_parameter<threadgroup_atomic<T, Name>>
    : atomics_of_function<threadgroup_atomic<T, Name>, T, true> {
  static constexpr threadgroup_atomic<T, Name> handle(builder* b, int number) { return {b, number}; }
};

/// Elements of structs, vectors or matrices.
template <class P, class T, bool Loads, bool Stores>
struct records_of_function {
  static constexpr bool known = true, is_value = false;
  template <class A>
  static constexpr bool fits = std::derived_from<A, record_memory<T>> && !(Loads && is_only_written<A>) &&
                               !(Stores && is_only_read<A>);
  template <class A>
  static constexpr memory described(builder* b, int, A const& a) {
    memory m;
    m.name = P::description.name;
    m.record = P::description.record;
    m.space = b->memory_at(a.memory()).space;
    m.may_load = Loads;
    m.may_store = Stores;
    return m;
  }
  static constexpr P handle(builder* b, int number) { return P(b, number); }
};
template <record_type T, fixed_string Name, buffer_index At>
struct function_parameter<in<T, Name, At>> : records_of_function<in<T, Name, At>, T, true, false> {};
template <record_type T, fixed_string Name, buffer_index At>
struct function_parameter<out<T, Name, At>> : records_of_function<out<T, Name, At>, T, false, true> {};
template <record_type T, fixed_string Name, buffer_index At>
struct function_parameter<inout<T, Name, At>> : records_of_function<inout<T, Name, At>, T, true, true> {};
template <record_type T, fixed_string Name>
struct function_parameter<threadgroup<T, Name>> : records_of_function<threadgroup<T, Name>, T, true, true> {
  template <class A>
  static constexpr bool fits = lies_in_threadgroup_memory<A> && std::derived_from<A, record_memory<T>>;
};
template <struct_type T, fixed_string Name, buffer_index At> // hand over the fields that it needs
struct function_parameter<scalar<T, Name, At>> {
  static constexpr bool known = false;
};

// Its address tells which function.
template <fixed_string Name, class Body, class... P>
inline constexpr char function_key{};

template <class A>
constexpr builder* owner_of_argument(A const& a) {
  if constexpr (requires { a.owner(); })
    return a.owner();
  else
    return nullptr;
}

template <class Body, class... P>
constexpr auto run_function(Body const& body, gpu& g, P const&... p) {
  if constexpr (std::is_invocable_v<Body const&, gpu&, P const&...>)
    return body(g, p...);
  else
    return body(p...);
}
template <class Body, class... P>
using result_of_function =
    decltype(run_function(std::declval<Body const&>(), std::declval<gpu&>(), std::declval<P const&>()...));

template <class List>
inline constexpr int length_of_list = 0;
template <class... P>
inline constexpr int length_of_list<parameter_list<P...>> = static_cast<int>(sizeof...(P));

template <class List, class... A>
inline constexpr bool arguments_fit = false;
template <class... P, class... A>
  requires(sizeof...(P) == sizeof...(A) && (... && function_parameter<P>::known))
inline constexpr bool arguments_fit<parameter_list<P...>, A...> =
    (... && function_parameter<P>::template fits<A>);

} // namespace detail

// What a compiler names when it refuses a call of a function.
template <class Body, class... A>
concept as_many_arguments_as_the_function_has_parameters =
    detail::length_of_list<detail::parameters_of_function<Body, A...>> == sizeof...(A);
template <class Body, class... A>
concept each_argument_is_of_its_parameters_type =
    detail::arguments_fit<detail::parameters_of_function<Body, A...>, A...>;

/// A function of the generated source. Made by `function<"name">(lambda)`.
template <fixed_string Name, class Body>
class function_definition {
public:
  constexpr explicit function_definition(Body body) : body_{body} {}

  template <class... A>
    requires as_many_arguments_as_the_function_has_parameters<Body, A...> &&
             each_argument_is_of_its_parameters_type<Body, A...>
  constexpr auto operator()(A const&... a) const {
    return call(detail::parameters_of_function<Body, A...>{}, a...);
  }

private:
  template <class... P, class... A>
  constexpr auto call(detail::parameter_list<P...>, A const&... a) const {
    using R = detail::result_of_function<Body, P...>;
    static_assert(std::is_void_v<R> || traced<R>, "a function gives a value of the kernel or nothing");
    constexpr int values = (0 + ... + (detail::function_parameter<P>::is_value ? 1 : 0));
    constexpr int buffers = static_cast<int>(sizeof...(P)) - values;
    static_assert(values <= 4 && buffers <= call_detail::most_memories,
                  "a function takes at most four values and four buffers; join values in vectors");
    detail::builder* owner = nullptr;
    ((owner = owner != nullptr ? owner : detail::owner_of_argument(a)), ...);
    if (owner == nullptr)
      refused((detail::sentence("function ")
               << detail::static_name<Name> << ": a call with literals alone has no kernel to stand in")
                  .lines());

    // From left to right, whatever the compiler.
    value_id ids[5]{no_value, no_value, no_value, no_value, no_value};
    call_detail detail_of_call;
    detail::growing<memory> parameters;
    int next_value = 0, next_buffer = 0;
    auto const take = [&]<class Q>(detail::parameter_list<Q>, auto const& argument) {
      memory m = detail::function_parameter<Q>::described(owner, next_value, argument);
      m.argument = static_cast<std::int32_t>(parameters.size());
      parameters.push_back(m);
      if constexpr (detail::function_parameter<Q>::is_value)
        ids[next_value++] = detail::function_parameter<Q>::id(owner, argument);
      else
        detail_of_call.memories[next_buffer++] = whole_memory(argument);
    };
    (take(detail::parameter_list<P>{}, a), ...);

    detail::program_builder& program = *owner->program();
    void const* const key = &detail::function_key<Name, Body, P...>;
    int f = program.find_function(detail::static_name<Name>, key, parameters);
    if (f < 0)
      f = trace<P...>(program, key, parameters);
    detail::function_under_construction const& traced_once =
        *program.functions()[static_cast<std::size_t>(f)];
    detail_of_call.function = f;
    if (traced_once.waits != nullptr)
      owner->need_together(traced_once.waits, *traced_once.waits == 's');
    value_id const result = owner->call(traced_once.computes_only, traced_once.result, detail_of_call, ids);
    if constexpr (!std::is_void_v<R>)
      return value<detail::traced_type_of<R>>(owner, result);
  }

  template <class A>
    requires(!requires(A const& a) { a.base(); }) // structs, vectors, matrices or atomics
  static constexpr int whole_memory(A const& buffer) {
    return buffer.memory();
  }
  template <element T>
  static constexpr int whole_memory(detail::memory_handle<T> const& buffer) {
    if (buffer.base() != no_value)
      refused(
          (detail::sentence("function ")
           << detail::static_name<
                  Name> << ": a buffer is handed over from its first element on; hand over the index of from(...) too")
              .lines());
    return buffer.memory();
  }

  template <class... P>
  constexpr int trace(detail::program_builder& program, void const* key,
                      detail::growing<memory> const& parameters) const {
    using R = detail::result_of_function<Body, P...>;
    detail::function_under_construction& f =
        program.begin_function(detail::static_name<Name>, key, parameters);
    detail::builder* const b = &f.body;
    gpu g(f.body);
    [&]<std::size_t... Is>(std::index_sequence<Is...>) {
      // A tuple in braces: handles are made from left to right.
      boost::hana::unpack(
          boost::hana::tuple<P...>{detail::function_parameter<P>::handle(b, static_cast<int>(Is))...},
          [&](P const&... p) {
            if constexpr (std::is_void_v<R>) {
              detail::run_function(body_, g, p...);
              b->give(no_value);
            } else {
              using T = detail::traced_type_of<R>;
              f.result = type_of<T>;
              b->give(detail::id_of<T>(b, detail::run_function(body_, g, p...)));
            }
          });
    }(std::index_sequence_for<P...>{});
    return program.end_function();
  }

  Body body_;
};

/// A function that stands in the source by itself, from a lambda without captures. Its parameters are values
/// (at most four: value<T>, or scalar<T, "name"> for a name in the source) and memories (at most four): in,
/// out, inout and atomic, given device or threadgroup memory, threadgroup and threadgroup_atomic, given that
/// of a threadgroup; of a tensor, memory_of(tensor). It gives a value or nothing. With gpu& first it has
/// control flow, variables and barriers; where a thread stands it has to be told. It is called in kernels and
/// other functions like a C++ function, is traced once for the types of each call, and may not call itself. A
/// lambda with auto parameters is one function for each type.
///
///   inline constexpr auto gelu = function<"gelu">(
///       [](value<f32> x) { return 0.5f * x * (1.0f + tanh(0.7978846f * (x + 0.044715f * x * x * x))); });
///   ... y[i] = gelu(x[i]);
///
/// MSL: `static inline float gelu(float x) { ... }` before the kernels.
template <fixed_string Name, class Body>
constexpr function_definition<Name, Body> function(Body body) {
  static_assert(std::is_empty_v<Body>,
                "a function captures nothing, since the source has it once: hand over what it needs");
  return function_definition<Name, Body>(body);
}

} // namespace enigma
