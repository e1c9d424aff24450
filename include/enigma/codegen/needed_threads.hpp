// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/gpu.hpp>

namespace enigma::detail {

/// The threadgroup has `wanted` threads: refused where the kernel's block is known to have others; the
/// executor looks where it is not.
constexpr void need_threads(gpu const& g, std::int64_t wanted, char const* who, char const* rule) {
  builder* const b = g.owner();
  extent3 const block = b->block();
  if (!block.is_open() && static_cast<std::int64_t>(block.volume()) != wanted)
    refused((sentence(who) << ": it is made for " << wanted << " threads, the threadgroup has "
                           << static_cast<std::int64_t>(block.volume()))
                .lines());
  if (!block.is_open() && !b->grid().is_open())
    return; // all threadgroups are whole
  auto const there = g.threads_per_threadgroup();
  b->check((there.x * there.y * there.z == static_cast<u32>(wanted)).id_in(b), rule);
}

} // namespace enigma::detail
