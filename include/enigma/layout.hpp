// SPDX-License-Identifier: MIT
#pragma once

/// The layout algebra. Light: no strings, no streams, no fmt. Text in CuTe notation is
/// <enigma/layout/text.hpp>, formatters for fmt are <enigma/layout/fmt.hpp>.
#include <enigma/layout/coalesce.hpp>
#include <enigma/layout/common.hpp>
#include <enigma/layout/compact.hpp>
#include <enigma/layout/compare.hpp>
#include <enigma/layout/complement.hpp>
#include <enigma/layout/composition.hpp>
#include <enigma/layout/coordinates.hpp>
#include <enigma/layout/cotiled.hpp>
#include <enigma/layout/distribute.hpp>
#include <enigma/layout/divide.hpp>
#include <enigma/layout/evaluate.hpp>
#include <enigma/layout/int_tuple.hpp>
#include <enigma/layout/inverse.hpp>
#include <enigma/layout/layout.hpp>
#include <enigma/layout/layout_constant.hpp>
#include <enigma/layout/make_layout.hpp>
#include <enigma/layout/memory.hpp>
#include <enigma/layout/modes.hpp>
#include <enigma/layout/nullspace.hpp>
#include <enigma/layout/predicates.hpp>
#include <enigma/layout/product.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/slice.hpp>
#include <enigma/layout/swizzle.hpp>
#include <enigma/layout/synthesis.hpp>
#include <enigma/layout/tile_to_shape.hpp>
#include <enigma/layout/tiler.hpp>
#include <enigma/layout/tuple_math.hpp>
#include <enigma/layout/tv.hpp>
