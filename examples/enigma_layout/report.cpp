// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <enigma/layout/memory/bank_conflicts.hpp>
#include <enigma/layout/predicates/image.hpp>
#include <enigma/layout/predicates/vector_width.hpp>
#include <enigma/layout/swizzle/inverse.hpp>
#include <enigma/layout/swizzle/plain.hpp>
#include <enigma/layout/swizzle/vector.hpp>

#include <algorithm>

namespace eg = enigma;

namespace {

constexpr std::int64_t small_table = 1024; // cells that are shown without being asked for

/// The words of a refusal without the operation in front.
std::string reason(eg::refusal const& why) {
  std::string words = eg::error(why).what();
  constexpr std::string_view before = " refused: ";
  auto const at = words.find(before);
  return at == std::string::npos ? words : words.substr(at + before.size());
}

class lines {
public:
  void add(std::string_view name, std::string const& value) {
    text_ += "  ";
    text_ += name;
    text_.append(name.size() < 17 ? 17 - name.size() : 1, ' ');
    text_ += value + "\n";
  }
  void add(std::string_view name, std::int64_t value) { add(name, std::to_string(value)); }
  void add(std::string_view name, eg::verdict const& v) {
    add(name, v ? "yes" : v.decided ? "no: " + reason(v.why) : reason(v.why));
  }
  template <class T>
  void add(std::string_view name, eg::outcome<T> const& o) {
    add(name, o ? eg::to_string(o.held) : "none: " + reason(o.why));
  }
  /// For what refuses instead of answering with an outcome.
  template <class Ask>
  void ask(std::string_view name, Ask const& answer) {
    try {
      add(name, answer());
    } catch (eg::error const& e) {
      std::string const words = e.what();
      constexpr std::string_view before = " refused: ";
      auto const at = words.find(before);
      add(name, "none: " + (at == std::string::npos ? words : words.substr(at + before.size())));
    }
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

private:
  std::string text_;
};

/// The domain: what a layout and a composed layout have in common.
void add_domain(lines& out, eg::layout const& l) {
  out.add("shape", eg::to_string(l.shape()));
  out.add("stride", eg::to_string(l.stride()));
  out.add("rank", eg::rank(l));
  out.add("depth", eg::depth(l));
  out.ask("size", [&] { return eg::size(l); });
  out.ask("cosize", [&] { return eg::cosize(l); });
}

std::string elements(std::int64_t n) {
  return std::to_string(n) + (n == 1 ? " element" : " elements");
}

std::string layout_properties(eg::layout const& l) {
  lines out;
  add_domain(out, l);
  out.add("injective", eg::is_injective(l));
  out.ask("compact", [&] { return eg::is_compact(l); });
  out.ask("contiguous", [&] { return elements(eg::max_vector_width(l)); });
  out.add("alignment", eg::alignment(l));
  out.ask("coalesced", [&] { return eg::to_string(eg::coalesce(l)); });
  out.ask("right inverse", [&] { return eg::to_string(eg::right_inverse(l)); });
  out.add("left inverse", eg::try_left_inverse(l));
  return out.take();
}

std::string composed_properties(eg::composed_layout const& c) {
  lines out;
  out.add("swizzle", eg::to_string(c.sw));
  out.add("offset", c.offset);
  out.add("inner", eg::to_string(c.inner));
  add_domain(out, c.inner);
  out.ask("values below", [&] {
    auto const bound = eg::value_bound(c);
    return std::to_string(bound.value) + (bound.exact ? "" : " at most");
  });
  out.add("injective", eg::is_injective(c.inner)); // a swizzle is a permutation
  out.ask("alignment", [&] { return eg::max_alignment(c); });
  out.add("as a layout", eg::try_plain_with_offset(c));
  out.ask("coalesced", [&] { return eg::to_string(eg::coalesce(c)); });
  out.add("right inverse", eg::try_right_inverse(c));
  out.add("left inverse", eg::try_left_inverse(c));
  return out.take();
}

std::string tv_properties(eg::tv_layout const& tv) {
  lines out;
  out.add("tile", eg::to_string(tv.tiler));
  add_domain(out, tv.layout);
  if (eg::rank(tv.layout) == 2) {
    out.add("threads", eg::size<0>(tv.layout));
    out.add("values", eg::size<1>(tv.layout));
  }
  out.ask("partition", [&] { return eg::is_partition(tv); });
  return out.take();
}

/// The bank conflicts of 32 lanes beside each other along a mode, at every place of the rest.
std::string conflicts(eg::composed_layout const& c, eg::bank_grid const& banks) {
  lines out;
  auto const& l = c.inner;
  std::int64_t before = 1; // the linear coordinate moves by this
  for (int m = 0; m < eg::rank(l) && m < 2; ++m) {
    auto const extent = eg::size(eg::rank(l) == 1 ? l : eg::mode(l, m));
    auto const lanes = extent <= 32 ? extent : 32;
    if (extent % lanes == 0 && extent > 1) {
      eg::simd_access access;
      access.lanes = eg::layout{lanes, before};
      auto const after = before * extent;
      access.rest = eg::layout{{before, extent / lanes, eg::size(l) / after}, {1, before * lanes, after}};
      auto const r = eg::try_find_bank_conflicts(c, access, banks.element_bytes,
                                                 {banks.banks, banks.bank_bytes, 32, true});
      auto const name = "lanes in mode " + std::to_string(m);
      if (!r)
        out.add(name, reason(r.why));
      else if (r.held)
        out.add(name, std::to_string(lanes) + " lanes without bank conflicts");
      else
        out.add(name, std::to_string(lanes) + " lanes, " + std::to_string(r.held.degree) +
                          " words in a bank: lanes " + std::to_string(r.held.lane[0]) + " and " +
                          std::to_string(r.held.lane[1]) + " meet in bank " + std::to_string(r.held.bank));
    }
    before *= extent;
  }
  return out.take();
}

std::string coordinate_text(std::int64_t i, eg::int_tuple const& shape) {
  return eg::to_string(eg::idx2crd(i, shape));
}

/// The linear coordinate of what was written after --at; -1 if it has holes.
eg::int_tuple const* integers_of(eg::calculator::value const& v) {
  return v.get_if<eg::int_tuple>();
}

} // namespace

picture_of::picture_of(eg::calculator::value const& v, options const& o, eg::calculator::workbook& book)
    : options_(o) {
  if (auto const* tv = v.get_if<eg::tv_layout>()) {
    tv_ = *tv;
  } else if (auto const* c = v.get_if<eg::composed_layout>()) {
    c_ = *c;
    swizzled_ = !c_.sw.is_identity() || c_.offset != 0;
  } else if (auto const* l = v.get_if<eg::layout>()) {
    c_ = {eg::swizzle(), 0, *l};
  } else if (auto const* s = v.get_if<eg::sliced>()) {
    c_ = {eg::swizzle(0, 0, 0), s->offset, s->layout};
    swizzled_ = s->offset != 0;
  } else {
    has_picture_ = false;
  }
  if (o.tile.empty())
    return;
  auto const shape = book.evaluate(o.tile);
  auto const* t = shape.get_if<eg::int_tuple>();
  if (t == nullptr)
    eg::refused((eg::detail::sentence("--tile refused: it is a shape as in (16,256), not ")
                 << eg::calculator::to_string(shape).c_str())
                    .lines());
  if (!has_picture_ || tv_ || swizzled_)
    eg::refused("--tile refused: it needs a layout from (thread, value) to the places of the tile");
  tv_ = eg::tv_layout{*t, c_.inner};
}

std::int64_t picture_of::cells() const {
  return tv_ ? eg::size(eg::layout(tv_->tiler)) : eg::size(c_);
}

eg::layout_table picture_of::table() const {
  if (!has_picture_)
    eg::refused("a picture refused: only a layout has one, write (4,8):(1,4) or layout((4,8))");
  auto const picture = options_.refuses_large ? options_.picture : corner();
  auto t = tv_ ? eg::table(*tv_, picture) : swizzled_ ? eg::table(c_, picture) : eg::table(c_.inner, picture);
  if (!options_.title.empty())
    t.name = options_.title;
  return t;
}

eg::table_options picture_of::corner() const {
  auto r = options_.picture;
  auto const shape = tv_ ? tv_->tiler : c_.shape();
  int const modes = eg::rank(shape);
  auto const columns = eg::size(modes == 1 ? shape : shape[1]);
  auto const rows = modes == 1 ? 1 : eg::size(shape[0]);
  auto const pages = eg::size(eg::layout(shape)) / rows / columns;
  auto const left = [](eg::table_range const& part, std::int64_t all) {
    return std::min(part.count, all - std::min(all, part.first));
  };
  auto const shown = left(r.rows, rows) * left(r.columns, columns) * left(r.pages, pages);
  if (shown <= r.max_cells)
    return r;
  auto const cut = [](eg::table_range& part, std::int64_t most) {
    if (part.count == INT64_MAX)
      part.count = most;
  };
  cut(r.rows, 64);
  cut(r.columns, 64);
  cut(r.pages, 4);
  return r;
}

std::string picture_of::properties() const {
  if (!has_picture_)
    return {};
  if (tv_)
    return tv_properties(*tv_);
  auto r = swizzled_ ? composed_properties(c_) : layout_properties(c_.inner);
  if (options_.picture.colour == eg::colour_by::bank)
    r += conflicts(c_, options_.picture.banks);
  return r;
}

std::string picture_of::values() const {
  auto const most = options_.picture.max_cells;
  if (!has_picture_)
    eg::refused("--values refused: only a layout has values, write (4,8):(1,4) or layout((4,8))");
  auto const& domain = tv_ ? tv_->layout : c_.inner;
  auto const n = eg::size(domain);
  if (n > most)
    eg::refused((eg::detail::sentence("--values refused: ")
                 << n << " values are more than --max-cells " << most << "; slice the layout, or ask --at")
                    .lines());
  auto const shape = domain.shape();
  auto const places = tv_ ? eg::size(eg::layout(tv_->tiler)) : 0;
  std::string r;
  for (std::int64_t i = 0; i < n; ++i) {
    r += coordinate_text(i, shape) + " " + std::to_string(tv_ ? tv_->layout(i) : c_(i));
    if (tv_) {
      auto const place = tv_->layout(i);
      r += " " + (place >= 0 && place < places ? coordinate_text(place, tv_->tiler) : std::string("outside"));
    }
    r += "\n";
  }
  return r;
}

std::string picture_of::at(eg::calculator::value const& coordinate) const {
  if (!has_picture_)
    eg::refused("--at refused: only a layout has values at coordinates");
  if (auto const* c = integers_of(coordinate)) {
    if (!tv_)
      return std::to_string(c_(*c));
    auto const place = tv_->layout(*c);
    bool const inside = place >= 0 && place < eg::size(eg::layout(tv_->tiler));
    return std::to_string(place) + " " +
           (inside ? coordinate_text(place, tv_->tiler) : std::string("outside"));
  }
  if (auto const* c = coordinate.get_if<eg::hole_coord>())
    return tv_         ? eg::to_string(eg::slice(*c, tv_->layout))
           : swizzled_ ? eg::to_string(eg::slice(*c, c_))
                       : eg::to_string(eg::slice(*c, c_.inner));
  eg::refused((eg::detail::sentence("--at refused: a coordinate is as in 5, (1,2) or (_,2), not ")
               << eg::calculator::to_string(coordinate).c_str())
                  .lines());
}

std::string text_of(eg::layout_table const& t, options const& o, std::int64_t width) {
  eg::ascii_options style;
  style.max_width = o.width >= 0 ? o.width : width;
  style.compact = o.compact;
  if (!o.compact && !o.ascii && style.max_width > 0) { // boxes, if nothing has to be broken for them
    eg::ascii_options wide = style;
    wide.max_width = 0;
    auto const boxed = to_ascii(t, wide);
    auto const rule = boxed.find("+-");
    auto const begin = rule == std::string::npos ? 0 : boxed.rfind('\n', rule) + 1;
    style.compact = static_cast<std::int64_t>(boxed.find('\n', begin) - begin) > style.max_width;
  }
  return to_ascii(t, style);
}

std::string whole_report(eg::calculator::value const& v, picture_of const& p, options const& o,
                         std::int64_t width) {
  auto r = eg::calculator::to_string(v) + "\n" + p.properties();
  if (!p.possible() || !o.svg.empty() || !o.tex.empty())
    return r;
  auto const& shown = o.picture;
  bool const part =
      shown.rows.count != INT64_MAX || shown.columns.count != INT64_MAX || shown.pages.count != INT64_MAX;
  if (auto const n = p.cells(); n <= small_table || part) {
    auto const t = p.table();
    auto text = text_of(t, o, width);
    if (o.title.empty())
      text.erase(0, text.find('\n') + 1); // it is the first line of the report
    r += "\n" + text;
  } else {
    r += "\n" + std::to_string(n) + " cells: --ascii shows " +
         (n > o.picture.max_cells ? "the first of them" : "them") +
         ", --rows and --columns a part, --svg FILE draws them\n";
  }
  return r;
}
