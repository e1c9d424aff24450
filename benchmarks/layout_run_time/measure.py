#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The machine code of a constant layout beside that of index code written by hand.

Compiles both at -O2 and counts the instructions that run for a coordinate inside the layout; writes
assembly.md with the counts and the code of one case.

    python3 measure.py [--compilers g++ clang++-19] [--output FILE]
"""

import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CASES = {
    "(4,(2,8)):(1,(4,8))": "i",
    "((8,8),(4,16)):((4,320),(1,32))": "i % 8 * 4 + i / 8 % 8 * 320 + i / 64 % 4 + i / 256 * 32",
    "((6,5),7,9):((35,7),1,211)": "i % 6 * 35 + i / 6 % 5 * 7 + i / 30 % 7 + i / 210 * 211",
    "(32,33):(33,1)": "i % 32 * 33 + i / 32",
}


def source():
    lines = ["#include <enigma/layout/layout_constant.hpp>", "#include <enigma/layout/text.hpp>", ""]
    for number, (layout, by_hand) in enumerate(CASES.items()):
        # Both may rely on the coordinate being inside, which is what the loop around them says.
        lines += [f"constexpr auto l{number} = enigma::parse_layout(\"{layout}\");",
                  f"extern \"C\" std::int64_t layout_{number}(std::uint64_t i) {{",
                  f"  if (i >= static_cast<std::uint64_t>(size(l{number}))) __builtin_unreachable();",
                  f"  return enigma::layout_c<l{number}>(i);", "}",
                  f"extern \"C\" std::int64_t by_hand_{number}(std::uint64_t i) {{",
                  f"  if (i >= static_cast<std::uint64_t>(size(l{number}))) __builtin_unreachable();",
                  f"  return static_cast<std::int64_t>({by_hand});", "}"]
    return "\n".join(lines) + "\n"


def functions(assembly):
    """The instructions of each function, without labels and directives."""
    found, name = {}, None
    for line in assembly.splitlines():
        label = re.match(r"(\w+):", line)
        if label and not label.group(1).startswith("."):
            name = label.group(1)
            found[name] = []
        elif name and re.match(r"\s+[a-z]", line) and not line.strip().startswith("."):
            found[name].append(re.sub(r"\s+", " ", line.split("#")[0].strip()))
            if line.strip().startswith("ret"):
                name = None
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--compilers", nargs="+", default=["g++", "clang++-19"])
    arguments.add_argument("--include", action="append", default=[], help="further include directories")
    arguments.add_argument("--output", default=str(HERE / "assembly.md"))
    options = arguments.parse_args()
    out = ["# A constant layout and index code written by hand", "",
           "Written by `measure.py` in this folder: instructions at `-O2` for a coordinate inside the layout.", "",
           "| layout | by hand | compiler | by hand | layout_c |", "| --- | --- | --- | ---: | ---: |"]
    shown = []
    for compiler in options.compilers:
        if subprocess.run(["sh", "-c", 'command -v "$0"', compiler], stdout=subprocess.DEVNULL, check=False).returncode:
            continue
        command = [compiler, "-std=c++20", "-O2", "-S", "-o", "-", "-x", "c++", "-", "-fno-asynchronous-unwind-tables",
                   "-I", str(HERE.parents[1] / "include")] + [x for d in options.include for x in ("-I", d)]
        done = subprocess.run(command, input=source(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode:
            sys.exit(done.stderr[:4000])
        code = functions(done.stdout)
        for number, (layout, by_hand) in enumerate(CASES.items()):
            mine, theirs = code[f"layout_{number}"], code[f"by_hand_{number}"]
            out.append(f"| `{layout}` | `{by_hand}` | {compiler} | {len(theirs)} | {len(mine)} |")
        shown += ["", f"## `(32,33):(33,1)` by {compiler}", "", "By hand:", "", "```asm", *code["by_hand_3"], "```",
                  "", "`layout_c`:", "", "```asm", *code["layout_3"], "```"]
    text = "\n".join(out + shown) + "\n"
    print(text)
    pathlib.Path(options.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
