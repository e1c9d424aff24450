#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the layout algebra costs the compiler.

For each operation: the time and the peak memory of a file with 505 distinct constexpr instances less those of
a file with 5, divided by 500. And what the headers cost, beside fmt/format.h.

    python3 measure.py [--compilers g++ clang++-19] [--repeat 3] [--include DIR] [--output FILE]
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FEW, MANY = 5, 505


def composition(i):
    # ((a,b),c) o (d,e) with the sizes and strides different in every instance.
    a, b, c = 2 + i % 7, 4 * (1 + i % 5), 8 + i
    return (f"eg::composition(eg::layout{{{{{a * 4}, {{{b}, {c}}}}}, {{{i + 3}, {{{7 * i + 1}, 1}}}}}}, "
            f"eg::layout{{{{{a}, {b}}}, {{4, {a * 4}}}}})")


def complement(i):
    a, b, c = 2 + i % 5, 3 + i % 4, 2 + i % 3
    return (f"eg::complement(eg::layout{{{{{a}, {b}, {c}}}, {{1, {a * 2}, {a * 2 * b * (i + 2)}}}}}, "
            f"{a * 2 * b * (i + 2) * c * (1 + i % 6)})")


def zipped_divide(i):
    m, n = 4 * (1 + i % 9), 8 * (1 + i % 11)
    return f"eg::zipped_divide(eg::layout{{{{{m * (i + 2)}, {n * 3}}}, {{{n * 3}, 1}}}}, {{{m}, {n}}})"


def blocked_product(i):
    a, b, c, d = 2 + i % 5, 3 + i % 7, 4 + i, 2 + i % 3
    return (f"eg::blocked_product(eg::layout{{{{{a}, {b}}}, {{{b}, 1}}}}, "
            f"eg::layout{{{{{c}, {d}}}, {{{d}, 1}}}})")


def make_layout_tv(i):
    a, b, c, d = 4 + i, 2 + i % 7, 1 + i % 4, 2 + i % 5
    return (f"eg::make_layout_tv(eg::layout{{{{{a}, {b}}}, {{{b}, 1}}}}, "
            f"eg::layout{{{{{c}, {d}}}, {{{d}, 1}}}})")


OPERATIONS = [composition, complement, zipped_divide, blocked_product, make_layout_tv]


def source(operation, count):
    lines = ["#include <enigma/layout.hpp>", "namespace eg = enigma;"]
    lines += [f"constexpr auto r{i} = {operation(i)};" for i in range(count)]
    return "\n".join(lines) + "\n"


def run(command):
    """Seconds of CPU time and peak memory in MB of one compiler run, its children included."""
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            os.dup2(errors.fileno(), 2)
            os.dup2(errors.fileno(), 1)
            os.execvp(command[0], command)
        _, status, usage = os.wait4(child, 0)
        if status != 0:
            errors.seek(0)
            sys.exit(" ".join(command) + "\n" + errors.read().decode(errors="replace")[:4000])
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1 if sys.platform != "darwin" else 1024) / 1024


def best(command, repeat):
    runs = [run(command) for _ in range(repeat)]
    return min(r[0] for r in runs), min(r[1] for r in runs)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--compilers", nargs="+", default=["g++", "clang++-19"])
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--include", action="append", default=[], help="further include directories")
    arguments.add_argument("--output", default=str(HERE / "results.md"))
    options = arguments.parse_args()
    compilers = [c for c in options.compilers if subprocess.run(
        ["sh", "-c", 'command -v "$0"', c], stdout=subprocess.DEVNULL, check=False).returncode == 0]
    if not compilers:
        sys.exit("none of the compilers is installed: " + " ".join(options.compilers))
    flags = ["-std=c++20", "-I", str(HERE.parents[1] / "include")] + [x for d in options.include for x in ("-I", d)]

    out = ["# Compile time of the layout algebra", "",
           "Written by `measure.py` in this folder: CPU time and peak memory, the best of "
           f"{options.repeat} runs, at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.", "",
           f"## Each further distinct operation ({MANY} instances less {FEW}, divided by {MANY - FEW})", "",
           "Wanted: at most 0.5 ms and 0.2 MB.", "",
           "| operation | compiler | `-fsyntax-only` ms | MB | `-c` ms | MB |", "| --- | --- | --- | --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as folder:
        def file(name, text):
            path = os.path.join(folder, name)
            pathlib.Path(path).write_text(text, encoding="utf-8")
            return path

        for operation in OPERATIONS:
            few = file(operation.__name__ + "_few.cpp", source(operation, FEW))
            many = file(operation.__name__ + "_many.cpp", source(operation, MANY))
            for compiler in compilers:
                cells = []
                for mode in (["-fsyntax-only"], ["-c", "-o", os.path.join(folder, "out.o")]):
                    t0, m0 = best([compiler, *flags, *mode, few], options.repeat)
                    t1, m1 = best([compiler, *flags, *mode, many], options.repeat)
                    cells += [f"{(t1 - t0) * 1000 / (MANY - FEW):.3f}", f"{(m1 - m0) / (MANY - FEW):.3f}"]
                out.append(f"| {operation.__name__} | {compiler} | " + " | ".join(cells) + " |")

        out += ["", "## Headers (`-fsyntax-only`, the cost of an empty file taken out)", "",
                "Wanted: `enigma/layout.hpp` at most half of `fmt/format.h`, `enigma/enigma.hpp` at most 2.5 times it.",
                "", "| header | compiler | ms | times `fmt/format.h` | MB |", "| --- | --- | --- | --- | --- |"]
        headers = ["fmt/format.h", "enigma/layout.hpp", "enigma/enigma.hpp"]
        if not (HERE.parents[1] / "include/enigma/enigma.hpp").exists():
            headers.pop()
        empty = file("empty.cpp", "\n")
        for compiler in compilers:
            # In turns, so that a busy moment of the machine does not meet one header only.
            cost = {}
            for _ in range(options.repeat + 4):
                for header in ["", *headers]:
                    path = file("header.cpp", f"#include <{header}>\n") if header else empty
                    t, m = run([compiler, *flags, "-fsyntax-only", path])
                    t0, m0 = cost.get(header, (t, m))
                    cost[header] = (min(t, t0), min(m, m0))
            base, base_memory = cost[""]
            of_fmt = cost["fmt/format.h"][0] - base
            for header in headers:
                t, m = cost[header][0] - base, cost[header][1] - base_memory
                out.append(f"| {header} | {compiler} | {t * 1000:.0f} | {t / of_fmt:.2f} | {m:.0f} |")

    text = "\n".join(out) + "\n"
    print(text)
    pathlib.Path(options.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
