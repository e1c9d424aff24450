// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/register_engine.hpp>
#include <enigma/codegen/within.hpp>

// Copies of 8 and 16 bytes of elements that are smaller than words. Metal's vectors end at four lanes, so
// eight halves move as a uint4: the same bits, in one access.

namespace enigma::detail {

/// An engine whose groups of elements are moved as words.
template <class Engine>
class moved_as_words : public Engine {
public:
  using offset_type = typename Engine::offset_type;
  using element_type = typename Engine::element_type;

  constexpr explicit moved_as_words(Engine const& e) : Engine(e) {}

  template <int Width>
  constexpr auto load(offset_type const& at) const {
    return Engine::template load_words<Width>(at);
  }
  template <int Width>
  constexpr auto load_same(offset_type const& at) const {
    return words_of_one<words_of<element_type, Width>>(Engine::template load<1>(at));
  }
  template <int Width, class Words>
  constexpr void store(offset_type const& at, Words const& x) const {
    Engine::template store_words<Width>(at, x);
  }
  constexpr int lanes() const { return Engine::together(); }
};

template <class E>
concept movable_as_words = smaller_than_words<typename E::element_type> && requires(E const& e) {
  { e.together() } -> std::same_as<int>;
};

template <movable_as_words E>
constexpr tensor<moved_as_words<E>> as_words(tensor<E> const& t) {
  return {moved_as_words<E>(t.engine()), t.layout(), t.offset()};
}

/// dst(c) = src(c), `Width` elements at once, which allows_width has been asked about.
template <int Width, movable_as_words S, movable_as_words D>
constexpr void copy_as_words(tensor<S> const& src, tensor<D> const& dst) {
  auto const from = as_words(src).load();
  auto const to = as_words(dst);
  auto const n = size(dst);
  memory_order const order(dst.layout());
  bool const hold = examine_store(to, from, order, n);
  store_groups<Width>(to, from, order, n, hold);
}

} // namespace enigma::detail
