// SPDX-License-Identifier: MIT
#pragma once

// Kernels: typed values, parameters, control flow; kernel, jit and compile; MSL and IR text.

#include <enigma/codegen/async_copy.hpp>
#include <enigma/codegen/async_tile_copy.hpp>
#include <enigma/codegen/atomic.hpp>
#include <enigma/codegen/compile.hpp>
#include <enigma/codegen/cooperative_copy.hpp>
#include <enigma/codegen/coordinate_numbers.hpp>
#include <enigma/codegen/dynamic_tensor.hpp>
#include <enigma/codegen/emit_ir.hpp>
#include <enigma/codegen/emit_msl.hpp>
#include <enigma/codegen/function.hpp>
#include <enigma/codegen/gemm.hpp>
#include <enigma/codegen/geometry.hpp>
#include <enigma/codegen/gpu.hpp>
#include <enigma/codegen/groups.hpp>
#include <enigma/codegen/jit.hpp>
#include <enigma/codegen/kernel.hpp>
#include <enigma/codegen/math.hpp>
#include <enigma/codegen/matrix.hpp>
#include <enigma/codegen/matrix_reductions.hpp>
#include <enigma/codegen/packing.hpp>
#include <enigma/codegen/pipeline.hpp>
#include <enigma/codegen/recast.hpp>
#include <enigma/codegen/register_engine.hpp>
#include <enigma/codegen/simdgroup_matrix.hpp>
#include <enigma/codegen/struct_parameters.hpp>
#include <enigma/codegen/tile_reductions.hpp>
#include <enigma/codegen/tiled_copy.hpp>
#include <enigma/codegen/two_results.hpp>
#include <enigma/codegen/vectorised.hpp>
#include <enigma/codegen/verify_ir.hpp>
#include <enigma/codegen/within.hpp>
