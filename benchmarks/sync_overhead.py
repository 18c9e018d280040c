"""Measure what we add to `uv sync` where there is nothing to do.

    python benchmarks/sync_overhead.py [--members 100] [--runs 25]

A workspace whose members are all installed is synced in turns by uv itself, by the language server's
command, and by `ws-lsp sync`, process start included. Nothing needs the network.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from servers import HERE
from start_up import wall_milliseconds

from language_client import LanguageClient

BARS = {"ws-lsp.server.sync": 1.2, "ws-lsp sync": 1.6}
"""How many times as long as uv's each may take, as the median of the ratios of paired runs."""
ALONE = "uv sync"


def make_installed_workspace(root: Path, members: int) -> None:
    """Write a workspace of members that are packages, each one needing the next three."""
    names = [f"member-{index:04}" for index in range(members)]
    sources = "".join(f"{name} = {{ workspace = true }}\n" for name in names)
    (root / "pyproject.toml").write_text(
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n\n'
        '[tool.ws-lsp]\ndefault-packages = "all"\n\n'
        f"[tool.uv.sources]\n{sources}"
    )
    for index, name in enumerate(names):
        module = root / "packages" / name / "src" / name.replace("-", "_")
        module.mkdir(parents=True)
        (module / "__init__.py").write_text("")
        needed = ", ".join(f'"{other}"' for other in names[index + 1 : index + 4])
        (root / "packages" / name / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\n'
            f"dependencies = [{needed}]\n\n"
            '[build-system]\nrequires = ["uv_build>=0.9,<1"]\nbuild-backend = "uv_build"\n'
        )


def measure(
    python: str, uv: str, root: Path, environment: Mapping[str, str], runs: int
) -> dict[str, list[float]]:
    """Return the milliseconds of every run, by the name of what ran."""
    arguments = {"root": root.as_uri(), "packages": "all"}
    params = {"command": "ws-lsp.server.sync", "arguments": [arguments]}
    command = [python, "-m", "ws_lsp", "server"]
    with LanguageClient(command, root, environment) as client:
        client.initialize([root], {"uv": {"path": uv}})
        client.listen(1.0)

        def ask() -> float:
            reply = client.exchange("workspace/executeCommand", params)
            if reply.result["exitCode"] != 0:
                sys.exit(f"sync_overhead.py: {reply.result['summary']}")
            return reply.seconds * 1e3

        def wall(*command: str) -> Callable[[], float]:
            return lambda: wall_milliseconds(list(command), root, environment)

        ways = {
            ALONE: wall(uv, "sync", "--all-packages"),
            "ws-lsp.server.sync": ask,
            "ws-lsp sync": wall(python, "-m", "ws_lsp", "sync", "--all"),
            "python -c pass": wall(python, "-c", "pass"),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for run in range(runs + 1):
            for name, way in ways.items():
                milliseconds = way()
                if run > 0:  # the first one installs, compiles bytecode and fills the page cache
                    times[name].append(milliseconds)
                time.sleep(0.02)  # what a server still has to do must not fall on the next one
    return times


def main() -> None:
    """Measure, and print the medians and the bars."""
    parser = argparse.ArgumentParser(description="Measure what we add to `uv sync`.")
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--runs", type=int, default=25, help="runs of each, in turns")
    parser.add_argument("--python", default=sys.executable, help="the interpreter of ws-lsp")
    parser.add_argument("--uv", default=str(Path(sys.executable).with_name("uv")))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ws-lsp-sync-overhead-") as directory:
        home = Path(directory).resolve()
        root = home / "workspace"
        root.mkdir()
        make_installed_workspace(root, options.members)
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE.parent),
            "UV": options.uv,
            "UV_CACHE_DIR": str(home / "cache"),
            "UV_OFFLINE": "1",
            "UV_PYTHON": os.path.realpath(options.python),
        }
        try:
            times = measure(options.python, options.uv, root, environment, options.runs)
        except subprocess.CalledProcessError as error:
            output = (error.stdout + error.stderr).decode(errors="replace").strip()
            sys.exit(f"sync_overhead.py: exit code {error.returncode}: {output[-600:]}")
    print(f"{'ms':<20} {'p50':>7} {'best':>7} {'worst':>7} {'× uv':>6}")
    for name, milliseconds in times.items():
        ratio = statistics.median(
            one / alone for one, alone in zip(milliseconds, times[ALONE], strict=True)
        )
        best, worst = min(milliseconds), max(milliseconds)
        bar = BARS.get(name)
        verdict = "" if bar is None else f"  bar ≤ {bar:g}: {'ok' if ratio <= bar else 'over'}"
        median = statistics.median(milliseconds)
        print(f"{name:<20} {median:7.1f} {best:7.1f} {worst:7.1f} {ratio:6.2f}{verdict}")


if __name__ == "__main__":
    main()
