// SPDX-License-Identifier: MIT
// expect-clang: retile of a fragment .* refused by the copy of .*: element 4 of the tile \(4,16\) belongs to thread 4
// expect-gcc: refuse_retile
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr eg::layout units{{4, 8}, {1, 4}};
#else
constexpr eg::layout units{{4, 8}, {8, 1}};
#endif
constexpr auto mma = make_tiled_mma(eg::scalar_mma<float>{}, units, {4, 16, 1});
constexpr auto store = make_tiled_copy(eg::copy_atom<>{}, eg::layout({4, 8}, {8, 1}));
inline constexpr auto kernel = eg::kernel<"store">([](eg::gpu& g, eg::out<float, "C"> c) {
  auto const acc = mma.slice(g).make_fragment_C(1.0f);
  auto const its = store.slice(g);
  copy(store, its.retile_S(acc, mma.tv_C()), its.partition_D(make_tensor(c, eg::layout({4, 16}, {16, 1}))));
});
constexpr auto compiled = eg::compile<kernel>();
