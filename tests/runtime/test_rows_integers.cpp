// SPDX-License-Identifier: MIT
// Rows that take integers, on all eight types, against integers of 128 bits.

#include <algorithm>
#include <iterator>

#include "rows.hpp"

namespace {

using namespace rows;

enum class becomes { same, truth, its_unsigned };

/// The result may have any number of bits; it is cut to its type. Sets `open` where MSL leaves it open.
using rule = wide (*)(wide const* x, element_kind k, bool& open);
struct row {
  op code;
  int operands;
  rule value;
  becomes result = becomes::same;
};

wide saturated(wide x, element_kind k) {
  return std::clamp(x, least(k), largest(k));
}
// u64 * u64 has 128 bits and needs no sign.
unsigned_wide product(wide a, wide b) {
  return static_cast<unsigned_wide>(a) * static_cast<unsigned_wide>(b);
}
wide upper_half(wide a, wide b, element_kind k) {
  return k == uint64 ? static_cast<wide>(product(a, b) >> 64) : (a * b) >> width(k);
}
// C++ and MSL compute scalars of less than 32 bits as int, and a count is taken modulo that type's width.
wide places(wide n, element_kind k) {
  return n & (width(k) == 64 ? 63 : 31);
}
bool has_24_bits(wide x, element_kind k) {
  return is_signed(k) ? x >= -(1 << 23) && x < 1 << 23 : x < 1 << 24;
}
wide bit(wide x, wide n) {
  return (x >> n) & 1;
}
wide middle(wide const* x) {
  wide s[3] = {x[0], x[1], x[2]};
  std::sort(s, s + 3);
  return s[1];
}

row const table[] = {
    {op::add, 2, [](wide const* x, element_kind, bool&) { return x[0] + x[1]; }},
    {op::sub, 2, [](wide const* x, element_kind, bool&) { return x[0] - x[1]; }},
    {op::mul, 2, [](wide const* x, element_kind, bool&) { return static_cast<wide>(product(x[0], x[1])); }},
    // By 0: open in MSL, 0 here. So is the remainder where one is negative: here it is C++'s.
    {op::div, 2, [](wide const* x, element_kind, bool&) { return x[1] == 0 ? 0 : x[0] / x[1]; }},
    {op::rem, 2, [](wide const* x, element_kind, bool&) { return x[1] == 0 ? 0 : x[0] % x[1]; }},
    {op::neg, 1, [](wide const* x, element_kind, bool&) { return -x[0]; }},
    {op::bit_and, 2, [](wide const* x, element_kind, bool&) { return x[0] & x[1]; }},
    {op::bit_or, 2, [](wide const* x, element_kind, bool&) { return x[0] | x[1]; }},
    {op::bit_xor, 2, [](wide const* x, element_kind, bool&) { return x[0] ^ x[1]; }},
    {op::bit_not, 1, [](wide const* x, element_kind, bool&) { return -1 - x[0]; }},
    {op::shl, 2,
     [](wide const* x, element_kind k, bool&) {
       return static_cast<wide>(static_cast<unsigned_wide>(x[0]) << places(x[1], k));
     }},
    {op::shr, 2, [](wide const* x, element_kind k, bool&) { return x[0] >> places(x[1], k); }},
    {op::eq, 2, [](wide const* x, element_kind, bool&) { return wide{x[0] == x[1]}; }, becomes::truth},
    {op::ne, 2, [](wide const* x, element_kind, bool&) { return wide{x[0] != x[1]}; }, becomes::truth},
    {op::lt, 2, [](wide const* x, element_kind, bool&) { return wide{x[0] < x[1]}; }, becomes::truth},
    {op::le, 2, [](wide const* x, element_kind, bool&) { return wide{x[0] <= x[1]}; }, becomes::truth},
    {op::gt, 2, [](wide const* x, element_kind, bool&) { return wide{x[0] > x[1]}; }, becomes::truth},
    {op::ge, 2, [](wide const* x, element_kind, bool&) { return wide{x[0] >= x[1]}; }, becomes::truth},
    {op::min, 2, [](wide const* x, element_kind, bool&) { return std::min(x[0], x[1]); }},
    {op::max, 2, [](wide const* x, element_kind, bool&) { return std::max(x[0], x[1]); }},
    {op::abs, 1, [](wide const* x, element_kind, bool&) { return x[0] < 0 ? -x[0] : x[0]; }},
    {op::clamp, 3,
     [](wide const* x, element_kind, bool& open) {
       open = x[1] > x[2]; // undefined
       return std::min(std::max(x[0], x[1]), x[2]);
     }},
    {op::min3, 3, [](wide const* x, element_kind, bool&) { return *std::min_element(x, x + 3); }},
    {op::max3, 3, [](wide const* x, element_kind, bool&) { return *std::max_element(x, x + 3); }},
    {op::median3, 3, [](wide const* x, element_kind, bool&) { return middle(x); }},
    {op::absdiff, 2,
     [](wide const* x, element_kind, bool&) { return x[0] < x[1] ? x[1] - x[0] : x[0] - x[1]; },
     becomes::its_unsigned},
    {op::addsat, 2, [](wide const* x, element_kind k, bool&) { return saturated(x[0] + x[1], k); }},
    {op::subsat, 2, [](wide const* x, element_kind k, bool&) { return saturated(x[0] - x[1], k); }},
    {op::madsat, 3,
     [](wide const* x, element_kind k, bool&) {
       if (k != uint64)
         return saturated(x[0] * x[1] + x[2], k);
       unsigned_wide const r = product(x[0], x[1]) + static_cast<unsigned_wide>(x[2]); // below 2^128
       return r >> 64 != 0 ? largest(k) : static_cast<wide>(r);
     }},
    {op::mulhi, 2, [](wide const* x, element_kind k, bool&) { return upper_half(x[0], x[1], k); }},
    {op::madhi, 3, [](wide const* x, element_kind k, bool&) { return upper_half(x[0], x[1], k) + x[2]; }},
    {op::hadd, 2, [](wide const* x, element_kind, bool&) { return (x[0] + x[1]) >> 1; }},
    {op::rhadd, 2, [](wide const* x, element_kind, bool&) { return (x[0] + x[1] + 1) >> 1; }},
    // Undefined where an operand has more than 24 bits.
    {op::mul24, 2,
     [](wide const* x, element_kind k, bool& open) {
       open = !has_24_bits(x[0], k) || !has_24_bits(x[1], k);
       return x[0] * x[1];
     }},
    {op::mad24, 3,
     [](wide const* x, element_kind k, bool& open) {
       open = !has_24_bits(x[0], k) || !has_24_bits(x[1], k);
       return open ? 0 : x[0] * x[1] + x[2];
     }},
    {op::rotate, 2,
     [](wide const* x, element_kind k, bool&) {
       wide r = 0;
       for (int i = 0; i < width(k); ++i)
         r |= bit(x[0], i) << ((i + x[1]) & (width(k) - 1));
       return r;
     }},
    {op::clz, 1,
     [](wide const* x, element_kind k, bool&) {
       wide n = 0;
       while (n < width(k) && bit(x[0], width(k) - 1 - n) == 0)
         ++n;
       return n;
     }},
    {op::ctz, 1,
     [](wide const* x, element_kind k, bool&) {
       wide n = 0;
       while (n < width(k) && bit(x[0], n) == 0)
         ++n;
       return n;
     }},
    {op::popcount, 1,
     [](wide const* x, element_kind k, bool&) {
       wide n = 0;
       for (int i = 0; i < width(k); ++i)
         n += bit(x[0], i);
       return n;
     }},
    {op::reverse_bits, 1,
     [](wide const* x, element_kind k, bool&) {
       wide r = 0;
       for (int i = 0; i < width(k); ++i)
         r = r * 2 + bit(x[0], i);
       return r;
     }},
};

trial trial_of(row const& r, element_kind k, std::vector<bits> const& values) {
  element_kind const its_unsigned = is_signed(k) ? static_cast<element_kind>(static_cast<int>(k) + 1) : k;
  element_kind const result = r.result == becomes::truth  ? boolean
                              : r.result == becomes::same ? k
                                                          : its_unsigned;
  auto const n = static_cast<std::size_t>(r.operands);
  trial t{r.code, result, std::vector<element_kind>(n, k), std::vector<std::vector<bits>>(n, values),
          [&r, k, result](bits const* operands) {
            wide x[3] = {};
            for (int o = 0; o < r.operands; ++o)
              x[o] = integer(k, operands[o]);
            bool open = false;
            wide const y = r.value(x, k, open);
            return open ? left_open : answer{cut(result, y)};
          }};
  if (r.code == op::shl || r.code == op::shr)
    t.in_vectors = [scalar = t.expected, k](bits const* operands) {
      bits const counted[] = {operands[0], operands[1] & static_cast<bits>(width(k) - 1)};
      return scalar(counted);
    };
  return t;
}

TEST(rows_of_integers, edges) {
  for (element_kind k : integers)
    for (row const& r : table)
      if ((r.code != op::mul24 && r.code != op::mad24) || width(k) == 32)
        check(trial_of(r, k, edges(k)));
}

TEST(rows_of_integers, all_values_of_8_bits_and_single_ones_of_16) {
  for (element_kind k : {int8, uint8, int16, uint16})
    for (row const& r : table)
      if (r.operands == 1 || (r.operands == 2 && width(k) == 8 && r.code != op::mul24))
        check_scalars(trial_of(r, k, all_values(k)));
}

// A field of bits: undefined where it leaves the width.
std::vector<bits> places_up_to(int most) {
  std::vector<bits> r;
  for (int n : {0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64})
    if (n <= most)
      r.push_back(static_cast<bits>(n));
  return r;
}
std::vector<bits> every_third(std::vector<bits> const& x) {
  std::vector<bits> r;
  for (std::size_t i = 0; i < x.size(); i += 3)
    r.push_back(x[i]);
  return r;
}

TEST(rows_of_integers, fields_of_bits) {
  for (element_kind k : integers) {
    auto const n = places_up_to(width(k));
    check({op::extract_bits, k, {k, uint32, uint32}, {edges(k), n, n}, [k](bits const* x) {
             wide const from = static_cast<wide>(x[1]), count = static_cast<wide>(x[2]);
             if (from + count > width(k))
               return left_open;
             wide field = 0;
             for (wide i = 0; i < count; ++i)
               field += bit(static_cast<wide>(x[0]), from + i) << i;
             if (is_signed(k) && count > 0 && bit(field, count - 1) != 0)
               field -= wide{1} << count;
             return answer{cut(k, field)};
           }});
    check({op::insert_bits,
           k,
           {k, k, uint32, uint32},
           {every_third(edges(k)), every_third(edges(k)), n, n},
           [k](bits const* x) {
             wide const to = static_cast<wide>(x[2]), count = static_cast<wide>(x[3]);
             if (to + count > width(k))
               return left_open;
             wide r = 0;
             for (wide i = 0; i < width(k); ++i) {
               bool const inside = i >= to && i < to + count;
               r += bit(static_cast<wide>(inside ? x[1] : x[0]), inside ? i - to : i) << i;
             }
             return answer{cut(k, r)};
           }});
  }
}

} // namespace
