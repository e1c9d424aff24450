// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

#include <enigma/codegen/ir.hpp>

namespace enigma {

/// How to launch a kernel, where the kernel leaves that open: threadgroups and threads per threadgroup. Of a
/// vectorised kernel, threads are those of the kernel as written, one for each element; its own are fewer.
///
///   rt.execute(k, eg::dispatch{.grid = 64, .block = 256}, ...);    // 64 threadgroups of 256 threads
///   rt.execute(k, eg::dispatch{.grid = {8, 8}, .block = {16, 16}}, ...);
struct dispatch {
  extent3 grid = extent3::open();  // threadgroups
  extent3 block = extent3::open(); // threads of a threadgroup
  extent3 total = extent3::open(); // instead of grid: threads in all, see `threads`

  constexpr dispatch in_groups_of(extent3 const& size) const { return {grid, size, total}; }
};

/// As many threads as given; threadgroups at the far edges are smaller where the block does not divide it.
/// The block is the kernel's, or the one given by `in_groups_of`, or else 256, 16 x 16 or 8 x 8 x 4 threads.
///
///   rt.execute(k, eg::threads(1000), ...);
///   rt.execute(k, eg::threads(width, height).in_groups_of({32, 8}), ...);
template <std::integral... Sizes>
  requires(sizeof...(Sizes) >= 1 && sizeof...(Sizes) <= 3)
constexpr dispatch threads(Sizes... sizes) {
  return {.total = extent3(sizes...)};
}

} // namespace enigma
