// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/needed_threads.hpp>
#include <enigma/codegen/wide_copy.hpp>
#include <enigma/layout/tv.hpp>

// Copies of tiles by the threads of a threadgroup, as CuTe has them: who copies what is a thread-value
// layout, and partitioned once before the loop.
//
//   constexpr auto copy_A = make_tiled_copy(copy_atom<16>{}, {{16, 8}, {8, 1}}, make_layout({1, 4}));
//   auto const mine = copy_A.slice(g);
//   auto const from = mine.partition_S(tiles_of_A), to = mine.partition_D(sA);
//   g.for_range(0u, n, [&](auto k) { copy(copy_A, from(_, _, _, k), to); ... });

namespace enigma {

/// How many bytes one access of a copy moves: 1, 2, 4, 8 or 16. copy_atom<> is as wide as the memories allow,
/// up to four elements; a number is a demand, and a copy that cannot meet it is refused. More than four
/// elements, eight halves or sixteen bytes, move as the uint4 or uint2 that their bits are.
template <int Bytes = 0>
  requires(Bytes == 0 || Bytes == 1 || Bytes == 2 || Bytes == 4 || Bytes == 8 || Bytes == 16)
struct copy_atom {
  static constexpr int bytes = Bytes;
};

class thread_copy;

/// A copy by so many threads: see make_tiled_copy.
template <class Atom>
class tiled_copy {
public:
  using atom = Atom;
  constexpr explicit tiled_copy(tv_layout const& tv) : tv_{tv} {}

  constexpr std::int64_t threads() const { return size<0>(tv_.layout); }
  /// (thread, value) -> position in the tile of shape tiler that is copied at once.
  constexpr tv_layout const& tv() const { return tv_; }
  constexpr int_tuple const& tiler() const { return tv_.tiler; }
  /// (thread, (values, copies)) -> position in a tile of that shape, which is copied in so many goes: with
  /// thread t of partition_S(make_tensor(x, L)) having P, size(P) = size<1>(layout) and
  ///   P(v) is L(layout(t, v))   for every v.
  /// is_partition(tv(shape)): every element is copied, by one thread. Errors: as zipped_divide.
  constexpr tv_layout tv(int_tuple const& shape) const {
    layout const cut =
        composition(zipped_divide(layout(shape), tv_.tiler), enigma::tiler{enigma::tiler(tv_.layout), _});
    return {shape, make_layout(mode(mode(cut, 0), 0), make_layout(mode(mode(cut, 0), 1), mode(cut, 1)))};
  }

  /// What this thread copies. The threadgroup has as many threads; the executor checks it.
  constexpr thread_copy slice(gpu const& g) const;
  /// What a thread of another numbering copies.
  template <traced X>
    requires index_value<X>
  constexpr thread_copy slice(X const& thread) const;

private:
  tv_layout tv_;
};

/// Threads that lie over a tile as `threads` numbers them, with the values of each in a block of the shape of
/// `values`: {{16,8},{8,1}} and (1,4) copy (16,32) at once, each thread four elements of a row.
/// Errors: as make_layout_tv; more than 1024 threads.
template <class Atom>
[[nodiscard]] constexpr tiled_copy<Atom> make_tiled_copy(Atom, layout const& threads,
                                                         layout const& values = layout()) {
  if (size(threads) > 1024)
    refused((detail::sentence("make_tiled_copy: ") << threads << " refused: these are " << size(threads)
                                                   << " threads, a threadgroup has at most 1024")
                .lines());
  return tiled_copy<Atom>(make_layout_tv(threads, values));
}
/// The same from a thread-value layout.
template <class Atom, std::same_as<tv_layout> TV>
[[nodiscard]] constexpr tiled_copy<Atom> make_tiled_copy(Atom, TV const& tv) {
  return tiled_copy<Atom>(tv);
}

/// What one thread has of a tiled copy.
class thread_copy {
public:
  constexpr thread_copy(tv_layout const& tv, value<u32> const& thread) : tv_{tv}, thread_{thread} {}

  /// This thread's elements of a tensor: (values, tiles along mode 0, along mode 1, ...); modes that the tile
  /// of the copy does not have are left as they are. Of the source and of the destination alike.
  /// Errors: a tile that does not divide the tensor.
  template <class E>
  [[nodiscard]] constexpr tensor<E> partition_S(tensor<E> const& t) const {
    auto const cut = zipped_divide(t, tv_.tiler);
    auto const by_thread = composition(cut, tiler{tiler(tv_.layout), _});
    auto const piece = by_thread(make_coord(make_coord(thread_, _), _));
    return {piece.engine(), detail::opened_modes(without_wrapping(piece.layout()), 1), piece.offset()};
  }
  template <class E>
  [[nodiscard]] constexpr tensor<E> partition_D(tensor<E> const& t) const {
    return partition_S(t);
  }

  /// A fragment that was made for another partition of a tile, in the shape that partition_S and partition_D
  /// give of that tile: copy(c, mine.retile_S(acc, mma.tv_C()), mine.partition_D(tile)) stores what each
  /// thread has. `made_for` says who has what in the fragment, and to the same threads this copy has to give
  /// the same elements. Law: with S = made_for and D the copy's own thread-value layout on S's tile,
  ///   retile_S(f, S)(c) is f(v) where S(t, v) = D(t, c), for every thread t.
  /// Errors: an element that belongs to one thread there and to another here.
  template <class E>
    requires(E::space == address_space::registers)
  [[nodiscard]] constexpr tensor<E> retile_S(tensor<E> const& fragment, tv_layout const& made_for) const {
    return {fragment.engine(), retiled(fragment.layout(), made_for), fragment.offset()};
  }
  template <class E>
    requires(E::space == address_space::registers)
  [[nodiscard]] constexpr tensor<E> retile_D(tensor<E> const& fragment, tv_layout const& made_for) const {
    return retile_S(fragment, made_for);
  }
  /// Of a fragment for the copy's own tile, as that of the tiled_mma that make_tiled_copy_C was given.
  template <class E>
    requires(E::space == address_space::registers)
  [[nodiscard]] constexpr tensor<E> retile_S(tensor<E> const& fragment) const {
    return retile_S(fragment, tv_);
  }
  template <class E>
    requires(E::space == address_space::registers)
  [[nodiscard]] constexpr tensor<E> retile_D(tensor<E> const& fragment) const {
    return retile_S(fragment, tv_);
  }

private:
  constexpr layout retiled(layout const& fragment, tv_layout const& made_for) const {
    auto const threads = size<0>(made_for.layout);
    if (size(fragment) != size<1>(made_for.layout))
      refuse_retile(fragment, made_for,
                    detail::sentence("a thread has ")
                        << size<1>(made_for.layout) << " elements of the tile, the "
                        << "fragment " << size(fragment));
    layout const whole =
        composition(zipped_divide(make_layout(made_for.tiler), tv_.tiler), tiler{tiler(tv_.layout), _});
    layout const values = detail::opened_modes(make_layout(mode(mode(whole, 0), 1), mode(whole, 1)), 1);
    if (made_for == tv_)
      return composition(fragment, layout(values.shape()));
    layout const here = make_layout(mode(mode(whole, 0), 0), values);
    // Positions as thread + threads * value: this copy's threads have to come out as they are.
    layout const owner = left_inverse(made_for.layout);
    auto const seen = try_composition(owner, here);
    if (threads != size<0>(here))
      refuse_retile(fragment, made_for,
                    detail::sentence("it is of ") << threads << " threads, the copy of " << size<0>(here));
    if (!seen || !keeps_threads(seen.held, threads))
      for (std::int64_t i = 0; i < size(here); ++i)
        if (auto const at = detail::index_at(here, i), t = detail::index_at(owner, at) % threads;
            t != i % threads)
          refuse_retile(fragment, made_for,
                        detail::sentence("element ")
                            << at << " of the tile " << made_for.tiler << " belongs to thread " << t
                            << " there and to thread " << i % threads << " here");
    layout which = mode(seen.value(), 1);
    for (int k = 0; k < which.profile_.count; ++k)
      which.stride_[k] /= threads;
    return composition(fragment, which);
  }
  static constexpr bool keeps_threads(layout const& seen, std::int64_t threads) {
    layout const of_threads = coalesce(mode(seen, 0)), of_values = mode(seen, 1);
    bool same = threads == 1 || of_threads == layout(threads);
    for (int k = 0; k < of_values.leaves(); ++k)
      same = same && of_values.leaf_stride(k) % threads == 0;
    return same;
  }
  constexpr void refuse_retile(layout const& fragment, tv_layout const& made_for,
                               detail::sentence const& why) const {
    refused((detail::sentence("retile of a fragment ")
             << fragment << " of " << made_for.layout << " refused by the copy of " << tv_.layout << ": "
             << why)
                .lines());
  }

  // ((values)),(rest) as (values),(rest)
  static constexpr layout without_wrapping(layout const& l) {
    layout const values = mode(l, 0);
    return rank(values) == 1 && !values.profile_.whole().is_leaf() ? make_layout(mode(values, 0), mode(l, 1))
                                                                   : l;
  }

  tv_layout tv_;
  value<u32> thread_;
};

template <class Atom>
constexpr thread_copy tiled_copy<Atom>::slice(gpu const& g) const {
  detail::need_threads(g, threads(), "make_tiled_copy", "a threadgroup has the threads of its tiled copy");
  return {tv_, g.thread_index_in_threadgroup()};
}
template <class Atom>
template <traced X>
  requires index_value<X>
constexpr thread_copy tiled_copy<Atom>::slice(X const& thread) const {
  using T = detail::traced_type_of<X>;
  detail::builder* const b = detail::owner_of_all(thread);
  return {tv_, cast<u32>(value<T>{b, detail::id_of<T>(b, thread)})};
}

namespace detail {

/// The widest accesses, of at most `wanted` elements, that a copy can make.
template <class S, class D>
constexpr std::int64_t widest_copy(tensor<S> const& src, tensor<D> const& dst, std::int64_t wanted) {
  auto const n = size(dst);
  memory_order const order(dst.layout());
  if constexpr (movable_as_words<S> && movable_as_words<D>)
    for (; wanted > 4; wanted /= 2)
      if (allows_width(as_words(dst), order, n, static_cast<int>(wanted)) &&
          allows_width(as_words(src), order, n, static_cast<int>(wanted)))
        return wanted;
  return width_of_store(dst, src.load(), order, n);
}

/// Refuses a copy whose accesses are not as wide as the atom says.
template <int Bytes, class S, class D>
constexpr void check_width(tensor<S> const& src, tensor<D> const& dst) {
  using T = typename D::element_type;
  auto const n = size(dst);
  std::int64_t const wanted = Bytes / size_in_bytes(type_of<T>.element);
  bool const there = std::same_as<T, bool> ? wanted == 1 : wanted >= 1;
  if (!there || n % wanted != 0)
    refused((sentence("copy_atom<") << Bytes << "> refused for " << src.layout() << " to " << dst.layout()
                                    << ": " << Bytes << " bytes are " << wanted << " elements, a thread has "
                                    << n << "; copy_atom<> takes what there is")
                .lines());
  auto const width = widest_copy(src, dst, wanted);
  if (width < wanted)
    refused((sentence("copy_atom<")
             << Bytes << "> refused for " << src.layout() << " to " << dst.layout() << ": its accesses have "
             << wanted << " elements, these memories allow " << width
             << " that lie together and begin at a multiple of that; change the layouts, promise more with "
                "multiple_of, or take copy_atom<"
             << width * size_in_bytes(type_of<T>.element) << ">")
                .lines());
}

/// The same for a copy under a predicate, which masks one element, or so many as one bool is for.
template <int Bytes, bool OneForAll, class S, class D>
constexpr void check_masked_width(tensor<S> const& src, tensor<D> const& dst) {
  constexpr int element = size_in_bytes(type_of<typename D::element_type>.element), most = OneForAll ? 4 : 1;
  if constexpr (Bytes > most * element)
    refused((
                sentence("copy_atom<")
                << Bytes << "> refused for copy_if of " << src.layout() << " to " << dst.layout() << ": "
                << (OneForAll ? "under one condition an access has at most 4 elements"
                              : "each element has a condition of its own, and so an access of its own")
                << "; ask once for all with if_inside, or take copy_atom<" << most * element << '>')
                .lines());
  else
    check_width<Bytes>(src, dst);
}

} // namespace detail

/// dst(c) = src(c) for this thread's parts, in accesses of the atom's width.
template <int Bytes, class S, class D>
  requires(S::readable && D::writable && std::same_as<typename S::element_type, typename D::element_type> &&
           std::same_as<typename S::place, kernel_place>)
constexpr void copy(tiled_copy<copy_atom<Bytes>> const&, tensor<S> const& src, tensor<D> const& dst) {
  constexpr int width = Bytes / size_in_bytes(type_of<typename D::element_type>.element);
  if constexpr (Bytes > 0)
    detail::check_width<Bytes>(src, dst);
  if constexpr (width > 4 && !std::same_as<typename D::element_type, bool>)
    detail::copy_as_words<width>(src, dst);
  else
    copy(src, dst);
}
/// Where the predicate holds: a tile of bool, such as elem_less(mine.partition_S(coordinates), shape), or one
/// bool for all. Errors: an atom wider than what one bool is for.
template <int Bytes, class P, class S, class D>
  requires(S::readable && D::writable && std::same_as<typename S::element_type, typename D::element_type> &&
           std::same_as<typename S::place, kernel_place>)
constexpr void copy_if(tiled_copy<copy_atom<Bytes>> const&, P const& pred, tensor<S> const& src,
                       tensor<D> const& dst) {
  if constexpr (Bytes > 0)
    detail::check_masked_width<Bytes, requires { detail::operand_for<kernel_place, bool>(pred).x; }>(src,
                                                                                                     dst);
  copy_if(pred, src, dst);
}

} // namespace enigma
