"""What the commands that run uv are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from ws_lsp.grammar.names import normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.refusal import Refusal
from ws_lsp.server.session import Session
from ws_lsp.server.uris import path_of
from ws_lsp.uv.command import PLAIN, Options
from ws_lsp.uv.selection import Packages, member_of

__all__ = [
    "LOCK_COMMAND",
    "SYNC_COMMAND",
    "LockArguments",
    "SyncArguments",
    "Work",
    "work_of",
]

SYNC_COMMAND = "ws-lsp.server.sync"
LOCK_COMMAND = "ws-lsp.server.lock"


@attrs.define
class SyncArguments:
    """The argument of `ws-lsp.server.sync`.

    `root` is the URI of the workspace's root directory or of a file in it; `packages` is `"default"`,
    `"all"` or member names. With `uri` in place of both, the member is synced in which that file is.
    `options` are those of `Options`, named as in JavaScript: `exact`, `extras`, `allExtras`, `groups`,
    `noDefaultGroups`, `frozen`, `locked`, `reinstall`, `upgrade`, `dryRun`.
    """

    root: str | None = None
    packages: Any = None
    uri: str | None = None
    options: Any = None


@attrs.define
class LockArguments:
    """The argument of `ws-lsp.server.lock`: the URI of the root directory or of a file in it."""

    root: str


class Work(NamedTuple):
    """What uv is to do: to sync a selection, or, with None, to lock.

    To `check` is to ask in silence whether the lock file is up to date: nothing is written, and nothing
    said but by diagnostics.
    """

    chosen: Packages | tuple[str, ...] | None
    options: Options = PLAIN
    check: bool = False

    @property
    def title(self) -> str:
        """uv's command."""
        return "uv lock" if self.chosen is None else "uv sync"


def work_of(
    session: Session, arguments: SyncArguments | LockArguments
) -> tuple[str, Work] | Refusal:
    """Return the root directory and what to do there, or what is wrong with the arguments."""
    place = arguments.root
    if isinstance(arguments, SyncArguments):
        place = place or arguments.uri
    path = path_of(place) if place else None
    root = session.host.root_of_directory(path) if path else None
    if root is None or path is None:
        return Refusal("`root` is in no uv workspace")
    if isinstance(arguments, LockArguments):
        return root, Work(None)
    options = _options(arguments.options, session.settings.sync_exact)
    if isinstance(options, Refusal):
        return options
    chosen = arguments.packages
    if arguments.uri is not None and chosen is None:
        inside = path_of(arguments.uri)
        member = member_of(session.host.snapshot(root), inside) if inside else None
        if member is None:
            return Refusal(f"`{arguments.uri}` is in no member of the workspace")
        chosen = [member]
    names = _chosen(chosen)
    return names if isinstance(names, Refusal) else (root, Work(names, options))


def _chosen(packages: Any) -> Packages | tuple[str, ...] | Refusal:
    if packages is None:
        return Packages.DEFAULT
    if packages in ("default", "all"):
        return Packages(packages)
    if not _is_list_of_strings(packages):
        return Refusal('`packages` must be "default", "all" or a list of names')
    return tuple(normalise(name) for name in packages)


def _options(given: Any, exact: bool) -> Options | Refusal:
    options = PLAIN._replace(exact=exact)
    if given is None:
        return options
    if not isinstance(given, Mapping):
        return Refusal("`options` must be an object")
    values: dict[str, Any] = {}
    for key, value in given.items():
        name, is_sound, what = _OPTIONS.get(key, (None, None, ""))
        if name is None or is_sound is None:
            known = ", ".join(f"`{one}`" for one in _OPTIONS)
            return Refusal(f"`options` has no `{key}`. It has {known}")
        if not is_sound(value):
            return Refusal(f"`options.{key}` must be {what}")
        values[name] = tuple(value) if isinstance(value, Sequence) else value
    return options._replace(**values)


def _is_list_of_strings(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(one, str) for one in value)
    )


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_Check = Callable[[Any], bool]
_FLAG: tuple[_Check, str] = (_is_flag, "true or false")
_NAMES: tuple[_Check, str] = (_is_list_of_strings, "a list of names")
_OPTIONS: dict[str, tuple[str, _Check, str]] = {
    "exact": ("exact", *_FLAG),
    "extras": ("extras", *_NAMES),
    "allExtras": ("all_extras", *_FLAG),
    "groups": ("groups", *_NAMES),
    "noDefaultGroups": ("no_default_groups", *_FLAG),
    "frozen": ("frozen", *_FLAG),
    "locked": ("locked", *_FLAG),
    "reinstall": ("reinstall", *_FLAG),
    "upgrade": ("upgrade", *_FLAG),
    "dryRun": ("dry_run", *_FLAG),
}
"""The options by the names that clients give them: our name, and what a value must be."""
