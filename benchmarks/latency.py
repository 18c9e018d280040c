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
import math
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from language_client import (
    Edit,
    ErrorReplyError,
    LanguageClient,
    Message,
    ProtocolError,
    end_of,
    position_at,
)
from process_usage import (
    UsageError,
    psutil_is_installed,
    resident_mebibytes,
    wait_until_idle,
)
from servers import FLOOR, OURS, RIVAL, Server, UnknownServerError, select_servers
from synthetic_workspace import RootSize, make_workspace, member_name

INITIALIZE = "start → initialize reply"
OPEN_FIRST = "didOpen → first diagnostics"
OPEN_LAST = "didOpen → last of the burst"
KEYSTROKE_FIRST = "keystroke → diagnostics"
KEYSTROKE_LAST = "keystroke → last of the burst"
COMPLETE_DEFAULT_PACKAGES = "completion in default-packages"
COMPLETE_MEMBERS = "completion in members (path)"
COMPLETE_SOURCES = "completion at a sources key"
KEYSTROKE_COMPLETION = "keystroke + completion"
REFERENCES = "references (project.name)"
OPEN_MEMBER = "didOpen of a member → diagnostics"
WATCHED_FILE = "watched file → root's diagnostics"

COMPLETIONS = (COMPLETE_DEFAULT_PACKAGES, COMPLETE_MEMBERS, COMPLETE_SOURCES)

KEYSTROKE_QUIET = 0.12
"""The silence, in seconds, that ends the messages that one keystroke sets off."""

PATIENCE = 10.0
"""How long, in seconds, an answer to an edit is waited for."""

MISSES_ALLOWED = 3
"""How many answers in a row may fail to come before a series is given up."""

EDITED_MEMBER = member_name(1)
"""The default package in whose name the keystrokes are."""

FEWEST_STARTS = 9
"""The starts below which the ratio of start-ups is marked as being of too few."""


# ---------------------------------------------------------------------- what is recorded


@dataclass
class Series:
    """Repeated measurements of one thing."""

    milliseconds: list[float] = field(default_factory=list)
    misses: int = 0
    """How often no answer came."""

    misses_in_a_row: int = 0
    items: int | None = None
    """How many items the last answer had, where an answer has items."""

    def percentile(self, share: float) -> float | None:
        """Return the value at `share` (0 to 1) of the measurements, by the nearest rank."""
        ordered = sorted(self.milliseconds)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None

    @property
    def median(self) -> float | None:
        """The p50, in milliseconds."""
        return statistics.median(self.milliseconds) if self.milliseconds else None

    def to_json(self) -> dict[str, Any]:
        """Return the summary and the measurements, in milliseconds."""
        return {
            "p50": self.median,
            "p95": self.percentile(0.95),
            "misses": self.misses,
            "items": self.items,
            "milliseconds": [round(value, 4) for value in self.milliseconds],
        }


@dataclass
class Record:
    """What one server showed on one workspace."""

    server: str
    members: int
    root: RootSize
    root_lines: int
    series: dict[str, Series] = field(default_factory=dict)
    resident_after_open: float | None = None
    """In MiB."""

    resident_at_end: float | None = None
    """In MiB."""

    diagnostics: int | None = None
    """How many diagnostics the root has after it was opened."""

    keystrokes_that_changed: int = 0
    """How many keystrokes were answered by other diagnostics than the ones before."""

    restless: bool = False
    """Whether it once had not become idle after a minute, so that it disturbed the others."""

    server_info: dict[str, Any] = field(default_factory=dict)
    error: str | None = None

    def of(self, name: str) -> Series:
        """Return the series of that name, made when it is new."""
        return self.series.setdefault(name, Series())

    def add(self, name: str, seconds: float | None) -> None:
        """Add a measurement in seconds, or a miss, to the series of that name."""
        series = self.of(name)
        if seconds is None:
            series.misses += 1
            series.misses_in_a_row += 1
        else:
            series.milliseconds.append(seconds * 1e3)
            series.misses_in_a_row = 0

    def given_up(self, name: str) -> bool:
        """Whether so many answers in a row did not come that no more are asked for."""
        return self.of(name).misses_in_a_row >= MISSES_ALLOWED

    def to_json(self) -> dict[str, Any]:
        """Return everything, times in milliseconds and memory in MiB."""
        return {
            "server": self.server,
            "server_info": self.server_info,
            "members": self.members,
            "root": self.root,
            "root_lines": self.root_lines,
            "error": self.error,
            "restless": self.restless,
            "diagnostics": self.diagnostics,
            "keystrokes_that_changed": self.keystrokes_that_changed,
            "resident_after_open_mib": self.resident_after_open,
            "resident_at_end_mib": self.resident_at_end,
            "series": {name: series.to_json() for name, series in self.series.items()},
        }


# ---------------------------------------------------------------------- how it is measured


@dataclass(frozen=True)
class Effort:
    """How often and how patiently things are measured."""

    starts: int
    """Fresh processes for each server and workspace, after one that is not counted."""

    repetitions: int
    """Keystrokes, and requests of each kind, for each server and workspace; even."""

    quiet: float
    """The silence, in seconds, that ends the burst after a document is opened."""


class Lane:
    """One server on one workspace: its record, and its process while there is one."""

    def __init__(self, server: Server, record: Record, workspace: Path) -> None:
        """Belong to `server`, which writes into `record`."""
        self.server = server
        self.record = record
        self.workspace = workspace
        self.root = workspace / "pyproject.toml"
        self.text = self.root.read_text(encoding="utf-8")
        self._client: LanguageClient | None = None

    @property
    def client(self) -> LanguageClient:
        """The running server's client."""
        if self._client is None:
            raise ProtocolError("the server is not running")
        return self._client

    def start(self) -> float:
        """Start the server; return the seconds until its `initialize` reply."""
        self._client = LanguageClient(
            self.server.command,
            working_directory=self.workspace,
            environment=self.server.environment,
        )
        return self._client.initialize(self.workspace, self.server.initialization_options)

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._client is not None:
            self._client.stop()
            self._client = None

    def last_words(self) -> str:
        """Return the end of what the server wrote to standard error, on one line."""
        return " ".join(self._client.last_words().split()) if self._client is not None else ""

    def open_root(self, quiet: float) -> tuple[float | None, float | None]:
        """Open the root; return the seconds to its first diagnostics and to the burst's last.

        The last one may be for any document.
        """
        start = self.client.mark()
        begin = self.client.open_document(self.root, self.text, self.server.language_id)
        first = self.client.wait_for_diagnostics(self.root, start, limit=60)
        if first is None:
            return None, None
        self.rest(quiet, limit=60)
        return first.stamp - begin, self.client.publications(start)[-1].stamp - begin

    def rest(self, quiet: float = KEYSTROKE_QUIET, limit: float = PATIENCE) -> None:
        """Wait until the server says nothing, and then until it does nothing either.

        Some go on with all the members for seconds after they have published for the root.
        """
        self.client.settle(quiet, limit)
        if not wait_until_idle(self.client.process_id, limit=60):
            self.record.restless = True

    def change(self, edit: Edit) -> tuple[Message | None, float, int]:
        """Make an edit; return the root's diagnostics for it, when it was sent, and the mark."""
        start = self.client.mark()
        begin = self.client.change_document(self.root, edit)
        return self.client.wait_for_diagnostics(self.root, start, PATIENCE), begin, start

    def ask(self, name: str, method: str, params: dict[str, Any]) -> Any:
        """Send a request, about the root unless the parameters say otherwise; return its result.

        The time goes into the series `name`. An error reply is a miss, and gives None.
        """
        if self.record.given_up(name):
            return None
        document = {"textDocument": {"uri": self.root.as_uri()}}
        try:
            reply = self.client.request(method, {**document, **params})
        except ErrorReplyError:
            self.record.add(name, None)
            return None
        self.record.add(name, reply.seconds)
        return reply.result


Step = Callable[[Lane, int], None]
"""One turn of one server; the number is the repetition's."""


def take_turns(lanes: Sequence[Lane], repetitions: int, step: Step) -> None:
    """Do a step with each server in turn, `repetitions` times; a server that fails drops out."""
    for repetition in range(repetitions):
        for lane in lanes:
            if lane.record.error is not None:
                continue
            try:
                step(lane, repetition)
            except (ProtocolError, UsageError, OSError) as error:
                lane.record.error = f"{error} {lane.last_words()}".strip()
                lane.stop()


def toggled_name(text: str, repetition: int) -> Edit:
    """Return the keystroke of a repetition: in turn, delete or type one character of a name.

    The name is a default package's, so that each keystroke makes it unknown or known again, and
    the diagnostics change with each.
    """
    inside = position_at(text, f'    "{EDITED_MEMBER}"', 5)
    behind = {**inside, "character": inside["character"] + 1}
    if repetition % 2 == 0:
        shortened = text.replace(f'"{EDITED_MEMBER}"', f'"{EDITED_MEMBER[1:]}"', 1)
        return Edit(shortened, inside, behind, "")
    return Edit(text, inside, inside, EDITED_MEMBER[0])


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
        lane.record.server_info = lane.client.server_info
        lane.record.diagnostics = len(lane.client.last_diagnostics(lane.root) or [])
        lane.record.resident_after_open = resident_mebibytes(lane.client.process_id)

    take_turns(lanes, 1, begin)


def measure_keystrokes(lanes: Sequence[Lane], effort: Effort) -> None:
    """Type into a default package's name, and wait for the diagnostics of each keystroke."""

    def press(lane: Lane, repetition: int) -> None:
        record = lane.record
        if record.given_up(KEYSTROKE_FIRST):
            return
        before = lane.client.last_diagnostics(lane.root)
        first, begin, start = lane.change(toggled_name(lane.text, repetition))
        if first is None:
            record.add(KEYSTROKE_FIRST, None)
            record.add(KEYSTROKE_LAST, None)
            return
        lane.client.settle(KEYSTROKE_QUIET, limit=5)
        record.add(KEYSTROKE_FIRST, first.stamp - begin)
        record.add(KEYSTROKE_LAST, lane.client.publications(start)[-1].stamp - begin)
        record.keystrokes_that_changed += before != lane.client.last_diagnostics(lane.root)

    take_turns(lanes, effort.repetitions, press)
    take_turns(lanes, 1, restore_root)


def restore_root(lane: Lane, _repetition: int) -> None:
    """Bring the open root back to its text on disk."""
    lane.client.replace_document(lane.root, lane.text)
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
    behind = {**star, "character": star["character"] + 1}
    without = text.replace('"packages/*"', '"packages/"', 1)

    def delete_star(lane: Lane, _repetition: int) -> None:
        lane.client.change_document(lane.root, Edit(without, star, behind, ""))
        lane.rest()

    take_turns(able, 1, delete_star)
    take_turns(able, effort.repetitions, complete_at(star, COMPLETE_MEMBERS))
    take_turns(able, 1, restore_root)

    def press_and_complete(lane: Lane, repetition: int) -> None:
        begin = lane.client.change_document(lane.root, toggled_name(lane.text, repetition))
        reply = lane.client.request(
            "textDocument/completion",
            {
                "textDocument": {"uri": lane.root.as_uri()},
                "position": in_name,
                "context": {"triggerKind": 1},
            },
        )
        lane.record.add(KEYSTROKE_COMPLETION, reply.received - begin)
        lane.client.settle(KEYSTROKE_QUIET / 2, limit=5)

    take_turns(able, effort.repetitions, press_and_complete)
    take_turns(able, 1, restore_root)


def offering(lanes: Sequence[Lane], capability: str, method: str) -> list[Lane]:
    """Return the running servers that have a feature."""
    return [
        lane
        for lane in lanes
        if lane.record.error is None and lane.client.offers(capability, method)
    ]


QUERIES = (
    ("hover (sources key)", "textDocument/hover", "hoverProvider"),
    ("definition (sources key)", "textDocument/definition", "definitionProvider"),
    ("documentSymbol", "textDocument/documentSymbol", "documentSymbolProvider"),
    ("documentLink", "textDocument/documentLink", "documentLinkProvider"),
    ("inlayHint", "textDocument/inlayHint", "inlayHintProvider"),
    ("codeAction", "textDocument/codeAction", "codeActionProvider"),
    ("codeLens", "textDocument/codeLens", "codeLensProvider"),
)
"""The other requests about the root: the table's name, the method, the capability."""


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
                "context": {"diagnostics": lane.client.last_diagnostics(lane.root) or []},
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
        start = lane.client.mark()
        text = path.read_text(encoding="utf-8")
        begin = lane.client.open_document(path, text, lane.server.language_id)
        first = lane.client.wait_for_diagnostics(path, start, PATIENCE)
        lane.record.add(OPEN_MEMBER, None if first is None else first.stamp - begin)
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
            start = lane.client.mark()
            begin = lane.client.notify("workspace/didChangeWatchedFiles", changed)
            first = lane.client.wait_for_diagnostics(lane.root, start, limit=3)
            lane.record.add(WATCHED_FILE, None if first is None else first.stamp - begin)
        finally:
            path.write_text(text, encoding="utf-8")
        lane.client.notify("workspace/didChangeWatchedFiles", changed)
        lane.rest()

    take_turns(lanes, 1, rename_on_disk)


def end_sessions(lanes: Sequence[Lane]) -> None:
    """Weigh every server and stop it."""

    def end(lane: Lane, _repetition: int) -> None:
        lane.record.resident_at_end = resident_mebibytes(lane.client.process_id)
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


# ---------------------------------------------------------------------- what is printed


def formatted(value: float | None, digits: int = 1) -> str:
    """Return a number for a table, or a dash when there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def series_cell(series: Series | None) -> str:
    """Return `p50 / p95`, the number of items in parentheses, and the misses, if any."""
    if series is None or not (series.milliseconds or series.misses):
        return "–"
    cell = f"{formatted(series.median)} / {formatted(series.percentile(0.95))}"
    if not series.milliseconds:
        cell = "no answer"
    elif series.misses:
        cell += f", {series.misses} missed"
    return cell if series.items is None else f"{cell} ({series.items})"


ROW_ORDER = (
    INITIALIZE,
    OPEN_FIRST,
    OPEN_LAST,
    KEYSTROKE_FIRST,
    KEYSTROKE_LAST,
    *COMPLETIONS,
    KEYSTROKE_COMPLETION,
    *(name for name, _, _ in QUERIES),
    REFERENCES,
    OPEN_MEMBER,
    WATCHED_FILE,
)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, its columns padded to be read as plain text too."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def workspace_table(records: Sequence[Record]) -> str:
    """Return the table of one workspace, with a column for each server."""
    one = records[0]
    title = f"**{one.members} members, root {one.root} ({one.root_lines} lines)**"
    rows = [
        [name, *(series_cell(record.series.get(name)) for record in records)] for name in ROW_ORDER
    ]
    rows += [
        ["keystrokes that changed the diagnostics", *map(_changed_cell, records)],
        ["diagnostics of the root", *(_count_cell(record.diagnostics) for record in records)],
        ["RSS after open, MiB", *(formatted(record.resident_after_open) for record in records)],
        ["RSS at the end, MiB", *(formatted(record.resident_at_end) for record in records)],
    ]
    shown = [row for row in rows if any(cell != "–" for cell in row[1:])]
    head = ["ms: p50 / p95 (items)", *(record.server for record in records)]
    failures = [f"- {record.server} failed: {record.error}" for record in records if record.error]
    restless = [
        f"- {record.server} was still busy after a minute" for record in records if record.restless
    ]
    return "\n".join([title, "", markdown_table(head, shown), *failures, *restless])


def _count_cell(count: int | None) -> str:
    return "–" if count is None else str(count)


def _changed_cell(record: Record) -> str:
    answered = len(record.of(KEYSTROKE_FIRST).milliseconds)
    return f"{record.keystrokes_that_changed} of {answered}" if answered else "–"


# ---------------------------------------------------------------------- the bars


@dataclass(frozen=True)
class Bar:
    """A figure and the bar that it must not pass."""

    what: str
    value: float | None
    """A ratio or milliseconds; None when the run did not measure it."""

    limit: float | None
    """None for a figure that is only told."""

    unit: str
    """`×` or `ms`."""

    detail: str = ""
    """Where a ratio comes from, and how many measurements it rests on."""

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or a dash when there is nothing to judge."""
        if self.value is None or self.limit is None:
            return "–"
        return "ok" if self.value <= self.limit else "over"

    def to_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {
            "what": self.what,
            "value": self.value,
            "limit": self.limit,
            "unit": self.unit,
            "detail": self.detail,
            "verdict": self.verdict,
        }


def ratio_bar(
    what: str, above: Series | None, below: Series | None, limit: float, note: str = ""
) -> Bar:
    """Return the bar of the ratio of two series' p50."""
    upper = above.median if above else None
    lower = below.median if below else None
    if above is None or below is None or upper is None or lower is None:
        return Bar(what, None, limit, "×")
    detail = (
        f"{upper:.2f} / {lower:.2f} ms, n {len(above.milliseconds)} / {len(below.milliseconds)}"
    )
    return Bar(what, upper / lower, limit, "×", f"{detail}{note}")


class Run:
    """All records of one run, to be asked for the bars."""

    def __init__(self, records: Sequence[Record]) -> None:
        """Hold the records of any number of workspaces."""
        self.records = records

    def record(self, server: str, members: int, root: RootSize) -> Record | None:
        """Return the record of one server on one workspace."""
        for record in self.records:
            if (record.server, record.members, record.root) == (server, members, root):
                return record
        return None

    def series(self, server: str, members: int, root: RootSize, name: str) -> Series | None:
        """Return one series of one server on one workspace."""
        record = self.record(server, members, root)
        return record.series.get(name) if record else None

    def pooled(self, server: str, name: str) -> Series:
        """Return the measurements of one server on all workspaces together."""
        found = (r.series[name] for r in self.records if r.server == server and name in r.series)
        return Series([value for series in found for value in series.milliseconds])

    def bars(self) -> Iterator[Bar]:
        """Yield every bar, in the order in which they are printed."""
        yield from self._keystroke_bars()
        yield from self._completion_bars()
        yield self._start_bar()
        yield from self._open_bars()
        yield from self._memory_bars()

    def _keystroke_bars(self) -> Iterator[Bar]:
        for root in get_args(RootSize):
            for members in (100, 1000):
                yield ratio_bar(
                    f"keystroke → diagnostics, {members} members {root}: {OURS} / {RIVAL}",
                    self.series(OURS, members, root, KEYSTROKE_FIRST),
                    self.series(RIVAL, members, root, KEYSTROKE_FIRST),
                    1.0,
                )
        small_ours = self.series(OURS, 10, "small", KEYSTROKE_FIRST)
        yield ratio_bar(
            f"keystroke → diagnostics, 10 members small: {OURS} / {FLOOR}",
            small_ours,
            self.series(FLOOR, 10, "small", KEYSTROKE_FIRST),
            2.0,
        )
        yield ratio_bar(
            f"keystroke → diagnostics, {OURS}: 1000 small / 10 small",
            self.series(OURS, 1000, "small", KEYSTROKE_FIRST),
            small_ours,
            1.5,
        )

    def _completion_bars(self) -> Iterator[Bar]:
        for root in get_args(RootSize):
            for name in COMPLETIONS:
                series = self.series(OURS, 1000, root, name)
                value = series.median if series else None
                detail = f"{series.items} items, n {len(series.milliseconds)}" if series else ""
                yield Bar(f"{name}, 1000 members {root}: {OURS}", value, 5.0, "ms", detail)

    def _start_bar(self) -> Bar:
        ours = self.pooled(OURS, INITIALIZE)
        floor = self.pooled(FLOOR, INITIALIZE)
        few = min(len(ours.milliseconds), len(floor.milliseconds)) < FEWEST_STARTS
        note = f" (fewer than {FEWEST_STARTS} starts)" if few else ""
        return ratio_bar(f"{INITIALIZE}, all sizes: {OURS} / {FLOOR}", ours, floor, 1.15, note)

    def _open_bars(self) -> Iterator[Bar]:
        for root in get_args(RootSize):
            for name, limit in ((OPEN_FIRST, 400.0), (OPEN_LAST, None)):
                series = self.series(OURS, 1000, root, name)
                value = series.median if series else None
                detail = f"n {len(series.milliseconds)}" if series else ""
                yield Bar(f"{name}, 1000 members {root} cold: {OURS}", value, limit, "ms", detail)

    def _memory_bars(self) -> Iterator[Bar]:
        for root in get_args(RootSize):
            what = f"RSS at the end, 1000 members {root}: {OURS} / {FLOOR}"
            ours = self.record(OURS, 1000, root)
            floor = self.record(FLOOR, 1000, root)
            upper = ours.resident_at_end if ours else None
            lower = floor.resident_at_end if floor else None
            if upper is None or lower is None:
                yield Bar(what, None, 2.0, "×")
            else:
                yield Bar(what, upper / lower, 2.0, "×", f"{upper:.1f} / {lower:.1f} MiB")


def bars_table(bars: Sequence[Bar]) -> str:
    """Return the table of the ratios and figures with their bars."""
    rows = [
        [
            bar.what,
            "–" if bar.value is None else f"{bar.value:.2f} {bar.unit}",
            "–" if bar.limit is None else f"≤ {bar.limit:g} {bar.unit}",
            bar.verdict,
            bar.detail or "–",
        ]
        for bar in bars
    ]
    return markdown_table(["figure (p50)", "value", "bar", "verdict", "from"], rows)


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
