// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <utility>

#include <enigma/codegen/ir.hpp>
#include <enigma/error.hpp>

namespace enigma {

/// A size in up to three dimensions for `dispatch`: a number, `{x, y}`, `{x, y, z}` or an extent3. Empty if
/// not given. Refuses numbers that are not positive or do not fit 32 bits.
class launch_size {
public:
  constexpr launch_size() = default;
  constexpr launch_size(extent3 const& e) : size_{e} {}
  template <std::integral X>
  constexpr launch_size(X x) : size_{checked(x), 1, 1} {}
  template <std::integral X, std::integral Y>
  constexpr launch_size(X x, Y y) : size_{checked(x), checked(y), 1} {}
  template <std::integral X, std::integral Y, std::integral Z>
  constexpr launch_size(X x, Y y, Z z) : size_{checked(x), checked(y), checked(z)} {}

  constexpr bool given() const { return size_.x != 0 && size_.y != 0 && size_.z != 0; }
  constexpr extent3 const& extent() const { return size_; }

private:
  template <class Index>
  static constexpr std::uint32_t checked(Index i) {
    if (!std::in_range<std::uint32_t>(i) || i == 0)
      refused((detail::sentence("dispatch: size ")
               << static_cast<std::int64_t>(i) << " is not between 1 and 4294967295")
                  .lines());
    return static_cast<std::uint32_t>(i);
  }

  extent3 size_{0, 0, 0};
};

/// How to launch a kernel, where the kernel leaves that open: threadgroups and threads per threadgroup.
///
///   rt.execute(k, eg::dispatch{.grid = 64, .block = 256}, ...);    // 64 threadgroups of 256 threads
///   rt.execute(k, eg::dispatch{.grid = {8, 8}, .block = {16, 16}}, ...);
struct dispatch {
  launch_size grid{};  // threadgroups
  launch_size block{}; // threads of a threadgroup
  launch_size total{}; // instead of grid: threads in all, see `threads`

  constexpr dispatch in_groups_of(launch_size const& size) const { return {grid, size, total}; }
};

/// As many threads as given; threadgroups at the far edges are smaller where the block does not divide it.
/// The block is the kernel's, or the one given by `in_groups_of`, or else 256, 16 x 16 or 8 x 8 x 4 threads.
///
///   rt.execute(k, eg::threads(1000), ...);
///   rt.execute(k, eg::threads(width, height).in_groups_of({32, 8}), ...);
template <std::integral... Sizes>
  requires(sizeof...(Sizes) >= 1 && sizeof...(Sizes) <= 3)
constexpr dispatch threads(Sizes... sizes) {
  return {.grid = {}, .block = {}, .total = launch_size(sizes...)};
}

} // namespace enigma
