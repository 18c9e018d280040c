"""Rules about `[build-system]`: what stops uv before a build backend runs."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.build_requirements import lowered_build_requirements, severity_of_build
from ws_lsp.checking.findings import NO_RISK, Finding, Severity
from ws_lsp.checking.reported_faults import report
from ws_lsp.checking.rule import BELONGING, Rule, rule
from ws_lsp.checking.suggestions import REMOVAL
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.uv_build import is_direct
from ws_lsp.schema.faults import faults
from ws_lsp.schema.pyproject import BUILD_SYSTEM
from ws_lsp.schema.shapes import Layer
from ws_lsp.toml.tree import Array, String, Table, strings
from ws_lsp.vfs import is_absolute, join

__all__ = ["RULES"]


@rule("invalid-build-system", Severity.ERROR, *BELONGING, risks=(NO_RISK, REMOVAL))
def invalid_build_system(view: View, rule: Rule) -> Iterator[Finding]:
    """`[build-system]` cannot be read, or names a directory that is not there.

    It must have `requires`, a list of requirements; `build-backend` is a string, and `backend-path` a
    list of directories of the project. uv reads the table where it builds the project: an error where a
    bare `uv sync`, the sync of `default-packages` or `uv lock` does, a warning elsewhere.

    ```toml
    [build-system]
    requires = "hatchling"          # must be a list
    build-backend = "hatchling.build"
    backend-path = ["_build"]       # there is no such directory
    ```

    Write a value of the type that the message names, or the path of a directory in the project.
    """
    entry = view.manifest.build_system
    if entry is None or not view.is_ever_built():
        return
    sound = True
    for fault in faults(entry.value, BUILD_SYSTEM, "`[build-system]`", Layer.BUILD, entry):
        sound = False
        yield report(view, rule, fault, severity_of_build(view))
    path = entry.value.get("backend-path") if isinstance(entry.value, Table) else None
    required = entry.value.get("requires") if isinstance(entry.value, Table) else None
    is_empty = isinstance(required, Array) and required.closed and not required.items
    is_alone = not view.shares_environment() and not view.adds_to_builds()
    if is_empty and path is None and required is not None and is_alone:
        message = "`requires` is empty, so no build backend is installed"
        yield rule.finding(view, required.span, message, severity=severity_of_build(view))
    if sound and isinstance(path, Array) and not is_direct(view.manifest, view.uv_version):
        for node in strings(path):
            problem = _backend_path_problem(view, node)
            if problem is not None:
                yield rule.finding(view, node.span, problem, severity=severity_of_build(view))


def _backend_path_problem(view: View, node: String) -> str | None:
    """Say why uv does not look for a build backend in a directory."""
    directory = view.manifest.directory
    path = join(directory, node.value)
    if is_absolute(node.value) or not f"{path}/".startswith(f"{directory.rstrip('/')}/"):
        return f"`{node.value}` must be a directory of the project"
    kind = view.kind_of(path)
    if kind is None or not kind.is_directory:
        return f"`{node.value}` is no directory: the build backend cannot be in it"
    return None


@rule("cyclic-build", Severity.ERROR)
def cyclic_build(view: View, rule: Rule) -> Iterator[Finding]:
    """A member needs itself to be built.

    Before uv builds a project, it installs what `[build-system] requires` and what that requires. Where
    this leads back to the project by workspace sources, the build can never begin.

    ```toml
    # packages/a/pyproject.toml
    [build-system]
    requires = ["setuptools", "b"]

    # packages/b/pyproject.toml
    [project]
    dependencies = ["a"]
    ```

    Take the member out of `requires`, or the dependency out of the other member.
    """
    required = lowered_build_requirements(view)
    if not required or view.shares_environment():
        return
    way = view.needing_itself() if any(_is_member(view, one.name) for one in required) else ()
    if not way:
        return
    node = next(one.node for one in required if one.name == way[1])
    shown = " → ".join(f"`{name}`" for name in way)
    message = f"`{way[0]}` needs itself to be built: {shown}"
    yield rule.finding(view, node.span, message, severity=severity_of_build(view))


def _is_member(view: View, name: Name | None) -> bool:
    return name is not None and view.member(name) is not None


RULES = (invalid_build_system, cyclic_build)
