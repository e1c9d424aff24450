// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/matrix_fragment.hpp>
#include <enigma/codegen/needed_threads.hpp>

// Matrix products of tiles, as CuTe has them: an atom, the simdgroups (or threads) that share a tile, and who
// of them holds what.
//
//   constexpr auto mma = make_tiled_mma(simdgroup_mma<f16, f32>{}, make_layout({2, 2}), {64, 64, 32});
//   auto const mine = mma.slice(g);                   // of this thread and its simdgroup
//   auto acc = mine.make_fragment_C<"acc">(0.0f);
//   g.for_range(0u, k_tiles, [&](auto k) {
//     ... sA, sB: tiles (64,32) of A(m,k) and of B(n,k)
//     gemm(mine, mine.matrices_A(sA), mine.matrices_B(sB), acc);
//   });
//   mine.partition_C(gC).store(cast<f16>(acc.load() * alpha));
//
// B is (N,K), as in CuTe: acc(m,n) += sum of A(m,k) * B(n,k). Transposed operands are layouts, nothing else.

namespace enigma {

/// The matrix units: D(8,8) += A(8,8) * B(8,8) by the 32 threads of a simdgroup, f32, f16 or bf16, summed in
/// the type of the factors or in f32. Each thread has two elements of each matrix; which ones is
/// simdgroup_matrix_tv, and these layouts say the same of A(m,k), B(n,k) and C(m,n). That A, B and C lie
/// alike is what lets an accumulator be the A of the next product; Metal does not promise it, and
/// simdgroup_matrix_tv says of which chips it is known. Metal 2.3, of bf16 3.1.
template <a_simdgroup_matrix_is_of_f32_f16_or_bf16 Factor = f32,
          a_simdgroup_matrix_is_of_f32_f16_or_bf16 Sum = f32>
  requires(std::same_as<Sum, f32> || std::same_as<Sum, Factor>)
struct simdgroup_mma {
  using factor_type = Factor;
  using sum_type = Sum;
  static constexpr std::int64_t m = 8, n = 8, k = 8;
  static constexpr std::int64_t threads = 32;
  static constexpr char const* name = "simdgroup_mma 8x8x8";
  static constexpr tv_layout tv_A = simdgroup_matrix_tv;
  static constexpr tv_layout tv_B{{8, 8}, {{{2, 4, 2, 2}, 2}, {{2, 8, 4, 32}, 1}}}; // rows are k
  static constexpr tv_layout tv_C = simdgroup_matrix_tv;
};

/// One fused multiply-add of one thread: for element types and tile sizes that the matrix units do not take.
template <element Factor, element Sum = Factor>
struct scalar_mma {
  using factor_type = Factor;
  using sum_type = Sum;
  static constexpr std::int64_t m = 1, n = 1, k = 1;
  static constexpr std::int64_t threads = 1;
  static constexpr char const* name = "scalar_mma 1x1x1";
  static constexpr tv_layout tv_A{{1, 1}, {{1, 1}, {0, 0}}};
  static constexpr tv_layout tv_B = tv_A;
  static constexpr tv_layout tv_C = tv_A;
};

template <class Atom>
concept mma_atom = requires {
  requires element<typename Atom::factor_type> && element<typename Atom::sum_type>;
  Atom::m + Atom::n + Atom::k + Atom::threads;
  { Atom::tv_A } -> std::convertible_to<tv_layout>;
  { Atom::tv_B } -> std::convertible_to<tv_layout>;
  { Atom::tv_C } -> std::convertible_to<tv_layout>;
};

template <mma_atom Atom>
class thread_mma;

/// An atom repeated over a tile: see make_tiled_mma.
template <mma_atom Atom>
class tiled_mma {
public:
  using atom = Atom;

  constexpr tiled_mma(layout const& units, int_tuple const& tile) : units_{units} {
    if (rank(units) != 2 || units.leaves() != 2)
      refuse(tile, "the layout of the units is to say where they lie along M and N: (2,2)");
    layout const order = right_inverse(units);
    if (size(order) != size(units))
      refuse(tile, "the layout of the units is to number them from 0 on, each once");
    if (tile.leaves() != 3)
      refuse(tile, "the tile is to have three modes, M, N and K");
    std::int64_t const step[] = {Atom::m * units.leaf_shape(0), Atom::n * units.leaf_shape(1), Atom::k};
    for (int i = 0; i < 3; ++i) {
      tile_[i] = tile.leaf(i);
      if (tile_[i] < 1 || tile_[i] % step[i] != 0)
        refuse_extent(tile, i, step[i]);
    }
    if (threads() > 1024)
      refuse(tile, detail::sentence("it takes ") << threads() << " threads, a threadgroup has at most 1024");
  }

  /// How many threads share a tile.
  constexpr std::int64_t threads() const { return Atom::threads * size(units_); }
  constexpr layout const& units() const { return units_; }
  /// The extent of the tile in mode 0, 1, 2: M, N, K.
  constexpr std::int64_t extent(int mode) const { return tile_[mode]; }

  // Who has which element of a tile of A (M,K), B (N,K), C (M,N): (thread, (value in the atom, atoms along
  // the first mode, along the second)) -> linear coordinate.
  constexpr tv_layout tv_A() const { return {{tile_[0], tile_[2]}, tv(Atom::tv_A, 0, tile_[2], false)}; }
  constexpr tv_layout tv_B() const { return {{tile_[1], tile_[2]}, tv(Atom::tv_B, 1, tile_[2], false)}; }
  constexpr tv_layout tv_C() const { return {{tile_[0], tile_[1]}, tv(Atom::tv_C, 0, tile_[1], true)}; }

  /// What this thread has of all that. The threadgroup has as many threads; but a product for one simdgroup
  /// may be one of each simdgroup, with tiles of its own.
  constexpr thread_mma<Atom> slice(gpu const& g) const {
    if (Atom::threads == 1 || size(units_) > 1) // one simdgroup for itself: there may be others
      detail::need_threads(g, threads(), "make_tiled_mma", "a threadgroup has the threads of its tiled_mma");
    return {*this, g};
  }

private:
  friend class thread_mma<Atom>;

  static constexpr std::int64_t extent_of_atom(int mode) { return mode == 0 ? Atom::m : Atom::n; }

  /// Where unit u begins in a tile whose first mode is `mode` (0: M, 1: N); its second mode is N if
  /// `both`, else K, which all units have whole.
  constexpr layout unit_layout(int mode, bool both) const {
    std::int64_t const along = extent_of_atom(mode);
    std::int64_t const m = mode == 0 ? along : 0;
    std::int64_t const n = both ? Atom::n * tile_[0] : mode == 1 ? along : 0;
    return composition(layout({units_.leaf_shape(0), units_.leaf_shape(1)}, {m, n}), right_inverse(units_));
  }
  /// The atoms of one unit: (atoms along the first mode, along the second), the second mode being `second`
  /// long.
  constexpr layout atoms_layout(int mode, std::int64_t second, bool both) const {
    std::int64_t const first = tile_[mode];
    std::int64_t const step = extent_of_atom(mode) * units_.leaf_shape(mode);
    std::int64_t const width = both ? Atom::n : Atom::k;
    std::int64_t const across = both ? width * units_.leaf_shape(1) : width;
    return layout({first / step, second / across}, {step, across * first});
  }
  /// The elements of an atom in a tile whose first mode is `mode`.
  constexpr layout in_tile(layout const& of_atom, int mode, std::int64_t second) const {
    auto const a = extent_of_atom(mode);
    return composition(layout({a, second}, {std::int64_t{1}, tile_[mode]}), of_atom);
  }
  constexpr layout tv(tv_layout const& of_atom, int mode, std::int64_t second, bool both) const {
    layout const inside = in_tile(of_atom.layout, mode, both ? Atom::n : Atom::k);
    layout const atoms = atoms_layout(mode, second, both);
    return make_layout(make_layout(enigma::mode(inside, 0), unit_layout(mode, both)),
                       make_layout(enigma::mode(inside, 1), enigma::mode(atoms, 0), enigma::mode(atoms, 1)));
  }
  /// (unit, (block of an atom, atoms along the first mode, along the second)). The rows of a matrix of B
  /// are K, as in a product.
  constexpr layout unit_values(int mode, std::int64_t second, bool both) const {
    std::int64_t const here = extent_of_atom(mode), other = both ? Atom::n : Atom::k, step = tile_[mode];
    layout const block = mode == 1 ? layout({other, here}, {step, std::int64_t{1}})
                                   : layout({here, other}, {std::int64_t{1}, step});
    layout const atoms = atoms_layout(mode, second, both);
    return make_layout(unit_layout(mode, both),
                       make_layout(block, enigma::mode(atoms, 0), enigma::mode(atoms, 1)));
  }

  template <class Why>
  constexpr void refuse(int_tuple const& tile, Why const& why) const {
    detail::sentence words("make_tiled_mma(");
    refused((words << Atom::name << ", " << units_ << ", " << tile << ") refused: " << why).lines());
  }
  constexpr void refuse_extent(int_tuple const& tile, int mode, std::int64_t step) const {
    detail::sentence words("make_tiled_mma(");
    auto const below = tile_[mode] / step * step;
    words << Atom::name << ", " << units_ << ", " << tile << ") refused: " << tile_[mode] << " along "
          << (mode == 0   ? "M"
              : mode == 1 ? "N"
                          : "K")
          << " is no multiple of " << step << ", what the atoms cover at once; ";
    if (below > 0)
      words << below << " and ";
    refused((words << below + step << (below > 0 ? " are" : " is")).lines());
  }

  layout units_;
  std::int64_t tile_[3] = {};
};

/// The atom on a tile (M,N,K), shared by units (simdgroups, or threads for scalar_mma) that lie along M and N
/// as `units` numbers them. Atoms of neighbouring units lie next to each other, and each unit has every
/// so-manyth: unit (i,j) of (2,2) has the rows of blocks i, i + 2, ... and the columns j, j + 2, ...
///
///   tv_C() : (thread, value) -> position in the tile, a bijection
///
/// Errors: a tile that the atoms do not divide, with the nearest that they do; more than 1024 threads.
template <mma_atom Atom>
[[nodiscard]] constexpr tiled_mma<Atom> make_tiled_mma(Atom, layout const& units, int_tuple const& tile) {
  return {units, tile};
}
/// One unit, or one atom for each.
template <mma_atom Atom>
[[nodiscard]] constexpr tiled_mma<Atom> make_tiled_mma(Atom, layout const& units = make_layout({1, 1})) {
  auto const extent = [&](int mode) {
    return rank(units) == 2 && units.leaves() == 2 ? units.leaf_shape(mode) : 1;
  };
  return {units, {Atom::m * extent(0), Atom::n * extent(1), Atom::k}};
}

/// What one thread has of a tiled_mma. Tiles of A are (M,K), of B (N,K), of C (M,N), with the M and N of the
/// tiled_mma and any K that the atom divides.
template <mma_atom Atom>
class thread_mma {
public:
  using factor_type = typename Atom::factor_type;
  using sum_type = typename Atom::sum_type;

  constexpr thread_mma(tiled_mma<Atom> const& mma, gpu const& g) : mma_{mma}, gpu_{g} {}

  constexpr tiled_mma<Atom> const& tiled() const { return mma_; }

  // ---- This thread's elements: (values in the atom, atoms along the first mode, along the second) ----

  template <class E>
  constexpr tensor<E> partition_A(tensor<E> const& tile) const {
    return of_thread(tile, mma_.tv(Atom::tv_A, 0, depth_of(tile, "A", 0), false));
  }
  template <class E>
  constexpr tensor<E> partition_B(tensor<E> const& tile) const {
    return of_thread(tile, mma_.tv(Atom::tv_B, 1, depth_of(tile, "B", 1), false));
  }
  template <class E>
  constexpr tensor<E> partition_C(tensor<E> const& tile) const {
    check_C(tile);
    return of_thread(tile, mma_.tv(Atom::tv_C, 0, mma_.tile_[1], true));
  }

  // ---- This simdgroup's matrices: ((rows,columns), matrices along the first mode, along the second). The
  // hardware loads and stores them whole, where their rows or columns are contiguous. The rows of A and C are
  // M, those of B are K. ----

  template <class E>
  constexpr tensor<E> matrices_A(tensor<E> const& tile) const
    requires(Atom::threads > 1)
  {
    return of_unit(tile, mma_.unit_values(0, depth_of(tile, "A", 0), false));
  }
  template <class E>
  constexpr tensor<E> matrices_B(tensor<E> const& tile) const
    requires(Atom::threads > 1)
  {
    return of_unit(tile, mma_.unit_values(1, depth_of(tile, "B", 1), false));
  }
  template <class E>
  constexpr tensor<E> matrices_C(tensor<E> const& tile) const
    requires(Atom::threads > 1)
  {
    check_C(tile);
    return of_unit(tile, mma_.unit_values(0, mma_.tile_[1], true));
  }

  // ---- Registers, shaped as what partition_A, partition_B and partition_C give ----

  /// The accumulators, all elements `initial`; with a name its variables keep that in the text.
  template <fixed_string Name = "", class X = sum_type>
    requires detail::fits_as<X, sum_type>
  constexpr auto make_fragment_C(X const& initial = X{}) const {
    return make<sum_type, Name>(mma_.tile_[0] / (Atom::m * mma_.units_.leaf_shape(0)),
                                mma_.tile_[1] / (Atom::n * mma_.units_.leaf_shape(1)), initial);
  }
  /// For as much of K as the tile of the tiled_mma has.
  template <fixed_string Name = "">
  constexpr auto make_fragment_A() const {
    return make<factor_type, Name>(mma_.tile_[0] / (Atom::m * mma_.units_.leaf_shape(0)),
                                   mma_.tile_[2] / Atom::k, factor_type{});
  }
  template <fixed_string Name = "">
  constexpr auto make_fragment_B() const {
    return make<factor_type, Name>(mma_.tile_[1] / (Atom::n * mma_.units_.leaf_shape(1)),
                                   mma_.tile_[2] / Atom::k, factor_type{});
  }

  /// This thread's number among those of the tile, and its simdgroup's.
  constexpr value<u32> unit() const {
    return Atom::threads > 1 ? gpu_.simdgroup_index_in_threadgroup() : gpu_.thread_index_in_threadgroup();
  }

private:
  template <element T, fixed_string Name, class X>
  constexpr auto make(std::int64_t rows, std::int64_t columns, X const& initial) const {
    if constexpr (Atom::threads > 1)
      return detail::make_matrix_fragment<T>(gpu_.owner(), rows, columns, initial, detail::static_name<Name>);
    else
      return detail::make_fragment<T>(gpu_.owner(), make_layout({1, rows, columns}), initial,
                                      detail::static_name<Name>);
  }

  template <class E>
  constexpr tensor<E> of_thread(tensor<E> const& tile, layout const& tv) const {
    auto const whole = composition(tile, tv);
    if constexpr (Atom::threads > 1)
      return detail::first_mode(size<0, 1>(tv) == 1
                                    ? whole(make_coord(gpu_.thread_index_in_simdgroup(), 0), _)
                                    : whole(make_coord(gpu_.thread_index_in_simdgroup(), unit()), _));
    else
      return detail::first_mode(whole(make_coord(0, unit()), _));
  }
  template <class E>
  constexpr tensor<E> of_unit(tensor<E> const& tile, layout const& of_units) const {
    auto const whole = composition(tile, of_units);
    return detail::first_mode(size<0>(of_units) == 1 ? whole(0, _) : whole(unit(), _));
  }
  /// The length of a tile of A or B along K.
  template <class E>
  constexpr std::int64_t depth_of(tensor<E> const& tile, char const* name, int mode) const {
    if (rank(tile) != 2 || size<0>(tile) != mma_.tile_[mode] || size<1>(tile) % Atom::k != 0)
      refuse_tile(tile.layout(), name, mode == 0 ? "M" : "N", mma_.tile_[mode], "K", Atom::k, true);
    return size<1>(tile);
  }
  template <class E>
  constexpr void check_C(tensor<E> const& tile) const {
    if (rank(tile) != 2 || size<0>(tile) != mma_.tile_[0] || size<1>(tile) != mma_.tile_[1])
      refuse_tile(tile.layout(), "C", "M", mma_.tile_[0], "N", mma_.tile_[1], false);
  }
  constexpr void refuse_tile(layout const& l, char const* operand, char const* first, std::int64_t extent,
                             char const* second, std::int64_t other, bool multiple) const {
    refused((detail::sentence("a tile of ")
             << operand << ", " << l << ", refused by " << Atom::name << " on the tile (" << mma_.tile_[0]
             << "," << mma_.tile_[1] << "," << mma_.tile_[2] << "): it is to have two modes, " << extent
             << " along " << first << " and " << (multiple ? "a multiple of " : "") << other << " along "
             << second)
                .lines());
  }

  tiled_mma<Atom> mma_;
  gpu gpu_;
};

} // namespace enigma
