// SPDX-License-Identifier: MIT
// What lanes give each other, for groups of 32 (a simdgroup) and of 4 (a quadgroup).
//
// Every function is one meeting of the lanes (metal_host_simd_exchange), after which each works out its own
// result. Sums and products go from the lowest lane to the highest, each step rounded.
#pragma once
#pragma clang system_header
#include "as_type.h"
#include "construct.h"
#include "place.h"

// Not inlined: they touch nothing but what lanes exchange, so no line of the kernel is to be named in them,
// and a kernel with many calls compiles fast.
#define METAL_HOST_OUTLINE inline __attribute__((__noinline__, __nodebug__))

namespace metal_host {

/// Where a call stands, and what it is called.
struct call {
  char const* what;
  char const* file;
  unsigned line;
};

template <class T>
constexpr bool is_packed = false;
template <class T, int N>
constexpr bool is_packed<packed<T, N>> = true;

template <class T, int Width>
METAL_HOST_CONSTEXPR void check_lane_type() {
  using E = element_t<T>;
  static_assert(!is_packed<T>,
                "simdgroup and quadgroup functions take no packed vectors: convert them first");
  static_assert(is_number<E>,
                "simdgroup and quadgroup functions take scalars and vectors: pass a struct or a matrix "
                "member by member");
  static_assert(!same<E, bool>,
                "simdgroup and quadgroup functions take no bool: convert it to ushort or uint first");
  static_assert(Width == 4 || !is_number<E> || sizeof(E) < 8,
                "simdgroup functions take no long and no ulong: as_type<uint2> has them in two halves");
}

template <class T, int Width>
struct gathered {
  alignas(16) unsigned char bytes[32 * sizeof(T)];
  uint active; // of the lanes of the simdgroup
  uint lane;
  call from;

  METAL_HOST_INLINE T operator[](uint i) const {
    T x;
    __builtin_memcpy(&x, bytes + i * sizeof(T), sizeof(T));
    return x;
  }
  METAL_HOST_INLINE bool has(uint i) const { return (active >> i & 1u) != 0; }
  METAL_HOST_INLINE uint first() const { return lane & ~uint(Width - 1); }
  METAL_HOST_INLINE uint place() const { return lane & uint(Width - 1); }
  /// The value of a lane of this group, which has to be there.
  METAL_HOST_OUTLINE T read(uint i) const {
    if (i >= uint(Width))
      metal_host_fail(Width == 32 ? "reads a lane that does not exist: a simdgroup has 32"
                                  : "reads a lane that does not exist: a quadgroup has 4",
                      from.what, from.file, from.line);
    uint const source = (first() + i) & 31u;
    if (!has(source))
      metal_host_inactive_lane(source, from.what, from.file, from.line);
    return (*this)[source];
  }
};

template <class T, int Width>
METAL_HOST_OUTLINE gathered<T, Width> gather(T const& mine, uint uniform, call from) {
  static_assert(sizeof(T) <= metal_host_exchange_bytes, "too many bytes for one exchange");
  gathered<T, Width> g;
  __builtin_memset(g.bytes, 0xcd, sizeof(g.bytes));
  metal_host_lanes const lanes =
      metal_host_simd_exchange(&mine, sizeof(T), g.bytes, uniform, from.what, from.file, from.line);
  g.active = lanes.active;
  g.lane = lanes.lane;
  g.from = from;
  return g;
}

// ---- Moving values.
// -----------------------------------------------------------------------------------------
template <int Width, class T>
METAL_HOST_OUTLINE T lane_broadcast(T x, uint lane, call from) {
  check_lane_type<T, Width>();
  return gather<T, Width>(x, lane, from).read(lane);
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_broadcast_first(T x, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, 0, from);
  uint i = g.first();
  while (!g.has(i))
    ++i;
  return g[i];
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle(T x, uint lane, call from) {
  check_lane_type<T, Width>();
  return gather<T, Width>(x, 0, from).read(lane);
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_xor(T x, uint mask, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, mask, from);
  return g.read(g.place() ^ mask);
}
// Beyond the edge a lane keeps its own value.
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_up(T x, uint delta, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, delta, from);
  return g.place() < delta ? x : g.read(g.place() - delta);
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_down(T x, uint delta, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, delta, from);
  return g.place() + delta >= uint(Width) ? x : g.read(g.place() + delta);
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_rotate_up(T x, uint delta, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, delta, from);
  return g.read((g.place() - delta) & uint(Width - 1));
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_rotate_down(T x, uint delta, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, delta, from);
  return g.read((g.place() + delta) & uint(Width - 1));
}

template <class T>
struct data_and_fill {
  T data, fill;
};
template <int Width>
METAL_HOST_INLINE void check_modulo(uint delta, uint modulo, call from) {
  if (modulo < 2 || modulo > uint(Width) || (modulo & (modulo - 1)) != 0)
    metal_host_fail(Width == 32 ? "the modulo is 2, 4, 8, 16 or 32" : "the modulo is 2 or 4", from.what,
                    from.file, from.line);
  if (delta > modulo)
    metal_host_fail("the delta is greater than the modulo", from.what, from.file, from.line);
}
// In each block of `modulo` lanes: data moved up, the places below taken by the block's upper lanes of fill.
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_and_fill_up(T data, T fill, uint delta, uint modulo, call from) {
  check_lane_type<T, Width>();
  check_modulo<Width>(delta, modulo, from);
  data_and_fill<T> const mine{data, fill};
  auto const g = gather<data_and_fill<T>, Width>(mine, delta | modulo << 16, from);
  uint const at = g.place() & (modulo - 1);
  return at < delta ? g.read(g.place() + modulo - delta).fill : g.read(g.place() - delta).data;
}
template <int Width, class T>
METAL_HOST_OUTLINE T lane_shuffle_and_fill_down(T data, T fill, uint delta, uint modulo, call from) {
  check_lane_type<T, Width>();
  check_modulo<Width>(delta, modulo, from);
  data_and_fill<T> const mine{data, fill};
  auto const g = gather<data_and_fill<T>, Width>(mine, delta | modulo << 16, from);
  uint const at = g.place() & (modulo - 1);
  return at + delta >= modulo ? g.read(g.place() + delta - modulo).fill : g.read(g.place() + delta).data;
}

// ---- Combining values: integers wrap around.
// ----------------------------------------------------------------
struct sum_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    if constexpr (is_integer<E>)
      return E(ulong(a) + ulong(b));
    else
      return a + b;
  }
};
struct product_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    if constexpr (is_integer<E>)
      return E(ulong(a) * ulong(b));
    else
      return a * b;
  }
};
// The other one where one is no number, as min and max.
struct least_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    return a != a ? b : b < a ? b : a;
  }
};
struct greatest_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    return a != a ? b : a < b ? b : a;
  }
};
struct and_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    return E(a & b);
  }
};
struct or_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    return E(a | b);
  }
};
struct xor_of {
  template <class E>
  static METAL_HOST_INLINE E combine(E a, E b) {
    return E(a ^ b);
  }
};

template <class How, class T>
METAL_HOST_OUTLINE T combined(T a, T const& b) {
  if constexpr (!is_vector<T>) {
    return How::template combine<T>(a, b);
  } else {
    for (int i = 0; i < count_of<T>; ++i)
      a[i] = How::template combine<element_t<T>>(a[i], b[i]);
    return a;
  }
}

template <int Width, class How, class T>
METAL_HOST_OUTLINE T lane_reduce(T x, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, 0, from);
  T r = x;
  bool some = false;
  for (uint i = g.first(); i < g.first() + uint(Width); ++i)
    if (g.has(i)) {
      r = some ? combined<How>(r, g[i]) : g[i];
      some = true;
    }
  return r;
}
template <int Width, class How, class T>
METAL_HOST_OUTLINE T lane_scan(T x, bool inclusive, int neutral, call from) {
  check_lane_type<T, Width>();
  gathered<T, Width> const g = gather<T, Width>(x, 0, from);
  T r = make<T>(neutral);
  bool some = false;
  for (uint i = g.first(); i < g.lane + (inclusive ? 1u : 0u); ++i)
    if (g.has(i)) {
      r = some ? combined<How>(r, g[i]) : g[i];
      some = true;
    }
  return r;
}
template <class T>
METAL_HOST_CONSTEXPR bool check_bits() {
  static_assert(is_integer<element_t<T>>, "bitwise functions of a simdgroup or quadgroup take integers");
  return is_integer<element_t<T>>;
}

// The lanes of this group for which `yes` holds, and all of them that are there.
struct votes {
  uint yes, active;
};
template <int Width>
METAL_HOST_OUTLINE votes lane_votes(bool yes, call from) {
  gathered<uchar, Width> const g = gather<uchar, Width>(uchar(yes ? 1 : 0), 0, from);
  votes v{0, 0};
  for (uint i = 0; i < uint(Width); ++i)
    if (g.has(g.first() + i)) {
      v.active |= 1u << i;
      v.yes |= uint(g[g.first() + i]) << i;
    }
  return v;
}
template <int Width>
METAL_HOST_OUTLINE bool lane_is_first(call from) {
  gathered<uchar, Width> const g = gather<uchar, Width>(uchar(0), 0, from);
  return (g.active & ((1u << g.lane) - 1u) & ~((1u << g.first()) - 1u)) == 0;
}

} // namespace metal_host

#define METAL_HOST_CALL(name) (metal_host::call{name, file, line})

#define METAL_HOST_MOVE(group, Width, function, parameter)                                                   \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T group##_##function(T data, ushort parameter, METAL_HOST_PLACE) {                       \
    return metal_host::lane_##function<Width>(data, parameter, METAL_HOST_CALL(#group "_" #function));       \
  }
#define METAL_HOST_FILL(group, Width, function)                                                              \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T group##_##function(T data, T fill, ushort delta, ushort modulo = Width,                \
                                         METAL_HOST_PLACE) {                                                 \
    return metal_host::lane_##function<Width>(data, fill, delta, modulo,                                     \
                                              METAL_HOST_CALL(#group "_" #function));                        \
  }
#define METAL_HOST_REDUCE(group, Width, function, How)                                                       \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T group##_##function(T data, METAL_HOST_PLACE) {                                         \
    return metal_host::lane_reduce<Width, metal_host::How>(data, METAL_HOST_CALL(#group "_" #function));     \
  }
#define METAL_HOST_REDUCE_BITS(group, Width, function, How)                                                  \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T group##_##function(T data, METAL_HOST_PLACE) {                                         \
    if constexpr (metal_host::check_bits<T>())                                                               \
      return metal_host::lane_reduce<Width, metal_host::How>(data, METAL_HOST_CALL(#group "_" #function));   \
    return data;                                                                                             \
  }
#define METAL_HOST_SCAN(group, Width, function, How, inclusive, neutral)                                     \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T group##_##function(T data, METAL_HOST_PLACE) {                                         \
    return metal_host::lane_scan<Width, metal_host::How>(data, inclusive, neutral,                           \
                                                         METAL_HOST_CALL(#group "_" #function));             \
  }

#define METAL_HOST_LANE_FUNCTIONS(group, Width)                                                              \
  METAL_HOST_MOVE(group, Width, broadcast, lane)                                                             \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T group##_broadcast_first(T data, METAL_HOST_PLACE) {                                    \
    return metal_host::lane_broadcast_first<Width>(data, METAL_HOST_CALL(#group "_broadcast_first"));        \
  }                                                                                                          \
  METAL_HOST_MOVE(group, Width, shuffle, lane)                                                               \
  METAL_HOST_MOVE(group, Width, shuffle_xor, mask)                                                           \
  METAL_HOST_MOVE(group, Width, shuffle_up, delta)                                                           \
  METAL_HOST_MOVE(group, Width, shuffle_down, delta)                                                         \
  METAL_HOST_MOVE(group, Width, shuffle_rotate_up, delta)                                                    \
  METAL_HOST_MOVE(group, Width, shuffle_rotate_down, delta)                                                  \
  METAL_HOST_FILL(group, Width, shuffle_and_fill_up)                                                         \
  METAL_HOST_FILL(group, Width, shuffle_and_fill_down)                                                       \
  METAL_HOST_REDUCE(group, Width, sum, sum_of)                                                               \
  METAL_HOST_REDUCE(group, Width, product, product_of)                                                       \
  METAL_HOST_REDUCE(group, Width, min, least_of)                                                             \
  METAL_HOST_REDUCE(group, Width, max, greatest_of)                                                          \
  METAL_HOST_REDUCE_BITS(group, Width, and, and_of)                                                          \
  METAL_HOST_REDUCE_BITS(group, Width, or, or_of)                                                            \
  METAL_HOST_REDUCE_BITS(group, Width, xor, xor_of)                                                          \
  METAL_HOST_SCAN(group, Width, prefix_inclusive_sum, sum_of, true, 0)                                       \
  METAL_HOST_SCAN(group, Width, prefix_exclusive_sum, sum_of, false, 0)                                      \
  METAL_HOST_SCAN(group, Width, prefix_inclusive_product, product_of, true, 1)                               \
  METAL_HOST_SCAN(group, Width, prefix_exclusive_product, product_of, false, 1)                              \
  METAL_HOST_INLINE bool group##_all(bool yes, METAL_HOST_PLACE) {                                           \
    metal_host::votes const v = metal_host::lane_votes<Width>(yes, METAL_HOST_CALL(#group "_all"));          \
    return v.yes == v.active;                                                                                \
  }                                                                                                          \
  METAL_HOST_INLINE bool group##_any(bool yes, METAL_HOST_PLACE) {                                           \
    return metal_host::lane_votes<Width>(yes, METAL_HOST_CALL(#group "_any")).yes != 0;                      \
  }                                                                                                          \
  METAL_HOST_INLINE group##_vote group##_ballot(bool yes, METAL_HOST_PLACE) {                                \
    return group##_vote(metal_host::lane_votes<Width>(yes, METAL_HOST_CALL(#group "_ballot")).yes);          \
  }                                                                                                          \
  METAL_HOST_INLINE group##_vote group##_active_threads_mask(METAL_HOST_PLACE) {                             \
    return group##_vote(                                                                                     \
        metal_host::lane_votes<Width>(true, METAL_HOST_CALL(#group "_active_threads_mask")).active);         \
  }                                                                                                          \
  METAL_HOST_INLINE bool group##_is_first(METAL_HOST_PLACE) {                                                \
    return metal_host::lane_is_first<Width>(METAL_HOST_CALL(#group "_is_first"));                            \
  }
