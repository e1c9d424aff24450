#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the Google Benchmark programs and writes what they measured to results.md in the folder of each.

usage: run.py LIST     (lines of FOLDER|PROGRAM, as benchmarks/CMakeLists.txt writes them)
"""

import json
import os
import platform
import subprocess
import sys
import tempfile


def seconds(value, unit):
    return value * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[unit]


def scaled(value, units):
    """`value` with three digits and the unit that fits; `units` goes from the largest scale down."""
    for scale, unit in units:
        if abs(value) >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value:.3g}"


def time_text(value):
    return scaled(value, [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"), (1e-12, "ps")])


def rate_text(value):
    return scaled(value, [(1e9, "G"), (1e6, "M"), (1e3, "k")])


# What Google Benchmark itself reports; whatever else is in a row is a counter that the benchmark has set.
KNOWN = {"name", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations", "real_time",
         "cpu_time", "time_unit", "family_index", "per_family_instance_index", "label", "aggregate_name",
         "aggregate_unit", "error_occurred", "error_message", "items_per_second", "bytes_per_second"}


def run(program):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.json")
        subprocess.run([program, f"--benchmark_out={out}", "--benchmark_out_format=json",
                        "--benchmark_color=false"], check=True, stdout=subprocess.DEVNULL)
        with open(out, encoding="utf-8") as file:
            return json.load(file)


def table(rows):
    counters = sorted({key for row in rows for key in row if key not in KNOWN})
    lines = ["| benchmark | wall time | processor time | items a second | bytes a second |"
             + "".join(f" {counter} |" for counter in counters),
             "| --- | ---: | ---: | ---: | ---: |" + " ---: |" * len(counters)]
    for row in rows:
        if row.get("error_occurred"):
            raise SystemExit(f"{row['name']}: {row.get('error_message', 'failed')}")
        cells = [row["name"] + (f" ({row['label']})" if row.get("label") else ""),
                 time_text(seconds(row["real_time"], row["time_unit"])),
                 time_text(seconds(row["cpu_time"], row["time_unit"]))]
        cells += [rate_text(row[key]) if key in row else "" for key in ("items_per_second", "bytes_per_second")]
        cells += [rate_text(row[key]) if key in row else "" for key in counters]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folders = {}
    with open(arguments[0], encoding="utf-8") as file:
        for line in file.read().splitlines():
            folder, program = line.split("|")
            folders.setdefault(folder, []).append(program)
    for folder, programs in folders.items():
        text = f"# {os.path.basename(folder)}\n\nMeasured by `./dev bench`"
        text += f" on {processor()}, {os.cpu_count()} processors, {platform.system()}.\n"
        for program in programs:
            text += f"\n## {os.path.basename(program)}\n\n{table(run(program)['benchmarks'])}\n"
        print("\n" + text)
        # Written in one go, so that a failing benchmark leaves the older numbers alone.
        target = os.path.join(folder, "results.md")
        with open(target + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(target + ".new", target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
