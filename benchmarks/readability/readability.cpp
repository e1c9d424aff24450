// SPDX-License-Identifier: MIT
// Prints what the kernels of examples/kernels cost, and what the same costs written by hand.
//
// usage: readability <root of the repository>
// Exit code 1 where the generated text of a kernel with one path costs more, 2 where nothing could be
// measured.
#include "../../tests/msl/counterparts.hpp"
#include "../../tests/msl/operations.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

namespace {

using numbers = decltype(witness::operations::all);

std::string cells(numbers const& mine, numbers const& by_hand, bool& more) {
  std::string row;
  for (std::size_t k = 0; k < mine.size(); ++k) {
    bool const worse = mine[k] > by_hand[k];
    more |= worse;
    char const* const bold = worse ? "**" : "";
    row += fmt::format(" {}{} / {}{} |", bold, mine[k], by_hand[k], bold);
  }
  return row;
}

} // namespace

int main(int count, char** words) try {
  if (count != 2) {
    fmt::print(stderr, "usage: readability <root of the repository>\n");
    return 2;
  }
  std::string const folder = std::string(words[1]) + "/examples/kernels/";
  std::string whole, loops;
  bool more = false;
  auto const measure = [&](char const* what, auto const& kernel, char const* file) {
    std::string const name(kernel.launches()[0].name);
    auto const mine = witness::operations_of(std::string(kernel.metal_source()), name);
    auto const by_hand = witness::operations_of(enigma::metal_tool::read_text_file(folder + file), name);
    whole += fmt::format("| {} | {} / {} |{}\n", what, mine.lines, by_hand.lines,
                         cells(mine.all, by_hand.all, more));
    if (mine.in_loops != numbers{} || by_hand.in_loops != numbers{})
      loops += fmt::format("| {} |{}\n", what, cells(mine.in_loops, by_hand.in_loops, more));
  };
  counterparts::for_each(measure);
  bool const failed = more;
  counterparts::for_each_large(measure);
  std::string heads, rules;
  for (char const* const k : witness::kind_names)
    heads += fmt::format(" {} |", k), rules += " ---: |";
  fmt::print(
      "# Generated kernels beside kernels written by hand\n\n"
      "Printed by `readability.cpp` in this folder: generated / by hand, of the kernels in\n"
      "`examples/kernels`. Both texts are compiled by clang -O2 against `include/enigma/metal_host`,\n"
      "without turning scalars into vectors or unrolling loops of unknown length, and the instructions of\n"
      "the kernel are counted in LLVM's intermediate representation: an operation on a vector once for\n"
      "each lane, a load or store once. `addresses` are sums of a pointer and an index that is no\n"
      "constant, `functions` are calls (mathematical functions, of the simdgroup, barriers), `branches`\n"
      "those with a condition; lines are lines of text. What is more than by hand is bold. GEMM and\n"
      "fused attention have a path for tiles inside and one for tiles at the edges, both in their loops.\n"
      "GEMM adds indices in 32 bits where its author added to pointers.\n\n"
      "| kernel | lines |{0}\n| --- | ---: |{1}\n{2}\n## In loops\n\n| kernel |{0}\n| --- |{1}\n{3}",
      heads, rules, whole, loops);
  return failed ? 1 : 0;
} catch (std::exception const& e) {
  fmt::print(stderr, "readability: {}\n", e.what());
  return 2;
}
