// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/parameters.hpp>

// Copies of a simdgroup in the background, between a buffer and threadgroup memory. Experimental: Metal's own
// are undocumented, and not every compiler of Metal takes them. The source has them where ENIGMA_ASYNC_COPY
// is defined, which compilers up to that of Xcode 16 take; elsewhere the lanes copy together.

namespace enigma::experimental {

/// A copy that has begun. Until wait(copy) what it copies to is undefined, and what it copies from must not
/// change.
class copy_event {
public:
  constexpr copy_event(detail::builder* owner, value_id id) : owner_{owner}, id_{id} {}
  constexpr detail::builder* owner() const { return owner_; }
  constexpr value_id id() const { return id_; }

private:
  detail::builder* owner_;
  value_id id_;
};

namespace detail {
using namespace enigma::detail;

template <class T>
constexpr int whole(memory_handle<T> const& m, char const* what) {
  if (m.base() != no_value)
    refused((sentence("async_copy: ")
             << what << " begins at an element of its own; give its index instead of from(...)")
                .lines());
  return m.memory();
}
template <class T, class To, class From>
constexpr copy_event begin_copy(memory_handle<T> const& to, memory_handle<T> const& from, To const& at,
                                From const& of, value_id size) {
  builder* const b = to.owner();
  memory const &a = b->memory_at(to.memory()), &c = b->memory_at(from.memory());
  if ((a.space == memory_space::threadgroup) == (c.space == memory_space::threadgroup))
    refused((sentence("async_copy from ") << c.name << " to " << a.name
                                          << ": one of them has to be a buffer, the other threadgroup memory")
                .lines());
  return {b, b->async_copy(whole(to, "what it copies to"), whole(from, "what it copies from"), at, of, size)};
}
template <class To>
concept can_be_written = !is_only_read<To>;
template <class From>
concept can_be_read = !is_only_written<From>;
template <class X>
concept a_count = fits_as<X, u32>;
} // namespace detail

/// Begins to copy `elements` elements, to[i] on from from[k] on; all threads of the simdgroup call it alike.
/// MSL: a simdgroup_async_copy of the source's own, see detail/async_copies.hpp.
///
///   auto copy = experimental::async_copy(tile, 0u, x, first, 256u);
///   ... what does not need it ...
///   experimental::wait(copy);
///   g.threadgroup_barrier(); // for the other simdgroups
template <class To, detail::a_count At, class From, detail::a_count Of, detail::a_count N>
  requires detail::can_be_written<To> && detail::can_be_read<From> &&
           std::same_as<typename To::element_type, typename From::element_type>
constexpr copy_event async_copy(To const& to, At const& i, From const& from, Of const& k, N const& elements) {
  detail::builder* const b = to.owner();
  value_id const ids[] = {detail::id_of<u32>(b, i), detail::id_of<u32>(b, k),
                          detail::id_of<u32>(b, elements)};
  return detail::begin_copy<typename To::element_type>(to, from, ids[0], ids[1], ids[2]);
}

/// The same of `rows` rows of `columns` elements, with so many elements from one row to the next on either
/// side.
template <class To, detail::a_count At, detail::a_count ToRow, class From, detail::a_count Of,
          detail::a_count FromRow, detail::a_count Columns, detail::a_count Rows>
  requires detail::can_be_written<To> && detail::can_be_read<From> &&
           std::same_as<typename To::element_type, typename From::element_type>
constexpr copy_event async_copy(To const& to, At const& i, ToRow const& to_row, From const& from, Of const& k,
                                FromRow const& from_row, Columns const& columns, Rows const& rows) {
  detail::builder* const b = to.owner();
  auto const pair = [&](auto const& x, auto const& y) {
    value_id const ids[] = {detail::id_of<u32>(b, x), detail::id_of<u32>(b, y)};
    return b->pure(op::make_vector, type_of<vec<u32, 2>>, ids[0], ids[1]);
  };
  value_id const ids[] = {pair(i, to_row), pair(k, from_row), pair(columns, rows)};
  return detail::begin_copy<typename To::element_type>(to, from, ids[0], ids[1], ids[2]);
}

/// Waits until copies that this simdgroup has begun are done. Other simdgroups see them behind a barrier.
template <std::same_as<copy_event>... Copies>
  requires(sizeof...(Copies) >= 1)
constexpr void wait(Copies const&... copies) {
  (copies.owner()->async_wait(copies.id()), ...);
}

} // namespace enigma::experimental
