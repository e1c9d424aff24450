// SPDX-License-Identifier: MIT
// expect-clang: kernel wide: 32 buffers and scalars; Metal binds at most 31: join arrays in one buffer
// expect-gcc: buffers and scalars; Metal binds at most 31: join arrays in one buffer
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int buffers = 32;
#else
constexpr int buffers = 31;
#endif
template <std::size_t I>
constexpr char name[] = {'p', static_cast<char>('0' + I / 10), static_cast<char>('0' + I % 10), '\0'};
template <std::size_t... I>
constexpr auto body(std::index_sequence<I...>) {
  return [](eg::gpu&, eg::out<float, eg::fixed_string(name<I>)>... p) { ((p[0] = 1.0f), ...); };
}
inline constexpr auto wide = eg::kernel<"wide">(body(std::make_index_sequence<buffers>{}));
constexpr auto compiled = eg::compile<wide>();
