// SPDX-License-Identifier: MIT
// What tiles of a kernel become: the number and the kind of the operations, and what does not compile.
#include <enigma/codegen/buffer_engine.hpp>
#include <enigma/codegen/gpu.hpp>
#include <enigma/codegen/tiled_copy.hpp>
#include <enigma/layout/predicates.hpp>

using namespace enigma;

namespace {

/// A kernel body with buffers A, B (f32, read), C (f32, written), H (f16), N (i32) and U (u32, both).
struct bench {
  detail::builder b{"bench"};
  gpu g{b};
  in<f32, "A"> A{&b, add<f32>("A", true, false)};
  in<f32, "B"> B{&b, add<f32>("B", true, false)};
  out<f32, "C"> C{&b, add<f32>("C", false, true)};
  inout<f16, "H"> H{&b, add<f16>("H", true, true)};
  inout<i32, "N"> N{&b, add<i32>("N", true, true)};
  inout<u32, "U"> U{&b, add<u32>("U", true, true)};
  inout<f32, "X"> X{&b, add<f32>("X", true, true)};
  inout<bool, "T"> T{&b, add<bool>("T", true, true)};

  template <class E>
  constexpr int add(char const* name, bool load, bool store) {
    memory m;
    m.name = name;
    m.element = type_of<E>.element;
    m.may_load = load;
    m.may_store = store;
    return b.add_memory(m);
  }
  /// How many operations of this kind there are with this number of lanes; a store has those of its value.
  constexpr int count(op code, int lanes) const {
    int n = 0;
    for (instruction const& i : b.code())
      n += i.code == code && (code == op::store ? b.type_at(i.operands[1]).lanes : i.type.lanes) == lanes;
    return n;
  }
  constexpr int count(op code) const { return count(code, 1) + count(code, 2) + count(code, 4); }
  /// Everything but constants and queries.
  constexpr int operations() const {
    int n = 0;
    for (instruction const& i : b.code())
      n += i.code != op::constant && i.code != op::query && i.code != op::argument;
    return n;
  }
};

constexpr auto tv = make_layout_tv(make_ordered_layout({4, 64}, {1, 0}), make_ordered_layout({4, 4}, {1, 0}));

template <class Tensor>
constexpr auto thread_tile(bench const& k, Tensor const& t) {
  auto const blocks = zipped_divide(t, tv.tiler);
  return composition(blocks(_, k.g.threadgroup_position_in_grid()), tv)(k.g.thread_position_in_threadgroup(),
                                                                        _);
}

// C = A + B by the thread-value layout of 4x4 values with unit-stride rows: as a good engineer writes it.
static_assert([] {
  bench k;
  layout const l{{256, 512}, {512, 1}};
  thread_tile(k, make_tensor(k.C, l))
      .store(thread_tile(k, make_tensor(k.A, l)).load() + thread_tile(k, make_tensor(k.B, l)).load());
  return k.count(op::load, 4) == 8 && k.count(op::load) == 8 && k.count(op::add, 4) == 4 &&
         k.count(op::store, 4) == 4 && k.count(op::store) == 4;
}());

// Its index arithmetic is computed once: group % 16 * 8192 + group / 16 * 256 + tid / 64 * 2048 + tid % 64 *
// 4 is four divisions, four multiplications and three additions, and three more for the rows, in 64 bits.
static_assert([] {
  bench k;
  layout const l{{256, 512}, {512, 1}};
  thread_tile(k, make_tensor(k.C, l))
      .store(thread_tile(k, make_tensor(k.A, l)).load() + thread_tile(k, make_tensor(k.B, l)).load());
  return k.count(op::div) == 2 && k.count(op::rem) == 2 && k.count(op::mul) == 4 &&
         k.count(op::add, 1) == 6 && k.count(op::convert) == 1 &&
         k.operations() == 2 + 2 + 4 + 6 + 1 + 8 + 4 + 4;
}());

// A column-major tensor: the unit stride is in the other value mode, as wide all the same.
static_assert([] {
  bench k;
  auto const by_columns =
      make_layout_tv(make_ordered_layout({64, 4}, {0, 1}), make_ordered_layout({4, 4}, {1, 0}));
  layout const l{{512, 256}, {1, 512}};
  auto const mine = [&](auto const& t) {
    return composition(zipped_divide(t, by_columns.tiler)(_, k.g.threadgroup_position_in_grid()),
                       by_columns)(k.g.thread_position_in_threadgroup(), _);
  };
  mine(make_tensor(k.C, l)).store(mine(make_tensor(k.A, l)).load() * 2);
  return k.count(op::load, 4) == 4 && k.count(op::load) == 4 && k.count(op::store, 4) == 4;
}());

// A source that stands still along the rows (one bias for each) is loaded once a group.
static_assert([] {
  bench k;
  auto const c = make_tensor(k.C, layout{{4, 4}, {8, 1}});
  auto const per_row = make_tensor(k.A, layout{{4, 4}, {1, 0}});
  auto const per_column = make_tensor(k.B, layout{{4, 4}, {0, 1}});
  c.store(per_row.load() + per_column.load());
  return k.count(op::load, 1) == 4 && k.count(op::load, 4) == 1 && k.count(op::add, 4) == 4 &&
         k.count(op::store, 4) == 4 && k.count(op::store) == 4;
}());
// Standing still in part is no group.
static_assert([] {
  bench k;
  make_tensor(k.C, layout(8)).store(make_tensor(k.A, layout{{2, 4}, {0, 1}}).load());
  return k.count(op::load, 1) == 4 && k.count(op::load) == 4 && k.count(op::store, 2) == 4;
}());

// One source with the unit stride elsewhere makes all of it scalar.
static_assert([] {
  bench k;
  layout const rows{{256, 512}, {512, 1}}, columns{{256, 512}, {1, 256}};
  thread_tile(k, make_tensor(k.C, rows)).store(thread_tile(k, make_tensor(k.A, columns)).load());
  return k.count(op::load, 1) == 16 && k.count(op::load) == 16 && k.count(op::store, 1) == 16 &&
         k.count(op::store) == 16;
}());

/// Loads of A's elements 0..15 at an offset, one tile after a traced coordinate.
template <class Source>
constexpr int width(Source const& source) {
  bench k;
  make_tensor(k.C, layout(16)).store(source(k));
  for (int w : {4, 2, 1})
    if (k.count(op::store, w) == 16 / w && k.count(op::load, w) == 16 / w && k.count(op::store) == 16 / w &&
        k.count(op::load) == 16 / w)
      return w;
  return 0;
}

// What is known of the offset decides the width: its known part ...
static_assert(width([](bench& k) { return make_tensor(k.A, layout(16)).load(); }) == 4);
static_assert(width([](bench& k) { return make_tensor(k.A, layout(16), 4).load(); }) == 4);
static_assert(width([](bench& k) { return make_tensor(k.A, layout(16), 2).load(); }) == 2);
static_assert(width([](bench& k) { return make_tensor(k.A, layout(16), 1).load(); }) == 1);
// ... and the strides of its traced part.
constexpr auto strided(std::int64_t stride) {
  return [stride](bench& k) {
    return make_tensor(k.A, layout{{8, 16}, {stride, 1}})(k.g.thread_position_in_grid(), _).load();
  };
}
static_assert(width(strided(16)) == 4);
static_assert(width(strided(20)) == 4);
static_assert(width(strided(18)) == 2);
static_assert(width(strided(17)) == 1);
static_assert(width([](bench& k) {
                auto const gid = k.g.thread_position_in_grid();
                return make_tensor(k.A, layout{{8, 8, 16}, {16, 130, 1}})(gid.x, gid.y, _).load();
              }) == 2);
// A coordinate that the author has multiplied is known to be a multiple.
constexpr auto shifted(auto const& coordinate) {
  return [coordinate](bench& k) {
    auto const t = make_tensor(k.A, layout{{1024, 16}, {1, 1}});
    return t(coordinate(k.g.thread_position_in_grid()), _).load();
  };
}
static_assert(width(shifted([](auto const& i) { return i * 4u; })) == 4);
static_assert(width(shifted([](auto const& i) { return (i << 3) + 2u; })) == 2);
static_assert(width(shifted([](auto const& i) { return cast<i32>(i) * 12; })) == 4);
static_assert(width(shifted([](auto const& i) { return i * 4u + 1u; })) == 1);
static_assert(width(shifted([](auto const& i) { return i; })) == 1);
static_assert(width(shifted([](auto const& i) { return i / 4u; })) == 1);
// It stays one, as far as the divisions of a nested mode leave it: c % 6 is even if c is a multiple of 4.
constexpr auto nested(layout const& l, u32 multiple) {
  return [l, multiple](bench& k) {
    return make_tensor(k.A, l)(k.g.thread_position_in_grid() * multiple, _).load();
  };
}
static_assert(width(nested({{{6, 8}, 16}, {{1, 64}, 1}}, 4)) == 2);
static_assert(width(nested({{{8, 8}, 16}, {{1, 64}, 1}}, 4)) == 4);
static_assert(width(nested({{{4, 8}, 16}, {{0, 1}, 1}}, 4)) == 1);
static_assert(width(nested({{{4, 8}, 16}, {{0, 1}, 1}}, 8)) == 2);
static_assert(width(nested({{{4, 8}, 16}, {{0, 1}, 1}}, 16)) == 4);
static_assert(width(nested({{{3, 8}, 16}, {{0, 1}, 1}}, 16)) == 1);
// Gaps, pairs, overlapping rows.
static_assert(width([](bench& k) { return make_tensor(k.A, layout(16, 2)).load(); }) == 1);
static_assert(width([](bench& k) { return make_tensor(k.A, layout{{2, 8}, {1, 4}}).load(); }) == 2);
static_assert(width([](bench& k) { return make_tensor(k.A, layout{{4, 4}, {1, 8}}).load(); }) == 4);
static_assert(width([](bench& k) { return make_tensor(k.A, layout{{4, 4}, {1, 6}}).load(); }) == 2);
static_assert(width([](bench& k) { return make_tensor(k.A, layout{{4, 4}, {1, 5}}).load(); }) == 1);
static_assert(width([](bench& k) { return make_tensor(k.A, layout{{4, 4}, {1, 0}}).load(); }) ==
              0); // shared loads

// Falling strides on both sides are rising ones from the other end; on one side they are no group.
static_assert([] {
  bench k;
  make_tensor(k.C, layout(16, -1), 15).store(make_tensor(k.A, layout(16, -1), 15).load());
  return k.count(op::load, 4) == 4 && k.count(op::store, 4) == 4 && k.count(op::store) == 4;
}());
static_assert(width([](bench& k) { return make_tensor(k.A, layout(16, -1), 15).load(); }) == 1);

// The option vec_width is obeyed.
static_assert([] {
  bench k;
  k.b.limit_vector_width(2);
  make_tensor(k.C, layout(16)).store(make_tensor(k.A, layout(16)).load());
  return k.count(op::load, 2) == 8 && k.count(op::store, 2) == 8 && k.count(op::store) == 8;
}());
static_assert([] {
  bench k;
  k.b.limit_vector_width(1);
  make_tensor(k.C, layout(16)).store(make_tensor(k.A, layout(16)).load());
  return k.count(op::store, 1) == 16 && k.count(op::store) == 16;
}());

// half4 beside float4; bool has no wide access.
static_assert([] {
  bench k;
  make_tensor(k.C, layout(8)).store(cast<f32>(make_tensor(k.H, layout(8)).load()));
  return k.count(op::load, 4) == 2 && k.count(op::convert, 4) == 2 && k.count(op::store, 4) == 2;
}());
static_assert([] {
  bench k;
  make_tensor(k.T, layout(8)).store(make_tensor(k.A, layout(8)).load() < 1.0f);
  return k.count(op::load, 1) == 8 && k.count(op::store, 1) == 8;
}());

// Traced scalars and literals stand for every lane; the truth of a tile selects lane by lane.
static_assert([] {
  bench k;
  auto const s = cast<f32>(k.g.thread_position_in_grid());
  auto const a = make_tensor(k.A, layout(8)).load();
  make_tensor(k.C, layout(8)).store(select(s, fma(a, 2, s), a > 0));
  return k.count(op::load, 4) == 2 && k.count(op::fma, 4) == 2 && k.count(op::select, 4) == 2 &&
         k.count(op::gt, 4) == 2 && k.count(op::store, 4) == 2;
}());
static_assert([] {
  bench k;
  make_tensor(k.C, layout(8)).store(0);
  return k.count(op::store, 4) == 2 && k.count(op::store) == 2;
}());

// Single elements: a value, a place, both.
static_assert([] {
  bench k;
  auto const i = k.g.thread_position_in_grid();
  auto const A = make_tensor(k.A, layout{{4, 8}, {8, 1}});
  auto const C = make_tensor(k.C, layout{{4, 8}, {8, 1}});
  auto const X = make_tensor(k.X, layout{{4, 8}, {8, 1}});
  C(i) = A(3, i) + A(i.x, i.y) * X(make_coord(i, 2));
  X(1, 2) += A(0);
  static_assert(std::same_as<decltype(A(0)), value<f32>>);
  static_assert(std::same_as<decltype(C(0)), written_element<f32>>);
  static_assert(std::same_as<decltype(X(0)), element_reference<f32>>);
  return k.count(op::load) == 5 && k.count(op::store) == 2 && k.count(op::rem) == 1 && k.count(op::div) == 1;
}());

// A literal coordinate joins the kernel; nothing is left to compute.
static_assert([] {
  bench k;
  auto const A = make_tensor(k.A, layout{{{2, 4}, 8}, {{8, 32}, 1}});
  make_tensor(k.C, layout(1))(0) = A(value<u32>(5), 1);
  return k.operations() == 2;
}());

// A compact mode is one multiplication, whatever its nesting; a mode of size 1 is nothing.
static_assert([] {
  bench k;
  auto const i = k.g.thread_position_in_grid();
  auto const A = make_tensor(k.A, layout{{{2, 4, 8}, 1}, {{3, 6, 24}, 100}});
  auto const x = A(i, k.g.thread_index_in_threadgroup());
  make_tensor(k.C, layout(1))(0) = x;
  return k.count(op::mul) == 1 && k.count(op::div) == 0 && k.count(op::rem) == 0 && k.count(op::add) == 0;
}());

// In place, the same elements: loads and stores in turn; moved by one: all loads come first.
constexpr int loads_before_first_store(std::int64_t shift) {
  bench k;
  make_tensor(k.X, layout(64), shift).store(make_tensor(k.X, layout(64)).load() + 1);
  int n = 0;
  for (instruction const& i : k.b.code()) {
    n += i.code == op::load;
    if (i.code == op::store)
      return n;
  }
  return -1;
}
static_assert(loads_before_first_store(0) == 1);
static_assert(loads_before_first_store(4) == 16);

// The buffers' least lengths are those of their layouts.
static_assert([] {
  bench k;
  (void)make_tensor(k.A, layout{{4, 8}, {100, 1}});
  (void)make_tensor(k.A, layout(4), 9);
  return k.b.memory_at(k.A.memory()).elements == 308;
}());

// ---- What does not compile ------------------------------------------------------------------------------

template <class T, class P>
concept loads = requires(tensor<buffer_engine<detail::memory_handle<T>, P::value>> const& t) { t.load(); };
template <access A>
struct with {
  static constexpr access value = A;
};
static_assert(loads<f32, with<access::in>> && loads<f32, with<access::inout>> &&
              !loads<f32, with<access::out>>);

template <access A, class X>
concept stores =
    requires(tensor<buffer_engine<detail::memory_handle<f32>, A>> const& t, X const& x) { t.store(x); };
using tile_f32 = decltype(make_tensor(std::declval<inout<f32, "X">>(), layout()).load());
using tile_f16 = decltype(make_tensor(std::declval<inout<f16, "H">>(), layout()).load());
using tile_i32 = decltype(make_tensor(std::declval<inout<i32, "N">>(), layout()).load());
using tile_u32 = decltype(make_tensor(std::declval<inout<u32, "U">>(), layout()).load());
using tile_bool = decltype(make_tensor(std::declval<inout<bool, "T">>(), layout()).load());
using host_tile = decltype(make_tensor(std::declval<float*>(), layout()).load());
static_assert(stores<access::out, tile_f32> && !stores<access::in, tile_f32> &&
              !stores<access::out, tile_i32>);
static_assert(stores<access::out, float> && stores<access::out, value<f32>> &&
              !stores<access::out, value<i32>>);
static_assert(!stores<access::out, host_tile> && !stores<access::out, char const*>);

template <class L, class R>
concept adds = requires(L const& l, R const& r) { l + r; };
static_assert(adds<tile_f32, tile_f32> && !adds<tile_f32, tile_f16> && !adds<tile_f32, tile_i32>);
static_assert(adds<tile_i32, tile_i32> && !adds<tile_i32, tile_u32> && !adds<tile_bool, tile_bool>);
static_assert(adds<tile_f32, float> && adds<int, tile_f32> && adds<tile_i32, int> && !adds<tile_i32, float>);
static_assert(adds<tile_f32, value<f32>> && adds<value<f16>, tile_f16> && !adds<tile_f32, value<i32>>);
static_assert(!adds<tile_f32, bool> && !adds<host_tile, tile_f32> && !adds<host_tile, value<f32>>);
static_assert(adds<tile_f32, var<f32>> && adds<scalar<f32, "s">, tile_f32> && !adds<tile_f32, var<i32>>);
static_assert(!adds<tile_f32, position<>> && adds<tile_u32, position<>>);

template <class X>
concept has_remainder = requires(X const& x) { x % x; };
static_assert(has_remainder<tile_i32> && has_remainder<tile_u32> && !has_remainder<tile_f32>);
template <class X>
concept has_root = requires(X const& x) { sqrt(x); };
static_assert(has_root<tile_f32> && has_root<tile_f16> && has_root<host_tile> && !has_root<tile_i32>);
template <class F, class T, class C>
concept selects = requires(F const& f, T const& t, C const& c) { select(f, t, c); };
static_assert(selects<tile_f32, float, tile_bool> && selects<int, tile_f32, value<bool>>);
static_assert(!selects<tile_f32, tile_i32, tile_bool> && !selects<tile_f32, float, tile_f32>);

template <class C>
concept coordinate =
    requires(tensor<buffer_engine<detail::memory_handle<f32>>> const& t, C const& c) { t(c); };
static_assert(coordinate<int> && coordinate<value<u32>> && coordinate<value<i32>> && coordinate<position<>>);
static_assert(coordinate<underscore> && coordinate<boost::hana::tuple<value<u32>, underscore>>);
static_assert(coordinate<boost::hana::llong<3>> && coordinate<scalar<u32, "i">> && coordinate<var<i32>>);
static_assert(!coordinate<value<f32>> && !coordinate<double> && !coordinate<bool> &&
              !coordinate<value<vec<u32, 2>>>);

// A tiled copy in several goes: copy c is the block at (c % across, c / across) of the tile.
constexpr bool copies_are_where_they_are(auto const& copy, std::int64_t rows, std::int64_t columns) {
  auto const whole = copy.tv({rows, columns});
  auto const m = size(copy.tiler()[0]), n = size(copy.tiler()[1]), across = rows / m;
  auto const values = size<1>(copy.tv().layout);
  if (whole.tiler != int_tuple{rows, columns} || size<1>(whole.layout) * copy.threads() != rows * columns)
    return false;
  for (std::int64_t t = 0; t < copy.threads(); ++t)
    for (std::int64_t v = 0; v < size<1>(whole.layout); ++v) {
      auto const at = copy.tv().layout(t, v % values), c = v / values;
      if (whole.layout(t, v) != at % m + c % across * m + rows * (at / m + c / across * n))
        return false;
    }
  return bool(is_partition(whole));
}
static_assert(copies_are_where_they_are(make_tiled_copy(copy_atom<>{}, {{8, 32}, {32, 1}}), 32, 64));
static_assert(copies_are_where_they_are(make_tiled_copy(copy_atom<>{}, {{16, 8}, {1, 16}},
                                                        make_layout({4, 1})),
                                        128, 16));
static_assert(copies_are_where_they_are(make_tiled_copy(copy_atom<>{}, {{2, 2}, {2, 1}}, {{1, 2}, {2, 1}}), 6,
                                        8));

} // namespace
