// SPDX-License-Identifier: MIT
// Every refusal of the runtime, with its words.

#include <array>
#include <span>

#include "hand_made.hpp"

namespace {

using namespace hand_made;
using eg::u32;

// ---- What is refused while compiling ------------------------------------------------------------

template <class R>
concept can_be_in = requires(R&& r) { eg::in(static_cast<R&&>(r)); };
template <class R>
concept can_be_out = requires(R&& r) { eg::out(static_cast<R&&>(r)); };
template <class R>
concept can_be_inout = requires(R&& r) { eg::inout(static_cast<R&&>(r)); };

using floats = std::vector<float>;
static_assert(can_be_in<floats&> && can_be_in<floats const&> && can_be_in<float (&)[3]>);
static_assert(can_be_in<std::span<float const>> && can_be_in<std::array<bool, 3>&>);
static_assert(!can_be_in<floats>, "a temporary is gone when the kernel runs");
static_assert(!can_be_in<std::vector<double>&>, "double is no element type");
static_assert(!can_be_in<std::vector<bool>&>, "std::vector<bool> holds no bools");
static_assert(!can_be_in<int>);
static_assert(can_be_out<floats&> && can_be_out<std::span<float>> && can_be_out<std::span<float>&>);
static_assert(!can_be_out<floats const&> && !can_be_out<std::span<float const>>, "const cannot be written");
static_assert(!can_be_out<floats> && !can_be_out<std::array<float, 3>>, "a temporary loses the results");
static_assert(can_be_inout<floats&> && !can_be_inout<floats const&> && !can_be_inout<floats>);

static_assert(eg::kernel_argument<float> && eg::kernel_argument<bool> && eg::kernel_argument<eg::f16>);
static_assert(!eg::kernel_argument<double> && !eg::kernel_argument<floats> && !eg::kernel_argument<char>);

// ---- The call -----------------------------------------------------------------------------------

struct saxpy {
  kernel k{"saxpy"};
  eg::compiled_kernel compiled;

  explicit saxpy(std::int64_t least = 0, eg::extent3 grid = eg::extent3::open(),
                 eg::extent3 block = eg::extent3::open(), bool emit_only = false) {
    int const X = k.in<float>("X", least);
    auto const alpha = k.scalar<float>("alpha");
    int const Y = k.in<float>("Y", least), out = k.out<float>("Out", least);
    auto const i = k.gid();
    k.store(out, i, k.same(op::add, k.same(op::mul, alpha, k.load(X, i)), k.load(Y, i)));
    compiled = k.finish(grid, block, emit_only);
  }
};

template <class... Args>
std::string refusal_of_call(eg::compiled_kernel const& k, Args const&... args) {
  return refusal_of([&] { cpu().execute(k, args...); });
}

TEST(calls, arguments_have_to_fit) {
  saxpy s(100);
  floats x(100, 1.0f), y(100, 2.0f), out(100), few(99);
  std::vector<int> wrong(100);
  auto const n = eg::threads(100);
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(x), 2.0f, eg::in(y)),
            "saxpy takes 4 arguments (X, alpha, Y, Out); the call gives 3");
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(x), 2.0f, eg::out(y), eg::out(out)),
            "saxpy: argument 3 (Y) is in; the call gives out");
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(x), 2.0f, eg::in(y), eg::in(out)),
            "saxpy: argument 4 (Out) is out; the call gives in");
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(x), eg::in(x), eg::in(y), eg::out(out)),
            "saxpy: argument 2 (alpha) is scalar; the call gives in");
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(wrong), 2.0f, eg::in(y), eg::out(out)),
            "saxpy: argument 1 (X) has elements of type f32; the call gives i32");
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(x), 2, eg::in(y), eg::out(out)),
            "saxpy: argument 2 (alpha) has elements of type f32; the call gives i32");
  EXPECT_EQ(refusal_of_call(s.compiled, n, eg::in(x), 2.0f, eg::in(few), eg::out(out)),
            "saxpy: argument 3 (Y) needs at least 100 elements; the call gives 99");
  // Nothing ran; and the call that fits does.
  EXPECT_EQ(out, floats(100));
  cpu().execute(s.compiled, n, eg::in(x), eg::scalar(2.0f), eg::in(y), eg::out(out));
  EXPECT_EQ(out, floats(100, 4.0f));
}

template <class... Size>
std::string refusal_of_size(saxpy const& s, Size const&... size) {
  floats x(1000), out(1000);
  return refusal_of_call(s.compiled, size..., eg::in(x), 2.0f, eg::in(x), eg::out(out));
}

TEST(calls, the_launch_size_has_to_be_known_and_legal) {
  saxpy const open, fixed(0, {4, 1, 1}, {128, 1, 1}), block(0, eg::extent3::open(), {128, 1, 1});
  EXPECT_EQ(refusal_of_size(open), "saxpy: the block is chosen at dispatch: give eg::dispatch{.grid = ..., "
                                   ".block = ...} or eg::threads(n)");
  EXPECT_EQ(refusal_of_size(block), "saxpy: the grid is chosen at dispatch: give eg::dispatch{.grid = ..., "
                                    ".block = ...} or eg::threads(n)");
  EXPECT_EQ(refusal_of_size(open, eg::dispatch{.grid = 1, .block = {64, 17}}),
            "saxpy: a block of (64,17,1) has more than 1024 threads");
  EXPECT_EQ(refusal_of_size(open, eg::dispatch{.grid = 0xffffffffu, .block = 2}),
            "saxpy: 4294967295 threadgroups of 2 threads are more than 4294967295 threads along one axis");
  EXPECT_EQ(refusal_of_size(fixed, eg::dispatch{.grid = 5}),
            "saxpy: the call gives grid (5,1,1), but the kernel is made for (4,1,1)");
  EXPECT_EQ(refusal_of_size(fixed, eg::dispatch{.grid = 4, .block = 64}),
            "saxpy: the call gives block (64,1,1), but the kernel is made for (128,1,1)");
  EXPECT_EQ(
      refusal_of_size(fixed, eg::threads(512)),
      "saxpy: the call gives (512,1,1) threads, but the kernel is made for a grid of (4,1,1) threadgroups");
  EXPECT_EQ(refusal_of_size(block, eg::threads(1000).in_groups_of(100)),
            "saxpy: the call gives block (100,1,1), but the kernel is made for (128,1,1)");
  EXPECT_EQ(refusal_of([] { eg::threads(0); }), "a size of 0 is not between 1 and 4294967295");
  EXPECT_EQ(refusal_of([] { eg::threads(-3); }), "a size of -3 is not between 1 and 4294967295");
  EXPECT_EQ(refusal_of([] { eg::threads(std::size_t{1} << 32); }),
            "a size of 4294967296 is not between 1 and 4294967295");
  EXPECT_EQ(refusal_of_size(fixed), "nothing was thrown");
  EXPECT_EQ(refusal_of_size(fixed, eg::dispatch{.grid = 4, .block = 128}), "nothing was thrown");
  EXPECT_EQ(refusal_of_size(block, eg::threads(1000)), "nothing was thrown");
  EXPECT_EQ(refusal_of_size(open, eg::threads(1000)), "nothing was thrown");
}

TEST(calls, emit_only_is_not_run) {
  EXPECT_EQ(refusal_of_size(saxpy(0, {4, 1, 1}, {128, 1, 1}, true)),
            "saxpy was compiled with emit_only: there is text to export, but nothing to run");
  EXPECT_EQ(refusal_of([] { cpu().execute(eg::compiled_kernel{"empty", "", {}, {}}); }),
            "empty launches no kernel: there is nothing to run");
}

TEST(calls, outputs_are_read_by_name_or_position) {
  saxpy s;
  floats x(10, 3.0f), out(10);
  auto p = cpu().prepare(s.compiled, eg::threads(10), eg::in(x), 2.0f, eg::in(x), eg::out(out));
  EXPECT_GT(p.dispatch_timed(), 0.0);
  EXPECT_EQ(p.read_output<float>("Out"), floats(10, 9.0f));
  EXPECT_EQ(p.read_output<float>(3), floats(10, 9.0f));
  x.assign(10, 1.0f); // the same memory: bound, not copied
  p.dispatch();
  EXPECT_EQ(p.read_output<float>("Out"), floats(10, 3.0f));
  EXPECT_EQ(refusal_of([&] { p.read_output<float>("out"); }), "saxpy: there is no argument out");
  EXPECT_EQ(refusal_of([&] { p.read_output<float>(4); }), "saxpy: there is no argument 4: it has 4");
  EXPECT_EQ(refusal_of([&] { p.read_output<float>("X"); }), "saxpy: argument 1 (X) is in, not an output");
  EXPECT_EQ(refusal_of([&] { p.read_output<int>("Out"); }),
            "saxpy: argument 4 (Out) has elements of type f32, not i32");
}

TEST(calls, prepared_outlives_the_kernel_and_the_runtime) {
  floats x(10, 3.0f), out(10);
  auto p = [&] {
    saxpy s;
    eg::runtime rt(eg::backend::cpu, 2);
    return rt.prepare(s.compiled, eg::threads(10), eg::in(x), 2.0f, eg::in(x), eg::out(out));
  }();
  p.dispatch();
  EXPECT_EQ(p.read_output<float>("Out"), floats(10, 9.0f));
}

TEST(calls, the_runtime_says_what_it_is) {
  EXPECT_EQ(eg::runtime(eg::backend::cpu, 1).name(), "CPU (1 thread)");
  EXPECT_EQ(eg::runtime(eg::backend::cpu, 3).name(), "CPU (3 threads)");
  EXPECT_EQ(eg::runtime().backend(), eg::backend::cpu);
}

// ---- The running kernel -------------------------------------------------------------------------

TEST(running, accesses_out_of_range) {
  saxpy s;
  floats x(1024), out(5000), y(5000);
  EXPECT_EQ(refusal_of_call(s.compiled, eg::threads(5000), eg::in(x), 2.0f, eg::in(y), eg::out(out)),
            "saxpy: load from X at index 1024 is out of range (length 1024) in thread (1024,0,0)");
  x.resize(5000);
  out.resize(4999);
  EXPECT_EQ(refusal_of_call(s.compiled, eg::threads(5000), eg::in(x), 2.0f, eg::in(y), eg::out(out)),
            "saxpy: store to Out at index 4999 is out of range (length 4999) in thread (4999,0,0)");
  floats const none;
  EXPECT_EQ(refusal_of_call(s.compiled, eg::threads(1), eg::in(none), 2.0f, eg::in(y), eg::out(out)),
            "saxpy: load from X at index 0 is out of range (length 0) in thread (0,0,0)");
}

TEST(running, the_error_is_that_of_the_lowest_threadgroup) {
  // Threadgroups from 48 on fail, later ones after more work, so that theirs are not the first errors.
  kernel k("late");
  int const X = k.in<u32>("X"), out = k.out<u32>("Out");
  auto const sum = k.declare(k.gid());
  auto const group = k.position(eg::query::threadgroup_position_in_grid);
  k.for_(k.constant(0u), k.same(op::mul, group, k.constant(200u)), k.constant(1u));
  k.set(sum, k.same(op::mul, k.get(sum), k.constant(3u)));
  k.end();
  k.store(out, k.gid(), k.same(op::add, k.get(sum), k.load(X, k.gid())));
  std::vector<u32> x(48 * 64), y(400 * 64);
  eg::runtime rt(eg::backend::cpu, 4);
  auto p = rt.prepare(k.finish({400, 1, 1}, {64, 1, 1}), eg::in(x), eg::out(y));
  for (int round = 0; round < 20; ++round)
    ASSERT_EQ(refusal_of([&] { p.dispatch(); }),
              "late: load from X at index 3072 is out of range (length 3072) in thread (3072,0,0)");
  // A failure leaves the runtime usable.
  x.resize(400 * 64);
  rt.execute(k.finish({400, 1, 1}, {64, 1, 1}), eg::in(x), eg::out(y));
}

TEST(running, negative_and_gathered_indices) {
  kernel k("gather");
  int const I = k.in<eg::i32>("I"), X = k.in<float>("X"), out = k.out<float>("Out");
  k.store(out, k.gid(), k.load(X, k.load(I, k.gid())));
  std::vector<eg::i32> index(200, 3);
  floats x(10), y(200);
  index[77] = -1;
  auto const run = [&] {
    return refusal_of_call(k.finish(), eg::threads(200).in_groups_of({16, 1}), eg::in(index), eg::in(x),
                           eg::out(y));
  };
  EXPECT_EQ(run(), "gather: load from X at index -1 is out of range (length 10) in thread (77,0,0)");
  index[77] = 10;
  EXPECT_EQ(run(), "gather: load from X at index 10 is out of range (length 10) in thread (77,0,0)");
  index[77] = 9;
  EXPECT_EQ(run(), "nothing was thrown");
}

TEST(running, threads_are_named_in_three_dimensions) {
  kernel k("volume");
  int const X = k.in<float>("X"), out = k.out<float>("Out");
  // index z * 12 + y * 4 + x
  auto const at = k.same(
      op::add,
      k.same(op::mul, k.same(op::add, k.same(op::mul, k.gid(2), k.constant(3u)), k.gid(1)), k.constant(4u)),
      k.gid(0));
  k.store(out, at, k.load(X, at));
  floats x(4 * 3 * 5 - 2), y(4 * 3 * 5);
  EXPECT_EQ(refusal_of_call(k.finish(), eg::threads(4, 3, 5).in_groups_of({3, 2, 2}), eg::in(x), eg::out(y)),
            "volume: load from X at index 58 is out of range (length 58) in thread (2,2,4)");
}

TEST(running, vector_accesses_are_in_range_and_aligned) {
  auto const run = [](u32 scale, u32 shift, std::size_t length, bool stores) {
    kernel k("vectors");
    int const X = k.in<float>("X"), out = k.out<float>("Out");
    auto const four = k.same(op::mul, k.gid(), k.constant(4u));
    auto const odd = k.same(op::add, k.same(op::mul, k.gid(), k.constant(scale)), k.constant(shift));
    k.store(out, stores ? odd : four, k.load(X, stores ? four : odd, 4));
    floats x(stores ? 1000 : length), y(stores ? length : 1000);
    return refusal_of_call(k.finish(), eg::threads(40), eg::in(x), eg::out(y));
  };
  EXPECT_EQ(run(4, 0, 160, false), "nothing was thrown");
  EXPECT_EQ(run(4, 0, 160, true), "nothing was thrown");
  EXPECT_EQ(
      run(4, 0, 159, false),
      "vectors: load of 4 elements from X at index 156 is out of range (length 159) in thread (39,0,0)");
  EXPECT_EQ(
      run(4, 0, 159, true),
      "vectors: store of 4 elements to Out at index 156 is out of range (length 159) in thread (39,0,0)");
  EXPECT_EQ(run(4, 2, 1000, false),
            "vectors: load of 4 elements from X at index 2 is not aligned to 4 elements in thread (0,0,0)");
  EXPECT_EQ(run(2, 0, 1000, true),
            "vectors: store of 4 elements to Out at index 2 is not aligned to 4 elements in thread (1,0,0)");
}

// tile[tid] = tid where tid < written, then Out[gid] = tile[63 - tid].
std::string run_tile(u32 written, std::int64_t length) {
  kernel k("tile");
  int const out = k.out<u32>("Out"), tile = k.shared<u32>("tile", length);
  k.if_(k.compare(op::lt, k.tid(), k.constant(written)));
  k.store(tile, k.tid(), k.tid());
  k.end();
  k.barrier();
  k.store(out, k.gid(), k.load(tile, k.same(op::sub, k.constant(63u), k.tid())));
  std::vector<u32> y(128);
  return refusal_of_call(k.finish({2, 1, 1}, {64, 1, 1}), eg::out(y));
}

TEST(running, threadgroup_memory_is_written_before_it_is_read) {
  EXPECT_EQ(run_tile(64, 64), "nothing was thrown");
  EXPECT_EQ(run_tile(60, 64), "tile: load from tile at index 63 reads threadgroup memory that no thread has "
                              "written, in thread (0,0,0)");
  EXPECT_EQ(run_tile(64, 63),
            "tile: store to tile at index 63 is out of range (length 63) in thread (63,0,0)");
}

TEST(running, threadgroup_memory_does_not_live_on_in_the_next_threadgroup) {
  kernel k("stale");
  int const out = k.out<u32>("Out"), tile = k.shared<u32>("tile", 32);
  auto const group = k.position(eg::query::threadgroup_position_in_grid);
  k.if_(k.compare(op::eq, group, k.constant(0u)));
  k.store(tile, k.tid(), k.tid());
  k.end();
  k.store(out, k.gid(), k.load(tile, k.tid()));
  std::vector<u32> y(64);
  eg::runtime one(eg::backend::cpu, 1);
  EXPECT_EQ(refusal_of([&] { one.execute(k.finish({2, 1, 1}, {32, 1, 1}), eg::out(y)); }),
            "stale: load from tile at index 0 reads threadgroup memory that no thread has written, in thread "
            "(32,0,0)");
}

TEST(running, barriers_are_for_all_threads) {
  auto const run = [](u32 limit, u32 threads) {
    kernel k("halt");
    int const out = k.out<u32>("Out");
    k.if_(k.compare(op::lt, k.tid(), k.constant(limit)));
    k.barrier();
    k.end();
    k.store(out, k.gid(), k.tid());
    std::vector<u32> y(threads);
    return refusal_of_call(k.finish(eg::extent3::open(), {128, 1, 1}), eg::threads(threads), eg::out(y));
  };
  EXPECT_EQ(run(128, 300), "nothing was thrown");
  EXPECT_EQ(run(0, 300), "nothing was thrown"); // nobody waits
  EXPECT_EQ(run(64, 128), "halt: barrier is reached by 64 of the 128 threads of threadgroup (0,0,0); thread "
                          "(64,0,0) does not reach it");
  EXPECT_EQ(run(44, 300), "halt: barrier is reached by 44 of the 128 threads of threadgroup (0,0,0); thread "
                          "(44,0,0) does not reach it");
  EXPECT_EQ(run(50, 40), "nothing was thrown"); // the only threadgroup has 40 threads
}

TEST(running, barriers_in_loops_that_threads_leave_early) {
  kernel k("early");
  int const out = k.out<u32>("Out");
  k.for_(k.constant(0u), k.same(op::add, k.tid(), k.constant(1u)), k.constant(1u));
  k.barrier();
  k.end();
  k.store(out, k.gid(), k.tid());
  std::vector<u32> y(48);
  EXPECT_EQ(
      refusal_of_call(k.finish({1, 1, 1}, {48, 1, 1}), eg::out(y)),
      "early: barrier is reached by 47 of the 48 threads of threadgroup (0,0,0); thread (0,0,0) does not "
      "reach it");
}

TEST(running, shuffles_read_active_threads) {
  auto const run = [](u32 limit, int mask, u32 threads) {
    kernel k("shuffle");
    int const out = k.out<u32>("Out");
    k.if_(k.compare(op::lt, k.tid(), k.constant(limit)));
    k.store(out, k.gid(),
            k.emit(op::simd_shuffle_xor, t<u32>, {k.tid(), k.constant(static_cast<u32>(mask))}));
    k.end();
    std::vector<u32> y(threads);
    return refusal_of_call(k.finish(eg::extent3::open(), {64, 1, 1}), eg::threads(threads), eg::out(y));
  };
  EXPECT_EQ(run(64, 1, 64), "nothing was thrown");
  EXPECT_EQ(run(32, 1, 64), "nothing was thrown");
  EXPECT_EQ(run(33, 1, 64),
            "shuffle: simd_shuffle_xor with mask 1 reads lane 1, which is not active, in lane 0 "
            "of the simdgroup of thread (32,0,0)");
  EXPECT_EQ(run(64, 16, 40), "shuffle: simd_shuffle_xor with mask 16 reads lane 16, which is not active, in "
                             "lane 0 of the simdgroup of thread (32,0,0)");
  EXPECT_EQ(run(64, 32, 64),
            "shuffle: simd_shuffle_xor: the mask 32 is not one of 0 to 31, in thread (0,0,0)");
}

TEST(running, loops_end) {
  auto const run = [](u32 low, u32 high, u32 by, bool divergent) {
    kernel k("loop");
    int const out = k.out<u32>("Out");
    auto const add = [&](u32 c) {
      return divergent ? k.same(op::add, k.same(op::mul, k.gid(), k.constant(0u)), k.constant(c))
                       : k.constant(c);
    };
    k.for_(add(low), add(high), add(by));
    k.end();
    k.store(out, k.gid(), k.gid());
    std::vector<u32> y(40);
    return refusal_of_call(k.finish(), eg::threads(40), eg::out(y));
  };
  for (bool divergent : {false, true}) {
    EXPECT_EQ(run(0, 10, 3, divergent), "nothing was thrown");
    EXPECT_EQ(run(5, 5, 0, divergent), "nothing was thrown"); // not entered
    EXPECT_EQ(run(0, 10, 0, divergent),
              "loop: for with step 0 never ends in thread (0,0,0): a step has to be positive");
    EXPECT_EQ(run(0xfffffff0, 0xffffffff, 16, divergent),
              "loop: for goes past the largest u32 (4294967280 + 16) in thread (0,0,0)");
  }
}

// ---- Malformed kernels --------------------------------------------------------------------------

TEST(malformed, kernels_are_refused_before_they_run) {
  auto const refusal = [](auto build) {
    kernel k("bad");
    k.in<float>("X");
    k.out<float>("Out");
    build(k);
    floats x(64), y(64);
    return refusal_of_call(k.finish({1, 1, 1}, {64, 1, 1}), eg::in(x), eg::out(y));
  };
  EXPECT_EQ(refusal([](kernel& k) { k.store(0, k.gid(), k.constant(1.0f)); }),
            "bad: instruction 2 (store) is malformed: the memory does not allow it");
  EXPECT_EQ(refusal([](kernel& k) { k.store(1, k.gid(), k.constant(1)); }),
            "bad: instruction 2 (store) is malformed: the element type is not the memory's");
  EXPECT_EQ(refusal([](kernel& k) { k.store(7, k.gid(), k.constant(1.0f)); }),
            "bad: instruction 2 (store) is malformed: no such memory");
  EXPECT_EQ(refusal([](kernel& k) { k.same(op::add, k.constant(1.0f), k.constant(1)); }),
            "bad: instruction 2 (add) is malformed: the operands have different types");
  EXPECT_EQ(refusal([](kernel& k) { k.same(op::rem, k.constant(1.0f), k.constant(1.0f)); }),
            "bad: instruction 2 (rem) is malformed: the operation does not take this type");
  EXPECT_EQ(refusal([](kernel& k) { k.emit(op::sqrt, t<float>, {5}); }),
            "bad: instruction 0 (sqrt) is malformed: an operand is missing");
  EXPECT_EQ(refusal([](kernel& k) { k.emit(op::end, none); }),
            "bad: instruction 0 (end) is malformed: nothing is open");
  EXPECT_EQ(refusal([](kernel& k) { k.emit(op::load_field, t<float>, {k.gid()}, 0); }),
            "bad: instruction 1 (load_field) is malformed: the elements are of another kind");
  auto const matrices = [&](op code, eg::type result, bool wrong_column) {
    return refusal([&](kernel& k) {
      eg::type const column{eg::element_kind::float32, 3};
      auto const one = k.constant(1.0f);
      auto const v = k.emit(op::make_vector, column, {one});
      auto const m = k.emit(op::make_matrix, {column.element, 3, 2}, {v, wrong_column ? one : v});
      code == op::matrix_product ? k.emit(code, result, {m, v}) : k.emit(code, result, {m});
    });
  };
  EXPECT_EQ(matrices(op::transpose, {eg::element_kind::float32, 2, 3}, true),
            "bad: instruction 2 (make_matrix) is malformed: a column has another type");
  EXPECT_EQ(matrices(op::transpose, {eg::element_kind::float32, 3, 2}, false),
            "bad: instruction 3 (transpose) is malformed: the shapes do not fit");
  EXPECT_EQ(matrices(op::determinant, t<float>, false),
            "bad: instruction 3 (determinant) is malformed: the shapes do not fit");
  EXPECT_EQ(matrices(op::matrix_product, {eg::element_kind::float32, 3}, false),
            "bad: instruction 3 (matrix_product) is malformed: the shapes do not fit");
  EXPECT_EQ(matrices(op::sqrt, {eg::element_kind::float32, 3, 2}, false),
            "bad: instruction 3 (sqrt) is malformed: it is no operation on matrices, or of no such matrix");
  eg::type const matrix{eg::element_kind::float32, 8, 8}, halves{eg::element_kind::float16, 8, 8};
  auto const of_simdgroup = [&](auto build) {
    return refusal([&](kernel& k) {
      auto const zero = k.constant(0u), eight = k.constant(8u), by_rows = k.constant(false);
      auto const m = k.emit(op::simdgroup_load, matrix, {zero, eight, by_rows}, 0);
      build(k, m, zero, eight);
    });
  };
  EXPECT_EQ(of_simdgroup([](kernel& k, auto m, auto, auto) { k.same(op::add, m, m); }),
            "bad: instruction 4 (add) is malformed: it gives no matrix of a simdgroup, or there is no such "
            "matrix");
  EXPECT_EQ(of_simdgroup([](kernel& k, auto m, auto zero, auto) { k.store(1, zero, m); }),
            "bad: instruction 4 (store) is malformed: it takes no matrix of a simdgroup");
  EXPECT_EQ(of_simdgroup([](kernel& k, auto m, auto zero, auto eight) {
              auto const flag = k.compare(op::lt, zero, eight);
              k.emit(op::simdgroup_store, none, {zero, m, eight, flag}, 1);
            }),
            "bad: instruction 5 (simdgroup_store) is malformed: whether it is transposed is no constant");
  EXPECT_EQ(
      of_simdgroup([](kernel& k, auto m, auto zero, auto eight) {
        k.emit(op::simdgroup_store, none, {zero, m, k.constant(8.0f), eight}, 1);
      }),
      "bad: instruction 5 (simdgroup_store) is malformed: the elements per row are not one integer of 32 "
      "or 64 bits");
  EXPECT_EQ(of_simdgroup([](kernel& k, auto m, auto zero, auto eight) {
              k.emit(op::simdgroup_store, none, {zero, m, eight, k.constant(true)}, 0);
            }),
            "bad: instruction 5 (simdgroup_store) is malformed: the memory does not allow it");
  EXPECT_EQ(of_simdgroup([&](kernel& k, auto, auto zero, auto eight) {
              k.emit(op::simdgroup_load, halves, {zero, eight, k.constant(true)}, 0);
            }),
            "bad: instruction 5 (simdgroup_load) is malformed: the element type is not the memory's");
  EXPECT_EQ(
      of_simdgroup([&](kernel& k, auto m, auto, auto) { k.emit(op::simdgroup_multiply, halves, {m, m}); }),
      "bad: instruction 4 (simdgroup_multiply) is malformed: there is no such product");
  EXPECT_EQ(
      of_simdgroup([&](kernel& k, auto, auto zero, auto) { k.emit(op::simdgroup_fill, matrix, {zero}); }),
      "bad: instruction 4 (simdgroup_fill) is malformed: an element has another type");
  EXPECT_EQ(of_simdgroup([](kernel& k, auto m, auto, auto) { k.emit(op::thread_element, t<float>, {m}, 2); }),
            "bad: instruction 4 (thread_element) is malformed: there is no such element");
  EXPECT_EQ(refusal([](kernel& k) { k.if_(k.compare(op::lt, k.gid(), k.tid())); }),
            "bad: instruction 3 (if) is malformed: it has no end");
  EXPECT_EQ(
      refusal([](kernel& k) {
        k.if_(k.compare(op::lt, k.gid(), k.tid()));
        auto const inside = k.same(op::add, k.gid(), k.tid());
        k.end();
        k.declare(inside);
      }),
      "bad: instruction 8 (declare) is malformed: an operand is used outside the region that computes it");
}

} // namespace
