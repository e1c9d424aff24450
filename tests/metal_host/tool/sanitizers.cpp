// SPDX-License-Identifier: MIT
// `run --sanitize`: host threads under clang's sanitizers. Where clang has no runtime for one, its tests are
// skipped, and what the tool says of it is tested all the same.
#include "shell.hpp"

#include <gtest/gtest.h>

namespace tool_test {
namespace {

bool lacks(answer const& a) {
  return a.status == 2 && a.words.find("clang's runtime for --sanitize ") != std::string::npos;
}

answer run_under(std::string const& sanitizer, std::string const& words) {
  return tool("run sanitized.metal --sanitize " + sanitizer + " --kernel " + words);
}

void finds(answer const& a, std::string const& words) {
  EXPECT_EQ(a.status, 1) << a.words;
  EXPECT_NE(a.words.find(words), std::string::npos) << "wanted\n  " << words << "\ngot\n  " << a.words;
}

TEST(thread_sanitizer, finds_a_race_on_threadgroup_memory) {
  answer const a = run_under("thread", "race --grid 64 --threads 64 --buffer x=zeros:f32:64");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  // Which of the two comes first is chance.
  EXPECT_EQ(a.status, 1);
  EXPECT_TRUE(
      a.words.rfind("sanitized.metal:8:11: error: ThreadSanitizer: data race: write of 4 bytes, byte ", 0) ==
          0 ||
      a.words.rfind("sanitized.metal:9:10: error: ThreadSanitizer: data race: read of 4 bytes, byte ", 0) ==
          0)
      << a.words;
  EXPECT_TRUE(
      a.words.find("\nsanitized.metal:8:11: note: previous write of 4 bytes, byte ") != std::string::npos ||
      a.words.find("\nsanitized.metal:9:10: note: previous read of 4 bytes, byte ") != std::string::npos)
      << a.words;
  EXPECT_NE(a.words.find(" of 'tile', by thread "), std::string::npos) << a.words;
}

TEST(thread_sanitizer, finds_a_race_of_threadgroups) {
  answer const a = run_under("thread", "race_of_groups --grid 128 --threads 32 --buffer y=zeros:u32:1");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:14:10: error: ThreadSanitizer: data race: ");
  finds(a, ", byte 0 of 'y', by thread 0 of the threadgroup\n");
  finds(a, ", byte 0 of 'y', by thread 0 of another threadgroup\n");
}

TEST(thread_sanitizer, a_divergent_barrier_does_not_hang) {
  answer const a =
      run_under("thread", "divergent --grid 64 --threads 64 --timeout 30 --buffer x=zeros:f32:64");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:38: error: threadgroup_barrier in divergent control flow, in thread (39,0,0) of "
           "threadgroup (0,0,0)\n");
}

TEST(thread_sanitizer, ends_an_endless_loop) {
  answer const a = run_under("thread", "endless --grid 1 --threads 1 --timeout 1 --buffer x=zeros:u32:1");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "endless: error: still running after 1 s\n");
}

// The results of a kernel that is right, under each of them.
void is_silent(answer const& a) {
  EXPECT_EQ(a.status, 0) << a.words;
  EXPECT_EQ(a.words.rfind("y: 64 64\ncount: 2\ntotal: clean under the ", 0), 0u) << a.words;
}
std::string right_kernel() {
  std::string x = "64";
  for (int i = 1; i < 128; ++i)
    x += ",64";
  return "total --grid 128 --threads 64 --buffer x=scalar:f32:" + x +
         " --buffer y=zeros:f32:2 --buffer count=zeros:u32:1 --print y --print count";
}

TEST(thread_sanitizer, is_silent_where_all_is_right) {
  answer const a = run_under("thread", right_kernel());
  if (lacks(a))
    GTEST_SKIP() << a.words;
  is_silent(a);
}

TEST(address_sanitizer, is_silent_where_all_is_right) {
  answer const a = run_under("address", right_kernel());
  if (lacks(a))
    GTEST_SKIP() << a.words;
  is_silent(a);
}

TEST(undefined_sanitizer, is_silent_where_all_is_right) {
  answer const a = run_under("undefined", right_kernel());
  if (lacks(a))
    GTEST_SKIP() << a.words;
  is_silent(a);
}

TEST(address_sanitizer, finds_what_lies_behind_a_buffer) {
  answer const a = run_under("address", "beyond --grid 65 --threads 65 --buffer x=zeros:f32:64");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:18:8: error: AddressSanitizer: heap-buffer-overflow: read of 4 bytes, 0 bytes "
           "behind the end "
           "of 'x', by thread 64 of the threadgroup\n");
}

TEST(address_sanitizer, finds_what_lies_behind_threadgroup_memory) {
  answer const a = run_under("address", "beyond_shared --grid 64 --threads 64 --buffer x=zeros:f32:64");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:23:11: error: AddressSanitizer: heap-buffer-overflow: write of 4 bytes, 0 bytes "
           "behind the "
           "end of 'tile', by thread 63 of the threadgroup\n");
}

TEST(undefined_sanitizer, finds_an_overflow) {
  answer const a = run_under("undefined", "overflow --grid 1 --threads 1 --buffer x=scalar:i32:1");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:29:8: error: UndefinedBehaviorSanitizer: signed integer overflow: 1 + 2147483647 "
           "cannot be "
           "represented in type 'int'");
}

TEST(undefined_sanitizer, finds_a_shift_too_far) {
  answer const a = run_under("undefined", "shift --grid 1 --threads 1 --buffer x=scalar:i32:32");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:33:12: error: UndefinedBehaviorSanitizer: shift exponent 32 is too large for "
           "32-bit type 'int'");
}

TEST(undefined_sanitizer, does_not_let_a_buffer_overflow_silently) {
  answer const a = run_under("undefined", "beyond --grid 65 --threads 65 --buffer x=zeros:f32:64");
  if (lacks(a))
    GTEST_SKIP() << a.words;
  finds(a, "sanitized.metal:18:8: error: UndefinedBehaviorSanitizer: SEGV: 0 bytes behind the end of 'x'\n");
}

// A clang that looks for its runtimes where there are none.
TEST(sanitizers, a_missing_runtime_is_said_in_one_sentence) {
  folder const where;
  std::string const clang =
      shell(
          "command -v ${ENIGMA_METAL_CLANG:-clang++-19} || command -v clang++-20 || command -v clang++-21 || "
          "command -v clang++-18 || command -v clang++-17 || command -v clang++-16 || command -v clang++")
          .words;
  std::string const path = clang.substr(0, clang.find('\n'));
  ASSERT_FALSE(path.empty());
  std::string const wrapper = where / "clang";
  write(wrapper,
        "#!/bin/sh\ncase \"$*\" in *-pthread*) set -- -resource-dir=/nonexistent \"$@\";; esac\nexec " +
            path + " \"$@\"\n");
  std::filesystem::permissions(wrapper, std::filesystem::perms::owner_all);
  std::string const version = shell(path + " -dumpversion").words;
  answer const a = tool("run sanitized.metal --sanitize undefined --kernel overflow --grid 1 --threads 1 "
                        "--buffer x=scalar:i32:1",
                        "ENIGMA_METAL_CLANG=" + wrapper);
  EXPECT_EQ(a.status, 2);
  EXPECT_EQ(a.words, "enigma-metal: clang's runtime for --sanitize undefined is missing beside " + wrapper +
                         ": install it (apt install libclang-rt-" + version.substr(0, version.find('.')) +
                         "-dev).\n");
}

} // namespace
} // namespace tool_test
