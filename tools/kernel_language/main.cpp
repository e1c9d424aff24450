// SPDX-License-Identifier: MIT
// Prints docs/kernel-language.md: page.md with the tables made from the op table.
//
//   kernel_language ROOT              prints the page
//   kernel_language ROOT --check FILE compares FILE with it
#include "operations.hpp"
#include "page.hpp"

int main(int argc, char** argv) {
  return kernel_language::print_or_check({"kernel_language", "tools/kernel_language/page.md",
                                          kernel_language::part, kernel_language::rows_left_out},
                                         argc, argv);
}
