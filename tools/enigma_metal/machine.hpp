// SPDX-License-Identifier: MIT
// A machine that runs Metal kernels: one threadgroup at a time, its threads as fibres.
#pragma once

#include "compile.hpp"
#include "memory.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace enigma::metal_tool {

using triple = std::array<unsigned, 3>;

struct parameter_info {
  std::string name;
  std::string type;
  enum class sort { buffer, threadgroup, input, other } kind;
  int index;
  std::size_t element_bytes;
  bool read_only;
  bool is_reference;
  bool is_optional; // there only where a function constant says so
};

struct kernel_info {
  std::string name;
  void (*run)(void* const*);
  std::vector<parameter_info> parameters;
};

/// The value of a function constant, as Metal keeps it.
struct constant_value {
  std::string name; // or its index, in decimal
  std::vector<unsigned char> bytes;
};

/// Where in which file something happened.
struct place {
  std::string file;
  unsigned line = 0;
};

/// A compiled .metal file, loaded.
class kernel_object {
public:
  /// Compiles and loads. Where clang refuses, `good()` is false and `diagnostics()` says why.
  kernel_object(source_handle, object_kind, std::vector<constant_value> const& = {},
                compile_options const& = {}, std::size_t skip_barrier = 0);
  ~kernel_object();
  kernel_object(kernel_object const&) = delete;
  kernel_object& operator=(kernel_object const&) = delete;

  bool good() const { return compiled_.good; }
  bool checked() const { return kind_ == object_kind::checked; }
  compiled const& result() const { return compiled_; }
  std::vector<kernel_info> const& kernels() const { return kernels_; }
  kernel_info const* find(std::string const& name) const;

  /// The place in the .metal file that an address of machine code comes from.
  place locate(std::uintptr_t code) const;
  bool contains_code(std::uintptr_t address) const { return address >= code_begin_ && address < code_end_; }
  std::uintptr_t code_begin() const { return code_begin_; }

private:
  source_handle source_;
  temporary_folder folder_;
  object_kind kind_;
  compiled compiled_;
  void* handle_ = nullptr;
  std::uintptr_t base_ = 0;
  std::uintptr_t code_begin_ = 0;
  std::uintptr_t code_end_ = 0;
  std::vector<kernel_info> kernels_;
  mutable std::map<std::uintptr_t, place> located_;
};

/// A buffer or a threadgroup memory of a launch.
struct argument {
  std::string name;                 // the parameter's, or its index in decimal
  std::vector<unsigned char> bytes; // in and out; for threadgroup memory only the size counts
};

struct launch {
  triple grid{1, 1, 1};    // in threads
  triple threads{1, 1, 1}; // of a threadgroup
  std::vector<argument> arguments;
  double seconds_allowed = 60;
  std::size_t faults_shown = 20;
};

/// Something wrong, with all that is known of it.
struct fault {
  std::string kind; // "race", "out of bounds", ...: for programs
  place where;
  std::string words;
  std::vector<std::pair<place, std::string>> notes;
};

struct report {
  std::vector<fault> faults;
  std::size_t races = 0;    // found in all, also those not shown
  double seconds = 0;       // of the dispatch
  std::size_t barriers = 0; // that threadgroups have passed
  bool good() const { return faults.empty(); }
  std::string print() const;
};

/// Whether an argument of this name, or of this index, is the parameter's.
bool is_meant(parameter const&, std::string const& name);

/// Throws where a buffer or threadgroup memory of the kernel is not among the arguments, or one of them is no
/// parameter: what can be told before the file is compiled.
void require_arguments(prepared_source const&, std::string const& kernel, std::vector<argument> const&);

/// Runs a kernel. Arguments are changed as the kernel writes them. A checked object has every access to
/// memory examined. Throws tool_error where arguments and parameters do not fit.
report run(kernel_object const&, std::string const& kernel, launch&);

} // namespace enigma::metal_tool
