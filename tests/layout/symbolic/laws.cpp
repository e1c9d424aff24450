// SPDX-License-Identifier: MIT
// Named sizes while compiling: what the operations answer, and next to it the nearest case that they refuse
// and the fact that they ask for.
#include <enigma/layout/symbolic.hpp>

namespace {

namespace eg = enigma;
using eg::_;
using eg::decision;
using eg::layout;
using eg::named_size;
using eg::size_tuple;
using eg::symbolic_layout;

template <class T>
constexpr bool is(T const& t, char const* words) {
  return (eg::detail::sentence() << t).lines() == words;
}
template <class Outcome>
constexpr bool says(Outcome const& o, char const* words) {
  return !o && o.why.contains(words);
}

constexpr named_size M{"M", {.divisible_by = 64}};
constexpr named_size N{"N", {.at_least = 16}};
constexpr named_size K{"K"};
constexpr named_size ld{"ld"};
constexpr named_size i{"i", {.at_least = 0}};
constexpr named_size j{"j", {.at_least = 0}};
constexpr named_size lane{"lane", {.at_least = 0, .at_most = 31}};

// ----- expressions
// --------------------------------------------------------------------------------------------

static_assert(is(M * K, "M*K") && is(K * M, "K*M") && M * K == K * M && !(M * K == M));
static_assert(is(16 * K + 3, "16*K+3") && is(3 - K, "-K+3") && is(K - K, "0") && (K - K).known());
static_assert(is(divide_exactly(M, 64), "M/64") && is(divide_exactly(M * K, 64), "M*K/64"));
static_assert(is(3 * divide_exactly(M, 64), "3*M/64") && divide_exactly(M, 64) * 64 == M);
static_assert(divide_exactly(M * K + M, K + 1) == M);
static_assert(is(ceil_div(M, 64), "M/64") && is(ceil_div(M, 128), "ceil(M/128)"));
static_assert(is(ceil_div(K, 16), "ceil(K/16)") && is(ceil_div(ceil_div(K, 16), 4), "ceil(K/64)"));
static_assert(is(ceil_div(6 * K, 4), "ceil(3*K/2)") && is(ceil_div(16 * K, 16), "K"));
static_assert(is(floor_div(K, 16), "floor(K/16)") && is(modulo(K, 16), "K%16"));
static_assert(is(floor_div(K + 3, 4), "floor((K+3)/4)") == false && is(floor_div(K + 3, 4), "ceil(K/4)"));
static_assert(is(floor_div(K + 1, 4), "floor((K+1)/4)") && is(modulo(K + 1, 4), "(K+1)%4"));
static_assert(is(floor_div(lane, 32), "0") && is(modulo(lane, 32), "lane") &&
              is(floor_div(lane, 31), "floor(lane/31)"));

static_assert(decide_at_most(K, M* K) == decision::yes && decide_at_most(K, M) == decision::unknown);
static_assert(decide_less(K, M* K) == decision::yes && decide_less(K, K) == decision::no);
static_assert(decide_at_most(64, M) == decision::yes && decide_at_most(65, M) == decision::unknown);
static_assert(decide_at_most(K + 1, M* K) == decision::yes &&
              decide_at_most(K * K, M* K) == decision::unknown);
static_assert(decide_at_most(M, 63) == decision::no && decide_less(lane, 32) == decision::yes);
static_assert(decide_less(lane, 31) == decision::unknown && decide_equal(M, M) == decision::yes);
static_assert(decide_equal(M, 63) == decision::no && decide_equal(M, 64) == decision::unknown);
static_assert(decide_divides(32, M) == decision::yes && decide_divides(128, M) == decision::unknown);
static_assert(decide_divides(2, M + 1) == decision::no);

// ----- layouts
// ------------------------------------------------------------------------------------------------

constexpr symbolic_layout A{{M, K}, {K, 1}};
static_assert(is(A, "(M,K):(K,1)") && is(A.shape(), "(M,K)") && is(A.stride(), "(K,1)"));
static_assert(is(symbolic_layout(size_tuple{M, {4, K}}), "(M,(4,K)):(1,(M,4*M))"));
static_assert(rank(A) == 2 && depth(A) == 1 && is(size(A), "M*K") && is(cosize(A), "M*K") &&
              is(size<1>(A), "K"));
static_assert(is(mode(A, 0), "M:K") &&
              is(flatten(symbolic_layout{{{M, 2}, K}, {{2, 1}, ld}}), "(M,2,K):(2,1,ld)"));
static_assert(is(coalesce(symbolic_layout{{M, K}, {1, M}}), "M*K:1") && is(coalesce(A), "(M,K):(K,1)"));
static_assert(symbolic_layout(layout{{4, 8}}) == symbolic_layout{{4, 8}, {1, 4}});

template <symbolic_layout L>
struct as_argument {
  static constexpr symbolic_layout value = L;
};
static_assert(as_argument<A>::value == A);

// ----- composition
// --------------------------------------------------------------------------------------------

static_assert(is(composition(A, layout{64, 1}), "64:K"));
static_assert(says(try_composition(A, layout{65, 1}), "needs M at least 128"));
static_assert(says(try_composition(symbolic_layout{{K, N}, {N, 1}}, layout{4, 1}), "needs K at least 4"));
static_assert(is(composition(symbolic_layout{{N, K}, {K, 1}}, layout{{4, 4}, {1, 4}}), "(4,4):(K,4*K)"));
static_assert(says(try_composition(symbolic_layout{{N, K}, {K, 1}}, layout{{4, 5}, {1, 4}}),
                   "needs N at least 17"));
static_assert(is(composition(A, symbolic_layout{{K, M}, {M, 1}}), "(K,M):(1,K)"));
static_assert(is(composition(symbolic_layout{{K}, {ld}}, layout{{8, 3}, {3, 1}}), "(8,3):(3*ld,ld)"));
static_assert(is(composition(A, {16, 8}), "(16,8):(K,1)"));
static_assert(is(composition(A, {layout{{4, 2}, {2, 1}}, _}), "((4,2),K):((2*K,K),1)"));

// ----- divides
// ------------------------------------------------------------------------------------------------

constexpr auto tiles = zipped_divide(A, {64, 8});
static_assert(is(tiles, "((64,8),(M/64,ceil(K/8))):((K,1),(64*K,8))"));
static_assert(is(logical_divide(A, {64, 8}), "((64,M/64),(8,ceil(K/8))):((K,64*K),(1,8))"));
static_assert(is(tiled_divide(A, {64, 8}), "((64,8),M/64,ceil(K/8)):((K,1),64*K,8)"));
static_assert(is(flat_divide(A, {64, 8}), "(64,8,M/64,ceil(K/8)):(K,1,64*K,8)"));
static_assert(is(zipped_divide(A, {layout{16, 4}, 8}),
                 "((16,8),((4,M/64),ceil(K/8))):((4*K,1),((K,64*K),8))"));
static_assert(is(zipped_divide(A, 64), "(64,(M/64)):((K),(64*K))") == false);
static_assert(says(try_zipped_divide(symbolic_layout{{N, K}, {K, 1}}, 16), "needs N divisible by 16"));

static_assert(is(complement(symbolic_layout{{K}, {1}}, M* K), "M:K"));
static_assert(is(complement(symbolic_layout{64, 1}, M), "M/64:64"));
static_assert(is(complement(symbolic_layout{64, 1}, K), "ceil(K/64):64"));
static_assert(is(complement(A), "1:0"));
static_assert(says(try_complement(symbolic_layout{{M, K}, {ld, 1}}, M* ld), "needs ld divisible by K") ||
              says(try_complement(symbolic_layout{{M, K}, {ld, 1}}, M* ld), "which of the strides"));

// ----- slices and coordinates
// ---------------------------------------------------------------------------------

static_assert(is(A(i, j), "K*i+j") && is(A(3, 0), "3*K") && is(A(_, 3), "(M):(K)"));
static_assert(is(slice({_, {i, j}}, tiles).layout, "((64,8)):((K,1))"));
static_assert(is(slice({_, {i, j}}, tiles).offset, "64*K*i+8*j"));
static_assert(is(symbolic_layout{{{4, 8}, K}, {{K, 1}, 8}}(lane, 0), "K*(lane%4)+floor(lane/4)"));
static_assert(is(symbolic_layout{{{4, 8}, K}, {{1, 4}, 32}}(lane, 0), "lane"));

constexpr auto tv = eg::make_layout_tv(layout{{8, 4}, {4, 1}}, layout{{2, 2}, {2, 1}});
constexpr named_size P{"P", {.divisible_by = 16}};
constexpr symbolic_layout B{{P, K}, {K, 1}};
static_assert(is(composition(zipped_divide(B, tv.tiler)(_, size_tuple{i, j}), tv)(lane, _),
                 "((2,2)):((1,K))"));

// ----- binding
// ------------------------------------------------------------------------------------------------

static_assert(bind(A, {{"M", 128}, {"K", 64}}) == layout{{128, 64}, {64, 1}});
static_assert(bind(tiles, {{"M", 128}, {"K", 12}}) == zipped_divide(layout{{128, 12}, {12, 1}}, {64, 8}));
static_assert(is(substitute(A, {{"K", 12}}), "(M,12):(12,1)"));

/// Counts the operations that an expression costs a kernel.
struct traced {
  std::int64_t value = 0;
  int operations = 0;

  constexpr explicit traced(std::int64_t v) : value(v) {}
  constexpr traced(std::int64_t v, int n) : value(v), operations(n) {}
  friend constexpr traced operator+(traced a, traced b) {
    return {a.value + b.value, a.operations + b.operations + 1};
  }
  friend constexpr traced operator-(traced a, traced b) {
    return {a.value - b.value, a.operations + b.operations + 1};
  }
  friend constexpr traced operator*(traced a, traced b) {
    return {a.value * b.value, a.operations + b.operations + 1};
  }
  friend constexpr traced operator+(traced a, std::int64_t b) { return {a.value + b, a.operations + 1}; }
  friend constexpr traced operator-(traced a, std::int64_t b) { return {a.value - b, a.operations + 1}; }
  friend constexpr traced operator*(traced a, std::int64_t b) { return {a.value * b, a.operations + 1}; }
  friend constexpr traced operator/(traced a, std::int64_t b) { return {a.value / b, a.operations + 1}; }
  friend constexpr traced operator%(traced a, std::int64_t b) { return {a.value % b, a.operations + 1}; }
  friend constexpr bool operator==(traced const&, traced const&) = default;
};
constexpr traced known_in_a_kernel(named_size const& name) {
  return traced(name.same_name(M) ? 128 : name.same_name(K) ? 10 : name.same_name(i) ? 3 : 5);
}
constexpr traced cost(eg::size_expression const& e) {
  return evaluate(e, known_in_a_kernel);
}
static_assert(cost(7) == traced(7) && cost(M) == traced(128) && cost(K - K) == traced(0));
static_assert(cost(divide_exactly(M, 64)) == traced{2, 1} && cost(64 * K * i + 8 * j) == traced{1960, 4});
static_assert(cost(ceil_div(K, 4)) == traced{3, 2} && cost(modulo(K, 4)) == traced{2, 1});
static_assert(cost(3 - K) == traced{-7, 1} && cost(K - 3) == traced{7, 1});

// ----- coordinates as values
// ------------------------------------------------------------------------------------

constexpr auto identity = eg::identity_layout({M, K});
static_assert(is(identity, "(M,K):(1@0,1@1)") && is(to_coordinate(identity(i, j), 2), "(i,j)"));
static_assert(is(eg::identity_layout({{4, 8}, K}), "((4,8),K):((1@0,4@0),1@1)"));
static_assert(to_coordinate(eg::identity_layout({4, 8})(3, 5), 2).known() == eg::int_tuple{3, 5});
static_assert(to_coordinate(eg::identity_layout({4, 8})(11), 2).known() == eg::int_tuple{3, 2});
static_assert(is(zipped_divide(identity, {64, 8}), "((64,8),(M/64,ceil(K/8))):((1@0,1@1),(64@0,8@1))"));
static_assert(is(coalesce(eg::identity_layout({{4, 8}, K})), "(32,K):(1@0,1@1)"));
static_assert(bind(identity(i, j) - identity(i, j), {}) == 0);

// ----- ragged domains
// -------------------------------------------------------------------------------------------

constexpr auto ten = zipped_divide(bounded(layout(10)), 4);
static_assert(is(ten.layout(), "(4,3):(1,4)") && is(ten.coordinates(), "(4,3):(1@0,4@0)") &&
              is(ten.limit(), "(10)"));
static_assert(ten.inside(1, 2) && !ten.inside(2, 2) && ten.inside(9) && !ten.inside(10));
static_assert(ten.needs_predicate() && !zipped_divide(bounded(layout(12)), 4).needs_predicate());
static_assert(ten(_, 1).is_full_tile() && !ten(_, 2).is_full_tile() && is(size(ten), "12"));

constexpr auto ragged = zipped_divide(bounded(A), {64, 8});
static_assert(ragged.layout() == tiles && !ragged.needs_predicate(0) && ragged.needs_predicate(1));
static_assert(is(ragged.coordinates({{3, 1}, {i, j}}), "(64*i+3,8*j+1)") && is(ragged.limit(), "(M,K)"));
static_assert(is(ragged.index({{3, 1}, {i, j}}), "64*K*i+3*K+8*j+1"));
static_assert(ragged.inside({{3, 0}, {0, 0}}) && ragged.decide_inside({{3, 1}, {0, 0}}) == decision::unknown);
static_assert(ragged.decide_inside({{0, 0}, {divide_exactly(M, 64), 0}}) == decision::no);
constexpr auto tile = local_tile(bounded(A), {64, 8}, {i, j});
static_assert(is(tile.layout(), "(64,8):(K,1)") && is(tile.offset(), "64*K*i+8*j") &&
              is(tile.origin(), "(64*i,8*j)"));
static_assert(!tile.needs_predicate(0) && tile.needs_predicate(1));

// A tile cut again into tiles that do not divide it: past its end are the elements of the next one.
constexpr auto twice = logical_divide(ten, {3});
static_assert(is(twice.layout(), "((3,2),3):((1,3),4)") && is(twice.limit(), "(10,4)"));
static_assert(twice.inside(3, 0) && !twice.inside(4, 0) && twice.needs_predicate(0) &&
              twice.needs_predicate(1));

template <eg::bounded_layout B>
struct as_argument_too {
  static constexpr auto rank_of = rank(B);
};
static_assert(as_argument_too<tile>::rank_of == 2);

} // namespace
