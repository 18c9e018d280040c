"""Sort `default-packages`, `members`, `exclude` and `sources`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ws_lsp.ide.place import (
    DefaultPackagesPlace,
    KeyPlace,
    MemberPatternPlace,
    Place,
    SourceKeyPlace,
)
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind
from ws_lsp.ide.workspace_lists import WORKSPACE_TABLE
from ws_lsp.project.declarations import DEFAULT_PACKAGES, SOURCES, Home
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import normalise
from ws_lsp.rules.base import Change
from ws_lsp.toml.order import sort_entries, sort_strings
from ws_lsp.toml.tree import Array, Table

__all__ = ["sortings"]

_SORTED: dict[tuple[str, ...], Callable[[str], str]] = {
    **{(*home.value, DEFAULT_PACKAGES): normalise for home in Home},
    (*WORKSPACE_TABLE, "members"): str,
    (*WORKSPACE_TABLE, "exclude"): str,
    SOURCES: normalise,
}
"""The paths of what can be sorted, and by what of a name."""


def sortings(manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield the sorting of the list or table at a place, where it is not sorted."""
    path = _path(at)
    value = manifest.tree.root.get(*path) if path in _SORTED else None
    if isinstance(value, Array):
        edits = sort_strings(manifest.tree, value, _SORTED[path])
    elif isinstance(value, Table) and path == SOURCES:
        edits = sort_entries(manifest.tree, value, _SORTED[path])
    else:
        return
    if edits:
        changes = (Change(manifest.path, tuple(edits)),)
        yield Refactoring(f"Sort `{path[-1]}`", RefactoringKind.REWRITE, lambda: changes)


def _path(at: Place) -> tuple[str, ...]:
    """Return the path of the key at a place, or that of the list or table that is around it."""
    match at:
        case DefaultPackagesPlace(cursor=cursor) | MemberPatternPlace(cursor=cursor):
            return tuple(map(str, cursor.path))
        case SourceKeyPlace():
            return SOURCES
        case KeyPlace(cursor=cursor) if cursor.key is not None:
            return (*map(str, cursor.path), cursor.key.text)
    return ()
