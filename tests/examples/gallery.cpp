// SPDX-License-Identifier: MIT
// The accesses whose costs docs/gallery.md shows are those of the generated sources: as wide, to that memory.
#include "../../tools/gallery/accesses.hpp"

#include "../../examples/kernels/heat_step.hpp"
#include "../../examples/kernels/laplacian.hpp"
#include "../../examples/kernels/rms_norm.hpp"
#include "../../examples/kernels/saxpy.hpp"
#include "../../examples/kernels/softmax.hpp"

#include <cstdio>
#include <map>
#include <string>

namespace {

namespace eg = enigma;

std::map<std::string_view, std::string> sources() {
  std::map<std::string_view, std::string> all;
  auto const add = [&](std::string_view name, auto const& compiled) { all[name] = compiled.metal_source(); };
  constexpr auto matrix = examples::vector_add_matrix;
  eg::layout const x(8192), y(1, 0);
  add("saxpy", eg::compile(examples::saxpy));
  add("vector_add", eg::compile(examples::vector_add));
  add("vector_add_float4", eg::compile(examples::vector_add_float4));
  add("vector_add_tv",
      eg::compile(examples::vector_add_tv, eg::arg<"A">(matrix), eg::arg<"B">(matrix), eg::arg<"C">(matrix)));
  add("laplacian", eg::compile(examples::laplacian));
  add("heat_step", eg::compile(examples::heat_step));
  add("softmax", eg::compile(examples::softmax));
  add("rms_norm", eg::compile(examples::rms_norm));
  add("layer_norm", eg::compile(examples::layer_norm));
  add("transposed", eg::compile(examples::transposed<eg::f32>));
  add("large_sum", eg::compile(examples::large_sum, eg::arg<"X">(x), eg::arg<"Y">(y)));
  add("running_sum", eg::compile(examples::running_sum, eg::arg<"X">(x), eg::arg<"Y">(x)));
  add("matvec_int8", eg::compile(examples::matvec_int8));
  add("matvec_int4", eg::compile(examples::matvec_int4));
  add("gemm", eg::compile(examples::gemm<eg::f32>));
  add("fused_attention", eg::compile(examples::fused_attention));
  return all;
}

/// True if a line has what is between the dots of `text`, in that order.
bool has(std::string_view source, std::string_view text) {
  constexpr std::string_view dots = "…";
  while (!source.empty()) {
    std::size_t const end = source.find('\n');
    std::string_view line = source.substr(0, end);
    source.remove_prefix(end == std::string_view::npos ? source.size() : end + 1);
    bool found = true;
    for (std::string_view rest = text; found && !rest.empty();) {
      std::size_t const cut = rest.find(dots);
      std::string_view const piece = rest.substr(0, cut);
      std::size_t const at = line.find(piece);
      found = at != std::string_view::npos;
      if (found)
        line.remove_prefix(at + piece.size());
      rest.remove_prefix(cut == std::string_view::npos ? rest.size() : cut + dots.size());
    }
    if (found)
      return true;
  }
  return false;
}

} // namespace

int main() {
  int missing = has("a(b, c)\nd(e)", "a(…, c)") && !has("a(b, c)\nd(e)", "a(…, e)") ? 0 : 1;
  auto const all = sources();
  for (gallery::access const& a : gallery::accesses)
    if (!all.contains(a.kernel) || !has(all.at(a.kernel), a.text)) {
      std::printf("%s has no %s\n", std::string(a.kernel).c_str(), std::string(a.text).c_str());
      ++missing;
    }
  return missing == 0 ? 0 : 1;
}
