// SPDX-License-Identifier: MIT
// Arrays, and NumPy's files of them.
#pragma once

#include <string>
#include <vector>

namespace enigma::metal_tool {

/// Bytes, and what they are: `type` is "f32", "f16", "bf16", "i8" to "i64", "u8" to "u64" or "bool".
struct host_array {
  std::string type;
  std::vector<std::size_t> shape;
  std::vector<unsigned char> bytes;

  std::size_t count() const {
    std::size_t n = 1;
    for (std::size_t s : shape)
      n *= s;
    return n;
  }
};

/// Bytes of one element; throws tool_error for a name that is none.
std::size_t element_size(std::string const& type);

host_array read_npy(std::string const& path);
void write_npy(std::string const& path, host_array const& array); // bf16 is kept as uint16

/// zeros:TYPE:COUNT, random:TYPE:COUNT[:SEED], iota:TYPE:COUNT, scalar:TYPE:VALUE[,VALUE...], or a file's
/// name. Random floats lie in [-1, 1), random integers in the whole type.
host_array make_array(std::string const& words);

/// One element as text.
std::string element_text(host_array const& array, std::size_t i);

/// A value as the bytes of a type.
std::vector<unsigned char> value_bytes(std::string const& type, std::string const& value);

} // namespace enigma::metal_tool
