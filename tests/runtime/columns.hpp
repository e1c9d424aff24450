// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <vector>

#include "hand_made.hpp"

// Arguments whose type is known at run time: a call is compiled once for all types.

namespace rows {

/// Host memory of any type.
struct column {
  column(hand_made::element_kind k, std::size_t n) : kind{k}, length{n}, bytes(n * size()) {}
  std::size_t size() const { return static_cast<std::size_t>(enigma::size_in_bytes(kind)); }
  std::uint64_t operator[](std::size_t i) const {
    std::uint64_t b = 0;
    std::memcpy(&b, &bytes[i * size()], size());
    return b; // little-endian, as the executor asks for
  }
  void set(std::size_t i, std::uint64_t b) { std::memcpy(&bytes[i * size()], &b, size()); }

  hand_made::element_kind kind;
  std::size_t length;
  std::vector<unsigned char> bytes;
};
struct given {
  enigma::detail::host_argument as_argument() const {
    return {data.bytes.data(), data.length, data.kind, access, 0};
  }
  column& data;
  enigma::access access;
};

} // namespace rows
