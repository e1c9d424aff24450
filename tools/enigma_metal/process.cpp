// SPDX-License-Identifier: MIT
#include "process.hpp"

#include "error.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace enigma::metal_tool {

temporary_folder::temporary_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "enigma-metal-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw tool_error(fmt::format("cannot make a temporary folder like {}: {}", name, std::strerror(errno)));
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

process_result run_process(std::vector<std::string> const& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw tool_error(fmt::format("cannot open a pipe: {}", std::strerror(errno)));
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string const& word : command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  pid_t child = 0;
  int const failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    throw tool_error(fmt::format("cannot run {}: {}", command[0], std::strerror(failed)));
  }

  process_result result{0, {}};
  std::array<char, 1 << 14> part;
  for (;;) {
    ssize_t const n = read(ends[0], part.data(), part.size());
    if (n > 0)
      result.words.append(part.data(), static_cast<std::size_t>(n));
    else if (n == 0 || errno != EINTR)
      break;
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string find_program(std::vector<std::string> const& names) {
  char const* const path = std::getenv("PATH");
  for (std::string const& name : names) {
    if (name.find('/') != std::string::npos && access(name.c_str(), X_OK) == 0)
      return name;
    std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
    for (std::string candidate; std::getline(folders, candidate, ':');) {
      candidate.append("/").append(name);
      if (access(candidate.c_str(), X_OK) == 0)
        return candidate;
    }
  }
  return {};
}

bool file_exists(std::string const& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

std::string read_text_file(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    throw tool_error(fmt::format("cannot read {}: {}", path, std::strerror(errno != 0 ? errno : ENOENT)));
  return text.str();
}

void write_text_file(std::string const& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file)
    throw tool_error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

} // namespace enigma::metal_tool
