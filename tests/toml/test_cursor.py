"""What stands at the cursor (`|`), in whole texts and in unfinished ones."""

from __future__ import annotations

import pytest

from ws_lsp.toml.cursor import Cursor, Part, Where, locate
from ws_lsp.toml.parser import parse
from ws_lsp.toml.tree import Scalar, String

HEADER, KEY, VALUE, ITEM, COMMENT = Where.HEADER, Where.KEY, Where.VALUE, Where.ITEM, Where.COMMENT


def at(marked: str) -> Cursor:
    offset = marked.index("|")
    return locate(parse(marked.replace("|", "", 1)), offset)


PLACES: list[tuple[str, Where, tuple[Part, ...]]] = [
    # the beginning and the end of texts
    ("|", KEY, ()),
    ("\ufeff|", KEY, ()),
    ("a = 1\n|", KEY, ()),
    ("|\n[a]\nb = 1", KEY, ()),
    ("|[a]\nb = 1", KEY, ()),
    ("[a]\n|", KEY, ("a",)),
    ("[a]\r\n|", KEY, ("a",)),
    ("[a]\nb = 1\n\n|\n[c]", KEY, ("a",)),
    ("[a]\nb = 1\n|[c]", KEY, ("a",)),
    # headers
    ("[|", HEADER, ()),
    ("[|]", HEADER, ()),
    ("[[|", HEADER, ()),
    ("[[|]]", HEADER, ()),
    ("[a|]", HEADER, ()),
    ("[|a]", HEADER, ()),
    ("[ a |]", HEADER, ("a",)),
    ("[a.|]", HEADER, ("a",)),
    ("[a.|b]", HEADER, ("a",)),
    ("[a.b|.c]", HEADER, ("a",)),
    ("[a.b.c|", HEADER, ("a", "b")),
    ("[a . |", HEADER, ("a",)),
    ('["a.b"."c|', HEADER, ("a.b",)),
    ("[[a.|]]", HEADER, ("a",)),
    ("[[a]|", HEADER, ("a",)),
    ("x = 1\n[a.|\nb = 1", HEADER, ("a",)),
    ("[a] |", COMMENT, ("a",)),
    ("[a]|", COMMENT, ("a",)),
    ("[a] # |", COMMENT, ("a",)),
    ("[a # |", COMMENT, ("a",)),
    ("[[a]] # |\nb = 1", COMMENT, ("a", 0)),
    # keys
    ("a|", KEY, ()),
    ("|a = 1", KEY, ()),
    ("a| = 1", KEY, ()),
    ("a |= 1", KEY, ("a",)),
    ("a |", KEY, ("a",)),
    ("a.|", KEY, ("a",)),
    ("a.|b = 1", KEY, ("a",)),
    ("a|.b = 1", KEY, ()),
    ("a.b|.c = 1", KEY, ("a",)),
    ("a . | . b = 1", KEY, ("a",)),
    ('"a.b".|c = 1', KEY, ("a.b",)),
    ("[a]\nb.|", KEY, ("a", "b")),
    ("[a]\n  b|\n", KEY, ("a",)),
    ('[a]\n"b|\nc = 1', KEY, ("a",)),
    ("@@ |\n", KEY, ()),
    # values
    ("a =|", VALUE, ("a",)),
    ("a = |", VALUE, ("a",)),
    ("a = |\nb = 1", VALUE, ("a",)),
    ("a = | 1", VALUE, ("a",)),
    ("a = 1|", VALUE, ("a",)),
    ("a = tr|ue", VALUE, ("a",)),
    ('a = "|', VALUE, ("a",)),
    ('a = "b|c"', VALUE, ("a",)),
    ('a = "bc"|', VALUE, ("a",)),
    ('a = "b" |', VALUE, ("a",)),
    ('a = "# |"', VALUE, ("a",)),
    ('[a]\nb."c" = "|"', VALUE, ("a", "b", "c")),
    ('a = """\nb|\n"""', VALUE, ("a",)),
    ('a = """\n# |\n"""', VALUE, ("a",)),
    ("a = |[]", VALUE, ("a",)),
    ("a = []|", VALUE, ("a",)),
    ("a = {}|", VALUE, ("a",)),
    ("a = [\n]|", VALUE, ("a",)),
    ("a = 1\n\r|", KEY, ()),
    # items
    ("a = [|]", ITEM, ("a",)),
    ("a = [|", ITEM, ("a",)),
    ("a = [\n  |\n]", ITEM, ("a",)),
    ("a = [\n  |\n\n[b]", ITEM, ("a",)),
    ('a = ["|"]', ITEM, ("a",)),
    ('a = ["b"|]', ITEM, ("a",)),
    ('a = ["b", |]', ITEM, ("a",)),
    ('a = ["b", "#|"]', ITEM, ("a",)),
    ('a = ["""\nb # c\n""", |]', ITEM, ("a",)),
    ('a = ["""\nb # c""", |]', ITEM, ("a",)),
    ("a = [b|]", ITEM, ("a",)),
    ("a = [[|]]", ITEM, ("a", 0)),
    ("a = [[1], [2, |]]", ITEM, ("a", 1)),
    ("a = [[1], [2]|, 3]", ITEM, ("a",)),
    ("a = [[[|", ITEM, ("a", 0, 0)),
    ("a = [1, {b = [|]}]", ITEM, ("a", 1, "b")),
    ("[a.b]\nc = [|]", ITEM, ("a", "b", "c")),
    # inline tables
    ("a = {|}", KEY, ("a",)),
    ("a = {|", KEY, ("a",)),
    ("a = { | }", KEY, ("a",)),
    ("a = { b| }", KEY, ("a",)),
    ("a = { b = 1, | }", KEY, ("a",)),
    ("a = { b = 1, |", KEY, ("a",)),
    ("a = { b = 1, c|", KEY, ("a",)),
    ("a = { b = , | }", KEY, ("a",)),
    ("a = { b.| }", KEY, ("a", "b")),
    ("a = { b.c| = 1 }", KEY, ("a", "b")),
    ("a = { b | }", KEY, ("a", "b")),
    ("a = { b = | }", VALUE, ("a", "b")),
    ("a = { b =|", VALUE, ("a", "b")),
    ("a = { b = |, c = 1 }", VALUE, ("a", "b")),
    ("a = { b = | , c = 1 }", VALUE, ("a", "b")),
    ('a = { b = "|" }', VALUE, ("a", "b")),
    ('a = { b.c = "|', VALUE, ("a", "b", "c")),
    ("a = { b = { c = | } }", VALUE, ("a", "b", "c")),
    ("a = { b = { | } }", KEY, ("a", "b")),
    ("a = {\n  b = 1,\n  |\n}", KEY, ("a",)),
    ("a = [{ b = 1 }, { | }]", KEY, ("a", 1)),
    ("a = [{ b = | }]", VALUE, ("a", 0, "b")),
    # comments
    ("# |", COMMENT, ()),
    ("#|", COMMENT, ()),
    ("a = 1 # |", COMMENT, ("a",)),
    ("a = 'b' # it's |", COMMENT, ("a",)),
    ("a # |", COMMENT, ()),
    ("a = # |", COMMENT, ("a",)),
    ("[a]\nb = 1\n  # |", COMMENT, ("a",)),
    ("a = [ # |\n]", COMMENT, ("a",)),
    ("a = [\n  1, # |\n]", COMMENT, ("a",)),
    ("a = [\n  # '|\n]", COMMENT, ("a",)),
    ("a = [\n] # |", COMMENT, ("a",)),
    ("a = {\n  b = 1, # |\n}", COMMENT, ("a",)),
    ("a = {\n  # |\n}", COMMENT, ("a",)),
    ('a = """\n""" # |', COMMENT, ("a",)),
    # arrays of tables
    ("[[a]]\n|", KEY, ("a", 0)),
    ("[[a]]\nb = 1\n[[a]]\n|", KEY, ("a", 1)),
    ("[[a]]\n[[a]]\nb = [|]", ITEM, ("a", 1, "b")),
    ("[[a]]\n[a.b]\nc = |", VALUE, ("a", 0, "b", "c")),
    ("[[a]]\n[a.b]\nc = |\n[[a]]\n", VALUE, ("a", 0, "b", "c")),
    ("[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\n[[a.b]]\n|", KEY, ("a", 1, "b", 1)),
    ("[[a.b]]\n|", KEY, ("a", "b", 0)),
    # what is twice is at the path it was written with
    ("a = 1\n[a]\nb = |", VALUE, ("a", "b")),
    ("[a]\nb = 1\n[a]\nb = |", VALUE, ("a", "b")),
]


@pytest.mark.parametrize(("marked", "where", "path"), PLACES, ids=[repr(row[0]) for row in PLACES])
def test_a_place_has_a_kind_and_a_path(marked: str, where: Where, path: tuple[Part, ...]) -> None:
    cursor = at(marked)
    assert (cursor.where, cursor.path) == (where, path)


@pytest.mark.parametrize("marked", [row[0] for row in PLACES if "\n" in row[0]])
def test_line_endings_make_no_difference(marked: str) -> None:
    unix = at(marked)
    windows = at(marked.replace("\r\n", "\n").replace("\n", "\r\n"))
    assert (unix.where, unix.path) == (windows.where, windows.path)


@pytest.mark.parametrize(
    ("marked", "value"),
    [
        ('a = "|"', ""),
        ('a = "b|"', "b"),
        ('a = |"b"', "b"),
        ('a = "b|', "b"),
        ('a = "b" |', None),
        ("a = |", None),
        ("a = 1|", None),
        ('a = ["b", "c|"]', "c"),
        ('a = ["b|", "c"]', "b"),
        ('a = [|"b"]', "b"),
        ('a = ["b"|]', None),
        ('a = ["b"|, "c"]', None),
        ('a = ["b|', "b"),
        ('a = [["b|"]]', "b"),
        ("a = { b = 'c|' }", "c"),
    ],
)
def test_the_string_at_the_cursor_is_found(marked: str, value: str | None) -> None:
    string = at(marked).string
    assert (string.value if string else None) == value


def test_a_bare_word_at_the_cursor_is_the_node() -> None:
    node = at("a = [b|]").node
    assert isinstance(node, Scalar)
    assert node.raw == "b"


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("a|b = 1", "ab"),
        ("a.|b = 1", "b"),
        ("a.| = 1", None),
        ("a |= 1", None),
        ("[a.b|]", "b"),
        ("['a b|'.c]", "a b"),
        ("[a.|]", None),
        ("x = { ab| = 1 }", "ab"),
        ("x = { a| }", "a"),
        ("x = { | }", None),
    ],
)
def test_the_key_at_the_cursor_is_found(marked: str, name: str | None) -> None:
    key = at(marked).key
    assert (key.text if key else None) == name


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("a = 1\n|\n[b]\nc = 2", ["a", "b"]),
        ("[a]\nb = 1\n|", ["b"]),
        ("[a]\nb = 1\n|\n[a.c]", ["b", "c"]),
        ("a = { b = 1, | }", ["b"]),
        ("a = [{ b = 1, | }]", ["b"]),
        ("[[a]]\nb = 1\n[[a]]\nc = 1\n|", ["c"]),
        ("a.b = 1\na.|c = 2", ["b", "c"]),
        ("x = { a.b = 1, a.| }", ["b"]),
        ("a.|", None),
    ],
)
def test_the_table_of_a_key_tells_what_it_has(marked: str, names: list[str] | None) -> None:
    table = at(marked).table
    assert (list(table.entries) if table else None) == names


def test_the_array_of_an_item_tells_what_it_has() -> None:
    array = at('a = ["b", "|", "c"]').array
    assert array is not None
    assert [item.value for item in array.items if isinstance(item, String)] == ["b", "", "c"]


def test_the_statement_and_the_section_of_a_value_are_known() -> None:
    cursor = at("[a.b]\nc.d = |1\n")
    assert cursor.section.path == ("a", "b")
    assert cursor.statement is not None
    assert [key.text for key in cursor.statement.keys] == ["c", "d"]
