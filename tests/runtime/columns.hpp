// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <vector>

#include "hand_made.hpp"
#include "rows.hpp"

// Arguments whose type is known at run time: a call is compiled once for all types.

namespace rows {

/// Host memory of any type.
struct column {
  column(element_kind k, std::size_t n) : kind{k}, length{n}, bytes(n * size()) {}
  std::size_t size() const { return static_cast<std::size_t>(eg::size_in_bytes(kind)); }
  bits operator[](std::size_t i) const {
    bits b = 0;
    std::memcpy(&b, &bytes[i * size()], size());
    return b; // little-endian, as the executor asks for
  }
  void set(std::size_t i, bits b) { std::memcpy(&bytes[i * size()], &b, size()); }

  element_kind kind;
  std::size_t length;
  std::vector<unsigned char> bytes;
};
/// An argument of a call.
struct given {
  given(column& c, eg::access access) : argument{c.bytes.data(), c.length, c.kind, access, 0, {}} {}
  given(element_kind scalar, bits value)
      : argument{nullptr, 1, scalar, eg::access::scalar, static_cast<std::int64_t>(value), {}} {}
  eg::detail::host_argument const& as_argument() const { return argument; }

  eg::detail::host_argument argument;
};

/// Runs a kernel. In one file, so that the executor's loops are compiled once for the program.
void execute(eg::compiled_kernel const& kernel, eg::dispatch const& size,
             std::vector<given> const& arguments);

} // namespace rows
