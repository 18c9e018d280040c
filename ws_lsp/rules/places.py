"""Rules about packages that come from one place: a path, a URL or a repository."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.project.direct import Direct, are_different, place_of_source, place_of_url
from ws_lsp.project.manifest import Requirement
from ws_lsp.project.markers import holds_somewhere, overlap
from ws_lsp.project.names import Name
from ws_lsp.project.requirement import marker_problem, requirement_marker, requirement_url
from ws_lsp.rules.base import Finding, Related, Rule, Severity, View, rule
from ws_lsp.rules.sources import contexts, suits
from ws_lsp.toml.tree import String

__all__ = ["RULES"]


@rule("conflicting-urls", Severity.ERROR)
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
        for used in _places(view, requirement, requirement.name)
    ]
    told: set[Name] = set()
    for at, (requirement, used) in enumerate(uses):
        if used.name in told or view.is_replaced(used.name):
            continue
        other = next(
            (
                one
                for one, found in uses[:at]
                if one.name == used.name and one is not requirement and _conflict(view, used, found)
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
            if path != view.path and _conflict(view, used, found):
                told.add(used.name)
                message = (
                    f"`{used.name}` comes from another place here than in `{view.shown(path)}`"
                )
                yield rule.finding(view, requirement.node.span, message)
                break


def _places(view: View, requirement: Requirement, name: Name) -> Iterator[Direct]:
    """Yield the places that uv takes a requirement from."""
    text = requirement.node.value
    marker = requirement_marker(text)
    source = view.manifest.sources.get(name)
    if source is None:
        inherited = view.root_direct_source(name)
        if inherited is not None:
            if not (marker and inherited.marker):
                yield inherited._replace(marker=marker or inherited.marker)
        elif view.root_source(name) is None and "@" in text and (url := requirement_url(text)):
            yield Direct(name, place_of_url(url), marker)
        return
    if source.usual:
        return
    limited = view.manifest.limited.get(name)
    for index, one in enumerate(source.entries):
        place, own = place_of_source(one.table, view.manifest.directory), one.table.get("marker")
        applies = limited is None or any(
            suits(limited[index], context) for context in contexts(view, requirement)
        )
        if place is not None and applies and not (marker and own is not None):
            yield Direct(name, place, own.value if isinstance(own, String) else marker)


def _conflict(view: View, one: Direct, other: Direct) -> bool:
    """Tell whether it is certain that uv meets both places in one resolution."""
    if not are_different(one.place, other.place):
        return False
    splits = view.splits()
    markers = [marker for marker in (one.marker, other.marker) if marker]
    if "conflicts" in splits or (markers and "environments" in splits):
        return False
    if any(marker_problem(marker) for marker in markers):
        return False
    if len(markers) == 2 and not overlap(*markers):
        return False
    return all(holds_somewhere(marker, view.python_specifiers()) for marker in markers)


RULES = (conflicting_urls,)
