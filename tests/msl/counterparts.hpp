// SPDX-License-Identifier: MIT
// The kernels of examples/kernels, each beside the same written by hand.
#pragma once

#include "../../examples/kernels/attention.hpp"
#include "../../examples/kernels/fused_attention.hpp"
#include "../../examples/kernels/gemm.hpp"
#include "../../examples/kernels/laplacian.hpp"
#include "../../examples/kernels/rms_norm.hpp"
#include "../../examples/kernels/saxpy.hpp"
#include "../../examples/kernels/softmax.hpp"
#include "../../examples/kernels/vector_add.hpp"

#include <string>

namespace counterparts {

namespace eg = enigma;

/// Calls f(what it is, the compiled kernel, the file in examples/kernels where it is written by hand) for
/// each.
template <class F>
void for_each(F&& f) {
  using namespace examples;
  f("saxpy", eg::compile(saxpy), "saxpy.metal");
  f("vector add, scalar", eg::compile(vector_add), "vector_add.metal");
  f("vector add, float4", eg::compile(vector_add_float4), "vector_add.metal");
  f("vector add, TV layout",
    eg::compile(vector_add_tv, eg::arg<"A">(vector_add_matrix), eg::arg<"B">(vector_add_matrix),
                eg::arg<"C">(vector_add_matrix)),
    "vector_add.metal");
  f("RMSNorm", eg::compile(rms_norm), "rms_norm.metal");
  f("Laplacian, 1-D", eg::compile(laplacian), "laplacian.metal");
  f("softmax of rows", eg::compile(softmax), "softmax.metal");
  f("attention, inner loop", eg::compile(attention), "attention.metal");
}

/// Those with more than one path: which costs less depends on the path.
template <class F>
void for_each_large(F&& f) {
  f("GEMM", eg::compile(examples::gemm<eg::f32>), "gemm.metal");
  f("attention, fused", eg::compile(examples::fused_attention), "fused_attention.metal");
}

} // namespace counterparts
