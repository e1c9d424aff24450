// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace enigma::detail::cpu {

/// Threads that wait for work and do it together with the thread that brings it.
class thread_pool {
public:
  /// `workers` counts the calling thread; 0 means one per core.
  explicit thread_pool(unsigned workers) {
    if (workers == 0)
      workers = std::thread::hardware_concurrency();
    for (unsigned w = 1; w < workers; ++w)
      threads_.emplace_back([this, w] { serve(w); });
  }
  thread_pool(thread_pool const&) = delete;
  thread_pool& operator=(thread_pool const&) = delete;
  ~thread_pool() {
    {
      std::lock_guard const lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& t : threads_)
      t.join();
  }

  unsigned workers() const { return static_cast<unsigned>(threads_.size()) + 1; }

  /// Calls work(w) once for every worker w, 0 being the caller, and returns when all have returned. `work`
  /// must not throw. Calls from several threads run one after another.
  template <class Work>
  void run(Work& work) {
    static_assert(std::is_nothrow_invocable_v<Work&, unsigned>);
    std::lock_guard const one_at_a_time(callers_);
    {
      std::lock_guard const lock(mutex_);
      task_ = [](void* w, unsigned worker) { (*static_cast<Work*>(w))(worker); };
      argument_ = &work;
      running_ = threads_.size();
      ++round_;
    }
    wake_.notify_all();
    work(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
  }

private:
  void serve(unsigned worker) {
    std::size_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return closing_ || round_ != seen; });
      if (closing_)
        return;
      seen = round_;
      auto* const task = task_;
      void* const argument = argument_;
      lock.unlock();
      task(argument, worker);
      lock.lock();
      if (--running_ == 0)
        done_.notify_one();
    }
  }

  std::mutex callers_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  void (*task_)(void*, unsigned) = nullptr;
  void* argument_ = nullptr;
  std::size_t round_ = 0;
  std::size_t running_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

} // namespace enigma::detail::cpu
