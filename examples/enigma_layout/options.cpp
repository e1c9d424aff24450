// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <charconv>
#include <fmt/format.h>
#include <string_view>

namespace {

using enigma::colour_by;
using enigma::label_by;

bool read(std::string_view text, std::int64_t& n) {
  auto const* const begin = text.data();
  auto const* const end = begin + text.size();
  auto const r = std::from_chars(begin, end, n);
  return r.ec == std::errc() && r.ptr == end;
}

std::int64_t integer_of(std::string const& option, std::string const& text, std::int64_t least,
                        std::int64_t most = INT64_MAX) {
  std::int64_t n = 0;
  if (!read(text, n) || n < least || n > most)
    throw bad_option("the option " + option + " needs " +
                     (least == INT64_MIN ? std::string("an integer")
                      : most == INT64_MAX
                          ? "an integer that is at least " + std::to_string(least)
                          : "an integer from " + std::to_string(least) + " to " + std::to_string(most)) +
                     ", not '" + text + "'");
  return n;
}

/// "32x4": two numbers.
void read_banks(std::string const& text, enigma::bank_grid& banks) {
  auto const x = text.find('x');
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  if (x == std::string::npos || !read(std::string_view(text).substr(0, x), count) ||
      !read(std::string_view(text).substr(x + 1), bytes) || count < 1 || bytes < 1 || count > 65536 ||
      bytes > 65536)
    throw bad_option("the option --banks needs banks and the bytes of one as in 32x4, not '" + text + "'");
  banks.banks = static_cast<int>(count);
  banks.bank_bytes = static_cast<int>(bytes);
}

/// "3" is one, "3:7" are 3, 4, 5 and 6, "3:" and ":7" are open at one end.
enigma::table_range range_of(std::string const& option, std::string const& text) {
  enigma::table_range r;
  auto const colon = text.find(':');
  auto const first = text.substr(0, colon);
  bool good = first.empty() ? colon != std::string::npos : read(first, r.first) && r.first >= 0;
  if (colon == std::string::npos) {
    r.count = 1;
  } else if (auto const last = text.substr(colon + 1); !last.empty()) {
    std::int64_t end = 0;
    good = good && read(last, end) && end > r.first;
    r.count = good ? end - r.first : 1;
  }
  if (!good)
    throw bad_option("the option " + option + " needs a number or a range as in 0:16, not '" + text + "'");
  return r;
}

template <class Choice>
struct named {
  char const* name;
  Choice choice;
};

template <class Choice, std::size_t N>
Choice choice_of(std::string const& option, std::string const& text, named<Choice> const (&all)[N]) {
  std::string names;
  for (auto const& n : all) {
    if (text == n.name)
      return n.choice;
    names += (names.empty() ? "" : ", ") + std::string(n.name);
  }
  throw bad_option("the option " + option + " is one of " + names + ", not '" + text + "'");
}

constexpr named<colour_by> colours[] = {{"none", colour_by::none},
                                        {"thread", colour_by::thread},
                                        {"value", colour_by::value},
                                        {"bank", colour_by::bank}};
constexpr named<label_by> labels[] = {
    {"none", label_by::none},           {"owner", label_by::owner},           {"index", label_by::index},
    {"swizzling", label_by::swizzling}, {"coordinate", label_by::coordinate}, {"bank", label_by::bank}};

} // namespace

bool is_named(std::string const& expression) {
  auto const equals = expression.find('=');
  return equals != std::string::npos && expression.find_first_of("(<:;") > equals;
}

options read_options(std::vector<std::string> const& arguments) {
  options o;
  std::string thr_val;
  bool only_expressions = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto const& argument = arguments[i];
    // "-4" and "-" are no options.
    bool const is_option = !only_expressions && argument.size() > 1 && argument[0] == '-' &&
                           !(argument[1] >= '0' && argument[1] <= '9');
    if (!is_option) {
      o.expressions.push_back(argument);
      continue;
    }
    if (argument == "--") {
      only_expressions = true;
      continue;
    }
    auto const equals = argument.find('=');
    auto const name = argument.substr(0, equals);
    bool used = equals == std::string::npos; // whether the value after '=' was taken
    auto const value = [&]() -> std::string {
      if (!used) {
        used = true;
        return argument.substr(equals + 1);
      }
      if (i + 1 == arguments.size())
        throw bad_option("the option " + name + " needs a value");
      return arguments[++i];
    };
    auto const file = [&] {
      auto const path = value();
      if (path.empty())
        throw bad_option("the option " + name + " needs the name of a file");
      return path;
    };
    if (name == "--help" || name == "-h")
      o.help = true;
    else if (name == "--list") {
      o.list = true;
      if (!used)
        o.list_word = value();
    } else if (name == "--ascii")
      o.ascii = true;
    else if (name == "--compact")
      o.compact = true;
    else if (name == "--values")
      o.values = true;
    else if (name == "--at")
      o.at.push_back(value());
    else if (name == "--svg")
      o.svg = file();
    else if (name == "--tex")
      o.tex = file();
    else if (name == "--tile")
      o.tile = value();
    else if (name == "--tv") {
      auto const thr = value();
      thr_val = "make_layout_tv(" + thr + ", " + value() + ")";
    } else if (name == "--title")
      o.title = value();
    else if (name == "--banks") {
      read_banks(value(), o.picture.banks);
      if (o.picture.colour == colour_by::automatic)
        o.picture.colour = colour_by::bank;
    } else if (name == "--element")
      o.picture.banks.element_bytes = static_cast<int>(integer_of(name, value(), 1, 65536));
    else if (name == "--colour" || name == "--color")
      o.picture.colour = choice_of(name, value(), colours);
    else if (name == "--label")
      o.picture.label = choice_of(name, value(), labels);
    else if (name == "--rows")
      o.picture.rows = range_of(name, value());
    else if (name == "--columns")
      o.picture.columns = range_of(name, value());
    else if (name == "--pages")
      o.picture.pages = range_of(name, value());
    else if (name == "--offset")
      o.picture.offset = integer_of(name, value(), INT64_MIN);
    else if (name == "--max-cells") {
      o.picture.max_cells = integer_of(name, value(), 1, 1 << 22);
      o.refuses_large = true;
    } else if (name == "--width")
      o.width = integer_of(name, value(), 0);
    else
      throw bad_option("unknown option '" + argument + "', see --help");
    if (!used)
      throw bad_option("the option " + name + " takes no value");
  }
  if (!thr_val.empty()) {
    for (auto const& e : o.expressions)
      if (!is_named(e))
        throw bad_option(
            fmt::format("--tv is the expression {} itself, there cannot be '{}' too", thr_val, e));
    o.expressions.push_back(thr_val);
  }
  if (o.svg == "-" && o.tex == "-")
    throw bad_option("only one of --svg and --tex can go to the standard output");
  if (!o.svg.empty() && o.svg == o.tex && o.svg != "-")
    throw bad_option("--svg and --tex need different files");
  return o;
}
