"""What stands at an offset of a TOML text, also of one that is being typed."""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum, auto
from typing import TypeAlias

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import line_start
from ws_lsp.toml.tree import Array, Key, Node, Section, Statement, String, Table, Tree

__all__ = ["Cursor", "Part", "Where", "locate"]

Part: TypeAlias = str | int
"""A step of a path: the key of a table, or the index of an array's item (from 0)."""


_LINE_BREAK = regular_expression(r"[\r\n]")
_QUOTED = regular_expression(r'"(?:[^"\\]|\\.)*(?:"|\Z)|\'[^\']*+(?:\'|\Z)')


class Where(Enum):
    """The kind of a place."""

    HEADER = auto()
    """Within the brackets of a header; the path is the keys before the one at the cursor."""
    KEY = auto()
    """Where a key stands or may begin; the path is its table's, keys before a dot included."""
    VALUE = auto()
    """Behind `=`, on the line where the value ends; the path is the key's."""
    ITEM = auto()
    """Within an array; the path is the array's."""
    COMMENT = auto()
    """Within a comment, or behind a header on its line; nothing is to be said there."""


class Cursor(NamedTuple):
    """A place.

    `node` is the value at the cursor, None where the cursor is beside it; `key` the part of a key
    there; `array` the array of an ITEM; `table` the table of a KEY, None where there is none yet.
    """

    where: Where
    path: tuple[Part, ...]
    section: Section
    statement: Statement | None = None
    node: Node | None = None
    key: Key | None = None
    array: Array | None = None
    table: Table | None = None

    @property
    def string(self) -> String | None:
        """The string at the cursor."""
        return self.node if isinstance(self.node, String) else None


def locate(tree: Tree, offset: int) -> Cursor:
    """Classify `offset` (code points)."""
    section = tree.sections[0]
    for other in tree.sections[1:]:
        if other.start >= offset:
            break
        section = other
    return _Locator(tree, section, offset).locate()


class _Locator:
    """Looks for one offset in the section that it belongs to."""

    def __init__(self, tree: Tree, section: Section, offset: int) -> None:
        self.tree = tree
        self.text = tree.text
        self.section = section
        self.offset = offset

    def locate(self) -> Cursor:
        path = _section_path(self.tree, self.section)
        if self.section is not self.tree.sections[0] and self.on_line_of(self.section.start):
            return self.in_header_line(path)
        statement = _last_before(self.section.statements, self.offset)
        if statement is not None:
            found = self.in_statement(statement, path, self.tree.table_of(self.section))
            if found is not None:
                return found
        if self.comment_behind(line_start(self.text, self.offset)):
            return Cursor(Where.COMMENT, path, self.section)
        table = self.tree.table_of(self.section)
        return Cursor(Where.KEY, path, self.section, table=table)

    def in_header_line(self, path: tuple[Part, ...]) -> Cursor:
        section = self.section
        behind = self.offset >= section.end if section.closed else self.comment_behind(section.end)
        if behind:
            return Cursor(Where.COMMENT, path, section)
        key = self.key_at(section.keys)
        return Cursor(Where.HEADER, self.names_before(section.keys), section, key=key)

    def in_statement(
        self, statement: Statement, path: tuple[Part, ...], table: Table | None
    ) -> Cursor | None:
        """Classify an offset not before `statement`, one of `table`; None where it is behind it."""
        value = statement.value
        if statement.equals < 0 or self.offset <= statement.equals:
            return self.in_keys(statement, path, table)
        path = (*path, *(key.text for key in statement.keys))
        found = self.in_value(statement, value, path)
        if found is not None:
            return found
        if not self.on_line_of(value.end):
            return None
        if self.comment_behind(value.end):
            return Cursor(Where.COMMENT, path, self.section)
        node = value if value.start <= self.offset <= value.end else None
        return Cursor(Where.VALUE, path, self.section, statement, node)

    def in_keys(
        self, statement: Statement, path: tuple[Part, ...], table: Table | None
    ) -> Cursor | None:
        if not self.on_line_of(statement.start):
            return None
        if statement.equals < 0 and self.comment_behind(statement.end):
            return Cursor(Where.COMMENT, path, self.section)
        before = self.names_before(statement.keys)
        owner = table.table(*before) if before and table is not None else table
        key = self.key_at(statement.keys)
        return Cursor(Where.KEY, (*path, *before), self.section, statement, key=key, table=owner)

    def in_value(self, statement: Statement, value: Node, path: tuple[Part, ...]) -> Cursor | None:
        """Classify an offset between the brackets of an array or inline table; None elsewhere."""
        if not isinstance(value, Array | Table):
            return None
        end = value.end - 1 if value.closed else value.end
        if not value.start < self.offset <= end:
            return None
        if isinstance(value, Array):
            return self.in_array(statement, value, path)
        return self.in_inline_table(value, path)

    def in_array(self, statement: Statement, array: Array, path: tuple[Part, ...]) -> Cursor:
        node: Node | None = None
        code_end = array.start + 1
        for index, item in enumerate(array.items):
            if item.start > self.offset:
                break
            inner = self.in_value(statement, item, (*path, index))
            if inner is not None:
                return inner
            node, code_end = item, item.end
        if node is not None and not self.touches(node):
            node = None
        if node is None and self.comment_behind(code_end):
            return Cursor(Where.COMMENT, path, self.section)
        return Cursor(Where.ITEM, path, self.section, statement, node, array=array)

    def in_inline_table(self, table: Table, path: tuple[Part, ...]) -> Cursor:
        code_end = table.start + 1
        statement = _last_before(table.statements, self.offset)
        if statement is not None:
            code_end = min(statement.end, self.offset)
            unfinished = statement.value.start == statement.value.end
            if self.offset <= statement.end or (unfinished and self.nothing_typed_since(code_end)):
                found = self.in_statement(statement, path, table)
                if found is not None:
                    return found
        if self.comment_behind(code_end):
            return Cursor(Where.COMMENT, path, self.section)
        return Cursor(Where.KEY, path, self.section, table=table)

    # ------------------------------------------------------------------- helpers

    def key_at(self, keys: tuple[Key, ...]) -> Key | None:
        return next((key for key in keys if key.start <= self.offset <= key.end), None)

    def names_before(self, keys: tuple[Key, ...]) -> tuple[str, ...]:
        return tuple(key.text for key in keys if key.end < self.offset)

    def touches(self, item: Node) -> bool:
        """Tell whether the cursor is at an item; behind its closing quote it no longer is."""
        if isinstance(item, String) and item.closed:
            return self.offset < item.end
        return self.offset <= item.end

    def on_line_of(self, start: int) -> bool:
        """Tell whether the cursor, which is not before `start`, is not on a later line either."""
        return _LINE_BREAK.search(self.text, start, self.offset) is None

    def nothing_typed_since(self, start: int) -> bool:
        """Tell whether white space alone, or the dot of an unfinished key, precedes the cursor."""
        return not self.text[start : self.offset].strip(" \t.")

    def comment_behind(self, code_end: int) -> bool:
        """Tell whether a comment that begins between `code_end` and the cursor reaches the cursor.

        What is unreadable may stand there too; a `#` in its quotes begins no comment.
        """
        start = max(line_start(self.text, self.offset), code_end)
        return "#" in _QUOTED.sub("", self.text[start : self.offset])


def _section_path(tree: Tree, section: Section) -> tuple[Part, ...]:
    """Return the path of a section's table; an array of tables is followed by the item's index."""
    path: list[Part] = []
    node: Node | None = tree.root
    for key in section.keys:
        path.append(key.text)
        node = node.get(key.text) if isinstance(node, Table) else None
        if isinstance(node, Array) and node.of_tables:
            index = bisect_right(node.items, section.start, key=lambda item: item.start) - 1
            path.append(index)
            node = node.items[index]
    return tuple(path)


def _last_before(statements: list[Statement], offset: int) -> Statement | None:
    """Return the last statement that begins at `offset` or before it."""
    index = bisect_right(statements, offset, key=lambda statement: statement.start)
    return statements[index - 1] if index else None
