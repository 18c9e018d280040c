"""Hypothesis strategies: valid TOML in many spellings, and what becomes of it while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

LAW = settings(max_examples=60, deadline=None, print_blob=True, database=None)
"""How hard a law is tried."""

SCALARS = (
    *(
        "true",
        "false",
        "0",
        "+0",
        "-17",
        "1_000",
        "0xDEAD_beef",
        "0o755",
        "0b1101",
        "99999999999999",
    ),
    *(
        "1.0",
        "-0.0",
        "+1.5",
        "1e5",
        "1E+5",
        "6.626e-34",
        "9_224.617_445",
        "inf",
        "-inf",
        "+nan",
        "nan",
    ),
    *("1979-05-27", "07:32:00", "07:32", "07:32:00.5", "00:32:00.999999"),
    *("1979-05-27T07:32:00Z", "1979-05-27t07:32z", "1979-05-27 07:32:00", "1979-05-27 07:32"),
    *("1979-05-27 00:32:00.999999-07:00", "1979-05-27T07:32+23:59"),
)
NAMES = (
    *(
        "a",
        "b",
        "c",
        "name",
        "tool",
        "uv",
        "a-b",
        "1",
        "1_0",
        "true",
        "",
        "é",
        "a.b",
        "x y",
        "#",
        "=",
    ),
    *("[k]", "it's", 'say "a"', "back\\slash", "tab\t", "\u2028", "😀", "inf", "1979-05-27"),
)

_PLAIN = (
    "a",
    "B",
    " ",
    "é",
    "😀",
    "#",
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\u2028",
    "\x85",
    "\t",
    "requests>=2",
)
_LITERAL = (*_PLAIN, '"', "\\", "\\u00e9")
_ESCAPES = (
    '\\"',
    "\\\\",
    "\\e",
    "\\x41",
    "\\u00e9",
    "\\U0001F600",
    "\\n",
    "\\r",
    "\\t",
    "\\b",
    "\\f",
)
_BASIC = (*_PLAIN, *_ESCAPES, "'")
_FOLDED = ("\\\n", "\\\n   ", "\\ \t\n\n  \t")
_SPACES = ("", "", "", " ", "  ", "\t")
_COMMENTS = ("#", "# a comment", "# it's [not] = { a, \"string", "#\té😀 '''")
_BARE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class Writer:
    """Writes one valid document; every choice is drawn."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def one(self, choices: tuple[str, ...]) -> str:
        chosen: str = self.draw(st.sampled_from(choices))
        return chosen

    def flag(self) -> bool:
        return bool(self.draw(st.booleans()))

    def number(self, most: int) -> int:
        return int(self.draw(st.integers(0, most)))

    def join(self, choices: tuple[str, ...], most: int = 5) -> str:
        return "".join(self.draw(st.lists(st.sampled_from(choices), max_size=most)))

    # ------------------------------------------------------------------ small pieces

    def space(self) -> str:
        return self.one(_SPACES)

    def blank(self) -> str:
        """What may stand between the parts of an array or of an inline table."""
        written = self.space()
        for _ in range(self.draw(st.sampled_from((0, 0, 0, 1, 2)))):
            comment = self.one(_COMMENTS) if self.flag() else ""
            written += f"{comment}\n{self.space()}"
        return written

    def line_end(self) -> str:
        comment = self.one(_COMMENTS) if self.number(3) == 0 else ""
        return f"{self.space()}{comment}\n" + "\n" * (self.number(4) == 0)

    def names(self, most: int) -> list[str]:
        drawn: list[str] = self.draw(st.lists(st.sampled_from(NAMES), max_size=most, unique=True))
        return drawn

    def key(self, name: str) -> str:
        spellings = ['"' + "".join(self.key_character(character) for character in name) + '"']
        if name and set(name) <= _BARE:
            spellings = [name, name, *spellings]
        if "'" not in name:
            spellings.append(f"'{name}'")
        return self.one(tuple(spellings))

    def key_character(self, character: str) -> str:
        if character in '"\\' or self.number(9) == 0:
            return (
                f"\\U{ord(character):08X}" if ord(character) > 0xFF else f"\\x{ord(character):02x}"
            )
        return character

    def dotted(self, names: tuple[str, ...]) -> str:
        return ".".join(f"{self.space()}{self.key(name)}{self.space()}" for name in names)

    # ------------------------------------------------------------------------ values

    def value(self, depth: int) -> str:
        kind = self.number(9)
        if kind == 0 and depth:
            return self.inline_table(depth - 1)
        if kind == 1 and depth:
            return self.array(depth - 1)
        return self.one(SCALARS) if kind < 4 else self.string()

    def string(self) -> str:
        kind = self.number(5)
        if kind == 0:
            return f"'{self.join(_LITERAL)}'"
        if kind == 1:
            return self.multi_line("'", (*_LITERAL, "\n", "'a", "''a"))
        if kind == 2:
            return self.multi_line('"', (*_BASIC, *_FOLDED, "\n", '"a', '""a'))
        return f'"{self.join(_BASIC)}"'

    def multi_line(self, quote: str, choices: tuple[str, ...]) -> str:
        first = "\n" * self.number(1)
        last = quote * self.number(2)
        return f"{quote * 3}{first}{self.join(choices)}{last}{quote * 3}"

    def array(self, depth: int) -> str:
        return self.list("[]", [self.value(depth) for _ in range(self.number(3))])

    def inline_table(self, depth: int) -> str:
        parts: list[str] = []
        for name in self.names(3):
            if self.number(3):
                parts.append(f"{self.dotted((name,))}={self.space()}{self.value(depth)}")
            else:
                parts += [
                    f"{self.dotted((name, inner))}={self.space()}{self.value(depth)}"
                    for inner in self.names(2)
                ]
        return self.list("{}", parts)

    def list(self, brackets: str, parts: list[str]) -> str:
        one_line = self.flag()
        between = self.space if one_line else self.blank
        written = ",".join(f"{between()}{part}{between()}" for part in parts)
        trailing = "," if parts and self.number(2) == 0 else ""
        return f"{brackets[0]}{written}{trailing}{between()}{brackets[1]}"

    # ---------------------------------------------------------------------- sections

    def statement(self, names: tuple[str, ...]) -> str:
        return f"{self.dotted(names)}={self.space()}{self.value(2)}{self.line_end()}"

    def section(self, path: tuple[str, ...], depth: int) -> str:
        """The statements of the table at `path`, and the sections below it."""
        statements: list[str] = []
        sections: list[str] = []
        for name in self.names(4):
            kind = self.number(5)
            if kind == 0:
                statements += [self.statement((name, inner)) for inner in self.names(3)]
            elif kind == 1:
                statements += [self.statement((name, "p", inner)) for inner in self.names(2)]
            elif kind == 2 and depth:
                sections.append(self.table((*path, name), depth - 1))
            elif kind == 3 and depth:
                sections += [
                    self.table((*path, name), depth - 1, "[[", "]]") for _ in range(self.number(2))
                ]
            else:
                statements.append(self.statement((name,)))
        return "".join(statements + sections)

    def table(
        self, path: tuple[str, ...], depth: int, opening: str = "[", closing: str = "]"
    ) -> str:
        header = f"{self.space()}{opening}{self.dotted(path)}{closing}{self.line_end()}"
        body = self.section(path, depth)
        if opening == "[" and body.lstrip(" \t").startswith("[") and self.flag():
            return body  # implied by the headers below it
        return header + body


@st.composite
def documents(draw: Callable[[st.SearchStrategy[Any]], Any], array: bool = False) -> str:
    """Valid documents; with `array` one is the value of the first key, `array`."""
    writer = Writer(draw)
    comment = writer.one(_COMMENTS) + "\n" if writer.number(3) == 0 else ""
    first = f"array = {writer.array(2)}{writer.line_end()}" if array else ""
    text = comment + first + writer.section((), 2)
    if writer.number(3) == 0:
        text = text.rstrip("\n")
    if writer.number(3) == 0:
        text = text.replace("\n", "\r\n")
    return "\ufeff" * (writer.number(5) == 0) + text


_SNIPPETS = (
    *"[]{}\"'=.,#\\ \t\n\r\ufeff\u2028\x85\x00é😀a1_-T:+",
    *(
        "[[",
        "]]",
        '"""',
        "'''",
        "\r\n",
        "[a]",
        "[[a]]",
        "[a.b]",
        "a = 1",
        "b = [",
        "c = {",
        "a.b = ",
    ),
    *(
        '"a" = "b"\n',
        "\\u00",
        "\\U0011FFFF",
        "\\x4",
        "1979-05-27 ",
        "07:32",
        "true",
        "0x",
        "inf",
        "\n\n",
    ),
)


def texts() -> st.SearchStrategy[str]:
    """Anything that looks like TOML from afar."""
    return st.lists(st.sampled_from(_SNIPPETS), max_size=25).map("".join)


@st.composite
def damaged(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """Valid documents of which a piece is cut out, or into which something is typed."""
    text = draw(documents())
    start = draw(st.integers(0, len(text)))
    end = draw(st.sampled_from((start, start + 1, start + 5, start + 40, len(text))))
    return str(text[:start] + draw(texts().map(lambda typed: typed[:6])) + text[end:])
