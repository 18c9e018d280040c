"""Projects that lie below a workspace's root and that no pattern of `members` names."""

from __future__ import annotations

from collections.abc import Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Input, derived
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.ignored import directories_below
from ws_lsp.project.repository import worktree_around
from ws_lsp.vfs import Kind, join

__all__ = ["stray_projects"]

_MOST = 2000
"""Into so many directories one looks: a larger tree is not searched to its end."""


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def stray_projects(snapshot: Snapshot) -> Mapping[Name, str]:
    """Return by name the directories of projects below the root that could be members and are not."""
    root, files = snapshot.workspace.root, snapshot.files
    found: dict[Name, str] = {}
    others: list[str] = []
    for directory in directories_below(files, root, _MOST):
        path = join(directory, MANIFEST)
        if path in snapshot.manifests or files.kind(path) is not Kind.FILE:
            continue
        manifest = snapshot.read_manifest(path)
        if manifest is None or directory.startswith(tuple(others)):
            continue
        shared = manifest.shared
        if shared.workspace:
            others.append(f"{directory}/")
        elif (
            shared.name is not None
            and shared.managed
            and worktree_around(files, directory, root) is None
        ):
            found.setdefault(shared.name, directory)
    return found
