// SPDX-License-Identifier: MIT
// What the compiler proves of the layouts of the examples: every element is reached, by one thread alone; all
// is inside of the memory that there is; banks and lines of memory are used as docs/gallery.md says. The
// page quotes these parts.
#include "../../tools/gallery/accesses.hpp"

#include <enigma/layout/predicates.hpp>

namespace {

using namespace gallery;

/// All accesses of a kernel to device memory touch as few lines as can hold their bytes.
constexpr bool is_coalesced(std::string_view kernel) {
  bool known = false;
  for (access const& a : accesses)
    if (a.kernel == kernel) {
      known = true;
      if (!a.in_threadgroup && !a.lines())
        return false;
    }
  return known;
}
/// Its accesses to threadgroup memory have no bank conflicts but inevitable ones.
constexpr bool is_conflict_free(std::string_view kernel) {
  bool known = false;
  for (access const& a : accesses)
    if (a.kernel == kernel && a.in_threadgroup) {
      known = true;
      if (!a.conflicts())
        return false;
    }
  return known;
}
constexpr std::int64_t threadgroup_limit = 32 * 1024; // in bytes

static_assert(is_coalesced("saxpy") && is_coalesced("vector_add") && is_coalesced("vector_add_float4"));
// A thread's left neighbour is in another line.
static_assert(!is_coalesced("laplacian") && !is_coalesced("heat_step"));
static_assert(is_conflict_free("rms_norm") && is_conflict_free("layer_norm"));

namespace of_vector_add {
using namespace examples;
// begin vector_add_tv
constexpr auto& tv = vector_add_tv_layout;
constexpr eg::layout tiles = zipped_divide(vector_add_matrix, tv.tiler); // (tile, which tile)
constexpr eg::layout all = composition(tiles, eg::tiler{tv.layout, eg::_});

static_assert(is_partition(tv));                           // each element of a tile has one thread
static_assert(is_bijective(all, size(vector_add_matrix))); // and one tile: none twice, none outside
static_assert(is_coalesced("vector_add_tv"));
// end vector_add_tv
} // namespace of_vector_add

namespace layer_norm {
using namespace examples::layer_norm_detail;
// begin layer_norm
static_assert(is_partition(bring.tv({1, most}))); // each element of a row has one thread
// Neighbours have neighbouring elements: of a row that begins with a line, an access has whole ones.
static_assert(find_touched_lines(eg::layout{{1, most}, {0, 1}}, by(bring, {1, most}), 4));
// end layer_norm
} // namespace layer_norm

namespace transposed {
using namespace examples::transpose_detail;
// begin transposed
static_assert(is_partition(along_rows.tv({32, 32})));    // each element is written by one thread
static_assert(is_partition(along_columns.tv({32, 32}))); // and read by one
static_assert(is_bijective(tile, 32 * 32));              // all in the memory that the tile has
static_assert(is_conflict_free("transposed") && is_coalesced("transposed"));
static_assert(is_conflict_free(tile, by(along_columns, {32, 32}), 2)); // halves too
// end transposed
} // namespace transposed

namespace large_sum {
using namespace examples::sum_detail;
// begin large_sum
static_assert(is_partition(bring.tv(block)) && bring.threads() == threads);
static_assert(is_coalesced("large_sum") && is_coalesced("running_sum"));
static_assert(is_conflict_free("large_sum"));
// end large_sum
} // namespace large_sum

namespace matvec {
using namespace examples::matvec_detail;
// begin matvec
static_assert(is_partition(bring.tv({1, 128})));
// end matvec
} // namespace matvec

namespace gemm {
using namespace examples::gemm_detail;
// begin gemm
template <class T>
constexpr eg::layout shared_A = shared_layout<true, T>(); // (64,16), K together
template <class T>
constexpr eg::layout shared_B = shared_layout<false, T>(); // N together

static_assert(is_partition(bring<true>.tv({64, step})) && is_partition(bring<false>.tv({64, step})));
static_assert(is_partition(mma<eg::f32>.tv_C())); // each element of C has one thread
static_assert(is_injective(shared_A<eg::f32>) && is_injective(shared_B<eg::f32>));
static_assert(2 * 4 * 2 * cosize(shared_A<eg::f32>) <= threadgroup_limit); // two stages, both by K

// Matrix units find no conflicts, in f32 and f16.
template <class T>
constexpr bool units_without_conflicts =
    is_conflict_free(shared_A<T>, by_units(mma<T>.tv_A(), plain(shared_A<T>)), sizeof(T)) &&
    is_conflict_free(shared_B<T>, by_units(mma<T>.tv_B(), plain(shared_B<T>)), sizeof(T));
static_assert(units_without_conflicts<eg::f32> && units_without_conflicts<eg::f16>);
// end gemm
} // namespace gemm

namespace fused_attention {
using namespace examples::attention_detail;
// begin fused_attention
static_assert(is_partition(bring.tv({keys, width})) && is_partition(scores.tv_C()));
static_assert(is_partition(values.tv_C()));
// The weights are where the scores were: no thread needs what another has.
static_assert(equal_as_functions(scores.tv_C().layout, values.tv_A().layout));
static_assert(is_injective(shared) && 2 * 2 * 2 * cosize(shared) <= threadgroup_limit);
static_assert(is_conflict_free("fused_attention"));
// end fused_attention
} // namespace fused_attention

} // namespace
