"""Rules about constraints and overrides: what they leave of the packages that the workspace requires."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.build_requirements import (
    extra_build_requirements,
)
from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Severity
from ws_lsp.checking.ranges import exclude_each_other
from ws_lsp.checking.required_places import version_of_place
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.suggestions import workspace_source
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import (
    both,
)
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import (
    contradicts,
    is_unsatisfiable,
    requirement_marker,
)
from ws_lsp.project.declarations import (
    LOWERED,
    WORKSPACE_SOURCE,
    Range,
    name_and_specifier,
    requirement_name,
)
from ws_lsp.rules.requirements import is_in_use
from ws_lsp.schema.keys import CONSTRAINTS, INDEX, OVERRIDES
from ws_lsp.toml.tree import Array, Node, String, Table, strings

__all__ = ["RULES"]


@rule("constrained-member", Severity.ERROR, Scope.ROOT, Scope.SETTINGS, risks=(NO_RISK,))
def constrained_member(view: View, rule: Rule) -> Iterator[Finding]:
    """An override or a constraint names a member, and the root has no `workspace = true` source for it.

    uv gives sources to `override-dependencies`, `constraint-dependencies` and
    `build-constraint-dependencies` as it does to requirements. The source must be the root's own, and
    the root's project is no exception. The version has no effect on a member anyhow. A scoped override
    cannot name a member at all. What `extra-build-dependencies` lists gets sources in the same way, also
    in a `uv.toml`.

    ```toml
    [tool.uv]
    override-dependencies = ["acme-core>=2"]  # acme-core is a member
    ```

    Remove the entry, or add `acme-core = { workspace = true }` to the root's `[tool.uv.sources]`.
    """
    yield from _extra_build_members(view, rule)
    table = view.manifest.uv if view.scope is Scope.ROOT else None
    for key in LOWERED if table is not None else ():
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
                or WORKSPACE_SOURCE in (view.root_source(name) or ())
            ):
                continue
            message = (
                f"`{name}` is a member of this workspace and needs a `workspace = true` source"
            )
            yield rule.finding(view, text.span, message, *_new_source(view, name))


def _extra_build_members(view: View, rule: Rule) -> Iterator[Finding]:
    """Yield the entries of `extra-build-dependencies` whose name the root's sources do not suit."""
    for name, node in extra_build_requirements(view).items():
        has_source = WORKSPACE_SOURCE in (view.root_source(name) or ())
        if view.member(name) is not None and not has_source:
            message = (
                f"`{name}` is a member of this workspace and needs a `workspace = true` source"
            )
            yield rule.finding(view, node.span, message, *_new_source(view, name))
        elif view.member(name) is None and has_source and view.scope is Scope.SETTINGS:
            message = f"`{name}` is not a member of this workspace, but the root's source says so"
            yield rule.finding(view, node.span, message)


def _new_source(view: View, name: Name) -> Iterator[Fix]:
    """Yield the fix that adds a workspace source to the root, where that has none of the name."""
    if view.scope is Scope.ROOT and name not in view.manifest.sources:
        yield workspace_source(view, name)


def _is_elsewhere(view: View, name: Name) -> bool:
    """Tell whether the root takes a package from the workspace, a path, a URL or a repository."""
    return view.member(name) is not None or any(
        kind != INDEX for kind in view.root_source(name) or ()
    )


def _strings(value: Node | None) -> Iterator[tuple[String, bool]]:
    """Yield the requirements of an override or a constraint, and whether they are of a scoped one."""
    for item in value.items if isinstance(value, Array) else ():
        inner = item.get("dependencies") if isinstance(item, Table) else None
        node = item.get("requirement") if isinstance(item, Table) else item
        if isinstance(node, String):
            yield node, False
        for text in strings(inner):
            yield text, True


@rule("impossible-constraint", Severity.ERROR, Scope.ROOT)
def impossible_constraint(view: View, rule: Rule) -> Iterator[Finding]:
    """A constraint or an override allows no version of a package that the workspace requires.

    An override stands in the stead of every requirement of its package, a constraint applies to all of
    them. So its range must neither be empty nor exclude that of another entry; that of a constraint must
    not exclude a requirement's either, whatever file that stands in.

    ```toml
    [tool.uv]
    constraint-dependencies = ["idna<3"]  # and a member requires `idna>=3`
    ```

    Correct the range.
    """
    uv = view.manifest.uv
    above: dict[Name, list[str]] = {}
    for key in (OVERRIDES, CONSTRAINTS):
        value = uv.get(key) if uv else None
        for node in strings(value):
            pair = name_and_specifier(node.value)
            if pair is None or not pair[1]:
                continue
            name, specifier = pair
            others = above.setdefault(name, [])
            if key == CONSTRAINTS and not _applies(view, name, node.value):
                continue
            problem = _range_problem(view, node.value, name, specifier, others)
            if problem is not None:
                yield rule.finding(view, node.span, problem)
            elif ";" not in node.value:
                others.append(specifier)


def _applies(view: View, name: Name, text: str) -> bool:
    """Tell whether it is certain that a requirement counts somewhere that a constraint is for."""
    markers = view.required_under(name)
    marker = requirement_marker(text)
    return markers is None or any(is_in_use(view, both(marker, one)) for one in markers)


def _range_problem(
    view: View, text: str, name: Name, specifier: str, above: list[str]
) -> str | None:
    """Say why no version can meet an override or a constraint, those above it and what is required."""
    marker = requirement_marker(text)
    if (
        view.member(name) is not None
        or not {*(view.root_source(name) or ())} <= {INDEX}
        or not view.manifest.left_out.isdisjoint((None, name))
        or not view.is_required(name)
        or not is_in_use(view, marker)
    ):
        return None
    if is_unsatisfiable(text):
        return f"No version of `{name}` can meet `{text}`"
    for other in above:
        if exclude_each_other((specifier, other)):
            return f"No version can meet both `{text}` and `{name}{other}`"
    if view.is_replaced(name):
        return None
    found = view.range_against(Range(name, specifier, marker), True)
    if found is not None:
        where = f"`{name}{found[1].specifier}` of `{view.shown(found[0])}`"
        return f"No version can meet both `{text}` and {where}"
    for path, direct in view.directs(name):
        version = version_of_place(view, direct.place)
        if (
            version is not None
            and contradicts(version, specifier)
            and is_in_use(view, both(marker, direct.marker))
        ):
            return f"`{name}` is {version} where `{view.shown(path)}` takes it from, not `{text}`"
    return None


RULES = (constrained_member, impossible_constraint)
