// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/bank_conflicts.hpp>
#include <enigma/layout/memory_lines.hpp>
