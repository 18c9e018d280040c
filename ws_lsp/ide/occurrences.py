"""Every mention of a package, dependency group, extra or index in a file.

The mentions depend on the text alone and are kept as long as that; what they stand for depends on the
workspace: `ws_lsp.ide.symbol_references`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import TypeAlias
from weakref import WeakKeyDictionary

from ws_lsp.analysis import SETTINGS
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DEFAULT_PACKAGES, Home
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import NAME_PATTERN, Name, is_valid, normalise
from ws_lsp.regular_expression import regular_expression
from ws_lsp.text import Span
from ws_lsp.toml.escapes import span_within
from ws_lsp.toml.tree import Array, Key, Node, Statement, String, Table, Tree, strings, tables
from ws_lsp.vfs import base_name

__all__ = ["Occurrence", "Role", "Subject", "occurrence_at", "occurrences"]


class Subject(Enum):
    """What a name names."""

    PACKAGE = auto()
    GROUP = auto()
    EXTRA = auto()
    INDEX = auto()


class Role(Enum):
    """How a name is mentioned."""

    DEFINITION = auto()
    """`project.name`, a key of `[dependency-groups]` or `[project.optional-dependencies]`, an index."""
    REQUIREMENT = auto()
    SOURCE = auto()
    """A key of `[tool.uv.sources]`."""
    DEFAULT_PACKAGE = auto()
    CONFLICT = auto()
    INCLUDE = auto()
    DEFAULT_GROUP = auto()
    LIMIT = auto()
    """The `extra`, `group` or `index` of a source."""
    SETTING = auto()
    """A value of another setting of `[tool.uv]`."""
    SETTING_KEY = auto()
    """A key of another table of `[tool.uv]`."""


class Occurrence(NamedTuple):
    """A name and where it stands (code points, without quotes).

    `owner` is the package whose group or extra it is, None for the file's own.
    """

    subject: Subject
    role: Role
    name: Name
    owner: Name | None
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the name stands."""
        return Span(self.start, self.end)

    @property
    def is_key(self) -> bool:
        """Whether the name is a key rather than (part of) a string."""
        return self.role in (Role.SOURCE, Role.SETTING_KEY) or (
            self.role is Role.DEFINITION and self.subject in (Subject.GROUP, Subject.EXTRA)
        )


TomlPath: TypeAlias = tuple[str, ...]

_known: WeakKeyDictionary[Manifest, tuple[Occurrence, ...]] = WeakKeyDictionary()


def occurrences(manifest: Manifest) -> tuple[Occurrence, ...]:
    """Return the mentions in a file in the order of its text; read once for each text."""
    found = _known.get(manifest)
    if found is None:
        with manifest.lent():
            read = set(_Reader(manifest).read())
        found = _known[manifest] = tuple(sorted(read, key=lambda one: (one.start, one.end)))
    return found


def occurrence_at(manifest: Manifest, offset: int) -> Occurrence | None:
    """Return the mention that `offset` (code points) touches, the one that begins there before others."""
    found = occurrences(manifest)
    index = bisect_right(found, offset, key=lambda one: one.start) - 1
    return found[index] if index >= 0 and offset <= found[index].end else None


# --------------------------------------------------------------------------- reading

_REQUIREMENT = regular_expression(rf"\s*({NAME_PATTERN})\s*(?:\[([^\]]*)\]?)?")
"""A name and its extras, the list of which may be unfinished."""
_EXTRA = regular_expression(NAME_PATTERN)

_PACKAGE_TABLES = (
    "config-settings-package",
    "exclude-newer-package",
    "extra-build-dependencies",
    "extra-build-variables",
)
_PACKAGE_LISTS = (
    "build-constraint-dependencies",
    "constraint-dependencies",
    "dev-dependencies",
    "exclude-dependencies",
    "no-binary-package",
    "no-build-isolation-package",
    "no-build-package",
    "no-sources-package",
    "override-dependencies",
    "reinstall-package",
    "upgrade-package",
)
_UV = ("tool", "uv")


def _named_tables(uv: TomlPath) -> dict[TomlPath, tuple[Subject, Role]]:
    found: dict[TomlPath, tuple[Subject, Role]] = {
        (*uv, "sources"): (Subject.PACKAGE, Role.SOURCE),
        (*uv, "dependency-groups"): (Subject.GROUP, Role.SETTING_KEY),
    }
    for key in _PACKAGE_TABLES:
        found[*uv, key] = found[*uv, "pip", key] = Subject.PACKAGE, Role.SETTING_KEY
    if uv:
        found["dependency-groups",] = Subject.GROUP, Role.DEFINITION
        found["project", "optional-dependencies"] = Subject.EXTRA, Role.DEFINITION
    return found


_TABLES = {uv: _named_tables(uv) for uv in (_UV, ())}
"""The tables whose keys are names: in a `pyproject.toml`, and in a `uv.toml`."""
_ABOVE = {
    uv: {path[:depth] for path in tables for depth in range(len(path))}
    for uv, tables in _TABLES.items()
}


class _Reader:
    """Reads the mentions of one file."""

    def __init__(self, manifest: Manifest) -> None:
        self.tree: Tree = manifest.tree
        self.text = manifest.text
        self.uv: TomlPath = () if base_name(manifest.path) == SETTINGS else _UV
        self.tables = _TABLES[self.uv]
        self.above = _ABOVE[self.uv]

    def read(self) -> Iterator[Occurrence]:
        yield from self.keys()
        root = self.tree.root
        if self.uv:
            name = root.get("project", "name")
            if isinstance(name, String) and is_valid(name.value):
                yield self.whole(Subject.PACKAGE, Role.DEFINITION, name)
            yield from self.requirements(root.get("project", "dependencies"))
            yield from self.requirements(root.get("build-system", "requires"))
            for path in (("project", "optional-dependencies"), ("dependency-groups",)):
                for entry in _entries(root.table(*path)):
                    yield from self.requirements(entry)
            for home in Home:
                for node in strings(root.get(*home.value, DEFAULT_PACKAGES)):
                    yield from self.named(Subject.PACKAGE, Role.DEFAULT_PACKAGE, node)
        uv = root.table(*self.uv) if self.uv else root
        if uv is not None:
            yield from self.settings(uv)

    def settings(self, uv: Table) -> Iterator[Occurrence]:
        for table in (uv, uv.table("pip")):
            for key in _PACKAGE_LISTS if table else ():
                assert table is not None
                yield from self.requirements(table.get(key), Role.SETTING)
            for node in _entries(table.table("extra-build-dependencies") if table else None):
                yield from self.requirements(node, Role.SETTING)
        for node in strings(uv.get("default-groups")):
            yield from self.named(Subject.GROUP, Role.DEFAULT_GROUP, node)
        for node in _entries(uv.table("sources")):
            for source in tables(node):
                yield from self.limits(source)
        conflicts = uv.get("conflicts")
        for one in conflicts.items if isinstance(conflicts, Array) else ():
            for table in tables(one):
                yield from self.conflict(table)
        for table in tables(uv.get("index")):
            yield from self.index(table, Role.DEFINITION, "name")
        for table in tables(uv.get("dependency-metadata")):
            yield from self.named(Subject.PACKAGE, Role.SETTING, table.get("name"))

    # --------------------------------------------------------------------- values

    def limits(self, source: Table) -> Iterator[Occurrence]:
        yield from self.named(Subject.EXTRA, Role.LIMIT, source.get("extra"))
        yield from self.named(Subject.GROUP, Role.LIMIT, source.get("group"))
        yield from self.index(source, Role.LIMIT, "index")

    def conflict(self, table: Table) -> Iterator[Occurrence]:
        package = table.get("package")
        owner = normalise(package.value) if isinstance(package, String) else None
        yield from self.named(Subject.PACKAGE, Role.CONFLICT, package)
        yield from self.named(Subject.EXTRA, Role.CONFLICT, table.get("extra"), owner)
        yield from self.named(Subject.GROUP, Role.CONFLICT, table.get("group"), owner)

    def index(self, table: Table, role: Role, key: str) -> Iterator[Occurrence]:
        node = table.get(key)
        if isinstance(node, String) and node.value:
            start, end = node.inner
            yield Occurrence(Subject.INDEX, role, Name(node.value), None, start, end)

    def named(
        self, subject: Subject, role: Role, node: Node | None, owner: Name | None = None
    ) -> Iterator[Occurrence]:
        if isinstance(node, String) and is_valid(node.value):
            yield self.whole(subject, role, node, owner)

    def whole(
        self, subject: Subject, role: Role, node: String, owner: Name | None = None
    ) -> Occurrence:
        start, end = node.inner
        return Occurrence(subject, role, normalise(node.value), owner, start, end)

    def requirements(
        self, node: Node | None, role: Role = Role.REQUIREMENT
    ) -> Iterator[Occurrence]:
        for item in node.items if isinstance(node, Array) else ():
            if isinstance(item, String):
                yield from self.requirement(item, role)
            elif isinstance(item, Table):
                yield from self.named(Subject.GROUP, Role.INCLUDE, item.get("include-group"))
                requirement = item.get("requirement")
                if isinstance(requirement, String):
                    yield from self.requirement(requirement, role)
                target = item.get("package")
                if isinstance(target, Table):
                    yield from self.named(Subject.PACKAGE, role, target.get("name"))
                yield from self.requirements(item.get("dependencies"), role)

    def requirement(self, node: String, role: Role) -> Iterator[Occurrence]:
        match = _REQUIREMENT.match(node.value)
        if match is None:
            return
        name = normalise(match[1])
        span = span_within(self.text, node, *match.span(1))
        yield Occurrence(Subject.PACKAGE, role, name, None, *span)
        if match[2]:
            for extra in _EXTRA.finditer(node.value, *match.span(2)):
                span = span_within(self.text, node, *extra.span())
                yield Occurrence(Subject.EXTRA, role, normalise(extra[0]), name, *span)

    # ----------------------------------------------------------------------- keys

    def keys(self) -> Iterator[Occurrence]:
        """Yield the names that are keys, as often as they are written: in headers, before dots."""
        for section in self.tree.sections:
            yield from self.parts((), section.keys)
            path = section.path
            if path in self.tables or path in self.above:
                for statement in section.statements:
                    yield from self.statement(path, statement)

    def statement(self, path: TomlPath, statement: Statement) -> Iterator[Occurrence]:
        yield from self.parts(path, statement.keys)
        if isinstance(statement.value, Table):
            path = (*path, *(key.text for key in statement.keys))
            if path in self.tables or path in self.above:
                for inner in statement.value.statements:
                    yield from self.statement(path, inner)

    def parts(self, path: TomlPath, keys: Iterable[Key]) -> Iterator[Occurrence]:
        for key in keys:
            kind = self.tables.get(path)
            if kind is not None:
                if is_valid(key.text):
                    yield Occurrence(*kind, normalise(key.text), None, *self.unquoted(key))
                return
            path = (*path, key.text)

    def unquoted(self, key: Key) -> Span:
        quoted = self.text[key.start : key.start + 1] in ('"', "'") and key.end - key.start > 1
        return Span(key.start + quoted, key.end - quoted)


def _entries(table: Table | None) -> Iterator[Node]:
    for entry in table.entries.values() if table else ():
        yield entry.value
