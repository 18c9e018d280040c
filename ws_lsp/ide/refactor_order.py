"""Sort `default-packages`, `members`, `exclude` and `sources`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ws_lsp.checking.findings import Change
from ws_lsp.grammar.names import normalise
from ws_lsp.ide.place import Place, ValuePlace
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.shapes import Holds, Key, ListOf, MapOf, Role, Shape, Text, alternatives
from ws_lsp.toml.cursor import Where
from ws_lsp.toml.order import sort_entries, sort_strings
from ws_lsp.toml.tree import Array, Table

__all__ = ["sortings"]


def sortings(manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield the sorting of the list or table at a place, where it is not sorted."""
    path, key = _at(at)
    order = next(filter(None, map(_order, alternatives(key.shape))), None) if key else None
    value = manifest.tree.root.get(*path) if order is not None else None
    if order is None:
        return
    if isinstance(value, Array):
        edits = sort_strings(manifest.tree, value, order)
    elif isinstance(value, Table):
        edits = sort_entries(manifest.tree, value, order)
    else:
        return
    if edits:
        changes = (Change(manifest.path, tuple(edits)),)
        yield Refactoring(f"Sort `{path[-1]}`", RefactoringKind.REWRITE, lambda: changes)


def _order(shape: Shape) -> Callable[[str], str] | None:
    """Return by what of a name the entries of a value are sorted, None where their order may matter."""
    match shape:
        case ListOf(item=Text(role=Role.DEFAULT_PACKAGE)) | MapOf(name=Text(role=Role.SOURCE)):
            return normalise
        case ListOf(item=Text(holds=Holds.PATTERN)):
            return str
        case _:
            return None


def _at(at: Place) -> tuple[tuple[str, ...], Key | None]:
    """Return the path and the key at a place, or those of the list or table that is around it."""
    match at:
        case ValuePlace(cursor=cursor) if cursor.where is not Where.ITEM:
            return (), None
        case _:
            return at.path, at.key
