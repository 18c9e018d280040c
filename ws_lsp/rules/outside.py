"""Projects that sources and URLs lead to and that are no members: what uv refuses in them, what they require.

uv looks at such a project as it does at a member, but within the workspace that it finds from there. Of
the other files of that workspace it minds what does not parse, and members that do not go together.
Of the project's own requirements only the dependencies and the extras asked for are looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from weakref import WeakKeyDictionary

from ws_lsp.analysis import Moment, Snapshot
from ws_lsp.grammar.markers import both
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import requirement_marker
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE_SOURCE, Requirement
from ws_lsp.project.direct import path_of
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.manifest import Manifest
from ws_lsp.rules.base import Rule, Scope, Severity
from ws_lsp.rules.view import View
from ws_lsp.schema.faults import faults
from ws_lsp.schema.pyproject import PROJECT
from ws_lsp.schema.shapes import Layer
from ws_lsp.schema.tool_uv import INDEX
from ws_lsp.vfs import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Key = TypeVar("_Key")
    _Answer = TypeVar("_Answer")

__all__ = ["Outside", "Requirements", "Wanted", "asked_extras", "problem", "requirements"]


class Outside(NamedTuple):
    """How uv comes to a project outside of the workspace: the extras asked for, and by which directories."""

    extras: frozenset[Name]
    directories: frozenset[str]
    """The project's own and those that led there: projects may require each other."""
    running_in: str
    """The directory in which uv runs: the root of the workspace."""

    def includes(self, manifest: Manifest, requirement: Requirement) -> bool:
        """Tell whether a requirement of the project is looked for."""
        extra, group = requirement.context
        if group is not None:
            return False
        return (
            extra is None
            or extra in self.extras
            or extra in _with_own_extras(manifest, self.extras)
        )


class Wanted(NamedTuple):
    """A requirement that is resolved because of a project outside of the workspace."""

    name: Name
    specifier: str
    marker: str
    place: str
    """Where its source takes it from, nothing where an index has it: then the specifier counts."""
    path: str
    """The manifest that it stands in."""


class Requirements(NamedTuple):
    """What a project outside requires, with all that this leads to."""

    wanted: tuple[Wanted, ...] = ()
    forks: bool = False
    """Whether uv may resolve some environments apart because of them."""


_WITHIN_A_WORKSPACE = frozenset(
    {
        "missing-manifest",
        "invalid-member-pattern",
        "missing-project-table",
        "duplicate-member",
        "nested-workspace",
        "editable-conflict",
    }
)
"""What uv refuses in any file of the workspace that a project belongs to, beside what does not parse."""
_OF_A_PROJECT = _WITHIN_A_WORKSPACE | {
    "missing-workspace-source",
    "unknown-workspace-source",
    "member-from-elsewhere",
    "unknown-source-extra",
    "unknown-index",
    "unusable-source",
    "unusable-path",
    "unknown-other-workspace",
    "unknown-included-group",
    "group-cycle",
    "invalid-group-entry",
    "unknown-group-settings",
}

_problems: WeakKeyDictionary[
    Moment, tuple[int, dict[tuple[str, frozenset[Name]], tuple[str, str] | None]]
] = WeakKeyDictionary()
"""The answers for the workspace of a discovery, and the count of `strangers` that they are for."""


def _answers(
    memory: WeakKeyDictionary[Moment, tuple[int, dict[_Key, _Answer]]], snapshot: Snapshot
) -> dict[_Key, _Answer]:
    """Return the answers that count for a snapshot; there are none after the edit of a file that paths may lead to."""
    count, known = memory.get(snapshot.moment, (-1, {}))
    if count != snapshot.strangers:
        known = {}
        memory[snapshot.moment] = snapshot.strangers, known
    return known


def problem(
    snapshot: Snapshot, directory: str, extras: frozenset[Name], outside: Outside | None = None
) -> tuple[str, str] | None:
    """Return the manifest and what uv refuses in it where the project in a directory is required.

    `outside` tells how uv came to the file that requires it, where that is not of the workspace either.
    None where nothing is refused, and where the project was looked at on the way.
    """
    if outside is not None:
        if directory in outside.directories:
            return None
        directories = outside.directories | {directory}
        return _problem(
            snapshot, directory, outside._replace(extras=extras, directories=directories)
        )
    known = _answers(_problems, snapshot)
    key = directory, extras
    if key not in known:
        root = snapshot.workspace.root
        known[key] = _problem(snapshot, directory, Outside(extras, frozenset({directory}), root))
    return known[key]


def _problem(snapshot: Snapshot, directory: str, outside: Outside) -> tuple[str, str] | None:
    around = snapshot.around(directory)
    path = join(directory, MANIFEST)
    if around is None or path not in around.manifests:
        return None
    for one in (path, *(one for one in around.manifests if one != path)):
        with around.manifests[one].lent():
            found = next(_problems_of(View(around, one, outside), one == path), None)
        if found is not None:
            return one, found
    return None


def _problems_of(view: View, required: bool) -> Iterator[str]:
    """Yield what uv refuses in a file: in that of the project that is `required`, or in another one."""
    # uv drops the sources and the groups of a project that it does not manage
    whole = required and view.manifest.managed and view.scope is not Scope.PARSED_ONLY
    codes = _OF_A_PROJECT if whole else _WITHIN_A_WORKSPACE
    yield from _errors(view, _rules(view.scope, codes, whole))
    if not whole:
        view.scope = Scope.PARSED_ONLY
        yield from _errors(view, _rules(view.scope, frozenset(), True))
    if required and not whole:
        yield from _unreadable_requirements(view)


def _errors(view: View, rules: tuple[Rule, ...]) -> Iterator[str]:
    for rule in rules:
        for finding in rule.check(view, rule):
            if finding.severity is Severity.ERROR:
                yield finding.message


@cache
def _rules(scope: Scope, codes: frozenset[str], parsed: bool) -> tuple[Rule, ...]:
    """Return the rules of these codes that look at such a file, and those about what does not parse."""
    from ws_lsp.rules.catalogue import BY_SCOPE  # it lists what is built upon views

    return tuple(
        rule
        for rule in BY_SCOPE[scope]
        if rule.code in codes or (parsed and Scope.PARSED_ONLY in rule.scopes)
    )


def _unreadable_requirements(view: View) -> Iterator[str]:
    project = view.manifest.project
    for fault in (
        faults(project, PROJECT, "`[project]`", Layer.PROJECT) if project is not None else ()
    ):
        yield fault.message


# ---------------------------------------------------------------------------- requirements

_requirements: WeakKeyDictionary[
    Moment, tuple[int, dict[tuple[str, frozenset[Name]], Requirements]]
] = WeakKeyDictionary()


def requirements(snapshot: Snapshot, directory: str, extras: frozenset[Name]) -> Requirements:
    """Return what the project in a directory requires with some extras, and what that leads to.

    What a build backend makes is left out, and what comes from elsewhere than the disk or an index.
    """
    known = _answers(_requirements, snapshot)
    key = directory, extras
    if key not in known:
        known[key] = _gathered(snapshot, directory, extras)
    return known[key]


def _gathered(snapshot: Snapshot, directory: str, extras: frozenset[Name]) -> Requirements:
    found: list[Wanted] = []
    forks = False
    root = snapshot.workspace.root
    waiting = [(directory, extras, "")]
    seen = {(directory, extras)}
    while waiting:
        directory, extras, marker = waiting.pop()
        around = snapshot.around(directory)
        path = join(directory, MANIFEST)
        if around is None or path not in around.manifests:
            continue
        with around.manifests[path].lent() as manifest:
            forks = forks or manifest.forks
            if manifest.has_hidden_requirements:
                continue
            outside = Outside(extras, frozenset(), root)
            for one, asked in _wanted(View(around, path, outside), outside):
                one = one._replace(marker=both(marker, one.marker))
                found.append(one)
                leads_to = path_of(one.place)
                if leads_to is not None and (leads_to, asked) not in seen:
                    seen.add((leads_to, asked))
                    waiting.append((leads_to, asked, one.marker))
    return Requirements(tuple(found), forks)


def _wanted(view: View, outside: Outside) -> Iterator[tuple[Wanted, frozenset[Name]]]:
    """Yield what a project requires, with the extras that each requirement asks for."""
    from ws_lsp.rules.places import places
    from ws_lsp.rules.sources import applying

    manifest = view.manifest
    for requirement in manifest.requirements:
        name = requirement.name
        if name is None or not outside.includes(manifest, requirement):
            continue
        asked = frozenset(normalise(text) for text, _ in requirement.extras)
        marker = requirement_marker(requirement.node.value)
        specifier = requirement.specifier[0] if requirement.specifier is not None else ""
        if name == manifest.name or not manifest.managed:
            yield Wanted(name, specifier, marker, "", view.path), asked
            continue
        directs = [*places(view, requirement, name)]
        kinds = {kind for some in applying(view, requirement) for kind in some}
        member = view.member(name)
        if directs:
            for direct in directs:
                yield Wanted(name, "", direct.marker, direct.place, view.path), asked
        elif kinds == {WORKSPACE_SOURCE} and member is not None:
            yield Wanted(name, "", marker, member.directory, view.path), asked
        elif kinds <= {INDEX} and "@" not in requirement.node.value:
            yield Wanted(name, specifier, marker, "", view.path), asked


def asked_extras(manifest: Manifest, name: Name) -> frozenset[Name]:
    """Return the extras of a package that a file asks for."""
    return frozenset(
        normalise(text)
        for requirement in manifest.requirements
        if requirement.name == name
        for text, _ in requirement.extras
    )


def _with_own_extras(manifest: Manifest, extras: frozenset[Name]) -> set[Name]:
    """Return extras of a project and those that it asks of itself for them."""
    found: set[Name] = set()
    waiting: list[Name | None] = [None, *extras]
    while waiting:
        extra = waiting.pop()
        for requirement in manifest.requirements:
            if requirement.name == manifest.name and requirement.context == (extra, None):
                more = {normalise(text) for text, _ in requirement.extras}
                waiting += more - found - extras
                found |= more
    return found | extras
