// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/growing.hpp>
#include <enigma/runtime/detail/backend.hpp>
#include <enigma/runtime/detail/fixed_array.hpp>

namespace enigma::detail {

/// The arguments that no call gives. Those are the buffers between the launches of a program, of which it is
/// known for each element whether it has been written in this dispatch, and the number of elements of a
/// vectorised kernel.
class temporaries {
public:
  temporaries() = default;
  explicit temporaries(compiled_kernel const& kernel) {
    std::size_t lines = 0, elements = 0;
    for (parameter const& p : kernel.parameters())
      if (p.temporary) {
        lines += lines_of(p);
        elements += static_cast<std::size_t>(p.elements);
      }
    memory_ = fixed_array<line>(lines);
    written_ = fixed_array<std::uint8_t>(elements);
  }

  /// All arguments of the kernel, of which the call gives the first ones.
  growing<host_argument> with(compiled_kernel const& kernel, array_view<host_argument> given,
                              std::uint32_t elements_of_call) {
    growing<host_argument> all;
    all.append(given.data(), given.size());
    std::size_t lines = 0, elements = 0;
    for (parameter const& p : kernel.parameters()) {
      host_argument a;
      if (p.counts_elements) {
        a.length = 1;
        a.element = p.element;
        a.access = p.access;
        a.bits = elements_of_call;
        all.push_back(a);
      }
      if (!p.temporary)
        continue;
      a.data = memory_[lines].bytes;
      a.length = static_cast<std::size_t>(p.elements);
      a.element = p.element;
      a.access = p.access;
      a.written = written_.data() + elements;
      lines += lines_of(p);
      elements += a.length;
      all.push_back(a);
    }
    return all;
  }
  void forget() {
    if (!written_.empty())
      std::memset(written_.data(), 0, written_.size());
  }

private:
  struct alignas(64) line {
    std::byte bytes[64];
  };
  static std::size_t lines_of(parameter const& p) {
    return static_cast<std::size_t>(p.elements) * static_cast<std::size_t>(size_in_bytes(p.element)) /
               sizeof(line) +
           1;
  }

  fixed_array<line> memory_;
  fixed_array<std::uint8_t> written_;
};

} // namespace enigma::detail
