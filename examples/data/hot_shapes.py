#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws hot_shapes.png: hot shapes on cold ground, the picture that heat_equation starts from."""
import math
import struct
import sys
import zlib

WIDTH, HEIGHT = 384, 256
GROUND = (8, 14, 40)


def colour(x, y):
    """The colour of the last shape that covers the point, else of the ground."""
    c = GROUND
    # Hot borders, each of another colour: there the heat must neither leave the picture nor come in again on the
    # other side.
    if x < 2:
        c = (255, 40, 40)
    if x >= WIDTH - 2:
        c = (90, 200, 255)
    if y < 2:
        c = (255, 230, 120)
    if y >= HEIGHT - 2:
        c = (120, 255, 120)
    # A ring of red.
    if 34 <= math.hypot(x - 84, y - 84) <= 52:
        c = (255, 60, 20)
    # A yellow sun with eight rays.
    dx, dy = x - 290, y - 82
    distance, angle = math.hypot(dx, dy), math.atan2(dy, dx)
    if distance <= 30 or (distance <= 62 and math.cos(8 * angle) > 0.72):
        c = (255, 214, 40)
    # White bars, each half as wide as the one before.
    left, width = 30, 48
    while width >= 1:
        if left <= x < left + width and 170 <= y < 236:
            c = (250, 250, 250)
        left, width = left + width + 12, width // 2
    # Blue and green squares, like a chessboard.
    if 236 <= x < 364 and 164 <= y < 244:
        c = (40, 120, 255) if ((x - 236) // 16 + (y - 164) // 16) % 2 == 0 else (30, 220, 110)
    # A single hot point and a diagonal line.
    if 184 <= x < 190 and 40 <= y < 46:
        c = (255, 255, 255)
    if 150 <= x < 222 and abs((y - 70) - (x - 150)) < 3:
        c = (255, 120, 220)
    return c


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def main():
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # no filter
        for x in range(WIDTH):
            rows += bytes(colour(x, y))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    with open(sys.argv[1] if len(sys.argv) > 1 else "hot_shapes.png", "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
                  + chunk(b"IEND", b""))


if __name__ == "__main__":
    main()
