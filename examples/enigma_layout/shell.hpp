// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

#include <string>

/// What --help says.
std::string help_text();

/// The operations whose line contains the word, with their meanings.
std::string list_text(std::string const& word);

/// Reads expressions and commands from a terminal until the input ends; returns the exit code.
int shell(options const& o, std::int64_t width);
