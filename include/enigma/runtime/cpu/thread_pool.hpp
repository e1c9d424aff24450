// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include <pthread.h>
#include <unistd.h>

#include <enigma/runtime/detail/fixed_array.hpp>

namespace enigma::detail::cpu {

// POSIX threads instead of <thread>, <mutex> and <condition_variable>: the same on every system that Enigma
// knows, at a tenth of the compile time.

/// A mutex with a condition to wait for.
class monitor {
public:
  monitor() = default;
  monitor(monitor const&) = delete;
  monitor& operator=(monitor const&) = delete;
  ~monitor() {
    pthread_cond_destroy(&condition_);
    pthread_mutex_destroy(&mutex_);
  }
  void lock() { pthread_mutex_lock(&mutex_); }
  void unlock() { pthread_mutex_unlock(&mutex_); }
  void wait() { pthread_cond_wait(&condition_, &mutex_); }
  void wake_all() { pthread_cond_broadcast(&condition_); }

private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition_ = PTHREAD_COND_INITIALIZER;
};

/// Holds a monitor for a scope.
class holding {
public:
  explicit holding(monitor& m) : monitor_{m} { monitor_.lock(); }
  holding(holding const&) = delete;
  holding& operator=(holding const&) = delete;
  ~holding() { monitor_.unlock(); }

private:
  monitor& monitor_;
};

/// Threads that wait for work and do it together with the thread that brings it.
class thread_pool {
public:
  /// `workers` counts the calling thread; 0 means one per core. Where the system gives fewer threads, there
  /// are fewer workers.
  explicit thread_pool(unsigned workers) {
    if (workers == 0) {
      long const cores = sysconf(_SC_NPROCESSORS_ONLN);
      workers = cores > 0 ? static_cast<unsigned>(cores) : 1;
    }
    threads_ = fixed_array<pthread_t>(workers - 1);
    while (count_ < workers - 1 && pthread_create(&threads_[count_], nullptr, &serve, this) == 0)
      ++count_;
  }
  thread_pool(thread_pool const&) = delete;
  thread_pool& operator=(thread_pool const&) = delete;
  ~thread_pool() {
    {
      holding const lock(state_);
      closing_ = true;
      state_.wake_all();
    }
    for (unsigned t = 0; t < count_; ++t)
      pthread_join(threads_[t], nullptr);
  }

  unsigned workers() const { return count_ + 1; }

  /// Calls work(w) once for every worker w, 0 being the caller, and returns when all have returned. `work`
  /// must not throw. Calls from several threads run one after another.
  template <class Work>
  void run(Work& work) {
    static_assert(std::is_nothrow_invocable_v<Work&, unsigned>);
    holding const one_at_a_time(callers_);
    {
      holding const lock(state_);
      task_ = [](void* w, unsigned worker) { (*static_cast<Work*>(w))(worker); };
      argument_ = &work;
      running_ = count_;
      ++round_;
      state_.wake_all();
    }
    work(0);
    holding const lock(state_);
    while (running_ != 0)
      state_.wait();
  }

private:
  static void* serve(void* pool) {
    static_cast<thread_pool*>(pool)->serve();
    return nullptr;
  }
  void serve() {
    holding const lock(state_);
    unsigned const worker = ++started_;
    for (std::size_t seen = 0;;) {
      while (!closing_ && round_ == seen)
        state_.wait();
      if (closing_)
        return;
      ++seen; // a round ends only when all workers have done it, so none is missed
      auto* const task = task_;
      void* const argument = argument_;
      state_.unlock();
      task(argument, worker);
      state_.lock();
      if (--running_ == 0)
        state_.wake_all();
    }
  }

  monitor callers_;
  monitor state_; // guards all below
  void (*task_)(void*, unsigned) = nullptr;
  void* argument_ = nullptr;
  std::size_t round_ = 0;
  std::size_t running_ = 0;
  unsigned started_ = 0;
  bool closing_ = false;
  fixed_array<pthread_t> threads_;
  unsigned count_ = 0; // of those that the system gave
};

} // namespace enigma::detail::cpu
