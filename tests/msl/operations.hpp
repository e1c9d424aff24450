// SPDX-License-Identifier: MIT
// What a kernel costs, counted in what clang -O2 makes of its text: the same for generated text and for text
// that was written by hand.
#pragma once

#include <compile.hpp>
#include <error.hpp>
#include <process.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace witness {

/// Instructions of LLVM's intermediate representation, by kind. An operation on a vector counts once for each
/// lane, a load or store once whatever its width. Moves between lanes, phis, and jumps without a condition
/// cost nothing.
enum class kind : unsigned {
  integer,   // arithmetic, comparisons, choices and conversions of integers and bools
  address,   // an address from a pointer and an index that is no constant
  floating,  // arithmetic, comparisons, choices and conversions of floats
  function,  // calls: of mathematical functions, of the simdgroup, of barriers
  load,      // from buffers and threadgroup memory; a GPU has the constant arguments of a call in registers
  store,     //
  condition, // branches with a condition
  count_
};
inline constexpr std::array<char const*, 7> kind_names{"integer", "addresses", "float",   "functions",
                                                       "loads",   "stores",    "branches"};

struct operations {
  std::array<int, static_cast<std::size_t>(kind::count_)> all{}, in_loops{};
  int lines = 0; // of the text, without blank ones and comments
};

namespace detail {

inline std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    all.push_back(line);
  return all;
}
inline bool begins(std::string_view s, std::string_view with) {
  return s.substr(0, with.size()) == with;
}
inline bool contains(std::string_view s, std::string_view what) {
  return s.find(what) != std::string_view::npos;
}
inline std::string_view trimmed(std::string_view s) {
  auto const first = s.find_first_not_of(" \t"), last = s.find_last_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : s.substr(first, last - first + 1);
}
inline std::string_view first_word(std::string_view s) {
  return s.substr(0, s.find_first_of(" ,()"));
}
inline bool is_among(std::string_view word, std::initializer_list<std::string_view> words) {
  for (std::string_view const w : words)
    if (w == word)
      return true;
  return false;
}

/// `<4 x float>` has 4 lanes; what is no vector has one.
inline int lanes_in(std::string_view rest) {
  auto const open = rest.find('<');
  if (open == std::string_view::npos || rest.find(" x ", open) == std::string_view::npos)
    return 1;
  int n = 0;
  for (char const c : rest.substr(open + 1))
    if (c >= '0' && c <= '9')
      n = 10 * n + (c - '0');
    else
      break;
  return n == 0 ? 1 : n;
}
inline bool is_floating(std::string_view rest) {
  auto const type = rest.substr(0, rest.find('%'));
  return contains(type, "float") || contains(type, "half") || contains(type, "double");
}

/// One function of LLVM's text.
class function_counter {
public:
  function_counter(std::string const& head, std::vector<std::string> const& body) : body_(body) {
    // References are constant arguments: `ptr ... dereferenceable(4) %6`.
    for (std::size_t at = head.find("dereferenceable("); at != std::string::npos;
         at = head.find("dereferenceable(", at + 1)) {
      auto const name = head.find('%', at);
      constants_.push_back("ptr " + head.substr(name, head.find_first_of(",)", name) - name) + ",");
    }
  }

  operations run() {
    split();
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      bool const looped = reaches_itself(b);
      for (std::string_view const line : blocks_[b].lines)
        count(line, looped);
    }
    return result_;
  }

private:
  struct block {
    std::vector<std::string_view> lines;
    std::set<std::string> next;
  };

  // A block begins with its label; the first has none, and is called by the first free number.
  void split() {
    blocks_.emplace_back();
    for (std::string const& whole : body_) {
      std::string_view line = whole;
      auto const colon = line.find(':');
      if (!line.empty() && line[0] != ' ' && colon != std::string_view::npos) {
        numbers_[std::string(line.substr(0, colon))] = blocks_.size();
        blocks_.emplace_back();
        continue;
      }
      line = trimmed(line);
      blocks_.back().lines.push_back(line);
      for (std::size_t at = line.find("label %"); at != std::string_view::npos;
           at = line.find("label %", at + 1)) {
        auto const name = line.substr(at + 7);
        blocks_.back().next.insert(std::string(name.substr(0, name.find_first_of(", ]"))));
      }
    }
  }
  bool reaches_itself(std::size_t from) const {
    std::set<std::size_t> seen;
    std::vector<std::size_t> open{from};
    while (!open.empty()) {
      std::size_t const b = open.back();
      open.pop_back();
      for (std::string const& label : blocks_[b].next) {
        auto const found = numbers_.find(label);
        if (found == numbers_.end())
          continue;
        if (found->second == from)
          return true;
        if (seen.insert(found->second).second)
          open.push_back(found->second);
      }
    }
    return false;
  }

  void add(kind k, int n, bool looped) {
    result_.all[static_cast<std::size_t>(k)] += n;
    if (looped)
      result_.in_loops[static_cast<std::size_t>(k)] += n;
  }

  /// The machine's own notes, such as which line a call is in, are in variables of the stack; so are the
  /// matrices of simdgroups, which a GPU has in registers.
  bool is_note(std::string_view line) const {
    for (std::string const& v : notes_)
      for (std::size_t at = line.find(v); at != std::string_view::npos; at = line.find(v, at + 1)) {
        auto const end = at + v.size();
        if (end == line.size() || contains(",) ", std::string_view(&line[end], 1)))
          return true;
      }
    return false;
  }

  void count(std::string_view line, bool looped) {
    std::string_view name, code = line;
    if (begins(line, "%")) {
      auto const equals = line.find(" = ");
      name = line.substr(0, equals);
      code = line.substr(equals + 3);
    }
    std::string_view const word = first_word(code);
    std::string_view const rest = code.substr(word.size());
    if (word == "alloca") {
      if (contains(rest, "metal_host::") || contains(rest, "metal::simdgroup_matrix"))
        notes_.emplace_back(name);
      return;
    }
    bool const call = is_among(word, {"call", "tail", "musttail", "notail"});
    if (!call && is_note(line)) {
      if (word == "getelementptr")
        notes_.emplace_back(name);
      return;
    }
    if (call)
      return count_call(code, looped);
    if (is_among(word, {"add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr", "and",
                        "or", "xor", "icmp", "trunc", "zext", "sext"}))
      return add(kind::integer, lanes_in(rest), looped);
    if (is_among(word, {"fadd", "fsub", "fmul", "fdiv", "frem", "fneg", "fcmp", "fptrunc", "fpext", "fptoui",
                        "fptosi", "uitofp", "sitofp"}))
      return add(kind::floating, lanes_in(rest), looped);
    if (word == "select") {
      auto const values = rest.substr(rest.find(", ") + 2);
      return add(is_floating(values) ? kind::floating : kind::integer, lanes_in(values), looped);
    }
    if (word == "load") {
      for (std::string const& argument : constants_)
        if (contains(rest, argument))
          return;
      return add(kind::load, 1, looped);
    }
    if (word == "store")
      return add(kind::store, 1, looped);
    if (word == "br" || word == "switch") {
      if (contains(rest, ", label"))
        add(kind::condition, 1, looped);
      return;
    }
    if (word == "getelementptr") {
      auto const pointer = rest.find("ptr ");
      auto const index = rest.find(", ", pointer);
      if (contains(rest.substr(index), "%"))
        add(kind::address, 1, looped);
      return;
    }
    if (!is_among(word, {"phi", "ret", "extractelement", "insertelement", "shufflevector", "bitcast",
                         "freeze", "unreachable"}) &&
        !line.empty())
      throw enigma::metal_tool::tool_error("an instruction that is not known: " + std::string(line));
  }
  void count_call(std::string_view code, bool looped) {
    if (contains(code, "@llvm.lifetime") || contains(code, "@llvm.assume") ||
        contains(code, "@metal_host_threadgroup_memory") || contains(code, "@llvm.experimental.noalias"))
      return;
    if (contains(code, "@llvm.umin") || contains(code, "@llvm.umax") || contains(code, "@llvm.smin") ||
        contains(code, "@llvm.smax") || contains(code, "@llvm.abs") || contains(code, "@llvm.fshl"))
      return add(kind::integer, lanes_in(code), looped);
    if (contains(code, "@llvm.fabs") || contains(code, "@llvm.maxnum") || contains(code, "@llvm.minnum") ||
        contains(code, "@llvm.fmuladd") || contains(code, "@llvm.fma"))
      return add(kind::floating, lanes_in(code), looped);
    add(kind::function, contains(code, "@llvm.") ? lanes_in(code) : 1, looped);
  }

  std::vector<std::string> const& body_;
  std::vector<block> blocks_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> notes_, constants_;
  operations result_;
};

/// The lines of a kernel in a text: from its head to the brace that closes it.
inline int text_lines(std::string const& text, std::string const& kernel) {
  int n = 0;
  bool inside = false;
  for (std::string const& line : lines_of(text)) {
    std::string_view const t = trimmed(line);
    inside |= begins(t, "kernel void " + kernel + "(");
    if (inside && !t.empty() && !begins(t, "//"))
      ++n;
    if (line == "}")
      inside = false;
  }
  return n;
}

} // namespace detail

namespace detail {

inline bool is_head_of(std::string const& kernel, std::string_view line) {
  return begins(line, "define ") && contains(line, "@_Z" + std::to_string(kernel.size()) + kernel);
}
/// LLVM's text with the references of a kernel, its constant arguments, as what they are on a GPU: memory
/// that nothing writes to while it runs.
inline std::string with_constant_arguments(std::string const& text, std::string const& kernel) {
  std::string const reference = "dereferenceable(", constant = "noalias readonly ";
  std::string result;
  for (std::string line : lines_of(text)) {
    if (is_head_of(kernel, line))
      for (std::size_t at = line.find(reference); at != std::string::npos;
           at = line.find(reference, at + constant.size() + reference.size()))
        line.insert(at, constant);
    result += line + '\n';
  }
  return result;
}

} // namespace detail

/// Counts a kernel of a text, as clang -O2 leaves it without turning scalars into vectors. Loops of a known
/// length may be unrolled, others are not; and equal stores of two branches stay two.
inline operations operations_of(std::string const& text, std::string const& kernel) {
  namespace tool = enigma::metal_tool;
  tool::temporary_folder const folder;
  std::string const file = folder / "kernel.ll", optimised = folder / "optimised.ll";
  tool::compile_options options;
  options.flags = {"-Xclang",
                   "-disable-llvm-passes",
                   "-S",
                   "-emit-llvm",
                   "-g0",
                   "-DMETAL_HOST_MATRIX_FUNCTION=inline __attribute__((noinline))",
                   "-Wno-unused-command-line-argument"};
  tool::compiled const done = tool::compile_object(tool::prepare_text(text, kernel + ".metal", options),
                                                   tool::object_kind::plain, file, options);
  if (!done.good)
    throw tool::tool_error(tool::print(done.diagnostics));
  tool::write_text_file(file, detail::with_constant_arguments(tool::read_text_file(file), kernel));
  tool::process_result const run = tool::run_process(
      {tool::find_toolchain().clang, "-O2", "-S", "-emit-llvm", "-fno-vectorize", "-fno-slp-vectorize",
       "-mllvm", "-unroll-runtime=false", "-mllvm", "-sink-common-insts=false", file, "-o", optimised});
  if (run.status != 0)
    throw tool::tool_error(run.words);
  std::string head;
  std::vector<std::string> body;
  bool inside = false, found = false;
  for (std::string const& line : detail::lines_of(tool::read_text_file(optimised))) {
    if (detail::is_head_of(kernel, line)) {
      inside = found = true;
      head = line;
      continue;
    }
    if (inside && line == "}")
      break;
    if (inside)
      body.push_back(line);
  }
  if (!found)
    throw tool::tool_error("the text has no kernel " + kernel);
  operations counted = detail::function_counter(head, body).run();
  counted.lines = detail::text_lines(text, kernel);
  return counted;
}

} // namespace witness
