"""The refactorings to offer at a place."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.place import place
from ws_lsp.ide.refactor_joining import joining
from ws_lsp.ide.refactor_members import listings
from ws_lsp.ide.refactor_order import sortings
from ws_lsp.ide.refactor_requirements import constraints, shared_python
from ws_lsp.ide.refactor_root import root_projects
from ws_lsp.ide.refactor_sources import workspace_sources
from ws_lsp.ide.refactoring import Refactoring
from ws_lsp.project.manifest import Manifest

__all__ = ["refactorings"]


def refactorings(snapshot: Snapshot, manifest: Manifest, offset: int) -> Iterator[Refactoring]:
    """Yield the refactorings of what stands at `offset` (code points).

    A file with a syntax mistake has none: what is behind the mistake may mean something else.
    """
    at = place(snapshot, manifest, offset)
    if at is None or manifest.syntax is not None:
        return
    yield from sortings(manifest, at)
    yield from listings(snapshot, manifest, at)
    yield from joining(snapshot, manifest, at)
    yield from workspace_sources(snapshot, manifest, at)
    yield from constraints(snapshot, manifest, at)
    yield from shared_python(snapshot, manifest, at)
    yield from root_projects(snapshot, manifest, at)
