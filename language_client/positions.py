"""Places in a text as a client counts them; written apart from the server's own arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["apply_text_edits", "offset", "position", "replacement", "touch", "units"]

Json = dict[str, Any]

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


def units(text: str, encoding: str) -> int:
    """Return the length of a text in the units of a position encoding."""
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return len(text.encode(f"{encoding}-le" if width > 1 else encoding)) // width


def _lines(text: str) -> list[tuple[int, int]]:
    breaks = [(match.start(), match.end()) for match in _LINE_BREAK.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    return list(zip(starts, ends, strict=True))


def position(text: str, index: int, encoding: str) -> Json:
    """Return the position of an index (code points) of a text."""
    for line, (start, _) in reversed(list(enumerate(_lines(text)))):
        if start <= index:
            return {"line": line, "character": units(text[start:index], encoding)}
    raise ValueError(index)


def offset(text: str, place: Json, encoding: str) -> int:
    """Return the index of a position; one that is not exactly between two characters is an error."""
    start, end = _lines(text)[place["line"]]
    for index in range(start, end + 1):
        if units(text[start:index], encoding) == place["character"]:
            return index
    raise ValueError(f"{place} is no place of the text")


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def replacement(before: str, after: str, encoding: str) -> Json:
    """Return the smallest content change that turns one text into another."""
    start = _common(before, after)
    shorter = min(len(before), len(after)) - start
    rest = min(_common(before[::-1], after[::-1]), shorter)
    while "\r\n" in (before[start - 1 : start + 1], after[start - 1 : start + 1]):
        start -= 1  # no position is between these two
    end = len(before) - rest
    while "\r\n" in (before[end - 1 : end + 1], after[len(after) - rest - 1 :][:2]):
        end, rest = end + 1, rest - 1
    places = {
        "start": position(before, start, encoding),
        "end": position(before, end, encoding),
    }
    return {"range": places, "text": after[start : len(after) - rest]}


def apply_text_edits(text: str, edits: Iterable[Json], encoding: str) -> str:
    """Return a text after LSP text edits."""
    spans = [
        (
            offset(text, edit["range"]["start"], encoding),
            offset(text, edit["range"]["end"], encoding),
            edit["newText"],
        )
        for edit in edits
    ]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def touch(one: Json, other: Json) -> bool:
    """Tell whether two ranges overlap or border on each other."""
    return _before(one["start"], other["end"]) and _before(other["start"], one["end"])


def _before(one: Json, other: Json) -> bool:
    return (one["line"], one["character"]) <= (other["line"], other["character"])
