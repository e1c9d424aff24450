// SPDX-License-Identifier: MIT
#include "rewrite.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

namespace enigma::metal_tool {

bool is_vector_name(std::string_view word) {
  static constexpr std::array<std::string_view, 12> elements = {
      "bool", "char", "uchar", "short", "ushort", "int", "uint", "long", "ulong", "half", "bfloat", "float"};
  if (word.size() < 4 || word.back() < '2' || word.back() > '4')
    return false;
  word.remove_suffix(1);
  return std::find(elements.begin(), elements.end(), word) != elements.end();
}

namespace {

struct edit {
  std::size_t at;
  std::size_t length;
  std::string text;
};

// A name of a type that may turn out to be a vector: a template's parameter, or another name for a type.
struct type_name {
  std::string_view name;
  std::size_t until; // the token where it ends
};

class rewriter {
public:
  rewriter(std::string_view source, scanned_file const& file, std::size_t skip)
      : source_(source)
      , file_(file)
      , skip_(skip) {}

  std::string run() {
    for (token_range const r : file_.attribute_lists)
      take_out_attributes(r);
    for (function_constant const& c : file_.constants)
      replace(c.statement, fmt::format("METAL_HOST_FUNCTION_CONSTANT({}, {}, {})", c.type, c.name, c.index));
    for (function const& f : file_.functions)
      if (f.has_body)
        share(f);
    walk();
    return apply();
  }

private:
  token const& at(std::size_t i) const { return file_.at(i); }

  void replace(token_range r, std::string text) {
    std::size_t const first = at(r.begin).at;
    token const& last = at(r.end - 1);
    std::size_t const end = last.at + last.text.size();
    // Lines stay where they are.
    text.append(static_cast<std::size_t>(std::count(source_.begin() + static_cast<long>(first),
                                                    source_.begin() + static_cast<long>(end), '\n')),
                '\n');
    edits_.push_back({first, end - first, std::move(text)});
  }
  void replace(std::size_t token, std::string text) { replace({token, token + 1}, std::move(text)); }
  void insert(std::size_t token, std::string text) { edits_.push_back({at(token).at, 0, std::move(text)}); }

  void take_out_attributes(token_range r) {
    static constexpr std::array<std::string_view, 6> standard = {"maybe_unused", "nodiscard",  "fallthrough",
                                                                 "noreturn",     "deprecated", "likely"};
    if (std::find(standard.begin(), standard.end(), at(r.begin + 2).text) != standard.end())
      return;
    std::size_t const first = at(r.begin).at;
    std::size_t const end = at(r.end - 1).at + 1;
    std::string blanks(source_.substr(first, end - first));
    std::replace_if(blanks.begin(), blanks.end(), [](char c) { return c != '\n'; }, ' ');
    edits_.push_back({first, end - first, std::move(blanks)});
  }

  // threadgroup float a[4], b; names memory that the machine lays out.
  void share(function const& f) {
    for (std::size_t i = 0; i < f.shared.size();) {
      token_range const whole = f.shared[i].declaration;
      std::string types;
      std::string names;
      bool first = true;
      for (std::size_t k = whole.begin; k < f.shared[i].declarator.begin; ++k) {
        if (at(k).is("threadgroup") || at(k).is("static"))
          continue;
        if (at(k).is("alignas") || at(k).is("__attribute__")) {
          k = closing(file_, k + 1);
          continue;
        }
        if (at(k).is("[") && at(k + 1).is("[")) {
          k = closing(file_, k);
          continue;
        }
        types += std::string(types.empty() ? "typedef " : " ") + std::string(at(k).text);
      }
      for (; i < f.shared.size() && f.shared[i].declaration.begin == whole.begin; ++i, first = false) {
        threadgroup_variable const& v = f.shared[i];
        types += fmt::format("{} metal_host_type_{}{}", first ? "" : ",", v.name,
                             file_.words({v.declarator.begin + 1, v.declarator.end}));
        names +=
            fmt::format(" static char metal_host_key_{0}; threadgroup metal_host_type_{0}& {0} = "
                        "*(threadgroup metal_host_type_{0}*)(unsigned long)metal_host_threadgroup_memory("
                        "&metal_host_key_{0}, sizeof(metal_host_type_{0}), "
                        "metal_host_tool::element_bytes<metal_host_type_{0}>, \"{0}\", __FILE__, __LINE__);",
                        v.name);
      }
      names.pop_back(); // the declaration's own semicolon follows
      replace(whole, types + ";" + names);
      shared_.push_back(whole);
    }
  }

  // The token after the type that begins at i, or i. `generic` types have no constructor macro.
  std::size_t type_at(std::size_t i, bool& generic) const {
    if (at(i).kind != token_kind::word || at(i - 1).is(".") || at(i - 1).is("->"))
      return i;
    std::size_t k = i;
    if (at(k).is("metal") && at(k + 1).is("::"))
      k += 2;
    generic = true;
    if (at(k).is("vec") || at(k).is("packed_vec")) {
      std::size_t const close = closing_angle(file_, k + 1);
      return close == k + 1 ? i : close + 1;
    }
    if (is_vector_name(at(k).text)) {
      generic = false;
      return k + 1;
    }
    if (i > 0 && at(i - 1).is("::"))
      return i;
    for (type_name const& n : names_)
      if (n.name == at(i).text)
        return i + 1;
    return i;
  }

  void walk() {
    std::vector<std::size_t> braces; // the closing ones
    bool fresh = true;
    for (std::size_t i = 0; at(i).kind != token_kind::end; ++i) {
      bool const begins = fresh;
      fresh = at(i).is("{") || at(i).is("}") || at(i).is(";") || at(i).kind == token_kind::directive;
      if (at(i).kind == token_kind::directive) {
        if (at(i).text.starts_with(include_mark))
          edits_.push_back({at(i).at, at(i).text.size(),
                            "#include " + std::string(at(i).text.substr(include_mark.size()))});
        continue;
      }
      while (!braces.empty() && i >= braces.back())
        braces.pop_back();
      std::erase_if(names_, [&](type_name const& n) { return n.until <= i; });
      if (inside(file_.attribute_lists, i) || constant_statement(i) || inside(shared_, i))
        continue;
      if (at(i).is("{"))
        braces.push_back(closing(file_, i));
      else if (at(i).kind == token_kind::number)
        literal(i);
      else if (at(i).is("template") && at(i + 1).is("<"))
        template_names(i);
      else if (at(i).is("using") && at(i + 2).is("=") && at(i + 1).kind == token_kind::word)
        names_.push_back({at(i + 1).text, braces.empty() ? static_cast<std::size_t>(-1) : braces.back()});
      else if (skip_ != 0 && i == skip_ && at(i + 1).is("("))
        replace({i, closing(file_, i + 1) + 1}, "(void)0"), i = closing(file_, i + 1);
      else
        type_use(i, begins, !braces.empty());
    }
  }

  static bool inside(std::vector<token_range> const& ranges, std::size_t i) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](token_range r) { return r.begin <= i && i < r.end; });
  }
  bool constant_statement(std::size_t i) const {
    return std::any_of(file_.constants.begin(), file_.constants.end(), [&](function_constant const& c) {
      return c.statement.begin <= i && i < c.statement.end;
    });
  }

  void literal(std::size_t i) {
    std::string_view const t = at(i).text;
    if (t.starts_with("0x") || t.starts_with("0X"))
      return;
    if (t.ends_with("bf") || t.ends_with("BF"))
      replace(i, std::string(t.substr(0, t.size() - 2)) + "_bf");
    else if (t.ends_with("H"))
      replace(i, std::string(t.substr(0, t.size() - 1)) + "_H");
  }

  void template_names(std::size_t i) {
    std::size_t const close = closing_angle(file_, i + 1);
    std::size_t end = close;
    while (at(end).kind != token_kind::end && !at(end).is(";") && !at(end).is("{"))
      end = at(end).is("(") ? closing(file_, end) + 1 : end + 1;
    if (at(end).is("{"))
      end = closing(file_, end);
    for (std::size_t k = i + 2; k < close; ++k)
      if ((at(k).is("typename") || at(k).is("class")) && at(k + 1).kind == token_kind::word)
        names_.push_back({at(k + 1).text, end});
  }

  static bool begins_operand(token const& t) {
    return t.kind == token_kind::word || t.kind == token_kind::number || t.is("(") || t.is("-") ||
           t.is("+") || t.is("~") || t.is("!");
  }

  void type_use(std::size_t i, bool begins, bool in_braces) {
    bool generic = false;
    token const& t = at(i);
    if (t.is("static_cast") && at(i + 1).is("<")) {
      std::size_t const close = closing_angle(file_, i + 1);
      if (type_at(i + 2, generic) == close && close > i + 2)
        replace(i, "metal_host::make");
      return;
    }
    if (t.is("(")) {
      std::size_t const end = type_at(i + 1, generic);
      if (end == i + 1 || !at(end).is(")") || !begins_operand(at(end + 1)))
        return;
      bool const after_value = at(i - 1).is(")") || at(i - 1).is("]") ||
                               (at(i - 1).kind == token_kind::word && !at(i - 1).is("return"));
      if (!after_value && i > 0)
        replace({i, end + 1}, fmt::format("metal_host_tool::cast<{}>()->*", file_.words({i + 1, end})));
      return;
    }
    // A member function's space: `float get() const device {`.
    if ((t.is("device") || t.is("threadgroup") || t.is("constant") || t.is("thread")) && i > 0 &&
        (at(i - 1).is(")") || (at(i - 1).is("const") && at(i - 2).is(")"))) &&
        (at(i + 1).is("{") || at(i + 1).is(";") || at(i + 1).is("const"))) {
      replace(i, "");
      return;
    }
    std::size_t const end = i == 0 ? i : type_at(i, generic);
    if (end == i)
      return;
    std::string const words = file_.words({i, end});
    if (at(end).is("(")) {
      // A declarator, float4 (&a)[n], and not the conversion of what a pointer points to, float4(*p).
      bool const declares = (at(end + 1).is("&") || at(end + 1).is("*")) && at(end + 3).is(")") &&
                            (at(end + 4).is("[") || at(end + 4).is("("));
      if (declares) {
        if (!generic)
          replace({i, end}, fmt::format("metal_host::identity<{}>", words));
      } else if (at(i - 1).is("operator")) {
        return;
      } else if (generic) {
        replace({i, end}, fmt::format("metal_host::make<{}>", words));
      } else if (end != i + 1) {
        replace({i, end}, std::string(at(end - 1).text)); // metal::float4(...)
      }
      return;
    }
    // float4 v(a, b);
    bool const statement = begins || at(i - 1).is("const") || at(i - 1).is("thread") ||
                           at(i - 1).is("constexpr") || (at(i - 1).is("(") && at(i - 2).is("for"));
    if (in_braces && statement && in_function(i) && at(end).kind == token_kind::word && at(end + 1).is("(")) {
      std::size_t const close = closing(file_, end + 1);
      if (at(close + 1).is(";") || at(close + 1).is(","))
        insert(end + 1, generic ? fmt::format(" = metal_host::make<{}>", words) : " = " + words);
    }
  }

  bool in_function(std::size_t i) const {
    return std::any_of(file_.functions.begin(), file_.functions.end(),
                       [&](function const& f) { return f.has_body && f.body.begin <= i && i < f.body.end; });
  }

  std::string apply() {
    std::stable_sort(edits_.begin(), edits_.end(), [](edit const& a, edit const& b) { return a.at < b.at; });
    std::string out;
    std::size_t done = 0;
    for (edit const& e : edits_) {
      if (e.at < done)
        continue; // inside one that is done already
      out += source_.substr(done, e.at - done);
      out += e.text;
      done = e.at + e.length;
    }
    out += source_.substr(done);
    return out;
  }

  std::string_view source_;
  scanned_file const& file_;
  std::size_t skip_;
  std::vector<edit> edits_;
  std::vector<type_name> names_;
  std::vector<token_range> shared_;
};

} // namespace

std::string rewrite(std::string_view source, scanned_file const& file, std::size_t skip_barrier) {
  return rewriter(source, file, skip_barrier).run();
}

} // namespace enigma::metal_tool
