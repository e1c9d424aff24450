// SPDX-License-Identifier: MIT
// Each kernel of the corpus is checked, run, run under the exact detector and, where it has barriers,
// audited.
#include "job.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <ostream>
#include <set>

namespace corpus {

// How GoogleTest names a case that fails.
void PrintTo(job const& j, std::ostream* out) {
  *out << j.file << ".metal, kernel " << j.kernel;
}

namespace {

std::string const kernels = ENIGMA_CORPUS "/kernels/";

std::vector<job> all() {
  std::vector<job> jobs;
  for (auto const part : {norms, reductions, products, attentions, permutations, elements})
    for (job& j : part())
      jobs.push_back(std::move(j));
  return jobs;
}

std::string tool() {
  return ENIGMA_METAL;
}

bool long_run() {
  return std::getenv("ENIGMA_LONG") != nullptr;
}

bool first_of_its_file(job const& j) {
  for (job const& other : all())
    if (other.file == j.file)
      return other.name == j.name;
  return false;
}

void expect_right(job const& j, std::string const& mode) {
  folder const where;
  auto const [told, got] = run(where, tool(), j, kernels + j.file + ".metal", mode);
  ASSERT_EQ(told.status, 0) << told.words;
  EXPECT_EQ(j.difference(got), "") << told.words;
}

class kernel : public testing::TestWithParam<job> {};

TEST_P(kernel, runs_right) {
  expect_right(GetParam(), "");
}

TEST_P(kernel, is_clean_under_the_exact_detector) {
  if (!long_run() && !first_of_its_file(GetParam()))
    GTEST_SKIP() << "under ENIGMA_LONG=1 only";
  expect_right(GetParam(), " --check");
}

std::string name(testing::TestParamInfo<job> const& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(corpus, kernel, testing::ValuesIn(all()), name);

class barriers : public testing::TestWithParam<job> {};

TEST_P(barriers, all_matter) {
  // An audit compiles and runs a kernel once for each barrier; some are enough from day to day.
  static std::set<std::string> const quick = {"gemm_nt_ragged", "attention_tiles", "scan_inclusive_int32"};
  if (!long_run() && !quick.contains(GetParam().name))
    GTEST_SKIP() << "under ENIGMA_LONG=1 only";
  folder const where;
  std::string const command =
      tool() + " audit " + kernels + GetParam().file + ".metal" + GetParam().options(where);
  answer const told = shell(command);
  EXPECT_EQ(told.status, 0) << command << "\n" << told.words;
}

std::vector<job> with_barriers() {
  std::vector<job> jobs;
  for (job& j : all())
    if (j.barriers)
      jobs.push_back(std::move(j));
  return jobs;
}

INSTANTIATE_TEST_SUITE_P(corpus, barriers, testing::ValuesIn(with_barriers()), name);

class source : public testing::TestWithParam<std::string> {};

TEST_P(source, is_taken) {
  answer const told = shell(tool() + " check " + kernels + GetParam() + ".metal");
  EXPECT_EQ(told.status, 0) << told.words;
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (auto const& entry : std::filesystem::directory_iterator(kernels))
    if (entry.path().extension() == ".metal")
      names.push_back(entry.path().stem().string());
  return names;
}

INSTANTIATE_TEST_SUITE_P(corpus, source, testing::ValuesIn(files()),
                         [](testing::TestParamInfo<std::string> const& file) { return file.param; });

// The references are as good as the numbers that they are given.
TEST(corpus, half_and_bfloat_are_read_and_rounded) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    half h;
    bfloat b;
    h.bits = b.bits = static_cast<std::uint16_t>(bits);
    double const value = static_cast<double>(h);
    if (!std::isnan(value)) {
      EXPECT_EQ(half(value).bits, bits);
    }
    if (!std::isnan(static_cast<double>(b))) {
      EXPECT_EQ(bfloat(static_cast<double>(b)).bits, bits);
    }
    // Halfway to the next one, to even; a little further, up.
    if ((bits & 0x7fff) < 0x7bff) {
      half next;
      next.bits = static_cast<std::uint16_t>(bits + 1);
      double const between = (value + static_cast<double>(next)) / 2;
      EXPECT_EQ(half(between).bits, bits + bits % 2);
      EXPECT_EQ(half(between * (1 + 1e-9)).bits, bits + 1);
    }
  }
  EXPECT_EQ(static_cast<double>(half(1.0)), 1.0);
  EXPECT_EQ(half(65519.0).bits, 0x7bff);
  EXPECT_EQ(half(65520.0).bits, 0x7c00);
  EXPECT_EQ(half(-0.333251953125).bits, 0xb555);
}

TEST(corpus, has_a_case_for_every_file) {
  std::set<std::string> used;
  for (job const& j : all())
    used.insert(j.file);
  for (std::string const& file : files())
    EXPECT_TRUE(used.contains(file)) << file;
}

} // namespace
} // namespace corpus
