// SPDX-License-Identifier: MIT
#include "pictures.hpp"

#include "accesses.hpp"

#include <string>
#include <utility>

namespace gallery {

namespace {

using eg::table_options;

/// (thread, value) -> element of a row of memory, drawn as lines of 128 bytes: two rows of the picture are a
/// line of f32, half a row of bytes is one.
eg::tv_layout in_lines(layout const& elements, int lines, int of_line = 32) {
  int const rows = of_line / 16;
  layout const wrapped =
      rows > 1 ? layout({16, rows, lines}, {rows * lines, 1, rows}) : layout({16, lines}, {lines, 1});
  return {rows > 1 ? int_tuple{{rows, lines}, 16} : int_tuple{lines, 16}, composition(wrapped, elements)};
}

eg::layout_table drawn(std::string title, eg::tv_layout const& tv, table_options const& options = {}) {
  eg::layout_table t = eg::table(tv, options);
  t.name = std::move(title);
  return t;
}
/// With borders around the matrices of the matrix units.
eg::layout_table matrices(std::string title, eg::tv_layout const& tv, table_options const& options) {
  eg::layout_table t = drawn(std::move(title), tv, options);
  t.row_groups = t.column_groups = {8};
  return t;
}
template <class Layout>
eg::layout_table banks(std::string title, Layout const& memory, int element_bytes,
                       table_options options = {}) {
  options.colour = eg::colour_by::bank;
  options.label = eg::label_by::bank;
  options.banks = {32, 4, element_bytes};
  eg::layout_table t = eg::table(memory, options);
  t.name = std::move(title);
  return t;
}

constexpr table_options corner{.rows = {0, 16}, .columns = {0, 16}}, half{.rows = {0, 8}, .columns = {0, 16}};

} // namespace

std::vector<picture> pictures() {
  std::vector<picture> all;
  auto const add = [&](std::string_view name, eg::layout_table t) { all.push_back({name, std::move(t)}); };

  add("saxpy", drawn("X, Y and Out, two lines of 128 bytes: a thread for each element",
                     in_lines(layout{{64, 1}, {1, 0}}, 2)));
  add("vector_add_float4", drawn("A, B and C, two lines of 128 bytes: a float4 for each thread",
                                 in_lines(layout{{16, 4}, {4, 1}}, 2)));
  add("vector_add_tv", drawn("a corner of the tile: four rows of float4 for each thread",
                             examples::vector_add_tv_layout, corner));
  {
    table_options from_the_left;
    from_the_left.offset = -3;
    add("laplacian", drawn("16 elements of X: who reads them, as the left, middle and right of three",
                           {int_tuple{3, 16}, layout{{16, 3}, {3, 4}}}, from_the_left));
  }
  add("heat_step", drawn("a corner of a threadgroup of 64 x 4 points: a thread for each",
                         {int_tuple{4, 64}, layout{{{64, 4}, 1}, {{4, 1}, 0}}}, corner));
  add("softmax",
      drawn("the first 128 elements of a row, for a simdgroup", in_lines(layout{{32, 4}, {1, 32}}, 4)));
  add("rms_norm",
      drawn("the first elements of a row, for 64 threads", in_lines(layout{{64, 2}, {1, 64}}, 4)));
  add("layer_norm", drawn("the first elements of a row: one for each of 256 threads",
                          in_lines(of_norm::bring.tv({1, of_norm::most}).layout, 128), {.rows = {0, 8}}));
  add("transposed", banks("tile (32,32) of f32, swizzled: the bank of each element", of_transpose::tile, 4));
  add("large_sum",
      drawn("the first elements of a block: a float4 for each thread, and another 1024 further on",
            in_lines(of_sum::bring.tv(of_sum::block).layout, 128), {.rows = {0, 8}}));
  add("matvec_int8", drawn("128 weights of a row of W, one line: a char4 for each lane",
                           in_lines(of_matvec::bring.tv({1, 128}).layout, 8, 16)));
  add("matvec_int4", drawn("X, four lines: what belongs to the four bytes of each lane",
                           in_lines(layout{{16, 8}, {8, 1}}, 4)));
  add("gemm_C",
      matrices("a corner of C: one accumulator of each of four simdgroups", gemm_mma.tv_C(), corner));
  add("gemm_A", drawn("a corner of the tile of A on its way to sA: a float4 for each thread",
                      of_gemm::bring<true>.tv(gemm_step), corner));
  add("gemm_shared_A", banks("sA of f32, padded by 8 elements: the bank of each element",
                             of_gemm::shared_layout<true, eg::f32>(), 4, corner));
  add("attention_scores",
      matrices("scores of 8 queries and 16 keys, of simdgroup 0", of_attention::scores.tv_C(), half));
  add("attention_weights",
      matrices("the same registers as an operand of weights * V", of_attention::values.tv_A(), half));
  add("attention_shared",
      banks("sK of f16, padded by 8 elements: the bank of each element", of_attention::shared, 2, half));
  return all;
}

} // namespace gallery
