// SPDX-License-Identifier: MIT
// Every case of tests/oracle: the answers of CuTe where CuTe is right, and a refusal or a true answer where
// CuTe is wrong or refuses. The laws are evaluated by `naive`, which shares no code with the library.
#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using fields = std::vector<std::string>;

/// A layout as a flat list of leaves, from its text, and the extension rule.
struct naive {
  std::vector<std::int64_t> shape, stride;

  explicit naive(std::string const& text) {
    auto const colon = text.find(':');
    shape = numbers(text.substr(0, colon));
    if (colon != std::string::npos)
      stride = numbers(text.substr(colon + 1));
    else
      for (std::int64_t next = 1; auto s : shape) {
        stride.push_back(next);
        next *= s;
      }
  }
  static std::vector<std::int64_t> numbers(std::string const& text) {
    std::vector<std::int64_t> r;
    bool in = false;
    for (char c : text) {
      if (c >= '0' && c <= '9') {
        if (!in)
          r.push_back(0);
        r.back() = r.back() * 10 + (c - '0');
      }
      in = c >= '0' && c <= '9';
    }
    return r;
  }
  [[nodiscard]] std::int64_t size() const {
    std::int64_t p = 1;
    for (auto s : shape)
      p *= s;
    return p;
  }
  std::int64_t operator()(std::int64_t i) const {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      bool const last = k + 1 == shape.size();
      sum += (last ? i : i % shape[k]) * stride[k];
      i /= shape[k];
    }
    return sum;
  }
};

/// The top-level elements of "(a,(b,c))" or "<4:1,_>"; a layout gives "a:d" elements.
fields elements(std::string const& text) {
  fields r;
  int nesting = 0;
  std::string now;
  for (char c : text) {
    if ((c == ')' || c == '>') && --nesting == 0)
      break;
    if (c == ',' && nesting == 1) {
      r.push_back(now);
      now.clear();
      continue;
    }
    if (nesting > 0)
      now += c;
    if (c == '(' || c == '<')
      ++nesting;
  }
  r.push_back(now);
  return r;
}

eg::tiler tiler_of(std::string const& text) {
  if (text == "_")
    return eg::_;
  if (text[0] == '<' || (text[0] == '(' && text.find(':') == std::string::npos)) {
    std::vector<eg::tiler> parts;
    for (auto const& e : elements(text))
      parts.push_back(tiler_of(e));
    eg::tiler t = eg::_;
    t.enclose(parts.data(), static_cast<int>(parts.size()));
    return t;
  }
  if (text.find(':') != std::string::npos)
    return eg::parse_layout(text);
  return std::stoll(text);
}

eg::hole_coord hole_of(std::string const& text) {
  if (text == "_")
    return eg::_;
  if (text[0] != '(')
    return std::stoll(text);
  std::vector<eg::hole_coord> parts;
  for (auto const& e : elements(text))
    parts.push_back(hole_of(e));
  eg::hole_coord c = 0;
  c.enclose(parts.data(), static_cast<int>(parts.size()));
  return c;
}

eg::layout L(std::string const& text) {
  return eg::parse_layout(text);
}
eg::int_tuple T(std::string const& text) {
  return eg::parse_int_tuple(text);
}
std::string S(eg::layout const& l) {
  return eg::to_string(l);
}
std::string S(bool b) {
  return b ? "true" : "false";
}
std::string S(std::int64_t n) {
  return std::to_string(n);
}

/// Answers a case: the arguments in, the result fields out.
std::map<std::string, std::function<fields(fields const&)>> const& operations() {
  using F = fields const&;
  static std::map<std::string, std::function<fields(F)>> const all{
      {"coalesce", [](F a) { return fields{S(eg::coalesce(L(a[0])))}; }},
      {"coalesce_by", [](F a) { return fields{S(eg::coalesce(L(a[0]), T(a[1])))}; }},
      {"filter", [](F a) { return fields{S(eg::filter(L(a[0])))}; }},
      {"filter_by", [](F a) { return fields{S(eg::filter(L(a[0]), T(a[1])))}; }},
      {"complement", [](F a) { return fields{S(eg::complement(L(a[0]), T(a[1])))}; }},
      {"complement1",
       [](F a) { return fields{S(eg::complement(L(a[0]), eg::cosize(eg::filter(L(a[0])))))}; }},
      {"composition", [](F a) { return fields{S(eg::composition(L(a[0]), L(a[1])))}; }},
      {"composition_tiler", [](F a) { return fields{S(eg::composition(L(a[0]), tiler_of(a[1])))}; }},
      {"with_shape", [](F a) { return fields{S(eg::with_shape(L(a[0]), T(a[1])))}; }},
      {"compatible", [](F a) { return fields{S(eg::compatible(T(a[0]), T(a[1])))}; }},
      {"congruent", [](F a) { return fields{S(eg::congruent(T(a[0]), T(a[1])))}; }},
      {"cosize", [](F a) { return fields{S(eg::cosize(L(a[0])))}; }},
      {"size", [](F a) { return fields{S(eg::size(L(a[0])))}; }},
      {"rank", [](F a) { return fields{S(std::int64_t{eg::rank(L(a[0]))})}; }},
      {"depth", [](F a) { return fields{S(std::int64_t{eg::depth(L(a[0]))})}; }},
      {"flatten", [](F a) { return fields{S(eg::flatten(L(a[0])))}; }},
      {"crd2idx", [](F a) { return fields{S(eg::crd2idx(T(a[0]), L(a[1])))}; }},
      {"crd2idx_shape", [](F a) { return fields{S(eg::crd2idx(T(a[0]), T(a[1])))}; }},
      {"idx2crd", [](F a) { return fields{eg::to_string(eg::idx2crd(T(a[0]), T(a[1])))}; }},
      {"blocked_product", [](F a) { return fields{S(eg::blocked_product(L(a[0]), L(a[1])))}; }},
      {"raked_product", [](F a) { return fields{S(eg::raked_product(L(a[0]), L(a[1])))}; }},
      {"logical_product", [](F a) { return fields{S(eg::logical_product(L(a[0]), tiler_of(a[1])))}; }},
      {"logical_divide", [](F a) { return fields{S(eg::logical_divide(L(a[0]), tiler_of(a[1])))}; }},
      {"zipped_divide", [](F a) { return fields{S(eg::zipped_divide(L(a[0]), tiler_of(a[1])))}; }},
      {"tiled_divide", [](F a) { return fields{S(eg::tiled_divide(L(a[0]), tiler_of(a[1])))}; }},
      {"flat_divide", [](F a) { return fields{S(eg::flat_divide(L(a[0]), tiler_of(a[1])))}; }},
      {"left_inverse", [](F a) { return fields{S(eg::left_inverse(L(a[0])))}; }},
      {"right_inverse", [](F a) { return fields{S(eg::right_inverse(L(a[0])))}; }},
      {"make_layout_left", [](F a) { return fields{S(eg::make_layout(T(a[0])))}; }},
      {"make_layout_right", [](F a) { return fields{S(eg::make_layout(T(a[0]), eg::row_major))}; }},
      {"make_layout_cat",
       [](F a) {
         switch (a.size()) {
         case 1:
           return fields{S(eg::make_layout(L(a[0])))};
         case 2:
           return fields{S(eg::make_layout(L(a[0]), L(a[1])))};
         case 3:
           return fields{S(eg::make_layout(L(a[0]), L(a[1]), L(a[2])))};
         default:
           return fields{S(eg::make_layout(L(a[0]), L(a[1]), L(a[2]), L(a[3])))};
         }
       }},
      {"make_ordered_layout", [](F a) { return fields{S(eg::make_ordered_layout(T(a[0]), T(a[1])))}; }},
      {"make_layout_tv",
       [](F a) {
         auto const tv = eg::make_layout_tv(L(a[0]), L(a[1]));
         return fields{eg::to_string(tv.tiler), S(tv.layout)};
       }},
      {"slice",
       [](F a) {
         auto const s = eg::slice(hole_of(a[0]), L(a[1]));
         return fields{S(s.layout), S(s.offset)};
       }},
      {"get", [](F a) { return fields{S(eg::mode(L(a[1]), static_cast<int>(std::stol(a[0]))))}; }},
  };
  return all;
}

/// R(i) = A(B(i)) everywhere.
bool composes(naive const& a, naive const& b, naive const& r) {
  if (r.size() != b.size())
    return false;
  for (std::int64_t i = 0; i < b.size(); ++i)
    if (r(i) != a(b(i)))
      return false;
  return true;
}

/// True if the divide result has every value of A, and nothing that A does not have in its extension.
bool keeps_all(naive const& a, naive const& r) {
  std::multiset<std::int64_t> want, have;
  for (std::int64_t i = 0; i < a.size(); ++i)
    want.insert(a(i));
  for (std::int64_t i = 0; i < r.size(); ++i)
    have.insert(r(i));
  for (auto v : want)
    if (have.count(v) < want.count(v))
      return false;
  return true;
}

bool law_holds(std::string const& op, fields const& a, fields const& result) {
  if (op == "composition")
    return composes(naive(a[0]), naive(a[1]), naive(result[0]));
  if (op == "with_shape")
    return composes(naive(a[0]), naive(a[1]), naive(result[0]));
  if (op == "composition_tiler") {
    // By mode for a tuple; the parts in the order of the tiler.
    auto const compare = [](auto const& self, eg::layout const& l, std::string const& t,
                            eg::layout const& r) -> bool {
      if (t == "_")
        return l == r;
      if (t[0] == '<' || (t[0] == '(' && t.find(':') == std::string::npos)) {
        auto const parts = elements(t);
        for (int i = 0; i < static_cast<int>(parts.size()); ++i)
          if (!self(self, eg::mode(l, i), parts[static_cast<std::size_t>(i)], eg::mode(r, i)))
            return false;
        return true;
      }
      return composes(naive(S(l)), naive(t), naive(S(r)));
    };
    return compare(compare, L(a[0]), a[1], L(result[0]));
  }
  if (op == "left_inverse") {
    naive const l(a[0]), r(result[0]);
    for (std::int64_t i = 0; i < l.size(); ++i)
      if (l(r(l(i))) != l(i))
        return false;
    return true;
  }
  if (op == "complement" || op == "complement1") {
    naive const l(a[0]), r(result[0]);
    std::set<std::int64_t> image;
    std::int64_t target = 0;
    for (std::int64_t i = 0; i < l.size(); ++i) {
      image.insert(l(i));
      target = std::max(target, l(i) + 1);
    }
    if (op == "complement")
      target = naive(a[1]).size();
    std::int64_t before = -1;
    std::int64_t cosize = 1;
    for (std::int64_t i = 0; i < r.size(); ++i) {
      if (r(i) <= before || (i > 0 && image.count(r(i)) != 0))
        return false;
      before = r(i);
      cosize = *image.rbegin() + r(i) + 1;
    }
    return cosize >= target;
  }
  if (op.ends_with("_divide"))
    return keeps_all(naive(a[0]), naive(result[0]));
  if (op.ends_with("_product")) {
    // The block comes first in the colexicographic order of the products by wholes; here it is enough that
    // the answer has the block as a subset and the product of the sizes, each value as often as A and T ask.
    naive const x(a[0]), r(result[0]);
    std::set<std::int64_t> have;
    for (std::int64_t i = 0; i < r.size(); ++i)
      have.insert(r(i));
    for (std::int64_t i = 0; i < x.size(); ++i)
      if (have.count(x(i)) == 0)
        return false;
    return a[1].find(':') == std::string::npos || a[1][0] == '<' || r.size() == x.size() * naive(a[1]).size();
  }
  if (op == "make_layout_tv") {
    // A bijection onto the tile is what is asked of any answer.
    naive const tv(result[1]);
    std::set<std::int64_t> have;
    for (std::int64_t i = 0; i < tv.size(); ++i)
      have.insert(tv(i));
    return static_cast<std::int64_t>(have.size()) == tv.size() && *have.rbegin() == tv.size() - 1 &&
           tv.size() == naive(result[0]).size();
  }
  return false;
}

/// Equal, or equal but for the stride of leaves of size 1, which says nothing about the function.
bool same_but_for_size_1(std::string const& a, std::string const& b) {
  if (a.find(':') == std::string::npos || b.find(':') == std::string::npos)
    return false;
  auto const x = L(a), y = L(b);
  if (!(x.shape() == y.shape()))
    return false;
  for (int k = 0; k < x.leaves(); ++k)
    if (x.leaf_shape(k) != 1 && x.leaf_stride(k) != y.leaf_stride(k))
      return false;
  return true;
}

fields split(std::string const& line) {
  fields r;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = line.find(" | ", from)) != std::string::npos; from = at + 3)
    r.push_back(line.substr(from, at - from));
  r.push_back(line.substr(from));
  return r;
}

class oracle : public testing::TestWithParam<std::string> {};

struct tally {
  int cases = 0, exact = 0, size_1 = 0, refused = 0, lawful = 0, lossy = 0;
};

/// Runs every line of a file; absent files count nothing.
tally run(std::string const& prefix, std::string const& op, bool cute_is_right) {
  tally t;
  std::ifstream file(std::string(ENIGMA_ORACLE_DIR) + "/" + prefix + op + ".txt");
  for (std::string line; std::getline(file, line);) {
    ++t.cases;
    auto all = split(line);
    all.erase(all.begin());
    if (all.back().starts_with("sum="))
      all.pop_back();
    bool const rejected = all.back().starts_with("REJECT");
    std::size_t const results = op == "make_layout_tv" || op == "slice" ? (rejected ? 1 : 2) : 1;
    fields const expected(all.end() - static_cast<std::ptrdiff_t>(results), all.end());
    fields const arguments(all.begin(), all.end() - static_cast<std::ptrdiff_t>(results));
    fields answer;
    try {
      answer = operations().at(op)(arguments);
    } catch (eg::error const& e) {
      // A tile whose own strides do not divide each other can leave elements out. CuTe does that; a divide
      // that loses elements is refused here.
      if (cute_is_right && op.ends_with("_divide") && !keeps_all(naive(arguments[0]), naive(expected[0]))) {
        ++t.lossy;
        continue;
      }
      ++t.refused;
      EXPECT_FALSE(cute_is_right) << line << "\n  " << e.what();
      EXPECT_GT(std::string(e.what()).size(), 20U) << line;
      continue;
    }
    if (!cute_is_right) {
      bool const lawful = law_holds(op, arguments, answer);
      EXPECT_TRUE(lawful) << line << "\n  answered " << answer.back();
      t.lawful += lawful ? 1 : 0;
    } else if (answer == expected)
      ++t.exact;
    else if (answer.size() == 1 && same_but_for_size_1(answer[0], expected[0]))
      ++t.size_1;
    else
      ADD_FAILURE() << line << "\n  answered " << answer.back();
  }
  return t;
}

TEST_P(oracle, agrees_with_cute_or_is_right) {
  auto const op = GetParam();
  auto const ordinary = run("", op, true);
  auto const extended = run("ext_", op, true);
  auto const anomalous = run("anomaly_", op, false);
  auto const rejected = run("reject_", op, false);
  EXPECT_GT(ordinary.cases, 0) << "no data for " << op;
  std::printf("%-20s ordinary %d of %d", op.c_str(), ordinary.exact, ordinary.cases);
  if (extended.cases > 0)
    std::printf(", extended %d of %d", extended.exact, extended.cases);
  if (ordinary.size_1 + extended.size_1 > 0)
    std::printf(", %d more but for the stride of size-1 leaves", ordinary.size_1 + extended.size_1);
  if (ordinary.lossy + extended.lossy > 0)
    std::printf(", %d refused because CuTe's answer loses elements", ordinary.lossy + extended.lossy);
  if (anomalous.cases > 0)
    std::printf("; anomalies %d: %d refused, %d right", anomalous.cases, anomalous.refused, anomalous.lawful);
  if (rejected.cases > 0)
    std::printf("; CuTe refuses %d: %d refused, %d right", rejected.cases, rejected.refused, rejected.lawful);
  std::printf("\n");
}

std::vector<std::string> names() {
  std::vector<std::string> r;
  for (auto const& [name, f] : operations())
    r.push_back(name);
  return r;
}

INSTANTIATE_TEST_SUITE_P(every, oracle, testing::ValuesIn(names()),
                         [](auto const& each) { return each.param; });

} // namespace
