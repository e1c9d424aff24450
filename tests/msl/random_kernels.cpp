// SPDX-License-Identifier: MIT
// Random kernels: their MSL is compiled by clang, run thread by thread, and compared bit by bit with what the
// executor makes of their intermediate representation. A fault in the emitter or in the executor shows as a
// difference.
#include "../codegen/random_kernel.hpp"
#include "clang.hpp"

#include <enigma/enigma.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <memory>
#include <span>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;

struct uint3 {
  u32 x, y, z;
};
/// Where one thread stands, in the order of eg::query.
struct thread_place {
  uint3 of[static_cast<int>(eg::query::count_)];
};
using entry = void (*)(void* const*, thread_place const*);

// Positions convert to what the kernel asks for: uint or uint3.
constexpr char const* driver_head = R"(
#pragma clang diagnostic ignored "-Wunused-parameter"
using three = uint3;
struct position {
  uint x, y, z;
  operator uint() const { return x; }
  operator three() const { return three{x, y, z}; }
};
)";

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  if (at == std::string::npos)
    throw std::runtime_error("no " + from + " in\n" + text);
  return text.replace(at, from.size(), to);
}

/// A function that calls kernel `name` for one thread.
std::string driver(eg::compiled_kernel const& k, std::string const& name) {
  eg::kernel_ir const& ir = k.launches()[0];
  std::string call = "extern \"C\" void run_" + name +
                     "(void* const* buffers, position const* place) {\n  (void)place;\n  " + name + "(";
  int argument = 0;
  for (eg::memory const& m : ir.memories) {
    if (m.binding < 0)
      continue;
    std::string const type = eg::msl_name(m.element);
    std::string const number = std::to_string(m.binding);
    call += argument++ != 0 ? ", " : "";
    call += m.space == eg::memory_space::constant ? "*(" + type + " const*)buffers[" + number + "]"
                                                  : "(" + type + "*)buffers[" + number + "]";
  }
  for (int q = 0; q < static_cast<int>(eg::query::count_); ++q) {
    bool used = false;
    for (eg::instruction const& i : ir.code)
      used |= i.code == eg::op::query && eg::query_of(i) == static_cast<eg::query>(q);
    if (used)
      call += ", place[" + std::to_string(q) + "]";
  }
  return call + ");\n}\n";
}

/// The shape of a launch, and where its threads stand.
struct launch {
  uint3 total, block;

  eg::dispatch dispatch() const { return eg::threads(total.x, total.y).in_groups_of({block.x, block.y}); }
  unsigned size() const { return total.x * total.y; }
  template <class F>
  void for_each_thread(F f) const {
    auto const groups = [](u32 n, u32 of) { return (n + of - 1) / of; };
    for (u32 y = 0; y < total.y; ++y)
      for (u32 x = 0; x < total.x; ++x) {
        uint3 const group{x / block.x, y / block.y, 0}, local{x % block.x, y % block.y, 0};
        auto const rest = [](u32 n, u32 of, u32 at) { return std::min(of, n - at * of); };
        uint3 const size{rest(total.x, block.x, group.x), rest(total.y, block.y, group.y), 1};
        u32 const index = local.y * size.x + local.x;
        f(thread_place{{{x, y, 0},
                        total,
                        local,
                        size,
                        group,
                        {groups(total.x, block.x), groups(total.y, block.y), 1},
                        {index, 0, 0},
                        {index % 32, 0, 0},
                        {index / 32, 0, 0},
                        {32, 0, 0},
                        {groups(size.x * size.y, 32), 0, 0}}});
      }
  }
};
constexpr launch launches[] = {{{100, 1, 1}, {48, 1, 1}}, {{10, 11, 1}, {4, 8, 1}}};

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
  void run_on(entry run, launch const& l) {
    void* const buffers[] = {f.data(), h.data(),     i.data(), u.data(), b.get(),
                             x.data(), table.data(), &a,       &count,   &m};
    l.for_each_thread([&](thread_place const& place) { run(buffers, &place); });
  }
};

bool same(float x, float y) {
  return (std::isnan(x) && std::isnan(y)) || std::bit_cast<u32>(x) == std::bit_cast<u32>(y);
}
bool same(f16 x, f16 y) {
  return (std::isnan(float(x)) && std::isnan(float(y))) || x.bits == y.bits;
}
template <class T>
bool same(T x, T y) {
  return x == y;
}
template <class T>
double shown(T x) {
  if constexpr (std::is_same_v<T, f16>)
    return float(x);
  else
    return static_cast<double>(x);
}

template <class T>
bool equal(char const* other, char const* name, T const* executor, T const* others) {
  for (std::size_t k = 0; k < memory_image::n; ++k)
    if (!same(executor[k], others[k])) {
      ADD_FAILURE() << name << "[" << k << "]: the executor gives " << shown(executor[k]) << ", the " << other
                    << " " << shown(others[k]);
      return false;
    }
  return true;
}
bool equal(char const* other, memory_image const& x, memory_image const& y) {
  return equal(other, "F", x.f.data(), y.f.data()) && equal(other, "H", x.h.data(), y.h.data()) &&
         equal(other, "I", x.i.data(), y.i.data()) && equal(other, "U", x.u.data(), y.u.data()) &&
         equal(other, "B", x.b.get(), y.b.get());
}

/// As eg::compile, but nothing is removed; with reads that are not shared, the kernel as it was written.
eg::owned_kernel plainly_compiled(random_kernel::body const& body) {
  eg::detail::program_builder program("random");
  eg::detail::trace(program, eg::kernel<"random">(body), {}, nullptr, 0);
  for (auto* k : program.kernels())
    eg::detail::settle_memories(k->body, true);
  return {program, false};
}

TEST(random_kernels, text_and_executor_agree) {
  // ENIGMA_RANDOM_SEED and ENIGMA_RANDOM_KERNELS choose others, or more.
  auto const setting = [](char const* name, unsigned long usual) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::strtoul(text, nullptr, 10) : usual;
  };
  unsigned long const first = setting("ENIGMA_RANDOM_SEED", 1), count = setting("ENIGMA_RANDOM_KERNELS", 250);

  msl::folder const folder;
  std::vector<eg::owned_kernel> kernels;
  std::string source = "#include <metal_stdlib>\nusing namespace metal;\n", drivers;
  for (unsigned long k = 0; k < count; ++k) {
    kernels.push_back(eg::compile(eg::kernel<"random">(random_kernel::body{first + k})));
    std::string const name = "random_" + std::to_string(first + k);
    source += replaced(msl::without_preamble(kernels.back().metal_source()), "kernel void random(",
                       "kernel void " + name + "(");
    drivers += driver(kernels.back(), name);
  }

  // Random operands meet themselves, and random constants overflow.
  std::string quiet;
  for (char const* const warning :
       {"tautological-compare", "integer-overflow", "shift-overflow", "shift-negative-value"})
    quiet += std::string("#pragma clang diagnostic ignored \"-W") + warning + "\"\n";
  msl::answer const checked = msl::check(folder, quiet + source);
  ASSERT_TRUE(checked.accepted) << checked.words.substr(0, 4000);

  std::string const program = folder.write("program.metal", source + driver_head + drivers);
  // Rounding after every operation, signed numbers that wrap; what C++ leaves undefined traps.
  msl::answer const built = msl::clang(
      "-DENIGMA_MSL_RUN -O0 -w -fPIC -shared -fwrapv -ffp-contract=off "
      "-Xclang -ffloat16-excess-precision=none -fsanitize=shift,integer-divide-by-zero,float-cast-overflow "
      "-fsanitize-trap=all -o \"" +
      (folder / "program.so") + "\" \"" + program + "\" -lm");
  ASSERT_TRUE(built.accepted) << built.words.substr(0, 4000);
  void* const library = dlopen((folder / "program.so").c_str(), RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();

  eg::runtime rt;
  int failures = 0;
  for (unsigned long k = 0; k < count && failures < 3; ++k) {
    std::string const name = "random_" + std::to_string(first + k);
    SCOPED_TRACE("seed " + std::to_string(first + k));
    auto const run = reinterpret_cast<entry>(dlsym(library, ("run_" + name).c_str()));
    ASSERT_NE(run, nullptr);
    memory_image executor(first + k), text(first + k);
    launch const& l = launches[(first + k) % 2];
    executor.run_on(rt, kernels[k], l.dispatch());
    text.run_on(run, l);
    memory_image apart(first + k);
    apart.run_on(rt, plainly_compiled(random_kernel::body{first + k, false}), l.dispatch());
    bool const agree =
        equal("emitted text", executor, text) && equal("plainly compiled kernel", executor, apart);
    if (!agree) {
      ++failures;
      std::fprintf(stderr, "%s\n%s\n", std::string(kernels[k].metal_source()).c_str(),
                   kernels[k].ir().c_str());
    }
  }
  dlclose(library);
}

} // namespace
