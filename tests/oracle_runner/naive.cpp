// SPDX-License-Identifier: MIT
#include "naive.hpp"

#include <algorithm>
#include <charconv>

namespace naive {

namespace {

class reader {
public:
  explicit reader(std::string_view text) : text_(text) {}

  std::optional<tree> element() {
    auto t = tuple();
    if (!t || !eat(':'))
      return t;
    auto d = tuple();
    if (!d)
      return {};
    tree l;
    l.is = tree::kind::layout;
    l.kids = {*t, *d};
    return l;
  }
  bool eat(char c) {
    bool const is = at_ < text_.size() && text_[at_] == c;
    at_ += is ? 1 : 0;
    return is;
  }
  bool eat(std::string_view word) {
    bool const is = text_.substr(at_).starts_with(word);
    at_ += is ? word.size() : 0;
    return is;
  }
  std::optional<integer> number() {
    integer n = 0;
    auto const rest = text_.substr(at_);
    auto const [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
    if (fault != std::errc())
      return {};
    at_ += static_cast<std::size_t>(end - rest.data());
    return n;
  }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

private:
  std::optional<tree> tuple() {
    tree t;
    if (eat('_')) {
      t.is = tree::kind::hole;
      return t;
    }
    char const open = at_ < text_.size() ? text_[at_] : '\0';
    if (open != '(' && open != '<') {
      auto const n = number();
      if (!n)
        return {};
      t.n = *n;
      return t;
    }
    ++at_;
    t.is = tree::kind::tuple;
    do {
      auto e = element();
      if (!e)
        return {};
      t.kids.push_back(std::move(*e));
    } while (eat(','));
    if (!eat(open == '(' ? ')' : '>'))
      return {};
    return t;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<layout> pair(tree const& s, tree const& d) {
  if (s.is != d.is || s.kids.size() != d.kids.size())
    return {};
  layout l;
  if (s.is == tree::kind::number) {
    l.s = s.n;
    l.d = d.n;
    return l;
  }
  if (!s.is_tuple())
    return {};
  l.is_tuple = true;
  for (std::size_t i = 0; i < s.kids.size(); ++i) {
    auto m = pair(s.kids[i], d.kids[i]);
    if (!m)
      return {};
    l.kids.push_back(std::move(*m));
  }
  return l;
}

void collect(std::vector<layout>& all, layout const& l) {
  if (!l.is_tuple)
    all.push_back(l);
  for (auto const& k : l.kids)
    collect(all, k);
}

layout compact_from(tree const& t, integer& next) {
  layout l;
  l.is_tuple = t.is_tuple();
  for (auto const& k : t.kids)
    l.kids.push_back(compact_from(k, next));
  if (!l.is_tuple) {
    l.s = t.n;
    l.d = next;
    next *= t.n;
  }
  return l;
}

} // namespace

std::optional<tree> read_tree(std::string_view text) {
  reader r(text);
  auto t = r.element();
  if (!t || !r.at_end())
    return {};
  return t;
}

integer layout::size() const {
  integer p = 1;
  for (auto const& l : leaves())
    p *= l.s;
  return p;
}

integer layout::cosize() const {
  integer sum = 1;
  for (auto const& l : leaves())
    sum += (l.s - 1) * (l.d < 0 ? -l.d : l.d);
  return sum;
}

tree layout::shape() const {
  tree t;
  t.n = s;
  if (is_tuple)
    t.is = tree::kind::tuple;
  for (auto const& k : kids)
    t.kids.push_back(k.shape());
  return t;
}

std::vector<layout> layout::leaves() const {
  std::vector<layout> all;
  collect(all, *this);
  return all;
}

integer function::operator()(integer i) const {
  if (i < 0 && leaves_.size() > 1)
    throw no_value{};
  integer sum = 0;
  for (std::size_t k = 0; k + 1 < leaves_.size(); ++k) {
    sum += i % leaves_[k].s * leaves_[k].d;
    i /= leaves_[k].s;
  }
  return sum + i * leaves_.back().d;
}

std::optional<layout> to_layout(tree const& t) {
  if (t.is == tree::kind::layout)
    return pair(t.kids[0], t.kids[1]);
  if (t.is == tree::kind::hole)
    return {};
  return compact(t);
}

std::optional<layout> read_layout(std::string_view text) {
  auto const t = read_tree(text);
  if (!t)
    return {};
  return to_layout(*t);
}

layout compact(tree const& shape) {
  integer next = 1;
  return compact_from(shape, next);
}

layout tuple_of(std::vector<layout> modes) {
  layout l;
  l.is_tuple = true;
  l.kids = std::move(modes);
  return l;
}

integer size(tree const& shape) {
  if (!shape.is_tuple())
    return shape.n;
  integer p = 1;
  for (auto const& k : shape.kids)
    p *= size(k);
  return p;
}

bool compatible(tree const& a, tree const& b) {
  if (!a.is_tuple())
    return a.n == size(b);
  if (!b.is_tuple() || a.kids.size() != b.kids.size())
    return false;
  for (std::size_t i = 0; i < a.kids.size(); ++i)
    if (!compatible(a.kids[i], b.kids[i]))
      return false;
  return true;
}

bool same_function(layout const& a, layout const& b) {
  if (a.size() != b.size())
    return false;
  function const f(a);
  function const g(b);
  for (integer i = 0; i < a.size(); ++i)
    if (f(i) != g(i))
      return false;
  return true;
}

bool same_structure(layout const& a, layout const& b) {
  if (a.is_tuple != b.is_tuple || a.kids.size() != b.kids.size())
    return false;
  if (!a.is_tuple)
    return a.s == b.s && (a.s == 1 || a.d == b.d);
  for (std::size_t i = 0; i < a.kids.size(); ++i)
    if (!same_structure(a.kids[i], b.kids[i]))
      return false;
  return true;
}

integer composed::swizzled(integer x) const {
  auto const field = ((integer{1} << b) - 1) << (m + std::max(0, s));
  return s >= 0 ? x ^ ((x & field) >> s) : x ^ ((x & field) << -s);
}

std::optional<composed> read_composed(std::string_view text) {
  composed c;
  if (text.starts_with("Sw<")) {
    reader r(text);
    r.eat(std::string_view("Sw<"));
    auto const b = r.number();
    bool good = b && r.eat(',');
    auto const m = good ? r.number() : std::nullopt;
    good = m && r.eat(',');
    auto const s = good ? r.number() : std::nullopt;
    good = s && r.eat(std::string_view("> o "));
    auto const offset = good ? r.number() : std::nullopt;
    if (!offset || !r.eat(std::string_view(" o ")))
      return {};
    c.b = static_cast<int>(*b);
    c.m = static_cast<int>(*m);
    c.s = static_cast<int>(*s);
    c.offset = *offset;
    text.remove_prefix(text.rfind(' ') + 1);
  }
  auto const l = read_layout(text);
  if (!l)
    return {};
  c.inner = *l;
  return c;
}

std::optional<complement> complement::of(layout const& l) {
  complement c;
  auto leaves = l.leaves();
  std::erase_if(leaves, [](layout const& x) { return x.s == 1 || x.d == 0; });
  std::sort(leaves.begin(), leaves.end(),
            [](layout const& x, layout const& y) { return x.d != y.d ? x.d < y.d : x.s < y.s; });
  for (auto const& x : leaves) {
    if (x.d < c.last_)
      return {};
    layout gap;
    gap.s = x.d / c.last_;
    gap.d = c.last_;
    c.gaps_.push_back(gap);
    c.last_ = x.s * x.d;
  }
  return c;
}

integer complement::size_of_gaps() const {
  integer p = 1;
  for (auto const& g : gaps_)
    p *= g.s;
  return p;
}

integer complement::operator()(integer j) const {
  integer sum = 0;
  for (auto const& g : gaps_) {
    sum += j % g.s * g.d;
    j /= g.s;
  }
  return sum + j * last_;
}

} // namespace naive
