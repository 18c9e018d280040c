"""Rules about keys and tables that nothing reads where they stand; uv does not say so."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Fix, Severity
from ws_lsp.checking.misplaced_keys import inherited, move_of, written_by_root
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.suggestions import MOVE, REMOVAL, TRANSLATION
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import normalise
from ws_lsp.grammar.requirement import contradicts
from ws_lsp.project.declarations import Requirement
from ws_lsp.schema.keys import (
    BUILD_BACKEND,
    DEFAULT_PACKAGES,
    DEPENDENCY_GROUPS,
    SOURCES,
    WORKSPACE,
)
from ws_lsp.schema.misplaced import fits, is_misspelt
from ws_lsp.schema.pyproject import PROJECT, PYPROJECT
from ws_lsp.schema.shapes import Keys, Layer
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.toml.edit import remove_entry, remove_item
from ws_lsp.toml.tree import Array, Entry, Table, tables

__all__ = ["RULES"]


@rule("unknown-project-key", Severity.WARNING, *BELONGING, risks=(MOVE, REMOVAL))
def unknown_project_key(view: View, rule: Rule) -> Iterator[Finding]:
    """`[project]` holds a key that the standard does not know.

    The list of keys is closed (PEP 621, with `import-names` and `import-namespaces` of PEP 794). uv
    passes over any other key without a word; build backends pass over it as well, or refuse to build.

    ```toml
    [project]
    requires_python = ">=3.11"        # requires-python

    [project.dependency-groups]       # [dependency-groups]
    dev = ["pytest"]
    ```

    Correct the key, or move it where it belongs. What a tool wants to know of its own goes into
    `[tool.<name>]`.
    """
    for name, entry in view.manifest.project.entries.items() if view.manifest.project else ():
        if name in PROJECT.keys:
            continue
        move = move_of(view, entry)
        fixes = [move.fix] if move is not None else []
        if move is None or not isinstance(entry.value, Array | Table):
            remove = view.change_by(remove_entry, view.manifest.tree, entry)
            fixes.append(Fix(f"Remove `{name}`", (remove,), risk=REMOVAL))
        end = move.end if move is not None else ": uv and build backends do not read it"
        message = f"`[project]` has no key `{name}`{end}"
        yield rule.finding(view, entry.key.span, message, *fixes)


@rule("misplaced-key", Severity.WARNING, *BELONGING, risks=(MOVE,))
def misplaced_key(view: View, rule: Rule) -> Iterator[Finding]:
    """A key or a table stands where nothing reads it.

    uv knows it elsewhere, or by another spelling, and passes over it without a word. That holds of
    tables such as `[dependency_groups]`, `[workspace]`, `[uv.sources]` and `[tool.workspace]`, of
    `[tool.ws_lsp]`, and of `dependencies` that has slipped below the header of another table.

    ```toml
    [project.scripts]
    acme = "acme.cli:main"
    dependencies = ["idna"]   # belongs in [project], above the header

    [uv.sources]              # [tool.uv.sources]
    acme-core = { workspace = true }
    ```

    Move it where it belongs.
    """
    for entry, shown in _suspects(view):
        move = move_of(view, entry)
        if move is not None:
            message = f"Nothing reads {shown}{move.end}"
            yield rule.finding(view, entry.key.span, message, move.fix)
        else:
            near = _near_table(entry.key.text) if shown.startswith("`[") else None
            if near is not None:
                message = f"Nothing reads {shown}. Did you mean `[{near}]`?"
                yield rule.finding(view, entry.key.span, message)


def _near_table(name: str) -> str | None:
    """Return the table that one at the top, or below `tool`, is surely meant to be."""
    if normalise(name) in _TOOLS:
        return f"tool.{normalise(name)}"
    return next((one for one in PYPROJECT.keys if is_misspelt(name, one)), None)


def _suspects(view: View) -> Iterator[tuple[Entry, str]]:
    """Yield what may belong elsewhere, as messages call it."""
    root = view.manifest.tree.root
    for name, entry in root.entries.items():
        if name not in PYPROJECT.keys:
            yield entry, _called(entry, name)
    tool = root.table("tool")
    for name, entry in tool.entries.items() if tool else ():
        if normalise(name) in _OF_TOP and name not in _TOOLS and tables(entry.value):
            yield entry, _called(entry, f"tool.{name}")
    if view.scope is not Scope.ROOT and view.manifest.uv is not None:
        # of the root's uv itself warns
        for name, entry in view.manifest.uv.entries.items():
            if name not in TOOL_UV.keys and name != DEFAULT_PACKAGES:
                yield entry, _called(entry, f"tool.uv.{name}")
    yield from _below_other_headers(root)


def _called(entry: Entry, path: str) -> str:
    if isinstance(entry.value, Array) and entry.value.of_tables:
        return f"`[[{path}]]`"
    if tables(entry.value) and not (isinstance(entry.value, Table) and entry.value.inline):
        return f"`[{path}]`"
    return f"`{entry.key.text}` here"


_TOOLS = frozenset({"uv", "ws-lsp"})
_OF_TOP = frozenset(
    {*_TOOLS, *PYPROJECT.keys, WORKSPACE, SOURCES, DEPENDENCY_GROUPS, "optional-dependencies"}
    - {"tool", "build-system"}
)
"""The tables that people write below `tool`, in normal form; other tools may have any other name."""
_CLOSED: tuple[tuple[tuple[str, ...], Keys], ...] = tuple(
    (path, table.shape)
    for path, table in (
        (("build-system",), PYPROJECT.keys["build-system"]),
        (("tool", "uv", BUILD_BACKEND), TOOL_UV.keys[BUILD_BACKEND]),
    )
    if isinstance(table.shape, Keys)
)
"""Tables all keys of which are known, though uv takes any."""
_FREE = ("scripts", "gui-scripts", "urls", "entry-points")
"""The tables of `[project]` whose keys are the user's."""
_WITHOUT_DEPENDENCIES: tuple[tuple[str, ...], ...] = (
    *(("ruff",), ("ruff", "lint"), ("ruff", "format"), ("black",), ("isort",), ("mypy",)),
    *(("pyright",), ("pytest", "ini_options"), ("coverage", "run"), ("coverage", "report")),
    *(("setuptools",), ("setuptools", "packages", "find"), ("setuptools_scm",), ("flake8",)),
    *(("pylint",), ("bandit",), ("codespell",), ("ty",), ("towncrier",), ("commitizen",)),
)
"""Tables of widely used tools that read no key `dependencies`."""


def _below_other_headers(root: Table) -> Iterator[tuple[Entry, str]]:
    """Yield the keys that stand below the header of another table than the one that reads them."""
    for path, table in _CLOSED:
        there = root.table(*path)
        for name, entry in there.entries.items() if there else ():
            if name not in table.keys:
                yield entry, f"`{name}` in `[{'.'.join(path)}]`"
    for key in _FREE:
        there = root.table("project", key)
        for name, entry in there.entries.items() if there else ():
            if name in PROJECT.keys and not fits(("project", key, name), entry.value):
                yield entry, f"`{name}` in `[project.{key}]`"
    for path in _WITHOUT_DEPENDENCIES:
        slipped = root.entry("tool", *path, "dependencies")
        if slipped is not None and isinstance(slipped.value, Array):
            yield slipped, f"`dependencies` in `[tool.{'.'.join(path)}]`"


@rule("uninherited-value", Severity.WARNING, *BELONGING, risks=(TRANSLATION,))
def uninherited_value(view: View, rule: Rule) -> Iterator[Finding]:
    """A key of `[project]` is to have the value of the workspace, as Cargo knows it.

    uv has no such inheritance. It refuses `version = { workspace = true }`, and passes over the like of
    it where the build backend reads the key, which refuses it.

    ```toml
    [project]
    description = { workspace = true }
    ```

    Write the value itself.
    """
    for name, entry in view.manifest.project.entries.items() if view.manifest.project else ():
        key = PROJECT.keys.get(name)
        if key is None or Layer.BUILD not in key.layers or not inherited(entry):
            continue
        fix = written_by_root(view, entry)
        message = f"`{name}` is not inherited from the workspace, as Cargo does it. Write the value"
        yield rule.finding(view, entry.key.span, message, *([fix] if fix else []))


@rule("self-requirement", Severity.WARNING, *BELONGING, risks=(REMOVAL,))
def self_requirement(view: View, rule: Rule) -> Iterator[Finding]:
    """A project requires itself, without an extra.

    uv leaves such a requirement out without a word: no other package of that name is installed. Often
    the project was called like the package that it is to use.

    ```toml
    [project]
    name = "flask"
    dependencies = ["flask"]
    ```

    Remove the requirement, or rename the project.
    """
    name = view.manifest.name
    for one in view.manifest.requirements_by_name.get(name, ()) if name is not None else ():
        # a group may be synced alone, and brings the project then
        if one.path[0] == "project" and not one.extras and not _is_unmet(view, one):
            index = one.array.items.index(one.node)
            remove = view.change_by(remove_item, view.manifest.tree, one.array, index)
            fix = Fix("Remove this entry", (remove,), risk=REMOVAL)
            message = f"`{name}` requires itself, which uv leaves out"
            yield rule.finding(view, one.name_span, message, fix)


def _is_unmet(view: View, requirement: Requirement) -> bool:
    """Tell whether the project does not have the version that it asks of itself: uv refuses that."""
    version, specifier = view.manifest.version, requirement.specifier
    return version is not None and specifier is not None and contradicts(version, specifier[0])


RULES = (unknown_project_key, misplaced_key, uninherited_value, self_requirement)
