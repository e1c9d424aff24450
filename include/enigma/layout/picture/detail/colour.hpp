// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/// Colours of pictures, for readers with any kind of colour vision.
namespace enigma::detail {

struct rgb {
  int red = 255;
  int green = 255;
  int blue = 255;

  friend constexpr bool operator==(rgb const&, rgb const&) = default;
};

inline constexpr rgb black{0, 0, 0};
inline constexpr rgb white{255, 255, 255};

/// `part` hundredths of b in a.
constexpr rgb mixed(rgb const& a, rgb const& b, int part) {
  auto const mix = [&](int x, int y) { return (x * (100 - part) + y * part + 50) / 100; };
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

/// Black or white, whatever has the higher contrast on a fill as WCAG defines it; that is never below 4.5.
constexpr rgb ink_on(rgb const& fill) {
  auto const linear = [](int x) { // sRGB to light, without pow: good to a hundredth
    double const v = x / 255.0;
    return v * v * (0.7 + 0.3 * v);
  };
  auto const luminance = 0.2126 * linear(fill.red) + 0.7152 * linear(fill.green) + 0.0722 * linear(fill.blue);
  return luminance > 0.179 ? black : white; // there both have the same contrast
}

/// Things that are only told apart: eight light colours that stay different under the common kinds of colour
/// blindness (those of Paul Tol's light scheme), then the same ones lighter, darker and lightest,
/// turned by three so that equal hues do not stand below each other in a grid of 8 threads a row.
constexpr rgb distinct_colour(std::int64_t number) {
  constexpr rgb base[] = {{119, 170, 221}, {238, 136, 102}, {238, 221, 136}, {68, 187, 153},
                          {255, 170, 187}, {153, 221, 255}, {170, 170, 0},   {187, 204, 51}};
  auto const colour = base[(number + number / 8 * 3) % 8];
  switch (number / 8 % 4) {
  case 1:
    return mixed(colour, white, 45);
  case 2:
    return mixed(colour, black, 15);
  case 3:
    return mixed(colour, white, 60);
  default:
    return colour;
  }
}

/// Things that have an order: from dark blue to light yellow, ever lighter.
constexpr rgb ordered_colour(std::int64_t number, std::int64_t count) {
  constexpr rgb stop[] = {{21, 52, 106}, {58, 98, 142}, {97, 147, 166}, {151, 190, 174}, {254, 238, 160}};
  if (count < 2)
    return stop[3];
  auto const at = static_cast<int>(number * 400 / (count - 1)); // 100 from stop to stop
  return at >= 400 ? stop[4] : mixed(stop[at / 100], stop[at / 100 + 1], at % 100);
}

} // namespace enigma::detail
