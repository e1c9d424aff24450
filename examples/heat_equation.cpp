// SPDX-License-Identifier: MIT
// Heat spreads in a picture: the brightness of red, green and blue is a temperature each, and every step
// moves each point towards the mean of its neighbours. No heat is lost at the border: what lies outside is as
// warm as the border itself.

#include <charconv>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

#include <enigma/enigma.hpp>
#include <fmt/format.h>

#include "kernels/heat_step.hpp"
#include "picture.hpp"
#include "show.hpp"

namespace eg = enigma;

constexpr auto compiled = eg::compile<examples::heat_step>();

/// The same in plain C++.
void step_in_cpp(picture const& p, std::vector<float> const& now, std::vector<float>& next) {
  std::size_t const width = p.width, height = p.height;
  for (std::size_t first = 0; first < now.size(); first += width * height)
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        auto at = [&](std::size_t column, std::size_t line) { return now[first + line * width + column]; };
        float const here = at(x, y);
        float const around = at(x == 0 ? x : x - 1, y) + at(x + 1 == width ? x : x + 1, y) +
                             at(x, y == 0 ? y : y - 1) + at(x, y + 1 == height ? y : y + 1);
        next[first + y * width + x] = here + examples::heat_rate * (around - 4.0f * here);
      }
}

/// A line on a terminal that shows how far it is; silent where nobody looks.
class progress_bar {
public:
  explicit progress_bar(int steps) : steps_{steps}, visible_{isatty(fileno(stderr)) != 0} {}
  ~progress_bar() {
    if (visible_)
      fmt::print(stderr, "\r{:60}\r", "");
  }
  progress_bar(progress_bar const&) = delete;

  void at(int step) {
    int const percent = static_cast<int>(100LL * step / steps_);
    if (!visible_ || percent == shown_)
      return;
    shown_ = percent;
    fmt::print(stderr, "\r  [{:<40}] {:3} %", std::string(static_cast<std::size_t>(percent * 2 / 5), '#'),
               percent);
    std::fflush(stderr);
  }

private:
  int steps_;
  bool visible_;
  int shown_ = -1;
};

double mean(std::vector<float> const& x) {
  double sum = 0;
  for (float const v : x)
    sum += v;
  return sum / static_cast<double>(x.size());
}

struct options {
  int steps = 400;
  std::string input = "examples/data/hot_shapes.png";
  std::string output = "heat_equation.png";
  bool help = false;
};

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

options read_options(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    std::string_view const option = argv[i];
    auto value = [&]() -> std::string_view {
      if (++i == argc)
        throw usage_error(fmt::format("the option {} needs a value", option));
      return argv[i];
    };
    if (option == "--help" || option == "-h") {
      o.help = true;
    } else if (option == "--input") {
      o.input = value();
    } else if (option == "--output") {
      o.output = value();
    } else if (option == "--steps") {
      std::string_view const number = value();
      auto const [end, trouble] = std::from_chars(number.data(), number.data() + number.size(), o.steps);
      if (trouble != std::errc() || end != number.data() + number.size() || o.steps < 1 || o.steps > 1000000)
        throw usage_error(fmt::format("--steps takes a whole number from 1 to 1000000, not '{}'", number));
    } else {
      throw usage_error(fmt::format("unknown option '{}'; --help lists the options", option));
    }
  }
  return o;
}

int run(options const& o) {
  picture p = read_picture(o.input);
  must_be_writable(o.output);

  eg::layout const planes(eg::int_tuple{p.width, p.height, 3});
  fmt::print("{} steps of the heat equation in {}, a thread for each element.\n\n", o.steps, o.input);
  show::layout("picture", planes, "(x, y, colour) -> element");
  show::source(compiled);

  // Two buffers that take turns.
  std::vector<float> first = p.planes, second(first.size());
  eg::runtime rt;
  auto const size = eg::threads(p.width, p.height, 3).in_groups_of({64, 4, 1});
  auto there = rt.prepare(compiled, size, eg::in(first), eg::out(second), p.width, p.height);
  auto back = rt.prepare(compiled, size, eg::in(second), eg::out(first), p.width, p.height);

  double seconds = 0;
  {
    progress_bar progress(o.steps);
    for (int step = 0; step < o.steps; ++step) {
      seconds += (step % 2 == 0 ? there : back).dispatch_timed();
      progress.at(step + 1);
    }
  }
  std::vector<float> const& result = o.steps % 2 == 0 ? first : second;
  show::speed(rt.name(), seconds, static_cast<std::size_t>(o.steps) * 2 * sizeof(float) * result.size());

  std::vector<float> now = p.planes, next(now.size());
  for (int step = 0; step < o.steps; ++step) {
    step_in_cpp(p, now, next);
    std::swap(now, next);
  }
  fmt::print("  mean temperature before {:.6f}, after {:.6f}\n", mean(p.planes), mean(result));
  if (!show::compare(result, now, 1e-4f))
    return 1;

  p.planes = result;
  write_png(o.output, p);
  fmt::print("  wrote {}\n", o.output);
  return 0;
}

int main(int argc, char** argv) try {
  options const o = read_options(argc, argv);
  if (o.help) {
    fmt::print("usage: heat_equation [--input <picture>] [--output <png file>] [--steps <number>]\n\n"
               "Lets the heat of a picture spread and writes what comes out as a PNG file.\n\n"
               "  --input   the picture to start from (default: {})\n"
               "  --output  where to write (default: {})\n"
               "  --steps   how many steps, from 1 to 1000000 (default: {})\n",
               options{}.input, options{}.output, options{}.steps);
    return 0;
  }
  return run(o);
} catch (std::exception const& e) {
  fmt::print(stderr, "heat_equation: {}\n", e.what());
  return 2;
}
