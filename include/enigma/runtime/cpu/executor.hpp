// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <exception>

#include <enigma/runtime/cpu/decode.hpp>
#include <enigma/runtime/cpu/thread_pool.hpp>
#include <enigma/runtime/detail/backend.hpp>

// The CPU backend: every launch is a decoded program; the threadgroups of a launch are spread over the
// threads of the pool, each with a machine of its own.

namespace enigma::detail::cpu {

/// One launch of a prepared kernel: the program and what it is bound to.
class bound_launch {
public:
  bound_launch(kernel_ir const& kernel, launch_shape const& shape, array_view<host_argument> arguments,
               unsigned workers, function_tables const& functions)
      : program_{decode(kernel, static_cast<std::uint32_t>(shape.block.volume()), functions)}
      , shape_{shape}
      , structs_(kernel.memories.size())
      , machines_(workers) {
    for (memory const& m : kernel.memories)
      if (m.argument >= 0) {
        host_argument const& a = arguments[static_cast<std::size_t>(m.argument)];
        buffers_.push_back({static_cast<std::byte*>(a.data), a.written, a.length});
        numbers_.push_back(number_of(m, a));
        // The call's temporaries will be gone when the kernel runs.
        if (m.record != nullptr && m.space == memory_space::constant) {
          auto const bytes = static_cast<std::size_t>(m.record->bytes);
          fixed_array<std::byte>& copy = structs_[buffers_.size() - 1];
          copy = fixed_array<std::byte>(bytes);
          std::memcpy(copy.data(), a.data, bytes);
        }
      } else {
        buffers_.push_back({nullptr, nullptr, static_cast<std::uint64_t>(m.elements)});
        numbers_.push_back({});
      }
    check_short_positions();
  }

  void run(thread_pool& pool) {
    std::uint64_t const groups = shape_.groups.volume();
    // Small pieces, so that threads finish together; not so small that handing them out matters.
    std::uint64_t piece = groups / (std::uint64_t{pool.workers()} * 16);
    piece = piece < 1 ? 1 : piece > 256 ? 256 : piece;
    monitor guard; // of all three
    std::uint64_t next = 0;
    // Threadgroups from here on need not run: the lowest one that failed. Those below it are all handed out
    // already and do run, so the error that is reported does not depend on timing.
    std::uint64_t limit = groups;
    std::exception_ptr failure;
    auto work = [&](unsigned worker) noexcept {
      std::uint64_t g = 0;
      try {
        for (;;) {
          std::uint64_t end = 0;
          {
            holding const lock(guard);
            g = next;
            end = next + piece < limit ? next + piece : limit;
            next += piece;
          }
          if (g >= end)
            return;
          machine& m = machine_of(worker);
          for (; g < end; ++g)
            run_group(m, g);
        }
      } catch (...) {
        holding const lock(guard);
        if (g < limit) {
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
  /// What a scalar or a function constant is in this call.
  struct lanes_of_number {
    std::int64_t lanes[4]{};
  };
  static lanes_of_number number_of(memory const& m, host_argument const& a) {
    if (a.access != access::constant)
      return {{a.bits}};
    lanes_of_number n;
    constant_lanes const& given = a.length != 0 ? a.lanes : *m.preset;
    for (int c = 0; c < 4; ++c)
      n.lanes[c] = given.bits[c];
    return n;
  }

  machine& machine_of(unsigned worker) {
    machine& m = machines_[worker];
    if (m.code == nullptr)
      set_up(m);
    return m;
  }

  void set_up(machine& m) {
    m.shape = shape_;
    m.storage = fixed_array<cache_line>(program_.register_bytes / sizeof(cache_line) + 1);
    m.registers = m.storage[0].bytes;
    m.masks = fixed_array<std::uint8_t>(std::size_t{program_.depth} * program_.padded);
    m.frames = fixed_array<frame>(program_.depth);
    m.memories = fixed_array<bound_memory>(buffers_.size());
    for (std::size_t k = 0; k < buffers_.size(); ++k)
      m.memories[k] = structs_[k].empty() ? buffers_[k] : bound_memory{structs_[k].data(), nullptr, 1};
    add_arrays(m);
    for (leaf const& l : program_.leaves)
      if (l.code == op::constant)
        fill(m, l, l.bits);
      else if (l.code == op::argument)
        set_argument(m, l);
    m.code = &program_;
  }

  /// Each threadgroup array begins on a cache line.
  void add_arrays(machine& m) const {
    auto const lines = [&](std::size_t k) {
      memory_facts const& it = program_.memories[k];
      return m.memories[k].length * static_cast<std::size_t>(element_bytes(it.element, it.record)) /
                 sizeof(cache_line) +
             1;
    };
    auto const flags = [&](std::size_t k) {
      record const* const r = program_.memories[k].record;
      return static_cast<std::size_t>(m.memories[k].length * (r != nullptr ? r->bytes : 1));
    };
    std::size_t all_lines = 0, all_elements = 0;
    for (std::size_t k = 0; k < m.memories.size(); ++k)
      if (program_.memories[k].space == memory_space::threadgroup) {
        all_lines += lines(k);
        all_elements += flags(k);
      }
    m.arrays = fixed_array<cache_line>(all_lines);
    m.written = fixed_array<std::uint8_t>(all_elements);
    all_lines = all_elements = 0;
    for (std::size_t k = 0; k < m.memories.size(); ++k)
      if (program_.memories[k].space == memory_space::threadgroup) {
        m.memories[k].data = m.arrays[all_lines].bytes;
        m.memories[k].written = m.written.data() + all_elements;
        all_lines += lines(k);
        all_elements += flags(k);
      }
  }

  void set_argument(machine& m, leaf const& l) const {
    auto const memory = static_cast<std::size_t>(l.bits & 0xffff);
    record const* const r = program_.memories[memory].record;
    if (r == nullptr) {
      for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(l.kind.elements()); ++c)
        fill(m, l, c, numbers_[memory].lanes[c]);
      return;
    }
    record_field const& f = r->fields[l.bits >> 16];
    for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(f.type.elements()); ++c) {
      std::int64_t bits = 0; // little-endian
      std::memcpy(&bits, structs_[memory].data() + f.offset + offset_of_element(f.type, f.packed, c),
                  info(f.type.element).bytes);
      fill(m, l, c, bits);
    }
  }

  template <class T>
  static void fill(T* out, std::size_t n, T x) {
    for (std::size_t i = 0; i < n; ++i)
      out[i] = x;
  }
  static void fill(machine& m, leaf const& l, std::int64_t bits) {
    for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(l.kind.elements()); ++c)
      fill(m, l, c, bits);
  }
  static void fill(machine& m, leaf const& l, std::uint32_t c, std::int64_t bits) {
    switch (size_in_bytes(l.kind.element)) {
    case 1:
      return fill(m.at<std::uint8_t>(l.out, c, 0), chunk, static_cast<std::uint8_t>(bits));
    case 2:
      return fill(m.at<std::uint16_t>(l.out, c, 0), chunk, static_cast<std::uint16_t>(bits));
    case 4:
      return fill(m.at<std::uint32_t>(l.out, c, 0), chunk, static_cast<std::uint32_t>(bits));
    default:
      return fill(m.at<std::uint64_t>(l.out, c, 0), chunk, static_cast<std::uint64_t>(bits));
    }
  }

  template <class Triple>
  static std::uint32_t component(Triple const& e, int axis) {
    return axis == 0 ? e.x : axis == 1 ? e.y : e.z;
  }

  /// A threadgroup has `size` threads: the first mask and the positions that depend on the size alone.
  void resize(machine& m, extent3 const& size) const {
    m.size = size;
    auto const threads = static_cast<std::uint32_t>(size.volume());
    std::uint8_t* const mask = m.own_mask(0);
    fill(mask, threads, std::uint8_t{1});
    fill(mask + threads, program_.padded - threads, std::uint8_t{0});
    m.frames[0] = {mask, 0, (threads + chunk - 1) / chunk, threads % chunk == 0, false};
    for (leaf const& l : program_.leaves)
      if (l.code == op::query)
        set_size_position(m, l, threads);
  }

  void set_size_position(machine& m, leaf const& l, std::uint32_t threads) const {
    auto const groups_of = [](std::uint64_t n, std::uint32_t lanes) {
      return static_cast<std::int64_t>((n + lanes - 1) / lanes);
    };
    switch (l.position) {
    case query::threads_per_grid:
      return fill(m, l, component(shape_.threads, l.axis));
    case query::threadgroups_per_grid:
      return fill(m, l, component(shape_.groups, l.axis));
    case query::threads_per_threadgroup:
      return fill(m, l, component(m.size, l.axis));
    case query::dispatch_threads_per_threadgroup:
      return fill(m, l, component(shape_.block, l.axis));
    case query::threads_per_simdgroup:
    case query::thread_execution_width:
      return fill(m, l, chunk);
    case query::simdgroups_per_threadgroup:
      return fill(m, l, groups_of(threads, chunk));
    case query::dispatch_simdgroups_per_threadgroup:
      return fill(m, l, groups_of(shape_.block.volume(), chunk));
    case query::quadgroups_per_threadgroup:
      return fill(m, l, groups_of(threads, 4));
    case query::dispatch_quadgroups_per_threadgroup:
      return fill(m, l, groups_of(shape_.block.volume(), 4));
    case query::thread_position_in_threadgroup:
      return fill_positions(m, l, 0);
    case query::thread_index_in_threadgroup:
      return fill_numbers(m, l, [](std::uint32_t thread) { return thread; });
    case query::thread_index_in_simdgroup:
      return fill_numbers(m, l, [](std::uint32_t thread) { return thread % chunk; });
    case query::simdgroup_index_in_threadgroup:
      return fill_numbers(m, l, [](std::uint32_t thread) { return thread / chunk; });
    case query::thread_index_in_quadgroup:
      return fill_numbers(m, l, [](std::uint32_t thread) { return thread % 4; });
    case query::quadgroup_index_in_threadgroup:
      return fill_numbers(m, l, [](std::uint32_t thread) { return thread / 4; });
    default:
      return; // depends on the threadgroup too
    }
  }

  static bool is_short(leaf const& l) { return size_in_bytes(l.kind.element) == 2; }

  /// A number that a thread's index tells.
  template <class Number>
  void fill_numbers(machine& m, leaf const& l, Number number) const {
    auto const write = [&](auto* out) {
      for (std::uint32_t thread = 0; thread < program_.padded; ++thread)
        out[thread] = static_cast<std::remove_reference_t<decltype(*out)>>(number(thread));
    };
    is_short(l) ? write(m.at<std::uint16_t>(l.out, 0, 0)) : write(m.at<std::uint32_t>(l.out, 0, 0));
  }

  /// The position of each thread along one axis, counted from `base`.
  static void fill_positions(machine& m, leaf const& l, std::uint32_t base) {
    is_short(l) ? fill_positions(m.at<std::uint16_t>(l.out, 0, 0), m.size, l.axis, base)
                : fill_positions(m.at<std::uint32_t>(l.out, 0, 0), m.size, l.axis, base);
  }
  template <class Word>
  static void fill_positions(Word* out, extent3 const& size, int axis, std::uint32_t base) {
    for (std::uint32_t z = 0; z < size.z; ++z)
      for (std::uint32_t y = 0; y < size.y; ++y, out += size.x)
        if (axis == 0)
          for (std::uint32_t x = 0; x < size.x; ++x)
            out[x] = static_cast<Word>(base + x);
        else
          fill(out, size.x, static_cast<Word>(base + (axis == 1 ? y : z)));
  }

  /// The positions that change from threadgroup to threadgroup.
  void set_group_positions(machine& m) const {
    for (leaf const& l : program_.leaves) {
      if (l.code != op::query)
        continue;
      if (l.position == query::threadgroup_position_in_grid)
        fill(m, l, component(m.group, l.axis));
      else if (l.position == query::thread_position_in_grid)
        fill_positions(m, l, component(m.group, l.axis) * component(shape_.block, l.axis));
    }
  }

  /// A position as u16 holds what it is asked for everywhere in the grid.
  void check_short_positions() const {
    for (leaf const& l : program_.leaves) {
      if (l.code != op::query || !is_short(l))
        continue;
      std::uint32_t largest = 0; // what depends on the threadgroup alone is at most 1024
      switch (l.position) {
      case query::thread_position_in_grid:
        largest = component(shape_.threads, l.axis) - 1;
        break;
      case query::threads_per_grid:
        largest = component(shape_.threads, l.axis);
        break;
      case query::threadgroup_position_in_grid:
        largest = component(shape_.groups, l.axis) - 1;
        break;
      case query::threadgroups_per_grid:
        largest = component(shape_.groups, l.axis);
        break;
      default:
        break;
      }
      if (largest > 0xffff)
        refuse("{}: {} is asked for as u16, and reaches {} along {} in this grid: ask for it as u32",
               program_.name, info(l.position).attribute, largest, std::string(1, "xyz"[l.axis]));
    }
  }

  void run_group(machine& m, std::uint64_t g) const {
    extent3 const& n = shape_.groups;
    extent3 const& b = shape_.block;
    m.group = {static_cast<std::uint32_t>(g % n.x), static_cast<std::uint32_t>(g / n.x % n.y),
               static_cast<std::uint32_t>(g / n.x / n.y)};
    auto const part = [](std::uint32_t whole, std::uint32_t left) { return left < whole ? left : whole; };
    extent3 const size{part(b.x, shape_.threads.x - m.group.x * b.x),
                       part(b.y, shape_.threads.y - m.group.y * b.y),
                       part(b.z, shape_.threads.z - m.group.z * b.z)};
    if (size != m.size)
      resize(m, size);
    set_group_positions(m);
    if (!m.written.empty())
      std::memset(m.written.data(), 0, m.written.size());
    m.barriers = 0;
    m.copies.shrink(0);
    m.depth = 0;
    m.next = 0;
    step const* const steps = program_.steps.data();
    auto const count = static_cast<std::uint32_t>(program_.steps.size());
    while (m.next < count) {
      step const& s = steps[m.next++];
      s.run(m, s);
    }
    check_copies(m);
  }

  program program_;
  launch_shape shape_;
  growing<bound_memory> buffers_;
  growing<lanes_of_number> numbers_;
  fixed_array<fixed_array<std::byte>> structs_; // by memory: arguments of structs, vectors and matrices
  fixed_array<machine> machines_;               // set up when their worker first comes
};

class bound_launches final : public prepared_launches {
public:
  bound_launches(thread_pool& pool, compiled_kernel const& kernel, array_view<launch_shape> shapes,
                 array_view<host_argument> arguments, function_tables const& functions)
      : pool_{pool}
      , launches_(shapes.size()) {
    for (std::size_t k = 0; k < shapes.size(); ++k)
      launches_[k] = owned<bound_launch>(
          new bound_launch(kernel.launches()[k], shapes[k], arguments, pool_.workers(), functions));
  }
  void dispatch() override {
    holding const one_at_a_time(running_);
    for (std::size_t k = 0; k < launches_.size(); ++k)
      launches_[k]->run(pool_);
  }

private:
  thread_pool& pool_;
  monitor running_;
  fixed_array<owned<bound_launch>> launches_;
};

class executor final : public backend_interface {
public:
  executor(unsigned workers, function_tables const& functions) : pool_{workers}, functions_{functions} {}

  std::string name() const override {
    unsigned const n = pool_.workers();
    return message("CPU ({} thread{})", n, n == 1 ? "" : "s");
  }
  owned<prepared_launches> prepare(compiled_kernel const& kernel, array_view<launch_shape> shapes,
                                   array_view<host_argument> arguments) override {
    return owned<prepared_launches>(new bound_launches(pool_, kernel, shapes, arguments, functions_));
  }

private:
  thread_pool pool_;
  function_tables const& functions_;
};

} // namespace enigma::detail::cpu
