#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What tracing a kernel and printing its MSL costs the compiler.

Kernels of growing size: the time and the peak memory of each over those of the header alone, the time per 100
operations of the finished intermediate representation between the smallest and the largest kernel, the largest
kernel that compiles under the compiler's own constant-evaluation limits, what the largest examples cost as
constants of a program, and what the headers cost beside fmt/format.h.

    python3 measure.py [--compilers g++ clang++-19] [--repeat 3] [--include DIR] [--output FILE] [--quick]
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include"
EXAMPLES = [("GEMM, f32", "gemm", "gemm<eg::f32>"), ("attention, fused", "fused_attention", "fused_attention")]
SIZES = [100, 300, 600, 1200]
COUNTING = """#include <cstdio>
int main() {
  std::printf("%zu %zu\\n", compiled.launches()[0].code.size(), compiled.metal_source().size());
}
"""
# Under these sizes of source there are about this many operations: asked of the program itself.
STEPS_OPTION = {"clang": "-fconstexpr-steps=100000000", "g++": "-fconstexpr-ops-limit=2000000000"}


def body(steps):
    """`steps` pieces of an ordinary kernel: index arithmetic, loads, arithmetic, functions, casts, stores, and
    now and then a loop or a branch. No two pieces are alike."""
    out = []
    for i in range(steps):
        a, b = i % 7 + 2, i * 3 + 1
        kind = i % 6
        if kind == 0:
            out.append(f"auto r{i} = x[at * {b}u + row % {a + i}u] * alpha + y[at + {b}u];")
        elif kind == 1:
            out.append(f"auto r{i} = eg::sqrt(eg::abs(r{i - 1})) + eg::exp(r{i - 1} - {b}.5f);")
        elif kind == 2:
            out.append(f"auto r{i} = eg::select(r{i - 1}, r{i - 2} * 2.0f, r{i - 1} < {b}.0f && at != {b}u);")
        elif kind == 3:
            out.append(f"auto r{i} = eg::cast<eg::f32>(eg::cast<eg::i32>(r{i - 1}) + {b}) + eg::max(r{i - 2}, {b}.25f);"
                       f" out[at * {a}u + {b}u] = r{i};")
        elif kind == 4:
            out.append(f"auto s{i} = g.variable(r{i - 1}); g.for_range({a}, [&](auto i) "
                       f"{{ s{i} += y[eg::cast<eg::u32>(i) * {b}u + at] * r{i - 2}; }}); auto r{i} = s{i}.read();")
        else:
            out.append(f"g.if_(at < {b}u, [&] {{ out[at + {b}u] = r{i - 1} / {a}.0f; }}); auto r{i} = r{i - 1} - {b}.0f;")
    return "\n      ".join(out)


def source(steps, counting=False):
    kernel = f"""#include <enigma/codegen.hpp>
namespace eg = enigma;
"""
    if steps:
        kernel += f"""inline constexpr auto k = eg::kernel<"k">(
    [](eg::gpu& g, eg::in<eg::f32, "X"> x, eg::scalar<eg::f32, "alpha"> alpha, eg::in<eg::f32, "Y"> y,
       eg::out<eg::f32, "Out"> out) {{
      auto at = g.thread_position_in_grid();
      auto row = g.threadgroup_position_in_grid() * 4u + 1u;
      {body(steps)}
      out[at] = r{steps - 1};
    }});
constexpr auto compiled = eg::compile<k>();
static_assert(compiled.metal_source().size() > 0);
"""
    return kernel + (COUNTING if counting else "")


def example(header, kernel, counting=False):
    text = f"""#include "{HERE.parents[1] / 'examples' / 'kernels' / header}.hpp"
namespace eg = enigma;
using namespace examples;
constexpr auto compiled = eg::compile<{kernel}>();
static_assert(compiled.metal_source().size() > 0);
"""
    return text + (COUNTING if counting else "")


def family(compiler):
    return "clang" if "clang" in compiler else "g++"


def run(command):
    """Exit status, seconds of CPU time and peak memory in MB of one compiler run, its children included."""
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            os.dup2(errors.fileno(), 2)
            os.dup2(errors.fileno(), 1)
            os.execvp(command[0], command)
        _, status, usage = os.wait4(child, 0)
        errors.seek(0)
        words = errors.read().decode(errors="replace")
    memory = usage.ru_maxrss / (1 if sys.platform != "darwin" else 1024) / 1024
    return status, usage.ru_utime + usage.ru_stime, memory, words


def best(command, repeat):
    runs = [run(command) for _ in range(repeat)]
    if runs[0][0] != 0:
        sys.exit(" ".join(command) + "\n" + runs[0][3][:4000])
    return min(r[1] for r in runs), min(r[2] for r in runs)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--compilers", nargs="+", default=["g++", "clang++-19", "clang++-16"])
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--include", action="append", default=[], help="further include directories")
    arguments.add_argument("--output", default=str(HERE / "results.md"))
    arguments.add_argument("--quick", action="store_true", help="no search for the largest kernel")
    options = arguments.parse_args()
    compilers = [c for c in options.compilers if subprocess.run(
        ["sh", "-c", 'command -v "$0"', c], stdout=subprocess.DEVNULL, check=False).returncode == 0]
    if not compilers:
        sys.exit("none of the compilers is installed: " + " ".join(options.compilers))
    flags = ["-std=c++20", "-I", str(INCLUDE)] + [x for d in options.include for x in ("-I", d)]

    with tempfile.TemporaryDirectory() as folder:
        def file(name, text):
            path = os.path.join(folder, name)
            pathlib.Path(path).write_text(text, encoding="utf-8")
            return path

        def counted_in(text):
            """Operations and characters of a kernel, as the finished program tells."""
            program = os.path.join(folder, "count")
            status, _, _, words = run([compilers[0], *flags, STEPS_OPTION[family(compilers[0])], "-o", program,
                                       file("count.cpp", text)])
            if status != 0:
                sys.exit(words[:4000])
            count, size = subprocess.run([program], capture_output=True, check=True, text=True).stdout.split()
            return int(count), int(size)

        def operations(steps):
            return counted_in(source(steps, counting=True))

        one, many = operations(12)[0], operations(60)[0]
        per_step = (many - one) / 48
        steps_of = {size: max(1, round((size - one) / per_step) + 12) for size in SIZES}
        counted = {size: operations(steps) for size, steps in steps_of.items()}

        out = ["# Compile time of kernels", "",
               "Written by `measure.py` in this folder: CPU time and peak memory of `-fsyntax-only`, the best of "
               f"{options.repeat} runs, the cost of the header taken out.", "",
               "## Tracing and printing", "",
               "Wanted: at most 40 ms per 100 operations of the intermediate representation.", "",
               "| compiler | operations | characters of MSL | ms | ms per 100 operations | MB |",
               "| --- | --- | --- | --- | --- | --- |"]
        for compiler in compilers:
            raised = STEPS_OPTION[family(compiler)]
            base, base_memory = best([compiler, *flags, "-fsyntax-only", file("none.cpp", source(0))],
                                       options.repeat)
            seen = []
            for size, steps in steps_of.items():
                count, characters = counted[size]
                t, m = best([compiler, *flags, raised, "-fsyntax-only", file("k.cpp", source(steps))],
                              options.repeat)
                out.append(f"| {compiler} | {count} | {characters} | {(t - base) * 1000:.0f} | "
                           f"{(t - base) * 100000 / count:.1f} | {m - base_memory:.0f} |")
                seen.append((count, t))
            (fewest, first), (most, last) = seen[0], seen[-1]
            out.append(f"| {compiler} | {most} less {fewest} | | {(last - first) * 1000:.0f} | "
                       f"{(last - first) * 100000 / (most - fewest):.1f} | |")

        if not options.quick:
            out += ["", "## The largest kernel under the compiler's own limits", "", "Wanted: at least 600 operations.",
                    "", "| compiler | operations | what stops the next one |", "| --- | --- | --- |"]
            for compiler in compilers:
                def compiles(steps, which=compiler):
                    return run([which, *flags, "-fsyntax-only", file("k.cpp", source(steps))])

                low, high = 1, round(8000 / per_step)
                words = compiles(high)
                if words[0] == 0:
                    out.append(f"| {compiler} | more than {operations(high)[0]} | |")
                    continue
                while high - low > max(1, low // 20):
                    middle = (low + high) // 2
                    answer = compiles(middle)
                    if answer[0] == 0:
                        low = middle
                    else:
                        high, words = middle, answer
                why = re.search(r"(maximum step limit|-fconstexpr-[a-z-]*|depth)", words[3])
                out.append(f"| {compiler} | {operations(low)[0]} | {why.group(1) if why else words[3][:80]} |")

        out += ["", "## The largest examples", "",
                "The whole compilation, headers included; without main, so nothing but the constant. Wanted: under 5 s "
                "and 1000 MB.", "",
                "| example | operations | compiler | ms | MB | under the compiler's own limits |",
                "| --- | --- | --- | --- | --- | --- |"]
        for name, header, kernel in EXAMPLES:
            count, _ = counted_in(example(header, kernel, counting=True))
            for compiler in compilers:
                path = file("example.cpp", example(header, kernel))
                t, m = best([compiler, *flags, STEPS_OPTION[family(compiler)], "-fsyntax-only", path], options.repeat)
                alone = run([compiler, *flags, "-fsyntax-only", path])[0] == 0
                out.append(f"| {name} | {count} | {compiler} | {t * 1000:.0f} | {m:.0f} | {'yes' if alone else 'no'} |")

        out += ["", "## Headers (the cost of an empty file taken out)", "",
                "Wanted: `enigma/layout.hpp` at most half of `fmt/format.h`, `enigma/enigma.hpp` at most 2.5 times it.",
                "", "| header | compiler | ms | times `fmt/format.h` | MB |", "| --- | --- | --- | --- | --- |"]
        for compiler in compilers:
            base, base_memory = best([compiler, *flags, "-fsyntax-only", file("empty.cpp", "\n")], options.repeat)
            of_fmt = None
            for header in ["fmt/format.h", "enigma/layout.hpp", "enigma/codegen.hpp", "enigma/enigma.hpp"]:
                t, m = best([compiler, *flags, "-fsyntax-only", file("h.cpp", f"#include <{header}>\n")],
                              options.repeat)
                t -= base
                of_fmt = of_fmt or t
                out.append(f"| {header} | {compiler} | {t * 1000:.0f} | {t / of_fmt:.2f} | {m - base_memory:.0f} |")

    text = "\n".join(out) + "\n"
    print(text)
    pathlib.Path(options.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
