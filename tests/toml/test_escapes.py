"""Parts of a string's value are found in the text, whatever they are written as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_lsp.toml.escapes import span_within
from ws_lsp.toml.parser import parse
from ws_lsp.toml.tree import String


def string_of(text: str) -> String:
    node = parse(text).root.get("x")
    assert isinstance(node, String)
    return node


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ('x = "abc"', 1, 2, "b"),
        ("x = 'a\\bc'", 1, 3, "\\b"),
        ('x = "a\\u0062c"', 1, 2, "\\u0062"),
        ('x = "\\U0001F600bc"', 1, 3, "bc"),
        ('x = "\\x61bc"', 0, 1, "\\x61"),
        ('x = """\nabc"""', 0, 1, "a"),
        ('x = """\r\nabc"""', 0, 1, "a"),
        ('x = """a\\\n   bc"""', 1, 3, "bc"),
        ('x = """a\r\nb\\u0063"""', 1, 3, "\r\nb"),
        ("x = '''\nabc'''", 2, 3, "c"),
        ('x = "\\u0061b', 1, 2, "b"),
        ('x = "\\"a\\""', 1, 2, "a"),
        ('x = "\\u0061"', 1, 1, ""),
    ],
)
def test_a_part_of_a_value(text: str, start: int, end: int, expected: str) -> None:
    node = string_of(text)
    assert text[slice(*span_within(text, node, start, end))] == expected


PIECES = ("a", "é", "😀", "\\n", "\\u0041", "\\U0001F600", "\\x41", '\\"', "\\\\", "\\e")


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(('"', '"""', '"""\n')))
def test_every_character_is_written_by_one_piece(pieces: list[str], quote: str) -> None:
    text = f"x = {quote}{''.join(pieces)}{quote.strip()}"
    node = string_of(text)
    assert len(node.value) == len(pieces)
    for index, piece in enumerate(pieces):
        assert text[slice(*span_within(text, node, index, index + 1))] == piece
