// SPDX-License-Identifier: MIT
// saxpy: Out = alpha * X + Y, one thread for each element, and one for four of them.
//
// The kernel's body runs once, while this file is compiled, with values that record what is done to them. The
// Metal source that comes out is a constant of the program.

#include <vector>

#include <enigma/enigma.hpp>
#include <fmt/format.h>

#include "show.hpp"

namespace eg = enigma;
using eg::f32;

inline constexpr auto saxpy =
    eg::kernel<"saxpy">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "alpha"> alpha, eg::in<f32, "Y"> y,
                           eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      out[i] = alpha * x[i] + y[i];
    });

constexpr auto compiled = eg::compile<saxpy>();
static_assert(compiled.metal_source().find("alpha * X[") != std::string_view::npos);

// The same kernel, its loads, arithmetic and stores of four neighbouring elements at once.
constexpr auto by_fours = eg::compile<eg::vectorised<4>(saxpy)>();
static_assert(by_fours.metal_source().find("alpha * ((const device float4*)X)[gid]") !=
              std::string_view::npos);

int main() try {
  constexpr std::size_t n = 1 << 24;
  constexpr float alpha = 2.5f;
  fmt::print("Out = {} * X + Y for {} elements, a thread for each.\n\n", alpha, n);
  show::layout("X, Y, Out", eg::layout{n, 1}, "thread -> element");
  show::source(compiled);

  std::vector<float> x(n), y(n), out(n), reference(n);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = static_cast<float>(i % 1000) * 0.125f;
    y[i] = static_cast<float>(i % 77) - 38.0f;
    reference[i] = alpha * x[i] + y[i];
  }

  eg::runtime rt;
  auto run = rt.prepare(compiled, eg::threads(n), eg::in(x), alpha, eg::in(y), eg::out(out));
  run.dispatch(); // the first run also brings the memory in
  show::speed(rt.name(), run.dispatch_timed(), 3 * sizeof(float) * n);
  if (!show::compare(out, reference, 1e-4f))
    return 1;

  fmt::print("\nA thread for four elements; the call is the same.\n\n");
  show::source(by_fours);
  auto again = rt.prepare(by_fours, eg::threads(n), eg::in(x), alpha, eg::in(y), eg::out(out));
  again.dispatch();
  show::speed(rt.name(), again.dispatch_timed(), 3 * sizeof(float) * n);
  return show::compare(out, reference, 1e-4f) ? 0 : 1;
} catch (eg::error const& e) {
  fmt::print(stderr, "saxpy: {}\n", e.what());
  return 2;
}
