"""Names of packages, extras and dependency groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NewType

from ws_lsp.regular_expression import regular_expression

Name = NewType("Name", str)
"""A name in normal form (PEP 503), so that one that is not cannot be compared by mistake."""

__all__ = [
    "NAME_PATTERN",
    "Name",
    "NameIndex",
    "closest_word",
    "is_valid",
    "normalise",
    "share_a_spelling",
    "some_of",
]

# `packaging.utils.canonicalize_name` is the same expression; importing it costs 30 ms at every start.
_SEPARATORS = regular_expression(r"[-_.]+")
_SOME = 5
"""So many names are listed in a message."""
NAME_PATTERN = r"[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?"
"""A sound name of a package, an extra or a group, as a regular expression (PEP 508)."""
_VALID = regular_expression(rf"{NAME_PATTERN}\Z")


@lru_cache(maxsize=1 << 15)
def normalise(text: str) -> Name:
    """Return the normal form of a name: lower case, runs of `-`, `_` and `.` as one `-` (PEP 503)."""
    return Name(_SEPARATORS.sub("-", text).lower())


@lru_cache(maxsize=1 << 15)
def is_valid(text: str) -> bool:
    """Tell whether uv accepts `text` as the name of a package, an extra or a group."""
    return _VALID.match(text) is not None


_LONGEST = 128
"""Nothing is looked for that is near a longer word: for one, difflib may take the cube of its length."""


def closest_word(wanted: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the one of a few words that is most similar to `wanted`, None where none is similar enough.

    Of the letters of both words a share of `cutoff` must be the same, in the same order.
    """
    if len(wanted) > _LONGEST:
        return None
    from difflib import get_close_matches  # here: most files hold no wrong word

    return next(iter(get_close_matches(wanted, list(words), 1, cutoff)), None)


class NameIndex:
    """Names to choose the nearest from.

    Candidates are those that differ by about one letter (they share a spelling with one letter left out)
    and those that share the rarest word of the wanted name. `difflib` ranks them. After the first few a
    look-up does not grow with the number of names.
    """

    _ENOUGH = 40
    """So many names are simply all compared: that takes half a millisecond."""
    _FEW = 8
    """So often all names are looked through; to make the index takes longer than that."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._asked = 0
        self._answers: dict[str, str | None] = {}

    def closest(self, wanted: str) -> str | None:
        """Return the name most similar to `wanted`, or None where none is similar enough."""
        if wanted not in self._answers:
            self._answers[wanted] = self._closest(normalise(wanted))
        return self._answers[wanted]

    def _closest(self, wanted: Name) -> str | None:
        if len(wanted) > _LONGEST:
            return None
        if len(self.names) <= self._ENOUGH:
            return _best(wanted, self.names, 0.6)
        similar = self._similar(wanted)
        if similar:
            return _best(wanted, sorted(similar)[: self._ENOUGH], 0.0)
        sharing = [self._words[word] for word in wanted.split("-") if word in self._words]
        rarest = min(sharing, key=len, default=[])
        return _best(wanted, rarest, 0.6) if len(rarest) <= self._ENOUGH else None

    def _similar(self, wanted: Name) -> set[str]:
        self._asked += 1
        if self._asked <= self._FEW:
            return {name for name in self.names if share_a_spelling(wanted, name)}
        return {
            name
            for spelling in (wanted, *_shortened(wanted))
            for name in self._spellings.get(spelling, ())
        }

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for name in self.names:
            if len(name) > _LONGEST + 1:
                continue
            for spelling in {name, *_shortened(name)}:
                index.setdefault(spelling, []).append(name)
        return index

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for name in self.names:
            for word in set(name.split("-")):
                index.setdefault(word, []).append(name)
        return index


def share_a_spelling(one: str, other: str) -> bool:
    """Tell whether two words are the same after at most one letter is left out of each."""
    if not -1 <= len(one) - len(other) <= 1:
        return False
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    return max(len(one), len(other)) <= 1 or one[1:] == other[:-1] or one[:-1] == other[1:]


def _shortened(name: str) -> list[str]:
    return [name[:index] + name[index + 1 :] for index in range(len(name))]


def _best(wanted: str, names: Iterable[str], cutoff: float) -> str | None:
    from difflib import SequenceMatcher  # here: most files hold no wrong name

    best, score = None, cutoff
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for name in names:
        matcher.set_seq1(normalise(name))
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score:
            ratio = matcher.ratio()
            if ratio > score:
                best, score = name, ratio
    return best


def some_of(names: Sequence[str]) -> str:
    """Return names in back ticks for a message, and how many more there are after the first few."""
    more = len(names) - _SOME
    listed = ", ".join(f"`{name}`" for name in names[:_SOME])
    return f"{listed} and {more} more" if more > 0 else listed
