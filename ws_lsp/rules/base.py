"""What a rule is, what it may ask, and what it reports."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from ws_lsp.analysis import Snapshot
from ws_lsp.project.direct import Direct
from ws_lsp.project.installed import MemberState, member_state
from ws_lsp.project.lockfile import Lockfile
from ws_lsp.project.manifest import Limited, Manifest, Range, Shared
from ws_lsp.project.names import Name
from ws_lsp.project.staleness import Locked
from ws_lsp.project.versions import Feature, Version, has
from ws_lsp.project.workspace import MANIFEST, Excluded, Member, Problem, discover
from ws_lsp.rules.ranges import contradicted, ranges_of
from ws_lsp.text import Edit, LineIndex, SourceLine, Span
from ws_lsp.vfs import Kind, base_name, join, relative

if TYPE_CHECKING:  # it reads Python, for which `ast` is imported
    from ws_lsp.project.import_survey import ForeignImport

__all__ = [
    "PARSED",
    "PROJECT_URL",
    "Change",
    "Finding",
    "Fix",
    "Related",
    "Rule",
    "Scope",
    "Severity",
    "View",
    "documentation_url",
    "rule",
]


PROJECT_URL = "https://github.com/ws-lsp/ws-lsp"


def documentation_url(code: str) -> str:
    """Return where a rule is documented."""
    return f"{PROJECT_URL}/blob/main/docs/rules/{code}.md"


class Severity(Enum):
    """How bad a finding is; `ERROR` is kept for what uv refuses."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Scope(Enum):
    """The kind of a file within a workspace."""

    ROOT = "root"
    MEMBER = "member"
    PARSED_ONLY = "parsed only"
    """An unmanaged member, or the manifest above a single project: uv minds what does not parse."""
    SETTINGS = "uv.toml"


PARSED = (Scope.ROOT, Scope.MEMBER, Scope.PARSED_ONLY)
"""Where stands what uv refuses as soon as it parses a manifest."""


class Change(NamedTuple):
    """Edits of one file's present text; with `create`, of a file that does not exist yet."""

    path: str
    edits: tuple[Edit, ...]
    create: bool = False


class Fix(NamedTuple):
    """A way to mend a finding.

    `title` begins with a verb. `safe` fixes mean what the file plainly meant and are applied in bulk;
    others wait for a person to choose them.
    """

    title: str
    changes: tuple[Change, ...]
    safe: bool = False


class Related(NamedTuple):
    """Another place that has to do with a finding."""

    path: str
    span: Span
    message: str
    line: SourceLine | None = None
    """In a file that is no manifest: the line of the place; `span` counts from its beginning."""

    def placed(self, manifests: Mapping[str, Manifest]) -> tuple[LineIndex, Span] | None:
        """Return the lines of the file, as far as they matter, and the place in them."""
        if self.line is None:
            manifest = manifests.get(self.path)
            return (manifest.lines, self.span) if manifest is not None else None
        above = self.line.number
        start, end = self.span
        return LineIndex("\n" * above + self.line.text), Span(above + start, above + end)


class Finding(NamedTuple):
    """Something to be told about a file, at a place of it (code points)."""

    code: str
    severity: Severity
    path: str
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    unnecessary: bool = False
    """Editors may grey out what the span covers."""


_P = ParamSpec("_P")
_R = TypeVar("_R")


def _question(
    method: Callable[Concatenate[View, _P], _R],
) -> Callable[Concatenate[View, _P], _R]:
    """Let `View` remember what was asked and answered, so that findings are kept while it is so."""

    @functools.wraps(method)
    def ask(self: View, *arguments: _P.args, **named: _P.kwargs) -> _R:
        answer = method(self, *arguments, **named)
        self.asked[method.__name__, arguments] = answer
        return answer

    return cast("Callable[Concatenate[View, _P], _R]", ask)


PROJECT_QUESTIONS = frozenset(
    {"project_name_at", "project_problem_at", "project_version_at", "other_workspace"}
)
"""Questions about projects outside of the workspace, which may be open in the editor."""
DISK_QUESTIONS = PROJECT_QUESTIONS | frozenset(
    {
        "kind_of",
        "lockfile",
        "locked",
        "environment",
        "member_state",
        "uv_has",
        "uv_version",
        "foreign_imports",
    }
)
"""Questions whose answers change with the disk alone, or with the uv on it."""
GRAPH_QUESTIONS = frozenset(
    {
        "unreached",
        "is_required",
        "inherits",
        "lacks_index",
        "contradicted",
        "ranges",
        "with_their_members",
        "grouped_by_root",
        "root_source_is_partial",
        "ignores_sources",
    }
)
"""Questions whose answers change with what some manifest requires, or says of sources."""


class View:
    """One file of a workspace, and the questions that its rules may ask about the rest.

    Every answer is remembered in `asked`; `holds` asks again. Rules reach nothing but this, so their
    findings are good as long as the file itself and the answers are the same.
    """

    def __init__(self, snapshot: Snapshot, path: str) -> None:
        self._snapshot = snapshot
        self.manifest: Manifest = snapshot.manifests[path]
        self.path = path
        self.asked: dict[tuple[str, tuple[Any, ...]], Any] = {}
        if base_name(path) == "uv.toml":
            self.scope = Scope.SETTINGS
        elif path in snapshot.workspace.parsed_only:
            self.scope = Scope.PARSED_ONLY
        else:
            self.scope = Scope.MEMBER if snapshot.of_member(path) else Scope.ROOT

    def holds(self, asked: dict[tuple[str, tuple[Any, ...]], Any]) -> bool:
        """Tell whether the same questions have the same answers now."""
        return all(
            getattr(self, name)(*arguments) == answer for (name, arguments), answer in asked.items()
        )

    # ------------------------------------------------------------------- questions

    @_question
    def root(self) -> str:
        """Return the workspace's root directory."""
        return self._snapshot.workspace.root

    @_question
    def is_virtual(self) -> bool:
        """Tell whether the root has no `[project]`."""
        return self._snapshot.workspace.virtual

    @_question
    def is_workspace(self) -> bool:
        """Tell whether the root has a `[tool.uv.workspace]`."""
        return self._snapshot.workspace.explicit

    @_question
    def member(self, name: Name) -> Member | None:
        """Return the member of a name."""
        return self._snapshot.workspace.members.get(name)

    @_question
    def strangers(self, names: frozenset[Name]) -> frozenset[Name]:
        """Return those of many names that no member has."""
        return names.difference(self._snapshot.workspace.members)

    @_question
    def member_at(self, directory: str) -> Member | None:
        """Return the member in a directory."""
        return self._snapshot.workspace.by_directory.get(directory)

    @_question
    def excluded(self, name: Name) -> Excluded | None:
        """Return the project of a name that an `exclude` pattern hides."""
        return self._snapshot.workspace.excluded.get(name)

    @_question
    def closest_member(self, name: str) -> str | None:
        """Return the member's name that is nearest to a wrong one."""
        return self._snapshot.workspace.names.closest(name)

    @_question
    def closest_directory(self, pattern: str) -> str | None:
        """Return a pattern that names an existing directory and is nearest to a wrong one."""
        return self._snapshot.workspace.nearest.get(pattern)

    @_question
    def root_source(self, name: Name) -> tuple[str, ...] | None:
        """Return what the root's source of a name is, which every member inherits."""
        shared = self._root_shared
        return shared.sources.get(name) if shared else None

    @_question
    def root_limited(self, name: Name) -> tuple[Limited, ...] | None:
        """Return the entries of the root's source of a name, if some are for an extra or a group alone."""
        shared = self._root_shared
        return shared.limited.get(name) if shared else None

    @_question
    def root_indexes(self) -> tuple[str, ...]:
        """Return the names of the root's indexes."""
        shared = self._root_shared
        return shared.index_names if shared else ()

    @_question
    def root_direct_source(self, name: Name) -> Direct | None:
        """Return the root's source of a name, if it takes the package from one place alone."""
        shared = self._root_shared
        found = (one for one in (shared.direct_sources if shared else ()) if one.name == name)
        return next(found, None)

    @_question
    def is_replaced(self, name: Name) -> bool:
        """Tell whether the root overrides or excludes a package."""
        shared = self._root_shared
        return shared is not None and not shared.replaced.isdisjoint((None, name))

    @_question
    def splits(self) -> frozenset[str]:
        """Return what takes resolution apart: the root's `environments`, `conflicts` in any file."""
        root = self._root_shared
        conflicts = any(
            "conflicts" in one.splits for one in self._snapshot.workspace.shared.values()
        )
        environments = root is not None and "environments" in root.splits
        return frozenset(["conflicts"] * conflicts + ["environments"] * environments)

    @_question
    def directs(self, name: Name) -> tuple[tuple[str, Direct], ...]:
        """Return the files that take a package from one place, and the place."""
        return tuple(
            (path, one)
            for path, shared in self._snapshot.workspace.shared.items()
            for one in shared.directs
            if one.name == name
        )

    @_question
    def problems(self) -> tuple[Problem, ...]:
        """Return what discovery found wrong in this file."""
        return self._snapshot.workspace.problems_by_path.get(self.path, ())

    @_question
    def matches(self) -> tuple[tuple[str, ...], ...]:
        """Return the directories that each `members` entry of the root names."""
        return self._snapshot.workspace.matches

    @_question
    def shared(self, path: str) -> Shared | None:
        """Return what others see of a manifest."""
        return self._snapshot.workspace.shared.get(path)

    @_question
    def other(self, path: str) -> Manifest | None:
        """Return another file itself, places and all: the findings are then good for that text only."""
        return self._snapshot.manifests.get(path)

    @_question
    def extras_of(self, member: Member) -> tuple[Name, ...] | None:
        """Return the extras of a member, normalised; None where no file shows them."""
        shared = self._snapshot.workspace.shared.get(member.path)
        return shared.extras if shared else None

    @_question
    def version_of(self, member: Member) -> str | None:
        """Return the version of a member, None where no file shows it."""
        shared = self._snapshot.workspace.shared.get(member.path)
        return shared.version if shared else None

    @_question
    def hiding_excludes(self) -> frozenset[int]:
        """Return the indexes of the `exclude` entries that hide something."""
        return self._snapshot.workspace.hiding

    @_question
    def python_requirements(self) -> tuple[tuple[str, str], ...]:
        """Return the path and the `requires-python` of every project that has one."""
        return self._snapshot.workspace.python_requirements

    @_question
    def python_specifiers(self) -> frozenset[str]:
        """Return every `requires-python` of the workspace."""
        return self._snapshot.workspace.python_specifiers

    @_question
    def first_editable(self, name: Name) -> tuple[str, bool] | None:
        """Return the file, first in uv's order, that says how a member is to be installed, and how."""
        return self._snapshot.workspace.editable.get(name)

    @_question
    def kind_of(self, path: str) -> Kind | None:
        """Return what stands at a path of the disk."""
        return self._snapshot.files.kind(path)

    @_question
    def project_name_at(self, directory: str) -> Name | None:
        """Return the name of the project in a directory of the disk."""
        manifest = self._snapshot.read_manifest(join(directory, MANIFEST))
        return manifest.shared.name if manifest is not None else None

    @_question
    def project_version_at(self, directory: str) -> str | None:
        """Return the version of the project in a directory of the disk, None where no file shows it."""
        manifest = self._snapshot.read_manifest(join(directory, MANIFEST))
        return manifest.shared.version if manifest is not None else None

    @_question
    def project_problem_at(self, directory: str) -> str | None:
        """Return why uv cannot read the `pyproject.toml` in a directory of the disk."""
        manifest = self._snapshot.read_manifest(join(directory, MANIFEST))
        if manifest is None:
            return None
        with manifest.lent():
            if manifest.unreadable is not None or manifest.syntax is not None:
                return manifest.unreadable or "it is not TOML"
        if manifest.shared.project and manifest.shared.name is None:
            return "`[project]` has no sound `name`"
        return None

    @_question
    def other_workspace(self, directory: str) -> frozenset[Name] | None:
        """Return the members of the workspace whose root is a directory of the disk, if it is one."""
        read = self._snapshot.read_manifest
        root = read(join(directory, MANIFEST))
        if root is None or not root.shared.workspace:
            return None
        return frozenset(discover(self._snapshot.files, read, directory).members)

    @_question
    def uv_has(self, feature: Feature) -> bool:
        """Tell whether the uv that decides has a feature."""
        return has(self._snapshot.uv_version(), feature)

    @_question
    def uv_version(self) -> Version:
        """Return the version of the uv that decides."""
        return self._snapshot.uv_version()

    @_question
    def is_required(self, name: Name) -> bool:
        """Tell whether any file of the workspace requires a package."""
        return any(name in one.required for one in self._snapshot.belonging.values())

    @_question
    def inherits(self, name: Name) -> bool:
        """Tell whether a member requires a package and has no source of its own for it."""
        root = self._snapshot.workspace.path
        return any(
            name in one.required and name not in one.shared.sources
            for path, one in self._snapshot.belonging.items()
            if path != root
        )

    @_question
    def lacks_index(self, name: Name, index: str, path: str | None = None) -> bool:
        """Tell whether a member (that in `path`) inherits a package's source and does not declare an index."""
        root = self._snapshot.workspace.path
        return any(
            name in one.required
            and name not in one.shared.sources
            and index not in one.shared.index_names
            for other, one in self._snapshot.belonging.items()
            if other != root and path in (None, other)
        )

    @_question
    def contradicted(self) -> frozenset[Name]:
        """Return the packages that files of the workspace require in versions that exclude each other."""
        return contradicted(self._snapshot)

    @_question
    def ranges(self, name: Name) -> tuple[tuple[str, Range], ...]:
        """Return the files that require a package in certain versions alone, and the ranges."""
        return ranges_of(self._snapshot, name)

    @_question
    def unreached(self) -> tuple[Name, ...]:
        """Return the members that no default package needs, directly or through others."""
        return self._snapshot.unreached

    @_question
    def lockfile(self) -> Lockfile | None:
        """Return the workspace's `uv.lock`, None where there is none."""
        return self._snapshot.lockfile

    @_question
    def locked(self, name: Name) -> Locked | None:
        """Return what `uv.lock` says of a member, None where that or the workspace is broken."""
        lockfile, workspace = self._snapshot.lockfile, self._snapshot.workspace
        if lockfile is None or lockfile.problem or workspace.problems or workspace.unnamed:
            return None
        return Locked(
            lockfile.member(name),
            lockfile.requires_python,
            lockfile.supported_markers,
            lockfile.conflicts,
            lockfile.has_default_groups,
        )

    @_question
    def sound_members(self) -> frozenset[Name] | None:
        """Return the names of all members, None where uv refuses the workspace."""
        workspace = self._snapshot.workspace
        if workspace.problems or workspace.unnamed:
            return None
        return frozenset(workspace.members)

    @_question
    def source_kind(self, name: Name) -> str | None:
        """Return the kind of source that uv writes into `uv.lock` for a member."""
        workspace = self._snapshot.workspace
        member = workspace.members.get(name)
        if member is None:
            return None
        if not workspace.is_package(member):
            return "virtual"
        return "directory" if workspace.editable.get(name, ("", True))[1] is False else "editable"

    @_question
    def root_source_is_partial(self, name: Name) -> bool:
        """Tell whether the root's source of a name is for an extra, a group or an environment alone."""
        return name in self._snapshot.root.shared.partial_sources

    @_question
    def ignores_sources(self) -> bool:
        """Tell whether the settings of the workspace turn `tool.uv.sources` off."""
        settings, root = self._snapshot.settings, self._snapshot.root
        return any(one is not None and one.shared.ignores_sources for one in (settings, root))

    @_question
    def environment(self) -> str | None:
        """Return the directory of the workspace's environment, None where there is none yet."""
        environment = self._snapshot.environment
        return environment.directory if environment.exists else None

    @_question
    def member_state(self, name: Name) -> MemberState | None:
        """Return what of a member is installed, None where the workspace has no such member."""
        workspace = self._snapshot.workspace
        member = workspace.members.get(name)
        if member is None:
            return None
        return member_state(self._snapshot.environment, workspace, member, default=True)

    @_question
    def foreign_imports(self) -> tuple[ForeignImport, ...]:
        """Return what the sources of this file's project import of other members, as far as is known."""
        return self._snapshot.imports.get(self.manifest.directory, ())

    @_question
    def with_their_members(self, names: frozenset[Name]) -> frozenset[Name] | None:
        """Return packages and the members that come along with them, directly or through others.

        Extras of members are taken for asked for. None where one requires what no file shows.
        """
        return self._snapshot.with_their_members(names)

    @_question
    def grouped_by_root(self) -> frozenset[Name]:
        """Return the packages that dependency groups of the root require."""
        return self._snapshot.root.grouped

    @_question
    def rule_levels(self) -> tuple[tuple[str, str], ...]:
        """Return the severities that the root's `[tool.ws-lsp.rules]` wishes for, by code."""
        shared = self._snapshot.workspace.shared.get(self._snapshot.workspace.path)
        return shared.rule_levels if shared else ()

    @_question
    def has_settings_file(self) -> bool:
        """Tell whether a `uv.toml` stands beside the root's manifest."""
        return self._snapshot.settings is not None

    # ---------------------------------------------------------------------- helpers

    @property
    def _root_shared(self) -> Shared | None:
        return self._snapshot.workspace.shared.get(self._snapshot.workspace.path)

    def root_manifest(self) -> Manifest:
        """Return the root's manifest, places and all."""
        manifest = self.other(self._snapshot.workspace.path)
        return manifest or self.manifest

    def shown(self, path: str) -> str:
        """Return a path as messages show it: from the root."""
        return relative(path, self.root())

    def change(self, *edits: Edit) -> Change:
        """Return edits of this file as a change."""
        return Change(self.path, tuple(edits))


class Rule(NamedTuple):
    """A rule: its code, its usual severity, the files that it looks at, and its documentation."""

    code: str
    severity: Severity
    scopes: frozenset[Scope]
    check: Callable[[View, Rule], Iterator[Finding]]
    documentation: str
    off: bool = False
    """Whether the rule is silent until `[tool.ws-lsp.rules]` gives it a severity."""

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]

    def finding(
        self,
        view: View,
        span: Span,
        message: str,
        *fixes: Fix,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        unnecessary: bool = False,
    ) -> Finding:
        """Return a finding of this rule in the file that is looked at."""
        return Finding(
            self.code,
            severity or self.severity,
            view.path,
            span,
            message,
            fixes,
            related,
            unnecessary,
        )


def rule(
    code: str, severity: Severity, *scopes: Scope, off: bool = False
) -> Callable[[Callable[[View, Rule], Iterator[Finding]]], Rule]:
    """Make a rule of a function whose docstring is the rule's documentation."""

    def make(check: Callable[[View, Rule], Iterator[Finding]]) -> Rule:
        where = frozenset(scopes or (Scope.ROOT, Scope.MEMBER))
        return Rule(code, severity, where, check, _documentation(check.__doc__ or ""), off)

    return make


def _documentation(docstring: str) -> str:
    first, _, rest = docstring.strip().partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}".strip() + "\n"
