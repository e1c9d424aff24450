#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the code in README.md and docs/*.md with the files that it comes from.

The line before a fenced block of C++ or Metal names its origin, in a comment that a reader of the page does
not see:

  <!-- examples/saxpy.cpp -->            the block is that file, without its licence line
  <!-- tests/examples/a.cpp: name -->    the block is the part between "// begin name" and "// end name"
  <!-- printed by first_program -->      the block is in what that program prints
  <!-- printed by enigma-layout 4:1 -->  the block is all that the program prints with these arguments

The last two may stand before a block of text as well. The line before a picture can name its origin too:

  <!-- drawn by enigma-layout 4:1 -->    the file is what the program prints with these arguments and --svg -

Blocks of other languages are not compared, nor are those after <!-- file: a.metal -->, <!-- run -->,
<!-- run, fails --> and <!-- says -->: tests/metal_corpus executes them. Links and pictures must name files that exist, and
links within a page its headings. With --update the blocks and pictures that differ are made anew; but what a
program prints without arguments is left to the writer, who chooses a part of it.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap

COMPARED = {"cpp", "c++", "metal"}
ORIGIN = re.compile(r"<!-- (?:printed by (?P<program>[\w-]+)(?: (?P<arguments>.+))?"
                    r"|(?P<file>[\w./]+)(?:: (?P<part>\w+))?) -->")
EXECUTED = re.compile(r"<!-- (?:file: [\w./]+|run|run, fails|says) -->")
DRAWN = re.compile(r"<!-- drawn by (?P<program>[\w-]+) (?P<arguments>.+) -->\n!\[[^\]]*\]\((?P<file>[^)]+)\)")
ANCHOR = re.compile(r"\]\(#([^)]*)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)|src=\"([^\"]+)\"")


def blocks(text):
    """(line number, language, origin line, body) of each fenced block."""
    lines = text.splitlines()
    i = 0
    while i < len(lines):
        if lines[i].startswith("```"):
            start = i
            i += 1
            while i < len(lines) and not lines[i].startswith("```"):
                i += 1
            if i == len(lines):
                raise ValueError(f"the block of line {start + 1} has no end")
            yield start + 1, lines[start][3:].strip(), lines[start - 1] if start else "", \
                "".join(line + "\n" for line in lines[start + 1:i])
        i += 1


def part_of(text, part):
    lines = text.splitlines()
    begin = [i for i, line in enumerate(lines) if line.strip() == f"// begin {part}"]
    end = [i for i, line in enumerate(lines) if line.strip() == f"// end {part}"]
    if len(begin) != 1 or len(end) != 1 or begin[0] >= end[0]:
        return None
    return textwrap.dedent("\n".join(lines[begin[0] + 1:end[0]]) + "\n")


def check_page(root, page, printed, update=False):
    """The faults of one page, as sentences. `printed` maps names of programs to functions that answer what they
    print with the given arguments."""
    with open(os.path.join(root, page)) as f:
        text = f.read()
    faults, compared, new = [], 0, text
    for line, language, before, body in blocks(text):
        if EXECUTED.fullmatch(before.strip()):
            continue
        origin = ORIGIN.fullmatch(before.strip())
        where = f"{page}:{line}: "
        if language not in COMPARED and not (language == "text" and origin and origin["program"]):
            if origin:
                faults.append(where + "has an origin, but its language is not cpp or metal")
            continue
        if not origin:
            faults.append(where + "the line before the block does not name its origin")
            continue
        compared += 1
        if origin["program"]:
            if origin["program"] not in printed:
                faults.append(where + f"the program {origin['program']} is not known")
            elif not origin["arguments"]:
                if body not in printed[origin["program"]]([]):
                    faults.append(where + f"is not what {origin['program']} prints")
            else:
                right = printed[origin["program"]](shlex.split(origin["arguments"]))
                if body != right:
                    faults.append(where + f"is not what {origin['program']} {origin['arguments']} prints")
                    new = new.replace(f"{before}\n```{language}\n{body}```", f"{before}\n```{language}\n{right}```")
            continue
        try:
            with open(os.path.join(root, origin["file"])) as f:
                source = f.read()
        except OSError as trouble:
            faults.append(where + str(trouble))
            continue
        if origin["part"]:
            source = part_of(source, origin["part"])
            if source is None:
                faults.append(where + f"{origin['file']} has no part {origin['part']}")
                continue
        else:
            source = re.sub(r"\A// SPDX-License-Identifier: MIT\n", "", source)
        if body != source:
            faults.append(where + f"differs from {origin['file']}")
            new = new.replace(f"{before}\n```{language}\n{body}```", f"{before}\n```{language}\n{source}```")
    if update and new != text:
        with open(os.path.join(root, page), "w") as f:
            f.write(new)
    for match in DRAWN.finditer(text):
        compared += 1
        where = f"{page}: {match['file']} "
        file = os.path.join(root, os.path.dirname(page), match["file"])
        if match["program"] not in printed:
            faults.append(where + f"is drawn by {match['program']}, which is not known")
            continue
        picture = printed[match["program"]](shlex.split(match["arguments"]) + ["--svg", "-"])
        old = None
        if os.path.exists(file):
            with open(file) as f:
                old = f.read()
        if old != picture:
            faults.append(where + f"is not what {match['program']} {match['arguments']} draws")
            if update:
                with open(file, "w") as f:
                    f.write(picture)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)  # [](auto i) is no link
    # As GitHub makes them: lower case, no punctuation, spaces to hyphens.
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}
    text = re.sub(r"`[^`\n]+`", "", text)  # nor is `[](auto i)`
    for match in ANCHOR.finditer(text):
        if match[1] not in anchors:
            faults.append(f"{page}: links to #{match[1]}, and has no such heading")
    for match in LINK.finditer(text):
        target = match[1] or match[2]
        if not re.match(r"[a-z]+:", target) and \
                not os.path.exists(os.path.join(root, os.path.dirname(page), target)):
            faults.append(f"{page}: links to {target}, which does not exist")
    return faults, compared


def check(root, printed, update=False):
    pages = ["README.md"] + sorted(os.path.join("docs", name) for name in os.listdir(os.path.join(root, "docs"))
                                   if name.endswith(".md"))
    faults, compared = [], 0
    for page in pages:
        more, count = check_page(root, page, printed, update)
        faults += more
        compared += count
    return faults, compared


def check_itself():
    """The check accepts what is right and sees each kind of fault."""
    source = "// SPDX-License-Identifier: MIT\nint a;\n// begin b\n  int b;\n// end b\n"
    right = "```cpp\nint a;\n// begin b\n  int b;\n// end b\n```\n"
    cases = [
        ("<!-- a.cpp -->\n" + right, 0),
        ("<!-- a.cpp -->\n" + right.replace("int a", "int A"), 1),
        (right, 1),
        ("<!-- a.cpp: b -->\n```cpp\nint b;\n```\n", 0),
        ("<!-- a.cpp: b -->\n```cpp\nint c;\n```\n", 1),
        ("<!-- a.cpp: b -->\n```cpp\n```\n", 1),
        ("<!-- a.cpp: c -->\n```cpp\nint b;\n```\n", 1),
        ("<!-- no.cpp -->\n```cpp\nint b;\n```\n", 1),
        ("<!-- printed by p -->\n```metal\nhello\n```\n", 0),
        ("<!-- printed by p -->\n```metal\nhallo\n```\n", 1),
        ("<!-- printed by q -->\n```metal\nhello\n```\n", 1),
        ("<!-- printed by p -->\n```text\nhello\n```\n", 0),
        ("<!-- a.cpp -->\n```text\nhello\n```\n", 1),
        ("<!-- printed by echo-it 'a b' c -->\n```text\na b|c\n```\n", 0),
        ("<!-- printed by echo-it 'a b' c -->\n```text\na b|d\n```\n", 1),
        ("<!-- drawn by echo-it a -->\n![a](a.svg)\n", 0),
        ("<!-- drawn by echo-it b -->\n![a](a.svg)\n", 1),
        ("<!-- drawn by q a -->\n![a](a.svg)\n", 1),
        ("<!-- file: k.metal -->\n```metal\nhello\n```\n<!-- run -->\n```sh\nls\n```\n", 0),
        ("```sh\nls\n```\n[a](a.cpp) [b](https://example.org)\n", 0),
        ("[a](b.cpp)\n", 1),
        ("`[](auto i)` [`a`](b.cpp)\n", 1),
        ("```text\n[](auto i)\n# a\n```\n[a](b.cpp) [a](#a)\n", 2),
        ("<img src=\"b.svg\">\n", 1),
        ("## A `b`, c\n[a](#a-b-c)\n", 0),
        ("## A `b`, c\n[a](#a-b)\n", 1),
    ]
    bad = 0
    for page, expected in cases:
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "docs"))
            for name, text in (("a.cpp", source), ("a.svg", "a|--svg|-\n"), ("README.md", page)):
                with open(os.path.join(root, name), "w") as f:
                    f.write(text)
            programs = {"p": lambda _: "hello\n", "echo-it": lambda arguments: "|".join(arguments) + "\n"}
            faults, _ = check(root, programs)
            again = []
            if re.search("differs|echo-it", str(faults)):
                check(root, programs, update=True)
                again, _ = check(root, programs)
            if len(faults) != expected or again:
                print(f"{len(faults)} faults instead of {expected} in:\n{page}{faults}\n")
                bad += 1
    return bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root")
    parser.add_argument("--program", action="append", default=[], help="name=path")
    parser.add_argument("--check-itself", action="store_true")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if options.check_itself:
        sys.exit(1 if check_itself() else 0)

    def output_of(path):
        return lambda arguments: subprocess.run([path] + arguments, stdout=subprocess.PIPE, check=True).stdout.decode()

    printed = {}
    for program in options.program:
        name, path = program.split("=", 1)
        printed[name] = output_of(path)
    faults, compared = check(options.root, printed, options.update)
    print("\n".join(faults) or f"{compared} blocks are as in their files")
    sys.exit(1 if faults or compared == 0 else 0)


if __name__ == "__main__":
    main()
