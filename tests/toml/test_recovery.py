"""What a text that is being typed still tells: the damage stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
import tomli

from ws_lsp.toml.cursor import Cursor, Where, locate
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem
from ws_lsp.toml.tree import Array, String, Tree

HEAD = '[project]\nname = "root"\nversion = "0.1.0"\n\n'
TAIL = '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
DEFAULTS = ("tool", "uv", "default-packages")


class Broken(NamedTuple):
    """A text with the cursor at `|`, and what is to be known there."""

    text: str
    place: str
    path: tuple[str, ...]
    items: list[str] | None = None
    """The closed strings before the cursor in its array; None where that is no question."""


def under_uv(body: str, items: list[str] | None, place: str = "item") -> Broken:
    return Broken(f"{HEAD}[tool.uv]\n{body}\n{TAIL}", place, DEFAULTS, items)


SOURCES = HEAD + "[tool.uv.sources]\n"
ITEM = 'default-packages = ["a", "|"]\n'
BROKEN = {
    "an array just opened": under_uv("default-packages = [|", []),
    "an open string in an open array": under_uv('default-packages = ["|', []),
    "a second, open string": under_uv('default-packages = ["a", "|', ["a"]),
    "behind a comma in an open array": under_uv('default-packages = ["a", |', ["a"]),
    "behind an item without a comma": under_uv('default-packages = ["a" |', ["a"]),
    "a missing value": under_uv("default-packages = |", None, "value"),
    "a key without an equals sign": under_uv("default-packages |", None, "key"),
    "an open array over several lines": under_uv('default-packages = [\n  "a",\n  |', ["a"]),
    "an open string, no bracket": under_uv('default-packages = [\n  "a",\n  "|', ["a"]),
    "an open string, the bracket below": under_uv('default-packages = [\n  "a",\n  "|\n]', ["a"]),
    "an open string with text": under_uv('default-packages = [\n  "a",\n  "b|\n]', ["a"]),
    "a bare word as an item": under_uv('default-packages = [\n  "a",\n  b|\n]', ["a"]),
    "a missing comma on a line": under_uv('default-packages = ["a" "|"]', ["a"]),
    "a missing comma at a line's end": under_uv('default-packages = [\n  "a"\n  "|"\n]', ["a"]),
    "a leading comma": under_uv("default-packages = [, |]", []),
    "two commas": under_uv('default-packages = ["a",, "|"]', ["a"]),
    "an open literal string": under_uv("default-packages = ['|", []),
    "a value without quotes": under_uv("default-packages = [a|]", []),
    "a bad escape before": under_uv('default-packages = ["a\\q", "|"]', None),
    "an emoji before an open string": under_uv('default-packages = ["é😀", "|', ["é😀"]),
    "CRLF and an open string": under_uv('default-packages = [\r\n  "a",\r\n  "|\r\n', ["a"]),
    "half a key": Broken(HEAD + "[tool.uv]\ndef|\n" + TAIL, "key", ("tool", "uv")),
    "a header that ends in a dot": Broken(HEAD + "[tool.uv.|\n" + TAIL, "header", ("tool", "uv")),
    "a header with an empty part": Broken(HEAD + "[tool.uv.|]\n" + TAIL, "header", ("tool", "uv")),
    "a header just opened": Broken(HEAD + "[|\n" + TAIL, "header", ()),
    "an open inline table, value missing": Broken(
        SOURCES + "a = { workspace = |\n" + TAIL,
        "value",
        ("tool", "uv", "sources", "a", "workspace"),
    ),
    "an inline table just opened": Broken(
        SOURCES + "a = { |\n" + TAIL, "inline key", ("tool", "uv", "sources", "a")
    ),
    "behind a comma in an open inline table": Broken(
        SOURCES + "a = { workspace = true, |\n" + TAIL,
        "inline key",
        ("tool", "uv", "sources", "a"),
    ),
    "an open inline table, a key below": Broken(
        SOURCES + "a = { workspace = true\nb|\n" + TAIL, "key", ("tool", "uv", "sources")
    ),
    "an open array, a header below": Broken(
        '[project]\nname = "root"\ndependencies = [\n  "req>=1",\n  "|\n\n[tool.uv]\npackage = false\n'
        + TAIL,
        "item",
        ("project", "dependencies"),
        ["req>=1"],
    ),
    "keys twice": under_uv("package = false\npackage = true\n" + ITEM, ["a"]),
    "a table twice": under_uv("package = false\n[tool.uv]\n" + ITEM, ["a"]),
    "an open string on an earlier line": Broken(
        '[project]\nname = "root"\nreadme = "README\n\n[tool.uv]\n' + ITEM + TAIL,
        "item",
        DEFAULTS,
        ["a"],
    ),
    "stray characters on an earlier line": Broken(
        HEAD + "@@ what\n[tool.uv]\n" + ITEM + TAIL, "item", DEFAULTS, ["a"]
    ),
    "marks of a merge": under_uv(
        "<<<<<<< HEAD\npackage = false\n=======\npackage = true\n>>>>>>> x\n" + ITEM, ["a"]
    ),
}


def read(broken: Broken) -> tuple[Tree, Cursor, int]:
    offset = broken.text.index("|")
    tree = parse(broken.text.replace("|", "", 1))
    return tree, locate(tree, offset), offset


def place_of(cursor: Cursor) -> str:
    if cursor.where is Where.KEY and cursor.table is not None and cursor.table.inline:
        return "inline key"
    return cursor.where.name.lower()


broken_texts = pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)


@broken_texts
def test_the_text_is_broken_by_the_judgement_of_tomli(broken: Broken) -> None:
    assert syntax_problem(parse(broken.text.replace("|", "", 1))) is not None


@broken_texts
def test_the_place_at_the_cursor_is_known(broken: Broken) -> None:
    _, cursor, _ = read(broken)
    assert (place_of(cursor), cursor.path) == (broken.place, broken.path)


@broken_texts
def test_the_items_before_the_cursor_are_known(broken: Broken) -> None:
    _, cursor, offset = read(broken)
    if broken.items is not None:
        assert cursor.array is not None
        strings = [item for item in cursor.array.items if isinstance(item, String)]
        assert [
            item.value for item in strings if item.closed and item.end <= offset
        ] == broken.items


@broken_texts
def test_what_stands_before_and_after_the_damage_is_kept(broken: Broken) -> None:
    value = read(broken)[0].value()
    assert value["project"]["name"] == "root"
    assert value["tool"]["uv"]["workspace"] == {"members": ["packages/*"]}


# --------------------------------------------------------------------- every character, every line

DOCUMENT = """\
# a uv workspace
[tool.uv]
package = false
default-packages = [
    "acme-api",
    "acme-core",  # the heart
    "acme-data",
    "acme-web",
]

[tool.uv.workspace]
members = [
    "packages/*",
]
exclude = ["packages/excluded"]

[tool.uv.sources]
acme-api = { workspace = true }
acme-core = { workspace = true }
acme-data = { workspace = true }
acme-web = { workspace = true }
acme-cli = { path = "../cli", editable = true }

[project]
name = "acme-core"
version = "0.1.1"
description = "A member of a workspace"
readme = "README.md"
requires-python = ">=3.9"
dependencies = [
    "requests>=2.31,<3",
    "acme-data",
    "acme-util",
]

[project.optional-dependencies]
fast = ["orjson>=3.9"]

[dependency-groups]
dev = ["pytest>=8", "ruff>=0.4"]
"""


def entries(text: str) -> dict[tuple[str, ...], str | None]:
    """Return the first value of each path of keys, as written."""
    found: dict[tuple[str, ...], str | None] = {}
    for section in parse(text).sections:
        for statement in section.statements:
            path = (*section.path, *(key.text for key in statement.keys))
            written = text[slice(*statement.value.span)] if statement.equals >= 0 else None
            found.setdefault(path, written)
    return found


def untouched(offset: int) -> list[tuple[str, ...]]:
    """Return the paths whose statement and header do not hold `offset`."""
    return [
        (*section.path, *(key.text for key in statement.keys))
        for section in parse(DOCUMENT).sections
        for statement in section.statements
        if not statement.start <= offset <= statement.end
        if not (section.start <= offset <= section.end and section.end)
    ]


def shares_kept(damage: Callable[[int], str]) -> list[float]:
    """Return, for each offset where `damage` breaks the document, the share of entries it leaves."""
    whole = entries(DOCUMENT)
    shares: list[float] = []
    for offset in range(len(DOCUMENT)):
        text = damage(offset)
        if syntax_problem(parse(text)) is not None:
            left = entries(text)
            others = untouched(offset)
            shares.append(sum(left.get(path) == whole[path] for path in others) / len(others))
    return shares


def test_a_deleted_character_costs_hardly_more_than_its_own_entry() -> None:
    shares = shares_kept(lambda offset: DOCUMENT[:offset] + DOCUMENT[offset + 1 :])
    assert len(shares) > 100
    assert sum(shares) / len(shares) >= 0.99
    assert min(shares) >= 0.9


def test_the_cut_off_rest_of_a_line_costs_no_other_entry() -> None:
    shares = shares_kept(lambda offset: DOCUMENT[:offset] + DOCUMENT[DOCUMENT.find("\n", offset) :])
    assert len(shares) > 500
    assert min(shares) == 1.0


def test_what_is_typed_so_far_is_read_at_every_character() -> None:
    whole = entries(DOCUMENT)
    ends = {
        (*section.path, *(key.text for key in statement.keys)): statement.end
        for section in parse(DOCUMENT).sections
        for statement in section.statements
    }
    for offset in range(len(DOCUMENT)):
        left = entries(DOCUMENT[:offset])
        complete = [path for path, end in ends.items() if end <= offset]
        assert all(left[path] == whole[path] for path in complete)


# ------------------------------------------------------------------------------ where things end

ENDS = {
    "a string that is not closed ends with its line": ('a = "b # c\nd = 1', {"a": "b # c", "d": 1}),
    "white space behind it was not typed into it": ('a = "b  \n', {"a": "b"}),
    "half an escape is not part of it": ('a = "b\\\nc = "d\\\\\n', {"a": "b", "c": "d\\"}),
    "a multi-line string that is not closed ends with its line": (
        'a = """b\nc = 1',
        {"a": "b", "c": 1},
    ),
    "an array ends before a header": ('a = ["b",\n\n[c]\nd = 1', {"a": ["b"], "c": {"d": 1}}),
    "an array ends before a header of an array": (
        "a = [\n[[c]]\nd = 1",
        {"a": [], "c": [{"d": 1}]},
    ),
    "an array ends before a dotted header": (
        "a = [\n[c.d]\ne = 1",
        {"a": [], "c": {"d": {"e": 1}}},
    ),
    "an array ends before a key": ("a = [\n1,\nb = 2", {"a": [1], "b": 2}),
    "an array ends before a quoted key": ('a = [\n"b",\n"c" = 2', {"a": ["b"], "c": 2}),
    "an array ends before a dotted key": ("a = [1,\n b . 'c' = 2", {"a": [1], "b": {"c": 2}}),
    "an array in an array ends before a key": ("a = [[1,\n[2\nb = 2", {"a": [[1, [2]]], "b": 2}),
    "an array goes on behind a comment": ("a = [1,\n# b = 2\n3]", {"a": [1, 3]}),
    "a sound array of arrays is no header": (
        "a = [\n[1],\n[2],\n]\nb = 1",
        {"a": [[1], [2]], "b": 1},
    ),
    "an unsound array of arrays still ends before a header": (
        "a = [\n[1],\n[b]\nc = 1",
        {"a": [[1]], "b": {"c": 1}},
    ),
    "an inline table ends with its line": ("a = { b = 1,\nc = 2", {"a": {"b": 1}, "c": 2}),
    "an inline table ends before a bracket": ("a = [{ b = 1 ]\nc = 2", {"a": [{"b": 1}], "c": 2}),
    "a sound inline table goes over lines": ("a = {\nb = 1\n}\nc = 2", {"a": {"b": 1}, "c": 2}),
    "an unsound one does not": ("a = {\nb = 1\nc = 2\n}", {"a": {}, "b": 1, "c": 2}),
    "a header without a bracket ends with its line": ("[a\nb = 1", {"a": {"b": 1}}),
    "a header with one bracket of two opens an array": ("[[a]\nb = 1", {"a": [{"b": 1}]}),
    "a header of a value opens a table of its own": ("a = 1\n[a]\nb = 1\n[c]", {"a": 1, "c": {}}),
    "a header of no name is no table": ("[]\na = 1\n[b]\nc = 2", {"b": {"c": 2}}),
    "a line that no key begins is skipped": ("= 1\n@ = 2\n] = 3\na = 4", {"a": 4}),
    "a key without a value is no entry": ("a\nb.c\nd.\ne = 1", {"e": 1}),
    "what follows a value on its line is skipped": ('a = 1 2\nb = "c" "d"\n', {"a": 1, "b": "c"}),
    "a surrogate's escape is a replacement": ('a = "\\uD800\\U00110000"', {"a": "\ufffd\ufffd"}),
    "a null character is no harm": ("a = 1\x00\nb = 'c\x00'", {"a": None, "b": "c\x00"}),
    "a lone CR ends a line": ("a = 1\rb = 2", {"a": 1, "b": 2}),
}


@pytest.mark.parametrize(("text", "value"), ENDS.values(), ids=ENDS)
def test_where_things_end(text: str, value: object) -> None:
    assert parse(text).value() == value


def test_an_open_array_ends_before_the_line_break_of_its_last_line() -> None:
    tree = parse("a = [\r\n  1,\r\n\r\n[b]\r\n")
    array = tree.root.get("a")
    assert isinstance(array, Array)
    assert tree.text[slice(*array.span)] == "[\r\n  1,\r\n"


def test_the_document_of_these_tests_is_valid() -> None:
    assert parse(DOCUMENT).value() == tomli.loads(DOCUMENT)
