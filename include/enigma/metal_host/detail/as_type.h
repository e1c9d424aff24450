// SPDX-License-Identifier: MIT
// as_type<T>(x): the same bytes as another type.
#pragma once
#pragma clang system_header
#include "vectors.h"

template <class To, class From>
METAL_HOST_CONSTEXPR To as_type(From x) {
  using metal_host::element_t;
  static_assert(!metal_host::same<element_t<To>, bool> && !metal_host::same<element_t<From>, bool>,
                "as_type: a bool has no bits of its own");
  static_assert(metal_host::is_number<element_t<To>> && metal_host::is_number<element_t<From>>,
                "as_type takes and gives scalars and vectors; for structs cast a pointer");
  static_assert(sizeof(To) == sizeof(From), "as_type: both types have the same size");
  if constexpr (sizeof(To) == sizeof(From))
    return __builtin_bit_cast(To, x);
}
