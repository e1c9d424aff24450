// SPDX-License-Identifier: MIT
// Random kernels: their MSL is checked, run as whole threadgroups by enigma-metal's machine, and compared bit
// by bit with what the executor makes of their intermediate representation. A fault in the emitter, the
// executor or the machine shows as a difference. A share of them runs under the exact detector, which has to
// stay silent.
#include "../codegen/random_kernel.hpp"
#include "witness.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <span>

namespace {

namespace eg = enigma;
namespace tool = enigma::metal_tool;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;

constexpr witness::shape shapes[] = {
    {{100, 1, 1}, {48, 1, 1}}, {{10, 11, 1}, {4, 8, 1}}, {{96, 1, 1}, {32, 1, 1}}, {{8, 12, 1}, {8, 8, 1}}};

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  if (at == std::string::npos)
    throw std::runtime_error("no " + from + " in\n" + text);
  return text.replace(at, from.size(), to);
}

/// The arguments of a random kernel, filled with edge values and ordinary ones.
struct memory_image {
  static constexpr std::size_t n = random_kernel::slots * 110;
  std::vector<f32> f = std::vector<f32>(n);
  std::vector<f16> h = std::vector<f16>(n);
  std::vector<i32> i = std::vector<i32>(n);
  std::vector<u32> u = std::vector<u32>(n);
  std::unique_ptr<bool[]> b = std::make_unique<bool[]>(n);
  std::vector<f32> x = std::vector<f32>(random_kernel::table_size);
  std::vector<i32> table = std::vector<i32>(random_kernel::table_size);
  f32 a = 1.5f;
  i32 count = 3;
  u32 m = 77;

  explicit memory_image(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    float const edges[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.5f, INFINITY, 1e-40f, 3e38f, 255.5f, NAN};
    auto const real = [&] {
      return random() % 8 == 0 ? edges[random() % 10]
                               : static_cast<float>(static_cast<int>(random() % 20001) - 10000) / 128.0f;
    };
    auto const integer = [&] {
      return random() % 2 == 0 ? static_cast<i32>(random() % 21) - 10 : static_cast<i32>(random());
    };
    for (std::size_t k = 0; k < n; ++k) {
      f[k] = real(), h[k] = f16(real()), i[k] = integer(), u[k] = static_cast<u32>(integer());
      b[k] = random() % 2 == 0;
    }
    for (std::size_t k = 0; k < random_kernel::table_size; ++k)
      x[k] = real(), table[k] = integer();
    count = integer(), m = static_cast<u32>(integer());
    a = real();
  }
  std::span<bool> flags() { return {b.get(), n}; }
  void run_on(eg::runtime& rt, eg::compiled_kernel const& k, eg::dispatch const& size) {
    rt.execute(k, size, eg::inout(f), eg::inout(h), eg::inout(i), eg::inout(u), eg::inout(flags()), eg::in(x),
               eg::in(table), a, count, m);
  }
  std::vector<witness::bytes> arguments() const {
    using witness::bytes_of;
    return {bytes_of(f.data(), n),
            bytes_of(h.data(), n),
            bytes_of(i.data(), n),
            bytes_of(u.data(), n),
            bytes_of(b.get(), n),
            bytes_of(x.data(), x.size()),
            bytes_of(table.data(), table.size()),
            bytes_of(&a, 1),
            bytes_of(&count, 1),
            bytes_of(&m, 1)};
  }
};

bool equal(char const* other, memory_image const& x, std::vector<witness::bytes> const& y) {
  using witness::equal;
  std::size_t const n = memory_image::n;
  return equal(other, "F", x.f.data(), n, y[0]) && equal(other, "H", x.h.data(), n, y[1]) &&
         equal(other, "I", x.i.data(), n, y[2]) && equal(other, "U", x.u.data(), n, y[3]) &&
         equal(other, "B", x.b.get(), n, y[4]);
}

/// As eg::compile, but nothing is removed; with reads that are not shared, the kernel as it was written.
eg::owned_kernel plainly_compiled(random_kernel::body const& body) {
  eg::detail::program_builder program("random");
  eg::detail::trace(program, eg::kernel<"random">(body), {}, nullptr, 0);
  for (auto* k : program.kernels())
    eg::detail::settle_memories(k->body, true);
  return {program, false};
}

/// Many kernels in one source, compiled once to run fast and once to have every access looked at.
struct batch {
  unsigned long first = 0, count = 0;
  std::vector<eg::owned_kernel> kernels;
  std::string objections;
  std::unique_ptr<tool::kernel_object> plain, checked;

  static std::string name(unsigned long seed) { return "random_" + std::to_string(seed); }

  batch(unsigned long first_, unsigned long count_, bool examined) : first{first_}, count{count_} {
    std::string source(witness::preamble);
    for (unsigned long k = 0; k < count; ++k) {
      kernels.push_back(eg::compile(eg::kernel<"random">(random_kernel::body{first + k})));
      source += replaced(witness::without_preamble(kernels.back().metal_source()), "kernel void random(",
                         "kernel void " + name(first + k) + "(");
    }
    auto const text = tool::prepare_text(source, "random.metal");
    // Random operands meet themselves, and random constants overflow.
    auto const options = witness::options({"-Wno-tautological-compare", "-Wno-integer-overflow",
                                           "-Wno-shift-overflow", "-Wno-shift-negative-value"});
    objections = witness::objections(text, options);
    if (!objections.empty()) {
      objections += source;
      return;
    }
    plain = std::make_unique<tool::kernel_object>(text, tool::object_kind::plain,
                                                  std::vector<tool::constant_value>{}, options);
    if (examined)
      checked = std::make_unique<tool::kernel_object>(text, tool::object_kind::checked,
                                                      std::vector<tool::constant_value>{}, options);
  }
};

bool agrees(eg::runtime& rt, batch const& b, unsigned long seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  eg::owned_kernel const& kernel = b.kernels[seed - b.first];
  eg::compiled_kernel const view = kernel;
  witness::shape const& shape = shapes[seed % 4];
  memory_image executor(seed);
  std::vector<witness::bytes> const before = executor.arguments();
  executor.run_on(rt, kernel, shape.dispatch());

  bool right = true;
  for (auto const* object : {b.plain.get(), b.checked.get()}) {
    if (object == nullptr)
      continue;
    std::vector<witness::bytes> text = before;
    tool::report const report = witness::run(*object, batch::name(seed), view.launches()[0], shape, text);
    EXPECT_TRUE(report.good()) << report.print();
    right &= report.good() &&
             equal(object->checked() ? "emitted text under the detector" : "emitted text", executor, text);
  }
  memory_image apart(seed);
  apart.run_on(rt, plainly_compiled(random_kernel::body{seed, false}), shape.dispatch());
  right &= equal("plainly compiled kernel", executor, apart.arguments());
  if (!right)
    std::fprintf(stderr, "%s\n%s\n", std::string(kernel.metal_source()).c_str(),
                 std::string(view.ir()).c_str());
  return right;
}

TEST(random_kernels, text_and_executor_agree) {
  // ENIGMA_RANDOM_SEED and ENIGMA_RANDOM_KERNELS choose others, or more.
  auto const setting = [](char const* name, unsigned long usual) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : usual;
  };
  bool const long_run = std::getenv("ENIGMA_LONG") != nullptr;
  unsigned long const first = setting("ENIGMA_RANDOM_SEED", 1),
                      end = first + setting("ENIGMA_RANDOM_KERNELS", long_run ? 100000 : 512);
  constexpr unsigned long in_one = 64, examined_one_in = 4;

  // One batch is compiled while another runs.
  auto const compile = [&](unsigned long at) {
    return std::async(std::launch::async, [=] {
      return std::make_unique<batch>(at, std::min(in_one, end - at), at / in_one % examined_one_in == 0);
    });
  };
  eg::runtime rt;
  std::deque<std::future<std::unique_ptr<batch>>> coming;
  unsigned long next = first;
  int failures = 0;
  while ((next < end || !coming.empty()) && failures < 3) {
    for (; next < end && coming.size() < 2; next += in_one)
      coming.push_back(compile(next));
    std::unique_ptr<batch> const b = coming.front().get();
    coming.pop_front();
    ASSERT_EQ(b->objections, "");
    for (unsigned long k = 0; k < b->count && failures < 3; ++k)
      failures += agrees(rt, *b, b->first + k) ? 0 : 1;
  }
}

} // namespace
