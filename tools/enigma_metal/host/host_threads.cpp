// SPDX-License-Identifier: MIT
// The machine of `enigma-metal run --sanitize`: one host thread for each GPU thread of a threadgroup.
//
// This file is compiled without the sanitizer, so its locks are invisible to ThreadSanitizer: of what happens
// between threads, it sees the kernels' accesses and the barriers, which are announced to it. An exchange of
// a simdgroup orders no memory, and neither do the threadgroups of a launch. Sanitizers see memcpy, memset
// and malloc even from here, so threads use their own. It is compiled with each kernel, so it includes
// little.
//
// The job file holds: kernel, grid x y z, threads x y z, number of parameters, and for each `kind bytes name
// file` (kind 0 buffer, 1 threadgroup memory, 2 neither). A second file is written: `address bytes name` of
// each piece of memory, for those who read addresses in a sanitizer's report.
#include <detail/machine.h>

// C's headers: this needs no C++ library. NOLINTBEGIN(modernize-deprecated-headers)
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
// NOLINTEND(modernize-deprecated-headers)

extern "C" {
struct metal_host_kernel_record {
  char const* name;
  void (*run)(void* const*);
  unsigned parameter_count;
  void const* parameters;
};
extern metal_host_kernel_record const metal_host_kernels[];
// Theirs if they are there. NOLINTBEGIN(bugprone-reserved-identifier)
void __tsan_acquire(void*) __attribute__((weak));
void __tsan_release(void*) __attribute__((weak));
void __asan_init() __attribute__((weak));
// NOLINTEND(bugprone-reserved-identifier)
}

namespace {

enum class state { running, threadgroup_barrier, simdgroup_barrier, exchange, done };

struct gpu_thread {
  char const* what = nullptr;
  char const* file = nullptr;
  void const* mine = nullptr;
  void* all = nullptr;
  state now = state::done;
  unsigned line = 0;
  unsigned bytes = 0;
  unsigned active = 0;
  int go = 0; // futex
  metal_host_thread here{};
};

bool const under_tsan = __tsan_release != nullptr;
bool const under_asan = __asan_init != nullptr;
int regions_file = -1;
int lock_word = 0;
int last_words = 0;    // 1 when a thread says why the run ends
int group_word = 0;    // number of the threadgroup that runs, from 1
int finished_word = 0; // threads that are done with it
unsigned running = 0;
unsigned running_in[32];
constexpr size_t most_threads = 1024;
constexpr size_t most_parameters = 64;
gpu_thread threads[most_threads];
size_t thread_count = 0; // of a whole threadgroup
size_t count = 0;        // of this one
metal_host_kernel_record const* kernel = nullptr;
struct parameter {
  int kind;
  size_t bytes;
  char name[256];
  char file[4096];
};
parameter parameters[most_parameters];
void* arguments[most_parameters];
unsigned parameter_count = 0;
struct shared_variable {
  void const* key;
  void* memory;
  int group; // that has it wiped
};
shared_variable shared[256];
unsigned shared_count = 0;
char group_signs[4];
char simd_signs[32][4];
char start_sign;
unsigned group_turn = 0;
unsigned simd_turn[32];
thread_local gpu_thread* self = nullptr;

void futex_wait(int* word, int value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}
void futex_wake(int* word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}
void lock() {
  while (__atomic_exchange_n(&lock_word, 1, __ATOMIC_ACQUIRE) != 0)
    futex_wait(&lock_word, 1);
}
void unlock() {
  __atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE);
  syscall(SYS_futex, &lock_word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

[[noreturn]] void give_up(char const* words, char const* more, gpu_thread const& t, char const* last = "") {
  if (__atomic_exchange_n(&last_words, 1, __ATOMIC_RELAXED) != 0)
    for (;;)
      pause(); // another thread is saying it
  fprintf(stderr, "%s:%u: error: %s%s%s, in thread (%u,%u,%u) of threadgroup (%u,%u,%u)\n",
          t.file == nullptr ? "?" : t.file, t.line, words, more, last,
          t.here.thread_position_in_threadgroup[0], t.here.thread_position_in_threadgroup[1],
          t.here.thread_position_in_threadgroup[2], t.here.threadgroup_position_in_grid[0],
          t.here.threadgroup_position_in_grid[1], t.here.threadgroup_position_in_grid[2]);
  fflush(stderr);
  _exit(3);
}

// memcpy that no sanitizer sees.
void copy(void* to, void const* from, size_t bytes) {
  auto* const t = static_cast<unsigned char volatile*>(to);
  auto const* const f = static_cast<unsigned char const*>(from);
  for (size_t i = 0; i < bytes; ++i)
    t[i] = f[i];
}

void announce(void const* memory, size_t bytes, char const* name) {
  dprintf(regions_file, "%p %zu %s\n", memory, bytes, name);
}

void* map(size_t bytes) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<void*>(
      syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L));
}

// Memory that ends at a page that nobody may touch. AddressSanitizer has fences of its own.
void* fenced_memory(size_t bytes) {
  if (under_asan)
    return malloc(bytes); // NOLINT(clang-analyzer-optin.taint.TaintedAlloc): the tool wrote the number
  size_t const page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t const used = (bytes + page - 1) / page * page;
  size_t const fence = 64 * page;
  char* const all = static_cast<char*>(map(used + 2 * fence));
  mprotect(all, fence, PROT_NONE);
  mprotect(all + fence + used, fence, PROT_NONE);
  return all + fence + used - (bytes + 15) / 16 * 16;
}

// Threadgroup memory: ThreadSanitizer gets other memory for each threadgroup, so that no other's accesses can
// be taken for it; it may not see where it comes from, since it takes malloc for a write.
void* group_memory(size_t bytes, char const* name) {
  void* const memory = under_tsan ? map(bytes) : fenced_memory(bytes);
  announce(memory, bytes, name);
  return memory;
}

// Nothing that was there before means anything.
void wipe(void* memory, size_t bytes) {
  auto* const m = static_cast<unsigned char volatile*>(memory);
  for (size_t i = 0; i < bytes; ++i)
    m[i] = 0xFF;
}

void go_on(gpu_thread& t) {
  t.now = state::running;
  ++running;
  ++running_in[t.here.simdgroup_index_in_threadgroup];
  __atomic_fetch_add(&t.go, 1, __ATOMIC_RELEASE);
  futex_wake(&t.go);
}

bool same_call(gpu_thread const& a, gpu_thread const& b) {
  return a.line == b.line && a.bytes == b.bytes && strcmp(a.file, b.file) == 0 && strcmp(a.what, b.what) == 0;
}

// Called with the lock, when no lane of the simdgroup runs.
void settle_simdgroup(size_t s) {
  size_t const first = s * 32;
  size_t const end = first + 32 < count ? first + 32 : count;
  gpu_thread* one = nullptr;
  size_t at_barrier = 0;
  for (size_t i = first; i < end; ++i) {
    gpu_thread& t = threads[i];
    if (t.now == state::exchange && (one == nullptr || t.line < one->line))
      one = &t;
    at_barrier += t.now == state::simdgroup_barrier ? 1 : 0;
  }
  if (one != nullptr) {
    unsigned active = 0;
    static thread_local unsigned char given[32][metal_host_exchange_bytes];
    for (size_t i = first; i < end; ++i)
      if (threads[i].now == state::exchange && same_call(threads[i], *one)) {
        active |= 1u << (i - first);
        copy(given[i - first], threads[i].mine, one->bytes);
      }
    unsigned const bytes = one->bytes;
    for (size_t i = first; i < end; ++i)
      if ((active >> (i - first) & 1u) != 0) {
        for (size_t lane = 0; lane < 32; ++lane)
          if ((active >> lane & 1u) != 0)
            copy(static_cast<unsigned char*>(threads[i].all) + lane * bytes, given[lane], bytes);
        threads[i].active = active;
        go_on(threads[i]);
      }
    return;
  }
  if (at_barrier == 0)
    return;
  for (size_t i = first; i < end; ++i)
    if (threads[i].now == state::simdgroup_barrier && at_barrier != end - first)
      give_up("simdgroup_barrier in divergent control flow", "", threads[i]);
  ++simd_turn[s];
  for (size_t i = first; i < end; ++i)
    go_on(threads[i]);
}

// Called with the lock, when no thread runs.
void settle_group() {
  size_t done = 0;
  gpu_thread* at = nullptr;
  for (size_t i = 0; i < count; ++i) {
    if (threads[i].now == state::done)
      ++done;
    else
      at = &threads[i];
  }
  if (at == nullptr)
    return;
  for (size_t i = 0; i < count; ++i)
    if (done != 0 || threads[i].line != at->line || strcmp(threads[i].file, at->file) != 0)
      give_up("threadgroup_barrier in divergent control flow", "", *at);
  ++group_turn;
  for (size_t i = 0; i < count; ++i)
    go_on(threads[i]);
}

void stop(state now) {
  gpu_thread& t = *self;
  int const seen = __atomic_load_n(&t.go, __ATOMIC_ACQUIRE);
  lock();
  t.now = now;
  --running;
  unsigned const s = t.here.simdgroup_index_in_threadgroup;
  if (--running_in[s] == 0)
    settle_simdgroup(s);
  if (running == 0)
    settle_group();
  unlock();
  if (now != state::done)
    while (__atomic_load_n(&t.go, __ATOMIC_ACQUIRE) == seen)
      futex_wait(&t.go, seen);
}

// There are two sets of host threads, which take turns at the threadgroups: what threads of the same number
// do in two threadgroups has to be the work of two host threads, or no sanitizer sees a race in it.
struct host_thread {
  pthread_t handle;
  size_t index;
  int set;
  int sets;
};

void* work(void* data) {
  host_thread const& me = *static_cast<host_thread*>(data);
  size_t const index = me.index;
  self = &threads[index];
  for (int group = 1 + me.set;; group += me.sets) {
    for (int now; (now = __atomic_load_n(&group_word, __ATOMIC_ACQUIRE)) < group;)
      futex_wait(&group_word, now);
    if (__atomic_load_n(&group_word, __ATOMIC_ACQUIRE) == INT_MAX)
      return nullptr;
    if (under_tsan)
      __tsan_acquire(&start_sign);
    if (index < count) {
      kernel->run(arguments);
      stop(state::done);
    }
    __atomic_fetch_add(&finished_word, 1, __ATOMIC_RELEASE);
    futex_wake(&finished_word);
  }
}

// A buffer's content from its file, or to it.
bool transfer(parameter const& p, void* memory, bool write) {
  FILE* const file = fopen(p.file, write ? "wb" : "rb");
  if (file == nullptr)
    return false;
  size_t const done = write ? fwrite(memory, 1, p.bytes, file) : fread(memory, 1, p.bytes, file);
  return fclose(file) == 0 && done == p.bytes;
}

} // namespace

extern "C" {

metal_host_thread const* metal_host_self(void) {
  return &self->here;
}

void metal_host_barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line) {
  gpu_thread& t = *self;
  t.what = what;
  t.file = file;
  t.line = line;
  unsigned const s = t.here.simdgroup_index_in_threadgroup;
  bool const simd = scope == metal_host_scope_simdgroup;
  // A thread of the next barrier must not be taken for one of this: four signs in turn.
  char* const sign = simd ? &simd_signs[s][simd_turn[s] % 4] : &group_signs[group_turn % 4];
  if (memory != 0 && under_tsan)
    __tsan_release(sign);
  stop(simd ? state::simdgroup_barrier : state::threadgroup_barrier);
  if (memory != 0 && under_tsan)
    __tsan_acquire(sign);
}

void metal_host_fence(unsigned, unsigned, unsigned, char const*, char const*, unsigned) {}

metal_host_lanes metal_host_simd_exchange(void const* mine, unsigned bytes, void* all, unsigned,
                                          char const* what, char const* file, unsigned line) {
  gpu_thread& t = *self;
  t.what = what;
  t.file = file;
  t.line = line;
  t.mine = mine;
  t.all = all;
  t.bytes = bytes;
  stop(state::exchange);
  return {t.active, t.here.thread_index_in_simdgroup};
}

void metal_host_inactive_lane(unsigned, char const* what, char const* file, unsigned line) {
  self->file = file;
  self->line = line;
  give_up(what, " reads a lane that does not take part", *self);
}

void metal_host_fail(char const* words, char const* what, char const* file, unsigned line) {
  self->file = file;
  self->line = line;
  give_up(what, ": ", *self, words);
}

void* metal_host_threadgroup_memory(void const* key, unsigned long bytes, unsigned long, char const* name,
                                    char const*, unsigned) {
  lock();
  unsigned i = 0;
  while (i < shared_count && shared[i].key != key)
    ++i;
  if (i == 256)
    give_up("more than 256 threadgroup variables", "", *self);
  if (i == shared_count)
    shared[shared_count++] = {key, nullptr, 0};
  shared_variable& v = shared[i];
  if (v.memory == nullptr || (under_tsan && v.group != group_word))
    v.memory = group_memory(bytes, name);
  if (v.group != group_word)
    wipe(v.memory, bytes);
  v.group = group_word;
  void* const result = v.memory;
  unlock();
  return result;
}

int metal_host_function_constant(unsigned index, char const* name, void* value, unsigned long bytes) {
  // ENIGMA_METAL_CONSTANT_<name> is the value's bytes in hexadecimal.
  (void)index;
  char variable[512];
  snprintf(variable, sizeof variable, "ENIGMA_METAL_CONSTANT_%s", name);
  char const* text = getenv(variable);
  if (text == nullptr || strlen(text) != 2 * bytes)
    return 0;
  for (unsigned long i = 0; i < bytes; ++i) {
    char const pair[3] = {text[2 * i], text[2 * i + 1], 0};
    static_cast<unsigned char*>(value)[i] = static_cast<unsigned char>(strtoul(pair, nullptr, 16));
  }
  return 1;
}
}

int main(int argc, char** argv) {
  if (argc != 3)
    return 4;
  FILE* const job = fopen(argv[1], "r");
  regions_file = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  char name[1024];
  unsigned grid[3];
  unsigned size[3];
  if (job == nullptr)
    return 4;
  if (fscanf(job, "%1023s %u %u %u %u %u %u %u", name, &grid[0], &grid[1], &grid[2], &size[0], &size[1],
             &size[2], &parameter_count) != 8)
    _exit(4);
  thread_count = size_t{size[0]} * size[1] * size[2];
  if (parameter_count > most_parameters || thread_count == 0 || thread_count > most_threads)
    _exit(4);
  for (unsigned i = 0; i < parameter_count; ++i) {
    parameter& p = parameters[i];
    if (fscanf(job, "%d %zu %255s %4095[^\n]", &p.kind, &p.bytes, p.name, p.file) != 4)
      _exit(4);
    if (p.kind != 0)
      continue;
    arguments[i] = fenced_memory(p.bytes);
    announce(arguments[i], p.bytes, p.name);
    if (!transfer(p, arguments[i], false))
      _exit(4);
  }
  fclose(job);
  for (kernel = metal_host_kernels; kernel->name != nullptr && strcmp(name, kernel->name) != 0; ++kernel) {}
  if (kernel->name == nullptr)
    return 4;

  unsigned groups[3];
  for (int i = 0; i < 3; ++i)
    groups[i] = (grid[i] + size[i] - 1) / size[i];
  int const sets = groups[0] == 1 && groups[1] == 1 && groups[2] == 1 ? 1 : 2;
  static host_thread hosts[2 * most_threads];
  size_t const host_count = thread_count * static_cast<size_t>(sets);
  for (size_t i = 0; i < host_count; ++i) {
    hosts[i].index = i % thread_count;
    hosts[i].set = static_cast<int>(i / thread_count);
    hosts[i].sets = sets;
    if (pthread_create(&hosts[i].handle, nullptr, work, &hosts[i]) != 0) {
      fprintf(stderr, "error: this system does not start %zu threads\n", host_count);
      _exit(4);
    }
  }
  unsigned group[3];
  for (group[2] = 0; group[2] < groups[2]; ++group[2])
    for (group[1] = 0; group[1] < groups[1]; ++group[1])
      for (group[0] = 0; group[0] < groups[0]; ++group[0]) {
        unsigned actual[3];
        for (int i = 0; i < 3; ++i)
          actual[i] = grid[i] - group[i] * size[i] < size[i] ? grid[i] - group[i] * size[i] : size[i];
        count = size_t{actual[0]} * actual[1] * actual[2];
        running = static_cast<unsigned>(count);
        memset(running_in, 0, sizeof running_in);
        for (size_t i = 0; i < count; ++i) {
          auto const index = static_cast<unsigned>(i);
          metal_host_thread& h = threads[i].here;
          unsigned const local[3] = {index % actual[0], index / actual[0] % actual[1],
                                     index / actual[0] / actual[1]};
          for (int k = 0; k < 3; ++k) {
            h.thread_position_in_grid[k] = group[k] * size[k] + local[k];
            h.threads_per_grid[k] = grid[k];
            h.thread_position_in_threadgroup[k] = local[k];
            h.threads_per_threadgroup[k] = actual[k];
            h.dispatch_threads_per_threadgroup[k] = size[k];
            h.threadgroup_position_in_grid[k] = group[k];
            h.threadgroups_per_grid[k] = groups[k];
          }
          h.thread_index_in_threadgroup = index;
          h.thread_index_in_simdgroup = index % 32;
          h.simdgroup_index_in_threadgroup = index / 32;
          h.simdgroups_per_threadgroup = static_cast<unsigned>((count + 31) / 32);
          h.dispatch_simdgroups_per_threadgroup = static_cast<unsigned>((thread_count + 31) / 32);
          h.threads_per_simdgroup = 32;
          threads[i].now = state::running;
          ++running_in[index / 32];
        }
        for (unsigned p = 0; p < parameter_count; ++p)
          if (parameters[p].kind == 1) {
            if (arguments[p] == nullptr || under_tsan)
              arguments[p] = group_memory(parameters[p].bytes, parameters[p].name);
            wipe(arguments[p], parameters[p].bytes);
          }
        if (under_tsan)
          __tsan_release(&start_sign);
        __atomic_store_n(&finished_word, 0, __ATOMIC_RELEASE);
        __atomic_fetch_add(&group_word, 1, __ATOMIC_RELEASE);
        futex_wake(&group_word);
        for (int now;
             (now = __atomic_load_n(&finished_word, __ATOMIC_ACQUIRE)) < static_cast<int>(thread_count);)
          futex_wait(&finished_word, now);
      }
  __atomic_store_n(&group_word, INT_MAX, __ATOMIC_RELEASE);
  futex_wake(&group_word);
  for (size_t i = 0; i < host_count; ++i)
    pthread_join(hosts[i].handle, nullptr);
  for (unsigned p = 0; p < parameter_count; ++p)
    if (parameters[p].kind == 0 && !transfer(parameters[p], arguments[p], true))
      return 4;
  fflush(nullptr);
  _exit(0); // leaks are meant
}
