// SPDX-License-Identifier: MIT
// Where in the .metal file a function was called: default arguments of every function that may have to say
// so.
#pragma once
#pragma clang system_header
#include "machine.h"
#include "spaces.h"

#define METAL_HOST_PLACE char const *file = __builtin_FILE(), unsigned line = __builtin_LINE()
