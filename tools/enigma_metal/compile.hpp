// SPDX-License-Identifier: MIT
// From a .metal file to something that runs, by clang.
#pragma once

#include "diagnostic.hpp"
#include "process.hpp"
#include "scan.hpp"

#include <memory>
#include <string>
#include <vector>

namespace enigma::metal_tool {

struct compile_options {
  std::vector<std::string> include_folders;
  std::vector<std::string> defines; // NAME or NAME=VALUE
  std::string language = "310";     // __METAL_VERSION__
  std::vector<std::string> flags;   // more of clang's own, where it compiles
};

/// A clang and Enigma's headers for it. Throws tool_error, saying in one sentence what is missing.
struct toolchain {
  std::string clang;
  std::string headers;   // the folder with metal_stdlib
  std::string host_code; // the folder with the machine of real threads
};
toolchain const& find_toolchain();

/// A .metal file as read: preprocessed, and looked through.
struct prepared_source {
  std::string path;
  std::string text; // preprocessed; the tokens point into it
  scanned_file file;
  std::vector<diagnostic> diagnostics; // of the preprocessor

  bool readable() const {
    for (diagnostic const& d : diagnostics)
      if (d.kind == severity::error)
        return false;
    return true;
  }
};
using source_handle = std::shared_ptr<prepared_source const>;

/// Reads a file, or text that bears a file's name.
source_handle prepare_file(std::string const& path, compile_options const& = {});
source_handle prepare_text(std::string const& text, std::string const& name, compile_options const& = {});

/// Everything that clang and the rules of Metal have to say about a file.
std::vector<diagnostic> check_source(source_handle const&, compile_options const& = {});

enum class object_kind {
  plain,   // as fast as it gets
  checked, // every access to memory is reported to the machine
};
struct compiled {
  bool good = false;
  bool spaces_erased = false;
  std::vector<diagnostic> diagnostics;
};

/// Compiles to a shared object. `skip_barrier`: see rewrite().
compiled compile_object(source_handle const&, object_kind, std::string const& output,
                        compile_options const& = {}, std::size_t skip_barrier = 0);

/// Compiles to a program with host threads and clang's own sanitizer ("thread", "address", "undefined").
compiled compile_program(source_handle const&, std::string const& sanitizer, std::string const& output,
                         compile_options const& = {});

} // namespace enigma::metal_tool
