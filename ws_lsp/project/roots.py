"""The workspaces and the single projects below a directory, such as all those of a repository."""

from __future__ import annotations

from collections.abc import Callable

from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.ignored import directories_below
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import Version
from ws_lsp.project.workspace import Manifests, find_root
from ws_lsp.schema.keys import DEPENDENCY_GROUPS
from ws_lsp.vfs import FileSystem, Kind, join

__all__ = ["find_roots"]


def find_roots(
    files: FileSystem,
    manifests: Manifests,
    directory: str,
    version: Callable[[], Version],
) -> tuple[str, ...]:
    """Return the roots that uv finds from the manifests in a directory and below it, sorted.

    Ignored and hidden directories, virtual environments and `node_modules` are left out, and so are
    manifests that say nothing to uv, for instance one with the settings of a linter alone.
    """
    roots: set[str] = set()
    for one in directories_below(files, directory):
        path = join(one, MANIFEST)
        manifest = manifests(path) if files.kind(path) is Kind.FILE else None
        root = find_root(files, manifests, one, version) if manifest is not None else None
        if manifest is not None and root is not None and (root != one or _concerns_uv(manifest)):
            roots.add(root)
    return tuple(sorted(roots))


def _concerns_uv(manifest: Manifest) -> bool:
    """Tell whether a manifest has something of a project or a workspace, or cannot be read."""
    return (
        manifest.unreadable is not None
        or manifest.syntax is not None
        or any(manifest.tree.root.get(*key) is not None for key in _KEYS)
    )


_KEYS = (("project",), (DEPENDENCY_GROUPS,), ("tool", "uv"), ("tool", "ws-lsp"))
