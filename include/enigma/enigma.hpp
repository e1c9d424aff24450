// SPDX-License-Identifier: MIT
#pragma once

// All of Enigma. Each floor has an umbrella of its own: layout.hpp, tensor.hpp, codegen.hpp, runtime.hpp; and
// layout/fmt.hpp prints layouts with fmt.

#include <enigma/codegen.hpp>
#include <enigma/layout.hpp>
#include <enigma/layout/fmt.hpp>
#include <enigma/runtime.hpp>
#include <enigma/tensor.hpp>
