// SPDX-License-Identifier: MIT
// Fragments: random programs that fill, change and copy them in straight lines, branches and loops, run by
// the executor, against the same on plain arrays; what becomes of them in the text.
#include "naive.hpp"

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <gtest/gtest.h>
#include <memory>
#include <string_view>

using namespace enigma;

namespace {

// ---- Random programs -----------------------------------------------------------------------------------

enum class what { copy, add, element, change, load, column, put, branch, loop, leave };
constexpr int fragments = 3;

struct statement {
  what kind{};
  int to = 0, from = 0; // fragments
  int i = 0, j = 0;     // elements or columns
  u32 k = 0;
  std::vector<statement> body, otherwise;
};

struct program {
  int rows = 1, columns = 1; // of every fragment
  std::vector<layout> layouts;
  std::vector<statement> body;
  int written = fragments; // at the end
  int size() const { return rows * columns; }
};

statement random_statement(naive::random_layouts& random, program const& p, int depth, bool in_loop) {
  statement s;
  s.kind = static_cast<what>(random.up_to(depth > 0 ? 8 : 6));
  if (in_loop && random.once_in(10))
    s.kind = what::leave;
  s.to = random.up_to(fragments - 1);
  s.from = random.up_to(fragments - 1);
  bool const of_columns = s.kind == what::column;
  s.i = random.up_to((of_columns ? p.columns : p.size()) - 1);
  s.j = random.up_to((of_columns ? p.columns : p.size()) - 1);
  s.k = static_cast<u32>(random.up_to(9));
  bool const loops = in_loop || s.kind == what::loop;
  if (s.kind == what::branch || s.kind == what::loop)
    for (int n = random.up_to(3); n >= 0; --n)
      s.body.push_back(random_statement(random, p, depth - 1, loops));
  if (s.kind == what::branch && random.once_in(2))
    for (int n = random.up_to(2); n >= 0; --n)
      s.otherwise.push_back(random_statement(random, p, depth - 1, loops));
  return s;
}

program random_program(naive::random_layouts& random) {
  program p;
  p.rows = 1 + random.up_to(3);
  p.columns = 1 + random.up_to(2);
  std::vector<std::int64_t> const shape = {p.rows, p.columns};
  for (int f = 0; f < fragments; ++f)
    p.layouts.push_back(naive::layout_of({{p.rows}, {p.columns}}, random.strides(shape, f == 2, false)));
  for (int n = 2 + random.up_to(6); n > 0; --n)
    p.body.push_back(random_statement(random, p, 2, false));
  p.written = random.up_to(fragments);
  return p;
}

using tiles = std::vector<fragment<u32>>;

template <class Source, class Sum>
void trace(std::vector<statement> const& body, gpu& g, tiles const& f, value<u32> const& here,
           Source const& a, Sum const& sum) {
  for (statement const& s : body) {
    auto const &to = f[static_cast<std::size_t>(s.to)], &from = f[static_cast<std::size_t>(s.from)];
    switch (s.kind) {
    case what::copy:
      to.store(from.load());
      break;
    case what::add:
      to.store(to.load() * 3u + from.load() + s.k);
      break;
    case what::element:
      to(s.i) = from(s.j) + s.k;
      break;
    case what::change:
      to(s.i) += here;
      break;
    case what::load:
      to.store(a.load());
      break;
    case what::column:
      to(_, s.i).store(from(_, s.j).load());
      break;
    case what::put:
      sum = sum * 7u + to(s.i);
      break;
    case what::branch: {
      auto const branch = g.if_(here % 3u == s.k % 3u, [&] { trace(s.body, g, f, here, a, sum); });
      if (!s.otherwise.empty())
        branch.else_([&] { trace(s.otherwise, g, f, here, a, sum); });
      break;
    }
    case what::loop:
      g.for_range<u32>(s.k % 4u, [&](auto const& i) { trace(s.body, g, f, here + i, a, sum); });
      break;
    case what::leave:
      g.break_if(here % 5u == s.k % 5u);
      break;
    }
  }
}

/// The same on arrays, by linear coordinates. False after a break.
bool run(std::vector<statement> const& body, std::vector<std::vector<u32>>& f, int rows, u32 here,
         u32 const* a, u32& sum) {
  for (statement const& s : body) {
    auto &to = f[static_cast<std::size_t>(s.to)], &from = f[static_cast<std::size_t>(s.from)];
    auto const i = static_cast<std::size_t>(s.i), j = static_cast<std::size_t>(s.j);
    auto const r = static_cast<std::size_t>(rows);
    switch (s.kind) {
    case what::copy:
      to = std::vector<u32>(from);
      break;
    case what::add:
      for (std::size_t n = 0; n < to.size(); ++n)
        to[n] = to[n] * 3u + from[n] + s.k;
      break;
    case what::element:
      to[i] = from[j] + s.k;
      break;
    case what::change:
      to[i] += here;
      break;
    case what::load:
      to.assign(a, a + to.size());
      break;
    case what::column:
      for (std::size_t n = 0; n < r; ++n)
        to[i * r + n] = from[j * r + n];
      break;
    case what::put:
      sum = sum * 7u + to[i];
      break;
    case what::branch:
      if (!run(here % 3u == s.k % 3u ? s.body : s.otherwise, f, rows, here, a, sum))
        return false;
      break;
    case what::loop:
      for (u32 n = 0; n < s.k % 4u; ++n)
        if (!run(s.body, f, rows, here + n, a, sum))
          break;
      break;
    case what::leave:
      if (here % 5u == s.k % 5u)
        return false;
      break;
    }
  }
  return true;
}

TEST(Fragments, RandomProgramsRunAsOnArrays) {
  naive::random_layouts random(61);
  constexpr u32 threads = 15;
  int with_variables = 0, without = 0;
  for (int round = 0; round < 600; ++round) {
    program const p = random_program(random);
    auto const n = static_cast<std::size_t>(p.size());
    layout const memory{{std::int64_t{threads}, {std::int64_t{p.rows}, std::int64_t{p.columns}}},
                        {std::int64_t{p.size()}, {1, std::int64_t{p.rows}}}};
    auto const k = kernel<"random">([&](gpu& g, in<u32, "A"> a, inout<u32, "C"> c, inout<u32, "Sum"> sum) {
      auto const tid = g.thread_position_in_grid();
      tiles f;
      for (layout const& l : p.layouts)
        f.push_back(make_fragment<u32>(g, l, tid.x));
      trace(p.body, g, f, tid, make_tensor(a, memory)(tid, _), sum[tid]);
      for (int t = 0; t < p.written; ++t)
        make_tensor(c, memory, t * p.size() * std::int64_t{threads})(tid, _).store(
            f[static_cast<std::size_t>(t)].load());
    });
    auto const compiled = compile(k);
    bool variables = false;
    for (instruction const& i : compiled.launches()[0].code)
      variables |= i.code == op::declare;
    ++(variables ? with_variables : without);
    std::vector<u32> a(threads * n), c(fragments * threads * n), expected, sum(threads), sums(threads);
    for (auto& x : a)
      x = static_cast<u32>(random.up_to(1000));
    runtime(backend::cpu, 1)
        .execute(compiled, dispatch{.grid = 1, .block = threads}, in(a), inout(c), inout(sum));
    std::vector<std::vector<std::vector<u32>>> f(threads);
    for (u32 t = 0; t < threads; ++t) {
      f[t].assign(fragments, std::vector<u32>(n, t));
      run(p.body, f[t], p.rows, t, a.data() + t * n, sums[t]);
    }
    for (std::size_t m = 0; m < static_cast<std::size_t>(p.written); ++m)
      for (auto const& of_thread : f)
        expected.insert(expected.end(), of_thread[m].begin(), of_thread[m].end());
    expected.resize(c.size());
    ASSERT_EQ(sum, sums) << "round " << round << '\n' << std::string(compiled.metal_source());
    ASSERT_EQ(c, expected) << "round " << round << '\n' << std::string(compiled.metal_source());
  }
  EXPECT_GT(with_variables, 100);
  EXPECT_GT(without, 100);
}

// ---- Texts ---------------------------------------------------------------------------------------------

/// The lines between the braces of the kernel.
template <class Compiled>
std::string body_of(Compiled const& k) {
  std::string const all(k.metal_source());
  auto const from = all.find("{\n") + 2;
  return all.substr(from, all.rfind('}') - from);
}

// Values known all along are values in the text.
constexpr auto straight = kernel<"straight">([](gpu& g, in<f32, "A"> a, out<f32, "C"> c, scalar<f32, "s"> s) {
  auto const tid = g.thread_position_in_grid();
  auto const A = make_tensor(a, layout{{16, 8}, {8, 1}})(tid, _);
  auto const f = make_fragment_like(A);
  f.store(A.load());
  f(1) += 3.0f;
  f(0) = f(1) * s;
  f.store(exp(f.load()) * 2);
  make_tensor(c, layout{{16, 8}, {8, 1}})(tid, _).store(f.load());
});
TEST(FragmentTexts, StraightLinesNeedNoVariables) {
  constexpr auto k = compile<straight>();
  EXPECT_EQ(body_of(k),
            "  const uint v0 = gid * 8u;\n"
            "  const float4 v1 = *(const device float4*)(A + v0);\n"
            "  const float v2 = v1.y + 3.0f;\n"
            "  *(device float4*)(C + v0) = exp(float4(v2 * s, v2, v1.z, v1.w)) * 2.0f;\n"
            "  *(device float4*)(C + v0 + 4) = exp(*(const device float4*)(A + v0 + 4)) * 2.0f;\n");
}

// What a loop changes is a variable; what is filled anew in each pass is none.
constexpr auto around_a_loop =
    kernel<"around_a_loop">([](gpu& g, in<f32, "A"> a, out<f32, "C"> c, scalar<f32, "s"> s) {
      auto const tid = g.thread_position_in_grid();
      auto const A = make_tensor(a, layout{{16, 4, 8}, {32, 8, 1}})(tid, _, _);
      auto const sum = make_fragment<f32, "sum">(g, layout(8), 0.0f);
      auto const t = make_fragment<f32>(g, layout(8));
      g.for_range(4, [&](auto const& i) {
        t.store(A(i, _).load());
        sum.store(sum.load() + t.load() * s);
        sum(3) += t(0);
        sum(5) = t(1);
      });
      make_tensor(c, layout{{16, 8}, {8, 1}})(tid, _).store(sum.load());
    });
TEST(FragmentTexts, LoopsCarryThem) {
  constexpr auto k = compile<around_a_loop>();
  EXPECT_EQ(body_of(k), "  const uint v0 = gid * 32u;\n"
                        "  float4 sum = float4(0.0f);\n"
                        "  float4 sum1 = float4(0.0f);\n"
                        "  for (int i = 0; i < 4; ++i) {\n"
                        "    const uint v1 = v0 + uint(i) * 8u;\n"
                        "    const float4 v2 = *(const device float4*)(A + v1);\n"
                        "    sum += v2 * s;\n"
                        "    sum1 += *(const device float4*)(A + v1 + 4) * s;\n"
                        "    sum.w += v2.x;\n"
                        "    sum1.y = v2.y;\n"
                        "  }\n"
                        "  const uint v3 = gid * 8u;\n"
                        "  *(device float4*)(C + v3) = sum;\n"
                        "  *(device float4*)(C + v3 + 4) = sum1;\n");
}

// ---- Types and refusals --------------------------------------------------------------------------------

using of_f32 = fragment<f32>;
template <class C>
concept coordinate_of_a_fragment = requires(of_f32 const& f, C const& c) { f(c); };
static_assert(coordinate_of_a_fragment<int> && coordinate_of_a_fragment<underscore> &&
              coordinate_of_a_fragment<std::integral_constant<int, 3>>);
static_assert(!coordinate_of_a_fragment<value<u32>> && !coordinate_of_a_fragment<position<>> &&
              !coordinate_of_a_fragment<boost::hana::tuple<value<u32>, underscore>>);
static_assert(std::convertible_to<decltype(std::declval<of_f32>()(0)), value<f32>>);
template <class X>
concept assigns = requires(of_f32 const& f, X const& x) { f(0) = x; };
static_assert(assigns<float> && assigns<value<f32>> && assigns<var<f32>> && !assigns<value<i32>> &&
              !assigns<bool>);
static_assert(address_space_of<of_f32> == address_space::registers &&
              address_space_of<decltype(make_tensor(std::declval<in<f32, "X">>(), layout()))> ==
                  address_space::device &&
              address_space_of<decltype(make_tensor(std::declval<threadgroup_array<f32>>(), layout()))> ==
                  address_space::threadgroup &&
              address_space_of<decltype(make_tensor(std::declval<float*>(), layout()))> ==
                  address_space::host);

std::string words_of(auto const& f) {
  try {
    f();
  } catch (error const& e) {
    return e.what();
  }
  return "not refused";
}

TEST(Fragments, LikeATensorInItsOrder) {
  detail::builder b("orders");
  gpu g(b);
  auto const source = make_fragment<f16>(g, layout{{4, 2, 3}, {30, 1, 2}});
  EXPECT_EQ(make_fragment_like(source).layout(), (layout{{4, 2, 3}, {1, 4, 8}}));
  auto const wide = make_fragment_like<f32>(source, 1);
  static_assert(std::same_as<decltype(wide), fragment<f32> const>);
  EXPECT_EQ(wide.engine().lanes(), 4);
  EXPECT_EQ(make_fragment<f32>(g, layout(6)).engine().lanes(), 2);
  EXPECT_EQ(make_fragment<f32>(g, layout(7)).engine().lanes(), 1);
  b.limit_vector_width(2);
  EXPECT_EQ(make_fragment<f32>(g, layout(8)).engine().lanes(), 2);
}

TEST(Fragments, RefusalsHaveWords) {
  detail::builder b("refused");
  gpu g(b);
  EXPECT_EQ(
      words_of([&] { (void)make_fragment<f32>(g, layout(2000)); }),
      "make_fragment: 2000:1 refused: it needs 2000 registers, at most 1024 are given to a thread; take "
      "smaller tiles or more threads");
  EXPECT_EQ(words_of([&] { (void)make_fragment<f32>(g, layout(4, -1)); }),
            "make_tensor: 4:-1 at offset 0 refused: it reaches index -3, before the first element");
  auto const f = make_fragment<f32>(g, layout{{4, 2}});
  EXPECT_EQ(words_of([&] { f(8) = 1.0f; }), "coordinate 8 is out of range for (4,2):(1,4)");
  EXPECT_EQ(words_of([&] { f.store(make_fragment<f32>(g, layout{{2, 4}}).load()); }),
            "store of a tile (2,4):(1,2) to a tile (4,2):(1,4) refused: the shapes (2,4) and (4,2) do not "
            "agree");
}

} // namespace
