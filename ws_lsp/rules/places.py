"""Rules about packages that come from one place: a path, a URL or a repository."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.project.conflicts import Context, kept_apart
from ws_lsp.project.declarations import Requirement
from ws_lsp.project.direct import Direct, are_different, place_of_source, place_of_url
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.markers import below_lowest, both
from ws_lsp.project.names import Name
from ws_lsp.project.requirement import requirement_marker, requirement_url, version_problem
from ws_lsp.project.url import ARCHIVES, file_path, has_archive_extension
from ws_lsp.project.workspace import MANIFEST
from ws_lsp.rules.base import Finding, Related, Rule, Severity, rule
from ws_lsp.rules.lowering import is_looked_for, may_be_wanted, severity
from ws_lsp.rules.sources import applying
from ws_lsp.rules.tool_uv import document_faults
from ws_lsp.rules.view import View
from ws_lsp.toml.tree import String
from ws_lsp.vfs import join

__all__ = ["RULES", "version_of_place"]


@rule("conflicting-urls", Severity.ERROR)
def conflicting_urls(view: View, rule: Rule) -> Iterator[Finding]:
    """Two requirements take one package from different places.

    A workspace has one environment for all members, all extras and all groups, so a `path`, a `url` or a
    repository of a package must be the same everywhere, `editable` included. A requirement without a
    place goes along with any. uv takes such requirements apart where `conflicts` tells it to, and an
    override takes the place of all of them.

    ```toml
    # packages/a/pyproject.toml
    vendored = { path = "../../vendor/one" }
    # packages/b/pyproject.toml
    vendored = { path = "../../vendor/two" }
    ```

    Write the same place, best of all in the root's `[tool.uv.sources]`, which every member inherits.
    """
    uses = [
        (requirement, used)
        for requirement in view.manifest.requirements
        if requirement.name is not None and view.member(requirement.name) is None
        for used in _places(view, requirement, requirement.name)
    ]
    told: set[Name] = set()
    for at, (requirement, used) in enumerate(uses):
        if used.name in told or view.is_replaced(used.name):
            continue
        other = next(
            (
                one
                for one, found in uses[:at]
                if one.name == used.name
                and one is not requirement
                and _conflict(view, used, found, view.path)
            ),
            None,
        )
        if other is not None:
            told.add(used.name)
            message = f"`{used.name}` comes from another place here than above"
            related = (Related(view.path, other.node.span, "The other place"),)
            yield rule.finding(view, requirement.node.span, message, related=related)
            continue
        for path, found in view.directs(used.name):
            if path != view.path and _conflict(view, used, found, path):
                told.add(used.name)
                message = (
                    f"`{used.name}` comes from another place here than in `{view.shown(path)}`"
                )
                yield rule.finding(view, requirement.node.span, message)
                break


def _places(view: View, requirement: Requirement, name: Name) -> Iterator[Direct]:
    """Yield the places that uv takes a requirement from; none where it may be for fewer Python versions."""
    if view.manifest.may_be_for_fewer_pythons(requirement):
        return
    text = requirement.node.value
    marker = requirement_marker(text)
    source = view.manifest.sources.get(name)
    if source is None:
        inherited = view.root_direct_source(name)
        if inherited is not None:
            yield inherited.required_by(marker, *requirement.context)
        elif view.root_source(name) is None and "@" in text and (url := requirement_url(text)):
            yield Direct(name, place_of_url(url), marker, *requirement.context)
        return
    if source.usual:
        return
    limited = view.manifest.limited.get(name)
    for index, one in enumerate(source.entries):
        place, own = place_of_source(one.table, view.manifest.directory), one.table.get("marker")
        if place is None:
            continue
        condition = both(marker, own.value if isinstance(own, String) else "")
        if limited is None:
            yield Direct(name, place, condition, *requirement.context)
            continue
        for context in view.manifest.contexts(requirement):
            if limited[index].suits(*context):
                yield Direct(name, place, condition, *context)


def version_of_place(view: View, place: str) -> str | None:
    """Return the version of what stands at a place, None where no file shows it."""
    path = place.partition("#")[0]
    if path.endswith(".whl"):
        _, *rest = path.rpartition("/")[2].split("-")
        return rest[0] if len(rest) > 1 and version_problem(rest[0]) is None else None
    return view.project_version_at(path) if path.startswith("/") else None


def _conflict(view: View, one: Direct, other: Direct, path: str) -> bool:
    """Tell whether it is certain that uv meets both places in one resolution; `other` is of the file `path`."""
    if not are_different(one.place, other.place):
        return False
    conflicts = view.conflicts()
    if conflicts:
        shared = view.shared(path)
        own = Context(view.manifest.name, one.extra, one.group)
        its = Context(shared.name if shared else None, other.extra, other.group)
        if kept_apart(conflicts, own, its):
            return False
    return view.environments().meet(one.marker, other.marker)


@rule("unusable-path", Severity.ERROR)
def unusable_path(view: View, rule: Rule) -> Iterator[Finding]:
    """A `path` source leads to nothing, or to another project.

    The path is relative to the file that it stands in. It must exist and be a directory with a
    `pyproject.toml` or a `setup.py`, or an archive; and the project there must have the name of the
    source, unless it is a member. uv finds out when a requirement uses the source; one that nothing uses
    is a warning here. The same holds for the `file:` URL of a requirement. A package comes from one place
    for the whole workspace, so the version there must suit what other files require, and the project must
    be for all Python versions of the workspace.

    ```toml
    [tool.uv.sources]
    legacy = { path = "../legacy" }  # there is no such directory
    ```

    Correct the path.
    """
    for source in view.manifest.sources.values():
        if "path" not in source.kinds or view.member(source.name) is not None:
            continue
        for index, one in enumerate(source.entries):
            node = one.table.get("path")
            if one.kind != "path" or not isinstance(node, String) or not node.value:
                continue
            problem = _path_problem(view, source.name, node.value)
            if problem is not None:
                used = severity(view, source, index, constrained=False)
                if _may_lead_to_one(view, node.value) and not is_looked_for(view, source.name):
                    used = Severity.WARNING
                yield rule.finding(view, node.span, problem, severity=used)
            else:
                problem = _disagreement(view, source.name, node.value)
                if problem is not None:
                    yield rule.finding(view, node.span, problem)
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
            problem = _path_problem(view, requirement.name, path)
            if problem is not None:
                yield rule.finding(view, requirement.node.span, problem)


def _may_lead_to_one(view: View, written: str) -> bool:
    """Tell whether uv takes a path for that of a project or an archive: it refuses another one unseen."""
    kind = view.kind_of(join(view.manifest.directory, written))
    name = written.rstrip("/").rpartition("/")[2].lstrip(".")
    is_directory = kind.is_directory if kind is not None else "." not in name
    return is_directory or has_archive_extension(written)


def _path_problem(view: View, name: str, written: str) -> str | None:
    path = join(view.manifest.directory, written)
    if view.member_at(path) is not None:
        return None  # uv knows the members, and does not compare the name
    kind = view.kind_of(path)
    if kind is None:
        return f"`{written}` does not exist"
    if not kind.is_directory:
        if has_archive_extension(written):
            return None
        return f"`{written}` is no directory and no archive ({ARCHIVES})"
    manifest = view.file_at(join(path, MANIFEST))
    if manifest is None:
        if view.kind_of(join(path, "setup.py")) is None:
            return f"`{written}` has neither a `pyproject.toml` nor a `setup.py`"
        return None
    with manifest.lent():
        problem = _project_problem(manifest)
    if problem is not None:
        return f"The `pyproject.toml` in `{written}` cannot be used: {problem}"
    found = manifest.shared.name
    if found is not None and found != name:
        return f"The project in `{written}` is called `{found}`, not `{name}`"
    return None


def _project_problem(manifest: Manifest) -> str | None:
    """Say why uv cannot read the project that is not of the workspace."""
    if manifest.unreadable is not None or manifest.syntax is not None:
        return manifest.unreadable or "it is not TOML"
    if manifest.shared.project and manifest.shared.name is None:
        return "`[project]` has no sound `name`"
    return next((fault.message for fault in document_faults(manifest)), None)


def _disagreement(view: View, name: Name, written: str) -> str | None:
    """Say what in the workspace a package that this file takes from a path does not suit."""
    if view.is_replaced(name):
        return None
    path = join(view.manifest.directory, written)
    for requirement in view.manifest.requirements:
        if requirement.name != name:
            continue
        for direct in _places(view, requirement, name):
            if direct.place.partition("#")[0] != path:
                continue
            problem = _python_problem(view, direct, path, written)
            if problem is not None:
                return problem
            version = version_of_place(view, direct.place)
            other = view.range_beside(direct, version) if version is not None else None
            if other is not None:
                where = f"`{name}{other[1].specifier}` of `{view.shown(other[0])}`"
                return f"The project in `{written}` is {version}, which does not meet {where}"
    return None


def _python_problem(view: View, direct: Direct, path: str, written: str) -> str | None:
    """Say that a project is for newer Python versions alone than the workspace; uv minds no older ones."""
    manifest = view.file_at(join(path, MANIFEST)) if view.member_at(path) is None else None
    wanted = manifest.shared.requires_python if manifest is not None else None
    below = below_lowest(wanted) if wanted is not None else None
    if below is None or not view.environments().include(both(direct.marker, below)):
        return None
    return f"The project in `{written}` needs Python `{wanted}`, the workspace allows older ones"


RULES = (conflicting_urls, unusable_path)
