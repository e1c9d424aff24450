// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image.h>
#include <stb_image_write.h>

namespace {

using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

[[noreturn]] void cannot(std::string const& what, std::string const& path, std::string const& why) {
  throw picture_error("cannot " + what + " " + path + ": " + why);
}

std::string partial(std::string const& path) {
  return path + ".partial";
}

/// A new file beside the one that is wanted, which then takes its name.
file open_partial(std::string const& path) {
  if (std::filesystem::is_directory(path))
    cannot("write", path, "it is a folder");
  file f(std::fopen(partial(path).c_str(), "wb"), &std::fclose);
  if (!f)
    cannot("write", path, std::strerror(errno));
  return f;
}

void append(void* f, void* bytes, int size) {
  std::fwrite(bytes, 1, static_cast<std::size_t>(size), static_cast<std::FILE*>(f));
}

} // namespace

picture read_picture(std::string const& path) {
  file f(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!f)
    cannot("read", path, std::strerror(errno));
  int width = 0, height = 0, channels = 0;
  std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_file(f.get(), &width, &height, &channels, 3), &stbi_image_free);
  if (!pixels)
    cannot("read", path, std::string("it is not a picture that can be read (") + stbi_failure_reason() + ")");

  picture p{static_cast<unsigned>(width), static_cast<unsigned>(height), {}};
  std::size_t const plane = std::size_t{p.width} * p.height;
  p.planes.resize(3 * plane);
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      p.planes[c * plane + i] = static_cast<float>(pixels.get()[3 * i + c]) / 255.0f;
  return p;
}

void must_be_writable(std::string const& path) {
  open_partial(path);
  std::remove(partial(path).c_str());
}

void write_png(std::string const& path, picture const& p) {
  std::size_t const plane = std::size_t{p.width} * p.height;
  std::vector<stbi_uc> pixels(3 * plane);
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      pixels[3 * i + c] =
          static_cast<stbi_uc>(std::lround(std::clamp(p.planes[c * plane + i], 0.0f, 1.0f) * 255.0f));

  file f = open_partial(path);
  bool written = stbi_write_png_to_func(append, f.get(), static_cast<int>(p.width),
                                        static_cast<int>(p.height), 3, pixels.data(), 0) != 0;
  written = std::ferror(f.get()) == 0 && written;
  written = std::fclose(f.release()) == 0 && written;
  int const reason = errno;
  std::error_code trouble;
  if (written)
    std::filesystem::rename(partial(path), path, trouble);
  if (!written || trouble) {
    std::remove(partial(path).c_str());
    cannot("write", path, trouble ? trouble.message() : std::strerror(reason));
  }
}
