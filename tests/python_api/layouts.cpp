// SPDX-License-Identifier: MIT
// Layouts, tensors, jit functions, tuples: what they give, as text.
#include "rows.hpp"

#include <enigma/layout.hpp>
#include <enigma/layout/fmt.hpp>
#include <enigma/layout/symbolic.hpp>
#include <enigma/layout/symbolic/text.hpp>
#include <enigma/tensor.hpp>

#include <fmt/format.h>

namespace python_api {
namespace {

constexpr eg::layout L{{4, 8}, {1, 4}};
constexpr auto thr = eg::make_ordered_layout({4, 64}, {1, 0});
constexpr auto val = eg::make_ordered_layout({4, 4}, {1, 0});
constexpr auto tv = eg::make_layout_tv(thr, val);
constexpr eg::layout matrix{{256, 512}, {512, 1}};

// Computed by the compiler.
#define VALUE(python, out, ...)                                                                              \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] {                                                                      \
      constexpr auto result = __VA_ARGS__;                                                                   \
      return fmt::format("{}", result);                                                                      \
    }                                                                                                        \
  }

template <class Body>
std::string traced(Body const& body) {
  return one_line(eg::compile(eg::jit<"f">(body), eg::arg<"A">(matrix), eg::arg<"B">(matrix)).metal_source());
}
/// What a tensor of a jit function is.
template <class Body>
std::string tensor_layout(Body const& body) {
  std::string result;
  eg::compile(eg::jit<"f">([&](eg::host& host, eg::tensor_of<f32> A, eg::tensor_of<f32> B) {
                result = fmt::format("{}", body(A));
                host.launch<"k">({}, [=](eg::gpu&) { B(0, 0) = 0.0f; });
              }),
              eg::arg<"A">(matrix), eg::arg<"B">(matrix));
  return result;
}
#define TENSOR(python, out, ...)                                                                             \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] { return tensor_layout([](auto const& A) { return __VA_ARGS__; }); }   \
  }
// The body of a jit function.
#define JIT(python, out, ...)                                                                                \
  row {                                                                                                      \
    python, #__VA_ARGS__, out, {}, [] {                                                                      \
      return traced([]([[maybe_unused]] eg::host& h, [[maybe_unused]] eg::tensor_of<f32> A,                  \
                       [[maybe_unused]] eg::tensor_of<f32> B) { __VA_ARGS__ });                              \
    }                                                                                                        \
  }

// clang-format off
row const algebra[] = {
    VALUE("Layout(shape, stride), make_layout(shape, stride)", "(4,8):(1,4)", eg::layout({4, 8}, {1, 4})),
    VALUE("Layout(shape), make_layout(shape)", "(4,8):(1,4)", eg::make_layout({4, 8})),
    VALUE("L(coord)", "14", L(2, 3)),
    VALUE("L.shape", "(4,8)", L.shape()),
    VALUE("L.stride", "(1,4)", L.stride()),
    VALUE("size(x), L.size()", "32", size(L)),
    VALUE("size(x, mode=[1])", "8", eg::size<1>(L)),
    VALUE("L.rank()", "2", rank(L)),
    VALUE("L.depth()", "1", depth(L)),
    VALUE("L.cosize()", "32", cosize(L)),
    VALUE("make_ordered_layout(shape, order)", "(4,64):(64,1)", eg::make_ordered_layout({4, 64}, {1, 0})),
    VALUE("make_identity_layout(shape)", "(4,8):(1,4)", eg::make_identity_layout({4, 8})),
    VALUE("coalesce(layout)", "32:1", coalesce(L)),
    VALUE("complement(layout, cosize)", "(2,2):(1,8)", complement(eg::layout(4, 2), 16)),
    noted(VALUE("composition(a, b)", "8:2", composition(L, eg::layout(8, 2))),
          "exact, or refused with the coordinate where it is not"),
    VALUE("logical_divide(layout, tiler)", "(8,4):(1,8)", logical_divide(L, eg::layout(8))),
    VALUE("zipped_divide(layout, tiler)", "((2,4),(2,2)):((1,4),(2,16))",
          zipped_divide(L, eg::int_tuple{2, 4})),
    VALUE("blocked_product(a, b)", "((2,2),(2,3)):((1,4),(2,8))",
          eg::blocked_product(eg::make_layout({2, 2}), eg::make_layout({2, 3}))),
    noted(VALUE("recast_layout(new_bits, old_bits, layout)", "(8,8):(1,8)", recast_layout(L, 32, 16)),
          "the old width first, then the new one"),
    VALUE("make_layout_tv(thr_layout, val_layout)", "((64,4),(4,4)):((64,4),(16,1))",
          eg::make_layout_tv(thr, val).layout),
    VALUE("tiler", "(16,256)", eg::make_layout_tv(thr, val).tiler),
    VALUE("Swizzle, swizzle", "Sw<3,0,3>", eg::swizzle{3, 0, 3}),
    VALUE("SwizzledLayout", "9", composition(eg::swizzle{3, 0, 3}, eg::layout({8, 8}, {8, 1}))(1, 0)),
};

row const tensors[] = {
    noted(STATEMENTS("Tensor(name, buffer_index, metal_dtype, layout, base_offset)", "B[0u] = A[35u];",
                     B[0] = eg::make_tensor(A, eg::layout({4, 8}, {8, 1}), 16)(2, 3);),
          "over a buffer of a kernel, threadgroup memory or memory of the host"),
    TENSOR("tensor[None, k]", "(256):(512)", A(eg::_, 3).layout()),
    JIT("tensor.load()",
        "kernel void k(const device float* A [[buffer(0)]], device float* B [[buffer(1)]]) { B[0u] = "
        "A[0u]; }",
        h.launch<"k">({}, [=](eg::gpu&) { B(0, 0) = A(0, 0); });),
    JIT("tensor.store(value)",
        "kernel void k(device float* B [[buffer(0)]]) { *(device float4*)(B) = float4(0.5f); *(device "
        "float4*)(B + 4u) = float4(0.5f); }",
        h.launch<"k">({}, [=](eg::gpu&) { flat_divide(B, {1, 8})(0, eg::_, 0, 0).store(0.5f); });),
    TENSOR("tensor.size()", "131072", size(A)),
    TENSOR("tensor_zipped_divide(tensor, tiler)", "((16,256),(16,2)):((512,1),(8192,256))",
           zipped_divide(A, tv.tiler).layout()),
    TENSOR("tensor_composition(tensor, tv_layout, tiler)", "((64,4),(4,4)):((4,2048),(1,512))",
           composition(zipped_divide(A, tv.tiler)(eg::_, 0), tv).layout()),
    row{"make_identity_tensor(shape)",
        "eg::identity_layout({4, 8})",
        "(4,8):(1@0,1@1)",
        {},
        [] { return to_string(eg::identity_layout({4, 8})); }},
};

row const jit_functions[] = {
    noted(
        JIT("@jit, launch(grid, block), KernelHandle",
            "kernel void scale(const device float* A [[buffer(0)]], device float* B [[buffer(1)]], uint "
            "tid [[thread_position_in_threadgroup]], uint group [[threadgroup_position_in_grid]]) { const "
            "uint v0 = group % 16u * 8192u + group / 16u * 256u + (tid % 64u * 4u + tid / 64u * 2048u); "
            "*(device float4*)(B + v0) = 2.0f * *(const device float4*)(A + v0); *(device float4*)(B + v0 "
            "+ 512) = 2.0f * *(const device float4*)(A + v0 + 512); *(device float4*)(B + v0 + 1024) = "
            "2.0f * *(const device float4*)(A + v0 + 1024); *(device float4*)(B + v0 + 1536) = 2.0f * "
            "*(const device float4*)(A + v0 + 1536); }",
            auto gA = zipped_divide(A, tv.tiler),
            gB = zipped_divide(B, tv.tiler);
            h.launch<"scale">({.grid = eg::size<1>(gA), .block = eg::size<0>(tv.layout)},
                              [=](eg::gpu& g) {
                                auto tile = g.threadgroup_position_in_grid(),
                                     thread = g.thread_position_in_threadgroup();
                                auto tA = composition(gA(eg::_, tile), tv)(thread, eg::_);
                                auto tB = composition(gB(eg::_, tile), tv)(thread, eg::_);
                                tB.store(2 * tA.load());
                              });),
        "the body of `eg::jit<\"f\">([](eg::host& h, eg::tensor_of<f32> A, eg::tensor_of<f32> B) { ... })`"),
    noted(row{"compile(launch, mA, mB)",
              "eg::compile(f, eg::arg<\"A\">(matrix), eg::arg<\"B\">(matrix))",
              "32 threadgroups",
              {},
              [] {
                return fmt::format(
                    "{} threadgroups",
                    eg::compile(eg::jit<"f">([](eg::host& h, eg::tensor_of<f32> A, eg::tensor_of<f32> B) {
                                  h.launch<"k">({.grid = 32}, [=](eg::gpu&) { B(0, 0) = A(0, 0); });
                                }),
                                eg::arg<"A">(matrix), eg::arg<"B">(matrix))
                        .grid()
                        .x);
              }},
          "with `eg::arg<\"A\", matrix>` while the program is compiled"),
};

row const tuples[] = {
    VALUE("product(x)", "24", product(eg::int_tuple{2, {3, 4}})),
    VALUE("repeat_like(ref, val)", "(7,(7,7))",
          unflatten(eg::repeat(eg::int_tuple{7}, 3), eg::int_tuple{2, {3, 4}})),
    VALUE("select(x, idx)", "((3,4))", select(eg::int_tuple{2, {3, 4}, 5}, {1})),
};
// clang-format on

} // namespace

std::span<section const> layout_sections() {
  static section const all[] = {
      {28, "Layout algebra", "layouts.cpp", "tests/layout, tests/oracle", algebra},
      {29, "Tensor and TV layout", "layouts.cpp", "tests/tensor", tensors},
      {30, "JIT path", "layouts.cpp", "tests/msl/every_kernel.cpp", jit_functions},
      {32, "Tuple utilities", "layouts.cpp", "tests/layout", tuples},
  };
  return all;
}

} // namespace python_api
