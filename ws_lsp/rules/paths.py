"""The rule about what `path` sources and `file:` URLs lead to: is it there, and does the workspace suit it."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_url
from ws_lsp.grammar.url import ARCHIVES, expanded, file_path, has_archive_extension
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.rules.base import BELONGING, Finding, Rule, Severity, rule
from ws_lsp.rules.lowering import is_looked_for, may_be_wanted, severity
from ws_lsp.rules.outside import asked_extras
from ws_lsp.rules.outside_agreement import disagreements
from ws_lsp.rules.sources import applying
from ws_lsp.rules.view import View
from ws_lsp.text import Span
from ws_lsp.toml.tree import String
from ws_lsp.vfs import base_name, join, normal_form, relative

__all__ = ["RULES"]


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
    and it must be for all Python versions of that.

    ```toml
    [tool.uv.sources]
    legacy = { path = "../legacy" }  # there is no such directory
    ```

    Correct the path.
    """
    told: set[Span] = set()
    for source in view.manifest.sources.values():
        if "path" not in source.kinds or view.member(source.name) is not None:
            continue
        if _are_ignored(view):
            break
        for index, one in enumerate(source.entries):
            node = one.table.get("path")
            if one.kind != "path" or not isinstance(node, String) or not node.value:
                continue
            path = join(view.manifest.directory, node.value)
            problem = _path_problem(view, source.name, path, node.value)
            if problem is not None:
                used = severity(view, source, index, constrained=False)
                if _may_lead_to_one(view, path) and not is_looked_for(view, source.name):
                    used = Severity.WARNING
                told.add(node.span)
                yield rule.finding(view, node.span, problem, severity=used)
    for requirement in view.manifest.requirements:
        url = requirement_url(requirement.node.value) if "@" in requirement.node.value else None
        place = file_path(expanded(url, view.running_in())) if url else None
        if not url or not place or not requirement.name or any(applying(view, requirement)):
            continue  # a source takes the place of the URL
        path = normal_form(place)
        if not _may_lead_to_one(view, path) or may_be_wanted(view, requirement):
            problem = _path_problem(view, requirement.name, path, url)
            if problem is not None:
                told.add(requirement.node.span)
                yield rule.finding(view, requirement.node.span, problem)
    if view.outside is None:
        for span, problem in disagreements(view, told):
            yield rule.finding(view, span, problem)


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
    if view.member_at(path) is not None or view.leads_back(path):
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
    if not _are_ignored(view):
        problem = view.outside_problem(path, asked_extras(view.manifest, name))
        if problem is not None:
            where = relative(problem[0], path)
            return f"The `{where}` in `{written}` cannot be used: {problem[1]}"
    found = view.project_name_at(path)
    if found is not None and found != name:
        return f"The project in `{written}` is called `{found}`, not `{name}`"
    return None


RULES = (unusable_path,)
