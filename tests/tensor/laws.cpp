// SPDX-License-Identifier: MIT
// Tensors over host memory in constant evaluations, and what does not compile there.
#include <enigma/tensor.hpp>

#include <array>
#include <span>
#include <vector>

using namespace enigma;

namespace {

// t(c) is the element at layout(c), at every coordinate, for a tensor and for its slices.
constexpr bool slices_hold(layout const& l) {
  std::array<int, 64> data{};
  for (int i = 0; i < 64; ++i)
    data[static_cast<std::size_t>(i)] = 100 + i;
  auto const t = make_tensor(data, l);
  for (std::int64_t i = 0; i < size(t); ++i)
    if (&t(i) != data.data() + l(i))
      return false;
  for (std::int64_t i = 0; i < size<0>(t); ++i)
    for (std::int64_t j = 0; j < size<1>(t); ++j)
      if (&t(_, j)(i) != &t(i, j) || &t(i, _)(j) != &t(i, j) || &t(_)(i, j) != &t(i, j) ||
          &t(hole_coord{_, j})(i) != &t(i, j) || &t(i, j) != data.data() + l(i, j))
        return false;
  return true;
}
static_assert(slices_hold({{4, 8}, {8, 1}}));
static_assert(slices_hold({{{2, 2}, {4, 2}}, {{1, 32}, {2, 8}}}));
static_assert(slices_hold({{1, 5}, {7, 0}}));

// The tile of a divide, then a thread of the tile, then a store: (r, c) gets 10 * r + c.
static_assert([] {
  std::array<int, 32> in{}, out{};
  for (int i = 0; i < 32; ++i)
    in[static_cast<std::size_t>(i)] = i;
  constexpr auto tv = make_layout_tv(layout{{2, 2}}, layout{{1, 2}});
  auto const from = zipped_divide(make_tensor(in, layout{{4, 8}, {8, 1}}), tv.tiler);
  auto const to = zipped_divide(make_tensor(out, layout{{4, 8}, {1, 4}}), tv.tiler);
  for (int block = 0; block < size<1>(from); ++block)
    for (int thread = 0; thread < 4; ++thread) {
      auto const x = composition(from(_, block), tv)(thread, _).load();
      composition(to(_, block), tv)(thread, _).store(10 * (x / 8) + x % 8);
    }
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 8; ++c)
      if (*(out.data() + r + 4 * c) != 10 * r + c)
        return false;
  return true;
}());

// A copy of itself, moved by one, with the care for what would be overwritten.
static_assert([] {
  std::array<int, 5> a = {1, 2, 3, 4, 5};
  make_tensor(a, layout(4), 1).store(make_tensor(a, layout(4)).load());
  return a == std::array<int, 5>{1, 1, 2, 3, 4};
}());

// ---- What does not compile ------------------------------------------------------------------------------

template <class M>
concept makes_a_tensor = requires(M&& m) { make_tensor(static_cast<M&&>(m), layout(4)); };
static_assert(makes_a_tensor<std::vector<int>&> && makes_a_tensor<std::vector<int> const&>);
static_assert(makes_a_tensor<std::span<float>> && makes_a_tensor<double*> && makes_a_tensor<int (&)[4]>);
static_assert(!makes_a_tensor<std::vector<int>> && !makes_a_tensor<std::array<int, 4>>); // they would be gone
static_assert(!makes_a_tensor<int> && !makes_a_tensor<std::nullptr_t>);

template <class T, class X>
concept stores = requires(tensor<host_engine<T>> const& t, X const& x) { t.store(x); };
template <class T>
using tile_of = decltype(make_tensor(std::declval<T*>(), layout()).load());
static_assert(stores<int, tile_of<int>> && stores<int, tile_of<int const>> &&
              !stores<int const, tile_of<int>>);
static_assert(!stores<int, tile_of<float>> && !stores<float, tile_of<int>> &&
              !stores<float, tile_of<double>>);
static_assert(stores<float, int> && stores<float, double> && !stores<int, float> && !stores<int, bool>);
static_assert(!stores<int, std::vector<int>>);

template <class L, class R>
concept adds = requires(L const& l, R const& r) { l + r; };
static_assert(adds<tile_of<float>, tile_of<float>> && adds<tile_of<float>, int> &&
              adds<double, tile_of<float>>);
static_assert(!adds<tile_of<float>, tile_of<int>> && !adds<tile_of<int>, tile_of<unsigned>>);
static_assert(!adds<tile_of<int>, float> && !adds<tile_of<bool>, tile_of<bool>> && !adds<tile_of<int>, bool>);
// A tensor is not an expression before it is loaded.
static_assert(!adds<tensor<host_engine<float>>, tile_of<float>>);

template <class C>
concept coordinate = requires(tensor<host_engine<float>> const& t, C const& c) { t(c); };
static_assert(coordinate<int> && coordinate<unsigned long> && coordinate<int_tuple> &&
              coordinate<underscore>);
static_assert(coordinate<hole_coord> && coordinate<boost::hana::tuple<int, underscore>>);
static_assert(!coordinate<float> && !coordinate<bool> && !coordinate<boost::hana::tuple<int, float>>);

static_assert(tensor_engine<host_engine<float>> && !tensor_engine<float*>);

} // namespace
