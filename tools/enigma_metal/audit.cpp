// SPDX-License-Identifier: MIT
#include "audit.hpp"

#include <algorithm>
#include <set>

namespace enigma::metal_tool {
namespace {

bool is_barrier(scanned_file const& file, std::size_t i) {
  return (file.at(i).is("threadgroup_barrier") || file.at(i).is("simdgroup_barrier")) &&
         file.at(i + 1).is("(");
}

// The barriers of the kernel and of whatever it may call. Members of classes are no functions to the scanner:
// their barriers count for every kernel.
std::vector<std::size_t> reachable(scanned_file const& file, std::string const& kernel) {
  std::set<std::size_t> functions;
  std::vector<std::size_t> open;
  for (kernel_entry const& k : file.kernels)
    if (k.host_name == kernel)
      open.push_back(k.function);
  while (!open.empty()) {
    std::size_t const f = open.back();
    open.pop_back();
    if (!functions.insert(f).second)
      continue;
    for (std::size_t i = file.functions[f].body.begin; i < file.functions[f].body.end; ++i)
      for (std::size_t g = 0; g < file.functions.size(); ++g)
        if (file.functions[g].has_body && !file.functions[g].is_kernel &&
            file.at(i).is(file.functions[g].name))
          open.push_back(g);
  }
  std::vector<std::size_t> barriers;
  for (std::size_t i = 0; file.at(i).kind != token_kind::end; ++i) {
    if (!is_barrier(file, i))
      continue;
    bool in_function = false;
    bool reached = false;
    for (std::size_t f = 0; f < file.functions.size(); ++f)
      if (file.functions[f].has_body && file.functions[f].body.begin <= i && i < file.functions[f].body.end) {
        in_function = true;
        reached = reached || functions.count(f) != 0;
      }
    if (reached || !in_function)
      barriers.push_back(i);
  }
  return barriers;
}

} // namespace

audit_result audit(source_handle const& source, std::string const& kernel, launch const& work,
                   std::vector<constant_value> const& constants, compile_options const& options) {
  audit_result result;
  std::vector<argument> right;
  {
    kernel_object const object(source, object_kind::checked, constants, options);
    if (!object.good()) {
      result.diagnostics = object.result().diagnostics;
      return result;
    }
    launch whole = work;
    result.whole = run(object, kernel, whole);
    right = std::move(whole.arguments);
  }
  if (!result.whole.good())
    return result;
  for (std::size_t const token : reachable(source->file, kernel)) {
    audited_barrier b;
    b.where = {source->file.file_of(token), source->file.line_of(token)};
    b.what = source->file.words({token, closing(source->file, token + 1) + 1});
    launch without = work;
    without.faults_shown = 1;
    kernel_object const object(source, object_kind::checked, constants, options, token);
    if (!object.good()) {
      b.needed = true;
      b.because = "the file does not compile";
    } else {
      report const r = run(object, kernel, without);
      if (!r.good()) {
        b.needed = true;
        b.because = r.faults[0].words;
      } else {
        for (std::size_t a = 0; a < right.size() && !b.needed; ++a)
          if (right[a].bytes != without.arguments[a].bytes) {
            b.needed = true;
            b.because = "'" + right[a].name + "' comes out different";
          }
      }
    }
    result.barriers.push_back(std::move(b));
  }
  return result;
}

} // namespace enigma::metal_tool
