"""Positions in a text and edits of it.

Inside ws-lsp a place is an offset in *code points* (Python string indices); lines and characters in
the client's encoding exist only at the rim, and this module is the only one that converts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from enum import Enum
from itertools import accumulate

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression

__all__ = [
    "Edit",
    "Encoding",
    "LineIndex",
    "SourceLine",
    "Span",
    "apply_edits",
    "in_one_line",
    "line_end",
    "line_start",
    "newline_of",
    "visible",
]


class Span(NamedTuple):
    """A half-open range `[start, end)` of a text, in code points."""

    start: int
    end: int


class SourceLine(NamedTuple):
    """One line of a text that is not kept: its number, from 0, and what it holds without its line break."""

    number: int
    text: str


class Encoding(Enum):
    """The unit that a client counts characters of a line in (LSP 3.17, `PositionEncodingKind`)."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_32 = "utf-32"


class Edit(NamedTuple):
    """Replace `span` of a text by `text`; an empty span inserts."""

    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` after `edits`, which all refer to the text as it was and must not overlap.

    Raises `ValueError` where two edits overlap: that is a defect of the caller.
    """
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < position:
            raise ValueError("overlapping edits")
        parts += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    return "".join([*parts, text[position:]])


def newline_of(text: str) -> str:
    r"""Return the line ending that `text` uses first: `"\n"` or `"\r\n"` (`"\n"` where it has none)."""
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def line_start(text: str, offset: int) -> int:
    """Return the offset (code points) where the line of `offset` begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Return the offset (code points) of the end of the line of `offset`, before its line break."""
    match = _LINE_BREAK.search(text, offset)
    return match.start() if match else len(text)


_LINE_BREAK = regular_expression(r"\r\n|\n|\r")


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
    # several times as fast, and nearly every text is one
    ends = accumulate(len(line) + 1 for line in text.split("\n"))
    starts = [0, *ends]
    starts.pop()
    return starts


class LineIndex:
    r"""Where the lines of a text begin.

    Lines end at `\n`, `\r\n` and `\r` and nowhere else (LSP 3.17, "Text Documents"), unlike
    `str.splitlines`. Lines and characters are zero-based here, as in LSP.
    """

    __slots__ = ("_ascii", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = _line_starts(text)
        self._ascii = text.isascii()

    def position(self, offset: int, encoding: Encoding = Encoding.UTF_32) -> tuple[int, int]:
        """Return `(line, character)` of `offset` (code points), the character in `encoding` units.

        An offset outside of the text is moved to its nearest end.
        """
        if not 0 <= offset <= len(self.text):
            offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        start = self.starts[line]
        if self._ascii or encoding is Encoding.UTF_32:
            return line, offset - start
        before = self.text[start:offset]
        return line, len(before) if before.isascii() else _units(before, encoding)

    def positions(
        self, span: Span, encoding: Encoding = Encoding.UTF_32
    ) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the positions of both ends of a span, most of which are on one line."""
        start, end = span
        if self._ascii and 0 <= start <= end <= len(self.text):
            starts = self.starts
            line = bisect_right(starts, start) - 1
            character = start - starts[line]
            if line + 1 == len(starts) or end < starts[line + 1]:
                return (line, character), (line, character + end - start)
        return self.position(start, encoding), self.position(end, encoding)

    def offset(self, line: int, character: int, encoding: Encoding = Encoding.UTF_32) -> int:
        """Return the offset (code points) of a position, the character in `encoding` units.

        A line past the end is the end of the text; a character past the end of its line is the
        line's end, before its line break (LSP 3.17, `Position`); one inside of a surrogate pair or
        of a UTF-8 sequence is the beginning of its code point.
        """
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        start = self.starts[line]
        end = self.line_end(line)
        character = max(character, 0)
        if self._ascii or encoding is Encoding.UTF_32:
            return min(start + character, end)
        units = 0
        for offset in range(start, end):
            units += _units(self.text[offset], encoding)
            if units > character:
                return offset
        return end

    def line_end(self, line: int) -> int:
        """Return the offset of the end of a line, before its line break."""
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1] - 1
        if self.text[end] == "\n" and end > self.starts[line] and self.text[end - 1] == "\r":
            end -= 1
        return end

    def line_text(self, line: int) -> str:
        """Return a line without its line break."""
        return self.text[self.starts[line] : self.line_end(line)]


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF_16:
        return len(text) + sum(character > "\uffff" for character in text)
    if encoding is Encoding.UTF_8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text)


def visible(text: str) -> str:
    """Return a text whose control characters are pictures: a file must not steer the terminal."""
    return text.translate(_PICTURES)


_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}


def in_one_line(text: str) -> str:
    """Return a text as `visible` does, line breaks included: it must not begin a line of its own in a log."""
    return visible(text).replace("\n", "\u240a")
