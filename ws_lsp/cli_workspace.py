"""What commands have in common: the workspace that a PATH means, and the members that are selected."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from typing import TYPE_CHECKING

from ws_lsp.text import in_one_line
from ws_lsp.vfs import Kind, base_name, from_native, join, parent, real_path, to_native

if TYPE_CHECKING:
    from ws_lsp.analysis import Host, Snapshot
    from ws_lsp.uv.selection import Selected

__all__ = [
    "UsageError",
    "directory_of",
    "files_of_selection",
    "new_host",
    "root_of",
    "select",
    "selects",
    "snapshot_of",
    "working_directory",
]


class UsageError(Exception):
    """What the user asked for cannot be done; the message says why."""


def directory_of(path: str) -> str:
    """Return the directory that a PATH on the command line means."""
    from ws_lsp.project.file_names import MANIFEST

    start = from_native(path)
    if not os.path.exists(path):
        raise UsageError(f"`{path}` does not exist")
    if os.path.isdir(path):
        return start
    if base_name(start) != MANIFEST:
        raise UsageError(f"`{path}` is neither a directory nor a `{MANIFEST}`")
    return parent(start)


def new_host() -> Host:
    """Return a host that looks at the disk, once at each file."""
    from ws_lsp.analysis import Host
    from ws_lsp.uv.environment import project_environment, variables_of

    return Host(
        uv_version=functools.cache(_uv_version),
        environment=project_environment(os.environ),
        variables=variables_of(os.environ, os.path.exists),
        one_look=True,
    )


def root_of(host: Host, path: str) -> str:
    """Return the root of the workspace that uv finds from a directory or a `pyproject.toml`."""
    from ws_lsp.project.file_names import MANIFEST

    start = directory_of(path)
    root = host.root_of_directory(start)
    if root is None:
        manifest = join(start, MANIFEST)
        kind = host.files.kind(manifest)
        if kind is Kind.OTHER or (kind is not None and kind.is_directory):
            raise UsageError(f"`{to_native(manifest)}` is not a regular file")
        raise UsageError(f"no `{MANIFEST}` was found in `{path}` or any parent directory")
    return root


def snapshot_of(path: str) -> Snapshot:
    """Return the workspace that uv finds from a directory or a `pyproject.toml`."""
    host = new_host()
    return host.snapshot(root_of(host, path))


def select(
    options: argparse.Namespace, snapshot: Snapshot, path: str, *, everything: bool = False
) -> Selected:
    """Return what is selected; without any selector `everything`, or the default packages.

    `--here` means the member that `path` is in.
    """
    from ws_lsp.git import changes_since
    from ws_lsp.refusal import Refusal
    from ws_lsp.uv.selection import Packages, Selection
    from ws_lsp.uv.selection import select as select_members

    selection = Selection(
        packages=tuple(options.package),
        default=options.default,
        everything=options.all,
        here=directory_of(path) if options.here else None,
        since=options.since,
        dependents=options.dependents,
        dependencies=options.dependencies,
    )
    changes = None
    if options.since is not None:
        since = changes_since(snapshot.workspace.root, options.since)
        if isinstance(since, Refusal):
            raise UsageError(since.reason)
        changes = since
    without = Packages.ALL if everything else Packages.DEFAULT
    found = select_members(snapshot, selection, without, changes, real_path)
    if isinstance(found, Refusal):
        raise UsageError(found.reason)
    for note in found.notes:
        print(in_one_line(note), file=sys.stderr)
    return found


def selects(options: argparse.Namespace) -> bool:
    """Tell whether members are selected at all: most commands need nothing of that."""
    return any(
        (
            options.package,
            options.default,
            options.all,
            options.here,
            options.since is not None,
            options.dependents,
            options.dependencies,
        )
    )


def files_of_selection(
    options: argparse.Namespace, snapshot: Snapshot, path: str
) -> set[str] | None:
    """Return the files that a check of the selected members is about, None where all are."""
    if not selects(options):
        return None
    from ws_lsp.project.file_names import LOCKFILE, MANIFEST, SETTINGS

    workspace = snapshot.workspace
    paths = {join(workspace.root, name) for name in (MANIFEST, SETTINGS, LOCKFILE)}
    names = select(options, snapshot, path, everything=True).members
    return paths | {workspace.members[name].path for name in names}


def working_directory() -> str:
    """Return the directory that names are shown from; the file system's root where it was deleted."""
    try:
        return from_native(os.getcwd())
    except FileNotFoundError:
        return "/"


def _uv_version() -> tuple[int, ...]:
    """Return the version of the installed uv, the newest known where none is installed."""
    from ws_lsp.project.versions import NEWEST
    from ws_lsp.uv.find import find_uv

    uv = find_uv(None)
    return uv.version if uv else NEWEST
