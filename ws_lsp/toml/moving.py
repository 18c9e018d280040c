"""Moves of keys and tables to another path of the same text, or of another one, with their comments.

A move is tried in the ways that a text allows, and read again: what is offered means just what it should.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.text import Edit, Span, apply_edits, line_end, line_start, newline_of
from ws_lsp.toml.edit import (
    comments_above,
    difference,
    insert_entry,
    is_movable,
    key_text,
    move_entry,
    remove_entry,
    section_end,
    with_blank_lines_above,
)
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem
from ws_lsp.toml.tree import Entry, Section, Statement, Table, Tree, plain

__all__ = ["moved_to", "moved_within", "path_of"]


def path_of(tree: Tree, entry: Entry) -> tuple[str, ...] | None:
    """Return the keys that lead to an entry; None where an array is on the way."""
    return _path_below(tree.root, entry)


def _path_below(table: Table, entry: Entry) -> tuple[str, ...] | None:
    for name, one in table.entries.items():
        if one is entry:
            return (name,)
        if isinstance(one.value, Table):
            below = _path_below(one.value, entry)
            if below is not None:
                return (name, *below)
    return None


def moved_within(tree: Tree, old: tuple[str, ...], new: tuple[str, ...]) -> list[Edit] | None:
    """Return the edits that give what is at one path another one, where nothing is or a table.

    Where it can stay in its place and be called otherwise, it does. None where the text has mistakes, or
    cannot be changed so.
    """
    entry = tree.root.entry(*old)
    if entry is None or syntax_problem(tree) is not None:
        return None
    wanted = plain(tree.root)
    value = _taken(wanted, old)
    if not _put(wanted, new, value):
        return None
    for edits in _ways(tree, entry, old, new):
        if edits is not None and _means(apply_edits(tree.text, edits), wanted):
            return edits
    return None


def _ways(
    tree: Tree, entry: Entry, old: tuple[str, ...], new: tuple[str, ...]
) -> Iterator[list[Edit] | None]:
    yield _renaming(tree, old, new)
    yield _moving(tree, entry, old, new)
    if is_movable(entry):  # in braces
        yield move_entry(tree, entry, new[:-1], new[-1])


def moved_to(
    tree: Tree, old: tuple[str, ...], other: Tree, new: tuple[str, ...]
) -> tuple[list[Edit], list[Edit]] | None:
    """Return the edits of both texts that take what is at a path of one to a path of the other."""
    entry = tree.root.entry(*old)
    if entry is None or syntax_problem(tree) is not None or syntax_problem(other) is not None:
        return None
    left, wanted = plain(tree.root), plain(other.root)
    pieces = _pieces(tree, old)
    if pieces is None or not _put(wanted, new, _taken(left, old)):
        return None
    removed, rest = _without(tree, entry, pieces)
    after = _with(other, new, pieces)
    if not _means(rest, left) or not _means(after, wanted):
        return None
    return removed, [difference(other.text, after)]


# ------------------------------------------------------------------------- what a move means


def _taken(document: dict[str, Any], path: tuple[str, ...]) -> Any:
    """Take the value at a path out of plain data."""
    table = document
    for part in path[:-1]:
        table = table[part]
    return table.pop(path[-1])


def _put(document: dict[str, Any], path: tuple[str, ...], value: Any) -> bool:
    """Write a value to a path of plain data, into a table that is there; tell whether nothing is overwritten."""
    table: Any = document
    for part in path[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            return False
    there = table.setdefault(path[-1], {} if isinstance(value, dict) else value)
    if not isinstance(value, dict):
        return there is value
    if not isinstance(there, dict) or there.keys() & value.keys():
        return False
    there.update(value)
    return True


def _means(text: str, wanted: dict[str, Any]) -> bool:
    tree = parse(text)
    return syntax_problem(tree) is None and _without_empty(plain(tree.root)) == _without_empty(
        wanted
    )


def _without_empty(value: Any) -> Any:
    """Return plain data without empty tables, which a text need not name."""
    if isinstance(value, dict):
        inner = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one != {}}
    return value


# ------------------------------------------------------------------------- another name in its place


def _renaming(tree: Tree, old: tuple[str, ...], new: tuple[str, ...]) -> list[Edit] | None:
    """Return the edits that write another path in each header and key; None where a place forbids it."""
    edits: list[Edit] = []
    for section in tree.sections:
        path = section.path
        if path[: len(old)] == old:
            span = Span(section.keys[0].start, section.keys[len(old) - 1].end)
            edits.append(Edit(span, _dotted(new)))
            continue
        for statement in _statements_at(section, old):
            if path != new[: len(path)] or len(path) == len(new):
                return None
            keys = statement.keys
            span = Span(keys[0].start, keys[len(old) - len(path) - 1].end)
            edits.append(Edit(span, _dotted(new[len(path) :])))
    return edits or None


def _statements_at(section: Section, old: tuple[str, ...]) -> Iterator[Statement]:
    """Yield the statements of a section that write to a path or below it."""
    depth = len(section.path)
    if section.path != old[:depth]:
        return
    for statement in section.statements:
        names = (*section.path, *(key.text for key in statement.keys))
        if names[: len(old)] == old:
            yield statement


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(key_text, path))


# ------------------------------------------------------------------------- another place


class _Piece(NamedTuple):
    """A statement or a section to move, with its comments.

    `below` is its path below the one that moves. `above` are the comment lines over it, `text` is all
    behind the key of a statement or the header of a section.
    """

    span: Span
    below: tuple[str, ...]
    is_section: bool
    is_array: bool
    above: str
    text: str


def _moving(
    tree: Tree, entry: Entry, old: tuple[str, ...], new: tuple[str, ...]
) -> list[Edit] | None:
    pieces = _pieces(tree, old)
    if pieces is None:
        return None
    _, rest = _without(tree, entry, pieces)
    return [difference(tree.text, _with(parse(rest), new, pieces))]


def _pieces(tree: Tree, old: tuple[str, ...]) -> list[_Piece] | None:
    """Return the lines that write what is at a path; None where it does not have lines of its own."""
    text = tree.text
    found: list[_Piece] = []
    for section in tree.sections:
        if section.path[: len(old)] == old:
            start, above = _comments_above(text, section.start)
            end = section_end(text, section)
            below = section.path[len(old) :]
            body = text[section.end : end]
            found.append(_Piece(Span(start, end), below, True, section.array, above, body))
            continue
        for statement in _statements_at(section, old):
            start, above = _comments_above(text, statement.start)
            if start + len(above) != line_start(text, statement.start):
                return None
            names = (*section.path, *(key.text for key in statement.keys))[len(old) :]
            end = line_end(text, statement.end)
            body = text[statement.keys[-1].end : end]
            found.append(_Piece(Span(start, end), names, False, False, above, body))
    return found or None


def _comments_above(text: str, offset: int) -> tuple[int, str]:
    """Return where the comment lines right above a line begin, and these lines."""
    line = line_start(text, offset)
    start = comments_above(text, line)
    return start, text[start:line]


def _without(tree: Tree, entry: Entry, pieces: list[_Piece]) -> tuple[list[Edit], str]:
    """Return the edits that remove an entry with the comments over it, and the text that is left."""
    spans = [edit.span for edit in remove_entry(tree, entry)]
    spans += [Span(one.span.start, one.span.start + len(one.above)) for one in pieces]
    merged: list[Span] = []
    for span in sorted(one for one in spans if one.start < one.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    if merged[-1].end == len(tree.text):
        merged[-1] = with_blank_lines_above(tree.text, merged[-1])
    edits = [Edit(span, "") for span in merged]
    return edits, apply_edits(tree.text, edits)


def _with(tree: Tree, new: tuple[str, ...], pieces: list[_Piece]) -> str:
    """Return a text with what was moved, at another path."""
    newline = newline_of(tree.text) if tree.text else "\n"
    for one in pieces:
        path = (*new, *one.below)
        above = one.above if one.above.endswith("\n") or not one.above else one.above + newline
        if not one.is_section:
            tree = _with_lines(tree, path[:-1], f"{above}{key_text(path[-1])}{one.text}")
        elif not one.is_array and tree.root.table(*path) is not None:
            behind, _, body = one.text.partition("\n")
            comment = f"{behind.strip()}{newline}" if behind.strip() else ""
            lines = (above + comment + body).strip("\r\n")
            tree = _with_lines(tree, path, lines) if lines else tree
        else:
            header = f"[[{_dotted(path)}]]" if one.is_array else f"[{_dotted(path)}]"
            tree = _with_section(tree, f"{above}{header}{one.text}", newline)
    return tree.text


def _with_lines(tree: Tree, path: tuple[str, ...], lines: str) -> Tree:
    """Put lines into a table, behind its last entry; a new section where it is missing."""
    # the place is that of an entry which is not there yet
    mark = "ws-lsp-moves-this-here"
    edits = insert_entry(tree, path, mark, "0")
    if not edits:
        return tree
    text = apply_edits(tree.text, edits)
    return parse(text.replace(f"{mark} = 0", lines, 1))


def _with_section(tree: Tree, lines: str, newline: str) -> Tree:
    rest = tree.text.rstrip(" \t\r\n")
    lead = newline * 2 if rest.lstrip("\ufeff") else ""
    return parse(f"{rest}{lead}{lines}{newline}")
