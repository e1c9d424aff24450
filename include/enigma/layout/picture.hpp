// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/detail/ascii.hpp>
#include <enigma/layout/picture/detail/drawing.hpp>
#include <enigma/layout/picture/detail/svg.hpp>
#include <enigma/layout/picture/detail/tikz.hpp>
#include <enigma/layout/picture/table.hpp>

/// Pictures of layouts. `table` answers what is in the picture as data, one cell for each coordinate; from
/// there `to_ascii` makes text for a terminal, `to_svg` a drawing for a browser, `to_tikz` one for LaTeX.
///
///   to_ascii(table(layout{{2, 4}, {4, 1}}))
///   to_svg(table(make_layout_tv(thr, val)))           each thread in its colour, T and V in each cell
///   to_svg(table(composition(swizzle{3, 3, 3}, l)))   each bank in its colour
namespace enigma {

/// The table as text of 7-bit characters, every line ended. Boxed it looks as CuTe's print_layout; borders of
/// hierarchical modes are doubled. Elements of nobody are '-', of several owners the first and '+' how many
/// more; before and after a swizzle is '12>8'.
[[nodiscard]] inline std::string to_ascii(layout_table const& t, ascii_options const& options = {}) {
  return detail::ascii_writer{t, options}.all();
}

/// The table as one self-contained SVG file; hovering over a cell shows its coordinate and index.
[[nodiscard]] inline std::string to_svg(layout_table const& t) {
  return detail::svg_of(detail::drawing_of(t));
}

/// The same drawing as a LaTeX document that needs the package tikz and nothing else; its page is as large as
/// the drawing.
[[nodiscard]] inline std::string to_tikz(layout_table const& t) {
  return detail::tikz_of(detail::drawing_of(t));
}

} // namespace enigma
