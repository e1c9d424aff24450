// SPDX-License-Identifier: MIT
// Mistakes on the command line: one sentence each, and status 2.
#include "shell.hpp"

#include <gtest/gtest.h>

namespace tool_test {
namespace {

std::string const small = " --grid 4 --threads 4 ";
std::string const constants = " --constant negate=true --constant factor=2 ";
std::string const copy = "run several.metal --kernel copy_f32" + small + constants;
std::string const all_kernels = "scale, copy_f32, copy_f16, copy_all, turn";

void refused(std::string const& words, std::string const& why, std::string const& before = "") {
  answer const a = tool(words, before);
  EXPECT_EQ(a.status, 2) << words;
  EXPECT_EQ(a.words, "enigma-metal: " + why + "\n") << words;
}

std::string npy(std::string const& type, std::string const& shape, std::string const& bytes,
                std::string const& order = "False") {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01", 7) + '\0' + static_cast<char>(header.size()) + '\0' + header + bytes;
}

TEST(mistakes, in_commands_and_options) {
  refused("frob", "there is no command 'frob': there are check, run and audit (enigma-metal --help)");
  refused("check", "check needs a .metal file");
  refused("run", "run needs a .metal file");
  refused("check nothing.metal", "nothing.metal: there is no such file.");
  refused("run several.metal", "run needs --grid X,Y,Z, the number of threads in all");
  refused("run several.metal --grid 4", "run needs --threads X,Y,Z, the size of a threadgroup");
  refused("run several.metal sum.metal" + small, "run takes one file");
  refused("run several.metal --frob", "there is no option '--frob' (enigma-metal --help)");
  refused("run several.metal --kernel", "--kernel needs a value (enigma-metal --help)");
  refused("run several.metal --grid 0", "--grid 0: one to three numbers from 1 on, as in --grid 1024,1,1");
  refused("run several.metal --grid 1,2,3,4",
          "--grid 1,2,3,4: one to three numbers from 1 on, as in --grid 1024,1,1");
  refused("run several.metal --threads -1",
          "--threads -1: one to three numbers from 1 on, as in --threads 1024,1,1");
  refused("run several.metal --threads 4x",
          "--threads 4x: one to three numbers from 1 on, as in --threads 1024,1,1");
  refused("run several.metal --groups --grid 4000000000 --threads 4",
          "the grid has more than 2^32 threads in one direction");
  refused("run several.metal --sanitize memory", "--sanitize memory: it is thread, address or undefined");
  refused("run several.metal --timeout soon", "--timeout takes a number of seconds");
  refused("run several.metal --threadgroup tile=10",
          "--threadgroup tile=10: Metal takes multiples of 16 bytes");
  refused("run several.metal --threadgroup tile=40000",
          "--threadgroup tile=40000: a number of bytes from 1 to 32768");
}

TEST(mistakes, without_words_tell_how) {
  answer const a = tool("");
  EXPECT_EQ(a.status, 2);
  EXPECT_EQ(a.words.rfind("usage: enigma-metal check FILE.metal...\n", 0), 0u) << a.words;
  answer const b = tool("--help");
  EXPECT_EQ(b.status, 0);
  EXPECT_EQ(b.words, a.words);
}

TEST(mistakes, in_contents_of_buffers) {
  folder const where;
  write(where / "f64.npy", npy("<f8", "(4,)", std::string(32, '\0')));
  write(where / "big_endian.npy", npy(">f4", "(4,)", std::string(16, '\0')));
  write(where / "short.npy", npy("<f4", "(4,)", std::string(12, '\0')));
  write(where / "fortran.npy", npy("<f4", "(2, 2)", std::string(16, '\0'), "True"));
  write(where / "text.npy", "not an array");
  auto const buffer = [](std::string const& what, std::string const& why) {
    refused("run several.metal --buffer x=" + what, why);
  };
  auto const file = [&](std::string const& name, std::string const& why) {
    buffer(where / name, where / name + ": " + why);
  };
  file("f64.npy", "elements of type '<f8' are not for Metal (which has no double, say)");
  file("big_endian.npy", "elements of type '>f4' are not for Metal (which has no double, say)");
  file("short.npy", "there are 12 bytes for 4 elements of type f32");
  file("fortran.npy", "the array is in Fortran's order: save numpy.ascontiguousarray(it)");
  file("text.npy", "this is no .npy file");
  buffer(where / "gone.npy", "cannot read " + (where / "gone.npy") + ": No such file or directory");
  buffer("ones", "'ones' is neither a file nor zeros:TYPE:COUNT, iota:TYPE:COUNT, random:TYPE:COUNT:SEED or "
                 "scalar:TYPE:VALUE");
  buffer("zeros:f64:4",
         "there is no type 'f64': there are f32, f16, bf16, u16, i8, u8, i16, i32, u32, i64, u64, bool");
  buffer("zeros:f32:lots", "'lots' in 'zeros:f32:lots' is no number of elements");
  buffer("scalar:u8:256", "'256' is no value of type u8");
  buffer("scalar:i8:-129", "'-129' is no value of type i8");
  buffer("scalar:u32:-1", "'-1' is no value of type u32");
  refused("run several.metal --buffer x", "--buffer x: it is NAME=VALUE");
}

TEST(mistakes, in_kernels_and_arguments) {
  refused("run several.metal" + small,
          "several.metal has the kernels " + all_kernels + ": say --kernel NAME");
  refused("run several.metal --kernel nope" + small + constants,
          "there is no kernel 'nope' in several.metal: there are " + all_kernels);
  refused(copy, "the kernel 'copy_f32' needs the buffer 'x' (device const T*): give --buffer x=...");
  refused(copy + "--buffer x=zeros:f32:4 --buffer y=zeros:f32:0",
          "'y' has 0 bytes, and one 'device T*' has 4");
  std::string const both = "--buffer x=zeros:f32:4 --buffer y=zeros:f32:4 ";
  refused(copy + both + "--buffer z=zeros:f32:4",
          "the kernel 'copy_f32' has no parameter 'z': it has device const T* x, device T* y");
  refused(copy + both + "--out z=z.npy", "--out z: there is no --buffer of this name");
  refused(copy + both + "--print z", "--print z: there is no --buffer of this name");
  refused(copy + both + "--out y=/nonexistent/y.npy",
          "cannot write /nonexistent/y.npy: No such file or directory");
  std::string const turn = "run several.metal --kernel turn --grid 4 " + constants;
  refused(turn + "--threads 4 --buffer x=zeros:f32:4", "the kernel 'turn' needs threadgroup memory 'tile' "
                                                       "(threadgroup float*): give --threadgroup tile=BYTES");
  for (char const* const mode : {"", " --sanitize thread"}) {
    refused(turn + "--threads 2048 --buffer x=zeros:f32:4 --threadgroup tile=16" + mode,
            "a threadgroup of 2048 threads: 1024 is the most");
  }
  refused(turn + "--threads 4 --sanitize thread --threadgroup tile=16",
          "the kernel 'turn' needs the buffer 'x' (device float*): give --buffer x=...");
  refused(
      turn +
          "--threads 4 --sanitize thread --threadgroup tile=16 --buffer x=zeros:f32:4 --buffer y=zeros:f32:4",
      "the kernel 'turn' has no parameter 'y': it has device float* x, threadgroup float* tile");
}

TEST(mistakes, in_types_of_elements) {
  std::string const scale = "run several.metal --kernel scale" + small + constants;
  refused(scale + "--buffer x=zeros:f16:4",
          "--buffer x: its elements are f16, and those of 'device const float* x' are f32");
  refused(scale + "--buffer x=zeros:i32:4",
          "--buffer x: its elements are i32, and those of 'device const float* x' are f32");
  refused(scale + "--buffer 1=zeros:bf16:4",
          "--buffer 1: its elements are bf16, and those of 'device float* y' are f32");
  refused(scale + "--buffer n=scalar:i64:4",
          "--buffer n: its elements are i64, and those of 'constant uint& n' are u32");
  // Bytes are for anything.
  answer const bytes =
      tool(scale + "--buffer x=zeros:u8:16 --buffer y=zeros:f32:4 --buffer n=scalar:u8:4,0,0,0");
  EXPECT_EQ(bytes.status, 0) << bytes.words;
  // A sign is none of them: numpy's integers have one.
  answer const a = tool(scale + "--buffer x=zeros:f32:4 --buffer y=zeros:f32:4 --buffer n=scalar:i32:4");
  EXPECT_EQ(a.status, 0) << a.words;
}

TEST(mistakes, in_function_constants) {
  std::string const scale = "run several.metal --kernel scale" + small;
  refused(scale + "--constant factor=2",
          "several.metal:6: the function constant 'negate' has no value: give --constant negate=VALUE");
  refused(scale + "--constant nope=1",
          "--constant nope: several.metal has the function constants negate, factor, offsets");
  refused("run sum.metal --constant nope=1" + small, "--constant nope: sum.metal has no function constants");
  refused(scale + "--constant negate=7", "'7' is no value of type bool");
  refused(scale + "--constant factor=two", "'two' is no value of type f32");
  refused(scale + "--constant offsets=1,2", "--constant offsets: it has 3 components");
}

TEST(mistakes, of_the_machine) {
  refused("check sum.metal", "ENIGMA_METAL_CLANG is /nope, and there is no such program.",
          "ENIGMA_METAL_CLANG=/nope");
  refused("check sum.metal",
          "clang is missing: install clang 16 or newer (apt install clang-16), or set ENIGMA_METAL_CLANG to "
          "where it "
          "is.",
          "env -u ENIGMA_METAL_CLANG PATH=/nope");
  refused("check sum.metal", "ENIGMA_METAL_HEADERS is /nope, where there is no metal_stdlib.",
          "ENIGMA_METAL_HEADERS=/nope");
}

} // namespace
} // namespace tool_test
