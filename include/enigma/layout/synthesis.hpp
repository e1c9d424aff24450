// SPDX-License-Identifier: MIT
#pragma once

/// Layouts from what they should do: `layout_from` a function or table, `find_swizzle` and `find_padding` for
/// accesses without bank conflicts.
#include <enigma/layout/synthesis/bank_search.hpp>
#include <enigma/layout/synthesis/layout_from.hpp>
