// SPDX-License-Identifier: MIT
// What a run takes, gives, and how long it needs.
#include "shell.hpp"

#include <chrono>
#include <cstring>
#include <gtest/gtest.h>
#include <iostream>

namespace tool_test {
namespace {

TEST(runs, function_constants_and_arguments_by_index) {
  std::string const scale = "run several.metal --kernel scale --grid 8 --threads 4 --buffer x=iota:f32:8 "
                            "--buffer 1=zeros:f32:8 --buffer 2=scalar:u32:6 --print 1 ";
  answer const plain = tool(scale + "--constant negate=false --constant factor=2.5");
  EXPECT_EQ(plain.status, 0) << plain.words;
  EXPECT_EQ(plain.words.rfind("1: 0 2.5 5 7.5 10 12.5 0 0\nscale: done in ", 0), 0u) << plain.words;
  // By index too, and a vector, whose absence the kernel can tell.
  answer const all = tool(scale + "--constant 0=true --constant 1=-1 --constant offsets=10,20,30");
  EXPECT_EQ(all.status, 0) << all.words;
  EXPECT_EQ(all.words.rfind("1: 10 21 32 13 24 35 0 0\n", 0), 0u) << all.words;
}

TEST(runs, every_type_through_npy_files) {
  folder const where;
  struct {
    char const* name;
    char const* numpy;
    std::size_t bytes;
  } const types[] = {{"f32", "<f4", 4}, {"f16", "<f2", 2}, {"bf16", "<u2", 2}, {"i8", "|i1", 1},
                     {"u8", "|u1", 1},  {"i16", "<i2", 2}, {"u16", "<u2", 2},  {"i32", "<i4", 4},
                     {"u32", "<u4", 4}, {"i64", "<i8", 8}, {"u64", "<u8", 8},  {"bool", "|b1", 1}};
  std::string const run =
      "run several.metal --kernel copy_all --grid 37 --threads 16 --constant negate=false "
      "--constant factor=1";
  // From random numbers to files, and from those to others.
  std::string there;
  std::string again;
  for (auto const& [name, numpy, bytes] : types) {
    std::string const n = name;
    there += " --buffer " + n + "_in=random:" + n + ":37:5 --out " + n + "_in=" + (where / (n + ".in.npy"));
    again += " --buffer " + n + "_in=" + (where / (n + ".out.npy"));
    for (std::string* const words : {&there, &again})
      *words += " --buffer " + n + "_out=zeros:" + n + ":37 --out " + n +
                "_out=" + (where / (n + (words == &there ? ".out.npy" : ".again.npy")));
  }
  for (std::string const& words : {there, again}) {
    answer const a = tool(run + words);
    ASSERT_EQ(a.status, 0) << a.words;
  }
  for (auto const& [name, numpy, bytes] : types) {
    std::string const n = name;
    std::string const out = read(where / (n + ".out.npy"));
    EXPECT_EQ(read(where / (n + ".in.npy")), out) << n;
    EXPECT_EQ(read(where / (n + ".again.npy")), out) << n;
    EXPECT_NE(out.find(std::string("{'descr': '") + numpy + "', 'fortran_order': False, 'shape': (37,), }"),
              std::string::npos)
        << n;
    ASSERT_EQ((out.size() - 37 * bytes) % 64, 0u) << n;
    std::string const data = out.substr(out.size() - 37 * bytes);
    EXPECT_NE(data.find_first_not_of(data[0]), std::string::npos) << n;
  }
}

TEST(runs, shapes_stay) {
  folder const where;
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  float const values[6] = {1, -2, 3.5f, 4, 5, 6};
  std::string bytes(sizeof values, '\0');
  std::memcpy(bytes.data(), values, sizeof values);
  std::string const text =
      std::string("\x93NUMPY\x01", 7) + '\0' + static_cast<char>(header.size()) + '\0' + header + bytes;
  write(where / "x.npy", text);
  answer const a =
      tool("run several.metal --kernel turn --grid 6 --threads 3 --threadgroup tile=16 --constant "
           "negate=false --constant factor=1 --buffer x=" +
           (where / "x.npy") + " --out x=" + (where / "y.npy") + " --print x");
  ASSERT_EQ(a.status, 0) << a.words;
  EXPECT_EQ(a.words.rfind("x: 3.5 -2 1 6 5 4\n", 0), 0u) << a.words;
  std::string const got = read(where / "y.npy");
  EXPECT_EQ(got.substr(0, got.size() - sizeof values), text.substr(0, text.size() - sizeof values));
}

TEST(runs, faults_have_status_1) {
  answer const beyond =
      tool("run sanitized.metal --kernel beyond --grid 70 --threads 32 --buffer x=zeros:f32:64");
  EXPECT_EQ(beyond.status, 1);
  EXPECT_NE(beyond.words.find(
                "sanitized.metal:18: error: out of bounds: thread (0,0,0) of threadgroup (2,0,0) accesses "
                "x[64] (1 byte), and 'x' has 64 elements\nbeyond: the run failed\n"),
            std::string::npos)
      << beyond.words;
  answer const endless =
      tool("run sanitized.metal --kernel endless --grid 1 --threads 1 --timeout 0.3 --buffer x=zeros:u32:1");
  EXPECT_EQ(endless.status, 1);
  EXPECT_NE(endless.words.find("thread (0,0,0) of threadgroup (0,0,0) of 'endless' still runs after 0.3 s"),
            std::string::npos)
      << endless.words;
}

TEST(runs, need_little_time) {
  auto const seconds = [](std::string const& words, answer& a) {
    auto const start = std::chrono::steady_clock::now();
    a = tool(words);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  answer a;
  double const check = seconds("check sum.metal", a);
  EXPECT_EQ(a.status, 0) << a.words;
  std::cout << "check of one kernel: " << check << " s (under 2 s are wanted)\n";
  double const run = seconds("run sum.metal --grid 1048576 --threads 256 --buffer x=iota:f32:1048576 "
                             "--buffer sums=zeros:f32:4096 --print sums",
                             a);
  EXPECT_EQ(a.status, 0) << a.words;
  // 0 + ... + 255, and 65536 more in each threadgroup.
  EXPECT_EQ(a.words.rfind("sums: 32640 98176 163712 ", 0), 0u) << a.words.substr(0, 200);
  std::cout << "a tree over 1,048,576 elements, 256 threads in a threadgroup: "
            << a.words.substr(a.words.rfind("sum: ")) << "in all " << run
            << " s (under 1 s is wanted for the run)\n";
}

} // namespace
} // namespace tool_test
