// SPDX-License-Identifier: MIT
// Memory with a fence: its last byte lies against pages that cannot be touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace enigma::metal_tool {

class fenced_memory {
public:
  fenced_memory() = default;
  explicit fenced_memory(std::size_t bytes);
  ~fenced_memory();
  fenced_memory(fenced_memory&& other) noexcept;
  fenced_memory& operator=(fenced_memory&& other) noexcept;

  unsigned char* data() const { return data_; }
  std::size_t size() const { return bytes_; }
  std::uintptr_t begin() const { return reinterpret_cast<std::uintptr_t>(data_); }
  bool contains(std::uintptr_t address, std::size_t bytes = 1) const {
    return address >= begin() && address - begin() + bytes <= bytes_;
  }
  /// How far an address is from it; 0 inside.
  std::size_t distance(std::uintptr_t address) const;
  /// Makes the pages read-only, or writable again.
  void protect(bool read_only) const;
  /// The end is aligned to 16, so up to 15 bytes of padding can lie behind it: false if they were written to.
  bool padding_untouched() const;

private:
  void* pages_ = nullptr;
  std::size_t page_bytes_ = 0; // with both fences
  unsigned char* data_ = nullptr;
  std::size_t bytes_ = 0;
};

} // namespace enigma::metal_tool
