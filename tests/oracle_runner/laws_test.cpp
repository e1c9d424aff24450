// SPDX-License-Identifier: MIT
// The laws hold for what CuTe answers rightly, are broken by what it answers wrongly, and by right answers
// with one number changed: otherwise oracle_runner would accept too much.
#include "laws.hpp"
#include "naive.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using texts = std::vector<std::string>;

struct line {
  std::string file, operation;
  texts arguments, answer;
};

/// The lines of all files whose operation has a law and whose kind of file is wanted.
template <class Wanted>
std::vector<line> lines(Wanted const& wanted) {
  std::vector<line> r;
  for (auto const& entry : std::filesystem::directory_iterator(ENIGMA_ORACLE_DIR)) {
    auto const file = entry.path().filename().string();
    if (entry.path().extension() != ".txt" || !wanted(file))
      continue;
    std::ifstream in(entry.path());
    for (std::string all; std::getline(in, all);) {
      texts fields;
      std::size_t from = 0;
      for (std::size_t at = 0; (at = all.find(" | ", from)) != std::string::npos; from = at + 3)
        fields.push_back(all.substr(from, at - from));
      fields.push_back(all.substr(from));
      if (fields.back().starts_with("sum="))
        fields.pop_back();
      std::ptrdiff_t const answers = fields[0] == "make_layout_tv" || fields[0] == "slice" ? 2 : 1;
      line l{file, fields[0], texts(fields.begin() + 1, fields.end() - answers),
             texts(fields.end() - answers, fields.end())};
      if (naive::law(l.operation, l.arguments, l.answer) != naive::verdict::unknown)
        r.push_back(l);
    }
  }
  return r;
}

std::string words(line const& l) {
  std::string s = l.file + ": " + l.operation;
  for (auto const& a : l.arguments)
    s += " | " + a;
  for (auto const& a : l.answer)
    s += " | " + a;
  return s;
}

/// Some value of A is no value of the divide.
bool loses_elements(line const& l) {
  auto const a = naive::read_layout(l.arguments[0]);
  auto const r = naive::read_layout(l.answer[0]);
  if (!a || !r)
    return false;
  naive::function const A(*a), R(*r);
  std::set<naive::integer> met;
  for (naive::integer i = 0; i < r->size(); ++i)
    met.insert(R(i));
  for (naive::integer i = 0; i < a->size(); ++i)
    if (met.count(A(i)) == 0)
      return true;
  return false;
}

bool is_ordinary(std::string const& file) {
  return !file.starts_with("anomaly_") && !file.starts_with("reject_");
}

TEST(oracle_laws, hold_for_what_is_right) {
  auto const all = lines(is_ordinary);
  EXPECT_GT(all.size(), 5000U);
  for (auto const& l : all)
    if (naive::law(l.operation, l.arguments, l.answer) == naive::verdict::broken) {
      // Only a divide whose tile leaves elements out.
      EXPECT_TRUE(l.operation.ends_with("_divide")) << words(l);
      EXPECT_TRUE(loses_elements(l)) << words(l);
    }
}

TEST(oracle_laws, are_broken_by_what_is_wrong) {
  auto const all = lines([](std::string const& f) {
    // What CuTe answers there is not wrong but less than there is.
    return f.starts_with("anomaly_") && !f.starts_with("anomaly_max_common");
  });
  EXPECT_GT(all.size(), 100U);
  for (auto const& l : all)
    EXPECT_EQ(naive::law(l.operation, l.arguments, l.answer), naive::verdict::broken) << words(l);
}

TEST(oracle_laws, are_broken_by_one_changed_number) {
  // Where several answers are right, a changed number can give another one: a longer complement of a shape,
  // an inverse that differs where nothing is inverted.
  std::map<std::string, int> const percent = {
      {"complement", 30},        {"complement1", 10}, {"left_inverse", 30}, {"max_common_layout", 20},
      {"max_common_vector", 10}, {"nullspace", 10},   {"right_inverse", 2}};
  struct tally {
    int changed = 0, held = 0;
  };
  std::map<std::string, tally> count;
  int number = 0;
  for (auto const& l : lines(is_ordinary)) {
    if (++number % 5 != 0) // a part of them, for time
      continue;
    auto const& text = l.answer.back();
    auto const digit = [&](std::size_t i) { return std::isdigit(static_cast<unsigned char>(text[i])) != 0; };
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (!digit(at) || (at > 0 && digit(at - 1)))
        continue;
      std::size_t end = at;
      while (end < text.size() && digit(end))
        ++end;
      auto changed = l.answer;
      changed.back() =
          text.substr(0, at) + std::to_string(std::stoll(text.substr(at, end - at)) + 1) + text.substr(end);
      auto const was = naive::read_layout(text);
      auto const is = naive::read_layout(changed.back());
      if (!was || !is || naive::same_structure(*was, *is)) // the stride of a leaf of size 1
        continue;
      auto& t = count[l.operation];
      ++t.changed;
      t.held += naive::law(l.operation, l.arguments, changed) == naive::verdict::holds ? 1 : 0;
    }
  }
  EXPECT_GT(count.size(), 25U);
  for (auto const& [operation, t] : count) {
    auto const most = percent.find(operation);
    EXPECT_LE(t.held * 100, (most == percent.end() ? 0 : most->second) * t.changed)
        << operation << ": " << t.held << " of " << t.changed << " changed answers are accepted";
  }
}

} // namespace
