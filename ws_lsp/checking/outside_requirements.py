"""What projects outside of the workspace require that its paths lead to, and what that leads to.

What a build backend makes is left out, and what comes from elsewhere than the disk or an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import chain
from typing import TYPE_CHECKING

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.applied_sources import applying
from ws_lsp.checking.outside import Key, Outside
from ws_lsp.checking.required_places import place_of_member, places
from ws_lsp.checking.view import View
from ws_lsp.checking.ways import explore, measure
from ws_lsp.grammar.markers import both
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import requirement_marker
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Context
from ws_lsp.project.declarations import WORKSPACE_SOURCE, Requirement
from ws_lsp.project.direct import Direct, path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.workspace import Member
from ws_lsp.schema.keys import INDEX
from ws_lsp.toml.tree import String
from ws_lsp.vfs import is_absolute, join

if TYPE_CHECKING:
    from ws_lsp.checking.rulebook import Rulebook

__all__ = [
    "At",
    "Requirements",
    "Through",
    "Trails",
    "Wanted",
    "requirements",
    "through_files",
    "wanted_by",
]


class Wanted(NamedTuple):
    """A requirement that is resolved because of a project outside of the workspace."""

    name: Name
    extras: frozenset[Name]
    """The extras that it asks for."""
    specifier: str
    marker: str
    place: str
    """Where its source takes it from, nothing where an index has it: then the specifier counts."""
    path: str
    """The manifest that it stands in."""
    index_name: str = ""
    """The index that a source pins it to, where that alone is told."""
    index_place: str = ""
    """What uv compares of that."""


class Requirements(NamedTuple):
    """What a project outside requires."""

    wanted: tuple[Wanted, ...]
    forks: bool
    """Whether uv may resolve some environments apart because of it, or of what it leads to."""


class _Listed(NamedTuple):
    wanted: tuple[Wanted, ...] = ()
    forks: bool = False
    onward: tuple[Key, ...] = ()


class _Explored(NamedTuple):
    """What requirements have led to so far."""

    listed: dict[Key, _Listed]
    steps: dict[Key, int]
    """How many it is to the nearest project because of which uv may resolve environments apart."""


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def _explored(snapshot: Snapshot, rulebook: Rulebook) -> _Explored:
    return _Explored({}, {})


def requirements(
    rulebook: Rulebook, snapshot: Snapshot, directory: str, extras: frozenset[Name]
) -> Requirements:
    """Return what the project in a directory requires with some extras."""
    (known, steps), start = _explored(snapshot, rulebook), (directory, extras)
    if start not in known:
        found = explore(known, start, lambda key: _list(rulebook, snapshot, *key))
        measure(found, steps, (key for key, one in found.items() if one.forks))
    return Requirements(known[start].wanted, start in steps)


def _list(
    rulebook: Rulebook, snapshot: Snapshot, directory: str, extras: frozenset[Name]
) -> _Listed:
    around, path = snapshot.around(directory), join(directory, MANIFEST)
    if around is None or path not in around.manifests:
        return _Listed()
    required = _required(snapshot, rulebook, directory)
    outside = Outside.asking(snapshot, around.manifests[path], extras)
    wanted = tuple(one for extra, one in required.wanted if outside.includes(extra, None))
    onward = tuple(
        (path_of(one.place), one.extras) for one in wanted if _leads_outside(snapshot, one.place)
    )
    return _Listed(wanted, required.forks, onward)


class _Required(NamedTuple):
    """What a project requires in its dependencies, None, and in its extras."""

    wanted: tuple[tuple[Name | None, Wanted], ...]
    forks: bool


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def _required(snapshot: Snapshot, rulebook: Rulebook, directory: str) -> _Required:
    around, path = snapshot.around(directory), join(directory, MANIFEST)
    assert around is not None  # `_list` has looked
    with around.manifests[path].lent() as manifest:
        if manifest.has_hidden_requirements:
            return _Required((), manifest.forks)
        view = View(rulebook, around, path, Outside(frozenset(), snapshot.workspace.root))
        return _Required(tuple(_wanted(view)), manifest.forks)


def _leads_outside(snapshot: Snapshot, place: str) -> bool:
    """Tell whether a place is on the disk and may be that of a project outside; members are known as they are."""
    return is_absolute(place) and not snapshot.belongs(join(path_of(place), MANIFEST))


def _wanted(view: View) -> Iterator[tuple[Name | None, Wanted]]:
    """Yield what a project requires in its dependencies and its extras, each with the extra."""
    for requirement in view.manifest.requirements:
        extra, group = requirement.context
        if group is None and requirement.name is not None:
            for one in wanted_by(view, requirement, requirement.name):
                yield extra, one


def wanted_by(view: View, requirement: Requirement, name: Name) -> Iterator[Wanted]:
    """Yield what a requirement of a project comes to in the workspace of its view, as far as that is certain."""
    manifest = view.manifest
    asked = frozenset(normalise(text) for text, _ in requirement.extras)
    marker = requirement_marker(requirement.node.value)
    specifier = requirement.specifier[0] if requirement.specifier is not None else ""
    of_member = view.outside is not None and view.outside.of_member
    if (name == manifest.name and not of_member) or not manifest.managed:
        yield Wanted(name, asked, specifier, marker, "", view.path)
        return
    directs = [*places(view, requirement, name)]
    kinds = {kind for some in applying(view, requirement) for kind in some}
    member = view.member(name)
    if directs:
        for direct in directs:
            yield Wanted(name, asked, "", direct.marker, direct.place, view.path)
    elif kinds == {WORKSPACE_SOURCE} and member is not None:
        for condition in _conditions(view, requirement, member):
            place = place_of_member(view, member)
            yield Wanted(name, asked, "", both(marker, condition), place, view.path)
    elif kinds <= {INDEX} and "@" not in requirement.node.value:
        yield Wanted(name, asked, specifier, marker, "", view.path)
        if INDEX in kinds:
            yield from _pinned(view, requirement, name, asked)


def _pinned(
    view: View, requirement: Requirement, name: Name, extras: frozenset[Name]
) -> Iterator[Wanted]:
    """Yield the indexes that sources pin a requirement to."""
    for path, pin in view.pins(name):
        own = path == view.path and pin.asked == requirement.asked and pin.scope is None
        # uv does not count a relative path from the project that it stands in
        if own and not pin.relative:
            yield Wanted(name, extras, "", pin.marker, "", view.path, pin.index_name, pin.place)


def _conditions(view: View, requirement: Requirement, member: Member) -> Iterator[str]:
    """Yield the markers under which the workspace source of a requirement is known to apply."""
    source = view.manifest.sources.get(member.name)
    if source is None:
        if not view.inherited_source_may_be_partial(member.name):
            yield ""
        return
    limited = view.manifest.limited.get(member.name)
    for index, one in enumerate(source.entries):
        if limited is None or any(
            limited[index].suits(*context) for context in view.manifest.contexts(requirement.path)
        ):
            marker = one.table.get("marker")
            yield marker.value if isinstance(marker, String) else ""


# ------------------------------------------------------------------------------ walks

_MARKERS = 16
"""Under so many markers a project is come to at most: there may be as many as ways."""


class At(NamedTuple):
    """A project outside, where a walk along requirements has come to."""

    directory: str
    extras: frozenset[Name]
    markers: frozenset[str]
    """Those of the requirements that led there."""
    context: Context
    """Where the requirement stands that the walk began with, where `conflicts` may keep it apart from others."""
    forks: bool = False
    """Whether uv may resolve some environments apart because of what the walk began with."""

    @classmethod
    def beginning(
        cls, direct: Direct, extras: frozenset[Name], context: Context, forks: bool = False
    ) -> At:
        """Return where a requirement of a file leads to."""
        markers = frozenset({direct.marker} - {""})
        return cls(path_of(direct.place), extras, markers, context, forks)

    def direct(self, wanted: Wanted) -> Direct:
        """Return what the project requires as it is required because of the file."""
        marker = reduce(both, (*sorted(self.markers), wanted.marker), "")
        return Direct(wanted.name, wanted.place, marker, self.context.extra, self.context.group)


class Trails:
    """Where a walk along requirements goes on: to each project under a few markers."""

    def __init__(self) -> None:
        self._known: dict[At, set[frozenset[str]]] = {}

    def onward(self, at: At, wanted: Wanted) -> At | None:
        """Return where a requirement leads to, None where the walk has been there already or does not go there."""
        if not is_absolute(wanted.place):
            return None
        markers = at.markers | {wanted.marker} if wanted.marker else at.markers
        there = At(path_of(wanted.place), wanted.extras, frozenset(), at.context, at.forks)
        known = self._known.setdefault(there, set())
        if markers not in known and (frozenset() in known or len(known) == _MARKERS):
            return None
        known.add(markers)
        return there._replace(markers=markers)


class Through(NamedTuple):
    """What a project outside requires that a file of the workspace leads to."""

    file: str
    direct: Direct
    """With an empty place where an index has it."""
    specifier: str
    path: str
    """The manifest that it stands in."""


def through_files(rulebook: Rulebook, snapshot: Snapshot, name: Name) -> tuple[Through, ...]:
    """Return what is required of a package because files of the workspace take others from paths.

    Which extras they ask for is not known, and what uv may resolve apart is left out. Of several files
    that lead to the same two are told, since who asks may be one of them.
    """
    return _all_through_files(snapshot, rulebook).get(name, ())


@derived(Input.SHAPE, Input.DISK, Input.PATHS)
def _all_through_files(
    snapshot: Snapshot, rulebook: Rulebook
) -> Mapping[Name, tuple[Through, ...]]:
    found: dict[Name, dict[object, list[Through]]] = {}
    waiting: list[tuple[At, str]] = []
    apart = bool(snapshot.workspace.conflicts)
    for file, direct in chain.from_iterable(snapshot.workspace.directs.values()):
        if not _leads_outside(snapshot, direct.place):
            continue
        context = Context(snapshot.manifests[file].shared.name, direct.extra, direct.group)
        at = At.beginning(direct, frozenset(), context if apart else Context(None))
        if not requirements(rulebook, snapshot, at.directory, at.extras).forks:
            waiting.append((at, file))
    visitors: dict[At, list[str]] = {}
    trails = Trails()
    while waiting:
        at, file = waiting.pop()
        files = visitors.setdefault(at, [])
        if file in files or len(files) == 2:
            continue
        files.append(file)
        for wanted in requirements(rulebook, snapshot, at.directory, at.extras).wanted:
            direct = at.direct(wanted)
            alike = (direct, wanted.specifier, at.context)
            some = found.setdefault(wanted.name, {}).setdefault(alike, [])
            if len(some) < 2 and all(one.file != file for one in some):
                some.append(Through(file, direct, wanted.specifier, wanted.path))
            further = trails.onward(at, wanted)
            if further is not None and _leads_outside(snapshot, wanted.place):
                waiting.append((further, file))
    return {
        name: tuple(one for some in alike.values() for one in some) for name, alike in found.items()
    }
