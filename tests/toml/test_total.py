"""Every text gives a tree, whose spans are those of the text, and tomli's judgement."""

from __future__ import annotations

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from toml.documents import LAW, damaged, documents, texts
from ws_lsp.toml.cursor import locate
from ws_lsp.toml.parser import MAXIMUM_DEPTH, parse
from ws_lsp.toml.syntax import syntax_problem
from ws_lsp.toml.tree import Array, Key, Node, Section, Statement, String, Table, Tree

ANY_TEXT = st.one_of(texts(), damaged(), documents(), st.text(max_size=40))


# -------------------------------------------------------------------------- what every tree holds


def check_tree(tree: Tree) -> None:
    """Check that every span is within the text, in order, and within the one it belongs to."""
    length = len(tree.text)
    assert tree.sections[0].keys == ()
    assert tree.sections[0].start == tree.sections[0].end == 0
    position = 0
    for section in tree.sections:
        check_section(tree.text, section, position, length)
        position = section.body_end
    assert position == length


def check_section(text: str, section: Section, start: int, length: int) -> None:
    assert start <= section.start <= section.end <= section.body_end <= length
    assert "\n" not in text[section.start : section.end]
    check_keys(text, section.keys, section.start, section.end)
    position = section.end
    for statement in section.statements:
        position = check_statement(text, statement, position, section.body_end)


def check_statement(text: str, statement: Statement, start: int, end: int) -> int:
    assert start <= statement.start < statement.end <= end
    assert statement.keys[0].start == statement.start
    if statement.equals < 0:
        check_keys(text, statement.keys, statement.start, statement.end)
        assert statement.value.span == (statement.end, statement.end)
    else:
        check_keys(text, statement.keys, statement.start, statement.equals)
        assert text[statement.equals] == "="
        assert statement.value.end == statement.end
        check_node(text, statement.value, statement.equals + 1, statement.end)
    return statement.end


def check_keys(text: str, keys: tuple[Key, ...], start: int, end: int) -> None:
    for key in keys:
        assert start <= key.start < key.end <= end
        assert reread(text[slice(*key.span)]) == key.text
        start = key.end


def reread(written: str) -> str:
    """Return the name that a key as written stands for."""
    (section,) = parse(written).sections
    (key,) = section.statements[0].keys
    return key.text


def check_node(text: str, node: Node, start: int, end: int) -> None:
    assert start <= node.start <= node.end <= end
    if isinstance(node, String):
        assert text.startswith(node.quote, node.start)
        assert node.start <= node.inner.start <= node.inner.end <= node.end
        assert not node.closed or text.endswith(node.quote, 0, node.end)
    if isinstance(node, Array | Table):
        assert text[node.start] == ("[" if isinstance(node, Array) else "{")
        assert not node.closed or text[node.end - 1] == ("]" if isinstance(node, Array) else "}")
        position, inner_end = node.start + 1, node.end - 1 if node.closed else node.end
        parts = node.items if isinstance(node, Array) else node.statements
        for part in parts:
            assert position <= part.start
            if isinstance(part, Statement):
                position = check_statement(text, part, position, inner_end)
            else:
                check_node(text, part, position, inner_end)
                position = part.end


@given(ANY_TEXT)
@LAW
def test_every_span_lies_within_the_text_and_within_the_one_it_belongs_to(text: str) -> None:
    tree = parse(text)
    check_tree(tree)
    tree.value()
    for entry in tree.walk():
        assert 0 <= entry.key.start < entry.key.end <= len(text)
        assert 0 <= entry.value.start <= entry.value.end <= len(text)


@given(documents())
@LAW
def test_in_a_valid_document_everything_is_closed_and_nothing_twice(text: str) -> None:
    tree = parse(text)
    check_tree(tree)
    assert all(section.closed and not section.open_dot for section in tree.sections)
    for section in tree.sections:
        assert all(statement.equals >= 0 for statement in section.statements)
    for entry in tree.walk():
        assert not isinstance(entry.value, Table) or not entry.value.duplicates
        assert not isinstance(entry.value, Array | String | Table) or entry.value.closed


@given(ANY_TEXT, st.data())
@LAW
def test_every_place_has_a_name(text: str, data: st.DataObject) -> None:
    tree = parse(text)
    for offset in {0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=20))}:
        cursor = locate(tree, offset)
        assert any(cursor.section is section for section in tree.sections)
        assert cursor.node is None or cursor.node.start <= offset <= cursor.node.end
        assert cursor.key is None or cursor.key.start <= offset <= cursor.key.end
        assert cursor.array is None or cursor.array.start < offset <= cursor.array.end


# ----------------------------------------------------------------------------- tomli's judgement


def check_problem(text: str) -> None:
    mark = text.startswith("\ufeff")
    problem = syntax_problem(parse(text))
    try:
        tomli.loads(text[mark:])
    except tomli.TOMLDecodeError as error:
        assert problem is not None
        if problem.message in (
            "The string is not closed",
            "The file has an unresolved merge conflict",
        ):
            return  # in plain words, at the string or the marker
        assert problem.message == error.msg
        lines = text.replace("\r\n", "\n").split("\n")
        place = tuple(problem.span)
        column = error.colno - 1 + (mark and error.lineno == 1)
        before = sum(len(line) + 1 for line in text.split("\n")[: error.lineno - 1])
        expected = min(before + column, len(text))
        if column < len(lines[error.lineno - 1]) and text[expected] != "\r":
            assert place == (expected, expected + 1)
        else:  # a line's end has nothing to underline: the character before it is taken
            assert place in ((expected - 1, expected), (expected, expected))
    else:
        assert problem is None


@given(ANY_TEXT)
@LAW
def test_there_is_a_problem_where_tomli_finds_one_and_only_then(text: str) -> None:
    check_problem(text)


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        ("a = 1 b", "b"),
        ("a = ", " "),
        ("a = \nb = 1", " "),
        ("a = 1\r\nb = \r\n", " "),
        ("\ufeffa = 1 b", "b"),
        ("\ufeffa = 1\n\nb = @", "@"),
        ("\r\n\r\n😀", "😀"),
        ("[a]\n[a]", "]"),
        ("a = 'x\n", "'x"),
        ("=", "="),
        ("a = 1\ra = 2", "1"),
    ],
)
def test_a_problem_underlines_one_character_or_none_at_an_empty_line(
    text: str, underlined: str
) -> None:
    problem = syntax_problem(parse(text))
    assert problem is not None
    check_problem(text)
    shown = text[slice(*problem.span)]
    assert shown == underlined


def test_a_number_with_too_many_digits_is_a_problem() -> None:
    problem = syntax_problem(parse("a = " + "9" * 5000))
    assert problem is not None
    assert problem.span == (0, 1)


# ------------------------------------------------------------------------------------- depth, size

DEEP = {
    "arrays": "a = " + "[" * 10_000,
    "arrays, closed": "a = " + "[" * 10_000 + "]" * 10_000,
    "arrays on lines": "a = " + "[\n" * 10_000 + "]\n" * 10_000,
    "arrays in lines that look like headers": "a = [" + "\n[x]\n," * 10_000,
    "inline tables": "a = " + "{a=" * 10_000,
    "inline tables, closed": "a = " + "{a=" * 10_000 + "1" + "}" * 10_000,
    "inline tables on lines": "a = {\n" * 10_000,
    "arrays and inline tables": "a = " + "[{a=" * 10_000,
    "inline tables of dotted keys": "a = " + "{a.b.c.d=" * 10_000,
    "a dotted key": "a." * 10_000 + "b = 1",
    "a dotted key without value": "a." * 10_000,
    "a header": "[" + "a." * 10_000 + "b]\nc = 1",
    "a header of an array": "[[" + "a." * 10_000 + "b]]\nc = [[[]]]",
    "brackets": "[" * 10_000,
    "braces": "{" * 10_000,
    "quotes": '"' * 10_000,
    "multi-line strings": 'a = """\\' * 10_000,
    "backslashes": 'a = "' + "\\" * 10_001,
    "commas": "a = [" + "," * 10_000 + "]",
    "comments": "# a\n" * 10_000,
    "a long string": 'a = """' + 'x\\"""\n' * 10_000 + '"""',
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_depth_and_length_are_no_danger(text: str) -> None:
    tree = parse(text)
    check_tree(tree)
    tree.value()
    assert sum(1 for _ in tree.walk()) < 20_000
    for offset in (0, 5, len(text) // 2, len(text)):
        locate(tree, offset)


@pytest.mark.parametrize(
    "name", ["arrays", "inline tables", "a dotted key", "a header", "brackets"]
)
def test_what_is_too_deep_for_tomli_is_a_problem(name: str) -> None:
    assert syntax_problem(parse(DEEP[name])) is not None


def test_what_uv_reads_is_not_too_deep() -> None:
    depth = MAXIMUM_DEPTH - 2
    text = "a = " + "[" * depth + "1" + "]" * depth
    assert parse(text).value() == tomli.loads(text)


def test_behind_what_is_too_deep_the_text_is_read() -> None:
    tree = parse("a = " + "[" * 1000 + "\nb = 1\n" + "c." * 1000 + "d = 2\n[e]\nf = 3\n")
    assert tree.root.get("b") is not None
    assert tree.value()["e"] == {"f": 3}
