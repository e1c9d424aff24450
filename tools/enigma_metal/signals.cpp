// SPDX-License-Identifier: MIT
#include "signals.hpp"

#include "launched.hpp"

#include <sys/time.h>
#include <ucontext.h>
#include <vector>

namespace enigma::metal_tool {
namespace {

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

} // namespace

signals::signals(double seconds) {
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

signals::~signals() {
  itimerval const none{};
  setitimer(ITIMER_REAL, &none, nullptr);
  for (int i = 0; i < 4; ++i)
    sigaction(caught[i], &before[i], nullptr);
  old_stack_.ss_flags &= ~SS_ONSTACK;
  sigaltstack(&old_stack_, nullptr);
}

} // namespace enigma::metal_tool
