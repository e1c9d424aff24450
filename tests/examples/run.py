#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program in an empty folder and checks its exit code, its words and the files that it leaves.

run.py --code <exit code> --words <text> --folder <folder> [--left <file>] [--same <file> <file>]
       [--file-limit <bytes>] -- <command>...

After a success only the files of --left and --same may be there, after a failure none. A failure says one
sentence on stderr. With --file-limit no file may grow beyond that, as on a full disk.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--code", type=int, required=True)
    parser.add_argument("--words", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--left")
    parser.add_argument("--same", nargs=2)
    parser.add_argument("--file-limit", type=int)
    own, command = sys.argv[1:], []
    if "--" in own:
        command = own[own.index("--") + 1:]
        own = own[:own.index("--")]
    options = parser.parse_args(own)

    shutil.rmtree(options.folder, ignore_errors=True)
    os.makedirs(options.folder)

    def limit():
        if options.file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (options.file_limit, options.file_limit))

    # Signals stay as Python has them: a file beyond the limit is an error of the write, not a signal.
    done = subprocess.run(command, cwd=options.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=limit, restore_signals=False)
    out, err = done.stdout.decode(), done.stderr.decode()
    left = sorted(os.listdir(options.folder))

    faults = []
    if done.returncode != options.code:
        faults.append(f"exit code {done.returncode}, expected {options.code}")
    said = err if options.code == 2 else out
    if options.words not in said:
        faults.append(f"the output does not say: {options.words}")
    if options.code == 2 and err.strip().count("\n") != 0:
        faults.append("a failure should be one line")
    if options.code == 0 and err:
        faults.append("a success should leave stderr empty where it is no terminal")
    allowed = [options.left] if options.left else []
    if options.same:
        allowed.append(options.same[0])
    if left != sorted(allowed):
        faults.append(f"files left: {left}, expected: {sorted(allowed)}")
    if options.same and options.same[0] in left:
        with open(os.path.join(options.folder, options.same[0]), "rb") as a, open(options.same[1], "rb") as b:
            if a.read() != b.read():
                faults.append(f"{options.same[1]} is not what the program writes: copy "
                              f"{os.path.join(options.folder, options.same[0])} there")
    if faults:
        print("\n".join(faults), "\n--- stdout\n", out, "\n--- stderr\n", err, sep="")
        sys.exit(1)


if __name__ == "__main__":
    main()
