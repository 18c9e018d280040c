"""Projects that sources and URLs lead to and that are no members: what uv refuses in them.

uv looks at such a project as it does at a member, but within the workspace that it finds from there. Of
the other files of that workspace it minds what does not parse, and members that do not go together.
Of the project's own requirements only the dependencies and the extras asked for are looked for.

Each project is judged by itself, once for all sets of extras that make no difference to it; where its paths
lead is followed after that.
What belongs to the workspace in question is judged there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Severity
from ws_lsp.checking.reported_faults import formatted_spans
from ws_lsp.checking.rule import Rule, Scope
from ws_lsp.checking.taken_paths import misnamed, wanted_paths
from ws_lsp.checking.view import View
from ws_lsp.checking.ways import explore, measure
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.incremental import Input, derived, once_for_each_text
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.faults import faults
from ws_lsp.schema.pyproject import PROJECT
from ws_lsp.schema.shapes import Layer
from ws_lsp.vfs import join, relative

if TYPE_CHECKING:
    from ws_lsp.checking.rulebook import Rulebook

__all__ = ["Outside", "asked_extras", "problem", "shown_problem", "wrong_around"]


class Outside:
    """How uv comes to a project outside of the workspace.

    `extras` are those that are asked for, and those that the project asks of itself for them. `running_in`
    is the directory that uv runs in: the root of the workspace that it came from.
    """

    of_member = False
    """Whether it is a member of the workspace in question, which uv does not find from its directory."""

    def __init__(self, extras: frozenset[Name], running_in: str) -> None:
        self.extras = extras
        self.running_in = running_in
        self.decisive: set[Name] = set()
        """The extras that somebody wanted to know of."""

    @classmethod
    def asking(cls, snapshot: Snapshot, manifest: Manifest, extras: frozenset[Name]) -> Outside:
        """Return how uv comes to the project of a manifest that is required with some extras.

        `snapshot` is of the workspace that it comes from.
        """
        return cls(_with_own_extras(manifest, extras), snapshot.workspace.root)

    def includes(self, extra: Name | None, group: Name | None) -> bool:
        """Tell whether a requirement in an extra, a group or neither is looked for."""
        if extra is not None:
            self.decisive.add(extra)
        return group is None and (extra is None or extra in self.extras)


Key: TypeAlias = tuple[str, frozenset[Name]]


class _Way(NamedTuple):
    """A path that a project takes a package from."""

    written: str
    project: Key
    misnamed: str
    """What uv says where it comes to that project by the wrong name first, if it says anything."""


class _Project(NamedTuple):
    """What uv refuses in a project, and in the workspace around it; if nothing, where its paths lead."""

    problem: tuple[str, str] | None
    ways: tuple[_Way, ...] = ()

    @property
    def onward(self) -> Iterator[Key]:
        """The projects that its paths lead to."""
        return (way.project for way in self.ways)


class _Judgement(NamedTuple):
    """What a project was found to be, and for which extras: of those that decide, these were asked for."""

    decisive: frozenset[Name]
    asked: frozenset[Name]
    project: _Project


class _Explored(NamedTuple):
    """What paths have led to so far."""

    projects: dict[Key, _Project]
    judgements: dict[str, list[_Judgement]]
    """By directory."""
    steps: dict[str, dict[Key, int]]
    """How many paths it is to the nearest problem of another project.

    The key is a directory that leads to another name than it has: it must not have been come by, since uv
    compares the name only where it comes to a project first. It is empty for the other problems.
    """


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def _explored(snapshot: Snapshot, rulebook: Rulebook) -> _Explored:
    return _Explored({}, {}, {})


def problem(
    rulebook: Rulebook, snapshot: Snapshot, directory: str, extras: frozenset[Name]
) -> tuple[str, str] | None:
    """Return a manifest and what uv refuses in it where the project in a directory is required.

    The manifest is that of the project, where a path of it leads to what is refused. None where nothing is.
    """
    explored, start = _explored(snapshot, rulebook), (directory, extras)
    known, steps = explored.projects, explored.steps
    if start not in known:
        found = explore(known, start, lambda key: _project(rulebook, snapshot, explored, *key))
        ends = {"": [key for key, project in found.items() if project.problem is not None]}
        for key, project in found.items():
            for way in project.ways:
                if way.misnamed:
                    ends.setdefault(way.project[0], []).append(key)
        for avoided in {**steps, **ends}:
            others = {key: project for key, project in found.items() if key[0] != avoided}
            measure(others, steps.setdefault(avoided, {}), ends.get(avoided, ()))
    nearest = min(
        ((some[start], one) for one, some in steps.items() if start in some), default=None
    )
    return _told(known, steps[nearest[1]], start, nearest[1]) if nearest is not None else None


def _told(
    known: dict[Key, _Project], steps: dict[Key, int], start: Key, avoided: str
) -> tuple[str, str]:
    """Return the first manifest on the nearest way to a problem, and what is wrong with it."""
    passed: list[tuple[str, _Way]] = []
    while steps[start]:
        way = next(one for one in known[start].ways if steps.get(one.project) == steps[start] - 1)
        passed.append((start[0], way))
        start = way.project
    found = known[start].problem
    if found is None:
        ways = known[start].ways
        message = next(one.misnamed for one in ways if one.misnamed and one.project[0] == avoided)
        found = join(start[0], MANIFEST), message
    for directory, way in reversed(passed):
        found = join(directory, MANIFEST), shown_problem(found, way.written, way.project[0])
    return found


def shown_problem(found: tuple[str, str], written: str, directory: str) -> str:
    """Say what `problem` found about a directory, which is written in some way."""
    return f"The `{relative(found[0], directory)}` in `{written}` cannot be used: {found[1]}"


def _project(
    rulebook: Rulebook,
    snapshot: Snapshot,
    explored: _Explored,
    directory: str,
    extras: frozenset[Name],
) -> _Project:
    """Return what a project is that is required with some extras; it is judged where these decide anything."""
    around, path = snapshot.around(directory), join(directory, MANIFEST)
    if around is None or path not in around.manifests or snapshot.belongs(path):
        return _Project(None)
    judgements = explored.judgements.setdefault(directory, [])
    with around.manifests[path].lent() as manifest:
        outside = Outside.asking(snapshot, manifest, extras)
        for one in judgements:
            if one.asked == outside.extras & one.decisive:
                return one.project
        project = _judged(rulebook, snapshot, around, path, outside)
    decisive = frozenset(outside.decisive)
    judgements.append(_Judgement(decisive, outside.extras & decisive, project))
    return project


def _judged(
    rulebook: Rulebook, snapshot: Snapshot, around: Snapshot, path: str, outside: Outside
) -> _Project:
    view = View(rulebook, around, path, outside)
    # uv drops the sources and the groups of a project that it does not manage
    if view.manifest.managed and view.scope is not Scope.PARSED_ONLY:
        found = next(_errors(view, rulebook.of_projects_outside[view.scope]), None)
        ways = tuple(_ways(snapshot, view)) if found is None else ()
    else:
        found = next(
            chain(
                _problems_of_file(rulebook, around, path, outside.running_in),
                _unreadable_requirements(view),
            ),
            None,
        )
        ways = ()
    if found is not None:
        return _Project((path, found))
    root = around.workspace.root
    others = (one for one in wrong_around(snapshot, rulebook, root) if one[0] != path)
    wrong = next(others, None)
    return _Project(wrong, ways if wrong is None else ())


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def wrong_around(snapshot: Snapshot, rulebook: Rulebook, root: str) -> tuple[tuple[str, str], ...]:
    """Return the files of the workspace at a root in which uv refuses something, whatever it looks for, and what."""
    around = snapshot.around(root)
    if around is None or len(around.manifests) == 1:
        return ()
    found: list[tuple[str, str]] = []
    for path, one in around.manifests.items():
        if not snapshot.belongs(path):
            with one.lent():
                message = next(
                    _problems_of_file(rulebook, around, path, snapshot.workspace.root), None
                )
            if message is not None:
                found.append((path, message))
    return tuple(found)


def _ways(snapshot: Snapshot, view: View) -> Iterator[_Way]:
    for name, directory, written in wanted_paths(view):
        if view.member_at(directory) is None and not snapshot.belongs(join(directory, MANIFEST)):
            project = directory, asked_extras(view.manifest, name)
            yield _Way(written, project, misnamed(view, name, directory, written) or "")


def _problems_of_file(
    rulebook: Rulebook, around: Snapshot, path: str, running_in: str
) -> Iterator[str]:
    """Yield what uv refuses in any file of the workspace around a project."""
    outside = Outside(frozenset(), running_in)
    view = View(rulebook, around, path, outside)
    yield from _errors(view, rulebook.around_projects_outside[view.scope])
    parsed = View(rulebook, around, path, outside, Scope.PARSED_ONLY)
    yield from _errors(parsed, rulebook.by_scope[Scope.PARSED_ONLY])


def _errors(view: View, rules: tuple[Rule, ...]) -> Iterator[str]:
    for rule in rules:
        for finding in rule.check(view, rule):
            if finding.severity is Severity.ERROR:
                yield finding.message


def _unreadable_requirements(view: View) -> Iterator[str]:
    project, formatted = view.manifest.project, formatted_spans(view.manifest)
    for fault in (
        faults(project, PROJECT, "`[project]`", Layer.PROJECT) if project is not None else ()
    ):
        if fault.span not in formatted:
            yield fault.message


def asked_extras(manifest: Manifest, name: Name) -> frozenset[Name]:
    """Return the extras of a package that a file asks for."""
    return frozenset(
        normalise(text)
        for requirement in manifest.requirements_by_name.get(name, ())
        for text, _ in requirement.extras
    )


def _with_own_extras(manifest: Manifest, extras: frozenset[Name]) -> frozenset[Name]:
    """Return extras of a project and those that it asks of itself for them."""
    own = _own_extras(manifest)
    found = {*extras}
    waiting: list[Name | None] = [None, *extras] if own else []
    while waiting:
        more = {*own.get(waiting.pop(), ())} - found
        waiting += more
        found |= more
    return frozenset(found)


@once_for_each_text
def _own_extras(manifest: Manifest) -> Mapping[Name | None, Collection[Name]]:
    """Return the extras that a project asks of itself, by the extra that does so; None for its dependencies."""
    found: dict[Name | None, list[Name]] = {}
    with manifest.lent():
        name = manifest.name
        for one in manifest.requirements_by_name.get(name, ()) if name is not None else ():
            extra, group = one.context
            if group is None:
                found.setdefault(extra, []).extend(normalise(text) for text, _ in one.extras)
    return found
