"""Rules about requirements, wherever they stand, and about environment markers."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.project.manifest import WORKSPACE, Requirement, requirement_name
from ws_lsp.project.names import Name
from ws_lsp.project.requirement import contradicts, is_unsatisfiable
from ws_lsp.rules.base import Finding, Fix, Rule, Scope, Severity, View, rule
from ws_lsp.rules.tool_uv import report_faults
from ws_lsp.toml.edit import insert_entry
from ws_lsp.toml.tree import Array, Node, String, Table

__all__ = ["RULES"]

_SOURCES = ("tool", "uv", "sources")
_LOWERED = ("override-dependencies", "constraint-dependencies", "build-constraint-dependencies")


@rule("invalid-requirement", Severity.ERROR)
def invalid_requirement(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement cannot be read (PEP 508).

    In `[project]` uv mends a few common slips (`>=7<8`, `>=1.9.*`, a stray quote); groups, constraints
    and overrides are read strictly. A requirement in `[project]` that cannot be mended makes uv call the
    build backend, whose message then speaks of something else.

    ```toml
    [project]
    dependencies = ["idna=3.4", "idna^3.4", "./libs/foo"]
    ```

    Write `idna==3.4`, `idna>=3.4,<4`, and for a path a name in `dependencies` and its place in
    `[tool.uv.sources]`.
    """
    yield from report_faults(view, rule)


@rule("unsatisfiable-requirement", Severity.ERROR)
def unsatisfiable_requirement(view: View, rule: Rule) -> Iterator[Finding]:
    """No version can meet a requirement.

    Its specifiers exclude each other, so that resolution is bound to fail. Where a source takes the
    package from a path, a URL, a repository or the workspace uv ignores the specifiers. A project that
    requires itself must have the version.

    ```toml
    [project]
    dependencies = ["idna>=3,<2"]
    ```

    Correct the range.
    """
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None or not (
            _misses_itself(view, requirement) or is_unsatisfiable(requirement.node.value)
        ):
            continue
        own = view.manifest.sources.get(name)
        kinds = own.kinds if own else view.root_source(name)
        elsewhere = {kind for kind in kinds or () if kind != "index"}
        if view.member(name) is None:
            elsewhere.discard(WORKSPACE)  # reported, and no reason to ignore the specifier
        if elsewhere or _is_replaced(view, name):
            continue
        message = f"No version can meet `{requirement.node.value}`"
        if name == view.manifest.name:
            message = (
                f"The project itself is {view.manifest.version}, not `{requirement.node.value}`"
            )
        elif view.member(name) is not None:
            continue
        yield rule.finding(view, requirement.node.span, message)


def _misses_itself(view: View, requirement: Requirement) -> bool:
    """Tell whether a project requires another version of itself than it has."""
    version, specifier = view.manifest.version, requirement.specifier
    if requirement.name != view.manifest.name or version is None or specifier is None:
        return False
    return ";" not in requirement.node.value and contradicts(version, specifier[0])


def _is_replaced(view: View, name: str) -> bool:
    """Tell whether the root overrides or excludes a package."""
    root = view.root_manifest()
    for key in ("override-dependencies", "exclude-dependencies"):
        value = root.tree.root.get("tool", "uv", key)
        for item in value.items if isinstance(value, Array) else ():
            if not isinstance(item, String) or requirement_name(item.value) in (None, name):
                return True
    return False


@rule("constrained-member", Severity.ERROR, Scope.ROOT)
def constrained_member(view: View, rule: Rule) -> Iterator[Finding]:
    """An override or a constraint names a member, and the root has no `workspace = true` source for it.

    uv gives sources to `override-dependencies`, `constraint-dependencies` and
    `build-constraint-dependencies` as it does to requirements. The source must be the root's own, and
    the root's project is no exception. The version has no effect on a member anyhow. A scoped override
    cannot name a member at all.

    ```toml
    [tool.uv]
    override-dependencies = ["acme-core>=2"]  # acme-core is a member
    ```

    Remove the entry, or add `acme-core = { workspace = true }` to the root's `[tool.uv.sources]`.
    """
    table = view.manifest.uv
    for key in _LOWERED if table is not None else ():
        value = table.get(key) if table else None
        for text, scoped in _strings(value):
            name = requirement_name(text.value)
            if scoped and name is not None and _is_elsewhere(view, name):
                message = f"A scoped override cannot take `{name}` from anywhere but an index"
                yield rule.finding(view, text.span, message)
                continue
            if (
                name is None
                or view.member(name) is None
                or WORKSPACE in (view.root_source(name) or ())
            ):
                continue
            edits = insert_entry(view.manifest.tree, _SOURCES, name, "{ workspace = true }")
            yield rule.finding(
                view,
                text.span,
                f"`{name}` is a member of this workspace and needs a `workspace = true` source",
                Fix(f"Add the source `{name} = {{ workspace = true }}`", (view.change(*edits),)),
            )


def _is_elsewhere(view: View, name: Name) -> bool:
    """Tell whether the root takes a package from the workspace, a path, a URL or a repository."""
    return view.member(name) is not None or any(
        kind != "index" for kind in view.root_source(name) or ()
    )


def _strings(value: Node | None) -> Iterator[tuple[String, bool]]:
    """Yield the requirements of an override or a constraint, and whether they are of a scoped one."""
    for item in value.items if isinstance(value, Array) else ():
        inner = item.get("dependencies") if isinstance(item, Table) else None
        node = item.get("requirement") if isinstance(item, Table) else item
        if isinstance(node, String):
            yield node, False
        for text in inner.items if isinstance(inner, Array) else ():
            if isinstance(text, String):
                yield text, True


@rule("invalid-marker", Severity.ERROR)
def invalid_marker(view: View, rule: Rule) -> Iterator[Finding]:
    """An environment marker cannot be read (PEP 508).

    Markers stand in sources, `environments` and `required-environments`. They compare a known name with
    a quoted string by `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `in` or `not in`, and are joined by `and`
    and `or`.

    ```toml
    [tool.uv]
    environments = ["sys_platfor == 'linux'"]
    ```

    Correct the name or the operator.
    """
    yield from report_faults(view, rule)


RULES = (invalid_requirement, unsatisfiable_requirement, constrained_member, invalid_marker)
