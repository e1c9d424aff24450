// SPDX-License-Identifier: MIT
#pragma once

/// What an access of a simdgroup costs: cache lines of device memory, banks of threadgroup memory.
#include <enigma/layout/memory/bank_conflicts.hpp>
#include <enigma/layout/memory/simd_access.hpp>
#include <enigma/layout/memory/touched_lines.hpp>
