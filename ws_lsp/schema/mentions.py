"""The walk that finds every mention of a package, dependency group, extra or index in a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import cache

from ws_lsp.grammar.names import NAME_PATTERN, Name, is_valid, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.pyproject import PYPROJECT
from ws_lsp.schema.shapes import (
    Choice,
    Holds,
    Keys,
    ListOf,
    MapOf,
    Role,
    Shape,
    Text,
    alternatives,
)
from ws_lsp.schema.tool_uv import UV_TOML
from ws_lsp.text import Span
from ws_lsp.toml.escapes import span_within
from ws_lsp.toml.tree import Array, Key, Node, Statement, String, Table, Tree, tables

__all__ = ["Occurrence", "Subject", "occurrences_in"]


class Subject(Enum):
    """What a name names."""

    PACKAGE = auto()
    GROUP = auto()
    EXTRA = auto()
    INDEX = auto()


class Occurrence(NamedTuple):
    """A name and where it stands (code points, without quotes).

    `owner` is the package whose group or extra it is, None for the file's own. `is_key` tells whether the
    name is a key rather than (part of) a string.
    """

    subject: Subject
    role: Role
    name: Name
    owner: Name | None
    start: int
    end: int
    is_key: bool = False

    @property
    def span(self) -> Span:
        """Where the name stands."""
        return Span(self.start, self.end)


_SUBJECTS = {
    Holds.PACKAGE: Subject.PACKAGE,
    Holds.MEMBER: Subject.PACKAGE,
    Holds.SELECTED_PACKAGE: Subject.PACKAGE,
    Holds.GROUP: Subject.GROUP,
    Holds.EXTRA: Subject.EXTRA,
    Holds.INDEX: Subject.INDEX,
}
"""What strings name that are nothing but a name."""
_REQUIREMENTS = frozenset({Holds.REQUIREMENT, Holds.LATE_REQUIREMENT})
_NAMING = frozenset({*_SUBJECTS, *_REQUIREMENTS, Holds.GROUP_OF_FILE})
_REQUIREMENT = regular_expression(rf"\s*({NAME_PATTERN})\s*(?:\[([^\]]*)\]?)?")
"""A name and its extras, the list of which may be unfinished."""
_EXTRA = regular_expression(NAME_PATTERN)


def occurrences_in(tree: Tree, *, in_uv_toml: bool = False) -> Iterator[Occurrence]:
    """Yield the mentions in a file, in no particular order, and perhaps one more than once."""
    document = _documents()[in_uv_toml]
    yield from _Reader(tree, document.named_tables).read(document.shape)


class _Document(NamedTuple):
    """The part of a schema that holds names."""

    shape: Shape | None
    named_tables: Mapping[tuple[str, ...], Text]
    """The tables whose keys are names, by their paths."""


@cache
def _documents() -> tuple[_Document, _Document]:
    """Return what is looked at in a `pyproject.toml` and in a `uv.toml`: made by the first who asks."""
    return tuple(  # type: ignore[return-value]
        _Document(_with_names(whole), dict(_named_tables(whole, ())))
        for whole in (PYPROJECT, UV_TOML)
    )


def _with_names(shape: Shape) -> Shape | None:
    """Return what of a shape holds names in values, None where nothing does."""
    match shape:
        case Text():
            return shape if shape.holds in _NAMING else None
        case ListOf():
            item = _with_names(shape.item)
            return ListOf(item) if item is not None else None
        case MapOf():
            value = _with_names(shape.value)
            return shape._replace(value=value) if value is not None else None
        case Choice():
            some = tuple(one for one in map(_with_names, shape.shapes) if one is not None)
            return Choice(some, shape.noun) if some else None
        case Keys():
            kept = {
                text: key._replace(shape=inner)
                for text, key in shape.keys.items()
                if (inner := _with_names(key.shape)) is not None
            }
            return Keys(kept, aliases=shape.aliases) if kept else None
        case _:
            return None


def _named_tables(shape: Shape, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Text]]:
    """Yield the paths of the tables whose keys are names, as headers write them: without indexes."""
    if isinstance(shape, MapOf) and shape.name.holds in _SUBJECTS:
        yield path, shape.name
    elif isinstance(shape, ListOf):
        for one in alternatives(shape.item):
            yield from _named_tables(one, path)
    elif isinstance(shape, Keys):
        for text, key in shape.keys.items():
            for one in alternatives(key.shape):
                yield from _named_tables(one, (*path, text))


class _Reader:
    """Reads the mentions of one file."""

    def __init__(self, tree: Tree, named_tables: Mapping[tuple[str, ...], Text]) -> None:
        self.tree = tree
        self.text = tree.text
        self.named_tables = named_tables
        self.above = {path[:depth] for path in named_tables for depth in range(len(path))}

    def read(self, shape: Shape | None) -> Iterator[Occurrence]:
        yield from self.keys()
        if shape is not None:
            yield from self.value(self.tree.root, shape, self.tree.root)

    # --------------------------------------------------------------------- values

    def value(self, node: Node, shape: Shape, around: Table) -> Iterator[Occurrence]:
        """Yield the mentions in a value; `around` is the table that it stands in."""
        for one in alternatives(shape):
            if isinstance(one, Text) and isinstance(node, String):
                yield from self.string(node, one, around)
            elif isinstance(one, ListOf) and isinstance(node, Array):
                for item in node.items:
                    yield from self.value(item, one.item, around)
            elif isinstance(one, MapOf) and isinstance(node, Table):
                for entry in node.entries.values():
                    yield from self.value(entry.value, one.value, node)
            elif isinstance(one, Keys) and isinstance(node, Table):
                for text, entry in node.entries.items():
                    key = one.find(text)
                    if key is not None:
                        yield from self.value(entry.value, key.shape, node)

    def string(self, node: String, text: Text, around: Table) -> Iterator[Occurrence]:
        subject = _SUBJECTS.get(text.holds)
        if text.holds is Holds.GROUP_OF_FILE:
            if ":" not in node.value and is_valid(
                node.value
            ):  # otherwise it is one of another file
                name = normalise(node.value)
                yield Occurrence(Subject.GROUP, text.role, name, None, *node.inner)
        elif subject is None:
            yield from self.requirement(node, text.role)
        elif subject is Subject.INDEX:
            if node.value:
                yield Occurrence(subject, text.role, Name(node.value), None, *node.inner)
        elif is_valid(node.value):
            owner = around.get(text.owner) if text.owner else None
            package = normalise(owner.value) if isinstance(owner, String) else None
            yield Occurrence(subject, text.role, normalise(node.value), package, *node.inner)

    def requirement(self, node: String, role: Role) -> Iterator[Occurrence]:
        match = _REQUIREMENT.match(node.value)
        if match is None:
            return
        name = normalise(match[1])
        span = span_within(self.text, node, *match.span(1))
        yield Occurrence(Subject.PACKAGE, role, name, None, *span)
        if match[2]:
            for extra in _EXTRA.finditer(node.value, *match.span(2)):
                span = span_within(self.text, node, *extra.span())
                yield Occurrence(Subject.EXTRA, role, normalise(extra[0]), name, *span)

    # ----------------------------------------------------------------------- keys

    def keys(self) -> Iterator[Occurrence]:
        """Yield the names that are keys, as often as they are written: in headers, before dots."""
        if () in self.above:
            yield from self.statements((), self.tree.sections[0].statements)
        for section in self.tree.sections[1:]:
            yield from self.parts((), section.keys)
            yield from self.statements(section.path, section.statements)

    def statements(
        self, path: tuple[str, ...], statements: Iterable[Statement]
    ) -> Iterator[Occurrence]:
        if path in self.named_tables or path in self.above:
            for statement in statements:
                yield from self.parts(path, statement.keys)
                for table in tables(statement.value):
                    below = (*path, *(key.text for key in statement.keys))
                    yield from self.statements(below, table.statements)

    def parts(self, path: tuple[str, ...], keys: Iterable[Key]) -> Iterator[Occurrence]:
        for key in keys:
            named = self.named_tables.get(path)
            if named is not None:
                if is_valid(key.text):
                    yield Occurrence(
                        _SUBJECTS[named.holds],
                        named.role,
                        normalise(key.text),
                        None,
                        *self.unquoted(key),
                        True,
                    )
                return
            path = (*path, key.text)

    def unquoted(self, key: Key) -> Span:
        quoted = self.text[key.start : key.start + 1] in ('"', "'") and key.end - key.start > 1
        return Span(key.start + quoted, key.end - quoted)
