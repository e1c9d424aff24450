// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/dynamic_shape.hpp>

// Tensors whose sizes and strides are arguments of the kernel:
//
//   auto gA = make_tensor(A, make_shape(M, K), make_stride(multiple_of<4>(lda), 1));
//   auto tA = local_tile(gA, {64, 32}, make_coord(group.y, group.x));
//
// They are coordinate tensors which know where the element of a coordinate lies: partitioning is static, and
// an element's index is the sum of coordinate times stride. So each partition also knows which of its
// elements are inside of the shape: see within.

namespace enigma {

namespace detail {

/// What stands for a size that is an argument, in the layouts of R coordinates; and the least part of it that
/// tiles leave over.
template <int R>
inline constexpr std::int64_t open_size = R == 1 ? std::int64_t{1} << 50 : coordinate_base<R> / 4;
template <int R>
inline constexpr std::int64_t least_open_size = open_size<R> / (R == 4   ? 64
                                                                : R == 3 ? 512
                                                                         : 4096);

/// A dynamic tensor's layout as its author thinks of it: ((64,32),(?,?)).
template <int R>
struct shown_open_layout {
  layout const& l;
};
template <class Sink, int R>
constexpr void write(Sink& out, shown_open_layout<R> const& shown) {
  auto const& p = shown.l.profile_;
  for (int k = 0; k < p.count; ++k) {
    if (k > 0)
      out.put(',');
    for (int i = 0; i < p.opened[k]; ++i)
      out.put('(');
    if (shown.l.shape_[k] >= least_open_size<R>)
      out.put('?');
    else
      out.put(shown.l.shape_[k]);
    for (int i = 0; i < p.closed[k]; ++i)
      out.put(')');
  }
}

/// One number for several modes is taken apart by their sizes, which have to be known for that.
template <int R>
constexpr void refuse_across_open(hole_coord const& c, node const& m, layout const& l, node const& n) {
  if (!m.is_leaf()) {
    if (n.is_leaf())
      return; // refused as every coordinate that does not fit
    int j = m.first;
    int k = n.first;
    while (j < m.last && k < n.last) {
      auto const x = c.value_.profile_.child(m, j);
      auto const y = l.profile_.child(n, k);
      refuse_across_open<R>(c, x, l, y);
      j = x.last;
      k = y.last;
    }
    return;
  }
  if (c.is_hole(m.first) || c.value_.leaf_[m.first] == 0)
    return;
  int last = n.last - 1;
  while (last > n.first && l.shape_[last] == 1)
    --last;
  for (int k = n.first; k < last; ++k)
    if (l.shape_[k] >= least_open_size<R>)
      refused(
          (sentence("coordinate ")
           << shown_coordinate{c} << " of " << shown_open_layout<R>{l}
           << " refused: one number goes across modes whose sizes (?) are arguments of the kernel; give one "
              "for each: make_coord(i, j)")
              .lines());
}

template <int R>
constexpr int open_leaves(layout const& l) {
  int n = 0;
  for (int k = 0; k < l.leaves(); ++k)
    n += l.leaf_shape(k) >= least_open_size<R>;
  return n;
}

} // namespace detail

/// The memory of a dynamic tensor. Digit 0 of its coordinates is the mode of stride 1, if there is one, so
/// that what is consecutive for its layouts is so in memory.
template <class Memory, int R>
class dynamic_engine {
public:
  static constexpr int coordinates = R;
  using element_type = typename Memory::element_type;
  using offset_type = coordinate_offset<buffer_offset, R>;
  using place = kernel_place;
  static constexpr address_space space = Memory::space;
  static constexpr bool readable = Memory::readable;
  static constexpr bool writable = Memory::writable;
  static constexpr int max_lanes = Memory::max_lanes;
  static constexpr std::int64_t most_values = Memory::most_values;
  template <class C>
  static constexpr bool takes_coordinate = Memory::template takes_coordinate<C>;

  constexpr dynamic_engine(Memory const& memory, dimensions<R> const& shape, dimensions<R> const& stride)
      : memory_{memory}
      , shape_{shape}
      , stride_{stride} {
    for (int m = R - 1; m >= 0; --m)
      if (stride[m].is_known() && stride[m].known() == 1) {
        unit_ = m;
        contiguous_ = true;
      }
  }

  template <class C>
  constexpr offset_type coordinate(C const& c) const {
    return offset_type::along(memory_.coordinate(c));
  }
  constexpr auto at(offset_type const& at) const { return memory_.at(place_of(at)); }
  template <int Lanes>
  constexpr auto load(offset_type const& at) const {
    return memory_.template load<Lanes>(place_of(at));
  }
  template <int Lanes>
  constexpr auto load_same(offset_type const& at) const {
    return memory_.template load_same<Lanes>(place_of(at));
  }
  template <int Lanes, class V>
  constexpr void store(offset_type const& at, value<V> const& x) const
    requires writable
  {
    memory_.template store<Lanes>(place_of(at), x);
  }
  template <int Width>
  constexpr auto load_words(offset_type const& at) const {
    return memory_.template load_words<Width>(place_of(at));
  }
  template <int Width, class Words>
  constexpr void store_words(offset_type const& at, Words const& x) const
    requires writable
  {
    memory_.template store_words<Width>(place_of(at), x);
  }
  constexpr void prepare(offset_type const& at) const { (void)place_of(at).id_in(owner()); }
  constexpr int together() const { return contiguous_ ? memory_.together() : 1; }
  constexpr int lanes() const { return contiguous_ ? memory_.lanes() : 1; }
  constexpr bool aligned(offset_type const& at, int width) const {
    for (int j = 0; j < R; ++j) {
      buffer_offset const& p = at[j];
      auto const step = stride_[mode_of(j)].alignment();
      if (p.known() * step % width != 0 || p.alignment() * step % width != 0)
        return false;
    }
    return true;
  }
  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    return memory_.overlaps(other);
  }
  template <class M>
  constexpr bool same_start(dynamic_engine<M, R> const& other) const {
    if (!memory_.overlaps(other) || contiguous_ != other.is_contiguous())
      return false;
    for (int m = 0; m < R; ++m)
      if (!stride_[m].is_same(owner(), other.stride(m)))
        return false;
    return true;
  }
  constexpr auto const& handle() const { return memory_.handle(); }
  constexpr Memory const& memory() const { return memory_; }
  constexpr detail::builder* owner() const { return memory_.owner(); }
  constexpr detail::dimension const& size(int m) const { return shape_[m]; }
  constexpr detail::dimension const& stride(int m) const { return stride_[m]; }
  constexpr bool is_contiguous() const { return contiguous_; }
  /// Which mode digit j of a coordinate is, and the other way round.
  constexpr int mode_of(int j) const { return j == 0 ? unit_ : j == unit_ ? 0 : j; }

  constexpr void check_coordinate(hole_coord const& c, layout const& l) const {
    detail::refuse_across_open<R>(c, c.value_.profile_.whole(), l, l.profile_.whole());
  }

  /// The index of an element: what is traced first, so that the elements of a tile have it in common; then
  /// whole strides, which those of a row have in common; then what is known.
  constexpr buffer_offset place_of(offset_type const& at) const {
    detail::builder* const b = owner();
    buffer_offset sum(0);
    for (int m = 0; m < R; ++m) {
      buffer_offset const part = at[mode_of(m)].without_known();
      auto const& step = stride_[m];
      if (part.alignment() == 0)
        continue;
      if (step.is_known())
        sum = sum + (step.known() == 1 ? part : part * step.known());
      else
        sum = sum + scaled(part, step);
    }
    std::int64_t known = 0;
    for (int m = 0; m < R; ++m) {
      auto const k = at[mode_of(m)].known();
      auto const& step = stride_[m];
      if (step.is_known())
        known += k * step.known();
      else if (k != 0)
        sum = sum + several(b, k, step);
    }
    return sum + buffer_offset(known);
  }

  /// Whether an element is inside of the shape.
  constexpr value<bool> inside(offset_type const& at) const {
    detail::builder* const b = owner();
    value_id all = b->constant(type_of<bool>, 1);
    for (int m = 0; m < R; ++m) {
      buffer_offset const& part = at[mode_of(m)];
      // All of a group are below the size, or none is: only its first is asked about.
      auto const n = group(m, part);
      auto const first = (part.known() - (part.known() < 0 ? n - 1 : 0)) / n * n;
      value<u32> const number = detail::value_of_part(b, part, first);
      value<bool> const below = number < shape_[m].value_in(b);
      if (b->is_constant(below.id_in(b), 1))
        continue;
      all = b->is_constant(all, 1) ? below.id_in(b)
                                   : b->pure(op::logical_and, type_of<bool>, all, below.id_in(b));
    }
    return {b, all};
  }
  /// Whether the elements from here on, up to the width, are inside or outside together.
  constexpr bool inside_together(offset_type const& at, int width) const {
    return group(unit_, at[0]) % width == 0 && at[0].known() % width == 0;
  }

private:
  /// A group of so many coordinates of mode m begins at each multiple of it, and ends before the size or at
  /// it.
  constexpr std::int64_t group(int m, buffer_offset const& part) const {
    std::int64_t a = shape_[m].divisor(), b = part.alignment();
    while (b != 0) {
      std::int64_t const rest = a % b;
      a = b;
      b = rest;
    }
    return a == 0 ? 1 : a;
  }
  static constexpr std::int64_t product_of_alignments(std::int64_t a, std::int64_t b) {
    return a * b < 65536 ? a * b : 65536;
  }
  static constexpr buffer_offset scaled(buffer_offset const& part, detail::dimension const& step) {
    buffer_offset const product(part.traced() * step.traced(),
                                product_of_alignments(part.alignment(), step.alignment()));
    return part.wraps() ? product.as_wrapping() : product;
  }
  static constexpr buffer_offset several(detail::builder* b, std::int64_t k, detail::dimension const& step) {
    auto const many = k < 0 ? -k : k;
    value<u32> const product =
        many == 1 ? step.traced() : step.traced() * value<u32>{b, b->constant(type_of<u32>, many)};
    auto const alignment =
        product_of_alignments((many & -many) < 65536 ? many & -many : 65536, step.alignment());
    if (k > 0)
      return {product, alignment};
    return buffer_offset(value<u32>{b, b->constant(type_of<u32>, 0)} - product, alignment).as_wrapping();
  }

  Memory memory_;
  dimensions<R> shape_;
  dimensions<R> stride_;
  int unit_ = 0;
  bool contiguous_ = false;
};

/// A tensor whose sizes or strides are arguments of the kernel.
template <class Memory, int R>
using dynamic_tensor = tensor<dynamic_engine<Memory, R>>;

namespace detail {

template <class E>
inline constexpr bool is_dynamic = false;
template <class Memory, int R>
inline constexpr bool is_dynamic<dynamic_engine<Memory, R>> = true;

template <int R>
constexpr dimensions<R> as_dimensions(char const* what, int_tuple const& t) {
  if (t.leaves() != R)
    refused(
        (sentence("make_tensor: ") << what << " " << t << " refused: " << R << " modes are needed").lines());
  return [&]<int... M>(std::integer_sequence<int, M...>) {
    return dimensions<R>(dimension(t.leaf(M))...);
  }(std::make_integer_sequence<int, R>{});
}
template <int R>
constexpr dimensions<R> as_dimensions(char const*, dimensions<R> const& d) {
  return d;
}

template <class X>
inline constexpr int modes_of = 0;
template <int R>
inline constexpr int modes_of<dimensions<R>> = R;

// What a compiler names when a shape and its strides have different numbers of modes.
template <class S, class D>
concept as_many_strides_as_sizes =
    modes_of<S> == modes_of<D> || std::same_as<S, int_tuple> || std::same_as<D, int_tuple>;
template <class S, class D>
concept some_size_is_a_value = modes_of<S> > 0 || modes_of<D> > 0;
template <class M>
concept buffer_parameter = std::derived_from<M, memory_handle<typename M::element_type>> && requires {
  M::description.access;
} && M::description.access != access::threadgroup;

template <int R>
constexpr std::int64_t size_in_layout(dimension const& d) {
  if (!d.is_known())
    return open_size<R>;
  if (d.known() < 1 || d.known() > open_size<R>)
    refused((sentence("make_tensor: a size of ")
             << d.known() << " in a shape of " << R << " modes refused: it is from 1 to " << open_size<R>)
                .lines());
  return d.known();
}

template <class Memory, int R>
constexpr dynamic_tensor<Memory, R> make_dynamic(Memory const& memory, dimensions<R> const& shape,
                                                 dimensions<R> const& stride) {
  if (memory.handle().base() != no_value)
    refused("make_tensor: a buffer from an element on; give the whole buffer");
  builder* const b = memory.owner();
  dynamic_engine<Memory, R> const engine(memory, shape, stride);
  std::int64_t sizes[R], steps[R];
  for (int m = 0; m < R; ++m) {
    sizes[m] = size_in_layout<R>(shape[m]);
    steps[m] = coordinate_unit<R>(engine.mode_of(m));
    value<u64> const reach = cast<u64>(shape[m].value_in(b)) * cast<u64>(stride[m].value_in(b));
    b->check((reach <= (u64{1} << 32)).id_in(b), "a tensor's indices are below 2^32");
  }
  return {engine, layout(flat_shape<R>(sizes), flat_shape<R>(steps))};
}

} // namespace detail

/// A tensor over a kernel's buffer whose sizes or strides, or some of them, are arguments of the kernel:
/// make_tensor(A, make_shape(M, K), make_stride(lda, 1)).
///
/// Partitioned as any tensor, by tiles that are known; they need not divide: tiles at the edges reach past
/// the shape, and within(tile) or copy_if leave out what is not there. How many tiles there are is
/// ceil_div(M, 64). A coordinate is one number for each mode whose size is an argument. Where a mode has
/// stride 1, and multiple_of tells enough of the other strides, accesses are wide. Errors: as many strides as
/// sizes; more than 4 modes. When run: an index of 2^32 or more.
template <detail::buffer_parameter M, class S, class D>
  requires detail::some_size_is_a_value<S, D> && detail::as_many_strides_as_sizes<S, D>
[[nodiscard]] constexpr auto make_tensor(M const& memory, S const& shape, D const& stride) {
  constexpr int R = detail::modes_of<S> > 0 ? detail::modes_of<S> : detail::modes_of<D>;
  using handle = detail::memory_handle<typename M::element_type>;
  using engine = buffer_engine<handle, M::description.access>;
  return detail::make_dynamic(engine(memory), detail::as_dimensions<R>("the shape", shape),
                              detail::as_dimensions<R>("the strides", stride));
}

/// The same without gaps, mode 0 first: make_tensor(A, make_shape(M, N)) has the strides 1 and M.
template <detail::buffer_parameter M, int R>
[[nodiscard]] constexpr auto make_tensor(M const& memory, dimensions<R> const& shape) {
  return [&]<int... Mode>(std::integer_sequence<int, Mode...>) {
    detail::dimension next(1);
    auto const step = [&](detail::dimension const& size) {
      detail::dimension const mine = next;
      next = next * size;
      return mine;
    };
    detail::dimension const strides[] = {step(shape[Mode])...}; // braces: in this order
    return make_tensor(memory, shape, dimensions<R>(strides[Mode]...));
  }(std::make_integer_sequence<int, R>{});
}

/// Size of mode m of the whole tensor, as a value.
template <int Mode, class Memory, int R>
  requires(Mode >= 0 && Mode < R)
[[nodiscard]] constexpr value<u32> extent(dynamic_tensor<Memory, R> const& t) {
  return t.engine().size(Mode).value_in(t.engine().owner());
}

namespace detail {
template <class Memory, int R>
constexpr dynamic_tensor<Memory, R> divided(char const* name, dynamic_tensor<Memory, R> const& t,
                                            layout const& l, tiler const& tile) {
  if (open_leaves<R>(l) < open_leaves<R>(t.layout()))
    refused((sentence(name) << "(" << shown_open_layout<R>{t.layout()} << ", " << tile
                            << ") refused: a tile of a mode whose size (?) is an argument has at most "
                            << open_size<R> / least_open_size<R> << " elements in a tensor of " << R
                            << " modes")
                .lines());
  return {t.engine(), l, t.offset()};
}
} // namespace detail

template <class Memory, int R>
[[nodiscard]] constexpr dynamic_tensor<Memory, R> logical_divide(dynamic_tensor<Memory, R> const& t,
                                                                 tiler const& tile) {
  return detail::divided("logical_divide", t, logical_divide(t.layout(), tile), tile);
}
template <class Memory, int R>
[[nodiscard]] constexpr dynamic_tensor<Memory, R> zipped_divide(dynamic_tensor<Memory, R> const& t,
                                                                tiler const& tile) {
  return detail::divided("zipped_divide", t, zipped_divide(t.layout(), tile), tile);
}
template <class Memory, int R>
[[nodiscard]] constexpr dynamic_tensor<Memory, R> tiled_divide(dynamic_tensor<Memory, R> const& t,
                                                               tiler const& tile) {
  return detail::divided("tiled_divide", t, tiled_divide(t.layout(), tile), tile);
}
template <class Memory, int R>
[[nodiscard]] constexpr dynamic_tensor<Memory, R> flat_divide(dynamic_tensor<Memory, R> const& t,
                                                              tiler const& tile) {
  return detail::divided("flat_divide", t, flat_divide(t.layout(), tile), tile);
}

} // namespace enigma
