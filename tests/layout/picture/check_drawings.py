#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws layouts with enigma-layout and compares every cell of the SVG and of the TikZ with its own arithmetic.

check_drawings.py <enigma-layout> <folder> <repository>

The pictures of docs/pictures/README.md are drawn again and have to be the same. A LaTeX that is there compiles the TikZ.
"""
import ast
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

SVG = "{http://www.w3.org/2000/svg}"
PROGRAM, FOLDER, ROOT = sys.argv[1:4]
faults = []


def expect(condition, words):
    if not condition:
        faults.append(words)


def run(*arguments):
    done = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"{arguments} failed: {done.stderr.decode()}")
    return done.stdout.decode()


# ----- layouts, naively ---------------------------------------------------------------------------------------


def leaves(tree):
    return [leaf for child in tree for leaf in leaves(child)] if isinstance(tree, tuple) else [tree]


def size(tree):
    n = 1
    for leaf in leaves(tree):
        n *= leaf
    return n


def value(shape, stride, i):
    total = 0
    for s, d in zip(leaves(shape), leaves(stride)):
        total += i % s * d
        i //= s
    return total


def text(tree):
    return "(" + ",".join(map(text, tree)) + ")" if isinstance(tree, tuple) else str(tree)


def read(words):
    shape, stride = words.split(":")
    return ast.literal_eval(shape), ast.literal_eval(stride)


def swizzled(x, bits, base, shift):
    for b in range(bits):
        if x >> (base + max(shift, 0) + b) & 1:
            x ^= 1 << (base + max(-shift, 0) + b)
    return x


def borders(mode):
    """Where borders lie between the rows (or columns) of a mode."""
    found, p = set(), 1
    for leaf in leaves(mode)[:-1]:
        p *= leaf
        if p > 1:
            found.update(range(p, size(mode), p))
    return found


# ----- drawings, as they are ----------------------------------------------------------------------------------


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055)**2.4 for v in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    x, y = sorted((luminance(a), luminance(b)))
    return (y + 0.05) / (x + 0.05)


class Drawing:
    """The cells of an SVG with the texts that stand in them."""

    def __init__(self, words):
        root = xml.fromstring(words)
        expect(root.tag == SVG + "svg", "the root is svg")
        self.width, self.height = float(root.get("width")), float(root.get("height"))
        expect(root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}", "viewBox")
        self.title = root.find(SVG + "title").text
        boxes = []
        for rect in root.iter(SVG + "rect"):
            title = rect.find(SVG + "title")
            if title is not None:
                box = [float(rect.get(k)) for k in ("x", "y", "width", "height")]
                boxes.append((box, title.text, rect.get("fill")))
                expect(box[0] >= 0 and box[1] >= 0 and box[0] + box[2] <= self.width and
                       box[1] + box[3] <= self.height, f"{title.text}: the cell is outside of the picture")
        self.framed = sum(1 for g in root.iter(SVG + "g") if g.get("stroke") == "#c1121f" for _ in g)
        self.lines = [[float(l.get(k)) for k in ("x1", "y1", "x2", "y2")] for l in root.iter(SVG + "line")]
        self.loose = []  # texts that are in no cell
        texts = [[] for _ in boxes]
        grid = {}
        for n, (box, _, _) in enumerate(boxes):
            grid.setdefault((box[0], box[0] + box[2]), []).append(n)
        for t in root.iter(SVG + "text"):
            x, y, letters = float(t.get("x")), float(t.get("y")), int(t.get("font-size")) * 0.602 * len(t.text)
            left = x if t.get("text-anchor") == "start" else x - letters / 2
            expect(0 <= left and left + letters <= self.width + 0.5, f"{t.text} leaves the picture")
            home = None
            for (x0, x1), column in grid.items():
                if x0 < x < x1 and t.get("text-anchor") != "start":
                    for n in column:
                        box = boxes[n][0]
                        if box[1] < y < box[1] + box[3]:
                            home = n
            if home is None:
                self.loose.append(t.text)
                continue
            box, hover, fill = boxes[home]
            expect(left >= box[0] and left + letters <= box[0] + box[2], f"{hover}: {t.text} leaves its cell")
            if fill.startswith("#"):
                expect(contrast(fill, t.get("fill")) >= 4.5, f"{hover}: {t.get('fill')} on {fill}")
            texts[home].append((y, t.text))
        self.cells = {}
        self.banks = []
        for (box, hover, fill), inside in zip(boxes, texts):
            words = [w for _, w in sorted(inside)]
            if hover.startswith("bank "):
                self.banks.append((hover, words, fill))
                continue
            place, rest = re.match(r"(\([0-9,]+\))(.*)", hover).groups()
            place = ast.literal_eval(place.replace(")", ",)"))
            expect(place not in self.cells, f"{place} twice")
            self.cells[place] = (rest, words, fill, box)


class Tikz:

    def __init__(self, words):
        expect(words.count("\\begin{document}") == 1 and words.rstrip().endswith("\\end{document}"), "one document")
        expect(re.findall(r"\\usepackage(?:\[.*\])?\{(.*)\}", words) == ["tikz"], "tikz and nothing else")
        nesting = 0
        for letter in re.sub(r"\\[{}]", "", words):
            nesting += {"{": 1, "}": -1}.get(letter, 0)
            expect(nesting >= 0, "braces")
        expect(nesting == 0, "braces")
        self.cells = len(re.findall(r"^\\draw\[cell, fill=\{rgb,255:red,\d+;green,\d+;blue,\d+\}\] "
                                    r"\(\d+,\d+\) rectangle \(\d+,\d+\);$", words, re.M))
        self.nodes = re.findall(r"^\\node\[letters[^\]]*\] at \(\d+,\d+\) \{\\fontsize\{[\d.]+bp\}\{[\d.]+bp\}"
                                r"\\selectfont (?:\\bfseries )?(.*)\};$", words, re.M)
        expect(len(self.nodes) == words.count("\\node"), "every node is a text")


def draw(*arguments):
    svg = Drawing(run(*arguments, "--svg", "-"))
    tikz = Tikz(run(*arguments, "--tex", "-"))
    expect(tikz.cells == len(svg.cells) + len(svg.banks), f"{arguments}: as many cells in TikZ as in SVG")
    of_svg = [w for _, words, _, _ in svg.cells.values() for w in words]
    for words in set(of_svg):
        escaped = words.replace("\u2192", "$\\to$")
        expect(tikz.nodes.count(escaped) >= of_svg.count(words), f"{arguments}: {words} in TikZ")
    return svg


# ----- what is compared ---------------------------------------------------------------------------------------


def check_layout(shape, stride, swizzle=None, offset=0):
    layout = f"{text(shape)}:{text(stride)}"
    arguments = [layout] if swizzle is None else [f"Sw<{','.join(map(str, swizzle))}> o {offset} o {layout}"]
    modes = shape if isinstance(shape, tuple) else (shape,)
    if len(modes) == 1:
        rows, columns = 1, size(shape)
    else:
        rows, columns = size(modes[0]), size(modes[1])
    further = [size(m) for m in modes[2:]]
    if swizzle is not None:
        arguments += ["--label", "swizzling", "--banks", "8x4", "--element", "2"]
    drawing = draw(*arguments)
    name = " ".join(arguments)
    expect(len(drawing.cells) == size(shape), f"{name}: {len(drawing.cells)} cells")
    fills = {}
    for i in range(size(shape)):
        row, column, page = i % rows, i // rows % columns, i // rows // columns
        place = (column,) if len(modes) == 1 else (row, column)
        for f in further:
            place += (page % f,)
            page //= f
        if place not in drawing.cells:
            faults.append(f"{name}: no cell {place}")
            continue
        hover, words, fill, _ = drawing.cells[place]
        v = value(shape, stride, i)
        if swizzle is None:
            expect(words == [str(v)], f"{name} at {place}: {words}, expected {v}")
            expect(hover == f" \u2192 {v}", f"{name} at {place}: hover {hover}")
            expect(fill == "#ffffff", f"{name} at {place}: {fill}")
        else:
            w = swizzled(v + offset, *swizzle)
            bank = w * 2 // 4 % 8
            expect(words == [f"{v + offset}\u2192{w}"], f"{name} at {place}: {words}, expected {w}")
            arrow = f" \u2192 {v + offset} \u2192 {w}" if swizzle[0] else f" \u2192 {v + offset}"
            expect(hover in (f"{arrow}, bank {bank}", f" \u2192 {w}, bank {bank}"), f"{name} at {place}: {hover}")
            expect(fills.setdefault(bank, fill) == fill, f"{name} at {place}: one colour for a bank")
    expect(len(set(fills.values())) == len(fills), f"{name}: different colours for different banks")
    if swizzle is not None:
        expect([w for _, w, _ in drawing.banks] == [[str(b)] for b in range(8)], f"{name}: the scale of banks")
        for b, (_, _, fill) in enumerate(drawing.banks):
            expect(fills.get(b, fill) == fill, f"{name}: the scale of banks")
    # Borders: a frame, and lines where the leaves of a mode end, on each page.
    pages = size(tuple(further)) if further else 1
    inner = len(borders(modes[0] if len(modes) > 1 else 1)) + len(borders(modes[1] if len(modes) > 1 else modes[0]))
    expect(len(drawing.lines) == pages * (4 + inner), f"{name}: {len(drawing.lines)} lines")
    if len(modes) > 1:
        first = (0, 0) + (0,) * len(further)
        x, y, w, h = drawing.cells[first][3]
        for b in borders(modes[1]):
            expect(any(l[0] == l[2] == x + b * w and l[1] == y for l in drawing.lines), f"{name}: border at {b}")
        for b in borders(modes[0]):
            expect(any(l[1] == l[3] == y + b * h and l[0] == x for l in drawing.lines), f"{name}: border at {b}")


def check_tile(tile, layout):
    shape, stride = layout
    threads, values = size(shape[0]), size(shape[1])
    drawing = draw(f"{text(shape)}:{text(stride)}", "--tile", text(tile))
    owners, outside = {}, 0
    for t in range(threads):
        for v in range(values):
            place = value(shape, stride, t + threads * v)
            if 0 <= place < size(tile):
                owners.setdefault(place, []).append((t, v))
            else:
                outside += 1
    fills = {}
    rows = size(tile[0])
    for place in range(size(tile)):
        hover, words, fill, _ = drawing.cells[(place % rows, place // rows)]
        own = owners.get(place, [])
        name = f"{tile} {layout} at {place}"
        if not own:
            expect(words == [] and hover == ": nobody" and fill == "url(#nobody)", f"{name}: nobody, {words}")
            continue
        t, v = own[0]
        if len(own) == 1:
            expect(words == [f"T{t}", f"V{v}"], f"{name}: {words}")
        else:
            expect(words == [f"T{t}V{v}", f"+{len(own) - 1}" if len(own) > 2 else "T%dV%d" % own[1]],
                   f"{name}: {words}")
        expect(hover.startswith(f": thread {t}, value {v}"), f"{name}: {hover}")
        expect(fills.setdefault(t, fill) == fill, f"{name}: one colour for a thread")
    nobody = size(tile) - len(owners)
    several = sum(1 for o in owners.values() if len(o) > 1)
    expect(drawing.framed == several, f"{tile} {layout}: {drawing.framed} framed")
    said = " ".join(drawing.loose)
    for count, words in ((nobody, "to nobody"), (several, "to several"), (outside, "outside of the tile")):
        found = re.search(r"(\d+) [a-z]+ [a-z]+ " + words, said)
        expect((int(found.group(1)) if found else 0) == count, f"{tile} {layout}: {count} {words}, {said}")


def check_parts():
    drawing = draw("(32768,32768):(1,32768)", "--rows", "100:103", "--columns", "7")
    expect({p: w for p, (_, w, _, _) in drawing.cells.items()} ==
           {(r, 7): [str(r + 7 * 32768)] for r in (100, 101, 102)}, "a part of a large layout")
    expect("rows 100 to 102 of 32768" in drawing.loose, "the part is named")
    corner = draw("(32768,32768):(1,32768)")
    expect(len(corner.cells) == 64 * 64 and "columns 0 to 63 of 32768" in corner.loose, "the corner of a large layout")
    named = draw("(2,2)" + ":(1,2)", "--title", "<\u00e4> & \"x\"")
    expect(named.title == "<\u00e4> & \"x\"", f"title {named.title}")


def check_committed():
    """docs/pictures/README.md has the commands: a line `enigma-layout ... --svg name.svg` for each picture."""
    folder = os.path.join(ROOT, "docs", "pictures")
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as f:
        commands = re.findall(r"^enigma-layout (.*) --svg (\S+)$", f.read(), re.M)
    expect(len(commands) >= 7, "docs/pictures/README.md has a command for each of its pictures")
    for arguments, name in commands:
        words = run(*shlex.split(arguments), "--svg", "-")
        with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as f:
            f.write(words)
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            expect(f.read() == words, f"docs/pictures/{name} is not what the program draws: copy {FOLDER}/{name} there")


def check_latex():
    tex = shutil.which("pdflatex") or shutil.which("lualatex") or shutil.which("tectonic")
    if tex is None:
        print("no LaTeX here: the TikZ is not compiled")
        return
    for n, arguments in enumerate([["((2,2),(4,2)):((1,8),(16,2))", "--title", "a_b^c {x} \\ $1 #2 %3 & ~<>\u00e4"],
                                   ["(4,5):(1,6)", "--tile", "(4,6)"],
                                   ["composition(Sw<2,0,2>, (4,4):(4,1))", "--label", "swizzling"]]):
        name = f"picture{n}.tex"
        with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as f:
            f.write(run(*arguments, "--tex", "-"))
        command = [tex, name] if "tectonic" in tex else [tex, "-interaction=batchmode", "-halt-on-error", name]
        done = subprocess.run(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        expect(done.returncode == 0, f"{tex} refuses {name}: {done.stdout.decode(errors='replace')}")
        log = os.path.join(FOLDER, f"picture{n}.log")
        if os.path.exists(log):
            with open(log, encoding="utf-8", errors="replace") as f:
                words = f.read()
            expect("(1 page" in words and "Overfull" not in words, f"{name}: one page that holds the picture")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    for words in ("8:1", "(8):(3)", "((2,4)):((4,1))", "(2,4):(4,1)", "(4,(2,8)):(1,(4,8))", "(1,1):(0,0)",
                  "((2,2,2),(3,1,2)):((1,2,4),(8,0,24))", "(2,3,(2,2)):(6,2,(1,-12))", "(2,2,2,3):(1,2,4,8)"):
        check_layout(*read(words))
    for words, swizzle, offset in (("(8,8):(8,1)", (3, 0, 3), 0), ("(8,16):(16,1)", (2, 1, 3), 5),
                                   ("(4,8,2):(8,1,32)", (2, 0, -3), 0)):
        check_layout(*read(words), swizzle, offset)
    for tile, words in (((4, 6), "(4,5):(1,6)"), ((2, 3), "(3,2):(1,1)"), ((4, 4), "((2,2),(2,2)):((1,8),(2,4))"),
                        ((2, 2), "(4,4):(1,0)"), ((8, 16), "((8,4),(2,2)):((16,2),(8,1))")):
        check_tile(tile, read(words))
    chance = random.Random(5)
    for _ in range(25):

        def mode():
            return tuple(chance.randint(1, 3) for _ in range(chance.randint(1, 3)))

        shape = tuple(mode() for _ in range(chance.randint(1, 3)))
        check_layout(shape, tuple(tuple(chance.randint(-9, 40) for _ in m) for m in shape))
        shape = (mode(), mode())
        check_tile((chance.randint(1, 6), chance.randint(1, 6)),
                   (shape, tuple(tuple(chance.randint(0, 8) for _ in m) for m in shape)))
    check_parts()
    check_committed()
    check_latex()
    if faults:
        print("\n".join(faults[:40]))
        sys.exit(f"{len(faults)} faults")


if __name__ == "__main__":
    main()
