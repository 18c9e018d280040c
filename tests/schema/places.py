"""Texts made from the schema: one for each key, and one for each place where a name can stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ws_lsp.schema.pyproject import PYPROJECT
from ws_lsp.schema.shapes import (
    Flag,
    Integer,
    Key,
    Keys,
    ListOf,
    MapOf,
    Shape,
    Text,
    alternatives,
)
from ws_lsp.schema.tool_uv import UV_TOML

TEXT = Text()

__all__ = ["NAME", "Spelled", "names", "spelled"]

NAME = "acme-core"
"""A name that stands where a key, or a string, is one."""


class Spelled(NamedTuple):
    """A place: `before` is the text up to it, `after` what closes it, `path` what tests are called by."""

    path: str
    before: str
    after: str
    key: Key
    in_uv_toml: bool

    @property
    def file(self) -> str:
        return "/uv.toml" if self.in_uv_toml else "/pyproject.toml"


def spelled() -> Iterator[tuple[str, Spelled]]:
    """Yield every key of both files, and the place where it stands; the text ends in front of it."""
    for document, in_uv_toml in ((PYPROJECT, False), (UV_TOML, True)):
        yield from _keys(document, Spelled("", "", "", Key(document, ""), in_uv_toml))


def _keys(shape: Shape, at: Spelled) -> Iterator[tuple[str, Spelled]]:
    for one in alternatives(shape):
        if isinstance(one, Keys):
            for text, key in one.keys.items():
                yield text, at._replace(path=f"{at.path}.{text}".strip("."), key=key)
                yield from _below(key.shape, text, at)
        elif isinstance(one, MapOf):
            yield from _below(one.value, NAME, at)


def _below(shape: Shape, text: str, at: Spelled) -> Iterator[tuple[str, Spelled]]:
    """Yield the keys below one: of a table behind a dot, of the tables of a list in braces."""
    path = f"{at.path}.{'*' if text == NAME else text}".strip(".")
    for one in alternatives(shape):
        if isinstance(one, Keys | MapOf):
            yield from _keys(one, at._replace(path=path, before=f"{at.before}{text}."))
        brackets, item = 0, one
        while isinstance(item, ListOf):
            brackets += 1
            item = next((it for it in alternatives(item.item) if not isinstance(it, Text)), TEXT)
        if brackets and isinstance(item, Keys | MapOf):
            opened, closed = "[" * brackets, "]" * brackets
            before = f"{at.before}{text} = {opened}{{ "
            inner = at._replace(path=path, before=before, after=f" }}{closed}{at.after}")
            yield from _keys(item, inner)


def names() -> Iterator[tuple[Text, Spelled]]:
    """Yield every place where a string or a key may be a name; the text ends in front of the quotes."""
    for text, at in spelled():
        yield from _names(at.key.shape, at._replace(before=f"{at.before}{text} = "))


def _names(shape: Shape, at: Spelled) -> Iterator[tuple[Text, Spelled]]:
    for one in alternatives(shape):
        if isinstance(one, Text):
            yield one, at
        elif isinstance(one, ListOf):
            yield from _names(one.item, at._replace(before=f"{at.before}[", after=f"]{at.after}"))
        elif isinstance(one, MapOf):
            dotted = at.before.removesuffix(" = ") + "."
            after = f" = {_value(one.value)}{at.after}"
            yield one.name, at._replace(path=f"{at.path}.*", before=dotted, after=after)
            inside = at._replace(path=f"{at.path}.*", before=f"{dotted}{NAME} = ")
            yield from _names(one.value, inside)


def _value(shape: Shape) -> str:
    match next(alternatives(shape)):
        case Flag(words=words):
            return words[0]
        case Integer():
            return "1"
        case ListOf():
            return "[]"
        case Keys() | MapOf():
            return "{}"
        case _:
            return '""'
