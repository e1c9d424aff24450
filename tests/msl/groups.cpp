// SPDX-License-Identifier: MIT
// Every function of simdgroups and quadgroups on every type that it takes: the executor, the text run by the
// machine, and plain C++, which knows for each lane what it gets or that nothing is said of it.
#include "both.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <random>
#include <span>

// The functions by their names without simd_ and quad_: of one operand, of integers, with a lane, mask or
// distance, and with what fills.
#define OF_NUMBERS(X)                                                                                        \
  X(sum)                                                                                                     \
  X(product)                                                                                                 \
  X(min)                                                                                                     \
  X(max)                                                                                                     \
  X(prefix_inclusive_sum)                                                                                    \
  X(prefix_exclusive_sum)                                                                                    \
  X(prefix_inclusive_product)                                                                                \
  X(prefix_exclusive_product)                                                                                \
  X(broadcast_first)
#define OF_INTEGERS(X) X(and) X(or) X(xor)
#define WITH_A_NUMBER(X)                                                                                     \
  X(broadcast)                                                                                               \
  X(shuffle) X(shuffle_xor) X(shuffle_up) X(shuffle_down) X(shuffle_rotate_up) X(shuffle_rotate_down)
#define WITH_FILL(X) X(shuffle_and_fill_up) X(shuffle_and_fill_down)

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i16;
using eg::i32;
using eg::i8;
using eg::u16;
using eg::u32;
using eg::u64;
using eg::u8;
using eg::vec;
using witness::both;

#define NAME(name) of_##name,
enum class function { OF_NUMBERS(NAME) OF_INTEGERS(NAME) WITH_A_NUMBER(NAME) WITH_FILL(NAME) count_ };
#undef NAME
#define NAME(name) #name,
char const* const names[] = {OF_NUMBERS(NAME) OF_INTEGERS(NAME) WITH_A_NUMBER(NAME) WITH_FILL(NAME)};
#undef NAME

/// How the kernel gets the number: as a literal, as a value of some type, or a different one in each thread.
enum class given { literal, as_u16, as_u32, as_i32, by_thread };

struct call {
  function what;
  bool quad = false;
  int number = 0;
  int modulo = 0; // 0: none
  given how = given::literal;

  int lanes() const { return quad ? 4 : 32; }
};

std::string shown(call const& c) {
  return std::string(c.quad ? "quad_" : "simd_") + names[static_cast<int>(c.what)] + " with " +
         (c.how == given::by_thread ? "numbers of the threads" : std::to_string(c.number)) + ", modulo " +
         std::to_string(c.modulo);
}

// ---- What plain C++ says ---------------------------------------------------------------------------

/// Threads in threadgroups, some of them active.
struct crowd {
  std::size_t threads, block;
  std::vector<bool> active;
  std::vector<u32> lane; // numbers by thread

  /// The lanes of thread t's group, and t's place among them.
  struct group {
    std::size_t first, place;
  };
  group of(std::size_t t, int lanes) const {
    std::size_t const n = static_cast<std::size_t>(lanes), in_block = t % block;
    return {t - in_block % n, in_block % n};
  }
  bool here(std::size_t t, group const& g, int number) const {
    std::size_t const other = g.first + static_cast<std::size_t>(number);
    return other < threads && other / block == t / block && active[other];
  }
};

template <class E>
E added(E a, E b) {
  if constexpr (std::is_integral_v<E>)
    return static_cast<E>(static_cast<u64>(a) + static_cast<u64>(b));
  else
    return static_cast<E>(static_cast<float>(a) + static_cast<float>(b));
}
template <class E>
E multiplied(E a, E b) {
  if constexpr (std::is_integral_v<E>)
    return static_cast<E>(static_cast<u64>(a) * static_cast<u64>(b));
  else
    return static_cast<E>(static_cast<float>(a) * static_cast<float>(b));
}

/// What thread t gets, where x(thread) and fill(thread) are what the threads give. Nothing: undefined.
template <class E, class X, class Fill>
std::optional<E> expected(call const& c, crowd const& who, std::size_t t, X x, Fill fill) {
  auto const g = who.of(t, c.lanes());
  int const place = static_cast<int>(g.place);
  auto const at = [&](int lane) { return x(g.first + static_cast<std::size_t>(lane)); };
  auto const from = [&](int lane) -> std::optional<E> {
    if (lane < 0 || lane >= c.lanes() || !who.here(t, g, lane))
      return std::nullopt;
    return at(lane);
  };
  auto const filled = [&](int lane) -> std::optional<E> {
    if (lane < 0 || lane >= c.lanes() || !who.here(t, g, lane))
      return std::nullopt;
    return fill(g.first + static_cast<std::size_t>(lane));
  };
  auto const joined = [&](int past, std::optional<E> nothing, auto join) {
    std::optional<E> r;
    for (int lane = 0; lane < past; ++lane)
      if (who.here(t, g, lane))
        r = r ? join(*r, at(lane)) : at(lane);
    return r ? r : nothing;
  };
  auto const sum = [](E a, E b) { return added(a, b); };
  auto const product = [](E a, E b) { return multiplied(a, b); };
  E const zero = static_cast<E>(0), one = static_cast<E>(1);
  int const n = c.how == given::by_thread ? static_cast<int>(who.lane[t]) : c.number;
  int const block = c.modulo != 0 ? c.modulo : c.lanes(), in_block = place % block;
  switch (c.what) {
  case function::of_sum:
    return joined(c.lanes(), zero, sum);
  case function::of_product:
    return joined(c.lanes(), one, product);
  case function::of_min:
    return joined(c.lanes(), zero, [](E a, E b) { return b < a ? b : a; });
  case function::of_max:
    return joined(c.lanes(), zero, [](E a, E b) { return a < b ? b : a; });
  case function::of_prefix_inclusive_sum:
    return joined(place + 1, zero, sum);
  case function::of_prefix_exclusive_sum:
    return joined(place, zero, sum);
  case function::of_prefix_inclusive_product:
    return joined(place + 1, one, product);
  case function::of_prefix_exclusive_product:
    return joined(place, one, product);
  case function::of_broadcast_first:
    return joined(c.lanes(), zero, [](E a, E) { return a; });
  case function::of_and:
    if constexpr (std::is_integral_v<E>)
      return joined(c.lanes(), zero, [](E a, E b) { return static_cast<E>(a & b); });
    break;
  case function::of_or:
    if constexpr (std::is_integral_v<E>)
      return joined(c.lanes(), zero, [](E a, E b) { return static_cast<E>(a | b); });
    break;
  case function::of_xor:
    if constexpr (std::is_integral_v<E>)
      return joined(c.lanes(), zero, [](E a, E b) { return static_cast<E>(a ^ b); });
    break;
  case function::of_broadcast:
  case function::of_shuffle:
    return from(n);
  case function::of_shuffle_xor:
    return from(place ^ n);
  case function::of_shuffle_up:
    return place < n ? x(t) : from(place - n);
  case function::of_shuffle_down:
    return place + n >= c.lanes() ? x(t) : from(place + n);
  case function::of_shuffle_rotate_up:
    return from((place + c.lanes() - n) % c.lanes());
  case function::of_shuffle_rotate_down:
    return from((place + n) % c.lanes());
  case function::of_shuffle_and_fill_up:
    return in_block < n ? filled(place + block - n) : from(place - n);
  case function::of_shuffle_and_fill_down:
    return in_block + n >= block ? filled(place + n - block) : from(place + n);
  case function::count_:
    break;
  }
  ADD_FAILURE() << shown(c) << " is not known";
  return std::nullopt;
}

// ---- The same in a kernel --------------------------------------------------------------------------

template <bool Quad, class X, class Fill, class N>
auto called(call const& c, X const& x, Fill const& fill, N const& n, auto put) {
  switch (c.what) {
#define CALL(name)                                                                                           \
  case function::of_##name:                                                                                  \
    if constexpr (Quad)                                                                                      \
      return put(eg::quad_##name(x));                                                                        \
    else                                                                                                     \
      return put(eg::simd_##name(x));
    OF_NUMBERS(CALL)
  default:
    break;
  }
  if constexpr (eg::integer_type<typename X::traced_type>)
    switch (c.what) {
      OF_INTEGERS(CALL)
    default:
      break;
    }
#undef CALL
  switch (c.what) {
#define CALL(name)                                                                                           \
  case function::of_##name:                                                                                  \
    if constexpr (Quad)                                                                                      \
      return put(eg::quad_##name(x, n));                                                                     \
    else                                                                                                     \
      return put(eg::simd_##name(x, n));
    WITH_A_NUMBER(CALL)
#undef CALL
#define CALL(name)                                                                                           \
  case function::of_##name:                                                                                  \
    if constexpr (Quad)                                                                                      \
      return put(c.modulo != 0 ? eg::quad_##name(x, fill, n, c.modulo) : eg::quad_##name(x, fill, n));       \
    else                                                                                                     \
      return put(c.modulo != 0 ? eg::simd_##name(x, fill, n, c.modulo) : eg::simd_##name(x, fill, n));
    WITH_FILL(CALL)
#undef CALL
  default:
    ADD_FAILURE() << shown(c) << " is not called";
  }
}

template <class V>
void called(call const& c, eg::value<V> const& x, eg::value<V> const& fill, eg::value<u32> const& number,
            eg::value<u32> const& mine, auto put) {
  auto const with = [&](auto const& n) {
    if (c.quad)
      called<true>(c, x, fill, n, put);
    else
      called<false>(c, x, fill, n, put);
  };
  switch (c.how) {
  case given::literal:
    return with(c.number);
  case given::as_u16:
    return with(eg::cast<u16>(number));
  case given::as_u32:
    return with(number);
  case given::as_i32:
    return with(eg::cast<i32>(number));
  case given::by_thread:
    return with(mine);
  }
}

/// Integers of all bits; floats whose sums and products are exact in every order.
template <class E>
std::vector<E> some(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<E> r(n);
  for (E& e : r)
    if constexpr (std::is_integral_v<E>) {
      e = static_cast<E>(random());
    } else {
      constexpr float all[] = {-2, -1, -0.5f, 0.5f, 1, 2};
      e = static_cast<E>(all[random() % std::size(all)]);
    }
  return r;
}

/// Runs the calls with one kernel on values of type V, and looks at everything that comes out.
template <class V>
void check(std::vector<call> const& calls, crowd const& who) {
  using E = eg::element_of<V>;
  constexpr int lanes = eg::type_of<V>.lanes;
  bool all_active = true;
  for (bool const on : who.active)
    all_active = all_active && on;
  auto const kernel = eg::kernel<"exchange">([&](eg::gpu& g, eg::in<E, "X"> x, eg::in<E, "Fill"> fill,
                                                 eg::in<bool, "On"> on, eg::in<u32, "Lane"> lane,
                                                 eg::in<u32, "Number"> number, eg::out<E, "Out"> out) {
    auto const i = g.thread_position_in_grid();
    auto const everything = [&] {
      auto const mine = x.template load<lanes>(i * lanes), instead = fill.template load<lanes>(i * lanes);
      for (std::size_t k = 0; k < calls.size(); ++k) {
        u32 const n = static_cast<u32>(k);
        called<V>(calls[k], mine, instead, number[n], lane[i], [&](auto const& result) {
          out.store((i + n * static_cast<u32>(who.threads)) * lanes, result);
        });
      }
    };
    if (all_active)
      everything();
    else
      g.if_(on[i], everything);
  });
  std::size_t const n = who.threads * static_cast<std::size_t>(lanes);
  auto const x = some<E>(n, 1), fill = some<E>(n, 2);
  std::unique_ptr<bool[]> const on(new bool[who.threads]);
  for (std::size_t t = 0; t < who.threads; ++t)
    on[t] = who.active[t];
  std::vector<u32> numbers;
  for (call const& c : calls)
    numbers.push_back(static_cast<u32>(c.number));
  E const untouched = static_cast<E>(77);
  std::vector<E> out(n * calls.size(), untouched);
  eg::owned_kernel const compiled = eg::compile(kernel);
  ASSERT_TRUE(both(compiled, {{static_cast<u32>(who.threads)}, {static_cast<u32>(who.block)}}, eg::in(x),
                   eg::in(fill), eg::in(std::span<bool const>(on.get(), who.threads)), eg::in(who.lane),
                   eg::in(numbers), eg::out(out)));
  for (std::size_t k = 0; k < calls.size(); ++k)
    for (std::size_t t = 0; t < who.threads; ++t)
      for (std::size_t c = 0; c < static_cast<std::size_t>(lanes); ++c) {
        auto const lane_of = [&](std::vector<E> const& all) {
          return [&all, c](std::size_t thread) { return all[thread * static_cast<std::size_t>(lanes) + c]; };
        };
        E const got = out[k * n + t * static_cast<std::size_t>(lanes) + c];
        std::optional<E> want = untouched;
        if (who.active[t])
          want = expected<E>(calls[k], who, t, lane_of(x), lane_of(fill));
        ASSERT_TRUE(want && witness::same(got, *want))
            << shown(calls[k]) << " gives thread " << t << " " << witness::shown(got) << " instead of "
            << (want ? witness::shown(*want) : std::nan("")) << " in component " << c << "\n"
            << compiled.metal_source();
      }
}

/// The calls that give every active thread something.
template <class E>
std::vector<call> defined_calls(crowd const& who, bool integers, bool defined = true) {
  std::vector<call> r;
  auto const zero = [](std::size_t) { return E{}; };
  auto const add = [&](call const& c) {
    bool fine = true;
    for (std::size_t t = 0; t < who.threads; ++t)
      fine = fine && (!who.active[t] || expected<E>(c, who, t, zero, zero));
    if (fine == defined)
      r.push_back(c);
  };
  unsigned turn = 0;
  for (bool const quad : {false, true}) {
    for (int f = 0; f < static_cast<int>(function::of_broadcast); ++f)
      if (integers || f < static_cast<int>(function::of_and))
        add({static_cast<function>(f), quad});
    for (int f = static_cast<int>(function::of_broadcast); f < static_cast<int>(function::count_); ++f) {
      for (int const number : {0, 1, 3, 18, 31})
        if (number < (quad ? 4 : 32))
          add({static_cast<function>(f), quad, number, 0, static_cast<given>(turn++ % 4)});
      if (f >= static_cast<int>(function::of_shuffle_and_fill_up))
        for (int modulo = 2; modulo <= (quad ? 4 : 32); modulo *= 2)
          for (int const number : {1, modulo / 2, modulo - 1})
            add({static_cast<function>(f), quad, number, modulo, static_cast<given>(turn++ % 4)});
    }
  }
  return r;
}

crowd everybody(std::size_t threads, std::size_t block) {
  return {threads, block, std::vector<bool>(threads, true), std::vector<u32>(threads, 0)};
}

template <class E, int Lanes = 1>
struct lanes_of {
  using element = E;
  using type = eg::vector_of<E, Lanes>;
};

template <class V>
class groups : public testing::Test {
public:
  static void check_all(crowd const& who) {
    using E = typename V::element;
    check<typename V::type>(defined_calls<E>(who, eg::integer_type<E>), who);
  }
};

using types =
    testing::Types<lanes_of<f32>, lanes_of<f16>, lanes_of<bf16>, lanes_of<i8>, lanes_of<u8>, lanes_of<i16>,
                   lanes_of<u16>, lanes_of<i32>, lanes_of<u32>, lanes_of<f32, 4>, lanes_of<i32, 3>,
                   lanes_of<u16, 2>, lanes_of<f16, 2>, lanes_of<bf16, 4>, lanes_of<i8, 4>>;
TYPED_TEST_SUITE(groups, types);

TYPED_TEST(groups, of_all_lanes) {
  this->check_all(everybody(128, 64));
}

/// Threads at random, none in some groups, in threadgroups that end within a simdgroup and within a
/// quadgroup.
TYPED_TEST(groups, of_active_lanes) {
  crowd who = everybody(230, 85);
  std::mt19937 random(3);
  for (std::size_t t = 0; t < who.threads; ++t)
    who.active[t] = t / 4 % 5 != 1 && random() % 4 != 0;
  this->check_all(who);
}

/// A thread's lane differs from the others': shuffles alone allow it.
TEST(lanes, shuffle_by_numbers_of_the_threads) {
  for (bool const quad : {false, true}) {
    crowd who = everybody(200, 70);
    std::mt19937 random(4);
    for (std::size_t t = 0; t < who.threads; ++t)
      who.active[t] = random() % 3 != 0;
    std::size_t const lanes = quad ? 4 : 32;
    for (std::size_t t = 0; t < who.threads; ++t) {
      auto const g = who.of(t, static_cast<int>(lanes));
      for (int tries = 0; who.active[t]; ++tries) {
        who.lane[t] = static_cast<u32>(random() % lanes);
        if (who.here(t, g, static_cast<int>(who.lane[t])))
          break;
        ASSERT_LT(tries, 10000);
      }
    }
    call const c{function::of_shuffle, quad, 0, 0, given::by_thread};
    check<f32>({c}, who);
    check<u8>({c}, who);
    check<vec<bf16, 2>>({c}, who);
  }
}

TEST(lanes, votes) {
  constexpr u32 n = 300, block = 90;
  auto const kernel = eg::kernel<"votes">(
      [](eg::gpu& g, eg::in<bool, "On"> on, eg::in<bool, "Vote"> vote, eg::out<u32, "Out"> out) {
        auto const i = g.thread_position_in_grid();
        g.if_(on[i], [&] {
          auto const v = vote[i];
          u32 k = 0;
          auto const put = [&](auto const& x) { out[i + n * k++] = eg::cast<u32>(x); };
          put(eg::simd_all(v));
          put(eg::simd_any(v));
          put(eg::simd_ballot(v));
          put(g.simd_active_threads_mask());
          put(g.simd_is_first());
          put(eg::quad_all(v));
          put(eg::quad_any(v));
          put(eg::quad_ballot(v));
          put(g.quad_active_threads_mask());
          put(g.quad_is_first());
        });
      });
  crowd who = everybody(n, block);
  bool on[n], vote[n];
  std::mt19937 random(5);
  for (u32 t = 0; t < n; ++t) {
    // Some groups agree, some have nobody.
    on[t] = t / 8 % 7 != 2 && random() % 3 != 0;
    vote[t] = t / 16 % 3 == 0 || (t / 16 % 3 == 1 && random() % 2 != 0);
    who.active[t] = on[t];
  }
  std::vector<u32> out(n * 10, 99);
  both(eg::compile(kernel), {{n}, {block}}, eg::in(on), eg::in(vote), eg::out(out));
  for (u32 t = 0; t < n; ++t)
    for (u32 k = 0; k < 10; ++k) {
      int const lanes = k < 5 ? 32 : 4;
      auto const g = who.of(t, lanes);
      u32 there = 0, votes = 0;
      for (int lane = 0; lane < lanes; ++lane)
        if (who.here(t, g, lane)) {
          there |= 1u << lane;
          votes |= u32{vote[g.first + static_cast<std::size_t>(lane)]} << lane;
        }
      u32 const below = (1u << g.place) - 1;
      u32 const all[] = {votes == there, votes != 0, votes, there, (there & below) == 0};
      ASSERT_EQ(out[t + n * k], on[t] ? all[k % 5] : 99) << "thread " << t << ", vote " << k;
    }
}

/// Of a NaN and a number, min and max are the number.
TEST(lanes, extremes_of_nans) {
  constexpr u32 n = 64;
  auto const kernel = eg::kernel<"extremes">(
      [](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Least"> least, eg::out<f32, "Most"> most) {
        auto const i = g.thread_position_in_grid();
        least[i] = eg::simd_min(x[i]);
        most[i] = eg::quad_max(x[i]);
      });
  std::vector<f32> x(n, std::nanf("")), least(n), most(n);
  x[7] = 5;
  x[20] = 3;
  both(eg::compile(kernel), {{n}, {n}}, eg::in(x), eg::out(least), eg::out(most));
  for (u32 t = 0; t < n; ++t) {
    EXPECT_TRUE(witness::same(least[t], t < 32 ? 3.0f : x[0])) << t;
    EXPECT_TRUE(witness::same(most[t], t / 4 == 1 ? 5.0f : t / 4 == 5 ? 3.0f : x[0])) << t;
  }
}

// ---- What is refused ---------------------------------------------------------------------------------

/// What the executor says of a kernel of some threads, and whether the machine finds fault with the text.
template <class Kernel, class... Args>
std::string refusal(Kernel const& kernel, witness::shape const& size, bool& machine_too,
                    Args const&... arguments) {
  eg::owned_kernel const compiled = eg::compile(kernel);
  std::vector<witness::bytes> given;
  for (eg::detail::host_argument const& a : {eg::detail::to_argument(arguments)...})
    given.push_back(witness::detail::copy(a, compiled.parameters()[given.size()]));
  auto const source = witness::tool::prepare_text(std::string(compiled.metal_source()), "emitted.metal");
  EXPECT_EQ(witness::objections(source), "");
  witness::tool::kernel_object const object(source, witness::tool::object_kind::plain, {},
                                            witness::options());
  machine_too =
      object.good() &&
      !witness::run(object, compiled.launches()[0].name, compiled.launches()[0], size, given).good();
  try {
    eg::runtime(eg::backend::cpu, 2).execute(compiled, size.dispatch(), arguments...);
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

/// f(x, number) for the threads below `limit` of 64.
template <class F>
std::string refusal_of(F f, std::vector<i32> const& number, u32 limit = 64) {
  auto const kernel = eg::kernel<"k">(
      [f](eg::gpu& g, eg::in<i32, "Number"> n, eg::scalar<u32, "limit"> below, eg::out<u32, "Out"> out) {
        auto const i = g.thread_position_in_grid();
        g.if_(i < below, [&] { out[i] = f(i, n[i]); });
      });
  std::vector<u32> out(64);
  bool machine_too = false;
  std::string const words = refusal(kernel, {{64}, {64}}, machine_too, eg::in(number), limit, eg::out(out));
  EXPECT_EQ(machine_too, !words.empty()) << words;
  return words;
}
std::vector<i32> equal(i32 x) {
  return std::vector<i32>(64, x);
}
std::vector<i32> but_one(i32 x, std::size_t t, i32 y) {
  std::vector<i32> r(64, x);
  r[t] = y;
  return r;
}

#define WITH(expression)                                                                                     \
  [](auto const& x, auto const& n) {                                                                         \
    static_cast<void>(n);                                                                                    \
    return expression;                                                                                       \
  }

TEST(refused, lanes_that_are_not_there) {
  EXPECT_EQ(refusal_of(WITH(eg::simd_shuffle(x, n)), equal(31)), "");
  EXPECT_EQ(refusal_of(WITH(eg::simd_shuffle(x, n)), but_one(31, 40, 32)),
            "k: simd_shuffle: the lane 32 is not one of 0 to 31, in thread (40,0,0)");
  EXPECT_EQ(refusal_of(WITH(eg::simd_shuffle(x, n)), but_one(0, 33, -1)),
            "k: simd_shuffle: the lane -1 is not one of 0 to 31, in thread (33,0,0)");
  // Lane 5 of the simdgroup is lane 1 of another quadgroup.
  EXPECT_EQ(refusal_of(WITH(eg::quad_shuffle(x, n)), but_one(0, 2, 5)),
            "k: quad_shuffle: the lane 5 is not one of 0 to 3, in thread (2,0,0)");
  EXPECT_EQ(refusal_of(WITH(eg::simd_shuffle_xor(x, n)), equal(32)),
            "k: simd_shuffle_xor: the mask 32 is not one of 0 to 31, in thread (0,0,0)");
  EXPECT_EQ(refusal_of(WITH(eg::quad_broadcast(x, n)), equal(4)),
            "k: quad_broadcast: the lane 4 is not one of 0 to 3, in thread (0,0,0)");
}

TEST(refused, lanes_that_are_not_active) {
  EXPECT_EQ(refusal_of(WITH(eg::simd_shuffle_xor(x, 8)), equal(0), 48), "");
  EXPECT_EQ(
      refusal_of(WITH(eg::simd_shuffle_xor(x, 16)), equal(0), 48),
      "k: simd_shuffle_xor with mask 16 reads lane 16, which is not active, in lane 0 of the simdgroup of "
      "thread (32,0,0)");
  EXPECT_EQ(refusal_of(WITH(eg::simd_broadcast(x, 20)), equal(0), 48),
            "k: simd_broadcast with lane 20 reads lane 20, which is not active, in lane 0 of the simdgroup "
            "of thread "
            "(32,0,0)");
  EXPECT_EQ(
      refusal_of(WITH(eg::quad_shuffle_down(x, 1)), equal(0), 46),
      "k: quad_shuffle_down with delta 1 reads lane 2, which is not active, in lane 1 of the quadgroup of "
      "thread (45,0,0)");
  EXPECT_EQ(
      refusal_of(WITH(eg::simd_shuffle_rotate_up(x, 1)), equal(0), 40),
      "k: simd_shuffle_rotate_up with delta 1 reads lane 31, which is not active, in lane 0 of the simdgroup "
      "of thread (32,0,0)");
  EXPECT_EQ(refusal_of(WITH(eg::simd_shuffle_and_fill_up(x, 7u, 3)), equal(0), 40),
            "k: simd_shuffle_and_fill_up with delta 3 reads lane 29, which is not active, in lane 0 of the "
            "simdgroup of thread (32,0,0)");
}

TEST(refused, numbers_that_differ) {
  EXPECT_EQ(refusal_of(WITH(eg::simd_broadcast(x, n)), but_one(3, 35, 4)),
            "k: simd_broadcast: the lane has to be the same in all threads of a simdgroup; it is 3 in thread "
            "(32,0,0) and 4 in thread (35,0,0)");
  EXPECT_EQ(
      refusal_of(WITH(eg::quad_shuffle_up(x, n)), but_one(1, 6, 0)),
      "k: quad_shuffle_up: the delta has to be the same in all threads of a quadgroup; it is 1 in thread "
      "(4,0,0) and 0 in thread (6,0,0)");
  EXPECT_EQ(
      refusal_of(WITH(eg::simd_shuffle_xor(x, n)), but_one(1, 63, 2)),
      "k: simd_shuffle_xor: the mask has to be the same in all threads of a simdgroup; it is 1 in thread "
      "(32,0,0) and 2 in thread (63,0,0)");
}

/// What plain C++ calls undefined, the executor refuses, whatever the call.
TEST(refused, all_that_is_undefined) {
  crowd who = everybody(50, 50);
  for (std::size_t t = 0; t < who.threads; ++t)
    who.active[t] = t % 3 != 1;
  auto const calls = defined_calls<u32>(who, true, false);
  EXPECT_GT(calls.size(), 60u);
  eg::runtime rt(eg::backend::cpu, 1);
  for (call const& c : calls) {
    auto const kernel =
        eg::kernel<"k">([&](eg::gpu& g, eg::in<u32, "Number"> number, eg::out<u32, "Out"> out) {
          auto const i = g.thread_position_in_grid();
          g.if_(i % 3 != 1,
                [&] { called<u32>(c, i, i, number[0], i, [&](auto const& result) { out[i] = result; }); });
        });
    std::vector<u32> const number{static_cast<u32>(c.number)};
    std::vector<u32> out(50);
    EXPECT_THROW(
        rt.execute(eg::compile(kernel), eg::threads(50).in_groups_of(50), eg::in(number), eg::out(out)),
        eg::error)
        << shown(c);
  }
}

template <class F>
std::string refusal_while_compiling(F f) {
  try {
    eg::compile(eg::kernel<"k">([f](eg::gpu&, eg::inout<u32, "X"> x) { x[0] = f(x[1].read(), 0); }));
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

TEST(refused, numbers_while_compiling) {
  EXPECT_EQ(refusal_while_compiling(WITH(eg::simd_shuffle(x, 31))), "");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::simd_shuffle(x, 32))),
            "simd_shuffle: the lane 32 is not one of 0 to 31");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::simd_shuffle(x, -1))),
            "simd_shuffle: the lane -1 is not one of 0 to 31");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::quad_shuffle_xor(x, 4))),
            "quad_shuffle_xor: the mask 4 is not one of 0 to 3");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::quad_shuffle_rotate_down(x, 4u))),
            "quad_shuffle_rotate_down: the delta 4 is not one of 0 to 3");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::simd_shuffle_and_fill_up(x, 0u, 1, 6))),
            "simd_shuffle_and_fill_up: the modulo 6 is not 2, 4, 8, 16 or 32");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::quad_shuffle_and_fill_down(x, 0u, 1, 8))),
            "quad_shuffle_and_fill_down: the modulo 8 is not 2 or 4");
  EXPECT_EQ(refusal_while_compiling(WITH(eg::simd_shuffle_and_fill_up(x, 0u, 8, 8))),
            "simd_shuffle_and_fill_up: the delta 8 is not one of 0 to 7");
}

// bool and 64 bits are not for lanes.
template <class T>
concept lanes_sum = requires(eg::value<T> x) { eg::simd_sum(x); };
template <class T>
concept lanes_shuffle = requires(eg::value<T> x) { eg::quad_shuffle(x, 1); };
template <class T>
concept lanes_and = requires(eg::value<T> x) { eg::simd_and(x); };
static_assert(lanes_sum<f32> && lanes_shuffle<vec<bf16, 3>> && lanes_and<i8>);
static_assert(!lanes_sum<bool> && !lanes_sum<u64> && !lanes_shuffle<eg::i64> && !lanes_shuffle<bool> &&
              !lanes_and<f32>);

TEST(text, of_lanes) {
  auto const kernel =
      eg::kernel<"k">([](eg::gpu& g, eg::in<bf16, "B"> b, eg::inout<u16, "X"> x, eg::out<u32, "Out"> out) {
        auto const i = g.thread_position_in_grid();
        auto const lane = g.thread_index_in_simdgroup();
        auto const v = x[i].read();
        x[i] = eg::simd_shuffle_and_fill_up(v, 7, 3, 8) + eg::quad_broadcast(v, 2) +
               eg::simd_shuffle(v, lane ^ 1);
        out[i] = eg::quad_ballot(v > 3) + eg::cast<u32>(eg::simd_ballot(g.simd_is_first())) +
                 eg::cast<u32>(eg::simd_sum(b[i]));
      });
  auto const compiled = eg::compile(kernel);
  EXPECT_EQ(compiled.metal_source(), R"(#include <metal_stdlib>
using namespace metal;

kernel void k(const device bfloat* B [[buffer(0)]],
              device ushort* X [[buffer(1)]],
              device uint* Out [[buffer(2)]],
              uint gid [[thread_position_in_grid]],
              uint lane [[thread_index_in_simdgroup]]) {
  const ushort v0 = X[gid];
  const ushort v1 = simd_shuffle_and_fill_up(v0, ushort(7), 3, 8);
  const ushort v2 = quad_broadcast(v0, 2);
  const ushort v3 = simd_shuffle(v0, lane ^ 1u);
  X[gid] = ushort(v1 + v2) + v3;
  const uint v4 = uint(quad_ballot(v0 > 3));
  const bool v5 = simd_is_first();
  const ulong v6 = ulong(simd_ballot(v5));
  const bfloat v7 = bfloat(simd_sum(float(B[gid])));
  Out[gid] = v4 + uint(v6) + uint(v7);
}
)");
  std::string const ir = compiled.ir();
  EXPECT_NE(ir.find("= simd_shuffle_and_fill_up %"), ir.npos) << ir;
  EXPECT_NE(ir.find(", modulo 8 : u16\n"), ir.npos) << ir;
  EXPECT_NE(ir.find("= quad_ballot %"), ir.npos) << ir;
}

} // namespace
