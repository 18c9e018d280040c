"""Take a package from the workspace where a member has its name."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.ide.place import Place, source_at
from ws_lsp.ide.refactoring import Refactoring, RefactoringKind
from ws_lsp.project.declarations import Source
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import SOURCE_KINDS
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import remove_entry
from ws_lsp.toml.tree import Statement, Table

__all__ = ["workspace_source_edits", "workspace_sources"]

_KEPT = ("marker", "extra", "group", "editable")
"""What a `workspace = true` source may say besides."""


def workspace_sources(snapshot: Snapshot, manifest: Manifest, at: Place) -> Iterator[Refactoring]:
    """Yield what makes a path, git, URL or index source of a member's name a workspace source.

    uv wants that of all files that find this workspace, so all that have such a source are changed.
    """
    name = source_at(at)
    detached = snapshot.workspace.detached
    if name is None or name not in snapshot.workspace.members or name == manifest.name:
        return
    if manifest.path in detached:
        return
    source = manifest.sources.get(name)
    if source is None or not workspace_source_edits(manifest, source):
        return
    paths = [
        path
        for path, other in snapshot.belonging.items()
        if other.shared.sources.get(name) and other.shared.name != name and path not in detached
    ]

    def changes() -> tuple[Change, ...]:
        found: list[Change] = []
        for path in paths:
            with snapshot.manifests[path].lent() as other:
                edits = workspace_source_edits(other, other.sources[name])
            if edits:
                found.append(Change(path, tuple(edits)))
        return tuple(found)

    yield Refactoring(f"Take `{name}` from the workspace", RefactoringKind.REWRITE, changes)


def workspace_source_edits(manifest: Manifest, source: Source) -> list[Edit]:
    """Return the edits that make a single source `workspace = true`; none where it is, or is a list."""
    table = source.entry.value
    if source.workspace or not isinstance(table, Table) or manifest.syntax is not None:
        return []
    statements = {key: entry.statement for key, entry in table.entries.items()}
    kind = next((key for key in SOURCE_KINDS if key in statements), None)
    first = statements.get(kind) if kind is not None else None
    if kind is None or first is None or None in statements.values():
        return []
    kept = [key for key in _KEPT if key in statements]
    if table.inline:
        texts = ["workspace = true"]
        texts += [_text(manifest, statements[key]) for key in kept]
        return [Edit(table.span, f"{{ {', '.join(texts)} }}")]
    edits = [Edit(Span(first.keys[-1].start, first.value.end), "workspace = true")]
    for key, entry in table.entries.items():
        if key != kind and key not in kept:
            edits += remove_entry(manifest.tree, entry)
    return edits


def _text(manifest: Manifest, statement: Statement | None) -> str:
    return manifest.text[statement.start : statement.end] if statement is not None else ""
