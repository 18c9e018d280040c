"""Rules about requirements, wherever they stand, and about environment markers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ws_lsp.checking.applied_sources import applying
from ws_lsp.checking.build_requirements import (
    lowered_build_requirements,
    severity_of_build,
)
from ws_lsp.checking.findings import NO_RISK, Finding, Related, Severity
from ws_lsp.checking.ranges import exclude_each_other, has_upper_bound
from ws_lsp.checking.reported_faults import formatted_spans, report_faults
from ws_lsp.checking.rule import BELONGING, PARSED, Rule, Scope, rule
from ws_lsp.checking.suggestions import REMOVAL
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import differ
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import (
    contradicts,
    is_unsatisfiable,
    marker_problem,
    requirement_marker,
    requirement_problem,
)
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Context, including_groups, kept_apart
from ws_lsp.project.declarations import WORKSPACE_SOURCE, Requirement, name_and_specifier
from ws_lsp.schema.keys import GROUP_SETTINGS, INDEX
from ws_lsp.toml.tree import String

__all__ = ["RULES"]


@rule("invalid-requirement", Severity.ERROR, *PARSED, risks=(NO_RISK, REMOVAL))
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
    `[tool.uv.sources]`. Where hatchling builds the project, it fills in parts such as `{root:uri}`, and
    nothing is reported.
    """
    formatted = formatted_spans(view.manifest)
    yield from (one for one in report_faults(view, rule) if one.span not in formatted)


@rule("unsatisfiable-requirement", Severity.ERROR, *BELONGING)
def unsatisfiable_requirement(view: View, rule: Rule) -> Iterator[Finding]:
    """No version can meet a requirement.

    Its specifiers exclude each other, so that resolution is bound to fail. Where a source takes the
    package from a path, a URL, a repository or the workspace uv ignores the specifiers. A project that
    requires itself must have the version. All members, extras and groups are resolved together, so the
    ranges of two requirements must not exclude each other either where the markers of both hold, unless
    `conflicts` tells uv to keep them apart. What an extra asks of its own project is a part of it: an
    extra `all` that asks for two which conflict is bound to fail.

    ```toml
    [project]
    dependencies = ["idna>=3,<2"]
    ```

    Correct the range.
    """
    for requirement in view.manifest.requirements:
        name, text = requirement.name, requirement.node.value
        if name is None or not _may_be_wrong(text):
            continue
        message = _unsatisfiable(view, requirement, name)
        if message is None or not is_in_use(view, requirement_marker(text)):
            continue
        if not _is_placed(view, requirement, name) and not view.is_replaced(name):
            yield rule.finding(view, requirement.node.span, message)
    for requirement in lowered_build_requirements(view):
        name, text = requirement.name, requirement.node.value
        if name is None or requirement_marker(text) or not is_unsatisfiable(text):
            continue
        if name not in view.manifest.sources and not view.inherited_source(name):
            message = f"No version can meet `{text}`"
            severity = severity_of_build(view)
            yield rule.finding(view, requirement.node.span, message, severity=severity)
    if view.scope is Scope.DETACHED:
        yield from _other_members(view, rule)
    yield from _contradictions(view, rule)
    yield from _contradictions_elsewhere(view, rule)


def _other_members(view: View, rule: Rule) -> Iterator[Finding]:
    """Yield what a detached member requires of other members without a place, and in another version."""
    for span, wanted in view.wanted_around():
        member = view.member(wanted.name)
        version = view.version_of(member) if member is not None else None
        if wanted.place or version is None or view.is_replaced(wanted.name):
            continue
        if contradicts(version, wanted.specifier) and is_in_use(view, wanted.marker):
            text = f"{wanted.name}{wanted.specifier}"
            message = f"The member `{wanted.name}` is {version}, not `{text}`"
            yield rule.finding(view, span, message)


def _is_placed(view: View, requirement: Requirement, name: Name) -> bool:
    """Tell whether a source may take a package from one place, wherever the requirement counts.

    From one place comes one version, whatever the specifiers are; a mistaken source is reported. Where
    the markers of the source's entries leave environments out, uv asks an index there.
    """
    member = view.member(name) is not None
    if not any(
        kind != INDEX and (member or kind != WORKSPACE_SOURCE)
        for kinds in applying(view, requirement)
        for kind in kinds
    ):
        return False
    own, limited = view.manifest.sources.get(name), view.manifest.limited
    if own is None and view.inherited_source_may_be_partial(name):
        root = view.root_manifest()
        own, limited = root.sources.get(name), root.limited
    if own is None or own.usual or name in limited or view.environments().markers:
        return True
    markers: list[str] = []
    for one in own.entries:
        node = one.table.get("marker")
        if not isinstance(node, String) or marker_problem(node.value):
            return True
        if one.kind != INDEX:
            markers.append(f"({node.value})")
    marker = requirement_marker(requirement.node.value)
    covered = " or ".join(markers)
    if marker:
        covered = f"({marker}) and ({covered})"
    return not differ(covered, marker, view.environments().pythons)


class _Bounds(NamedTuple):
    """A requirement, and what it says of versions and environments."""

    requirement: Requirement
    specifier: str
    marker: str


def _exclude(view: View, one: _Bounds, other: _Bounds) -> bool:
    """Tell whether it is certain that no version meets two requirements of a package."""
    return (
        exclude_each_other((one.specifier, other.specifier))
        and view.environments().meet(one.marker, other.marker)
        and not _are_for_other_pythons(view, one.requirement, other.requirement)
        and _are_resolved_together(view, one.requirement, other.requirement)
    )


def _contradictions(view: View, rule: Rule) -> Iterator[Finding]:
    """Yield requirements that no version can meet together with one above them."""
    together: dict[Name, list[_Bounds]] = {}
    told: set[Name] = set()
    uv = view.manifest.uv
    limited = uv is not None and GROUP_SETTINGS in uv.entries
    for requirement in view.manifest.requirements:
        name, text = requirement.name, requirement.node.value
        if name is None or name in told or requirement.specifier is None:
            continue
        if limited and ";" in text:
            continue  # a group may be for other Python versions than its marker
        marker = requirement_marker(text) if ";" in text else ""
        own = _Bounds(requirement, requirement.specifier[0], marker)
        above = together.setdefault(name, [])
        other = next((one.requirement for one in above if _exclude(view, own, one)), None)
        above.append(own)
        if other is None:
            continue
        told.add(name)
        if view.member(name) is not None or view.is_replaced(name):
            continue
        kinds = {
            kind for one in (other, requirement) for some in applying(view, one) for kind in some
        }
        if kinds <= {INDEX}:
            message = f"No version can meet both `{text}` and `{other.node.value}`"
            message += _asking(view, requirement, other)
            related = (Related(view.path, other.node.span, "The other requirement"),)
            yield rule.finding(view, requirement.node.span, message, related=related)


def _contradictions_elsewhere(view: View, rule: Rule) -> Iterator[Finding]:
    """Yield the requirements that no version can meet together with one of another file."""
    bounded = [one for one in view.manifest.ranges if has_upper_bound(one.specifier)]
    if not bounded:
        return
    names = view.contradicted()
    for own in bounded if names else ():
        name, specifier, marker, *context = own
        if name not in names or not _is_served_by_index(view, name):
            continue
        other = view.range_against(own)
        if other is None:
            continue
        for requirement in view.manifest.requirements:
            if (
                requirement.name == name
                and [*requirement.context] == context
                and requirement.specifier is not None
            ):
                text = requirement.node.value
                if requirement.specifier[0] == specifier and requirement_marker(text) == marker:
                    where = f"`{name}{other[1].specifier}` of `{view.shown(other[0])}`"
                    message = f"No version can meet both `{text}` and {where}"
                    yield rule.finding(view, requirement.node.span, message)


def _are_resolved_together(view: View, one: Requirement, other: Requirement) -> bool:
    """Tell whether it is certain that no `conflicts` keep two requirements of this file apart."""
    conflicts = view.conflicts()
    return not conflicts or any(
        not kept_apart(conflicts, left, right)
        for left in _standings(view, one)
        for right in _standings(view, other)
    )


def _are_for_other_pythons(view: View, one: Requirement, other: Requirement) -> bool:
    """Tell whether settings may limit the groups of two requirements to Python versions that exclude each other."""
    limited = view.manifest.limited_groups
    groups = one.context[1], other.context[1]
    return groups[0] != groups[1] and all(group in limited for group in groups)


def _standings(view: View, requirement: Requirement) -> list[Context]:
    """Return where a requirement counts: in every group that includes its own, too.

    What a project asks of itself, in its dependencies or an extra, becomes a part of that list.
    """
    extra, group = requirement.context
    name = view.manifest.name
    if group is not None:
        return [Context(name, None, one) for one in sorted(view.manifest.including(group))]
    if extra is None:
        return [Context(name)]
    extras = including_groups(extra, view.manifest.own_extras)
    asked = view.manifest.own_extras_needed
    needed = [Context(name)] if not asked.isdisjoint(extras) else []
    return [*(Context(name, one) for one in sorted(extras)), *needed]


def _asking(view: View, one: Requirement, other: Requirement) -> str:
    """Say which list asks for extras that `conflicts` keep apart; nothing where they keep none apart."""
    name, conflicts = view.manifest.name, view.conflicts()
    own, its = (Context(name, *some.context) for some in (one, other))
    if own.group is not None or its.group is not None or not kept_apart(conflicts, own, its):
        return ""
    pairs = list(product(_standings(view, one), _standings(view, other)))
    left, right = min(pairs, key=lambda pair: (kept_apart(conflicts, *pair), pair[0] != pair[1]))
    where = right if left == own else left
    shown = f"the extra `{where.extra}`" if where.extra is not None else "this project"
    return f", and {shown} asks for {'both' if left == right else 'one of them'}"


def _is_served_by_index(view: View, name: Name) -> bool:
    """Tell whether nothing but an index gives a package that this file requires without a place."""
    return (
        view.member(name) is None
        and not view.is_replaced(name)
        and (name in view.manifest.sources or {*(view.inherited_source(name) or ())} <= {INDEX})
    )


def _may_be_wrong(text: str) -> bool:
    return any(operator in text for operator in "<>=~")


def _unsatisfiable(view: View, requirement: Requirement, name: Name) -> str | None:
    """Say why no version can meet a requirement of an index; None where some may."""
    text, specifier = requirement.node.value, requirement.specifier
    if name == view.manifest.name:
        version = view.manifest.version
        wrong = version is not None and specifier and contradicts(version, specifier[0])
        return f"The project itself is {version}, not `{text}`" if wrong else None
    member = view.member(name)
    if member is not None:
        version = view.version_of(member)
        has_source = name in view.manifest.sources or view.inherited_source(name) is not None
        if view.scope is Scope.DETACHED:
            return None  # its sources lead to what another workspace has
        if has_source and version and specifier and contradicts(version, specifier[0]):
            return f"The member `{name}` is {version}, not `{text}`"
        return None
    return f"No version can meet `{text}`" if is_unsatisfiable(text) else None


def is_in_use(view: View, marker: str) -> bool:
    """Tell whether it is certain that a requirement with this marker counts somewhere."""
    if not marker:
        return True
    return view.environments().include(marker)


@rule("invalid-marker", Severity.ERROR, *PARSED, risks=(NO_RISK, REMOVAL))
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


@rule("unpinned-requirement", Severity.WARNING, *BELONGING)
def unpinned_requirement(view: View, rule: Rule) -> Iterator[Finding]:
    """uv takes the lowest versions, and a requirement has no lower bound.

    With `resolution = "lowest"` or `"lowest-direct"` uv then takes the very first version of the package,
    and warns. A constraint with a lower bound will do, and a package that a source takes from one place
    needs none.

    ```toml
    [project]
    dependencies = ["idna<4"]

    [tool.uv]
    resolution = "lowest-direct"
    ```

    Add a lower bound: `idna>=3,<4`.
    """
    if not view.manifest.requirements or not view.resolves_lowest():
        return
    for requirement in view.manifest.requirements:
        name, text = requirement.name, requirement.node.value
        if name is None or "@" in text or requirement_problem(text) is not None:
            continue
        if view.member(name) is not None or view.is_replaced(name):
            continue
        if not is_in_use(view, requirement_marker(text)) or _is_placed(view, requirement, name):
            continue
        if not _has_lower_bound_beside(view, requirement, name):
            message = f"`{name}` has no lower bound, and uv takes the lowest version: it warns"
            yield rule.finding(view, requirement.node.span, message)


def _has_lower_bound_beside(view: View, requirement: Requirement, name: Name) -> bool:
    """Tell whether a requirement, one beside it that always counts, or a constraint has a lower bound."""
    texts = [
        one.node.value
        for one in view.manifest.requirements_by_name[name]
        if one.path == requirement.path and not requirement_marker(one.node.value)
    ]
    pairs = map(name_and_specifier, (requirement.node.value, *texts))
    specifiers = [pair[1] for pair in pairs if pair is not None]
    specifiers += [one.specifier for one in view.constraints(name)]
    return any(map(_has_lower_bound, specifiers))


def _has_lower_bound(specifier: str) -> bool:
    return any(operator in specifier for operator in (">", "==", "~="))


RULES = (
    invalid_requirement,
    unsatisfiable_requirement,
    unpinned_requirement,
    invalid_marker,
)
