// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include <enigma/runtime/cpu/decode.hpp>
#include <enigma/runtime/cpu/thread_pool.hpp>
#include <enigma/runtime/detail/backend.hpp>

// The CPU backend: every launch is a decoded program; the threadgroups of a launch are spread over the
// threads of the pool, each with a machine of its own.

namespace enigma::detail::cpu {

/// One launch of a prepared kernel: the program and what it is bound to.
class bound_launch {
public:
  bound_launch(kernel_ir const& kernel, launch_shape const& shape, std::span<host_argument const> arguments,
               unsigned workers)
      : program_{decode(kernel, static_cast<std::uint32_t>(shape.block.volume()))}
      , shape_{shape}
      , machines_(workers) {
    for (memory_facts const& m : program_.memories)
      if (m.argument >= 0) {
        host_argument const& a = arguments[static_cast<std::size_t>(m.argument)];
        buffers_.push_back({static_cast<std::byte*>(a.data), nullptr, a.length});
        scalars_.push_back(a.bits);
      } else {
        buffers_.push_back({nullptr, nullptr, static_cast<std::uint64_t>(m.elements)});
        scalars_.push_back(0);
      }
  }

  void run(thread_pool& pool) {
    std::uint64_t const groups = shape_.groups.volume();
    // Small pieces, so that threads finish together; not so small that the counter matters.
    std::uint64_t const piece =
        std::clamp<std::uint64_t>(groups / (std::uint64_t{pool.workers()} * 16), 1, 256);
    std::atomic<std::uint64_t> next{0};
    // Threadgroups from here on need not run: the lowest one that failed. Those below it are all handed out
    // already and do run, so the error that is reported does not depend on timing.
    std::atomic<std::uint64_t> limit{groups};
    std::mutex mutex;
    std::exception_ptr failure;
    auto work = [&](unsigned worker) noexcept {
      std::uint64_t g = 0;
      try {
        for (;;) {
          std::uint64_t const begin = next.fetch_add(piece, std::memory_order_relaxed);
          if (begin >= limit.load(std::memory_order_relaxed))
            return;
          g = begin;
          machine& m = machine_of(worker);
          for (; g < begin + piece && g < limit.load(std::memory_order_relaxed); ++g)
            run_group(m, g);
        }
      } catch (...) {
        std::lock_guard const lock(mutex);
        if (g < limit.load()) {
          limit = g;
          failure = std::current_exception();
        }
      }
    };
    if (groups <= piece)
      work(0); // not worth waking anybody
    else
      pool.run(work);
    if (failure)
      std::rethrow_exception(failure);
  }

private:
  machine& machine_of(unsigned worker) {
    if (!machines_[worker])
      machines_[worker] = make_machine();
    return *machines_[worker];
  }

  std::unique_ptr<machine> make_machine() {
    auto m = std::make_unique<machine>();
    m->code = &program_;
    m->shape = shape_;
    m->storage.resize(program_.register_bytes / sizeof(cache_line) + 1);
    m->registers = m->storage.front().bytes;
    m->masks.resize(std::size_t{program_.depth} * program_.padded);
    m->frames.resize(program_.depth);
    m->memories = buffers_;
    for (std::size_t k = 0; k < m->memories.size(); ++k)
      if (program_.memories[k].space == memory_space::threadgroup)
        add_array(*m, k);
    for (leaf const& l : program_.leaves)
      if (l.code == op::constant)
        fill(*m, l, l.bits);
      else if (l.code == op::argument)
        fill(*m, l, scalars_[static_cast<std::size_t>(l.bits)]);
    return m;
  }

  void add_array(machine& m, std::size_t k) const {
    std::size_t const length = m.memories[k].length;
    std::size_t const bytes = length * static_cast<std::size_t>(size_in_bytes(program_.memories[k].element));
    m.arrays.emplace_back(bytes / sizeof(cache_line) + 1);
    m.written.emplace_back(length + 1);
    m.memories[k].data = m.arrays.back().front().bytes;
    m.memories[k].written = m.written.back().data();
  }

  static void fill(machine& m, leaf const& l, std::int64_t bits) {
    for (std::uint32_t c = 0; c < l.kind.lanes; ++c)
      switch (size_in_bytes(l.kind.element)) {
      case 1:
        std::fill_n(m.at<std::uint8_t>(l.out, c, 0), chunk, static_cast<std::uint8_t>(bits));
        break;
      case 2:
        std::fill_n(m.at<std::uint16_t>(l.out, c, 0), chunk, static_cast<std::uint16_t>(bits));
        break;
      default:
        std::fill_n(m.at<std::uint32_t>(l.out, c, 0), chunk, static_cast<std::uint32_t>(bits));
      }
  }

  static std::uint32_t component(extent3 const& e, int axis) {
    return axis == 0 ? e.x : axis == 1 ? e.y : e.z;
  }

  /// A threadgroup has `size` threads: the first mask and the positions that depend on the size alone.
  void resize(machine& m, extent3 const& size) const {
    m.size = size;
    auto const threads = static_cast<std::uint32_t>(size.volume());
    std::uint8_t* const mask = m.own_mask(0);
    std::fill_n(mask, threads, std::uint8_t{1});
    std::fill_n(mask + threads, program_.padded - threads, std::uint8_t{0});
    m.frames[0] = {mask, 0, (threads + chunk - 1) / chunk, threads % chunk == 0, false};
    for (leaf const& l : program_.leaves)
      if (l.code == op::query)
        set_size_position(m, l, threads);
  }

  void set_size_position(machine& m, leaf const& l, std::uint32_t threads) const {
    auto* const out = m.at<std::uint32_t>(l.out, 0, 0);
    switch (l.position) {
    case query::threads_per_grid:
      return fill(m, l, component(shape_.threads, l.axis));
    case query::threadgroups_per_grid:
      return fill(m, l, component(shape_.groups, l.axis));
    case query::threads_per_threadgroup:
      return fill(m, l, component(m.size, l.axis));
    case query::threads_per_simdgroup:
      return fill(m, l, chunk);
    case query::simdgroups_per_threadgroup:
      return fill(m, l, (threads + chunk - 1) / chunk);
    case query::thread_position_in_threadgroup:
      return fill_positions(out, m.size, l.axis, 0);
    case query::thread_index_in_threadgroup:
      for (std::uint32_t lane = 0; lane < program_.padded; ++lane)
        out[lane] = lane;
      return;
    case query::thread_index_in_simdgroup:
      for (std::uint32_t lane = 0; lane < program_.padded; ++lane)
        out[lane] = lane % chunk;
      return;
    case query::simdgroup_index_in_threadgroup:
      for (std::uint32_t lane = 0; lane < program_.padded; ++lane)
        out[lane] = lane / chunk;
      return;
    default:
      return; // depends on the threadgroup too
    }
  }

  /// The position of each thread along one axis, counted from `base`.
  static void fill_positions(std::uint32_t* out, extent3 const& size, int axis, std::uint32_t base) {
    for (std::uint32_t z = 0; z < size.z; ++z)
      for (std::uint32_t y = 0; y < size.y; ++y, out += size.x)
        if (axis == 0)
          for (std::uint32_t x = 0; x < size.x; ++x)
            out[x] = base + x;
        else
          std::fill_n(out, size.x, base + (axis == 1 ? y : z));
  }

  /// The positions that change from threadgroup to threadgroup.
  void set_group_positions(machine& m) const {
    for (leaf const& l : program_.leaves) {
      if (l.code != op::query)
        continue;
      if (l.position == query::threadgroup_position_in_grid) {
        fill(m, l, component(m.group, l.axis));
      } else if (l.position == query::thread_position_in_grid) {
        std::uint32_t const base = component(m.group, l.axis) * component(shape_.block, l.axis);
        auto* const out = m.at<std::uint32_t>(l.out, 0, 0);
        fill_positions(out, m.size, l.axis, base);
      }
    }
  }

  void run_group(machine& m, std::uint64_t g) const {
    extent3 const& n = shape_.groups;
    extent3 const& b = shape_.block;
    m.group = {static_cast<std::uint32_t>(g % n.x), static_cast<std::uint32_t>(g / n.x % n.y),
               static_cast<std::uint32_t>(g / n.x / n.y)};
    extent3 const size{std::min(b.x, shape_.threads.x - m.group.x * b.x),
                       std::min(b.y, shape_.threads.y - m.group.y * b.y),
                       std::min(b.z, shape_.threads.z - m.group.z * b.z)};
    if (size != m.size)
      resize(m, size);
    set_group_positions(m);
    for (std::vector<std::uint8_t>& w : m.written)
      std::memset(w.data(), 0, w.size());
    m.barriers = 0;
    m.depth = 0;
    m.next = 0;
    step const* const steps = program_.steps.data();
    auto const count = static_cast<std::uint32_t>(program_.steps.size());
    while (m.next < count) {
      step const& s = steps[m.next++];
      s.run(m, s);
    }
  }

  program program_;
  launch_shape shape_;
  std::vector<bound_memory> buffers_;
  std::vector<std::int64_t> scalars_;
  std::vector<std::unique_ptr<machine>> machines_;
};

class bound_launches final : public prepared_launches {
public:
  bound_launches(std::shared_ptr<thread_pool> pool, compiled_kernel const& kernel,
                 std::span<launch_shape const> shapes, std::span<host_argument const> arguments)
      : pool_{std::move(pool)} {
    std::size_t n = 0;
    for (kernel_ir const& k : kernel.launches())
      launches_.push_back(std::make_unique<bound_launch>(k, shapes[n++], arguments, pool_->workers()));
  }
  void dispatch() override {
    std::lock_guard const one_at_a_time(mutex_);
    for (std::unique_ptr<bound_launch> const& l : launches_)
      l->run(*pool_);
  }

private:
  std::shared_ptr<thread_pool> pool_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<bound_launch>> launches_;
};

class executor final : public backend_interface {
public:
  explicit executor(unsigned workers) : pool_{std::make_shared<thread_pool>(workers)} {}

  std::string name() const override {
    unsigned const n = pool_->workers();
    return fmt::format("CPU ({} thread{})", n, n == 1 ? "" : "s");
  }
  std::unique_ptr<prepared_launches> prepare(compiled_kernel const& kernel,
                                             std::span<launch_shape const> shapes,
                                             std::span<host_argument const> arguments) override {
    return std::make_unique<bound_launches>(pool_, kernel, shapes, arguments);
  }

private:
  std::shared_ptr<thread_pool> pool_;
};

} // namespace enigma::detail::cpu
