// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace kernel_language {

/// A page of the documentation that a program makes: a source of Markdown in which a line {{name}} stands for
/// part(name), and where a block of C++ is missing after its origin, the part of that file.
struct page {
  char const* program;                   // what prints it
  char const* source;                    // from the root of the project on
  std::string (*part)(std::string_view); // errors: there is no such part
  std::string (*left_out)() = nullptr;   // what the page should show, and does not; asked at the end
};

/// The program:
///   NAME ROOT              prints the page
///   NAME ROOT --check FILE compares FILE with it
int print_or_check(page const& which, int argc, char** argv);

} // namespace kernel_language
