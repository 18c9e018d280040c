"""Definition, references and highlights: from every mention of a name to every other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.occurrences import occurrence_at, occurrences
from ws_lsp.ide.place import KeyPlace, ValuePlace, place, source_at
from ws_lsp.ide.symbol_references import Symbol, definitions, mentions, symbol_of
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.workspace import Member
from ws_lsp.schema.keys import LEADING
from ws_lsp.schema.mentions import Occurrence, Subject
from ws_lsp.schema.shapes import Holds, Key, Role
from ws_lsp.schema.tool_uv import PATH_OF_SOURCE, SOURCE_TABLE, WORKSPACE_OF_SOURCE
from ws_lsp.text import Span
from ws_lsp.toml.tree import Node, Scalar, String
from ws_lsp.vfs import Kind, base_name, join

__all__ = [
    "Highlight",
    "Location",
    "Target",
    "definition",
    "highlights",
    "led_to",
    "located_pattern",
    "located_source",
    "name_location",
    "references",
    "source_locations",
    "symbol_at",
]


class Location(NamedTuple):
    """A place in a file of the disk; `path` need not be one of the workspace's manifests."""

    path: str
    span: Span


class Target(NamedTuple):
    """Where a definition leads to; `origin` is what at the cursor leads there."""

    origin: Span
    location: Location


class Highlight(NamedTuple):
    """A mention in the file at the cursor; `defines` where it is the definition."""

    span: Span
    defines: bool


def symbol_at(
    snapshot: Snapshot, manifest: Manifest, offset: int
) -> tuple[Occurrence, Symbol] | None:
    """Return the name at `offset` (code points) and what it stands for."""
    found = occurrence_at(manifest, offset)
    return (found, symbol_of(snapshot, manifest, found)) if found is not None else None


def definition(snapshot: Snapshot, manifest: Manifest, offset: int) -> tuple[Target, ...]:
    """Return where that is defined which stands at `offset` (code points).

    A pattern leads to all its members, `workspace = true` to the member, a source with a path, and a
    package that has one, to the project there.
    """
    found = symbol_at(snapshot, manifest, offset)
    if found is not None:
        occurrence, symbol = found
        places = [Location(path, one.span) for path, one in definitions(snapshot, symbol)]
        if not places and symbol.subject is Subject.PACKAGE:
            places += source_locations(snapshot, manifest, Name(symbol.name))
        return tuple(Target(occurrence.span, one) for one in places)
    match place(snapshot, manifest, offset):
        case ValuePlace(cursor=cursor) as at if cursor.string and at.holds(Holds.PATTERN):
            return tuple(_of_pattern(snapshot, manifest, cursor.string))
        case ValuePlace(cursor=cursor, key=key) as at:
            span, node = cursor.node.span if cursor.node else None, cursor.node
        case KeyPlace(cursor=cursor, key=Key() as key) as at if cursor.key and cursor.table:
            span, node = cursor.key.span, cursor.table.get(cursor.key.text)
        case _:
            return ()
    package = source_at(at)
    if package is None or span is None:
        return ()
    return tuple(Target(span, one) for one in led_to(snapshot, manifest, package, key, node))


def references(
    snapshot: Snapshot, manifest: Manifest, offset: int, with_definition: bool
) -> tuple[Location, ...]:
    """Return every mention of what the name at `offset` (code points) stands for."""
    found = symbol_at(snapshot, manifest, offset)
    if found is None:
        return ()
    return tuple(
        Location(path, one.span)
        for path, one in mentions(snapshot, found[1])
        if with_definition or one.role is not Role.DEFINITION
    )


def highlights(snapshot: Snapshot, manifest: Manifest, offset: int) -> tuple[Highlight, ...]:
    """Return every mention in the same file of what the name at `offset` (code points) stands for."""
    found = symbol_at(snapshot, manifest, offset)
    if found is None:
        return ()
    occurrence, symbol = found
    return tuple(
        Highlight(one.span, one.role is Role.DEFINITION)
        for one in occurrences(manifest)
        if one.subject is occurrence.subject
        and one.name == occurrence.name
        and symbol_of(snapshot, manifest, one) == symbol
    )


def name_location(snapshot: Snapshot, path: str) -> Location:
    """Return where the project at a manifest is named; the beginning of what is none, or has no name."""
    manifest = snapshot.manifests.get(path)
    if manifest is None and base_name(path) == MANIFEST:
        manifest = snapshot.read_manifest(path)
    if manifest is not None:
        for one in occurrences(manifest):
            if one.role is Role.DEFINITION and one.subject is Subject.PACKAGE:
                return Location(path, one.span)
    return Location(path, Span(0, 0))


def located_pattern(snapshot: Snapshot, manifest: Manifest, node: String) -> tuple[str, ...]:
    """Return the directories that an entry of `members` or `exclude` names, members or not."""
    if manifest.path != snapshot.workspace.path:
        return ()
    index = _index_of(node, manifest.member_patterns)
    if index is not None:
        matches = snapshot.workspace.matches
        return matches[index] if index < len(matches) else ()
    index = _index_of(node, manifest.exclude_patterns)
    hidden = (one for one in snapshot.workspace.excluded.values() if one.pattern == index)
    return tuple(one.directory for one in hidden)


def _index_of(node: String, nodes: Sequence[String]) -> int | None:
    """Return which of `nodes`, which are in the order of the text, a string is."""
    index = bisect_left(nodes, node.start, key=lambda other: other.start)
    return index if index < len(nodes) and nodes[index] is node else None


def located_source(snapshot: Snapshot, manifest: Manifest, node: String) -> str | None:
    """Return what a source's `path` leads to: a project's manifest, a file, None for nothing."""
    path = join(manifest.directory, node.value)
    kind = snapshot.files.kind(path)
    if kind is Kind.FILE:
        return path
    manifest_path = join(path, MANIFEST)
    return manifest_path if snapshot.files.kind(manifest_path) is Kind.FILE else None


def source_locations(snapshot: Snapshot, manifest: Manifest, name: Name) -> Iterator[Location]:
    """Yield what the sources of a package lead to that count in a file: its own, or else the root's."""
    inherits = snapshot.inherits(manifest.path)
    for one in (manifest, snapshot.root) if inherits else (manifest,):
        if name in one.shared.sources:
            with one.lent():
                for entry in one.sources[name].entries:
                    for text in LEADING:
                        node = entry.table.get(text)
                        yield from led_to(snapshot, one, name, SOURCE_TABLE.keys[text], node)
            return


def led_to(
    snapshot: Snapshot, manifest: Manifest, name: Name, key: Key, node: Node | None
) -> Iterator[Location]:
    """Yield what the value of a key of a source leads to: a path, the workspace, or another one."""
    member: Member | None = None
    if key is PATH_OF_SOURCE and isinstance(node, String):
        path = located_source(snapshot, manifest, node)
        if path is not None:
            yield name_location(snapshot, path)
    elif key is WORKSPACE_OF_SOURCE and isinstance(node, String):
        members = snapshot.other_workspace(join(manifest.directory, node.value))
        member = members.get(name) if members is not None else None
    elif key is WORKSPACE_OF_SOURCE and isinstance(node, Scalar) and node.is_true:
        member = snapshot.sourcing(manifest.path).workspace.members.get(name)
    if member is not None:
        yield name_location(snapshot, member.path)


def _of_pattern(snapshot: Snapshot, manifest: Manifest, node: String) -> Iterator[Target]:
    for directory in located_pattern(snapshot, manifest, node):
        path = join(directory, MANIFEST)
        if snapshot.files.kind(path) is Kind.FILE:
            yield Target(node.inner, name_location(snapshot, path))
