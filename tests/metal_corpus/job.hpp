// SPDX-License-Identifier: MIT
// A kernel with its arguments, run by the tool as a stranger would type it.
#pragma once

#include "../support/shell.hpp"
#include "array.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace corpus {

using support::answer;
using support::folder;
using support::shell;

using results = std::map<std::string, array>;

/// What is launched, and what has to come out.
struct job {
  std::string name; // of the case
  std::string file; // without folder and .metal
  std::string kernel;
  std::array<unsigned, 3> grid{1, 1, 1};    // in threads
  std::array<unsigned, 3> threads{1, 1, 1}; // of a threadgroup
  std::vector<std::pair<std::string, array>> buffers = {};
  std::vector<std::pair<std::string, unsigned>> threadgroup = {}; // memory sized by the host, in bytes
  std::vector<std::pair<std::string, std::string>> constants = {};
  std::vector<std::string> outs = {};
  /// The first difference from the plain C++ reference in words; empty where all is right.
  std::function<std::string(results const&)> difference;
  bool barriers = false; // has barriers, so it is audited

  std::string options(folder const& where) const {
    auto const size = [](std::array<unsigned, 3> s) {
      return std::to_string(s[0]) + "," + std::to_string(s[1]) + "," + std::to_string(s[2]);
    };
    std::string all = " --kernel " + kernel + " --grid " + size(grid) + " --threads " + size(threads);
    for (auto const& [buffer, content] : buffers) {
      std::string const path = where / (name + "." + buffer + ".npy");
      content.save(path);
      all += " --buffer " + buffer + "=" + path;
    }
    for (auto const& [memory, bytes] : threadgroup)
      all += " --threadgroup " + memory + "=" + std::to_string(bytes);
    for (auto const& [constant, value] : constants)
      all += " --constant " + constant + "=" + value;
    return all;
  }
};

/// Adds --out for each result and reads them back.
inline std::pair<answer, results> run(folder const& where, std::string const& tool, job const& j,
                                      std::string const& source, std::string const& mode) {
  std::string command = tool + " run " + source + mode + j.options(where);
  for (std::string const& out : j.outs)
    command += " --out " + out + "=" + (where / (j.name + ".out." + out + ".npy"));
  std::pair<answer, results> all{shell(command), {}};
  if (all.first.status == 0)
    for (std::string const& out : j.outs)
      all.second[out] = array::load(where / (j.name + ".out." + out + ".npy"));
  else
    all.first.words = command + "\n" + all.first.words;
  return all;
}

/// How far a result may be from the reference.
struct tolerance {
  double absolute = 0;
  double relative = 0;
};

/// The first element that is not within the tolerance of `want`, in words.
template <class T, class U>
std::string compare(std::string const& what, std::vector<T> const& got, std::vector<U> const& want,
                    tolerance allowed = {}) {
  std::ostringstream words;
  words.precision(9);
  if (got.size() != want.size()) {
    words << what << " has " << got.size() << " elements instead of " << want.size();
    return words.str();
  }
  for (std::size_t i = 0; i < got.size(); ++i) {
    auto const g = static_cast<double>(got[i]);
    auto const w = static_cast<double>(want[i]);
    double const room = allowed.absolute + allowed.relative * std::fabs(w);
    // Written so that a NaN is a difference.
    if (!(std::fabs(g - w) <= room) && !(std::isinf(w) && g == w)) {
      words << what << "[" << i << "] is " << g << " instead of " << w << ", further away than " << room;
      return words.str();
    }
  }
  return {};
}

/// All cases of the corpus.
std::vector<job> norms();
std::vector<job> reductions();
std::vector<job> products();
std::vector<job> attentions();
std::vector<job> permutations();
std::vector<job> elements();

} // namespace corpus
