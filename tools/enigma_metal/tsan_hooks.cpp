// SPDX-License-Identifier: MIT
// The functions that clang calls before each access to memory under -fsanitize=thread. There is no
// ThreadSanitizer behind them here: they tell the machine.
#include <cstdint>
#include <cstring>

// The names are clang's. NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

void enigma_metal_touch(void const* address, unsigned long bytes, int kind, void const* code);
static constexpr int reads = 0;
static constexpr int writes = 1;
static constexpr int atomically_reads = 2;
static constexpr int atomically_writes = 3;

#define HERE __builtin_return_address(0)

void __tsan_init(void) {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit(void) {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_ignore_thread_begin(void) {}
void __tsan_ignore_thread_end(void) {}

#define ENIGMA_ACCESS(n)                                                                                     \
  void __tsan_read##n(void* p) {                                                                             \
    enigma_metal_touch(p, n, reads, HERE);                                                                   \
  }                                                                                                          \
  void __tsan_write##n(void* p) {                                                                            \
    enigma_metal_touch(p, n, writes, HERE);                                                                  \
  }                                                                                                          \
  void __tsan_unaligned_read##n(void* p) {                                                                   \
    enigma_metal_touch(p, n, reads, HERE);                                                                   \
  }                                                                                                          \
  void __tsan_unaligned_write##n(void* p) {                                                                  \
    enigma_metal_touch(p, n, writes, HERE);                                                                  \
  }                                                                                                          \
  void __tsan_volatile_read##n(void* p) {                                                                    \
    enigma_metal_touch(p, n, reads, HERE);                                                                   \
  }                                                                                                          \
  void __tsan_volatile_write##n(void* p) {                                                                   \
    enigma_metal_touch(p, n, writes, HERE);                                                                  \
  }                                                                                                          \
  void __tsan_read_write##n(void* p) {                                                                       \
    enigma_metal_touch(p, n, reads, HERE);                                                                   \
    enigma_metal_touch(p, n, writes, HERE);                                                                  \
  }                                                                                                          \
  void __tsan_unaligned_read_write##n(void* p) {                                                             \
    enigma_metal_touch(p, n, reads, HERE);                                                                   \
    enigma_metal_touch(p, n, writes, HERE);                                                                  \
  }
ENIGMA_ACCESS(1)
ENIGMA_ACCESS(2)
ENIGMA_ACCESS(4)
ENIGMA_ACCESS(8)
ENIGMA_ACCESS(16)

void* __tsan_memcpy(void* to, void const* from, unsigned long n) {
  enigma_metal_touch(from, n, reads, HERE);
  enigma_metal_touch(to, n, writes, HERE);
  return std::memcpy(to, from, n);
}
void* __tsan_memmove(void* to, void const* from, unsigned long n) {
  enigma_metal_touch(from, n, reads, HERE);
  enigma_metal_touch(to, n, writes, HERE);
  return std::memmove(to, from, n);
}
void* __tsan_memset(void* to, int value, unsigned long n) {
  enigma_metal_touch(to, n, writes, HERE);
  return std::memset(to, value, n);
}

#define ENIGMA_FETCH(bits, name, expression)                                                                 \
  std::uint##bits##_t __tsan_atomic##bits##_##name(std::uint##bits##_t volatile* p, std::uint##bits##_t v,   \
                                                   int) {                                                    \
    void* const address = const_cast<std::uint##bits##_t*>(p);                                               \
    enigma_metal_touch(address, bits / 8, atomically_writes, HERE);                                          \
    std::uint##bits##_t const old = *p;                                                                      \
    *p = static_cast<std::uint##bits##_t>(expression);                                                       \
    return old;                                                                                              \
  }
#define ENIGMA_EXCHANGE(bits, name)                                                                          \
  int __tsan_atomic##bits##_##name(std::uint##bits##_t volatile* p, std::uint##bits##_t* expected,           \
                                   std::uint##bits##_t desired, int, int) {                                  \
    void* const address = const_cast<std::uint##bits##_t*>(p);                                               \
    enigma_metal_touch(address, bits / 8, atomically_writes, HERE);                                          \
    if (*p == *expected) {                                                                                   \
      *p = desired;                                                                                          \
      return 1;                                                                                              \
    }                                                                                                        \
    *expected = *p;                                                                                          \
    return 0;                                                                                                \
  }
#define ENIGMA_ATOMICS(bits)                                                                                 \
  std::uint##bits##_t __tsan_atomic##bits##_load(std::uint##bits##_t const volatile* p, int) {               \
    enigma_metal_touch(const_cast<std::uint##bits##_t const*>(p), bits / 8, atomically_reads, HERE);         \
    return *p;                                                                                               \
  }                                                                                                          \
  void __tsan_atomic##bits##_store(std::uint##bits##_t volatile* p, std::uint##bits##_t v, int) {            \
    enigma_metal_touch(const_cast<std::uint##bits##_t*>(p), bits / 8, atomically_writes, HERE);              \
    *p = v;                                                                                                  \
  }                                                                                                          \
  ENIGMA_FETCH(bits, exchange, v)                                                                            \
  ENIGMA_FETCH(bits, fetch_add, old + v)                                                                     \
  ENIGMA_FETCH(bits, fetch_sub, old - v)                                                                     \
  ENIGMA_FETCH(bits, fetch_and, old& v)                                                                      \
  ENIGMA_FETCH(bits, fetch_or, old | v)                                                                      \
  ENIGMA_FETCH(bits, fetch_xor, old ^ v)                                                                     \
  ENIGMA_FETCH(bits, fetch_nand, ~(old & v))                                                                 \
  ENIGMA_EXCHANGE(bits, compare_exchange_strong)                                                             \
  ENIGMA_EXCHANGE(bits, compare_exchange_weak)                                                               \
  std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(std::uint##bits##_t volatile* p,            \
                                                                 std::uint##bits##_t expected,               \
                                                                 std::uint##bits##_t desired, int, int) {    \
    enigma_metal_touch(const_cast<std::uint##bits##_t*>(p), bits / 8, atomically_writes, HERE);              \
    std::uint##bits##_t const old = *p;                                                                      \
    if (old == expected)                                                                                     \
      *p = desired;                                                                                          \
    return old;                                                                                              \
  }
ENIGMA_ATOMICS(8)
ENIGMA_ATOMICS(16)
ENIGMA_ATOMICS(32)
ENIGMA_ATOMICS(64)

void __tsan_atomic_thread_fence(int) {}
void __tsan_atomic_signal_fence(int) {}
}
// NOLINTEND(bugprone-reserved-identifier)

namespace enigma::metal_tool {
// A library's object files are taken by what they are asked for.
void keep_tsan_hooks() {}
} // namespace enigma::metal_tool
