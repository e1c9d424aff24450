#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows that check.py passes what is right and turns red for each way in which a test can be wrong.

usage: check_the_checker.py FOLDER FAMILY -- COMPILER FLAG...
"""

import os
import subprocess
import sys

# Source in harness/, status that check.py must give, words that it must say.
CASES = [
    ("refused_in_these_words.cpp", 0, ""),
    ("refused_in_lines.cpp", 0, ""),
    ("compiles_anyway.cpp", 1, "with ENIGMA_FAIL it compiles, and should not"),
    ("other_words.cpp", 1, "not in these words: no compiler says this"),
    ("broken_twin.cpp", 1, "the twin, without ENIGMA_FAIL, does not compile"),
    ("no_words.cpp", 1, "it has no '// expect:' comment"),
]


def main(arguments):
    folder, rest = arguments[0], arguments[1:]
    checker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check.py")
    wrong = 0
    for name, status, words in CASES:
        done = subprocess.run([sys.executable, checker, os.path.join(folder, name), *rest],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != status or words not in done.stdout:
            wrong += 1
            print(f"{name}: wanted status {status} and '{words}', got {done.returncode}:\n{done.stdout}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
