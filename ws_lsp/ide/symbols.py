"""Document symbols and workspace symbols."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import accumulate

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.navigation import Location, located_pattern, name_location
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.mentions import Subject
from ws_lsp.schema.shapes import Role
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Key, Node, Scalar, Section, Statement, String, Table
from ws_lsp.vfs import relative

__all__ = [
    "DocumentSymbol",
    "SymbolKind",
    "WorkspaceSymbol",
    "document_symbols",
    "symbol_location",
    "workspace_symbols",
]

_SHOWN = 100
"""So many members of a pattern are listed below it."""


class SymbolKind(Enum):
    """What a symbol is."""

    TABLE = auto()
    ARRAY = auto()
    STRING = auto()
    VALUE = auto()
    MEMBER = auto()
    GROUP = auto()
    EXTRA = auto()


class DocumentSymbol(NamedTuple):
    """A node of a file's outline; `selection` is what is selected when it is gone to."""

    name: str
    kind: SymbolKind
    detail: str
    span: Span
    selection: Span
    children: tuple[DocumentSymbol, ...] = ()


class WorkspaceSymbol(NamedTuple):
    """A member, group or extra of the workspace; `container` is the member that it belongs to."""

    name: str
    kind: SymbolKind
    path: str
    container: str


def document_symbols(snapshot: Snapshot, manifest: Manifest) -> tuple[DocumentSymbol, ...]:
    """Return the outline of a file: its sections as they are written, and what is in them."""
    found: list[DocumentSymbol] = []
    tree, outline = manifest.tree, _Outline(snapshot, manifest)
    for section in tree.sections:
        children = tuple(outline.of_statements(section.statements))
        if not section.keys:
            found += children
            continue
        end = max([section.end, *(statement.end for statement in section.statements)])
        span = Span(section.start, end)
        table = tree.table_of(section)
        name = table.get("name")
        detail = name.value if isinstance(name, String) else ""
        kind = SymbolKind.ARRAY if section.array else SymbolKind.TABLE
        found.append(
            DocumentSymbol(_dotted(section), kind, detail, span, _keys_span(section.keys), children)
        )
    return tuple(found)


def workspace_symbols(snapshot: Snapshot, query: str) -> Iterator[WorkspaceSymbol]:
    """Yield the members, groups and extras whose names hold the letters of `query` in this order.

    Clients sort and filter further, so the match is generous (LSP 3.17, `workspace/symbol`). For an
    empty query the members are enough: nobody reads thousands of names.
    """
    if "\n" in query:
        return  # no name has one
    if not query:
        yield from _members_of(snapshot)
        return
    letters = query.lower()
    for symbol in _of_discovery(snapshot).fitting(letters):
        if symbol.path not in snapshot.edited:
            yield symbol
    edited = [path for path in snapshot.edited if path in snapshot.belonging]
    yield from _Symbols.of(_all_symbols(snapshot, edited)).fitting(letters)


class _Symbols(NamedTuple):
    """Symbols, and their names in lower case in one text, so that one expression goes through all."""

    symbols: tuple[WorkspaceSymbol, ...]
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, symbols: Iterable[WorkspaceSymbol]) -> _Symbols:
        found = tuple(symbols)
        names = [f"{symbol.name.lower()}\n" for symbol in found]
        return cls(found, "".join(names), tuple(accumulate(map(len, names), initial=0)))

    def fitting(self, letters: str) -> Iterator[WorkspaceSymbol]:
        """Yield the symbols whose names hold these letters, in lower case, in this order."""
        pattern = _in_order(letters)
        at = 0
        while (match := pattern.search(self.text, at)) is not None:
            index = bisect_right(self.starts, match.start()) - 1
            yield self.symbols[index]
            at = self.starts[index + 1]


_LONGEST_QUERY = 200
"""In letters; to compile an expression takes time in its length, and no name is longer."""


def _in_order(letters: str) -> re.Pattern[str]:
    """Return an expression that finds a line with these letters in this order.

    It looks for the first place of each letter and never goes back: the first is the best for those
    that follow.
    """
    escaped = map(re.escape, letters[:_LONGEST_QUERY])
    return re.compile("^" + "".join(f"[^\n{one}]*+{one}" for one in escaped), re.MULTILINE)


@derived(Input.FILES)
def _of_discovery(snapshot: Snapshot) -> _Symbols:
    return _Symbols.of(_all_symbols(snapshot, snapshot.belonging))


def _members_of(snapshot: Snapshot) -> Iterator[WorkspaceSymbol]:
    for member, directory in snapshot.workspace.summaries:
        yield WorkspaceSymbol(member.name, SymbolKind.MEMBER, member.path, directory)


def _all_symbols(snapshot: Snapshot, paths: Iterable[str]) -> Iterator[WorkspaceSymbol]:
    root = snapshot.workspace.root
    for path in paths:
        manifest = snapshot.manifests[path]
        member = snapshot.workspace.by_path.get(path)
        if member is not None:
            directory = relative(member.directory, root)
            yield WorkspaceSymbol(member.name, SymbolKind.MEMBER, path, directory)
        extras, groups = manifest.shared.extras or (), manifest.group_names
        if not extras and not groups:
            continue
        owner = manifest.shared.name or relative(manifest.directory, root)
        for name in extras:
            yield WorkspaceSymbol(name, SymbolKind.EXTRA, path, owner)
        for name in groups:
            yield WorkspaceSymbol(name, SymbolKind.GROUP, path, owner)


def symbol_location(snapshot: Snapshot, symbol: WorkspaceSymbol) -> Location:
    """Return where a workspace symbol is defined."""
    if symbol.kind is SymbolKind.MEMBER:
        return name_location(snapshot, symbol.path)
    subject = Subject.GROUP if symbol.kind is SymbolKind.GROUP else Subject.EXTRA
    manifest = snapshot.manifests.get(symbol.path)
    for one in occurrences(manifest) if manifest is not None else ():
        if one.role is Role.DEFINITION and one.subject is subject and one.name == symbol.name:
            return Location(symbol.path, one.span)
    return Location(symbol.path, Span(0, 0))


# --------------------------------------------------------------------------- outline


class _Outline:
    """Makes the symbols of one file."""

    def __init__(self, snapshot: Snapshot, manifest: Manifest) -> None:
        self.snapshot = snapshot
        self.text = manifest.text
        self.matches = {
            id(node): located_pattern(snapshot, manifest, node)
            for node in (*manifest.member_patterns, *manifest.exclude_patterns)
        }
        """The directories that a pattern names, by its string."""

    def of_statements(self, statements: Iterable[Statement]) -> Iterator[DocumentSymbol]:
        for statement in statements:
            keys = statement.keys
            name = keys[0].text if len(keys) == 1 else ".".join(key.text for key in keys)
            span = Span(statement.start, max(statement.end, keys[-1].end))
            yield DocumentSymbol(
                name or '""', *self.of_value(statement.value, span, _keys_span(keys))
            )

    def of_value(
        self, value: Node, span: Span, selection: Span
    ) -> tuple[SymbolKind, str, Span, Span, tuple[DocumentSymbol, ...]]:
        """Return what is said of a value behind its name; a table in one line is shown as it is."""
        match value:
            case String():
                return SymbolKind.STRING, value.value.partition("\n")[0], span, selection, ()
            case Scalar():
                return SymbolKind.VALUE, value.raw, span, selection, ()
            case Array():
                return SymbolKind.ARRAY, "", span, selection, tuple(self.of_items(value))
            case Table():
                text = self.text[value.start : value.end]
                if "\n" not in text and text:
                    return SymbolKind.TABLE, text, span, selection, ()
                children = tuple(self.of_statements(value.statements))
                return SymbolKind.TABLE, "", span, selection, children
        return SymbolKind.TABLE, "", span, selection, ()

    def of_items(self, array: Array) -> Iterator[DocumentSymbol]:
        for item in array.items:
            if isinstance(item, String):
                name = item.value.strip() or '""'
                matches = self.matches.get(id(item))
                children = tuple(self.members(item, matches)) if matches else ()
                yield DocumentSymbol(name, SymbolKind.STRING, "", item.span, item.inner, children)
            elif isinstance(item, Table) and item.statements:
                name = self.text[item.start : item.end].partition("\n")[0]
                children = tuple(self.of_statements(item.statements))
                yield DocumentSymbol(name, SymbolKind.TABLE, "", item.span, item.span, children)

    def members(self, node: String, directories: Sequence[str]) -> Iterator[DocumentSymbol]:
        """Yield the members that a pattern names; they have no place of their own in this file."""
        workspace = self.snapshot.workspace
        for directory in directories[:_SHOWN]:
            member = workspace.by_directory.get(directory)
            if member is not None:
                shown = relative(directory, workspace.root)
                yield DocumentSymbol(member.name, SymbolKind.MEMBER, shown, node.span, node.inner)


def _dotted(section: Section) -> str:
    return ".".join(section.path) or '""'


def _keys_span(keys: tuple[Key, ...]) -> Span:
    return Span(keys[0].start, keys[-1].end)
