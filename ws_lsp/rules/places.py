"""Rules about packages that come from one place: a path, a URL or a repository."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.grammar.markers import both
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_marker, requirement_url, version_problem
from ws_lsp.project.conflicts import Context
from ws_lsp.project.declarations import Requirement
from ws_lsp.project.direct import Direct, are_different, path_of, place_of_source, place_of_url
from ws_lsp.rules.base import BELONGING, Finding, Related, Rule, Severity, rule
from ws_lsp.rules.view import View
from ws_lsp.toml.tree import String

__all__ = ["RULES", "are_resolved_together", "places", "version_of_place"]


@rule("conflicting-urls", Severity.ERROR, *BELONGING)
def conflicting_urls(view: View, rule: Rule) -> Iterator[Finding]:
    """Two requirements take one package from different places.

    A workspace has one environment for all members, all extras and all groups, so a `path`, a `url` or a
    repository of a package must be the same everywhere, `editable` included. A requirement without a
    place goes along with any. uv takes such requirements apart where `conflicts` tells it to, and an
    override takes the place of all of them.

    ```toml
    # packages/a/pyproject.toml
    vendored = { path = "../../vendor/one" }
    # packages/b/pyproject.toml
    vendored = { path = "../../vendor/two" }
    ```

    Write the same place, best of all in the root's `[tool.uv.sources]`, which every member inherits.
    """
    uses = [
        (requirement, used)
        for requirement in view.manifest.requirements
        if requirement.name is not None and view.member(requirement.name) is None
        for used in places(view, requirement, requirement.name)
    ]
    told: set[Name] = set()
    for at, (requirement, used) in enumerate(uses):
        if used.name in told or view.is_replaced(used.name):
            continue
        other = next(
            (
                one
                for one, found in uses[:at]
                if one.name == used.name
                and one is not requirement
                and _are_in_conflict(view, used, found, view.path)
            ),
            None,
        )
        if other is not None:
            told.add(used.name)
            message = f"`{used.name}` comes from another place here than above"
            related = (Related(view.path, other.node.span, "The other place"),)
            yield rule.finding(view, requirement.node.span, message, related=related)
            continue
        for path, found in view.directs(used.name):
            if path != view.path and _are_in_conflict(view, used, found, path):
                told.add(used.name)
                message = (
                    f"`{used.name}` comes from another place here than in `{view.shown(path)}`"
                )
                yield rule.finding(view, requirement.node.span, message)
                break


def places(view: View, requirement: Requirement, name: Name) -> Iterator[Direct]:
    """Yield the places that uv takes a requirement from; none where it may be for fewer Python versions."""
    if view.manifest.may_be_for_fewer_pythons(requirement.path):
        return
    text = requirement.node.value
    marker = requirement_marker(text)
    source = view.manifest.sources.get(name)
    if source is None:
        inherited = view.inherited_direct_source(name)
        if inherited is not None:
            yield inherited.required_by(marker, *requirement.context)
        elif view.inherited_source(name) is None and "@" in text and (url := requirement_url(text)):
            direct = Direct(name, place_of_url(url), marker, *requirement.context)
            known = direct.within(view.running_in())
            if known is not None:
                yield known
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


def version_of_place(view: View, place: str) -> str | None:
    """Return the version of what stands at a place, None where no file shows it."""
    path = path_of(place)
    name = (path or place).rpartition("/")[2]
    if name.endswith(".whl"):
        _, *rest = name.split("-")
        return rest[0] if len(rest) > 1 and version_problem(rest[0]) is None else None
    return view.project_version_at(path) if path is not None else None


def _are_in_conflict(view: View, one: Direct, other: Direct, path: str) -> bool:
    """Tell whether it is certain that uv meets both places in one resolution; `other` is of the file `path`."""
    return are_different(one.place, other.place) and are_resolved_together(view, one, other, path)


def are_resolved_together(view: View, one: Direct, other: Direct, path: str) -> bool:
    """Tell whether it is certain that uv resolves together what this file and that at `path` ask for."""
    if view.conflicts():
        shared = view.shared(path)
        own = Context(view.manifest.name, one.extra, one.group)
        its = Context(shared.name if shared else None, other.extra, other.group)
        if view.are_kept_apart(own, its):
            return False
    return view.environments().meet(one.marker, other.marker)


RULES = (conflicting_urls,)
