"""Completion of the names of members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.proposal import MANY, Completion, CompletionKind

__all__ = ["member_completion", "members"]


def members(snapshot: Snapshot) -> Iterator[tuple[Name, str, str]]:
    """Yield the name, the directory and the description of every member."""
    manifests = snapshot.manifests
    for member, directory in snapshot.workspace.summaries:
        manifest = manifests.get(member.path)
        yield member.name, directory, manifest.description if manifest else ""


@lru_cache(maxsize=MANY)
def member_completion(
    name: Name, text: str, directory: str, description: str, filter_text: str = "", rank: int = 0
) -> Completion:
    """Return the proposal of a member, which writes `text`."""
    return Completion(
        name, CompletionKind.MEMBER, text, directory, description, (), filter_text or name, rank
    )
