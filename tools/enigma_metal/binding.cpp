// SPDX-License-Identifier: MIT
// What a kernel is given: memory between fences for each of its parameters, and threadgroup memory.
#include "error.hpp"
#include "launched.hpp"

#include <cstring>
#include <fmt/format.h>

namespace enigma::metal_tool {
namespace {

std::string listed(kernel_info const& kernel) {
  std::string all;
  for (parameter_info const& p : kernel.parameters)
    if (p.kind == parameter_info::sort::buffer || p.kind == parameter_info::sort::threadgroup)
      all += fmt::format("{}{} {}", all.empty() ? "" : ", ", p.type, p.name);
  return all.empty() ? "no memory" : all;
}

} // namespace

machine::machine(kernel_object const& object, kernel_info const& kernel, launch& work)
    : object_(object)
    , kernel_(kernel)
    , work_(work) {
  std::size_t threads = 1;
  for (int i = 0; i < 3; ++i) {
    unsigned const size = work.threads[static_cast<std::size_t>(i)];
    unsigned const grid = work.grid[static_cast<std::size_t>(i)];
    if (size == 0 || grid == 0)
      throw tool_error("a grid and a threadgroup have at least one thread in each direction");
    threads *= size;
    groups_[static_cast<std::size_t>(i)] = (grid + size - 1) / size;
  }
  if (threads > 1024)
    throw tool_error(fmt::format("a threadgroup of {} threads: 1024 is the most", threads));
  threads_.resize(threads);
  bind();
}

void machine::bind() {
  std::vector<bool> used(work_.arguments.size());
  std::vector<std::uint64_t> hints;
  for (parameter_info const& p : kernel_.parameters) {
    buffers_.emplace_back();
    regions_.push_back(no_region);
    given_.push_back(nullptr);
    bound_.push_back(nullptr);
    if (p.kind == parameter_info::sort::input)
      continue;
    bool const shared = p.kind == parameter_info::sort::threadgroup;
    argument* found = nullptr;
    for (std::size_t i = 0; i < work_.arguments.size(); ++i)
      if (work_.arguments[i].name == p.name ||
          (!shared && work_.arguments[i].name == std::to_string(p.index))) {
        found = &work_.arguments[i];
        used[i] = true;
      }
    if (found == nullptr && p.is_optional)
      continue;
    if (found == nullptr)
      throw tool_error(fmt::format("the kernel '{}' needs {} '{}' ({}): give {}", kernel_.name,
                                   shared ? "threadgroup memory" : "the buffer", p.name, p.type,
                                   shared ? fmt::format("--threadgroup {}=BYTES", p.name)
                                          : fmt::format("--buffer {}=...", p.name)));
    if (found->bytes.size() < p.element_bytes)
      throw tool_error(fmt::format("'{}' has {} bytes, and one '{}' has {}", p.name, found->bytes.size(),
                                   p.type, p.element_bytes));
    fenced_memory memory(found->bytes.size());
    if (!found->bytes.empty())
      std::memcpy(memory.data(), found->bytes.data(), found->bytes.size());
    tracked_region r;
    r.name = p.name;
    r.kind = shared                                         ? memory_kind::threadgroup
             : p.type.find("constant") != std::string::npos ? memory_kind::constant
                                                            : memory_kind::device;
    r.begin = memory.begin();
    r.bytes = found->bytes.size();
    r.element_bytes = p.element_bytes;
    r.read_only = p.read_only;
    if (!object_.checked()) {
      r.grain = 1u << 30; // one record, since nothing is tracked
    }
    if (shared)
      shared_bytes_ += (r.bytes + 15) / 16 * 16;
    else if (p.read_only)
      memory.protect(true);
    regions_.back() = detector_.add(std::move(r));
    given_.back() = found;
    bound_.back() = memory.data();
    buffers_.back() = std::move(memory);
  }
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      throw tool_error(fmt::format("the kernel '{}' has no parameter '{}': it has {}", kernel_.name,
                                   work_.arguments[i].name, listed(kernel_)));
}

void machine::check_padding() {
  for (std::size_t p = 0; p < buffers_.size(); ++p)
    if (buffers_[p].data() != nullptr && !buffers_[p].padding_untouched()) {
      fault f;
      f.kind = "out of bounds";
      f.words =
          fmt::format("some thread of '{}' writes behind the end of '{}': run with --check to see which",
                      kernel_.name, kernel_.parameters[p].name);
      report_.faults.push_back(std::move(f));
    }
}

void* machine::shared_memory(void const* key, std::size_t bytes, std::size_t element_bytes, char const* name,
                             char const* file, unsigned line) {
  for (shared_variable& v : shared_)
    if (v.key == key) {
      if (v.group != group_number_) {
        std::memset(v.memory.data(), undefined_byte, bytes);
        v.group = group_number_;
      }
      return v.memory.data();
    }
  shared_bytes_ += (bytes + 15) / 16 * 16;
  if (shared_bytes_ > most_shared_bytes)
    fail("too much threadgroup memory", {file, line},
         fmt::format(
             "with '{}' ({} bytes) the kernel '{}' uses {} bytes of threadgroup memory: {} is the most", name,
             bytes, kernel_.name, shared_bytes_, most_shared_bytes));
  fenced_memory memory(bytes);
  std::memset(memory.data(), undefined_byte, bytes);
  tracked_region r;
  r.name = name;
  r.kind = memory_kind::threadgroup;
  r.begin = memory.begin();
  r.bytes = bytes;
  r.element_bytes = element_bytes;
  if (!object_.checked())
    r.grain = 1u << 30;
  void* const data = memory.data();
  shared_.push_back({key, name, std::move(memory), detector_.add(std::move(r)), group_number_});
  return data;
}

} // namespace enigma::metal_tool
