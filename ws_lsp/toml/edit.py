"""Smallest edits of a TOML text that keep its layout, comments, trailing commas and line endings.

Every function takes the tree that the text was read into and returns edits of that text. Nothing is
re-formatted; new lines are indented like their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Edit, Span, apply_edits, line_end, line_start, newline_of
from ws_lsp.toml.parser import parse
from ws_lsp.toml.tree import Array, Entry, Node, Section, Statement, String, Table, Tree

__all__ = [
    "append_item",
    "deletes_comment",
    "entry_text",
    "insert_entry",
    "is_movable",
    "key_text",
    "move_entry",
    "move_entry_away",
    "remove_entry",
    "remove_item",
    "remove_items",
    "replace_key",
    "replace_string",
    "section_end",
    "string_text",
    "take_entry",
    "takes_entries",
]

_BARE = regular_expression(r"[A-Za-z0-9_-]+\Z")
_CONTROL = regular_expression(r"[\x00-\x1f\x7f]")
_ESCAPED = regular_expression(r'["\\\x00-\x1f\x7f]')
_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_INDENT = "    "
_BLANK = regular_expression(r"(?:[ \t\r\n]++|#[^\r\n]*+)*")
_SPACE = regular_expression(r"[ \t]*+")
_COMMENT_LINE = regular_expression(r"[\r\n]([ \t]+)#")
_COMMENT_LINES = regular_expression(r"(?:(?:\r\n|\n)[ \t]*+#[^\r\n]*+)+")
_LINE_AND_BLANK_LINES = regular_expression(
    r"(?:[ \t]*+(?:\r\n|\n|\r|\Z))?(?:[ \t]*+(?:\r\n|\n|\r))*"
)


def string_text(value: str, quote: str = '"') -> str:
    """Write `value` as a single-line string, in `quote` style where that can hold it."""
    if quote == "'" and "'" not in value and not _CONTROL.search(value):
        return f"'{value}'"
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def key_text(name: str) -> str:
    """Write `name` as one part of a key, bare where TOML allows it."""
    return name if _BARE.match(name) else string_text(name)


def replace_string(node: String, value: str) -> Edit:
    """Replace a whole string, closing quote added where it is missing."""
    return Edit(node.span, string_text(value, node.quote[0]))


def replace_key(tree: Tree, start: int, end: int, name: str) -> Edit:
    """Replace one part of a key (offsets in code points) by `name`, in its present quotes."""
    quote = tree.text[start : start + 1]
    text = string_text(name, quote) if quote in ('"', "'") else key_text(name)
    return Edit(Span(start, end), text)


# ------------------------------------------------------------------------- arrays


def append_item(tree: Tree, array: Array, text: str) -> list[Edit]:
    """Add `text` (TOML) as the last item of `array`, which is one in brackets."""
    return _append(tree.text, array, text)


def remove_item(tree: Tree, array: Array, index: int) -> list[Edit]:
    """Remove an item with its comma, and its line with its comment where it stands alone there."""
    return remove_items(tree, array, [index])


def remove_items(tree: Tree, array: Array, indexes: Iterable[int]) -> list[Edit]:
    """Remove several items; the edits of several `remove_item` may overlap, these do not."""
    return _remove(tree.text, array, indexes)


# ------------------------------------------------------------------------- tables


class _Lines(NamedTuple):
    """An entry to write: the comment lines above it, `key = value`, and the comment behind it."""

    above: tuple[str, ...]
    entry: str
    behind: str

    def text(self, newline: str, indent: str = "", prefix: str = "") -> str:
        """Return the lines, all but the first indented."""
        lines = (*self.above, f"{prefix}{self.entry}{self.behind}")
        return f"{newline}{indent}".join(lines)

    @property
    def without_comments(self) -> _Lines:
        """The entry alone."""
        return _Lines((), self.entry, "")


def insert_entry(tree: Tree, path: tuple[str, ...], key: str, value: str) -> list[Edit]:
    """Add `key = value` (a name and TOML) to the table at `path`, made where it is missing.

    The entry goes behind the last one of the table, in the spelling that the table is written in.
    No edit is returned where something else than a table stands on the path.
    """
    return _insert_lines(tree, path, _Lines((), f"{key_text(key)} = {value}", "")) or []


def _insert_lines(tree: Tree, path: tuple[str, ...], lines: _Lines) -> list[Edit] | None:
    """Add lines to the table at `path`; return None where something else than a table stands there.

    Comments have no place in a table in braces.
    """
    depth, table = _nearest_table(tree, path)
    missing = path[depth:]
    if missing and missing[0] in table.entries:
        return None
    dotted = list(_dotted_statements(table)) if depth else []
    prefix = _dotted_prefix(dotted[0], table) if dotted else ""
    holder = _inline_holder(tree, dotted[0]) if dotted else None
    if table.inline or holder is not None:
        if lines.above or lines.behind:
            return None
        return _append(tree.text, holder or table, prefix + _nested(missing, lines.entry))
    if missing:
        return [_append_section(tree, path, lines)]
    if not path:
        return [_insert_line(tree, tree.sections[0], lines)]
    if table.headers:
        return [_insert_line(tree, table.headers[-1], lines)]
    if dotted:
        last = max(dotted, key=lambda statement: statement.start)
        return [_insert_after(tree, last, lines, prefix)]
    return [_append_section(tree, path, lines)]


def remove_entry(tree: Tree, entry: Entry) -> list[Edit]:
    """Remove an entry and all that belongs to it, with its lines and their comments.

    That is its `key = value`, or each statement and each section of a table that dotted keys or
    headers make.
    """
    sections = list(_sections_of(entry))
    bodies = [Span(section.start, section.body_end) for section in sections]
    spans = [_section_lines(tree.text, section) for section in sections]
    inline: dict[Table, list[int]] = {}
    for statement in _statements_of(entry):
        if any(body.start <= statement.start < body.end for body in bodies):
            continue
        holder = _inline_holder(tree, statement)
        if holder is None:
            spans.append(_statement_lines(tree.text, statement))
        else:
            inline.setdefault(holder, []).append(holder.statements.index(statement))
    spans = _merged(spans)
    if sections and spans[-1].end == len(tree.text):
        spans[-1] = _with_blank_lines_above(tree.text, spans[-1])
    edits = [Edit(span, "") for span in spans]
    for holder, indexes in inline.items():
        edits += _remove(tree.text, holder, indexes)
    return edits


def is_movable(entry: Entry) -> bool:
    """Tell whether an entry is written as one `key = value`, so that its value is a piece of text."""
    return entry.statement is not None and entry.statement.value is entry.value


def deletes_comment(tree: Tree, edits: Iterable[Edit]) -> bool:
    """Tell whether edits may delete a comment: a `#` in a string counts as one."""
    return any(
        tree.text.count("#", edit.span.start, edit.span.end) > edit.text.count("#")
        for edit in edits
    )


def takes_entries(tree: Tree, path: tuple[str, ...]) -> bool:
    """Tell whether there is a table at `path`, or can be one."""
    depth, table = _nearest_table(tree, path)
    return depth == len(path) or path[depth] not in table.entries


def move_entry(
    tree: Tree, entry: Entry, path: tuple[str, ...], key: str | None = None
) -> list[Edit]:
    """Move an entry, which must be movable, to the table at `path` of the same text, as `key`.

    Its comments move along, those beside it and those in the lines directly above. They stay where
    they are if the new place is in braces. No edit is returned where something else than a table
    stands on the path.
    """
    removed, added = move_entry_away(tree, entry, tree, path, key)
    if all(
        one.span.end < other.span.start or other.span.end < one.span.start
        for one in removed
        for other in added
    ):
        return [*added, *removed]
    # the new place is beside the old one: what is left after the removal decides
    rest = apply_edits(tree.text, removed)
    lines = _lines_of(tree, entry, key)
    again = _insert_lines(parse(rest), path, lines)
    if again is None:
        again = _insert_lines(parse(rest), path, lines.without_comments)
    return [_difference(tree.text, apply_edits(rest, again or []))]


def move_entry_away(
    tree: Tree, entry: Entry, target: Tree, path: tuple[str, ...], key: str | None = None
) -> tuple[list[Edit], list[Edit]]:
    """Move an entry as `move_entry` does, to another text.

    Return the edits that take it away and those that write it.
    """
    lines = _lines_of(tree, entry, key)
    added = _insert_lines(target, path, lines)
    if added is not None:
        return take_entry(tree, entry), added
    added = _insert_lines(target, path, lines.without_comments)
    return (_remove_but_comments(tree, entry), added) if added is not None else ([], [])


def entry_text(tree: Tree, entry: Entry) -> str:
    """Return the lines of an entry that is movable, with its comments, for another text."""
    return _lines_of(tree, entry, None).text(newline_of(tree.text))


def take_entry(tree: Tree, entry: Entry) -> list[Edit]:
    """Remove an entry that is movable with all that `entry_text` returns."""
    edits, statement = remove_entry(tree, entry), entry.statement
    if statement is None or _inline_holder(tree, statement) is not None:
        return edits
    ((start, end),) = (edit.span for edit in edits)
    return [_deletion(_comments_above(tree.text, start), end)]


def _remove_but_comments(tree: Tree, entry: Entry) -> list[Edit]:
    """Remove an entry that is movable; its comments stay."""
    edits, statement = remove_entry(tree, entry), entry.statement
    if statement is None or _inline_holder(tree, statement) is not None:
        return edits
    following = _skip_space(tree.text, statement.end)
    return [_deletion(statement.start, following)] if tree.text[following:][:1] == "#" else edits


def _lines_of(tree: Tree, entry: Entry, key: str | None) -> _Lines:
    """Return the lines of an entry that is movable, with its comments, as they are written elsewhere."""
    source, statement = tree.text, entry.statement
    written = key_text(key) if key is not None else source[entry.key.start : entry.key.end]
    text = f"{written} = {source[entry.value.start : entry.value.end]}"
    if statement is None or _inline_holder(tree, statement) is not None:
        return _Lines((), text, "")
    start = _line_begin(source, statement.start)
    above = source[_comments_above(source, start) : start]
    comments = tuple(line.strip() for line in above.split("\n")[:-1])
    behind = source[statement.end : _comment_end(source, statement.end)].rstrip()
    return _Lines(comments, text, behind)


def _comments_above(source: str, start: int) -> int:
    """Return the beginning of the comment lines directly above the line that begins at `start`."""
    while start:
        above = _line_begin(source, start - 1 - source.startswith("\r\n", start - 2))
        if above == start or not source.startswith("#", _skip_space(source, above)):
            break
        start = above
    return start


def _difference(before: str, after: str) -> Edit:
    """Return the one edit between two texts that leaves their common ends alone."""
    limit = min(len(before), len(after))
    start = 0
    while start < limit and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < limit - start and before[-tail - 1] == after[-tail - 1]:
        tail += 1
    return Edit(Span(start, len(before) - tail), after[start : len(after) - tail])


def _nearest_table(tree: Tree, path: tuple[str, ...]) -> tuple[int, Table]:
    """Return the deepest table on `path` that the text has, and how many names lead to it."""
    for depth in range(len(path), 0, -1):
        table = tree.root.table(*path[:depth])
        if table is not None:
            return depth, table
    return 0, tree.root


def _nested(names: tuple[str, ...], line: str) -> str:
    """Write `line` within inline tables of these names, outer ones first."""
    for name in reversed(names):
        line = f"{key_text(name)} = {{ {line} }}"
    return line


def _dotted_statements(table: Table) -> Iterator[Statement]:
    """Yield the statements whose keys pass through `table`; none for one in braces or with a header."""
    if table.inline or table.headers:
        return
    for entry in table.entries.values():
        statement = entry.statement
        if statement is None:
            continue
        yield statement
        if statement.value is not entry.value and isinstance(entry.value, Table):
            yield from _dotted_statements(entry.value)


def _dotted_prefix(statement: Statement, table: Table) -> str:
    """Return the leading keys of a dotted statement that lead to `table`, each with its dot."""
    prefix = ""
    for part, following in zip(statement.keys, statement.keys[1:], strict=False):
        prefix += f"{key_text(part.text)}."
        entry = table.entries.get(following.text)
        if entry is not None and entry.key == following:
            break
    return prefix


def _insert_line(tree: Tree, section: Section, lines: _Lines) -> Edit:
    """Put lines behind the last statement of a section, or right behind its header."""
    source = tree.text
    if section.statements:
        return _insert_after(tree, section.statements[-1], lines)
    newline = newline_of(source)
    text = lines.text(newline)
    if section is tree.sections[0]:
        # in front of the first header; a byte order mark stays first
        start = 1 if source.startswith("\ufeff") else 0
        gap = newline if len(tree.sections) > 1 else ""
        return Edit(Span(start, start), f"{text}{newline}{gap}")
    end = line_end(source, section.end)
    return Edit(Span(end, end), f"{newline}{text}")


def _insert_after(tree: Tree, statement: Statement, lines: _Lines, prefix: str = "") -> Edit:
    end = line_end(tree.text, statement.end)
    indent, newline = _indent_at(tree.text, statement.start), newline_of(tree.text)
    return Edit(Span(end, end), f"{newline}{indent}{lines.text(newline, indent, prefix)}")


def _append_section(tree: Tree, path: tuple[str, ...], lines: _Lines) -> Edit:
    """Write a new section behind the last one of the same owner, or at the end of the text.

    The owner of a table is a tool (`tool.uv`) or a table of the standards (`project`).
    """
    source, newline = tree.text, newline_of(tree.text)
    owner = path[:2] if path[0] == "tool" else path[:1]
    relatives = [section for section in tree.sections[1:] if section.path[: len(owner)] == owner]
    if relatives and relatives[-1] is not tree.sections[-1]:
        end = section_end(source, relatives[-1])
    else:
        end = len(source.rstrip(" \t\r\n"))
    lead = newline * 2 if source[:end].lstrip("\ufeff") else ""
    tail = "" if source[end : end + 1] else newline
    header = ".".join(map(key_text, path))
    return Edit(Span(end, end), f"{lead}[{header}]{newline}{lines.text(newline)}{tail}")


# ------------------------------------------------------------------------- what belongs to an entry


def _children(entry: Entry) -> Iterator[Entry]:
    """Yield the entries of the tables that an entry stands for, where it is not one statement."""
    for table in _tables_of(entry):
        yield from table.entries.values()
        yield from table.duplicates


def _tables_of(entry: Entry) -> list[Table]:
    if is_movable(entry):
        return []
    nodes = entry.value.items if isinstance(entry.value, Array) else [entry.value]
    return [node for node in nodes if isinstance(node, Table)]


def _sections_of(entry: Entry) -> Iterator[Section]:
    for table in _tables_of(entry):
        yield from table.headers
    for child in _children(entry):
        yield from _sections_of(child)


def _statements_of(entry: Entry) -> Iterator[Statement]:
    """Yield each statement that writes the entry or something below it, once."""
    if entry.statement is not None and is_movable(entry):
        yield entry.statement
    for child in _children(entry):
        yield from _statements_of(child)


def _inline_holder(tree: Tree, statement: Statement) -> Table | None:
    """Return the inline table that a statement was written in, or None where it has its own line."""
    for section in tree.sections:
        for outer in section.statements:
            if outer.start <= statement.start < outer.end:
                return None if outer is statement else _holder_below(outer.value, statement)
    return None


def _holder_below(node: Node, statement: Statement) -> Table | None:
    inner: list[Node] = []
    if isinstance(node, Array):
        inner = node.items
    elif isinstance(node, Table):
        if statement in node.statements:
            return node
        inner = [other.value for other in node.statements]
    for child in inner:
        if child.start <= statement.start < child.end:
            return _holder_below(child, statement)
    return None


# ------------------------------------------------------------------------- lists between brackets


def _parts(holder: Array | Table) -> Sequence[Node | Statement]:
    """Return what commas separate in an array or an inline table."""
    return holder.items if isinstance(holder, Array) else holder.statements


def _append(source: str, holder: Array | Table, text: str) -> list[Edit]:
    """Add `text` as the last part of an array or inline table, laid out as the one before it."""
    parts = _parts(holder)
    if not parts:
        return [_fill(source, holder, text)]
    last = parts[-1]
    comma = _comma_after(source, last.end, holder.end)
    end = last.end if comma is None else comma + 1
    if not _begins_line(source, holder, last.start):
        return [_insertion(end, f", {text}" if comma is None else f" {text},")]
    line = f"{newline_of(source)}{_indent_at(source, last.start)}{text}"
    behind = _comment_end(source, end)
    if comma is not None:
        return [_insertion(behind, f"{line},")]
    if behind == end:
        return [_insertion(end, f",{line}")]
    return [_insertion(end, ","), _insertion(behind, line)]


def _fill(source: str, holder: Array | Table, text: str) -> Edit:
    """Write the first part of an empty array or inline table."""
    start, end = holder.start + 1, holder.end - 1 if holder.closed else holder.end
    first_line_end = line_end(source, holder.start)
    if first_line_end < end:
        comment = _COMMENT_LINE.search(source, first_line_end, end)
        indent = comment[1] if comment else _indent_at(source, holder.start) + _INDENT
        return _insertion(first_line_end, f"{newline_of(source)}{indent}{text},")
    if not holder.closed:  # white space, a comment or a mistake follows: it stays
        return _insertion(start, text if isinstance(holder, Array) else f" {text} }}")
    return Edit(Span(start, end), text if isinstance(holder, Array) else f" {text} ")


def _remove(source: str, holder: Array | Table, indexes: Iterable[int]) -> list[Edit]:
    """Remove parts of an array or inline table; adjacent ones go together."""
    runs: list[tuple[int, int]] = []
    for index in sorted(set(indexes)):
        if runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return [edit for first, last in runs for edit in _remove_run(source, holder, first, last)]


def _remove_run(source: str, holder: Array | Table, first: int, last: int) -> list[Edit]:
    """Remove the parts from `first` to `last`, both included."""
    parts = _parts(holder)
    start = parts[first].start
    comma = _comma_after(source, parts[last].end, holder.end)
    end = parts[last].end if comma is None else comma + 1
    at_end = last == len(parts) - 1
    if first == 0 and at_end and source[holder.start + 1 : start].strip(" \t") == "":
        close = _skip_space(source, end)
        if holder.closed and close == holder.end - 1:
            return [_deletion(holder.start + 1, close)]
    # without a trailing comma the one before has to go
    before = None
    if first > 0 and at_end and comma is None:
        before = _comma_after(source, parts[first - 1].end, start)
    edits = [] if before is None else [_deletion(before, before + 1)]
    rest = _comment_end(source, end)
    if _begins_line(source, holder, start) and source[rest : rest + 1] in ("\n", "\r"):
        return [*edits, _deletion(line_start(source, start), _next_line(source, rest))]
    if before is not None and not source[before + 1 : start].strip():
        return [_deletion(before, end)]
    following = _skip_space(source, end)
    if not at_end and source[following] not in "#\r\n":
        return [_deletion(start, following)]
    return [*edits, _deletion(_skip_space_back(source, start), end)]


def _comma_after(source: str, start: int, limit: int) -> int | None:
    """Return the offset of the comma behind a part, comments skipped."""
    blank = _BLANK.match(source, start, limit)
    at = blank.end() if blank else start
    return at if at < limit and source[at] == "," else None


# ------------------------------------------------------------------------- lines


def _statement_lines(source: str, statement: Statement) -> Span:
    """Return the lines of a statement, its comment included, but not what follows it by mistake."""
    end = _comment_end(source, statement.end)
    return Span(_line_begin(source, statement.start), _next_line(source, end))


def _section_lines(source: str, section: Section) -> Span:
    """Return the lines of a section, and the blank lines below it."""
    match = _LINE_AND_BLANK_LINES.match(source, section_end(source, section))
    end = match.end() if match else section.body_end
    return Span(_line_begin(source, section.start), end)


def _with_blank_lines_above(source: str, span: Span) -> Span:
    above = source[: span.start].rstrip(" \t\r\n")
    if not above.strip("\ufeff"):
        return span
    return Span(_next_line(source, line_end(source, len(above))), span.end)


def section_end(source: str, section: Section) -> int:
    """Return the end of the last line that is the section's own.

    Comment lines directly below the last statement are its own, unless the next header follows them
    directly: then they are about that one.
    """
    last = section.statements[-1].end if section.statements else section.end
    end = line_end(source, last)
    comments = _COMMENT_LINES.match(source, end, section.body_end)
    if comments is None:
        return end
    next_line = _next_line(source, comments.end())
    touches = section.body_end < len(source) and section.body_end == _skip_space(source, next_line)
    return end if touches else comments.end()


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in the order of the text, those that meet made one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _insertion(offset: int, text: str) -> Edit:
    return Edit(Span(offset, offset), text)


def _deletion(start: int, end: int) -> Edit:
    return Edit(Span(start, end), "")


def _line_begin(source: str, offset: int) -> int:
    """Return the beginning of a line; a byte order mark is not part of its line."""
    start = line_start(source, offset)
    return start + 1 if source.startswith("\ufeff", start) else start


def _next_line(source: str, offset: int) -> int:
    """Return the offset behind the line break at `offset`, or `offset` where there is none."""
    if source.startswith("\r\n", offset):
        return offset + 2
    return offset + 1 if source[offset : offset + 1] in ("\n", "\r") else offset


def _begins_line(source: str, holder: Array | Table, offset: int) -> bool:
    """Tell whether a part of `holder` is the first thing of a line below the opening bracket."""
    start = line_start(source, offset)
    return start > holder.start and not source[start:offset].strip(" \t")


def _indent_at(source: str, offset: int) -> str:
    start = _line_begin(source, offset)
    return source[start : _skip_space(source, start)]


def _skip_space(source: str, offset: int) -> int:
    match = _SPACE.match(source, offset)
    return match.end() if match else offset


def _skip_space_back(source: str, offset: int) -> int:
    return len(source[:offset].rstrip(" \t"))


def _comment_end(source: str, offset: int) -> int:
    """Return the end of white space and a comment from `offset` on, or `offset` if more follows."""
    end = _skip_space(source, offset)
    if source[end : end + 1] == "#":
        return line_end(source, end)
    return end if source[end : end + 1] in ("", "\n", "\r") else offset


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _NAMED.get(character, f"\\u{ord(character):04x}")
