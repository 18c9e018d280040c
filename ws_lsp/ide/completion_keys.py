"""Completion of keys that concern workspaces, and of values that are one of a few words."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.keys import TABLE_LISTS, described_keys
from ws_lsp.ide.proposal import Completion, CompletionKind, Completions
from ws_lsp.project.declarations import DEFAULT_PACKAGES, SOURCES, Home
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Span
from ws_lsp.toml.cursor import Cursor, Where
from ws_lsp.toml.tree import Scalar

__all__ = ["flag_completions", "key_completions"]


def key_completions(
    snapshot: Snapshot, manifest: Manifest, cursor: Cursor, offset: int
) -> Completions:
    """Return the keys that the table at the cursor may have, with an empty value where none stands.

    In a header these are the keys of tables, or of lists of tables.
    """
    span = cursor.key.span if cursor.key is not None else Span(offset, offset)
    own = cursor.key.text if cursor.key is not None else None
    is_root = manifest is snapshot.root
    if cursor.where is Where.HEADER:
        return Completions(span, list(_headers(manifest, cursor, own, is_root)))
    alone = cursor.statement is None or cursor.statement.equals < 0
    present = cursor.table.entries if cursor.table is not None else {}
    refused: frozenset[str] = frozenset()
    if cursor.path[:3] == SOURCES:
        from ws_lsp.rules.uv_sources import refused_beside  # here: where a file is first checked

        refused = refused_beside(present.keys() - {own})
    return Completions(
        span,
        [
            Completion(
                key,
                CompletionKind.KEY,
                f"{key} = {value}" if alone else key,
                detail,
                text,
                filter_text=key,
            )
            for key, value, detail, text in _keys(cursor, is_root)
            if key == own or key not in present
            if key not in refused
        ],
    )


def _headers(
    manifest: Manifest, cursor: Cursor, own: str | None, is_root: bool
) -> Iterator[Completion]:
    """Yield what may end the header at the cursor: a table that is not there yet, or a list of tables."""
    names = [part for part in cursor.path if isinstance(part, str)]
    above = manifest.tree.root.table(*names) if names else None
    present = above.entries if above is not None else {}
    for key, description in described_keys(cursor.path).items():
        if description.root_only and not is_root:
            continue
        if cursor.section.array:
            fits = key in TABLE_LISTS
        else:
            fits = description.value.startswith("{") and (key == own or key not in present)
        if fits:
            yield Completion(key, CompletionKind.KEY, key, "", description.text, (), key)


def _keys(cursor: Cursor, is_root: bool) -> Iterator[tuple[str, str, str, str]]:
    """Yield the keys, an empty value of each, and what to say of it, in short and at length."""
    home = next((home for home in Home if cursor.path == home.value), None)
    known = {**described_keys(cursor.path)}
    if home is not None:
        known[DEFAULT_PACKAGES] = described_keys(Home.WS_LSP.value)[DEFAULT_PACKAGES]
    for key, description in known.items():
        if is_root or not description.root_only:
            detail = "members to sync by default" if key == DEFAULT_PACKAGES else ""
            yield key, description.value, detail, description.text
    if cursor.path == ("tool", "ws-lsp", "rules") and is_root:
        from ws_lsp.rules.catalogue import ALL  # here: it is loaded where a file is first checked

        for rule in ALL:
            yield rule.code, f'"{rule.severity.value}"', rule.severity.value, rule.title


def flag_completions(cursor: Cursor, offset: int) -> Completions:
    """Return `true` and `false` where a key stands whose value is one of them."""
    node = cursor.node
    span = node.span if isinstance(node, Scalar) else Span(offset, offset)
    nothing = Completions(span, [])
    if cursor.where is not Where.VALUE or not cursor.path:
        return nothing
    description = described_keys(cursor.path[:-1]).get(str(cursor.path[-1]))
    if description is None or description.value not in ("true", "false"):
        return nothing
    if node is not None and not isinstance(node, Scalar) and node.start != node.end:
        return nothing
    words = ("true", "false")
    return Completions(
        span, [Completion(word, CompletionKind.VALUE, word, filter_text=word) for word in words]
    )
