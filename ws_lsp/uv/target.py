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
    root = to_native(workspace.root)
    groups = _groups_matter(snapshot)
    sound = packages is None or packages.sound
    return Target(root, workspace.virtual, workspace.members, defaults, groups, sound)


def _groups_matter(snapshot: Snapshot) -> bool:
    """Tell whether the default groups of one default package depend on how many are synced.

    With several it is the root that names them, and a virtual root adds its own.
    """
    manifests = [snapshot.root]
    packages = snapshot.default_packages
    for name in packages.names if packages else ():
        member = snapshot.workspace.members.get(name)
        if member is not None and member.path in snapshot.manifests:
            manifests.append(snapshot.manifests[member.path])
    own = snapshot.root.groups or (
        snapshot.root.uv and "dev-dependencies" in snapshot.root.uv.entries
    )
    return bool(snapshot.workspace.virtual and own) or any(
        manifest.uv is not None and "default-groups" in manifest.uv.entries
        for manifest in manifests
    )
