// SPDX-License-Identifier: MIT
#include "units.hpp"

unit first_unit() {
  return describe();
}
