"""The paths that a file takes packages from."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.applied_sources import (
    applying,
    is_looked_for,
    may_be_wanted,
    severity_of_source,
)
from ws_lsp.checking.findings import Severity
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_url
from ws_lsp.grammar.url import expanded, file_path, has_archive_extension
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import Source
from ws_lsp.toml.tree import String
from ws_lsp.vfs import base_name, join, normal_form

__all__ = [
    "TakenPath",
    "may_take_from_paths",
    "misnamed",
    "severity_of_path",
    "taken_paths",
    "wanted_paths",
]


class TakenPath(NamedTuple):
    """A path that a file takes a package from: in an entry of a source, or in the URL of a requirement."""

    name: Name
    path: str
    """Where it leads to."""
    written: str
    node: String
    source: Source | None = None
    entry: int = 0


def may_take_from_paths(view: View) -> bool:
    """Tell whether a source, the root's ones included, or a URL may lead to a path."""
    manifest = view.manifest
    return (
        bool(manifest.special_sources)
        or view.root_has_places()
        or any("@" in requirement.node.value for requirement in manifest.requirements)
    )


def taken_paths(view: View) -> Iterator[TakenPath]:
    """Yield the paths of a file's sources and `file:` URLs."""
    for source in view.manifest.sources.values():
        if "path" not in source.kinds or view.sourced_member(source.name) is not None:
            continue
        if _are_ignored(view):
            break
        for index, one in enumerate(source.entries):
            node = one.table.get("path")
            if one.kind == "path" and isinstance(node, String) and node.value:
                path = join(view.manifest.directory, node.value)
                yield TakenPath(source.name, path, node.value, node, source, index)
    for requirement in view.manifest.requirements:
        url = requirement_url(requirement.node.value) if "@" in requirement.node.value else None
        place = file_path(expanded(url, view.running_in())) if url else None
        if not url or not place or not requirement.name:
            continue
        path = normal_form(place)
        # a source takes the place of the URL
        if (not _may_lead_to_one(view, path) or may_be_wanted(view, requirement)) and not any(
            applying(view, requirement)
        ):
            yield TakenPath(requirement.name, path, url, requirement.node)


def severity_of_path(view: View, path: TakenPath) -> Severity:
    """Return how bad it is that a path leads to nothing which uv can use."""
    if path.source is None:
        return Severity.ERROR
    if _may_lead_to_one(view, path.path) and not is_looked_for(view, path.name):
        return Severity.WARNING
    return severity_of_source(view, path.source, path.entry, constrained=False)


def wanted_paths(view: View) -> Iterator[tuple[Name, str, str]]:
    """Yield the packages that uv looks for at paths because of a file, the paths, and how they are written."""
    for path in taken_paths(view):
        if severity_of_path(view, path) is Severity.ERROR:
            yield path.name, path.path, path.written


def _are_ignored(view: View) -> bool:
    """Tell whether the settings of the workspace turn sources off; those of another one do not count."""
    return view.outside is None and view.ignores_sources()


def _may_lead_to_one(view: View, path: str) -> bool:
    """Tell whether uv takes a path for that of a project or an archive: it refuses another one unseen."""
    kind = view.kind_of(path)
    is_directory = kind.is_directory if kind is not None else "." not in base_name(path).lstrip(".")
    return is_directory or has_archive_extension(path)


def misnamed(view: View, name: Name, path: str, written: str) -> str | None:
    """Say that the project at a path has another name than that of a package."""
    found = view.project_name_at(path)
    if found is None or found == name:
        return None
    return f"The project in `{written}` is called `{found}`, not `{name}`"
