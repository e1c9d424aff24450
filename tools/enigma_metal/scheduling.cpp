// SPDX-License-Identifier: MIT
// Whose turn it is: threads run until they wait, and go on when all who have to have come.
#include "launched.hpp"
#include "signals.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fmt/format.h>

namespace enigma::metal_tool {

machine* machine::now = nullptr;

namespace {

std::string coordinates(unsigned const (&c)[3]) {
  return fmt::format("({},{},{})", c[0], c[1], c[2]);
}

} // namespace

machine::~machine() {
  now = nullptr;
}

void begin_thread() {
  for (;;) {
    machine& m = *machine::now;
    m.kernel_.run(m.bound_.data());
    m.current_->state = waiting::done;
    m.wait();
  }
}

void machine::resume(gpu_thread& t) {
  current_ = &t;
  enigma_metal_switch(&scheduler_, t.code.position);
  current_ = nullptr;
}

void machine::wait() {
  enigma_metal_switch(&current_->code.position, scheduler_);
}

bool machine::run_simdgroup(std::size_t first, std::size_t end) {
  bool any = false;
  for (std::size_t i = first; i < end; ++i)
    if (threads_[i].state == waiting::nothing) {
      resume(threads_[i]);
      any = true;
      if (aborted_)
        return false;
    }
  return any;
}

// Lets lanes go on that have all come together; false if there are none.
bool machine::settle(std::size_t first, std::size_t end) {
  bool exchanging = false;
  std::size_t at_barrier = 0;
  for (std::size_t i = first; i < end; ++i) {
    exchanging = exchanging || threads_[i].state == waiting::exchange;
    at_barrier += threads_[i].state == waiting::simdgroup_barrier ? 1 : 0;
  }
  if (exchanging) {
    release_exchange(first, end);
    return !aborted_;
  }
  if (at_barrier == 0)
    return false;
  gpu_thread const* const one =
      &*std::find_if(threads_.begin() + static_cast<long>(first), threads_.end(),
                     [](gpu_thread const& t) { return t.state == waiting::simdgroup_barrier; });
  for (std::size_t i = first; i < end; ++i) {
    gpu_thread const& t = threads_[i];
    if (t.state == waiting::done || t.state == waiting::threadgroup_barrier || t.line != one->line ||
        std::strcmp(t.file, one->file) != 0) {
      stuck("divergent barrier", *one, t,
            fmt::format("simdgroup_barrier in divergent control flow: {} waits here",
                        thread_words(one->here.thread_index_in_threadgroup, group_number_)),
            t.state == waiting::done ? "has returned" : "waits here");
      return false;
    }
  }
  detector_.simdgroup_barrier(static_cast<unsigned>(first / 32), one->memory);
  for (std::size_t i = first; i < end; ++i)
    threads_[i].state = waiting::nothing;
  return true;
}

void machine::run_group(triple group) {
  unsigned size[3];
  for (std::size_t i = 0; i < 3; ++i)
    size[i] = std::min(work_.threads[i], work_.grid[i] - group[i] * work_.threads[i]);
  count_ = std::size_t{size[0]} * size[1] * size[2];
  unsigned index = 0;
  for (unsigned z = 0; z < size[2]; ++z)
    for (unsigned y = 0; y < size[1]; ++y)
      for (unsigned x = 0; x < size[0]; ++x, ++index) {
        gpu_thread& t = threads_[index];
        metal_host_thread& h = t.here;
        unsigned const local[3] = {x, y, z};
        for (std::size_t i = 0; i < 3; ++i) {
          h.thread_position_in_grid[i] = group[i] * work_.threads[i] + local[i];
          h.threads_per_grid[i] = work_.grid[i];
          h.thread_position_in_threadgroup[i] = local[i];
          h.threads_per_threadgroup[i] = size[i];
          h.dispatch_threads_per_threadgroup[i] = work_.threads[i];
          h.threadgroup_position_in_grid[i] = group[i];
          h.threadgroups_per_grid[i] = groups_[i];
        }
        h.thread_index_in_threadgroup = index;
        h.thread_index_in_simdgroup = index % 32;
        h.simdgroup_index_in_threadgroup = index / 32;
        h.simdgroups_per_threadgroup = static_cast<unsigned>((count_ + 31) / 32);
        h.dispatch_simdgroups_per_threadgroup = static_cast<unsigned>((threads_.size() + 31) / 32);
        h.threads_per_simdgroup = 32;
        t.state = waiting::nothing;
        if (!t.code.prepared())
          t.code.prepare(begin_thread, stack_bytes, index);
      }
  detector_.start_group();
  for (std::size_t p = 0; p < buffers_.size(); ++p)
    if (kernel_.parameters[p].kind == parameter_info::sort::threadgroup)
      std::memset(buffers_[p].data(), undefined_byte, buffers_[p].size());

  for (;;) {
    for (std::size_t first = 0; first < count_; first += 32) {
      std::size_t const end = std::min(first + 32, count_);
      do {
        run_simdgroup(first, end);
        if (aborted_)
          return;
      } while (settle(first, end));
      if (aborted_)
        return;
    }
    gpu_thread const* at = nullptr;
    gpu_thread const* done = nullptr;
    for (std::size_t i = 0; i < count_; ++i) {
      gpu_thread const& t = threads_[i];
      if (t.state == waiting::done)
        done = done == nullptr ? &t : done;
      else if (at == nullptr)
        at = &t;
    }
    if (at == nullptr)
      return;
    if (done != nullptr) {
      stuck("divergent barrier", *at, *done,
            fmt::format("threadgroup_barrier in divergent control flow: {} waits here",
                        thread_words(at->here.thread_index_in_threadgroup, group_number_)),
            "has returned without coming to it (Apple's GPUs go on then, others hang)");
      return;
    }
    for (std::size_t i = 0; i < count_; ++i) {
      gpu_thread const& t = threads_[i];
      if (t.line != at->line || (t.file != at->file && std::strcmp(t.file, at->file) != 0)) {
        stuck("divergent barrier", *at, t,
              fmt::format("threadgroup_barrier in divergent control flow: {} waits here",
                          thread_words(at->here.thread_index_in_threadgroup, group_number_)),
              "waits here");
        return;
      }
    }
    if (expired) {
      fault f;
      f.kind = "timeout";
      f.where = {at->file, at->line};
      f.words = fmt::format("the kernel '{}' still runs after {} s, in threadgroup {}", kernel_.name,
                            work_.seconds_allowed, coordinates(at->here.threadgroup_position_in_grid));
      report_.faults.push_back(std::move(f));
      aborted_ = true;
      return;
    }
    detector_.threadgroup_barrier(at->memory);
    ++report_.barriers;
    for (std::size_t i = 0; i < count_; ++i)
      threads_[i].state = waiting::nothing;
  }
}

report machine::run() {
  now = this;
  signals const watch(work_.seconds_allowed);
  auto const start = std::chrono::steady_clock::now();
  std::size_t const all = std::size_t{groups_[0]} * groups_[1] * groups_[2];
  for (group_number_ = 0; group_number_ < all && !aborted_; ++group_number_)
    run_group(group_at(group_number_));
  report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  now = nullptr;
  if (!aborted_)
    check_padding();
  for (std::size_t p = 0; p < buffers_.size(); ++p)
    if (given_[p] != nullptr && kernel_.parameters[p].kind == parameter_info::sort::buffer &&
        !kernel_.parameters[p].read_only && buffers_[p].size() != 0)
      std::memcpy(given_[p]->bytes.data(), buffers_[p].data(), buffers_[p].size());
  return std::move(report_);
}

void machine::barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line) {
  gpu_thread& t = *current_;
  t.what = what;
  t.file = file;
  t.line = line;
  t.memory = memory;
  t.state = scope == metal_host_scope_simdgroup ? waiting::simdgroup_barrier : waiting::threadgroup_barrier;
  wait();
}

} // namespace enigma::metal_tool
