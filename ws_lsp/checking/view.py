"""What rules may ask of a workspace."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import cached_property
from typing import TYPE_CHECKING

from ws_lsp.analysis import Snapshot, places_above
from ws_lsp.checking.builds import is_built, is_built_with, is_ever_built, needing_itself
from ws_lsp.checking.findings import Change, Finding
from ws_lsp.checking.ranges import (
    are_kept_apart,
    contradicted,
    environments_of,
    range_against,
    range_beside,
    range_through,
)
from ws_lsp.checking.rule import Scope
from ws_lsp.grammar.markers import Environments
from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Input
from ws_lsp.project.conflicts import Conflicts, Context
from ws_lsp.project.declarations import DefaultGroups, Limited, Range, Shared
from ws_lsp.project.direct import Direct, Index
from ws_lsp.project.file_names import MANIFEST, SETTINGS
from ws_lsp.project.manifest import NO_SOURCES_SETTINGS, Manifest
from ws_lsp.project.origins import FROM_WORKSPACE, Origin
from ws_lsp.project.portable_globs import has_match
from ws_lsp.project.versions import Feature, Version, has
from ws_lsp.project.workspace import Excluded, GroupPython, Member, Problem, PythonRequests
from ws_lsp.text import Edit, Span
from ws_lsp.vfs import Kind, base_name, join, relative

if TYPE_CHECKING:  # what few files need is imported by the question that is about it
    from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

    _P = ParamSpec("_P")
    _R = TypeVar("_R")
    from ws_lsp.checking.obstacles import RefusedSync
    from ws_lsp.checking.outside import Outside
    from ws_lsp.checking.outside_requirements import Requirements, Through, Wanted
    from ws_lsp.checking.pins import Pin
    from ws_lsp.checking.rulebook import Rulebook
    from ws_lsp.project.comparison import Locked
    from ws_lsp.project.import_survey import ForeignImport
    from ws_lsp.project.installed import MemberState
    from ws_lsp.project.lockfile import LockedSource, Lockfile
    from ws_lsp.project.together import Obstacle

    Asked: TypeAlias = "dict[tuple[Question, tuple[Any, ...]], Any]"
    """The answers to questions with their arguments."""

__all__ = ["QUESTIONS", "Question", "View", "question"]


class Question:
    """A question that `View` answers, and what it reads for that."""

    __slots__ = ("ask", "name", "reads")

    def __init__(self, method: Callable[..., Any], reads: tuple[Input, ...]) -> None:
        self.name = method.__name__
        self.ask = method
        """Returns the answer for a view and arguments in their order."""
        self.reads = reads

    def read(self, arguments: tuple[Any, ...]) -> Iterator[Input | str]:
        """Yield the inputs that an answer is good for, and the path of a file whose text it is good for."""
        for one in self.reads:
            yield arguments[0] if one is Input.TEXT else one

    def in_order(
        self, view: View, arguments: tuple[Any, ...], named: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Return all arguments in their order, those by name and those left out as well."""
        code, defaults = self.ask.__code__, self.ask.__defaults__ or ()
        names = code.co_varnames[: code.co_argcount]
        left_out = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        given = {**left_out, **dict(zip(names, (view, *arguments), strict=False)), **named}
        if given.keys() != {*names}:
            raise TypeError(f"{self.name} takes {names[1:]}")
        return tuple([given[name] for name in names[1:]])


def question(
    *reads: Input,
) -> Callable[[Callable[Concatenate[View, _P], _R]], Callable[Concatenate[View, _P], _R]]:
    """Let `View` remember what was asked and answered, so that findings are kept while it is so.

    The question is asked again when something has changed that it `reads`.
    """
    if not reads or not all(isinstance(one, Input) for one in reads):
        raise TypeError("a question says what it reads: `@question(Input.DISK)`")

    def make(
        method: Callable[Concatenate[View, _P], _R],
    ) -> Callable[Concatenate[View, _P], _R]:
        known = Question(method, reads)

        @functools.wraps(method)
        def ask(self: View, *arguments: _P.args, **named: _P.kwargs) -> _R:
            answer = method(self, *arguments, **named)
            key = known.in_order(self, arguments, named) if named else arguments
            self.asked[known, key] = answer
            return answer

        ask.question = known  # type: ignore[attr-defined]
        return ask  # type: ignore[return-value]

    return make


class View:
    """One file of a workspace, and the questions that its rules may ask about the rest.

    Every answer is remembered in `asked`; `holds` asks again. Rules reach nothing but this, so their
    findings are good as long as the file itself and the answers are the same. The kind of the file is
    an answer as well, so each file is asked again when the shape of the workspace changes.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        snapshot: Snapshot,
        path: str,
        outside: Outside | None = None,
        scope: Scope | None = None,
    ) -> None:
        self.rulebook = rulebook
        self._snapshot = snapshot
        self._root = snapshot.workspace.root
        self._variables = snapshot.variables
        self.outside = outside
        """How uv came to the file, where that is of a project outside of the workspace."""
        self.manifest: Manifest = snapshot.manifests[path]
        self.path = path
        self.asked: Asked = {}
        self.scope = scope or self.kind_of_file()
        """What the file is looked at as."""
        self.silenced: dict[int, set[str]] = {}
        """The codes that a comment at the end of a line silences: the rules that come last know them."""

    def holds(self, asked: Asked, changed: Set[Input | str]) -> bool:
        """Tell whether questions still have their answers, after a change of what some of them read."""
        return all(
            one.ask(self, *arguments) == answer
            for (one, arguments), answer in asked.items()
            if not changed.isdisjoint(one.read(arguments))
        )

    # ------------------------------------------------------------------- questions

    @question(Input.SHAPE)
    def kind_of_file(self) -> Scope:
        """Return what the file is within the workspace."""
        if base_name(self.path) == SETTINGS:
            return Scope.SETTINGS
        if self.path in self._snapshot.workspace.parsed_only:
            return Scope.PARSED_ONLY
        if self.path in self._snapshot.workspace.detached:
            return Scope.DETACHED
        return Scope.MEMBER if self._snapshot.of_member(self.path) else Scope.ROOT

    def running_in(self) -> str:
        """Return the directory that uv runs in, also where it comes to a project outside: no question, as `root`."""
        return self.outside.running_in if self.outside is not None else self._root

    def root(self) -> str:
        """Return the workspace's root directory: no question, as another one is another workspace."""
        return self._root

    @question(Input.SHAPE)
    def is_virtual(self) -> bool:
        """Tell whether the root has no `[project]`."""
        return self._snapshot.workspace.virtual

    @question(Input.SHAPE)
    def is_workspace(self) -> bool:
        """Tell whether the root has a `[tool.uv.workspace]`."""
        return self._snapshot.workspace.explicit

    @question(Input.SHAPE)
    def member(self, name: Name) -> Member | None:
        """Return the member of a name."""
        return self._snapshot.workspace.members.get(name)

    @question(Input.SHAPE)
    def strangers(self, names: frozenset[Name]) -> frozenset[Name]:
        """Return those of many names that no member has."""
        return names.difference(self._snapshot.workspace.members)

    @question(Input.SHAPE)
    def member_at(self, directory: str) -> Member | None:
        """Return the member in a directory."""
        return self._snapshot.workspace.by_directory.get(directory)

    @question(Input.SHAPE)
    def excluded(self, name: Name) -> Excluded | None:
        """Return the project of a name that an `exclude` pattern hides."""
        return self._snapshot.workspace.excluded.get(name)

    @question(Input.SHAPE)
    def closest_member(self, name: str) -> str | None:
        """Return the member's name that is nearest to a wrong one."""
        return self._snapshot.workspace.names.closest(name)

    @question(Input.SHAPE)
    def closest_directories(self, pattern: str) -> tuple[str, ...]:
        """Return the patterns that name existing directories and are nearest to a wrong one."""
        return self._snapshot.workspace.nearest.get(pattern, ())

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def stray_project(self, name: Name) -> str | None:
        """Return the directory below the root of a project that is not in the workspace."""
        from ws_lsp.checking.stray_projects import stray_projects

        return stray_projects(self._snapshot).get(name)

    @question(Input.DISK)
    def absent_submodule(self, name: Name) -> str | None:
        """Return the directory of a submodule that is not checked out and may hold a project."""
        from ws_lsp.project.repository import submodule_of

        return submodule_of(self._snapshot.files, self._root, name)

    @question(Input.DISK)
    def worktree_around(self, directory: str) -> str | None:
        """Return the worktree below the root that holds a directory."""
        from ws_lsp.project.repository import worktree_around

        return worktree_around(self._snapshot.files, directory, self._root)

    @question(Input.SHAPE)
    def sourced_member(self, name: Name) -> Member | None:
        """Return the member of a name, where `workspace = true` in this file leads to it."""
        return None if self.scope is Scope.DETACHED else self._snapshot.workspace.members.get(name)

    @question(Input.SHAPE)
    def root_source(self, name: Name) -> tuple[str, ...] | None:
        """Return what the root's source of a name is."""
        shared = self._root_shared
        return shared.sources.get(name) if shared else None

    @question(Input.SHAPE)
    def inherited_source(self, name: Name) -> tuple[str, ...] | None:
        """Return what the source of a name is that this file has where it gives none itself."""
        if self.scope is Scope.DETACHED:
            return self._snapshot.workspace.detached[self.path].sources.get(name)
        shared = self._inherited
        return shared.sources.get(name) if shared else None

    @question(Input.SHAPE)
    def inherited_limited(self, name: Name) -> tuple[Limited, ...] | None:
        """Return the entries of that source, if some are for an extra or a group alone."""
        shared = self._inherited
        return shared.limited.get(name) if shared else None

    @question(Input.SHAPE)
    def root_indexes(self) -> tuple[str, ...]:
        """Return the names of the root's indexes."""
        shared = self._root_shared
        return shared.settings.index_names if shared else ()

    @question(Input.SHAPE)
    def inherited_direct_source(self, name: Name) -> Direct | None:
        """Return the inherited source of a name, if it takes the package from one place alone."""
        shared = self._inherited
        found = (one for one in (shared.direct_sources if shared else ()) if one.name == name)
        return next(found, None)

    @question(Input.SHAPE)
    def root_has_places(self) -> bool:
        """Tell whether a source of the root takes a package from one place alone."""
        shared = self._root_shared
        return shared is not None and bool(shared.direct_sources)

    @question(Input.SHAPE)
    def constraints(self, name: Name) -> tuple[Range, ...]:
        """Return the ranges that the root's constraints allow of a package."""
        shared = self._root_shared
        return tuple(
            one for one in (shared.settings.constraints if shared else ()) if one.name == name
        )

    @question(Input.SHAPE)
    def is_replaced(self, name: Name) -> bool:
        """Tell whether the root overrides or excludes a package."""
        shared = self._root_shared
        return shared is not None and not shared.settings.replaced.isdisjoint((None, name))

    @question(Input.SHAPE)
    def conflicts(self) -> Conflicts:
        """Return what the `conflicts` of all files keep apart."""
        return self._snapshot.workspace.conflicts

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def are_kept_apart(self, one: Context, other: Context) -> bool:
        """Tell whether `conflicts` may let uv resolve requirements of two contexts apart from each other."""
        return are_kept_apart(self._snapshot, one, other)

    @question(Input.SHAPE)
    def environments(self) -> Environments:
        """Return what the workspace says of the environments that it is resolved for."""
        return environments_of(self._snapshot)

    @question(Input.SHAPE)
    def directs(self, name: Name) -> tuple[tuple[str, Direct], ...]:
        """Return the files that take a package from one place, and the place."""
        return self._snapshot.workspace.directs.get(name, ())

    @question(Input.SHAPE)
    def problems(self) -> tuple[Problem, ...]:
        """Return what discovery found wrong in this file."""
        return self._snapshot.workspace.problems_by_path.get(self.path, ())

    @question(Input.SHAPE)
    def hides_members(self, directory: str) -> bool:
        """Tell whether uv would find the workspace no longer from some members with a manifest there."""
        return self._snapshot.workspace.first_below(directory) is not None

    @question(Input.SHAPE)
    def matches(self) -> tuple[tuple[str, ...], ...]:
        """Return the directories that each `members` entry of the root names."""
        return self._snapshot.workspace.matches

    @question(Input.SHAPE)
    def shared(self, path: str) -> Shared | None:
        """Return what others see of a manifest."""
        return self._snapshot.workspace.shared.get(path)

    @question(Input.SHAPE, Input.TEXT)
    def other(self, path: str) -> Manifest | None:
        """Return another file itself, places and all: the findings are then good for that text only."""
        return self._snapshot.manifests.get(path)

    @question(Input.SHAPE)
    def extras_of(self, member: Member) -> tuple[Name, ...] | None:
        """Return the extras of a member, normalised; None where no file shows them."""
        shared = self._snapshot.workspace.shared.get(member.path)
        return shared.extras if shared else None

    @question(Input.SHAPE)
    def version_of(self, member: Member) -> str | None:
        """Return the version of a member, None where no file shows it."""
        shared = self._snapshot.workspace.shared.get(member.path)
        return shared.version if shared else None

    @question(Input.SHAPE)
    def hiding_excludes(self) -> frozenset[int]:
        """Return the indexes of the `exclude` entries that hide something."""
        return self._snapshot.workspace.hiding

    @question(Input.SHAPE)
    def python_requirements(self) -> tuple[tuple[str, str], ...]:
        """Return the path and the `requires-python` of every project that has one."""
        return self._snapshot.workspace.python_requirements

    @question(Input.SHAPE)
    def python_specifiers(self) -> frozenset[str]:
        """Return every `requires-python` of the workspace."""
        return self._snapshot.workspace.python_specifiers

    @question(Input.SHAPE)
    def python_requests(self) -> PythonRequests | None:
        """Return what the file beside the root's manifest asks for that is about Python versions."""
        return self._snapshot.workspace.python_requests

    @question(Input.SHAPE)
    def group_pythons(self) -> tuple[GroupPython, ...]:
        """Return what dependency groups want of Python, beside what their projects want."""
        return self._snapshot.workspace.group_pythons

    @question(Input.SHAPE)
    def default_groups(self) -> Mapping[Name | None, DefaultGroups]:
        """Return the groups that are synced with the root, which is the first, and with each member."""
        return self._snapshot.workspace.default_groups

    @question(Input.SHAPE)
    def first_editable(self, name: Name) -> tuple[str, bool] | None:
        """Return the file, first in uv's order, that says how a member is to be installed, and how."""
        return self._snapshot.workspace.editable.get(name)

    @question(Input.DISK)
    def kind_of(self, path: str) -> Kind | None:
        """Return what stands at a path of the disk."""
        return self._snapshot.files.kind(path)

    @question(Input.DISK)
    def has_file(self, directory: str, pattern: str) -> bool:
        """Tell whether a pattern matches a file below a directory of the disk."""
        return has_match(self._snapshot.files, directory, pattern)

    @question(Input.DISK, Input.PATHS)
    def file_at(self, path: str) -> Manifest | None:
        """Return the `pyproject.toml` or `uv.toml` at a path of the disk."""
        return self._snapshot.at_path(path)

    @question(Input.DISK, Input.PATHS)
    def project_name_at(self, directory: str) -> Name | None:
        """Return the name of the project in a directory of the disk."""
        manifest = self._snapshot.read_manifest(join(directory, MANIFEST))
        return manifest.shared.name if manifest is not None else None

    @question(Input.DISK, Input.PATHS)
    def project_version_at(self, directory: str) -> str | None:
        """Return the version of the project in a directory of the disk, None where no file shows it."""
        manifest = self._snapshot.read_manifest(join(directory, MANIFEST))
        return manifest.shared.version if manifest is not None else None

    @question(Input.DISK, Input.PATHS)
    def is_package_at(self, directory: str) -> bool:
        """Tell whether a project that a path leads to is installed and not its dependencies alone."""
        manifest = self._snapshot.read_manifest(join(directory, MANIFEST))
        return manifest is None or manifest.shared.package is not False

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def outside_problem(self, directory: str, extras: frozenset[Name]) -> tuple[str, str] | None:
        """Return a file and what uv refuses in it for a project of another workspace, or of none.

        `extras` are those that are asked for.
        """
        return self.rulebook.outside_problem(self._snapshot, directory, extras)

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def outside_requirements(self, directory: str, extras: frozenset[Name]) -> Requirements:
        """Return what a project of another workspace, or of none, requires with some extras."""
        return self.rulebook.outside_requirements(self._snapshot, directory, extras)

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def required_through_files(self, name: Name) -> tuple[Through, ...]:
        """Return what is required of a package by projects that files of the workspace take from paths."""
        return self.rulebook.required_through_files(self._snapshot, name)

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def found_around(self) -> tuple[Finding, ...]:
        """Return what is found in this file, of a detached member, by the workspace that uv finds from it."""
        if self.ignores_sources():
            return ()
        return self.rulebook.found_around(self._snapshot, self.manifest, self.why_detached())

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def problem_around(self) -> str | None:
        """Say what uv refuses in another file of the workspace that it finds from this detached member."""
        return self.rulebook.problem_around(self._snapshot, self.manifest)

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def wanted_around(self) -> tuple[tuple[Span, Wanted], ...]:
        """Return what this detached member requires that the workspace around it may decide, and where."""
        lowered = not self.ignores_sources()
        return self.rulebook.wanted_around(self._snapshot, self.manifest, lowered)

    @question(Input.SHAPE)
    def why_detached(self) -> str:
        """Say why uv does not find the workspace from the directory of this detached member."""
        above = self._snapshot.workspace.detached[self.path].above
        if self.shown(self.path).startswith("../"):
            return "From here uv does not find the root of this workspace, which is not above the member"
        if above is not None and above != self._root:
            return (
                f"`{self.shown(join(above, MANIFEST))}` hides the root of this workspace from here"
            )
        return "From here uv does not find the root of this workspace: the pattern leaves its directory"

    @question(Input.DISK, Input.PATHS)
    def other_workspace(self, directory: str) -> frozenset[Name] | None:
        """Return the members of the workspace whose root is a directory of the disk, if it is one."""
        members = self._snapshot.other_workspace(directory)
        return frozenset(members) if members is not None else None

    @question(Input.DISK)
    def uv_has(self, feature: Feature) -> bool:
        """Tell whether the uv that decides has a feature."""
        return has(self._snapshot.uv_version(), feature)

    @question(Input.DISK)
    def uv_version(self) -> Version:
        """Return the version of the uv that decides."""
        return self._snapshot.uv_version()

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def is_required(self, name: Name) -> bool:
        """Tell whether any file of the workspace requires a package."""
        return any(name in one.required for one in self._snapshot.belonging.values())

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def may_be_required(self, name: Name) -> bool:
        """Tell whether a file of the workspace requires a package, for a build as well, or hides what it requires."""
        return any(
            name in one.required or name in one.required_by_build or one.has_hidden_requirements
            for one in self._snapshot.belonging.values()
        )

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def required_under(self, name: Name) -> frozenset[str] | None:
        """Return the markers under which a package is required; None where it is without any, too."""
        found: set[str] = set()
        for one in self._snapshot.belonging.values():
            if name in one.required:
                if name not in one.required_under:
                    return None
                found |= one.required_under[name]
        return frozenset(found)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def inherits(self, name: Name) -> bool:
        """Tell whether a member requires a package and has the root's source for it."""
        return any(
            name in one.required and name not in one.shared.sources
            for one in self._snapshot.inheriting()
        )

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def lacks_index(self, name: Name, index: str, path: str | None = None) -> bool:
        """Tell whether a member (that in `path`) inherits a package's source and does not declare an index."""
        return any(
            name in one.required
            and name not in one.shared.sources
            and index not in one.shared.settings.index_names
            for one in self._snapshot.inheriting()
            if path in (None, one.path)
        )

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def refused_defaults(
        self, names: tuple[Name, ...] | None, version: Version
    ) -> tuple[Obstacle, ...]:
        """Return what keeps uv from syncing members of some names, or all members, as default packages."""
        workspace, root = self._snapshot.workspace, self._root_shared
        if not workspace.conflicts and not (root and root.settings.left_out):
            return ()
        from ws_lsp.checking.obstacles import refused_defaults

        members = workspace.members
        return refused_defaults(self._snapshot, members if names is None else names, version)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def refused_syncs(self, version: Version) -> tuple[RefusedSync, ...]:
        """Return the syncs that uv refuses because of `conflicts`."""
        if not self._snapshot.workspace.conflicts:
            return ()
        from ws_lsp.checking.obstacles import refused_syncs

        return refused_syncs(self._snapshot, version)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def names_in(self, project: Name | None) -> tuple[frozenset[Name] | None, frozenset[Name]]:
        """Return the extras and the groups of a member, or of a virtual root; None for extras that no file shows."""
        member = self._snapshot.workspace.members.get(project) if project is not None else None
        manifest = self._snapshot.manifests[member.path] if member else self._snapshot.root
        extras = manifest.shared.extras
        legacy = [group for one in manifest.asked if (group := one.context[1]) is not None]
        groups = frozenset((*manifest.group_names, *legacy))
        return frozenset(extras) if extras is not None else None, groups

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def members_with(self, extra: Name | None, group: Name | None) -> tuple[Name, ...]:
        """Return the members that have an extra, or a group."""
        return tuple(
            name
            for name, member in self._snapshot.workspace.members.items()
            if (
                extra in (self._snapshot.manifests[member.path].shared.extras or ())
                or group in self._snapshot.manifests[member.path].group_names
            )
        )

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def pins(self, name: Name) -> tuple[tuple[str, Pin], ...]:
        """Return the files that pin requirements of a package to an index, and the pins."""
        from ws_lsp.checking.pins import pins

        return pins(self._snapshot, name)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def contradicted(self) -> frozenset[Name]:
        """Return the packages that files of the workspace require in versions that exclude each other."""
        return contradicted(self._snapshot)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def range_against(self, own: Range, everywhere: bool = False) -> tuple[str, Range] | None:
        """Return a range of another file that no version meets together with one of this, and the file.

        With `everywhere` the file itself is looked at as well, and no `conflicts` keep them apart.
        """
        return range_against(self._snapshot, self.path, own, everywhere)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def range_beside(self, direct: Direct, version: str) -> tuple[str, Range] | None:
        """Return a range that the version which this file takes from one place does not meet."""
        return range_beside(self._snapshot, self.path, direct, version)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def range_through(self, direct: Direct, own: Range, forks: bool) -> tuple[str, Range] | None:
        """Return a range that no version meets together with `own`, and its file.

        `own` is of a project that this file takes from one place; `forks` tells whether uv may resolve
        environments apart because of that.
        """
        return range_through(self._snapshot, self.path, direct, own, forks)

    @question(Input.SHAPE)
    def is_ever_built(self) -> bool:
        """Tell whether a command of uv builds the project of this file."""
        return is_ever_built(self._snapshot, self.path)

    @question(Input.SHAPE, Input.REQUIREMENTS, Input.SELECTION)
    def is_built(self) -> bool:
        """Tell whether uv certainly builds the project of this file.

        To be asked where something is wrong: whatever is required or selected may change the answer.
        """
        return is_built(self._snapshot, self.path)

    @question(Input.SHAPE, Input.REQUIREMENTS, Input.SELECTION)
    def is_built_with(self, name: Name, index: str | None, always: bool) -> bool:
        """Tell whether this file's source of a package certainly serves a build.

        With `index` only files count that do not declare it, with `always` no requirement with a marker.
        """
        return is_built_with(self._snapshot, self.path, name, index, always)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def needing_itself(self) -> tuple[Name, ...]:
        """Return the members on the way from this one to itself, where its build needs itself."""
        member = self._snapshot.workspace.by_path.get(self.path)
        return needing_itself(self._snapshot, member.name) if member is not None else ()

    @question(Input.SHAPE)
    def is_package(self) -> bool:
        """Tell whether uv installs the project of this file, and not its dependencies alone."""
        workspace = self._snapshot.workspace
        member = workspace.by_path.get(self.path)
        return member is not None and workspace.is_package(member)

    @question(Input.SHAPE, Input.DISK)
    def packages_of_others(self) -> tuple[tuple[str, Name], ...]:
        """Return the Python packages of this file's project that another member installs as well, and which."""
        member = self._snapshot.workspace.by_path.get(self.path)
        if member is None:
            return ()
        from ws_lsp.checking.packages import packages_of_others

        return packages_of_others(self._snapshot, member.name)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def unreached(self) -> tuple[Name, ...]:
        """Return the members that no default package needs, directly or through others."""
        return self._snapshot.unreached

    @question(Input.DISK)
    def lockfile(self) -> Lockfile | None:
        """Return the workspace's `uv.lock`, None where there is none."""
        return self._snapshot.lockfile

    @question(Input.SHAPE, Input.DISK)
    def locked(self, name: Name) -> Locked | None:
        """Return what `uv.lock` says of a member, None where that or the workspace is broken."""
        lockfile, workspace = self._snapshot.lockfile, self._snapshot.workspace
        if lockfile is None or lockfile.problem or workspace.problems or workspace.unnamed:
            return None
        from ws_lsp.project.comparison import Locked

        return Locked(
            lockfile.member(name),
            lockfile.requires_python,
            lockfile.supported_markers,
            lockfile.conflicts,
            lockfile.has_default_groups,
            lockfile.leaves_metadata_out,
            lockfile.has_extras,
        )

    @question(Input.SHAPE)
    def sound_members(self) -> frozenset[Name] | None:
        """Return the names of all members, None where uv refuses the workspace."""
        workspace = self._snapshot.workspace
        if workspace.problems or workspace.unnamed:
            return None
        return frozenset(workspace.members)

    @question(Input.SHAPE)
    def source_kind(self, name: Name) -> str | None:
        """Return the kind of source that uv writes into `uv.lock` for a member."""
        workspace = self._snapshot.workspace
        member = workspace.members.get(name)
        if member is None:
            return None
        if not workspace.is_package(member):
            return "virtual"
        return "directory" if workspace.editable.get(name, ("", True))[1] is False else "editable"

    @question(Input.SHAPE)
    def inherited_source_may_be_partial(self, name: Name) -> bool:
        """Tell whether the inherited source of a name may be for an extra, a group or an environment alone.

        What a detached member inherits is not known, unless uv finds no other root from its directory.
        """
        if self.scope is Scope.DETACHED:
            return self._snapshot.workspace.detached[self.path].root != self.manifest.directory
        return name in self._snapshot.root.shared.partial_sources

    @question(Input.SHAPE)
    def ignores_sources(self) -> bool:
        """Tell whether the settings of the workspace turn `tool.uv.sources` off."""
        settings, root = self._snapshot.settings, self._snapshot.root
        return any(
            one is not None and one.shared.settings.ignores_sources for one in (settings, root)
        )

    @question(Input.SHAPE)
    def inherited_origins(self, names: frozenset[Name]) -> tuple[tuple[Name, Origin | None], ...]:
        """Return those of many names that inherit a source, and what it says; None is not certain."""
        shared = self._inherited
        if shared is None:
            detached = self._snapshot.workspace.detached.get(self.path)
            elsewhere = detached is not None and detached.root != self.manifest.directory
            return tuple((name, None) for name in sorted(names)) if elsewhere else ()
        return tuple(
            (name, shared.origins.get(name, FROM_WORKSPACE))
            for name in sorted(names & shared.sources.keys())
        )

    @question(Input.SHAPE)
    def root_index(self, name: str) -> Index | None:
        """Return the index of a name that the root declares."""
        shared = self._inherited
        indexes = shared.settings.indexes if shared else ()
        return next((one for one in indexes if one.name == name), None)

    @question(Input.SHAPE)
    def sources_left_out(self) -> frozenset[Name | None] | None:
        """Return the packages whose sources settings turn off; None in it is any, alone it is not known."""
        if not self._variables.overridden.isdisjoint(NO_SOURCES_SETTINGS):
            return None
        settings = self._snapshot.settings or self._snapshot.root
        return settings.shared.settings.without_sources

    def has_no_source(self, name: Name) -> bool:
        """Tell whether settings turn off the sources of a package, so that uv does not look at them."""
        left_out = self.sources_left_out()
        return left_out is not None and not left_out.isdisjoint((None, name))

    @question(Input.SHAPE, Input.DISK)
    def comes_from_elsewhere(self, name: Name) -> bool:
        """Tell whether another file may take a package from one place, for all that require it.

        A member is taken from its directory also by a member that does not find the workspace.
        """
        snapshot = self._snapshot
        if name in snapshot.workspace.members or any(
            path != self.path
            and (name in one.shared.sources or any(name == of.name for of in one.shared.directs))
            for path, one in snapshot.belonging.items()
        ):
            return True
        lockfile = snapshot.lockfile
        local = lockfile.local_projects if lockfile is not None else ()
        return any(name in one.resolved for one in local)

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def outdated_projects(self) -> tuple[tuple[str, str], ...]:
        """Return the projects, no members, that differ from what the lock file says of them, and how."""
        return self.rulebook.outdated_projects(self._snapshot)

    @question(Input.SHAPE, Input.DISK, Input.PATHS)
    def indexes_of_sources(self) -> frozenset[Index]:
        """Return the indexes that sources may name: of the root only those that one does name.

        They are of the workspace and of the projects that paths lead to.
        """
        snapshot, lockfile = self._snapshot, self._snapshot.lockfile
        root, belonging = snapshot.root, snapshot.belonging.values()
        named = {one.index_name for some in belonging for one in some.shared.indexed}
        found = {one for one in root.shared.settings.indexes if one.name in named}
        for one in belonging:
            found.update(one.shared.settings.indexes if one is not root else ())
        for package in lockfile.local_projects if lockfile is not None else ():
            path = join(join(snapshot.workspace.root, package.source.value), MANIFEST)
            manifest = snapshot.read_manifest(path)
            found.update(manifest.shared.settings.indexes if manifest is not None else ())
        return frozenset(found)

    def overridden_settings(self) -> frozenset[str]:
        """Return the settings that variables decide, whatever files say: no question, as these stay so."""
        return self._variables.overridden

    def has_settled_settings(self) -> bool:
        """Tell whether no settings count but those in the files of a workspace and above: no question."""
        return not self._variables.unsettled

    @question(Input.DISK)
    def resolved_sources(self, name: Name) -> frozenset[LockedSource]:
        """Return where the lock file has a package from."""
        lockfile = self._snapshot.lockfile
        packages = lockfile.packages(name) if lockfile is not None else ()
        return frozenset(one.source for one in packages)

    @question(Input.SHAPE, Input.DISK)
    def has_preview(self, feature: str) -> bool | None:
        """Tell whether a preview feature of uv is on; None where settings may say so that are not known."""
        snapshot = self._snapshot
        root, own = snapshot.workspace.root, snapshot.settings or snapshot.root
        if own is snapshot.root and not snapshot.workspace.explicit and own.uv is None:
            others = (path for paths in places_above(root) for path in paths)
            if any(snapshot.files.kind(path) is not None for path in others):
                return None  # uv may take the settings from there
        return snapshot.variables.has_preview(feature, own.shared.settings.preview_features)

    @question(Input.SHAPE)
    def resolves_lowest(self) -> bool:
        """Tell whether the settings of the workspace make uv take the lowest versions of what projects require."""
        own = self._snapshot.settings or self._snapshot.root
        return own.shared.settings.resolves_lowest

    @question(Input.SHAPE)
    def adds_to_builds(self) -> bool:
        """Tell whether the settings of the workspace install more for builds than `[build-system]` requires."""
        settings, root = self._snapshot.settings, self._snapshot.root
        return any(
            one is not None and one.shared.settings.adds_to_builds for one in (settings, root)
        )

    @question(Input.SHAPE)
    def shares_environment(self) -> bool:
        """Tell whether the settings of the workspace let some builds use the environment."""
        settings, root = self._snapshot.settings, self._snapshot.root
        return any(
            one is not None and one.shared.settings.shares_environment for one in (settings, root)
        )

    @question(Input.DISK)
    def environment(self) -> str | None:
        """Return the directory of the workspace's environment, None where there is none yet."""
        environment = self._snapshot.environment
        return environment.directory if environment.exists else None

    @question(Input.SHAPE, Input.DISK)
    def member_state(self, name: Name) -> MemberState | None:
        """Return what of a member is installed, None where the workspace has no such member."""
        workspace = self._snapshot.workspace
        member = workspace.members.get(name)
        if member is None:
            return None
        from ws_lsp.project.installed import member_state

        return member_state(self._snapshot.environment, workspace, member, default=True)

    @question(Input.SHAPE, Input.DISK, Input.IMPORTS)
    def foreign_imports(self) -> tuple[ForeignImport, ...]:
        """Return what the sources of this file's project import of other members, as far as is known."""
        return self._snapshot.imports.get(self.manifest.directory, ())

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def with_their_members(self, names: frozenset[Name]) -> frozenset[Name] | None:
        """Return packages and the members that come along with them, directly or through others.

        Extras of members are taken for asked for. None where one requires what no file shows.
        """
        return self._snapshot.with_their_members(names)

    @question(Input.SHAPE, Input.REQUIREMENTS)
    def grouped_by_root(self) -> frozenset[Name]:
        """Return the packages that dependency groups of the root require."""
        return self._snapshot.root.grouped

    @question(Input.SHAPE)
    def rule_levels(self) -> tuple[tuple[str, str], ...]:
        """Return the severities that the root's `[tool.ws-lsp.rules]` wishes for, by code."""
        shared = self._snapshot.workspace.shared.get(self._snapshot.workspace.path)
        return shared.rule_levels if shared else ()

    @question(Input.SHAPE)
    def has_settings_file(self) -> bool:
        """Tell whether a `uv.toml` stands beside the root's manifest."""
        return self._snapshot.settings is not None

    # ---------------------------------------------------------------------- helpers

    @property
    def _root_shared(self) -> Shared | None:
        return self._snapshot.workspace.shared.get(self._snapshot.workspace.path)

    @property
    def _inherited(self) -> Shared | None:
        """What the file has of the root where it says nothing itself."""
        return None if self.scope is Scope.DETACHED else self._root_shared

    @cached_property
    def wanted_by_span(self) -> Mapping[Span, list[Wanted]]:
        """What `wanted_around` says, by place; nothing where the file is of no detached member."""
        found: dict[Span, list[Wanted]] = {}
        for span, wanted in self.wanted_around() if self.scope is Scope.DETACHED else ():
            found.setdefault(span, []).append(wanted)
        return found

    @property
    def this_workspace(self) -> str:
        """What messages call the workspace of the file."""
        if self.outside is not None and self.outside.of_member:
            return "the workspace that uv finds from here"
        return "this workspace"

    def root_manifest(self) -> Manifest:
        """Return the root's manifest, places and all."""
        manifest = self.other(join(self._root, MANIFEST))
        return manifest or self.manifest

    def shown(self, path: str) -> str:
        """Return a path as messages show it: from the root."""
        return relative(path, self.root())

    def change(self, *edits: Edit) -> Change:
        """Return edits of this file as a change."""
        return Change(self.path, edits)

    def change_by(
        self, make: Callable[_P, Iterable[Edit]], *arguments: _P.args, **named: _P.kwargs
    ) -> Change:
        """Return as a change the edits of this file that a function makes, when they are wanted."""
        return Change(self.path, functools.partial(make, *arguments, **named))


QUESTIONS: Mapping[str, Question] = {
    name: one.question for name, one in vars(View).items() if hasattr(one, "question")
}
"""All that rules may ask, by name."""
