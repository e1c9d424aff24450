// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture.hpp>

#include <string_view>
#include <vector>

namespace gallery {

struct picture {
  std::string_view name; // of its file
  enigma::layout_table table;
};

/// The pictures of docs/gallery.md.
std::vector<picture> pictures();

} // namespace gallery
