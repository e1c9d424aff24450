// SPDX-License-Identifier: MIT
#pragma once

/// Swizzles, and layouts with a swizzle behind them: all that the algebra does with plain layouts.
#include <enigma/layout/swizzle/algebra.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>
#include <enigma/layout/swizzle/composition.hpp>
#include <enigma/layout/swizzle/inverse.hpp>
#include <enigma/layout/swizzle/modes.hpp>
#include <enigma/layout/swizzle/operations.hpp>
#include <enigma/layout/swizzle/plain.hpp>
#include <enigma/layout/swizzle/predicates.hpp>
#include <enigma/layout/swizzle/swizzle.hpp>
#include <enigma/layout/swizzle/vector.hpp>
