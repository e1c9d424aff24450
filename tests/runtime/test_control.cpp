// SPDX-License-Identifier: MIT
// Control flow in lockstep against one thread at a time: chosen cases, and random programs that a thread by
// thread interpreter written here runs too.

#include <array>
#include <functional>
#include <random>

#include "hand_made.hpp"

namespace {

using namespace hand_made;
using eg::u32;

/// Runs one thread of a kernel of u32 and bool scalars and u32 vectors, reading the list as it stands.
class one_thread {
public:
  one_thread(eg::kernel_ir const& k, std::vector<u32> const& input, std::vector<u32>& output,
             std::function<u32(eg::query, int)> where)
      : k_{k}
      , input_{input}
      , output_{output}
      , where_{std::move(where)}
      , values_(k.code.size()) {
    for (std::size_t p = 0; p < k.code.size(); ++p)
      if (k.code[p].code == op::constant)
        values_[p][0] = static_cast<u32>(k.code[p].imm);
      else if (k.code[p].code == op::query)
        values_[p][0] = where_(eg::query_of(k.code[p]), eg::axis_of(k.code[p]));
  }
  void run() { run(0, k_.code.size()); }

private:
  u32 in(std::size_t p, int n) const { return values_[k_.code[p].operands[n]][0]; }

  // Up to, not including, `stop`.
  void run(std::size_t p, std::size_t stop) {
    while (p < stop)
      p = step(p);
  }
  std::size_t end_of(std::size_t p) const {
    int depth = 0;
    for (;; ++p) {
      op const c = k_.code[p].code;
      if (c == op::for_ || c == op::if_ || c == op::while_)
        ++depth;
      else if (c == op::end && --depth == 0)
        return p;
    }
  }
  std::size_t step(std::size_t p) {
    eg::instruction const& i = k_.code[p];
    auto& out = values_[p];
    switch (i.code) {
    case op::add:
      for (std::size_t c = 0; c < 4; ++c)
        out[c] = values_[i.operands[0]][c] + values_[i.operands[1]][c];
      break;
    case op::mul:
      out[0] = in(p, 0) * in(p, 1);
      break;
    case op::bit_xor:
      out[0] = in(p, 0) ^ in(p, 1);
      break;
    case op::bit_and:
      out[0] = in(p, 0) & in(p, 1);
      break;
    case op::lt:
      out[0] = in(p, 0) < in(p, 1);
      break;
    case op::ne:
      out[0] = in(p, 0) != in(p, 1);
      break;
    case op::select:
      out[0] = in(p, 2) != 0 ? in(p, 1) : in(p, 0);
      break;
    case op::make_vector:
      for (int c = 0; c < i.type.lanes; ++c)
        out[static_cast<std::size_t>(c)] = in(p, c);
      break;
    case op::extract:
      out[0] = values_[i.operands[0]][static_cast<std::size_t>(i.imm)];
      break;
    case op::declare:
    case op::get:
      out = values_[i.operands[0]];
      break;
    case op::set:
      values_[i.operands[0]] = values_[i.operands[1]];
      break;
    case op::load:
      out[0] = input_[in(p, 0)];
      break;
    case op::load_if:
      out[0] = in(p, 1) != 0 ? input_[in(p, 0)] : in(p, 2);
      break;
    case op::store:
      output_[in(p, 0)] = in(p, 1);
      break;
    case op::if_: {
      std::size_t const end = end_of(p);
      auto const other = static_cast<std::size_t>(i.imm);
      if (in(p, 0) != 0)
        run(p + 1, other);
      else if (other != end)
        run(other + 1, end);
      return end + 1;
    }
    case op::for_: {
      std::size_t const end = end_of(p);
      for (out[0] = in(p, 0); out[0] < in(p, 1);) {
        u32 const counter = out[0];
        run(p + 1, end);
        out[0] = counter + in(p, 2);
      }
      return end + 1;
    }
    case op::while_: {
      std::size_t const end = end_of(p);
      auto const test = static_cast<std::size_t>(i.imm);
      for (;;) {
        run(p + 1, test);
        if (in(test, 0) == 0)
          return end + 1;
        run(test + 1, end);
      }
    }
    case op::constant:
    case op::query:
      break;
    default:
      ADD_FAILURE() << "the interpreter does not know " << eg::info(i.code).name;
    }
    return p + 1;
  }

  eg::kernel_ir k_;
  std::vector<u32> const& input_;
  std::vector<u32>& output_;
  std::function<u32(eg::query, int)> where_;
  std::vector<std::array<u32, 4>> values_;
};

/// Runs a kernel with memories In (0) and Out (1) both ways and compares.
void check_against_interpreter(kernel& k, std::size_t threads, u32 block, std::vector<u32> const& input,
                               std::size_t outputs) {
  std::vector<u32> got(outputs), want(outputs);
  cpu().execute(k.finish(eg::extent3::open(), {block, 1, 1}), eg::threads(threads), eg::in(input),
                eg::out(got));
  for (u32 i = 0; i < threads; ++i)
    one_thread(k.ir({}, {}), input, want, [&](eg::query q, int) {
      return q == eg::query::thread_position_in_grid          ? i
             : q == eg::query::thread_position_in_threadgroup ? i % block
                                                              : i / block;
    }).run();
  for (std::size_t i = 0; i < outputs; ++i)
    ASSERT_EQ(got[i], want[i]) << "output " << i;
}

class generator {
public:
  explicit generator(unsigned seed) : random_{seed} {}

  static constexpr u32 inputs = 64, results = 4;

  kernel make() {
    int const in = k_.in<u32>("In"), out = k_.out<u32>("Out");
    in_ = in;
    auto const gid = k_.gid();
    values_ = {gid, k_.tid(), k_.position(eg::query::threadgroup_position_in_grid)};
    for (u32 c : {0u, 1u, 2u, 5u, 31u, 0x9e3779b9u})
      values_.push_back(k_.constant(c));
    one_ = values_[4];
    for (int i = 0; i < 3; ++i)
      variables_.push_back(k_.declare(value()));
    statements(3, 12);
    auto const base = k_.same(op::mul, gid, k_.constant(results));
    for (u32 r = 0; r < results; ++r)
      k_.store(out, k_.same(op::add, base, k_.constant(r)),
               r < 3 ? k_.get(variables_[r]) : k_.same(op::bit_xor, value(), value()));
    return std::move(k_);
  }

private:
  unsigned pick(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }
  value_id value() { return values_[pick(static_cast<unsigned>(values_.size()))]; }
  value_id variable() { return variables_[pick(static_cast<unsigned>(variables_.size()))]; }
  value_id small(u32 mask) { return k_.same(op::bit_and, value(), k_.constant(mask)); }
  value_id condition() {
    return pick(2) != 0 ? k_.compare(op::lt, value(), value())
                        : k_.compare(op::ne, small(3), k_.constant(pick(4)));
  }

  void statements(int depth, unsigned n) {
    // What is made inside is unknown outside.
    auto const values = values_.size(), variables = variables_.size();
    for (unsigned i = 0; i < n; ++i)
      statement(depth);
    values_.resize(values);
    variables_.resize(variables);
  }

  void statement(int depth) {
    switch (pick(depth > 0 ? 14 : 10)) {
    case 0:
      values_.push_back(k_.same(op::add, value(), value()));
      break;
    case 1:
      values_.push_back(k_.same(op::mul, value(), value()));
      break;
    case 2:
      values_.push_back(k_.same(op::bit_xor, value(), value()));
      break;
    case 3:
      variables_.push_back(k_.declare(value()));
      break;
    case 4:
    case 5:
      values_.push_back(k_.get(variable()));
      break;
    case 6:
      k_.set(variable(), value());
      break;
    case 7: {
      auto const otherwise = value(), then = value();
      values_.push_back(k_.emit(op::select, t<u32>, {otherwise, then, condition()}));
      break;
    }
    case 8: {
      auto const at = small(inputs - 1);
      if (pick(2) != 0)
        values_.push_back(k_.load(in_, at));
      else { // beyond the end where the mask is false
        auto const beyond = k_.same(op::mul, value(), k_.constant(3u));
        auto const mask = k_.compare(op::lt, beyond, k_.constant(inputs));
        values_.push_back(k_.emit(op::load_if, t<u32>, {beyond, mask, value()}, in_));
      }
      break;
    }
    case 9: {
      eg::type const two{element_kind::uint32, 2};
      auto const v = k_.emit(op::make_vector, two, {value(), value()});
      auto const w = k_.emit(op::make_vector, two, {value(), value()});
      auto const sum = k_.emit(op::add, two, {v, w});
      values_.push_back(k_.emit(op::extract, t<u32>, {sum}, pick(2)));
      break;
    }
    case 10:
    case 11:
      k_.if_(condition());
      statements(depth - 1, 1 + pick(5));
      if (pick(2) != 0) {
        k_.else_();
        statements(depth - 1, 1 + pick(5));
      }
      k_.end();
      break;
    case 12: {
      auto const low = pick(2) != 0 ? small(3) : k_.constant(0u);
      auto const high = pick(2) != 0 ? small(7) : k_.constant(pick(5));
      auto const by = pick(2) != 0 ? k_.same(op::add, small(1), one_) : one_;
      values_.push_back(k_.for_(low, high, by));
      statements(depth - 1, 1 + pick(5));
      values_.pop_back();
      k_.end();
      break;
    }
    default: {
      auto const counter = k_.declare(small(7));
      k_.while_();
      auto const left = k_.get(counter);
      k_.test(k_.compare(op::ne, left, k_.constant(0u)));
      k_.set(counter, k_.same(op::add, left, k_.constant(0xffffffffu)));
      statements(depth - 1, 1 + pick(5));
      k_.end();
    }
    }
  }

  std::mt19937 random_;
  kernel k_{"random"};
  std::vector<value_id> values_, variables_;
  value_id one_ = 0;
  int in_ = 0;
};

TEST(control, random_programs_do_what_single_threads_do) {
  std::vector<u32> input(generator::inputs);
  for (u32 i = 0; i < input.size(); ++i)
    input[i] = i * 2654435761u;
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    kernel k = generator(seed).make();
    u32 const block = seed % 3 == 0 ? 32 : seed % 3 == 1 ? 70 : 128;
    std::size_t const threads = 150 + seed % 60;
    check_against_interpreter(k, threads, block, input, threads * generator::results);
    if (HasFatalFailure())
      return;
  }
}

TEST(control, divergent_loops_nest) {
  // sum over i < gid % 5, j in i .. 7 step gid % 3 + 1 of i * j, where odd sums skip.
  kernel k;
  k.in<u32>("In");
  int const out = k.out<u32>("Out");
  auto const gid = k.gid();
  auto const zero = k.constant(0u), one = k.constant(1u);
  auto const sum = k.declare(zero);
  auto const i = k.for_(zero, k.same(op::rem, gid, k.constant(5u)), one);
  auto const j = k.for_(i, k.constant(7u), k.same(op::add, k.same(op::rem, gid, k.constant(3u)), one));
  auto const term = k.same(op::mul, i, j);
  k.if_(k.compare(op::ne, k.same(op::bit_and, term, one), one));
  k.set(sum, k.same(op::add, k.get(sum), term));
  k.else_();
  k.set(sum, k.same(op::add, k.get(sum), one));
  k.end();
  k.end();
  k.end();
  k.store(out, gid, k.get(sum));
  std::vector<u32> got(333), input(1);
  cpu().execute(k.finish(), eg::threads(333), eg::in(input), eg::out(got));
  for (u32 g = 0; g < 333; ++g) {
    u32 want = 0;
    for (u32 a = 0; a < g % 5; ++a)
      for (u32 b = a; b < 7; b += g % 3 + 1)
        want += a * b % 2 == 0 ? a * b : 1;
    ASSERT_EQ(got[g], want) << g;
  }
}

TEST(control, signed_loops_go_through_negative_values) {
  kernel k;
  int const out = k.out<eg::i32>("Out");
  auto const n = k.emit(op::convert, t<eg::i32>, {k.gid()});
  auto const count = k.declare(k.constant(eg::i32{0}));
  auto const low = k.type_same(op::neg, n);
  auto const i = k.for_(low, n, k.constant(eg::i32{2}));
  k.set(count, k.same(op::add, k.get(count), i));
  k.end();
  k.store(out, k.gid(), k.get(count));
  std::vector<eg::i32> got(100);
  cpu().execute(k.finish(), eg::threads(100), eg::out(got));
  for (int g = 0; g < 100; ++g) {
    int want = 0;
    for (int x = -g; x < g; x += 2)
      want += x;
    ASSERT_EQ(got[static_cast<std::size_t>(g)], want);
  }
}

TEST(control, collatz_runs_each_thread_as_long_as_it_needs) {
  kernel k;
  int const out = k.out<u32>("Out");
  auto const one = k.constant(1u);
  auto const n = k.declare(k.same(op::add, k.gid(), one)), steps = k.declare(k.constant(0u));
  k.while_();
  k.test(k.compare(op::ne, k.get(n), one));
  k.if_(k.compare(op::ne, k.same(op::bit_and, k.get(n), one), one));
  k.set(n, k.same(op::shr, k.get(n), one));
  k.else_();
  k.set(n, k.same(op::add, k.same(op::mul, k.get(n), k.constant(3u)), one));
  k.end();
  k.set(steps, k.same(op::add, k.get(steps), one));
  k.end();
  k.store(out, k.gid(), k.get(steps));
  std::vector<u32> got(1000);
  cpu().execute(k.finish(), eg::threads(1000), eg::out(got));
  for (u32 g = 0; g < 1000; ++g) {
    u32 x = g + 1, want = 0;
    for (; x != 1; ++want)
      x = x % 2 == 0 ? x / 2 : 3 * x + 1;
    ASSERT_EQ(got[g], want) << g;
  }
}

TEST(control, a_variable_read_before_it_changes_keeps_the_old_value) {
  kernel k;
  int const out = k.out<u32>("Out");
  auto const a = k.declare(k.gid()), b = k.declare(k.constant(7u));
  auto const old = k.get(a);
  k.set(a, k.get(b));
  k.set(b, old);
  auto const at = k.same(op::mul, k.gid(), k.constant(2u));
  k.store(out, at, k.get(a));
  k.store(out, k.same(op::add, at, k.constant(1u)), k.get(b));
  std::vector<u32> got(80);
  cpu().execute(k.finish(), eg::threads(40), eg::out(got));
  for (u32 g = 0; g < 40; ++g) {
    EXPECT_EQ(got[2 * g], 7u);
    EXPECT_EQ(got[2 * g + 1], g);
  }
}

TEST(control, store_if_leaves_the_rest_alone) {
  kernel k;
  int const out = k.inout<u32>("Out");
  auto const mask = k.compare(op::lt, k.gid(), k.constant(50u));
  k.emit(op::store_if, none, {k.gid(), mask, k.constant(9u)}, out);
  std::vector<u32> got(50, 1);
  got[49] = 2;
  cpu().execute(k.finish(), eg::threads(100), eg::inout(got)); // threads 50 to 99 are beyond the end
  EXPECT_EQ(got, std::vector<u32>(50, 9));
}

} // namespace
