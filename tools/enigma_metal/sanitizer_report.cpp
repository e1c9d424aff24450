// SPDX-License-Identifier: MIT
#include "sanitizer_report.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fmt/format.h>
#include <sstream>

namespace enigma::metal_tool {
namespace {

constexpr std::size_t npos = std::string::npos;

bool has(std::string const& line, std::string_view what) {
  return line.find(what) != npos;
}

/// What stands in `line` behind `mark`, up to `end`.
std::string between(std::string const& line, std::string_view mark, std::string_view end) {
  std::size_t const at = line.find(mark);
  if (at == npos)
    return {};
  std::size_t const begin = at + mark.size();
  return line.substr(begin, end.empty() ? npos : line.find(end, begin) - begin);
}

class reader {
public:
  reader(std::vector<named_memory> const& memories, std::vector<std::string> const& foreign,
         std::string const& folder, std::size_t threads)
      : memories_(memories)
      , foreign_(foreign)
      , folder_(folder + "/")
      , threads_(threads) {}

  std::string read(std::string const& words) {
    std::istringstream stream(words);
    for (std::string line; std::getline(stream, line);)
      take(line);
    finish_access();
    return std::move(text_);
  }

private:
  struct access {
    std::string words;
    std::string place;
  };

  void take(std::string const& line) {
    std::size_t const report = std::min(line.find("WARNING: "), line.find("ERROR: "));
    bool const of_sanitizer = report != npos && has(line, "Sanitizer: ");
    if (of_sanitizer) {
      inside_ = true;
      wants_frame_ = true;
      head_ = line.substr(line.find(": ", report) + 2);
      head_ = head_.substr(0, head_.find(" (p"));
      head_ = head_.substr(0, std::min(head_.find(" on address 0x"), head_.find(" on unknown address")));
      now_ = {};
      said_ = false;
      // Where a signal came from is on this line.
      if (std::string const address = between(line, "unknown address ", " "); !address.empty())
        now_.words = memory_at(address);
      return;
    }
    if (!inside_) {
      if (has(line, "Sanitizer:DEADLYSIGNAL") || has(line, "Sanitizer: reported") ||
          line.find_first_not_of('=') == npos)
        return;
      keep(line);
      return;
    }
    if (line.rfind("SUMMARY: ", 0) == 0) {
      finish_access();
      inside_ = false;
      after_summary_ = true;
      return;
    }
    if (std::string const size = between(line, " of size ", " at 0x"); !size.empty()) {
      finish_access();
      start_access(line, size);
      return;
    }
    std::size_t const frame = line.find_first_not_of(' ');
    if (frame != npos && frame > 0 && line[frame] == '#' && wants_frame_)
      if (std::string const place = place_of(line); !place.empty()) {
        now_.place = place;
        wants_frame_ = false;
      }
  }

  void start_access(std::string const& line, std::string const& size) {
    std::string verb = line.substr(0, line.find(" of size "));
    verb.erase(0, verb.find_first_not_of(' '));
    std::transform(verb.begin(), verb.end(), verb.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string const address = between(line, " at ", " ");
    std::string const memory = memory_at(address);
    std::string who = between(line, "thread T", "");
    now_.words = fmt::format("{} of {} byte{}{}{}", verb, size, size == "1" ? "" : "s",
                             memory.empty() ? "" : ", ", memory);
    if (std::size_t const number = std::strtoul(who.c_str(), nullptr, 10); number > 0) {
      std::size_t const set = (number - 1) / threads_;
      set_ = said_ ? set_ : set;
      now_.words += fmt::format(", by thread {} of {} threadgroup", (number - 1) % threads_,
                                set == set_ ? "the" : "another");
    }
    now_.place.clear();
    wants_frame_ = true;
  }

  void finish_access() {
    if (!inside_ || (now_.words.empty() && now_.place.empty()))
      return;
    std::string const place = now_.place.empty() ? "" : now_.place + ": ";
    if (!said_)
      text_ += fmt::format("{}error: {}{}{}\n", place, head_, now_.words.empty() ? "" : ": ", now_.words);
    else
      text_ += fmt::format("{}note: {}\n", place, now_.words);
    said_ = true;
    now_ = {};
  }

  void keep(std::string const& line) {
    // Behind a report of AddressSanitizer lies a map of its shadow, and registers behind a signal.
    if (after_summary_ && (line.rfind("==", 0) == 0 || line.rfind("Shadow byte", 0) == 0 ||
                           line.rfind("  ", 0) == 0 || line.rfind("=>", 0) == 0 || line.empty()))
      return;
    after_summary_ = false;
    std::string const mark = ": runtime error: ";
    if (std::size_t const at = line.find(mark); at != npos)
      text_ += fmt::format("{}: error: UndefinedBehaviorSanitizer: {}\n", shortened(line.substr(0, at)),
                           line.substr(at + mark.size()));
    else
      text_ += line + "\n";
  }

  std::string shortened(std::string const& path) const {
    return path.rfind(folder_, 0) == 0 ? path.substr(folder_.size()) : path;
  }

  // `    #0 0x1234 in name(types) /path/file.metal:9:10 (program+0x1)`: the place, if it is the file's.
  std::string place_of(std::string const& frame) const {
    std::size_t end = frame.find(" (program");
    end = end == npos ? frame.size() : end;
    // The path is what follows the function, and may have blanks itself.
    std::size_t const bracket = frame.rfind(')', end - 1);
    std::size_t const slash = frame.find(" /", bracket == npos ? 0 : bracket);
    std::size_t const start = slash == npos ? frame.rfind(' ', end - 1) : slash;
    std::string const path = frame.substr(start + 1, end - start - 1);
    if (path.find(':') == npos || std::isdigit(static_cast<unsigned char>(path.back())) == 0)
      return {};
    for (std::string const& f : foreign_)
      if (has(path, f))
        return {};
    return shortened(path);
  }

  named_memory const* find(unsigned long address) const {
    named_memory const* best = nullptr;
    for (named_memory const& m : memories_) // the newest is the last
      if (address >= m.begin && address < m.begin + m.bytes)
        best = &m;
    return best;
  }

  std::string memory_at(std::string const& address) const {
    unsigned long const a = std::strtoul(address.c_str(), nullptr, 16);
    if (named_memory const* const m = find(a))
      return fmt::format("byte {} of '{}'", a - m->begin, m->name);
    // Behind or before the nearest, up to the fence.
    std::string nearest;
    unsigned long least = 65536;
    for (named_memory const& m : memories_) {
      bool const behind = a >= m.begin + m.bytes;
      unsigned long const away = behind ? a - (m.begin + m.bytes) : m.begin - a;
      if (away >= least)
        continue;
      least = away;
      nearest = fmt::format("{} bytes {} '{}'", away, behind ? "behind the end of" : "before", m.name);
    }
    return nearest;
  }

  std::vector<named_memory> const& memories_;
  std::vector<std::string> const& foreign_;
  std::string folder_;
  std::size_t threads_;
  std::size_t set_ = 0; // of the first access of a report
  std::string text_;
  std::string head_;
  access now_;
  bool inside_ = false;
  bool said_ = false;
  bool wants_frame_ = false;
  bool after_summary_ = false;
};

} // namespace

std::string read_sanitizer_report(std::string const& words, std::vector<named_memory> const& memories,
                                  std::vector<std::string> const& foreign, std::string const& folder,
                                  std::size_t threads) {
  return reader(memories, foreign, folder, threads).read(words);
}

} // namespace enigma::metal_tool
