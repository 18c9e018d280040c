"""Measure how long `ws-lsp check` takes on a small valid workspace, process start included.

    python benchmarks/start_up.py [--starts 25]

The command is run in turns with `python -c pass`, which is what the interpreter alone takes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from servers import HERE
from synthetic_workspace import make_workspace

MEMBERS = 10

BAR = 100.0
"""The milliseconds that the command must not take longer than, in the median."""


def wall_milliseconds(
    command: list[str], working_directory: Path, environment: Mapping[str, str]
) -> float:
    """Run a command and return how long it took, in milliseconds.

    Raises `subprocess.CalledProcessError` when it fails.
    """
    begin = time.perf_counter()
    subprocess.run(
        command,
        cwd=working_directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return (time.perf_counter() - begin) * 1e3


def measure(python: str, starts: int) -> dict[str, list[float]]:
    """Return the milliseconds of every start, by the name of what was started."""
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "python -m ws_lsp check": [python, "-m", "ws_lsp", "check"],
    }
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    times: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory(prefix="ws-lsp-start-up-") as directory:
        workspace = make_workspace(Path(directory).resolve() / "workspace", MEMBERS, valid=True)
        for start in range(starts + 1):
            for name, command in commands.items():
                milliseconds = wall_milliseconds(command, workspace, environment)
                if start > 0:  # the first one compiles bytecode and fills the page cache
                    times[name].append(milliseconds)
    return times


def main() -> None:
    """Measure, and print the medians and the bar."""
    parser = argparse.ArgumentParser(description="Measure the start of `ws-lsp check`.")
    parser.add_argument("--starts", type=int, default=25, help="fresh processes of each command")
    parser.add_argument("--python", default=sys.executable, help="the interpreter")
    options = parser.parse_args()
    try:
        times = measure(options.python, options.starts)
    except subprocess.CalledProcessError as error:
        output = (error.stdout + error.stderr).decode(errors="replace").strip()
        sys.exit(f"start_up.py: exit code {error.returncode}: {output[-600:]}")
    print(f"{'ms':<24} {'p50':>7} {'best':>7} {'worst':>7}")
    for name, milliseconds in times.items():
        median = statistics.median(milliseconds)
        print(f"{name:<24} {median:7.1f} {min(milliseconds):7.1f} {max(milliseconds):7.1f}")
    alone, check = (statistics.median(milliseconds) for milliseconds in times.values())
    verdict = "ok" if check <= BAR else "over"
    print(
        f"check: {check:.1f} ms, bar ≤ {BAR:g} ms: {verdict}; {check - alone:.1f} ms above python"
    )


if __name__ == "__main__":
    main()
