// SPDX-License-Identifier: MIT
// Random kernels, traced at run time: every element type, vectors of 2 to 4, the op table, variables,
// registers, if_, for_range, while_, break_, calls of functions, loads, stores and atomics in every order;
// where all threads are together also exchanges through threadgroup memory and simdgroup functions. Each
// thread writes its own elements only, and reads those of others between two barriers, so every way of
// running a kernel has to give the same bits.
//
// Types are picked while it runs, so values are made by number and type, as the typed handles make them: what
// the handles do not offer (indices of 8 bits, % of signed numbers, three bools in a row) is not made here.
//
// What MSL leaves undefined is avoided: division by zero, shifts past the width, conversions out of range,
// the payload of a NaN, the order of a sum of floats, shuffles from lanes that are not there. Functions that
// an implementation may round as it likes stand where both sides ask one library, with an argument that no
// compiler knows; the others go to buffers of their own, which are compared with a tolerance.
#pragma once

#include "random_functions.hpp"

#include <enigma/codegen.hpp>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string_view>
#include <vector>

namespace random_kernel {

namespace eg = enigma;
using eg::bf16;
using eg::element_kind;
using eg::f16;
using eg::f32;
using eg::i16;
using eg::i32;
using eg::i64;
using eg::i8;
using eg::op;
using eg::type;
using eg::u16;
using eg::u32;
using eg::u64;
using eg::u8;
using eg::value;

/// Whether the kernel of a seed looks at two dimensions, and whether it needs threadgroups of whole
/// simdgroups.
constexpr bool is_two_dimensional(std::uint64_t seed) {
  return seed % 2 == 1;
}
constexpr bool needs_whole_simdgroups(std::uint64_t seed) {
  return seed % 4 >= 2;
}

inline constexpr unsigned slots = 8;       // elements of each buffer that belong to one thread
inline constexpr unsigned table_size = 64; // elements of the input that all threads read

/// The body of a random kernel; with one compiler, equal seeds give equal kernels.
struct body {
  std::uint64_t seed;
  bool share_reads = true; // false: no two reads of a memory or variable are one

  // A buffer and a scalar of every element type, two tables, and buffers for what is nearly equal.
  void operator()(eg::gpu& g, eg::inout<bool, "B"> b, eg::inout<i8, "C"> c, eg::inout<u8, "D"> d,
                  eg::inout<i16, "S"> s, eg::inout<u16, "T"> t, eg::inout<i32, "I"> i, eg::inout<u32, "U"> u,
                  eg::inout<i64, "L"> l, eg::inout<u64, "M"> m, eg::inout<f16, "H"> h,
                  eg::inout<bf16, "G"> bf, eg::inout<f32, "F"> f, eg::in<f32, "X"> x, eg::in<i32, "N"> n,
                  eg::scalar<bool, "on"> on, eg::scalar<i8, "tiny"> tiny, eg::scalar<u8, "letter"> letter,
                  eg::scalar<i16, "little"> little, eg::scalar<u16, "port"> port,
                  eg::scalar<i32, "count"> count, eg::scalar<u32, "limit"> limit, eg::scalar<i64, "far"> far,
                  eg::scalar<u64, "mask"> mask, eg::scalar<f16, "weight"> weight,
                  eg::scalar<bf16, "bias"> bias, eg::scalar<f32, "a"> a, eg::inout<f32, "P"> p,
                  eg::inout<f16, "Q"> q, eg::inout<bf16, "R"> r, eg::atomic<u32, "A"> changes) const {
    generator it(seed, share_reads, g, *f.owner());
    it.buffers = {b.memory(), c.memory(), d.memory(), s.memory(), t.memory(),  i.memory(),
                  u.memory(), l.memory(), m.memory(), h.memory(), bf.memory(), f.memory()};
    it.floats = x.memory();
    it.integers = n.memory();
    changes[0].load(); // which makes it a memory of the kernel, and is removed
    it.changes = static_cast<int>(it.b->memories().size()) - 1;
    it.nearly = {q.memory(), r.memory(), p.memory()};
    std::size_t k = 0;
    auto const scalar = [&](auto const& one) {
      it.arguments[k++] =
          eg::detail::id_of<typename std::remove_cvref_t<decltype(one)>::traced_type>(it.b, one);
    };
    scalar(on), scalar(tiny), scalar(letter), scalar(little), scalar(port), scalar(count), scalar(limit);
    scalar(far), scalar(mask), scalar(weight), scalar(bias), scalar(a);
    it.run();
  }

private:
  struct generator {
    using id = eg::value_id;
    static constexpr id none = eg::no_value;
    static constexpr type truth{element_kind::boolean, 1}, word{element_kind::uint32, 1},
        number{element_kind::int32, 1};

    struct typed {
      id it;
      type t;
    };

    std::mt19937_64 random;
    eg::gpu& g;
    eg::detail::builder* b;
    std::array<int, eg::element_kinds> buffers{};
    int floats = 0, integers = 0, changes = 0;
    std::array<int, 3> nearly{};
    std::array<id, eg::element_kinds> arguments{};
    bool two_dimensional, share_reads, whole_simdgroups;
    int tile = 0;
    type tile_type;
    id base = none, first_in_tile = none;
    int depth = 0;
    bool together = true; // all threads of the threadgroup come here
    int budget = 15;
    bool in_loop = false;
    bool loop_apart = false; // threads may leave the innermost loop one by one
    std::vector<typed> known, variables;

    generator(std::uint64_t seed, bool share_reads_, eg::gpu& gpu_, eg::detail::builder& owner)
        : random{seed}
        , g{gpu_}
        , b{&owner}
        , two_dimensional{is_two_dimensional(seed)}
        , share_reads{share_reads_}
        , whole_simdgroups{needs_whole_simdgroups(seed)} {}

    void run() {
      auto const at = g.thread_position_in_grid();
      value<u32> const mine = (two_dimensional ? at.y * g.threads_per_grid().x + at.x : at.x) * slots;
      base = mine.id_in(b);
      first_in_tile = (g.thread_index_in_threadgroup() * 4u).id_in(b);
      tile_type = {any_kind(), 1};
      eg::memory m;
      m.name = "tile";
      m.element = tile_type.element;
      m.space = eg::memory_space::threadgroup;
      m.may_load = m.may_store = true;
      m.elements = 4 * 64;
      tile = b->add_memory(m);
      for (unsigned k = 0; k < 4; ++k)
        b->store(tile, plus(first_in_tile, k), b->load(own(tile_type), tile_type, plus(base, k)));
      block(static_cast<int>(pick(3, 8)));
      forget(); // What was computed is seen.
      for (auto const& v : variables) {
        id const x = b->get(v.it);
        id const first = v.t.is_vector() ? pure(op::extract, {v.t.element, 1}, x, none, none, none, 1) : x;
        b->store(own(v.t), plus(base, static_cast<u32>(&v - variables.data()) % slots), first);
      }
      for (auto const& v : known)
        if (!v.t.is_vector() && chance(10))
          b->store(own(v.t), plus(base, static_cast<u32>(random() % slots)), v.it);
    }

    // ---- Dice ------------------------------------------------------------------------------------

    std::uint64_t pick(std::uint64_t low, std::uint64_t high) { return low + random() % (high - low + 1); }
    bool chance(unsigned percent) { return random() % 100 < percent; }
    template <class T>
    T one_of(std::initializer_list<T> some) {
      return some.begin()[random() % some.size()];
    }
    element_kind any_kind() { return static_cast<element_kind>(random() % eg::element_kinds); }
    element_kind any_numeric() { return static_cast<element_kind>(pick(1, eg::element_kinds - 1)); }
    element_kind any_integer() { return static_cast<element_kind>(pick(1, 8)); }
    element_kind any_floating() { return static_cast<element_kind>(pick(9, 11)); }
    std::uint8_t any_lanes() { return static_cast<std::uint8_t>(chance(60) ? 1 : pick(2, 4)); }
    type any_type() {
      element_kind const k = any_kind();
      return {k, any_lanes()};
    }

    // ---- Small parts -------------------------------------------------------------------------------

    static constexpr int width(type t) { return eg::size_in_bytes(t.element) * 8; }
    static constexpr type with(type t, element_kind k) { return {k, t.lanes}; }
    static constexpr type bools(type t) { return with(t, element_kind::boolean); }
    int own(type t) const { return buffers[static_cast<std::size_t>(t.element)]; }

    id pure(op code, type t, id x, id y = none, id z = none, id w = none, std::int64_t imm = 0) {
      return b->pure(code, t, x, y, z, w, imm);
    }
    id fill(type t, id scalar) { return t.is_vector() ? pure(op::make_vector, t, scalar) : scalar; }
    id bits(type t, std::int64_t all) { return fill(t, b->constant({t.element, 1}, all)); }
    id integer(type t, std::int64_t x) { return bits(t, eg::integer_bits(t.element, x)); }
    id real(type t, float x) {
      return bits(t, t.element == element_kind::float16    ? eg::constant_bits(f16(x))
                     : t.element == element_kind::bfloat16 ? eg::constant_bits(bf16(x))
                                                           : eg::constant_bits(x));
    }
    id plus(id x, u32 k) { return pure(op::add, word, x, integer(word, k)); }
    id convert(type to, id x, type from) { return to == from ? x : pure(op::convert, to, x); }

    id literal(type t) {
      if (t.is_boolean())
        return bits(t, chance(50) ? 1 : 0);
      if (t.is_floating()) {
        float const some[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.1f, -2.5f, 3.14159274f, 6e-8f, 1024.0f, 60000.0f};
        if (t.element == element_kind::float32 && chance(20))
          return real(t, one_of({1e-10f, 16777216.0f, 1e20f, 3.4e38f, 1e-40f}));
        return real(t, chance(70)
                           ? some[random() % 10]
                           : static_cast<float>(static_cast<int>(random() % 200000) - 100000) / 512.0f);
      }
      // The least and the largest, and others near 0 and near powers of two; modulo the width.
      int const w = width(t);
      switch (random() % 6) {
      case 0:
        return integer(t, one_of<std::int64_t>({0, 1, -1, 2, 3, -7, 31, 100}));
      case 1:
        return bits(t, eg::integer_bits(t.element, static_cast<std::int64_t>(std::uint64_t{1} << (w - 1))));
      case 2:
        return bits(
            t, eg::integer_bits(t.element, static_cast<std::int64_t>((std::uint64_t{1} << (w - 1)) - 1)));
      case 3:
        return integer(t, static_cast<std::int64_t>(random()));
      default:
        return integer(t, static_cast<std::int64_t>(random() % 200) - 100);
      }
    }

    // ---- Guards against what MSL leaves undefined -----------------------------------------------------

    /// x where |x| < bound, elsewhere 0.5.
    id within(type t, id x, float bound) {
      id const small = pure(op::lt, bools(t), pure(op::abs, t, x), real(t, bound));
      return pure(op::select, t, real(t, 0.5f), x, small);
    }
    id finite(type t, id x) {
      return t.is_floating() ? within(t, x, t.element == element_kind::float16 ? 1000.0f : 1e6f) : x;
    }
    /// A float that an integer type can hold.
    id convertible(type t, id x, element_kind to) {
      float const bound = to == element_kind::int8     ? 100.0f
                          : to == element_kind::uint8  ? 200.0f
                          : to == element_kind::int16  ? 30000.0f
                          : to == element_kind::uint16 ? 60000.0f
                                                       : 1e6f;
      id const held = within(t, x, t.element == element_kind::float16 && bound > 60000.0f ? 60000.0f : bound);
      return eg::info(to).is_signed ? held : pure(op::abs, t, held);
    }
    /// What no compiler knows: some fold functions of constants by a library of their own.
    id opaque(type t, id x) {
      return pure(op::add, t, x, fill(t, arguments[static_cast<std::size_t>(t.element)]));
    }
    /// Whole numbers, halves and quarters of few digits, so that sums and products of some are exact.
    id of_few_digits(type t, int digits) {
      type const n = with(t, element_kind::int32);
      id const x = pure(op::bit_and, n, expression(n, 1), integer(n, (1 << digits) - 1));
      return pure(op::mul, t, convert(t, x, n), real(t, 0.25f));
    }

    // ---- Expressions -----------------------------------------------------------------------------

    /// A loop without an effect: reads before it are not shared by reads after it, and no instruction of it
    /// is kept.
    void forget() {
      if (!share_reads)
        g.for_range(0, [](auto const&) {});
    }

    id from(std::vector<typed> const& some, type t) {
      std::size_t n = 0;
      for (auto const& x : some)
        n += x.t == t ? 1 : 0;
      if (n == 0)
        return none;
      std::size_t skip = random() % n;
      for (auto const& x : some)
        if (x.t == t && skip-- == 0)
          return x.it;
      return none;
    }
    void know(type t, id x) { known.push_back({x, t}); }

    id expression(type t, int d) {
      if (chance(d > 0 ? 25 : 60))
        if (id const x = from(known, t); x != none)
          return x;
      id const x = d <= 0 ? leaf(t) : operation(t, d);
      if (chance(35))
        know(t, x);
      return x;
    }

    id leaf(type t) {
      forget();
      if (chance(40))
        if (id const v = from(variables, t); v != none)
          return b->get(v);
      if (t.is_vector() && chance(50))
        return load_vector(t);
      type const one{t.element, 1};
      return fill(t, chance(30) ? literal(one) : read(one));
    }

    /// An index of one of the thread's own elements, of any type that an index may have.
    id slot() {
      type const t{
          one_of({element_kind::uint32, element_kind::uint32, element_kind::int32, element_kind::int64,
                  element_kind::uint64, element_kind::uint16, element_kind::int16}),
          1};
      id const start = convert(t, base, word);
      switch (random() % 4) {
      case 0:
        return index(t, start);
      case 1:
        return index(t, pure(op::add, t, start, integer(t, static_cast<std::int64_t>(random() % slots))));
      case 2: {
        id const some = pure(op::bit_and, t, expression(t, 0), integer(t, slots - 1));
        return index(t, pure(op::add, t, some, start));
      }
      default: {
        type const u{t.element == element_kind::uint64 ? t.element : element_kind::uint32, 1};
        id const some = pure(op::rem, u, expression(u, 1), integer(u, slots));
        return index(t, pure(op::add, t, start, convert(t, some, u)));
      }
      }
    }
    /// As the handles do: narrow ones count as words.
    id index(type t, id i) {
      if (width(t) >= 32)
        return i;
      return convert({eg::info(t.element).is_signed ? element_kind::int32 : element_kind::uint32, 1}, i, t);
    }
    id tile_slot() {
      if (chance(50))
        return plus(first_in_tile, static_cast<u32>(random() % 4));
      return pure(op::add, word, first_in_tile,
                  pure(op::bit_and, word, expression(word, 0), integer(word, 3)));
    }
    /// Where a vector may begin, from `start` with `n` elements on: three are packed.
    id vector_slot(id start, unsigned n, unsigned lanes) {
      forget();
      unsigned const step = lanes == 3 ? 1 : lanes, places = (n - lanes) / step + 1;
      if (chance(70))
        return plus(start, static_cast<u32>(random() % places) * step);
      id const which = pure(op::rem, word, expression(word, 0), integer(word, places));
      id const i = pure(op::add, word, start, pure(op::mul, word, which, integer(word, step)));
      type const t{
          one_of({element_kind::uint32, element_kind::int32, element_kind::int64, element_kind::uint64}), 1};
      return convert(t, i, word);
    }
    static bool has_access(type t) { return !(t.is_boolean() && t.lanes == 3); }
    id load_vector(type t) {
      if (!has_access(t))
        return fill(t, read({t.element, 1}));
      if (t.element == tile_type.element && chance(50)) {
        id const at = vector_slot(first_in_tile, 4, t.lanes);
        return b->load(tile, t, at);
      }
      id const at = vector_slot(base, slots, t.lanes);
      return b->load(own(t), t, at);
    }

    id read(type t) {
      switch (random() % 8) {
      case 0:
        return arguments[static_cast<std::size_t>(t.element)];
      case 1:
      case 2:
        if (t.element == tile_type.element) {
          id const at = tile_slot();
          return b->load(tile, t, at);
        }
        if (t.element == element_kind::float32 || t.element == element_kind::int32)
          return look_up(t);
        if (t.element == element_kind::uint32)
          return position();
        break;
      case 3: {
        id const at = slot(), condition = expression(truth, 0), otherwise = expression(t, 0);
        return b->load_if(own(t), t, at, condition, otherwise);
      }
      default:
        break;
      }
      id const at = slot();
      return b->load(own(t), t, at);
    }
    id look_up(type t) {
      int const table = t.is_floating() ? floats : integers;
      type const i{any_integer(), 1};
      switch (random() % 3) {
      case 0: {
        id const at = expression(word, 0);
        return b->load(table, t, pure(op::rem, word, at, integer(word, table_size)));
      }
      case 1: {
        id const at = pure(op::bit_and, i, expression(i, 0), integer(i, table_size - 1));
        return b->load(table, t, index(i, at));
      }
      default: {
        id const at = expression(word, 0);
        id const inside = pure(op::lt, truth, at, integer(word, table_size)), otherwise = expression(t, 0);
        return b->load_if(table, t, at, inside, otherwise);
      }
      }
    }
    id position() {
      switch (random() % 6) {
      case 0:
        return g.thread_position_in_threadgroup().id_in(b);
      case 1:
        return g.threadgroup_position_in_grid().id_in(b);
      case 2:
        return g.threads_per_threadgroup().id_in(b);
      case 3: {
        auto const lane = g.thread_index_in_simdgroup();
        return (lane + g.simdgroup_index_in_threadgroup()).id_in(b);
      }
      case 4: {
        auto const lanes = g.threads_per_simdgroup();
        return (lanes * g.simdgroups_per_threadgroup()).id_in(b);
      }
      default:
        return two_dimensional ? g.thread_position_in_threadgroup().y.id_in(b)
                               : g.threadgroups_per_grid().id_in(b);
      }
    }

    // ---- Operations on any type ----

    id operation(type t, int d) {
      switch (random() % 10) {
      case 0: {
        id const x = expression(t, d - 1), y = expression(t, d - 1), c = expression(bools(t), d - 1);
        return pure(op::select, t, x, y, c);
      }
      case 1:
        return t.is_boolean() ? converted(t, d) : chance(50) ? converted(t, d) : bits_of_another(t, d);
      case 2:
        if (!t.is_vector()) {
          type const v{t.element, static_cast<std::uint8_t>(pick(2, 4))};
          id const x = vector_of_bools(v, expression(v, d - 1));
          return pure(op::extract, t, x, none, none, none, static_cast<std::int64_t>(random() % v.lanes));
        }
        return chance(50) ? swizzle(t, d) : load_vector(t);
      case 3:
        if (t.is_vector())
          return from_lanes(t, d);
        return chance(50) ? called(t, d) : on_elements(t, d);
      case 4:
        return called(t, d);
      default:
        break;
      }
      return on_elements(t, d);
    }
    id on_elements(type t, int d) {
      return t.is_boolean() ? question(t, d) : t.is_integer() ? on_integers(t, d) : on_floats(t, d);
    }

    // ---- Functions ---------------------------------------------------------------------------------

    template <class T>
    value<T> some(int d) {
      return {b, expression(eg::type_of<T>, d)};
    }
    template <class T>
    id wrapped(int d) {
      auto const x = some<T>(d - 1), y = some<T>(d - 1);
      return random_functions::wrapped(x, y).id_in(b);
    }
    /// From a function of the source, if there is one of that type.
    id called(type t, int d) {
      if (t == word)
        return wrapped<u32>(d);
      if (t == eg::type_of<u8>)
        return wrapped<u8>(d);
      if (t == eg::type_of<eg::vec<i64, 3>>)
        return wrapped<eg::vec<i64, 3>>(d);
      if (t == number && chance(50)) {
        auto const x = some<i32>(d - 1), limit = some<i32>(d - 1);
        return random_functions::folded(x, limit).id_in(b);
      }
      if (t == number) {
        forget();
        auto const at = some<u32>(d - 1);
        return random_functions::entry(eg::in<i32, "N">(b, integers), at).id_in(b);
      }
      if (t == eg::type_of<f32>) {
        auto const x = some<f32>(d - 1);
        if (chance(50))
          return random_functions::chosen(x, some<f32>(d - 1)).id_in(b);
        return random_functions::stepped(x, value<bool>{b, expression(truth, d - 1)}).id_in(b);
      }
      if (t == eg::type_of<eg::vec<u16, 2>>) {
        auto const v = some<eg::vec<u16, 2>>(d - 1);
        return random_functions::turned(v, some<u16>(d - 1)).id_in(b);
      }
      return on_elements(t, d);
    }
    id converted(type t, int d) {
      type const s = with(t, t.is_boolean() ? any_numeric() : any_kind());
      id x = expression(s, d - 1);
      if (s == t)
        return x;
      if (s.is_floating() && t.is_integer())
        x = convertible(s, x, t.element);
      return convert(t, x, s);
    }
    /// as_type: from a scalar or vector of as many bytes; three lanes stay three.
    id bits_of_another(type t, int d) {
      std::vector<type> some;
      for (int k = 1; k < eg::element_kinds; ++k)
        for (std::uint8_t lanes = 1; lanes <= 4; ++lanes) {
          type const s{static_cast<element_kind>(k), lanes};
          if (s != t && s.lanes * width(s) == t.lanes * width(t) &&
              (s.lanes == t.lanes || (s.lanes != 3 && t.lanes != 3)))
            some.push_back(s);
        }
      if (some.empty())
        return converted(t, d);
      type const s = some[random() % some.size()];
      id x = expression(s, d - 1);
      x = finite(s, x);
      return finite(t, pure(op::bitcast, t, x));
    }
    id from_lanes(type t, int d) {
      type const one{t.element, 1};
      id lanes[4]{none, none, none, none};
      for (int k = 0; k < t.lanes; ++k)
        lanes[k] = expression(one, d - 1);
      lanes[0] = no_swizzle(one, lanes[0]);
      return pure(op::make_vector, t, lanes[0], lanes[1], lanes[2], lanes[3]);
    }
    /// Metal's headers on the host have no swizzles of bools and bfloats: their first lane is another's.
    id no_swizzle(type one, id lane) {
      return one.is_boolean()                        ? pure(op::logical_not, one, lane)
             : one.element == element_kind::bfloat16 ? pure(op::neg, one, lane)
                                                     : lane;
    }
    id swizzle(type t, int d) {
      type const v{t.element, static_cast<std::uint8_t>(pick(2, 4))}, one{t.element, 1};
      id const x = expression(v, d - 1);
      id lanes[4]{none, none, none, none};
      for (int k = 0; k < t.lanes; ++k)
        lanes[k] = pure(op::extract, one, x, none, none, none, static_cast<std::int64_t>(random() % v.lanes));
      lanes[0] = no_swizzle(one, lanes[0]);
      return pure(op::make_vector, t, lanes[0], lanes[1], lanes[2], lanes[3]);
    }

    // ---- Questions ----

    /// Where clang stands in for Metal, comparisons of vectors give vectors of ints, of the operands' width:
    /// their lanes are 0 and -1, and two widths are not joined by a logical operator.
    id vector_of_bools(type t, id x) {
      op const code = (*b)[x].code;
      if (!t.is_vector() ||
          !((code >= op::eq && code <= op::ge) || (code >= op::logical_and && code <= op::logical_not)))
        return x;
      return pure(op::select, t, bits(t, 0), bits(t, 1), x);
    }
    id question(type t, int d) {
      switch (random() % 8) {
      case 0:
      case 1:
      case 2: {
        type const s = with(t, any_numeric());
        id const x = expression(s, d - 1), y = expression(s, d - 1);
        return pure(one_of({op::eq, op::ne, op::lt, op::le, op::gt, op::ge}), t, x, y);
      }
      case 3:
        if (!t.is_vector() && chance(50)) {
          type const v{t.element, static_cast<std::uint8_t>(pick(2, 4))};
          return pure(one_of({op::all_lanes, op::any_lane}), t, vector_of_bools(v, expression(v, d - 1)));
        }
        return pure(op::logical_not, t, expression(t, d - 1));
      case 4:
        if (!t.is_vector()) {
          id const x = expression(t, d - 1), y = expression(t, d - 1);
          return pure(one_of({op::eq, op::ne}), t, x, y);
        }
        [[fallthrough]];
      case 5: {
        id const x = expression(t, d - 1), y = vector_of_bools(t, expression(t, d - 1));
        return pure(one_of({op::logical_and, op::logical_or}), t, x, y);
      }
      case 6: {
        type const s = with(t, any_floating());
        id const x = expression(s, d - 1), y = expression(s, d - 1);
        return pure(one_of({op::isordered, op::isunordered}), t, x, y);
      }
      default: {
        type const s = with(t, any_floating());
        id const x = expression(s, d - 1);
        op const asks = one_of({op::isfinite, op::isinf, op::isnan, op::isnormal, op::signbit});
        return pure(asks, t, asks == op::signbit ? finite(s, x) : x); // a NaN has no sign to speak of
      }
      }
    }

    // ---- Integers ----

    id masked(type t, int d, std::int64_t mask) {
      id const x = expression(t, d - 1);
      return pure(op::bit_and, t, x, integer(t, mask));
    }
    /// From 1 to `most`, a power of two.
    id divisor(type t, int d, std::int64_t most) {
      return pure(op::add, t, masked(t, d, most - 1), integer(t, 1));
    }
    id remainder(type t, id x, id y) {
      if (!eg::info(t.element).is_signed)
        return pure(op::rem, t, x, y);
      id const q = pure(op::div, t, x, y);
      return pure(op::sub, t, x, pure(op::mul, t, q, y));
    }
    id on_integers(type t, int d) {
      id const x = expression(t, d - 1);
      switch (random() % 24) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5: {
        id const y = expression(t, d - 1);
        return pure(one_of({op::add, op::sub, op::mul, op::bit_and, op::bit_or, op::bit_xor}), t, x, y);
      }
      case 6:
        return pure(op::div, t, x, divisor(t, d, 16));
      case 7:
        return remainder(t, x, divisor(t, d, 8));
      case 8:
      case 9:
        return shift(t, x, d);
      case 10:
      case 11:
        return pure(one_of({op::neg, op::bit_not, op::abs}), t, x);
      case 12:
        return pure(one_of({op::clz, op::ctz, op::popcount, op::reverse_bits}), t, x);
      case 13: {
        id const y = expression(t, d - 1);
        return pure(one_of({op::min, op::max}), t, x, y);
      }
      case 14: {
        id const low = integer(t, 3), high = integer(t, 100);
        return pure(op::clamp, t, x, low, high);
      }
      case 15:
      case 16: {
        id const y = expression(t, d - 1), z = expression(t, d - 1);
        return pure(one_of({op::min3, op::max3, op::median3, op::madsat, op::madhi}), t, x, y, z);
      }
      case 17:
      case 18:
      case 19: {
        id const y = expression(t, d - 1);
        return pure(one_of({op::addsat, op::subsat, op::mulhi, op::hadd, op::rhadd, op::rotate}), t, x, y);
      }
      case 20:
        return bit_field(t, x, d);
      case 21:
        if (!eg::info(t.element).is_signed) {
          // Of numbers of this type, or of its signed twin, which stands before it.
          type const s = chance(50) ? t : with(t, static_cast<element_kind>(static_cast<int>(t.element) - 1));
          id const y = expression(s, d - 1), z = expression(s, d - 1);
          return pure(op::absdiff, t, y, z);
        }
        return pure(op::neg, t, x);
      case 22:
        if (t.element == element_kind::int32) {
          type const s = with(t, any_floating());
          id const y = finite(s, expression(s, d - 1));
          id const some = pure(op::ne, bools(t), y, real(s, 0.0f));
          return pure(op::ilogb, t, pure(op::select, s, real(s, 1.0f), y, some));
        }
        return pure(op::bit_not, t, x);
      default:
        return width(t) == 32 ? product_of_24_bits(t, x, d) : pure(op::popcount, t, x);
      }
    }
    /// Scalars shift as the int that they become; lanes of a vector stay what they are.
    id shift(type t, id x, int d) {
      int const most = width(t) >= 32 || t.is_vector() ? width(t) : 32;
      id const n = masked(t, d, most - 1);
      return pure(one_of({op::shl, op::shr}), t, x, n);
    }
    id bit_field(type t, id x, int d) {
      auto const w = static_cast<u32>(width(t));
      id offset = none, length = none;
      if (chance(50)) {
        u32 const from = static_cast<u32>(random() % w);
        offset = integer(word, from);
        length = integer(word, static_cast<std::int64_t>(random() % (w - from + 1)));
      } else {
        offset = masked(word, d, w / 2 - 1);
        length = pure(op::add, word, masked(word, d, w / 2 - 1), integer(word, 1));
      }
      if (chance(50))
        return pure(op::extract_bits, t, x, offset, length);
      id const y = expression(t, d - 1);
      return pure(op::insert_bits, t, x, y, offset, length);
    }
    id product_of_24_bits(type t, id x, int d) {
      auto const cut = [&](id v) {
        return pure(op::shr, t, pure(op::shl, t, v, integer(t, 8)), integer(t, 8));
      };
      id const y = expression(t, d - 1);
      if (chance(50))
        return pure(op::mul24, t, cut(x), cut(y));
      id const z = expression(t, d - 1);
      return pure(op::mad24, t, cut(x), cut(y), z);
    }

    // ---- Floats ----

    /// Which version of a function to ask for: they are one here.
    std::int64_t variant(type t, op code) {
      switch (code) {
      case op::sign:
      case op::saturate:
      case op::copysign:
        return 0;
      default:
        return t.element == element_kind::float32 && chance(30) ? static_cast<std::int64_t>(pick(1, 2)) : 0;
      }
    }
    /// Of 0 and -0 compilers take the one or the other for the larger.
    id zeros_of_one_sign(type t, id x) { return pure(op::add, t, x, real(t, 0.0f)); }
    id on_floats(type t, int d) {
      id const x = expression(t, d - 1);
      switch (random() % 24) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: {
        id const y = expression(t, d - 1);
        return pure(one_of({op::add, op::sub, op::mul, op::mul, op::div}), t, x, y);
      }
      case 5:
        return pure(one_of({op::neg, op::abs}), t, x);
      case 6: {
        id const y = expression(t, d - 1);
        return zeros_of_one_sign(t, pure(one_of({op::min, op::max}), t, x, y));
      }
      case 7: {
        id const y = expression(t, d - 1), z = expression(t, d - 1);
        if (chance(50))
          return pure(op::fma, t, x, y, z);
        return zeros_of_one_sign(t, pure(one_of({op::min3, op::max3, op::median3}), t, x, y, z));
      }
      case 8: {
        id const low = real(t, -1.5f), high = real(t, 20.0f);
        return pure(op::clamp, t, x, low, high);
      }
      case 9:
      case 10:
      case 11: {
        op const f = one_of({op::floor, op::ceil, op::round, op::rint, op::trunc, op::sign, op::saturate});
        id const y = pure(f, t, x, none, none, none, variant(t, f));
        return f == op::saturate ? zeros_of_one_sign(t, y) : y;
      }
      case 12: // MSL leaves that of an infinity open
        return pure(op::fract, t, finite(t, x), none, none, none, variant(t, op::fract));
      case 13:
        return pure(op::sqrt, t, pure(op::abs, t, x), none, none, none, variant(t, op::sqrt));
      case 14:
        return exact(t, d);
      case 15: {
        id const y = expression(t, d - 1);
        op const f = one_of({op::fmod, op::fdim, op::divide});
        return pure(f, t, x, y, none, none, variant(t, f));
      }
      case 16: {
        id const y = expression(t, d - 1);
        if (t.element != element_kind::bfloat16 && chance(30))
          return pure(op::nextafter, t, x, y);
        return chance(50) ? pure(op::step, t, x, y) : pure(op::copysign, t, x, finite(t, y));
      }
      case 17: {
        // Of 16 bits: of one in another clang adds the exponents, which may overflow.
        type const i = with(t, element_kind::int32);
        id const n = pure(op::shr, i, expression(i, d - 1), integer(i, 16));
        return pure(op::ldexp, t, x, n);
      }
      case 18: {
        id const y = expression(t, d - 1), z = expression(t, d - 1);
        if (t.element == element_kind::float16)
          return mixed_exactly(t, d);
        return pure(one_of({op::mix, op::smoothstep}), t, x, y, z);
      }
      case 19:
      case 20:
      case 21: {
        op const f =
            one_of({op::exp, op::exp2, op::log, op::log2, op::log10, op::sin, op::cos, op::tan, op::asin,
                    op::acos, op::atan, op::sinh, op::cosh, op::tanh, op::asinh, op::acosh, op::atanh});
        return pure(f, t, opaque(t, x), none, none, none, variant(t, f));
      }
      default: {
        id const y = opaque(t, expression(t, d - 1));
        switch (random() % 3) {
        case 0:
          return pure(op::atan2, t, opaque(t, x), y, none, none, variant(t, op::atan2));
        case 1:
          return pure(op::pow, t, opaque(t, x), y, none, none, variant(t, op::pow));
        default: {
          id const positive = pure(op::max, t, pure(op::abs, t, finite(t, x)), real(t, 0.125f));
          return pure(op::powr, t, opaque(t, positive), within(t, y, 8.0f), none, none, variant(t, op::powr));
        }
        }
      }
      }
    }
    /// Functions where they are exact.
    id exact(type t, int d) {
      if (t.element != element_kind::bfloat16 && chance(30))
        return of_whole_vectors(t);
      id const x = expression(t, d - 1);
      switch (random() % 3) {
      case 0: {
        id const large =
            pure(op::select, t, real(t, 4.0f), real(t, 0.25f), pure(op::lt, bools(t), x, real(t, 1.0f)));
        return pure(op::rsqrt, t, large, none, none, none, variant(t, op::rsqrt));
      }
      case 1: { // multiples of a half; the tangent of whole ones
        id const whole = pure(op::rint, t, within(t, x, 100.0f));
        op const f = one_of({op::sinpi, op::cospi, op::tanpi});
        id const y = f == op::tanpi ? whole : pure(op::mul, t, whole, real(t, 0.5f));
        return pure(f, t, y, none, none, none, variant(t, f));
      }
      default: { // powers of ten that the type can hold
        float const most = t.element == element_kind::float32 ? 10.0f : 2.0f;
        id const n = pure(op::clamp, t, pure(op::rint, t, finite(t, x)), real(t, 0.0f), real(t, most));
        return pure(op::exp10, t, n, none, none, none, variant(t, op::exp10));
      }
      }
    }
    id of_whole_vectors(type t) {
      if (t.lanes == 3) {
        id const x = of_few_digits(t, 4), y = of_few_digits(t, 4);
        return pure(op::cross, t, x, y);
      }
      type const v{t.element, static_cast<std::uint8_t>(pick(2, 4))}, one{t.element, 1};
      id const x = of_few_digits(v, 4), y = of_few_digits(v, 4);
      switch (random() % 3) {
      case 0:
        return fill(t, pure(op::dot, one, x, y));
      case 1:
        return fill(t, pure(op::length_squared, one, x));
      default:
        return fill(t, pure(op::distance_squared, one, x, y));
      }
    }
    id mixed_exactly(type t, int d) {
      type const n = with(t, element_kind::int32);
      id const x = of_few_digits(t, 5),
               quarter = pure(op::mul, t, convert(t, masked(n, d, 3), n), real(t, 0.25f));
      if (chance(50))
        return pure(op::mix, t, x, of_few_digits(t, 5), quarter);
      return pure(op::smoothstep, t, real(t, 0.0f), real(t, 2.0f), pure(op::add, t, quarter, quarter));
    }

    /// A function that may be rounded either way, to a buffer that is compared with a tolerance.
    void nearly_equal() {
      type const t{any_floating(), 1};
      id const x = within(t, expression(t, 2), 4.0f), y = within(t, expression(t, 2), 2.0f);
      id const positive = pure(op::add, t, pure(op::abs, t, x), real(t, 0.25f));
      id result = none;
      switch (random() % 8) {
      case 0:
        result = pure(op::rsqrt, t, positive, none, none, none, variant(t, op::rsqrt));
        break;
      case 1:
        result = pure(op::exp10, t, y, none, none, none, variant(t, op::exp10));
        break;
      case 2:
        result = pure(op::pow, t, positive, y, none, none, variant(t, op::pow));
        break;
      case 3: // away from the angles where it grows without limit
        result = pure(op::tanpi, t, pure(op::mul, t, pure(op::fract, t, x), real(t, 0.25f)));
        break;
      case 4:
        result = pure(op::mix, t, positive, pure(op::add, t, positive, real(t, 1.0f)), pure(op::fract, t, y));
        break;
      case 5:
        result = pure(op::exp, t, y, none, none, none, variant(t, op::exp));
        break;
      default: {
        // From 0.25 to 0.75, where neither is near 0.
        id const part =
            pure(op::add, t, pure(op::mul, t, pure(op::fract, t, x), real(t, 0.25f)), real(t, 0.125f));
        op const f = one_of({op::sinpi, op::cospi});
        result = pure(f, t, part, none, none, none, variant(t, f));
      }
      }
      b->store(nearly[static_cast<std::size_t>(t.element) - 9],
               plus(base, static_cast<u32>(random() % slots)), result);
    }

    // ---- Statements ------------------------------------------------------------------------------

    id condition() { return expression(truth, 2); }

    template <class Body>
    void region(Body body) {
      std::size_t const values = known.size(), vars = variables.size();
      body();
      known.resize(values);
      variables.resize(vars);
    }
    void block(int statements) {
      ++depth;
      auto const all = [&] {
        for (int s = 0; s < statements && budget > 0; ++s, --budget)
          statement();
      };
      if (depth > 1)
        region(all);
      else
        all();
      --depth;
    }

    /// A region that some threads may not enter, or not as often as others.
    template <class Body>
    void apart(Body body) {
      bool const before = together;
      together = false;
      body();
      together = before;
    }

    /// Values of other threads: what is written before the first barrier is read before the second.
    void exchange() {
      id const at = tile_slot(), x = finite(tile_type, expression(tile_type, 2));
      b->store(tile, at, x);
      g.threadgroup_barrier(chance(50) ? eg::mem_flags::threadgroup : eg::mem_flags::device_and_threadgroup);
      auto const block = g.threads_per_threadgroup();
      value<u32> const threads = two_dimensional ? block.x * block.y : value<u32>(block);
      id const n = (threads * 4u).id_in(b);
      for (auto k = pick(1, 2); k != 0; --k) {
        id const where = pure(op::rem, word, expression(word, 1), n);
        know(tile_type, b->load(tile, tile_type, where));
      }
      g.threadgroup_barrier();
    }

    /// A value from all lanes of the simdgroup or quadgroup, or from another.
    void ask_lanes() {
      eg::group_detail group{chance(30), 0};
      switch (random() % (whole_simdgroups ? 5 : 3)) {
      case 0:
        return vote(group);
      case 1:
      case 2:
        return reduce(group);
      default:
        return shuffle(group);
      }
    }
    void vote(eg::group_detail group) {
      type const mask{group.quad ? element_kind::uint32 : element_kind::uint64, 1};
      switch (random() % 5) {
      case 0:
        return know(truth, b->group(op::simd_is_first, truth, group));
      case 1:
        return know(mask, b->group(op::simd_active_threads_mask, mask, group));
      case 2:
        return know(mask, b->group(op::simd_ballot, mask, group, expression(truth, 2)));
      default: {
        op const f = one_of({op::simd_all, op::simd_any});
        return know(truth, b->group(f, truth, group, expression(truth, 2)));
      }
      }
    }
    /// Numbers of up to 32 bits.
    type exchanged() {
      element_kind k = any_numeric();
      while (eg::size_in_bytes(k) > 4)
        k = any_numeric();
      return {k, any_lanes()};
    }
    void reduce(eg::group_detail group) {
      type const t = exchanged();
      id x = none;
      op f = op::simd_broadcast_first;
      switch (random() % 4) {
      case 0: // exact in every order
        f = one_of({op::simd_sum, op::simd_prefix_inclusive_sum, op::simd_prefix_exclusive_sum});
        x = t.is_floating() ? of_few_digits(t, t.element == element_kind::bfloat16 ? 3 : 6)
                            : expression(t, 2);
        break;
      case 1:
        f = one_of({op::simd_product, op::simd_prefix_inclusive_product, op::simd_prefix_exclusive_product});
        x = t.is_integer() ? expression(t, 2)
                           : pure(op::select, t, real(t, 1.0f), real(t, -1.0f), expression(bools(t), 2));
        break;
      case 2: // zeros of one sign
        f = one_of({op::simd_min, op::simd_max, op::simd_broadcast_first});
        x = finite(t, expression(t, 2));
        x = t.is_floating() ? zeros_of_one_sign(t, x) : x;
        break;
      default:
        if (t.is_integer())
          f = one_of({op::simd_and, op::simd_or, op::simd_xor});
        x = expression(t, 2);
      }
      know(t, b->group(f, t, group, x));
    }
    void shuffle(eg::group_detail group) {
      type const t = exchanged();
      bool const fills = chance(25);
      if (fills)
        group.modulo = one_of({0, 0, 2, group.quad ? 4 : 16});
      auto const last = (group.modulo != 0 ? group.modulo : std::int64_t{group.lanes()}) - 1;
      // The same for all lanes, or a lane of each one's own.
      id const common =
          chance(50) ? integer({element_kind::uint16, 1}, static_cast<std::int64_t>(random()) & last)
                     : pure(op::bit_and, word, arguments[static_cast<std::size_t>(element_kind::uint32)],
                            integer(word, last));
      id const x = expression(t, 2);
      if (fills) {
        id const other = expression(t, 2);
        op const f = one_of({op::simd_shuffle_and_fill_up, op::simd_shuffle_and_fill_down});
        return know(t, b->group(f, t, group, x, other, common));
      }
      if (chance(30)) {
        type const n{one_of({element_kind::int32, element_kind::uint32, element_kind::uint16}), 1};
        return know(t, b->group(op::simd_shuffle, t, group, x, masked(n, 1, last)));
      }
      op const f = one_of({op::simd_broadcast, op::simd_shuffle_xor, op::simd_shuffle_up,
                           op::simd_shuffle_down, op::simd_shuffle_rotate_up, op::simd_shuffle_rotate_down});
      know(t, b->group(f, t, group, x, common));
    }

    void declare(type t) {
      id const v = b->declare(t, expression(t, 2));
      if (chance(20))
        b->name_value(v, "sum");
      variables.push_back({v, t});
    }
    /// x, or what becomes of `now` by a compound assignment.
    id changed(type t, id now) {
      if (t.is_boolean() || chance(40))
        return expression(t, 3);
      id const x = expression(t, 2);
      switch (random() % (t.is_integer() ? 8 : 4)) {
      case 0:
        return pure(op::add, t, now, x);
      case 1:
        return pure(op::sub, t, now, x);
      case 2:
        return pure(op::mul, t, now, x);
      case 3:
        return t.is_integer() ? pure(op::div, t, now, divisor(t, 1, 8)) : pure(op::div, t, now, x);
      case 4:
        return shift(t, now, 1);
      case 5:
        return remainder(t, now, divisor(t, 1, 8));
      default:
        return pure(one_of({op::bit_and, op::bit_or, op::bit_xor}), t, now, x);
      }
    }
    void assign() {
      if (variables.empty())
        return declare(any_type());
      typed const v = variables[random() % variables.size()];
      id const now = b->get(v.it);
      b->set(v.it, changed(v.t, now));
    }

    // ---- Atomics -----------------------------------------------------------------------------------

    /// Of each element one operation that commutes, whose result nobody looks at.
    void change() {
      static constexpr op some[] = {op::atomic_fetch_add, op::atomic_fetch_sub, op::atomic_fetch_min,
                                    op::atomic_fetch_max, op::atomic_fetch_and, op::atomic_fetch_or,
                                    op::atomic_fetch_xor};
      auto const which = static_cast<u32>(random() % 7);
      id const at = plus(pure(op::bit_and, word, expression(word, 1), integer(word, 7)), which * 8);
      b->atomic(some[which], changes, word, at, expression(word, 2));
    }

    // ---- Loops that are left ------------------------------------------------------------------------

    template <class Body>
    void looped(bool apart_, Body body) {
      bool const in = in_loop, before = loop_apart;
      in_loop = true;
      loop_apart = apart_;
      body();
      in_loop = in;
      loop_apart = before;
    }
    void leave() {
      if (!in_loop || (!loop_apart && !together)) // what all are in is not left by some
        return assign();
      if (!loop_apart) { // all at once
        id const bits_of_one =
            pure(op::bit_and, number, arguments[static_cast<std::size_t>(element_kind::int32)],
                 integer(number, static_cast<std::int64_t>(pick(1, 4))));
        g.break_if(value<bool>(b, pure(op::eq, truth, bits_of_one, integer(number, 0))));
        return;
      }
      value<bool> const holds(b, condition());
      apart([&] {
        auto const branch = g.if_(holds, [&] {
          block(static_cast<int>(pick(0, 2)));
          if (chance(50))
            g.break_();
        });
        if (chance(50))
          branch.else_([&] {
            block(1);
            g.break_();
          });
      });
    }

    template <class T, int N>
    void registers() {
      auto const all = g.registers<T, N>(some<T>(1));
      eg::range_constexpr<N>([&](auto k) {
        variables.push_back({all[k].variable_in(b), eg::type_of<T>});
        if (chance(50))
          all[k] = some<T>(1);
      });
    }

    void statement() {
      forget();
      switch (random() % 31) {
      case 26:
      case 27:
        return leave();
      case 28:
        return change();
      case 29: {
        auto const which = random() % 4;
        return which == 0   ? registers<f32, 4>()
               : which == 1 ? registers<eg::vec<i32, 2>, 3>()
               : which == 2 ? registers<u8, 2>()
                            : registers<eg::vec<f16, 4>, 2>();
      }
      case 30: {
        id const at = plus(base, static_cast<u32>(random() % slots));
        auto const x = some<u16>(2);
        random_functions::raise(eg::inout<u16, "T">(b, own(eg::type_of<u16>)), value<u32>(b, at), x);
        return;
      }
      case 0:
      case 1:
      case 2: {
        type const t{any_kind(), 1};
        id const at = slot();
        b->store(own(t), at, expression(t, 3));
        return;
      }
      case 3:
      case 4: {
        type const t{any_kind(), 1};
        id const at = slot(), now = b->load(own(t), t, at);
        b->store(own(t), at, changed(t, now));
        return;
      }
      case 5:
      case 6: {
        type t{any_kind(), static_cast<std::uint8_t>(pick(2, 4))};
        if (!has_access(t))
          t.lanes = 4;
        bool const of_tile = t.element == tile_type.element && chance(30);
        int const m = of_tile ? tile : own(t);
        id const at = of_tile ? vector_slot(first_in_tile, 4, t.lanes) : vector_slot(base, slots, t.lanes);
        if (chance(60)) {
          b->store(m, at, expression(t, 2));
        } else {
          id const now = b->load(m, t, at);
          b->store(m, at, changed(t, now));
        }
        return;
      }
      case 7: {
        id const at = tile_slot();
        b->store(tile, at, expression(tile_type, 2));
        return;
      }
      case 8: {
        type const t{any_kind(), 1};
        id const at = slot(), mask = condition();
        b->store_if(own(t), at, mask, expression(t, 2));
        return;
      }
      case 9:
      case 10:
      case 11:
        return declare(any_type());
      case 12:
        return nearly_equal();
      case 13:
        if (together)
          g.threadgroup_barrier();
        else
          declare(any_type());
        return;
      case 14: {
        type const t = any_type();
        id x = expression(t, 2);
        if (t.is_boolean()) {
          x = pure(op::logical_not, t, x);
        } else {
          id const y = expression(t, 1);
          x = pure(op::add, t, x, y);
        }
        b->name_value(x, "kept");
        return know(t, x);
      }
      case 15:
        if (depth < 4) {
          apart([&] {
            value<bool> const holds(b, condition());
            auto const branch = g.if_(holds, [&] { block(static_cast<int>(pick(1, 4))); });
            if (chance(50))
              branch.else_([&] { block(static_cast<int>(pick(1, 4))); });
          });
        }
        return;
      case 16:
        if (depth < 3)
          loop();
        return;
      case 17:
        if (depth < 3)
          apart([&] { while_loop(); });
        return;
      case 18:
      case 19:
        if (together)
          exchange();
        return;
      case 20:
      case 21:
        if (together)
          ask_lanes();
        return;
      default:
        return assign();
      }
    }

    /// Bounds of type T that keep a loop short.
    template <class T>
    void counted_loop(int length) {
      type const t = eg::type_of<T>;
      auto const few = [&](std::int64_t mask, std::int64_t more) {
        id const x = pure(op::bit_and, t, expression(t, 1), integer(t, mask));
        return value<T>(b, more == 0 ? x : pure(op::add, t, x, integer(t, more)));
      };
      auto const low = few(3, 0), high = few(7, 1), step = few(1, 1);
      g.for_range(low, high, step, [&](value<T> const& i) {
        region([&] {
          know(t, i.id_in(b));
          looped(true, [&] { block(length); });
        });
      });
    }
    template <class T>
    void carrying_loop(int length) {
      type const t = eg::type_of<T>;
      value<T> const first(b, expression(t, 1));
      auto const last = g.for_range(1, 5, 2, eg::carry(first), [&](value<i32> const& i, value<T> const& x) {
        id next = none;
        region([&] {
          know(number, i.id_in(b));
          know(t, x.id_in(b));
          looped(!together, [&] { block(length); });
          next = finite(t, pure(op::add, t, x.id_in(b), expression(t, 2)));
        });
        return value<T>(b, next);
      });
      know(t, last.id_in(b));
    }
    /// Two carried values that change places.
    template <class T>
    void exchanging_loop(int length) {
      type const t = eg::type_of<T>;
      value<T> const one(b, expression(t, 1)), other(b, expression(t, 1));
      value<i32> const rounds(b, arguments[static_cast<std::size_t>(element_kind::int32)]);
      auto const last = g.for_range(
          rounds & 3, eg::carry(one, other), [&](value<i32> const& i, value<T> const& x, value<T> const& y) {
            region([&] {
              know(t, x.id_in(b));
              looped(!together, [&] { block(length); });
            });
            id const next = pure(op::add, t, x.id_in(b), convert(t, i.id_in(b), number));
            return eg::carry(y, value<T>(b, next));
          });
      know(t, last[boost::hana::size_c<0>].id_in(b));
      know(t, last[boost::hana::size_c<1>].id_in(b));
    }
    void loop() {
      int const length = static_cast<int>(pick(1, 3));
      switch (random() % 10) {
      case 0:
      case 1:
        g.for_range(static_cast<int>(pick(0, 4)), [&](value<i32> const& i) {
          region([&] {
            know(number, i.id_in(b));
            looped(!together, [&] { block(length); });
          });
        });
        return;
      case 2:
        return apart([&] { counted_loop<i32>(length); });
      case 3:
        return apart([&] { counted_loop<u32>(length); });
      case 4:
        return apart([&] { counted_loop<i64>(length); });
      case 5:
        return apart([&] { counted_loop<u64>(length); });
      case 6:
        return carrying_loop<f32>(length);
      case 7:
        return chance(50) ? carrying_loop<i8>(length) : carrying_loop<bf16>(length);
      case 8:
        return chance(50) ? carrying_loop<eg::vec<u16, 3>>(length) : carrying_loop<u64>(length);
      default:
        return chance(50) ? exchanging_loop<i32>(length) : exchanging_loop<u8>(length);
      }
    }
    void while_loop() {
      auto const left = g.variable(static_cast<u32>(pick(1, 5)));
      region([&] {
        g.while_(
            [&] {
              // Parts of the condition may be used in the body.
              auto const more = left > 0u;
              if (!chance(50))
                return more;
              return more && value<bool>(b, expression(truth, 2));
            },
            [&] {
              bool const first = chance(50);
              if (first)
                left -= 1u;
              looped(true, [&] { block(static_cast<int>(pick(1, 3))); });
              if (!first)
                left -= 1u;
            });
      });
    }
  };
};

} // namespace random_kernel
