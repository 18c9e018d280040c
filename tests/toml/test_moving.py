"""Moves of keys and tables: the text that is left, and when there is no way."""

from __future__ import annotations

import pytest

from ws_lsp.text import apply_edits
from ws_lsp.toml.moving import moved_to, moved_within, path_of
from ws_lsp.toml.parser import parse


def moved(text: str, old: str, new: str) -> str | None:
    edits = moved_within(parse(text), tuple(old.split(".")), tuple(new.split(".")))
    return None if edits is None else apply_edits(text, edits)


@pytest.mark.parametrize(
    ("text", "old", "new", "after"),
    [
        ("[a]\nx_y = 1  # c\n", "a.x_y", "a.x-y", "[a]\nx-y = 1  # c\n"),
        ("a.x.b = 1\na.x.c = 2\n", "a.x", "a.y", "a.y.b = 1\na.y.c = 2\n"),
        ("[x.b]\nk = 1\n[x.c]\n", "x", "t.y", "[t.y.b]\nk = 1\n[t.y.c]\n"),
        ("[[x]]\nk = 1\n# c\n[[x]]\n", "x", "t.y", "[[t.y]]\nk = 1\n# c\n[[t.y]]\n"),
        ("[a]\n# c\nk = [\n  1,  # d\n]\n", "a.k", "b.k", "[a]\n\n[b]\n# c\nk = [\n  1,  # d\n]\n"),
        ("[b]\nz = 0\n[a]\nk = 1  # c\n", "a.k", "b.k", "[b]\nz = 0\nk = 1  # c\n[a]\n"),
        ("[b]\nz = 0\n# h\n[a]  # i\nk = 1\n", "a", "b", "[b]\nz = 0\n# h\n# i\nk = 1\n"),
        ("[a]\nk = 1\r\n", "a.k", "a.j", "[a]\nj = 1\r\n"),
        ("t = { k = 1 }\n[b]\n", "t.k", "b.k", "t = {}\n[b]\nk = 1\n"),
        ('[a]\nk = 1\n["a b"]\nz = 0\n', "a.k", "a b.k", '[a]\n["a b"]\nz = 0\nk = 1\n'),
    ],
)
def test_it_gets_another_path(text: str, old: str, new: str, after: str) -> None:
    assert moved(text, old, new) == after


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("[a]\nk = 1\n[b]\nk = 2\n", "a.k", "b.k"),
        ("[a]\nk = 1\n[b.k]\n", "a.k", "b.k"),
        ("b = 1\n[a]\nk = 1\n", "a.k", "b.k"),
        ("[a]\nk = 1\n", "a.j", "b.k"),
        ("[a]\nk = 1\nz =\n", "a.k", "b.k"),
        ("[a.k]\nx = 1\n[b.k]\nx = 2\n", "a.k", "b.k"),
    ],
)
def test_there_is_no_way(text: str, old: str, new: str) -> None:
    assert moved(text, old, new) is None


def test_it_gets_into_another_text() -> None:
    one, other = "x = 1\n# c\n[a]  # d\nk = 1\n", "[b]\nz = 0\n"
    both = moved_to(parse(one), ("a",), parse(other), ("b", "a"))
    assert both is not None
    assert apply_edits(one, both[0]) == "x = 1\n"
    assert apply_edits(other, both[1]) == "[b]\nz = 0\n\n# c\n[b.a]  # d\nk = 1\n"
    assert moved_to(parse(one), ("a",), parse("b = 1\n"), ("b", "a")) is None


def test_a_path_leads_to_an_entry() -> None:
    tree = parse("a.b = 1\n[[c]]\nd = 2\n")
    assert [path_of(tree, entry) for entry in tree.walk()] == [("a",), ("a", "b"), ("c",), None]
