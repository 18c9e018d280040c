"""The walk that tells what the schema knows of the place at a path, such as that of a cursor."""

from __future__ import annotations

from collections.abc import Iterable

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.schema.shapes import Choice, Key, Keys, ListOf, MapOf, Role, Shape, alternatives
from ws_lsp.toml.cursor import Part

__all__ = ["Described", "described"]


class Described(NamedTuple):
    """What the schema knows of a place.

    `shapes` are those that a value there may have, choices taken apart. `key` is the last key on the
    way that the schema knows, `name` its text. `names` are the keys on the way that are names, by what
    they do.
    """

    shapes: tuple[Shape, ...]
    key: Key | None = None
    name: str = ""
    names: tuple[tuple[Role, str], ...] = ()
    top: Key | None = None
    """The first key on the way: a table at the top of the file."""
    root_only: bool = False
    """Whether a key on the way counts in the root alone."""

    @property
    def keys(self) -> Keys | None:
        """The known keys of a table here."""
        return next((one for one in self.shapes if isinstance(one, Keys)), None)

    @property
    def map(self) -> MapOf | None:
        """The table here whose keys are the user's."""
        return next((one for one in self.shapes if isinstance(one, MapOf)), None)

    @property
    def items(self) -> tuple[Shape, ...]:
        """The shapes that an item of an array here may have."""
        return _items(self.shapes)


def described(document: Keys, path: Iterable[Part]) -> Described | None:
    """Return what the schema of a document knows of the value at a path, None where it knows nothing.

    The name of an array of tables may stand without an index, as it does in a header.
    """
    shapes: tuple[Shape, ...] = (document,)
    key: Key | None = None
    top: Key | None = None
    name, root_only = "", False
    names: tuple[tuple[Role, str], ...] = ()
    for part in path:
        steps = _steps(shapes, part) or _steps(_items(shapes), part)
        if not steps:
            return None
        found: list[Shape] = []
        for one, below in steps:
            if isinstance(one, Key):
                key, name, top = one, str(part), top or one
                root_only = root_only or one.root_only
            elif isinstance(one, MapOf):
                names = (*names, (one.name.role, str(part)))
            found += alternatives(below) if isinstance(below, Choice) else (below,)
        shapes = tuple(found)
    return Described(shapes, key, name, names, top, root_only)


def _items(shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return the shapes that an item of an array of these shapes may have."""
    return tuple(
        [inner for one in shapes if isinstance(one, ListOf) for inner in alternatives(one.item)]
    )


def _steps(shapes: tuple[Shape, ...], part: Part) -> list[tuple[Key | MapOf | ListOf, Shape]]:
    """Return what leads one step below a place that may have these shapes, and the shapes there."""
    found: list[tuple[Key | MapOf | ListOf, Shape]] = []
    for one in shapes:
        if isinstance(one, ListOf) and isinstance(part, int):
            found.append((one, one.item))
        elif isinstance(one, Keys) and (key := one.find(str(part))) is not None:
            found.append((key, key.shape))
        elif isinstance(one, MapOf) and isinstance(part, str):
            found.append((one, one.value))
    return found
