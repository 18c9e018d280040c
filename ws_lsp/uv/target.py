"""What of a snapshot a sync needs to know."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.tool_uv import CONFLICTS, DEFAULT_GROUPS, DEV_DEPENDENCIES, PACKAGE
from ws_lsp.toml.tree import Array, Node, String, Table
from ws_lsp.uv.command import Conflict, Target
from ws_lsp.vfs import to_native

__all__ = ["member_of", "target_of"]


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
        conflicts=tuple(_conflicts(snapshot)),
    )


def member_of(snapshot: Snapshot, path: str) -> Name | None:
    """Return the member in whose directory a file or directory is, the innermost one of several."""
    around = [
        member
        for member in snapshot.workspace.members.values()
        if path == member.directory or path.startswith(f"{member.directory.rstrip('/')}/")
    ]
    return max(around, key=lambda member: len(member.directory)).name if around else None


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


def _conflicts(snapshot: Snapshot) -> Iterator[Conflict]:
    """Yield the sets of `conflicts`, of the root and of members, that hold whole packages."""
    for path in snapshot.workspace.shared:
        manifest = snapshot.manifests[path]
        # the trees of closed files are made anew where they are asked for
        value = manifest.uv.get(CONFLICTS) if CONFLICTS in manifest.text and manifest.uv else None
        for one in value.items if isinstance(value, Array) else ():
            packages = frozenset(_whole_packages(one))
            if len(packages) > 1:
                yield Conflict(packages, _written(manifest, one))


def _whole_packages(conflict: Node) -> Iterator[Name]:
    for item in conflict.items if isinstance(conflict, Array) else ():
        name = item.get(PACKAGE) if isinstance(item, Table) and len(item.entries) == 1 else None
        if isinstance(name, String):
            yield normalise(name.value)


def _written(manifest: Manifest, node: Node) -> str:
    return " ".join(manifest.text[node.span.start : node.span.end].split())
