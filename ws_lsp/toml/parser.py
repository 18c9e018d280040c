"""A tolerant one-pass TOML reader (TOML 1.0 and 1.1).

Total: every text gives a tree. It reports no mistakes; `ws_lsp.toml.syntax` asks tomli for those, but
where a text is surely without any (`Tree.certain`). On a valid document the values are tomli's. On a
broken one the damage stays where it is:

* a string that is not closed ends with its line;
* an array that is not closed ends before a line that begins with a header or with `key =`, and an
  inline table that is not closed ends with its line, both unless the document is sound up to the
  closing bracket (arrays of arrays, TOML 1.1 inline tables over several lines);
* what cannot begin a statement is skipped up to the line's end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import line_end, line_start
from ws_lsp.toml.tree import (
    Array,
    Entry,
    FlagStatement,
    ImpliedEntry,
    Key,
    Missing,
    Node,
    PlainSection,
    PlainStatement,
    Scalar,
    Section,
    Statement,
    String,
    Table,
    Tree,
)

__all__ = ["MAXIMUM_DEPTH", "parse"]

_T = TypeVar("_T", Array, Table)

MAXIMUM_DEPTH = 100
"""What is nested deeper than this (keys, arrays, inline tables) is skipped: recursion is bounded."""


def parse(text: str) -> Tree:
    """Read `text`; never raises."""
    return _Parser(text).document()


_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
# Possessive quantifiers (`*+`): no pattern here profits from going back, and long texts gain much.
# Over single characters only: Python before 3.11.5 matches a possessive group wrongly (gh-106052).
_SPACE = regular_expression(r"[ \t]*+")
_BLANK = regular_expression(r"(?:[ \t\r\n\ufeff]++|#[^\r\n]*+)*")
_LONE_RETURN = regular_expression(r"\r(?!\n)")
_LINE_BREAK = regular_expression(r"[\r\n]")
_BARE_KEY = regular_expression(r"[A-Za-z0-9_-]+")
_HEADER_LINE = regular_expression(
    rf"[ \t]*\[\[?[ \t]*{_DOTTED}[ \t]*\]\]?[ \t]*(?:#[^\r\n]*)?(?:[\r\n]|\Z)"
)
_STATEMENT_LINE = regular_expression(rf"[ \t]*{_DOTTED}[ \t]*=(?!=)")
_BASIC = regular_expression(r'"([^"\\\n\r]*+(?:\\[^\n\r][^"\\\n\r]*+)*)("|\\?)')
_LITERAL = regular_expression(r"'([^'\n\r]*+)('?)")
_MULTI_LINE_BASIC = regular_expression(r'"""((?:[^"\\]++|\\.|"{1,2}(?!"))*"{0,2})"""', re.DOTALL)
_MULTI_LINE_LITERAL = regular_expression(r"'''((?:[^']++|'{1,2}(?!'))*'{0,2})'''")
# Short ways for what nearly every line of a manifest is; what they refuse takes the long way.
_PLAIN_ASSIGNMENT = regular_expression(r"([A-Za-z0-9_-]++)[ \t]*+(=)[ \t]*+")
_CONTROL = r"\x00-\x08\x0a-\x1f\x7f"
_PLAIN_STRING = regular_expression(rf'"([^"\\{_CONTROL}]*+)"(?!")')
_PLAIN_LITERAL = regular_expression(rf"'([^'{_CONTROL}]*+)'(?!')")
_PLAIN_WORD = regular_expression(r"(?:true|false|0|[1-9][0-9]{0,15})\Z")
_PLAIN_ITEM = regular_expression(rf'(?:[ \t\n]|\r\n)*("([^"\\{_CONTROL}]*+)")[ \t]*+(?:(,)|(?=\]))')
_PLAIN_BLANK = regular_expression(rf"(?:[ \t\r\n]++|#[^{_CONTROL}]*+(?=[\r\n]|\Z))*")
_PLAIN_END = regular_expression(rf"[ \t]*+(?:#[^{_CONTROL}]*+)?(?=[\r\n]|\Z)")
_PLAIN_LINE = regular_expression(
    r"[ \t\r\n]*+(?:"
    r"([A-Za-z0-9_-]++)[ \t]*+(=)[ \t]*+(?:(?:"
    r"(\{[ \t]*+([A-Za-z0-9_-]++)[ \t]*+(=)[ \t]*+(true|false)[ \t]*+\})"
    rf'|("([^"\\{_CONTROL}]*+)")'
    rf'|(\[(?:[ \t\r\n]*+"[^"\\{_CONTROL}]*+"[ \t\r\n]*+,)*'
    rf'(?:[ \t\r\n]*+"[^"\\{_CONTROL}]*+")?[ \t\r\n]*+\])'
    r")[ \t]*+(?=[\r\n#]|\Z)|(\[))"
    r"|\[([A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)*)\](?=[ \t]*+(?:[\r\n#]|\Z)))"
)
_FLAG, _STRING, _STRINGS, _HEADER = 3, 7, 9, 11
"""The groups of `_PLAIN_LINE` that end last: a flag, a string, an array of strings, the names of a header;
else another array begins."""
_SCALAR = regular_expression(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d[^\s,\]\}#\"'\[\{=]*|[^\s,\]\}#\"'\[\{=]+"
)  # the first alternative because of the space that a date-time may hold
_ESCAPE = regular_expression(
    r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([ \t]*\n[ \t\n]*)|(.))",
    re.DOTALL,
)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class _UnsoundError(Exception):
    """Raised and caught within the parser: a strict attempt met a mistake."""


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.length = len(text)
        self.depth = 0
        self.strict = False
        self.opened: list[int] = []  # the brackets around `at`
        self.unsound: set[int] = set()  # brackets that an attempt met and did not see closed
        self.proven: list[tuple[int, int]] = []  # what tomli need not read
        self.certain = True  # whether what was read is sound by its very shape
        # whether all was read strictly, each key is there once, and every line ends as TOML wants
        self.clean = _LONE_RETURN.search(text) is None
        self.root = Table(0, 0)
        self.sections: list[Section] = []
        self.tables: list[Table] = []

    # ---------------------------------------------------------------- statements

    def document(self) -> Tree:
        text, at = self.text, 0
        section = Section((), 0, 0)
        table = self.root
        self.sections.append(section)
        self.tables.append(table)
        statement: Statement | None
        while True:
            plain = _PLAIN_LINE.match(text, at)
            if plain is None or self.depth + 3 > MAXIMUM_DEPTH:
                before, at = at, self.skip_blank(at)
                if at >= self.length:
                    break
                if at > before:
                    continue
                self.at = at
                if text[at] == "[":
                    section.body_end = at
                    section = self.header()
                    table = self.enter(section)
                    at = self.at
                    continue
                statement = self.statement()
                if statement is not None:
                    section.statements.append(statement)
                    self.insert(table, statement)
                at = self.line_end(self.at)
                continue
            shape, at = plain.lastindex, plain.end()
            if shape == _HEADER:
                section.body_end = plain.start(_HEADER) - 1
                section = PlainSection(plain[_HEADER], section.body_end, at)
                table = self.enter(section)
                continue
            name = plain[1]
            if shape == _FLAG:
                statement = FlagStatement(plain)
                self.proven.append((statement.start, at))
            elif shape == _STRING:
                begin, end = plain.span(_STRING)
                value = String(begin, end, plain[8], '"', True)
                statement = PlainStatement(name, plain.start(1), plain.start(2), value, end)
            elif shape == _STRINGS:
                begin, end = plain.span(_STRINGS)
                strings = _PLAIN_STRING.finditer(text, begin, end)
                items: list[Node] = [
                    String(one.start(), one.end(), one[1], '"', True) for one in strings
                ]
                array = Array(begin, end, items)
                statement = PlainStatement(name, plain.start(1), plain.start(2), array, end)
                self.proven.append((begin + 1, end - 1))
            else:
                self.at = at - 1
                statement = self.assignment(name, plain.start(1), plain.start(2))
                at = self.line_end(self.at)
            section.statements.append(statement)
            self.add(table, name, statement)
        section.body_end = self.length
        clean, proven = self.clean, self.proven if self.clean else []
        return Tree(text, self.sections, self.tables, self.root, clean and self.certain, proven)

    def header(self) -> Section:
        self.certain = False
        start = self.at
        array = self.text.startswith("[[", start)
        close = "]]" if array else "]"
        self.at += len(close)
        keys, open_dot = self.keys()
        closed = self.text.startswith(close, self.at)
        if closed:
            self.at += len(close)
        section = Section(tuple(keys), start, self.at, array, closed, open_dot)
        self.at = self.line_end(self.at)
        return section

    def enter(self, section: Section) -> Table:
        """Begin a section; return the table that its statements belong to."""
        self.depth = len(section.path)
        table = self.open_table(section)
        self.sections.append(section)
        self.tables.append(table)
        return table

    def open_table(self, section: Section) -> Table:
        """Find or make the table that a header opens; one of no part of the tree if it cannot be."""
        table = self.root
        names = section.path
        if not 0 < len(names) <= MAXIMUM_DEPTH:
            self.certain = False
            return Table(section.start, section.end)
        last = len(names) - 1
        for index in range(last):
            table = self.descend(table, names[index], section, index)
        entry = table.entries.get(names[last])
        fresh = Table(section.start, section.end, headers=[section])
        if section.array:
            if entry is not None and isinstance(entry.value, Array) and entry.value.of_tables:
                entry.value.items.append(fresh)
            else:
                array = Array(section.start, section.end, [fresh], of_tables=True)
                self.add(table, names[last], ImpliedEntry(section, last, array))
            return fresh
        if entry is not None and isinstance(entry.value, Table) and not entry.value.inline:
            if entry.value.headers:
                self.certain = False
            else:
                entry.value.start, entry.value.end = section.start, section.end
            entry.value.headers.append(section)
            return entry.value
        self.add(table, names[last], ImpliedEntry(section, last, fresh))
        return fresh

    def statement(self) -> Statement | None:
        """`key = value`; None, with nothing consumed, where no key begins here."""
        start = self.at
        plain = _PLAIN_ASSIGNMENT.match(self.text, start)
        if plain is not None:
            self.at = plain.end()
            return self.assignment(plain[1], start, plain.start(2))
        self.certain = False
        keys, open_dot = self.keys()
        if not keys:
            self.fail()
            self.at = start
            return None
        if open_dot:
            self.fail()
        if self.text[self.at : self.at + 1] != "=":
            self.fail()
            end = keys[-1].end
            return Statement(tuple(keys), -1, Missing(end, end), start, end)
        equals = self.at
        self.at = self.skip_space(equals + 1)
        self.depth += len(keys)
        value = self.value()
        self.depth -= len(keys)
        return Statement(tuple(keys), equals, value, keys[0].start, value.end)

    def assignment(self, name: str, start: int, equals: int) -> Statement:
        """Read the value that begins here and return the statement that gives it to a bare key."""
        self.depth += 1
        value = self.value()
        self.depth -= 1
        return PlainStatement(name, start, equals, value, value.end)

    def keys(self) -> tuple[list[Key], bool]:
        """Dotted keys from here on, and whether a dot follows the last one."""
        keys: list[Key] = []
        text = self.text
        at = self.skip_space(self.at)
        open_dot = False
        while True:
            character = text[at : at + 1]
            if character in ('"', "'"):
                string = self.single_line_string(at)
                keys.append(Key(string.value, at, string.end))
                at = string.end
            else:
                match = _BARE_KEY.match(text, at)
                if match is None:
                    break
                at = match.end()
                keys.append(Key(match[0], match.start(), at))
            at = self.skip_space(at)
            open_dot = text[at : at + 1] == "."
            if not open_dot:
                break
            at = self.skip_space(at + 1)
        self.at = at
        return keys, open_dot

    # -------------------------------------------------------------------- values

    def value(self) -> Node:
        text, start = self.text, self.at
        character = text[start : start + 1]
        if character in ('"', "'"):
            string = self.string(start)
            self.at = string.end
            return string
        if character == "[" or character == "{":
            if self.depth >= MAXIMUM_DEPTH:
                self.fail()
                self.at = line_end(self.text, start)
                return Missing(start, self.at)
            self.depth += 1
            self.opened.append(start)
            node = self.array(start) if character == "[" else self.inline_table(start)
            self.opened.pop()
            self.depth -= 1
            return node
        match = _SCALAR.match(text, start)
        if match is None:
            self.fail()
            return Missing(start, start)
        self.at = match.end()
        word = match[0]
        if _PLAIN_WORD.match(word) is None:
            self.certain = False
        return Scalar(start, self.at, word)

    def string(self, start: int) -> String:
        plain = _PLAIN_STRING.match(self.text, start)
        if plain is not None:
            return String(start, plain.end(), plain[1], '"', True)
        plain = _PLAIN_LITERAL.match(self.text, start)
        if plain is not None:
            return String(start, plain.end(), plain[1], "'", True)
        self.certain = False
        quote = self.text[start : start + 3]
        if quote not in ('"""', "'''"):
            return self.single_line_string(start)
        pattern = _MULTI_LINE_BASIC if quote == '"""' else _MULTI_LINE_LITERAL
        match = pattern.match(self.text, start)
        if match is None:
            self.fail()
            end = line_end(self.text, start)
            return String(start, end, self.text[start + 3 : end], quote, False)
        value = match[1].replace("\r\n", "\n").removeprefix("\n")
        if quote == '"""':
            value = _unescape(value)
        return String(start, match.end(), value, quote, True)

    def single_line_string(self, start: int) -> String:
        quote = self.text[start]
        basic = quote == '"'
        match = (_BASIC if basic else _LITERAL).match(self.text, start)
        assert match is not None  # both patterns match at their quote
        end = match.end()
        value = match[1]
        closed = match[2] == quote
        if not closed:
            self.fail()
            # an unfinished string ends with its line; white space after it was not typed into it
            written = self.text[start + 1 : end].rstrip(" \t")
            end = start + 1 + len(written)
            value = written.removesuffix("\\") if basic else written
        return String(start, end, _unescape(value) if basic else value, quote, closed)

    def array(self, start: int) -> Array:
        text = self.text
        items: list[Node] = []
        at = start + 1
        comma = True
        while True:
            plain = _PLAIN_ITEM.match(text, at) if comma else None
            if plain is not None:
                begin = at
                while plain is not None:
                    first, last = plain.span(1)
                    value, comma_mark = plain.group(2, 3)
                    items.append(String(first, last, value, '"', True))
                    if comma_mark is None:
                        comma = False
                        break
                    at = plain.end()
                    plain = _PLAIN_ITEM.match(text, at)
                self.proven.append((begin, at))
                if plain is not None:
                    at = plain.end()
                continue
            before, at = at, self.skip_blank(at)
            if at >= self.length:
                break
            character = text[at]
            if character == "]":
                self.at = at + 1
                return Array(start, self.at, items)
            if not self.strict and self.resumes(before, at):
                sound = self.attempt(self.array, start)
                if sound is not None:
                    return sound
                at = max(before, self.previous_line_end(at))  # blank lines are still the array's
                break
            if character == ",":
                if comma:
                    self.fail()
                comma = True
                at += 1
                continue
            if not comma:
                self.fail()
            comma = False
            self.at = at
            item = self.value()
            if isinstance(item, Missing) and item.start == item.end:
                at += 1  # a stray character
                continue
            items.append(item)
            at = self.at
        self.fail()
        self.at = at
        return Array(start, at, items, closed=False)

    def resumes(self, before: int, at: int) -> bool:
        """Tell whether `at` is on a later line than `before`, and that one looks like the document's."""
        if _LINE_BREAK.search(self.text, before, at) is None:
            return False
        line = line_start(self.text, at)
        return bool(_HEADER_LINE.match(self.text, line) or _STATEMENT_LINE.match(self.text, line))

    def previous_line_end(self, at: int) -> int:
        """Return the end of the line before the one of `at`, before its line break."""
        end = line_start(self.text, at) - 1
        return end - 1 if self.text.startswith("\r\n", end - 1) else end

    def inline_table(self, start: int) -> Table:
        text = self.text
        table = Table(start, start, inline=True)
        at = start + 1
        comma = True
        while True:
            at = self.skip_space(at)
            character = text[at : at + 1]
            if character == "}":
                self.at = table.end = at + 1
                return table
            if character in ("", "\n", "\r", "#"):
                self.certain = False
                if not character:
                    self.fail()
                if self.strict:
                    at = self.skip_blank(at)
                    continue
                sound = self.attempt(self.inline_table, start)
                if sound is not None:
                    return sound
                break
            if character == ",":
                if comma:
                    self.fail()
                comma = True
                at += 1
                continue
            if not comma:
                self.fail()
            comma = False
            self.at = at
            statement = self.statement()
            if statement is None:
                if character in ("]", "["):
                    break
                at += 1  # a stray character
                continue
            table.statements.append(statement)
            self.insert(table, statement)
            at = self.at
        self.fail()
        self.at = table.end = at
        table.closed = False
        return table

    # -------------------------------------------------------------------- helpers

    def insert(self, table: Table, statement: Statement) -> None:
        """Give `table` the entry that a statement writes, through the tables of its dotted key."""
        if isinstance(statement, PlainStatement):
            if self.depth < MAXIMUM_DEPTH:
                self.add(table, statement.name, statement)
            return
        keys = statement.keys
        if statement.equals < 0 or self.depth + len(keys) > MAXIMUM_DEPTH:
            return
        for index, key in enumerate(keys[:-1]):
            table = self.descend(table, key.text, statement, index)
        self.add(table, keys[-1].text, statement)

    def descend(self, table: Table, name: str, opener: Section | Statement, index: int) -> Table:
        """Return the table at `name`, made where it is missing or something else stands there."""
        entry = table.entries.get(name)
        if entry is not None:
            self.clean = self.clean and not isinstance(entry, FlagStatement)
            if isinstance(entry.value, Table):
                if entry.value.inline:
                    self.certain = False
                return entry.value
            if isinstance(entry.value, Array) and entry.value.of_tables:
                last = entry.value.items[-1]
                assert isinstance(last, Table)  # headers put nothing else there
                return last
        key = opener.keys[index]
        fresh = Table(key.start, key.end)
        self.add(table, name, ImpliedEntry(opener, index, fresh))
        return fresh

    def add(self, table: Table, name: str, entry: Entry) -> None:
        if name in table.entries:
            table.duplicates.append(entry)
            self.clean = False
        else:
            table.entries[name] = entry

    def attempt(self, read: Callable[[int], _T], start: int) -> _T | None:
        """Read strictly from the bracket at `start`; None, with nothing consumed, if it is unsound.

        A failed attempt settles the matter for every bracket that was open when it failed, so that
        none is read over and over again.
        """
        if start in self.unsound:
            return None
        at, depth, around = self.at, self.depth, len(self.opened)
        while self.proven and self.proven[-1][0] >= start:
            self.proven.pop()  # the attempt finds it again
        self.strict = True
        try:
            return read(start)
        except _UnsoundError:
            self.unsound.update(self.opened[around:])
            del self.opened[around:]
            self.at, self.depth = at, depth
            return None
        finally:
            self.strict = False

    def fail(self) -> None:
        """Note a mistake: it ends a strict attempt."""
        if self.strict:
            raise _UnsoundError
        self.clean = False

    def skip_space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def skip_blank(self, at: int) -> int:
        text = self.text
        match = _PLAIN_BLANK.match(text, at)
        end = match.end() if match else at
        if text[end : end + 1] not in ("#", "\ufeff"):
            return end
        self.certain = False
        match = _BLANK.match(text, end)
        return match.end() if match else end

    def line_end(self, at: int) -> int:
        """Return the end of the line; what stands before it should be a comment, if anything."""
        match = _PLAIN_END.match(self.text, at)
        if match is not None:
            return match.end()
        self.certain = False
        return line_end(self.text, at)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits:
        code = int(digits, 16)
        sound = code < 0xD800 or 0xE000 <= code <= 0x10FFFF
        return chr(code) if sound else "\ufffd"
    if match[4]:
        return ""
    return _ESCAPES.get(match[5], match[5])
