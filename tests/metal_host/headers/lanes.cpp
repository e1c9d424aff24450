// SPDX-License-Identifier: MIT
// Functions of simdgroups, quadgroups and simdgroup matrices on a machine of 32 real threads, against the
// tables of lanes.def and plain loops. Also with 21 threads: the others are inactive.
#include <enigma/metal_host/detail/machine.h>

#include <array>
#include <bit>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using half = _Float16;
using uchar = unsigned char;
using ushort = unsigned short;
using uint = unsigned int;
using ulong = unsigned long;

namespace {

long failures = 0;
std::mutex printing;
void fail(std::string const& words) {
  std::lock_guard const hold(printing);
  if (++failures <= 40)
    std::printf("%s\n", words.c_str());
}
void expect(bool good, std::string const& words) {
  if (!good)
    fail(words);
}

// ---- The machine.
// -------------------------------------------------------------------------------------------
struct meeting {
  std::mutex lock;
  std::condition_variable arrived;
  uint members = 0, here = 0, round = 0;
  uint uniform = 0;
  std::string place;
  std::array<std::array<std::array<unsigned char, 64>, 32>, 2> bytes{};
};
meeting the_meeting;
thread_local metal_host_thread self{};
std::mutex counting;
std::vector<uint> read_inactive;     // how often each lane was read without being there
std::vector<std::string> complaints; // of metal_host_fail
std::vector<std::string> barriers;   // of lane 0

void run_lanes(uint lanes, std::function<void(uint)> const& body) {
  the_meeting.members = lanes;
  read_inactive.assign(32, 0);
  std::vector<std::thread> threads;
  for (uint lane = 0; lane < lanes; ++lane)
    threads.emplace_back([&body, lane] {
      self.thread_index_in_simdgroup = lane;
      body(lane);
    });
  for (std::thread& t : threads)
    t.join();
}

} // namespace

metal_host_thread const* metal_host_self() {
  return &self;
}
metal_host_lanes metal_host_simd_exchange(void const* mine, unsigned bytes, void* all, unsigned uniform,
                                          char const* what, char const* file, unsigned line) {
  meeting& m = the_meeting;
  std::unique_lock hold(m.lock);
  std::string const place = std::string(what) + " " + file + ":" + std::to_string(line);
  uint const round = m.round;
  if (m.here == 0) {
    m.place = place;
    m.uniform = uniform;
  }
  expect(m.place == place, "lanes meet at " + m.place + " and " + place);
  expect(m.uniform == uniform, "not uniform: " + place);
  std::memcpy(m.bytes[round % 2][self.thread_index_in_simdgroup].data(), mine, bytes);
  if (++m.here == m.members) {
    m.here = 0;
    ++m.round;
    m.arrived.notify_all();
  } else {
    m.arrived.wait(hold, [&] { return m.round != round; });
  }
  for (uint i = 0; i < m.members; ++i)
    std::memcpy(static_cast<unsigned char*>(all) + i * bytes, m.bytes[round % 2][i].data(), bytes);
  return {m.members == 32 ? ~0u : (1u << m.members) - 1, self.thread_index_in_simdgroup};
}
void metal_host_inactive_lane(unsigned source, char const*, char const*, unsigned) {
  std::lock_guard const hold(counting);
  ++read_inactive[source];
}
void metal_host_fail(char const* words, char const* what, char const*, unsigned) {
  std::lock_guard const hold(counting);
  complaints.push_back(std::string(what) + " " + words);
}
void metal_host_barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line) {
  if (self.thread_index_in_simdgroup == 0)
    barriers.push_back(std::string(what) + " " + std::to_string(scope) + " " + std::to_string(memory) +
                       (line == 4242 ? " " + std::string(file) + ":4242" : ""));
}
void metal_host_fence(unsigned memory, unsigned order, unsigned scope, char const* what, char const*,
                      unsigned) {
  if (self.thread_index_in_simdgroup == 0)
    barriers.push_back(std::string(what) + " " + std::to_string(memory) + " " + std::to_string(order) + " " +
                       std::to_string(scope));
}
int metal_host_function_constant(unsigned, char const*, void*, unsigned long) {
  return 0;
}

// ---- bfloat for this side: the nearest by trying both neighbours.
// ---------------------------------------------
namespace {
struct bfloat {
  ushort bits;
  double value() const { return static_cast<double>(std::bit_cast<float>(static_cast<uint>(bits) << 16)); }
  static bfloat nearest(double x) {
    float const f = static_cast<float>(x);
    ushort const below = static_cast<ushort>(std::bit_cast<uint>(f) >> 16);
    bfloat const a{below}, b{static_cast<ushort>(below + 1)};
    double const da = x < a.value() ? a.value() - x : x - a.value();
    double const db = x < b.value() ? b.value() - x : x - b.value();
    return da < db || (da == db && below % 2 == 0) ? a : b;
  }
};

template <class T>
T add(T a, T b) {
  if constexpr (std::is_same_v<T, bfloat>)
    return bfloat::nearest(a.value() + b.value());
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<ulong>(a) + static_cast<ulong>(b));
  else
    return static_cast<T>(a + b);
}
template <class T>
T multiply(T a, T b) {
  if constexpr (std::is_same_v<T, bfloat>)
    return bfloat::nearest(a.value() * b.value());
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<ulong>(a) * static_cast<ulong>(b));
  else
    return static_cast<T>(a * b);
}
template <class T>
bool before(T a, T b) {
  if constexpr (std::is_same_v<T, bfloat>)
    return a.value() < b.value();
  else
    return a < b;
}
template <class T>
T least(T a, T b) {
  return before(b, a) ? b : a;
}
template <class T>
T most(T a, T b) {
  return before(a, b) ? b : a;
}
template <class T>
T conjoin(T a, T b) {
  return static_cast<T>(a & b);
}
template <class T>
T disjoin(T a, T b) {
  return static_cast<T>(a | b);
}
template <class T>
T differ(T a, T b) {
  return static_cast<T>(a ^ b);
}

std::mt19937_64 random_bits(5);
template <class T>
T some() {
  std::uint64_t const r = random_bits();
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(r);
  else if constexpr (std::is_same_v<T, bfloat>)
    return bfloat::nearest(0.5 + static_cast<double>(r % 1000) / 1000);
  else
    return static_cast<T>(0.5 + static_cast<double>(r % 1000) / 1000);
}
template <class T>
T number(int n) {
  if constexpr (std::is_same_v<T, bfloat>)
    return bfloat::nearest(n);
  else
    return static_cast<T>(n);
}
template <class T>
bool same(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T, class Metal>
void check_type(char const* of, Metal metal, bool simd, uint lanes) {
  constexpr int operations = 76;
  std::vector<T> x(128), f(128), r(128 * operations);
  for (T& v : x)
    v = some<T>();
  for (T& v : f)
    v = some<T>();
  run_lanes(lanes, [&](uint lane) {
    expect(metal(x.data(), f.data(), r.data(), lane) == 0, std::string("vectors of ") + of + " differ");
  });

  std::vector<uint> expected_inactive(32, 0);
  int operation = 0;
  auto const moved = [&](char const* call, int width, int (*from)(int)) {
    bool const done = simd || width == 4;
    for (int lane = 0; done && lane < static_cast<int>(lanes); ++lane) {
      int const base = lane / width * width;
      int source = from(lane - base);
      bool const filled = source >= 100;
      source = base + (filled ? source - 100 : source);
      if (source >= static_cast<int>(lanes)) {
        expected_inactive[static_cast<std::size_t>(source)] += 7; // 4 scalars and 3 vectors
        continue;
      }
      for (int k = 0; k < 4; ++k) {
        T const e = (filled ? f : x)[static_cast<std::size_t>(k * 32 + source)];
        if (!same(r[static_cast<std::size_t>(operation * 128 + k * 32 + lane)], e))
          fail(std::string(call) + " of " + of + ", lane " + std::to_string(lane) + " of " +
               std::to_string(lanes) + ": should be that of lane " + std::to_string(source));
      }
    }
    ++operation;
  };
  auto const folded = [&](char const* call, T (*how)(T, T), int neutral, std::array<int, 2> (*range)(int)) {
    bool const done = simd || call[0] == 'q';
    for (int lane = 0; done && lane < static_cast<int>(lanes); ++lane) {
      auto const [first, last] = range(lane);
      for (int k = 0; k < 4; ++k) {
        T e = number<T>(neutral);
        bool some_there = false;
        for (int i = first; i < last && i < static_cast<int>(lanes); ++i) {
          T const v = x[static_cast<std::size_t>(k * 32 + i)];
          e = some_there ? how(e, v) : v;
          some_there = true;
        }
        if (!same(r[static_cast<std::size_t>(operation * 128 + k * 32 + lane)], e))
          fail(std::string(call) + " of " + of + ", lane " + std::to_string(lane) + " of " +
               std::to_string(lanes));
      }
    }
    ++operation;
  };
#define MOVE(call, width, from) moved(#call, width, []([[maybe_unused]] int l) { return from; });
#define FOLD(call, how, neutral, first, last)                                                                \
  folded(#call, how<T>, neutral, []([[maybe_unused]] int l) { return std::array<int, 2>{first, last}; });
#define BITS(call, how, neutral, first, last)                                                                \
  if constexpr (std::is_integral_v<T>) {                                                                     \
    FOLD(call, how, neutral, first, last)                                                                    \
  } else {                                                                                                   \
    ++operation;                                                                                             \
  }
#include "lanes.def"
  expect(operation == operations, "lanes.def has " + std::to_string(operation) + " operations");
  expect(read_inactive == expected_inactive,
         std::string("other inactive lanes were read than should be, of ") + of);
}

double value_of(half x) {
  return static_cast<double>(x);
}
double value_of(float x) {
  return static_cast<double>(x);
}
double value_of(bfloat x) {
  return x.value();
}

template <class A, class D, class Metal>
void check_matrices(char const* of, Metal metal) {
  std::vector<A> a(110), b(64);
  std::vector<D> d(192 + 90);
  std::vector<float> elements(128);
  auto const small = [] { // exact in all types, and so is every sum
    double const v = static_cast<double>(static_cast<int>(random_bits() % 9) - 4);
    if constexpr (std::is_same_v<A, bfloat>)
      return bfloat::nearest(v);
    else
      return static_cast<A>(v);
  };
  for (A& v : a)
    v = small();
  for (A& v : b)
    v = small();
  run_lanes(32, [&](uint lane) { metal(a.data(), b.data(), d.data(), elements.data(), lane); });
  auto const A_ = [&](int r, int c) { return value_of(a[static_cast<std::size_t>(r * 10 + c)]); };
  auto const B_ = [&](int r, int c) { return value_of(b[static_cast<std::size_t>(c * 8 + r)]); };
  auto const D_ = [&](int at) { return value_of(d[static_cast<std::size_t>(at)]); };
  for (int r = 0; r < 8; ++r)
    for (int c = 0; c < 8; ++c) {
      double product = 0, square = 0;
      for (int k = 0; k < 8; ++k) {
        product += A_(r, k) * B_(k, c);
        square += A_(r, k) * A_(k + 2, c + 1);
      }
      std::string const at = std::string(of) + " (" + std::to_string(r) + "," + std::to_string(c) + ")";
      expect(D_(r * 8 + c) == product, "simdgroup_multiply " + at);
      expect(D_(64 + r * 8 + c) == product + 2, "simdgroup_multiply_accumulate " + at);
      expect(D_(128 + c * 8 + r) == product, "simdgroup_store transposed " + at);
      expect(D_(192 + (r + 1) * 9 + c + 1) == (r == c ? 3 : 0), "diagonal " + at);
      // The lane of (r, c), from the published table: pairs of columns, blocks of four.
      int const lane = r / 4 * 16 + c / 4 * 8 + r % 4 * 2 + c % 4 / 2;
      expect(static_cast<double>(elements[static_cast<std::size_t>(lane * 4 + c % 2)]) == A_(r, c),
             "thread_elements " + at);
      expect(static_cast<double>(elements[static_cast<std::size_t>(lane * 4 + 2 + c % 2)]) == square,
             "operator* " + at);
    }
}

} // namespace

#define TYPES(F)                                                                                             \
  F(uchar, true)                                                                                             \
  F(short, true) F(int, true) F(uint, true) F(half, true) F(bfloat, true) F(float, true) F(ulong, false)
#define DECLARE(T, simd) extern "C" long metal_lanes_##T(T const*, T const*, T*, uint);
TYPES(DECLARE)
extern "C" void metal_votes(bool, uint*);
extern "C" void metal_multiply_float(float const*, float const*, float*, float*, uint);
extern "C" void metal_multiply_half(half const*, half const*, float*, float*, uint);
extern "C" void metal_multiply_bfloat(bfloat const*, bfloat const*, float*, float*, uint);
extern "C" void metal_multiply_half_half(half const*, half const*, half*, float*, uint);
extern "C" void metal_out_of_range(uint);
extern "C" void metal_barriers();

int main() {
  for (uint lanes : {32u, 21u}) {
#define CHECK(T, simd) check_type<T>(#T, metal_lanes_##T, simd, lanes);
    TYPES(CHECK)
  }
  for (uint lanes : {32u, 21u})
    for (uint votes : {0u, ~0u, 0x1234567u, 0x80000001u}) {
      std::vector<std::array<uint, 13>> r(32);
      run_lanes(lanes, [&](uint lane) { metal_votes((votes >> lane & 1) != 0, r[lane].data()); });
      uint const there = lanes == 32 ? ~0u : (1u << lanes) - 1, yes = votes & there;
      for (uint lane = 0; lane < lanes; ++lane) {
        uint const quad = lane / 4 * 4, q_there = there >> quad & 15, q_yes = yes >> quad & 15;
        std::array<uint, 13> const e{
            yes,   there,   yes == there,     yes != 0,   lane == 0,     lanes == 32,  0,
            q_yes, q_there, q_yes == q_there, q_yes != 0, lane % 4 == 0, q_there == 15};
        expect(r[lane] == e, "votes of lane " + std::to_string(lane));
      }
    }
  check_matrices<float, float>("float", metal_multiply_float);
  check_matrices<half, float>("half to float", metal_multiply_half);
  check_matrices<bfloat, float>("bfloat to float", metal_multiply_bfloat);
  check_matrices<half, half>("half", metal_multiply_half_half);

  expect(complaints.empty(), "the machine heard a complaint too early");
  run_lanes(32, [](uint lane) { metal_out_of_range(lane); });
  expect(complaints.size() == 96,
         "out of range: " + std::to_string(complaints.size()) + " complaints, should be 96");
  bool found = false;
  for (std::string const& c : complaints)
    found = found || c == "simd_shuffle reads a lane that does not exist: a simdgroup has 32";
  expect(found, "the words about lane 40");
  run_lanes(1, [](uint) { metal_barriers(); });
  expect(barriers == std::vector<std::string>{"threadgroup_barrier 2 2", "simdgroup_barrier 1 3",
                                              "threadgroup_barrier 2 0 barriers.metal:4242",
                                              "atomic_thread_fence 1 5 1"},
         "barriers");
  std::printf("%ld failures\n", failures);
  return failures == 0 ? 0 : 1;
}
