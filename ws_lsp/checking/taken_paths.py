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
from ws_lsp.grammar.url import file_path, has_archive_extension
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import Source
from ws_lsp.toml.tree import String
from ws_lsp.vfs import join

__all__ = ["TakenPath", "misnamed", "severity_of_path", "taken_paths", "wanted_paths"]


class TakenPath(NamedTuple):
    """A path that a file takes a package from: in an entry of a source, or in the URL of a requirement."""

    name: Name
    written: str
    node: String
    source: Source | None = None
    entry: int = 0


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
                yield TakenPath(source.name, node.value, node, source, index)
    for requirement in view.manifest.requirements:
        url = requirement_url(requirement.node.value) if "@" in requirement.node.value else None
        path = file_path(url) if url else None
        # a source takes the place of the URL
        if (
            path
            and requirement.name
            and (not _may_lead_to_one(view, path) or may_be_wanted(view, requirement))
            and not any(applying(view, requirement))
        ):
            yield TakenPath(requirement.name, path, requirement.node)


def severity_of_path(view: View, path: TakenPath) -> Severity:
    """Return how bad it is that a path leads to nothing which uv can use."""
    if path.source is None:
        return Severity.ERROR
    if _may_lead_to_one(view, path.written) and not is_looked_for(view, path.name):
        return Severity.WARNING
    return severity_of_source(view, path.source, path.entry, constrained=False)


def wanted_paths(view: View) -> Iterator[tuple[Name, str]]:
    """Yield the packages that uv looks for at paths because of a file, and the paths as they are written."""
    for path in taken_paths(view):
        if severity_of_path(view, path) is Severity.ERROR:
            yield path.name, path.written


def _are_ignored(view: View) -> bool:
    """Tell whether the settings of the workspace turn sources off; those of another one do not count."""
    return view.outside is None and view.ignores_sources()


def _may_lead_to_one(view: View, written: str) -> bool:
    """Tell whether uv takes a path for that of a project or an archive: it refuses another one unseen."""
    kind = view.kind_of(join(view.manifest.directory, written))
    name = written.rstrip("/").rpartition("/")[2].lstrip(".")
    is_directory = kind.is_directory if kind is not None else "." not in name
    return is_directory or has_archive_extension(written)


def misnamed(view: View, name: Name, written: str) -> str | None:
    """Say that the project at a path has another name than that of a package."""
    found = view.project_name_at(join(view.manifest.directory, written))
    if found is None or found == name:
        return None
    return f"The project in `{written}` is called `{found}`, not `{name}`"
