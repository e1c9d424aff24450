// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/possible_bits.hpp>
#include <enigma/codegen/detail/program_builder.hpp>
#include <enigma/codegen/parameters.hpp>
#include <enigma/tensor.hpp>

// Tensors over a kernel's memories: make_tensor(x, layout) with x a parameter or a threadgroup array. Offsets
// are traced: known part + computed part, with the alignment that the layout gives the computed part. Over
// threadgroup memory the layout may be swizzled: then the sum of the two is.

namespace enigma {

/// An element count from the start of a memory: a known part and a traced part. The traced part stands apart
/// so that the accesses of one tile share it and add a constant each.
class buffer_offset {
public:
  constexpr buffer_offset(std::int64_t known) : known_{known} {}
  /// A traced coordinate, known to be a multiple of `alignment`, a power of two.
  constexpr buffer_offset(value<u32> const& traced, std::int64_t alignment)
      : traced_{traced}
      , alignment_{alignment} {}

  /// Any multiple of this power of two divides the traced part; 0 if there is none.
  constexpr std::int64_t alignment() const { return alignment_; }
  constexpr std::int64_t known() const { return known_; }
  constexpr value<u32> const& traced() const { return traced_; }
  /// The traced part may be the difference of others, that is below 0.
  constexpr bool wraps() const { return wraps_; }
  constexpr buffer_offset as_wrapping() const {
    buffer_offset r = *this;
    r.wraps_ = true;
    return r;
  }
  /// Without the known part.
  constexpr buffer_offset without_known() const {
    buffer_offset r = *this;
    r.known_ = 0;
    return r;
  }

  friend constexpr buffer_offset operator+(buffer_offset const& a, buffer_offset const& b) {
    buffer_offset r = a.alignment_ == 0 ? b : a;
    if (a.alignment_ != 0 && b.alignment_ != 0) {
      r.traced_ = a.traced_ + b.traced_;
      r.alignment_ = a.alignment_ < b.alignment_ ? a.alignment_ : b.alignment_;
      r.wraps_ = a.wraps_ || b.wraps_;
    }
    r.known_ = a.known_ + b.known_;
    return r;
  }
  // For linear_index: a coordinate, whose known part is 0, by a number of the layout. Arithmetic is modulo
  // 2^32, so a negative stride comes out right in the sum.
  friend constexpr buffer_offset operator*(buffer_offset const& c, std::int64_t d) {
    if (d < 0) {
      buffer_offset r(value<u32>(0u) - c.traced_ * magnitude(-d), power_of(c.alignment_, -d));
      r.wraps_ = true;
      return r;
    }
    return {c.traced_ * magnitude(d), power_of(c.alignment_, d)};
  }
  friend constexpr buffer_offset operator/(buffer_offset const& c, std::int64_t n) {
    return {c.traced_ / magnitude(n), c.alignment_ % n == 0 ? c.alignment_ / n : 1};
  }
  friend constexpr buffer_offset operator%(buffer_offset const& c, std::int64_t n) {
    auto const divisor = n & -n;
    return {c.traced_ % magnitude(n), c.alignment_ < divisor ? c.alignment_ : divisor};
  }
  friend constexpr bool operator==(buffer_offset const& a, buffer_offset const& b) {
    return a.known_ == b.known_ && a.alignment_ == b.alignment_ &&
           (a.alignment_ == 0 || (a.traced_.owner() == b.traced_.owner() &&
                                  a.traced_.id_in(a.traced_.owner()) == b.traced_.id_in(b.traced_.owner())));
  }

  constexpr bool aligned(int width) const {
    return known_ % width == 0 && (alignment_ == 0 || alignment_ % width == 0);
  }
  /// n of these.
  constexpr buffer_offset times(std::int64_t n) const {
    buffer_offset r = alignment_ == 0 ? buffer_offset(0) : without_known() * n;
    r.known_ = known_ * n;
    r.wraps_ = r.wraps_ || wraps_;
    return r;
  }
  /// How many n these are; n divides both parts.
  constexpr buffer_offset over(std::int64_t n) const {
    if (alignment_ == 0)
      return known_ / n;
    detail::builder* const b = traced_.owner();
    if (wraps_) // only the sum is not below 0
      return {value<u32>(b, sum_in(b)) / magnitude(n), alignment_ / n};
    buffer_offset r({b, quotient(b, traced_.id_in(b), n)}, alignment_ / n);
    r.known_ = known_ / n;
    return r;
  }
  /// The index as a value of kernel b.
  constexpr value_id id_in(detail::builder* b) const {
    constexpr type index = type_of<u32>;
    if (alignment_ == 0)
      return b->constant(index, static_cast<std::uint32_t>(known_));
    value_id const traced = traced_.id_in(b);
    if (known_ == 0)
      return traced;
    if (known_ > 0 && !wraps_) // a layout's indices stay below 2^32, so this is the same sum
      return b->index_sum(traced, b->constant(type_of<i64>, known_));
    if (known_ < 0)
      return b->pure(op::sub, index, traced, b->constant(index, static_cast<std::uint32_t>(-known_)));
    return b->pure(op::add, index, traced, b->constant(index, static_cast<std::uint32_t>(known_)));
  }

  /// The image of the index under a swizzle. A known part whose bits are none of the traced part's can be
  /// swizzled by itself: sw(t + k) = sw(t) ^ sw(k). So the accesses of a tile share sw(t), and each has
  /// constants of its own: bits that sw(t) cannot have are added, the others are flipped.
  constexpr value_id swizzled_in(detail::builder* b, swizzle const& sw) const {
    constexpr type index = type_of<u32>;
    if (sw.is_identity())
      return id_in(b);
    if (alignment_ == 0)
      return b->constant(index, static_cast<std::uint32_t>(sw(known_)));
    std::uint32_t const bits = detail::possible_bits(*b).of(traced_.id_in(b));
    std::int64_t alone = 0; // what of the known part can stand alone
    if (known_ > 0 && known_ <= std::int64_t{0x7fffffff} && !wraps_) {
      auto const k = static_cast<std::uint32_t>(known_);
      std::uint32_t const common = k & bits;
      alone = k & ~bits & (common == 0 ? ~std::uint32_t{0} : (common & (0 - common)) - 1);
    }
    buffer_offset rest = *this;
    rest.known_ -= alone;
    if (rest.known_ != 0) // from here on nothing is a sum of pointers
      rest.traced_ = value<u32>(b, rest.sum_in(b));
    rest.known_ = 0;
    value<u32> const moved = swizzled_value(value<u32>(b, rest.traced_.id_in(b)), sw);
    if (alone == 0)
      return moved.id_in(b);
    auto const constant = static_cast<u32>(sw(alone));
    u32 const flipped = constant & detail::possible_bits(*b).of(moved.id_in(b)), added = constant & ~flipped;
    value_id const base = flipped == 0 ? moved.id_in(b) : (moved ^ flipped).id_in(b);
    return added == 0 ? base : b->index_sum(base, b->constant(type_of<i64>, added));
  }

private:
  static constexpr value<u32> swizzled_value(value<u32> const& x, swizzle const& sw) {
    value<u32> const read = x & static_cast<u32>(sw.y_mask());
    return sw.shift >= 0 ? x ^ (read >> sw.shift) : x ^ (read << -sw.shift);
  }
  /// x / n, of which n is a divisor: of products and sums by their parts, since indices do not overflow.
  static constexpr value_id quotient(detail::builder* b, value_id x, std::int64_t n) {
    instruction const it = (*b)[x];
    if (it.code == op::add) {
      value_id const parts[] = {it.operands[0], it.operands[1]};
      if (divides(b, parts[0], n) && divides(b, parts[1], n)) {
        value_id const q[] = {quotient(b, parts[0], n), quotient(b, parts[1], n)};
        return b->pure(op::add, type_of<u32>, q[0], q[1]);
      }
    } else if (divides(b, x, n)) {
      value_id const factor = b->constant(type_of<u32>, (*b)[it.operands[1]].imm / n);
      return b->pure(op::mul, type_of<u32>, it.operands[0], factor);
    }
    return b->pure(op::div, type_of<u32>, x, b->constant(type_of<u32>, n));
  }
  static constexpr bool divides(detail::builder* b, value_id x, std::int64_t n) {
    instruction const& it = (*b)[x];
    return it.code == op::add ? divides(b, it.operands[0], n) && divides(b, it.operands[1], n)
                              : it.code == op::mul && (*b)[it.operands[1]].code == op::constant &&
                                    (*b)[it.operands[1]].imm % n == 0;
  }
  /// The index as a number of 32 bits.
  constexpr value_id sum_in(detail::builder* b) const {
    constexpr type index = type_of<u32>;
    bool const below = known_ < 0;
    value_id const number = b->constant(index, static_cast<std::uint32_t>(below ? -known_ : known_));
    return b->pure(below ? op::sub : op::add, index, traced_.id_in(b), number);
  }
  static constexpr u32 magnitude(std::int64_t n) {
    if (n > std::int64_t{0xffffffff})
      refused((detail::sentence("an index into a kernel's memory is 32 bits wide: ")
               << n << " in a layout that a traced coordinate meets is too large")
                  .lines());
    return static_cast<u32>(n);
  }
  // Powers of two survive the wrap at 2^32; more than 2^16 is never asked for.
  static constexpr std::int64_t power_of(std::int64_t a, std::int64_t d) {
    auto const p = a * (d & -d);
    return p > 65536 || p <= 0 ? 65536 : p;
  }

  std::int64_t known_ = 0;
  value<u32> traced_{0u};
  std::int64_t alignment_ = 0;
  bool wraps_ = false; // the traced part may be what is subtracted
};

/// A kernel while it is traced: lanes are values, of vectors where an access is wide.
struct kernel_place {
  template <class T, int Lanes>
  using lanes = value<vector_of<T, Lanes>>;
  template <class L>
  using element = element_of<typename L::traced_type>;
  template <class X, class T>
  static constexpr bool broadcasts =
      (traced<X> && std::same_as<detail::traced_type_of<X>, T>) || literal_for<X, T>;
  template <class T, class X>
  static constexpr value<T> broadcast(X const& x) {
    return x;
  }
  template <class L>
  static constexpr L none() {
    return L(nullptr, no_value);
  }
  /// A condition of the kernel; without a kernel, one that always holds.
  struct condition {
    detail::builder* owner = nullptr;
    value_id holds = no_value;
    friend constexpr bool operator==(condition const&, condition const&) = default;
  };
  static constexpr condition condition_of(value<bool> const& c) {
    return c.owner() == nullptr ? condition{} : condition{c.owner(), c.id_in(c.owner())};
  }
  /// The body under the condition; by itself where it is known to hold.
  template <class Body>
  static constexpr void run_if(condition const& c, Body const& body) {
    detail::builder* const b = c.owner;
    if (b == nullptr || b->is_constant(c.holds, 1) || b->is_inside_if(c.holds))
      return body();
    if (b->is_constant(c.holds, 0))
      return;
    b->open(op::if_, {}, c.holds);
    body();
    b->close();
  }
};

namespace detail {

/// The largest power of two, up to 16, that provably divides a value: what x * 4 and x << 2 tell.
constexpr std::int64_t known_alignment(builder const& b, value_id id, int patience = 8) {
  constexpr std::int64_t most = 16;
  instruction const& it = b[id];
  auto const part = [&](int k) { return known_alignment(b, it.operands[k], patience - 1); };
  auto const smaller = [](std::int64_t x, std::int64_t y) { return x < y ? x : y; };
  if (it.code == op::constant)
    return it.imm == 0 ? most : smaller(it.imm & -it.imm, most);
  if (patience == 0)
    return 1;
  switch (it.code) {
  case op::mul:
    return smaller(part(0) * part(1), most);
  case op::add:
  case op::sub:
    return smaller(part(0), part(1));
  case op::shl: {
    auto const& by = b[it.operands[1]];
    if (by.code != op::constant)
      return part(0);
    return by.imm >= 0 && by.imm < 4 ? smaller(part(0) << by.imm, most) : most;
  }
  case op::rem:
  case op::bit_and:
    return it.code == op::rem ? smaller(part(0), part(1)) : part(0) < part(1) ? part(1) : part(0);
  case op::for_: // low, low + step, ...
    return smaller(part(0), part(2));
  case op::convert:
    return b[it.operands[0]].type.is_integer() ? part(0) : 1;
  default:
    return 1;
  }
}

template <traced C>
constexpr buffer_offset traced_coordinate(builder* b, C const& c) {
  using T = traced_type_of<C>;
  value<T> const of_this_kernel{b, id_of<T>(b, c)};
  value<u32> const index = cast<u32>(of_this_kernel);
  auto const known = known_alignment(*b, index.id_in(b));
  if constexpr (requires { C::divisor; }) // what multiple_of has promised
    return {index, known < (C::divisor & -C::divisor) ? C::divisor & -C::divisor : known};
  else
    return {index, known};
}

} // namespace detail

namespace detail {
/// Elements that can be moved as the words of 32 bits that several of them make up.
template <class T>
concept smaller_than_words = element<T> && !std::same_as<T, bool> && sizeof(T) < 4;
/// Those words: 8 halves are a vec<u32, 4>. Width: as many as 8 or 16 bytes are.
template <smaller_than_words T, int Width>
  requires(Width * sizeof(T) == 8 || Width * sizeof(T) == 16)
using words_of = vec<u32, Width* static_cast<int>(sizeof(T)) / 4>;

/// One element for all lanes, as words.
template <class Words, smaller_than_words T>
constexpr value<Words> words_of_one(value<T> const& x) {
  using V = vector_of<T, static_cast<int>(4 / sizeof(T))>;
  builder* const b = x.owner();
  if (b->is_constant(x.id_in(b))) {
    std::int64_t bits = (*b)[x.id_in(b)].imm;
    for (int width = 8 * static_cast<int>(sizeof(T)); width < 32; width *= 2)
      bits |= bits << width;
    return {b, id_of<Words>(b, value<u32>{b, b->constant(type_of<u32>, bits)})};
  }
  value<V> const lanes{b, id_of<V>(b, x)};
  return {b, id_of<Words>(b, as_type<u32>(lanes))};
}
} // namespace detail

/// A memory of a kernel as a tensor's engine. Handle has element_type, owner() and memory(); access says what
/// the parameter's kind allows.
template <class Handle, access Access = access::inout, address_space Space = address_space::device>
class buffer_engine {
public:
  using element_type = typename Handle::element_type;
  using offset_type = buffer_offset;
  using place = kernel_place;
  static constexpr address_space space = Space;
  static constexpr bool readable = Access != access::out;
  static constexpr bool writable = Access != access::in;
  static constexpr int max_lanes = std::same_as<element_type, bool> ? 1 : 4;
  static constexpr std::int64_t most_values = 1024;
  /// Traced integers; a position counts by its x.
  template <class C>
  static constexpr bool takes_coordinate = traced<C> && index_value<C>;

  constexpr explicit buffer_engine(Handle const& handle, enigma::swizzle const& sw = {})
      : handle_{handle}
      , swizzle_{sw} {}

  template <traced C>
  constexpr buffer_offset coordinate(C const& c) const {
    return detail::traced_coordinate(handle_.owner(), c);
  }

  /// A value from `in`, an assignable place from `out`, both from `inout`.
  constexpr auto at(buffer_offset const& offset) const {
    auto const id = index_of(offset);
    detail::memory_handle<element_type> const memory(handle_.owner(), handle_.memory());
    if constexpr (Access == access::in)
      return load<1>(offset);
    else if constexpr (Access == access::out)
      return written_element<element_type>(memory, id);
    else
      return element_reference<element_type>(memory, id);
  }
  template <int Lanes>
  constexpr value<vector_of<element_type, Lanes>> load(buffer_offset const& offset) const {
    detail::builder* const b = handle_.owner();
    return {b, b->load(handle_.memory(), type_of<vector_of<element_type, Lanes>>, index_of(offset))};
  }
  /// One element for all lanes.
  template <int Lanes>
  constexpr value<vector_of<element_type, Lanes>> load_same(buffer_offset const& offset) const {
    detail::builder* const b = handle_.owner();
    return {b, detail::id_of<vector_of<element_type, Lanes>>(b, load<1>(offset))};
  }
  template <int Lanes, class V>
  constexpr void store(buffer_offset const& offset, value<V> const& x) const
    requires writable
  {
    detail::builder* const b = handle_.owner();
    value_id const lanes = detail::id_of<vector_of<element_type, Lanes>>(b, x);
    b->store(handle_.memory(), index_of(offset), lanes);
  }
  /// 8 or 16 bytes of elements, as words.
  template <int Width>
  constexpr value<detail::words_of<element_type, Width>> load_words(buffer_offset const& offset) const {
    detail::builder* const b = handle_.owner();
    return {b, b->load(handle_.memory(), type_of<detail::words_of<element_type, Width>>, index_of(offset))};
  }
  template <int Width>
  constexpr void store_words(buffer_offset const& offset,
                             value<detail::words_of<element_type, Width>> const& x) const
    requires writable
  {
    detail::builder* const b = handle_.owner();
    b->store(handle_.memory(), index_of(offset), x.id_in(b));
  }
  /// How many elements lie together where the first of them is aligned to their number; at most 16.
  constexpr int together() const {
    return swizzle_.is_identity() || swizzle_.base >= 4 ? 16 : 1 << swizzle_.base;
  }
  constexpr int lanes() const {
    int const wanted = handle_.owner()->max_vector_width();
    int const most = wanted < max_lanes ? wanted : max_lanes;
    bool const whole = swizzle_.is_identity() || swizzle_.base >= 2; // whether it leaves four together
    return whole || most < 2 ? most : 1 << swizzle_.base;
  }
  /// Memories start at a multiple of 16 bytes.
  static constexpr bool aligned(buffer_offset const& offset, int width) { return offset.aligned(width); }

  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    if constexpr (requires { other.handle().memory(); })
      return handle_.owner() == other.handle().owner() && handle_.memory() == other.handle().memory();
    else
      return false; // registers
  }
  template <class H, access A, address_space S>
  constexpr bool same_start(buffer_engine<H, A, S> const& other) const {
    return same_memory(other) && swizzle_ == other.swizzle();
  }
  template <class H, access A, address_space S>
  constexpr bool same_memory(buffer_engine<H, A, S> const& other) const {
    return handle_.owner() == other.handle().owner() && handle_.memory() == other.handle().memory();
  }
  constexpr Handle const& handle() const { return handle_; }
  /// What is done to every index at last.
  constexpr enigma::swizzle const& swizzle() const { return swizzle_; }
  /// The kernel that the memory belongs to.
  constexpr detail::builder* owner() const { return handle_.owner(); }

private:
  constexpr value_id index_of(buffer_offset const& offset) const {
    return offset.swizzled_in(handle_.owner(), swizzle_);
  }

  Handle handle_;
  enigma::swizzle swizzle_;
};

namespace detail {

/// The elements a kernel's tensor reaches. Refuses what 32-bit indices cannot count.
constexpr std::int64_t reach_in_kernel(layout const& l, std::int64_t offset, std::int64_t length) {
  auto const elements = reach(l, offset, length);
  if (elements > std::int64_t{1} << 32)
    refused((sentence("make_tensor: ")
             << l << " refused: it needs " << elements << " elements, indices of a kernel reach 4294967296")
                .lines());
  return elements;
}

/// Where a swizzle reaches may be further than its layout, or less far.
constexpr void check_swizzled(composed_layout const& c, std::int64_t length) {
  auto const bound = value_bound(c);
  if (bound.value <= length)
    return;
  sentence s("make_tensor: ");
  s << c << " refused: " << (bound.exact ? "it needs " : "its swizzle may reach the first ") << bound.value
    << " elements, the memory has " << length;
  refused(s.lines());
}

template <access Access, address_space Space = address_space::device, element T>
constexpr auto buffer_tensor(memory_handle<T> const& m, layout const& l, std::int64_t offset,
                             swizzle const& sw = {}) {
  if (m.base() != no_value)
    refused("make_tensor: a buffer from an element on; give the whole buffer, and the element as offset");
  memory& it = m.owner()->memories()[static_cast<std::size_t>(m.memory())];
  bool const array = it.space == memory_space::threadgroup && it.argument < 0;
  bool const plain = sw.is_identity();
  auto const elements = reach_in_kernel(l, offset, array && plain ? it.elements : -1);
  if (!array && it.elements < elements)
    it.elements = elements;
  using engine = buffer_engine<memory_handle<T>, Access, Space>;
  if (!plain)
    check_swizzled(composed_layout(sw, offset, l), it.elements);
  return tensor<engine>(engine(m, sw), l, offset);
}

} // namespace detail

/// A tensor over a kernel's parameter or a threadgroup array, from element `offset` on. The parameter's kind
/// says whether it can be loaded and stored; its buffer must have the elements that the layout reaches.
/// Errors: an element before the first, past a threadgroup array's end or past 2^32.
template <element T, fixed_string Name, buffer_index At>
[[nodiscard]] constexpr auto make_tensor(in<T, Name, At> const& memory, layout const& l,
                                         std::int64_t offset = 0) {
  return detail::buffer_tensor<access::in, address_space::device, T>(memory, l, offset);
}
template <element T, fixed_string Name, buffer_index At>
[[nodiscard]] constexpr auto make_tensor(out<T, Name, At> const& memory, layout const& l,
                                         std::int64_t offset = 0) {
  return detail::buffer_tensor<access::out, address_space::device, T>(memory, l, offset);
}
template <element T, fixed_string Name, buffer_index At>
[[nodiscard]] constexpr auto make_tensor(inout<T, Name, At> const& memory, layout const& l,
                                         std::int64_t offset = 0) {
  return detail::buffer_tensor<access::inout, address_space::device, T>(memory, l, offset);
}
template <element T, fixed_string Name>
[[nodiscard]] constexpr auto make_tensor(threadgroup<T, Name> const& memory, layout const& l,
                                         std::int64_t offset = 0) {
  return detail::buffer_tensor<access::inout, address_space::threadgroup, T>(memory, l, offset);
}
template <element T>
[[nodiscard]] constexpr auto make_tensor(threadgroup_array<T> const& memory, layout const& l,
                                         std::int64_t offset = 0) {
  return detail::buffer_tensor<access::inout, address_space::threadgroup, T>(memory, l, offset);
}

/// A tensor over threadgroup memory through a swizzle: element c is at sw(offset + inner(c)). Accesses are as
/// wide as the swizzle leaves elements together: 4 for Sw<B,2,S>, one for Sw<B,0,S>. How many conflicts of
/// banks are left: find_bank_conflicts. Errors: as above; a swizzled index past the array's end.
template <element T>
[[nodiscard]] constexpr auto make_tensor(threadgroup_array<T> const& memory, composed_layout const& c) {
  return detail::buffer_tensor<access::inout, address_space::threadgroup, T>(memory, c.inner, c.offset, c.sw);
}

/// The whole memory that a tensor lies in, from its first element on, without the tensor's layout.
template <element T, access Access, address_space Space>
class tensor_memory : public detail::memory_handle<T> {
public:
  using detail::memory_handle<T>::memory_handle;
};

/// What a function of the source is handed of a tensor, also in a jit function's launch: its memory. There
/// make_tensor gives it a layout again: helper(memory_of(tile)).
template <class Handle, access Access, address_space Space>
[[nodiscard]] constexpr tensor_memory<typename Handle::element_type, Access, Space>
memory_of(tensor<buffer_engine<Handle, Access, Space>> const& t) {
  auto const& memory = t.engine().handle();
  return {memory.owner(), memory.memory()};
}

namespace detail {
template <class T, address_space Space>
inline constexpr bool is_only_read<tensor_memory<T, access::in, Space>> = true;
template <class T, address_space Space>
inline constexpr bool is_only_written<tensor_memory<T, access::out, Space>> = true;
template <class T, access Access>
inline constexpr bool is_in_threadgroup<tensor_memory<T, Access, address_space::threadgroup>> = true;
} // namespace detail

} // namespace enigma
