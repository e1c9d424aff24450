// SPDX-License-Identifier: MIT
#include "scan.hpp"

#include <algorithm>

namespace enigma::metal_tool {

std::string scanned_file::words(token_range range) const {
  std::string text;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    token const& t = at(i);
    if (i > range.begin && at(i - 1).at + at(i - 1).text.size() != t.at)
      text += ' ';
    text += t.text;
  }
  return text;
}

std::size_t closing(scanned_file const& file, std::size_t i) {
  int depth = 0;
  for (; file.at(i).kind != token_kind::end; ++i) {
    token const& t = file.at(i);
    if (t.kind != token_kind::mark)
      continue;
    if (t.text == "(" || t.text == "[" || t.text == "{")
      ++depth;
    if ((t.text == ")" || t.text == "]" || t.text == "}") && --depth <= 0)
      return i;
  }
  return i;
}

std::size_t closing_angle(scanned_file const& file, std::size_t start) {
  if (!file.at(start).is("<"))
    return start;
  // A template's parameters may compute: <class T, enable_if_t<is_real<T> && !is_half<T>, int> = 0>.
  bool const parameters = start > 0 && file.at(start - 1).is("template");
  int depth = 0;
  for (std::size_t i = start; file.at(i).kind != token_kind::end; ++i) {
    token const& t = file.at(i);
    if (t.is("<"))
      ++depth;
    else if (t.is(">") && --depth == 0)
      return i;
    else if (t.is("(") || t.is("["))
      i = closing(file, i);
    else if (t.is(";") || t.is("{") || t.is("}") || (!parameters && (t.is("&&") || t.is("||"))))
      return start;
  }
  return start;
}

namespace {

class scanner {
public:
  explicit scanner(std::string_view source) { file_.list = tokenize(source); }

  scanned_file run() {
    std::size_t i = 0;
    while (at(i).kind != token_kind::end)
      i = item(i);
    return std::move(file_);
  }

private:
  token const& at(std::size_t i) const { return file_.at(i); }

  bool attributes_begin(std::size_t i) const {
    return at(i).is("[") && at(i + 1).is("[") && at(i + 1).at == at(i).at + 1;
  }

  // Reads [[...]] at i and returns what follows it.
  std::size_t read_attributes(std::size_t i, std::vector<attribute>& into) {
    std::size_t const end = closing(file_, i);
    file_.attribute_lists.push_back({i, end + 1});
    std::size_t k = i + 2;
    while (k + 1 < end) {
      if (at(k).kind == token_kind::word) {
        attribute a;
        a.token = k;
        a.name = at(k).text;
        while (at(k + 1).is("::") && at(k + 2).kind == token_kind::word) {
          a.name += "::" + std::string(at(k + 2).text);
          k += 2;
        }
        if (at(k + 1).is("(")) {
          std::size_t const close = closing(file_, k + 1);
          a.has_argument = true;
          a.argument = file_.words({k + 2, close});
          k = close;
        }
        into.push_back(a);
      }
      ++k;
    }
    return end + 1;
  }

  // Skips __attribute__((...)) and alignas(...).
  std::size_t skip_gnu(std::size_t i) const {
    while ((at(i).is("__attribute__") || at(i).is("alignas")) && at(i + 1).is("("))
      i = closing(file_, i + 1) + 1;
    return i;
  }

  std::size_t to_semicolon(std::size_t i) const {
    for (; at(i).kind != token_kind::end && !at(i).is(";"); ++i)
      if (at(i).is("(") || at(i).is("[") || at(i).is("{"))
        i = closing(file_, i);
    return i;
  }

  // One thing of namespace scope; returns what follows it.
  std::size_t item(std::size_t i) {
    if (at(i).kind == token_kind::directive || at(i).is(";"))
      return i + 1;
    if (at(i).is("}")) {
      if (!namespaces_.empty())
        namespaces_.pop_back();
      return i + 1;
    }
    if (at(i).is("inline") && at(i + 1).is("namespace"))
      ++i;
    if (at(i).is("namespace")) {
      std::string name;
      std::size_t k = i + 1;
      for (; at(k).kind == token_kind::word || at(k).is("::"); ++k)
        name += at(k).text;
      if (at(k).is("{")) {
        namespaces_.push_back(name);
        return k + 1;
      }
      return to_semicolon(k) + 1;
    }
    if (at(i).is("using") || at(i).is("typedef")) {
      std::size_t const end = to_semicolon(i);
      members(i, end); // a type of functions names the attributes of its parameters
      return end + 1;
    }
    if (at(i).is("template") && !at(i + 1).is("<"))
      return instantiation(i);
    return declaration(i);
  }

  std::size_t declaration(std::size_t start) {
    function f;
    std::size_t i = start;
    while (at(i).is("template")) {
      f.is_template = true;
      std::size_t const close = closing_angle(file_, i + 1);
      if (close == i + 1)
        return i + 2;
      i = close + 1;
      if (at(i).is("requires"))
        break;
    }
    std::size_t const first = i;
    bool is_class = false;
    bool assigned = false;
    std::size_t open = 0; // the ( of a function's parameters
    for (; at(i).kind != token_kind::end; ++i) {
      if (attributes_begin(i)) {
        i = read_attributes(i, f.attributes) - 1;
      } else if (at(i).is("__attribute__") || at(i).is("alignas")) {
        i = skip_gnu(i) - 1;
      } else if (at(i).is("struct") || at(i).is("class") || at(i).is("union") || at(i).is("enum")) {
        is_class = is_class || i == first || !f.is_template;
      } else if (at(i).is("=")) {
        assigned = true;
      } else if (at(i).is("<") && !assigned) {
        i = closing_angle(file_, i);
      } else if (at(i).is("(")) {
        if (open == 0 && !assigned && at(i - 1).kind == token_kind::word && !at(i - 1).is("decltype"))
          open = i;
        i = closing(file_, i);
      } else if (at(i).is("[")) {
        i = closing(file_, i);
      } else if (at(i).is(";")) {
        if (open != 0)
          add_function(f, first, open, i, i);
        else
          add_variable(first, i, f, is_class);
        return i + 1;
      } else if (at(i).is("{")) {
        std::size_t const close = closing(file_, i);
        if (open != 0 && !assigned) {
          f.has_body = true;
          f.body = {i + 1, close};
          add_function(f, first, open, i, close);
          return close + 1;
        }
        members(i + 1, close);
        i = close;
      } else if (at(i).is("}")) {
        return i; // not balanced: the compiler has its say about that
      } else if (open == 0 && !assigned &&
                 (at(i).is("kernel") || at(i).is("vertex") || at(i).is("fragment"))) {
        f.is_kernel = f.is_kernel || at(i).is("kernel");
      }
    }
    return i;
  }

  // Attributes inside classes have to be found, to be taken out.
  void members(std::size_t i, std::size_t end) {
    std::vector<attribute> unused;
    for (; i < end; ++i)
      if (attributes_begin(i))
        i = read_attributes(i, unused) - 1;
  }

  void add_variable(std::size_t first, std::size_t end, function const& f, bool is_class) {
    if (first == end)
      return;
    for (attribute const& a : f.attributes)
      if (a.name == "function_constant") {
        function_constant c;
        c.index = a.argument;
        c.statement = {first, end};
        // constant T name [[...]]: the name is the last word before the attributes
        std::size_t k = first;
        std::size_t name = first;
        while (k < end && !attributes_begin(k)) {
          if (at(k).kind == token_kind::word)
            name = k;
          ++k;
        }
        c.token = name;
        c.name = at(name).text;
        for (std::size_t t = first; t < name; ++t)
          if (!at(t).is("constant") && !at(t).is("const") && !at(t).is("static") && !at(t).is("constexpr"))
            c.type += std::string(c.type.empty() ? "" : " ") + std::string(at(t).text);
        file_.constants.push_back(c);
        return;
      }
    if (!is_class && at(first).kind == token_kind::word && !at(first).is("static_assert") &&
        !at(first).is("friend") && !at(first).is("extern"))
      file_.globals.push_back({first, {first, end}});
  }

  void add_function(function& f, std::size_t first, std::size_t open, std::size_t /*end*/, std::size_t) {
    f.token = open - 1;
    f.name = at(open - 1).text;
    f.qualified = qualify(f.name);
    if (f.name == "static_assert" || f.name == "if")
      return;
    for (std::size_t i = first; i < open - 1; ++i)
      f.result.emplace_back(at(i).text);
    f.is_kernel = f.is_kernel || f.find("kernel") != nullptr;
    f.parameters = read_parameters(open);
    if (f.has_body)
      read_body(f);
    if (f.is_kernel && !f.is_template && f.has_body) {
      attribute const* const host = f.find("host_name");
      file_.kernels.push_back({host != nullptr ? unquoted(host->argument) : f.qualified, "::" + f.qualified,
                               file_.functions.size(), f.token});
    }
    file_.functions.push_back(f);
  }

  std::string qualify(std::string const& name) const {
    std::string all;
    for (std::string const& n : namespaces_)
      if (!n.empty())
        all += n + "::";
    return all + name;
  }

  static std::string unquoted(std::string const& text) {
    if (text.find('"') == std::string::npos)
      return text;
    // Macros write several literals side by side: "silu" "_" "float16".
    std::string all;
    bool inside = false;
    for (char const c : text)
      if (c == '"')
        inside = !inside;
      else if (inside)
        all += c;
    return all;
  }

  std::vector<parameter> read_parameters(std::size_t open) {
    std::vector<parameter> all;
    std::size_t const close = closing(file_, open);
    std::size_t i = open + 1;
    while (i < close) {
      parameter p;
      p.range.begin = i;
      std::size_t name = 0;
      bool defaulted = false;
      for (; i < close && !at(i).is(","); ++i) {
        if (attributes_begin(i)) {
          i = read_attributes(i, p.attributes) - 1;
          continue;
        }
        if (at(i).is("=")) {
          defaulted = true;
        } else if (at(i).is("<")) {
          i = closing_angle(file_, i);
        } else if (at(i).is("__attribute__") || at(i).is("alignas")) {
          i = skip_gnu(i) - 1;
        } else if (at(i).is("(")) {
          std::size_t const inner = closing(file_, i);
          for (std::size_t k = i; k < inner && !defaulted; ++k)
            if (at(k).kind == token_kind::word)
              name = k;
          i = inner;
        } else if (at(i).is("[") || at(i).is("{")) {
          i = closing(file_, i);
        } else if (!defaulted && at(i).kind == token_kind::word) {
          name = i;
        }
      }
      p.range.end = i;
      p.token = name != 0 ? name : p.range.begin;
      static constexpr std::string_view no_names[] = {"const", "void", "float", "int",
                                                      "uint",  "bool", "half"};
      if (name > p.range.begin &&
          std::find(std::begin(no_names), std::end(no_names), at(name).text) == std::end(no_names))
        p.name = at(name).text;
      for (std::size_t k = p.range.begin; k < p.range.end; ++k) {
        if (attributes_begin(k)) {
          k = closing(file_, k);
          continue;
        }
        if (at(k).is("="))
          break;
        if (k == name && !p.name.empty())
          continue;
        if (!p.type.empty() && at(k).kind == token_kind::word && !p.type.ends_with(':') &&
            !p.type.ends_with('<'))
          p.type += ' ';
        p.type += at(k).text;
      }
      if (p.type != "void" || !p.name.empty())
        all.push_back(p);
      ++i;
    }
    return all;
  }

  void read_body(function& f) {
    std::vector<attribute> unused;
    bool fresh = true; // a statement begins here
    for (std::size_t i = f.body.begin; i < f.body.end; ++i) {
      if (attributes_begin(i)) {
        i = read_attributes(i, unused) - 1;
        continue;
      }
      if (fresh && at(i).kind == token_kind::word)
        threadgroup_statement(f, i);
      fresh = at(i).is("{") || at(i).is("}") || at(i).is(";") || at(i).kind == token_kind::directive;
    }
  }

  // threadgroup float a[4], b; but not threadgroup float* p.
  void threadgroup_statement(function& f, std::size_t start) {
    std::size_t const end = to_semicolon(start);
    bool shared = false;
    std::size_t i = start;
    for (; i < end; ++i) {
      if (at(i).is("__attribute__") || at(i).is("alignas")) {
        i = skip_gnu(i) - 1;
        continue;
      }
      if (at(i).kind != token_kind::word && !at(i).is("::") && !at(i).is("<"))
        break;
      shared = shared || at(i).is("threadgroup");
      if (at(i).is("<")) {
        std::size_t const close = closing_angle(file_, i);
        if (close == i)
          return;
        i = close;
      }
    }
    if (!shared)
      return;
    // The type ends before the last word; what follows are declarators.
    std::size_t name = i - 1;
    if (at(i).is("*") || at(i).is("&") || at(i).is("(") || at(name).kind != token_kind::word)
      return;
    while (name < end) {
      threadgroup_variable v;
      v.name = at(name).text;
      v.token = name;
      v.declaration = {start, end};
      std::size_t k = name + 1;
      while (at(k).is("["))
        k = closing(file_, k) + 1;
      v.declarator = {name, k};
      if (at(k).is("=") || at(k).is("{")) {
        v.initialised = true;
        while (k < end && !at(k).is(","))
          k = at(k).is("(") || at(k).is("{") || at(k).is("[") ? closing(file_, k) + 1 : k + 1;
      }
      f.shared.push_back(v);
      if (!at(k).is(","))
        break;
      name = k + 1;
    }
  }

  std::size_t instantiation(std::size_t start) {
    std::vector<attribute> attributes;
    std::size_t i = start + 1;
    std::size_t name = 0;
    std::size_t after = 0;
    bool is_kernel = false;
    for (; at(i).kind != token_kind::end && !at(i).is(";"); ++i) {
      if (attributes_begin(i)) {
        i = read_attributes(i, attributes) - 1;
      } else if (at(i).is("kernel")) {
        is_kernel = true;
      } else if (at(i).is("<") && at(i - 1).kind == token_kind::word) {
        name = i - 1;
        i = closing_angle(file_, i);
        after = i + 1;
      } else if (at(i).is("(")) {
        bool const arguments = after == i;
        std::size_t const close = closing(file_, i);
        if (arguments)
          read_parameters(i);
        i = close;
        if (arguments) {
          i = to_semicolon(i);
          break;
        }
      }
    }
    for (attribute const& a : attributes)
      is_kernel = is_kernel || a.name == "kernel";
    for (function const& f : file_.functions)
      is_kernel = is_kernel || (name != 0 && f.is_kernel && f.is_template && f.name == at(name).text);
    if (name != 0 && is_kernel) {
      std::size_t first = name;
      while (first >= 2 && at(first - 1).is("::") && at(first - 2).kind == token_kind::word &&
             !at(first - 2).is("void"))
        first -= 2;
      kernel_entry k;
      std::string const written = file_.words({first, after});
      k.host_name = at(first - 1).is("::") ? written : qualify(written);
      k.expression = "::" + k.host_name; // a kernel may be called as a function of namespace metal is
      k.token = name;
      k.function = file_.functions.size();
      for (attribute const& a : attributes)
        if (a.name == "host_name")
          k.host_name = unquoted(a.argument);
      for (std::size_t f = 0; f < file_.functions.size(); ++f)
        if (file_.functions[f].is_template && file_.functions[f].name == at(name).text)
          k.function = f;
      if (k.function < file_.functions.size())
        file_.kernels.push_back(k);
    }
    return i + 1;
  }

  scanned_file file_;
  std::vector<std::string> namespaces_;
};

} // namespace

scanned_file scan(std::string_view preprocessed) {
  return scanner(preprocessed).run();
}

} // namespace enigma::metal_tool
