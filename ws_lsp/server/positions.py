"""Offsets as used inside, and LSP's positions; texts after the changes that a client reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lsprotocol import types

from ws_lsp.text import Edit, Encoding, LineIndex, Span, apply_edits

__all__ = ["changed_text", "offset_of", "range_of", "range_text", "span_of"]


def changed_text(
    lines: LineIndex, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> str:
    """Return a text after the changes of a `didChange`, each of which refers to what the one before left.

    pygls would count other characters than LSP's three as line ends (`str.splitlines`) and so lose
    the client's text. A range that does not fit is moved as `LineIndex.offset` says, and one whose
    end is before its start is turned round.
    """
    text = lines.text
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            text = change.text
            continue
        if text is not lines.text:
            lines = LineIndex(text)
        start, end = (
            lines.offset(place.line, place.character, encoding)
            for place in (change.range.start, change.range.end)
        )
        text = apply_edits(text, [Edit(Span(min(start, end), max(start, end)), change.text)])
    return text


def range_of(lines: LineIndex, span: Span, encoding: Encoding) -> dict[str, Any]:
    """Return a span as an LSP range."""
    (line, character), (end_line, end_character) = lines.positions(span, encoding)
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


def range_text(lines: LineIndex, span: Span, encoding: Encoding) -> str:
    """Return a span as an LSP range in JSON: an outline has thousands."""
    (line, character), (end_line, end_character) = lines.positions(span, encoding)
    return (
        f'{{"start":{{"line":{line},"character":{character}}},'
        f'"end":{{"line":{end_line},"character":{end_character}}}}}'
    )


def span_of(lines: LineIndex, place: types.Range, encoding: Encoding) -> Span:
    """Return an LSP range as a span."""
    return Span(offset_of(lines, place.start, encoding), offset_of(lines, place.end, encoding))


def offset_of(lines: LineIndex, position: types.Position, encoding: Encoding) -> int:
    """Return an LSP position as an offset."""
    return lines.offset(position.line, position.character, encoding)
