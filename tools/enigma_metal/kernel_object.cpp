// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include "error.hpp"
#include "hooks.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <filesystem>
#include <fmt/format.h>
#include <link.h>
#include <sstream>

namespace enigma::metal_tool {
namespace {

// What the generated source lays down; see the prelude.
struct parameter_record {
  char const* name;
  char const* type;
  int kind;
  int index;
  unsigned long bytes;
  int is_read_only;
  int is_reference;
  int is_optional;
};
struct kernel_record {
  char const* name;
  void (*run)(void* const*);
  unsigned parameter_count;
  parameter_record const* parameters;
};

struct code_search {
  std::uintptr_t base;
  std::uintptr_t begin;
  std::uintptr_t end;
};

int find_code(dl_phdr_info* info, std::size_t, void* data) {
  auto& search = *static_cast<code_search*>(data);
  if (info->dlpi_addr != search.base)
    return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i)
    if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
      search.begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
      search.end = search.begin + info->dlpi_phdr[i].p_memsz;
    }
  return 1;
}

std::vector<constant_value> const* constants_being_loaded = nullptr;

} // namespace

constant_value const* find_constant(unsigned index, char const* name) {
  if (constants_being_loaded != nullptr)
    for (constant_value const& c : *constants_being_loaded)
      if (c.name == name || c.name == std::to_string(index))
        return &c;
  return nullptr;
}

kernel_object::kernel_object(source_handle source, object_kind kind,
                             std::vector<constant_value> const& constants, compile_options const& options,
                             std::size_t skip_barrier)
    : source_(std::move(source))
    , kind_(kind) {
  keep_hooks();
  std::string const path = folder_ / "kernels.so";
  compiled_ = compile_object(source_, kind, path, options, skip_barrier);
  if (!compiled_.good)
    return;
  constants_being_loaded = &constants;
  handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  constants_being_loaded = nullptr;
  if (handle_ == nullptr)
    throw tool_error(fmt::format("the compiled kernels cannot be loaded: {}", dlerror()));
  auto const* const count = static_cast<unsigned const*>(dlsym(handle_, "metal_host_kernel_count"));
  auto const* const records = static_cast<kernel_record const*>(dlsym(handle_, "metal_host_kernels"));
  if (count == nullptr || records == nullptr)
    throw tool_error("the compiled kernels have no table");
  link_map* map = nullptr;
  if (dlinfo(handle_, RTLD_DI_LINKMAP, static_cast<void*>(&map)) == 0 && map != nullptr)
    base_ = map->l_addr;
  code_search search{base_, 0, 0};
  dl_iterate_phdr(find_code, &search);
  code_begin_ = search.begin;
  code_end_ = search.end;
  for (unsigned k = 0; k < *count; ++k) {
    kernel_record const& r = records[k];
    kernel_info info{r.name, r.run, {}};
    for (unsigned p = 0; p < r.parameter_count; ++p) {
      parameter_record const& q = r.parameters[p];
      info.parameters.push_back({q.name, in_metal_words(q.type), static_cast<parameter_info::sort>(q.kind),
                                 q.index, q.bytes, q.is_read_only != 0, q.is_reference != 0,
                                 q.is_optional != 0});
    }
    kernels_.push_back(std::move(info));
  }
}

kernel_object::~kernel_object() {
  if (handle_ != nullptr)
    dlclose(handle_);
}

kernel_info const* kernel_object::find(std::string const& name) const {
  for (kernel_info const& k : kernels_)
    if (k.name == name)
      return &k;
  return nullptr;
}

place kernel_object::locate(std::uintptr_t code) const {
  auto const known = located_.find(code);
  if (known != located_.end())
    return known->second;
  place found;
  static std::string const reader =
      find_program({"addr2line", "llvm-addr2line", "llvm-addr2line-19", "llvm-addr2line-16"});
  if (!reader.empty() && contains_code(code)) {
    process_result const r =
        run_process({reader, "-e", folder_ / "kernels.so", fmt::format("{:#x}", code - base_)});
    std::string const first = r.words.substr(0, r.words.find_first_of("\n("));
    std::size_t const colon = first.rfind(':');
    if (r.status == 0 && colon != std::string::npos && first[0] != '?') {
      found.file = first.substr(0, colon);
      found.line = static_cast<unsigned>(std::strtoul(first.c_str() + colon + 1, nullptr, 10));
      // The name as it was given.
      std::error_code ignored;
      for (std::string const& name : source_->file.list.files)
        if (!name.empty() && std::filesystem::absolute(name, ignored).lexically_normal() ==
                                 std::filesystem::path(found.file).lexically_normal())
          found.file = name;
    }
  }
  located_[code] = found;
  return found;
}

} // namespace enigma::metal_tool
