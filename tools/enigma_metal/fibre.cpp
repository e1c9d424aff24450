// SPDX-License-Identifier: MIT
#include "fibre.hpp"

#include "error.hpp"

#include <cstdint>
#include <cstring>
#include <sys/mman.h>
#include <utility>

// What a called function has to preserve is saved on the stack that is left, and taken from the other.
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl enigma_metal_switch\n"
        ".type enigma_metal_switch,@function\n"
        "enigma_metal_switch:\n"
        "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq %rsi, %rsp\n"
        "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
        "  ret\n"
        ".size enigma_metal_switch,.-enigma_metal_switch\n");
static constexpr std::size_t saved_words = 6;
static constexpr std::size_t return_word = 6;
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl enigma_metal_switch\n"
        "enigma_metal_switch:\n"
        "  sub sp, sp, #160\n"
        "  stp x19, x20, [sp, #0]\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n"
        "  stp x25, x26, [sp, #48]\n  stp x27, x28, [sp, #64]\n  stp x29, x30, [sp, #80]\n"
        "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n  stp d14, d15, "
        "[sp, #144]\n"
        "  mov x9, sp\n  str x9, [x0]\n  mov sp, x1\n"
        "  ldp x19, x20, [sp, #0]\n  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n"
        "  ldp x25, x26, [sp, #48]\n  ldp x27, x28, [sp, #64]\n  ldp x29, x30, [sp, #80]\n"
        "  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n  ldp d14, d15, "
        "[sp, #144]\n"
        "  add sp, sp, #160\n"
        "  ret\n");
static constexpr std::size_t saved_words = 20;
static constexpr std::size_t return_word = 11;
#else
#error "enigma-metal's fibres know x86-64 and aarch64"
#endif

namespace enigma::metal_tool {
namespace {
constexpr std::size_t guard_bytes = 16384;
}

fibre::~fibre() {
  if (stack_ != nullptr)
    munmap(stack_, bytes_);
}

fibre::fibre(fibre&& other) noexcept
    : position(std::exchange(other.position, nullptr))
    , stack_(std::exchange(other.stack_, nullptr))
    , bytes_(other.bytes_) {}

void fibre::prepare(void (*start)(), std::size_t stack_bytes, unsigned colour) {
  if (stack_ == nullptr) {
    bytes_ = guard_bytes + stack_bytes;
    void* const memory =
        mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory, guard_bytes, PROT_NONE) != 0)
      throw tool_error("there is no memory for the stacks of a threadgroup");
    stack_ = memory;
  }
  auto top = reinterpret_cast<std::uintptr_t>(stack_) + bytes_ - 64 - (colour * 320u) % 8192u;
  top &= ~std::uintptr_t{15};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the top is aligned as a number
  auto* const words = reinterpret_cast<std::uintptr_t*>(top) - (saved_words + 2);
  std::memset(words, 0, (saved_words + 2) * sizeof(std::uintptr_t));
  words[return_word] = reinterpret_cast<std::uintptr_t>(start);
  position = words;
}

bool fibre::owns(void const* address) const {
  auto const a = reinterpret_cast<std::uintptr_t>(address);
  auto const first = reinterpret_cast<std::uintptr_t>(stack_);
  return first <= a && a < first + bytes_;
}

bool fibre::overflowed(std::uintptr_t address) const {
  auto const first = reinterpret_cast<std::uintptr_t>(stack_);
  return first <= address && address < first + guard_bytes;
}

} // namespace enigma::metal_tool
