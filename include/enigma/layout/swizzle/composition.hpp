// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/swizzle/operations.hpp>
#include <enigma/layout/swizzle/plain.hpp>

/// Compositions whose right side is a composed layout: the swizzle moves to the left, through the layout.
namespace enigma {

namespace detail {

/// A layout as a function of the bits of its index: A(x) = sum of column[j] over the bits j of x < 2^count.
struct bit_columns {
  std::int64_t column[63]; // written before it is read
  int count = 0;

  constexpr bool read(layout const& a, int bits, trouble& why) {
    flat f;
    count = bits;
    if (!coalesced_with_extension(f, a, a.profile_.whole(), why))
      return false;
    int at = 0;
    for (int k = 0; k < f.n && at < bits; ++k) {
      bool const last = k == f.n - 1;
      if (!last && !one_bit(f.s[k])) {
        int past = at; // an index below 2^bits must not leave the mode
        while (past < bits && (std::int64_t{1} << (past - at)) < f.s[k])
          ++past;
        if (past < bits || (std::int64_t{1} << (past - at)) > f.s[k]) {
          why.start()
              << "mode " << f.s[k] << ":" << f.d[k] << " of " << a
              << " is not a power of two, so that the bits of an index do not pass through one by one";
          return false;
        }
      }
      auto column_of = f.d[k];
      for (std::int64_t x = 1; at < bits && (last || x < f.s[k]); ++at) {
        column[at] = column_of;
        if (at + 1 < bits && __builtin_add_overflow(column_of, column_of, &column_of))
          return overflow(why, "an index");
        if (!last)
          x *= 2;
      }
    }
    return true;
  }

  /// The swizzle sw' with A(sw(x)) = sw'(A(x)) for 0 <= x < 2^count, where each bit that matters to the
  /// swizzle goes to a bit of its own.
  constexpr bool move_through(swizzle& r, swizzle const& sw, layout const& a, trouble& why) const {
    std::int64_t once = 0; // the bits of all columns
    std::int64_t more = 0; // those of several columns
    bool negative = false;
    for (int j = 0; j < count; ++j) {
      negative = negative || column[j] < 0;
      more |= once & column[j];
      once |= column[j];
    }
    // The pairs of bits (y, z) that sw' must have, at most one for each y.
    int partner[63]; // written before it is read
    std::int64_t reads = 0;
    for (int i = 0; i < sw.bits; ++i) {
      auto const y = sw.base + i + (sw.shift > 0 ? sw.shift : 0);
      auto const z = y - sw.shift;
      if (y >= count || z >= count || column[z] == 0)
        continue; // never read, or the change is forgotten
      if (negative || more != 0 || !one_bit(column[y]) || !one_bit(column[z])) {
        why.start() << "the swizzle does not pass through " << a << ", which takes index "
                    << (std::int64_t{1} << y) << " to " << column[y] << " and index "
                    << (std::int64_t{1} << z) << " to " << column[z];
        if (!one_bit(column[y]) || !one_bit(column[z]))
          why.words << ", not both to single bits";
        else
          why.words << ", and takes several index bits to one";
        return false;
      }
      reads |= column[y];
      if ((column[y] | column[z]) >> 62 != 0)
        return overflow(why, "a bit of the swizzle");
      partner[lowest_bit(column[y])] = lowest_bit(column[z]);
    }
    swizzle_finder found;
    for (; reads != 0; reads &= reads - 1)
      if (int const y = lowest_bit(reads); !found.add(y, partner[y])) {
        why.start() << "no single swizzle after " << a << ", it would read bits " << found.lowest << " and "
                    << y << " and change bits " << found.lowest - found.shift << " and " << partner[y];
        return false;
      }
    // The fields cannot overlap, because no bit is met twice.
    r = found.made(sw);
    return true;
  }
};

/// A(o + L(c)) = offset + inner(c), by composition with the offset as one more leaf.
constexpr bool compose_with_offset(composed_layout& r, layout const& a, layout const& l, std::int64_t o,
                                   trouble& why) {
  layout_builder out;
  r.offset = 0;
  if (o == 0) {
    if (!compose(out, a, l, why))
      return false;
    r.inner = out.made;
    return true;
  }
  layout_builder right;
  right.open();
  right.append(l);
  right.leaf(2, o);
  if (!finish(right, why))
    return false;
  right.close();
  if (!compose(out, a, right.made, why))
    return false;
  auto const& p = out.made.profile_;
  r.inner = out.made.sub(p.child_number(p.whole(), 0));
  r.offset = out.made.stride_[p.count - 1];
  return true;
}

/// Every index before and after the swizzle is below 2^bits.
constexpr bool bits_of_indices(int& bits, composed_layout const& c, trouble& why) {
  std::int64_t least = 0;
  std::int64_t most = 0;
  if (!plain_finder(c, why).range(least, most))
    return overflow(why, "an index");
  if (least < 0) {
    why.start() << "index " << least << " is negative";
    return false;
  }
  for (bits = 0; (most >> bits) != 0;)
    ++bits;
  // A change above the largest index happens only if a bit below is read.
  auto const read = c.sw.y_mask();
  if (c.sw.shift < 0 && read != 0 && (read & ((std::int64_t{1} << bits) - 1)) != 0) {
    auto const y = read & ((std::int64_t{1} << bits) - 1);
    for (auto const z = y << -c.sw.shift; (z >> bits) != 0;)
      ++bits;
  }
  return true;
}

/// A o sw o (offset o L), as sw' o (A o (offset o L)), or through the plain form of the right side.
constexpr bool compose_layout_composed(composed_layout& r, layout const& a, composed_layout const& c,
                                       trouble& why) {
  int bits = 0;
  if (bits_of_indices(bits, c, why)) {
    r.sw = swizzle(0, c.sw.base, c.sw.shift);
    bool through = c.sw.is_identity();
    bit_columns columns;
    int const all = c.sw.bits + c.sw.base + c.sw.distance();
    if (!through && all > bits) { // the whole swizzle if it passes, or what the indices reach of it
      trouble whole;
      through = columns.read(a, all, whole) && columns.move_through(r.sw, c.sw, a, whole);
    }
    through = through || (columns.read(a, bits, why) && columns.move_through(r.sw, c.sw, a, why));
    if (through && compose_with_offset(r, a, c.inner, c.offset, why))
      return true;
  }
  trouble second;
  layout_builder plain;
  plain_finder finder(c, second);
  if (c.sw.is_identity() || !finder.find(plain) ||
      !compose_with_offset(r, a, plain.made, finder.start, second))
    return false; // the reason given first stands
  r.sw = swizzle(0, c.sw.base, c.sw.shift);
  why = trouble();
  return true;
}

constexpr bool compose_swizzle_composed(composed_layout& r, swizzle const& a, composed_layout const& c,
                                        trouble& why) {
  if (composed_swizzle(r.sw, a, c.sw, why)) {
    r.offset = c.offset;
    r.inner = c.inner;
    return true;
  }
  trouble second;
  layout_builder plain;
  plain_finder finder(c, second);
  if (!finder.find(plain))
    return false;
  r = {a, finder.start, plain.made};
  why = trouble();
  return true;
}

constexpr bool compose_composed(composed_layout& r, composed_layout const& a, composed_layout const& c,
                                trouble& why) {
  composed_layout right;
  if (!compose_layout_composed(right, a.inner, c, why))
    return false;
  if (!right.sw.is_identity() && (a.offset & (right.sw.period() - 1)) != 0) {
    trouble second;
    layout_builder plain;
    plain_finder finder(right, second);
    if (!finder.find(plain)) {
      why.start() << "the offset " << a.offset << " is added after the inner swizzle " << right.sw
                  << ", and is not a multiple of its period " << right.sw.period();
      return false;
    }
    right = {swizzle(0, a.sw.base, a.sw.shift), finder.start, plain.made};
  }
  if (__builtin_add_overflow(right.offset, a.offset, &right.offset))
    return overflow(why, "the offset");
  return compose_swizzle_composed(r, a.sw, right, why);
}

} // namespace detail

/// (3) R(c) = A(C(c)) for every coordinate c of C. The swizzle moves through A: if A takes the bits that
/// matter to it to single bits, there is a swizzle sw' with A(sw(x)) = sw'(A(x)), and
///   R = sw' o A(offset) o composition(A, inner).
///   composition((8,8):(8,1), Sw<3,0,3> o 0 o (8,8):(1,8)) = Sw<3,0,-3> o 0 o (8,8):(8,1)
/// If C is plain, R is the composition with the plain layout. Errors: A spreads or merges the bits; the
/// composition with the inner layout is refused, or the offset carries in A; overflow. No form is found:
/// there may be one all the same.
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr outcome<composed_layout> try_composition(layout const& a, C const& c) {
  outcome<composed_layout> r;
  detail::trouble why;
  if (!detail::compose_layout_composed(r.held, a, c, why))
    return {composed_layout(), detail::explain("composition", a, c, why)};
  return r;
}
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr composed_layout composition(layout const& a, C const& c) {
  composed_layout r;
  detail::trouble why;
  if (!detail::compose_layout_composed(r, a, c, why))
    refused(detail::explain("composition", a, c, why));
  return r;
}

/// (4) R(c) = sw(C(c)): the two swizzles as one, or C in its plain form. Errors: they are no single swizzle
/// and C is not plain.
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr outcome<composed_layout> try_composition(swizzle const& sw, C const& c) {
  outcome<composed_layout> r;
  detail::trouble why;
  if (!detail::compose_swizzle_composed(r.held, sw, c, why))
    return {composed_layout(), detail::explain("composition", sw, c, why)};
  return r;
}
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr composed_layout composition(swizzle const& sw, C const& c) {
  composed_layout r;
  detail::trouble why;
  if (!detail::compose_swizzle_composed(r, sw, c, why))
    refused(detail::explain("composition", sw, c, why));
  return r;
}

/// (5) R(c) = A(C(c)) for two composed layouts: the inner layout of A with C as in (3), then the offset and
/// the swizzle of A. Errors: as (3) and (4); an offset of A that the swizzle cannot pass.
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr outcome<composed_layout> try_composition(composed_layout const& a, C const& c) {
  outcome<composed_layout> r;
  detail::trouble why;
  if (!detail::compose_composed(r.held, a, c, why))
    return {composed_layout(), detail::explain("composition", a, c, why)};
  return r;
}
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr composed_layout composition(composed_layout const& a, C const& c) {
  composed_layout r;
  detail::trouble why;
  if (!detail::compose_composed(r, a, c, why))
    refused(detail::explain("composition", a, c, why));
  return r;
}

} // namespace enigma
