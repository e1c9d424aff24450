// SPDX-License-Identifier: MIT
// Indices and loops of all four index types, and vectors of three, which begin anywhere.

#include "columns.hpp"
#include "rows.hpp"

namespace {

using namespace rows;
using eg::value_id;
using hand_made::kernel;
using enum eg::access;

constexpr element_kind index_kinds[] = {int32, uint32, int64, uint64};

std::uint64_t mixed(std::uint64_t x) {
  return (x * 0x9e3779b97f4a7c15) >> 17;
}

// ---- Indices ------------------------------------------------------------------------------------

constexpr std::size_t threads = 100;

/// Y[gid] = X[I[gid]] or, if it `stores`, Y[I[gid]] = X[gid]; the other has 100 elements.
std::string refusal_of_access(element_kind index, column& I, column& x, column& y, bool stores) {
  kernel k("access");
  int const II = k.argument(index, "I", in), X = k.argument(x.kind, "X", in),
            Y = k.argument(y.kind, "Y", inout);
  auto const at = k.load(II, k.gid());
  k.store(Y, stores ? at : k.gid(), k.load(X, stores ? k.gid() : at));
  return hand_made::refusal_of(
      [&] { execute(k.finish(), eg::threads(threads), {given{I, in}, given{x, in}, given{y, inout}}); });
}

TEST(memory, gathers_and_scatters_by_indices_of_all_types) {
  for (element_kind index : index_kinds)
    for (element_kind e : every_kind) {
      column I(index, threads), x(e, 333), y(e, threads), back(e, 333);
      for (std::size_t i = 0; i < x.length; ++i)
        x.set(i, cut(e, static_cast<wide>(mixed(i))));
      for (std::size_t i = 0; i < threads; ++i)
        I.set(i, i * 37 % 333); // some more than once
      ASSERT_EQ(refusal_of_access(index, I, x, y, false), "nothing was thrown");
      for (std::size_t i = 0; i < threads; ++i) {
        ASSERT_EQ(y[i], x[i * 37 % 333]) << eg::ir_name(index) << ' ' << eg::ir_name(e);
        I.set(i, i * 10 % 333); // each once
      }
      ASSERT_EQ(refusal_of_access(index, I, y, back, true), "nothing was thrown");
      for (std::size_t i = 0; i < threads; ++i)
        ASSERT_EQ(back[i * 10 % 333], y[i]) << eg::ir_name(index) << ' ' << eg::ir_name(e);
    }
}

// Also those that would be in range with their upper half cut off.
TEST(memory, indices_out_of_range_are_refused_with_their_numbers) {
  struct {
    element_kind kind;
    bits index;
    char const* shown;
  } const wrong[] = {
      {int32, 333, "333"},
      {int32, 0xffffffff, "-1"},
      {int32, 0x80000000, "-2147483648"},
      {uint32, 333, "333"},
      {uint32, 0xffffffff, "4294967295"},
      {int64, 333, "333"},
      {int64, ~bits{0}, "-1"},
      {int64, bits{1} << 32, "4294967296"},
      {int64, (bits{1} << 40) + 5, "1099511627781"},
      {int64, bits{1} << 63, "-9223372036854775808"},
      {int64, 0xffffffff00000007, "-4294967289"},
      {int64, 0xffffffff, "4294967295"},
      {uint64, 333, "333"},
      {uint64, 0xffffffff, "4294967295"},
      {uint64, bits{1} << 32, "4294967296"},
      {uint64, bits{1} << 63, "9223372036854775808"},
      {uint64, ~bits{0}, "18446744073709551615"},
  };
  for (auto const& w : wrong) {
    column I(w.kind, threads), x(float32, 333), y(float32, threads), back(float32, 333);
    for (std::size_t i = 0; i < threads; ++i)
      I.set(i, i == 77 ? w.index : i);
    auto const message = [&](char const* what) {
      return std::string("access: ") + what + " at index " + w.shown +
             " is out of range (length 333) in thread (77,0,0)";
    };
    EXPECT_EQ(refusal_of_access(w.kind, I, x, y, false), message("load from X"));
    EXPECT_EQ(refusal_of_access(w.kind, I, y, back, true), message("store to Y"));
  }
}

// An index of 64 bits that all threads have, in a branch that some enter, and that nobody uses where the
// mask is false.
TEST(memory, wide_indices_under_masks) {
  for (element_kind index : {int64, uint64}) {
    column x(int16, 50), y(int16, threads);
    for (std::size_t i = 0; i < x.length; ++i)
      x.set(i, cut(int16, static_cast<wide>(mixed(i))));
    kernel k;
    int const X = k.argument(int16, "X", in), Y = k.argument(int16, "Y", out);
    auto const constant = [&](wide n) {
      return k.emit(op::constant, {index, 1}, {}, static_cast<std::int64_t>(cut(index, n)));
    };
    auto const gid = k.emit(op::convert, {index, 1}, {k.gid()});
    auto const mask = k.compare(op::lt, k.gid(), k.constant(50u));
    auto const fixed = k.load(X, constant(17));
    auto const beyond =
        k.same(op::sub, gid, k.same(op::mul, constant(2), k.same(op::mul, gid, gid))); // negative
    auto const chosen = k.emit(op::select, {index, 1}, {beyond, gid, mask});
    k.store(Y, gid, k.emit(op::load_if, {int16, 1}, {chosen, mask, fixed}, X));
    k.if_(mask);
    k.emit(op::store_if, hand_made::none, {chosen, k.compare(op::ge, k.gid(), k.constant(25u)), fixed}, Y);
    k.end();
    execute(k.finish(), eg::threads(threads), {given{x, in}, given{y, out}});
    for (std::size_t i = 0; i < threads; ++i)
      ASSERT_EQ(y[i], i < 25 ? x[i] : x[17]) << i;
  }
}

// Vectors of three begin anywhere, also where the threads' vectors overlap when loaded.
TEST(memory, vectors_of_three_at_any_index) {
  for (element_kind index : index_kinds)
    for (element_kind e : every_kind)
      for (std::size_t by : {std::size_t{1}, std::size_t{3}, std::size_t{5}}) {
        std::size_t const length = by * (threads - 1) + 2 + 3;
        column x(e, length), y(e, 3 * threads + 1), z(e, length);
        for (std::size_t i = 0; i < length; ++i)
          x.set(i, cut(e, static_cast<wide>(mixed(i))));
        kernel k;
        int const X = k.argument(e, "X", in), Y = k.argument(e, "Y", inout), Z = k.argument(e, "Z", inout);
        auto const gid = k.emit(op::convert, {index, 1}, {k.gid()});
        auto const times = [&](std::size_t n, std::size_t plus) {
          auto const c = [&](std::size_t v) {
            return k.emit(op::constant, {index, 1}, {}, static_cast<std::int64_t>(v));
          };
          return k.same(op::add, k.same(op::mul, gid, c(n)), c(plus));
        };
        auto const v = k.load(X, times(by, 2), 3);
        k.store(Y, times(3, 1), v);
        if (by >= 3)
          k.store(Z, times(by, 2), v);
        execute(k.finish(), eg::threads(threads), {given{x, in}, given{y, inout}, given{z, inout}});
        ASSERT_EQ(y[0], 0u);
        for (std::size_t i = 0; i < threads; ++i)
          for (std::size_t c = 0; c < 3; ++c)
            ASSERT_EQ(y[1 + 3 * i + c], x[by * i + 2 + c]) << eg::ir_name(index) << ' ' << eg::ir_name(e);
        for (std::size_t i = 0; i < length; ++i) {
          bool const written = by >= 3 && i >= 2 && (i - 2) % by < 3;
          ASSERT_EQ(z[i], written ? x[i] : 0u) << eg::ir_name(index) << ' ' << eg::ir_name(e);
        }
      }
}

TEST(memory, vectors_of_three_are_in_range) {
  for (element_kind index : index_kinds)
    for (std::size_t length : {std::size_t{2}, std::size_t{101}, std::size_t{102}}) {
      column x(uint8, length), y(uint8, 3 * threads);
      kernel k("three");
      int const X = k.argument(uint8, "X", in), Y = k.argument(uint8, "Y", out);
      auto const gid = k.emit(op::convert, {index, 1}, {k.gid()});
      k.store(Y, k.same(op::mul, k.gid(), k.constant(3u)), k.load(X, gid, 3));
      auto const refusal = hand_made::refusal_of(
          [&] { execute(k.finish(), eg::threads(threads), {given{x, in}, given{y, out}}); });
      std::string const first = length == 2 ? "0" : "99";
      EXPECT_EQ(refusal, length == 102 ? "nothing was thrown"
                                       : "three: load of 3 elements from X at index " + first +
                                             " is out of range (length " + std::to_string(length) +
                                             ") in thread (" + first + ",0,0)");
    }
}

// ---- Loops --------------------------------------------------------------------------------------

struct range {
  wide low, high, step;
};

/// The rounds of a loop in each thread and the sum of its induction values, where thread i's bounds are
/// those of `range_of(i)`.
void check_loop(element_kind k, range (*range_of)(element_kind, std::size_t)) {
  column bounds[3] = {{k, threads}, {k, threads}, {k, threads}};
  column rounds(uint32, threads), sums(k, threads);
  for (std::size_t i = 0; i < threads; ++i) {
    range const r = range_of(k, i);
    bounds[0].set(i, cut(k, r.low));
    bounds[1].set(i, cut(k, r.high));
    bounds[2].set(i, cut(k, r.step));
  }
  kernel l;
  value_id b[3];
  for (std::size_t i = 0; i < 3; ++i)
    b[i] = l.load(l.argument(k, &"ABC"[i], in), l.gid());
  int const R = l.argument(uint32, "R", out), S = l.argument(k, "S", out);
  auto const count = l.declare(l.constant(0u));
  auto const sum = l.declare(l.emit(op::constant, {k, 1}, {}, 0));
  auto const i = l.for_(b[0], b[1], b[2]);
  l.set(count, l.same(op::add, l.get(count), l.constant(1u)));
  l.set(sum, l.same(op::add, l.get(sum), i));
  l.end();
  l.store(R, l.gid(), l.get(count));
  l.store(S, l.gid(), l.get(sum));
  execute(l.finish(), eg::threads(threads),
          {given{bounds[0], in}, given{bounds[1], in}, given{bounds[2], in}, given{rounds, out},
           given{sums, out}});
  for (std::size_t t = 0; t < threads; ++t) {
    range const r = range_of(k, t);
    wide n = 0, total = 0;
    for (wide x = r.low; x < r.high; x += r.step, ++n)
      total += x;
    ASSERT_EQ(rounds[t], static_cast<bits>(n)) << eg::ir_name(k) << " thread " << t;
    ASSERT_EQ(sums[t], cut(k, total)) << eg::ir_name(k) << " thread " << t;
  }
  tested().insert({op::for_, k, k});
}

TEST(memory, loops_over_all_index_types) {
  for (element_kind e : index_kinds) {
    check_loop(e, [](element_kind, std::size_t i) { // all threads alike
      return range{3, 20 + static_cast<wide>(i - i), 2};
    });
    check_loop(e, [](element_kind, std::size_t i) { // as far as the thread's number, none for some
      return range{5, static_cast<wide>(i), static_cast<wide>(i % 3 + 1)};
    });
    check_loop(e, [](element_kind k, std::size_t i) { // up to the largest of all
      return range{largest(k) - static_cast<wide>(i), largest(k), 1};
    });
    check_loop(
        e, [](element_kind k, std::size_t i) { // from the least of all, in giant steps, ends before the last
          return range{least(k), largest(k) - largest(k) / 4, largest(k) / 7 + static_cast<wide>(i)};
        });
    check_loop(e, [](element_kind k, std::size_t i) { // across the 32-bit border where there is one
      wide const middle = width(k) == 64 ? wide{1} << 32 : wide{1} << 16;
      return range{middle - static_cast<wide>(i), middle + 3, 1};
    });
    if (is_signed(e))
      check_loop(e, [](element_kind, std::size_t i) { // through 0
        return range{-static_cast<wide>(i), static_cast<wide>(i) - 7, 3};
      });
  }
}

/// A loop with constant bounds, or with bounds that a buffer gives.
std::string refusal_of_loop(element_kind e, range const& r, bool constants) {
  column b(e, 3);
  bits const values[3] = {cut(e, r.low), cut(e, r.high), cut(e, r.step)};
  kernel k("loop");
  int const B = k.argument(e, "B", in);
  value_id v[3];
  for (std::size_t i = 0; i < 3; ++i) {
    b.set(i, values[i]);
    v[i] = constants ? k.emit(op::constant, {e, 1}, {}, static_cast<std::int64_t>(values[i]))
                     : k.load(B, k.constant(static_cast<eg::u32>(i)));
  }
  k.for_(v[0], v[1], v[2]);
  k.end();
  return hand_made::refusal_of([&] { execute(k.finish(), eg::threads(10), {given{b, in}}); });
}

TEST(memory, loops_that_never_end_are_refused) {
  for (element_kind e : index_kinds)
    for (bool constants : {false, true}) {
      std::string const name = eg::ir_name(e);
      EXPECT_EQ(refusal_of_loop(e, {0, 10, 0}, constants),
                "loop: for with step 0 never ends in thread (0,0,0): a step has to be positive");
      if (is_signed(e)) {
        EXPECT_EQ(refusal_of_loop(e, {0, 10, -3}, constants),
                  "loop: for with step -3 never ends in thread (0,0,0): a step has to be positive");
      }
      EXPECT_EQ(refusal_of_loop(e, {largest(e) - 1, largest(e), 2}, constants),
                "loop: for goes past the largest " + name + " (" +
                    std::to_string(static_cast<bits>(largest(e) - 1)) + " + 2) in thread (0,0,0)");
      EXPECT_EQ(refusal_of_loop(e, {largest(e) - 1, largest(e), 1}, constants), "nothing was thrown");
      EXPECT_EQ(refusal_of_loop(e, {7, 7, 0}, constants), "nothing was thrown"); // no round, so no matter
    }
}

} // namespace
