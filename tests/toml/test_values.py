"""The values of a tree are tomli's."""

from __future__ import annotations

from typing import Any

import pytest
import tomli
from hypothesis import given

from toml.documents import LAW, SCALARS, documents, texts
from ws_lsp.toml.parser import parse
from ws_lsp.toml.tree import Array, Scalar, String, Table


def typed(value: Any) -> Any:
    """Return a value such that `==` tells 1 from 1.0 and True, -0.0 from 0.0, and nan is itself."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return type(value).__name__, repr(value)


def expected(text: str) -> dict[str, Any]:
    return tomli.loads(text.removeprefix("\ufeff"))


@given(documents())
@LAW
def test_the_values_of_a_valid_document_are_those_of_tomli(text: str) -> None:
    assert typed(parse(text).value()) == typed(expected(text))


@given(texts())
@LAW
def test_the_values_are_those_of_tomli_whenever_it_accepts_a_text(text: str) -> None:
    try:
        value = expected(text)
    except tomli.TOMLDecodeError:
        return
    assert typed(parse(text).value()) == typed(value)


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_bare_word_has_the_value_of_tomli_in_every_place(scalar: str) -> None:
    text = (
        f"a = {scalar}\nb = [{scalar}, {scalar}#\n,\n{scalar}]\nc = {{d={scalar}, e = {scalar}}}\n"
    )
    assert typed(parse(text).value()) == typed(expected(text))


VALID = {
    "nothing": "",
    "a byte order mark alone": "\ufeff",
    "blank lines and comments": "\n # one\n\t\n#two",
    "no line break at the end": "a = 1",
    "no space around the equals sign": "a=1",
    "bare keys of every kind of character": "bare_key = 1\nbare-key = 2\n1234 = 3\n- = 4\n_ = 5",
    "quoted keys": '"127.0.0.1" = 1\n\'quoted "value"\' = 2\n"" = 3\n\'\\\' = 4',
    "keys with escapes": '"\\u0061\\x62\\e\\"" = 1',
    "a quoted key that equals a bare one elsewhere": '"a".b = 1\na.c = 2\n\'a\'."d" = 3',
    "keys that look like numbers and dates": "3.14159 = 'pi'\n1979-05-27 = 1\ntrue = 2",
    "white space around dots": "a . b\t.\tc = 1\n[ x . y ]\nz = 2",
    "dotted keys out of order": "a.x = 1\nb.x = 2\na.y = 3\nb.y = 4",
    "a header of a dotted table's sub-table": "[fruit]\napple.color = 1\n[fruit.apple.taste]\nsweet = true",
    "a super-table behind its sub-table": "[a.b]\nc = 1\n[a]\nd = 2",
    "a super-table behind an array of tables": "[[a.b]]\nc = 1\n[a]\nd = 2",
    "headers with quoted names": "[a.\"b.c\".'d']\ne = 1",
    "headers with a comment behind": "[a] # [b]\nc = 1\n[[d]]# e\n",
    "an indented header": "  [a]\n\tb = 1",
    "tables without entries": "[a]\n[b]\n[c.d]",
    "arrays of tables": "[[a]]\nb = 1\n[[a]]\n[[a]]\nb = 3",
    "tables of an array's last table": "[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2",
    "arrays of tables in arrays of tables": "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\n[[a]]\n[[a.b]]\nc = 3",
    "array with comments everywhere": "a = [ # 1\n # 2\n 1 # 3\n , # 4\n 2, # 5\n # 6\n]",
    "arrays of arrays": "a = [[1, 2], ['a'], [[]], []]",
    "arrays of arrays that look like headers": "a = [\n[1],\n[2]\n]\nb = 1",
    "arrays of arrays of bare-looking words": "a = [\n  [true],\n  [inf]\n]\n[b]\nc = 1",
    "arrays of arrays that look like arrays of tables": "a = [\n[[1]],\n[[true]]\n]",
    "arrays of inline tables over several lines": "a = [\n{b = 1},\n{\nc = 2\n},\n]",
    "arrays of different kinds": "a = [1, 1.0, 'a', true, [1], {b = 1}, 1979-05-27]",
    "inline tables": 'a = {}\nb = { }\nc = {d = 1, e.f = 2, "g h" = {i = []}}',
    "inline tables over several lines (1.1)": "a = {\n  b = 1, # one\n  # two\n  c.d = 2,\n}\ne = 1",
    "a trailing comma in an inline table (1.1)": "a = { b = 1, }",
    "an inline table whose values span lines": "a = { b = [\n1,\n2 ], c = '''\nd''' }",
    "nested inline tables over several lines": "a = { b = {\n c = {\n d = 1\n}\n}\n}\ne = 2",
    "an inline table over lines that look like statements": "a = {\nb = 1,\nc = [\n[1],\n]\n}\nd = 1",
    "escapes": r'a = "\b\t\n\f\r\e\"\\\u00E9\U0001F600\x7f\x00"',
    "no escapes in literal strings": r"""a = 'C:\Users\"x"\u0041'""",
    "empty strings": "a = \"\"\nb = ''\nc = \"\"\"\"\"\"\nd = ''''''",
    "quotes at the end of multi-line strings": 'a = """a"""""\nb = \'\'\'b\'\'\'\'\'\nc = """"""""',
    "quotes at the beginning of multi-line strings": 'a = """"a"""\nb = """""a"""\nc = \'\'\'\'\'c\'\'\'',
    "one and two quotes in multi-line strings": 'a = """x"y""z""\\"""""\nb = \'\'\'x\'y\'\'z\'\'\'',
    "the other quotes in multi-line strings": "a = \"\"\"'''\"\"\"\nb = '''\"\"\"'''",
    "the first line break of multi-line strings": "a = \"\"\"\nb\"\"\"\nc = '''\n\nd'''",
    "line-ending backslashes": 'a = """a \\\n   b\\  \n\n\t c\\\\\nd"""\ne = """\\\n"""',
    "a multi-line string that looks like TOML": 'a = """\n[b]\nc = 1\n"""\nd = """#"""',
    "CRLF": 'a = 1\r\n[b]\r\nc = """\r\nd\\\r\n  e\r\n"""\r\nf = [\r\n1,\r\n]\r\n',
    "CRLF behind a comment and a header": "# a\r\n[b] # c\r\nd = 1 # e\r\n",
    "U+2028 and others are no line breaks": "a = 'x\u2028y' # \x85 b = 2\nc = \"\u2029\"",
    "dates with a space": "a = 1979-05-27 07:32:00Z\nb = [1979-05-27 07:32, 1979-05-27 ]\nc = 1979-05-27 # 07:32",
    "times without seconds (1.1)": "a = 07:32\nb = 1979-05-27T07:32\nc = 1979-05-27 07:32-07:00",
    "white space at line ends": "a = 1 \t\n[b]\t \nc = [ ] \t\n",
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_valid_toml_is_read_as_tomli_reads_it(text: str) -> None:
    assert typed(parse(text).value()) == typed(expected(text))


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_valid_toml_is_read_the_same_with_other_line_endings(text: str) -> None:
    other = text.replace("\r\n", "\n").replace("\n", "\r\n")
    assert typed(parse(other).value()) == typed(expected(other))


def test_bare_words_that_are_no_values_are_none() -> None:
    tree = parse("a = yes\nb = 0777\nc = 1__0\nd = 2024-13-01\ne = " + "9" * 5000)
    assert tree.value() == dict.fromkeys("abcde")
    assert all(isinstance(entry.value, Scalar) for entry in tree.walk())


def test_a_string_knows_its_quotes_and_what_is_between_them() -> None:
    text = 'a = "x"\nb = \'y\'\nc = """z"""\nd = "open'
    nodes = [entry.value for entry in parse(text).walk()]
    strings = [node for node in nodes if isinstance(node, String)]
    assert [node.quote for node in strings] == ['"', "'", '"""', '"']
    assert [text[slice(*node.inner)] for node in strings] == ["x", "y", "z", "open"]
    assert [node.closed for node in strings] == [True, True, True, False]


def test_the_first_definition_counts_and_later_ones_are_duplicates() -> None:
    tree = parse("[a]\nb = 1\nb = 2\n[a.b]\nc = 3\n[a]\nd = 4")
    assert tree.value() == {"a": {"b": 1, "d": 4}}
    table = tree.root.table("a")
    assert table is not None
    assert [entry.key.text for entry in table.duplicates] == ["b", "b"]
    assert len(table.headers) == 2


def test_lookups_find_values_tables_and_entries_and_nothing_else() -> None:
    root = parse("a.b = 1\nc = [{d = 1}]\n[e]\n").root
    assert isinstance(root.get("a", "b"), Scalar)
    assert isinstance(root.get("c"), Array)
    assert isinstance(root.table("a"), Table)
    assert root.table("a", "b") is None
    assert root.get("a", "b", "c") is None
    assert root.get("c", "d") is None
    assert root.get("nothing") is None
    entry = root.entry("e")
    assert entry is not None
    assert entry.statement is None
