"""Completion of keys: those that the schema knows, and those that are names."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import normalise
from ws_lsp.ide.completion_members import member_completion, sourced_members
from ws_lsp.ide.completion_names import package_names
from ws_lsp.ide.place import KeyPlace, NamePlace, source_at
from ws_lsp.ide.proposal import Completion, CompletionKind, Completions
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.pyproject import PYPROJECT
from ws_lsp.schema.shapes import (
    Flag,
    Holds,
    Integer,
    Key,
    Keys,
    ListOf,
    MapOf,
    Role,
    Shape,
    Text,
    alternatives,
)
from ws_lsp.text import Span
from ws_lsp.toml.cursor import Cursor, Where
from ws_lsp.toml.tree import Entry, ImpliedEntry, Table

__all__ = ["empty_value", "key_completions", "name_key_completions", "shown_values"]


def key_completions(
    snapshot: Snapshot, manifest: Manifest, at: KeyPlace, offset: int
) -> Completions:
    """Return the keys that the table at a place may have, with an empty value where none stands.

    In a header these are the keys of tables, or of lists of tables.
    """
    span = _span(at.cursor, offset)
    own = at.cursor.key.text if at.cursor.key is not None else None
    if at.cursor.where is Where.HEADER:
        return Completions(span, list(_headers(manifest, at, own)))
    alone = _is_alone(at.cursor)
    present = at.cursor.table.entries if at.cursor.table is not None else {}
    refused: frozenset[str] = frozenset()
    if source_at(at) is not None:
        from ws_lsp.rules.written_sources import (
            refused_beside,  # here: where a file is first checked
        )

        refused = refused_beside(present.keys() - {own})
    return Completions(
        span,
        [
            Completion(
                text,
                CompletionKind.KEY,
                f"{text} = {empty_value(key)}" if alone else text,
                shown_values(key.shape),
                key.text,
                filter_text=text,
            )
            for text, key in at.offered.items()
            if text == own or text not in present
            if text not in refused
            if not key.since or key.since <= snapshot.uv_version()
            if at.table is not PYPROJECT or not _is_table(key)  # a header will do better
        ],
    )


def _headers(manifest: Manifest, at: KeyPlace, own: str | None) -> Iterator[Completion]:
    """Yield what may end the header at the cursor: a table that is not there yet, or a list of tables."""
    cursor = at.cursor
    names = [part for part in cursor.path if isinstance(part, str)]
    above = manifest.tree.root.table(*names)
    present = above.entries if above is not None else {}
    for text, key in at.offered.items():
        if cursor.section.array:
            fits = any(_lists_tables(one) for one in alternatives(key.shape))
        else:
            inner = present.get(text)
            taken = inner is not None and text != own and not _is_open(inner)
            fits = _is_table(key) and not taken
        if fits:
            yield Completion(text, CompletionKind.KEY, text, "", key.text, (), text)


def _is_open(entry: Entry) -> bool:
    """Tell whether a table may still have a header: only headers of tables below it imply it."""
    value = entry.value
    implied = isinstance(entry, ImpliedEntry) and entry.statement is None
    return implied and isinstance(value, Table) and not value.headers


def _is_table(key: Key) -> bool:
    return isinstance(next(alternatives(key.shape)), Keys | MapOf)


def _lists_tables(shape: Shape) -> bool:
    return isinstance(shape, ListOf) and isinstance(next(alternatives(shape.item)), Keys)


_SHOWN_WORDS = 8
"""So many words of an enumeration are shown beside a key."""


def shown_values(shape: Shape) -> str:
    """Return in short what values a shape allows."""
    if isinstance(shape, Text) and shape.words:
        more = " | …" if len(shape.words) > _SHOWN_WORDS else ""
        return " | ".join(shape.words[:_SHOWN_WORDS]) + more
    return shape.noun.replace("`", "")


def empty_value(key: Key) -> str:
    """Return the value to write for a new key, as TOML."""
    return key.empty or _empty(next(alternatives(key.shape)), key.default)


def _empty(shape: Shape, default: str | int = "") -> str:
    match shape:
        case Flag():
            return shape.words[0]
        case Text():
            return f'"{default or next(iter(shape.words), "")}"'
        case Integer():
            return str(default if default != "" else shape.least or 0)
        case ListOf():
            return "[]"
        case Keys() | MapOf():
            return "{}"
        case _:
            return '""'


# ------------------------------------------------------------------------ keys that are names


def name_key_completions(
    snapshot: Snapshot, manifest: Manifest, at: NamePlace, offset: int
) -> Completions:
    """Return the names that may be keys of the table at a place, with a value where none stands."""
    cursor = at.cursor
    span = _span(cursor, offset)
    if not at.counts:
        return Completions(span, [])
    if at.table.name.role is Role.SOURCE:
        return _sources(snapshot, manifest, cursor, span)
    tail = f" = {_empty(next(alternatives(at.table.value)))}" if _is_alone(cursor) else ""
    lead = _lead(manifest, cursor)
    own = cursor.key.text if cursor.key is not None else None
    present = {
        normalise(text)
        for text in (cursor.table.entries if cursor.table is not None else ())
        if text != own
    }
    match at.table.name:
        case Text(role=Role.SETTING, holds=Holds.PACKAGE):
            names = package_names(snapshot)
            kind, detail = CompletionKind.PACKAGE, ""
        case Text(role=Role.SETTING, holds=Holds.GROUP):
            names = [*manifest.group_names]
            kind, detail = CompletionKind.GROUP, "dependency group"
        case Text(holds=Holds.RULE):
            return Completions(span, [*_rules(present, bool(tail))])
        case _:
            names = []
            kind, detail = CompletionKind.KEY, ""
    return Completions(
        span,
        [
            Completion(name, kind, f"{name}{tail}", detail, filter_text=f"{lead}{name}")
            for name in names
            if normalise(name) not in present
        ],
    )


def _rules(present: Collection[str], alone: bool) -> Iterator[Completion]:
    from ws_lsp.rules.catalogue import ALL  # here: it is loaded where a file is first checked

    for rule in ALL:
        if rule.code not in present:
            severity = rule.severity.value
            text = f'{rule.code} = "{severity}"' if alone else rule.code
            yield Completion(
                rule.code,
                CompletionKind.KEY,
                text,
                severity,
                rule.title,
                filter_text=rule.code,
            )


def _sources(snapshot: Snapshot, manifest: Manifest, cursor: Cursor, span: Span) -> Completions:
    """Return the members that have no source here: those of the workspace in which uv reads the file."""
    tail = " = { workspace = true }" if _is_alone(cursor) else ""
    lead = _lead(manifest, cursor)
    taken = {name for name, source in manifest.sources.items() if source.key != cursor.key}
    if manifest.name is not None:
        taken.add(manifest.name)
    return Completions(
        span,
        [  # a normal form is a bare key
            member_completion(name, f"{name}{tail}", directory, description, f"{lead}{name}")
            for name, directory, description in sourced_members(snapshot, manifest)
            if name not in taken
        ],
    )


def _lead(manifest: Manifest, cursor: Cursor) -> str:
    """Return the quote that the key at the cursor begins with: clients compare with what is typed."""
    quote = manifest.text[cursor.key.start : cursor.key.start + 1] if cursor.key else ""
    return quote if quote in ('"', "'") else ""


def _span(cursor: Cursor, offset: int) -> Span:
    """Return what a key replaces: the one at the cursor."""
    return cursor.key.span if cursor.key is not None else Span(offset, offset)


def _is_alone(cursor: Cursor) -> bool:
    """Tell whether the key at the cursor has no value yet."""
    return cursor.where is Where.KEY and (cursor.statement is None or cursor.statement.equals < 0)
