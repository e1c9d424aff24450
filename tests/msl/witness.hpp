// SPDX-License-Identifier: MIT
// The emitted text has a witness: enigma-metal's machine, which shares no code with the emitter or the
// executor.
#pragma once

#include <compile.hpp>
#include <machine.hpp>

#include <enigma/enigma.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace witness {

namespace eg = enigma;
namespace tool = enigma::metal_tool;

inline constexpr std::string_view preamble = "#include <metal_stdlib>\nusing namespace metal;\n";

/// The source of a whole file without its first lines, so that several can stand in one.
inline std::string without_preamble(std::string_view source) {
  if (source.substr(0, preamble.size()) != preamble)
    throw std::runtime_error("generated source does not begin with the preamble");
  return std::string(source.substr(preamble.size()));
}

/// All that clang warns of, too; and integers wrap as the executor's do, where MSL leaves the value open.
inline tool::compile_options options(std::vector<std::string> more = {}) {
  tool::compile_options o;
  o.flags = {"-fwrapv", "-Wall", "-Wextra", "-Wno-unknown-pragmas"}; // such as Metal's math_mode
  o.flags.insert(o.flags.end(), more.begin(), more.end());
  return o;
}

/// What is to be said against a source: nothing, if it is right.
inline std::string objections(tool::source_handle const& source,
                              tool::compile_options const& with = options()) {
  std::vector<tool::diagnostic> said = tool::check_source(source, with);
  std::erase_if(said, [](tool::diagnostic const& d) {
    return d.kind != tool::severity::error && d.line == 0; // not about the file itself
  });
  return tool::print(said);
}
inline std::string objections(std::string const& text) {
  return objections(tool::prepare_text(text, "emitted.metal"));
}

// ---- Running a kernel there and here ---------------------------------------------------------------

using bytes = std::vector<unsigned char>;

template <class T>
bytes bytes_of(T const* data, std::size_t n) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes all(n * sizeof(T));
  if (n != 0)
    std::memcpy(all.data(), data, all.size());
  return all;
}

/// Threads in all and of a threadgroup, where the kernel leaves that open.
struct shape {
  eg::extent3 total, block;

  eg::dispatch dispatch() const { return {.block = block, .total = total}; }
};

/// How many threads there are along x, of which a vectorised kernel needs fewer.
inline eg::u32 threads_along_x(eg::kernel_ir const& ir, shape const& size) {
  return (size.total.x - 1) / ir.elements_per_thread + 1;
}

/// Whether a launch of the kernel hands it over: its buffers, scalars and threadgroup memory.
inline bool is_passed(eg::memory const& m) {
  return m.argument >= 0 && m.space != eg::memory_space::function_constant;
}

/// The function constants that the call gives; the others have their defaults.
inline std::vector<tool::constant_value> constants_of(eg::compiled_kernel const& k,
                                                      std::vector<bytes> const& arguments) {
  std::vector<tool::constant_value> all;
  for (std::size_t p = 0; p < k.parameters().size(); ++p)
    if (k.parameters()[p].access == eg::access::constant && !arguments.at(p).empty())
      all.push_back({std::to_string(k.parameters()[p].binding), arguments[p]});
  return all;
}

/// One kernel of a program on `arguments`, in the order of the call, for the machine.
inline tool::launch launch_of(eg::kernel_ir const& ir, shape const& size,
                              std::vector<bytes> const& arguments) {
  tool::launch work;
  eg::extent3 const block = ir.block.is_open() ? size.block : ir.block;
  work.threads = {block.x, block.y, block.z};
  if (ir.grid.is_open())
    work.grid = {threads_along_x(ir, size), size.total.y, size.total.z};
  else
    work.grid = {ir.grid.x * block.x, ir.grid.y * block.y, ir.grid.z * block.z};
  for (eg::memory const& m : ir.memories)
    if (is_passed(m))
      work.arguments.push_back({m.space == eg::memory_space::threadgroup ? m.name : std::to_string(m.binding),
                                arguments.at(static_cast<std::size_t>(m.argument))});
  return work;
}

/// Runs it, and changes `arguments` as it writes.
inline tool::report run(tool::kernel_object const& object, std::string const& name, eg::kernel_ir const& ir,
                        shape const& size, std::vector<bytes>& arguments) {
  tool::launch work = launch_of(ir, size, arguments);
  auto argument = work.arguments.begin();
  for (eg::memory const& m : ir.memories)
    if (is_passed(m)) {
      // The text may have another name for it.
      if (m.space == eg::memory_space::threadgroup)
        for (tool::parameter_info const& p : object.find(name)->parameters)
          if (p.kind == tool::parameter_info::sort::threadgroup && p.index == m.binding)
            argument->name = p.name;
      ++argument;
    }
  tool::report const report = tool::run(object, name, work);
  auto from = work.arguments.begin();
  for (eg::memory const& m : ir.memories)
    if (is_passed(m))
      arguments[static_cast<std::size_t>(m.argument)] = std::move(from++->bytes);
  return report;
}

inline bool same(float x, float y) {
  return (std::isnan(x) && std::isnan(y)) ||
         std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
}
inline bool same(eg::f16 x, eg::f16 y) {
  return (std::isnan(float(x)) && std::isnan(float(y))) || x.bits == y.bits;
}
inline bool same(eg::bf16 x, eg::bf16 y) {
  return (std::isnan(float(x)) && std::isnan(float(y))) || x.bits == y.bits;
}
template <class T>
bool same(T x, T y) {
  return x == y;
}
template <class T>
auto shown(T x) {
  if constexpr (std::is_same_v<T, eg::f16> || std::is_same_v<T, eg::bf16>)
    return float(x);
  else
    return +x; // a number, not a letter
}

/// Whether the bytes that the text has left are those of the executor; NaNs are all the same.
template <class T>
bool equal(std::string const& other, std::string const& name, T const* executor, std::size_t n,
           bytes const& text) {
  std::vector<T> const others = [&] {
    std::vector<T> all(n);
    if constexpr (std::is_same_v<T, bool>) {
      for (std::size_t k = 0; k < n; ++k)
        all[k] = text.at(k) != 0;
    } else {
      if (text.size() != n * sizeof(T))
        throw std::runtime_error(name + " has changed its size");
      std::memcpy(all.data(), text.data(), text.size());
    }
    return all;
  }();
  for (std::size_t k = 0; k < n; ++k) {
    T const here = executor[k], there = others[k];
    if (!same(here, there)) {
      ADD_FAILURE() << name << "[" << k << "]: the executor gives " << shown(here) << ", the " << other << " "
                    << shown(there);
      return false;
    }
  }
  return true;
}

} // namespace witness
