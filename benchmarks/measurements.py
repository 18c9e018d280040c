"""What a run of `latency.py` records: the figures' names, their measurements, and memory."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import Any

from synthetic_workspace import RootSize

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


MISSES_ALLOWED = 3
"""How many answers in a row may fail to come before a series is given up."""


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
