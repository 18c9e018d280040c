"""What the commands that run uv are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from ws_lsp.git import changes_since
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.refusal import Refusal
from ws_lsp.server.session import Session
from ws_lsp.server.uris import path_of
from ws_lsp.uv.command import PLAIN, Options
from ws_lsp.uv.selection import Packages, Selection, select
from ws_lsp.vfs import real_path

__all__ = [
    "LOCK_COMMAND",
    "SYNC_COMMAND",
    "LockArguments",
    "SyncArguments",
    "Work",
    "root_of",
    "work_of",
]

SYNC_COMMAND = "ws-lsp.server.sync"
LOCK_COMMAND = "ws-lsp.server.lock"


@attrs.define
class SyncArguments:
    """The argument of `ws-lsp.server.sync`.

    `root` is the URI of the workspace's root directory or of a file in it; `packages` is `"default"`,
    `"all"` or member names. With `uri` in place of both, the member is synced in which that file is. With
    `since`, a git reference, the members that have changed since; `dependents` and `dependencies` widen
    what is selected (docs/selections.md).
    `options` are those of `Options`, named as in JavaScript: `exact`, `extras`, `allExtras`, `groups`,
    `noDefaultGroups`, `frozen`, `locked`, `reinstall`, `upgrade`, `dryRun`.
    """

    root: str | None = None
    packages: Any = None
    uri: str | None = None
    since: Any = None
    dependents: Any = None
    dependencies: Any = None
    options: Any = None


@attrs.define
class LockArguments:
    """The argument of `ws-lsp.server.lock`: the URI of the root directory or of a file in it.

    With `resolve`, conflicts that a merge left in `uv.lock` are taken out first, when the user agrees.
    """

    root: str
    resolve: Any = None


class Work(NamedTuple):
    """What uv is to do: to sync a selection, or, with None, to lock.

    To `check` is to ask in silence whether the lock file is up to date: nothing is written, and nothing
    said but by diagnostics.
    """

    chosen: Packages | tuple[str, ...] | None
    options: Options = PLAIN
    check: bool = False
    resolve: bool = False
    """Whether to take our side of the conflicts in `uv.lock` before."""

    @property
    def title(self) -> str:
        """uv's command."""
        return "uv lock" if self.chosen is None else "uv sync"


def root_of(session: Session, uri: str | None) -> str | Refusal:
    """Return the root directory of the workspace that a URI is in."""
    path = path_of(uri) if uri else None
    root = session.host.root_of_directory(path) if path else None
    return Refusal("`root` is in no uv workspace") if root is None else root


async def work_of(
    session: Session, arguments: SyncArguments | LockArguments
) -> tuple[str, Work] | Refusal:
    """Return the root directory and what to do there, or what is wrong with the arguments."""
    if isinstance(arguments, LockArguments):
        root = root_of(session, arguments.root)
        work = Work(None, resolve=arguments.resolve is True)
        return root if isinstance(root, Refusal) else (root, work)
    root = root_of(session, arguments.root or arguments.uri)
    if isinstance(root, Refusal):
        return root
    options = _options(arguments.options, session.settings.sync_exact)
    if isinstance(options, Refusal):
        return options
    if arguments.packages == [] and arguments.since is None:
        return root, Work((), options)
    selection = _selection(arguments)
    if isinstance(selection, Refusal):
        return selection
    changes = None
    if selection.since is not None:
        # git has another process, and may take its time
        found = await asyncio.to_thread(changes_since, root, selection.since)
        if isinstance(found, Refusal):
            return found
        changes = found
    selected = select(session.host.snapshot(root), selection, Packages.DEFAULT, changes, real_path)
    if isinstance(selected, Refusal):
        return selected
    return root, Work(selected.packages, options)


def _selection(arguments: SyncArguments) -> Selection | Refusal:
    """Return what the arguments select, or what is wrong with them."""
    packages, since = arguments.packages, arguments.since
    if since is not None and not isinstance(since, str):
        return Refusal("`since` must be a git reference")
    for name in ("dependents", "dependencies"):
        if not isinstance(getattr(arguments, name), bool | None):
            return Refusal(f"`{name}` must be true or false")
    names: tuple[str, ...] = ()
    if _is_list_of_strings(packages):
        names = tuple(packages)
    elif packages not in (None, "default", "all"):
        return Refusal('`packages` must be "default", "all" or a list of names')
    return Selection(
        packages=names,
        default=packages == "default",
        everything=packages == "all",
        here=path_of(arguments.uri) if arguments.uri is not None and packages is None else None,
        since=since,
        dependents=bool(arguments.dependents),
        dependencies=bool(arguments.dependencies),
    )


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
