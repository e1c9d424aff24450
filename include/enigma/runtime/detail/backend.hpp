// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/runtime/detail/ownership.hpp>

// What a backend of the runtime has to offer. The runtime checks a call before a backend sees it: the
// arguments fit the parameters and every launch has a size.

namespace enigma::detail {

/// One argument of a call as given: host memory, the bits of a scalar or of a function constant's lanes, or
/// the length of threadgroup memory.
struct host_argument {
  void* data = nullptr;   // not written through where access is `in`
  std::size_t length = 0; // in elements; of a function constant its lanes, 0 where it is left to its default
  element_kind element{};
  enigma::access access{};
  std::int64_t bits = 0;                  // scalars, as constant_bits
  constant_lanes lanes{};                 // function constants
  enigma::record const* record = nullptr; // elements of several values, then also scalars are at `data`
  std::uint8_t* written = nullptr;        // of a temporary, for each element whether it has been stored to
};

/// How a launch is cut into threadgroups.
struct launch_shape {
  extent3 groups;  // threadgroups
  extent3 block;   // threads of a full threadgroup
  extent3 threads; // in all; threadgroups at the far edges are smaller where block does not divide it
  std::uint32_t elements = 0; // of a vectorised kernel, which a call counts as threads
};

/// A kernel with its arguments, ready to run again and again.
class prepared_launches {
public:
  virtual ~prepared_launches() = default;
  /// Runs all launches in order; when it returns, the results are in host memory.
  virtual void dispatch() = 0;
};

class backend_interface : public counted {
public:
  virtual ~backend_interface() = default;
  virtual std::string name() const = 0;
  /// `shapes` has one entry for each launch of the kernel. The backend outlives what it prepares.
  virtual owned<prepared_launches> prepare(compiled_kernel const& kernel, array_view<launch_shape> shapes,
                                           array_view<host_argument> arguments) = 0;
};

} // namespace enigma::detail
