// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/complement.hpp>
#include <enigma/layout/detail/radices.hpp>

namespace enigma {

namespace detail {

/// The coalesced leaves with their domain strides, by stride, without stride 0 and without negatives.
constexpr bool by_stride(sorted_leaves& sorted, layout const& l, trouble& why, bool& negative) {
  flat f;
  negative = false;
  if (!coalesced(f, l, l.profile_.whole(), why))
    return false;
  std::int64_t prefix = 1;
  for (int k = 0; k < f.n; ++k) {
    if (f.d[k] > 0)
      sorted.insert(f.s[k], f.d[k], prefix);
    negative = negative || f.d[k] < 0;
    if (__builtin_mul_overflow(prefix, f.s[k], &prefix))
      return overflow(why, "the size of the layout");
  }
  return true;
}

/// `reached` is set to the size of the inverse.
constexpr bool right_inverse_of(flat& r, layout const& l, trouble& why, std::int64_t& reached) {
  sorted_leaves f;
  bool negative = false;
  if (!by_stride(f, l, why, negative))
    return false;
  reached = 1;
  for (int j = 0; j < f.n; ++j)
    if (f.d[j] == reached) {
      if (!r.join(f.s[j], f.prefix[j]) || __builtin_mul_overflow(reached, f.s[j], &reached))
        return overflow(why, "the size of the inverse");
    }
  return true;
}

/// Two single leaves that meet: x steps of one are y steps of the other.
constexpr bool two_leaves_meet(sorted_leaves const& f, trouble& why) {
  for (int j = 1; j < f.n; ++j)
    for (int i = 0; i < j; ++i) {
      auto const g = gcd(f.d[i], f.d[j]);
      auto const x = f.d[j] / g;
      auto const y = f.d[i] / g;
      if (x < f.s[i] && y < f.s[j]) {
        why.start() << "not injective, L(" << x * f.prefix[i] << ") = L(" << y * f.prefix[j]
                    << ") = " << x * f.d[i];
        return true;
      }
    }
  return false;
}

/// Strides that do not divide each other.
constexpr bool interleaved_inverse(flat& r, sorted_leaves const& f, std::int64_t d, std::int64_t before,
                                   trouble& why) {
  radices places;
  for (int j = 0; j < f.n; ++j)
    places.add(f.s[j], f.d[j], f.prefix[j]);
  r.n = 0;
  if (places.find()) {
    if (places.put_into(r))
      return true;
    return overflow(why, "the size of the inverse");
  }
  if (two_leaves_meet(f, why))
    return false;
  std::int64_t size = 1;
  for (int j = 0; j < f.n && size <= max_leaves; ++j)
    size *= f.s[j] <= max_leaves ? f.s[j] : max_leaves + 1;
  if (size <= max_leaves + 1) { // few enough to look at each
    radices points;
    points.points = true;
    for (std::int64_t i = 1; i < size; ++i) {
      std::int64_t at = 0;
      std::int64_t domain = 0;
      auto rest = i;
      for (int j = 0; j < f.n; rest /= f.s[j++])
        if (!add_product(at, rest % f.s[j], f.d[j]) || !add_product(domain, rest % f.s[j], f.prefix[j]))
          return overflow(why, "an index of the layout");
      points.add(1, at, domain);
    }
    if (points.find())
      return points.put_into(r) || overflow(why, "the size of the inverse");
    if (points.patient) {
      why.start() << "stride " << d << " is not a multiple of stride " << before
                  << " before it, and no layout gives the " << size << " coordinates back";
      return false;
    }
  }
  why.start() << "stride " << d << " is not a multiple of stride " << before << " before it, and "
              << (places.patient
                      ? "in no radices do the leaves add up without a carry and with whole strides back"
                      : "undecided, there are too many radices in which the leaves might add up");
  return false;
}

constexpr bool left_inverse_of(flat& r, layout const& l, trouble& why) {
  sorted_leaves f;
  bool negative = false;
  if (!by_stride(f, l, why, negative))
    return false;
  if (negative) {
    std::int64_t prefix = 1;
    for (int k = 0; k < l.profile_.count; prefix *= l.shape_[k++])
      if (l.shape_[k] != 1 && l.stride_[k] < 0) {
        why.start() << "L(" << prefix << ") = " << l.stride_[k] << ", which is no coordinate of an inverse";
        return false;
      }
  }
  std::int64_t domain = 0; // R's stride below the first leaf: indices L never reaches
  std::int64_t reached = 1;
  for (int j = 0; j < f.n; ++j) {
    if (f.d[j] % reached != 0)
      return interleaved_inverse(r, f, f.d[j], reached, why);
    auto const steps = f.d[j] / reached;
    // Leaves of one largest stride that end with the last leaf of L: it takes all their steps, unreduced.
    bool const shared = f.d[j] == reached && f.d[j] == f.d[f.n - 1] && l.shape_[l.profile_.count - 1] != 1 &&
                        l.stride_[l.profile_.count - 1] == f.d[j];
    if (j > 0 && steps < f.s[j - 1] && !shared) {
      auto const here = f.prefix[j - 1] * steps;
      why.start() << "not injective, L(" << here << ") = L(" << f.prefix[j] << ") = " << f.d[j];
      return false;
    }
    if (!r.join(steps, domain))
      return overflow(why, "the size of the inverse");
    domain = f.prefix[j];
    reached = f.d[j];
  }
  if (f.n > 0 && !r.join(f.s[f.n - 1], domain))
    return overflow(why, "the size of the inverse");
  return true;
}

} // namespace detail

/// The largest R made of leaves of L with L(R(i)) = i for 0 <= i < size(R). Never refused for a layout
/// whose size fits; R is 1:0 if no leaf has stride 1. L is a bijection onto [0, size(L)) exactly if
/// size(R) = size(L), up to leaves of size 1.
///   right_inverse((4,8):(8,1)) = (8,4):(4,1)
[[nodiscard]] constexpr layout right_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  std::int64_t size = 0;
  if (!detail::right_inverse_of(r, l, why, size))
    refused(detail::explain("right_inverse", l, why));
  detail::put(out, r);
  return out.made;
}

/// R with L(R(L(i))) = L(i) for every i; for an injective L that is R(L(i)) = i.
///   left_inverse((4,8):(8,1)) = (8,4):(4,1)
/// Errors: two coordinates with the same index (the message names them) other than by stride 0; strides
/// that do not divide each other; a negative stride.
[[nodiscard]] constexpr outcome<layout> try_left_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  if (!detail::left_inverse_of(r, l, why))
    return {layout(), detail::explain("left_inverse", l, why)};
  detail::put(out, r);
  return {out.made};
}
[[nodiscard]] constexpr layout left_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  if (!detail::left_inverse_of(r, l, why))
    refused(detail::explain("left_inverse", l, why));
  detail::put(out, r);
  return out.made;
}

} // namespace enigma
