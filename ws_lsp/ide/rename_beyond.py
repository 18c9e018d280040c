"""What follows a member's new name in the other workspaces and projects of the open folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.symbol_references import Mention, Symbol, mentions
from ws_lsp.incremental import Memo
from ws_lsp.project.direct import path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.ignored import directories_below
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.workspace import Member
from ws_lsp.schema.keys import WORKSPACE
from ws_lsp.schema.mentions import Subject
from ws_lsp.toml.tree import String
from ws_lsp.vfs import Kind, join

__all__ = ["mentions_beyond", "workspaces_meaning"]

_MOST = 20_000
"""Into so many directories of the open folders one looks."""


def workspaces_meaning(
    snapshot: Snapshot, member: Member, folders: Iterable[str]
) -> Iterator[Snapshot]:
    """Yield the other workspaces of some folders in which a member of this one is meant by its name.

    They have it as a member too, or take it from its directory. Ignored directories are left out.
    """
    apart = snapshot._replace(memo=Memo())  # what one looks at here is no input of findings
    seen = {snapshot.workspace.root}
    for directory in _below(apart, {*folders, snapshot.workspace.root}):
        if apart.files.kind(join(directory, MANIFEST)) is not Kind.FILE:
            continue
        around = apart.around(directory)
        if around is None or around.workspace.root in seen:
            continue
        seen.add(around.workspace.root)
        if _means(around, member, snapshot.workspace.root):
            yield around


def mentions_beyond(
    snapshot: Snapshot, member: Member, folders: Iterable[str]
) -> Iterator[tuple[Manifest, Mention]]:
    """Yield the mentions of a member in files that do not belong to its workspace."""
    seen = {*snapshot.belonging}
    for around in workspaces_meaning(snapshot, member, folders):
        found = [*mentions(around, Symbol(Subject.PACKAGE, member.name))]
        for one in found:
            if one.path not in seen:
                yield around.manifests[one.path], one
        seen.update(one.path for one in found)


def _below(snapshot: Snapshot, folders: set[str]) -> Iterator[str]:
    for folder in sorted(folders):
        yield from directories_below(snapshot.files, folder, _MOST)


def _means(around: Snapshot, member: Member, root: str) -> bool:
    own = around.workspace.members.get(member.name)
    if own is not None:
        return own.directory == member.directory
    return any(
        _takes(manifest, member, root)
        for manifest in around.belonging.values()
        if member.name in manifest.shared.sources
        or any(one.name == member.name for one in manifest.shared.directs)
    )


def _takes(manifest: Manifest, member: Member, root: str) -> bool:
    """Tell whether a file takes a member from its directory, or from its workspace by a path to that."""
    if any(
        one.name == member.name and path_of(one.place) == member.directory
        for one in manifest.shared.directs
    ):
        return True
    source = manifest.sources.get(Name(member.name))
    for entry in source.entries if source is not None else ():
        for key, place in (("path", member.directory), (WORKSPACE, root)):
            node = entry.table.get(key)
            if isinstance(node, String) and join(manifest.directory, node.value) == place:
                return True
    return False
