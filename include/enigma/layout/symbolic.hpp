// SPDX-License-Identifier: MIT
#pragma once

/// The layout algebra with named sizes: layouts such as (M,K):(K,1), coordinates as values, ragged domains.
/// Text as std::string is <enigma/layout/symbolic/text.hpp>.
#include <enigma/layout.hpp>
#include <enigma/layout/symbolic/bind.hpp>
#include <enigma/layout/symbolic/bounded.hpp>
#include <enigma/layout/symbolic/coalesce.hpp>
#include <enigma/layout/symbolic/composition.hpp>
#include <enigma/layout/symbolic/divide.hpp>
#include <enigma/layout/symbolic/expression.hpp>
#include <enigma/layout/symbolic/identity.hpp>
#include <enigma/layout/symbolic/named_size.hpp>
#include <enigma/layout/symbolic/size_tuple.hpp>
#include <enigma/layout/symbolic/slice.hpp>
#include <enigma/layout/symbolic/symbolic_layout.hpp>
