// SPDX-License-Identifier: MIT
#include "units.hpp"

#include <cstdio>

unit second_unit() {
  return {&enigma::_, &tile, to_string(tile)};
}

int main() {
  auto const a = first_unit();
  auto const b = second_unit();
  bool const one_program = a.underscore == b.underscore && a.tile == b.tile;
  bool const same_text = a.text == b.text && a.text == "(4,8):(8,1)";
  if (!one_program || !same_text)
    std::printf("the two units disagree: %s and %s, %s objects\n", a.text.c_str(), b.text.c_str(),
                one_program ? "the same" : "different");
  return one_program && same_text ? 0 : 1;
}
