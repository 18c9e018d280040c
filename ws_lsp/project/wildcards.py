"""Matching of wildcards, in steps that are at most the length of the pattern times that of the name.

A pattern is a row of parts. Each part is asked once, for all places of the name at once where the part
before it can end; so nothing is tried twice. An expression of `re` would go back and try each `*` anew:
a hundred letters keep `*a*a*a*a*a*b` busy for years.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ws_lsp.named_tuple import NamedTuple

__all__ = ["Alternatives", "Character", "Directories", "Literal", "Part", "Star", "matches"]


class Part(Protocol):
    """A part of a pattern."""

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        """Return where in `name` this part can end if it begins at one of `starts`; both are sorted."""


class Literal(NamedTuple):
    """A text as it is."""

    text: str

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        text = self.text
        return [at + len(text) for at in starts if name.startswith(text, at)]


class Character(NamedTuple):
    """One character: one of `ranges`, whose ends belong to them, or none of them if it is `negated`."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool
    crosses: bool
    """Whether it may be a `/`."""

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        return [at + 1 for at in starts if at < len(name) and self._is(name[at])]

    def _is(self, character: str) -> bool:
        if character == "/" and not self.crosses:
            return False
        return any(low <= character <= high for low, high in self.ranges) is not self.negated


class Star(NamedTuple):
    """Any number of characters; not beyond a `/` unless it `crosses`."""

    crosses: bool

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        if self.crosses:
            return range(starts[0], len(name) + 1)
        reached = _end_of_part(name, starts[0])
        if starts[-1] <= reached:
            return range(starts[0], reached + 1)
        found = list(range(starts[0], reached + 1))
        for at in starts:
            if at > reached:
                reached = _end_of_part(name, at)
                found += range(at, reached + 1)
        return found


class Directories(NamedTuple):
    """Any number of directories, each with the `/` behind it."""

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        found = set(starts)
        at = name.find("/", starts[0]) + 1
        while at:
            found.add(at)
            at = name.find("/", at) + 1
        return sorted(found)


class Alternatives(NamedTuple):
    """One of several rows of parts."""

    rows: tuple[tuple[Part, ...], ...]

    def ends(self, name: str, starts: Sequence[int]) -> Sequence[int]:
        return sorted({end for row in self.rows for end in _ends(row, name, starts)})


def matches(parts: Sequence[Part], name: str) -> bool:
    """Tell whether a pattern matches the whole of a name."""
    ends = _ends(parts, name, (0,))
    return len(ends) > 0 and ends[-1] == len(name)


def _ends(parts: Sequence[Part], name: str, starts: Sequence[int]) -> Sequence[int]:
    for part in parts:
        if not starts:
            break
        starts = part.ends(name, starts)
    return starts


def _end_of_part(name: str, at: int) -> int:
    slash = name.find("/", at)
    return slash if slash >= 0 else len(name)
