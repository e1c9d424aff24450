// SPDX-License-Identifier: MIT
// The grammar of docs/ir.md, read from that page, as a judge of the text of kernels: what the page says is
// what is tested.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ir_grammar {

/// EBNF as on the page: rules `name = ... ;` of "quoted" text, names, | [ ] { } and ( ).
class grammar {
public:
  explicit grammar(std::string_view ebnf) : source_{ebnf} {
    for (next(); !word_.empty(); next()) {
      std::string const name = word_;
      next();
      if (!is("="))
        fail("a rule begins with its name and =");
      next();
      std::size_t const at = rule(name);
      node body = choice();
      if (!is(";"))
        fail("a rule ends with ;");
      rules_[at] = std::move(body);
    }
    for (auto const& [name, at] : numbers_)
      if (rules_[at].kind == kind::none && at >= built_in)
        throw std::runtime_error("the grammar has no rule for " + name);
  }

  /// Where a text does not fit the rule, in words; empty: it fits.
  std::string fault(std::string const& start, std::string_view text) const {
    matcher m{*this, text};
    for (std::size_t const end : m.ends_of_rule(numbers_.at(start), 0))
      if (end == text.size())
        return "";
    std::size_t const from = text.rfind('\n', m.furthest) + 1, to = text.find('\n', m.furthest);
    return "line " +
           std::to_string(1 +
                          std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(from), '\n')) +
           ": " + std::string(text.substr(from, to - from)) + " (from " +
           std::string(text.substr(m.furthest, 12)) + " on)";
  }

  /// What stands in quotes.
  std::set<std::string> const& words() const { return words_; }

private:
  enum class kind { none, word, rule, sequence, choice, optional, repeated };
  struct node {
    grammar::kind kind = grammar::kind::none;
    std::string word;
    std::size_t rule = 0;
    std::vector<node> parts;
  };
  static constexpr std::size_t newline = 0, letter = 1, digit = 2, character = 3, built_in = 4;

  // ---- Reading ---------------------------------------------------------------------------------------

  void next() {
    while (at_ < source_.size() && std::isspace(static_cast<unsigned char>(source_[at_])))
      ++at_;
    word_.clear();
    quoted_ = false;
    if (at_ == source_.size())
      return;
    char const c = source_[at_];
    if (c == '"' || c == '\'') {
      std::size_t const end = source_.find(c, at_ + 1);
      word_ = source_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      quoted_ = true;
      return;
    }
    do
      word_ += source_[at_++];
    while (is_of_name(c) && at_ < source_.size() && is_of_name(source_[at_]));
  }
  static bool is_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
  bool is(char const* word) const { return !quoted_ && word_ == word; }
  [[noreturn]] void fail(char const* why) const {
    throw std::runtime_error("the grammar, at " + word_ + ": " + why);
  }
  std::size_t rule(std::string const& name) {
    auto const [it, is_new] = numbers_.emplace(name, rules_.size());
    if (is_new)
      rules_.emplace_back();
    return it->second;
  }

  node choice() {
    node all{kind::choice, {}, 0, {}};
    for (;; next()) {
      all.parts.push_back(sequence());
      if (!is("|"))
        return all;
    }
  }
  node sequence() {
    node all{kind::sequence, {}, 0, {}};
    for (;; next()) {
      if (quoted_) {
        words_.insert(word_);
        all.parts.push_back({kind::word, word_, 0, {}});
      } else if (is("(")) {
        all.parts.push_back(group(kind::sequence, ")"));
      } else if (is("[")) {
        all.parts.push_back(group(kind::optional, "]"));
      } else if (is("{")) {
        all.parts.push_back(group(kind::repeated, "}"));
      } else if (!word_.empty() && is_of_name(word_[0])) {
        all.parts.push_back({kind::rule, {}, rule(word_), {}});
      } else {
        return all;
      }
    }
  }
  node group(grammar::kind k, char const* end) {
    next();
    node all{k, {}, 0, {choice()}};
    if (!is(end))
      fail("a bracket is not closed");
    return all;
  }

  // ---- Matching --------------------------------------------------------------------------------------

  /// All places where what begins at one place can end: no choice is taken that another would have been right
  /// in place of.
  struct matcher {
    grammar const& g;
    std::string_view text;
    std::size_t furthest = 0;
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> known{};

    using places = std::vector<std::size_t>;

    places const& ends_of_rule(std::size_t r, std::size_t from) {
      std::uint64_t const key = std::uint64_t{from} << 16 | r;
      if (auto const it = known.find(key); it != known.end())
        return it->second;
      places ends = r < built_in ? ends_of_character(r, from) : ends_of(g.rules_[r], from);
      return known.emplace(key, std::move(ends)).first->second;
    }
    places ends_of_character(std::size_t r, std::size_t from) {
      furthest = std::max(furthest, from);
      if (from == text.size())
        return {};
      char const c = text[from];
      bool const is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      bool const fits = r == newline  ? c == '\n'
                        : r == letter ? is_letter
                        : r == digit  ? c >= '0' && c <= '9'
                                      : c != '\n' && c != '"' && c != '\\';
      return fits ? places{from + 1} : places{};
    }
    places ends_of(node const& n, std::size_t from) {
      switch (n.kind) {
      case kind::none:
        break;
      case kind::word:
        furthest = std::max(furthest, from);
        return text.substr(from, n.word.size()) == n.word ? places{from + n.word.size()} : places{};
      case kind::rule:
        return ends_of_rule(n.rule, from);
      case kind::sequence: {
        places here{from};
        for (node const& part : n.parts) {
          here = all_from(here, part);
          if (here.empty())
            break;
        }
        return here;
      }
      case kind::choice: {
        places all;
        for (node const& part : n.parts)
          add(all, ends_of(part, from));
        return all;
      }
      case kind::optional: {
        places all{from};
        add(all, ends_of(n.parts[0], from));
        return all;
      }
      case kind::repeated: {
        places all{from};
        for (places last = all; !last.empty();) {
          places const more = all_from(last, n.parts[0]);
          last.clear();
          for (std::size_t const end : more)
            if (std::find(all.rbegin(), all.rend(), end) == all.rend())
              last.push_back(end);
          add(all, last);
        }
        return all;
      }
      }
      return {};
    }
    places all_from(places const& starts, node const& part) {
      places all;
      for (std::size_t const start : starts)
        add(all, ends_of(part, start));
      return all;
    }
    static void add(places& all, places const& more) {
      for (std::size_t const end : more)
        if (all.empty() || all.back() < end || std::find(all.rbegin(), all.rend(), end) == all.rend())
          all.push_back(end);
    }
  };

  std::string_view source_;
  std::size_t at_ = 0;
  std::string word_;
  bool quoted_ = false;
  std::unordered_map<std::string, std::size_t> numbers_{
      {"newline", newline}, {"letter", letter}, {"digit", digit}, {"character", character}};
  std::vector<node> rules_ = std::vector<node>(built_in);
  std::set<std::string> words_;
};

/// The grammar that the page has.
inline grammar const& of_the_page() {
  static std::string const page = [] {
    std::ifstream in(ENIGMA_SOURCE_FOLDER "/docs/ir.md", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  static grammar const read = [] {
    std::string const fence = "```ebnf\n";
    std::size_t const begin = page.find(fence);
    if (begin == std::string::npos)
      throw std::runtime_error("docs/ir.md has no grammar");
    std::string_view const from = std::string_view(page).substr(begin + fence.size());
    return grammar(from.substr(0, from.find("```")));
  }();
  return read;
}

/// What is wrong with the text of a kernel: its grammar, or what the page says about the spaces that are not
/// in it and about the numbers of values. Empty: nothing.
inline std::string fault(std::string const& ir) {
  std::string bare;
  long depth = 0, number = -1, line = 0;
  for (std::size_t at = 0; at < ir.size();) {
    ++line;
    std::size_t const end = std::min(ir.find('\n', at), ir.size());
    std::string_view const whole = std::string_view(ir).substr(at, end - at);
    at = end + 1;
    std::size_t const spaces = std::min(whole.find_first_not_of(' '), whole.size());
    std::string_view const words = whole.substr(spaces);
    auto const begins = [&](std::string_view with) { return words.substr(0, with.size()) == with; };
    auto const where = [&](char const* why) {
      return "line " + std::to_string(line) + ": " + std::string(whole) + ": " + why;
    };
    bool const middle = words == "else" || begins("test ");
    if (middle || words == "end" || words == "}")
      --depth;
    if (static_cast<long>(spaces) != 2 * depth + (begins(".") ? 2 : 0))
      return where("its spaces are not those of its region");
    std::size_t const equals = words.find(" = ");
    if (middle || begins("if ") || words == "while" ||
        (begins("%") && words.substr(equals, 7) == " = for ") || begins("kernel ") || begins("function "))
      ++depth;
    if (begins("kernel ") || begins("function "))
      number = -1;
    if (begins("%")) {
      long const now = std::atol(std::string(words.substr(1, equals)).c_str());
      if (now <= number)
        return where("its number is not above those before it");
      number = now;
    }
    bare += words;
    bare += '\n';
  }
  return of_the_page().fault("program", bare);
}

} // namespace ir_grammar
