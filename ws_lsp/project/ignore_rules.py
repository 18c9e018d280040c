"""What one ignore file says: the dialect of the Rust crates `ignore` 0.4 and `globset` 0.4, which uv uses.

It is git's (gitignore(5)) with differences: `{a,b}` are alternatives, a range may stand for a `/`, and `?`
stands for one byte. So lines and paths are compared as their bytes in UTF-8, each of which is a character
here.
"""

from __future__ import annotations

from functools import lru_cache

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.wildcards import (
    Alternatives,
    Character,
    Directories,
    Literal,
    Part,
    Star,
    matches,
)
from ws_lsp.vfs import relative

__all__ = ["IgnoreRules", "read_rules"]


class _Rule(NamedTuple):
    """A line of an ignore file that says something."""

    parts: tuple[Part, ...]
    ignores: bool
    directories_only: bool


class IgnoreRules(NamedTuple):
    """The rules of one file, which speak of paths below `directory`."""

    directory: str
    rules: tuple[_Rule, ...]
    sound: bool
    """Whether each line is a pattern; one that is not says nothing."""

    def verdict(self, path: str, is_directory: bool) -> bool | None:
        """Tell whether `path` is ignored (True), kept by a `!pattern` (False), or not spoken of.

        What speaks of a directory does not speak of what is in it.
        """
        name = _bytes(relative(path, self.directory))
        for rule in reversed(self.rules):
            if (is_directory or not rule.directories_only) and matches(rule.parts, name):
                return rule.ignores
        return None


@lru_cache(maxsize=64)
def read_rules(directory: str, text: str) -> IgnoreRules:
    """Read an ignore file."""
    rules: list[_Rule] = []
    sound = True
    for line in text.lstrip("\ufeff").replace("\r\n", "\n").split("\n"):
        if not line.endswith("\\ "):
            line = line.rstrip()
        if line and not line.startswith("#"):
            try:
                rules.append(_rule(line))
            except _NoPatternError:
                sound = False
    return IgnoreRules(directory, tuple(rules), sound)


def _rule(line: str) -> _Rule:
    ignores, anchored = True, False
    if line.startswith(("\\!", "\\#")):
        line = line[1:]
    else:
        if line.startswith("!"):
            ignores, line = False, line[1:]
        if line.startswith("/"):
            anchored, line = True, line[1:]
    directories_only = line.endswith("/")
    if directories_only:
        line = line[:-1].removesuffix("\\")
    if not anchored and "/" not in line and line != "**":
        line = f"**/{line}"
    if line.endswith("/**"):
        line += "/*"  # what is in a directory, and not the directory
    return _Rule(_Reader(_bytes(line)).read(), ignores, directories_only)


def _bytes(text: str) -> str:
    """Return a text with one character for each byte that it has in UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def _is_empty(part: Part) -> bool:
    return isinstance(part, Literal) and not part.text


class _NoPatternError(Exception):
    """A line is not a pattern."""


_SPECIAL = "?*[{},\\"
_NESTED = 100
"""So many `{` may be open at once. uv takes 250, for which Python's stack is too short."""


class _Reader:
    """Takes a pattern apart."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.rows: list[list[Part]] = [[]]
        """What was read: the pattern's own row, then the rows in each `{` that is open."""
        self.opened: list[int] = []
        """Which of `rows` is the first one in each `{` that is open."""
        self.unclosed = False
        """Whether no `]` follows any more, so that a `[` stands for itself."""

    def read(self) -> tuple[Part, ...]:
        """Return the parts of the pattern; raises `_NoPatternError`."""
        while self.at < len(self.pattern):
            character = self.pattern[self.at]
            self.at += 1
            match character:
                case "?":
                    self.add(Character((), True, False))
                case "*":
                    self.add_star()
                case "[" if not self.unclosed:
                    self.add(self.range())
                case "{":
                    if len(self.opened) == _NESTED:
                        raise _NoPatternError
                    self.opened.append(len(self.rows))
                    self.rows.append([])
                case "}":
                    self.add_alternatives()
                case "," if self.opened:
                    self.rows.append([])
                case "\\":
                    if self.at == len(self.pattern):
                        raise _NoPatternError
                    self.add(Literal(self.pattern[self.at]))
                    self.at += 1
                case _:
                    self.add(self.literal())
        if self.opened:
            raise _NoPatternError
        parts = tuple(self.rows[0])
        return (Star(True),) if parts == (Directories(),) else parts

    def add(self, part: Part) -> None:
        self.rows[-1].append(part)

    def literal(self) -> Literal:
        """Read on to the next special character from one that stands for itself."""
        start = self.at - 1
        while self.at < len(self.pattern) and self.pattern[self.at] not in _SPECIAL:
            self.at += 1
        return Literal(self.pattern[start : self.at])

    def add_star(self) -> None:
        """Read on behind a `*`; a second one must stand between slashes to mean more than the first."""
        row, before = self.rows[-1], self.pattern[max(self.at - 2, 0) : self.at - 1]
        if not self.pattern.startswith("*", self.at):
            self.add(Star(False))
            return
        self.at += 1
        behind = self.pattern[self.at : self.at + 1]
        if row and before != "/":
            self.add(Star(False))
        elif behind == "/" or (not behind and not row):
            self.at += 1
            if not row or not isinstance(row[-1], Directories):
                self.add(Directories())
        elif row and self.opened and behind in (",", "}"):
            if not isinstance(row[-1], Directories):
                self.add(Star(True))
            elif len(row) > 1:
                row[-1] = Star(True)
        else:
            self.add(Star(False))

    def add_alternatives(self) -> None:
        if not self.opened:
            raise _NoPatternError
        first = self.opened.pop()
        rows = tuple(tuple(row) for row in self.rows[first:] if not all(map(_is_empty, row)))
        del self.rows[first:]
        self.add(Alternatives(rows) if rows else Literal(""))

    def range(self) -> Part:
        """Read on behind a `[`; where no `]` follows, it stands for itself."""
        start = self.at
        negated = self.pattern.startswith(("!", "^"), start)
        start += negated
        end = self.pattern.find("]", start + 1)
        ranges = _ranges(self.pattern[start:] if end < 0 else self.pattern[start:end])
        if end < 0:
            self.unclosed = True
            return Literal("[")
        self.at = end + 1
        return Character(ranges, negated, True)


def _ranges(characters: str) -> tuple[tuple[str, str], ...]:
    """Return the ranges between brackets; raises `_NoPatternError` where one ends before it begins."""
    ranges: list[tuple[str, str]] = []
    is_open = False
    for index, character in enumerate(characters):
        if character == "-" and index and not is_open:
            is_open = True
        elif is_open:
            first = ranges[-1][0]
            if character < first:
                raise _NoPatternError
            ranges[-1] = first, character
            is_open = False
        else:
            ranges.append((character, character))
    return (*ranges, ("-", "-")) if is_open else tuple(ranges)
