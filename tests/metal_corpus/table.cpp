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
  expect_right(GetParam(), " --check");
}

std::string name(testing::TestParamInfo<job> const& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(corpus, kernel, testing::ValuesIn(all()), name);

class barriers : public testing::TestWithParam<job> {};

TEST_P(barriers, all_matter) {
  // An audit compiles and runs a kernel once for each barrier; two of each kind are enough from day to day.
  static std::set<std::string> const quick = {"gemm_nt_ragged", "rms_norm_f32"};
  if (std::getenv("ENIGMA_LONG") == nullptr && !quick.contains(GetParam().name))
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

TEST(corpus, has_a_case_for_every_file) {
  std::set<std::string> used;
  for (job const& j : all())
    used.insert(j.file);
  for (std::string const& file : files())
    EXPECT_TRUE(used.contains(file)) << file;
}

} // namespace
} // namespace corpus
