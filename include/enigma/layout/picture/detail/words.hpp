// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/table.hpp>

namespace enigma::detail {

/// What stands in a cell; `arrow` between the indices before and after a swizzle.
inline std::string label_of(layout_table const& t, table_cell const& c, char const* arrow) {
  switch (t.label) {
  case label_by::owner:
    return c.owners == 0 ? "-"
                         : pair_name({c.thread, c.value}) +
                               (c.owners > 1 ? "+" + std::to_string(c.owners - 1) : std::string());
  case label_by::index:
    return std::to_string(c.index);
  case label_by::swizzling:
    return std::to_string(c.plain) + arrow + std::to_string(c.index);
  case label_by::coordinate:
    return std::to_string(c.coordinate);
  case label_by::bank:
    return std::to_string(c.bank);
  case label_by::automatic:
  case label_by::none:
    break;
  }
  return {};
}

/// What the colours mean, what is written in the cells; empty if there is nothing to explain.
inline std::string colour_legend(layout_table const& t) {
  switch (t.colour) {
  case colour_by::thread:
    return "colour: thread";
  case colour_by::value:
    return t.thread_value ? "colour: number of the value" : "colour: index";
  case colour_by::bank:
    return "colour: bank (" + std::to_string(t.banks.banks) + " of " +
           counted(t.banks.bank_bytes, " byte", " bytes") + ", elements of " +
           counted(t.banks.element_bytes, " byte", " bytes") + ")";
  default:
    return {};
  }
}
inline std::string label_legend(layout_table const& t) {
  switch (t.label) {
  case label_by::owner:
    return "T: thread, V: value";
  case label_by::index:
    return t.thread_value ? "number: place in the tile" : t.swizzled ? "number: index after the swizzle" : "";
  case label_by::swizzling:
    return "numbers: index before and after the swizzle";
  case label_by::coordinate:
    return "number: linear coordinate";
  case label_by::bank:
    return "number: bank";
  default:
    return {};
  }
}

} // namespace enigma::detail
