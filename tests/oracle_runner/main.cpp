// SPDX-License-Identifier: MIT
// oracle_runner DIR: holds every case of DIR/*.txt (the format is that of tests/oracle/README.md) against the
// library, and prints for each file how many agree.
//
// Asked of an ordinary or ext_ line, and of unit_<op>.txt: the structure that CuTe answers, with the sum,
// size and cosize of the line; a refusal only if CuTe's answer breaks the law of the operation. Asked of
// anomaly_ and reject_ lines, and of unit_ lines where CuTe's answer breaks the law: a refusal, or an answer
// that obeys the law at every coordinate. The laws share no code with the library (laws.hpp).
#include "laws.hpp"
#include "naive.hpp"

#include <enigma/layout/calculator.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

namespace calculator = enigma::calculator;
using texts = std::vector<std::string>;

texts split(std::string const& line) {
  texts r;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = line.find(" | ", from)) != std::string::npos; from = at + 3)
    r.push_back(line.substr(from, at - from));
  r.push_back(line.substr(from));
  return r;
}

bool is_operation(std::string_view name) {
  auto const all = calculator::operations();
  return std::any_of(all.begin(), all.end(), [&](auto const& o) { return o.name == name; });
}

/// The row name for a name of the data: the same, one of these, or without what tells the data files of one
/// operation apart. Empty if there is none.
std::string operation_for(std::string const& name) {
  static constexpr std::string_view others[][2] = {{"complement1", "complement"},
                                                   {"make_layout_cat", "make_layout"},
                                                   {"swizzle_layout_at", "crd2idx"},
                                                   {"inverse_left", "left_inverse"},
                                                   {"inverse_right", "right_inverse"}};
  static constexpr std::string_view endings[] = {"_by", "_tiler",   "_shape",    "_stride", "_layout",
                                                 "_n",  "_swizzle", "_composed", "_ord"};
  if (is_operation(name))
    return name;
  for (auto const& [data, row] : others)
    if (name == data && is_operation(row))
      return std::string(row);
  for (auto const ending : endings)
    if (name.ends_with(ending))
      if (auto const r = name.substr(0, name.size() - ending.size()); is_operation(r))
        return r;
  return {};
}

/// The data has the number of modes, factors and widths in front of the layout, the library after it.
std::vector<calculator::value> layout_first(std::vector<calculator::value> v) {
  auto const is_layout = [](calculator::value const& x) {
    auto const k = calculator::kind_of(x);
    return k == calculator::kind::layout || k == calculator::kind::composed || k == calculator::kind::swizzle;
  };
  auto const first = std::find_if(v.begin(), v.end(), is_layout);
  if (first != v.end())
    std::rotate(v.begin(), first, first + 1);
  return v;
}

/// A layout with a count and what to put there: append(L, X, n).
std::vector<calculator::value> count_last(std::vector<calculator::value> v) {
  if (v.size() == 3)
    std::rotate(v.begin(), v.begin() + 1, v.end());
  return v;
}

texts parts_of(calculator::value const& v) {
  if (auto const* s = v.get_if<enigma::sliced>())
    return {enigma::to_string(s->layout), std::to_string(s->offset)};
  if (auto const* t = v.get_if<enigma::tv_layout>())
    return {enigma::to_string(t->tiler), enigma::to_string(t->layout)};
  return {to_string(v)};
}
std::size_t parts_of(calculator::kind k) {
  return k == calculator::kind::sliced || k == calculator::kind::thread_value ? 2 : 1;
}

struct call {
  calculator::operation const* operation = nullptr;
  std::vector<calculator::value> arguments;
  std::size_t given = 0; // fields of the line that are arguments
};

calculator::operation const* row_for(std::string const& name,
                                     std::vector<calculator::value> const& arguments) {
  std::string words;
  return calculator::detail::find(name, arguments, words);
}

/// The row that takes the first fields, so that the others are what it answers.
std::optional<call> resolve(std::string const& name, std::vector<calculator::value> const& fields,
                            std::size_t answers_at_least, std::size_t answers_at_most) {
  for (auto n = answers_at_least; n <= answers_at_most && n < fields.size(); ++n) {
    std::vector<calculator::value> const given(fields.begin(), fields.end() - static_cast<std::ptrdiff_t>(n));
    call best;
    int least = 0;
    for (auto const& arguments : {given, layout_first(given), layout_first(count_last(given))})
      if (auto const* o = row_for(name, arguments); o != nullptr && (n == 0 || parts_of(o->answers) == n)) {
        int const d = o->distance(arguments.data(), static_cast<int>(arguments.size()));
        if (best.operation == nullptr || d < least) {
          best = {o, arguments, given.size()};
          least = d;
        }
      }
    if (best.operation != nullptr)
      return best;
  }
  return {};
}

struct tally {
  int lines = 0, agree = 0, refused = 0, lawful = 0, wrong = 0;

  void operator+=(tally const& o) {
    lines += o.lines;
    agree += o.agree;
    refused += o.refused;
    lawful += o.lawful;
    wrong += o.wrong;
  }
};

enum class file_kind { ordinary, unit, anomaly, reject };

/// "sum=S size=N cosize=M" of a layout or composed layout, by the definition.
std::optional<std::string> checksum(std::string const& text) {
  auto const c = naive::read_composed(text);
  if (!c)
    return {};
  constexpr std::int64_t modulus = 1000003;
  naive::function const f(c->inner);
  auto const n = c->inner.size();
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    auto const x = c->swizzled(c->offset + f(i)) % modulus;
    sum = (sum + (i + 1) % modulus * x) % modulus;
  }
  sum = (sum + modulus) % modulus;
  return "sum=" + std::to_string(sum) + " size=" + std::to_string(n) +
         " cosize=" + std::to_string(c->inner.cosize());
}

std::string joined(texts const& parts) {
  std::string s;
  for (auto const& p : parts)
    s.append(s.empty() ? "" : " | ").append(p);
  return s;
}

/// The same text, or the same layout but for the strides of leaves of size 1, which are no part of the
/// function.
bool same(texts const& a, texts const& b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i])
      continue;
    auto const x = naive::read_composed(a[i]);
    auto const y = naive::read_composed(b[i]);
    if (!x || !y || a[i].find(':') == std::string::npos || b[i].find(':') == std::string::npos ||
        a[i].substr(0, a[i].rfind(' ') + 1) != b[i].substr(0, b[i].rfind(' ') + 1) ||
        !naive::same_structure(x->inner, y->inner))
      return false;
  }
  return true;
}

class runner {
public:
  tally run(std::filesystem::path const& path) {
    file_ = path.filename().string();
    number_ = 0;
    counts_ = {};
    auto const kind = file_.starts_with("anomaly_")  ? file_kind::anomaly
                      : file_.starts_with("reject_") ? file_kind::reject
                      : file_.starts_with("unit_")   ? file_kind::unit
                                                     : file_kind::ordinary;
    std::ifstream in(path, std::ios::binary);
    std::string line;
    for (; std::getline(in, line);) {
      ++number_;
      if (!line.empty() && line.back() == '\r')
        line.pop_back();
      ++counts_.lines;
      one(line, kind);
    }
    if (in.bad() || number_ == 0) {
      ++counts_.wrong;
      std::printf("%s: cannot be read, or holds nothing\n", file_.c_str());
    }
    return counts_;
  }

private:
  void wrong(std::string const& what, std::string const& expected = {}, std::string const& got = {}) {
    ++counts_.wrong;
    std::printf("%s:%d: %s\n", file_.c_str(), number_, what.c_str());
    if (!expected.empty())
      std::printf("  expected %s\n", expected.c_str());
    if (!got.empty())
      std::printf("  got      %s\n", got.c_str());
  }

  void one(std::string const& line, file_kind kind) {
    auto fields = split(line);
    auto const name = fields.front();
    fields.erase(fields.begin());
    auto const row = operation_for(name);
    if (row.empty()) {
      wrong("unknown operation '" + name + "'");
      return;
    }
    std::string sums;
    if (!fields.empty() && fields.back().starts_with("sum=")) {
      sums = fields.back();
      fields.pop_back();
    }
    bool const rejected = !fields.empty() && fields.back().starts_with("REJECT");
    if (rejected)
      fields.pop_back();
    if (fields.size() < (rejected ? 1U : 2U) || (rejected && kind != file_kind::reject)) {
      wrong("unreadable line: " + line);
      return;
    }
    // What the fields are. An argument that no value can have is refused where it is made.
    std::vector<calculator::value> values;
    std::string refusal;
    for (auto const& f : fields)
      try {
        values.push_back(calculator::evaluate(f));
      } catch (calculator::expression_error const&) {
        wrong("unreadable line: " + line);
        return;
      } catch (enigma::error const& e) {
        if (kind != file_kind::reject) {
          wrong("unreadable line: " + line);
          return;
        }
        refusal = e.what();
        break;
      }
    auto const c = refusal.empty() ? resolve(row, values, rejected ? 0 : 1, rejected ? 0 : 2) : std::nullopt;
    if (refusal.empty() && !c) {
      wrong("operation '" + row + "' does not take these arguments: " + line);
      return;
    }
    std::size_t const given = c ? c->given : fields.size();
    texts const arguments(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(given));
    texts const expected(fields.begin() + static_cast<std::ptrdiff_t>(given), fields.end());
    texts answer;
    if (c)
      try {
        answer = parts_of(c->operation->call(c->arguments.data(), static_cast<int>(c->arguments.size())));
      } catch (enigma::error const& e) {
        refusal = e.what();
      }
    judge(name, arguments, expected, answer, refusal, sums, kind);
  }

  void judge(std::string const& name, texts const& arguments, texts const& expected, texts const& answer,
             std::string const& refusal, std::string const& sums, file_kind kind) {
    auto const asked = name + "(" + joined(arguments) + ")";
    if (answer.empty() && refusal.size() < 20) {
      wrong(asked + " is refused without words");
      return;
    }
    if (!sums.empty() && !expected.empty() && checksum(expected.front()) != sums &&
        checksum(expected.back()) != sums) {
      wrong(asked + ": the line contradicts itself", sums,
            checksum(expected.back()).value_or("no layout") + " from " + joined(expected));
      return;
    }
    auto const lawful = answer.empty() ? naive::verdict::unknown : naive::law(name, arguments, answer);
    bool const as_cute = kind == file_kind::ordinary || kind == file_kind::unit;
    if (as_cute && !answer.empty() && same(answer, expected)) {
      if (lawful == naive::verdict::broken)
        wrong(asked + " breaks the law", {}, joined(answer));
      else
        ++counts_.agree;
      return;
    }
    // A refusal where CuTe answers is right if CuTe's answer breaks the law. Another answer is right only
    // in the unit tests of CuTe, which say what CuTe does; the ordinary files hold what is right.
    bool const cute_is_right = as_cute && ((kind == file_kind::ordinary && !answer.empty()) ||
                                           naive::law(name, arguments, expected) != naive::verdict::broken);
    if (cute_is_right)
      wrong(asked, joined(expected), answer.empty() ? refusal : joined(answer));
    else if (answer.empty())
      ++counts_.refused;
    else if (lawful == naive::verdict::holds)
      ++counts_.lawful;
    else
      wrong(asked + (lawful == naive::verdict::broken ? " breaks the law" : " has no law to judge it by"),
            "a refusal or an answer that obeys the law", joined(answer));
  }

  std::string file_;
  int number_ = 0;
  tally counts_;
};

void print(char const* name, tally const& t) {
  std::printf("%-36s %6d lines %6d agree %5d refused %5d otherwise right", name, t.lines, t.agree, t.refused,
              t.lawful);
  if (t.wrong > 0)
    std::printf(" %5d WRONG", t.wrong);
  std::printf("\n");
}

int run(int count, char** arguments) {
  if (count != 2 || std::string_view(arguments[1]).starts_with("-")) {
    std::fprintf(stderr, "usage: oracle_runner DIR\n"
                         "Holds the cases of DIR/*.txt against the layout algebra of Enigma.\n");
    return 2;
  }
  std::vector<std::filesystem::path> files;
  std::error_code fault;
  for (auto const& entry : std::filesystem::directory_iterator(arguments[1], fault))
    if (entry.path().extension() == ".txt")
      files.push_back(entry.path());
  if (fault || files.empty()) {
    std::fprintf(stderr, "oracle_runner: %s: %s\n", arguments[1],
                 fault ? fault.message().c_str() : "no file ends in .txt");
    return 2;
  }
  std::sort(files.begin(), files.end());
  runner r;
  tally total;
  for (auto const& f : files) {
    auto const t = r.run(f);
    print(f.filename().string().c_str(), t);
    total += t;
  }
  print("total", total);
  std::printf(
      "agree: as CuTe has it. refused: CuTe refuses or is wrong, and so it is refused here.\n"
      "otherwise right: CuTe refuses or is wrong, the answer here obeys the law at every coordinate.\n");
  return total.wrong == 0 ? 0 : 1;
}

} // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (std::exception const& e) {
    std::fprintf(stderr, "oracle_runner: %s\n", e.what());
    return 1;
  }
}
