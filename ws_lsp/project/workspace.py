"""Discovery as uv does it (uv-workspace, `Workspace::discover`): the root, the members, what is wrong.

uv stops at the first mistake. Here every mistake becomes a `Problem` and discovery goes on, so that
one broken member hides nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from ws_lsp.grammar.names import Name, NameIndex
from ws_lsp.grammar.pythons import PythonRequest, python_requests
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Conflicts, Context, including_groups, with_including_groups
from ws_lsp.project.declarations import WORKSPACE_SOURCE, DefaultGroups, Shared
from ws_lsp.project.direct import Direct
from ws_lsp.project.file_names import MANIFEST, PYTHON_VERSIONS
from ws_lsp.project.globs import (
    Pattern,
    PatternProblem,
    compile_member_pattern,
    compile_pattern,
    spellings,
)
from ws_lsp.project.ignored import Content, content
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import Feature, Version, has, newest_version
from ws_lsp.vfs import FileSystem, Kind, base_name, is_absolute, join, normal_form, parent, relative

__all__ = [
    "Detached",
    "Excluded",
    "GroupPython",
    "Manifests",
    "Member",
    "Problem",
    "ProblemKind",
    "Workspace",
    "discover",
    "find_root",
]

Manifests: TypeAlias = Callable[[str], Manifest | None]
"""Gives the manifest at a path, None where there is no file."""


_ENOUGH = 100
"""After so many mistakes no more matches of a pattern are looked at: uv stops at the first, and a
pattern like `/**` would lead through the whole disk."""


class Member(NamedTuple):
    """A member of a workspace; `path` is its manifest."""

    name: Name
    directory: str
    path: str
    is_root: bool = False


class Detached(NamedTuple):
    """A member from whose directory uv does not find the workspace; what it finds from there."""

    root: str
    """The directory of the root."""
    above: str | None
    """The nearest directory above the member that has a manifest."""
    sources: Mapping[Name, tuple[str, ...]] = MappingProxyType({})
    """What the sources of another root are, which the member has from there."""


class Excluded(NamedTuple):
    """A project that a `members` pattern names and the `exclude` pattern of that index hides."""

    name: Name
    directory: str
    pattern: int


class GroupPython(NamedTuple):
    """A `requires-python` in the settings of a dependency group; `groups` are that and those that include it."""

    path: str
    name: Name
    specifier: str
    groups: frozenset[Name]

    def is_of(self, chosen: DefaultGroups) -> bool:
        """Tell whether it counts where some groups are chosen."""
        return any(map(chosen.include, self.groups))


class ProblemKind(Enum):
    """What uv refuses while it looks for members."""

    INVALID_MEMBER_PATTERN = auto()
    INVALID_EXCLUDE_PATTERN = auto()
    MISSING_MANIFEST = auto()
    DANGLING_LINK = auto()
    UNREADABLE_MANIFEST = auto()
    MISSING_PROJECT = auto()
    DUPLICATE_NAME = auto()
    NESTED_WORKSPACE = auto()
    UNMANAGED_ROOT = auto()
    IGNORED_DIRECTORY = auto()
    """A directory without a manifest that is empty, or in which all is ignored: older versions refuse it."""
    EMPTY_DIRECTORY = auto()
    """One in which nothing but directories without files is not ignored."""


class Problem(NamedTuple):
    """One thing that uv refuses, in the file at `path`.

    `directory` is the member's directory it is about, `pattern` the index of the `members` (or
    `exclude`) entry that led there, `other` a second directory, `detail` a message or a name.
    """

    kind: ProblemKind
    path: str
    directory: str = ""
    pattern: int | None = None
    other: str = ""
    detail: str = ""


class PythonRequests(NamedTuple):
    """A `.python-version` or `.python-versions`, and its requests in their order."""

    path: str
    requests: tuple[PythonRequest, ...]


class _Facts(NamedTuple):
    """The fields of `Workspace`, which needs room for what is derived from them."""

    root: str
    virtual: bool
    explicit: bool
    """Whether the root has a `[tool.uv.workspace]`; a single project is a workspace of its own."""
    members: Mapping[Name, Member]
    """By name, sorted; the root project is one, a virtual root is not."""
    matches: tuple[tuple[str, ...], ...] = ()
    """The directories that each entry of `members` names, in the order of the entries."""
    excluded: Mapping[Name, Excluded] = MappingProxyType({})
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    """Directories that `members` names and that uv leaves out; older versions refuse them."""
    unnamed: tuple[str, ...] = ()
    """Manifests of members that have no sound name."""
    hiding: frozenset[int] = frozenset()
    """The indexes of the `exclude` entries that hide a directory which `members` names."""
    nearest: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """For entries of `members` that name no directory: the patterns like it that name some."""
    shared: Mapping[str, Shared] = MappingProxyType({})
    """What the files of the workspace see of each other, by the manifest's path."""
    parsed_only: tuple[str, ...] = ()
    """Manifests that uv parses and then leaves alone: those of unmanaged members, and the next one above
    a single project, which might list it. They do not belong to the workspace."""
    detached: Mapping[str, Detached] = MappingProxyType({})
    """The manifests of members from whose directory uv does not find this workspace, and what it finds
    from there. Another manifest stands between the two, or the member lies outside of the root's
    directory. uv reads the requirements, sources and indexes of such a member in the workspace that it
    finds, and resolves them in this one."""
    python_requests: PythonRequests | None = None
    """What the file beside the root's manifest asks for that is about Python versions."""


class Workspace(_Facts):
    """What uv sees of a workspace, without places: equal when nothing that files share has changed."""

    @cached_property
    def path(self) -> str:
        """The root's manifest."""
        return join(self.root, MANIFEST)

    @cached_property
    def names(self) -> NameIndex:
        """The members' names, to look for near ones."""
        return NameIndex(self.members)

    @cached_property
    def by_path(self) -> Mapping[str, Member]:
        """The members by their manifest's path."""
        return {member.path: member for member in self.members.values()}

    @cached_property
    def by_directory(self) -> Mapping[str, Member]:
        """The members by their directory."""
        return {member.directory: member for member in self.members.values()}

    def first_below(self, directory: str) -> Member | None:
        """Return a member that finds this workspace, and would not with a manifest in a directory."""
        start = f"{directory}/"
        below = (one for one in self.members.values() if one.directory.startswith(start))
        return next((one for one in below if one.path not in self.detached), None)

    @cached_property
    def summaries(self) -> tuple[tuple[Member, str], ...]:
        """Every member with its directory, as seen from the root."""
        return tuple(
            (member, relative(member.directory, self.root)) for member in self.members.values()
        )

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every manifest that uv reads: the root's, the members', sound or not, and `parsed_only`."""
        found = dict.fromkeys((self.path, *self.by_path, *self.unnamed))
        found |= dict.fromkeys(
            problem.path for problem in self.problems if base_name(problem.path) == MANIFEST
        )
        return tuple(found | dict.fromkeys(self.parsed_only))

    @cached_property
    def python_requirements(self) -> tuple[tuple[str, str], ...]:
        """The path and the `requires-python` of every project that has one."""
        return tuple(
            (path, shared.requires_python)
            for path, shared in self.shared.items()
            if shared.requires_python is not None
        )

    @cached_property
    def python_specifiers(self) -> frozenset[str]:
        """Every `requires-python` of the workspace."""
        return frozenset(text for _, text in self.python_requirements)

    @cached_property
    def group_pythons(self) -> tuple[GroupPython, ...]:
        """What dependency groups want of Python, beside what their projects want."""
        return tuple(
            GroupPython(path, name, text, frozenset(including_groups(name, shared.group_includes)))
            for path, shared in self.shared.items()
            for name, text in shared.settings.group_pythons
        )

    @cached_property
    def default_groups(self) -> Mapping[Name | None, DefaultGroups]:
        """The groups that are synced with a project without being asked for.

        The first is the root, which is None where it has no `[project]`.
        """
        return {
            shared.name: shared.settings.default_groups
            for path, shared in self.shared.items()
            if path == self.path or path in self.by_path
        }

    @cached_property
    def conflict_sets(self) -> tuple[tuple[Context, ...], ...]:
        """The sets of the `conflicts` of all files, as they are written."""
        return tuple(some for shared in self.shared.values() for some in shared.settings.conflicts)

    @cached_property
    def conflicts(self) -> Conflicts:
        """What the `conflicts` of all files keep apart: for each set its entries."""
        sets = self.conflict_sets
        if not sets:
            return ()
        return with_including_groups(
            sets, {shared.name: shared.group_includes for shared in self.shared.values()}
        )

    @cached_property
    def forks(self) -> bool:
        """Whether uv may resolve some environments apart before it has looked at all files."""
        return any(shared.forks for shared in self.shared.values())

    @cached_property
    def required_members(self) -> frozenset[Name]:
        """The names with a `workspace = true` source in a file of another: such members are installed."""
        return frozenset(
            name
            for shared in self.shared.values()
            for name, kinds in shared.sources.items()
            if WORKSPACE_SOURCE in kinds and name != shared.name
        )

    def is_package(self, member: Member) -> bool:
        """Tell whether uv installs a member, and not its dependencies alone."""
        shared = self.shared.get(member.path)
        if shared is not None and shared.package is not None:
            return shared.package
        return member.name in self.required_members

    @cached_property
    def editable(self) -> Mapping[Name, tuple[str, bool]]:
        """For each member, the first file that says `editable = true` or `false` of it, and which.

        uv does not heed what a member says of itself.
        """
        found: dict[Name, tuple[str, bool]] = {}
        for path, shared in sorted(self.shared.items(), key=lambda item: self._order(item[0])):
            for name, flag in shared.editable:
                if name != shared.name:
                    found.setdefault(name, (path, flag))
        return found

    def _order(self, path: str) -> tuple[bool, str]:
        """Return a key that sorts files as uv goes through them: the root, then members by name."""
        member = self.by_path.get(path)
        return (path != self.path, member.name if member else path)

    def has_from_elsewhere(self, path: str, name: Name) -> bool:
        """Tell whether the file of a detached member has its source of a package from another root."""
        detached = self.detached.get(path)
        return (
            detached is not None
            and name in detached.sources
            and name not in self.shared[path].sources
        )

    @cached_property
    def directs(self) -> Mapping[Name, tuple[tuple[str, Direct], ...]]:
        """For each package, the files that take it from one place, and the place."""
        found: dict[Name, list[tuple[str, Direct]]] = {}
        for path, shared in self.shared.items():
            for one in shared.directs:
                direct = one.within(self.root)
                if direct is not None and not self.has_from_elsewhere(path, one.name):
                    found.setdefault(one.name, []).append((path, direct))
        return {name: tuple(all_of_them) for name, all_of_them in found.items()}

    @cached_property
    def problems_by_path(self) -> Mapping[str, tuple[Problem, ...]]:
        """The problems of each file."""
        found: dict[str, tuple[Problem, ...]] = {}
        for problem in (*self.problems, *self.skipped):
            found[problem.path] = (*found.get(problem.path, ()), problem)
        return found


def find_root(
    files: FileSystem,
    manifests: Manifests,
    start: str,
    version: Callable[[], Version] = newest_version,
) -> str | None:
    """Return the directory of the workspace that uv finds from the directory `start`, or None.

    The closest `pyproject.toml` decides; one above it counts only where it lists the project.
    """
    closest = _closest(files, start)
    if closest is None:
        return None
    manifest = manifests(join(closest, MANIFEST))
    inner = manifest.shared if manifest else None
    if inner is None or not inner.managed or inner.workspace or not inner.project:
        return closest
    above = _closest(files, parent(closest)) if closest != parent(closest) else None
    return _root_of_project(manifests, closest, above, version)


def _root_of_project(
    manifests: Manifests, directory: str, above: str | None, version: Callable[[], Version]
) -> str:
    """Return the root for the project in a directory; the next manifest is in the directory `above`."""
    outer = manifests(join(above, MANIFEST)) if above is not None else None
    if above is None or outer is None or not outer.shared.workspace:
        return directory
    return above if _includes(outer.shared, above, directory, version) else directory


def discover(
    files: FileSystem,
    manifests: Manifests,
    root: str,
    version: Callable[[], Version] = newest_version,
) -> Workspace:
    """List the members of the workspace whose root directory is `root`, as a version of uv does."""
    return _Discovery(files, manifests, root, version).run()


class _Discovery:
    def __init__(
        self, files: FileSystem, manifests: Manifests, root: str, version: Callable[[], Version]
    ) -> None:
        self.version = version
        self.files = files
        self.manifests = manifests
        self.root = root
        self.path = join(root, MANIFEST)
        self.members: dict[Name, Member] = {}
        self.excluded: dict[Name, Excluded] = {}
        self.problems: list[Problem] = []
        self.skipped: list[Problem] = []
        self.unnamed: list[str] = []
        self.nearest: dict[str, tuple[str, ...]] = {}
        self.hiding: set[int] = set()
        self.parsed_only: list[str] = []
        self.known: dict[str, Shared | None] = {}

    def run(self) -> Workspace:
        root = self.facts(self.path) or Manifest(self.path, "").shared
        if not root.managed:
            self.problem(ProblemKind.UNMANAGED_ROOT, self.path, self.root)
        if root.project:
            self.add(self.root, root, is_root=True)
        matches: list[tuple[str, ...]] = []
        if root.workspace:
            excludes = self.excludes(root)
            seen = {self.root} if root.project else set()
            for index, text in enumerate(root.members):
                matches.append(self.match(index, text, excludes, seen))
            self.find_nested()
        elif root.project and root.managed:
            self.find_above()
        workspace = Workspace(
            root=self.root,
            virtual=not root.project,
            explicit=root.workspace,
            members=dict(sorted(self.members.items())),
            matches=tuple(matches),
            excluded=self.excluded,
            problems=tuple(self.problems),
            skipped=tuple(self.skipped),
            unnamed=tuple(self.unnamed),
            hiding=frozenset(self.hiding),
            nearest=self.nearest,
            parsed_only=tuple(self.parsed_only),
            python_requests=self.python_requests(),
        )
        own = (path for path in workspace.paths if path not in self.parsed_only)
        found = ((path, self.facts(path)) for path in own)
        shared = {path: facts for path, facts in found if facts}
        detached = self.find_detached(root, workspace, shared) if root.workspace else {}
        return workspace._replace(shared=shared, detached=detached)

    def python_requests(self) -> PythonRequests | None:
        """Return what the file beside the root's manifest asks for; uv looks at none further up."""
        for name in PYTHON_VERSIONS:
            path = join(self.root, name)
            file = self.files.read(path)
            if file is not None:
                requests = python_requests(file.text) if file.problem is None else ()
                return PythonRequests(path, tuple(requests))
        return None

    def facts(self, path: str) -> Shared | None:
        """Return what the manifest at a path says of itself to others."""
        if path not in self.known:
            manifest = self.manifests(path)
            self.known[path] = manifest.shared if manifest is not None else None
        return self.known[path]

    def excludes(self, root: Shared) -> list[tuple[int, Pattern]]:
        found: list[tuple[int, Pattern]] = []
        for index, text in enumerate(root.exclude):
            pattern = compile_pattern(text)
            if isinstance(pattern, PatternProblem):
                self.problem(
                    ProblemKind.INVALID_EXCLUDE_PATTERN,
                    self.path,
                    pattern=index,
                    detail=pattern.message,
                )
            elif _counts(pattern, self.version):
                found.append((index, pattern))
        return found

    def match(
        self, index: int, text: str, excludes: list[tuple[int, Pattern]], seen: set[str]
    ) -> tuple[str, ...]:
        """Look at all that one entry of `members` names; return its directories."""
        pattern = compile_member_pattern(text)
        if isinstance(pattern, PatternProblem):
            self.problem(
                ProblemKind.INVALID_MEMBER_PATTERN,
                self.path,
                pattern=index,
                detail=pattern.message,
            )
            return ()
        found: list[str] = []
        enough = len(self.problems) + _ENOUGH
        for named, kind in pattern.directories(self.files, self.root):
            directory = normal_form(named)
            if kind.is_directory:
                found.append(directory)
            if named in seen:
                continue
            if len(self.problems) >= enough:
                break
            seen.add(named)
            hiding = [at for at, one in excludes if one.excludes(named, self.root)]
            if hiding:
                self.hiding.update(hiding)
                self.exclude(directory, hiding[0])
            elif kind is Kind.DANGLING:
                self.problem(ProblemKind.DANGLING_LINK, self.path, directory, index)
            elif kind.is_directory:
                self.look(directory, index)
        if not found:
            near = map(self.near, spellings(text, self.root))
            found_near = tuple(dict.fromkeys(one for one in near if one is not None))
            if found_near:
                self.nearest[text] = found_near
        return tuple(found)

    def near(self, text: str) -> str | None:
        """Return a pattern if it names a directory, or one like it that does."""
        pattern = compile_member_pattern(text)
        if isinstance(pattern, PatternProblem) or is_absolute(pattern.normal):
            return None
        if pattern.is_found(self.files, self.root):
            return text
        return pattern.nearest(self.files, self.root)

    def exclude(self, directory: str, pattern: int) -> None:
        """Remember an excluded project; uv never reads it, we do so for the sake of messages."""
        facts = self.facts(join(directory, MANIFEST))
        if facts is not None and facts.name is not None:
            self.excluded.setdefault(facts.name, Excluded(facts.name, directory, pattern))

    def look(self, directory: str, pattern: int) -> None:
        """Look at a directory that a pattern names and no exclude hides."""
        path = join(directory, MANIFEST)
        facts = self.facts(path)
        if facts is None:
            if base_name(directory).startswith("."):
                return
            kind = _WITHOUT_MANIFEST[content(self.files, directory)]
            if kind is ProblemKind.MISSING_MANIFEST:
                self.problem(kind, self.path, directory, pattern)
            else:
                self.skipped.append(Problem(kind, self.path, directory, pattern))
        elif facts.unreadable is not None:
            self.problem(
                ProblemKind.UNREADABLE_MANIFEST, path, directory, pattern, "", facts.unreadable
            )
            self.unnamed.append(path)
        elif facts.managed:
            if facts.project:
                self.add(directory, facts, pattern=pattern)
            else:
                self.unnamed.append(path)
                self.problem(ProblemKind.MISSING_PROJECT, path, directory, pattern)
        else:
            self.parsed_only.append(path)

    def add(
        self, directory: str, facts: Shared, is_root: bool = False, pattern: int | None = None
    ) -> None:
        name, path = facts.name, join(directory, MANIFEST)
        if name is None:
            self.unnamed.append(path)
            return
        first = self.members.get(name)
        if first is not None:
            self.problem(
                ProblemKind.DUPLICATE_NAME, path, directory, pattern, first.directory, name
            )
            return
        self.members[name] = Member(name, directory, path, is_root)

    def find_nested(self) -> None:
        for member in self.members.values():
            facts = self.facts(member.path)
            if not member.is_root and facts is not None and facts.workspace:
                self.problem(ProblemKind.NESTED_WORKSPACE, member.path, member.directory)

    def find_detached(
        self, root: Shared, workspace: Workspace, shared: Mapping[str, Shared]
    ) -> Mapping[str, Detached]:
        """Find the members from whose directory uv does not find this workspace.

        To ask `find_root` of each would compare every member with every pattern. A nested workspace is left
        out: uv refuses it as such.
        """
        # a pattern may leave the root and come back; uv takes it as it is written, and no directory is so
        named = {
            directory
            for text, some in zip(root.members, workspace.matches, strict=True)
            if not normal_form(text).startswith("..")
            for directory in some
        }
        known: dict[str, str | None] = {}
        found: dict[str, Detached] = {}
        for path, facts in shared.items():
            directory = parent(path)
            if directory == self.root or facts.workspace:
                continue
            above = _closest(self.files, parent(directory), known)
            if directory not in named or above != self.root:
                nearest = _root_of_project(self.manifests, directory, above, self.version)
                other = self.facts(join(nearest, MANIFEST)) if nearest != directory else None
                sources = other.sources if other is not None else {}
                found[path] = Detached(nearest, above, sources)
        return found

    def find_above(self) -> None:
        """Find the manifest that uv reads to learn whether a workspace lists this project."""
        above = _closest(self.files, parent(self.root)) if self.root != parent(self.root) else None
        if above is not None:
            self.parsed_only.append(join(above, MANIFEST))

    def problem(
        self,
        kind: ProblemKind,
        path: str,
        directory: str = "",
        pattern: int | None = None,
        other: str = "",
        detail: str = "",
    ) -> None:
        self.problems.append(Problem(kind, path, directory, pattern, other, detail))


_WITHOUT_MANIFEST = {
    Content.FILES: ProblemKind.MISSING_MANIFEST,
    Content.DIRECTORIES: ProblemKind.EMPTY_DIRECTORY,
    Content.NOTHING: ProblemKind.IGNORED_DIRECTORY,
}


def _closest(
    files: FileSystem, directory: str, known: dict[str, str | None] | None = None
) -> str | None:
    """Return the nearest directory, from this one upwards, with a file `pyproject.toml`.

    `known` keeps the answers: who asks about many looks at each directory once.
    """
    known = known if known is not None else {}
    passed: list[str] = []
    while directory not in known:
        if files.kind(join(directory, MANIFEST)) is Kind.FILE:
            known[directory] = directory
        elif directory == parent(directory):
            known[directory] = None
        else:
            passed.append(directory)
            directory = parent(directory)
    known.update(dict.fromkeys(passed, known[directory]))
    return known[directory]


def _counts(exclude: Pattern, version: Callable[[], Version]) -> bool:
    """Tell whether a version of uv finds directories by an `exclude`, which may end with a slash."""
    slash = exclude.text == f"{exclude.normal}/"
    return not slash or has(version(), Feature.EXCLUDE_WITH_SLASH)


def _includes(outer: Shared, root: str, directory: str, version: Callable[[], Version]) -> bool:
    """Tell whether a root's patterns make the project in `directory` a member."""

    def hit(texts: tuple[str, ...], method: Callable[[Pattern], bool]) -> bool:
        patterns = (compile_pattern(text) for text in texts)
        return any(isinstance(pattern, Pattern) and method(pattern) for pattern in patterns)

    return hit(outer.members, lambda pattern: pattern.includes(directory, root)) and not hit(
        outer.exclude,
        lambda pattern: _counts(pattern, version) and pattern.excludes(directory, root),
    )
