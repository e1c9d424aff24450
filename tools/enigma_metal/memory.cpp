// SPDX-License-Identifier: MIT
#include "memory.hpp"

#include "error.hpp"

#include <cstring>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace enigma::metal_tool {
namespace {

constexpr std::size_t fence_bytes = std::size_t{1} << 20;
constexpr unsigned char padding_byte = 0xA5;

std::size_t page() {
  static std::size_t const bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

} // namespace

fenced_memory::fenced_memory(std::size_t bytes) : bytes_(bytes) {
  std::size_t const rounded = (bytes + 15) / 16 * 16;
  std::size_t const inner = (rounded + page() - 1) / page() * page();
  page_bytes_ = inner + 2 * fence_bytes;
  pages_ = mmap(nullptr, page_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages_ == MAP_FAILED) {
    pages_ = nullptr;
    throw tool_error(fmt::format("there is no memory for a buffer of {} bytes", bytes));
  }
  unsigned char* const first = static_cast<unsigned char*>(pages_) + fence_bytes;
  if (inner != 0 && mprotect(first, inner, PROT_READ | PROT_WRITE) != 0)
    throw tool_error(fmt::format("there is no memory for a buffer of {} bytes", bytes));
  data_ = first + inner - rounded;
  std::memset(data_ + bytes, padding_byte, rounded - bytes);
}

fenced_memory::~fenced_memory() {
  if (pages_ != nullptr)
    munmap(pages_, page_bytes_);
}

fenced_memory::fenced_memory(fenced_memory&& o) noexcept
    : pages_(std::exchange(o.pages_, nullptr))
    , page_bytes_(o.page_bytes_)
    , data_(std::exchange(o.data_, nullptr))
    , bytes_(std::exchange(o.bytes_, 0)) {}

fenced_memory& fenced_memory::operator=(fenced_memory&& o) noexcept {
  std::swap(pages_, o.pages_);
  std::swap(page_bytes_, o.page_bytes_);
  std::swap(data_, o.data_);
  std::swap(bytes_, o.bytes_);
  return *this;
}

std::size_t fenced_memory::distance(std::uintptr_t a) const {
  return a < begin() ? begin() - a : a >= begin() + bytes_ ? a - (begin() + bytes_) + 1 : 0;
}

void fenced_memory::protect(bool read_only) const {
  if (pages_ != nullptr && page_bytes_ > 2 * fence_bytes)
    mprotect(static_cast<unsigned char*>(pages_) + fence_bytes, page_bytes_ - 2 * fence_bytes,
             read_only ? PROT_READ : PROT_READ | PROT_WRITE);
}

bool fenced_memory::padding_untouched() const {
  for (std::size_t i = bytes_; i % 16 != 0; ++i)
    if (data_[i] != padding_byte)
      return false;
  return true;
}

} // namespace enigma::metal_tool
