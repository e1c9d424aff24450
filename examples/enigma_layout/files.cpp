// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

void say(std::string const& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw file_error(std::string("cannot write to the standard output: ") + std::strerror(errno));
}

void write_file(std::string const& path, std::string const& text) {
  if (path == "-")
    return say(text);
  auto const cannot = [&](std::string const& why) { throw file_error("cannot write " + path + ": " + why); };
  std::error_code trouble;
  if (std::filesystem::is_directory(path, trouble))
    cannot("it is a folder");
  // What is no ordinary file, as /dev/null, is written as it is; an ordinary one is replaced when it is
  // whole.
  bool const replace =
      !std::filesystem::exists(path, trouble) || std::filesystem::is_regular_file(path, trouble);
  auto const target = replace ? path + ".partial" : path;
  std::FILE* const f = std::fopen(target.c_str(), "wb");
  if (f == nullptr)
    cannot(std::strerror(errno));
  bool written = std::fwrite(text.data(), 1, text.size(), f) == text.size();
  int reason = written ? 0 : errno;
  if (std::fclose(f) != 0 && written) {
    written = false;
    reason = errno;
  }
  if (written && replace)
    std::filesystem::rename(target, path, trouble);
  else
    trouble.clear();
  if (!written || trouble) {
    if (replace)
      std::remove(target.c_str());
    cannot(trouble ? trouble.message() : std::strerror(reason));
  }
}
