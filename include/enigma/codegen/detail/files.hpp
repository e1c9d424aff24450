// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <enigma/error.hpp>

namespace enigma::detail {

/// Writes a whole file or nothing: the text goes to a file beside it, which takes the name when it is
/// complete.
inline void write_file(std::string const& path, std::string_view text) {
  auto const fail = [&](char const* what) {
    int const reason = errno;
    refused(
        (sentence("cannot ") << what << " \"" << path.c_str() << "\": " << std::strerror(reason)).lines());
  };
  std::string const part = path + ".part";
  std::FILE* const file = std::fopen(part.c_str(), "wb");
  if (file == nullptr)
    fail("write");
  bool const written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  bool const closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(part.c_str(), path.c_str()) != 0) {
    int const reason = errno;
    std::remove(part.c_str());
    errno = reason;
    fail("write");
  }
}

} // namespace enigma::detail
