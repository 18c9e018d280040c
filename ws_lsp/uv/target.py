"""What of a snapshot a sync needs to know."""

from __future__ import annotations

from ws_lsp.analysis import Snapshot
from ws_lsp.project.together import all_together
from ws_lsp.schema.keys import DEFAULT_GROUPS, DEV_DEPENDENCIES
from ws_lsp.uv.command import Target
from ws_lsp.vfs import to_native

__all__ = ["target_of"]


def target_of(snapshot: Snapshot) -> Target:
    """Return the workspace of a snapshot as a target of uv."""
    packages = snapshot.default_packages
    workspace = snapshot.workspace
    return Target(
        root=to_native(workspace.root),
        virtual=workspace.virtual,
        members=workspace.members,
        default_packages=packages.value if packages is not None else None,
        groups=_groups_matter(snapshot),
        sound=packages is None or packages.sound,
        together=all_together(workspace, snapshot.manifests),
    )


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
        snapshot.root.uv and DEV_DEPENDENCIES in snapshot.root.uv.entries
    )
    return bool(snapshot.workspace.virtual and own) or any(
        manifest.uv is not None and DEFAULT_GROUPS in manifest.uv.entries for manifest in manifests
    )
