// SPDX-License-Identifier: MIT
#include "laws.hpp"

#include "naive.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace naive {

namespace {

using texts = std::vector<std::string>;

/// Thrown where an argument or answer is not of the form that a law is about.
struct unlike {};

constexpr integer most_visits = 4'000'000;

layout L(std::string const& text) {
  auto l = read_layout(text);
  if (!l)
    throw unlike{};
  return *l;
}
tree T(std::string const& text) {
  auto t = read_tree(text);
  if (!t)
    throw unlike{};
  return *t;
}
integer N(std::string const& text) {
  auto const t = T(text);
  if (t.is != tree::kind::number)
    throw unlike{};
  return t.n;
}

/// R(i) = A(B(i)) for every i, and the coordinates of B are coordinates of R.
bool composes(layout const& a, layout const& b, layout const& r) {
  if (!compatible(b.shape(), r.shape()))
    return false;
  function const A(a), B(b), R(r);
  for (integer i = 0; i < b.size(); ++i)
    if (R(i) != A(B(i)))
      return false;
  return true;
}

/// A tiler element as a layout: n is n:1.
layout tile_of(tree const& t) {
  auto l = to_layout(t);
  if (!l)
    throw unlike{};
  return *l;
}

bool composes_by_mode(layout const& a, tree const& t, layout const& r) {
  if (t.is == tree::kind::hole)
    return same_structure(a, r);
  if (!t.is_tuple())
    return composes(a, tile_of(t), r);
  if (a.rank() < t.kids.size() || !r.is_tuple || r.rank() != t.kids.size())
    return false;
  for (std::size_t i = 0; i < t.kids.size(); ++i)
    if (!composes_by_mode(a.mode(i), t.kids[i], r.mode(i)))
      return false;
  return true;
}

/// How many tiles CuTe's definition has at most: the gaps of the tile, and the shape of coalesced A divided
/// by where the tile ends, from the left.
integer most_tiles(layout const& a, complement const& c) {
  std::vector<layout> modes;
  for (auto const& x : a.leaves())
    if (!modes.empty() && modes.back().s * modes.back().d == x.d)
      modes.back().s *= x.s;
    else if (x.s != 1)
      modes.push_back(x);
  integer tiles = c.size_of_gaps();
  integer by = c.end();
  for (auto const& m : modes) {
    tiles *= (m.s + by - 1) / by;
    by = (by + m.s - 1) / m.s;
  }
  return tiles;
}

/// One mode of a divide: R(t, r) = A(T(t) + C(r)), no element of A is left out, and there are no more tiles
/// than that takes or the definition has.
bool divides(layout const& a, layout const& t, layout const& tile, layout const& rest) {
  auto const c = complement::of(t);
  if (!c || !compatible(t.shape(), tile.shape()))
    return false;
  function const A(a), Tile(tile), Rest(rest), Of(t);
  std::vector<bool> met(static_cast<std::size_t>(a.size()));
  integer needed = 1;
  for (integer r = 0; r < rest.size(); ++r)
    for (integer i = 0; i < t.size(); ++i) {
      integer const at = Of(i) + (*c)(r);
      if (at < 0 || Tile(i) + Rest(r) != A(at))
        return false;
      if (at < a.size() && !met[static_cast<std::size_t>(at)]) {
        met[static_cast<std::size_t>(at)] = true;
        needed = r + 1;
      }
    }
  return std::find(met.begin(), met.end(), false) == met.end() &&
         rest.size() <= std::max(needed, most_tiles(a, *c));
}

/// One mode of a product: the block is A, the repetitions are C(T(t)).
bool repeats(layout const& a, layout const& t, layout const& block, layout const& repetitions) {
  auto const c = complement::of(a);
  if (!c || !same_structure(a, block) || !compatible(t.shape(), repetitions.shape()))
    return false;
  function const R(repetitions), Of(t);
  for (integer i = 0; i < t.size(); ++i) {
    auto const at = Of(i);
    if (at < 0 || R(i) != (*c)(at))
      return false;
  }
  return true;
}

using one_mode = bool (*)(layout const&, layout const&, layout const&, layout const&);

bool trivial(layout const& l) {
  return l.size() == 1;
}

/// ((First, Second), ...) mode by mode.
bool logical(one_mode law, layout const& a, tree const& t, layout const& r) {
  if (t.is == tree::kind::hole)
    return same_structure(a, r);
  if (!t.is_tuple())
    return r.is_tuple && r.rank() == 2 && law(a, tile_of(t), r.mode(0), r.mode(1));
  if (!r.is_tuple || a.rank() < t.kids.size() || r.rank() != a.rank())
    return false;
  for (std::size_t i = 0; i < a.rank(); ++i)
    if (i < t.kids.size() ? !logical(law, a.mode(i), t.kids[i], r.mode(i))
                          : !same_structure(a.mode(i), r.mode(i)))
      return false;
  return true;
}

/// First and second parts gathered apart, through nested tilers.
bool gathered(one_mode law, layout const& a, tree const& t, layout const& first, layout const& second) {
  if (t.is == tree::kind::hole)
    return same_structure(a, first) && trivial(second);
  if (!t.is_tuple())
    return law(a, tile_of(t), first, second);
  if (a.rank() < t.kids.size() || !first.is_tuple || first.rank() != t.kids.size() || !second.is_tuple ||
      second.rank() != a.rank())
    return false;
  for (std::size_t i = 0; i < a.rank(); ++i)
    if (i < t.kids.size() ? !gathered(law, a.mode(i), t.kids[i], first.mode(i), second.mode(i))
                          : !same_structure(a.mode(i), second.mode(i)))
      return false;
  return true;
}

/// Modes [b, e) as one: itself if there is one.
layout modes(layout const& l, std::size_t b, std::size_t e) {
  if (e - b == 1)
    return l.mode(b);
  std::vector<layout> m;
  for (; b < e; ++b)
    m.push_back(l.mode(b));
  return tuple_of(std::move(m));
}

bool arranged(std::string const& how, one_mode law, layout const& a, tree const& t, layout const& r) {
  if (how == "logical")
    return logical(law, a, t, r);
  auto const n = r.rank();
  if (!r.is_tuple || n < 2)
    return false;
  if (how == "zipped")
    return n == 2 && gathered(law, a, t, r.mode(0), r.mode(1));
  if (how == "tiled")
    return gathered(law, a, t, r.mode(0), modes(r, 1, n));
  for (std::size_t k = 1; k < n; ++k) // flat: somewhere the first part ends
    if (gathered(law, a, t, modes(r, 0, k), modes(r, k, n)))
      return true;
  return false;
}

/// ((A_0,T'_0), (A_1,T'_1), ...), the pairs the other way round if raked, with T' = C o T as a whole.
bool paired(layout const& a, layout const& t, layout const& r, bool raked) {
  auto const n = std::max(a.rank(), t.rank());
  // An integer tiler rakes a block of one mode as a whole.
  bool const whole = raked && !t.is_tuple && a.is_tuple && a.rank() == 1;
  if (!r.is_tuple || r.rank() != n)
    return false;
  std::vector<layout> asked, made;
  for (std::size_t i = 0; i < n; ++i) {
    auto const m = r.mode(i);
    if (!m.is_tuple || m.rank() != 2)
      return false;
    auto const block = m.mode(raked ? 1 : 0);
    if (!same_structure(block, i >= a.rank() ? layout() : whole ? a : a.mode(i)))
      return false;
    asked.push_back(i < t.rank() ? t.mode(i) : layout());
    made.push_back(m.mode(raked ? 0 : 1));
  }
  return repeats(a, tuple_of(asked), a, tuple_of(made));
}

/// Compact, the mode with the lowest number of the order first.
layout ordered(std::vector<integer> const& counts, std::vector<integer> const& order) {
  std::vector<std::size_t> by(counts.size());
  std::iota(by.begin(), by.end(), std::size_t{0});
  std::sort(by.begin(), by.end(),
            [&](auto i, auto j) { return std::pair(order[i], i) < std::pair(order[j], j); });
  std::vector<layout> m(counts.size());
  integer next = 1;
  for (auto i : by) {
    m[i].s = counts[i];
    m[i].d = next;
    next *= counts[i];
  }
  return tuple_of(std::move(m));
}

bool tiles_to_shape(layout a, tree const& shape, tree const* order, layout const& r) {
  std::size_t const n = shape.is_tuple() ? shape.kids.size() : 1;
  if (a.rank() > n)
    return false;
  if (!a.is_tuple)
    a = tuple_of({a});
  while (a.kids.size() < n)
    a.kids.emplace_back();
  std::vector<integer> counts, places;
  for (std::size_t i = 0; i < n; ++i) {
    integer const want = size(shape.is_tuple() ? shape.kids[i] : shape);
    if (want % a.mode(i).size() != 0)
      return false;
    counts.push_back(want / a.mode(i).size());
    places.push_back(order == nullptr                               ? static_cast<integer>(i)
                     : order->is_tuple() && n == order->kids.size() ? order->kids[i].n
                     : n == 1                                       ? 0
                                                                    : throw unlike{});
  }
  return paired(a, ordered(counts, places), r, false);
}

bool tv_law(layout const& thr, layout const& val, tree const& tiler, layout const& tv) {
  auto const c = complement::of(thr);
  auto const n = std::max(thr.rank(), val.rank());
  if (!c || !tiler.is_tuple() || tiler.kids.size() != n || tv.rank() != 2 ||
      tv.mode(0).size() != thr.size() || tv.mode(1).size() != val.size())
    return false;
  // The number of every position of the tile: in each mode the values are next to each other.
  function const Thr(thr), Val(val), TV(tv);
  auto const threads = thr.size();
  auto const positions = threads * val.size();
  std::vector<integer> number(static_cast<std::size_t>(positions));
  for (std::size_t i = 0; i < n; ++i)
    if (tiler.kids[i].n !=
        (i < thr.rank() ? thr.mode(i).size() : 1) * (i < val.rank() ? val.mode(i).size() : 1))
      return false;
  for (integer x = 0; x < positions; ++x) {
    integer rest = x, t = 0, v = 0, t_next = 1, v_next = 1;
    for (std::size_t i = 0; i < n; ++i) {
      integer const ts = i < thr.rank() ? thr.mode(i).size() : 1;
      integer const vs = i < val.rank() ? val.mode(i).size() : 1;
      integer const at = rest % (ts * vs);
      rest /= ts * vs;
      v += at % vs * v_next;
      t += at / vs * t_next;
      v_next *= vs;
      t_next *= ts;
    }
    number[static_cast<std::size_t>(x)] = Thr(t) + (*c)(Val(v));
  }
  // MN(tv(t, v)) = t + v * size(thr): every position belongs to one thread and value.
  std::vector<bool> met(static_cast<std::size_t>(positions));
  for (integer i = 0; i < positions; ++i) {
    integer const at = TV(i);
    if (at < 0 || at >= positions || met[static_cast<std::size_t>(at)] ||
        number[static_cast<std::size_t>(at)] != i)
      return false;
    met[static_cast<std::size_t>(at)] = true;
  }
  return true;
}

bool complements(layout const& l, integer target, bool is_shape, layout const& r) {
  function const F(l), R(r);
  std::set<integer> image;
  for (integer i = 0; i < l.size(); ++i)
    image.insert(F(i));
  // No sum is met twice, R increases, and the two reach the end of what was to be covered.
  std::set<integer> sums;
  integer before = -1;
  for (integer j = 0; j < r.size(); ++j) {
    integer const v = R(j);
    if (v <= before || (j > 0 && image.count(v) != 0))
      return false;
    before = v;
    for (auto x : image)
      if (!sums.insert(x + v).second)
        return false;
  }
  // For a single number the last repetition begins before that.
  auto const c = complement::of(l);
  integer const end = c ? c->end() : 1;
  integer const most = (std::max(target, end) + end - 1) / end * end;
  return *sums.rbegin() - *sums.begin() + 1 >= target && (is_shape || !c || R(r.size() - 1) < most);
}

/// True if for every i < n some coordinate has the value i in both.
bool common_up_to(layout const& a, layout const& b, integer n) {
  function const A(a), B(b);
  std::set<integer> both;
  for (integer i = 0; i < std::max(a.size(), b.size()); ++i) // past the smaller size by the extension rule
    if (A(i) == B(i))
      both.insert(A(i));
  for (integer i = 0; i < n; ++i)
    if (both.count(i) == 0)
      return false;
  return n >= 1;
}

/// The units of `to` bits that the elements of `from` bits touch, repeated elements once.
std::set<integer> units(layout const& l, integer from, integer to) {
  std::set<integer> r;
  function const F(l);
  auto const floor = [](integer x, integer y) { return x / y - (x % y < 0 ? 1 : 0); };
  for (integer i = 0; i < l.size(); ++i) {
    integer const first = F(i) * from;
    for (integer u = floor(first, to); u <= floor(first + from - 1, to); ++u)
      r.insert(u);
  }
  return r;
}

/// The leaves of a layout changed one by one; empty if one cannot be.
template <class Change>
std::optional<layout> leaf_by_leaf(layout l, Change const& change) {
  for (auto& k : l.kids) {
    auto r = leaf_by_leaf(k, change);
    if (!r)
      return {};
    k = *r;
  }
  if (!l.is_tuple && !change(l))
    return {};
  return l;
}

/// Elements n times as wide: the steps that stay inside an element vanish.
std::optional<layout> wider(layout const& l, integer n) {
  return leaf_by_leaf(l, [n](layout& x) {
    integer const d = std::abs(x.d);
    if (d == 0 || d % n == 0)
      x.d /= n;
    else if (n % d == 0) {
      integer const together = n / d;
      x.s = (x.s + together - 1) / together;
      x.d = x.d < 0 ? -1 : 1;
    } else
      return false;
    return true;
  });
}

/// Elements n times as narrow: the leaves of stride 1 count more of them.
std::optional<layout> narrower(layout const& l, integer n) {
  bool any = false;
  auto const r = leaf_by_leaf(l, [n, &any](layout& x) {
    any = any || x.d == 1;
    (x.d == 1 ? x.s : x.d) *= n;
    return true;
  });
  return any || n == 1 ? r : std::nullopt;
}

/// As the leaves say one by one, or else the same memory: as many coordinates as the bits of the elements
/// make, in the same units.
bool recasts(layout const& l, integer from, integer to, layout const& r) {
  if (from < 1 || to < 1)
    return false;
  auto const common = std::gcd(from, to);
  auto const wide = wider(l, to / common);
  auto const both = wide ? narrower(*wide, from / common) : std::nullopt;
  if (both && same_structure(*both, r))
    return true;
  return l.size() * from == r.size() * to && units(l, from, to) == units(r, to, to);
}

using verdict_of = bool (*)(texts const& a, texts const& r);

std::map<std::string, verdict_of> const& laws() {
  using A = texts const&;
  static std::map<std::string, verdict_of> const all{
      {"composition", [](A a, A r) { return composes_by_mode(L(a.at(0)), T(a.at(1)), L(r[0])); }},
      {"composition_tiler", [](A a, A r) { return composes_by_mode(L(a.at(0)), T(a.at(1)), L(r[0])); }},
      {"with_shape", [](A a, A r) { return composes(L(a.at(0)), compact(T(a.at(1))), L(r[0])); }},
      {"coalesce", [](A a, A r) { return same_function(L(a.at(0)), L(r[0])); }},
      {"coalesce_by",
       [](A a, A r) {
         auto const l = L(a.at(0));
         auto const p = T(a.at(1));
         return same_function(l, L(r[0])) && (!p.is_tuple() || p.kids.size() <= l.rank());
       }},
      {"flatten", [](A a, A r) { return same_function(L(a.at(0)), L(r[0])); }},
      {"complement",
       [](A a, A r) {
         auto const l = L(a.at(0));
         auto const shape = a.size() > 1 ? T(a[1]) : tree();
         return complements(l, a.size() > 1 ? size(shape) : l.cosize(), shape.is_tuple(), L(r[0]));
       }},
      {"complement1",
       [](A a, A r) {
         auto const l = L(a.at(0));
         return complements(l, l.cosize(), false, L(r[0]));
       }},
      {"right_inverse",
       [](A a, A r) {
         auto const l = L(a.at(0));
         function const F(l), R(L(r[0]));
         for (integer i = 0; i < L(r[0]).size(); ++i)
           if (R(i) < 0 || R(i) >= l.size() || F(R(i)) != i)
             return false;
         return true;
       }},
      {"left_inverse",
       [](A a, A r) {
         auto const l = L(a.at(0));
         function const F(l), R(L(r[0]));
         for (integer i = 0; i < l.size(); ++i) {
           auto const back = R(F(i));
           if (back < 0 || F(back) != F(i))
             return false;
         }
         return true;
       }},
      {"nullspace",
       [](A a, A r) {
         auto const l = L(a.at(0));
         auto const n = L(r[0]);
         integer size = 1;
         for (auto const& leaf : l.leaves())
           size *= leaf.d == 0 ? leaf.s : 1;
         function const F(l), R(n);
         std::set<integer> met;
         for (integer j = 0; j < n.size(); ++j)
           if (F(R(j)) != 0 || !met.insert(R(j)).second)
             return false;
         return n.size() == size;
       }},
      {"blocked_product", [](A a, A r) { return paired(L(a.at(0)), L(a.at(1)), L(r[0]), false); }},
      {"raked_product", [](A a, A r) { return paired(L(a.at(0)), L(a.at(1)), L(r[0]), true); }},
      {"tile_to_shape", [](A a, A r) { return tiles_to_shape(L(a.at(0)), T(a.at(1)), nullptr, L(r[0])); }},
      {"tile_to_shape_ord",
       [](A a, A r) {
         auto const order = T(a.at(2));
         return tiles_to_shape(L(a[0]), T(a[1]), &order, L(r[0]));
       }},
      {"make_layout_tv", [](A a, A r) { return tv_law(L(a.at(0)), L(a.at(1)), T(r[0]), L(r.at(1))); }},
      {"max_common_vector", [](A a, A r) { return common_up_to(L(a.at(0)), L(a.at(1)), N(r[0])); }},
      {"max_common_layout",
       [](A a, A r) {
         function const F(L(a.at(0))), G(L(a.at(1))), R(L(r[0]));
         for (integer i = 0; i < L(r[0]).size(); ++i)
           if (R(i) < 0 || F(R(i)) != i || G(R(i)) != i)
             return false;
         return true;
       }},
      {"upcast", [](A a, A r) { return recasts(L(a.at(1)), 1, N(a[0]), L(r[0])); }},
      {"downcast", [](A a, A r) { return recasts(L(a.at(1)), N(a[0]), 1, L(r[0])); }},
      {"recast_layout", [](A a, A r) { return recasts(L(a.at(2)), N(a[0]), N(a[1]), L(r[0])); }},
  };
  return all;
}

/// Too many coordinates for a visit of each.
bool too_large(texts const& all) {
  for (auto const& text : all)
    if (auto const l = read_layout(text); l && (l->size() > most_visits || l->size() < 0))
      return true;
  return false;
}

} // namespace

verdict law(std::string const& operation, texts const& arguments, texts const& answer) {
  auto const known = laws().find(operation);
  auto const place = operation.find('_');
  auto const how = operation.substr(0, place);
  bool const arrangement = how == "logical" || how == "zipped" || how == "tiled" || how == "flat";
  bool const divide = arrangement && operation == how + "_divide";
  bool const product = arrangement && operation == how + "_product";
  if (answer.empty() || (known == laws().end() && !divide && !product))
    return verdict::unknown;
  try {
    if (too_large(answer) || too_large(arguments))
      return verdict::unknown;
    bool const good = divide || product ? arranged(how, divide ? divides : repeats, L(arguments.at(0)),
                                                   T(arguments.at(1)), L(answer[0]))
                                        : known->second(arguments, answer);
    return good ? verdict::holds : verdict::broken;
  } catch (no_value const&) {
    return verdict::broken;
  } catch (unlike const&) {
    return verdict::unknown;
  } catch (std::out_of_range const&) { // fewer arguments than the law is about
    return verdict::unknown;
  }
}

} // namespace naive
