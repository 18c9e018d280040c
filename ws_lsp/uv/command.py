"""From a selection to uv's command line, and from uv's lines to what happened. Pure.

The rules behind it (uv-environment-operations, `install_target.rs`): one `--package` and several
follow different rules for dependency groups. With one, the member's own `default-groups` count and a
virtual root's groups do not; with several (a repeated name counts) the root's `default-groups` name
the groups of every selected member, and a virtual root's own groups of these names are installed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import NamedTuple

__all__ = [
    "MINIMUM_VERSION",
    "SEVERAL_PACKAGES",
    "Change",
    "Plan",
    "Progress",
    "Refusal",
    "Selection",
    "SyncReport",
    "Target",
    "parse_progress",
    "parse_version",
    "plan",
]

SEVERAL_PACKAGES = (0, 9, 8)
"""The first uv whose `sync` takes several `--package`."""
MINIMUM_VERSION = (0, 4, 30)
"""The first uv with `--all-packages`; an older one is refused."""


class Target(NamedTuple):
    """The workspace to sync: its root as uv takes it, its members' names (normalised).

    `default_packages` is None where the setting is absent, `"all"`, or names.
    """

    root: str
    virtual: bool
    members: Collection[str]
    default_packages: str | tuple[str, ...] | None
    groups: bool = True
    """Whether dependency groups make the rules for one package differ from those for several."""
    sound: bool = True
    """Whether the value of `default-packages` is one that can be carried out."""


class Selection(Enum):
    """What to sync, where it is not a list of names."""

    DEFAULT = "default"
    ALL = "all"


class Plan(NamedTuple):
    """What to run: argument vectors without the program, one after the other, and why.

    No command at all means that there is nothing to sync.
    """

    commands: tuple[tuple[str, ...], ...]
    sentence: str


class Refusal(NamedTuple):
    """Why a selection cannot be synced."""

    message: str


def plan(
    target: Target, selection: Selection | Sequence[str], version: tuple[int, ...]
) -> Plan | Refusal:
    """Return the commands that sync a selection of a workspace with a uv of this version.

    Names are those of members, normalised. The commands do not depend on the working directory.
    """
    if version < MINIMUM_VERSION:
        return Refusal(
            f"uv {_dotted(version)} is too old: install uv {_dotted(SEVERAL_PACKAGES)} or newer"
        )
    if selection is Selection.DEFAULT:
        defaults = target.default_packages
        if not target.sound:
            return Refusal('`default-packages` must be a list of member names or `"all"`')
        if defaults is None:
            what = "every member" if target.virtual else "the root project"
            sentence = f"Sync {what}, as `uv sync` does: no default packages are set"
            return Plan((_sync(target),), sentence)
        if defaults == "all":
            return Plan((_sync(target, "--all-packages"),), "Sync every member: the default")
        assert not isinstance(defaults, str)
        if not defaults:
            return Plan((), "Nothing to sync: `default-packages` is empty")
        return _packages(target, defaults, version, "Sync the default packages", several=True)
    if selection is Selection.ALL:
        return Plan((_sync(target, "--all-packages"),), "Sync every member of the workspace")
    names = tuple(dict.fromkeys(selection))
    if not names:
        return Plan((), "Nothing to sync: no package is selected")
    return _packages(target, names, version, "Sync", several=len(names) > 1)


def _packages(
    target: Target,
    names: Sequence[str],
    version: tuple[int, ...],
    verb: str,
    *,
    several: bool,
) -> Plan | Refusal:
    unknown = [name for name in names if name not in target.members]
    if unknown:
        shown = ", ".join(f"`{name}`" for name in unknown)
        if len(unknown) > 1:
            return Refusal(f"{shown} are not members of this workspace")
        near = get_close_matches(unknown[0], target.members, 1)
        hint = f". Did you mean `{near[0]}`?" if near else ""
        return Refusal(f"{shown} is not a member of this workspace{hint}")
    listed = ", ".join(f"`{name}`" for name in names)
    if version < SEVERAL_PACKAGES and len(names) > 1:
        first, *others = names
        commands = [_sync(target, "--package", first)]
        commands += [_sync(target, "--inexact", "--package", name) for name in others]
        return Plan(
            tuple(commands),
            f"{verb} {listed} one by one: uv {_dotted(version)} takes one package at a time",
        )
    # one name twice gives it the rules of several, so that adding a second name drops no groups; but
    # uv (0.13.9) then installs the package anew at every sync, so only where it makes a difference
    twice = several and len(names) == 1 and target.groups and version >= SEVERAL_PACKAGES
    chosen = [*names, *names] if twice else names
    arguments = [argument for name in chosen for argument in ("--package", name)]
    return Plan((_sync(target, *arguments),), f"{verb} {listed}")


def _sync(target: Target, *arguments: str) -> tuple[str, ...]:
    return ("--project", target.root, "sync", *arguments)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


# ---------------------------------------------------------------- what uv says


_VERSION = re.compile(r"\buv (\d+)\.(\d+)\.(\d+)")


def parse_version(output: str) -> tuple[int, ...] | None:
    """Return the version in the output of `uv --version`, None where there is none."""
    match = _VERSION.search(output)
    return tuple(map(int, match.groups())) if match else None


class Change(Enum):
    """What happened to a package."""

    INSTALLED = "+"
    REMOVED = "-"
    REINSTALLED = "~"


class Progress(NamedTuple):
    """A line of uv that says how far it is; `percentage` is 0 to 100."""

    message: str
    percentage: int


_STAGES = (
    (re.compile(r"Resolved \d+ package"), 30),
    (re.compile(r"(?:Building|Downloading|Updating) "), 40),
    (re.compile(r"(?:Built|Downloaded|Updated) "), 60),
    (re.compile(r"Prepared \d+ package"), 75),
    (re.compile(r"Uninstalled \d+ package"), 85),
    (re.compile(r"Installed \d+ package"), 95),
    (re.compile(r"(?:Audited|Checked) \d+ package"), 95),
)
_CHANGE = re.compile(r" ([-+~]) (\S+?)==(\S+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def parse_progress(line: str) -> Progress | None:
    """Return how far uv is, if one line of its standard error says so."""
    line = _COLOUR.sub("", line).strip()
    for pattern, percentage in _STAGES:
        if pattern.match(line):
            return Progress(line, percentage)
    return None


class SyncReport(NamedTuple):
    """What a sync did: its exit code, the packages it changed, and uv's own words.

    `seconds` is the wall-clock time from start to end.
    """

    exit_code: int
    changes: tuple[tuple[Change, str, str], ...]
    output: str
    seconds: float

    @classmethod
    def of(cls, exit_code: int, output: str, seconds: float) -> SyncReport:
        """Read uv's output."""
        plain = _COLOUR.sub("", output)
        changes = tuple(
            (Change(match[1]), match[2], match[3])
            for line in plain.split("\n")
            if (match := _CHANGE.match(line))
        )
        return cls(exit_code, changes, plain, seconds)

    @property
    def summary(self) -> str:
        """One line for people."""
        words = {
            Change.INSTALLED: "installed",
            Change.REMOVED: "removed",
            Change.REINSTALLED: "reinstalled",
        }
        counts = [
            f"{word} {count}"
            for kind, word in words.items()
            if (count := sum(change[0] is kind for change in self.changes))
        ]
        done = ", ".join(counts) if counts else "nothing to change"
        return f"{done} ({self.seconds:.1f} s)"

    @property
    def error(self) -> str:
        """uv's error message, from the line that begins with `error:` on; all output if none does."""
        at = self.output.find("error:")
        return self.output[at:].strip() if at >= 0 else self.output.strip()
