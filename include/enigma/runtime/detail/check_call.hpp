// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/growing.hpp>
#include <enigma/runtime/detail/backend.hpp>
#include <enigma/runtime/detail/refuse.hpp>
#include <enigma/runtime/dispatch.hpp>

// All that can be wrong with a call is found here, before anything runs.

namespace enigma::detail {

inline char const* access_name(access a) {
  constexpr char const* names[] = {"in", "out", "inout", "scalar", "a constant", "threadgroup memory"};
  return names[static_cast<int>(a)];
}

inline char const* element_name(element_kind k, record const* r) {
  return r != nullptr ? r->name : ir_name(k);
}

inline std::string extent_name(extent3 const& e) {
  return message("({},{},{})", e.x, e.y, e.z);
}

/// "saxpy: argument 2 (alpha)"
inline std::string argument_name(compiled_kernel const& kernel, std::size_t k) {
  return message("{}: argument {} ({})", kernel.kernel_name(), k + 1, kernel.parameters()[k].name);
}

/// A function constant is given as a number, as lanes, or left to its default.
inline void check_constant(std::string const& name, parameter const& p, host_argument const& a) {
  if (a.length == 0) {
    if (p.preset == nullptr)
      refuse("{} is a constant without a default: the call has to give its value", name);
    return;
  }
  if (a.length != p.lanes)
    refuse("{} has {}; the call gives {}", name, message("{} lane{}", int{p.lanes}, p.lanes == 1 ? "" : "s"),
           a.length);
}

/// Threadgroup memory has a length that Metal takes.
inline void check_threadgroup_length(std::string const& name, parameter const& p, host_argument const& a) {
  auto const each = static_cast<std::uint64_t>(element_bytes(p.element, p.record));
  std::uint64_t const bytes = a.length * each;
  if (a.length == 0 || a.length > 32768)
    refuse("{} gets {} elements of threadgroup memory; 1 is the least, and 32768 bytes are the most", name,
           a.length);
  std::uint64_t enough = a.length;
  while (enough * each % 16 != 0)
    ++enough;
  if (enough != a.length)
    refuse("{} gets {} elements, which are {} bytes; Metal takes multiples of 16 bytes: give {}", name,
           a.length, bytes, enough);
}

/// The arguments fit the parameters: number, access, element type, length.
inline void check_arguments(compiled_kernel const& kernel, array_view<host_argument> arguments) {
  // What the runtime gives comes last.
  auto parameters = kernel.parameters();
  while (!parameters.empty() && (parameters.back().temporary || parameters.back().counts_elements))
    parameters = parameters.first(parameters.size() - 1);
  if (arguments.size() != parameters.size()) {
    std::string list;
    for (parameter const& p : parameters)
      list.append(list.empty() ? "" : ", ").append(p.name);
    refuse("{} takes {} arguments ({}); the call gives {}", kernel.kernel_name(), parameters.size(), list,
           arguments.size());
  }
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    parameter const& p = parameters[k];
    host_argument const& a = arguments[k];
    bool const number_as_constant = p.access == access::constant && a.access == access::scalar;
    if (a.access != p.access && !number_as_constant)
      refuse("{} is {}; the call gives {}", argument_name(kernel, k), access_name(p.access),
             access_name(a.access));
    bool const typed = a.access != access::threadgroup && (a.access != access::constant || a.length != 0);
    if (typed && (a.element != p.element || a.record != p.record))
      refuse("{} has elements of type {}; the call gives {}", argument_name(kernel, k),
             element_name(p.element, p.record), element_name(a.element, a.record));
    if (p.access == access::constant)
      check_constant(argument_name(kernel, k), p, a);
    if (p.access == access::threadgroup)
      check_threadgroup_length(argument_name(kernel, k), p, a);
    if (p.elements > 0 && a.length < static_cast<std::uint64_t>(p.elements))
      refuse("{} needs at least {} elements; the call gives {}", argument_name(kernel, k), p.elements,
             a.length);
  }
}

/// What a memory is that a parameter becomes.
inline memory_space space_of(access a) {
  return a == access::scalar     ? memory_space::constant
         : a == access::constant ? memory_space::function_constant
         : is_buffer(a)          ? memory_space::device
                                 : memory_space::threadgroup;
}

/// What the launches say of memories holds together with the parameters and the call.
inline void check_memories(compiled_kernel const& kernel, array_view<host_argument> arguments) {
  auto const parameters = kernel.parameters();
  for (kernel_ir const& launch : kernel.launches()) {
    std::uint64_t shared_bytes = 0;
    for (memory const& m : launch.memories) {
      bool const own = m.space == memory_space::threadgroup && m.argument < 0;
      if (own ? m.elements <= 0 : m.argument < 0 || std::size_t(m.argument) >= parameters.size())
        refuse("{}: memory {} is bound to no argument and has no length", launch.name, m.name);
      if (m.space == memory_space::threadgroup)
        shared_bytes += static_cast<std::uint64_t>(element_bytes(m.element, m.record)) *
                        (own ? static_cast<std::uint64_t>(m.elements)
                             : arguments[static_cast<std::size_t>(m.argument)].length);
      if (own)
        continue;
      parameter const& p = parameters[static_cast<std::size_t>(m.argument)];
      bool const writable =
          p.access == access::out || p.access == access::inout || p.access == access::threadgroup;
      if (p.element != m.element || (p.access == access::constant && p.lanes != m.value.lanes) ||
          space_of(p.access) != m.space || (m.may_store && !writable) || p.atomic != m.atomic ||
          p.record != m.record)
        refuse("{}: memory {} does not fit its argument {} ({})", launch.name, m.name, m.argument + 1,
               p.name);
    }
    if (shared_bytes > 32768)
      refuse("{}: with this call it needs {} bytes of threadgroup memory; Metal has 32768", launch.name,
             shared_bytes);
  }
}

inline extent3 default_block(extent3 const& total) {
  if (total.z > 1)
    return {8, 8, 4};
  if (total.y > 1)
    return {16, 16, 1};
  return {256, 1, 1};
}

/// A size that the kernel fixes or leaves to the call.
inline extent3 settle(kernel_ir const& launch, char const* what, extent3 const& fixed, extent3 const& given,
                      bool only_launch) {
  if (!fixed.is_open()) {
    if (only_launch && !given.is_open() && given != fixed)
      refuse("{}: the call gives {} {}, but the kernel is made for {}", launch.name, what, extent_name(given),
             extent_name(fixed));
    return fixed;
  }
  if (given.is_open())
    refuse("{}: the {} is chosen at dispatch: give eg::dispatch{.grid = ..., .block = ...} or "
           "eg::threads(n)",
           launch.name, what);
  return given;
}

/// Threads along x for so many elements of the kernel as written.
inline std::uint32_t threads_for(kernel_ir const& launch, std::uint32_t elements) {
  return (elements - 1) / launch.elements_per_thread + 1;
}

/// The size of each launch. In a program of several launches the call decides for those that leave it open.
inline growing<launch_shape> shapes_of(compiled_kernel const& kernel, dispatch const& d) {
  growing<launch_shape> shapes;
  bool const only = kernel.launches().size() == 1;
  if (!d.grid.is_open() && !d.total.is_open())
    refuse("{}: the call gives both a grid and a number of threads", kernel.kernel_name());
  bool grid_used = false, block_used = false;
  for (kernel_ir const& launch : kernel.launches()) {
    launch_shape s;
    bool const by_threads = !d.total.is_open() && launch.grid.is_open();
    if (only && !d.total.is_open() && !by_threads)
      refuse("{}: the call gives {} threads, but the kernel is made for a grid of {} threadgroups",
             launch.name, extent_name(d.total), extent_name(launch.grid));
    extent3 const block = by_threads && d.block.is_open() ? default_block(d.total) : d.block;
    s.block = settle(launch, "block", launch.block,
                     !launch.block.is_open() && d.block.is_open() ? launch.block : block, only);
    if (launch.max_threads != 0 && s.block.volume() > launch.max_threads)
      refuse("{}: a block of {} has more threads than the {} of max_threads", launch.name,
             extent_name(s.block), launch.max_threads);
    if (s.block.volume() > 1024)
      refuse("{}: a block of {} has more than 1024 threads", launch.name, extent_name(s.block));
    if (by_threads) {
      extent3 const& t = d.total;
      s.threads = t;
      s.groups = {(t.x - 1) / s.block.x + 1, (t.y - 1) / s.block.y + 1, (t.z - 1) / s.block.z + 1};
    } else {
      s.groups = settle(launch, "grid", launch.grid, d.grid, only);
      auto const times = [&](std::uint32_t n, std::uint32_t b) {
        std::uint64_t const product = std::uint64_t{n} * b;
        if (product > 0xffffffff)
          refuse("{}: {} threadgroups of {} threads are more than 4294967295 threads along one axis",
                 launch.name, n, b);
        return static_cast<std::uint32_t>(product);
      };
      s.threads = {times(s.groups.x, s.block.x), times(s.groups.y, s.block.y), times(s.groups.z, s.block.z)};
    }
    if (launch.elements_per_thread != 1) {
      if (s.threads.y != 1 || s.threads.z != 1)
        refuse("{}: a vectorised kernel counts elements along x alone; the call gives {} threads",
               launch.name, extent_name(s.threads));
      s.elements = s.threads.x;
      if (launch.grid.is_open()) {
        s.threads.x = threads_for(launch, s.elements);
        s.groups.x = (s.threads.x - 1) / s.block.x + 1;
      }
    }
    grid_used = grid_used || launch.grid.is_open();
    block_used = block_used || launch.block.is_open();
    shapes.push_back(s);
  }
  if (!only &&
      (((!d.grid.is_open() || !d.total.is_open()) && !grid_used) || (!d.block.is_open() && !block_used)))
    refuse("{}: the call gives a launch size, but all launches have theirs", kernel.kernel_name());
  return shapes;
}

} // namespace enigma::detail
