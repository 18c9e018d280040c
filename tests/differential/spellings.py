"""Documents as plain data, and their spellings in TOML: the usual one, and any of those that TOML has."""

from __future__ import annotations

import datetime
import json
import random
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

__all__ = ["Document", "spelt", "written"]

Document: TypeAlias = dict[str, Any]

# ---------------------------------------------------------------------- one spelling

_BARE = re.compile(r"[-_A-Za-z0-9]+\Z")


def written(document: Document) -> str:
    """Return a document in the usual spelling: headers, and inline tables in arrays and sources."""
    return "".join(_sections(document, ())).lstrip("\n")


def _sections(table: Document, path: tuple[str, ...]) -> Iterator[str]:
    below = {key: value for key, value in table.items() if _has_header(path, key, value)}
    lines = [f"{_key(key)} = {_value(value)}\n" for key, value in table.items() if key not in below]
    if path and (lines or not below):
        yield f"\n[{'.'.join(map(_key, path))}]\n"
    yield from lines
    for key, value in below.items():
        inner = (*path, key)
        if isinstance(value, dict):
            yield from _sections(value, inner)
            continue
        for item in value:
            yield f"\n[[{'.'.join(map(_key, inner))}]]\n"
            yield from (f"{_key(name)} = {_value(one)}\n" for name, one in item.items())


def _has_header(path: tuple[str, ...], key: str, value: Any) -> bool:
    if isinstance(value, dict):
        return path[-1:] != ("sources",)
    tables = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    return bool(tables) and key == "index"


def _key(name: str) -> str:
    return name if _BARE.match(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------------- any spelling

_ORDERLESS = frozenset({(), ("tool",), ("tool", "uv"), ("project",)})
"""Tables whose keys are words of uv's: their order means nothing. That of names does in messages."""


def spelt(document: Document, seed: int) -> str:
    """Return the same document in an odd spelling, a matter of chance."""
    return _Speller(random.Random(seed)).document(document)


class _Speller:
    """Writes a document; `random` decides all that TOML leaves open."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def document(self, document: Document) -> str:
        text = "".join(self.table(document, (), True))
        if self.often(3):
            text = text.replace("\n", "\r\n")
        return "\ufeff" * self.often(4) + text

    def often(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    def table(self, table: Document, path: tuple[str, ...], header: bool) -> list[str]:
        """Return the statements of a table below its header, then the sections below it."""
        lines: list[str] = []
        sections: list[list[str]] = []
        names = list(table)
        if path in _ORDERLESS:
            self.chance.shuffle(names)
        for name in names:
            value = table[name]
            inner = (*path, name)
            tables = isinstance(value, list) and value and all(isinstance(x, dict) for x in value)
            if isinstance(value, dict) and self.often(2):
                sections.append(self.table(value, inner, True))
            elif tables and self.often(2):
                sections.append([line for item in value for line in self.item(item, inner)])
            else:
                lines += [
                    f"{self.space()}{key} = {one}{self.end()}"
                    for key, one in self.statements(name, value)
                ]
        if path in _ORDERLESS:
            self.chance.shuffle(sections)
        implied = bool(sections) and not lines and self.often(2)
        if path and not implied:
            lines.insert(0, f"{self.blank()}{self.space()}[{self.dotted(path)}]{self.end()}")
        return [*lines, *(line for section in sections for line in section)]

    def item(self, item: Document, path: tuple[str, ...]) -> Iterator[str]:
        yield f"{self.blank()}[[{self.dotted(path)}]]{self.end()}"
        for name, value in item.items():
            for key, one in self.statements(name, value):
                yield f"{key} = {one}{self.end()}"

    def statements(self, name: str, value: Any) -> Iterator[tuple[str, str]]:
        """Yield `name = value`, or the dotted keys that say the same."""
        if isinstance(value, dict) and value and self.often(2):
            for inner, one in value.items():
                for key, text in self.statements(inner, one):
                    yield f"{self.key(name)}{self.space()}.{self.space()}{key}", text
        else:
            yield self.key(name), self.value(value)

    def value(self, value: Any) -> str:
        if isinstance(value, dict):
            parts = [
                f"{key} = {text}"
                for name, one in value.items()
                for key, text in self.statements(name, one)
            ]
            return self.listed("{}", parts)
        if isinstance(value, list):
            return self.listed("[]", [self.value(item) for item in value])
        return self.string(value) if isinstance(value, str) else _value(value)

    def listed(self, brackets: str, parts: list[str]) -> str:
        gap = self.chance.choice(("", " ", "\n    ", " # a comment\n  "))
        comma = "," if parts and self.often(3) else ""
        inner = ",".join(f"{gap}{part}{self.space()}" for part in parts)
        return f"{brackets[0]}{inner}{comma}{gap}{brackets[1]}"

    def string(self, text: str) -> str:
        plain = text.isprintable()
        kind = self.chance.randrange(6)
        if kind == 0 and plain and "'" not in text:
            return f"'{text}'"
        if kind == 1 and plain and "'" not in text:
            return f"'''{text}'''"
        if kind == 2 and text:
            at = self.chance.randrange(len(text))
            code = ord(text[at])
            escape = f"\\U{code:08X}" if code > 0xFFFF or self.often(2) else f"\\u{code:04x}"
            return f"{_value(text[:at])[:-1]}{escape}{_value(text[at + 1 :])[1:]}"
        return f'""{_value(text)}""' if kind == 3 else _value(text)

    def key(self, name: str) -> str:
        kind = self.chance.randrange(6)
        if kind == 0 and name.isprintable() and "'" not in name:
            return f"'{name}'"
        if kind == 1 and name:
            return f'"\\u{ord(name[0]):04x}{_value(name[1:])[1:]}'
        return _value(name) if kind == 2 else _key(name)

    def dotted(self, path: tuple[str, ...]) -> str:
        return ".".join(f"{self.space()}{self.key(name)}{self.space()}" for name in path)

    def space(self) -> str:
        return self.chance.choice(("", "", "", " ", "\t"))

    def blank(self) -> str:
        return self.chance.choice(("", "\n", "\n# a comment, é 😀\n"))

    def end(self) -> str:
        return self.chance.choice(("\n", "\n", "\n", " # a comment\n", "  \n\n"))
