// SPDX-License-Identifier: MIT
#include "compile.hpp"

#include "error.hpp"
#include "generate.hpp"
#include "lint.hpp"
#include "rewrite.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#ifndef ENIGMA_METAL_SOURCE_HEADERS
#define ENIGMA_METAL_SOURCE_HEADERS ""
#endif
#ifndef ENIGMA_METAL_SOURCE_HOST_CODE
#define ENIGMA_METAL_SOURCE_HOST_CODE ""
#endif

namespace enigma::metal_tool {
namespace {

namespace fs = std::filesystem;

// A folder that holds `file`: beside an installed program, or where it was built from.
std::string find_folder(std::string_view what, std::string const& file, char const* variable,
                        std::string const& beside_program, std::string const& built_from) {
  if (char const* const told = std::getenv(variable)) {
    if (file_exists(std::string(told) + "/" + file))
      return told;
    throw tool_error(fmt::format("{} is {}, where there is no {}.", variable, told, file));
  }
  std::error_code ignored;
  fs::path const program = fs::read_symlink("/proc/self/exe", ignored);
  std::string const installed = (program.parent_path() / beside_program).string();
  for (std::string const& folder : {installed, built_from})
    if (!folder.empty() && file_exists((fs::path(folder) / file).string()))
      return folder;
  throw tool_error(fmt::format("{} is missing (looked in {} and {}): set {} to its folder.", what, installed,
                               built_from, variable));
}

std::vector<std::string> language_flags(toolchain const& tools) {
  return {tools.clang,
          "-x",
          "c++",
          "-std=c++17",
          "-nostdinc",
          "-isystem",
          tools.headers,
          "-fno-exceptions",
          "-fno-rtti",
          "-fsigned-char",
          "-ffp-contract=off",
          "-fno-math-errno",
          "-Xclang",
          "-cl-single-precision-constant",
          "-Xclang",
          "-ffloat16-excess-precision=none",
          "-fno-color-diagnostics",
          "-fno-caret-diagnostics",
          "-ferror-limit=50",
          "-Wno-unknown-attributes",
          "-Wno-duplicate-decl-specifier",
          "-Wno-ignored-attributes",
          "-Wno-unknown-pragmas",
          "-Wno-psabi",
          "-Wno-c++20-extensions",
          "-Wno-return-type-c-linkage"};
}

source_handle prepare(std::string const& input, std::string const& shown_as, compile_options const& options,
                      temporary_folder const& folder) {
  toolchain const& tools = find_toolchain();
  // Metal's headers are named here only, and come in when the rewritten source is compiled.
  for (fs::directory_entry const& header : fs::directory_iterator(tools.headers)) {
    std::string const name = header.path().filename().string();
    if (header.is_regular_file() && name.find('.') == std::string::npos)
      write_text_file(folder / name, fmt::format("{}<{}>\n", include_mark, name));
  }
  std::vector<std::string> command = {tools.clang,
                                      "-x",
                                      "c++",
                                      "-std=c++17",
                                      "-E",
                                      "-undef",
                                      "-nostdinc",
                                      "-fno-color-diagnostics",
                                      "-fno-caret-diagnostics",
                                      "-isystem",
                                      folder.path()};
  command.push_back("-D__METAL__=1");
  command.push_back("-D__METAL_MACOS__=1");
  command.push_back("-D__HAVE_BFLOAT__=1");
  command.push_back("-D__METAL_VERSION__=" + options.language);
  for (std::string const& d : options.defines)
    command.push_back("-D" + d);
  std::string const parent = fs::path(shown_as).parent_path().string();
  command.push_back("-iquote");
  command.push_back(parent.empty() ? "." : parent);
  for (std::string const& i : options.include_folders)
    command.push_back("-I" + i);
  command.push_back(input);
  command.push_back("-o");
  command.push_back(folder / "preprocessed");
  process_result const r = run_process(command);

  auto source = std::make_shared<prepared_source>();
  source->path = shown_as;
  source->diagnostics = read_diagnostics(r.words, "");
  for (diagnostic& d : source->diagnostics)
    if (d.file == input)
      d.file = shown_as;
  if (r.status != 0 && source->readable())
    throw tool_error(fmt::format("{} failed: {}", tools.clang, r.words));
  if (source->readable()) {
    source->text = read_text_file(folder / "preprocessed");
    if (input != shown_as) {
      std::string const from = "\"" + input + "\"";
      for (std::size_t i = 0; (i = source->text.find(from, i)) != std::string::npos; i += shown_as.size() + 2)
        source->text.replace(i, from.size(), "\"" + shown_as + "\"");
    }
    source->file = scan(source->text);
  }
  return source;
}

std::string generated(source_handle const& source, std::size_t skip_barrier, std::string const& more = {}) {
  // The prelude comes first: casts need it; the names of Metal are there only where the file asks for them.
  std::string text = fmt::format("#include \"{}\"\n", prelude_name);
  text += rewrite(source->text, source->file, skip_barrier);
  text += entries(source->file);
  return text + more;
}

compiled run_clang(source_handle const& source, std::string const& text,
                   std::vector<std::string> const& flags, compile_options const& options, bool erase_spaces) {
  toolchain const& tools = find_toolchain();
  temporary_folder folder;
  write_text_file(folder / "generated.cpp", text);
  write_text_file(folder / std::string(prelude_name), prelude_text());
  std::vector<std::string> command = language_flags(tools);
  command.push_back("-D__METAL_VERSION__=" + options.language);
  if (erase_spaces)
    command.push_back("-DMETAL_HOST_ERASE_SPACES");
  command.insert(command.end(), flags.begin(), flags.end());
  command.insert(command.end(), options.flags.begin(), options.flags.end());
  command.push_back(folder / "generated.cpp");
  process_result const r = run_process(command);
  compiled result;
  result.good = r.status == 0;
  result.spaces_erased = erase_spaces;
  result.diagnostics = read_diagnostics(r.words, source->text);
  for (diagnostic& d : result.diagnostics) {
    auto const ours = [](std::string const& file) {
      return file.find("generated.cpp") != std::string::npos ||
             file.find("kernel-entries") != std::string::npos || file.find(prelude_name) != std::string::npos;
    };
    if (ours(d.file)) {
      d.file = source->path;
      d.line = 0;
      d.column = 0;
    }
    std::erase_if(d.notes, [&](diagnostic const& note) { return ours(note.file); });
  }
  if (!result.good && result.diagnostics.empty())
    throw tool_error(fmt::format("{} failed (status {}): {}", tools.clang, r.status, r.words));
  return result;
}

// In order, each once. Errors in generated text follow from others, which say it better.
std::vector<diagnostic> tidy(std::vector<diagnostic> all) {
  bool const placed = std::any_of(
      all.begin(), all.end(), [](diagnostic const& d) { return d.kind == severity::error && d.line != 0; });
  std::vector<diagnostic> kept;
  for (diagnostic& d : all) {
    if (placed && d.line == 0)
      continue;
    if (std::none_of(kept.begin(), kept.end(), [&](diagnostic const& k) {
          return k.file == d.file && k.line == d.line && k.words == d.words;
        }))
      kept.push_back(std::move(d));
  }
  // By line within a file; files as they came, and within a line too.
  std::vector<diagnostic> sorted;
  for (diagnostic& d : kept) {
    auto at = sorted.end();
    for (auto k = sorted.begin(); k != sorted.end(); ++k)
      if (k->file == d.file && d.line < k->line) {
        at = k;
        break;
      }
    sorted.insert(at, std::move(d));
  }
  return sorted;
}

compiled compile_with(source_handle const& source, std::string const& text,
                      std::vector<std::string> const& flags, compile_options const& options) {
  if (!source->readable()) {
    compiled bad;
    bad.diagnostics = source->diagnostics;
    return bad;
  }
  compiled real = run_clang(source, text, flags, options, false);
  if (real.good)
    return real;
  // An error about spaces that is not C++'s own incapacity is the file's.
  for (diagnostic const& d : real.diagnostics)
    if (d.kind == severity::error && is_about_spaces(d))
      return real;
  return run_clang(source, text, flags, options, true);
}

} // namespace

toolchain const& find_toolchain() {
  static toolchain const found = [] {
    toolchain t;
    char const* const told = std::getenv("ENIGMA_METAL_CLANG");
    t.clang = told != nullptr ? find_program({told})
                              : find_program({"clang++-19", "clang++-20", "clang++-21", "clang++-18",
                                              "clang++-17", "clang++-16", "clang++"});
    if (t.clang.empty())
      throw tool_error(told != nullptr
                           ? fmt::format("ENIGMA_METAL_CLANG is {}, and there is no such program.", told)
                           : "clang is missing: install clang 16 or newer (apt install clang-16), or set "
                             "ENIGMA_METAL_CLANG to where it is.");
    t.headers = find_folder("the folder of metal_stdlib", "metal_stdlib", "ENIGMA_METAL_HEADERS",
                            "../include/enigma/metal_host", ENIGMA_METAL_SOURCE_HEADERS);
    t.host_code = find_folder("the folder of host_threads.cpp", "host_threads.cpp", "ENIGMA_METAL_HOST_CODE",
                              "../share/enigma/metal_host", ENIGMA_METAL_SOURCE_HOST_CODE);
    return t;
  }();
  return found;
}

source_handle prepare_file(std::string const& path, compile_options const& options) {
  if (!file_exists(path))
    throw tool_error(fmt::format("{}: there is no such file.", path));
  temporary_folder const folder;
  return prepare(path, path, options, folder);
}

source_handle prepare_text(std::string const& text, std::string const& name, compile_options const& options) {
  temporary_folder const folder;
  write_text_file(folder / "source.metal", text);
  return prepare(folder / "source.metal", name, options, folder);
}

std::vector<diagnostic> check_source(source_handle const& source, compile_options const& options) {
  std::vector<diagnostic> all = source->diagnostics;
  if (!source->readable())
    return all;
  std::vector<diagnostic> const rules = lint(source->file);
  all.insert(all.end(), rules.begin(), rules.end());
  std::string const text = generated(source, 0);
  // Without spaces everything is C++'s own; with them, only what is said about spaces counts.
  compiled const real = run_clang(source, text, {"-fsyntax-only"}, options, false);
  if (real.good) {
    all.insert(all.end(), real.diagnostics.begin(), real.diagnostics.end());
  } else {
    for (diagnostic const& d : run_clang(source, text, {"-fsyntax-only"}, options, true).diagnostics)
      all.push_back(d);
    for (diagnostic const& d : real.diagnostics)
      if (d.kind == severity::error && is_about_spaces(d))
        all.push_back(d);
  }
  return tidy(std::move(all));
}

compiled compile_object(source_handle const& source, object_kind kind, std::string const& output,
                        compile_options const& options, std::size_t skip_barrier) {
  std::vector<std::string> flags = {"-shared", "-fPIC", "-fvisibility=hidden", "-nostdlib++", "-lm",
                                    "-o",      output};
  if (kind == object_kind::plain)
    flags.insert(flags.end(), {"-O2", "-gline-tables-only", "-gdwarf-4"});
  else
    flags.insert(flags.end(),
                 {"-O1", "-gline-tables-only", "-gdwarf-4", "-fno-vectorize", "-fno-slp-vectorize",
                  "-fsanitize=thread", "-mllvm", "-tsan-instrument-func-entry-exit=0", "-mllvm",
                  "-tsan-instrument-read-before-write=1", "-fno-sanitize-link-runtime"});
  return compile_with(source, generated(source, skip_barrier), flags, options);
}

compiled compile_program(source_handle const& source, std::string const& sanitizer, std::string const& output,
                         compile_options const& options) {
  toolchain const& tools = find_toolchain();
  std::vector<std::string> const flags = {
      "-O1", "-g", "-fsanitize=" + sanitizer, "-fno-omit-frame-pointer", "-c", "-o", output + ".o"};
  compiled result = compile_with(source, generated(source, 0), flags, options);
  if (!result.good)
    return result;
  // The machine itself is not for the sanitizer to see.
  process_result const host = run_process({tools.clang, "-std=c++20", "-O1", "-I", tools.headers, "-c",
                                           tools.host_code + "/host_threads.cpp", "-o", output + ".host.o"});
  if (host.status != 0)
    throw tool_error(
        fmt::format("the machine of host threads does not compile (are the C library's headers installed? "
                    "apt install libc6-dev): {}",
                    host.words));
  process_result const linked = run_process(
      {tools.clang, "-fsanitize=" + sanitizer, "-pthread", output + ".host.o", output + ".o", "-o", output});
  if (linked.status != 0 && linked.words.find("clang_rt") != std::string::npos) {
    std::string const version = run_process({tools.clang, "-dumpversion"}).words;
    throw tool_error(fmt::format("clang's runtime for --sanitize {} is missing beside {}: install it "
                                 "(apt install libclang-rt-{}-dev).",
                                 sanitizer, tools.clang, version.substr(0, version.find('.'))));
  }
  if (linked.status != 0)
    throw tool_error(
        fmt::format("the program with -fsanitize={} cannot be linked: {}", sanitizer, linked.words));
  return result;
}

} // namespace enigma::metal_tool
