// SPDX-License-Identifier: MIT
// What is wrong with an access or with the way of a thread, in words.
#include "launched.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace enigma::metal_tool {

std::string machine::thread_words(unsigned index, std::size_t group) const {
  triple const g = group_at(group);
  unsigned size[3];
  for (std::size_t i = 0; i < 3; ++i)
    size[i] = std::min(work_.threads[i], work_.grid[i] - g[i] * work_.threads[i]);
  return fmt::format("thread ({},{},{}) of threadgroup ({},{},{})", index % size[0],
                     index / size[0] % size[1], index / size[0] / size[1], g[0], g[1], g[2]);
}

std::string machine::who() const {
  return thread_words(current_->here.thread_index_in_threadgroup, group_number_);
}

std::string machine::element(tracked_region const& r, std::size_t offset) const {
  std::size_t const size = r.element_bytes;
  if (size == r.bytes)
    return offset == 0 ? fmt::format("'{}'", r.name) : fmt::format("'{}' (byte {})", r.name, offset);
  return offset % size == 0 ? fmt::format("{}[{}]", r.name, offset / size)
                            : fmt::format("{}[{}] (byte {})", r.name, offset / size, offset % size);
}

void machine::fail(char const* kind, place where, std::string words) {
  fault f;
  f.kind = kind;
  f.where = std::move(where);
  f.words = std::move(words);
  report_.faults.push_back(std::move(f));
  aborted_ = true;
  void* left = nullptr;
  enigma_metal_switch(&left, scheduler_);
  __builtin_unreachable();
}

void machine::stuck(std::string const& kind, gpu_thread const& here, gpu_thread const& other,
                    std::string words, std::string other_words) {
  fault f;
  f.kind = kind;
  f.where = {here.file, here.line};
  f.words = std::move(words);
  place const second = other.state == waiting::done ? place{} : place{other.file, other.line};
  f.notes.emplace_back(
      second,
      fmt::format("{} {}", thread_words(other.here.thread_index_in_threadgroup, group_number_), other_words));
  report_.faults.push_back(std::move(f));
  aborted_ = true;
}

void machine::outside(std::uintptr_t address, std::size_t bytes, char const* verb, std::uintptr_t code) {
  // The memory that it is nearest to.
  tracked_region const* best = nullptr;
  std::size_t least = 0;
  for (std::size_t i = 0; i < detector_.region_count(); ++i) {
    tracked_region const& r = detector_.region(i);
    std::size_t const away = address < r.begin ? r.begin - address : address - r.begin;
    if (best == nullptr || away < least) {
      best = &r;
      least = away;
    }
  }
  place const where = object_.locate(code);
  for (gpu_thread const& t : threads_)
    if (t.code.overflowed(address))
      fail("stack overflow", where,
           fmt::format("{} of '{}' needs more than {} KiB of private memory, or recurses", who(),
                       kernel_.name, stack_bytes / 1024));
  if (address < 4096)
    fail("out of bounds", where,
         fmt::format("{} of '{}' {} through a null pointer", who(), kernel_.name, verb));
  if (best == nullptr)
    fail("out of bounds", where,
         fmt::format("{} of '{}' {} memory that is not there", who(), kernel_.name, verb));
  auto const offset = static_cast<std::int64_t>(address - best->begin);
  auto const size = static_cast<std::int64_t>(best->element_bytes);
  std::int64_t const index = offset >= 0 ? offset / size : -((-offset + size - 1) / size);
  fail("out of bounds", where,
       fmt::format("out of bounds: {} {} {}[{}] ({} byte{}), and '{}' has {} element{}", who(), verb,
                   best->name, index, bytes, bytes == 1 ? "" : "s", best->name,
                   best->bytes / static_cast<std::size_t>(size),
                   best->bytes / static_cast<std::size_t>(size) == 1 ? "" : "s"));
}

void machine::on_signal(int number, siginfo_t const& info, std::uintptr_t code) {
  if (number == SIGFPE)
    fail("division by zero", object_.locate(code),
         fmt::format(
             "{} of '{}' divides an integer by zero, or the least one by -1: Metal leaves the result open",
             who(), kernel_.name));
  auto const address = reinterpret_cast<std::uintptr_t>(info.si_addr);
  if (tracked_region const* const r = detector_.find(address))
    fail("write to read-only memory", object_.locate(code),
         fmt::format("{} writes {}, and '{}' is {}", who(), element(*r, address - r->begin), r->name,
                     r->kind == memory_kind::constant ? "in constant memory" : "const"));
  outside(address, 1, "accesses", code);
}

void machine::out_of_time(std::uintptr_t code) {
  fail("timeout", object_.locate(code),
       fmt::format("{} of '{}' still runs after {} s", who(), kernel_.name, work_.seconds_allowed));
}

void machine::touch(void const* pointer, std::size_t bytes, access_kind kind, void const* code) {
  if (current_ == nullptr || bytes == 0)
    return;
  auto const address = reinterpret_cast<std::uintptr_t>(pointer);
  bool const is_write = kind == access_kind::write || kind == access_kind::atomic_write;
  char const* const verb = is_write ? "writes" : "reads";
  // The return address lies behind the call.
  std::uintptr_t const at = reinterpret_cast<std::uintptr_t>(code) - 1;
  tracked_region* const region = detector_.find(address);
  if (region == nullptr) {
    if (current_->code.owns(pointer))
      return; // private memory
    for (std::size_t i = 0; i < detector_.region_count(); ++i) {
      tracked_region const& r = detector_.region(i);
      std::size_t const fence = std::size_t{1} << 19;
      if (address + fence >= r.begin && address < r.begin + r.bytes + fence)
        outside(address, bytes, verb, at);
    }
    return; // constants of the object, or memory that is not there: the fence tells
  }
  std::size_t const offset = address - region->begin;
  if (offset + bytes > region->bytes)
    outside(region->begin + region->bytes, bytes, verb, at);
  if (is_write && region->read_only)
    fail("write to read-only memory", object_.locate(at),
         fmt::format("{} writes {}, and '{}' is {}", who(), element(*region, offset), region->name,
                     region->kind == memory_kind::constant ? "in constant memory" : "const"));
  detector_.touch(*region, offset, bytes, kind, current_->here.thread_index_in_threadgroup,
                  static_cast<std::uint32_t>(at - object_.code_begin()), conflicts_);
  if (!conflicts_.empty()) {
    for (conflict const& c : conflicts_)
      add_conflict(c);
    conflicts_.clear();
  }
}

void machine::add_conflict(conflict const& c) {
  ++report_.races;
  std::uint32_t const here = c.now.site;
  std::uint32_t const there = c.kind == conflict::sort::race ? c.then.site : 0;
  if (!known_conflicts_.emplace(std::min(here, there), std::max(here, there), static_cast<int>(c.kind))
           .second ||
      report_.faults.size() >= work_.faults_shown)
    return;
  auto const verb = [](access_kind k) {
    switch (k) {
    case access_kind::read:
      return "reads";
    case access_kind::write:
      return "writes";
    case access_kind::atomic_read:
      return "atomically reads";
    case access_kind::atomic_write:
      return "atomically changes";
    }
    return "";
  };
  fault f;
  f.where = object_.locate(object_.code_begin() + here);
  std::string const what = element(*c.region, c.offset);
  if (c.kind == conflict::sort::uninitialised) {
    f.kind = "uninitialised";
    f.words =
        fmt::format("uninitialised threadgroup memory: {} reads {}, which no thread of its threadgroup has "
                    "written",
                    thread_words(c.now.thread, group_number_), what);
  } else {
    std::size_t const other = detector_.group_of(c.then.time);
    f.kind = "race";
    f.words = fmt::format("race on {} memory: {} {} {}",
                          c.region->kind == memory_kind::threadgroup ? "threadgroup" : "device",
                          thread_words(c.now.thread, group_number_), verb(c.now_kind), what);
    f.notes.emplace_back(
        object_.locate(object_.code_begin() + c.then.site),
        fmt::format(
            "{} {} it here, {}", thread_words(c.then.thread, other), verb(c.then_kind),
            other != group_number_
                ? "and nothing orders the threadgroups of a launch"
                : fmt::format("with no barrier for {} memory in between",
                              c.region->kind == memory_kind::threadgroup ? "threadgroup" : "device")));
  }
  report_.faults.push_back(std::move(f));
}

std::string report::print() const {
  std::string all;
  auto const at = [](place const& p) {
    return p.file.empty() ? std::string() : fmt::format("{}:{}: ", p.file, p.line);
  };
  for (fault const& f : faults) {
    all += fmt::format("{}error: {}\n", at(f.where), f.words);
    for (auto const& [where, words] : f.notes)
      all += fmt::format("{}note: {}\n", at(where), words);
  }
  return all;
}

} // namespace enigma::metal_tool
