"""Completion of the names of members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.proposal import MANY, Completion, CompletionKind
from ws_lsp.project.manifest import Manifest

__all__ = ["member_completion", "members", "required_members", "sourced_members"]


def members(snapshot: Snapshot) -> Iterator[tuple[Name, str, str]]:
    """Yield the name, the directory and the description of every member."""
    manifests = snapshot.manifests
    for member, directory in snapshot.workspace.summaries:
        manifest = manifests.get(member.path)
        yield member.name, directory, manifest.description if manifest else ""


def sourced_members(snapshot: Snapshot, manifest: Manifest) -> Iterator[tuple[Name, str, str]]:
    """Yield the members that `workspace = true` leads to in a file, as `members` does.

    For a detached member these are another workspace's, but for names that this one has elsewhere.
    """
    around = snapshot.sourcing(manifest.path)
    own, theirs = snapshot.workspace.members, around.workspace.members
    for name, directory, description in members(around):
        if name not in own or own[name].directory == theirs[name].directory:
            yield name, directory, description


def required_members(snapshot: Snapshot, manifest: Manifest) -> Iterator[tuple[Name, str, str]]:
    """Yield the members that a file can require, as `members` does: a detached one needs no source of this workspace."""
    around = snapshot.sourcing(manifest.path)
    if around is not snapshot:
        theirs = around.workspace.members
        yield from (one for one in members(snapshot) if one[0] not in theirs)
    yield from sourced_members(snapshot, manifest)


@lru_cache(maxsize=MANY)
def member_completion(
    name: Name, text: str, directory: str, description: str, filter_text: str = "", rank: int = 0
) -> Completion:
    """Return the proposal of a member, which writes `text`."""
    return Completion(
        name, CompletionKind.MEMBER, text, directory, description, (), filter_text or name, rank
    )
