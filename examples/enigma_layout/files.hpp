// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

struct file_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes a file, whole or not at all: what was there stays if it cannot be written. "-" is the standard
/// output. Errors: file_error.
void write_file(std::string const& path, std::string const& text);

/// Writes to the standard output at once. Errors: file_error.
void say(std::string const& text);
