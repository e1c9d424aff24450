// SPDX-License-Identifier: MIT
#include "units.hpp"

// Written out in both units: a shared inline function would have one address for everything.
unit first_unit() {
  return {&enigma::_, &tile, to_string(tile)};
}
