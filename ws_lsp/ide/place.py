"""What the cursor is on, said once: every feature is a `match` on it."""

from __future__ import annotations

from typing import TypeAlias

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.places import described
from ws_lsp.schema.pyproject import PROJECT, PYPROJECT
from ws_lsp.schema.shapes import Holds, Key, Keys, MapOf, Role, Shape, Text
from ws_lsp.schema.tool_uv import UV_TOML
from ws_lsp.toml.cursor import Cursor, Part, Where, locate

__all__ = [
    "KeyPlace",
    "NamePlace",
    "Place",
    "ValuePlace",
    "is_about_project",
    "is_project_name",
    "place",
    "source_at",
]


class KeyPlace(NamedTuple):
    """On a key that the schema knows, or where one may begin: in `table`.

    `key` is what the schema says of the key at the cursor, None where it knows no such key.
    `section` is the table that the header above opens. `names` are the names on the way to the table, and
    `top` is the table at the top of the file that it lies in.
    """

    cursor: Cursor
    table: Keys
    key: Key | None
    section: Shape | None
    names: tuple[tuple[Role, str], ...]
    top: Key | None
    counts: bool
    """Whether the table has an effect in this file."""
    is_root: bool

    @property
    def path(self) -> tuple[str, ...]:
        """The path of the key at the cursor; empty where there is none."""
        return (*_texts(self.cursor.path), self.cursor.key.text) if self.cursor.key else ()

    @property
    def offered(self) -> dict[str, Key]:
        """The known keys of the table that count in this file."""
        return {
            text: key
            for text, key in self.table.keys.items()
            if self.counts and (self.is_root or not key.root_only)
        }


class NamePlace(NamedTuple):
    """On a key that is a name, or where one may begin: in `table`, which has the path `path`.

    `top` is the table at the top of the file that it lies in.
    """

    cursor: Cursor
    table: MapOf
    path: tuple[str, ...]
    key: Key | None
    """What the schema says of the table."""
    top: Key | None
    counts: bool
    """Whether the table has an effect in this file."""


class ValuePlace(NamedTuple):
    """In a value, or where one is due: one of `shapes`.

    In an array these are the shapes of an item. `key` is what the schema says of the last key on the way
    that it knows, `name` its text, and `names` are the keys on the way that are names.
    """

    cursor: Cursor
    shapes: tuple[Shape, ...]
    key: Key
    name: str
    names: tuple[tuple[Role, str], ...]
    counts: bool
    """Whether the value has an effect in this file."""
    is_root: bool

    @property
    def path(self) -> tuple[str, ...]:
        """The path of the key whose value it is."""
        return _texts(self.cursor.path)

    @property
    def texts(self) -> tuple[Text, ...]:
        """The shapes of the strings that may stand here."""
        return tuple(one for one in self.shapes if isinstance(one, Text))

    def holds(self, *some: Holds) -> bool:
        """Tell whether a string that holds one of these may stand here."""
        return any(one.holds in some for one in self.texts)

    def has(self, role: Role) -> bool:
        """Tell whether a name that does this may stand here."""
        return any(one.role is role for one in self.texts)


Place: TypeAlias = KeyPlace | NamePlace | ValuePlace


def source_at(at: Place) -> Name | None:
    """Return the package whose source a place is in, or whose key it is."""
    match at:
        case NamePlace(cursor=cursor, table=table):
            key = cursor.key
            return normalise(key.text) if key and table.name.role is Role.SOURCE else None
        case _:
            found = next((text for role, text in at.names if role is Role.SOURCE), None)
            return normalise(found) if found is not None else None


def is_about_project(at: Place) -> bool:
    """Tell whether a place is on `[project]` or in the name of the project."""
    match at:
        case ValuePlace():
            return is_project_name(at)
        case KeyPlace(key=key):
            return key is not None and key.shape is PROJECT
    return False


def is_project_name(at: Place) -> bool:
    """Tell whether a place is the value of `project.name`."""
    return isinstance(at, ValuePlace) and any(
        one.holds is Holds.PACKAGE and one.role is Role.DEFINITION for one in at.texts
    )


def place(snapshot: Snapshot, manifest: Manifest, offset: int) -> Place | None:
    """Return what stands at `offset` (code points) of a file, None where it is nothing of ours."""
    document = UV_TOML if manifest.is_settings else PYPROJECT
    cursor = locate(manifest.tree, offset)
    if cursor.where is Where.COMMENT:
        return None
    found = described(document, cursor.path)
    if found is None:
        return None
    is_root = manifest.is_settings or manifest.path == snapshot.workspace.path
    counts = is_root or not found.root_only
    if cursor.where in (Where.KEY, Where.HEADER):
        if found.map is not None:
            return NamePlace(cursor, found.map, _texts(cursor.path), found.key, found.top, counts)
        # the header of a list of tables has no index yet
        below = found.items if cursor.where is Where.HEADER else ()
        table = found.keys or next((one for one in below if isinstance(one, Keys)), None)
        if table is None:
            return None
        key = table.find(cursor.key.text) if cursor.key is not None else None
        opened = described(document, cursor.section.path)
        section = opened.shapes[0] if opened is not None else None
        return KeyPlace(cursor, table, key, section, found.names, found.top, counts, is_root)
    shapes = found.items if cursor.where is Where.ITEM else found.shapes
    if found.key is None or not shapes:
        return None
    return ValuePlace(cursor, shapes, found.key, found.name, found.names, counts, is_root)


def _texts(path: tuple[Part, ...]) -> tuple[str, ...]:
    return tuple(map(str, path))
