"""Places within one manifest that uv's explanations speak of. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import specifiers_differ
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.comparison import first_key_span
from ws_lsp.project.declarations import WORKSPACE_PATH, Requirement, requirement_name
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import (
    BUILD_CONSTRAINTS,
    CONSTRAINTS,
    EXTRA_INDEX_URL,
    FIND_LINKS,
    INDEX,
    INDEX_URL,
    OVERRIDES,
)
from ws_lsp.text import LineIndex, Span
from ws_lsp.toml.tree import Array, Node, String, Table
from ws_lsp.toml.tree import strings as strings_in
from ws_lsp.uv.explanation import TomlError
from ws_lsp.vfs import join

__all__ = [
    "Place",
    "first_key",
    "group",
    "included_group",
    "index_urls",
    "key",
    "listed_requirements",
    "project_name",
    "same_specifier",
    "strings",
    "toml_span",
    "top",
]


class Place(NamedTuple):
    """A part of a file, in code points."""

    path: str
    span: Span


def top(snapshot: Snapshot) -> Place:
    """Return the place of what concerns the whole workspace."""
    root = snapshot.root
    return next(key(root, *WORKSPACE_PATH), first_key(root))


def first_key(manifest: Manifest) -> Place:
    """Return the first key of a file."""
    return Place(manifest.path, first_key_span(manifest))


def project_name(manifest: Manifest) -> Place:
    """Return `project.name`, or the first key where there is none."""
    node = manifest.name_node
    return Place(manifest.path, node.span) if node is not None else first_key(manifest)


def key(manifest: Manifest, *path: str) -> Iterator[Place]:
    """Yield the last key of a path of keys, if it is there."""
    entry = manifest.tree.root.entry(*path)
    if entry is not None:
        yield Place(manifest.path, entry.key.span)


def strings(
    manifest: Manifest, node: Node | None, wanted: Callable[[str], bool]
) -> Iterator[Place]:
    """Yield the strings of an array that are wanted."""
    for item in strings_in(node):
        if wanted(item.value):
            yield Place(manifest.path, item.span)


def group(manifest: Manifest, name: str) -> Iterator[Place]:
    """Yield the key of a dependency group."""
    entry = manifest.groups.get(normalise(name))
    if entry is not None:
        yield Place(manifest.path, entry.key.span)


def included_group(manifest: Manifest, including: str, included: str) -> Iterator[Place]:
    """Yield where one dependency group includes another."""
    entry = manifest.groups.get(normalise(including))
    for item in entry.value.items if entry is not None and isinstance(entry.value, Array) else ():
        node = item.get("include-group") if isinstance(item, Table) else None
        if isinstance(node, String) and normalise(node.value) == normalise(included):
            yield Place(manifest.path, node.span)


_LISTS = (CONSTRAINTS, OVERRIDES, BUILD_CONSTRAINTS)


def listed_requirements(manifest: Manifest, name: Name, specifier: str | None) -> Iterator[Place]:
    """Yield what constrains or overrides a name; with `specifier`, only what is the same."""

    def wanted(text: str) -> bool:
        rest = text[len(_prefix(text)) :].partition(";")[0]
        same = specifier is None or not specifiers_differ(rest, specifier)
        return requirement_name(text) == name and same

    for setting in _LISTS:
        yield from strings(manifest, manifest.tree.root.get("tool", "uv", setting), wanted)


def _prefix(text: str) -> str:
    match = re.match(r"\s*[-_.A-Za-z0-9]*\s*(?:\[[^\]]*\])?", text)
    return match[0] if match is not None else ""


def same_specifier(requirement: Requirement, specifier: str) -> bool:
    """Tell whether a requirement may have a specifier, by what it means."""
    written = requirement.specifier
    return not specifiers_differ(written[0] if written is not None else "", specifier)


def index_urls(manifest: Manifest, table: Table, url: str) -> Iterator[Place]:
    """Yield the URLs of indexes below which `url` lies, and directories of that name."""
    found: list[String] = []
    for setting in (INDEX_URL, EXTRA_INDEX_URL, FIND_LINKS):
        value = table.get(setting)
        items: Iterable[object] = value.items if isinstance(value, Array) else (value,)
        found += [item for item in items if isinstance(item, String)]
    indexes = table.get(INDEX)
    for item in indexes.items if isinstance(indexes, Array) else ():
        node = item.get("url") if isinstance(item, Table) else None
        found += [node] if isinstance(node, String) else []
    for node in found:
        written = node.value.rstrip("/")
        if written and (url.startswith(written) or join(manifest.directory, written) == url):
            yield Place(manifest.path, node.span)


def toml_span(text: str, error: TomlError) -> Span:
    """Return what uv underlines; the start of the file where that has another text by now."""
    lines = LineIndex(text)
    line = error.line - 1
    if (
        line >= len(lines.starts)
        or lines.line_text(line).removeprefix("\ufeff").rstrip() != error.source.rstrip()
    ):
        return Span(0, 0)
    mark = text.startswith("\ufeff") and line == 0
    start = min(lines.starts[line] + error.column - 1 + mark, lines.line_end(line))
    return Span(start, min(start + error.length, lines.line_end(line)))
