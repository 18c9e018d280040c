"""Document links: patterns, paths, members, readme and licence files."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.navigation import located_pattern, located_source
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.mentions import Subject
from ws_lsp.schema.shapes import Role
from ws_lsp.text import Span
from ws_lsp.toml.tree import Node, String, Table, strings
from ws_lsp.vfs import Kind, base_name, join, relative

__all__ = ["Link", "links"]

_WILDCARDS = frozenset("*?[{")
_LINKED = (Role.DEFAULT_PACKAGE, Role.REQUIREMENT, Role.CONFLICT)


class Link(NamedTuple):
    """A piece of text that leads to a file; `tooltip` says which."""

    span: Span
    path: str
    tooltip: str


def links(snapshot: Snapshot, manifest: Manifest) -> Iterator[Link]:
    """Yield the links of a file in no particular order; all of them lead to files that exist."""
    if base_name(manifest.path) != MANIFEST:
        return
    root, members = snapshot.workspace.root, snapshot.workspace.members
    for subject, role, name, _, start, end, _ in occurrences(manifest):
        if subject is Subject.PACKAGE and role in _LINKED and name in members:
            member = members[name]
            if member.path != manifest.path:
                yield Link(Span(start, end), member.path, relative(member.path, root))
    for node in (*manifest.member_patterns, *manifest.exclude_patterns):
        found = located_pattern(snapshot, manifest, node)
        if len(found) == 1 and _WILDCARDS.isdisjoint(node.value):
            yield from _to_file(snapshot, node, join(found[0], MANIFEST))
    for source in manifest.special_sources:
        for entry in source.entries:
            value = entry.table.get("path")
            path = located_source(snapshot, manifest, value) if isinstance(value, String) else None
            if path is not None and isinstance(value, String):
                yield from _to_file(snapshot, value, path)
    for node in _files(manifest):
        if node.value and _WILDCARDS.isdisjoint(node.value):
            yield from _to_file(snapshot, node, join(manifest.directory, node.value))


def _to_file(snapshot: Snapshot, node: String, path: str) -> Iterator[Link]:
    if snapshot.files.kind(path) is Kind.FILE:
        yield Link(node.inner, path, relative(path, snapshot.workspace.root))


def _files(manifest: Manifest) -> Iterator[String]:
    """Yield the strings that name the readme and the licence files."""
    project = manifest.project
    if project is None:
        return
    named: list[Node | None] = []
    for key in ("readme", "license"):
        value = project.get(key)
        if isinstance(value, Table):
            named.append(value.get("file"))
        elif key == "readme":
            named.append(value)
    named += strings(project.get("license-files"))
    for node in named:
        if isinstance(node, String):
            yield node
