// SPDX-License-Identifier: MIT
#pragma once
#include <enigma/enigma.hpp>

#include <string>

/// What a translation unit sees of Enigma: objects that the program has once, and text made at run time.
struct unit {
  void const* underscore;
  void const* tile;
  std::string text;
};

inline constexpr enigma::layout tile{{4, 8}, {8, 1}};

unit first_unit();
unit second_unit();
