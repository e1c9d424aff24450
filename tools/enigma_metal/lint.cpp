// SPDX-License-Identifier: MIT
#include "lint.hpp"

#include "inputs.hpp"
#include "rewrite.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <set>

namespace enigma::metal_tool {
namespace {

bool has_word(std::string const& text, std::string_view word) {
  for (token const& t : tokenize(text).tokens)
    if (t.text == word)
      return true;
  return false;
}

class linter {
public:
  explicit linter(scanned_file const& file) : file_(file) {}

  std::vector<diagnostic> run() {
    words();
    std::set<std::string> host_names;
    for (kernel_entry const& k : file_.kernels)
      if (!host_names.insert(k.host_name).second)
        error(k.token, fmt::format("two kernels are called '{}': a kernel cannot be overloaded, and each "
                                   "instantiation needs a [[host_name(\"...\")]] of its own",
                                   k.host_name));
    for (function const& f : file_.functions) {
      if (f.is_kernel)
        kernel(f);
      else
        helper(f);
      if (f.has_body)
        body(f);
    }
    recursion();
    globals();
    constants();
    return std::move(found_);
  }

private:
  token const& at(std::size_t i) const { return file_.at(i); }

  void say(severity kind, std::size_t token, std::string words) {
    diagnostic d;
    d.file = file_.file_of(token);
    d.line = at(token).line;
    d.column = at(token).column;
    d.kind = kind;
    d.words = std::move(words);
    found_.push_back(std::move(d));
  }
  void error(std::size_t token, std::string words) { say(severity::error, token, std::move(words)); }

  // Words of C++ that Metal has not, wherever they stand.
  void words() {
    static std::map<std::string_view, std::string_view> const refused = {
        {"double", "Metal has no 'double': use float"},
        {"goto", "Metal has no 'goto'"},
        {"try", "Metal has no exceptions"},
        {"throw", "Metal has no exceptions"},
        {"catch", "Metal has no exceptions"},
        {"typeid", "Metal has no run-time type information"},
        {"dynamic_cast", "Metal has no run-time type information"},
        {"virtual", "Metal has no virtual functions"},
        {"new", "Metal has no 'new'"},
        {"delete", "Metal has no 'delete'"},
        {"thread_local", "Metal has no 'thread_local'"},
        {"register", "Metal has no 'register'"},
        {"asm", "Metal has no inline assembly"},
        {"restrict", "'restrict' alone is refused since Metal 3.0: write '__restrict'"},
    };
    for (std::size_t i = 0; at(i).kind != token_kind::end; ++i) {
      if (at(i).kind != token_kind::word)
        continue;
      auto const bad = refused.find(at(i).text);
      if (bad != refused.end() && !(at(i).is("delete") && i > 0 && at(i - 1).is("=")))
        error(i, std::string(bad->second));
      if (at(i).is("long") && at(i + 1).is("long"))
        error(i, "Metal has no 'long long': its 'long' has 64 bits"), ++i;
      if (at(i).is("std") && at(i + 1).is("::"))
        error(i, "Metal has no C++ standard library: the names of its own are in namespace metal");
    }
  }

  void check_index(parameter const& p, attribute const& a, std::map<long, std::string>& taken,
                   std::string_view what) {
    char* end = nullptr;
    long const index = std::strtol(a.argument.c_str(), &end, 10);
    if (!a.has_argument || a.argument.empty()) {
      error(a.token, fmt::format("[[{0}]] needs an index: [[{0}(0)]]", a.name));
      return;
    }
    if (*end != 0)
      return; // an expression: a template's or a function constant's
    if (index < 0 || index > 30)
      error(a.token, fmt::format("'{}' has the {} index {}: indices are 0 to 30", p.name, what, index));
    auto const [at, fresh] = taken.emplace(index, p.name);
    if (!fresh)
      error(a.token, fmt::format("'{}' and '{}' both have the {} index {}", at->second, p.name, what, index));
  }

  void kernel(function const& f) {
    if (f.name == "main")
      error(f.token, "a kernel cannot be called 'main'");
    if (std::find(f.result.begin(), f.result.end(), "void") == f.result.end())
      error(f.token, fmt::format("the kernel '{}' has to return void", f.name));
    for (attribute const& a : f.attributes) {
      if (a.name == "max_total_threads_per_threadgroup") {
        char* end = nullptr;
        long const n = std::strtol(a.argument.c_str(), &end, 10);
        if (*end == 0 && (n < 1 || n > 1024))
          error(a.token, fmt::format("max_total_threads_per_threadgroup is {}: a device takes 1 to 1024", n));
      }
    }
    std::map<long, std::string> buffers;
    std::map<long, std::string> shared;
    for (parameter const& p : f.parameters)
      kernel_parameter(f, p, buffers, shared);
    consistency(f);
  }

  void kernel_parameter(function const& f, parameter const& p, std::map<long, std::string>& buffers,
                        std::map<long, std::string>& shared) {
    static constexpr std::string_view known[] = {
        "buffer",          "threadgroup", "function_constant", "maybe_unused",
        "user_annotation", "id",          "raster_order_group"};
    bool input = false;
    for (attribute const& a : p.attributes) {
      if (find_input(a.name) != nullptr) {
        input = true;
        input_type(p, a);
      } else if (a.name == "texture" || a.name == "sampler" || a.name == "stage_in" ||
                 a.name == "imageblock_data") {
        error(a.token,
              fmt::format("[[{}]]: this tool knows compute kernels over buffers, no textures, samplers "
                          "or stages",
                          a.name));
        return;
      } else if (std::find(std::begin(known), std::end(known), a.name) == std::end(known)) {
        error(a.token, fmt::format("there is no attribute [[{}]]{}", a.name, nearest(a.name)));
        return;
      }
    }
    if (input)
      return;
    bool const pointer = p.type.find_first_of("*&[") != std::string::npos; // an array is a pointer
    attribute const* const buffer = p.find("buffer");
    attribute const* const group = p.find("threadgroup");
    bool const in_device = has_word(p.type, "device");
    bool const in_constant = has_word(p.type, "constant");
    bool const in_group = has_word(p.type, "threadgroup");
    if (!pointer) {
      error(p.token,
            buffer != nullptr
                ? fmt::format("'{0}' is passed by value: a kernel takes it by reference, as 'constant "
                              "{1}& {0} [[buffer({2})]]'",
                              p.name, p.type, buffer->argument)
                : fmt::format("the parameter '{}' of the kernel '{}' has no attribute: built-in inputs "
                              "need one, such as [[thread_position_in_grid]]",
                              p.name, f.name));
      return;
    }
    if (!in_device && !in_constant && !in_group) {
      error(p.token,
            fmt::format("the pointer or reference '{}' has no address space: say device, constant or "
                        "threadgroup",
                        p.name));
      return;
    }
    if (buffer != nullptr && in_group)
      error(buffer->token,
            fmt::format("'{}' is threadgroup memory: its attribute is [[threadgroup(n)]]", p.name));
    if (group != nullptr && !in_group)
      error(group->token, fmt::format("'{}' is in {} memory: its attribute is [[buffer(n)]]", p.name,
                                      in_device ? "device" : "constant"));
    if (has_word(p.type, "size_t") || has_word(p.type, "ptrdiff_t"))
      say(severity::warning, p.token,
          fmt::format("'{}' has a type that the language does not let kernels take, though compilers do: "
                      "use ulong or long",
                      p.name));
    if (buffer != nullptr && !in_group)
      check_index(p, *buffer, buffers, "buffer");
    if (group != nullptr && in_group)
      check_index(p, *group, shared, "threadgroup");
  }

  // The type of a built-in input without const: its element and the number of components.
  static std::pair<std::string, int> split(std::string const& type) {
    std::string element;
    for (token const& t : tokenize(type).tokens)
      if (t.kind == token_kind::word && t.text != "const" && t.text != "thread")
        element.append(element.empty() ? "" : " ").append(t.text);
    if (element == "unsigned" || element == "unsigned int" || element == "uint32_t")
      element = "uint";
    if (element == "unsigned short" || element == "uint16_t")
      element = "ushort";
    int count = 1;
    if (!element.empty() && element.back() >= '2' && element.back() <= '4') {
      count = element.back() - '0';
      element.pop_back();
    }
    return {element, count};
  }

  void input_type(parameter const& p, attribute const& a) {
    builtin_input const& input = *find_input(a.name);
    auto const [element, count] = split(p.type);
    if ((element != "uint" && element != "ushort") || count > 3 || (count > 1 && !input.may_be_vector) ||
        p.type.find_first_of("*&") != std::string::npos)
      error(p.token, fmt::format("[[{}]] is a {}, and '{}' is '{}'", a.name,
                                 input.may_be_vector ? "ushort, ushort2, ushort3, uint, uint2 or uint3"
                                                     : "ushort or uint",
                                 p.name, p.type));
  }

  void consistency(function const& f) {
    parameter const* vector = nullptr;
    std::map<int, parameter const*> groups;
    parameter const* local = nullptr;
    for (parameter const& p : f.parameters)
      for (attribute const& a : p.attributes) {
        builtin_input const* const input = find_input(a.name);
        if (input == nullptr)
          continue;
        auto const [element, count] = split(p.type);
        if (input->may_be_vector) {
          if (vector != nullptr && split(vector->type).second != count)
            error(p.token,
                  fmt::format("'{}' is {} and '{}' is {}: positions and sizes in one kernel have the same "
                              "number of components",
                              vector->name, vector->type, p.name, p.type));
          else if (vector == nullptr)
            vector = &p;
        }
        if (input->group != 0) {
          auto const [other, fresh] = groups.emplace(input->group, &p);
          if (!fresh && split(other->second->type).first != element)
            error(p.token, fmt::format("'{}' is {} and '{}' is {}: these inputs have the same type",
                                       other->second->name, other->second->type, p.name, p.type));
        }
        if (a.name == "thread_position_in_threadgroup")
          local = &p;
        if (a.name == "thread_index_in_threadgroup")
          index_ = &p;
      }
    if (local != nullptr && index_ != nullptr && split(local->type).first == "uint" &&
        split(index_->type).first != "uint")
      error(index_->token,
            fmt::format("'{}' has to be uint, since '{}' is {}", index_->name, local->name, local->type));
    index_ = nullptr;
  }

  static std::string nearest(std::string const& name) {
    std::string_view best;
    std::size_t least = name.size() / 3 + 2;
    auto const consider = [&](std::string_view candidate) {
      std::vector<std::size_t> row(candidate.size() + 1);
      for (std::size_t k = 0; k < row.size(); ++k)
        row[k] = k;
      for (std::size_t i = 1; i <= name.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t k = 1; k < row.size(); ++k) {
          std::size_t const above = row[k];
          row[k] =
              std::min({row[k] + 1, row[k - 1] + 1, corner + (name[i - 1] == candidate[k - 1] ? 0u : 1u)});
          corner = above;
        }
      }
      if (row.back() < least) {
        least = row.back();
        best = candidate;
      }
    };
    for (builtin_input const& input : builtin_inputs)
      consider(input.name);
    for (std::string_view other : {"buffer", "threadgroup", "function_constant"})
      consider(other);
    return best.empty() ? "" : fmt::format("; did you mean [[{}]]?", best);
  }

  void helper(function const& f) {
    if (f.name == "main")
      error(f.token, "a Metal file has no 'main'");
    for (parameter const& p : f.parameters) {
      std::string plain = p.type;
      int angles = 0;
      bool pointer = false;
      for (char const c : plain) {
        angles += c == '<' ? 1 : c == '>' ? -1 : 0;
        pointer = pointer || (angles == 0 && (c == '*' || c == '&'));
      }
      if (pointer && plain.find("&&") == std::string::npos && !has_word(plain, "device") &&
          !has_word(plain, "constant") && !has_word(plain, "threadgroup") && !has_word(plain, "thread"))
        error(p.token,
              fmt::format("the pointer or reference '{}' has no address space: say device, constant, "
                          "threadgroup or thread",
                          p.name));
    }
    for (threadgroup_variable const& v : f.shared)
      error(v.token,
            fmt::format("the threadgroup variable '{}' stands in the function '{}': declare it in the "
                        "kernel and pass a pointer",
                        v.name, f.name));
  }

  static bool is_plain_type(std::string_view word) {
    static std::set<std::string_view> const names = {"bool",   "char",  "uchar", "short", "ushort",
                                                     "int",    "uint",  "long",  "ulong", "half",
                                                     "bfloat", "float", "void",  "vec"};
    return names.count(word) != 0 || is_vector_name(word);
  }

  void body(function const& f) {
    for (threadgroup_variable const& v : f.shared)
      if (f.is_kernel && v.initialised)
        error(v.token,
              fmt::format("the threadgroup variable '{}' has an initialiser: let a thread store the value, "
                          "and put a barrier behind it",
                          v.name));
    bool fresh = true;
    for (std::size_t i = f.body.begin; i < f.body.end; ++i) {
      if (at(i).is("static") && !at(i + 1).is("threadgroup"))
        error(i, "Metal has no static variables in functions: use a constant of file scope");
      if (fresh) {
        std::size_t k = at(i).is("const") ? i + 1 : i;
        if (is_plain_type(at(k).text)) {
          ++k;
          if (at(k).is("const"))
            ++k;
          if (at(k).is("*") && at(k + 1).kind == token_kind::word && (at(k + 2).is("=") || at(k + 2).is(";")))
            error(k + 1,
                  fmt::format("the pointer '{}' has no address space: say device, constant, threadgroup or "
                              "thread",
                              at(k + 1).text));
        }
      }
      fresh = at(i).is("{") || at(i).is("}") || at(i).is(";");
      if (at(i).kind == token_kind::word && at(i + 1).is("(") && !at(i - 1).is(".") && !at(i - 1).is("->") &&
          !at(i - 1).is("::")) // a member, most often
        for (function const& g : file_.functions)
          if (g.is_kernel && g.name == at(i).text)
            error(i, fmt::format("the kernel '{}' cannot be called: put what is shared into a function",
                                 g.name));
    }
  }

  // A function that reaches itself. Overloads count as one: they are told apart by types that are not known
  // here, so a call to another overload alone is no recursion.
  void recursion() {
    std::map<std::string, std::set<std::string>> calls;
    std::map<std::string, int> overloads;
    for (function const& f : file_.functions)
      if (f.has_body)
        ++overloads[f.name];
    for (function const& f : file_.functions)
      for (std::size_t i = f.body.begin; f.has_body && i < f.body.end; ++i)
        if (at(i).kind == token_kind::word && at(i + 1).is("(") && overloads[std::string(at(i).text)] == 1 &&
            !at(i - 1).is(".") && !at(i - 1).is("::") &&
            !(at(i - 1).kind == token_kind::word && !at(i - 1).is("return") && !at(i - 1).is("else")))
          calls[f.name].insert(std::string(at(i).text));
    for (function const& f : file_.functions) {
      if (!f.has_body || overloads[f.name] != 1 || f.is_template)
        continue;
      std::set<std::string> reached;
      std::vector<std::string> open(calls[f.name].begin(), calls[f.name].end());
      while (!open.empty()) {
        std::string const next = open.back();
        open.pop_back();
        if (reached.insert(next).second)
          open.insert(open.end(), calls[next].begin(), calls[next].end());
      }
      if (reached.count(f.name) != 0)
        error(f.token,
              fmt::format("the function '{}' calls itself: Metal has no recursion before 2.4, and no "
                          "stack to speak of",
                          f.name));
    }
  }

  void globals() {
    for (global_variable const& g : file_.globals) {
      bool spaced = false;
      bool other = false;
      std::size_t words = 0;
      for (std::size_t i = g.statement.begin; i < g.statement.end && !at(i).is("="); ++i) {
        spaced = spaced || at(i).is("constant");
        other = other || at(i).is("using") || at(i).is("concept") || at(i).is("template") ||
                at(i).is("operator") || at(i).is("__asm") || at(i).is("__asm__") || at(i).is("struct") ||
                at(i).is("enum");
        if (at(i).is("threadgroup")) {
          error(i, "a threadgroup variable of file scope: declare it in the kernel");
          other = true;
        }
        words += at(i).kind == token_kind::word ? 1 : 0;
        if (at(i).is("["))
          i = closing(file_, i);
      }
      if (!spaced && !other && words >= 2)
        error(g.token,
              "a variable of file scope has to be in the constant address space: write 'constant' before it");
    }
  }

  void constants() {
    std::map<std::string, std::string> taken;
    for (function_constant const& c : file_.constants) {
      char* end = nullptr;
      long const index = std::strtol(c.index.c_str(), &end, 10);
      if (*end == 0 && (index < 0 || index > 65535))
        error(c.token, fmt::format("the function constant '{}' has the index {}: indices are 0 to 65535",
                                   c.name, index));
      auto const [other, fresh] = taken.emplace(c.index, c.name);
      if (!fresh)
        error(c.token,
              fmt::format("'{}' and '{}' are both function constant {}", other->second, c.name, c.index));
    }
  }

  scanned_file const& file_;
  std::vector<diagnostic> found_;
  parameter const* index_ = nullptr;
};

} // namespace

std::vector<diagnostic> lint(scanned_file const& file) {
  return linter(file).run();
}

} // namespace enigma::metal_tool
