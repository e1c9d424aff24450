// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <time.h>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/runtime/arguments.hpp>
#include <enigma/runtime/cpu/executor.hpp>
#include <enigma/runtime/detail/check_call.hpp>
#include <enigma/runtime/detail/temporaries.hpp>
#include <enigma/runtime/dispatch.hpp>

namespace enigma {

enum class backend {
  automatic, // the GPU where there is one, else the CPU
  cpu
};

/// A kernel with its arguments, checked, decoded and bound: made by `runtime::prepare`. It may outlive the
/// compiled kernel and the runtime, but not the memory of its arguments.
class prepared {
public:
  /// Runs all launches in order. When it returns, the results are in the memory of the out arguments.
  /// Throws `enigma::error` if the kernel does something illegal; its out memory may then be partly written.
  void dispatch() {
    temporaries_.forget();
    launches_->dispatch();
  }

  /// The same; gives the seconds that it took.
  double dispatch_timed() {
    double const start = seconds();
    dispatch();
    return seconds() - start;
  }

  /// A copy of an out or inout argument, by its name. Errors: no such argument, not an output, another type.
  template <class T>
    requires(element<T> || record_type<T>)
  std::vector<T> read_output(std::string_view name) const {
    for (std::size_t k = 0; k < names_.size(); ++k)
      if (names_[k] == name)
        return read_output<T>(k);
    detail::refuse("{}: there is no argument {}", kernel_, name);
  }

  /// As above, by its position among the arguments, from 0.
  template <class T>
    requires(element<T> || record_type<T>)
  std::vector<T> read_output(std::size_t position) const {
    if (position >= arguments_.size())
      detail::refuse("{}: there is no argument {}: it has {}", kernel_, position, arguments_.size());
    detail::host_argument const& a = arguments_[position];
    if (a.access != access::out && a.access != access::inout)
      detail::refuse("{}: argument {} ({}) is {}, not an output", kernel_, position + 1, names_[position],
                     detail::access_name(a.access));
    detail::host_argument const wanted = detail::argument_of_type<T>();
    if (a.element != wanted.element || a.record != wanted.record)
      detail::refuse("{}: argument {} ({}) has elements of type {}, not {}", kernel_, position + 1,
                     names_[position], detail::element_name(a.element, a.record),
                     detail::element_name(wanted.element, wanted.record));
    T const* const data = static_cast<T const*>(a.data);
    return std::vector<T>(data, data + a.length);
  }

private:
  friend class runtime;

  static double seconds() { // <chrono> costs more to compile
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }

  std::string kernel_;
  detail::growing<std::string> names_;
  detail::growing<detail::host_argument> arguments_; // of the call
  detail::temporaries temporaries_;
  detail::shared<detail::backend_interface> backend_; // first: it has to outlive the launches
  detail::owned<detail::prepared_launches> launches_;
};

/// Where kernels run.
///
///   enigma::runtime rt;
///   rt.execute(compiled, eg::in(x), 2.0f, eg::in(y), eg::out(z));
///
/// All of a call is checked before anything runs: number of arguments, element types, accesses, lengths and
/// launch sizes. What only running shows (an access out of range, a threadgroup array read before it is
/// written, a barrier that some threads miss) is an `enigma::error` too, the same one every time: that of the
/// lowest failing threadgroup; out memory may then be partly written. Not found: races between threads, loops
/// that never end. Calls from several threads are safe and run one after another.
class runtime {
public:
  /// The best backend here, or the one asked for. `workers` counts the CPU's threads, the calling one
  /// included; 0 means one per core.
  template <std::same_as<enigma::backend> Backend = enigma::backend>
  explicit runtime(Backend = Backend::automatic, unsigned workers = 0)
      : backend_{new detail::cpu::executor(workers, detail::cpu::all_functions<Backend>)} {}

  /// In words: "CPU (2 threads)".
  std::string name() const { return backend_->name(); }
  enigma::backend backend() const { return enigma::backend::cpu; }

  /// Checks, decodes and binds a call, to run it several times. `size` decides what the kernel leaves open.
  template <class... Args>
    requires(!std::same_as<std::remove_cvref_t<Args>, enigma::dispatch> && ...)
  prepared prepare(compiled_kernel const& kernel, enigma::dispatch const& size, Args const&... arguments) {
    detail::host_argument const list[] = {detail::to_argument(arguments)..., {}};
    return prepare_list(kernel, size, {list, sizeof...(arguments)});
  }
  template <class... Args>
    requires(!std::same_as<std::remove_cvref_t<Args>, enigma::dispatch> && ...)
  prepared prepare(compiled_kernel const& kernel, Args const&... arguments) {
    return prepare(kernel, enigma::dispatch{}, arguments...);
  }

  /// Runs a kernel once. The same as prepare(...).dispatch().
  template <class... Args>
  void execute(compiled_kernel const& kernel, Args const&... arguments) {
    prepare(kernel, arguments...).dispatch();
  }

private:
  prepared prepare_list(compiled_kernel const& kernel, enigma::dispatch const& size,
                        array_view<detail::host_argument> arguments) {
    if (kernel.emit_only())
      detail::refuse("{} was compiled with emit_only: there is text to export, but nothing to run",
                     kernel.kernel_name());
    if (kernel.launches().empty())
      detail::refuse("{} launches no kernel: there is nothing to run", kernel.kernel_name());
    detail::check_arguments(kernel, arguments);
    prepared p;
    auto const shapes = detail::shapes_of(kernel, size);
    p.temporaries_ = detail::temporaries(kernel);
    auto const all = p.temporaries_.with(kernel, arguments, shapes[0].elements);
    detail::check_memories(kernel, {all.data(), all.size()});
    p.kernel_ = kernel.kernel_name();
    for (std::size_t k = 0; k < arguments.size(); ++k)
      p.names_.push_back(kernel.parameters()[k].name);
    p.backend_ = backend_;
    p.launches_ = backend_->prepare(kernel, {shapes.data(), shapes.size()}, {all.data(), all.size()});
    p.arguments_.append(arguments.data(), arguments.size());
    return p;
  }

  detail::shared<detail::backend_interface> backend_;
};

} // namespace enigma
