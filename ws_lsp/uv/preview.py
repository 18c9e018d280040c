"""What a sync would change, from what `uv sync --dry-run` writes to standard error. Pure.

`--output-format json` is in preview in uv (0.13.9), and lists no changes in 0.9.8.
"""

from __future__ import annotations

import re
from enum import Enum

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression

__all__ = ["Action", "Preview", "PreviewedChange", "parse_text"]


class Action(Enum):
    """What would happen to a package; in the order in which they are shown."""

    REMOVE = "remove"
    REINSTALL = "reinstall"
    INSTALL = "install"


class PreviewedChange(NamedTuple):
    """One package; `before` is the version that goes where another one comes in its place.

    `version` is empty where uv does not say it: it builds a directory only when it installs it.
    """

    action: Action
    name: str
    version: str
    before: str | None = None


class Preview(NamedTuple):
    """What a sync would do.

    `environment` (`"create"`, `"replace"` or `"use"`) and `lockfile` (`"create"` or `"update"`) say what
    would happen to them, None where uv does not say it.
    """

    changes: tuple[PreviewedChange, ...]
    environment: str | None = None
    lockfile: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The preview for people, removals first, each kind by name."""
        found: list[str] = []
        if self.environment in ("create", "replace"):
            found.append(f"{self.environment.capitalize()} the environment")
        if self.lockfile in ("create", "update"):
            found.append(f"{self.lockfile.capitalize()} `uv.lock`")
        for action in Action:
            some = [change for change in self.changes if change.action is action]
            if some:
                found.append(f"{_VERBS[action]} {len(some)} package{'s' if len(some) > 1 else ''}")
            found += [f"  {_SIGNS[action]} {_shown(change)}" for change in some]
        return tuple(found) or ("Nothing to change",)

    @property
    def summary(self) -> str:
        """The preview in one line."""
        counts = [
            f"{_VERBS[action].lower()} {count}"
            for action in Action
            if (count := sum(change.action is action for change in self.changes))
        ]
        return f"Would {', '.join(counts)}" if counts else "Nothing to change"


_VERBS = {Action.REMOVE: "Remove", Action.REINSTALL: "Reinstall", Action.INSTALL: "Install"}
_SIGNS = {Action.REMOVE: "-", Action.REINSTALL: "~", Action.INSTALL: "+"}


def _shown(change: PreviewedChange) -> str:
    if change.before is not None and change.before != change.version:
        return f"{change.name} {change.before} -> {change.version}"
    return f"{change.name} {change.version}".rstrip()


_CHANGE = regular_expression(r"^ ([-+~]) ([A-Za-z0-9][-_.A-Za-z0-9]*)(?:==(\S+))?", re.MULTILINE)
_ENVIRONMENT = regular_expression(r"^Would (create|replace|use) .*environment", re.MULTILINE)
_LOCKFILE = regular_expression(r"^Would (create|update) lockfile", re.MULTILINE)


def parse_text(output: str) -> Preview:
    """Read what `uv sync --dry-run` writes to standard error, without colours."""
    actions = {sign: action for action, sign in _SIGNS.items()}
    found = [(actions[match[1]], match[2], match[3] or "") for match in _CHANGE.finditer(output)]
    environment, lockfile = _ENVIRONMENT.search(output), _LOCKFILE.search(output)
    return Preview(
        _merged(found),
        environment[1] if environment else None,
        lockfile[1] if lockfile else None,
    )


def _merged(found: list[tuple[Action, str, str]]) -> tuple[PreviewedChange, ...]:
    """Make one change of a removal and an installation of the same name."""
    removed = {name: version for action, name, version in found if action is Action.REMOVE}
    installed = {name for action, name, _ in found if action is Action.INSTALL}
    order = list(Action)
    changes = [
        PreviewedChange(Action.REINSTALL, name, version, removed[name])
        if action is Action.INSTALL and name in removed
        else PreviewedChange(action, name, version)
        for action, name, version in found
        if not (action is Action.REMOVE and name in installed)
    ]
    return tuple(sorted(changes, key=lambda one: (order.index(one.action), one.name)))
