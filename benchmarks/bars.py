"""The bars that the figures of a run are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from measurements import (
    COMPLETIONS,
    INITIALIZE,
    KEYSTROKE_FIRST,
    OPEN_FIRST,
    OPEN_LAST,
    Record,
    Series,
)
from servers import FLOOR, OURS, RIVAL
from synthetic_workspace import RootSize
from tables import markdown_table

FEWEST_STARTS = 9
"""The starts below which the ratio of start-ups is marked as being of too few."""


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
