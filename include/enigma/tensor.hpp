// SPDX-License-Identifier: MIT
#pragma once

/// Tensors: an engine, a layout and an offset; slices, divides, lazy tile expressions. Over a kernel's
/// buffers: <enigma/codegen/buffer_engine.hpp>.
#include <enigma/layout.hpp>
#include <enigma/tensor/coordinate.hpp>
#include <enigma/tensor/coordinate_tensor.hpp>
#include <enigma/tensor/copy.hpp>
#include <enigma/tensor/divide.hpp>
#include <enigma/tensor/engine.hpp>
#include <enigma/tensor/recast.hpp>
#include <enigma/tensor/reduce.hpp>
#include <enigma/tensor/tensor.hpp>
#include <enigma/tensor/tile_expression.hpp>
#include <enigma/tensor/tile_math.hpp>
