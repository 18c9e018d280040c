"""The rule about what `path` sources and `file:` URLs lead to: is it there, and does the workspace suit it."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_url
from ws_lsp.grammar.url import ARCHIVES, file_path, has_archive_extension
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import Source
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.rules.base import BELONGING, Finding, Rule, Severity, rule
from ws_lsp.rules.lowering import is_looked_for, may_be_wanted, severity
from ws_lsp.rules.sources import applying
from ws_lsp.rules.view import View
from ws_lsp.text import Span
from ws_lsp.toml.tree import String
from ws_lsp.vfs import join

__all__ = ["RULES", "may_take_from_paths", "misnamed", "wanted_paths"]


@rule("unusable-path", Severity.ERROR, *BELONGING)
def unusable_path(view: View, rule: Rule) -> Iterator[Finding]:
    """A `path` source leads to nothing, or to another project.

    The path is relative to the file that it stands in. It must exist and be a directory with a
    `pyproject.toml` or a `setup.py`, or an archive; and the project there must have the name of the
    source, unless it is a member. uv finds out when a requirement uses the source; one that nothing uses
    is a warning here. The same holds for the `file:` URL of a requirement.

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

    A directory whose `pyproject.toml` has neither a `[project]` nor a `[build-system]` is a warning, as it
    is for uv, unless a `setup.py` or a `setup.cfg` stands beside it.

    Correct the path.
    """
    told: set[Span] = set()
    for path in _paths(view):
        problem = _path_problem(view, path.name, path.written)
        if problem is not None:
            told.add(path.node.span)
            yield rule.finding(view, path.node.span, problem, severity=_severity(view, path))
        elif _severity(view, path) is Severity.ERROR and _is_no_project(view, path.written):
            message = f"`{path.written}` has no `[project]` and no build system: uv warns, and cannot build it"
            yield rule.finding(view, path.node.span, message, severity=Severity.WARNING)
    if view.outside is None and may_take_from_paths(view):
        from ws_lsp.rules.outside_agreement import disagreements  # here: few files have paths

        for span, problem in disagreements(view, told):
            yield rule.finding(view, span, problem)


def may_take_from_paths(view: View) -> bool:
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
                yield _Path(source.name, node.value, node, source, index)
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
            yield _Path(requirement.name, path, requirement.node)


def _severity(view: View, path: _Path) -> Severity:
    if path.source is None:
        return Severity.ERROR
    if _may_lead_to_one(view, path.written) and not is_looked_for(view, path.name):
        return Severity.WARNING
    return severity(view, path.source, path.entry, constrained=False)


def wanted_paths(view: View) -> Iterator[tuple[Name, str]]:
    """Yield the packages that uv looks for at paths because of a file, and the paths as they are written."""
    for path in _paths(view):
        if _severity(view, path) is Severity.ERROR:
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


def _path_problem(view: View, name: Name, written: str) -> str | None:
    path = join(view.manifest.directory, written)
    if view.member_at(path) is not None:
        return None  # uv knows what it has looked at, and does not compare the name
    kind = view.kind_of(path)
    if kind is None:
        return f"`{written}` does not exist"
    if not kind.is_directory:
        if has_archive_extension(written):
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
    return misnamed(view, name, written)


def _is_no_project(view: View, written: str) -> bool:
    """Tell whether nothing in a directory with a `pyproject.toml` says how it becomes a package."""
    path = join(view.manifest.directory, written)
    if view.outside is not None or view.member_at(path) is not None:
        return False
    manifest = view.file_at(join(path, MANIFEST))
    return (
        manifest is not None
        and manifest.unreadable is None
        and manifest.project is None
        and manifest.build_system is None
        and all(view.kind_of(join(path, file)) is None for file in ("setup.py", "setup.cfg"))
    )


def misnamed(view: View, name: Name, written: str) -> str | None:
    """Say that the project at a path has another name than that of a package."""
    found = view.project_name_at(join(view.manifest.directory, written))
    if found is None or found == name:
        return None
    return f"The project in `{written}` is called `{found}`, not `{name}`"


RULES = (unusable_path,)
