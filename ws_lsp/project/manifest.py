"""One `pyproject.toml`, lowered: what uv reads from it, with places, and nothing about other files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from typing import NamedTuple, TypeAlias

from ws_lsp.project.names import Name, is_valid, normalise
from ws_lsp.text import LineIndex, Span
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import SyntaxProblem, syntax_problem
from ws_lsp.toml.tree import Array, Entry, Key, Node, Scalar, String, Table, Tree
from ws_lsp.vfs import parent

__all__ = [
    "SOURCE_KINDS",
    "DefaultPackages",
    "Home",
    "Limited",
    "Manifest",
    "Requirement",
    "Shared",
    "Source",
    "SourceEntry",
    "requirement_name",
]

TomlPath: TypeAlias = tuple[str, ...]


class Home(Enum):
    """A table of the root in which `default-packages` counts; the first one set wins."""

    WS_LSP = ("tool", "ws-lsp")
    UV = ("tool", "uv")

    @property
    def header(self) -> str:
        """The table as it is written in a message."""
        return f"[{'.'.join(self.value)}]"


class DefaultPackages(NamedTuple):
    """One `default-packages` key and its value, right or wrong."""

    home: Home
    entry: Entry

    @property
    def everything(self) -> bool:
        """Whether the value is the string `"all"`."""
        return isinstance(self.entry.value, String) and self.entry.value.value == "all"

    @property
    def sound(self) -> bool:
        """Whether the value is `"all"` or a list of nothing but names."""
        value = self.entry.value
        if not isinstance(value, Array):
            return self.everything
        return all(isinstance(item, String) and item.value for item in value.items)

    @property
    def strings(self) -> tuple[String, ...]:
        """The strings of the array; other items are left out."""
        value = self.entry.value
        if not isinstance(value, Array):
            return ()
        return tuple(item for item in value.items if isinstance(item, String))

    @property
    def names(self) -> tuple[Name, ...]:
        """The packages named, normalised, without repetition, in the order written."""
        return tuple(dict.fromkeys(normalise(item.value) for item in self.strings if item.value))


class Requirement(NamedTuple):
    """A requirement string; `name` is None where it does not begin with a sound name.

    `path` leads to the array that holds it, for instance `("dependency-groups", "dev")`.
    """

    node: String
    path: TomlPath
    array: Array
    name: Name | None
    name_span: Span

    @property
    def extras(self) -> tuple[tuple[str, Span], ...]:
        """The extras asked for, and where; the whole string where escapes hide their places."""
        match = _EXTRAS.match(self.node.value)
        if match is None:
            return ()
        return tuple(
            (one[0], self._span(one.start(), one.end()))
            for one in _EXTRA.finditer(self.node.value, match.start(1), match.end(1))
        )

    @property
    def specifier(self) -> tuple[str, Span] | None:
        """The version specifier, and where; the whole string where escapes hide its place."""
        match = _VERSION.match(self.node.value)
        if match is None:
            return None
        return match[1].rstrip(), self._span(match.start(1), len(match[0].rstrip()))

    def _span(self, start: int, end: int) -> Span:
        """Return where a part of the string's value is written."""
        inner = self.node.inner
        return Span(inner.start + start, inner.start + end) if self.node.verbatim else inner


class SourceEntry(NamedTuple):
    """One table of a source; `kind` is `"workspace = true"` or the first of uv's kinds in it, or `""`."""

    table: Table
    kind: str


class Source(NamedTuple):
    """A key of `[tool.uv.sources]`; `kinds` are those of its entries.

    A named tuple, as is `SourceEntry`: a root can have a thousand, and they are made at a keystroke.
    """

    name: Name
    key: Key
    entry: Entry
    entries: tuple[SourceEntry, ...]
    kinds: tuple[str, ...]

    @property
    def workspace(self) -> bool:
        """Whether every entry is `workspace = true`."""
        return bool(self.kinds) and all(kind == WORKSPACE for kind in self.kinds)


WORKSPACE = "workspace = true"
"""The kind of a source that comes from the workspace."""
SOURCE_KINDS = ("git", "url", "path", "index", "workspace")


class Limited(NamedTuple):
    """An entry of a source: its kind, and the extra or the group that it is for."""

    kind: str
    extra: Name | None
    group: Name | None


class Shared(NamedTuple):
    """What other files see of a manifest, without places: while it is equal, they need no new look."""

    project: bool
    name: Name | None
    managed: bool
    workspace: bool
    unreadable: str | None
    members: tuple[str, ...]
    exclude: tuple[str, ...]
    sources: tuple[tuple[Name, tuple[str, ...]], ...]
    limited: tuple[tuple[Name, tuple[Limited, ...]], ...]
    rule_levels: tuple[tuple[str, str], ...]
    requires_python: str | None
    version: str | None
    extras: tuple[Name, ...] | None
    """None where a build backend makes them."""
    editable: tuple[tuple[Name, bool], ...]


_KEPT = frozenset(
    {
        "path",
        "directory",
        "text",
        "unreadable",
        "syntax",
        "shared",
        "required",
        "dynamic",
        "description",
    }
)
"""What a manifest keeps when it is released."""


class Manifest:
    """A `pyproject.toml` (or `uv.toml`): its tree, and what uv reads from it, lowered on demand.

    `path` is the file's, `directory` the one that it stands in. `unreadable` says why the file could
    not be read as text.
    """

    def __init__(self, path: str, text: str, unreadable: str | None = None) -> None:
        self.path = path
        self.directory = parent(path)
        self.text = text
        self.unreadable = unreadable

    @cached_property
    def tree(self) -> Tree:
        """The text, read."""
        return parse(self.text)

    def settle(self) -> None:
        """Find out what others see of this file, and keep no more: so little do closed files need."""
        _ = self.shared, self.description
        self.release()

    def release(self) -> None:
        """Let go of what is large and can be made again; the trees of a thousand members are 30 MiB."""
        for name in self.__dict__.keys() - _KEPT:
            del self.__dict__[name]

    @cached_property
    def lines(self) -> LineIndex:
        """Where the lines begin."""
        return LineIndex(self.text)

    @cached_property
    def syntax(self) -> SyntaxProblem | None:
        """The first syntax mistake, as tomli sees it."""
        return syntax_problem(self.text)

    # ------------------------------------------------------------------ [project]

    @cached_property
    def project(self) -> Table | None:
        """The `[project]` table."""
        return self.tree.root.table("project")

    @cached_property
    def name_node(self) -> String | None:
        """The string `project.name`."""
        return self._string("project", "name")

    @cached_property
    def name(self) -> Name | None:
        """The project's name in normal form, None where it has no sound one."""
        node = self.name_node
        return normalise(node.value) if node is not None and is_valid(node.value) else None

    @cached_property
    def description(self) -> str:
        """`project.description`, or nothing."""
        node = self._string("project", "description")
        return node.value if node else ""

    @cached_property
    def version(self) -> str | None:
        """`project.version` as written, None where it is dynamic or missing."""
        node = self._string("project", "version")
        return node.value if node else None

    @cached_property
    def dynamic(self) -> frozenset[str]:
        """The strings of `project.dynamic`: what a build backend makes, and no file shows."""
        return frozenset(node.value for node in self._strings("project", "dynamic"))

    @property
    def has_hidden_requirements(self) -> bool:
        """Whether a build backend makes requirements that no file shows."""
        return not self.dynamic.isdisjoint(("dependencies", "optional-dependencies"))

    @cached_property
    def requires_python_node(self) -> String | None:
        """The string `project.requires-python`."""
        return self._string("project", "requires-python")

    @cached_property
    def extras(self) -> dict[Name, Entry]:
        """The keys of `[project.optional-dependencies]`, normalised."""
        return _normalised(self.tree.root.table("project", "optional-dependencies"))

    @cached_property
    def groups(self) -> dict[Name, Entry]:
        """The keys of `[dependency-groups]`, normalised."""
        return _normalised(self.tree.root.table("dependency-groups"))

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements that uv gives sources to: dependencies, extras, groups, dev-dependencies."""
        return tuple(self._requirements())

    # ------------------------------------------------------------------- tool.uv

    @cached_property
    def uv(self) -> Table | None:
        """The `[tool.uv]` table."""
        return self.tree.root.table("tool", "uv")

    @cached_property
    def managed(self) -> bool:
        """Whether uv manages this project: `tool.uv.managed` is not `false`."""
        node = self.tree.root.get("tool", "uv", "managed")
        return not (isinstance(node, Scalar) and node.raw == "false")

    @cached_property
    def workspace(self) -> Entry | None:
        """The entry `tool.uv.workspace`, where it is a table: such a file is a workspace's root."""
        entry = self.tree.root.entry("tool", "uv", "workspace")
        return entry if entry and isinstance(entry.value, Table) else None

    @cached_property
    def member_patterns(self) -> tuple[String, ...]:
        """The strings of `tool.uv.workspace.members`."""
        return self._strings("tool", "uv", "workspace", "members")

    @cached_property
    def exclude_patterns(self) -> tuple[String, ...]:
        """The strings of `tool.uv.workspace.exclude`."""
        return self._strings("tool", "uv", "workspace", "exclude")

    @cached_property
    def sources(self) -> dict[Name, Source]:
        """The first source of each name, normalised."""
        table = self.tree.root.table("tool", "uv", "sources")
        found: dict[Name, Source] = {}
        for entry in table.entries.values() if table else ():
            name = normalise(entry.key.text)
            if name not in found:
                found[name] = _source(name, entry)
        return found

    @cached_property
    def limited(self) -> dict[Name, tuple[Limited, ...]]:
        """The entries of those sources of which some are for an extra or a group alone."""
        found: dict[Name, tuple[Limited, ...]] = {}
        for name, source in self.sources.items():
            if any(not one.table.entries.keys().isdisjoint(_LIMITS) for one in source.entries):
                found[name] = tuple(
                    Limited(one.kind, *(_name_in(one.table, key) for key in _LIMITS))
                    for one in source.entries
                )
        return found

    @cached_property
    def editable(self) -> tuple[tuple[Name, bool, Entry], ...]:
        """The workspace sources that say `editable = true` or `false`, and where."""
        found: list[tuple[Name, bool, Entry]] = []
        for source in self.sources.values():
            for one in source.entries:
                entry = one.table.entries.get("editable") if one.kind == WORKSPACE else None
                if entry is not None and isinstance(entry.value, Scalar):
                    found.append((source.name, entry.value.raw == "true", entry))
        return tuple(found)

    @cached_property
    def required(self) -> frozenset[Name]:
        """The names that requirements begin with."""
        return frozenset(one.name for one in self.requirements if one.name is not None)

    @cached_property
    def shared(self) -> Shared:
        """What other files see of this one."""
        return Shared(
            self.project is not None,
            self.name,
            self.managed,
            self.workspace is not None,
            self.unreadable,
            tuple(node.value for node in self.member_patterns),
            tuple(node.value for node in self.exclude_patterns),
            tuple(sorted((name, source.kinds) for name, source in self.sources.items())),
            tuple(self.limited.items()),
            self.rule_levels,
            self.requires_python_node.value if self.requires_python_node else None,
            self.version,
            None if "optional-dependencies" in self.dynamic else tuple(sorted(self.extras)),
            tuple(sorted((name, flag) for name, flag, _ in self.editable)),
        )

    # ---------------------------------------------------------- default-packages

    @cached_property
    def default_packages(self) -> tuple[DefaultPackages, ...]:
        """Every `default-packages` in a home, the one that counts first."""
        found: list[DefaultPackages] = []
        for home in Home:
            entry = self.tree.root.entry(*home.value, "default-packages")
            if entry is not None:
                found.append(DefaultPackages(home, entry))
        return tuple(found)

    @cached_property
    def rule_levels(self) -> tuple[tuple[str, str], ...]:
        """The strings of `[tool.ws-lsp.rules]`: codes and the severities wished for."""
        table = self.tree.root.table("tool", "ws-lsp", "rules")
        return tuple(
            sorted(
                (code, entry.value.value)
                for code, entry in (table.entries.items() if table else ())
                if isinstance(entry.value, String)
            )
        )

    # ------------------------------------------------------------------- helpers

    def _string(self, *path: str) -> String | None:
        node = self.tree.root.get(*path)
        return node if isinstance(node, String) else None

    def _strings(self, *path: str) -> tuple[String, ...]:
        node = self.tree.root.get(*path)
        if not isinstance(node, Array):
            return ()
        return tuple(item for item in node.items if isinstance(item, String))

    def _requirements(self) -> Iterator[Requirement]:
        root = self.tree.root
        yield from _requirements_of(
            root.get("project", "dependencies"), ("project", "dependencies")
        )
        listed: tuple[TomlPath, ...] = (
            ("project", "optional-dependencies"),
            ("dependency-groups",),
        )
        for path in listed:
            table = root.table(*path)
            for name, entry in table.entries.items() if table else ():
                yield from _requirements_of(entry.value, (*path, name))
        path = ("tool", "uv", "dev-dependencies")
        yield from _requirements_of(root.get(*path), path)


_NAME = re.compile(r"\s*([A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)")
_EXTRAS = re.compile(rf"{_NAME.pattern.replace('(', '(?:', 1)}\s*\[([^\]]*)\]")
_EXTRA = re.compile(r"[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?")
_VERSION = re.compile(
    rf"{_NAME.pattern.replace('(', '(?:', 1)}\s*(?:\[[^\]]*\])?\s*(\(?[<>=!~][^;@]*)"
)


def requirement_name(text: str) -> Name | None:
    """Return the name that a requirement begins with, normalised."""
    match = _NAME.match(text)
    return normalise(match[1]) if match else None


def _requirements_of(node: Node | None, path: TomlPath) -> Iterator[Requirement]:
    if not isinstance(node, Array):
        return
    for item in node.items:
        if isinstance(item, String):
            match = _NAME.match(item.value)
            if match is None:
                yield Requirement(item, path, node, None, item.inner)
            else:
                start = item.inner.start + match.start(1)
                span = Span(start, start + len(match[1]))
                yield Requirement(item, path, node, normalise(match[1]), span)


def _source(name: Name, entry: Entry) -> Source:
    value = entry.value
    if isinstance(value, Table):
        kind = _source_kind(value)
        return Source(name, entry.key, entry, (SourceEntry(value, kind),), (kind,))
    tables = value.items if isinstance(value, Array) else ()
    entries = tuple(
        SourceEntry(table, _source_kind(table)) for table in tables if isinstance(table, Table)
    )
    return Source(name, entry.key, entry, entries, tuple(one.kind for one in entries))


_LIMITS = ("extra", "group")


def _name_in(table: Table, key: str) -> Name | None:
    node = table.get(key)
    return normalise(node.value) if isinstance(node, String) else None


def _source_kind(table: Table) -> str:
    workspace = table.entries.get("workspace")
    if workspace is not None:
        value = workspace.value
        if isinstance(value, Scalar) and value.raw == "true":
            return WORKSPACE
    return next((kind for kind in SOURCE_KINDS if kind in table.entries), "")


def _normalised(table: Table | None) -> dict[Name, Entry]:
    found: dict[Name, Entry] = {}
    for text, entry in table.entries.items() if table else ():
        found.setdefault(normalise(text), entry)
    return found
