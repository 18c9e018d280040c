"""The walk that tells what the schema knows of the place at a path, such as that of a cursor."""

from __future__ import annotations

from collections.abc import Iterable

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.schema.shapes import Key, Keys, ListOf, MapOf, Role, Shape, alternatives
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
        return tuple(
            inner
            for one in self.shapes
            if isinstance(one, ListOf)
            for inner in alternatives(one.item)
        )


def described(document: Keys, path: Iterable[Part]) -> Described | None:
    """Return what the schema of a document knows of the value at a path, None where it knows nothing.

    The name of an array of tables may stand without an index, as it does in a header.
    """
    at = Described((document,))
    for part in path:
        below = _step(at, part, at.shapes) or _step(at, part, at.items)
        if below is None:
            return None
        at = below
    return at


def _step(at: Described, part: Part, shapes: tuple[Shape, ...]) -> Described | None:
    """Return what the schema knows one step below a place that may have these shapes."""
    found: list[Shape] = []
    for one in shapes:
        if isinstance(one, ListOf) and isinstance(part, int):
            found += alternatives(one.item)
        elif isinstance(one, Keys) and (key := one.find(str(part))) is not None:
            only = at.root_only or key.root_only
            at = at._replace(key=key, name=str(part), top=at.top or key, root_only=only)
            found += alternatives(key.shape)
        elif isinstance(one, MapOf) and isinstance(part, str):
            at = at._replace(names=(*at.names, (one.name.role, part)))
            found += alternatives(one.value)
    return at._replace(shapes=tuple(found)) if found else None
