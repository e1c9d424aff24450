// SPDX-License-Identifier: MIT
// The laws of swizzles and composed layouts over random ones, against `slow_composed`: a list of leaves and a
// loop over single bits, which share no code with the library.
#include "../random_cases.hpp"

#include <enigma/layout/swizzle/inverse.hpp>
#include <enigma/layout/swizzle/modes.hpp>
#include <enigma/layout/swizzle/operations.hpp>
#include <enigma/layout/swizzle/plain.hpp>
#include <enigma/layout/swizzle/vector.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using integers = std::vector<std::int64_t>;

template <class T>
T draw(T from, T to) {
  return *random_cases::in_range(from, to);
}
bool once_in(int n) {
  return draw(0, n) == 0;
}

[[maybe_unused]] int const cases = random_cases::set_number_of_cases();

std::int64_t slow_swizzle(eg::swizzle const& sw, std::int64_t x) {
  auto r = x;
  for (int i = 0; i < sw.bits; ++i) {
    int const y = sw.base + i + std::max(sw.shift, 0);
    if ((x >> y & 1) != 0)
      r ^= std::int64_t{1} << (y - sw.shift);
  }
  return r;
}

struct slow_composed {
  eg::swizzle sw;
  std::int64_t offset = 0;
  integers shape, stride;

  [[nodiscard]] std::int64_t size() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  }
  /// One number for each leaf.
  [[nodiscard]] std::int64_t at(integers const& c) const {
    auto index = offset;
    for (std::size_t k = 0; k < c.size(); ++k)
      index += c[k] * stride[k];
    return slow_swizzle(sw, index);
  }
  /// The linear coordinate, one number for each leaf; the last leaf is not reduced.
  [[nodiscard]] integers leaves_of(std::int64_t i) const {
    integers c;
    for (std::size_t k = 0; k + 1 < shape.size(); ++k) {
      c.push_back(i % shape[k]);
      i /= shape[k];
    }
    c.push_back(i);
    return c;
  }
  [[nodiscard]] std::int64_t operator()(std::int64_t i) const { return at(leaves_of(i)); }
  [[nodiscard]] integers values() const {
    integers r;
    for (std::int64_t i = 0; i < size(); ++i)
      r.push_back((*this)(i));
    return r;
  }
  /// (a,b,c), or (a,(b,c)) for more than two leaves.
  [[nodiscard]] eg::composed_layout made(bool nested = false) const {
    auto const text = [&](integers const& v) {
      std::string s = "(";
      bool const inside = nested && v.size() > 2;
      for (std::size_t k = 0; k < v.size(); ++k) {
        s += k > 0 ? "," : "";
        s += inside && k == 1 ? "(" : "";
        s += std::to_string(v[k]);
      }
      s += inside ? "))" : ")";
      return s;
    };
    return {sw, offset, eg::parse_layout(text(shape) + ":" + text(stride))};
  }
};

eg::swizzle random_swizzle() {
  int const bits = draw(0, 4);
  int const shift = bits + draw(0, 3);
  return {bits, draw(0, 4), once_in(3) ? -shift : shift};
}

enum class strides { compact, spaced, any };

slow_composed random_composed(strides kind, std::int64_t room, bool offsets = true) {
  slow_composed c;
  c.sw = random_swizzle();
  auto const n = static_cast<std::size_t>(draw(1, 4));
  bool const powers = draw(0, 2) == 0;
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < n; ++k) {
    static constexpr std::int64_t some[] = {1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 40};
    auto s = powers ? std::int64_t{1} << draw(0, 7) : some[draw(0, 12)];
    s = s <= room ? s : 1;
    room /= s;
    c.shape.push_back(s);
    order.push_back(k);
  }
  for (std::size_t i = n; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(draw(0, static_cast<int>(i)))]);
  c.stride.resize(n);
  std::int64_t next = kind == strides::compact ? 1 : draw(1, 4);
  for (auto const k : order) {
    c.stride[k] = kind != strides::any ? next
                  : once_in(3)         ? draw(-20, 60)
                                       : (std::int64_t{1} << draw(0, 9)) * (once_in(4) ? 3 : 1);
    next *= c.shape[k] * (kind == strides::compact || !once_in(4) ? 1 : draw(1, 4));
  }
  if (offsets && once_in(2))
    c.offset = once_in(2) ? std::int64_t{1} << draw(0, 9) : draw(kind == strides::any ? -10 : 0, 100);
  return c;
}

std::string show(slow_composed const& c) {
  return to_string(c.sw) + " o " + std::to_string(c.offset) + " o " + to_string(c.made().inner);
}

template <class Property>
void holds(Property const& property) {
  EXPECT_TRUE(rc::check(property));
}

/// The values of a library answer, all from its own evaluation.
integers values(eg::composed_layout const& c) {
  integers r;
  for (std::int64_t i = 0; i < size(c); ++i)
    r.push_back(c(i));
  return r;
}

TEST(swizzle, is_its_definition_and_its_inverse) {
  holds([] {
    auto const sw = random_swizzle();
    auto const x = draw(-5000, 5000);
    RC_ASSERT(sw(x) == slow_swizzle(sw, x));
    RC_ASSERT(sw(sw(x)) == x);
    RC_ASSERT(swizzled_index(std::int64_t{x}, sw) == sw(x));
    RC_ASSERT(eg::parse_swizzle(to_string(sw)) == sw);
  });
}

TEST(swizzle, two_are_one_exactly_where_one_exists) {
  // All swizzles whose bits lie below 2^11, by what they do to the single bits.
  std::map<integers, eg::swizzle> all;
  auto const images = [](auto const& f) {
    integers r;
    for (int y = 0; y < 14; ++y)
      r.push_back(f(std::int64_t{1} << y));
    return r;
  };
  for (int bits = 0; bits < 12; ++bits)
    for (int shift = -12; shift <= 12; ++shift)
      for (int base = 0; base < 12; ++base)
        if (std::abs(shift) >= bits && bits + base + std::abs(shift) <= 14) {
          eg::swizzle const sw(bits, base, shift);
          all.emplace(images([&](std::int64_t x) { return slow_swizzle(sw, x); }), sw);
        }
  int made = 0;
  int refused = 0;
  holds([&] {
    auto const a = random_swizzle();
    auto const b =
        once_in(2) ? eg::swizzle(draw(0, std::abs(a.shift) + 1), draw(0, 7), a.shift) : random_swizzle();
    auto const r = try_composition(a, b);
    bool const exists =
        all.count(images([&](std::int64_t x) { return slow_swizzle(a, slow_swizzle(b, x)); })) != 0;
    RC_ASSERT(r.has_value() == exists);
    ++(exists ? made : refused);
    if (r)
      for (int i = 0; i < 20; ++i) {
        auto const x = draw(0, 1 << 14);
        RC_ASSERT(r.held(x) == slow_swizzle(a, slow_swizzle(b, x)));
      }
  });
  EXPECT_GT(made, 100);
  EXPECT_GT(refused, 100);
}

TEST(swizzle, wider_and_narrower_elements) {
  holds([] {
    auto const sw = random_swizzle();
    int const k = draw(0, 7);
    auto const n = std::int64_t{1} << k;
    auto const x = draw(0, 3000);
    RC_ASSERT(upcast(sw, n)(x) == slow_swizzle(sw, n * x) / n);
    auto const j = draw(std::int64_t{0}, n);
    RC_ASSERT(downcast(sw, n)(n * x + j) == n * slow_swizzle(sw, x) + j);
    if (k <= sw.base)
      RC_ASSERT(slow_swizzle(sw, n * x + j) == n * upcast(sw, n)(x) + j);
    RC_ASSERT(recast_swizzle(sw, 8, 8 * n) == upcast(sw, n));
    RC_ASSERT(recast_swizzle(sw, 8 * n, 8) == downcast(sw, n));
  });
}

TEST(composed, evaluates_and_slices) {
  holds([] {
    auto const c = random_composed(strides::any, 400);
    RC_LOG() << show(c) << '\n';
    auto const l = c.made(true);
    auto const i = draw(std::int64_t{0}, c.size());
    auto const at = c.leaves_of(i);
    RC_ASSERT(l(i) == c(i));
    RC_ASSERT(eg::linear_index(i, l) == c(i));
    RC_ASSERT(coalesce(l)(i) == c(i));
    RC_ASSERT(flatten(l)(i) == c(i));
    RC_ASSERT(eg::parse_composed(to_string(l))(i) == c(i));
    if (at.size() == 2) {
      RC_ASSERT(l(at[0], at[1]) == c(i));
      RC_ASSERT(l(eg::_, at[1])(at[0]) == c(i));
      RC_ASSERT(l(at[0], eg::_)(at[1]) == c(i));
      RC_ASSERT(mode(l, 1)(at[1]) == c.at({0, at[1]}));
      RC_ASSERT(select(l, {1, 0})(at[1], at[0]) == c(i));
    }
    if (at.size() == 3) {
      eg::int_tuple const back{at[1], at[2]};
      RC_ASSERT(l(at[0], back) == c(i));
      RC_ASSERT(l(eg::int_tuple{at[0], back}) == c(i));
      eg::hole_coord const last{at[1], eg::_};
      eg::hole_coord const middle{eg::_, at[2]};
      RC_ASSERT(l(eg::_, last)(at[0], at[2]) == c(i));
      RC_ASSERT(l(at[0], middle)(at[1]) == c(i));
      RC_ASSERT(take(l, 1, 2)(at[1] + at[2] * c.shape[1]) == c.at({0, at[1], at[2]}));
    }
  });
}

/// Whether h with h(0) = 0 is a layout function: every run of equal steps has to repeat.
bool is_layout_function(integers const& h) {
  std::size_t n = 1;
  while (n < h.size() && h[n] == static_cast<std::int64_t>(n) * h[1])
    ++n;
  if (n >= h.size())
    return true;
  if (h.size() % n != 0)
    return false;
  integers starts;
  for (std::size_t i = 0; i < h.size(); ++i) {
    if (i % n == 0)
      starts.push_back(h[i]);
    else if (h[i] != starts.back() + static_cast<std::int64_t>(i % n) * h[1])
      return false;
  }
  return is_layout_function(starts);
}

/// Whether any layout of this shape, refined or not, and a constant have the values: by enumeration.
bool is_plain(slow_composed const& c) {
  integers const zero(c.shape.size(), 0);
  auto const start = c.at(zero);
  std::vector<integers> leaf;
  for (std::size_t k = 0; k < c.shape.size(); ++k) {
    leaf.emplace_back();
    auto at = zero;
    for (; at[k] < c.shape[k]; ++at[k])
      leaf[k].push_back(c.at(at) - start);
    if (!is_layout_function(leaf[k]))
      return false;
  }
  for (std::int64_t i = 0; i < c.size(); ++i) {
    auto const at = c.leaves_of(i);
    auto sum = start;
    for (std::size_t k = 0; k < at.size(); ++k)
      sum += leaf[k][static_cast<std::size_t>(at[k])];
    if (sum != c.at(at))
      return false;
  }
  return true;
}

TEST(composed, is_plain_exactly_where_a_layout_exists) {
  int plain = 0;
  int refused = 0;
  int bound = 0;
  holds([&] {
    auto const c = random_composed(strides::any, 1500);
    RC_LOG() << show(c) << '\n';
    auto const l = c.made(true);
    auto const r = try_plain_with_offset(l);
    RC_ASSERT(r.has_value() == is_plain(c));
    auto const v = c.values();
    if (r) {
      ++plain;
      RC_ASSERT(compatible(l.shape(), r.held.layout.shape()));
      for (std::int64_t i = 0; i < c.size(); ++i)
        RC_ASSERT(r.held.offset + r.held.layout(i) == v[static_cast<std::size_t>(i)]);
    } else { // the witness is one
      ++refused;
      std::string const words = eg::error(r.why).what();
      auto const at = words.find("at coordinate ");
      RC_ASSERT(at != std::string::npos);
      auto const coordinate = std::stoull(words.substr(at + 14));
      auto const value = std::stoll(words.substr(words.find("value is ", at) + 9));
      RC_ASSERT(v.at(coordinate) == value);
      RC_ASSERT(value != std::stoll(words.substr(words.find("but ", at) + 4)));
    }
    RC_ASSERT(try_plain(l).has_value() == (r.has_value() && v[0] == 0));
    if (c.offset == 0)
      RC_ASSERT(is_linear_under(c.sw, l.inner) == r.has_value());
    auto const reach = value_bound(l);
    auto const largest = *std::max_element(v.begin(), v.end());
    RC_ASSERT(reach.value > largest);
    RC_ASSERT((!reach.exact || reach.value == largest + 1));
    bound += reach.exact ? 1 : 0;
  });
  EXPECT_GT(plain, 100);
  EXPECT_GT(refused, 100);
  EXPECT_GT(bound, 100);
}

TEST(composed, plain_does_not_depend_on_the_size) {
  // A leaf of 2^20 periods more is plain if and only if the short one is, with the same first leaves.
  holds([] {
    auto c = random_composed(strides::any, 300);
    c.shape.push_back(2);
    c.stride.push_back(c.sw.period());
    auto const few = try_plain_with_offset(c.made());
    c.shape.back() = std::int64_t{1} << 20;
    auto const many = try_plain_with_offset(c.made());
    RC_ASSERT(few.has_value() == many.has_value());
    if (many)
      for (int i = 0; i < 20; ++i) {
        auto const x = draw(std::int64_t{0}, c.size());
        RC_ASSERT(many.held.offset + many.held.layout(x) == c(x));
      }
  });
}

TEST(composed, composition_with_a_layout) {
  int made = 0;
  holds([&] {
    auto const c = random_composed(strides::spaced, 300);
    auto const b = random_composed(strides::any, 60, false);
    RC_PRE(std::all_of(b.stride.begin(), b.stride.end(), [](auto d) { return d >= 0; }));
    RC_LOG() << show(c) << " | " << show(b) << '\n';
    auto const r = try_composition(c.made(), b.made().inner);
    RC_ASSERT(r.has_value() == try_composition(c.made().inner, b.made().inner).has_value());
    if (!r)
      return;
    ++made;
    RC_ASSERT(compatible(b.made().shape(), r.held.shape()));
    for (std::int64_t i = 0; i < b.size(); ++i)
      RC_ASSERT(r.held(i) == c(b.made().inner(i)));
  });
  EXPECT_GT(made, 100);
}

TEST(composed, composition_of_a_layout_with_a_composed_one) {
  int made = 0;
  int swizzled = 0;
  holds([&] {
    auto const c = random_composed(strides::spaced, 256);
    auto a = random_composed(once_in(2) ? strides::compact : strides::spaced, 4096);
    RC_LOG() << show(a) << " | " << show(c) << '\n';
    auto const outer = a.made();
    auto const right = c.made();
    if (auto const r = try_composition(outer.inner, right)) {
      ++made;
      swizzled += r.held.sw.is_identity() ? 0 : 1;
      RC_ASSERT(compatible(right.shape(), r.held.shape()));
      for (std::int64_t i = 0; i < c.size(); ++i)
        RC_ASSERT(r.held(i) == outer.inner(c(i)));
    }
    if (auto const r = try_composition(outer, right))
      for (std::int64_t i = 0; i < c.size(); ++i)
        RC_ASSERT(r.held(i) == a(c(i)));
    if (auto const r = try_composition(a.sw, right))
      for (std::int64_t i = 0; i < c.size(); ++i)
        RC_ASSERT(r.held(i) == slow_swizzle(a.sw, c(i)));
  });
  EXPECT_GT(made, 100);
  EXPECT_GT(swizzled, 100);
}

TEST(composed, inverses) {
  int right = 0;
  int left = 0;
  holds([&] {
    auto const c = random_composed(once_in(2) ? strides::compact : strides::spaced, 512, once_in(4));
    RC_LOG() << show(c) << '\n';
    if (auto const r = try_right_inverse(c.made())) {
      right += size(r.held) > 1 ? 1 : 0;
      auto const inverse = values(r.held);
      for (std::size_t i = 0; i < inverse.size(); ++i)
        RC_ASSERT(c(inverse[i]) == static_cast<std::int64_t>(i));
    }
    if (auto const r = try_left_inverse(c.made())) {
      ++left;
      for (std::int64_t i = 0; i < c.size(); ++i)
        RC_ASSERT(c(r.held(c(i))) == c(i));
    }
  });
  EXPECT_GT(right, 100);
  EXPECT_GT(left, 100);
}

TEST(composed, divides_and_products) {
  holds([&] {
    auto const c = random_composed(strides::any, 200);
    auto const l = c.made();
    RC_LOG() << show(c) << '\n';
    auto const n = c.shape[0];
    auto const t = draw(std::int64_t{1}, n + 1);
    auto const i = draw(std::int64_t{0}, c.size());
    auto const at = c.leaves_of(i);
    if (n % t == 0) {
      eg::int_tuple const tile{t};
      auto const r = try_zipped_divide(l, tile);
      RC_ASSERT(r.has_value()); // one leaf by a tile that divides it
      integers rest(at.begin() + 1, at.end());
      auto linear = at[0] / t;
      auto stride = n / t;
      for (std::size_t k = 1; k < at.size(); ++k) {
        linear += at[k] * stride;
        stride *= c.shape[k];
      }
      RC_ASSERT(r.held(at[0] % t, linear) == c(i));
      RC_ASSERT(values(logical_divide(l, tile)) != integers{});
      RC_ASSERT(tiled_divide(l, tile).inner == tiled_divide(l.inner, tile));
      RC_ASSERT(flat_divide(l, tile).inner == flat_divide(l.inner, tile));
    }
    if (auto const r = try_blocked_product(l, eg::layout(3))) {
      RC_ASSERT(r.held.offset == l.offset);
      RC_ASSERT(r.held.inner == blocked_product(l.inner, eg::layout(3)));
    }
  });
}

TEST(composed, wider_and_narrower_elements) {
  int wider = 0;
  int narrower = 0;
  holds([&] {
    // Mode 0 lies together in whole wide elements; the others step over whole ones.
    int const k = draw(0, 4);
    auto const n = std::int64_t{1} << k;
    auto c = random_composed(strides::spaced, 60);
    c.shape[0] *= n;
    for (auto& d : c.stride)
      d *= n;
    c.stride[0] = 1;
    if (once_in(2))
      c.offset *= n;
    RC_LOG() << show(c) << " by " << n << '\n';
    auto const l = c.made();
    auto const r = try_upcast(l, n);
    RC_ASSERT(r.has_value() == (c.offset % n == 0 && (c.sw.bits == 0 || k <= c.sw.base)));
    // Downcast widens every leaf of stride 1, so it goes back if there is one, mode 0.
    bool back = r.has_value() && c.shape[0] > n;
    for (int j = 0; back && j < r.held.inner.leaves(); ++j)
      back = (r.held.inner.leaf_stride(j) == 1) == (j == 0);
    narrower += back ? 1 : 0;
    for (std::int64_t i = 0; r && i < c.size(); ++i) {
      auto at = c.leaves_of(i);
      auto const inside = at[0] % n;
      at[0] /= n;
      std::int64_t wide = 0;
      std::int64_t prefix = 1;
      for (std::size_t j = 0; j < at.size(); ++j) {
        wide += at[j] * prefix;
        prefix *= j == 0 ? c.shape[0] / n : c.shape[j];
      }
      RC_ASSERT(c(i) == n * r.held(wide) + inside);
      if (back)
        RC_ASSERT(downcast(r.held, n)(i) == c(i));
    }
    if (r) {
      ++wider;
      RC_ASSERT(recast_layout(l, 8, 8 * n) == r.held);
      RC_ASSERT(recast_layout(r.held, 8 * n, 8)(0) == c(0));
    }
  });
  EXPECT_GT(wider, 100);
  EXPECT_GT(narrower, 100);
}

TEST(composed, what_lies_together) {
  holds([&] {
    auto const a = random_composed(once_in(2) ? strides::compact : strides::spaced, 256);
    auto b = once_in(2) ? a : random_composed(strides::compact, 256);
    if (once_in(2))
      b.sw = a.sw;
    RC_LOG() << show(a) << " | " << show(b) << '\n';
    auto const x = a.made();
    auto const y = b.made();
    auto const n = max_common_vector(x, y);
    RC_ASSERT(n >= 1);
    auto const r = max_common_layout(x.inner, y.inner);
    bool const same = a.sw == b.sw && a.offset == b.offset;
    for (std::int64_t i = 0; i < n; ++i) {
      if (same)
        RC_ASSERT(a(r(i)) == b(r(i)));
      else {
        RC_ASSERT(a(r(i)) == a(r(0)) + i);
        RC_ASSERT(b(r(i)) == b(r(0)) + i);
      }
    }
    auto const one = max_common_vector(x, y.inner);
    for (std::int64_t i = 0; i < one; ++i)
      RC_ASSERT(a(r(i)) == a(r(0)) + i);
    RC_ASSERT(max_common_vector(y.inner, x) <=
              std::max<std::int64_t>(max_common_vector(x.inner, y.inner), 1));

    auto const group = max_alignment(x);
    auto const v = a.values();
    std::set<std::int64_t> const image(v.begin(), v.end());
    for (auto const value : image)
      for (std::int64_t j = 0; j < group; ++j)
        RC_ASSERT(image.count(value / group * group + j) == 1);
  });
}

} // namespace
