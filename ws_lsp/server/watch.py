"""What the client is asked to watch.

Manifests alone are not enough: when a directory is deleted or moved, or created and filled at once,
VS Code reports the directory and nothing in it. So what `members` patterns name is watched as well.
"""

from __future__ import annotations

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.project.file_names import LOCKFILE, MANIFEST, PYTHON_VERSIONS, SETTINGS
from ws_lsp.project.globs import Pattern as MemberPattern
from ws_lsp.project.globs import compile_pattern
from ws_lsp.server.client import Client
from ws_lsp.server.uris import uri_of
from ws_lsp.vfs import is_absolute, join

__all__ = ["Watches"]

_METHOD = types.WORKSPACE_DID_CHANGE_WATCHED_FILES


class Watches:
    """What the client has been asked to watch."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._watched: list[types.FileSystemWatcher] = []
        self._count = 0

    def follow(self, snapshots: list[Snapshot]) -> None:
        """Ask the client to watch what matters now, where it can and where that is something new."""
        capabilities = self._client.capabilities
        if not capabilities.watched_files:
            return
        wanted = _watchers(snapshots, capabilities.relative_patterns)
        if wanted == self._watched:
            return
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers=wanted)
        self._client.register(self._identifier(self._count + 1), _METHOD, options)
        if self._watched:
            # only now, so that nothing is missed in between
            self._client.unregister(self._identifier(self._count), _METHOD)
        self._watched, self._count = wanted, self._count + 1

    def _identifier(self, count: int) -> str:
        return f"ws-lsp.watched-files.{count}"


def _watchers(snapshots: list[Snapshot], relative_patterns: bool) -> list[types.FileSystemWatcher]:
    """Return watchers for every manifest, and for the directories that these workspaces' members name.

    Without `relative_patterns` (LSP 3.17) only patterns below an open folder can be watched.
    """
    watched = (MANIFEST, SETTINGS, LOCKFILE, *PYTHON_VERSIONS)
    globs: list[types.GlobPattern] = [f"**/{name}" for name in watched]
    seen: set[tuple[str, str]] = set()
    for snapshot in snapshots:
        for node in snapshot.root.member_patterns:
            pattern = compile_pattern(node.value)
            if not isinstance(pattern, MemberPattern):
                continue
            base, rest = _split(snapshot.workspace.root, pattern.normal)
            if not rest or (base, rest) in seen:
                continue
            seen.add((base, rest))
            if relative_patterns:
                globs.append(types.RelativePattern(base_uri=uri_of(base), pattern=rest))
            elif base == snapshot.workspace.root:
                globs.append(f"**/{rest}")
    return [types.FileSystemWatcher(glob_pattern=glob) for glob in globs]


def _split(root: str, pattern: str) -> tuple[str, str]:
    """Return the directory to watch in and the pattern below it; it may lie outside of the root."""
    base = root
    parts = pattern.split("/")
    if is_absolute(pattern):
        literal = next(
            (index for index, part in enumerate(parts) if any(one in part for one in "?*[")),
            len(parts) - 1,
        )
        return "/".join(parts[:literal]) or "/", "/".join(parts[literal:])
    while parts and parts[0] == "..":
        base = join(base, parts.pop(0))
    return base, "/".join(parts)
