// SPDX-License-Identifier: MIT
#pragma once

/// Questions about layouts, each answered with a witness, for `static_assert`.
#include <enigma/layout/predicates/image.hpp>
#include <enigma/layout/predicates/relations.hpp>
#include <enigma/layout/predicates/vector_width.hpp>
#include <enigma/layout/predicates/verdict.hpp>
