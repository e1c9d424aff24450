// SPDX-License-Identifier: MIT
#include "diagnostic.hpp"

#include "process.hpp"
#include "tokens.hpp"

#include <cctype>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <sstream>

namespace enigma::metal_tool {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t const end = std::min(text.find('\n', i), text.size());
    all.emplace_back(text.substr(i, end - i));
    i = end + 1;
  }
  return all;
}

std::string const* line_of_file(std::string const& file, unsigned line) {
  static std::map<std::string, std::vector<std::string>> read;
  auto found = read.find(file);
  if (found == read.end()) {
    std::vector<std::string> lines;
    if (file_exists(file))
      lines = lines_of(read_text_file(file));
    found = read.emplace(file, std::move(lines)).first;
  }
  return line >= 1 && line <= found->second.size() ? &found->second[line - 1] : nullptr;
}

void replace_all(std::string& s, std::string_view from, std::string_view to) {
  for (std::size_t i = 0; (i = s.find(from, i)) != std::string::npos; i += to.size())
    s.replace(i, from.size(), to);
}

// The lines of preprocessed source by the file and line that they come from.
std::map<std::pair<std::string, unsigned>, std::string> by_place(std::string_view preprocessed) {
  std::map<std::pair<std::string, unsigned>, std::string> places;
  std::string file;
  unsigned line = 1;
  for (std::string const& text : lines_of(preprocessed)) {
    if (text.size() > 2 && text[0] == '#' && text[1] == ' ' &&
        std::isdigit(static_cast<unsigned char>(text[2]))) {
      line = static_cast<unsigned>(std::strtoul(text.c_str() + 2, nullptr, 10));
      std::size_t const open = text.find('"');
      if (open != std::string::npos)
        file = text.substr(open + 1, text.rfind('"') - open - 1);
      continue;
    }
    places[{file, line}] = text;
    ++line;
  }
  return places;
}

std::optional<diagnostic> read_line(std::string const& line) {
  static constexpr std::pair<std::string_view, severity> kinds[] = {{": fatal error: ", severity::error},
                                                                    {": error: ", severity::error},
                                                                    {": warning: ", severity::warning},
                                                                    {": note: ", severity::note}};
  for (auto const& [words, kind] : kinds) {
    std::size_t const at = line.find(words);
    if (at == std::string::npos)
      continue;
    diagnostic d;
    d.kind = kind;
    d.words = line.substr(at + words.size());
    std::string place = line.substr(0, at);
    unsigned numbers[2] = {0, 0};
    int found = 0;
    for (; found < 2; ++found) {
      std::size_t const colon = place.rfind(':');
      if (colon == std::string::npos || colon + 1 == place.size() ||
          place.find_first_not_of("0123456789", colon + 1) != std::string::npos)
        break;
      numbers[found] = static_cast<unsigned>(std::strtoul(place.c_str() + colon + 1, nullptr, 10));
      place.resize(colon);
    }
    d.file = place;
    d.line = found == 2 ? numbers[1] : numbers[0];
    d.column = found == 2 ? numbers[0] : 0;
    return d;
  }
  return std::nullopt;
}

} // namespace

std::string in_metal_words(std::string_view words) {
  std::string s(words);
  // 'device float4' (aka '__global float __attribute__((ext_vector_type(4)))') (vector of 4 'float' values)
  for (std::size_t i = 0; (i = s.find(" (vector of ", i)) != std::string::npos;) {
    std::size_t const end = s.find(')', i);
    if (end == std::string::npos)
      break;
    s.erase(i, end + 1 - i);
  }
  for (std::size_t i = 0; (i = s.find(" __attribute__((ext_vector_type(", i)) != std::string::npos;) {
    std::size_t const end = s.find(")))", i);
    if (end == std::string::npos)
      break;
    std::string const count = s.substr(i + 32, end - i - 32);
    std::size_t first = i;
    while (first > 0 &&
           (std::isalnum(static_cast<unsigned char>(s[first - 1])) || s[first - 1] == '_' ||
            s[first - 1] == ' ') &&
           s.compare(first - 1, 1, "'") != 0)
      --first;
    std::string type = s.substr(first, i - first);
    replace_all(type, "unsigned char", "uchar");
    replace_all(type, "unsigned short", "ushort");
    replace_all(type, "unsigned int", "uint");
    replace_all(type, "unsigned long", "ulong");
    replace_all(type, "_Float16", "half");
    s.replace(first, end + 3 - first, type + count);
    i = first + type.size();
  }
  // What the generated code asserts says all.
  if (s.rfind("static assertion failed due to requirement 'metal_host_tool::", 0) == 0)
    s.erase(0, s.find("': ") + 3);
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"__global ", "device "},
      {"__local ", "threadgroup "},
      {"__constant const ", "constant "},
      {"const __constant ", "constant "},
      {"__constant ", "constant "},
      {"__private ", "thread "},
      {"'__global'", "'device'"},
      {"'__local'", "'threadgroup'"},
      {"'__constant'", "'constant'"},
      {"address space __global", "address space 'device'"},
      {"address space __local", "address space 'threadgroup'"},
      {"address space __constant", "address space 'constant'"},
      {"default address space", "address space 'thread'"},
      {"generic address space", "address space 'thread'"},
      {"CLglobal ", "device "},
      {"_Float16", "half"},
      {"unsigned int", "uint"},
      {"unsigned short", "ushort"},
      {"unsigned char", "uchar"},
      {"unsigned long", "ulong"},
      {"metal_host_type_", ""},
      {"metal_host::make<", "constructor <"}};
  for (auto const& [from, to] : names)
    replace_all(s, from, to);
  // What is left of (aka '...') where both names are the same now.
  for (std::size_t i = 0; (i = s.find("' (aka '", i)) != std::string::npos;) {
    std::size_t const open = s.rfind('\'', i - 1);
    std::size_t const close = s.find("')", i + 8);
    if (open == std::string::npos || close == std::string::npos)
      break;
    if (s.substr(open + 1, i - open - 1) == s.substr(i + 8, close - i - 8))
      s.erase(i + 1, close + 1 - i);
    else
      i = close;
  }
  return s;
}

std::vector<diagnostic> read_diagnostics(std::string_view clang_words, std::string_view preprocessed) {
  std::vector<diagnostic> all;
  std::map<std::pair<std::string, unsigned>, std::string> places;
  for (std::string const& line : lines_of(clang_words)) {
    std::optional<diagnostic> d = read_line(line);
    if (!d)
      continue;
    d->words = in_metal_words(d->words);
    if (d->column != 0) {
      if (places.empty())
        places = by_place(preprocessed);
      auto const now = places.find({d->file, d->line});
      std::string const* const then = line_of_file(d->file, d->line);
      if (now != places.end() && then != nullptr)
        d->column = column_in_original(now->second, d->column, *then);
    }
    if (d->kind != severity::note || all.empty())
      all.push_back(*d);
    else
      all.back().notes.push_back(*d);
  }
  return all;
}

bool is_about_copying_between_spaces(diagnostic const& d) {
  auto const has = [](std::string const& s, std::string_view what) {
    return s.find(what) != std::string::npos;
  };
  bool const about_class =
      has(d.words, "no matching constructor") || has(d.words, "no viable overloaded '='") ||
      has(d.words, "no viable conversion") || has(d.words, "no matching member function") ||
      has(d.words, "no viable overloaded operator") || has(d.words, "invalid operands to binary expression");
  if (has(d.words, "'this' argument to member function") ||
      has(d.words, "cannot initialize object parameter"))
    return true;
  if (about_class)
    for (diagnostic const& note : d.notes)
      if ((has(note.words, "address space") &&
           (has(note.words, "implicit copy") || has(note.words, "implicit move") ||
            has(note.words, "'this' object"))))
        return true;
  return false;
}

bool is_about_spaces(diagnostic const& d) {
  auto const has = [](std::string const& text, std::string_view what) {
    return text.find(what) != std::string::npos;
  };
  // Pointers and references to different spaces; classes are C++'s own trouble.
  auto const tells = [&](std::string const& text) {
    bool const pointers = has(text, " *'") || has(text, "*'") || has(text, "&'");
    bool const space = has(text, "device ") || has(text, "threadgroup ") || has(text, "constant ");
    bool const classes = has(text, "implicit copy") || has(text, "implicit move") ||
                         has(text, "template ignored: deduced type");
    return !classes && (has(text, "changes address space") || has(text, "cannot pass pointer to") ||
                        has(text, "qualified with an address space") ||
                        (pointers && space &&
                         (has(text, "comparison of distinct") || has(text, "cannot initialize") ||
                          has(text, "assigning to") || has(text, "incompatible") ||
                          has(text, "no known conversion") || has(text, "is not allowed"))));
  };
  if (is_about_copying_between_spaces(d))
    return false;
  if (d.line == 0) // in the code that calls the kernels: it follows from what is said about the file
    return false;
  if (tells(d.words))
    return true;
  for (diagnostic const& note : d.notes)
    if (tells(note.words))
      return true;
  // Templates, and references: only if nothing else is the matter with any function of that name.
  auto const starts_with_space = [](std::string_view type) {
    return type.starts_with("device ") || type.starts_with("threadgroup ") || type.starts_with("constant ") ||
           type.starts_with("const device ") || type.starts_with("const threadgroup ");
  };
  auto const mismatches = [&](std::string const& text) {
    std::size_t const open = text.find('\'');
    std::size_t const close = open == std::string::npos ? open : text.find('\'', open + 1);
    if (close == std::string::npos)
      return false;
    std::string_view const wanted = std::string_view(text).substr(open + 1, close - open - 1);
    if (has(text, "template ignored: deduced type"))
      return wanted.ends_with('*');
    if (has(text, "template ignored: could not match"))
      return starts_with_space(wanted);
    return has(text, "cannot bind reference in address space") && !has(text, "implicit copy") &&
           !has(text, "implicit move");
  };
  bool some = false;
  for (diagnostic const& note : d.notes)
    if (note.words.starts_with("candidate")) {
      if (!mismatches(note.words))
        return false;
      some = true;
    }
  return some;
}

std::string print(std::vector<diagnostic> const& all) {
  std::string text;
  for (diagnostic const& d : all) {
    text += d.file;
    if (d.line != 0)
      text += fmt::format(":{}", d.line);
    if (d.column != 0)
      text += fmt::format(":{}", d.column);
    text += fmt::format("{}{}: {}\n", text.empty() || d.file.empty() ? "" : ": ",
                        d.kind == severity::error     ? "error"
                        : d.kind == severity::warning ? "warning"
                                                      : "note",
                        d.words);
    std::string const* const line = line_of_file(d.file, d.line);
    if (line != nullptr && d.kind != severity::note) {
      std::string mark;
      for (unsigned i = 1; i < d.column && i <= line->size(); ++i)
        mark += (*line)[i - 1] == '\t' ? '\t' : ' ';
      text += fmt::format("{}\n", *line);
      if (d.column != 0)
        text += mark + "^\n";
    }
    text += print(d.notes);
  }
  return text;
}

} // namespace enigma::metal_tool
