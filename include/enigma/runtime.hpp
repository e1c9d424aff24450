// SPDX-License-Identifier: MIT
#pragma once

// Running compiled kernels: the runtime, its arguments and launch sizes.

#include <enigma/runtime/arguments.hpp>
#include <enigma/runtime/dispatch.hpp>
#include <enigma/runtime/runtime.hpp>
