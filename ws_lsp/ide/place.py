"""What the cursor is on, said once: every feature is a `match` on it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TypeAlias

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.workspace_lists import WORKSPACE_TABLE
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DEFAULT_PACKAGES, SOURCES, Home
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.workspace import MANIFEST
from ws_lsp.toml.cursor import Cursor, Part, Where, locate
from ws_lsp.vfs import base_name

__all__ = [
    "DefaultPackagesPlace",
    "KeyPlace",
    "MemberPatternPlace",
    "NamePlace",
    "Place",
    "ProjectNamePlace",
    "RequirementPlace",
    "SourceKeyPlace",
    "ValuePlace",
    "WantedName",
    "place",
]


class WantedName(Enum):
    """What a string names."""

    GROUP = auto()
    """A dependency group of the file."""
    EXTRA = auto()
    """An extra of the file's project."""
    INDEX = auto()
    CONFLICT_PACKAGE = auto()
    CONFLICT_GROUP = auto()
    CONFLICT_EXTRA = auto()
    SEVERITY = auto()
    """The severity of a rule."""


class DefaultPackagesPlace(NamedTuple):
    """In the value of a `default-packages`: an entry, or where the value is due."""

    home: Home
    cursor: Cursor


class MemberPatternPlace(NamedTuple):
    """In an entry of `[tool.uv.workspace]`'s `members` or `exclude` (`key`)."""

    key: str
    cursor: Cursor


class RequirementPlace(NamedTuple):
    """In a list of requirements: dependencies, an extra, a dependency group, dev-dependencies."""

    cursor: Cursor


class SourceKeyPlace(NamedTuple):
    """On a key of `[tool.uv.sources]`, or where one may begin."""

    cursor: Cursor


class ProjectNamePlace(NamedTuple):
    """On the value of `project.name`."""

    cursor: Cursor


class NamePlace(NamedTuple):
    """On a string, or where one is due, that names something else than a package that is required."""

    wanted: WantedName
    cursor: Cursor


class ValuePlace(NamedTuple):
    """In the value of another key."""

    cursor: Cursor


class KeyPlace(NamedTuple):
    """On another key, or where one may begin; the cursor's path is its table's."""

    cursor: Cursor


Place: TypeAlias = (
    DefaultPackagesPlace
    | MemberPatternPlace
    | RequirementPlace
    | SourceKeyPlace
    | ProjectNamePlace
    | NamePlace
    | ValuePlace
    | KeyPlace
)


def place(snapshot: Snapshot, manifest: Manifest, offset: int) -> Place | None:
    """Return what stands at `offset` (code points) of a file, None where it is nothing of ours."""
    if base_name(manifest.path) != MANIFEST:
        return None
    cursor = locate(manifest.tree, offset)
    path = cursor.path
    is_root = manifest.path == snapshot.workspace.path
    if cursor.where in (Where.KEY, Where.HEADER):
        return SourceKeyPlace(cursor) if path == SOURCES else KeyPlace(cursor)
    if cursor.where is Where.COMMENT:
        return None
    if path and path[-1] == DEFAULT_PACKAGES and is_root:
        home = next((home for home in Home if path[:-1] == home.value), None)
        return DefaultPackagesPlace(home, cursor) if home else None
    if path[:-1] == WORKSPACE_TABLE and path[-1] in ("members", "exclude") and is_root:
        if cursor.where is Where.ITEM:
            return MemberPatternPlace(str(path[-1]), cursor)
        return None
    if path == ("project", "name"):
        return ProjectNamePlace(cursor)
    if cursor.where is Where.ITEM and _holds_requirements(path):
        return RequirementPlace(cursor)
    wanted = _wanted_name(path, cursor.where)
    if wanted is not None:
        return NamePlace(wanted, cursor)
    return ValuePlace(cursor) if cursor.where is Where.VALUE else None


_CONFLICTS = {
    "package": WantedName.CONFLICT_PACKAGE,
    "extra": WantedName.CONFLICT_EXTRA,
    "group": WantedName.CONFLICT_GROUP,
}
_LIMITS = {"extra": WantedName.EXTRA, "group": WantedName.GROUP, "index": WantedName.INDEX}


def _wanted_name(path: tuple[Part, ...], where: Where) -> WantedName | None:
    if where is Where.ITEM:
        return WantedName.GROUP if path == ("tool", "uv", "default-groups") else None
    if path[:1] == ("dependency-groups",) and len(path) == 4 and path[3] == "include-group":
        return WantedName.GROUP
    if path[:3] == ("tool", "uv", "conflicts") and len(path) == 6:
        return _CONFLICTS.get(str(path[5]))
    if path[:3] == SOURCES and len(path) in (5, 6):
        return _LIMITS.get(str(path[-1]))
    if path[:3] == ("tool", "ws-lsp", "rules") and len(path) == 4:
        return WantedName.SEVERITY
    return None


_REQUIREMENT_KEYS = (
    "build-constraint-dependencies",
    "constraint-dependencies",
    "dev-dependencies",
    "exclude-dependencies",
    "override-dependencies",
)


def _holds_requirements(path: tuple[str | int, ...]) -> bool:
    return (
        path in (("project", "dependencies"), ("build-system", "requires"))
        or (path[:2] == ("tool", "uv") and len(path) == 3 and path[2] in _REQUIREMENT_KEYS)
        or (len(path) == 3 and path[:2] == ("project", "optional-dependencies"))
        or (len(path) == 2 and path[0] == "dependency-groups")
    )
