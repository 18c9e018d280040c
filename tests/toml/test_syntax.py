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
    assert rest.split() == ["[tool.uv.sources]", "[tool.ws-lsp]", "default-packages", "=", "[", "]"]
    assert syntax_problem(parse(text)) is None


@given(some.lists(some.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_left_is_sound_only_if_the_whole_is(text: str) -> None:
    assert sound(remainder(parse(text))) <= sound(text)


@given(some.lists(some.sampled_from(PIECES[:25]), max_size=14).map("".join))
def test_what_is_left_of_a_sound_text_is_sound(text: str) -> None:
    if sound(text):
        assert sound(remainder(parse(text)))


def sound(text: str) -> bool:
    try:
        tomli.loads(text.removeprefix("\ufeff"))
    except tomli.TOMLDecodeError:
        return False
    return True
