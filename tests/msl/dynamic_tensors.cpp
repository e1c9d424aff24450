// SPDX-License-Identifier: MIT
// Kernels over tensors whose sizes and strides are arguments, on ragged sizes: the executor, the emitted text
// and plain loops agree; nothing outside of the shape is read or written. Buffers end with the last element,
// so an access past it is seen by the executor and by the machine.
#include "both.hpp"

#include <random>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32, eg::u32, eg::gpu;

/// A kernel and its text, compiled once for calls of many sizes.
class twin {
public:
  explicit twin(eg::compiled_kernel const& k)
      : kernel_{k}
      , source_(witness::tool::prepare_text(std::string(k.metal_source()), "emitted.metal"))
      , plain_(source_, witness::tool::object_kind::plain, {}, witness::options())
      , checked_(source_, witness::tool::object_kind::checked, {}, witness::options()) {
    EXPECT_EQ(witness::objections(source_), "") << k.metal_source();
    EXPECT_TRUE(plain_.good() && checked_.good()) << k.metal_source();
  }

  template <class... Args>
  void run(witness::shape const& size, Args const&... arguments) {
    std::vector<eg::detail::host_argument> const list{eg::detail::to_argument(arguments)...};
    std::vector<witness::bytes> before;
    for (std::size_t i = 0; i < list.size(); ++i)
      before.push_back(witness::detail::copy(list[i], kernel_.parameters()[i]));
    runtime_.execute(kernel_, size.dispatch(), arguments...);
    eg::kernel_ir const& ir = kernel_.launches()[0];
    for (auto const* object : {&plain_, &checked_}) {
      std::vector<witness::bytes> text = before;
      auto const report = witness::run(*object, ir.name, ir, size, text);
      ASSERT_TRUE(report.good()) << report.print() << kernel_.metal_source();
      ASSERT_TRUE(witness::detail::equal_outputs("text", kernel_, list, text)) << kernel_.metal_source();
    }
  }

private:
  eg::compiled_kernel const& kernel_;
  witness::tool::source_handle source_;
  witness::tool::kernel_object plain_, checked_;
  eg::runtime runtime_{eg::backend::cpu, 1};
};

struct matrix {
  u32 rows, columns, stride;
  std::vector<f32> x;

  matrix(u32 m, u32 n, u32 ld) : rows{m}, columns{n}, stride{ld}, x((m - 1) * ld + n, -1.0f) {}
  f32& operator()(u32 i, u32 j) { return x[i * stride + j]; }
  void number() {
    for (std::size_t k = 0; k < x.size(); ++k)
      x[k] = static_cast<f32>(k % 1021);
  }
};

std::mt19937 random(7);
u32 from_to(u32 low, u32 high) {
  return low + static_cast<u32>(random() % (high - low + 1));
}
constexpr u32 tiles(u32 size, u32 tile) {
  return (size + tile - 1) / tile;
}

// ---- A copy between different leading dimensions, at every width ---------------------------------------

template <int Known>
inline constexpr auto scaled =
    eg::kernel<"scaled">([](gpu& g, eg::in<f32, "A"> a, eg::scalar<u32, "M"> m, eg::scalar<u32, "N"> n,
                            eg::scalar<u32, "lda"> lda, eg::scalar<u32, "ldc"> ldc, eg::out<f32, "C"> c) {
      auto const shape = make_shape(m, eg::multiple_of<Known>(n));
      auto const A = make_tensor(a, shape, make_stride(eg::multiple_of<Known>(lda), 1));
      auto const C = make_tensor(c, shape, make_stride(eg::multiple_of<Known>(ldc), 1));
      auto const at = g.thread_position_in_grid();
      auto const mine = eg::make_coord(at.y, at.x);
      auto const tA = local_tile(A, {3, 8}, mine);
      auto const tC = local_tile(C, {3, 8}, mine);
      eg::if_inside(g, eg::is_inside(tC),
                    [&](auto bounded) { bounded(tC).store(bounded(tA, 9.0f).load() * 2.0f); });
    });

template <int Known>
void scale(int rounds) {
  SCOPED_TRACE(Known);
  constexpr auto compiled = eg::compile<scaled<Known>>();
  twin both(compiled);
  for (int round = 0; round < rounds && !::testing::Test::HasFatalFailure(); ++round) {
    u32 const m = from_to(1, 70), n = Known * from_to(1, 70 / Known);
    matrix A(m, n, n + Known * from_to(0, 3)), C(m, n, n + Known * from_to(0, 3));
    A.number();
    matrix wanted = C;
    for (u32 i = 0; i < m; ++i)
      for (u32 j = 0; j < n; ++j)
        wanted(i, j) = 2 * A(i, j);
    both.run({{tiles(n, 8) + from_to(0, 2), tiles(m, 3)}, {4, 4}}, eg::in(A.x), m, n, A.stride, C.stride,
             eg::out(C.x));
    ASSERT_EQ(C.x, wanted.x) << m << " x " << n;
  }
}
TEST(dynamic_tensors, copies_of_ragged_sizes) {
  scale<1>(200);
  scale<2>(60);
  scale<4>(60);
}

// ---- Transpose through threadgroup memory --------------------------------------------------------------

inline constexpr auto transpose =
    eg::kernel<"turned">([](gpu& g, eg::in<f32, "A"> a, eg::scalar<u32, "M"> m, eg::scalar<u32, "N"> n,
                            eg::scalar<u32, "lda"> lda, eg::scalar<u32, "ldc"> ldc, eg::out<f32, "C"> c) {
      auto const shared = g.threadgroup_memory<f32, "shared">(16 * 17);
      auto const A = make_tensor(a, eg::make_shape(m, n), eg::make_stride(lda, 1));
      auto const C = make_tensor(c, make_shape(n, m), make_stride(ldc, 1));
      constexpr auto rows = eg::make_layout_tv(eg::make_ordered_layout({4, 16}, {1, 0}), eg::layout(4));
      auto const group = g.threadgroup_position_in_grid();
      auto const t = g.thread_index_in_threadgroup();
      auto const part = [&](auto const& tile) { return composition(tile, rows)(t, eg::_); };
      part(make_tensor(shared, eg::layout{{16, 16}, {17, 1}}))
          .store(within(part(local_tile(A, rows.tiler, eg::make_coord(group.y, group.x)))).load());
      g.threadgroup_barrier();
      within(part(local_tile(C, rows.tiler, eg::make_coord(group.x, group.y))))
          .store(part(make_tensor(shared, eg::layout{{16, 16}, {1, 17}})).load());
    });

TEST(dynamic_tensors, transposes_of_ragged_sizes) {
  constexpr auto compiled = eg::compile<transpose>();
  twin both(compiled);
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    u32 const m = from_to(1, 70), n = from_to(1, 70);
    matrix A(m, n, n + from_to(0, 5)), C(n, m, m + from_to(0, 5));
    A.number();
    matrix wanted = C;
    for (u32 i = 0; i < m; ++i)
      for (u32 j = 0; j < n; ++j)
        wanted(j, i) = A(i, j);
    both.run({{64 * tiles(n, 16), tiles(m, 16)}, {64}}, eg::in(A.x), m, n, A.stride, C.stride, eg::out(C.x));
    ASSERT_EQ(C.x, wanted.x) << m << " x " << n;
  }
}

// ---- Row sums: traced coordinates, elements, and a predicate of coordinates -----------------------------

inline constexpr auto row_sums =
    eg::kernel<"row_sums">([](gpu& g, eg::in<f32, "A"> a, eg::scalar<u32, "M"> m, eg::scalar<u32, "N"> n,
                              eg::scalar<u32, "lda"> lda, eg::out<f32, "S"> s) {
      auto const A = make_tensor(a, eg::make_shape(m, n), eg::make_stride(lda, 1));
      auto const S = make_tensor(s, eg::make_shape(m), eg::make_stride(1));
      auto const row = g.thread_position_in_grid();
      auto const mine = eg::within(A, 0.0f)(row, eg::_);
      auto sum = g.variable<"sum">(0.0f);
      g.for_range<u32>(eg::ceil_div(n, 4), [&](auto k) {
        auto const four = make_fragment<f32>(g, eg::layout(4));
        four.store(eg::local_tile(mine, 4, k).load());
        for (int i = 0; i < 4; ++i)
          sum += four(i);
      });
      eg::within(S)(row) = sum;
    });

TEST(dynamic_tensors, row_sums_of_ragged_sizes) {
  constexpr auto compiled = eg::compile<row_sums>();
  twin both(compiled);
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    u32 const m = from_to(1, 70), n = from_to(1, 70);
    matrix A(m, n, n + from_to(0, 5));
    A.number();
    std::vector<f32> sums(m, -1.0f), wanted(m);
    for (u32 i = 0; i < m; ++i)
      for (u32 j = 0; j < n; ++j)
        wanted[i] += A(i, j);
    both.run({{m + from_to(0, 9)}, {32}}, eg::in(A.x), m, n, A.stride, eg::out(sums));
    ASSERT_EQ(sums, wanted) << m << " x " << n;
  }
}

// ---- Threads that copy together, and a predicate of coordinates ----------------------------------------

inline constexpr auto lower_half =
    eg::kernel<"lower_half">([](gpu& g, eg::in<f32, "A"> a, eg::scalar<u32, "M"> m, eg::scalar<u32, "N"> n,
                                eg::scalar<u32, "lda"> lda, eg::scalar<u32, "ldc"> ldc, eg::out<f32, "C"> c) {
      auto const shared =
          make_tensor(g.threadgroup_memory<f32, "shared">(12 * 20), eg::layout{{12, 20}, {20, 1}});
      auto const A = make_tensor(a, eg::make_shape(m, n), eg::make_stride(lda, 1));
      auto const C = make_tensor(c, eg::make_shape(m, n), make_stride(ldc, 1));
      auto const group = g.threadgroup_position_in_grid();
      auto const at = eg::make_coord(group.y, group.x);
      eg::cooperative_copy<32>(g, within(local_tile(A, {12, 20}, at)), shared);
      g.threadgroup_barrier();
      // On and below the diagonal, by thread-value layout of 4 x 5 threads of 3 x 1 values, in four pieces.
      constexpr auto tv = eg::make_layout_tv(eg::layout{{4, 5}}, eg::layout{{3, 1}});
      auto const t = g.thread_index_in_threadgroup();
      g.if_(t < 20u, [&] {
        auto const tiles = [&](auto const& x) { return zipped_divide(x, tv.tiler); };
        auto const from = tiles(shared);
        auto const to = tiles(local_tile(C, {12, 20}, at));
        auto const where = tiles(local_tile(eg::make_identity_tensor(g, {10'000, 10'000}), {12, 20}, at));
        for (int k = 0; k < 4; ++k) {
          auto const mine = [&](auto const& x) { return composition(x(eg::_, k), tv)(t, eg::_); };
          eg::copy_if(elem_less(mine(where), eg::make_shape(m, n)) &&
                          eg::coordinate<1>(mine(where)) <= eg::coordinate<0>(mine(where)),
                      mine(from), mine(to));
        }
      });
    });

// Of a known shape, by a copy whose elements ask for themselves.
constexpr auto corner = eg::kernel<"corner">([](eg::gpu& g, eg::in<f32, "A"> a, eg::inout<f32, "B"> b) {
  constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, eg::layout{{8, 4}}, eg::layout{{1, 4}});
  auto const mine = bring.slice(g);
  constexpr eg::layout rows{{8, 16}, {16, 1}};
  copy_if(bring, elem_less(mine.partition_S(make_identity_tensor(g, {8, 16})), {5, 13}),
          mine.partition_S(make_tensor(a, rows)), mine.partition_D(make_tensor(b, rows)));
});
TEST(dynamic_tensors, a_corner) {
  std::vector<f32> a(128), b(128, -1.0f);
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = static_cast<f32>(i);
  ASSERT_TRUE(witness::both(eg::compile<corner>(), {{32}, {32}}, eg::in(a), eg::inout(b)));
  for (std::size_t i = 0; i < 128; ++i)
    ASSERT_EQ(b[i], i / 16 < 5 && i % 16 < 13 ? a[i] : -1.0f) << i;
}

TEST(dynamic_tensors, predicates_of_coordinates) {
  constexpr auto compiled = eg::compile<lower_half>();
  twin both(compiled);
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    u32 const m = from_to(1, 70), n = from_to(1, 70);
    matrix A(m, n, n + from_to(0, 5)), C(m, n, n + from_to(0, 5));
    A.number();
    matrix wanted = C;
    for (u32 i = 0; i < m; ++i)
      for (u32 j = 0; j < n && j <= i; ++j)
        wanted(i, j) = A(i, j);
    both.run({{32 * tiles(n, 20), tiles(m, 12)}, {32}}, eg::in(A.x), m, n, A.stride, C.stride, eg::out(C.x));
    ASSERT_EQ(C.x, wanted.x) << m << " x " << n;
  }
}

} // namespace
