"""What a project that a path leads to, and all that it requires, must agree on with the workspace.

uv resolves them together with what the members require. Only what is certain is told: with `conflicts`,
with markers that uv may resolve apart, and with what no file shows, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.grammar.markers import below_lowest, both
from ws_lsp.grammar.requirement import contradicts, is_unsatisfiable, releases_overlap
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import Range, Requirement
from ws_lsp.project.direct import Direct, are_different, path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.rules.base import Scope
from ws_lsp.rules.outside import asked_extras
from ws_lsp.rules.places import are_resolved_together, places, version_of_place
from ws_lsp.rules.ranges import exclude_each_other
from ws_lsp.rules.view import View
from ws_lsp.schema.tool_uv import INDEX
from ws_lsp.text import Span
from ws_lsp.toml.tree import String
from ws_lsp.vfs import join

__all__ = ["disagreements"]


class _Asked(NamedTuple):
    """What is asked for of a package, by a file of the workspace or because of it."""

    direct: Direct
    """With an empty place where an index has it: then the specifier counts."""
    specifier: str
    path: str
    """The file of the workspace."""
    where: str
    """Who asks for it, in the words of a message."""


def disagreements(view: View, told: set[Span]) -> Iterator[tuple[Span, str]]:
    """Yield what does not suit the workspace of what this file takes from paths, and where it says so.

    Nothing is said at the places that are in `told`.
    """
    above: list[_Asked] = []
    inherits = view.scope is Scope.MEMBER and view.root_has_places()
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None:
            continue
        source = view.manifest.sources.get(name)
        if source is None and not inherits and "@" not in requirement.node.value:
            continue
        if source is not None and "path" not in source.kinds:
            continue
        if view.member(name) is not None:
            continue
        for direct in places(view, requirement, name):
            path = path_of(direct.place)
            if path is None or view.member_at(path) is not None:
                continue
            if view.is_replaced(name) or view.ignores_sources():
                break
            span, written = _written(view, requirement, path)
            if span not in told:
                problem = _disagreement(view, direct, path, written, above)
                if problem is not None:
                    told.add(span)
                    yield span, problem


def _written(view: View, requirement: Requirement, path: str) -> tuple[Span, str]:
    """Return where to say something of a path, and how it is written there."""
    assert requirement.name is not None  # the caller asks about named ones
    source = view.manifest.sources.get(requirement.name)
    for one in source.entries if source is not None else ():
        node = one.table.get("path")
        if isinstance(node, String) and join(view.manifest.directory, node.value) == path:
            return node.span, node.value
    return requirement.node.span, view.shown(path)


def _disagreement(
    view: View, direct: Direct, path: str, written: str, above: list[_Asked]
) -> str | None:
    """Say what does not suit of a path or of what it leads to; that is added to what is asked for `above`."""
    subject = f"The project in `{written}`"
    itself = _Asked(direct, "", view.path, f"`{view.shown(view.path)}`")
    problem = _place_problem(view, itself, subject)
    if problem is not None:
        return problem
    found = view.outside_requirements(path, asked_extras(view.manifest, direct.name))
    others = [*above, itself, *(_asked_directly(view) if found.wanted else ())]
    for wanted in found.wanted:
        if view.is_replaced(wanted.name):
            continue
        where = f"`{view.shown(wanted.path)}`"
        if wanted.path == join(path, MANIFEST):
            where = f"the project in `{written}`"
        place = Direct(
            wanted.name,
            wanted.place,
            both(direct.marker, wanted.marker),
            direct.extra,
            direct.group,
        )
        asked = _Asked(place, wanted.specifier, view.path, where)
        if wanted.place:
            problem = _foreign_place_problem(view, asked)
        elif wanted.specifier:
            problem = _range_problem(view, asked, direct, found.forks)
        problem = problem or _problem_beside(view, asked, others, found.forks)
        if problem is not None:
            return problem
        above.append(asked)
        others.append(asked)
    return None


def _asked_directly(view: View) -> Iterator[_Asked]:
    """Yield the places that files name, and what projects there require that other files lead to.

    Which extras these ask for is not known.
    """
    for path, direct in view.all_directs():
        yield _Asked(direct, "", path, f"`{view.shown(path)}`")
        directory = path_of(direct.place)
        if path != view.path and directory is not None and view.member_at(directory) is None:
            found = view.outside_requirements(directory, frozenset())
            for wanted in found.wanted if not found.forks else ():
                place = Direct(
                    wanted.name,
                    wanted.place,
                    both(direct.marker, wanted.marker),
                    direct.extra,
                    direct.group,
                )
                yield _Asked(place, wanted.specifier, path, f"`{view.shown(wanted.path)}`")


def _place_problem(view: View, asked: _Asked, subject: str) -> str | None:
    """Say that what stands at a place does not suit the workspace, in its version or its Python versions."""
    problem = _python_problem(view, asked.direct, subject)
    if problem is not None:
        return problem
    version = version_of_place(view, asked.direct.place)
    other = view.range_beside(asked.direct, version) if version is not None else None
    if other is None:
        return None
    where = f"`{asked.direct.name}{other[1].specifier}` of `{view.shown(other[0])}`"
    return f"{subject} is {version}, which does not meet {where}"


def _python_problem(view: View, direct: Direct, subject: str) -> str | None:
    """Say that a project is for newer Python versions alone than the workspace; uv minds no older ones."""
    path = path_of(direct.place)
    if path is None or view.member_at(path) is not None:
        return None
    manifest = view.file_at(join(path, MANIFEST))
    wanted = manifest.shared.requires_python if manifest is not None else None
    # uv does not mind a range that no version meets
    below = below_lowest(wanted) if wanted and releases_overlap(frozenset({wanted})) else None
    if below is None or not view.environments().include(both(direct.marker, below)):
        return None
    return f"{subject} needs Python `{wanted}`, the workspace allows older ones"


def _foreign_place_problem(view: View, asked: _Asked) -> str | None:
    """Say why the workspace does not suit a place that a project outside takes a package from."""
    name, path = asked.direct.name, path_of(asked.direct.place)
    certain = view.environments().include(asked.direct.marker)
    member = view.member(name)
    if member is not None and member.directory != path and certain:
        return f"`{name}` is a member of this workspace, and {asked.where} takes it from elsewhere"
    if path is not None and view.member_at(path) is not None:
        return None
    subject = f"`{name}`, which {asked.where} requires,"
    problem = _place_problem(view, asked, subject)
    version = version_of_place(view, asked.direct.place)
    if problem is not None or version is None or {*(view.root_source(name) or ())} > {INDEX}:
        return problem
    for constraint in view.constraints(name):
        if contradicts(version, constraint.specifier) and view.environments().include(
            both(asked.direct.marker, constraint.marker)
        ):
            return f"{subject} is {version}, which does not meet the constraint `{name}{constraint.specifier}`"
    return None


def _range_problem(view: View, asked: _Asked, direct: Direct, forks: bool) -> str | None:
    """Say why no version suits what a project outside, at `direct`, asks of an index."""
    name, specifier, environments = asked.direct.name, asked.specifier, view.environments()
    text = f"`{name}{specifier}` of {asked.where}"
    certain = environments.include(asked.direct.marker)
    if is_unsatisfiable(f"{name}{specifier}"):
        return f"No version can meet {text}" if certain else None
    member = view.member(name)
    if member is not None:
        version = view.version_of(member)
        wrong = certain and version is not None and contradicts(version, specifier)
        return f"The member `{name}` is {version}, not {text}" if wrong else None
    for constraint in view.constraints(name) if not view.root_source(name) else ():
        if exclude_each_other((specifier, constraint.specifier)) and environments.include(
            both(asked.direct.marker, constraint.marker)
        ):
            return (
                f"No version can meet both {text} and the constraint `{name}{constraint.specifier}`"
            )
    # the marker of the requirement is a part of what is asked for
    through = direct._replace(marker=asked.direct.marker)
    other = view.range_through(through, Range(name, specifier, ""), forks)
    if other is None:
        return None
    return f"No version can meet both {text} and `{name}{other[1].specifier}` of `{view.shown(other[0])}`"


def _problem_beside(view: View, asked: _Asked, others: list[_Asked], forks: bool) -> str | None:
    """Say that one of several things which are asked for of one package excludes what is `asked`."""
    name = asked.direct.name
    for one in others:
        if one.direct.name != name:
            continue
        problem = _contradiction(view, asked, one)
        if problem is None:
            continue
        if forks and not view.environments().include(both(asked.direct.marker, one.direct.marker)):
            continue
        if are_resolved_together(view, asked.direct, one.direct, one.path):
            return problem
    return None


def _contradiction(view: View, one: _Asked, other: _Asked) -> str | None:
    name, left, right = one.direct.name, one.direct.place, other.direct.place
    if left and right:
        if are_different(left, right):
            return f"`{name}` comes from another place for {one.where} than for {other.where}"
        return None
    if not left and not right:
        if (
            one.specifier
            and other.specifier
            and exclude_each_other((one.specifier, other.specifier))
        ):
            first, second = f"`{name}{one.specifier}`", f"`{name}{other.specifier}`"
            return f"No version can meet both {first} of {one.where} and {second} of {other.where}"
        return None
    placed, ranged = (one, other) if left else (other, one)
    version = version_of_place(view, placed.direct.place)
    if version is None or not ranged.specifier or not contradicts(version, ranged.specifier):
        return None
    text = f"`{name}{ranged.specifier}` of {ranged.where}"
    return f"`{name}` is {version} where {placed.where} takes it from, not {text}"
