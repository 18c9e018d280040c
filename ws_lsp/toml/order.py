"""Sorting lists and tables of a TOML text: comments stay with what they are about, all else stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Edit, Span, line_start
from ws_lsp.toml.tree import Array, Node, Section, Statement, String, Table, Tree

__all__ = ["sort_entries", "sort_strings"]

_TAIL = regular_expression(r"[ \t]*+(,?)[ \t]*+(?:#[^\r\n]*+)?(?=[\r\n]|\Z)")
_LINE_BREAK = regular_expression(r"\r\n|\n|\r")


def sort_strings(tree: Tree, array: Array, key: Callable[[str], str]) -> list[Edit]:
    """Sort an array of strings by `key` of their values.

    A comment belongs to the string that stands on its line, or below it. Blank lines separate groups,
    each of which is sorted by itself. Nothing is returned where the array is sorted already, holds
    anything else, or has comments of which it is not plain what they belong to.
    """
    if not array.closed or array.of_tables:
        return []
    keys = [key(item.value) for item in array.items if isinstance(item, String)]
    if len(keys) < len(array.items):
        return []
    return _sort(tree.text, array.items, keys, Span(array.start + 1, array.end - 1), commas=True)


def sort_entries(tree: Tree, table: Table, key: Callable[[str], str]) -> list[Edit]:
    """Sort the statements below each header of a table, or within its braces, by `key` of their first keys.

    See `sort_strings`; the headers themselves stay, and so does what dotted keys in other tables say.
    """
    if table.inline:
        inside = Span(table.start + 1, table.end - 1)
        return _sort(tree.text, table.statements, _keys(table.statements, key), inside, commas=True)
    return [edit for section in table.headers for edit in _sort_section(tree, section, key)]


def _sort_section(tree: Tree, section: Section, key: Callable[[str], str]) -> list[Edit]:
    inside = Span(section.end, section.body_end)
    keys = _keys(section.statements, key)
    return _sort(tree.text, section.statements, keys, inside, commas=False)


def _keys(statements: Sequence[Statement], key: Callable[[str], str]) -> list[str]:
    return [key(statement.keys[0].text) for statement in statements]


class _Lines(NamedTuple):
    """The lines of one part: its own, and the comments directly above it.

    `part_end` is the end of the part itself, `comma` tells whether one follows it.
    """

    key: str
    start: int
    end: int
    part_end: int
    comma: bool

    def text(self, source: str, comma: bool) -> str:
        """Return the lines with a comma behind the part, or without one."""
        rest = source[self.part_end : self.end]
        if self.comma:
            rest = rest.replace(",", "", 1)
        return source[self.start : self.part_end] + "," * comma + rest


def _sort(
    source: str,
    parts: Sequence[Node] | Sequence[Statement],
    keys: Sequence[str],
    inside: Span,
    commas: bool,
) -> list[Edit]:
    lines = _one_per_line(source, parts, keys, inside, commas)
    if lines is not None:
        return [edit for group in _groups(source, lines) for edit in _sort_lines(source, group)]
    if not commas or _has_comment(source, parts, inside):
        return []
    order = sorted(range(len(parts)), key=keys.__getitem__)
    return [
        Edit(Span(part.start, part.end), source[parts[at].start : parts[at].end])
        for part, at in zip(parts, order, strict=True)
        if parts[at] is not part
    ]


def _one_per_line(
    source: str,
    parts: Sequence[Node] | Sequence[Statement],
    keys: Sequence[str],
    inside: Span,
    commas: bool,
) -> list[_Lines] | None:
    """Return the lines of each part, None where one shares its lines with something else."""
    found: list[_Lines] = []
    for index, (part, key) in enumerate(zip(parts, keys, strict=True)):
        start, tail = line_start(source, part.start), _TAIL.match(source, part.end)
        alone = start > inside.start and not source[start : part.start].strip(" \t")
        if not alone or tail is None or tail.end() > inside.end:
            return None
        comma = bool(tail[1])
        if comma != commas and not (commas and index == len(parts) - 1):
            return None
        found.append(
            _Lines(key, _comments_above(source, start, inside), tail.end(), part.end, comma)
        )
    return found


def _comments_above(source: str, start: int, inside: Span) -> int:
    """Return the beginning of the comment lines directly above a line that begins at `start`."""
    while True:
        above = line_start(source, start - 1 - source.startswith("\r\n", start - 2))
        if above <= inside.start or not source[above:start].lstrip(" \t").startswith("#"):
            return start
        start = above


def _groups(source: str, lines: Sequence[_Lines]) -> list[list[_Lines]]:
    groups: list[list[_Lines]] = []
    for one in lines:
        if groups and _LINE_BREAK.fullmatch(source, groups[-1][-1].end, one.start):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _sort_lines(source: str, group: list[_Lines]) -> list[Edit]:
    ordered = sorted(group, key=lambda one: one.key)
    if ordered == group:
        return []
    text = ""
    for at, (old, new) in enumerate(zip(group, ordered, strict=True)):
        text += source[group[at - 1].end : old.start] if at else ""
        text += new.text(source, old.comma)
    return [Edit(Span(group[0].start, group[-1].end), text)]


def _has_comment(source: str, parts: Sequence[Node] | Sequence[Statement], inside: Span) -> bool:
    ends = [inside.start, *(part.end for part in parts)]
    starts = [*(part.start for part in parts), inside.end]
    return any("#" in source[end:start] for end, start in zip(ends, starts, strict=True))
