// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include "detector.hpp"
#include "error.hpp"
#include "fibre.hpp"
#include "hooks.hpp"

#include <enigma/metal_host/detail/machine.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <sys/time.h>
#include <ucontext.h>

namespace enigma::metal_tool {
namespace {

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

std::string coordinates(unsigned const (&c)[3]) {
  return fmt::format("({},{},{})", c[0], c[1], c[2]);
}

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

machine* machine::now = nullptr;

void begin_thread() {
  for (;;) {
    machine& m = *machine::now;
    m.kernel_.run(m.bound_.data());
    m.current_->state = waiting::done;
    m.wait();
  }
}

// ----- signals
// ----------------------------------------------------------------------------------------------

std::uintptr_t code_of(void* context) {
  auto const& c = *static_cast<ucontext_t const*>(context);
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(c.uc_mcontext.gregs[REG_RIP]);
#else
  return static_cast<std::uintptr_t>(c.uc_mcontext.pc);
#endif
}

struct sigaction before[4];
constexpr int caught[4] = {SIGSEGV, SIGBUS, SIGFPE, SIGALRM};

void handle(int number, siginfo_t* info, void* context) {
  machine* const m = machine::now;
  if (number == SIGALRM) {
    if (m == nullptr)
      return;
    m->expired = true;
    if (m->interruptible(code_of(context)))
      m->out_of_time(code_of(context));
    return; // the timer comes again, and so does the next barrier
  }
  if (m != nullptr && m->running())
    m->on_signal(number, *info, code_of(context));
  // Not a kernel's: as if this handler were not there.
  for (int i = 0; i < 4; ++i)
    if (caught[i] == number)
      sigaction(number, &before[i], nullptr);
}

class signals {
public:
  explicit signals(double seconds) {
    static std::vector<char> stack(std::size_t{256} << 10);
    stack_t now{};
    now.ss_sp = stack.data();
    now.ss_size = stack.size();
    sigaltstack(&now, &old_stack_);
    struct sigaction action{};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (int i = 0; i < 4; ++i)
      sigaction(caught[i], &action, &before[i]);
    itimerval timer{};
    timer.it_value.tv_sec = static_cast<time_t>(seconds);
    timer.it_value.tv_usec =
        static_cast<suseconds_t>((seconds - static_cast<double>(timer.it_value.tv_sec)) * 1e6);
    timer.it_interval.tv_usec = 10000;
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~signals() {
    itimerval const none{};
    setitimer(ITIMER_REAL, &none, nullptr);
    for (int i = 0; i < 4; ++i)
      sigaction(caught[i], &before[i], nullptr);
    old_stack_.ss_flags &= ~SS_ONSTACK;
    sigaltstack(&old_stack_, nullptr);
  }

private:
  stack_t old_stack_{};
};

// ----- arguments
// --------------------------------------------------------------------------------------------

std::string listed(kernel_info const& kernel) {
  std::string all;
  for (parameter_info const& p : kernel.parameters)
    if (p.kind == parameter_info::sort::buffer || p.kind == parameter_info::sort::threadgroup)
      all += fmt::format("{}{} {}", all.empty() ? "" : ", ", p.type, p.name);
  return all.empty() ? "no memory" : all;
}

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

machine::~machine() {
  now = nullptr;
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

// ----- scheduling
// -------------------------------------------------------------------------------------------

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

// Lanes at the same call exchange. Of several calls the first in the file goes first: its lanes may come to
// the others, as when some have left a loop already.
void machine::release_exchange(std::size_t first, std::size_t end) {
  gpu_thread* one = nullptr;
  for (std::size_t i = first; i < end; ++i)
    if (threads_[i].state == waiting::exchange && (one == nullptr || threads_[i].line < one->line))
      one = &threads_[i];
  unsigned active = 0;
  unsigned char packed[32 * metal_host_exchange_bytes];
  for (std::size_t i = first; i < end; ++i) {
    gpu_thread const& t = threads_[i];
    if (t.state != waiting::exchange || t.line != one->line || t.bytes != one->bytes ||
        (t.what != one->what && std::strcmp(t.what, one->what) != 0) ||
        (t.file != one->file && std::strcmp(t.file, one->file) != 0))
      continue;
    if (t.uniform != one->uniform) {
      stuck("not uniform", *one, t,
            fmt::format("{}: an argument that has to be the same in all threads of a simdgroup is {} in {}",
                        one->what, static_cast<int>(one->uniform),
                        thread_words(one->here.thread_index_in_threadgroup, group_number_)),
            fmt::format("has {}", static_cast<int>(t.uniform)));
      return;
    }
    active |= 1u << (i - first);
    std::memcpy(packed + (i - first) * t.bytes, t.mine, t.bytes);
  }
  unsigned const bytes = one->bytes;
  for (std::size_t i = first; i < end; ++i) {
    gpu_thread& t = threads_[i];
    if ((active >> (i - first) & 1u) == 0)
      continue;
    if (active == ~0u)
      std::memcpy(t.all, packed, std::size_t{32} * bytes);
    else
      for (std::size_t lane = 0; lane < end - first; ++lane)
        if ((active >> lane & 1u) != 0)
          std::memcpy(static_cast<unsigned char*>(t.all) + lane * bytes, packed + lane * bytes, bytes);
    t.active = active;
    t.state = waiting::nothing;
  }
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

// ----- what threads call
// ------------------------------------------------------------------------------------

void machine::barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line) {
  gpu_thread& t = *current_;
  t.what = what;
  t.file = file;
  t.line = line;
  t.memory = memory;
  t.state = scope == metal_host_scope_simdgroup ? waiting::simdgroup_barrier : waiting::threadgroup_barrier;
  wait();
}

metal_host_lanes machine::exchange(void const* mine, unsigned bytes, void* all, unsigned uniform,
                                   char const* what, char const* file, unsigned line) {
  gpu_thread& t = *current_;
  t.what = what;
  t.file = file;
  t.line = line;
  t.mine = mine;
  t.all = all;
  t.bytes = bytes;
  t.uniform = uniform;
  t.state = waiting::exchange;
  wait();
  return {t.active, t.here.thread_index_in_simdgroup};
}

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

std::string machine::element(tracked_region const& r, std::size_t offset) const {
  std::size_t const size = r.element_bytes;
  if (size == r.bytes)
    return offset == 0 ? fmt::format("'{}'", r.name) : fmt::format("'{}' (byte {})", r.name, offset);
  return offset % size == 0 ? fmt::format("{}[{}]", r.name, offset / size)
                            : fmt::format("{}[{}] (byte {})", r.name, offset / size, offset % size);
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
    if (t.code.overflowed(reinterpret_cast<void const*>(address)))
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

// ----- the detector's side
// ----------------------------------------------------------------------------------

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

} // namespace

void keep_tsan_hooks();
void keep_hooks() {
  keep_tsan_hooks();
}

report run(kernel_object const& object, std::string const& name, launch& work) {
  if (!object.good())
    throw tool_error("the kernels do not compile");
  kernel_info const* const kernel = object.find(name);
  if (kernel == nullptr) {
    std::string all;
    for (kernel_info const& k : object.kernels())
      all += (all.empty() ? "" : ", ") + k.name;
    throw tool_error(fmt::format("there is no kernel '{}' in this file: there {}", name,
                                 all.empty() ? "is none" : "are " + all));
  }
  return machine(object, *kernel, work).run();
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

// ----- the functions that kernels call
// ----------------------------------------------------------------------

using namespace enigma::metal_tool;

extern "C" {

metal_host_thread const* metal_host_self(void) {
  return machine::now->self();
}

void metal_host_barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line) {
  machine::now->barrier(scope, memory, what, file, line);
}

void metal_host_fence(unsigned, unsigned, unsigned, char const*, char const*, unsigned) {}

metal_host_lanes metal_host_simd_exchange(void const* mine, unsigned bytes, void* all, unsigned uniform,
                                          char const* what, char const* file, unsigned line) {
  return machine::now->exchange(mine, bytes, all, uniform, what, file, line);
}

void metal_host_inactive_lane(unsigned source, char const* what, char const* file, unsigned line) {
  machine& m = *machine::now;
  m.fail("inactive lane", {file, line},
         fmt::format("{}: {} reads the lane {} of its simdgroup, which does not take part", what, m.who(),
                     source));
}

void metal_host_fail(char const* words, char const* what, char const* file, unsigned line) {
  machine& m = *machine::now;
  m.fail("refused", {file, line}, fmt::format("{}: {} ({})", what, words, m.who()));
}

void* metal_host_threadgroup_memory(void const* key, unsigned long bytes, unsigned long element_bytes,
                                    char const* name, char const* file, unsigned line) {
  return machine::now->shared_memory(key, bytes, element_bytes, name, file, line);
}

int metal_host_function_constant(unsigned index, char const* name, void* value, unsigned long bytes) {
  constant_value const* const found = find_constant(index, name);
  if (found == nullptr || found->bytes.size() != bytes)
    return 0;
  std::memcpy(value, found->bytes.data(), bytes);
  return 1;
}

// What -fsanitize=thread calls before each access to memory.
void enigma_metal_touch(void const* address, unsigned long bytes, int kind, void const* code) {
  if (machine::now != nullptr)
    machine::now->touch(address, bytes, static_cast<access_kind>(kind), code);
}
}
