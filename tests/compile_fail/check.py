#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks one compile-fail test: the source compiles, and with ENIGMA_FAIL defined it is refused in the words
that its `// expect:` comments ask for.

usage: check.py SOURCE FAMILY -- COMPILER FLAG...     (FAMILY is gcc or clang)
"""

import os
import re
import subprocess
import sys

DIRECTIVE = re.compile(r"^\s*//\s*expect(-gcc|-clang)?:\s*(.*?)\s*$")


def expectations(source, family):
    """The regular expressions that `source` asks for under this family of compilers."""
    found = []
    with open(source, encoding="utf-8") as lines:
        for line in lines:
            match = DIRECTIVE.match(line)
            if match and match.group(1) in (None, "-" + family):
                found.append(match.group(2))
    return found


def joined(output):
    """The output with the lines of a refusal joined: compilers print them as strings, padded with spaces."""
    return re.sub(r'( *)", "', lambda padding: " " if padding.group(1) else "", output)


def compile_once(command, source, *extra):
    # Real code generation rather than -fsyntax-only: templates are then certainly instantiated.
    # Colours and a narrow terminal must not change the words.
    environment = dict(os.environ, LC_ALL="C", TERM="dumb")
    done = subprocess.run([*command, *extra, "-c", "-o", os.devnull, source], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)
    return done.returncode, done.stdout


def verdict(source, family, command):
    """None when the test holds, otherwise what is wrong with it."""
    expected = expectations(source, family)
    if not expected:
        return "it has no '// expect:' comment, so any error would do"

    status, output = compile_once(command, source)
    if status != 0:
        return "the twin, without ENIGMA_FAIL, does not compile:\n" + output

    status, output = compile_once(command, source, "-DENIGMA_FAIL")
    if status == 0:
        return "with ENIGMA_FAIL it compiles, and should not"
    if status != 1 or "internal compiler error" in output or not re.search(r"\berror:", output):
        return f"the compiler broke (status {status}) instead of refusing:\n{output}"
    sentences = joined(output)
    missing = [pattern for pattern in expected
               if not re.search(pattern, output) and not re.search(pattern, sentences)]
    if missing:
        return "it is refused, but not in these words: " + "; ".join(missing) + "\n" + output
    return None


def main(arguments):
    if len(arguments) < 4 or arguments[1] not in ("gcc", "clang") or arguments[2] != "--":
        print(__doc__, file=sys.stderr)
        return 2
    source, family, command = arguments[0], arguments[1], arguments[3:]
    wrong = verdict(source, family, command)
    if wrong is None:
        return 0
    print(f"{source}: {wrong}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
