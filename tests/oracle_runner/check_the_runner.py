#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows that oracle_runner accepts what is right and turns red for each way in which a line can be wrong.

usage: check_the_runner.py PROGRAM
"""

import os
import subprocess
import sys
import tempfile

# Name of the file, its text, status that the runner must give, words that it must say.
CASES = [
    # What is right.
    ("composition.txt", "composition | (6,2):(8,2) | (4,3):(3,1) | ((2,2),3):((24,2),8) | sum=1978 size=12 cosize=43",
     0, "1 lines      1 agree"),
    ("unit_composition.txt", "composition | 20:2 | (5,4):(1,5) | (5,4):(2,10) | sum=5320 size=20 cosize=39", 0, "1 agree"),
    ("unit_inverse_left.txt", "inverse_left | (4,8):(8,1) | (8,4):(4,1) | sum=9176 size=32 cosize=32", 0, "1 agree"),
    ("slice.txt", "slice | (_,2) | (4,8):(1,4) | (4):(1) | 8 | sum=20 size=4 cosize=4", 0, "1 agree"),
    ("coalesce.txt", "coalesce | (2,1):(1,7) | 2:1 | sum=2 size=2 cosize=2\r", 0, "1 agree"),
    ("anomaly_composition.txt", "composition | (6,4):(1,10) | 4:4 | 4:4 | sum=80 size=4 cosize=13", 0, "1 refused"),
    ("reject_composition.txt", "composition | (6,4):(1,10) | 4:4 | REJECT stride-divisibility", 0, "1 refused"),
    ("reject_coalesce.txt", "coalesce | (2,4):(1,2) | REJECT whatever", 0, "1 otherwise right"),
    # CuTe's answer breaks the law: then a refusal is right, and another answer to a unit test.
    ("unit_composition.txt", "composition | 8:1 | 4:2 | 4:1 | sum=20 size=4 cosize=4", 0, "1 otherwise right"),
    ("unit_composition.txt", "composition | (6,4):(1,10) | 4:4 | 4:4 | sum=80 size=4 cosize=13", 0, "1 refused"),
    # Wrong structure, value, checksum.
    ("coalesce.txt", "coalesce | (2,4):(1,2) | (2,4):(1,2) | sum=168 size=8 cosize=8", 1,
     "coalesce.txt:1: coalesce((2,4):(1,2))\n  expected (2,4):(1,2)\n  got      8:1"),
    ("composition.txt", "composition | 8:1 | 4:2 | 4:1 | sum=20 size=4 cosize=4", 1, "expected 4:1\n  got      4:2"),
    ("unit_composition.txt", "composition | 8:1 | 4:2 | 4:1 | sum=40 size=4 cosize=7", 1, "contradicts itself"),
    ("anomaly_composition.txt", "composition | (6,4):(1,10) | 4:4 | 4:4 | sum=81 size=4 cosize=13", 1,
     "contradicts itself"),
    ("filter.txt", "filter | (2,4):(0,1) | 8:1 | sum=168 size=8 cosize=8", 1, "expected 8:1\n  got      4:1"),
    ("size.txt", "size | (2,4):(0,1) | 7", 1, "expected 7\n  got      8"),
    ("compatible.txt", "compatible | 8 | (2,4) | false", 1, "expected false\n  got      true"),
    ("coalesce.txt", "coalesce | (2,4):(1,2) | 8:1 | sum=168 size=8 cosize=9", 1, "contradicts itself"),
    ("coalesce.txt", "coalesce | (2,4):(1,2) | 8:1 | sum=169 size=8 cosize=8", 1, "contradicts itself"),
    ("coalesce.txt", "coalesce | (2,4):(1,2) | 8:2 | sum=336 size=8 cosize=15", 1, "expected 8:2\n  got      8:1"),
    ("slice.txt", "slice | (_,2) | (4,8):(1,4) | (4):(1) | 9 | sum=20 size=4 cosize=4", 1, "expected (4):(1) | 9"),
    # A refusal where CuTe's answer breaks the law, and where it does not.
    ("composition.txt", "composition | (6,4):(1,10) | 4:4 | 4:4 | sum=80 size=4 cosize=13", 0, "1 refused"),
    ("crd2idx.txt", "crd2idx | (1,1,1) | (1,16):(0,1) | 0", 1, "expected 0\n  got      coordinate (1,1,1) of"),
    # What cannot be judged or read.
    ("anomaly_size.txt", "size | (2,4):(0,1) | 7", 1, "has no law to judge it by"),
    ("frobnicate.txt", "frobnicate | 8:1 | 8:1", 1, "unknown operation 'frobnicate'"),
    ("coalesce.txt", "coalesce | (2,4:(1,2) | 8:1", 1, "unreadable line"),
    ("coalesce.txt", "coalesce", 1, "unreadable line"),
    ("coalesce.txt", "coalesce | 8:1 | REJECT no", 1, "unreadable line"),
    ("coalesce.txt", "coalesce | Sw<1,2,3> | 8:1", 1, "does not take these arguments"),
    ("coalesce.txt", "", 1, "cannot be read, or holds nothing"),
]


def run(program, *arguments):
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=60)
    return done.returncode, done.stdout


def main(program):
    wrong = 0

    def ask(what, status, words, *arguments):
        nonlocal wrong
        got, said = run(program, *arguments)
        if got != status or words not in said:
            wrong += 1
            print(f"{what}\nwanted status {status} and '{words}', got {got}:\n{said}")

    for name, line, status, words in CASES:
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, name), "w", encoding="ascii", newline="") as file:
                file.write(line + ("\n" if line else ""))
            ask(f"{name}: {line}", status, words, folder)
            # A good line beside it does not hide a bad one.
            with open(os.path.join(folder, "zz_good.txt"), "w", encoding="ascii") as file:
                file.write("size | 8:1 | 8\n")
            ask(f"{name} and a good one: {line}", status, words, folder)
    with tempfile.TemporaryDirectory() as folder:
        ask("an empty folder", 2, "no file ends in .txt", folder)
        ask("no such folder", 2, "oracle_runner: ", os.path.join(folder, "none"))
    ask("no argument", 2, "usage: oracle_runner DIR")
    ask("two arguments", 2, "usage: oracle_runner DIR", "a", "b")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
