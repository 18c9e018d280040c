"""From uv's lines to what happened. Pure."""

from __future__ import annotations

from enum import Enum

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression

__all__ = ["PackageChange", "Progress", "Stages", "SyncReport"]

_NOTHING = "nothing to change"


class PackageChange(Enum):
    """What happened to a package."""

    INSTALLED = "+"
    REMOVED = "-"
    REINSTALLED = "~"


class Progress(NamedTuple):
    """How far uv is; `percentage` is 0 to 100."""

    message: str
    percentage: int


_RESOLVED, _PREPARED, _UNINSTALLED, _INSTALLED = 30, 75, 85, 95
"""The percentages at which uv's stages end."""
_ENDS = (
    (regular_expression(r"Resolved \d+ package"), _RESOLVED),
    (regular_expression(r"Prepared \d+ package"), _PREPARED),
    (regular_expression(r"Uninstalled \d+ package"), _UNINSTALLED),
    (regular_expression(r"(?:Installed|Audited|Checked) \d+ package"), _INSTALLED),
)
_BEGUN = regular_expression(r"(?:Building|Downloading|Updating) ")
_DONE = regular_expression(r"(?:Built|Downloaded|Updated) ")
_CHANGE = regular_expression(r" ([-+~]) ([^\s=]+)(?:==(\S+))?")
"""A package that uv has not built yet has no version in a dry run."""
_LOCKED = regular_expression(r"(Added|Updated|Removed) \S")
_COLOUR = regular_expression(r"\x1b\[[0-9;]*m")


class Stages:
    """How far uv is, from the lines of its standard error; the percentage never falls.

    uv prints how many packages it resolved, prepared and installed, and names each one that it
    builds or downloads when that begins and ends; how many there will be it does not say.
    """

    def __init__(self) -> None:
        self._percentage = 0
        self._begun = self._done = 0

    def hear(self, line: str) -> Progress | None:
        """Take a line; return how far uv is, if the line says so."""
        line = _COLOUR.sub("", line).strip()
        for pattern, percentage in _ENDS:
            if pattern.match(line):
                return self._reach(line, percentage)
        begins, ends = _BEGUN.match(line), _DONE.match(line)
        if not begins and not ends:
            return None
        if self._percentage < _RESOLVED:
            return self._reach(f"Resolving: {line}", self._percentage)
        self._begun += bool(begins)
        # what a cache or an earlier stage began is only heard of when it ends
        self._done += bool(ends)
        self._begun = max(self._begun, self._done)
        share = (_PREPARED - _RESOLVED) * self._done // (self._begun + 1)
        return self._reach(f"Preparing {self._done}/{self._begun}: {line}", _RESOLVED + share)

    def _reach(self, message: str, percentage: int) -> Progress:
        self._percentage = max(self._percentage, percentage)
        return Progress(message, self._percentage)


class SyncReport(NamedTuple):
    """What a sync did, or would do: its exit code, the packages it changed, and uv's own words.

    `seconds` is the wall-clock time from start to end.
    """

    exit_code: int
    changes: tuple[tuple[PackageChange, str, str], ...]
    output: str
    seconds: float

    @classmethod
    def of(cls, exit_code: int, output: str, seconds: float) -> SyncReport:
        """Read uv's output."""
        plain = _COLOUR.sub("", output)
        changes = tuple(
            (PackageChange(match[1]), match[2], match[3] or "")
            for line in plain.split("\n")
            if (match := _CHANGE.match(line))
        )
        return cls(exit_code, changes, plain, seconds)

    def packages(self, kind: PackageChange) -> list[str]:
        """Return the packages to which this happened, as `name==version`."""
        return [
            f"{name}=={version}" if version else name
            for one, name, version in self.changes
            if one is kind
        ]

    @property
    def counts(self) -> str:
        """How many packages were installed, removed and reinstalled."""
        words = {
            PackageChange.INSTALLED: "installed",
            PackageChange.REMOVED: "removed",
            PackageChange.REINSTALLED: "reinstalled",
        }
        counts = [
            f"{word} {count}" for kind, word in words.items() if (count := len(self.packages(kind)))
        ]
        return ", ".join(counts) or _NOTHING

    @property
    def summary(self) -> str:
        """One line for people."""
        return f"{self.counts}, {self.seconds:.1f} s"

    def lock_summary(self, before: str | None, after: str | None) -> str:
        """Return the same of `uv lock`; `before` and `after` are the texts of `uv.lock`, None for no file.

        uv names what it added, updated and removed, but not in a new file, nor other changes.
        """
        done = [match[1] for line in self.output.split("\n") if (match := _LOCKED.match(line))]
        counts = [f"{word.lower()} {done.count(word)}" for word in dict.fromkeys(done)]
        if before is None:
            words = "created"
        elif before == after:
            words = _NOTHING
        else:
            words = ", ".join(counts) or "changed"
        return f"{words}, {self.seconds:.1f} s"

    @property
    def error(self) -> str:
        """uv's error message, from the line that begins with `error:` on; all output if none does."""
        at = self.output.find("error:")
        return self.output[at:].strip() if at >= 0 else self.output.strip()
