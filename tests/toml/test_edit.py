"""Smallest edits: before and after, and what holds for each of them on any document."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
import tomli
from hypothesis import assume, given
from hypothesis import strategies as st

from toml.documents import LAW, documents
from ws_lsp.text import Edit, apply_edits
from ws_lsp.toml.edit import (
    append_item,
    insert_entry,
    is_movable,
    key_text,
    move_entry,
    remove_entry,
    remove_item,
    remove_items,
    replace_key,
    replace_string,
    string_text,
)
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem
from ws_lsp.toml.tree import Array, Entry, Node, String, Table, Tree


def array_of(tree: Tree, *path: str) -> Array:
    node = tree.root.get(*path)
    assert isinstance(node, Array)
    return node


def check(before: str, after: str, edit: Callable[[Tree], list[Edit]]) -> None:
    """Check an edit of a text, with line feeds and with CRLF, with and without a byte order mark."""
    assert apply_edits(before, edit(parse(before))) == after
    if "\r" not in before and "\n" in before:
        windows = before.replace("\n", "\r\n")
        assert apply_edits(windows, edit(parse(windows))) == after.replace("\n", "\r\n")
    marked = "\ufeff" + before
    assert apply_edits(marked, edit(parse(marked))) == "\ufeff" + after


def rows(table: dict[str, tuple[Any, ...]]) -> list[Any]:
    return [pytest.param(*row, id=name) for name, row in table.items()]


# ---------------------------------------------------------------------------------------- spelling


@pytest.mark.parametrize(
    ("value", "quote", "written"),
    [
        ("a", '"', '"a"'),
        ("a", "'", "'a'"),
        ("", '"', '""'),
        ("é😀", '"', '"é😀"'),
        ('a"b', '"', '"a\\"b"'),
        ('a"b', "'", "'a\"b'"),
        ("a\\b", '"', '"a\\\\b"'),
        ("a\\b", "'", "'a\\b'"),
        ("it's", "'", '"it\'s"'),
        ("a\tb\nc", '"', '"a\\tb\\nc"'),
        ("a\nb", "'", '"a\\nb"'),
        ("\x00\x7f\x1b", '"', '"\\u0000\\u007f\\u001b"'),
    ],
)
def test_a_string_is_written_in_the_quotes_that_can_hold_it(
    value: str, quote: str, written: str
) -> None:
    assert string_text(value, quote) == written


@given(st.text(max_size=10), st.sampled_from("\"'"))
@LAW
def test_a_written_string_or_key_is_read_as_it_was(value: str, quote: str) -> None:
    text = f"{key_text(value)} = {string_text(value, quote)}"
    assert tomli.loads(text) == parse(text).value() == {value: value}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a-b_1", "a-b_1"),
        ("", '""'),
        ("a.b", '"a.b"'),
        ("é", '"é"'),
        ('"', '"\\""'),
        ("a\n", '"a\\n"'),
    ],
)
def test_a_key_is_bare_where_that_is_allowed(name: str, written: str) -> None:
    assert key_text(name) == written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('a = "x" # c', 'a = "new" # c'),
        ("a = 'x'", "a = 'new'"),
        ('a = """\nx\n"""', 'a = "new"'),
        ('a = "x', 'a = "new"'),
        ("a = '", "a = 'new'"),
    ],
)
def test_a_string_is_replaced_in_its_quotes(before: str, after: str) -> None:
    node = parse(before).root.get("a")
    assert isinstance(node, String)
    assert apply_edits(before, [replace_string(node, "new")]) == after


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("old = 1", "new", "new = 1"),
        ("old = 1", "a.b", '"a.b" = 1'),
        ('"old" = 1', "new", '"new" = 1'),
        ("'old' = 1", "a.b", "'a.b' = 1"),
        ("'old' = 1", "it's", '"it\'s" = 1'),
    ],
)
def test_a_key_is_replaced_in_its_quotes(before: str, name: str, after: str) -> None:
    tree = parse(before)
    (entry,) = tree.walk()
    edit = replace_key(tree, entry.key.start, entry.key.end, name)
    assert apply_edits(before, [edit]) == after


# ------------------------------------------------------------------------------------------ arrays

APPENDED = {
    "empty": ("a = []", "a = [9]"),
    "empty with space": ("a = [ ]", "a = [9]"),
    "empty over two lines": ("a = [\n]\n", "a = [\n    9,\n]\n"),
    "empty with a comment": ("a = [\n  # none\n]\n", "a = [\n  9,\n  # none\n]\n"),
    "empty with a comment behind the bracket": ("a = [ # c\n]\n", "a = [ # c\n    9,\n]\n"),
    "empty and indented": ("  a = [\n  ]\n", "  a = [\n      9,\n  ]\n"),
    "one line": ("a = [1, 2]", "a = [1, 2, 9]"),
    "one line with space": ("a = [ 1, 2 ]", "a = [ 1, 2, 9 ]"),
    "one line, trailing comma": ("a = [1, 2,]", "a = [1, 2, 9,]"),
    "one line, trailing comma, space": ("a = [ 1, ]", "a = [ 1, 9, ]"),
    "several lines": ("a = [\n  1,\n  2\n]\n", "a = [\n  1,\n  2,\n  9\n]\n"),
    "several lines, trailing comma": ("a = [\n  1,\n  2,\n]\n", "a = [\n  1,\n  2,\n  9,\n]\n"),
    "tabs": ("a = [\n\t1,\n]\n", "a = [\n\t1,\n\t9,\n]\n"),
    "a comment behind": ("a = [\n  1, # c\n]\n", "a = [\n  1, # c\n  9,\n]\n"),
    "a comment behind, no comma": ("a = [\n  1 # c\n]\n", "a = [\n  1, # c\n  9\n]\n"),
    "a comment below": ("a = [\n  1,\n  # c\n]\n", "a = [\n  1,\n  9,\n  # c\n]\n"),
    "a comment above": ("a = [\n  # c\n  1,\n]\n", "a = [\n  # c\n  1,\n  9,\n]\n"),
    "the comma on the next line": ("a = [\n  1\n  ,\n]\n", "a = [\n  1\n  ,\n  9,\n]\n"),
    "the comma behind a comment": ("a = [\n  1 # ,\n  ,\n]\n", "a = [\n  1 # ,\n  ,\n  9,\n]\n"),
    "the bracket behind the last item": ("a = [\n  1,\n  2]\n", "a = [\n  1,\n  2,\n  9]\n"),
    "the first item behind the bracket": ("a = [1,\n     2]\n", "a = [1,\n     2,\n     9]\n"),
    "several items on a line": ("a = [\n  1, 2,\n]\n", "a = [\n  1, 2, 9,\n]\n"),
    "space at the line's end": ("a = [\n  1 \n]\n", "a = [\n  1, \n  9\n]\n"),
    "an item over several lines": (
        "a = [\n  [\n    1\n  ],\n]\n",
        "a = [\n  [\n    1\n  ],\n  9,\n]\n",
    ),
    "a string with a comma and a hash": ("a = ['#, ']", "a = ['#, ', 9]"),
}


@pytest.mark.parametrize(("before", "after"), rows(APPENDED))
def test_an_item_is_appended(before: str, after: str) -> None:
    check(before, after, lambda tree: append_item(tree, array_of(tree, "a"), "9"))
    assert tomli.loads(after)["a"] == [*tomli.loads(before)["a"], 9]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = [", "a = [9"),
        ("a = [ # c\n", "a = [ # c\n    9,\n"),
        ("a = [ # c", "a = [9 # c"),
        ("a = [1", "a = [1, 9"),
        ("a = [1,", "a = [1, 9,"),
        ("a = [1,\n[b]", "a = [1, 9,\n[b]"),
        ("a = [\n  1,\n\n[b]", "a = [\n  1,\n  9,\n\n[b]"),
        ("a = [\n  1\n[b]", "a = [\n  1,\n  9\n[b]"),
        ("a = [,]", "a = [9]"),
    ],
)
def test_an_item_is_appended_to_an_unfinished_array(before: str, after: str) -> None:
    tree = parse(before)
    assert apply_edits(before, append_item(tree, array_of(tree, "a"), "9")) == after


REMOVED = {
    "the only one": ("a = [1]", 0, "a = []"),
    "the only one, space": ("a = [ 1 ]", 0, "a = []"),
    "the only one, trailing comma": ("a = [1,]", 0, "a = []"),
    "the only one, trailing comma, space": ("a = [ 1, ] # c", 0, "a = [] # c"),
    "the only one on its line": ("a = [\n  1\n]\n", 0, "a = [\n]\n"),
    "the only one on its line, comma, comment": ("a = [\n  1, # c\n]\n", 0, "a = [\n]\n"),
    "the only one behind a comment": ("a = [ # c\n  1]\n", 0, "a = [ # c\n]\n"),
    "first": ("a = [1, 2, 3]", 0, "a = [2, 3]"),
    "middle": ("a = [1, 2, 3]", 1, "a = [1, 3]"),
    "last": ("a = [1, 2, 3]", 2, "a = [1, 2]"),
    "first, space": ("a = [ 1, 2 ]", 0, "a = [ 2 ]"),
    "last, space": ("a = [ 1, 2 ]", 1, "a = [ 1 ]"),
    "last, trailing comma": ("a = [1, 2,]", 1, "a = [1,]"),
    "last, trailing comma, space": ("a = [ 1, 2, ]", 1, "a = [ 1, ]"),
    "no space behind commas": ("a = [1,2,3]", 1, "a = [1,3]"),
    "space before commas": ("a = [1 , 2 , 3]", 1, "a = [1 , 3]"),
    "last, space before the comma": ("a = [1 , 2]", 1, "a = [1 ]"),
    "first line": ("a = [\n  1,\n  2,\n  3,\n]\n", 0, "a = [\n  2,\n  3,\n]\n"),
    "middle line": ("a = [\n  1,\n  2,\n  3,\n]\n", 1, "a = [\n  1,\n  3,\n]\n"),
    "last line": ("a = [\n  1,\n  2,\n  3,\n]\n", 2, "a = [\n  1,\n  2,\n]\n"),
    "last line, no comma": ("a = [\n  1,\n  2\n]\n", 1, "a = [\n  1\n]\n"),
    "a comment behind": ("a = [\n  1, # one\n  2, # two\n]\n", 0, "a = [\n  2, # two\n]\n"),
    "last, no comma, comments": ("a = [\n  1, # one\n  2 # two\n]\n", 1, "a = [\n  1 # one\n]\n"),
    "a comment above": ("a = [\n  # c\n  1,\n  2,\n]\n", 0, "a = [\n  # c\n  2,\n]\n"),
    "the bracket behind the last item": ("a = [\n  1,\n  2]\n", 1, "a = [\n  1]\n"),
    "the bracket behind, a comment between": ("a = [\n  1, # c\n  2]\n", 1, "a = [\n  1 # c\n]\n"),
    "the first item behind the bracket": ("a = [1,\n  2]\n", 0, "a = [\n  2]\n"),
    "the last of those behind the bracket": ("a = [1, 2,\n  3]\n", 1, "a = [1,\n  3]\n"),
    "first of a line": ("a = [\n  1, 2,\n]\n", 0, "a = [\n  2,\n]\n"),
    "last of a line": ("a = [\n  1, 2,\n  3,\n]\n", 1, "a = [\n  1,\n  3,\n]\n"),
    "last of a line with a comment": (
        "a = [\n  1, 2, # c\n  3,\n]\n",
        1,
        "a = [\n  1, # c\n  3,\n]\n",
    ),
    "the comma on the next line": ("a = [\n  1\n  , 2\n]\n", 0, "a = [\n  2\n]\n"),
    "last, the comma on its line": ("a = [\n  1\n  , 2\n]\n", 1, "a = [\n  1\n  \n]\n"),
    "over several lines": ("a = [\n  [\n    1\n  ],\n  2,\n]\n", 0, "a = [\n  2,\n]\n"),
    "the first of two that are equal": ("a = [1, 1]", 0, "a = [1]"),
    "the second of two that are equal": ("a = [1, 1]", 1, "a = [1]"),
    "the first of two equal lines": ("a = [\n  1, # x\n  1, # y\n]\n", 0, "a = [\n  1, # y\n]\n"),
    "the second of two equal lines": ("a = [\n  1, # x\n  1, # y\n]\n", 1, "a = [\n  1, # x\n]\n"),
    "before a comment at the end": ("a = [1, 2 # c\n]\n", 1, "a = [1 # c\n]\n"),
}


@pytest.mark.parametrize(("before", "index", "after"), rows(REMOVED))
def test_an_item_is_removed(before: str, index: int, after: str) -> None:
    check(before, after, lambda tree: remove_item(tree, array_of(tree, "a"), index))
    left = tomli.loads(before)["a"]
    del left[index]
    assert tomli.loads(after)["a"] == left


@pytest.mark.parametrize(
    ("before", "indexes", "after"),
    [
        ("a = [1, 2, 3]", [], "a = [1, 2, 3]"),
        ("a = [1, 2, 3]", [0, 1, 2], "a = []"),
        ("a = [1, 2, 3]", [2, 1], "a = [1]"),
        ("a = [1, 2, 3]", [0, 2], "a = [2]"),
        ("a = [1, 2, 3, 4]", [0, 2, 2], "a = [2, 4]"),
        ("a = [\n  1,\n  2,\n  3\n]\n", [1, 2], "a = [\n  1\n]\n"),
        ("a = [\n  1, # x\n  2, # y\n  3, # z\n]\n", [0, 2], "a = [\n  2, # y\n]\n"),
    ],
)
def test_several_items_are_removed_together(before: str, indexes: list[int], after: str) -> None:
    check(before, after, lambda tree: remove_items(tree, array_of(tree, "a"), indexes))


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ('a = ["x" "y"]', 0, 'a = ["y"]'),
        ('a = ["x", "y" "z"]', 1, 'a = ["x", "z"]'),
        ('a = ["x", "y', 1, 'a = ["x"'),
        ('a = ["x",, "y"]', 0, 'a = [, "y"]'),
    ],
)
def test_an_item_of_an_unfinished_array_is_removed(before: str, index: int, after: str) -> None:
    tree = parse(before)
    assert apply_edits(before, remove_item(tree, array_of(tree, "a"), index)) == after


# ------------------------------------------------------------------------------------------ tables

UV = ("tool", "uv")
INSERTED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "into nothing": ("", ("a",), "[a]\nk = 9\n"),
    "into nothing, at the root": ("", (), "k = 9\n"),
    "at the root": ("a = 1\n[b]\n", (), "a = 1\nk = 9\n[b]\n"),
    "at the root, headers alone": ("[b]\nc = 1\n", (), "k = 9\n\n[b]\nc = 1\n"),
    "at the root, dotted keys alone": ("a.b = 1\n", (), "a.b = 1\nk = 9\n"),
    "under a header": ("[a]\nb = 1\n", ("a",), "[a]\nb = 1\nk = 9\n"),
    "under a header, no line break": ("[a]\nb = 1", ("a",), "[a]\nb = 1\nk = 9"),
    "under an empty header": ("[a]\n[b]\n", ("a",), "[a]\nk = 9\n[b]\n"),
    "under an empty header, no line break": ("[a] # c", ("a",), "[a] # c\nk = 9"),
    "behind a comment": ("[a]\nb = 1 # c\n\n[d]\n", ("a",), "[a]\nb = 1 # c\nk = 9\n\n[d]\n"),
    "behind an array": ("[a]\nb = [\n  1,\n] # c\n", ("a",), "[a]\nb = [\n  1,\n] # c\nk = 9\n"),
    "indented": ("[a]\n  b = 1\n", ("a",), "[a]\n  b = 1\n  k = 9\n"),
    "into one of several tables": (
        "[a]\nb = 1\n\n[c]\nd = 1\n",
        ("a",),
        "[a]\nb = 1\nk = 9\n\n[c]\nd = 1\n",
    ),
    "into an inline table": ("a = { b = 1 }", ("a",), "a = { b = 1, k = 9 }"),
    "into an empty inline table": ("a = {}", ("a",), "a = { k = 9 }"),
    "into an inline table, trailing comma": ("a = { b = 1, }", ("a",), "a = { b = 1, k = 9, }"),
    "into an inline table on lines": (
        "a = {\n  b = 1, # c\n}\n",
        ("a",),
        "a = {\n  b = 1, # c\n  k = 9,\n}\n",
    ),
    "into an inline table on lines, no comma": (
        "a = {\n  b = 1 # c\n}\n",
        ("a",),
        "a = {\n  b = 1, # c\n  k = 9\n}\n",
    ),
    "into an empty inline table on lines": ("a = { # c\n}\n", ("a",), "a = { # c\n    k = 9,\n}\n"),
    "into an inline table below a header": (
        "[a]\nb = { c = 1 }\n",
        ("a", "b"),
        "[a]\nb = { c = 1, k = 9 }\n",
    ),
    "into a missing table of an inline one": (
        "a = { b = 1 }",
        ("a", "x y", "z"),
        'a = { b = 1, "x y" = { z = { k = 9 } } }',
    ),
    "into a dotted table": ("a.b = 1\nc = 2\n", ("a",), "a.b = 1\na.k = 9\nc = 2\n"),
    "into a dotted table, behind its last": (
        "a.b.c = 1\na.b.d = 2\nx = 1\n",
        ("a",),
        "a.b.c = 1\na.b.d = 2\na.k = 9\nx = 1\n",
    ),
    "into an inner dotted table": (
        "a.b.c = 1\na.d = 2\n",
        ("a", "b"),
        "a.b.c = 1\na.b.k = 9\na.d = 2\n",
    ),
    "into a dotted table below a header": ("[a]\nb.c = 1\n", ("a", "b"), "[a]\nb.c = 1\nb.k = 9\n"),
    "into a dotted table with quotes": ('"x y".b = 1\n', ("x y",), '"x y".b = 1\n"x y".k = 9\n'),
    "into a dotted table of an inline one": (
        "a = { b.c = 1, d = 2 }",
        ("a", "b"),
        "a = { b.c = 1, d = 2, b.k = 9 }",
    ),
    "into a missing table of a dotted one of an inline one": (
        "a = { b.c = 1 }",
        ("a", "b", "d"),
        "a = { b.c = 1, b.d = { k = 9 } }",
    ),
    "into a missing table of a dotted one": ("a.b = 1\n", ("a", "c"), "a.b = 1\n\n[a.c]\nk = 9\n"),
    "into a table that headers imply": ("[a.b]\nc = 1\n", ("a",), "[a.b]\nc = 1\n\n[a]\nk = 9\n"),
    "into a table that an array's header implies": ("[[a.b]]\n", ("a",), "[[a.b]]\n\n[a]\nk = 9\n"),
    "a new section at the end": ("[a]\nb = 1\n", ("c", "d"), "[a]\nb = 1\n\n[c.d]\nk = 9\n"),
    "a new section, no line break": ("[a]\nb = 1", ("c",), "[a]\nb = 1\n\n[c]\nk = 9\n"),
    "a new section, blank lines at the end": ("a = 1\n\n\n", ("c",), "a = 1\n\n[c]\nk = 9\n\n\n"),
    "a new section below closing comments": (
        "[a]\n# one\n\n# two\n",
        ("c",),
        "[a]\n# one\n\n# two\n\n[c]\nk = 9\n",
    ),
    "a new section with quotes": ("", ("x y", "z"), '["x y".z]\nk = 9\n'),
    "behind the last section of its tool": (
        "[tool.uv]\na = 1\n\n[tool.uv.workspace]\nb = 1\n\n[tool.ruff]\nc = 1\n",
        (*UV, "sources"),
        "[tool.uv]\na = 1\n\n[tool.uv.workspace]\nb = 1\n\n[tool.uv.sources]\nk = 9\n\n[tool.ruff]\nc = 1\n",
    ),
    "behind an array of tables of its tool": (
        "[[tool.uv.index]]\na = 1\n\n[project]\nb = 1\n",
        (*UV, "sources"),
        "[[tool.uv.index]]\na = 1\n\n[tool.uv.sources]\nk = 9\n\n[project]\nb = 1\n",
    ),
    "not behind another tool": (
        "[tool.ruff]\na = 1\n\n[project]\nb = 1\n",
        (*UV, "sources"),
        "[tool.ruff]\na = 1\n\n[project]\nb = 1\n\n[tool.uv.sources]\nk = 9\n",
    ),
    "behind a section of the same table": (
        "[project]\na = 1\n\n[tool.uv]\nb = 1\n",
        ("project", "optional-dependencies"),
        "[project]\na = 1\n\n[project.optional-dependencies]\nk = 9\n\n[tool.uv]\nb = 1\n",
    ),
    "behind the comments of its tool": (
        "[tool.uv]\na = 1\n# b = 2\n\n# ruff\n[tool.ruff]\n",
        (*UV, "sources"),
        "[tool.uv]\na = 1\n# b = 2\n\n[tool.uv.sources]\nk = 9\n\n# ruff\n[tool.ruff]\n",
    ),
    "not between a comment and its header": (
        "[tool.uv]\na = 1\n# ruff\n[tool.ruff]\n",
        (*UV, "sources"),
        "[tool.uv]\na = 1\n\n[tool.uv.sources]\nk = 9\n# ruff\n[tool.ruff]\n",
    ),
    "where a value stands on the path: nowhere": ("a = 1\n", ("a", "b"), "a = 1\n"),
    "where an array stands on the path: nowhere": ("[[a]]\n", ("a",), "[[a]]\n"),
}


@pytest.mark.parametrize(("before", "path", "after"), rows(INSERTED))
def test_an_entry_is_inserted(before: str, path: tuple[str, ...], after: str) -> None:
    check(before, after, lambda tree: insert_entry(tree, path, "k", "9"))
    if before != after:
        assert tomli.loads(after) == with_entry(tomli.loads(before), path, "k", 9)


def test_an_inserted_key_is_quoted_where_it_must_be() -> None:
    tree = parse("a = {}")
    assert apply_edits(tree.text, insert_entry(tree, ("a",), "b c", '"d"')) == 'a = { "b c" = "d" }'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = {", "a = { k = 9 }"),
        ("a = { b = 1", "a = { b = 1, k = 9"),
        ("a = { b = 1,", "a = { b = 1, k = 9,"),
        ("a = { b = 1\nc = 2", "a = { b = 1, k = 9\nc = 2"),
        ("a = { # c", "a = { k = 9 } # c"),
    ],
)
def test_an_entry_is_inserted_into_an_unfinished_inline_table(before: str, after: str) -> None:
    tree = parse(before)
    assert apply_edits(before, insert_entry(tree, ("a",), "k", "9")) == after


DROPPED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "the only line": ("a = 1\n", ("a",), ""),
    "the only line, no line break": ("a = 1", ("a",), ""),
    "a line": ("a = 1\nb = 2\nc = 3\n", ("b",), "a = 1\nc = 3\n"),
    "a line with a comment": ("a = 1\nb = 2 # c\nc = 3\n", ("b",), "a = 1\nc = 3\n"),
    "the last line, no line break": ("a = 1\nb = 2", ("b",), "a = 1\n"),
    "an indented line": ("[a]\n  b = 1\n  c = 2\n", ("a", "b"), "[a]\n  c = 2\n"),
    "lines": ("a = [\n  1,\n] # c\nb = 2\n", ("a",), "b = 2\n"),
    "a table of dotted keys": ("a.b = 1\nc = 2\na.d.e = 3\n", ("a",), "c = 2\n"),
    "an inner table of dotted keys": ("a.b.c = 1\na.d = 2\na.b.e = 3\n", ("a", "b"), "a.d = 2\n"),
    "the only one of an inline table": ("a = { b = 1 }", ("a", "b"), "a = {}"),
    "the first of an inline table": ("a = { b = 1, c = 2 }", ("a", "b"), "a = { c = 2 }"),
    "the middle of an inline table": ("a = {b=1,c=2,d=3}", ("a", "c"), "a = {b=1,d=3}"),
    "the last of an inline table": ("a = { b = 1, c = 2 }", ("a", "c"), "a = { b = 1 }"),
    "the last, trailing comma": ("a = { b = 1, c = 2, }", ("a", "c"), "a = { b = 1, }"),
    "a line of an inline table": (
        "a = {\n  b = 1, # b\n  c = 2, # c\n}\n",
        ("a", "c"),
        "a = {\n  b = 1, # b\n}\n",
    ),
    "the last line of an inline table, no comma": (
        "a = {\n  b = 1, # b\n  c = 2 # c\n}\n",
        ("a", "c"),
        "a = {\n  b = 1 # b\n}\n",
    ),
    "dotted keys of an inline table": (
        "a = { b.c = 1, b.d = 2, e = 3, b.f = 4 }",
        ("a", "b"),
        "a = { e = 3 }",
    ),
    "a section": ("[a]\nb = 1\n\n[c]\nd = 1\n\n[e]\n", ("c",), "[a]\nb = 1\n\n[e]\n"),
    "the first section": ("[a]\nb = 1\n\n[c]\nd = 1\n", ("a",), "[c]\nd = 1\n"),
    "the last section": ("[a]\nb = 1\n\n[c]\nd = 1\n", ("c",), "[a]\nb = 1\n"),
    "the last section, no line break": ("[a]\nb = 1\n\n[c]\nd = 1", ("c",), "[a]\nb = 1\n"),
    "the only section": ("[a]\nb = 1\n", ("a",), ""),
    "a section and those below it": (
        "[a]\nb = 1\n\n[c]\nd = 1\n\n[c.e]\nf.g = 1\n\n[h]\n",
        ("c",),
        "[a]\nb = 1\n\n[h]\n",
    ),
    "sections at the end": ("[a]\nb = 1\n\n[c.d]\n\n[c.e]\nf = 1\n", ("c",), "[a]\nb = 1\n"),
    "sections apart": ("[c]\n\n[a]\nb = 1\n\n[c.d]\ne = 1\n", ("c",), "[a]\nb = 1\n"),
    "an array of tables": ("[[a]]\nb = 1\n\n[a.c]\nd = 1\n\n[[a]]\n\n[e]\n", ("a",), "[e]\n"),
    "a section, not the comment of the next": (
        "[a]\nb = 1\n\n# about c\n[c]\nd = 1\n",
        ("a",),
        "# about c\n[c]\nd = 1\n",
    ),
    "a section with a comment below its last line": (
        "[a]\nb = 1\n# x = 2\n\n[c]\nd = 1\n",
        ("a",),
        "[c]\nd = 1\n",
    ),
}


@pytest.mark.parametrize(("before", "path", "after"), rows(DROPPED))
def test_an_entry_is_removed(before: str, path: tuple[str, ...], after: str) -> None:
    def remove(tree: Tree) -> list[Edit]:
        entry = tree.root.entry(*path)
        assert entry is not None
        return remove_entry(tree, entry)

    check(before, after, remove)
    assert tomli.loads(after) == without_entry(tomli.loads(before), path)


def test_an_entry_of_an_inline_table_in_arrays_is_removed() -> None:
    text = "a = [[{ b = 1, c = 2 }, 3]]\n"
    tree = parse(text)
    (entry,) = (entry for entry in tree.walk() if entry.key.text == "b")
    assert apply_edits(text, remove_entry(tree, entry)) == "a = [[{ c = 2 }, 3]]\n"


def test_the_second_definition_of_a_key_is_removed_alone() -> None:
    text = "[a]\nb = 1\nb = 2 # c\nd = 3\n"
    tree = parse(text)
    table = tree.root.table("a")
    assert table is not None
    (duplicate,) = table.duplicates
    assert apply_edits(text, remove_entry(tree, duplicate)) == "[a]\nb = 1\nd = 3\n"


def test_what_follows_a_statement_by_mistake_is_left() -> None:
    text = "a = 1 b = 2\nc = 3"
    tree = parse(text)
    entry = tree.root.entry("a")
    assert entry is not None
    assert apply_edits(text, remove_entry(tree, entry)) == " b = 2\nc = 3"


# -------------------------------------------------------------------------------------------- laws


def with_entry(
    value: dict[str, Any], path: tuple[str, ...], key: str, added: Any
) -> dict[str, Any]:
    table = result = copy.deepcopy(value)
    for name in path:
        table = table.setdefault(name, {})
    table[key] = added
    return result


def without_entry(value: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    table = result = copy.deepcopy(value)
    for name in path[:-1]:
        table = table[name]
    del table[path[-1]]
    return result


def same(left: Any, right: Any) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return type(left) is type(right) and bool(left == right)


def pruned(value: Any) -> Any:
    """Return a value without its empty tables: where sections go, tables that they imply go too."""
    if not isinstance(value, dict):
        return value
    inner = {key: pruned(part) for key, part in value.items()}
    return {key: part for key, part in inner.items() if part != {}}


def arrays_below(
    node: Node, path: tuple[str | int, ...] = ()
) -> list[tuple[tuple[str | int, ...], Array]]:
    """Return every array written in brackets, and where it is in the value."""
    found: list[tuple[tuple[str | int, ...], Array]] = []
    if isinstance(node, Table):
        for name, entry in node.entries.items():
            found += arrays_below(entry.value, (*path, name))
    elif isinstance(node, Array):
        found = [] if node.of_tables else [(path, node)]
        for index, item in enumerate(node.items):
            found += arrays_below(item, (*path, index))
    return found


def entries_below(table: Table, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Entry]]:
    """Return every entry that keys alone lead to."""
    found: list[tuple[tuple[str, ...], Entry]] = []
    for name, entry in table.entries.items():
        found.append(((*path, name), entry))
        if isinstance(entry.value, Table):
            found += entries_below(entry.value, (*path, name))
    return found


def at_path(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


def applied(text: str, edits: list[Edit]) -> dict[str, Any]:
    """Apply edits, check that the result is valid, and that it is read as tomli reads it."""
    edited = apply_edits(text, edits)
    assert syntax_problem(parse(edited)) is None
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        kept = text[position : edit.span.start]
        assert kept + edit.text in edited
        position = edit.span.end
    assert edited.endswith(text[position:])
    assert edited.startswith("\ufeff") == text.startswith("\ufeff")
    value = tomli.loads(edited.removeprefix("\ufeff"))
    assert same(parse(edited).value(), value)
    return value


@given(documents(array=True), st.data())
@LAW
def test_an_appended_item_is_the_last_and_all_else_is_as_it_was(
    text: str, data: st.DataObject
) -> None:
    tree = parse(text)
    arrays = arrays_below(tree.root)
    path, array = data.draw(st.sampled_from(arrays))
    expected = tree.value()
    at_path(expected, path).append("new")
    assert same(applied(text, append_item(tree, array, '"new"')), expected)


@given(documents(array=True), st.data())
@LAW
def test_removed_items_are_gone_and_all_else_is_as_it_was(text: str, data: st.DataObject) -> None:
    tree = parse(text)
    arrays = [(path, array) for path, array in arrays_below(tree.root) if array.items]
    assume(arrays)
    path, array = data.draw(st.sampled_from(arrays))
    indexes = data.draw(st.sets(st.integers(0, len(array.items) - 1), min_size=1))
    expected = tree.value()
    items = at_path(expected, path)
    items[:] = [item for index, item in enumerate(items) if index not in indexes]
    assert same(applied(text, remove_items(tree, array, indexes)), expected)


@given(documents(), st.data())
@LAW
def test_an_inserted_entry_is_in_its_table_and_all_else_is_as_it_was(
    text: str, data: st.DataObject
) -> None:
    tree = parse(text)
    tables = [path for path, entry in entries_below(tree.root) if isinstance(entry.value, Table)]
    path = data.draw(st.sampled_from([(), ("tool", "uv"), ("fresh",), *tables]))
    path += data.draw(st.sampled_from([(), (), ("fresh",), ("fresh", "x y")]))
    edits = insert_entry(tree, path, "new key", "[1]")
    if edits:
        expected = with_entry(tree.value(), path, "new key", [1])
        assert same(applied(text, edits), expected)
    else:
        values = [tree.root.get(*path[:depth]) for depth in range(1, len(path) + 1)]
        assert any(value is not None and not isinstance(value, Table) for value in values)


@given(documents(), st.data())
@LAW
def test_a_removed_entry_is_gone_and_all_else_is_as_it_was(text: str, data: st.DataObject) -> None:
    tree = parse(text)
    entries = entries_below(tree.root)
    assume(entries)
    path, entry = data.draw(st.sampled_from(entries))
    expected = without_entry(tree.value(), path)
    assert same(pruned(applied(text, remove_entry(tree, entry))), pruned(expected))


@given(documents(), st.data())
@LAW
def test_an_entry_that_is_inserted_and_removed_leaves_the_values_as_they_were(
    text: str, data: st.DataObject
) -> None:
    tree = parse(text)
    tables = [path for path, entry in entries_below(tree.root) if isinstance(entry.value, Table)]
    path = data.draw(st.sampled_from([(), *tables]))
    edited = parse(apply_edits(text, insert_entry(tree, path, "new", "1")))
    entry = edited.root.entry(*path, "new")
    assert entry is not None
    assert same(pruned(applied(edited.text, remove_entry(edited, entry))), pruned(tree.value()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a]\nx = 1\nk = [2]\n", "[a]\nx = 1\n\n[b]\nk = [2]\n"),
        ("[a]\nk = [2]", "[a]\n\n[b]\nk = [2]"),
        ("[b]\ny = 1\n\n[a]\nk = 2 # c\nx = 1\n", "[b]\ny = 1\nk = 2 # c\n\n[a]\nx = 1\n"),
        ("[a]\n# d\n  # e\nk = 2  # c\n\n[b]\n", "[a]\n\n[b]\n# d\n# e\nk = 2  # c\n"),
        ("[a]\n# d\n\n# e\nk = 2\n", "[a]\n# d\n\n[b]\n# e\nk = 2\n"),
        ("[a]\r\nx = 1\r\n# e\r\nk = 2\r\n", "[a]\r\nx = 1\r\n\r\n[b]\r\n# e\r\nk = 2\r\n"),
        ("\ufeff# e\na.k = [ # f\n]\n", "\ufeff[b]\n# e\nk = [ # f\n]\n"),
        ("b.y = 1\n# e\na.k = 2 # c\n", "b.y = 1\n# e\nb.k = 2 # c\n"),
        # a table in braces has no place for comments
        ("b = {}\n# e\na.k = 2 # c\n", "b = { k = 2 }\n# e\n# c\n"),
        ("b = {}\n# e\na.k = 2\n", "b = { k = 2 }\n# e\n"),
        ("a = { k = 2 } # c\n", "a = {} # c\n\n[b]\nk = 2\n"),
        ("b = 1\na.k = 2 # c\n", "b = 1\na.k = 2 # c\n"),
    ],
)
def test_an_entry_is_moved_with_its_comments(before: str, after: str) -> None:
    tree = parse(before)
    entry = tree.root.entry("a", "k")
    assert entry is not None and is_movable(entry)
    moved = apply_edits(before, move_entry(tree, entry, ("b",)))
    assert moved.rstrip() == after.rstrip()
