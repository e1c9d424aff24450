// SPDX-License-Identifier: MIT
#include "rewrite.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <numeric>
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
    for (std::size_t i = 0; at(i).kind != token_kind::end; ++i)
      if ((at(i).is("struct") || at(i).is("class") || at(i).is("union")) && !at(i - (i > 0)).is("enum"))
        members_of_spaces(class_body(i));
    overloads_on_spaces(0, file_.list.tokens.size());
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
        if (f.is_kernel)
          names += fmt::format(
              " static_assert(metal_host_tool::fits<{}>, \"with '{}' the kernel '{}' uses too much "
              "threadgroup memory: 32768 bytes are the most\");",
              sizes_up_to(f, i), v.name, f.name);
      }
      names.pop_back(); // the declaration's own semicolon follows
      replace(whole, types.append(";").append(names));
      shared_.push_back(whole);
    }
  }

  // The bytes of the threadgroup variables that are there where f.shared[i] is, in the compiler's words. The
  // machine counts those of other blocks too.
  std::string sizes_up_to(function const& f, std::size_t i) const {
    std::string sum;
    for (std::size_t j = 0; j <= i; ++j) {
      int depth = 0;
      bool there = true;
      for (std::size_t k = f.shared[j].token; k < f.shared[i].token; ++k) {
        depth += at(k).is("{") ? 1 : at(k).is("}") ? -1 : 0;
        there = there && depth >= 0;
      }
      if (there)
        sum += fmt::format("{}(sizeof(metal_host_type_{}) + 15) / 16 * 16", sum.empty() ? "" : " + ",
                           f.shared[j].name);
    }
    return sum;
  }

  static bool is_space(token const& t) {
    return t.is("device") || t.is("threadgroup") || t.is("constant") || t.is("thread");
  }

  // Between the braces of the class whose `struct` is at i; nothing if it is no definition.
  token_range class_body(std::size_t i) const {
    for (++i; at(i).kind != token_kind::end; ++i) {
      if (at(i).is("{"))
        return {i + 1, closing(file_, i)};
      if (at(i).is("<") && closing_angle(file_, i) != i)
        i = closing_angle(file_, i);
      else if (at(i).is("[") || (at(i).is("(") && (at(i - 1).is("alignas") || at(i - 1).is("__attribute__"))))
        i = closing(file_, i);
      else if (at(i).kind != token_kind::word && !at(i).is("::") && !at(i).is(":") && !at(i).is(","))
        break;
    }
    return {};
  }

  // A member function may be there once for each space of its object: `T get() const device`. Clang knows no
  // such words in C++, so one of those that differ in nothing else stays, that of thread if there is one.
  void members_of_spaces(token_range body) {
    struct member {
      std::string what; // without its result and space
      token_range range;
      bool is_thread;
    };
    std::vector<member> kept;
    for (std::size_t i = body.begin; i < body.end;) {
      std::size_t const first = i;
      std::size_t open = 0;
      std::size_t end = i;
      for (; end < body.end; ++end) {
        if (at(end).is("template") || (at(end).is("operator") && at(end + 1).is("<")))
          end = std::max(end + 1, closing_angle(file_, end + 1));
        else if (at(end).is("operator") && at(end + 1).is("("))
          ++end;
        else if (at(end).is("(") || at(end).is("[")) {
          if (at(end).is("(") && open == 0 && !at(end - 1).is("alignas") && !at(end - 1).is("__attribute__"))
            open = end;
          end = closing(file_, end);
        } else if (at(end).is("{")) {
          end = closing(file_, end);
          bool const initialises = at(end + 1).is(",") || at(end + 1).is("{");
          if (!initialises)
            break;
        } else if (at(end).is(";") || (at(end).is(":") && open == 0))
          break;
      }
      i = end + 1;
      if (open == 0)
        continue;
      std::size_t after = closing(file_, open) + 1;
      bool const is_const = at(after).is("const");
      after += is_const ? 1 : 0;
      std::size_t name = open - 1;
      for (std::size_t k = first; k < open; ++k)
        if (at(k).is("operator"))
          name = std::min(name, k);
      member m{"", {first, i}, !is_space(at(after)) || at(after).is("thread")};
      if (at(first).is("template"))
        m.what = file_.words({first, closing_angle(file_, first + 1) + 1}) + ' ';
      for (std::size_t k = name; k < after; ++k)
        m.what += std::string(at(k).text) + ' ';
      bool twin = false;
      for (member& k : kept)
        if (k.what == m.what) {
          twin = true;
          if (m.is_thread && !k.is_thread)
            std::swap(k, m);
        }
      if (twin && (is_space(at(after)) || !m.is_thread)) {
        replace(m.range, "");
        dropped_.push_back(m.range);
      } else if (!twin)
        kept.push_back(m);
    }
  }

  // What is left of a declaration's head without spaces: two with the same one are the same function, or the
  // same specialisation, where spaces are nothing.
  std::string without_spaces(token_range head) const {
    std::string all;
    std::size_t part = 0; // where a parameter begins
    bool is_const = false;
    int depth = 0;
    auto const finish = [&] {
      if (is_const)
        all.insert(part, "const ");
      is_const = false;
    };
    for (std::size_t i = head.begin; i < head.end; ++i) {
      token const& t = at(i);
      bool const ends = t.is(",") || t.is(")") || t.is(">") || t.is("*") || t.is("&");
      if (t.is("device") || t.is("threadgroup") || t.is("thread"))
        continue;
      if (t.is("constant") || t.is("const")) {
        is_const = true;
        continue;
      }
      if (t.is("[") && at(i + 1).is("[")) {
        i = closing(file_, i);
        continue;
      }
      // A parameter's own name says nothing.
      if (depth > 0 && t.kind == token_kind::word &&
          (at(i + 1).is(",") || at(i + 1).is(")") || at(i + 1).is("[") || at(i + 1).is("=")) &&
          (at(i - 1).kind == token_kind::word || at(i - 1).is("*") || at(i - 1).is("&") || at(i - 1).is(">")))
        continue;
      depth += t.is("(") ? 1 : t.is(")") ? -1 : 0;
      if (ends)
        finish();
      all += std::string(t.text) + ' ';
      if (ends || t.is("(") || t.is("<"))
        part = all.size();
    }
    finish();
    return all;
  }

  // Overloads and specialisations that differ in nothing but spaces: of those only the first is there when
  // spaces are erased.
  void overloads_on_spaces(std::size_t i, std::size_t end) {
    std::map<std::string, std::string> first_spaces;
    while (i < end && at(i).kind != token_kind::end) {
      std::size_t const first = i;
      if (at(i).is("namespace") || (at(i).is("inline") && at(i + 1).is("namespace"))) {
        while (i < end && !at(i).is("{") && !at(i).is(";"))
          ++i;
        ++i;
        continue;
      }
      if (at(i).kind == token_kind::directive || at(i).is("}") || at(i).is(";") || at(i).is(":")) {
        ++i;
        continue;
      }
      bool function = false;
      bool class_of_its_own = false;
      bool assigned = false;
      std::size_t head = 0;
      for (; i < end && at(i).kind != token_kind::end && !at(i).is(";"); ++i) {
        if (at(i).is("template") && closing_angle(file_, i + 1) != i + 1) {
          i = closing_angle(file_, i + 1);
        } else if (at(i).is("(") || at(i).is("[")) {
          function = function || (at(i).is("(") && !assigned && !at(i - 1).is("__attribute__") &&
                                  !at(i - 1).is("alignas"));
          i = closing(file_, i);
        } else if (at(i).is("struct") || at(i).is("class") || at(i).is("union")) {
          class_of_its_own = class_of_its_own || !function;
        } else if (at(i).is("=")) {
          assigned = true;
          head = head == 0 ? i : head;
        } else if (at(i).is(":") && !function && !class_of_its_own) {
          break; // public:
        } else if (at(i).is("{")) {
          head = head == 0 ? i : head;
          if (class_of_its_own && !function && !assigned)
            overloads_on_spaces(i + 1, closing(file_, i));
          i = closing(file_, i);
          if (function && !assigned && !at(i + 1).is(",") && !at(i + 1).is("{"))
            break;
        } else if (at(i).is("}")) {
          break;
        }
      }
      std::size_t const last = std::min(i, end - 1);
      i = last + 1;
      std::string spaces;
      for (std::size_t k = first; k < (head == 0 ? last : head); ++k)
        if (is_space(at(k)))
          spaces += std::string(at(k).text) + ' ';
      if (inside(dropped_, first))
        continue;
      auto const [known, fresh] =
          first_spaces.emplace(without_spaces({first, head == 0 ? last : head}), spaces);
      if (!fresh && known->second != spaces && (at(last).is(";") || at(last).is("}"))) {
        edits_.push_back({at(first).at, 0, "\n#ifndef METAL_HOST_ERASE_SPACES" + resume(first, false)});
        edits_.push_back({at(last).at + 1, 0, "\n#endif" + resume(last, true)});
      }
    }
  }

  // Goes on at a token's line and column, or behind it, on a line of its own.
  std::string resume(std::size_t i, bool behind) const {
    return fmt::format("\n# {} \"{}\"\n{}", at(i).line, file_.file_of(i),
                       std::string(at(i).column - (behind ? 0 : 1), ' '));
  }

  // f({a, b}): a list among the arguments of a call becomes what the parameter is. Clang has no such
  // conversion to a vector.
  void list_argument(std::size_t i) {
    std::size_t open = i - 1;
    int depth = 0;
    for (int steps = 0; open > 0 && steps < 300; --open, ++steps) {
      token const& t = at(open);
      depth += t.is(")") || t.is("]") || t.is("}") ? 1 : t.is("(") || t.is("[") || t.is("{") ? -1 : 0;
      if (depth < 0)
        break;
      if (t.is(";"))
        return;
    }
    if (!at(open).is("(") || !(at(open - 1).kind == token_kind::word || at(open - 1).is(">")))
      return;
    std::size_t const close = closing(file_, i);
    int count = 1;
    for (std::size_t k = i + 1; k < close; ++k) {
      if (at(k).is("{") || at(k).is("=") || at(k).is(";"))
        return;
      if (at(k).is("(") || at(k).is("["))
        k = closing(file_, k);
      else if (at(k).is("<") && closing_angle(file_, k) != k && closing_angle(file_, k) < close)
        k = closing_angle(file_, k);
      else
        count += at(k).is(",") ? 1 : 0;
    }
    if (count < 2 || count > 4 || at(i + 1).is("."))
      return;
    replace(i, "metal_host_tool::list(");
    replace(close, ")");
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
      if (n.name == at(i).text) {
        std::size_t const close = closing_angle(file_, i + 1);
        return close == i + 1 ? i + 1 : close + 1;
      }
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
      if (at(i).is("{") && i > 0 && (at(i - 1).is("(") || at(i - 1).is(",")))
        list_argument(i);
      if (at(i).is("{"))
        braces.push_back(closing(file_, i));
      else if (at(i).kind == token_kind::number)
        literal(i);
      else if (at(i).is("template") && at(i + 1).is("<"))
        template_names(i);
      else if (at(i).is("using") && at(i + 2).is("=") && at(i + 1).kind == token_kind::word)
        names_.push_back({at(i + 1).text, braces.empty() ? static_cast<std::size_t>(-1) : braces.back()});
      else if (at(i).is("typedef"))
        another_name(i, braces.empty() ? static_cast<std::size_t>(-1) : braces.back());
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
    bool const is_hex = t.starts_with("0x") || t.starts_with("0X");
    // Clang's -cl-single-precision-constant forgets itself where a template is instantiated.
    if ((t.back() == '.' || (t.back() >= '0' && t.back() <= '9')) &&
        t.find_first_of(is_hex ? "pP" : ".eE") != std::string_view::npos)
      replace(i, std::string(t) + "f");
    if (is_hex)
      return;
    if (t.ends_with("bf") || t.ends_with("BF"))
      replace(i, std::string(t.substr(0, t.size() - 2)) + "_bf");
    else if (t.ends_with("H"))
      replace(i, std::string(t.substr(0, t.size() - 1)) + "_H");
  }

  // typedef vec<T, 2> pair_t;
  void another_name(std::size_t i, std::size_t until) {
    std::size_t end = i + 1;
    while (at(end).kind == token_kind::word || at(end).is("::") || at(end).is("<"))
      end = at(end).is("<") ? std::max(end, closing_angle(file_, end)) + 1 : end + 1;
    if (at(end).is(";") && at(end - 1).kind == token_kind::word)
      names_.push_back({at(end - 1).text, until});
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
      // What may be a vector: not a pointer, a reference or a scalar's own name.
      std::size_t const close = closing_angle(file_, i + 1);
      bool maybe = close > i + 2 && (close > i + 3 || type_at(i + 2, generic) == close);
      for (std::size_t k = i + 2; k < close; ++k)
        maybe = maybe && !at(k).is("*") && !at(k).is("&") && !at(k).is("&&") && !at(k).is("unsigned");
      if (maybe)
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
    if (is_space(t) && i > 0 && (at(i - 1).is(")") || (at(i - 1).is("const") && at(i - 2).is(")"))) &&
        (at(i + 1).is("{") || at(i + 1).is(";") || at(i + 1).is("const") || at(i + 1).is(":") ||
         at(i + 1).is("="))) {
      replace(i, "");
      return;
    }
    // A parameter that is an array: `constant long strides[2]` is a pointer, and clang does not say that of
    // one with a space.
    if (is_space(t) && i > 0 && (at(i - 1).is("(") || at(i - 1).is(",") || at(i - 1).is("const"))) {
      std::size_t k = i + 1;
      while (at(k).kind == token_kind::word || at(k).is("::") || at(k).is("<"))
        k = at(k).is("<") ? std::max(k, closing_angle(file_, k)) + 1 : k + 1;
      if (at(k).is("[") && !at(k + 1).is("[") && at(k - 1).kind == token_kind::word) {
        std::size_t const close = closing(file_, k);
        if (at(close + 1).is(",") || at(close + 1).is(")") || at(close + 1).is("["))
          replace({k - 1, close + 1}, fmt::format("(*{})", at(k - 1).text));
      }
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
    std::vector<std::size_t> order(edits_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return edits_[a].at != edits_[b].at ? edits_[a].at < edits_[b].at : a < b;
    });
    std::string out;
    std::size_t done = 0;
    for (std::size_t const k : order) {
      edit const& e = edits_[k];
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
  std::vector<token_range> dropped_; // members that others stand for
};

} // namespace

std::string rewrite(std::string_view source, scanned_file const& file, std::size_t skip_barrier) {
  return rewriter(source, file, skip_barrier).run();
}

} // namespace enigma::metal_tool
