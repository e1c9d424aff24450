// SPDX-License-Identifier: MIT
// Simdgroup functions: lanes at the same call give their values and take those of the others.
#include "launched.hpp"

#include <cstring>
#include <fmt/format.h>

namespace enigma::metal_tool {

// Lanes at the same call exchange. Of several calls the first in the file goes first: its lanes may come to
// the others, as when some have left a loop already.
void machine::release_exchange(std::size_t first, std::size_t end) {
  gpu_thread* one = nullptr;
  for (std::size_t i = first; i < end; ++i)
    if (threads_[i].state == waiting::exchange && (one == nullptr || threads_[i].line < one->line))
      one = &threads_[i];
  if (one == nullptr)
    return;
  unsigned active = 0;
  unsigned char packed[32 * metal_host_exchange_bytes];
  for (std::size_t i = first; i < end; ++i) {
    gpu_thread const& t = threads_[i];
    if (t.state != waiting::exchange || t.line != one->line || t.bytes != one->bytes ||
        (t.what != one->what && std::strcmp(t.what, one->what) != 0) ||
        (t.file != one->file && std::strcmp(t.file, one->file) != 0))
      continue;
    if (t.uniform != one->uniform) {
      stuck("not uniform", *one, t,
            fmt::format("{}: an argument that has to be the same in all threads of a simdgroup is {} in {}",
                        one->what, static_cast<int>(one->uniform),
                        thread_words(one->here.thread_index_in_threadgroup, group_number_)),
            fmt::format("has {}", static_cast<int>(t.uniform)));
      return;
    }
    active |= 1u << (i - first);
    std::memcpy(packed + (i - first) * t.bytes, t.mine, t.bytes);
  }
  unsigned const bytes = one->bytes;
  for (std::size_t i = first; i < end; ++i) {
    gpu_thread& t = threads_[i];
    if ((active >> (i - first) & 1u) == 0)
      continue;
    if (active == ~0u)
      std::memcpy(t.all, packed, std::size_t{32} * bytes);
    else
      for (std::size_t lane = 0; lane < end - first; ++lane)
        if ((active >> lane & 1u) != 0)
          std::memcpy(static_cast<unsigned char*>(t.all) + lane * bytes, packed + lane * bytes, bytes);
    t.active = active;
    t.state = waiting::nothing;
  }
}

metal_host_lanes machine::exchange(void const* mine, unsigned bytes, void* all, unsigned uniform,
                                   char const* what, char const* file, unsigned line) {
  gpu_thread& t = *current_;
  t.what = what;
  t.file = file;
  t.line = line;
  t.mine = mine;
  t.all = all;
  t.bytes = bytes;
  t.uniform = uniform;
  t.state = waiting::exchange;
  wait();
  return {t.active, t.here.thread_index_in_simdgroup};
}

} // namespace enigma::metal_tool
