"""The rule about what `path` sources and `file:` URLs lead to: is it there, and does the workspace suit it."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import (
    BELONGING,
    Beyond,
    Rule,
    rule,
)
from ws_lsp.checking.taken_paths import (
    may_take_from_paths,
    misnamed,
    severity_of_path,
    taken_paths,
)
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.url import ARCHIVES, has_archive_extension
from ws_lsp.project.direct import path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.text import Span
from ws_lsp.vfs import is_absolute, join

__all__ = ["RULES"]


@rule("unusable-path", Severity.ERROR, *BELONGING, beyond=Beyond.PROJECT)
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

    A directory whose `pyproject.toml` has neither a `[project]` nor a `[build-system]` is a warning, as it
    is for uv, unless a `setup.py` or a `setup.cfg` stands beside it.

    Correct the path.
    """
    told: set[Span] = set()
    for path in taken_paths(view):
        problem = _path_problem(view, path.name, path.path, path.written)
        if problem is not None:
            told.add(path.node.span)
            yield rule.finding(view, path.node.span, problem, severity=severity_of_path(view, path))
        elif severity_of_path(view, path) is Severity.ERROR and _is_no_project(view, path.path):
            message = f"`{path.written}` has no `[project]` and no build system: uv warns, and cannot build it"
            yield rule.finding(view, path.node.span, message, severity=Severity.WARNING)
    yield from _paths_around(view, rule, told)
    if view.outside is None and (may_take_from_paths(view) or view.wanted_by_span):
        from ws_lsp.checking.outside_agreement import disagreements  # here: few files have paths

        for span, problem in disagreements(view, told):
            yield rule.finding(view, span, problem)


def _paths_around(view: View, rule: Rule, told: set[Span]) -> Iterator[Finding]:
    """Yield what cannot be used of the paths that another workspace has for a detached member."""
    own = {path.path for path in taken_paths(view)} if view.wanted_by_span else set[str]()
    for span, some in view.wanted_by_span.items():
        for wanted in some:
            path = path_of(wanted.place)
            if not is_absolute(wanted.place) or path in own or span in told:
                continue
            problem = _path_problem(view, wanted.name, path, view.shown(path))
            if problem is not None:
                told.add(span)
                yield rule.finding(view, span, problem)


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
        from ws_lsp.checking.outside import (  # here: few files have paths
            asked_extras,
            shown_problem,
        )

        problem = view.outside_problem(path, asked_extras(view.manifest, name))
        if problem is not None:
            return shown_problem(problem, written, path)
    return misnamed(view, name, path, written)


def _is_no_project(view: View, path: str) -> bool:
    """Tell whether nothing in a directory with a `pyproject.toml` says how it becomes a package."""
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


RULES = (unusable_path,)
