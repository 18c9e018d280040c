"""Measure latency and memory of language servers side by side on synthetic uv workspaces.

    python benchmarks/latency.py [--servers tombi floor ours ...] [--quick] [--out FILE]

For each size and kind of root, all servers work on the same files, and take turns in everything:
start-ups go A B C A B C, and so does each keystroke and each request, so that whatever else the
machine does falls on all of them alike. It prints a table for each workspace, in milliseconds,
and then the ratios with their bars. What the figures mean is in README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from bars import Run, bars_table
from measurements import (
    COMPLETE_DEFAULT_PACKAGES,
    COMPLETE_MEMBERS,
    COMPLETE_SOURCES,
    INITIALIZE,
    KEYSTROKE_COMPLETION,
    KEYSTROKE_FIRST,
    KEYSTROKE_LAST,
    OPEN_FIRST,
    OPEN_LAST,
    OPEN_MEMBER,
    QUERIES,
    REFERENCES,
    WATCHED_FILE,
    Record,
)
from process_usage import (
    psutil_is_installed,
    resident_mebibytes,
)
from servers import Server, UnknownServerError, select_servers
from synthetic_workspace import RootSize, end_of, make_workspace, member_name, position_at
from tables import workspace_table
from turns import KEYSTROKE_QUIET, PATIENCE, Effort, Lane, Step, take_turns

EDITED_MEMBER = member_name(1)
"""The default package in whose name the keystrokes are."""

# ---------------------------------------------------------------------- how it is measured


def toggled_name(text: str, repetition: int) -> str:
    """Return the text after a repetition's keystroke, which deletes a character of a name, or types it.

    The name is a default package's, so that each keystroke makes it unknown or known again, and
    the diagnostics change with each.
    """
    if repetition % 2 == 0:
        return text.replace(f'"{EDITED_MEMBER}"', f'"{EDITED_MEMBER[1:]}"', 1)
    return text


def measure_starts(lanes: Sequence[Lane], effort: Effort) -> None:
    """Start every server afresh, in turns, and open the root right after `initialized`."""

    def start(lane: Lane, repetition: int) -> None:
        ready = lane.start()
        first, last = lane.open_root(effort.quiet)
        lane.stop()
        if repetition > 0:  # the first one compiles bytecode and fills the page cache
            lane.record.add(INITIALIZE, ready)
            lane.record.add(OPEN_FIRST, first)
            lane.record.add(OPEN_LAST, last)

    take_turns(lanes, effort.starts + 1, start)


def begin_sessions(lanes: Sequence[Lane], effort: Effort) -> None:
    """Start every server for the measurements in a long session, with the root open."""

    def begin(lane: Lane, _repetition: int) -> None:
        lane.start()
        lane.open_root(effort.quiet)
        lane.record.server_info = lane.client.server.get("serverInfo") or {}
        lane.record.diagnostics = len(lane.diagnostics())
        lane.record.resident_after_open = resident_mebibytes(lane.client.process.pid)

    take_turns(lanes, 1, begin)


def measure_keystrokes(lanes: Sequence[Lane], effort: Effort) -> None:
    """Type into a default package's name, and wait for the diagnostics of each keystroke."""

    def press(lane: Lane, repetition: int) -> None:
        record = lane.record
        if record.given_up(KEYSTROKE_FIRST):
            return
        before = lane.diagnostics()
        first, start = lane.change(toggled_name(lane.text, repetition))
        if first is None:
            record.add(KEYSTROKE_FIRST, None)
            record.add(KEYSTROKE_LAST, None)
            return
        lane.client.listen(KEYSTROKE_QUIET, limit=5)
        record.add(KEYSTROKE_FIRST, first.stamp - lane.document.sent)
        record.add(KEYSTROKE_LAST, lane.last_publication(start) - lane.document.sent)
        record.keystrokes_that_changed += before != lane.diagnostics()

    take_turns(lanes, effort.repetitions, press)
    take_turns(lanes, 1, restore_root)


def restore_root(lane: Lane, _repetition: int) -> None:
    """Bring the open root back to its text on disk."""
    lane.client.change(lane.document, lane.text, whole=True)
    lane.rest()


def completion_items(result: Any) -> list[dict[str, Any]]:
    """Return the items of a completion result of any of the three shapes."""
    items: list[dict[str, Any]] = result["items"] if isinstance(result, dict) else result or []
    return items


def complete_at(position: dict[str, int], name: str) -> Step:
    """Return the step that asks for a completion of the unchanging root."""
    params = {"position": position, "context": {"triggerKind": 1}}

    def complete(lane: Lane, _repetition: int) -> None:
        result = lane.ask(name, "textDocument/completion", params)
        lane.record.of(name).items = len(completion_items(result))

    return complete


def measure_completions(lanes: Sequence[Lane], effort: Effort) -> None:
    """Ask for completions at three places, and for one right behind a keystroke."""
    able = offering(lanes, "completionProvider", "textDocument/completion")
    if not able:
        return
    text = able[0].text
    in_name = position_at(text, f'    "{EDITED_MEMBER}"', 5)
    take_turns(able, effort.repetitions, complete_at(in_name, COMPLETE_DEFAULT_PACKAGES))
    key = position_at(text, f"\n{EDITED_MEMBER} = ", 1)
    take_turns(able, effort.repetitions, complete_at(key, COMPLETE_SOURCES))

    # A path is completed where the glob is `packages/` for the moment.
    star = position_at(text, '"packages/*"', 10)
    without = text.replace('"packages/*"', '"packages/"', 1)

    def delete_star(lane: Lane, _repetition: int) -> None:
        lane.client.change(lane.document, without)
        lane.rest()

    take_turns(able, 1, delete_star)
    take_turns(able, effort.repetitions, complete_at(star, COMPLETE_MEMBERS))
    take_turns(able, 1, restore_root)

    def press_and_complete(lane: Lane, repetition: int) -> None:
        lane.client.change(lane.document, toggled_name(lane.text, repetition))
        reply = lane.client.exchange(
            "textDocument/completion",
            {
                "textDocument": {"uri": lane.root.as_uri()},
                "position": in_name,
                "context": {"triggerKind": 1},
            },
        )
        lane.record.add(KEYSTROKE_COMPLETION, reply.received - lane.document.sent)
        lane.client.listen(KEYSTROKE_QUIET / 2, limit=5)

    take_turns(able, effort.repetitions, press_and_complete)
    take_turns(able, 1, restore_root)


def offering(lanes: Sequence[Lane], capability: str, method: str) -> list[Lane]:
    """Return the running servers that have a feature."""
    return [
        lane
        for lane in lanes
        if lane.record.error is None and lane.client.offers(capability, method)
    ]


def query(name: str, method: str) -> Step:
    """Return the step that sends one of the `QUERIES`, with all the parameters any of them has."""

    def ask(lane: Lane, _repetition: int) -> None:
        key = position_at(lane.text, f"\n{EDITED_MEMBER} = ", 3)
        span = {"start": key, "end": key}
        if method == "textDocument/inlayHint":
            span = {"start": {"line": 0, "character": 0}, "end": end_of(lane.text)}
        params: dict[str, dict[str, Any]] = {
            "textDocument/hover": {"position": key},
            "textDocument/definition": {"position": key},
            "textDocument/inlayHint": {"range": span},
            "textDocument/codeAction": {
                "range": span,
                "context": {"diagnostics": lane.diagnostics()},
            },
        }
        lane.ask(name, method, params.get(method, {}))

    return ask


def measure_queries(lanes: Sequence[Lane], effort: Effort) -> None:
    """Send the other requests about the root, to the servers that offer them."""
    for name, method, capability in QUERIES:
        able = offering(lanes, capability, method)
        take_turns(able, max(5, effort.repetitions // 2), query(name, method))


def measure_members(lanes: Sequence[Lane], effort: Effort) -> None:
    """Open a member, look for its name's references, and rename another one on disk."""

    def path_of(lane: Lane, index: int) -> Path:
        return lane.workspace / "packages" / member_name(index) / "pyproject.toml"

    def open_member(lane: Lane, _repetition: int) -> None:
        path = path_of(lane, 1)
        start = lane.mark()
        document = lane.client.open(path, language=lane.server.language_id)
        first = lane.client.wait_for_publication(document, start, PATIENCE)
        lane.record.add(OPEN_MEMBER, None if first is None else first.stamp - document.sent)
        lane.rest()

    take_turns(lanes, 1, open_member)

    def references(lane: Lane, _repetition: int) -> None:
        path = path_of(lane, 1)
        name = position_at(path.read_text(encoding="utf-8"), f'name = "{EDITED_MEMBER}"', 9)
        params = {
            "textDocument": {"uri": path.as_uri()},
            "position": name,
            "context": {"includeDeclaration": True},
        }
        found = lane.ask(REFERENCES, "textDocument/references", params)
        lane.record.of(REFERENCES).items = len(found or [])

    able = offering(lanes, "referencesProvider", "textDocument/references")
    take_turns(able, max(5, effort.repetitions // 4), references)

    def rename_on_disk(lane: Lane, _repetition: int) -> None:
        path = path_of(lane, 3)
        text = path.read_text(encoding="utf-8")
        changed = {"changes": [{"uri": path.as_uri(), "type": 2}]}
        try:
            path.write_text(text.replace(member_name(3), "renamed-member"), encoding="utf-8")
            start = lane.mark()
            begin = lane.client.notify("workspace/didChangeWatchedFiles", changed)
            first = lane.client.wait_for_publication(lane.document, start, limit=3)
            lane.record.add(WATCHED_FILE, None if first is None else first.stamp - begin)
        finally:
            path.write_text(text, encoding="utf-8")
        lane.client.notify("workspace/didChangeWatchedFiles", changed)
        lane.rest()

    take_turns(lanes, 1, rename_on_disk)


def end_sessions(lanes: Sequence[Lane]) -> None:
    """Weigh every server and stop it."""

    def end(lane: Lane, _repetition: int) -> None:
        lane.record.resident_at_end = resident_mebibytes(lane.client.process.pid)
        lane.stop()

    take_turns(lanes, 1, end)


def measure_workspace(
    servers: Sequence[Server], members: int, root: RootSize, effort: Effort
) -> list[Record]:
    """Measure all servers on one workspace; return a record for each, in their order."""
    with tempfile.TemporaryDirectory(prefix="ws-lsp-bench-") as directory:
        workspace = make_workspace(Path(directory).resolve() / "workspace", members, root)
        lines = (workspace / "pyproject.toml").read_text(encoding="utf-8").count("\n")
        lanes = [
            Lane(server, Record(server.name, members, root, lines), workspace) for server in servers
        ]
        try:
            measure_starts(lanes, effort)
            begin_sessions(lanes, effort)
            measure_keystrokes(lanes, effort)
            measure_completions(lanes, effort)
            measure_queries(lanes, effort)
            measure_members(lanes, effort)
            end_sessions(lanes)
        finally:
            for lane in lanes:
                lane.stop()
    return [lane.record for lane in lanes]


# ---------------------------------------------------------------------- the program


@dataclass(frozen=True)
class Preset:
    """What is measured unless an option says otherwise."""

    sizes: tuple[int, ...]
    roots: tuple[RootSize, ...]
    starts: int
    repetitions: int
    quiet: float


FULL = Preset((10, 100, 1000), ("small", "full"), starts=9, repetitions=40, quiet=0.6)
QUICK = Preset((10, 100, 1000), ("small",), starts=3, repetitions=10, quiet=0.3)


def parse_arguments() -> argparse.Namespace:
    """Return the options, with what the preset says in place of the ones not given."""
    parser = argparse.ArgumentParser(description="Measure language servers side by side.")
    parser.add_argument(
        "--servers", nargs="+", default=[], metavar="NAME", help="a known name, or name='command'"
    )
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of members, 4 or more each")
    parser.add_argument("--root", nargs="+", choices=get_args(RootSize), help="kinds of root file")
    parser.add_argument("--starts", type=int, help="fresh processes for each workspace")
    parser.add_argument("--reps", type=int, help="keystrokes, and requests of each kind")
    parser.add_argument("--quiet", type=float, help="silence that ends a burst, in seconds")
    parser.add_argument("--quick", action="store_true", help="less of everything: a first look")
    parser.add_argument("--python", default=sys.executable, help="interpreter of floor and ours")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write everything as JSON")
    options = parser.parse_args()
    preset = QUICK if options.quick else FULL
    options.sizes = options.sizes or list(preset.sizes)
    options.root = options.root or list(preset.roots)
    options.starts = preset.starts if options.starts is None else options.starts
    options.reps = preset.repetitions if options.reps is None else options.reps
    options.quiet = preset.quiet if options.quiet is None else options.quiet
    if min(options.sizes) < 4:
        parser.error("--sizes: at least 4 members, since four of them are used")
    if options.starts < 1 or options.reps < 2:
        parser.error("--starts must be at least 1, and --reps at least 2")
    return options


def write_json(path: Path, options: argparse.Namespace, records: Sequence[Record]) -> None:
    """Write the run so far."""
    document = {
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "load": os.getloadavg(),
        },
        "options": {
            "sizes": options.sizes,
            "root": options.root,
            "starts": options.starts,
            "reps": options.reps,
            "quiet": options.quiet,
        },
        "bars": [bar.to_json() for bar in Run(records).bars()],
        "records": [record.to_json() for record in records],
    }
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Measure as the command line says, and print the tables."""
    options = parse_arguments()
    try:
        servers = select_servers(options.servers, options.python)
    except UnknownServerError as error:
        sys.exit(f"latency.py: {error}")
    if not psutil_is_installed():
        sys.exit("latency.py: psutil is not there; run benchmarks/setup.sh")
    effort = Effort(options.starts, options.reps + options.reps % 2, options.quiet)
    records: list[Record] = []
    for root in options.root:
        for members in options.sizes:
            measured = measure_workspace(servers, members, root, effort)
            records += measured
            print(f"\n{workspace_table(measured)}", flush=True)
            if options.out is not None:
                write_json(options.out, options, records)
    print(f"\n**Ratios and bars**\n\n{bars_table(list(Run(records).bars()))}")


if __name__ == "__main__":
    main()
