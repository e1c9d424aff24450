// SPDX-License-Identifier: MIT
// What clang's sanitizers say, in the form of a compiler's messages.
#pragma once

#include <string>
#include <vector>

namespace enigma::metal_tool {

/// Memory of a run, by its addresses there.
struct named_memory {
  unsigned long begin = 0;
  unsigned long bytes = 0;
  std::string name;
};

/// The reports of ThreadSanitizer, AddressSanitizer and UndefinedBehaviorSanitizer in `words` as
///   file:line:column: error: ThreadSanitizer: data race: write of 4 bytes, byte 8 of 'tile', by thread 2 of
///   the threadgroup
/// with notes for the other access. Lines that belong to no report are kept. The place is the innermost one
/// that is not in one of the `foreign` folders or files, with `folder` in front of paths taken away. Host
/// threads 1 to `threads` run a threadgroup, and as many behind them the next.
std::string read_sanitizer_report(std::string const& words, std::vector<named_memory> const&,
                                  std::vector<std::string> const& foreign, std::string const& folder,
                                  std::size_t threads);

} // namespace enigma::metal_tool
