"""Measure how `ws-lsp check` grows with the projects that paths lead to.

    python benchmarks/path_projects.py [--starts 5]

Each project takes all those before it from a path, so that there are as many ways as there are sets of
projects. The command is run for the last of 50 and for the last of 100, in turns.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from servers import HERE
from start_up import wall_milliseconds
from synthetic_workspace import make_lattice

FEW, MANY = 50, 100
BAR = 4.0
"""How many times as long the command may take, in the median: there are four times as many sources."""


def measure(python: str, starts: int) -> dict[int, list[float]]:
    """Return the milliseconds of every start, by the count of the projects."""
    command = [python, "-m", "ws_lsp", "check"]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    times: dict[int, list[float]] = {FEW: [], MANY: []}
    with tempfile.TemporaryDirectory(prefix="ws-lsp-path-projects-") as directory:
        lasts = {
            count: make_lattice(Path(directory).resolve() / str(count), count) for count in times
        }
        for start in range(starts + 1):
            for count, last in lasts.items():
                milliseconds = wall_milliseconds(command, last, environment)
                if start > 0:  # the first one compiles bytecode and fills the page cache
                    times[count].append(milliseconds)
    return times


def main() -> None:
    """Measure, and print the medians and the bar."""
    parser = argparse.ArgumentParser(description="Measure `ws-lsp check` with projects at paths.")
    parser.add_argument("--starts", type=int, default=5, help="fresh processes for each count")
    parser.add_argument("--python", default=sys.executable, help="the interpreter")
    options = parser.parse_args()
    try:
        times = measure(options.python, options.starts)
    except subprocess.CalledProcessError as error:
        output = (error.stdout + error.stderr).decode(errors="replace").strip()
        sys.exit(f"path_projects.py: exit code {error.returncode}: {output[-600:]}")
    few, many = (statistics.median(milliseconds) for milliseconds in times.values())
    verdict = "ok" if many / few <= BAR else "over"
    print(
        f"check, {MANY} projects at paths / {FEW}: {many:.0f} ms / {few:.0f} ms = {many / few:.2f}, "
        f"bar ≤ {BAR:g}: {verdict}"
    )


if __name__ == "__main__":
    main()
