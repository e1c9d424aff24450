// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <enigma/codegen/detail/files.hpp>
#include <enigma/codegen/emit_ir.hpp>
#include <enigma/codegen/metal_version.hpp>

namespace enigma {

/// What an argument is: a buffer that is read, written or both, a number, a function constant, or the length
/// of threadgroup memory.
enum class access : std::uint8_t { in, out, inout, scalar, constant, threadgroup };
constexpr bool is_buffer(access a) {
  return a <= access::inout;
}

/// One argument of a compiled kernel or jit function, in the order of the call.
struct parameter {
  char const* name = "";
  enigma::access access{};
  element_kind element{};
  std::int64_t elements = 0; // least length, where a layout tells it; else 0
  bool atomic = false;       // the kernels change its elements by atomic operations
  std::int32_t binding =
      -1; // the index that the author chose: [[buffer(n)]] or [[function_constant(n)]]; -1: open
  std::uint8_t lanes = 1;                 // of a function constant
  constant_lanes const* preset = nullptr; // its value where the call gives none; null: the call has to
  enigma::record const* record = nullptr; // elements of several values: what is in them, and no `element`
  bool temporary = false;                 // between launches: no call gives it
  bool counts_elements = false;           // of a vectorised kernel: the runtime gives it
};

/// What `compile` gives: the generated source, the launches in order and all that a runtime needs to run
/// them.
///
/// A view: for a constant kernel everything it points to is static storage of the program; `compile` at run
/// time returns an `owned_kernel`, which keeps the storage and converts to this.
class compiled_kernel {
public:
  constexpr compiled_kernel() = default;
  constexpr compiled_kernel(char const* name, std::string_view metal_source, array_view<parameter> parameters,
                            array_view<kernel_ir> launches, bool emit_only = false)
      : name_{name}
      , metal_source_{metal_source}
      , parameters_{parameters}
      , launches_{launches}
      , emit_only_{emit_only} {}

  constexpr std::string_view kernel_name() const { return name_; }
  /// The whole MSL file: every kernel of the program, in order of launch.
  constexpr std::string_view metal_source() const { return metal_source_; }
  /// Threadgroups of the first launch; open where it is chosen at dispatch.
  constexpr extent3 grid() const { return launches_.empty() ? extent3::open() : launches_.front().grid; }
  /// Threads per threadgroup of the first launch; open where it is chosen at dispatch.
  constexpr extent3 block() const { return launches_.empty() ? extent3::open() : launches_.front().block; }
  constexpr array_view<parameter> parameters() const { return parameters_; }
  /// The kernels in the order in which they run; each sees all that the ones before it wrote.
  constexpr array_view<kernel_ir> launches() const { return launches_; }
  /// The least version of the Metal Shading Language that has all that it uses.
  constexpr enigma::metal_version metal_version() const {
    enigma::metal_version least(1, 0);
    auto const raise = [&](kernel_ir const& k) {
      if (least_version(k) > least)
        least = least_version(k);
    };
    for (kernel_ir const& f : functions())
      raise(f);
    for (kernel_ir const& k : launches_)
      raise(k);
    return least;
  }
  /// The functions of the source, which the launches have in common; each calls only those before it.
  constexpr array_view<kernel_ir> functions() const {
    if (launches_.empty())
      return {};
    return {launches_[0].functions, launches_[0].function_count};
  }
  /// True when it was compiled for its text alone; a runtime refuses to run it.
  constexpr bool emit_only() const { return emit_only_; }

  /// The kernels' intermediate representation as text.
  [[nodiscard]] std::string ir() const {
    detail::text out;
    for (std::size_t f = 0; f < functions().size(); ++f)
      emit_ir(function_view(launches_[0], f), out);
    for (kernel_ir const& k : launches_)
      emit_ir(k, out);
    return std::string(out.view());
  }
  /// Writes the MSL file, whole or not at all. Errors: the path cannot be written.
  void export_metal(std::string const& path) const { detail::write_file(path, metal_source_); }

private:
  char const* name_ = "";
  std::string_view metal_source_;
  array_view<parameter> parameters_;
  array_view<kernel_ir> launches_;
  bool emit_only_ = false;
};

} // namespace enigma
