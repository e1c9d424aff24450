#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the layout algebra costs the compiler.

For each operation of operations.py: the time and the peak memory of a file with 505 distinct constexpr
instances less those of a file with 5, divided by 500; as written, and without what its arguments cost alone.
And what the headers cost, beside fmt/format.h. Writes results.md and chart.svg.

    python3 measure.py [--compilers g++ clang++-19] [--repeat 3] [--only NAME ...] [--include DIR] [--output FILE]
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FEW, MANY = 5, 505

sys.path.insert(0, str(HERE))
from operations import OPERATIONS  # noqa: E402


def source(arguments, expression, count):
    """`count` instances of an operation, or of its arguments if there is no expression."""
    lines = ["#include <enigma/layout.hpp>", "namespace eg = enigma;"]
    for i in range(count):
        given = arguments(i)
        if expression is None:
            lines += [f"constexpr auto r{i}_{k} = {a};" for k, a in enumerate(given) if not a.isdigit()]
        else:
            text = expression(i) if callable(expression) else expression
            lines.append(f"constexpr auto r{i} = {text.format(*given) if given else text};")
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


def chart(rows, compilers):
    """Bars for each operation and compiler: light what the arguments cost, dark the operation itself."""
    colours = ["#0b5fa5", "#c2410c", "#15803d", "#7e22ce"]
    left, width, row, gap = 250, 620, 11, 7
    most = max(0.6, max(whole for _, _, cells in rows for whole, _ in cells.values()))
    x = lambda ms: left + width * ms / most  # noqa: E731
    height = 60 + len(rows) * (row * len(compilers) + gap) + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 80} {height}" '
           'font-family="system-ui, sans-serif" font-size="12">',
           f'<rect width="{left + width + 80}" height="{height}" fill="#ffffff"/>',
           '<text x="12" y="22" font-size="15" fill="#111">Compile time of one more distinct operation, in ms</text>']
    for k, compiler in enumerate(compilers):
        out.append(f'<rect x="{left + 150 * k}" y="32" width="12" height="12" fill="{colours[k % 4]}"/>'
                   f'<text x="{left + 150 * k + 18}" y="42" fill="#111">{compiler}</text>')
    out.append(f'<text x="{left + 150 * len(compilers)}" y="42" fill="#555">light: the arguments alone</text>')
    y = 58
    for _, name, cells in rows:
        out.append(f'<text x="{left - 8}" y="{y + row * len(compilers) / 2 + 4:.1f}" text-anchor="end" fill="#111">'
                   f'{name}</text>')
        for k, compiler in enumerate(compilers):
            whole, arguments = cells[compiler]
            part = min(max(arguments, 0), whole)
            top = y + row * k
            out.append(f'<rect x="{left}" y="{top}" width="{x(part) - left:.1f}" height="{row - 1}" '
                       f'fill="{colours[k % 4]}" opacity="0.35"/>'
                       f'<rect x="{x(part):.1f}" y="{top}" width="{max(x(whole) - x(part), 0):.1f}" '
                       f'height="{row - 1}" fill="{colours[k % 4]}"/>'
                       f'<text x="{x(whole) + 4:.1f}" y="{top + row - 2}" font-size="9" fill="#333">{whole:.2f}</text>')
        y += row * len(compilers) + gap
    out.append(f'<line x1="{x(0.5):.1f}" y1="50" x2="{x(0.5):.1f}" y2="{y}" stroke="#b91c1c" stroke-dasharray="4 3"/>'
               f'<text x="{x(0.5):.1f}" y="{y + 14}" text-anchor="middle" fill="#b91c1c">wanted: at most 0.5 ms</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--compilers", nargs="+", default=["g++", "clang++-19"])
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--only", nargs="+", default=[], help="names of operations; writes no files")
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
           "`-fsyntax-only`. Wanted: at most 0.5 ms and 0.2 MB. The last column leaves out what making the arguments "
           "costs. ![chart](chart.svg)", "",
           "| group | operation | compiler | ms | MB | ms without its arguments |",
           "| --- | --- | --- | ---: | ---: | ---: |"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        def file(name, text):
            path = os.path.join(folder, name)
            pathlib.Path(path).write_text(text, encoding="utf-8")
            return path

        def each(compiler, arguments_of, expression):
            """Milliseconds and MB of one more instance."""
            few = file("few.cpp", source(arguments_of, expression, FEW))
            many = file("many.cpp", source(arguments_of, expression, MANY))
            t0, m0 = best([compiler, *flags, "-fsyntax-only", few], options.repeat)
            t1, m1 = best([compiler, *flags, "-fsyntax-only", many], options.repeat)
            return (t1 - t0) * 1000 / (MANY - FEW), (m1 - m0) / (MANY - FEW)

        for group, name, arguments_of, expression in OPERATIONS:
            if options.only and name not in options.only:
                continue
            cells = {}
            for compiler in compilers:
                ms, mb = each(compiler, arguments_of, expression)
                alone = each(compiler, arguments_of, None)[0] if arguments_of(0) else 0
                cells[compiler] = (ms, alone)
                out.append(f"| {group} | {name} | {compiler} | {ms:.3f} | {mb:.3f} | {max(ms - alone, 0):.3f} |")
                print(out[-1], flush=True)
            rows.append((group, name, cells))
        if options.only:
            return

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
    pathlib.Path(options.output).with_name("chart.svg").write_text(chart(rows, compilers), encoding="utf-8")


if __name__ == "__main__":
    main()
