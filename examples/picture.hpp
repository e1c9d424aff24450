// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

// Pictures for the examples: PNG files in and out.

struct picture_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A picture of red, green and blue planes, each (width,height):(1,width), with values from 0 to 1.
struct picture {
  unsigned width = 0;
  unsigned height = 0;
  std::vector<float> planes; // (width,height,3):(1,width,width*height)
};

/// Errors: there is no such file, or it is not a picture.
picture read_picture(std::string const& path);

/// Throws unless a file of this name can be written; leaves nothing behind.
void must_be_writable(std::string const& path);

/// Writes a PNG, whole or not at all; values outside 0 to 1 are clamped. Errors: the file cannot be written.
void write_png(std::string const& path, picture const& p);
