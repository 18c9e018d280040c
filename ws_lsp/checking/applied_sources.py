"""Which sources uv applies to which requirements.

uv takes no notice of what is wrong with a source until a requirement needs it: findings are warnings
until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ws_lsp.checking.build_requirements import (
    extra_build_requirements,
    lowered_build_requirements,
    severity_of_build,
)
from ws_lsp.checking.findings import Severity
from ws_lsp.checking.refused_settings import drops_settings
from ws_lsp.checking.rule import Scope
from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import holds_somewhere, overlap
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import (
    marker_problem,
    requirement_marker,
)
from ws_lsp.project.declarations import (
    Requirement,
    Source,
    SourceEntry,
)
from ws_lsp.toml.tree import String

__all__ = [
    "applying",
    "is_looked_for",
    "is_lowered",
    "knows_no_members",
    "may_be_wanted",
    "meets_marker",
    "severity_of_source",
]


def applying(view: View, requirement: Requirement) -> Iterator[tuple[str, ...]]:
    """Yield the kinds of the source's entries that uv applies to a requirement.

    A requirement of a group counts in every group that includes it, and gets its source there anew. The
    kinds are none where there is no source, and where all its entries are for other extras or groups:
    uv then takes the requirement for one of an index, even if a member has that name.
    """
    assert requirement.name is not None  # callers ask about named ones
    if view.has_no_source(requirement.name):
        yield ()
        return
    own = view.manifest.sources.get(requirement.name)
    kinds = own.kinds if own else view.inherited_source(requirement.name)
    limited = view.manifest.limited.get(requirement.name)
    if own is None and kinds:
        limited = view.inherited_limited(requirement.name)
    if limited is None:
        yield kinds or ()
        return
    for context in view.manifest.contexts(requirement.path):
        yield tuple(one.kind for one in limited if one.suits(*context))


def is_lowered(view: View, source: Source, index: int, requirements: Iterable[Requirement]) -> bool:
    """Tell whether uv applies an entry of this file's source to one of some requirements of this file.

    It does not where the markers of both are known to have no environment in common.
    """
    if view.has_no_source(source.name):
        return False
    limited = view.manifest.limited.get(source.name)
    for requirement in requirements:
        if requirement.name != source.name:
            continue
        if limited is not None and not any(
            limited[index].suits(*context) for context in view.manifest.contexts(requirement.path)
        ):
            continue
        if meets_marker(source.entries[index], requirement):
            return True
    return False


def knows_no_members(view: View, name: Name) -> bool:
    """Tell whether uv takes a member, neither the root nor this project, for a stranger in this file.

    It finds no members for requirements where `no-sources-package` names any package.
    """
    left_out = view.sources_left_out()
    if not left_out or not left_out.isdisjoint((None, name)) or view.outside is not None:
        return False
    if view.scope is Scope.DETACHED or view.member(name) is None:
        return False
    if name in (view.manifest.name, view.root_manifest().name):
        return False
    return view.has_settings_file() or not drops_settings(view, view.root_manifest())


def meets_marker(one: SourceEntry, requirement: Requirement) -> bool:
    """Tell whether an entry of a source and a requirement may be for the same environments."""
    marker, own = requirement_marker(requirement.node.value), one.table.get("marker")
    if not marker or not isinstance(own, String):
        return True
    return (
        not marker_problem(marker) and not marker_problem(own.value) and overlap(marker, own.value)
    )


def severity_of_source(
    view: View, source: Source, index: int, *, inherited: bool = True, constrained: bool = True
) -> Severity:
    """Return how bad an entry of a source is that uv refuses only for a requirement that uses it.

    One for an extra or a group is used, or else that is wrong. `inherited` tells whether those members
    count that have the source from the root, `constrained` whether overrides and constraints do.
    """
    keys = source.entries[index].table.entries.keys()
    if keys & {"extra", "group"} and "marker" not in keys:
        return Severity.ERROR if view.manifest.project is not None else Severity.WARNING
    name = source.name
    built = lowered_build_requirements(view)
    if not constrained:  # uv looks for what it needs here, and no further
        built = tuple(one for one in built if not requirement_marker(one.node.value))
    used = (
        is_lowered(view, source, index, view.manifest.requirements_by_name.get(source.name, ()))
        or (is_lowered(view, source, index, built) and severity_of_build(view) is Severity.ERROR)
        or (
            view.scope is Scope.ROOT
            and view.outside is None
            and (
                (constrained and name in view.manifest.constrained)
                or (constrained and name in extra_build_requirements(view))
                or (
                    inherited
                    and (view.inherits(name) or view.is_built_with(name, None, not constrained))
                )
            )
        )
    )
    return Severity.ERROR if used else Severity.WARNING


def is_looked_for(view: View, name: Name) -> bool:
    """Tell whether uv may look for a package, once it knows where that should be."""
    own = view.manifest.requirements_by_name.get(name, ())
    return (
        not own
        or any(may_be_wanted(view, one) for one in own)
        or (view.outside is None and view.scope is Scope.ROOT and view.inherits(name))
    )


def may_be_wanted(view: View, requirement: Requirement) -> bool:
    """Tell whether the extras that the project has let a requirement count: others nobody can ask for.

    Of a project outside of the workspace nothing counts but its dependencies and what is asked for.
    """
    if view.outside is not None and not view.outside.includes(*requirement.context):
        return False
    marker = requirement_marker(requirement.node.value)
    if "extra" not in marker or marker_problem(marker):
        return True
    of_project = requirement.path[0] == "project"
    extras = frozenset(view.manifest.extras if of_project else ())
    return holds_somewhere(marker, view.environments().specifiers, extras)
