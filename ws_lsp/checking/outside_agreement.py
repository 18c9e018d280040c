"""What a project that a path leads to, and all that it requires, must agree on with the workspace.

uv resolves them together with what the members require. Only what is certain is told: with `conflicts`,
with markers that uv may resolve apart, and with what no file shows, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ws_lsp.checking.outside import asked_extras
from ws_lsp.checking.outside_requirements import At, Trails, Wanted
from ws_lsp.checking.ranges import exclude_each_other
from ws_lsp.checking.required_places import (
    are_resolved_together,
    place_of_member,
    places,
    version_of_place,
)
from ws_lsp.checking.rule import Scope
from ws_lsp.checking.view import View
from ws_lsp.checking.ways import explore, measure
from ws_lsp.grammar.markers import below_lowest, both
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import contradicts, is_unsatisfiable, releases_overlap
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Context
from ws_lsp.project.declarations import Range, Requirement
from ws_lsp.project.direct import Direct, are_different, is_editable, path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.schema.keys import INDEX
from ws_lsp.text import Span
from ws_lsp.toml.tree import String
from ws_lsp.vfs import is_absolute, join

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


class _Stop(NamedTuple):
    """A project outside: what does not suit in what it requires, and what that leads to."""

    problem: str | None
    onward: tuple[At, ...]


def disagreements(view: View, told: set[Span]) -> Iterator[tuple[Span, str]]:
    """Yield what does not suit the workspace of what this file takes from paths, and where it says so.

    Nothing is said at the places that are in `told`.
    """
    uses = [
        (direct, *_written(view, requirement, path_of(direct.place)))
        for requirement, direct in _paths(view)
    ]
    agreement = _Agreement(view, {path_of(direct.place): written for direct, _, written in uses})
    for direct, span, _ in uses:
        if span not in told:
            problem = agreement.problem(direct)
            if problem is not None:
                told.add(span)
                yield span, problem


def _paths(view: View) -> Iterator[tuple[Requirement, Direct]]:
    """Yield the requirements of this file that are taken from a path, members left out, and the places."""
    inherits = view.scope is Scope.DETACHED or (
        view.scope is Scope.MEMBER and view.root_has_places()
    )
    for requirement in view.manifest.requirements:
        name = requirement.name
        if name is None:
            continue
        source = view.manifest.sources.get(name)
        if source is None and not inherits and "@" not in requirement.node.value:
            continue
        if source is not None and "path" not in source.kinds and not view.wanted_by_span:
            continue
        if view.member(name) is not None:
            continue
        for direct in places(view, requirement, name):
            path = path_of(direct.place)
            if not is_absolute(path) or view.member_at(path) is not None:
                continue
            if view.is_replaced(name) or view.ignores_sources():
                break
            yield requirement, direct


def _written(view: View, requirement: Requirement, path: str) -> tuple[Span, str]:
    """Return where to say something of a path, and how it is written there."""
    assert requirement.name is not None  # the caller asks about named ones
    source = view.manifest.sources.get(requirement.name)
    for one in source.entries if source is not None else ():
        node = one.table.get("path")
        if isinstance(node, String) and join(view.manifest.directory, node.value) == path:
            return node.span, node.value
    return requirement.node.span, view.shown(path)


class _Agreement:
    """What is known to be asked for because of one file, as far as it was looked at: each thing once.

    `written` tells how the file writes the paths that it takes packages from.
    """

    def __init__(self, view: View, written: dict[str, str]) -> None:
        self._view = view
        self._written = written
        self._above: dict[Name, list[_Asked]] = {}
        """What projects ask for that the file leads to; what is told as wrong is left out."""
        self._beside: dict[Name, list[_Asked]] = {}
        """What files ask for, and projects that the other files lead to."""
        self._judged: dict[tuple[Direct, str, bool], str | None] = {}
        self._stops: dict[At, _Stop] = {}
        self._steps: dict[At, int] = {}
        """How many requirements it is from a project to the nearest problem."""
        self._trails = Trails()

    def problem(self, direct: Direct) -> str | None:
        """Say what does not suit of a path or of what it leads to."""
        view, path = self._view, path_of(direct.place)
        if not view.conflicts():  # they alone keep one context apart from another
            direct = direct._replace(extra=None, group=None)
        itself = _Asked(direct, "", view.path, f"`{view.shown(view.path)}`")
        problem = _place_problem(view, itself, f"The project in `{self._written[path]}`")
        if problem is not None:
            return problem
        extras = asked_extras(view.manifest, direct.name)
        context = Context(None, direct.extra, direct.group)
        forks = view.outside_requirements(path, extras).forks
        start = At.beginning(direct, extras, context, forks)
        found = explore(self._stops, start, self._look)
        measure(found, self._steps, (at for at, stop in found.items() if stop.problem is not None))
        if start not in self._steps:
            return None
        while self._steps[start]:
            nearer = self._steps[start] - 1
            start = next(at for at in self._stops[start].onward if self._steps.get(at) == nearer)
        return self._stops[start].problem

    def _look(self, at: At) -> _Stop:
        view = self._view
        first: str | None = None
        onward: list[At] = []
        for wanted in view.outside_requirements(at.directory, at.extras).wanted:
            if view.is_replaced(wanted.name):
                continue
            written = self._written.get(at.directory)
            where = f"the project in `{written}`" if written else f"`{view.shown(wanted.path)}`"
            asked = _Asked(at.direct(wanted), wanted.specifier, view.path, where)
            if wanted.index_place:
                first = first or _index_problem(view, asked, wanted, at.forks)
                continue
            problem = self._problem_of(asked, at.forks)
            first = first or problem
            further = self._trails.onward(at, wanted)
            if further is not None and view.member_at(further.directory) is None:
                onward.append(further)
        return _Stop(first, tuple(onward))

    def _problem_of(self, asked: _Asked, forks: bool) -> str | None:
        if not asked.direct.place and not asked.specifier:
            return None
        key = asked.direct, asked.specifier, forks
        if key not in self._judged:
            if asked.direct.place:
                problem = _foreign_place_problem(self._view, asked)
            else:
                problem = _range_problem(self._view, asked, forks)
            problem = problem or self._problem_beside(asked, forks)
            if problem is None:
                self._above.setdefault(asked.direct.name, []).append(asked)
            self._judged[key] = problem
        return self._judged[key]

    def _problem_beside(self, asked: _Asked, forks: bool) -> str | None:
        """Say that one of several things which are asked for of one package excludes what is `asked`."""
        view, name = self._view, asked.direct.name
        if name not in self._beside:
            self._beside[name] = [*_asked_beside(view, name)]
        for one in chain(self._above.get(name, ()), self._beside[name]):
            problem = _contradiction(view, asked, one)
            if problem is None:
                continue
            if forks and not view.environments().include(
                both(asked.direct.marker, one.direct.marker)
            ):
                continue
            if are_resolved_together(view, asked.direct, one.direct, one.path):
                return problem
        return None


def _asked_beside(view: View, name: Name) -> Iterator[_Asked]:
    """Yield the places of a package that files name, and what projects require that other files lead to."""
    for requirement in view.manifest.requirements_by_name.get(name, ()):
        for direct in places(view, requirement, name):
            yield _Asked(direct, "", view.path, f"`{view.shown(view.path)}`")
    for path, direct in view.directs(name):
        if path != view.path:
            yield _Asked(direct, "", path, f"`{view.shown(path)}`")
    for one in view.required_through_files(name):
        if one.file != view.path:
            yield _Asked(one.direct, one.specifier, one.file, f"`{view.shown(one.path)}`")


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
    manifest = view.file_at(join(path, MANIFEST)) if view.member_at(path) is None else None
    wanted = manifest.shared.requires_python if manifest is not None else None
    # uv does not mind a range that no version meets
    below = below_lowest(wanted) if wanted and releases_overlap(frozenset({wanted})) else None
    if below is None or not view.environments().include(both(direct.marker, below)):
        return None
    return f"{subject} needs Python `{wanted}`, the workspace allows older ones"


def _foreign_place_problem(view: View, asked: _Asked) -> str | None:
    """Say why the workspace does not suit a place that a project outside takes a package from."""
    name, place = asked.direct.name, asked.direct.place
    path = path_of(place)
    certain = view.environments().include(asked.direct.marker)
    member = view.member(name)
    if member is not None and member.directory != path and certain:
        return f"`{name}` is a member of this workspace, and {asked.where} takes it from elsewhere"
    if (
        member is not None
        and certain
        and are_different(own := place_of_member(view, member), place)
    ):
        return _other_editability(name, own, "this workspace", asked.where)
    if view.member_at(path) is not None:
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


def _range_problem(view: View, asked: _Asked, forks: bool) -> str | None:
    """Say why no version suits what a project outside asks of an index."""
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
    other = view.range_through(asked.direct, Range(name, specifier, ""), forks)
    if other is None:
        return None
    return f"No version can meet both {text} and `{name}{other[1].specifier}` of `{view.shown(other[0])}`"


def _index_problem(view: View, asked: _Asked, wanted: Wanted, forks: bool) -> str | None:
    """Say that a file of the workspace takes a package from another index than a project outside."""
    environments, marker = view.environments(), asked.direct.marker
    for path, pin in view.pins(wanted.name):
        if pin.place != wanted.index_place and (
            environments.include(both(marker, pin.marker))
            if forks
            else environments.meet(marker, pin.marker)
        ):
            return (
                f"`{wanted.name}` comes from the index `{wanted.index_name}` for {asked.where}, and "
                f"from `{pin.index_name}` in `{view.shown(path)}`"
            )
    return None


def _contradiction(view: View, one: _Asked, other: _Asked) -> str | None:
    name, left, right = one.direct.name, one.direct.place, other.direct.place
    if left and right:
        if not are_different(left, right):
            return None
        if path_of(left) == path_of(right):
            return _other_editability(name, left, one.where, other.where)
        return f"`{name}` comes from another place for {one.where} than for {other.where}"
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


def _other_editability(name: Name, place: str, where: str, other: str) -> str:
    """Say that a package is editable for one who asks, at `place`, and not for another one, or vice versa."""
    editable, not_editable = (where, other) if is_editable(place) else (other, where)
    return f"`{name}` is editable for {editable}, but not for {not_editable}"
