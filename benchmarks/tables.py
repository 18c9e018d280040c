"""The Markdown tables that `latency.py` prints."""

from __future__ import annotations

from collections.abc import Sequence

from measurements import (
    COMPLETIONS,
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
    Series,
)


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
