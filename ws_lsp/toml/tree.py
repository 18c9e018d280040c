"""What `ws_lsp.toml.parser` makes of a text.

Two views of the same nodes: `Tree.sections` is the *syntax*, headers and statements in the order of
the text, nothing merged and nothing lost; `Tree.root` is the *meaning*, nested tables whatever
spelling (headers, dotted keys, inline tables) they were written in.

All offsets are code points of `Tree.text`. Nodes are plain classes: a document has thousands, frozen ones
cost three times as much, and importing `dataclasses` takes as long as all of Python's own start. Nobody
but the parser writes to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.text import Span

__all__ = [
    "Array",
    "Entry",
    "FlagStatement",
    "ImpliedEntry",
    "Key",
    "Missing",
    "Node",
    "PlainSection",
    "PlainStatement",
    "Scalar",
    "Section",
    "Statement",
    "String",
    "Table",
    "Tree",
    "node_at",
    "strings",
    "tables",
]


class Key(NamedTuple):
    """One part of a dotted key: its decoded text and where it stands, quotes included."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The key as written, quotes included."""
        return Span(self.start, self.end)


class _Node:
    __slots__ = ("end", "start")

    def __init__(
        self,
        start: int,
        end: int,
    ) -> None:
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """The value as written, delimiters included."""
        return Span(self.start, self.end)


class Missing(_Node):
    """No value stands where one is due; the span is empty."""

    __slots__ = ()


class String(_Node):
    """A string; `quote` is its delimiter (one or three characters)."""

    __slots__ = ("closed", "quote", "value")

    def __init__(
        self,
        start: int,
        end: int,
        value: str,
        quote: str,
        closed: bool,
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.quote = quote
        self.closed = closed

    @property
    def inner(self) -> Span:
        """The text between the quotes."""
        width = len(self.quote)
        return Span(self.start + width, self.end - width if self.closed else self.end)

    @property
    def verbatim(self) -> bool:
        """Whether the text between the quotes is the value, so that offsets in one serve the other."""
        start, end = self.inner
        return end - start == len(self.value)


class Scalar(_Node):
    """A bare word: boolean, number, date or time, or something that is none of them."""

    __slots__ = ("raw",)

    def __init__(
        self,
        start: int,
        end: int,
        raw: str,
    ) -> None:
        self.start = start
        self.end = end
        self.raw = raw

    @property
    def is_true(self) -> bool:
        """Whether the word is `true`."""
        return self.raw == "true"

    @property
    def value(self) -> Any:
        """The value, or None where the word is no TOML value (TOML has no null)."""
        if self.raw in ("true", "false"):
            return self.is_true
        import tomli  # here: most manifests hold no other words, and importing it takes 7 ms

        try:
            return tomli.loads(f"v={self.raw}")["v"]
        except (tomli.TOMLDecodeError, ValueError):
            return None


class Array(_Node):
    """An array; one made of `[[headers]]` has `of_tables`, and the span of its first header."""

    __slots__ = ("closed", "items", "of_tables")

    def __init__(
        self,
        start: int,
        end: int,
        items: list[Node] | None = None,
        closed: bool = True,
        of_tables: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.items: list[Node] = [] if items is None else items
        self.closed = closed
        self.of_tables = of_tables


class Table(_Node):
    """A table in any spelling.

    `inline` tables span their braces. Others span the header that first opens them, or the key that
    first implies them. `entries` holds the first definition of each key; later ones of the same
    table are in `duplicates` (TOML forbids them; an editor meets them).
    """

    __slots__ = ("closed", "duplicates", "entries", "headers", "inline", "statements")

    def __init__(
        self,
        start: int,
        end: int,
        entries: dict[str, Entry] | None = None,
        duplicates: list[Entry] | None = None,
        statements: list[Statement] | None = None,
        headers: list[Section] | None = None,
        inline: bool = False,
        closed: bool = True,
    ) -> None:
        self.start = start
        self.end = end
        self.entries: dict[str, Entry] = {} if entries is None else entries
        self.duplicates: list[Entry] = [] if duplicates is None else duplicates
        self.statements: list[Statement] = [] if statements is None else statements
        self.headers: list[Section] = [] if headers is None else headers
        self.inline = inline
        self.closed = closed

    def get(self, key: str, *path: str) -> Node | None:
        """Return the value at a path of keys below this table."""
        entry = self.entry(key, *path) if path else self.entries.get(key)
        return entry.value if entry else None

    def entry(self, *path: str) -> Entry | None:
        """Return the entry at a path of keys below this table; arrays are not entered."""
        node: Node = self
        entry: Entry | None = None
        for part in path:
            if not isinstance(node, Table):
                return None
            entry = node.entries.get(part)
            if entry is None:
                return None
            node = entry.value
        return entry

    def table(self, *path: str) -> Table | None:
        """Return the table at a path, or None where there is none or something else."""
        table = self
        for part in path:
            entry = table.entries.get(part)
            if entry is None or not isinstance(entry.value, Table):
                return None
            table = entry.value
        return table


Node: TypeAlias = String | Scalar | Array | Table | Missing


def node_at(node: Node | None, path: Iterable[str | int]) -> Node | None:
    """Return the value at a path of keys and of indexes of arrays (from 0) below a node."""
    for part in path:
        if isinstance(node, Table) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Array) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def strings(node: Node | None) -> tuple[String, ...]:
    """Return the strings of an array; other items are left out, and what is no array has none."""
    if not isinstance(node, Array):
        return ()
    return tuple([item for item in node.items if isinstance(item, String)])


def tables(node: Node | None) -> tuple[Table, ...]:
    """Return a table itself, or the tables of an array; other items are left out."""
    items = node.items if isinstance(node, Array) else (node,)
    return tuple(item for item in items if isinstance(item, Table))


class ImpliedEntry:
    """A key of a table that a header or the first keys of a dotted one imply, and its value.

    `opener` is the header's section, or the statement with the dotted key; `index` counts its keys.
    """

    __slots__ = ("index", "opener", "value")

    def __init__(
        self,
        opener: Section | Statement,
        index: int,
        value: Node,
    ) -> None:
        self.opener = opener
        self.index = index
        self.value = value

    @property
    def key(self) -> Key:
        """The key that implies the entry."""
        return self.opener.keys[self.index]

    @property
    def statement(self) -> Statement | None:
        """The statement with the dotted key, None where a header implied the entry."""
        return self.opener if isinstance(self.opener, Statement) else None


class Statement:
    """`dotted.key = value` as written; `equals` is the offset of `=`, or -1 where it is missing.

    It is at the same time the entry of its last key: a keystroke creates thousands of them.
    """

    __slots__ = ("end", "equals", "keys", "start", "value")

    def __init__(
        self,
        keys: tuple[Key, ...],
        equals: int,
        value: Node,
        start: int,
        end: int,
    ) -> None:
        self.keys = keys
        self.equals = equals
        self.value = value
        self.start = start
        self.end = end

    @property
    def key(self) -> Key:
        """The last key."""
        return self.keys[-1]

    @property
    def statement(self) -> Statement:
        """Itself, as an entry."""
        return self

    @property
    def flag(self) -> tuple[str, str] | None:
        """The key and the word of a value like `{ workspace = true }`, None for any other value."""
        value = self.value
        if not isinstance(value, Table) or not value.inline or len(value.statements) != 1:
            return None
        inner = value.statements[0]
        if isinstance(inner.value, Scalar) and inner.value.raw in ("true", "false"):
            return (inner.key.text, inner.value.raw) if len(inner.keys) == 1 else None
        return None


Entry: TypeAlias = Statement | ImpliedEntry
"""A key of a table and its value: `key`, `value`, and the `statement` that it was written in."""


class PlainStatement(Statement):
    """`name = value` with a bare key, which is made when it is looked at."""

    __slots__ = ("name",)

    def __init__(
        self,
        name: str,
        start: int,
        equals: int,
        value: Node,
        end: int,
    ) -> None:
        # The slot of `keys` is filled by the first who asks for it.
        self.name = name
        self.start = start
        self.equals = equals
        self.value = value
        self.end = end

    def __getattr__(self, name: str) -> Any:
        if name != "keys":
            raise AttributeError(name)
        self.keys = (Key(self.name, self.start, self.start + len(self.name)),)
        return self.keys


class FlagStatement(Statement):
    """`name = { key = true }`, of which a root has one for each member: read when it is looked at.

    `match` has the groups: name, `=`, table, key, its `=`, word.
    """

    __slots__ = ("_match",)

    def __init__(self, match: re.Match[str]) -> None:
        # The slots of what is not set here are filled by the first who asks for one of them.
        self.start, self.end = match.start(1), match.end(3)
        self._match = match

    @property
    def flag(self) -> tuple[str, str]:
        """The key and the word of the value."""
        return self._match.group(4, 6)  # type: ignore[return-value]

    def __getattr__(self, name: str) -> Any:
        if name not in ("keys", "equals", "value"):
            raise AttributeError(name)
        match = self._match
        self.keys = (Key(match[1], *match.span(1)),)
        self.equals = match.start(2)
        word = Scalar(*match.span(6), match[6])
        inner = (Key(match[4], *match.span(4)),)
        statement = Statement(inner, match.start(5), word, match.start(4), match.end(6))
        begin, end = match.span(3)
        self.value = Table(begin, end, {match[4]: statement}, [], [statement], inline=True)
        return getattr(self, name)


class Section:
    """A header and the statements below it; the first section of a tree has no header.

    `path` holds the names of the header. `start` and `end` span it, brackets included; `body_end` is
    where the next one begins. `open_dot`: the header ends in a dot that nothing follows.
    """

    __slots__ = (
        "array",
        "body_end",
        "closed",
        "end",
        "keys",
        "open_dot",
        "path",
        "start",
        "statements",
    )

    def __init__(
        self,
        keys: tuple[Key, ...],
        start: int,
        end: int,
        array: bool = False,
        closed: bool = True,
        open_dot: bool = False,
    ) -> None:
        self.keys = keys
        self.path = tuple([key.text for key in keys])
        self.start = start
        self.end = end
        self.array = array
        self.closed = closed
        self.open_dot = open_dot
        self.statements: list[Statement] = []
        self.body_end = 0


class PlainSection(Section):
    """`[bare.names]`; the keys are made when they are looked at."""

    __slots__ = ()

    def __init__(
        self,
        names: str,
        start: int,
        end: int,
    ) -> None:
        # The slot of `keys` is filled by the first who asks for it.
        self.path = tuple(names.split("."))
        self.start = start
        self.end = end
        self.array = False
        self.closed = True
        self.open_dot = False
        self.statements = []
        self.body_end = 0

    def __getattr__(self, name: str) -> Any:
        if name != "keys":
            raise AttributeError(name)
        found: list[Key] = []
        start = self.start + 1
        for part in self.path:
            found.append(Key(part, start, start + len(part)))
            start += len(part) + 1
        self.keys = tuple(found)
        return self.keys


class Tree:
    """A whole document; `tables` are those that the sections open, one for each.

    Nothing in a tree refers back to what holds it, so a tree that is no longer needed is gone at
    once, without a run of the garbage collector in the middle of typing.
    """

    __slots__ = ("certain", "proven", "root", "sections", "tables", "text")

    def __init__(
        self,
        text: str,
        sections: list[Section],
        tables: list[Table],
        root: Table,
        certain: bool,
        proven: list[tuple[int, int]],
    ) -> None:
        self.text = text
        self.sections = sections
        self.tables = tables
        self.root = root
        self.certain = certain
        """Whether the text is valid TOML by its very shape; others may be too. See `toml.syntax`."""
        self.proven = proven
        """The spans that are sound by their very shape where the rest is."""

    def table_of(self, section: Section) -> Table:
        """Return the table that a section of this tree opens."""
        index = next(at for at, other in enumerate(self.sections) if other is section)
        return self.tables[index]

    def value(self) -> dict[str, Any]:
        """Return the document as `tomli.loads` would."""
        value = plain(self.root)
        assert isinstance(value, dict)
        return value

    def walk(self) -> Iterator[Entry]:
        """Yield every entry of every table, arrays entered, outer ones first."""
        yield from _walk(self.root)


def plain(node: Node) -> Any:
    """Return a node as plain Python data; what has no value is None."""
    if isinstance(node, Table):
        return {name: plain(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    return None if isinstance(node, Missing) else node.value


def _walk(node: Node) -> Iterator[Entry]:
    if isinstance(node, Table):
        for entry in (*node.entries.values(), *node.duplicates):
            yield entry
            yield from _walk(entry.value)
    elif isinstance(node, Array):
        for item in node.items:
            yield from _walk(item)
