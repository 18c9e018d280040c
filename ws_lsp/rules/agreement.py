"""Rules about what the files of a workspace must agree on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ws_lsp.checking.applied_sources import severity
from ws_lsp.checking.findings import Finding, Fix, Related, Severity
from ws_lsp.checking.ranges import exclude_each_other
from ws_lsp.checking.refused_settings import another_uv, required_version
from ws_lsp.checking.required_places import version_of_place
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.suggestions import question, replacement
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import ABOVE_ANY_INTERPRETER, asks_for_an_extra, both, python_overlap
from ws_lsp.grammar.names import Name, NameIndex, normalise
from ws_lsp.grammar.requirement import (
    contradicts,
    is_unsatisfiable,
    marker_problem,
    releases_overlap,
    requirement_marker,
)
from ws_lsp.project.declarations import Range, name_and_specifier
from ws_lsp.project.versions import Feature
from ws_lsp.rules.requirements import is_in_use
from ws_lsp.schema.tool_uv import (
    CONSTRAINTS,
    ENVIRONMENTS,
    INDEX,
    OVERRIDES,
    WORKSPACE,
)
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry, replace_string
from ws_lsp.toml.tree import String, strings
from ws_lsp.vfs import join

__all__ = ["RULES"]


@rule("disjoint-requires-python", Severity.ERROR, *BELONGING)
def disjoint_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """No Python version suits all projects of the workspace.

    A workspace has one environment, so uv takes the intersection of every `requires-python`, the root's
    included, and refuses the workspace where that is empty.

    ```toml
    # packages/a/pyproject.toml
    requires-python = ">=3.12"
    # packages/b/pyproject.toml
    requires-python = "<3.12"
    ```

    Widen one of them, or exclude the project from the workspace.
    """
    node = view.manifest.requires_python_node
    if node is None:
        return
    specifiers = view.python_specifiers()
    if releases_overlap(specifiers):
        return
    against = {one for one in specifiers if not releases_overlap(frozenset((one, node.value)))}
    if not against:
        if any(
            not releases_overlap(frozenset(pair)) for pair in combinations(sorted(specifiers), 2)
        ):
            return  # others exclude each other; this one suits both
        against = set(specifiers) - {node.value}
    others = [
        (path, text)
        for path, text in view.python_requirements()
        if text in against and path != view.path
    ]
    related: list[Related] = []
    for path, text in others:
        other = view.other(path)
        place = other.requires_python_node if other else None
        if place is not None:
            related.append(Related(path, place.span, f"`{text}` in `{view.shown(path)}`"))
    named = ", ".join(f"`{text}` in `{view.shown(path)}`" for path, text in others[:3])
    message = f"No Python version suits `{node.value}` and {named}"
    fixes = _python_fixes(view, node, against)
    yield rule.finding(view, node.span, message, *fixes, related=tuple(related))


def _python_fixes(view: View, node: String, against: set[str]) -> Iterator[Fix]:
    """Yield the ways to make one file agree with the others, which agree among themselves."""
    rest = frozenset(text for path, text in view.python_requirements() if path != view.path)
    # of older versions alone the markers would have to be judged anew
    newest = frozenset((*rest, ABOVE_ANY_INTERPRETER))
    if not rest or not releases_overlap(newest) or view.environments().markers:
        return
    if len(against) == 1:
        text = next(iter(against))
        yield Fix(f"Write `{text}`", (view.change(replace_string(node, text)),))
    entry = view.manifest.tree.root.entry("project", "requires-python")
    if entry is not None:
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield Fix("Remove `requires-python`", (remove,))


@rule("editable-conflict", Severity.ERROR, *BELONGING)
def editable_conflict(view: View, rule: Rule) -> Iterator[Finding]:
    """One file wants a member to be editable and another wants it not to be.

    A member is installed once, so all sources that say `editable` of it must say the same. A source that
    says nothing of it goes along with either, and what a project says of itself does not count.

    ```toml
    # packages/b/pyproject.toml
    acme-core = { workspace = true, editable = true }
    # packages/c/pyproject.toml
    acme-core = { workspace = true, editable = false }
    ```

    Remove `editable` from one of them.
    """
    for name, flag, entry in view.manifest.editable:
        first = view.first_editable(name)
        if first is None or first[1] == flag or name == view.manifest.name:
            continue
        path = first[0]
        other = view.other(path)
        places = [one for said, _, one in other.editable if said == name] if other else []
        related = tuple(Related(path, one.value.span, "The other one") for one in places[:1])
        word, contrary = ("true", "false") if flag else ("false", "true")
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield rule.finding(
            view,
            entry.value.span,
            f"`{name}` cannot be `editable = {word}` here and `{contrary}` in `{view.shown(path)}`",
            Fix("Remove `editable`", (remove,)),
            related=related,
        )


@rule("unknown-member-extra", Severity.WARNING)
def unknown_member_extra(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement asks for an extra that the member does not have.

    uv warns and goes on without it. A project's own extra is no exception in a dependency group; in its
    dependencies and its extras uv does not say a word of it.

    ```toml
    dependencies = ["acme-core[fast]"]  # acme-core has no extra of that name
    ```

    Correct the name, or add the extra to the member.
    """
    for requirement in view.manifest.requirements:
        if requirement.name is None:
            continue
        if requirement.name == view.manifest.name and requirement.context[1] is None:
            continue
        if "[" not in requirement.node.value:
            continue
        member = view.member(requirement.name)
        if member is None:
            continue
        known = view.extras_of(member)
        for text, span in requirement.extras:
            if known is None or normalise(text) in known:
                continue
            near = NameIndex(known).closest(text)
            message = f"`{member.name}` has no extra `{text}`{question(near)}"
            fixes: tuple[Fix, ...] = ()
            if near is not None and requirement.node.verbatim:
                fixes = (replacement(view, near, Edit(span, near)),)
            yield rule.finding(view, span, message, *fixes)


@rule("required-uv-version", Severity.ERROR, Scope.ROOT, Scope.SETTINGS)
def required_uv_version(view: View, rule: Rule) -> Iterator[Finding]:
    """The installed uv is not one that `required-version` asks for.

    uv then refuses every command. Only the root's setting counts, or that of the `uv.toml` beside it.
    Versions before 0.11.7 do not see it where they drop the settings of the file because of a mistake.

    ```toml
    [tool.uv]
    required-version = "<0.10"  # uv 0.13.9 is installed
    ```

    Install another uv, or widen the range.
    """
    problem = another_uv(view, view.manifest)
    node = required_version(view.manifest)
    if problem is not None and node is not None:
        yield rule.finding(view, node.span, f"{problem}: uv refuses every command")


@rule("unreachable-environment", Severity.ERROR, Scope.ROOT)
def unreachable_environment(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `environments` holds for no Python version of the workspace.

    uv intersects every `requires-python` of the workspace and refuses an environment outside of it.
    Only what entries say of Python versions is looked at here. An environment has no extras, so uv
    refuses an entry that asks for one.

    ```toml
    [project]
    requires-python = ">=3.11"

    [tool.uv]
    environments = ["python_version < '3.9'"]
    ```

    Correct the marker, or widen `requires-python`.
    """
    value = view.manifest.uv.get(ENVIRONMENTS) if view.manifest.uv else None
    for node in (value,) if isinstance(value, String) else strings(value):
        if marker_problem(node.value):
            continue
        if asks_for_an_extra(node.value):
            message = f"`{node.value}` asks for an extra, and an environment has no extras"
            yield rule.finding(view, node.span, message)
            continue
        specifiers = view.python_specifiers()
        if not specifiers or not releases_overlap(specifiers):
            continue
        if not python_overlap(node.value, specifiers):
            wanted = ", ".join(f"`{one}`" for one in sorted(specifiers))
            message = (
                f"`{node.value}` holds for no Python version that the workspace wants: {wanted}"
            )
            yield rule.finding(view, node.span, message)


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


@rule("unknown-other-workspace", Severity.ERROR, *BELONGING)
def unknown_other_workspace(view: View, rule: Rule) -> Iterator[Finding]:
    """`workspace = "<path>"` leads to no workspace, or to one without that member.

    The string is the path of another workspace's root, from the file that it stands in. Versions of uv
    before 0.11.31 know no such path, and refuse the file. A source that nothing uses is a warning.

    ```toml
    [tool.uv.sources]
    acme-core = { workspace = "../../other" }
    ```

    Correct the path, or the name.
    """
    for source in view.manifest.sources.values():
        if WORKSPACE not in source.kinds:
            continue
        for index, one in enumerate(source.entries):
            node = one.table.get(WORKSPACE)
            if not isinstance(node, String):
                continue
            if not view.uv_has(Feature.OTHER_WORKSPACE):
                message = "uv takes the path of another workspace from version 0.11.31 on"
                yield rule.finding(view, node.span, message)
                continue
            if view.member(source.name) is not None and source.name != view.manifest.name:
                continue
            members = view.other_workspace(join(view.manifest.directory, node.value))
            if members is not None and source.name in members:
                continue
            message = f"`{node.value}` is not the root of a workspace"
            if members is not None:
                message = f"`{source.key.text}` is not a member of the workspace in `{node.value}`"
            used = severity(view, source, index)
            yield rule.finding(view, node.span, message, severity=used)


RULES = (
    disjoint_requires_python,
    editable_conflict,
    unknown_member_extra,
    required_uv_version,
    unreachable_environment,
    impossible_constraint,
    unknown_other_workspace,
)
