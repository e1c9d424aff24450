// SPDX-License-Identifier: MIT
// The laws of the operations, asked at every coordinate of an answer.
#pragma once

#include <string>
#include <vector>

namespace naive {

enum class verdict {
  holds,
  broken,
  unknown // no law for the operation, arguments that it does not apply to, or a domain too large to visit
};

/// Whether `answer` (one text for each part) is a right answer of an operation, by the definition in
/// tests/oracle/README.md. The name is that of the oracle file: "composition_tiler", "complement1", ...
verdict law(std::string const& operation, std::vector<std::string> const& arguments,
            std::vector<std::string> const& answer);

} // namespace naive
