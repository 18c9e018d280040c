"""What the cursor is on, said once: every feature is a `match` on it."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from ws_lsp.analysis import Snapshot
from ws_lsp.project.manifest import Home, Manifest
from ws_lsp.project.workspace import MANIFEST
from ws_lsp.toml.cursor import Cursor, Where, locate
from ws_lsp.vfs import base_name

__all__ = [
    "DefaultPackagesPlace",
    "KeyPlace",
    "MemberPatternPlace",
    "Place",
    "ProjectNamePlace",
    "RequirementPlace",
    "SourceKeyPlace",
    "place",
]


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


class KeyPlace(NamedTuple):
    """On another key, or where one may begin; the cursor's path is its table's."""

    cursor: Cursor


Place: TypeAlias = (
    DefaultPackagesPlace
    | MemberPatternPlace
    | RequirementPlace
    | SourceKeyPlace
    | ProjectNamePlace
    | KeyPlace
)

_SOURCES = ("tool", "uv", "sources")
_WORKSPACE = ("tool", "uv", "workspace")


def place(snapshot: Snapshot, manifest: Manifest, offset: int) -> Place | None:
    """Return what stands at `offset` (code points) of a file, None where it is nothing of ours."""
    if base_name(manifest.path) != MANIFEST:
        return None
    cursor = locate(manifest.tree, offset)
    path = cursor.path
    is_root = manifest.path == snapshot.workspace.path
    if cursor.where in (Where.KEY, Where.HEADER):
        return SourceKeyPlace(cursor) if path == _SOURCES else KeyPlace(cursor)
    if cursor.where is Where.COMMENT:
        return None
    if path and path[-1] == "default-packages" and is_root:
        home = next((home for home in Home if path[:-1] == home.value), None)
        return DefaultPackagesPlace(home, cursor) if home else None
    if path[:-1] == _WORKSPACE and path[-1] in ("members", "exclude") and is_root:
        if cursor.where is Where.ITEM:
            return MemberPatternPlace(str(path[-1]), cursor)
        return None
    if path == ("project", "name"):
        return ProjectNamePlace(cursor)
    if cursor.where is Where.ITEM and _holds_requirements(path):
        return RequirementPlace(cursor)
    return None


def _holds_requirements(path: tuple[str | int, ...]) -> bool:
    return (
        path in (("project", "dependencies"), ("tool", "uv", "dev-dependencies"))
        or (len(path) == 3 and path[:2] == ("project", "optional-dependencies"))
        or (len(path) == 2 and path[0] == "dependency-groups")
    )
