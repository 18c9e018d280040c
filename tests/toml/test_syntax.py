"""What our reader proves to be sound, tomli finds sound: the judge's short way gives its verdict."""

from __future__ import annotations

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as some

from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import remainder, syntax_problem

FLAG = "x = { workspace = true }\n"
ITEMS = '["a", "b",\n  "c",\n]'

PIECES = (
    FLAG,
    "y = { workspace = true }\n",
    "z={e=false}",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "[t]\n",
    "[t.x]\n",
    "[t.x.workspace]\n",
    "[[t.x]]\n",
    "[[t]]\n",
    "[u]",
    "x.more = 1\n",
    "x.workspace.more = 1\n",
    "x = 1\n",
    f"a = {ITEMS}\n",
    f"b = [{ITEMS}, {ITEMS}]\n",
    f"c = {{ d = {ITEMS} }}\n",
    f"c = {{ d = {ITEMS},\n e = 1 }}\n",
    "a = [\n",
    '"k" = ',
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    ".",
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    "#",
    '"s"',
    '"s",',
    '"\x01",',
    '"\ttab",',
    '"\x7f",',
    '"\\u0041",',
    '"é😀\u2028",',
    "\ufeff",
    "1",
    "true",
    "word",
)


@pytest.mark.parametrize(
    "text",
    [
        f"a = [\n{FLAG}]\n",
        f"\r{FLAG}",
        f"[t]\n{FLAG}{FLAG}",
        f"[t]\n{FLAG}[t.x]\n",
        f"[t]\n{FLAG}[t.x.y]\n",
        f"[t.x]\n[t]\n{FLAG}",
        f"[t]\n{FLAG}x.y = 1\n",
        "a = ['b' \"c\",]",
        'a = ["b"\r"c",\r]',
        'a = ["b",, "c"]',
        'a = ["b\x00", "c",]',
    ],
)
def test_a_mistake_among_proven_parts_is_found(text: str) -> None:
    with pytest.raises(tomli.TOMLDecodeError):
        tomli.loads(text)
    padded = "p = [" + '"q", ' * 200 + "]\n" + text
    assert syntax_problem(parse(padded)) is not None


def test_of_a_large_root_little_is_left_to_read() -> None:
    members = "".join(f"m{index} = {{ workspace = true }}\n" for index in range(100))
    names = "".join(f'  "m{index}",\n' for index in range(100))
    text = f"[tool.uv.sources]\n{members}\n[tool.ws-lsp]\ndefault-packages = [\n{names}]\n"
    rest = remainder(parse(text))
    assert rest.split() == ["[tool.uv.sources]", "[tool.ws-lsp]", "default-packages", "=", "[]"]
    assert syntax_problem(parse(text)) is None


@given(some.lists(some.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_left_is_sound_only_if_the_whole_is(text: str) -> None:
    assert sound(remainder(parse(text))) <= sound(text)


@given(some.lists(some.sampled_from(PIECES[:25]), max_size=14).map("".join))
def test_what_is_left_of_a_sound_text_is_sound(text: str) -> None:
    if sound(text):
        assert sound(remainder(parse(text)))


@given(some.lists(some.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_certain_is_sound(text: str) -> None:
    if parse(text).certain:
        assert sound(text)


MANIFEST = """\
# A member
[project]
name = "alpha"  # as in the index
version = "1"
dependencies = ["beta", "sniffio>=1",
  # with a comment
]
authors = [{ name = "A", email = 'a"@example.org' }]

[tool.uv]
package = false
line-length = 120
words = [0, true, '']

[tool.uv.sources]
beta = { workspace = true }
gamma = { path = "../gamma", editable = true }

[tool]
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_most_manifests_are_certain(newline: str) -> None:
    assert parse(MANIFEST.replace("\n", newline)).certain


@pytest.mark.parametrize(
    "line",
    [
        "[project]",
        'name = "beta"',
        "[project.name]",
        "[tool.uv.sources.beta]",
        "[tool.uv.sources.beta.workspace]",
        "[project.authors]",
        "[[project.authors]]",
        "tool.uv.package = true",
        'a = "\x01"',
        "# \x7f",
        "a = true # \x00",
        "a = [ # \x0b\n]",
        "a = true b",
        "a = True",
        'a = "b" "c"',
        "a = 01",
        "a = 1_",
        "a = +-1",
        "a = 1 2",
        "a = 'b\x02'",
        "a = ''' b'",
        "a = 'b''c'",
        "a = [true true]",
        "a = { b = true c = true }",
        "a = { b = true, b = true }",
        "a =",
        "a",
        "[b] c = true",
        "\ufeff",
        "a = true\rb = true",
        "\r# a",
    ],
)
@pytest.mark.parametrize("around", ["{manifest}{line}\n", "{line}\n{manifest}"])
def test_one_line_that_is_not_sound_makes_a_text_uncertain(around: str, line: str) -> None:
    text = around.format(manifest=MANIFEST, line=line)
    assert sound(text) or not parse(text).certain


def sound(text: str) -> bool:
    try:
        tomli.loads(text.removeprefix("\ufeff"))
    except tomli.TOMLDecodeError:
        return False
    return True
