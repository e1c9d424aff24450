// SPDX-License-Identifier: MIT
#include "page.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace kernel_language {

namespace {

std::string whole_file(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The lines between "// begin part" and "// end part", without the indentation that all of them have.
std::string part_of_file(std::string const& path, std::string const& part) {
  std::istringstream lines(whole_file(path));
  std::string line, found;
  std::size_t indentation = std::string::npos;
  bool inside = false, complete = false;
  while (std::getline(lines, line)) {
    std::string_view const words =
        std::string_view(line).substr(std::min(line.find_first_not_of(' '), line.size()));
    if (words == "// end " + part)
      complete = inside, inside = false;
    if (inside) {
      found += line + '\n';
      if (!line.empty())
        indentation = std::min(indentation, line.find_first_not_of(' '));
    }
    if (words == "// begin " + part)
      inside = true;
  }
  if (!complete)
    throw std::runtime_error(path + " has no part " + part);
  std::string r;
  std::istringstream again(found);
  while (std::getline(again, line))
    r += line.substr(std::min(indentation, line.size())) + '\n';
  return r;
}

std::string text_of(page const& which, std::string const& root) {
  std::istringstream lines(whole_file(root + '/' + which.source));
  std::string line, r;
  while (std::getline(lines, line)) {
    if (line.substr(0, 2) == "{{" && line.size() > 4 && line.substr(line.size() - 2) == "}}") {
      r += which.part(std::string_view(line).substr(2, line.size() - 4));
      continue;
    }
    r += line + '\n';
    std::size_t const colon = line.find("pp: "); // of a .cpp or .hpp
    if (line.substr(0, 5) == "<!-- " && colon != std::string::npos) {
      std::string const file = line.substr(5, colon - 3),
                        part = line.substr(colon + 4, line.size() - colon - 8);
      r += "```cpp\n" + part_of_file(root + '/' + file, part) + "```\n";
    }
  }
  if (std::string const missing = which.left_out == nullptr ? "" : which.left_out(); !missing.empty())
    throw std::runtime_error("the page shows all but " + missing);
  return r;
}

int check(page const& which, std::string const& root, std::string const& file) {
  std::istringstream wanted(text_of(which, root)), found(whole_file(file));
  std::string a, b;
  for (int line = 1;; ++line) {
    bool const more = static_cast<bool>(std::getline(wanted, a)),
               there = static_cast<bool>(std::getline(found, b));
    if (!more && !there)
      return 0;
    if (more != there || a != b) {
      std::fprintf(stderr, "%s is stale: line %d is\n  %s\nand should be\n  %s\nRenew it: %s %s > %s\n",
                   file.c_str(), line, there ? b.c_str() : "(no more)", more ? a.c_str() : "(no more)",
                   which.program, root.c_str(), file.c_str());
      return 1;
    }
  }
}

} // namespace

int print_or_check(page const& which, int argc, char** argv) {
  try {
    if (argc == 4 && std::string_view(argv[2]) == "--check")
      return check(which, argv[1], argv[3]);
    if (argc != 2) {
      std::fprintf(stderr, "usage: %s ROOT [--check FILE]\n", which.program);
      return 2;
    }
    std::string const text = text_of(which, argv[1]);
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
      throw std::runtime_error("cannot write the page");
    return 0;
  } catch (std::exception const& e) {
    std::fprintf(stderr, "%s: %s\n", which.program, e.what());
    return 2;
  }
}

} // namespace kernel_language
