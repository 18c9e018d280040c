"""What of a snapshot a sync needs to know."""

from __future__ import annotations

from ws_lsp.analysis import Snapshot
from ws_lsp.uv.command import Target
from ws_lsp.vfs import to_native

__all__ = ["target_of"]


def target_of(snapshot: Snapshot) -> Target:
    """Return the workspace of a snapshot as a target of uv."""
    packages = snapshot.default_packages
    defaults: str | tuple[str, ...] | None = None
    if packages is not None:
        defaults = "all" if packages.everything else packages.names
    workspace = snapshot.workspace
    return Target(to_native(workspace.root), workspace.virtual, workspace.members, defaults)
