// SPDX-License-Identifier: MIT
#pragma once

/// The layout algebra. Light: no streams, no fmt; formatters are in <enigma/layout/fmt.hpp>.
#include <enigma/layout/evaluate.hpp>
#include <enigma/layout/int_tuple.hpp>
#include <enigma/layout/layout.hpp>
#include <enigma/layout/text.hpp>
