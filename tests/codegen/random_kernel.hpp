// SPDX-License-Identifier: MIT
// Random kernels, traced at run time: expressions over every element type and most of the op table,
// variables, if_, for_range, while_, loads and stores in every order; where all threads are together also
// exchanges through threadgroup memory and simdgroup functions. Each thread writes its own elements only, and
// reads those of others between two barriers, so every way of running a kernel has to give the same bits.
// What MSL leaves undefined is avoided: division by zero, conversions out of range, the payload of a NaN, the
// order of a sum of floats, shuffles from lanes that are not there.
#pragma once

#include <enigma/codegen.hpp>

#include <cstdint>
#include <random>
#include <tuple>
#include <vector>

namespace random_kernel {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;
using eg::value;
using eg::vec;
using bool4 = vec<bool, 4>;
using float4 = vec<f32, 4>;
using half4 = vec<f16, 4>;
using int4 = vec<i32, 4>;
using uint2 = vec<u32, 2>;

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

  void operator()(eg::gpu& g, eg::inout<f32, "F"> f, eg::inout<f16, "H"> h, eg::inout<i32, "I"> i,
                  eg::inout<u32, "U"> u, eg::inout<bool, "B"> b, eg::in<f32, "X"> x, eg::in<i32, "N"> n,
                  eg::scalar<f32, "a"> a, eg::scalar<i32, "count"> count, eg::scalar<u32, "m"> m) const {
    generator(seed, share_reads, g, f, h, i, u, b, x, n, a, count, m).run();
  }

private:
  struct generator {
    template <class... T>
    using pools = std::tuple<std::vector<T>...>;

    std::mt19937_64 random;
    eg::gpu& g;
    eg::detail::builder* owner;
    eg::inout<f32, "F"> F;
    eg::inout<f16, "H"> H;
    eg::inout<i32, "I"> I;
    eg::inout<u32, "U"> U;
    eg::inout<bool, "B"> B;
    eg::in<f32, "X"> X;
    eg::in<i32, "N"> N;
    value<f32> a;
    value<i32> count;
    value<u32> m;
    value<u32> base, first_in_tile;
    bool two_dimensional;
    bool share_reads;
    bool whole_simdgroups;
    eg::threadgroup_array<f32> tile;
    int depth = 0;
    bool together = true; // all threads of the threadgroup come here
    int budget = 30;
    pools<value<f32>, value<f16>, value<i32>, value<u32>, value<bool>, value<float4>, value<half4>,
          value<int4>, value<uint2>, value<bool4>>
        known;
    pools<eg::var<f32>, eg::var<f16>, eg::var<i32>, eg::var<u32>, eg::var<bool>, eg::var<float4>> variables;

    generator(std::uint64_t seed, bool share_reads_, eg::gpu& gpu_, eg::inout<f32, "F"> f,
              eg::inout<f16, "H"> h, eg::inout<i32, "I"> i, eg::inout<u32, "U"> u, eg::inout<bool, "B"> b,
              eg::in<f32, "X"> x, eg::in<i32, "N"> n, value<f32> a_, value<i32> count_, value<u32> m_)
        : random{seed}
        , g{gpu_}
        , owner{f.owner()}
        , F{f}
        , H{h}
        , I{i}
        , U{u}
        , B{b}
        , X{x}
        , N{n}
        , a{a_}
        , count{count_}
        , m{m_}
        , base{0u}
        , first_in_tile{g.thread_index_in_threadgroup() * 4u}
        , two_dimensional{is_two_dimensional(seed)}
        , share_reads{share_reads_}
        , whole_simdgroups{needs_whole_simdgroups(seed)}
        , tile{g.threadgroup_memory<f32, "tile">(4 * 64)} {
      auto const at = g.thread_position_in_grid();
      base = (two_dimensional ? at.y * g.threads_per_grid().x + at.x : at.x) * slots;
    }

    void run() {
      for (unsigned k = 0; k < 4; ++k)
        tile[first_in_tile + k] = X[k];
      block(static_cast<int>(pick(4, 14)));
      forget(); // What was computed is seen.
      F[base] = finite(F[base] + expression<f32>(2));
      I[base] = I[base] + expression<i32>(2);
      for_each_variable();
    }
    void for_each_variable() {
      for (auto const& v : std::get<std::vector<eg::var<f32>>>(variables))
        F[base + 1u] = finite(v + F[base + 1u]);
      for (auto const& v : std::get<std::vector<eg::var<u32>>>(variables))
        U[base] = v ^ U[base];
    }

    // ---- Dice ------------------------------------------------------------------------------------

    std::uint64_t pick(std::uint64_t low, std::uint64_t high) { return low + random() % (high - low + 1); }
    bool chance(unsigned percent) { return random() % 100 < percent; }
    template <class T, class C>
    value<T> constant(C x) {
      return {owner, eg::detail::id_of<T>(owner, x)};
    }
    template <class T>
    value<T> literal() {
      if constexpr (std::is_same_v<T, bool>) {
        return constant<bool>(chance(50));
      } else if constexpr (std::is_same_v<T, i32>) {
        i32 const some[] = {0, 1, -1, 2, 3, -7, 31, 100, -2147483647 - 1, 2147483647, -65536};
        return constant<i32>(chance(70) ? some[random() % 11] : static_cast<i32>(random()));
      } else if constexpr (std::is_same_v<T, u32>) {
        u32 const some[] = {0, 1, 2, 3, 5, 31, 64, 4294967295u, 2147483648u, 65535};
        return constant<u32>(chance(70) ? some[random() % 10] : static_cast<u32>(random()));
      } else if constexpr (std::is_same_v<T, f16>) {
        float const some[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.1f, 2.5f, 6e-8f, 65504.0f, -3.25f};
        return constant<f16>(f16(some[random() % 9]));
      } else {
        float const some[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.1f, -2.5f, 3.14159274f, 1e-10f, 16777216.0f, 1e20f};
        return constant<f32>(
            chance(70)
                ? some[random() % 10]
                : static_cast<float>(static_cast<std::int64_t>(random() % 2000000) - 1000000) / 1024.0f);
      }
    }

    // ---- Guards against what MSL leaves undefined -----------------------------------------------------

    value<f32> finite(value<f32> const& x) { return eg::select(0.5f, x, eg::abs(x) < 1e6f); }
    value<f16> finite(value<f16> const& x) { return eg::select(0.5f, x, eg::abs(x) < 1000.0f); }
    value<float4> finite(value<float4> const& x) { return eg::select(0.5f, x, eg::abs(x) < 1e6f); }

    // ---- Expressions -----------------------------------------------------------------------------

    template <class T>
    value<T> expression(int d) {
      auto& pool = std::get<std::vector<value<T>>>(known);
      if (!pool.empty() && chance(d > 0 ? 25 : 60))
        return pool[random() % pool.size()];
      value<T> const v = d <= 0 ? leaf<T>() : operation(static_cast<T*>(nullptr), d);
      if (chance(35))
        pool.push_back(v);
      return v;
    }

    /// A loop without an effect: reads before it are not shared by reads after it, and no instruction of it
    /// is kept.
    void forget() {
      if (!share_reads)
        g.for_range(0, [](auto const&) {});
    }

    template <class T>
    value<T> leaf() {
      forget();
      if constexpr (eg::element<T> || std::is_same_v<T, float4>) {
        auto& some = std::get<std::vector<eg::var<T>>>(variables);
        if (!some.empty() && chance(40))
          return some[random() % some.size()];
      }
      if constexpr (eg::detail::type_traits<T>::lanes > 1)
        return splat<T>(leaf<eg::element_of<T>>());
      else if (chance(30))
        return literal<T>();
      else
        return read(static_cast<T*>(nullptr));
    }
    template <class V, class T>
    value<V> splat(value<T> const& x) {
      return {owner, eg::detail::id_of<V>(owner, x)};
    }

    value<u32> slot() {
      switch (random() % 4) {
      case 0:
        return base;
      case 1:
        return base + static_cast<u32>(random() % slots);
      case 2:
        return (expression<u32>(0) & (slots - 1)) + base;
      default:
        return base + expression<u32>(1) % slots;
      }
    }
    value<u32> tile_slot() {
      return chance(50) ? first_in_tile + static_cast<u32>(random() % 4)
                        : first_in_tile + (expression<u32>(0) & 3u);
    }
    value<u32> vector_slot() {
      forget();
      return chance(50) ? base : base + 4u;
    }

    value<f32> read(f32*) {
      switch (random() % 8) {
      case 0:
        return a;
      case 1:
        return X[expression<u32>(0) % table_size];
      case 2:
        return X[expression<i32>(0) & static_cast<int>(table_size - 1)];
      case 3: {
        auto const at = expression<u32>(0);
        return eg::load_if(X, at, at < table_size, expression<f32>(0));
      }
      case 4:
        return tile[tile_slot()];
      default:
        return F[slot()];
      }
    }
    value<f16> read(f16*) { return H[slot()]; }
    value<i32> read(i32*) {
      switch (random() % 3) {
      case 0:
        return count;
      case 1:
        return N[expression<u32>(0) % table_size];
      default:
        return I[slot()];
      }
    }
    value<u32> read(u32*) {
      switch (random() % 12) {
      case 0:
        return m;
      case 1:
        return g.thread_position_in_threadgroup();
      case 2:
        return g.threadgroup_position_in_grid();
      case 3:
        return g.threads_per_threadgroup();
      case 4:
        return g.thread_index_in_simdgroup() + g.simdgroup_index_in_threadgroup();
      case 5:
        return g.threads_per_simdgroup() * g.simdgroups_per_threadgroup();
      case 6:
        return two_dimensional ? value<u32>(g.thread_position_in_threadgroup().y)
                               : value<u32>(g.threadgroups_per_grid());
      default:
        return U[slot()];
      }
    }
    value<bool> read(bool*) { return B[slot()]; }

    template <class T>
    value<bool> comparison(int d) {
      auto const x = expression<T>(d - 1), y = expression<T>(d - 1);
      switch (random() % 6) {
      case 0:
        return x < y;
      case 1:
        return x <= y;
      case 2:
        return x > y;
      case 3:
        return x >= y;
      case 4:
        return x == y;
      default:
        return x != y;
      }
    }
    value<bool> operation(bool*, int d) {
      switch (random() % 10) {
      case 0:
        return comparison<f32>(d);
      case 1:
        return comparison<f16>(d);
      case 2:
        return comparison<i32>(d);
      case 3:
        return comparison<u32>(d);
      case 4:
        return expression<bool>(d - 1) && expression<bool>(d - 1);
      case 5:
        return expression<bool>(d - 1) || expression<bool>(d - 1);
      case 6:
        return !expression<bool>(d - 1);
      case 7:
        return expression<bool>(d - 1) == expression<bool>(d - 1);
      case 8:
        return chance(50) ? eg::cast<bool>(expression<i32>(d - 1)) : eg::cast<bool>(expression<f32>(d - 1));
      default:
        // Not the bare lane: where clang stands in for Metal, a lane of a comparison is -1, not true.
        return expression<bool4>(d - 1)[static_cast<int>(random() % 4)] || expression<bool>(d - 1);
      }
    }

    template <class T>
    value<T> integer_operation(int d) {
      auto const x = expression<T>(d - 1), y = expression<T>(d - 1);
      switch (random() % 16) {
      case 0:
        return x + y;
      case 1:
        return x - y;
      case 2:
        return x * y;
      case 3:
        return x / ((y & 15) + 1);
      case 4:
        return x % ((y & 7) + 1);
      case 5:
        return x & y;
      case 6:
        return x | y;
      case 7:
        return x ^ y;
      case 8:
        return ~x;
      case 9:
        return x << (y & 31);
      case 10:
        return x >> (y & 31);
      case 11:
        return -x;
      case 12:
        return chance(50) ? eg::min(x, y) : eg::max(x, y);
      case 13:
        return eg::clamp(x, 3, 1000);
      case 14:
        return eg::abs(x);
      default:
        return eg::select(x, y, expression<bool>(d - 1));
      }
    }
    value<i32> operation(i32*, int d) {
      switch (random() % 12) {
      case 0:
        return eg::cast<i32>(finite(expression<f32>(d - 1)));
      case 1:
        return eg::cast<i32>(expression<u32>(d - 1));
      case 2:
        return eg::cast<i32>(finite(expression<f16>(d - 1)));
      case 3:
        return eg::cast<i32>(expression<bool>(d - 1));
      case 4:
        return eg::as_type<i32>(finite(expression<f32>(d - 1)));
      case 5:
        return expression<int4>(d - 1)[static_cast<int>(random() % 4)];
      default:
        return integer_operation<i32>(d);
      }
    }
    value<u32> operation(u32*, int d) {
      switch (random() % 10) {
      case 0:
        return eg::cast<u32>(eg::abs(finite(expression<f32>(d - 1))));
      case 1:
        return eg::cast<u32>(expression<i32>(d - 1));
      case 2:
        return eg::as_type<u32>(expression<i32>(d - 1));
      case 3:
        return expression<uint2>(d - 1)[static_cast<int>(random() % 2)];
      default:
        return integer_operation<u32>(d);
      }
    }

    template <class T>
    value<T> floating_operation(int d) {
      auto const x = expression<T>(d - 1);
      switch (random() % 34) {
      case 0:
      case 1:
      case 2:
        return x + expression<T>(d - 1);
      case 3:
      case 4:
        return x - expression<T>(d - 1);
      case 5:
      case 6:
      case 7:
        return x * expression<T>(d - 1);
      case 8:
        return x / expression<T>(d - 1);
      case 9:
        return -x;
      case 10:
        return eg::min(x, expression<T>(d - 1));
      case 11:
        return eg::max(x, expression<T>(d - 1));
      case 12:
        return eg::abs(x);
      case 13:
        return eg::fma(x, expression<T>(d - 1), expression<T>(d - 1));
      case 14:
        return eg::clamp(x, -1.5f, 20.0f);
      case 15:
        return eg::sqrt(eg::abs(x));
      case 16:
        // Exact ones: an implementation may round others either way.
        return eg::rsqrt(eg::select(constant<T>(T(4.0f)), constant<T>(T(0.25f)), x < 1.0f));
      case 17:
        return eg::exp(eg::sin(x));
      case 18:
        return eg::log(eg::abs(x));
      case 19:
        return eg::cos(x);
      case 20:
        return eg::floor(x);
      case 21:
        return eg::ceil(x);
      case 22:
        return eg::round(x);
      case 23:
        return eg::rint(x);
      case 24:
        return eg::trunc(x);
      case 25:
        return eg::fract(finite(x)); // MSL leaves that of an infinity open
      case 26:
        return eg::sign(x);
      case 27:
        return eg::copysign(x, finite(expression<T>(d - 1)));
      case 28:
        return eg::atan2(x, expression<T>(d - 1));
      case 29:
        return eg::tanh(x);
      case 30:
        return eg::fmod(x, expression<T>(d - 1));
      case 31:
        return eg::exp2(eg::min(x, 10.0f));
      default:
        return eg::select(x, expression<T>(d - 1), expression<bool>(d - 1));
      }
    }
    value<f32> operation(f32*, int d) {
      switch (random() % 12) {
      case 0:
        return eg::cast<f32>(expression<i32>(d - 1));
      case 1:
        return eg::cast<f32>(expression<u32>(d - 1));
      case 2:
        return eg::cast<f32>(expression<f16>(d - 1));
      case 3:
        return eg::cast<f32>(expression<bool>(d - 1));
      case 4:
        return expression<float4>(d - 1)[static_cast<int>(random() % 4)];
      case 5:
        return finite(eg::as_type<f32>(expression<i32>(d - 1)));
      default:
        return floating_operation<f32>(d);
      }
    }
    value<f16> operation(f16*, int d) {
      switch (random() % 8) {
      case 0:
        return eg::cast<f16>(expression<f32>(d - 1));
      case 1:
        return eg::cast<f16>(expression<i32>(d - 1));
      case 2:
        return expression<half4>(d - 1)[static_cast<int>(random() % 4)];
      default:
        return floating_operation<f16>(d);
      }
    }

    value<float4> operation(float4*, int d) {
      auto const x = expression<float4>(d - 1);
      switch (random() % 12) {
      case 0:
        return eg::make_vector(expression<f32>(d - 1), expression<f32>(d - 1), expression<f32>(d - 1),
                               expression<f32>(d - 1));
      case 1:
        return F.load<4>(vector_slot());
      case 2:
        return x + expression<float4>(d - 1);
      case 3:
        return x * expression<f32>(d - 1);
      case 4:
        return expression<f32>(d - 1) - x;
      case 5:
        return eg::min(x, expression<float4>(d - 1));
      case 6:
        return eg::select(x, expression<float4>(d - 1), expression<bool4>(d - 1));
      case 7:
        return eg::cast<f32>(expression<int4>(d - 1));
      case 8:
        return eg::sqrt(eg::abs(x));
      case 9:
        return eg::max(x, 0.25f);
      case 10:
        return eg::select(x, expression<float4>(d - 1), expression<bool>(d - 1));
      default:
        return -x;
      }
    }
    value<half4> operation(half4*, int d) {
      switch (random() % 4) {
      case 0:
        return eg::cast<f16>(expression<float4>(d - 1));
      case 1:
        return H.load<4>(vector_slot());
      case 2:
        return expression<half4>(d - 1) * expression<half4>(d - 1);
      default:
        return expression<f16>(d - 1) + expression<half4>(d - 1);
      }
    }
    value<int4> operation(int4*, int d) {
      switch (random() % 6) {
      case 0:
        return eg::cast<i32>(finite(expression<float4>(d - 1)));
      case 1:
        return I.load<4>(vector_slot());
      case 2:
        return expression<int4>(d - 1) + expression<int4>(d - 1);
      case 3:
        return expression<int4>(d - 1) & expression<i32>(d - 1);
      case 4:
        return eg::max(expression<int4>(d - 1), expression<i32>(d - 1));
      default:
        return eg::as_type<i32>(finite(expression<float4>(d - 1)));
      }
    }
    value<uint2> operation(uint2*, int d) {
      switch (random() % 3) {
      case 0:
        return eg::make_vector(expression<u32>(d - 1), expression<u32>(d - 1));
      case 1:
        return U.load<2>(base + 2u * static_cast<u32>(random() % 4));
      default:
        return expression<uint2>(d - 1) * expression<uint2>(d - 1);
      }
    }
    value<bool4> operation(bool4*, int d) {
      switch (random() % 6) {
      case 0:
        return expression<float4>(d - 1) < expression<float4>(d - 1);
      case 1:
        return expression<int4>(d - 1) == expression<i32>(d - 1);
      case 2:
        return expression<bool4>(d - 1) && expression<bool4>(d - 1);
      case 3:
        return !expression<bool4>(d - 1);
      case 4:
        return expression<float4>(d - 1) >= expression<f32>(d - 1);
      default:
        return expression<bool4>(d - 1) || expression<bool4>(d - 1);
      }
    }

    // ---- Statements ------------------------------------------------------------------------------

    void block(int statements) {
      auto const values = known;
      auto const vars = variables;
      ++depth;
      for (int s = 0; s < statements && budget > 0; ++s, --budget)
        statement();
      --depth;
      if (depth > 0) {
        known = values;
        variables = vars;
      }
    }
    template <class Body>
    void region(Body body) {
      auto const values = known;
      auto const vars = variables;
      body();
      known = values;
      variables = vars;
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
      tile[tile_slot()] = finite(expression<f32>(2));
      g.threadgroup_barrier(chance(50) ? eg::mem_flags::threadgroup : eg::mem_flags::device_and_threadgroup);
      auto const threads = two_dimensional ? g.threads_per_threadgroup().x * g.threads_per_threadgroup().y
                                           : value<u32>(g.threads_per_threadgroup());
      for (auto k = pick(1, 2); k != 0; --k)
        std::get<std::vector<value<f32>>>(known).push_back(tile[expression<u32>(1) % (threads * 4u)]);
      g.threadgroup_barrier();
    }

    template <class T>
    void shuffle() {
      std::get<std::vector<value<T>>>(known).push_back(
          eg::simd_shuffle_xor(expression<T>(2), static_cast<int>(pick(0, 31))));
    }
    /// A value from all lanes, or from another.
    void ask_lanes() {
      switch (random() % (whole_simdgroups ? 11 : 6)) {
      case 0: // exact in every order
        std::get<std::vector<value<f32>>>(known).push_back(
            eg::simd_sum(eg::cast<f32>(expression<i32>(2) & 1023) * 0.25f));
        return;
      case 1:
        std::get<std::vector<value<i32>>>(known).push_back(eg::simd_sum(expression<i32>(2)));
        return;
      case 2:
        std::get<std::vector<value<u32>>>(known).push_back(eg::simd_sum(expression<u32>(2)));
        return;
      case 3: // zeros of one sign
        std::get<std::vector<value<f32>>>(known).push_back(eg::simd_max(finite(expression<f32>(2)) + 0.0f));
        return;
      case 4:
        std::get<std::vector<value<i32>>>(known).push_back(eg::simd_max(expression<i32>(2)));
        return;
      case 5:
        std::get<std::vector<value<u32>>>(known).push_back(eg::simd_max(expression<u32>(2)));
        return;
      case 6:
        shuffle<f16>();
        return;
      case 7:
        shuffle<i32>();
        return;
      case 8:
        shuffle<u32>();
        return;
      default:
        shuffle<f32>();
      }
    }

    template <class T>
    void declare() {
      auto const initial = expression<T>(2);
      auto& some = std::get<std::vector<eg::var<T>>>(variables);
      some.push_back(chance(20) ? g.variable<"sum">(initial) : g.variable(initial));
    }
    template <class T>
    bool assign() {
      auto& some = std::get<std::vector<eg::var<T>>>(variables);
      if (some.empty())
        return false;
      auto const& v = some[random() % some.size()];
      if constexpr (eg::numeric_type<T>) {
        switch (random() % 6) {
        case 0:
          v += expression<T>(2);
          return true;
        case 1:
          v -= expression<T>(2);
          return true;
        case 2:
          v *= expression<T>(1);
          return true;
        case 3:
          v = some[random() % some.size()];
          return true;
        default:
          break;
        }
      }
      v = expression<T>(3);
      return true;
    }

    void statement() {
      forget();
      switch (random() % 26) {
      case 0:
        F[slot()] = expression<f32>(3);
        return;
      case 1:
        H[slot()] = expression<f16>(3);
        return;
      case 2:
        I[slot()] = expression<i32>(3);
        return;
      case 3:
        U[slot()] = expression<u32>(3);
        return;
      case 4:
        B[slot()] = expression<bool>(3);
        return;
      case 5:
        F.store(vector_slot(), expression<float4>(2));
        return;
      case 6:
        chance(50) ? H.store(vector_slot(), expression<half4>(2))
                   : I.store(vector_slot(), expression<int4>(2));
        return;
      case 7:
        tile[tile_slot()] = expression<f32>(2);
        return;
      case 8:
        eg::store_if(F, slot(), expression<bool>(2), expression<f32>(2));
        return;
      case 9:
        F[slot()] += expression<f32>(2);
        return;
      case 10:
        declare<f32>();
        return;
      case 11:
        chance(50) ? declare<i32>() : declare<f16>();
        return;
      case 12:
        chance(50) ? declare<u32>() : declare<float4>();
        return;
      case 13:
        if (together)
          g.threadgroup_barrier();
        else
          declare<bool>();
        return;
      case 14:
        std::get<std::vector<value<f32>>>(known).push_back(eg::named<"kept">(expression<f32>(2) + 1.0f));
        return;
      case 15:
        if (depth < 4) {
          apart([&] {
            auto const branch = g.if_(expression<bool>(2), [&] { block(static_cast<int>(pick(1, 4))); });
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
        switch (random() % 6) {
        case 0:
          assign<f16>();
          return;
        case 1:
          assign<i32>();
          return;
        case 2:
          assign<u32>();
          return;
        case 3:
          assign<bool>();
          return;
        case 4:
          assign<float4>();
          return;
        default:
          if (!assign<f32>())
            declare<f32>();
        }
      }
    }

    void loop() {
      int const length = static_cast<int>(pick(1, 3));
      switch (random() % 4) {
      case 0:
        g.for_range(static_cast<int>(pick(0, 4)), [&](value<i32> const& i) {
          region([&] {
            std::get<std::vector<value<i32>>>(known).push_back(i);
            block(length);
          });
        });
        return;
      case 1:
        apart([&] {
          g.for_range(expression<u32>(1) & 3u, (expression<u32>(1) & 7u) + 1u, (expression<u32>(0) & 1u) + 1u,
                      [&](value<u32> const& i) {
                        region([&] {
                          std::get<std::vector<value<u32>>>(known).push_back(i);
                          block(length);
                        });
                      });
        });
        return;
      case 2: {
        auto const last = g.for_range(1, 5, 2, eg::carry(expression<f32>(1)),
                                      [&](value<i32> const& i, value<f32> const& x) {
                                        value<f32> next = x;
                                        region([&] {
                                          std::get<std::vector<value<i32>>>(known).push_back(i);
                                          std::get<std::vector<value<f32>>>(known).push_back(x);
                                          block(length);
                                          next = finite(x + expression<f32>(2));
                                        });
                                        return next;
                                      });
        std::get<std::vector<value<f32>>>(known).push_back(last);
        return;
      }
      default: {
        // Two carried values that change places.
        auto const last = g.for_range(count & 3, eg::carry(expression<i32>(1), expression<i32>(1)),
                                      [&](value<i32> const& i, value<i32> const& x, value<i32> const& y) {
                                        region([&] {
                                          std::get<std::vector<value<i32>>>(known).push_back(x);
                                          block(length);
                                        });
                                        return eg::carry(y, x + i);
                                      });
        std::get<std::vector<value<i32>>>(known).push_back(last[boost::hana::size_c<0>]);
        std::get<std::vector<value<i32>>>(known).push_back(last[boost::hana::size_c<1>]);
      }
      }
    }
    void while_loop() {
      auto const left = g.variable(static_cast<u32>(pick(1, 5)));
      region([&] {
        g.while_(
            [&] {
              // Parts of the condition may be used in the body.
              auto const more = left > 0u;
              return chance(50) ? more && expression<bool>(2) : more;
            },
            [&] {
              bool const first = chance(50);
              if (first)
                left -= 1u;
              block(static_cast<int>(pick(1, 3)));
              if (!first)
                left -= 1u;
            });
      });
    }
  };
};

} // namespace random_kernel
