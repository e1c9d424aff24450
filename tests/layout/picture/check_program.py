#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs enigma-layout with good and bad arguments: exit codes, words, files that are left, the prompt.

check_program.py <enigma-layout> <folder> <repository>
"""
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys

PROGRAM, FOLDER = sys.argv[1:3]
faults = []


def run(arguments, text="", file_limit=None):

    def limit():
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    # Signals stay as Python has them: a file beyond the limit is an error of the write, not a signal.
    done = subprocess.run([PROGRAM, *arguments], cwd=FOLDER, input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, preexec_fn=limit, restore_signals=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def good(arguments, *words, text="", without=(), left=()):
    """Succeeds, says all the words in this order, none of `without`, and leaves these files."""
    code, out, err = run(arguments, text)
    name = shlex.join(arguments)
    if code != 0 or err:
        faults.append(f"{name}: exit code {code}, {err}")
    at = 0
    for w in words:
        found = out.find(w, at)
        if found < 0:
            faults.append(f"{name}: no '{w}' (in this place) in\n{out}")
            break
        at = found + len(w)
    faults.extend(f"{name}: '{w}' in\n{out}" for w in without if w in out)
    check_left(name, left)
    return out


def same(arguments, expected, text=""):
    out = good(arguments, text=text)
    if out != expected:
        faults.append(f"{shlex.join(arguments)}: \n{out}\nexpected\n{expected}")


def bad(code, arguments, *words, text="", left=(), file_limit=None):
    """Fails with this exit code, says all the words on stderr and nothing else, and leaves these files."""
    got, out, err = run(arguments, text, file_limit)
    name = shlex.join(arguments)
    if got != code or out:
        faults.append(f"{name}: exit code {got}, expected {code}; {out}{err}")
    if not err.startswith("enigma-layout: "):
        faults.append(f"{name}: who says so? {err}")
    faults.extend(f"{name}: no '{w}' in {err}" for w in words if w not in err)
    check_left(name, left)


def check_left(name, left):
    there = sorted(os.listdir(FOLDER))
    if there != sorted(left):
        faults.append(f"{name}: files {there}, expected {sorted(left)}")
    for n in there:
        path = os.path.join(FOLDER, n)
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def check_answers():
    good(["(4,(2,8)):(1,(4,8))"], "(4,(2,8)):(1,(4,8))\n", "shape            (4,(2,8))\n",
         "stride           (1,(4,8))\n", "rank             2\n", "depth            2\n", "size             64\n",
         "cosize           64\n", "injective        yes\n", "compact          yes\n", "contiguous       64 elements\n",
         "alignment        1\n", "coalesced        64:1\n", "right inverse    64:1\n", "left inverse     64:1\n",
         "+----+----++----+----+")
    good(["(4,4):(1,1)"], "cosize           7\n",
         "injective        no: two coordinates with one value, L(", "compact          no: ")
    good(["(8,4):(4,64)"], "compact          no: ", "contiguous       1 element\n", "alignment        4\n",
         "right inverse    ", "left inverse     ")
    good(["zipped_divide((256,512):(512,1), (16,256))"], "((16,256),(16,2)):((512,1),(8192,256))\n",
         "131072 cells: --ascii shows the first of them", without=["+--"])
    good(["A = (8,8):(8,1)", "zipped_divide(A, (4,4))"], "((4,4),(2,2)):((8,1),(32,4))\n")
    good(["A = (8,8):(8,1); B = zipped_divide(A, (4,4)); size(B)"], "64\n", without=["shape"])
    good(["Sw<3,0,3> o 0 o (8,8):(8,1)", "--banks", "8x4"], "swizzle          Sw<3,0,3>\n", "inner            (8,8):(8,1)\n",
         "values below     64\n", "injective        yes\n", "as a layout      none: ", "right inverse    Sw<3,0,-3>",
         "lanes in mode 0  8 lanes without bank conflicts\n", "lanes in mode 1  8 lanes without bank conflicts\n")
    good(["(8,8):(8,1)", "--banks=8x4"], "lanes in mode 0  8 lanes, 8 words in a bank: lanes 6 and 7 meet in bank 0\n",
         "lanes in mode 1  8 lanes without bank conflicts\n")
    tv = "{(8,16), ((8,4),(2,2)):((16,2),(8,1))}\n"
    good(["make_layout_tv((4,8):(8,1), (2,2):(2,1))"], tv, "tile             (8,16)\n", "threads          32\n",
         "values           4\n", "partition        yes\n", "|  T0V0 |")
    good(["--tv", "(4,8):(8,1)", "(2,2):(2,1)"], tv)
    good(["T = (4,8):(8,1)", "--tv", "T", "(2,2):(2,1)"], tv)
    good(["(4,5):(1,6)", "--tile", "(4,6)"], "partition        no: ", "8 elements belong to nobody",
         "4 pairs lie outside of the tile, the first is T0V4 at 24")
    good(["(2,3):(1,2)", "true", "size(4:1)"], "(2,3):(1,2)\ntrue\n4\n", without=["shape"])
    good(["(64,64):(64,1)"], "4096 cells: --ascii shows them, --rows")
    good(["true"], "true\n", without=["shape"])
    good(["Sw<2,0,3>"], "Sw<2,0,3>\n")
    good(["-4"], "-4\n")
    good(["--", "(2,2):(1,2)"], "compact          yes")
    same(["(8,64):(64,1)", "--at", "(3,5)", "--at", "(_,5)", "--at=7"], "197\n{(8):(64), 5}\n448\n")
    same(["Sw<3,0,3> o 8 o (8,8):(8,1)", "--at", "(1,2)", "--at", "(1,_)"], "16\nSw<3,0,3> o 16 o (8):(1)\n")
    same(["make_layout_tv((4,8):(8,1), (2,2):(2,1))", "--at", "(3,1)", "--at", "0"], "56 (0,7)\n0 (0,0)\n")
    same(["(2,(1,2)):(5,(0,1))", "--values"], "(0,(0,0)) 0\n(1,(0,0)) 5\n(0,(0,1)) 1\n(1,(0,1)) 6\n")
    same(["(2,2):(1,3)", "--tile", "(2,2)", "--values"], "(0,0) 0 (0,0)\n(1,0) 1 (1,0)\n(0,1) 3 (1,1)\n(1,1) 4 outside\n")
    same(["(2,4):(4,1)", "--compact"], "(2,4):(4,1)\n   0 1 2 3\n0  0 1 2 3\n1  4 5 6 7\n")
    same(["(2,4):(4,1)", "--compact", "--columns", "1:3", "--rows=1", "--offset", "-4", "--title", "t"],
         "t\nrows 1 to 1 of 2\ncolumns 1 to 2 of 4\n   1 2\n1  1 2\n")
    same(["--compact"], "(2,2):(1,2)\n   0 1\n0  0 2\n1  1 3\n", text="A = (2,2)\nlayout(A)\n")
    same(["(8):(2)", "--ascii", "--width", "20"], """(8):(2)
       0    1    2
    +----+----+----+
 0  |  0 |  2 |  4 |
    +----+----+----+

       3    4    5
    +----+----+----+
 0  |  6 |  8 | 10 |
    +----+----+----+

       6    7
    +----+----+
 0  | 12 | 14 |
    +----+----+
""")
    good(["--list"], "zipped_divide(layout, tiler)", "blocked_product(")
    good(["--list=zipped"], "zipped_divide(layout, tiler)", without=["blocked_product"])
    good(["--list=xyzzy"], "no operation has 'xyzzy'")


def check_files():
    zipped = "zipped_divide((256,512):(512,1), (16,256))"
    good([zipped, "--svg", "out.svg"], "compact          yes", "picture          out.svg; rows 0 to 63 of 4096\n",
         left=["out.svg"])
    good(["(2,2):(1,2)", "--svg", "a.svg", "--tex", "b.tex"], "picture          a.svg\n", "picture          b.tex\n",
         without=["+--"], left=["a.svg", "b.tex"])
    good(["(2,2):(1,2)", "--ascii", "--svg=a.svg"], "+---+", without=["shape"], left=["a.svg"])
    good(["(2,2):(1,2)", "--svg", "/dev/null"], "picture          /dev/null\n")
    bad(1, ["(2,2):(1,2)", "--svg", "no_such_folder/a.svg"], "cannot write no_such_folder/a.svg: No such file")
    os.mkdir(os.path.join(FOLDER, "folder"))
    bad(1, ["(2,2):(1,2)", "--tex", "folder"], "cannot write folder: it is a folder", left=["folder"])
    bad(1, ["(64,64):(64,1)", "--svg", "a.svg"], "cannot write a.svg: File too large", file_limit=1000)
    # What was there stays if the new picture cannot be written or does not come to be.
    for arguments, limit in ((["(64,64):(64,1)"], 1000), (["(64,64:"], None)):
        with open(os.path.join(FOLDER, "a.svg"), "w", encoding="ascii") as f:
            f.write("old")
        got = run([*arguments, "--svg", "a.svg"], file_limit=limit)
        with open(os.path.join(FOLDER, "a.svg"), encoding="ascii") as f:
            if f.read() != "old" or got[0] != 1:
                faults.append(f"{arguments}: the old picture is gone")
        check_left(str(arguments), ["a.svg"])


def check_refusals():
    bad(1, ["zipped_divid((256,512):(512,1), (16,256))"], "column 1: ", "did you mean 'zipped_divide'?",
        "\n  zipped_divid((256,512):(512,1), (16,256))\n  ^")
    bad(1, ["size((4,8):(1,4)"], "column 17: ", "\n  size((4,8):(1,4)\n" + " " * 18 + "^")
    bad(1, ["(4,4):(1,4)", "size(("], "column ")
    bad(1, ["composition((6,4):(1,10), 4:4)"], "composition((6,4):(1,10), 4:4) refused: ")
    bad(1, ["(4,0):(1,4)"], "refused: a shape must be at least 1, leaf 1 is 0")
    bad(1, [""], "expected an expression")
    bad(1, [], "expected an expression", text="")
    bad(1, ["(4,4)", "--ascii"], "only a layout has one, write (4,8):(1,4)")
    bad(1, ["(4,4)", "--values"], "only a layout has values")
    bad(1, ["Sw<2,0,2>", "--at", "3"], "only a layout has values at coordinates")
    bad(1, ["(4,4):(1,4)", "--at", "(1,2,3)"], "rank mismatch")
    bad(1, ["(4,4):(1,4)", "--at", "4:1"], "a coordinate is as in 5, (1,2) or (_,2), not 4:1")
    bad(1, ["(4,4):(1,4)", "--at", "(1,"], "column ")
    bad(1, ["(4,4):(1,4)", "--tile", "4:1"], "--tile refused: it is a shape")
    bad(1, ["true", "--tile", "(4,4)"], "--tile refused: it needs a layout")
    bad(1, ["(4,4,4):(1,4,16)", "--tile", "(8,8)", "--svg", "a.svg"], "a thread-value layout has two modes, not 3")
    bad(1, ["(4,4):(1,4)", "--svg", "a.svg", "--colour", "thread"], "only a thread-value layout has threads")
    bad(1, ["(256,512):(512,1)", "--ascii", "--max-cells", "100"], "131072 cells are more than max_cells = 100; show a part")
    bad(1, ["(256,512):(512,1)", "--values"], "131072 values are more than --max-cells 16384")
    bad(1, ["(4,4):(1,4)", "--ascii", "--rows", "4"], "the part of the rows from 4 with 1 of them, there are 4")
    bad(2, ["--bogus"], "unknown option '--bogus', see --help")
    bad(2, ["4:1", "-x"], "unknown option '-x'")
    bad(2, ["4:1", "--svg"], "the option --svg needs a value")
    bad(2, ["4:1", "--svg", ""], "the option --svg needs the name of a file")
    bad(2, ["4:1", "--svg=a", "--tex=a"], "--svg and --tex need different files")
    bad(2, ["4:1", "--svg=-", "--tex=-"], "only one of --svg and --tex")
    bad(2, ["4:1", "--ascii=yes"], "the option --ascii takes no value")
    bad(2, ["4:1", "--rows", "5:2"], "needs a number or a range as in 0:16, not '5:2'")
    for text in ("", ":x", "1:2:3", "-1", "a", "99999999999999999999"):
        bad(2, ["4:1", "--columns", text], f"not '{text}'")
    for text in ("32", "x4", "32x", "0x4", "32x-4", "32x4x2", "99999999x4"):
        bad(2, ["4:1", "--banks", text], "the option --banks needs banks", f"not '{text}'")
    bad(2, ["4:1", "--colour", "red"], "is one of none, thread, value, bank, not 'red'")
    bad(2, ["4:1", "--label", "x"], "is one of none, owner, index, swizzling, coordinate, bank, not 'x'")
    bad(2, ["4:1", "--element", "0"], "an integer from 1 to 65536, not '0'")
    bad(2, ["4:1", "--max-cells", "0"], "not '0'")
    bad(2, ["4:1", "--width", "-1"], "an integer that is at least 0, not '-1'")
    bad(2, ["4:1", "--offset", "1e3"], "needs an integer, not '1e3'")
    bad(2, ["--tv", "4:1"], "the option --tv needs a value")
    bad(2, ["(8,8):(1,8)", "--tv", "4:1", "4:1"], "there cannot be '(8,8):(1,8)' too")
    with open("/dev/full", "wb") if os.path.exists("/dev/full") else open(os.devnull, "wb") as full:
        if full.name == "/dev/full":
            done = subprocess.run([PROGRAM, "4:1"], stdout=full, stderr=subprocess.PIPE)
            if done.returncode != 1 or b"cannot write to the standard output" not in done.stderr:
                faults.append(f"a full disk as the output: {done}")


def check_help():
    """Every example of --help works, and every option is in it."""
    text = good(["--help"], "usage: enigma-layout")
    examples = re.findall(r"^  enigma-layout (.*)$", text, re.M)
    if len(examples) < 8:
        faults.append(f"only {len(examples)} examples in --help")
    for e in examples:
        code, out, err = run(shlex.split(e))
        if code != 0 or err or not out:
            faults.append(f"example of --help: {e}: exit code {code}, {err}")
        check_left(e, re.findall(r"\S+\.svg", e))
    source = os.path.join(sys.argv[3], "examples", "enigma_layout", "options.cpp")
    with open(source, encoding="utf-8") as f:
        for option in set(re.findall(r'name == "(--[a-z-]+)"', f.read())) - {"--color"}:
            if option not in text:
                faults.append(f"{option} is not in --help")


def check_prompt():
    """At a terminal there is a prompt; an error does not end it."""
    import pty
    import select
    parent, child = pty.openpty()
    process = subprocess.Popen([PROGRAM], cwd=FOLDER, stdin=child, stdout=child, stderr=child, close_fds=True)
    os.close(child)
    lines = ["A = (2,4):(4,1)", "size(A", "A", ":at (1,2)", ":svg a.svg", ":nonsense", ":values", ":names", ":list zipped",
             ":help", "", ":quit"]
    seen = b""

    def read_until(mark):
        nonlocal seen
        while not seen.rstrip(b"\r\n").endswith(mark) or not seen.endswith(mark):
            ready, _, _ = select.select([parent], [], [], 20)
            if not ready:
                return False
            try:
                part = os.read(parent, 65536)
            except OSError:
                return False
            if not part:
                return False
            seen += part
        return True

    for line in lines:
        if not read_until(b"> "):
            faults.append(f"no prompt before '{line}': {seen.decode()}")
            process.kill()
            break
        os.write(parent, line.encode() + b"\n")
        seen += b"\n"
    read_until(b"(the end)")  # until the program closes the terminal
    code = process.wait(timeout=20)
    os.close(parent)
    text = seen.decode().replace("\r\n", "\n")
    if code != 0:
        faults.append(f"the prompt ends with {code}")
    for words in ("(2,4):(4,1)\n  shape ", "column 7: ", "compact          yes", "\n6\n", "unknown command ':nonsense'",
                  "(1,3) 7\n", "A = (2,4):(4,1)\n", "zipped_divide(layout, tiler)", ":tex FILE"):
        if words not in text:
            faults.append(f"the prompt does not say '{words}':\n{text}")
    check_left("the prompt", ["a.svg"])


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    check_answers()
    check_files()
    check_refusals()
    check_help()
    check_prompt()
    if faults:
        print("\n".join(faults[:40]))
        sys.exit(f"{len(faults)} faults")


if __name__ == "__main__":
    main()
