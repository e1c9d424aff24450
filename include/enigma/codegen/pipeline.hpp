// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/buffer_engine.hpp>
#include <enigma/codegen/gpu.hpp>
#include <enigma/tensor/divide.hpp>

// Tiles in threadgroup memory that are filled while others are computed with.
//
//   auto const A = make_pipeline<f16, 2, "sA">(g, {{64, 16}, {16, 1}});
//   auto const B = make_pipeline<f16, 2, "sB">(g, {{64, 16}, {1, 64}});
//   for_pipelined(g, tiles,
//       [&](auto k, auto sA, auto sB) { copy(copy_A, tA(_, _, _, k), mine.partition_D(sA)); ... },
//       [&](auto k, auto sA, auto sB) { gemm(mma, mma.matrices_A(sA), mma.matrices_B(sB), acc); },
//       A, B);

namespace enigma {

/// `Stages` tiles of one layout in threadgroup memory, used in turn.
///
/// stage(i) is a tile. By hand: front() is the tile that is computed with, back() the one behind it, which
/// was used last and is filled next; rotate() goes one on, and the barriers are the author's. Or
/// for_pipelined, which places them.
template <element T, int Stages>
class pipeline {
public:
  using engine = buffer_engine<detail::memory_handle<T>, access::inout, address_space::threadgroup>;
  static constexpr int stages = Stages;

  /// `front`: the variable that says which stage is in front, of more than one.
  constexpr pipeline(gpu const& g, tensor<engine> const& all, value_id front = no_value)
      : gpu_{g}
      , all_{all}
      , front_{front} {}

  /// Tile i: an integer, or a traced value below Stages.
  template <class C>
    requires detail::coordinate_for<C, engine>
  constexpr tensor<engine> stage(C const& i) const {
    return detail::first_mode(all_(_, i));
  }
  constexpr tensor<engine> front() const {
    if constexpr (Stages == 1)
      return stage(0);
    else
      return stage(now().read());
  }
  constexpr tensor<engine> back() const {
    if constexpr (Stages == 1)
      return stage(0);
    else
      return stage(before(now().read()));
  }
  /// front() becomes the tile after it, so that back() is what was front().
  constexpr void rotate() const {
    if constexpr (Stages > 1)
      now() = after(now().read());
  }
  constexpr void swap() const
    requires(Stages == 2)
  {
    rotate();
  }

private:
  static constexpr value<u32> after(value<u32> const& i) {
    if constexpr (Stages == 2)
      return 1u - i;
    else
      return select(i + 1u, 0u, i == static_cast<u32>(Stages - 1));
  }
  static constexpr value<u32> before(value<u32> const& i) {
    if constexpr (Stages == 2)
      return 1u - i;
    else
      return select(i - 1u, static_cast<u32>(Stages - 1), i == 0u);
  }
  constexpr var<u32> now() const { return {gpu_.owner(), front_}; }

  gpu gpu_;
  tensor<engine> all_;
  value_id front_;
};

/// Threadgroup memory for `Stages` tiles of this layout, swizzled or not. Each begins at a multiple of 16
/// bytes, and at one of the swizzle's period, so that all are swizzled alike. Errors: more than 32 KiB in
/// all; a layout that reaches below 0.
template <element T, int Stages, fixed_string Name = "stages">
[[nodiscard]] constexpr pipeline<T, Stages> make_pipeline(gpu const& g, composed_layout const& tile) {
  static_assert(Stages >= 1, "make_pipeline: it has at least one stage");
  auto const reach = value_bound(tile).value;
  int const bits = tile.sw.bits + tile.sw.base + (tile.sw.shift < 0 ? -tile.sw.shift : tile.sw.shift);
  std::int64_t const whole =
      tile.sw.is_identity() ? 16 / size_in_bytes(type_of<T>.element) : std::int64_t{1} << bits;
  std::int64_t const step = (reach + whole - 1) / whole * whole;
  auto const memory = g.threadgroup_memory<T, Name>(step * Stages);
  layout const stages = make_layout(tile.inner, layout(Stages, step));
  auto const all = make_tensor(memory, composed_layout(tile.sw, tile.offset, stages));
  if constexpr (Stages > 1)
    return {g, all, g.owner()->declare_register(type_of<u32>, g.owner()->constant(type_of<u32>, 0))};
  else
    return {g, all};
}
template <element T, int Stages, fixed_string Name = "stages">
[[nodiscard]] constexpr pipeline<T, Stages> make_pipeline(gpu const& g, layout const& tile) {
  return make_pipeline<T, Stages, Name>(g, composed_layout(swizzle{}, 0, tile));
}

/// load(k, tiles...) and compute(k, tiles...) for k = 0, 1, ..., count - 1, in the order of k, with a tile of
/// each pipeline: compute(k) sees what load(k) has written there, whichever threads did. While stage
/// k % Stages is computed with, tile k + Stages - 1 is loaded into the stage before it.
///
/// One barrier for each k, which is enough: before it every thread has computed k - 1, with the stage that is
/// written after it; and has loaded tile k, which is read after it. With one stage there are two. All threads
/// of the threadgroup come here, `count` is the same for all of them. It ends without a barrier: the last
/// stages may still be read by others.
template <traced N, class Load, class Compute, class... T, int... Stages>
  requires(index_value<N> && sizeof...(T) > 0)
constexpr void for_pipelined(gpu const& g, N const& count, Load const& load, Compute const& compute,
                             pipeline<T, Stages> const&... tiles) {
  constexpr int all[] = {Stages...};
  constexpr int stages = all[0];
  static_assert(((Stages == stages) && ...), "for_pipelined: the pipelines have equally many stages");
  using C = detail::traced_type_of<N>;
  detail::builder* const b = detail::owner_of_all(count);
  value<u32> const n = cast<u32>(value<C>{b, detail::id_of<C>(b, count)});
  if constexpr (stages == 1) {
    g.for_range(0u, n, [&](auto const& k) {
      load(k, tiles.stage(0)...);
      g.threadgroup_barrier();
      compute(k, tiles.stage(0)...);
      g.threadgroup_barrier();
    });
  } else {
    for (int s = 0; s < stages - 1; ++s)
      g.if_(n > static_cast<u32>(s), [&] {
        value<u32> const k(b, b->constant(type_of<u32>, s));
        load(k, tiles.stage(s)...);
      });
    g.for_range(0u, n, [&](auto const& k) {
      g.threadgroup_barrier();
      value<u32> const next = k + static_cast<u32>(stages - 1);
      g.if_(next < n, [&] {
        value<u32> const at = next % static_cast<u32>(stages);
        load(next, tiles.stage(at)...);
      });
      value<u32> const at = k % static_cast<u32>(stages);
      compute(k, tiles.stage(at)...);
    });
  }
}

} // namespace enigma
