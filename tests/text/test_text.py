"""Offsets, lines and characters, and edits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ws_lsp.text import (
    Edit,
    Encoding,
    LineIndex,
    Span,
    apply_edits,
    line_end,
    line_start,
    newline_of,
)

LAW = settings(max_examples=150, deadline=None, print_blob=True, database=None)
TEXTS = st.text(st.sampled_from("ab é😀\n\r\t\u2028\x0b\x0c\x85"), max_size=30)
UNITS = {Encoding.UTF_8: "utf-8", Encoding.UTF_16: "utf-16-le", Encoding.UTF_32: "utf-32-le"}
WIDTHS = {Encoding.UTF_8: 1, Encoding.UTF_16: 2, Encoding.UTF_32: 4}

encodings = pytest.mark.parametrize("encoding", Encoding)


def length(text: str, encoding: Encoding) -> int:
    return len(text.encode(UNITS[encoding])) // WIDTHS[encoding]


def within_line_break(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] == "\r\n" and offset > 0


# --------------------------------------------------------------------------------------- lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b", ""]),
        ("a\rb", ["a", "b"]),
        ("a\n\rb", ["a", "", "b"]),
        ("a\r\r\nb", ["a", "", "b"]),
        ("\r\n\r\n", ["", "", ""]),
        ("a\u2028b\u2029c", ["a\u2028b\u2029c"]),
        ("a\x0bb\x0cc\x85d\x1ce", ["a\x0bb\x0cc\x85d\x1ce"]),
    ],
)
def test_lines_end_at_line_feed_and_carriage_return_alone(text: str, lines: list[str]) -> None:
    index = LineIndex(text)
    assert [index.line_text(line) for line in range(len(index.starts))] == lines


@given(TEXTS)
@LAW
def test_the_line_around_an_offset_is_that_of_the_index(text: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        if not within_line_break(text, offset):
            line, _ = index.position(offset)
            assert line_start(text, offset) == index.starts[line]
            assert line_end(text, offset) == index.line_end(line)


# ----------------------------------------------------------------------------------- positions


@pytest.mark.parametrize(
    ("offset", "utf_8", "utf_16", "utf_32"),
    [
        (0, (0, 0), (0, 0), (0, 0)),
        (1, (0, 1), (0, 1), (0, 1)),  # a|é😀b
        (2, (0, 3), (0, 2), (0, 2)),
        (3, (0, 7), (0, 4), (0, 3)),
        (4, (0, 8), (0, 5), (0, 4)),
        (6, (1, 0), (1, 0), (1, 0)),
        (7, (1, 4), (1, 2), (1, 1)),
        (99, (1, 5), (1, 3), (1, 2)),
        (-1, (0, 0), (0, 0), (0, 0)),
    ],
)
def test_characters_count_in_the_units_of_the_encoding(
    offset: int, utf_8: tuple[int, int], utf_16: tuple[int, int], utf_32: tuple[int, int]
) -> None:
    index = LineIndex("aé😀b\r\n😀c")
    assert index.position(offset, Encoding.UTF_8) == utf_8
    assert index.position(offset, Encoding.UTF_16) == utf_16
    assert index.position(offset, Encoding.UTF_32) == utf_32
    assert index.position(offset) == utf_32


@pytest.mark.parametrize(
    ("line", "character", "encoding", "offset"),
    [
        (0, 0, Encoding.UTF_16, 0),
        (0, 2, Encoding.UTF_16, 1),  # in the middle of a surrogate pair: before it
        (0, 3, Encoding.UTF_16, 2),
        (0, 2, Encoding.UTF_8, 1),
        (0, 4, Encoding.UTF_8, 1),  # in the middle of a sequence of four bytes: before it
        (0, 5, Encoding.UTF_8, 2),
        (0, 2, Encoding.UTF_32, 2),
        (0, 99, Encoding.UTF_16, 3),  # past the line: before its line break
        (0, 99, Encoding.UTF_32, 3),
        (1, 0, Encoding.UTF_16, 5),
        (1, 99, Encoding.UTF_8, 6),
        (2, 0, Encoding.UTF_16, 6),  # past the text
        (9, 9, Encoding.UTF_16, 6),
        (-1, 5, Encoding.UTF_16, 0),
        (1, -5, Encoding.UTF_16, 5),
    ],
)
def test_a_position_that_is_none_is_moved_to_its_nearest(
    line: int, character: int, encoding: Encoding, offset: int
) -> None:
    assert LineIndex("a😀b\r\nc").offset(line, character, encoding) == offset


@encodings
def test_a_lone_surrogate_is_one_character(encoding: Encoding) -> None:
    index = LineIndex("a\ud800b")
    assert index.offset(*index.position(2, encoding), encoding) == 2


@encodings
@given(TEXTS)
@LAW
def test_the_offset_of_a_position_is_where_it_came_from(encoding: Encoding, text: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        back = index.offset(*index.position(offset, encoding), encoding)
        assert back == offset - within_line_break(text, offset)


@encodings
@given(TEXTS)
@LAW
def test_the_character_is_the_length_of_the_line_before_it(encoding: Encoding, text: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        line, character = index.position(offset, encoding)
        assert character == length(text[index.starts[line] : offset], encoding)


@encodings
@given(TEXTS, st.integers(-2, 40), st.integers(-2, 40))
@LAW
def test_the_positions_of_a_span_are_those_of_its_ends(
    encoding: Encoding, text: str, start: int, end: int
) -> None:
    index = LineIndex(text)
    ends = index.position(start, encoding), index.position(end, encoding)
    assert index.positions(Span(start, end), encoding) == ends


@encodings
@given(TEXTS, st.integers(-2, 40), st.integers(-2, 40))
@LAW
def test_any_position_is_an_offset_of_its_line(
    encoding: Encoding, text: str, line: int, character: int
) -> None:
    index = LineIndex(text)
    offset = index.offset(line, character, encoding)
    assert 0 <= offset <= len(text)
    assert not within_line_break(text, offset)
    nearest = min(max(line, 0), len(index.starts) - 1)
    assert index.position(offset, encoding)[0] == nearest


# --------------------------------------------------------------------------------------- edits


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([], "abcdef"),
        ([Edit(Span(0, 0), "x")], "xabcdef"),
        ([Edit(Span(6, 6), "x")], "abcdefx"),
        ([Edit(Span(1, 3), "")], "adef"),
        ([Edit(Span(4, 5), "y"), Edit(Span(0, 1), "x")], "xbcdyf"),
        ([Edit(Span(2, 4), "x"), Edit(Span(2, 2), "y")], "abyxef"),
        ([Edit(Span(2, 4), "x"), Edit(Span(4, 4), "y")], "abxyef"),
        ([Edit(Span(2, 4), ""), Edit(Span(4, 6), "")], "ab"),
        ([Edit(Span(2, 2), "x"), Edit(Span(2, 2), "y")], "abxycdef"),
    ],
)
def test_edits_are_applied_to_the_text_as_it_was(edits: list[Edit], after: str) -> None:
    assert apply_edits("abcdef", edits) == after


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="overlapping edits"):
        apply_edits("abcdef", [Edit(Span(0, 3), ""), Edit(Span(2, 4), "")])
    with pytest.raises(ValueError, match="overlapping edits"):
        apply_edits("abcdef", [Edit(Span(1, 3), ""), Edit(Span(2, 2), "x")])


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(TEXTS)
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = [Span(*pair) for pair in zip(bounds[::2], bounds[1::2], strict=False)]
    return text, [Edit(span, draw(st.text("xyz\n", max_size=4))) for span in spans]


@given(texts_with_edits(), st.data())
@LAW
def test_the_order_of_edits_does_not_matter(
    case: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    text, edits = case
    expected = text
    for edit in reversed(edits):
        expected = expected[: edit.span.start] + edit.text + expected[edit.span.end :]
    assert apply_edits(text, data.draw(st.permutations(edits))) == expected


@given(texts_with_edits())
@LAW
def test_an_edit_that_writes_what_stands_there_changes_nothing(
    case: tuple[str, list[Edit]],
) -> None:
    text, edits = case
    same = [Edit(edit.span, text[slice(*edit.span)]) for edit in edits]
    assert apply_edits(text, same) == text


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("", "\n"),
        ("a", "\n"),
        ("a\nb\r\n", "\n"),
        ("a\r\nb\n", "\r\n"),
        ("\r\n", "\r\n"),
        ("\n\r\n", "\n"),
    ],
)
def test_the_first_line_break_is_the_text_s(text: str, newline: str) -> None:
    assert newline_of(text) == newline
