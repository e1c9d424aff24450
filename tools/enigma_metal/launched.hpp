// SPDX-License-Identifier: MIT
// The machine at work: one launch of one kernel. Its parts are in files of one idea each: binding.cpp (what a
// kernel is given), scheduling.cpp (whose turn it is), exchanges.cpp (simdgroups), findings.cpp (what is
// wrong, in words), signals.cpp (what the processor objects to) and callbacks.cpp (what kernels call).
#pragma once

#include "detector.hpp"
#include "fibre.hpp"
#include "machine.hpp"

#include <enigma/metal_host/detail/machine.h>

#include <csignal>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace enigma::metal_tool {

enum class waiting { nothing, threadgroup_barrier, simdgroup_barrier, exchange, done };

struct gpu_thread {
  metal_host_thread here{};
  fibre code;
  waiting state = waiting::done;
  // The call that it waits in.
  char const* what = nullptr;
  char const* file = nullptr;
  unsigned line = 0;
  unsigned memory = 0;
  // Of an exchange.
  void const* mine = nullptr;
  void* all = nullptr;
  unsigned bytes = 0;
  unsigned uniform = 0;
  unsigned active = 0;
};

struct shared_variable {
  void const* key;
  std::string name;
  fenced_memory memory;
  std::size_t region;
  std::size_t group; // that has it wiped
};

constexpr std::size_t stack_bytes = std::size_t{256} << 10;
constexpr std::size_t most_shared_bytes = 32768;
constexpr unsigned char undefined_byte = 0xFF; // a NaN in float and half

/// One launch.
class machine {
public:
  machine(kernel_object const& object, kernel_info const& kernel, launch& work);
  ~machine();
  report run();

  // ----- called by running threads

  metal_host_thread const* self() const { return &current_->here; }
  void barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line);
  metal_host_lanes exchange(void const* mine, unsigned bytes, void* all, unsigned uniform, char const* what,
                            char const* file, unsigned line);
  [[noreturn]] void fail(char const* kind, place where, std::string words);
  void* shared_memory(void const* key, std::size_t bytes, std::size_t element_bytes, char const* name,
                      char const* file, unsigned line);
  void touch(void const* address, std::size_t bytes, access_kind kind, void const* code);
  bool running() const { return current_ != nullptr; }
  [[noreturn]] void on_signal(int number, siginfo_t const& info, std::uintptr_t code);
  bool expired = false;
  bool interruptible(std::uintptr_t code) const { return current_ != nullptr && object_.contains_code(code); }
  [[noreturn]] void out_of_time(std::uintptr_t code);
  std::string who() const;

private:
  friend void begin_thread();
  void bind();
  void run_group(triple group);
  bool run_simdgroup(std::size_t first, std::size_t end);
  bool settle(std::size_t first, std::size_t end);
  void resume(gpu_thread& t);
  void wait();
  void release_exchange(std::size_t first, std::size_t end);
  void stuck(std::string const& kind, gpu_thread const& here, gpu_thread const& other, std::string words,
             std::string other_words);
  void add_conflict(conflict const& c);
  [[noreturn]] void outside(std::uintptr_t address, std::size_t bytes, char const* verb, std::uintptr_t code);
  std::string thread_words(unsigned index, std::size_t group) const;
  std::string element(tracked_region const& r, std::size_t offset) const;
  triple group_at(std::size_t n) const {
    return {static_cast<unsigned>(n % groups_[0]), static_cast<unsigned>(n / groups_[0] % groups_[1]),
            static_cast<unsigned>(n / groups_[0] / groups_[1])};
  }
  void check_padding();

  kernel_object const& object_;
  kernel_info const& kernel_;
  launch& work_;
  report report_;
  triple groups_{};
  std::size_t group_number_ = 0;
  std::size_t count_ = 0; // threads of the running threadgroup
  std::vector<gpu_thread> threads_;
  gpu_thread* current_ = nullptr;
  void* scheduler_ = nullptr;
  bool aborted_ = false;
  std::vector<fenced_memory> buffers_; // one for each parameter
  std::vector<std::size_t> regions_;   // the same
  std::vector<argument*> given_;       // the same
  std::vector<void*> bound_;
  std::vector<shared_variable> shared_;
  std::size_t shared_bytes_ = 0;
  detector detector_;
  std::vector<conflict> conflicts_;
  std::set<std::tuple<std::uint32_t, std::uint32_t, int>> known_conflicts_;

public:
  static machine* now;
  static constexpr std::size_t no_region = static_cast<std::size_t>(-1);
};

} // namespace enigma::metal_tool
