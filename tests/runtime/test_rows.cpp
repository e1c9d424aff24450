// SPDX-License-Identifier: MIT
// What the table says and what the other files tested, side by side. Linked last: its test comes last.

#include <gtest/gtest.h>

#include <enigma/runtime/cpu/lanewise.hpp>

#include "rows.hpp"

namespace {

using namespace rows;

bool is_tested(op code, element_kind from) {
  for (element_kind to : every_kind)
    if (tested().contains({code, from, to}))
      return true;
  return false;
}
bool is_index(element_kind k) {
  return k == int32 || k == uint32 || k == int64 || k == uint64;
}

/// Rows that say `special`: which types they take.
bool takes_specially(op code, element_kind k) {
  if (eg::is_atomic(code))
    return eg::is_atomic_of(code, k);
  switch (code) {
  case op::query: // only positions, in test_together.cpp
  case op::if_:   // no values of their own, in test_control.cpp
  case op::else_:
  case op::while_:
  case op::test:
  case op::end:
  case op::barrier:
  case op::break_:
  case op::check:
  case op::simdgroup_load: // in tests/msl/simdgroup_matrices.cpp
  case op::simdgroup_store:
  case op::simdgroup_fill:
  case op::simdgroup_diagonal:
  case op::simdgroup_multiply:
  case op::simdgroup_multiply_accumulate:
  case op::thread_element:
  case op::simdgroup_of_elements:
  case op::call: // in tests/msl/functions.cpp and async_copies.cpp
  case op::invoke:
  case op::async_copy:
  case op::async_wait:
  case op::return_:
    return false;
  case op::for_:
    return is_index(k);
  case op::bitcast:
    return k != boolean;
  case op::load_field: // of records, in tests/msl/structs.cpp
  case op::store_field:
    return false;
  case op::make_matrix:
    return k == float32 || k == float16;
  case op::simd_all: // of bools, or of nothing
  case op::simd_any:
  case op::simd_ballot:
  case op::simd_active_threads_mask:
  case op::simd_is_first:
    return k == boolean;
  default:
    return true;
  }
}

TEST(rows, all_are_tested) {
  auto const& run = *testing::UnitTest::GetInstance();
  if (run.test_to_run_count() != run.total_test_count())
    GTEST_SKIP() << "some tests were left out";
  int pairs = 0;
  for (int i = 0; i < static_cast<int>(op::count_); ++i)
    for (element_kind k : every_kind) {
      auto const code = static_cast<op>(i);
      eg::takes const domain = eg::info(code).domain;
      bool const takes = domain == eg::takes::special ? takes_specially(code, k) : eg::row_takes(domain, k);
      pairs += takes ? 1 : 0;
      EXPECT_EQ(is_tested(code, k), takes) << eg::info(code).name << " of " << eg::ir_name(k);
    }
  EXPECT_GT(pairs, 600);
  for (element_kind from : every_kind)
    for (element_kind to : every_kind) {
      EXPECT_TRUE(tested().contains({op::convert, from, to}))
          << eg::ir_name(from) << " to " << eg::ir_name(to);
      // Of 1 and 8 bytes there is no pair: a vector has at most 4 lanes.
      int const a = eg::size_in_bytes(from), b = eg::size_in_bytes(to);
      bool const fits = from != boolean && to != boolean && a <= 4 * b && b <= 4 * a;
      EXPECT_EQ(tested().contains({op::bitcast, from, to}), fits)
          << eg::ir_name(from) << " to " << eg::ir_name(to);
    }
}

// Integers and bools through every row that can be folded; of floats, all but a quotient.
TEST(rows, constants_are_folded) {
  auto const& run = *testing::UnitTest::GetInstance();
  if (run.test_to_run_count() != run.total_test_count())
    GTEST_SKIP() << "some tests were left out";
  int rows_folded = 0;
  for (int i = 0; i < static_cast<int>(op::count_); ++i) {
    auto const code = static_cast<op>(i);
    if (eg::info(code).fold == nullptr)
      continue;
    ++rows_folded;
    for (element_kind k : every_kind) {
      bool found = false;
      for (element_kind to : every_kind)
        found = found || folded().contains({code, k, to});
      EXPECT_EQ(found,
                eg::row_takes(eg::info(code).domain, k) && !(code == op::div && eg::info(k).is_floating))
          << eg::info(code).name << " of " << eg::ir_name(k);
    }
  }
  EXPECT_EQ(rows_folded, 32);
  for (element_kind from : every_kind)
    for (element_kind to : every_kind)
      EXPECT_TRUE(folded().contains({op::convert, from, to}))
          << eg::ir_name(from) << " to " << eg::ir_name(to);
}

} // namespace
