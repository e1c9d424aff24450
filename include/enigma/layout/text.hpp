// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/trouble.hpp>
#include <enigma/layout/layout.hpp>
#include <enigma/layout/predicates/verdict.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>
#include <enigma/layout/swizzle/swizzle.hpp>
#include <enigma/layout/tiler.hpp>
#include <enigma/layout/tv.hpp>

#include <string>
#include <string_view>

/// CuTe notation both ways: `(4,(2,8)):(1,(4,8))`.
namespace enigma {

namespace detail {

/// Lets `write` append to a std::string.
struct string_sink {
  std::string& out;

  constexpr void put(char letter) { out.push_back(letter); }
  constexpr void put(std::int64_t number) {
    char digits[20] = {};
    int n = 0;
    auto rest = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits[n++] = static_cast<char>('0' + static_cast<int>(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (number < 0)
      out.push_back('-');
    while (n > 0)
      out.push_back(digits[--n]);
  }
};

/// Reads CuTe notation and names the column (from 1) of what it does not understand.
struct reader {
  std::string_view text;
  char const* function;
  std::size_t at = 0;

  [[noreturn]] constexpr void refuse(std::size_t where, sentence const& words) const {
    sentence s(function);
    s << "(\"";
    for (char letter : text.substr(0, 200))
      s << (letter >= ' ' && letter <= '~' ? letter : '?');
    s << "\") refused: column " << static_cast<std::int64_t>(where + 1) << ": " << words;
    refused(s.lines());
  }
  constexpr void skip_spaces() {
    while (at < text.size() && text[at] == ' ')
      ++at;
  }
  [[nodiscard]] constexpr char next() {
    skip_spaces();
    return at < text.size() ? text[at] : '\0';
  }
  constexpr std::int64_t number() {
    char const first = next();
    std::size_t const start = at;
    bool const negative = first == '-';
    if (negative)
      ++at;
    if (at >= text.size() || text[at] < '0' || text[at] > '9')
      refuse(start, "expected a number or '('");
    std::int64_t n = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      auto const digit = static_cast<std::int64_t>(text[at] - '0');
      if (__builtin_mul_overflow(n, std::int64_t{10}, &n) ||
          __builtin_add_overflow(n, negative ? -digit : digit, &n))
        refuse(start, "overflow, the number does not fit in 64 bits");
    }
    return n;
  }
  constexpr int_tuple tuple() {
    int_tuple t;
    auto& p = t.profile_;
    p.count = 0;
    int nesting = 0;
    for (;;) {
      while (next() == '(') {
        if (p.count < max_leaves)
          ++p.opened[p.count];
        ++at;
        if (++nesting > max_depth)
          refuse(at - 1, "too deep, a tuple nests at most 32 levels");
      }
      skip_spaces();
      std::size_t const start = at;
      auto const n = number();
      if (p.count == max_leaves)
        refuse(start, "too many modes, a tuple or layout holds at most 32 leaves");
      t.leaf_[p.count] = n;
      while (nesting > 0 && next() == ')') {
        ++p.closed[p.count];
        ++at;
        --nesting;
      }
      ++p.count;
      if (nesting == 0)
        return t;
      if (next() != ',')
        refuse(at, "expected ',' or ')'");
      ++at;
    }
  }
  /// An integer, `_`, a layout or tuples of them in ( ) or < >.
  constexpr tiler tile(int nesting = 0) {
    char const first = next();
    if (first == '_') {
      ++at;
      return underscore{};
    }
    if (first == '<' || (first == '(' && !is_layout())) {
      if (nesting == max_depth)
        refuse(at, "too deep, a tiler nests at most 32 levels");
      ++at;
      tiler t = underscore{};
      t.profile_ = {};
      for (int opened = 1;; opened = 0) {
        skip_spaces();
        std::size_t const start = at;
        auto const e = tile(nesting + 1);
        if (t.profile_.count + e.profile_.count > max_leaves ||
            t.pool_.profile_.count + e.pool_.profile_.count > max_leaves)
          refuse(start, "too many modes, a tiler holds at most 32 leaves");
        t.append(e, opened);
        char const c = next();
        if (c != ',' && c != (first == '<' ? '>' : ')'))
          refuse(at, first == '<' ? "expected ',' or '>'" : "expected ',' or ')'");
        ++at;
        if (c != ',')
          break;
      }
      t.close();
      return t;
    }
    auto const shape = tuple();
    if (next() != ':')
      return shape;
    ++at;
    return layout(shape, tuple());
  }
  /// True if the parenthesis that opens here closes before a ':'.
  [[nodiscard]] constexpr bool is_layout() const {
    int open = 0;
    std::size_t i = at;
    for (; i < text.size(); ++i) {
      if (text[i] == '(')
        ++open;
      else if (text[i] == ')' && --open == 0)
        break;
    }
    for (++i; i < text.size() && text[i] == ' ';)
      ++i;
    return i < text.size() && text[i] == ':';
  }
  /// Sw<b,m,s>
  constexpr swizzle sw() {
    skip_spaces();
    expect("Sw<");
    int part[3] = {};
    for (int i = 0; i < 3; ++i) {
      if (i > 0)
        expect(",");
      skip_spaces();
      std::size_t const start = at;
      auto const n = number();
      constexpr int most = 62;
      if (n < -most || n > most)
        refuse(start, "a number of a swizzle is at most 62");
      part[i] = static_cast<int>(n);
    }
    expect(">");
    return {part[0], part[1], part[2]};
  }
  constexpr void expect(char const* letters) {
    for (skip_spaces(); *letters != '\0'; ++letters, ++at)
      if (at >= text.size() || text[at] != *letters) {
        sentence s("expected '");
        s << *letters << "'";
        refuse(at, s);
      }
  }
  /// A layout, or a shape alone.
  constexpr enigma::layout shape_and_stride() {
    auto const shape = tuple();
    if (next() != ':')
      return shape;
    ++at;
    return {shape, tuple()};
  }
  constexpr void end() {
    if (next() != '\0' || at < text.size())
      refuse(at, "expected nothing more");
  }
};

} // namespace detail

/// The tuple in CuTe notation: "(4,(2,8))". parse_int_tuple(to_string(t)) = t.
[[nodiscard]] inline std::string to_string(int_tuple const& t) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, t);
  return s;
}

/// The layout in CuTe notation: "(4,(2,8)):(1,(4,8))". parse_layout(to_string(l)) = l.
[[nodiscard]] inline std::string to_string(layout const& l) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, l);
  return s;
}

/// A coordinate with holes: "(_,3)".
[[nodiscard]] inline std::string to_string(hole_coord const& c) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, c);
  return s;
}

/// A tiler: "(16,8)", or "<4:1,8,_>" if a layout is among its elements.
[[nodiscard]] inline std::string to_string(tiler const& t) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, t);
  return s;
}

/// What a slice leaves: "{(4):(1), 8}".
[[nodiscard]] inline std::string to_string(sliced const& s) {
  return "{" + to_string(s.layout) + ", " + to_string(int_tuple(s.offset)) + "}";
}

/// The tile and the layout: "{(16,256), ((64,4),(4,4)):((64,4),(16,1))}".
[[nodiscard]] inline std::string to_string(tv_layout const& t) {
  return "{" + to_string(t.tiler) + ", " + to_string(t.layout) + "}";
}

/// The swizzle as CuTe prints it: "Sw<3,4,3>".
[[nodiscard]] inline std::string to_string(swizzle const& sw) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, sw);
  return s;
}

/// "true", or "false: " or "undecided: " and the sentence with the witness.
[[nodiscard]] inline std::string to_string(verdict const& v) {
  if (v)
    return "true";
  return std::string(v.decided ? "false: " : "undecided: ") + error(v.why).what();
}

/// The composed layout as CuTe prints it: "Sw<3,4,3> o 0 o (8,64):(64,1)", the inner layout alone if it is
/// the whole function.
[[nodiscard]] inline std::string to_string(composed_layout const& c) {
  std::string s;
  detail::string_sink sink{s};
  detail::write(sink, c);
  return s;
}

/// Reads "(4,(2,8))"; spaces between the parts do not matter. Errors name the column.
[[nodiscard]] constexpr int_tuple parse_int_tuple(std::string_view text) {
  detail::reader r{text, "parse_int_tuple"};
  auto const t = r.tuple();
  r.end();
  return t;
}

/// Reads a tiler: "(16,8)", "<4:1,8,_>", "(4,(2,_))", "4:2" or "128". Between parentheses and between < >
/// means the same. Errors name the column.
[[nodiscard]] constexpr tiler parse_tiler(std::string_view text) {
  detail::reader r{text, "parse_tiler"};
  auto const t = r.tile();
  r.end();
  return t;
}

/// Reads "Sw<3,4,3>". Errors name the column; what is no swizzle is refused as by the constructor.
[[nodiscard]] constexpr swizzle parse_swizzle(std::string_view text) {
  detail::reader r{text, "parse_swizzle"};
  auto const sw = r.sw();
  r.end();
  return sw;
}

/// Reads "(4,(2,8)):(1,(4,8))", or a shape alone for the compact column-major layout. Errors name the
/// column; a shape below 1 and a stride of another nesting are refused as by the constructor.
[[nodiscard]] constexpr layout parse_layout(std::string_view text) {
  detail::reader r{text, "parse_layout"};
  auto const l = r.shape_and_stride();
  r.end();
  return l;
}

/// Reads "Sw<3,4,3> o 0 o (8,64):(64,1)"; without the offset it is 0, without the swizzle nothing is
/// swizzled. Errors name the column.
[[nodiscard]] constexpr composed_layout parse_composed(std::string_view text) {
  detail::reader r{text, "parse_composed"};
  composed_layout c;
  if (r.next() == 'S') {
    c.sw = r.sw();
    r.expect("o");
  }
  // An integer is the offset if another `o` follows.
  r.skip_spaces();
  std::size_t const start = r.at;
  if (r.next() != '(') {
    c.offset = r.number();
    if (r.next() == 'o')
      ++r.at;
    else {
      c.offset = 0;
      r.at = start;
    }
  }
  c.inner = r.shape_and_stride();
  r.end();
  return c;
}

} // namespace enigma
