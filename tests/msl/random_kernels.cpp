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
#include <set>
#include <tuple>

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

/// An array, of bools too.
template <class T>
struct memory_of {
  explicit memory_of(std::size_t n) : elements{std::make_unique<T[]>(n)}, length{n} {}
  T* data() const { return elements.get(); }
  std::size_t size() const { return length; }
  T& operator[](std::size_t k) const { return elements[k]; }

private:
  std::unique_ptr<T[]> elements;
  std::size_t length;
};

/// The arguments of a random kernel, filled with edge values and ordinary ones.
struct memory_image {
  static constexpr std::size_t n = random_kernel::slots * 110;
  template <class... T>
  using of_each = std::tuple<T...>;
  using scalars =
      of_each<bool, eg::i8, eg::u8, eg::i16, eg::u16, i32, u32, eg::i64, eg::u64, f16, eg::bf16, f32>;

  std::mt19937_64 random;
  memory_of<bool> b{n};
  memory_of<eg::i8> c{n};
  memory_of<eg::u8> d{n};
  memory_of<eg::i16> s{n};
  memory_of<eg::u16> t{n};
  memory_of<i32> i{n};
  memory_of<u32> u{n};
  memory_of<eg::i64> l{n};
  memory_of<eg::u64> m{n};
  memory_of<f16> h{n};
  memory_of<eg::bf16> g{n};
  memory_of<f32> f{n};
  memory_of<f32> x{random_kernel::table_size};
  memory_of<i32> table{random_kernel::table_size};
  scalars numbers;
  memory_of<f32> p{n};
  memory_of<f16> q{n};
  memory_of<eg::bf16> r{n};
  memory_of<u32> changes{64};

  explicit memory_image(std::uint64_t seed) : random{seed} {
    each_in_order([&](auto& memory) {
      for (std::size_t k = 0; k < memory.size(); ++k)
        memory[k] = any<std::remove_cvref_t<decltype(memory[0])>>();
    });
    std::apply(
        [&]<class... T>(T&... one) {
          ((one = any<T>()), ...);
          auto const finite = [&]<class X>(X& number) {
            if constexpr (eg::floating_type<X>)
              number = X(ordinary());
          };
          (finite(one), ...);
        },
        numbers);
  }

  float ordinary() { return static_cast<float>(static_cast<int>(random() % 20001) - 10000) / 128.0f; }
  template <class T>
  T any() {
    if constexpr (std::is_same_v<T, bool>) {
      return random() % 2 == 0;
    } else if constexpr (eg::floating_type<T>) {
      float const edges[] = {0.0f, -0.0f, 1.0f, -1.0f, 0.5f, INFINITY, 1e-40f, 3e38f, 255.5f, NAN};
      return T(random() % 8 == 0 ? edges[random() % 10] : ordinary());
    } else {
      return random() % 2 == 0 ? static_cast<T>(static_cast<int>(random() % 21) - 10)
                               : static_cast<T>(random());
    }
  }
  /// f on every memory that has numbers in it from the start.
  template <class F>
  void each_in_order(F f_) {
    f_(b), f_(c), f_(d), f_(s), f_(t), f_(i), f_(u), f_(l), f_(m), f_(h), f_(g), f_(f), f_(x), f_(table);
  }

  void run_on(eg::runtime& rt, eg::compiled_kernel const& k, eg::dispatch const& size) {
    std::apply(
        [&](auto... one) {
          rt.execute(k, size, eg::inout(b), eg::inout(c), eg::inout(d), eg::inout(s), eg::inout(t),
                     eg::inout(i), eg::inout(u), eg::inout(l), eg::inout(m), eg::inout(h), eg::inout(g),
                     eg::inout(f), eg::in(x), eg::in(table), one..., eg::inout(p), eg::inout(q), eg::inout(r),
                     eg::inout(changes));
        },
        numbers);
  }
  std::vector<witness::bytes> arguments() {
    using witness::bytes_of;
    std::vector<witness::bytes> all;
    each_in_order([&](auto& memory) { all.push_back(bytes_of(memory.data(), memory.size())); });
    std::apply([&](auto const&... one) { (all.push_back(bytes_of(&one, 1)), ...); }, numbers);
    all.push_back(bytes_of(p.data(), n));
    all.push_back(bytes_of(q.data(), n));
    all.push_back(bytes_of(r.data(), n));
    all.push_back(bytes_of(changes.data(), changes.size()));
    return all;
  }
};

/// Equal but for a few units in the last place.
template <class T>
bool nearly_equal(std::string const& other, char const* name, memory_of<T> const& executor,
                  witness::bytes const& text) {
  std::vector<T> others(executor.size());
  std::memcpy(others.data(), text.data(), text.size());
  double const unit = std::is_same_v<T, f32> ? 0x1p-23 : std::is_same_v<T, f16> ? 0x1p-10 : 0x1p-7;
  for (std::size_t k = 0; k < others.size(); ++k) {
    auto const here = static_cast<double>(float(executor[k])), there = static_cast<double>(float(others[k]));
    if (!(std::fabs(here - there) <= 4 * unit * std::fabs(here))) {
      ADD_FAILURE() << name << "[" << k << "]: the executor gives " << here << ", the " << other << " "
                    << there;
      return false;
    }
  }
  return true;
}

bool equal(char const* other, memory_image& x, std::vector<witness::bytes> const& y) {
  char const* const names = "BCDSTIULMHGFXN";
  std::size_t k = 0;
  bool right = true;
  x.each_in_order([&](auto& memory) {
    right = right && witness::equal(other, std::string(1, names[k]), memory.data(), memory.size(), y[k]);
    ++k;
  });
  return right && nearly_equal(other, "P", x.p, y[26]) && nearly_equal(other, "Q", x.q, y[27]) &&
         nearly_equal(other, "R", x.r, y[28]) &&
         witness::equal(other, "A", x.changes.data(), x.changes.size(), y[29]);
}

/// As eg::compile, but with no pass: nothing is shared, simplified or removed. The kernel as it was written.
eg::owned_kernel plainly_compiled(random_kernel::body const& body) {
  eg::detail::program_builder program("random");
  program.record_as_written();
  eg::detail::trace(program, eg::kernel<"random">(body), {}, nullptr, 0);
  for (auto* f : program.functions())
    eg::detail::note_accesses(program, f->body);
  for (auto* k : program.kernels())
    eg::detail::settle_memories(program, k->body, true);
  return {program, false};
}

/// Many kernels in one source, compiled once to run fast and once to have every access looked at.
struct batch {
  unsigned long first = 0, count = 0;
  std::vector<eg::owned_kernel> kernels;
  std::string objections;
  std::unique_ptr<tool::kernel_object> plain, checked;

  /// The lines that something was said about, each with its kernel.
  static std::string lines_of_concern(std::string const& source, std::vector<tool::diagnostic> const& said) {
    std::string all, kernel;
    unsigned line = 1;
    for (std::size_t at = 0; at < source.size(); ++line) {
      std::size_t const end = std::min(source.find('\n', at), source.size());
      std::string const here = source.substr(at, end - at);
      at = end + 1;
      if (here.starts_with("kernel void"))
        kernel = here;
      if (std::any_of(said.begin(), said.end(), [&](tool::diagnostic const& d) { return d.line == line; }))
        all += kernel + "\n" + here + "\n";
    }
    return all;
  }
  static std::string name(unsigned long seed) { return "random_" + std::to_string(seed); }

  /// A source without the functions that are known from others.
  static std::string without_known(std::set<std::string>& known, std::string const& source) {
    std::size_t at = 0;
    std::string kept;
    while (at < source.size()) {
      std::size_t const end = std::min(source.find("\n}\n", at), source.size() - 3) + 3;
      std::string const part = source.substr(at, end - at);
      at = end;
      if (part.find("\nstatic inline ") != 0 || known.insert(part).second)
        kept += part;
    }
    return kept;
  }

  batch(unsigned long first_, unsigned long count_, bool examined) : first{first_}, count{count_} {
    std::string source(witness::preamble);
    std::set<std::string> functions;
    for (unsigned long k = 0; k < count; ++k) {
      kernels.push_back(eg::compile(eg::kernel<"random">(random_kernel::body{first + k})));
      source +=
          without_known(functions, replaced(witness::without_preamble(kernels.back().metal_source()),
                                            "kernel void random(", "kernel void " + name(first + k) + "("));
    }
    auto const text = tool::prepare_text(source, "random.metal");
    // Random operands meet themselves, and random constants overflow.
    std::vector<std::string> flags = {"-Wno-tautological-compare", "-Wno-integer-overflow",
                                      "-Wno-shift-overflow", "-Wno-shift-negative-value",
                                      "-Wno-constant-conversion"};
    if (!examined)
      flags.push_back("-O0"); // most of the time goes into optimising
    auto const options = witness::options(flags);
    objections = witness::objections(text, options);
    if (!objections.empty()) {
      objections += lines_of_concern(source, tool::check_source(text, options));
      return;
    }
    plain = std::make_unique<tool::kernel_object>(text, tool::object_kind::plain,
                                                  std::vector<tool::constant_value>{}, options);
    if (examined)
      checked = std::make_unique<tool::kernel_object>(text, tool::object_kind::checked,
                                                      std::vector<tool::constant_value>{}, options);
  }
};

bool compared(eg::runtime& rt, batch const& b, unsigned long seed, eg::owned_kernel const& kernel) {
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
  return equal("plainly compiled kernel", executor, apart.arguments()) && right;
}

bool agrees(eg::runtime& rt, batch const& b, unsigned long seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  eg::owned_kernel const& kernel = b.kernels[seed - b.first];
  bool right = false;
  try {
    right = compared(rt, b, seed, kernel);
  } catch (std::exception const& e) {
    ADD_FAILURE() << e.what();
  }
  if (!right)
    std::fprintf(stderr, "%s\n%s\n", std::string(kernel.metal_source()).c_str(),
                 std::string(eg::compiled_kernel(kernel).ir()).c_str());
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
  constexpr unsigned long in_one = 128;
  unsigned long const examined_one_in = long_run ? 16 : 4;

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
    EXPECT_EQ(b->objections, "");
    failures += b->objections.empty() ? 0 : 1;
    for (unsigned long k = 0; k < b->count && b->plain != nullptr && failures < 3; ++k)
      failures += agrees(rt, *b, b->first + k) ? 0 : 1;
    if (long_run && b->first / in_one % 8 == 0)
      std::fprintf(stderr, "up to seed %lu\n", b->first + b->count - 1);
  }
}

} // namespace
