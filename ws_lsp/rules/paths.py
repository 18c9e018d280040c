"""The rule about what `path` sources and `file:` URLs lead to: is it there, and does the workspace suit it."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_url
from ws_lsp.grammar.url import ARCHIVES, expanded, file_path, has_archive_extension
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import Source
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.rules.base import BELONGING, Finding, Rule, Severity, rule
from ws_lsp.rules.lowering import is_looked_for, may_be_wanted, severity
from ws_lsp.rules.sources import applying
from ws_lsp.rules.view import View
from ws_lsp.text import Span
from ws_lsp.toml.tree import String
from ws_lsp.vfs import base_name, join, normal_form

__all__ = ["RULES", "misnamed", "wanted_paths"]


@rule("unusable-path", Severity.ERROR, *BELONGING)
def unusable_path(view: View, rule: Rule) -> Iterator[Finding]:
    """A `path` source leads to nothing, or to another project.

    The path is relative to the file that it stands in. It must exist and be a directory with a
    `pyproject.toml` or a `setup.py`, or an archive; and the project there must have the name of the
    source, unless it is a member. uv finds out when a requirement uses the source; one that nothing uses
    is a warning here. The same holds for the `file:` URL of a requirement, in which
    `${PROJECT_ROOT}` is the directory that uv runs in: the root is meant here. Where other environment
    variables decide, nothing is said.

    uv reads the project there as it reads a member, but within the workspace that it finds from there: its
    requirements, its groups and its sources must be sound, and lead on to what is sound. Only a path of
    its groups, or of an extra that nothing asks for, may lead to nothing. All is resolved together, so the
    version there must suit what other files require, what the project requires must suit the workspace,
    and it must be for all Python versions of that. A member is editable for its workspace unless a source
    there says otherwise; a path to it from outside must then say `editable = true`, and a URL need not.

    ```toml
    [tool.uv.sources]
    legacy = { path = "../legacy" }  # there is no such directory
    ```

    Correct the path.
    """
    told: set[Span] = set()
    for path in _paths(view):
        problem = _path_problem(view, path.name, path.path, path.written)
        if problem is not None:
            told.add(path.node.span)
            yield rule.finding(view, path.node.span, problem, severity=_severity(view, path))
    if view.outside is None and _may_take_from_paths(view):
        from ws_lsp.rules.outside_agreement import disagreements  # here: few files have paths

        for span, problem in disagreements(view, told):
            yield rule.finding(view, span, problem)


def _may_take_from_paths(view: View) -> bool:
    """Tell whether a source, the root's ones included, or a URL may lead to a path."""
    manifest = view.manifest
    return (
        bool(manifest.special_sources)
        or view.root_has_places()
        or any("@" in requirement.node.value for requirement in manifest.requirements)
    )


class _Path(NamedTuple):
    """A path that a file takes a package from: in an entry of a source, or in the URL of a requirement."""

    name: Name
    path: str
    """Where it leads to."""
    written: str
    node: String
    source: Source | None = None
    entry: int = 0


def _paths(view: View) -> Iterator[_Path]:
    for source in view.manifest.sources.values():
        if "path" not in source.kinds or view.sourced_member(source.name) is not None:
            continue
        if _are_ignored(view):
            break
        for index, one in enumerate(source.entries):
            node = one.table.get("path")
            if one.kind == "path" and isinstance(node, String) and node.value:
                path = join(view.manifest.directory, node.value)
                yield _Path(source.name, path, node.value, node, source, index)
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
            yield _Path(requirement.name, path, url, requirement.node)


def _severity(view: View, path: _Path) -> Severity:
    if path.source is None:
        return Severity.ERROR
    if _may_lead_to_one(view, path.path) and not is_looked_for(view, path.name):
        return Severity.WARNING
    return severity(view, path.source, path.entry, constrained=False)


def wanted_paths(view: View) -> Iterator[tuple[Name, str, str]]:
    """Yield the packages that uv looks for at paths because of a file, the paths, and how they are written."""
    for path in _paths(view):
        if _severity(view, path) is Severity.ERROR:
            yield path.name, path.path, path.written


def _are_ignored(view: View) -> bool:
    """Tell whether the settings of the workspace turn sources off; those of another one do not count."""
    return view.outside is None and view.ignores_sources()


def _may_lead_to_one(view: View, path: str) -> bool:
    """Tell whether uv takes a path for that of a project or an archive: it refuses another one unseen."""
    kind = view.kind_of(path)
    is_directory = kind.is_directory if kind is not None else "." not in base_name(path).lstrip(".")
    return is_directory or has_archive_extension(path)


def _path_problem(view: View, name: Name, path: str, written: str) -> str | None:
    """Say why a project cannot come from a path; `written` is what the file says of it."""
    if view.member_at(path) is not None:
        return None  # uv knows what it has looked at, and does not compare the name
    kind = view.kind_of(path)
    if kind is None:
        return f"`{written}` does not exist"
    if not kind.is_directory:
        if has_archive_extension(path):
            return None
        return f"`{written}` is no directory and no archive ({ARCHIVES})"
    if view.kind_of(join(path, MANIFEST)) is None:
        if view.kind_of(join(path, "setup.py")) is None:
            return f"`{written}` has neither a `pyproject.toml` nor a `setup.py`"
        return None
    if view.outside is not None:
        return None  # who judges the project goes on from there
    if not view.ignores_sources():
        from ws_lsp.rules.outside import asked_extras, shown_problem  # here: few files have paths

        problem = view.outside_problem(path, asked_extras(view.manifest, name))
        if problem is not None:
            return shown_problem(problem, written, path)
    return misnamed(view, name, path, written)


def misnamed(view: View, name: Name, path: str, written: str) -> str | None:
    """Say that the project at a path has another name than that of a package."""
    found = view.project_name_at(path)
    if found is None or found == name:
        return None
    return f"The project in `{written}` is called `{found}`, not `{name}`"


RULES = (unusable_path,)
