"""Folding and selection ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ws_lsp.ide.occurrences import occurrence_at
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import LineIndex, Span
from ws_lsp.toml.tree import Array, Node, Statement, String, Table

__all__ = ["Fold", "folds", "selections"]

_COMMENT = regular_expression(r"[ \t]*#")


class Fold(NamedTuple):
    """Lines that can be folded, from 0, both included; `comment` where they are comments."""

    first: int
    last: int
    comment: bool = False


def folds(manifest: Manifest) -> list[Fold]:
    """Return what can be folded: sections, arrays and tables of several lines, runs of comments."""
    lines = manifest.lines
    found: set[Fold] = set(_comments(lines))
    for section in manifest.tree.sections:
        ends = [statement.end for statement in section.statements]
        if section.keys and ends:
            found.update(_fold(lines, section.start, max(ends)))
        found.update(_nested(lines, section.statements))
    return sorted(found)


def _nested(lines: LineIndex, statements: Iterable[Statement]) -> Iterator[Fold]:
    for statement in statements:
        yield from _of_value(lines, statement.value)


def _of_value(lines: LineIndex, value: Node) -> Iterator[Fold]:
    if isinstance(value, Array | Table) or (isinstance(value, String) and len(value.quote) == 3):
        yield from _fold(lines, value.start, value.end)
    if isinstance(value, Array):
        for item in value.items:
            yield from _of_value(lines, item)
    elif isinstance(value, Table):
        yield from _nested(lines, value.statements)


def _fold(lines: LineIndex, start: int, end: int) -> Iterator[Fold]:
    (first, _), (last, _) = lines.positions(Span(start, end))
    if last > first:
        yield Fold(first, last)


def _comments(lines: LineIndex) -> Iterator[Fold]:
    """Yield runs of two lines or more that hold nothing but a comment."""
    if "#" not in lines.text:
        return
    first: int | None = None
    for line, start in enumerate((*lines.starts, len(lines.text))):
        if line < len(lines.starts) and _COMMENT.match(lines.text, start):
            first = line if first is None else first
        elif first is not None:
            if line - first > 1:
                yield Fold(first, line - 1, comment=True)
            first = None


def selections(manifest: Manifest, offset: int) -> tuple[Span, ...]:
    """Return the spans around `offset` (code points) that one selects in turn, the smallest first."""
    text, tree = manifest.text, manifest.tree
    found = [Span(0, len(text))]
    section = next(
        (one for one in reversed(tree.sections) if one.start <= offset), tree.sections[0]
    )
    body_end = len(text[: section.body_end].rstrip()) if section.body_end else len(text)
    found.append(Span(section.start, body_end))
    if section.keys and section.start <= offset <= section.end:
        found.append(Span(section.start, section.end))
        found += [key.span for key in section.keys if key.start <= offset <= key.end]
    found += _in_statements(section.statements, offset)
    named = occurrence_at(manifest, offset)
    if named is not None:
        found.append(named.span)
    return _nesting(found, offset)


def _in_statements(statements: Iterable[Statement], offset: int) -> Iterator[Span]:
    for statement in statements:
        if statement.start <= offset <= statement.end:
            yield Span(statement.start, statement.end)
            yield from (key.span for key in statement.keys if key.start <= offset <= key.end)
            yield from _in_value(statement.value, offset)


def _in_value(value: Node, offset: int) -> Iterator[Span]:
    if not value.start <= offset <= value.end or value.start == value.end:
        return
    yield value.span
    if isinstance(value, String):
        yield value.inner
    elif isinstance(value, Array):
        for item in value.items:
            yield from _in_value(item, offset)
    elif isinstance(value, Table):
        yield from _in_statements(value.statements, offset)


def _nesting(spans: Iterable[Span], offset: int) -> tuple[Span, ...]:
    """Return those spans that hold the offset and each other, the smallest first."""
    chain: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span.start - span.end, span.start)):
        inside = not chain or (chain[-1].start <= span.start and span.end <= chain[-1].end)
        if span.start <= offset <= span.end and inside:
            chain.append(span)
    return tuple(reversed(chain))
