// SPDX-License-Identifier: MIT
#pragma once

#include <bit>

#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

/// The bits that may be set in a 32-bit index, from how it was computed: (tid / 16) * 256 + tid % 16 * 4 is
/// without those of 0xc0 and of 3. Threadgroups have at most 1024 threads, simdgroups at most 64.
class possible_bits {
public:
  constexpr explicit possible_bits(builder const& b) : builder_{b} {}

  constexpr std::uint32_t of(value_id id, int patience = 12) const {
    constexpr std::uint32_t any = ~std::uint32_t{0};
    instruction const& it = builder_[id];
    if (!it.type.is_integer() || it.type.is_vector())
      return any;
    if (it.code == op::constant)
      return static_cast<std::uint32_t>(integer_value(it.type.element, it.imm));
    if (it.code == op::query)
      return up_to(most_of(query_of(it), axis_of(it))) & of_type(it.type.element);
    if (patience == 0)
      return of_type(it.type.element);
    auto const part = [&](int k) { return of(it.operands[k], patience - 1); };
    bool const by_constant = it.operands[1] != no_value && builder_.is_constant(it.operands[1]);
    auto const second = by_constant ? builder_[it.operands[1]].imm : 0;
    int const bytes = size_in_bytes(it.type.element), width = bytes < 4 ? 8 * bytes : 32;
    bool const unsigned_ = !info(it.type.element).is_signed || (part(0) >> 31) == 0;
    switch (it.code) {
    case op::add:
      return sum(part(0), part(1));
    case op::sub:
      return above(part(0) | part(1));
    case op::mul:
      return product(part(0), part(1));
    case op::shl:
      return by_constant && second >= 0 && second < width ? part(0) << second : any;
    case op::shr:
      return by_constant && unsigned_ && second >= 0 && second < width ? part(0) >> second : any;
    case op::div:
      if (!by_constant || !unsigned_ || second <= 0)
        return any;
      return is_power(second) ? part(0) >> trailing(second) : up_to(part(0) / second);
    case op::rem:
      if (!by_constant || !unsigned_ || second <= 0)
        return any;
      return is_power(second) ? part(0) & static_cast<std::uint32_t>(second - 1)
                              : up_to(part(0)) & up_to(second - 1);
    case op::bit_and:
      return part(0) & part(1);
    case op::bit_or:
    case op::bit_xor:
      return part(0) | part(1);
    case op::convert: {
      std::uint32_t const bits = part(0);
      return builder_[it.operands[0]].type.is_integer() ? bits & of_type(it.type.element) : any;
    }
    case op::for_:
      return of_loop(it);
    default:
      return of_type(it.type.element);
    }
  }

  /// What a sum may have, given the bits of its parts: theirs, and those that a carry reaches.
  static constexpr std::uint32_t sum(std::uint32_t a, std::uint32_t b) {
    if ((a & b) == 0)
      return a | b;
    std::uint64_t const most = std::uint64_t{a} + b;
    std::uint32_t const below =
        most > 0xffffffffu ? ~std::uint32_t{0} : up_to(static_cast<std::int64_t>(most));
    return (below & above(a & b)) | a | b;
  }

private:
  static constexpr std::uint32_t up_to(std::int64_t most) {
    return most <= 0 ? 0
           : most >= std::int64_t{0xffffffff}
               ? ~std::uint32_t{0}
               : static_cast<std::uint32_t>(
                     (std::uint64_t{1} << std::bit_width(static_cast<std::uint64_t>(most))) - 1);
  }
  /// From the lowest of these bits on.
  static constexpr std::uint32_t above(std::uint32_t bits) {
    return bits == 0 ? 0 : ~((bits & (0 - bits)) - 1);
  }
  static constexpr std::uint32_t of_type(element_kind kind) {
    int const bytes = size_in_bytes(kind);
    return bytes >= 4 || info(kind).is_signed ? ~std::uint32_t{0} : (std::uint32_t{1} << 8 * bytes) - 1;
  }
  static constexpr bool is_power(std::int64_t n) { return (n & (n - 1)) == 0; }
  static constexpr int trailing(std::int64_t n) { return std::countr_zero(static_cast<std::uint64_t>(n)); }
  static constexpr std::uint32_t product(std::uint32_t a, std::uint32_t b) {
    if (a == 0 || b == 0)
      return 0;
    int const shift = trailing(a) + trailing(b);
    if (shift >= 32)
      return 0;
    std::uint32_t const from = ~std::uint32_t{0} << shift;
    std::uint64_t const most = std::uint64_t{a} * b;
    if (most > 0xffffffffu)
      return from;
    if (is_power(b)) // one bit: the other factor, moved
      return a << trailing(b);
    return is_power(a) ? b << trailing(a) : up_to(static_cast<std::int64_t>(most)) & from;
  }
  constexpr std::int64_t most_of(query q, int axis) const {
    extent3 const block = builder_.block();
    constexpr std::int64_t threads = 1024, simdgroup = 64;
    switch (q) {
    case query::thread_position_in_threadgroup:
      return block.is_open() ? threads - 1 : (axis == 0 ? block.x : axis == 1 ? block.y : block.z) - 1;
    case query::thread_index_in_threadgroup:
      return (block.is_open() ? threads : static_cast<std::int64_t>(block.volume())) - 1;
    case query::thread_index_in_simdgroup:
      return simdgroup - 1;
    case query::simdgroup_index_in_threadgroup:
    case query::quadgroup_index_in_threadgroup:
      return threads - 1;
    case query::thread_index_in_quadgroup:
      return 3;
    default:
      return std::int64_t{0xffffffff};
    }
  }
  /// low, low + step, ... below high, all three known.
  constexpr std::uint32_t of_loop(instruction const& loop) const {
    std::int64_t range[3];
    for (int k = 0; k < 3; ++k) {
      instruction const& bound = builder_[loop.operands[k]];
      if (bound.code != op::constant)
        return ~std::uint32_t{0};
      range[k] = integer_value(bound.type.element, bound.imm);
    }
    if (range[0] < 0 || range[1] <= 0)
      return ~std::uint32_t{0};
    auto const multiples = static_cast<std::uint32_t>(range[0] | range[2]);
    return up_to(range[1] - 1) & above(multiples);
  }

  builder const& builder_;
};

} // namespace enigma::detail
