// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

#include <boost/hana/tuple.hpp>

#include <enigma/codegen/atomic.hpp>
#include <enigma/codegen/math.hpp>
#include <enigma/codegen/matrix.hpp>
#include <enigma/codegen/parameters.hpp>
#include <enigma/codegen/struct_variable.hpp>
#include <enigma/codegen/variable.hpp>

namespace enigma {

/// What a position can be asked for as: u32, or u16 where that is wide enough.
template <class T>
concept a_position_is_u32_or_u16 = std::same_as<T, u32> || std::same_as<T, u16>;

/// A position in up to three dimensions. Used as a number it is its x.
template <element T = u32>
class position : public value<T> {
public:
  constexpr position(value<T> const& along_x, value<T> const& along_y, value<T> const& along_z)
      : value<T>(along_x)
      , x{along_x}
      , y{along_y}
      , z{along_z} {}

  value<T> x, y, z;
};

/// Values that a loop hands from one iteration to the next: see gpu::for_range.
template <class... X>
struct carried {
  boost::hana::tuple<X...> initial;
};

/// Marks the starting values of a loop's carried values: `carry(0.0f)`, `carry(sum, best)`.
template <class... X>
  requires(sizeof...(X) >= 1)
constexpr carried<X...> carry(X const&... initial) {
  return {boost::hana::tuple<X...>(initial...)};
}

namespace detail {

template <class B>
concept loop_bound = index_value<B>;

template <class... B>
struct induction {
  using type = i32; // constants alone: MSL's habit
};
template <class B, class... Rest>
struct induction<B, Rest...> : induction<Rest...> {};
template <class B, class... Rest>
  requires traced<B>
struct induction<B, Rest...> {
  using type = traced_type_of<B>;
};

} // namespace detail

/// What an if_ returns, for an else_ that follows it directly.
class if_branch {
public:
  constexpr if_branch(detail::builder* owner, value_id opener) : owner_{owner}, opener_{opener} {}
  template <class Body>
    requires std::invocable<Body&>
  constexpr void else_(Body&& body) const {
    owner_->reopen_with_else(opener_);
    body();
    owner_->close();
  }

private:
  detail::builder* owner_;
  value_id opener_;
};

/// Variables of one type, made by gpu::registers. An index is a C++ integer below N.
template <kernel_type T, int N>
class register_array {
public:
  template <class Make>
    requires std::invocable<Make&, int>
  constexpr explicit register_array(Make make) : register_array(make, std::make_integer_sequence<int, N>{}) {}

  constexpr var<T> operator[](int i) const {
    if (i < 0 || i >= N)
      refused((detail::sentence("registers: index ") << i << " is not one of 0 to " << N - 1).lines());
    return variables_[i];
  }
  template <traced Index>
  var<T> operator[](Index const&) const = delete; // registers have no address: unroll with range_constexpr<N>
  static constexpr int size() { return N; }

private:
  template <class Make, int... Is>
  constexpr register_array(Make& make, std::integer_sequence<int, Is...>) : variables_{make(Is)...} {}

  var<T> variables_[N];
};

namespace detail {
template <int Low, int Step, class Body, int... Is>
constexpr void unroll(Body& body, std::integer_sequence<int, Is...>) {
  (static_cast<void>(body(std::integral_constant<int, Low + Is * Step>{})), ...);
}
} // namespace detail

/// Runs `body(i)` while tracing, for i = Low, Low + Step, ... below High: an unrolled loop. i is an integral
/// constant, so it can index registers and choose template arguments.
template <int Low, int High, int Step = 1, class Body>
  requires(Step > 0)
constexpr void range_constexpr(Body&& body) {
  constexpr int count = High > Low ? (High - Low + Step - 1) / Step : 0;
  detail::unroll<Low, Step>(body, std::make_integer_sequence<int, count>{});
}
template <int High, class Body>
constexpr void range_constexpr(Body&& body) {
  range_constexpr<0, High>(body);
}

/// The kernel's view of the machine: where the thread stands, threadgroup memory, control flow.
class gpu {
public:
  constexpr explicit gpu(detail::builder& b) : builder_{&b} {}

  // ---- Where the thread stands ------------------------------------------------------------------
  // As u32, or as u16: thread_position_in_threadgroup<u16>(). MSL wants one type for those of the grid, of
  // the threadgroup, of simdgroups and of quadgroups each. A u16 that does not hold the number is refused
  // when the kernel is called.

  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> thread_position_in_grid() const {
    return ask3<T>(query::thread_position_in_grid);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> threads_per_grid() const {
    return ask3<T>(query::threads_per_grid);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> thread_position_in_threadgroup() const {
    return ask3<T>(query::thread_position_in_threadgroup);
  }
  /// The actual size of this threadgroup: smaller at the edges of a grid that it does not divide.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> threads_per_threadgroup() const {
    return ask3<T>(query::threads_per_threadgroup);
  }
  /// The size asked for at dispatch, in all threadgroups.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> dispatch_threads_per_threadgroup() const {
    return ask3<T>(query::dispatch_threads_per_threadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> threadgroup_position_in_grid() const {
    return ask3<T>(query::threadgroup_position_in_grid);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> threadgroups_per_grid() const {
    return ask3<T>(query::threadgroups_per_grid);
  }
  /// x + y * size_x + z * size_x * size_y in the threadgroup.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> thread_index_in_threadgroup() const {
    return ask1<T>(query::thread_index_in_threadgroup);
  }
  /// The lane.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> thread_index_in_simdgroup() const {
    return ask1<T>(query::thread_index_in_simdgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> simdgroup_index_in_threadgroup() const {
    return ask1<T>(query::simdgroup_index_in_threadgroup);
  }
  /// 32 on every Apple GPU so far.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> threads_per_simdgroup() const {
    return ask1<T>(query::threads_per_simdgroup);
  }
  /// The same by its name before Metal 2.0, deprecated since 3.0.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> thread_execution_width() const {
    return ask1<T>(query::thread_execution_width);
  }
  /// Of this threadgroup; dispatch_...: of one of full size.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> simdgroups_per_threadgroup() const {
    return ask1<T>(query::simdgroups_per_threadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> dispatch_simdgroups_per_threadgroup() const {
    return ask1<T>(query::dispatch_simdgroups_per_threadgroup);
  }
  /// 0 to 3. Quadgroups: Metal 2.1.
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> thread_index_in_quadgroup() const {
    return ask1<T>(query::thread_index_in_quadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> quadgroup_index_in_threadgroup() const {
    return ask1<T>(query::quadgroup_index_in_threadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> quadgroups_per_threadgroup() const {
    return ask1<T>(query::quadgroups_per_threadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr value<T> dispatch_quadgroups_per_threadgroup() const {
    return ask1<T>(query::dispatch_quadgroups_per_threadgroup);
  }

  // By CUDA's names. block_dim is the size that was asked for, as in CUDA, so that block_idx() * block_dim()
  // + thread_idx() is the position in the grid also in a smaller threadgroup at its edge.

  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> thread_idx() const {
    return ask3<T>(query::thread_position_in_threadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> block_idx() const {
    return ask3<T>(query::threadgroup_position_in_grid);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> block_dim() const {
    return ask3<T>(query::dispatch_threads_per_threadgroup);
  }
  template <a_position_is_u32_or_u16 T = u32>
  constexpr position<T> grid_dim() const {
    return ask3<T>(query::threadgroups_per_grid);
  }

  // ---- Memory and variables ---------------------------------------------------------------------

  /// An array of `length` elements shared by the threadgroup: `auto tile = g.threadgroup_memory<f32,
  /// "tile">(256);` At most 32 KiB in all. Elements are numbers, or vectors, matrices and structs.
  template <class T, fixed_string Name>
    requires(element<T> || record_type<T>)
  constexpr threadgroup_array<T> threadgroup_memory(std::int64_t length) const {
    memory m;
    if constexpr (element<T>)
      m.element = type_of<T>.element;
    else
      m.record = &record_of<T>;
    return {builder_, add_array("threadgroup_memory ", detail::static_name<Name>, m, length), length};
  }

  /// An array of atomics shared by the threadgroup: `auto bins = g.threadgroup_atomic<u32, "bins">(64);`
  /// Contents are undefined until stored. u32, i32 and, from Metal 2.4 on, bool.
  template <an_atomic_of_a_threadgroup_is_of_u32_i32_or_bool T, fixed_string Name>
  constexpr threadgroup_atomics<T> threadgroup_atomic(std::int64_t length) const {
    memory m;
    m.element = type_of<T>.element;
    m.atomic = true;
    return {builder_, add_array("threadgroup_atomic ", detail::static_name<Name>, m, length), length};
  }

  /// A mutable variable with an initial value: a value of the kernel or a C++ number (0.0f makes a var<f32>).
  /// With a name it keeps that in the generated source: g.variable<"sum">(0.0f).
  template <fixed_string Name = "", class X>
    requires kernel_type<typename detail::natural_type<X>::type>
  constexpr auto variable(X const& initial) const {
    using T = typename detail::natural_type<X>::type;
    value_id const v = builder_->declare(type_of<T>, detail::id_of<T>(builder_, initial));
    if constexpr (!Name.empty())
      builder_->name_value(v, detail::static_name<Name>);
    return var<T>(builder_, v);
  }
  /// The same of a struct: auto p = g.variable<"p">(P[i]); p[&particle::mass] += 1; P[i] = p. Its fields are
  /// variables p_mass ... in the generated source.
  template <fixed_string Name = "", detail::gives_struct X>
  constexpr auto variable(X const& initial) const {
    using S = typename detail::struct_in<X>::type;
    return detail::declare_struct<Name, S>(builder_, struct_value<S>(initial));
  }

  /// N variables of one type, kept in registers: `auto acc = g.registers<f32, 8>(0.0f);`, then acc[3] += x.
  /// They are told apart while tracing, so an index is a C++ integer; range_constexpr<8>(...) goes through
  /// them all.
  template <kernel_type T, int N, class X>
    requires(N >= 1 &&
             ((value_type<T> && detail::fits_as<X, T>) || std::same_as<detail::traced_type_of<X>, T>))
  constexpr register_array<T, N> registers(X const& initial) const {
    return register_array<T, N>(
        [&](int) { return variable(value<T>(builder_, detail::id_of<T>(builder_, initial))); });
  }

  /// Waits until all threads of the threadgroup are here and sees their writes. Every thread must reach it.
  constexpr void threadgroup_barrier(mem_flags flags = mem_flags::threadgroup) const {
    builder_->barrier(flags);
  }

  /// Waits until all threads of the simdgroup are here and sees their writes. Metal 2.0.
  constexpr void simdgroup_barrier(mem_flags flags = mem_flags::threadgroup) const {
    builder_->barrier(flags, true);
  }
  /// Whether this is the first active lane of its simdgroup, or quadgroup; and a bit for each active lane.
  constexpr value<bool> simd_is_first() const { return ask_lanes<bool>(op::simd_is_first, false); }
  constexpr value<bool> quad_is_first() const { return ask_lanes<bool>(op::simd_is_first, true); }
  constexpr value<u64> simd_active_threads_mask() const {
    return ask_lanes<u64>(op::simd_active_threads_mask, false);
  }
  constexpr value<u32> quad_active_threads_mask() const {
    return ask_lanes<u32>(op::simd_active_threads_mask, true);
  }

  /// What has to hold for every thread that comes here: g.check(i < n, "i is in range"). The CPU executor
  /// reports a thread for which it does not; the MSL has no trace of it. `Words` is a literal.
  template <fixed_string Words, a_condition_is_one_bool_as_a_comparison_gives C>
  constexpr void check(C const& condition) const {
    builder_->check(detail::id_of<bool>(builder_, condition), detail::static_name<Words>);
  }
  template <a_condition_is_one_bool_as_a_comparison_gives C>
  constexpr void check(C const& condition, char const* words) const {
    builder_->check(detail::id_of<bool>(builder_, condition), words);
  }

  // ---- Control flow -----------------------------------------------------------------------------

  /// Runs `body` for the threads where `condition` holds; `.else_(body)` for the others.
  template <a_condition_is_one_bool_as_a_comparison_gives C, class Body>
    requires std::invocable<Body&>
  constexpr if_branch if_(C const& condition, Body&& body) const {
    value_id const opener = builder_->open(op::if_, {}, detail::id_of<bool>(builder_, condition));
    body();
    builder_->close();
    return {builder_, opener};
  }

  /// Runs `body` while `condition()`, evaluated anew before each pass, holds.
  template <class Condition, class Body>
    requires std::invocable<Condition&> && std::invocable<Body&> &&
             a_condition_is_one_bool_as_a_comparison_gives<std::invoke_result_t<Condition&>>
  constexpr void while_(Condition&& condition, Body&& body) const {
    builder_->open(op::while_);
    value<bool> const holds = condition();
    builder_->divide_region(op::test, holds.id_in(builder_));
    body();
    builder_->close();
  }

  /// Leaves the innermost loop around it: a for_range, whose carried values stay those of the last complete
  /// pass, or a while_. break_if(c) does so for the threads where c holds.
  constexpr void break_() const { builder_->leave_loop(); }
  template <a_condition_is_one_bool_as_a_comparison_gives C>
  constexpr void break_if(C const& condition) const {
    if_(condition, [&] { break_(); });
  }

  /// (1) for_range(high, body): body(i) for i = 0, 1, ..., high - 1.
  /// (2) for_range(low, high, body)
  /// (3) for_range(low, high, step, body): low, low + step, ... below high; step is positive.
  /// Bounds are C++ integers or traced values. The induction value has the traced bounds' type, i32 if there
  /// is none, or the type asked for: for_range<u32>(...). With carry(initial...) before the body, body(i,
  /// x...) returns the next x (one value, or carry(next...)), and for_range returns the last.
  template <class Index = void, class... Arguments>
    requires(sizeof...(Arguments) >= 2)
  constexpr auto for_range(Arguments&&... arguments) const {
    return split(static_cast<Index*>(nullptr), arguments...);
  }

  // For the library: the kernel that is traced.
  constexpr detail::builder* owner() const { return builder_; }

private:
  constexpr int add_array(char const* what, char const* name, memory array, std::int64_t length) const {
    if (builder_->is_function())
      refused((detail::sentence("function ")
               << builder_->name()
               << ": threadgroup memory is declared in kernels alone; hand it over as an argument")
                  .lines());
    if (length < 1)
      refused(
          (detail::sentence(what) << name << ": " << length << " elements; at least 1 is needed").lines());
    std::int64_t bytes = length > 32768 ? 0 : length * detail::element_bytes(array.element, array.record);
    for (memory const& m : builder_->memories())
      if (m.space == memory_space::threadgroup)
        bytes += m.elements * detail::element_bytes(m.element, m.record);
    if (length > 32768 || bytes > 32768)
      refused((detail::sentence(what)
               << name << ": the kernel needs " << bytes << " bytes of threadgroup memory; Metal has 32768")
                  .lines());
    array.name = name;
    array.space = memory_space::threadgroup;
    array.may_load = array.may_store = true;
    array.elements = length;
    return builder_->add_memory(array);
  }
  template <element T>
  constexpr value<T> ask_lanes(op code, bool quad) const {
    return {builder_, builder_->group(code, type_of<T>, {quad, 0})};
  }
  template <class T>
  constexpr position<T> ask3(query q) const {
    return {along<T>(q, 0), along<T>(q, 1), along<T>(q, 2)};
  }
  template <class T>
  constexpr value<T> ask1(query q) const {
    return along<T>(q, 0);
  }
  template <class T>
  constexpr value<T> along(query q, int axis) const {
    return {builder_, builder_->ask(q, axis, type_of<T>)};
  }

  template <class Index, class H, class Body>
  constexpr auto split(Index*, H const& high, Body& body) const {
    return loop<Index>(0, high, 1, body);
  }
  template <class Index, detail::loop_bound L, detail::loop_bound H, class Body>
  constexpr auto split(Index*, L const& low, H const& high, Body& body) const {
    return loop<Index>(low, high, 1, body);
  }
  template <class Index, detail::loop_bound L, detail::loop_bound H, detail::loop_bound S, class Body>
  constexpr auto split(Index*, L const& low, H const& high, S const& step, Body& body) const {
    return loop<Index>(low, high, step, body);
  }
  template <class Index, detail::loop_bound H, class... X, class Body>
  constexpr auto split(Index*, H const& high, carried<X...> const& initial, Body& body) const {
    return loop<Index>(0, high, 1, initial, body);
  }
  template <class Index, detail::loop_bound L, detail::loop_bound H, class... X, class Body>
  constexpr auto split(Index*, L const& low, H const& high, carried<X...> const& initial, Body& body) const {
    return loop<Index>(low, high, 1, initial, body);
  }
  template <class Index, detail::loop_bound L, detail::loop_bound H, detail::loop_bound S, class... X,
            class Body>
  constexpr auto split(Index*, L const& low, H const& high, S const& step, carried<X...> const& initial,
                       Body& body) const {
    return loop<Index>(low, high, step, initial, body);
  }

  template <class Index, class L, class H, class S>
  constexpr auto begin(L const& low, H const& high, S const& step) const {
    using T = typename std::conditional_t<std::is_void_v<Index>, detail::induction<L, H, S>,
                                          std::type_identity<Index>>::type;
    static_assert(
        element<T> && integer_type<T> && size_in_bytes(type_of<T>.element) >= 4,
        "for_range<T>: the induction type T is i32, u32, i64 or u64; convert narrower bounds with cast");
    if constexpr (!traced<S>)
      if (step < 1)
        refused((detail::sentence("for_range: the step is ")
                 << static_cast<std::int64_t>(step) << "; it must be positive")
                    .lines());
    detail::builder* const b = builder_;
    value_id const range[] = {bound<T>(low), bound<T>(high), bound<T>(step)}; // braces: in this order
    return value<T>(b, b->open(op::for_, type_of<T>, range[0], range[1], range[2]));
  }
  template <class T, class B>
  constexpr value_id bound(B const& x) const {
    static_assert(!traced<B> || std::same_as<detail::traced_type_of<B>, T>,
                  "for_range: the bounds have different types; convert one with cast<T>(x)");
    if constexpr (traced<B>)
      return detail::id_of<T>(builder_, x);
    else
      return detail::id_of<T>(builder_, +x); // out of an integral constant
  }

  template <class Index, class L, class H, class S, class Body>
  constexpr void loop(L const& low, H const& high, S const& step, Body& body) const {
    auto const i = begin<Index>(low, high, step);
    body(i);
    builder_->close();
  }
  template <class Index, class L, class H, class S, class... X, class Body>
  constexpr auto loop(L const& low, H const& high, S const& step, carried<X...> const& initial,
                      Body& body) const {
    return boost::hana::unpack(initial.initial, [&](auto const&... x) {
      // Braces: variables are made and read from left to right, whatever the compiler.
      return boost::hana::unpack(
          boost::hana::tuple<decltype(variable(x))...>{variable(x)...},
          [&](auto const&... v) { return with_variables<Index>(low, high, step, body, v...); });
    });
  }
  template <class Index, class L, class H, class S, class Body, class... T>
  constexpr auto with_variables(L const& low, H const& high, S const& step, Body& body,
                                var<T> const&... variables) const {
    auto const i = begin<Index>(low, high, step);
    auto const next = boost::hana::unpack(boost::hana::tuple<value<T>...>{variables.read()...},
                                          [&](auto const&... now) { return body(i, now...); });
    if constexpr (sizeof...(T) == 1) {
      ((variables = next), ...);
    } else {
      // All next values are known before the first variable changes.
      boost::hana::unpack(next.initial, [&](auto const&... x) { (variables.write(value<T>(x)), ...); });
    }
    builder_->close();
    if constexpr (sizeof...(T) == 1)
      return (variables, ...).read();
    else
      return boost::hana::tuple<value<T>...>{variables.read()...};
  }

  detail::builder* builder_;
};

} // namespace enigma
