"""The places that requirements take packages from, where one place alone has them."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.view import View
from ws_lsp.grammar.markers import both
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_marker, requirement_url, version_problem
from ws_lsp.project.conflicts import Context
from ws_lsp.project.declarations import Requirement
from ws_lsp.project.direct import (
    Direct,
    path_of,
    place_of_path,
    place_of_source,
    place_of_url,
)
from ws_lsp.project.workspace import Member
from ws_lsp.toml.tree import String
from ws_lsp.vfs import is_absolute

__all__ = ["are_resolved_together", "place_of_member", "places", "version_of_place"]


def places(view: View, requirement: Requirement, name: Name) -> Iterator[Direct]:
    """Yield the places that uv takes a requirement from; none where it may be for fewer Python versions."""
    if view.manifest.may_be_for_fewer_pythons(requirement.path):
        return
    text = requirement.node.value
    marker = requirement_marker(text)
    source = view.manifest.sources.get(name)
    around = view.wanted_by_span.get(requirement.node.span)
    if around is not None:
        for wanted in around:
            if wanted.place:
                yield Direct(name, wanted.place, wanted.marker, *requirement.context)
        return
    is_off = view.has_no_source(name)
    if source is None or is_off:
        place_elsewhere = _without_own_source(view, requirement, name, marker, is_off)
        if place_elsewhere is not None:
            yield place_elsewhere
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
        for context in view.manifest.contexts(requirement.path):
            if limited[index].suits(*context):
                yield Direct(name, place, condition, *context)


def _without_own_source(
    view: View, requirement: Requirement, name: Name, marker: str, is_off: bool
) -> Direct | None:
    """Return the place that the root's source or a URL gives a requirement; `is_off` turns sources off."""
    text = requirement.node.value
    inherited = None if is_off else view.inherited_direct_source(name)
    if inherited is not None:
        return inherited.required_by(marker, *requirement.context)
    url = requirement_url(text) if "@" in text else None
    if url is None or not (is_off or view.inherited_source(name) is None):
        return None
    return Direct(name, place_of_url(url), marker, *requirement.context).within(view.running_in())


def place_of_member(view: View, member: Member) -> str:
    """Return the place of a member for the files of its workspace: editable unless one says otherwise."""
    return place_of_path(member.directory, view.source_kind(member.name) == "editable")


def version_of_place(view: View, place: str) -> str | None:
    """Return the version of what stands at a place, None where no file shows it."""
    path = path_of(place)
    if path.endswith(".whl"):
        _, *rest = path.rpartition("/")[2].split("-")
        return rest[0] if len(rest) > 1 and version_problem(rest[0]) is None else None
    return view.project_version_at(path) if is_absolute(path) else None


def are_resolved_together(view: View, one: Direct, other: Direct, path: str) -> bool:
    """Tell whether it is certain that uv resolves together what this file and that at `path` ask for."""
    if view.conflicts():
        shared = view.shared(path)
        own = Context(view.manifest.name, one.extra, one.group)
        its = Context(shared.name if shared else None, other.extra, other.group)
        if view.are_kept_apart(own, its):
            return False
    return view.environments().meet(one.marker, other.marker)
