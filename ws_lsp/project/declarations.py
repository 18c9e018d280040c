"""What a manifest declares, as values: default packages, requirements, sources, and what others see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from ws_lsp.grammar.names import NAME_PATTERN, Name, normalise
from ws_lsp.grammar.requirement import requirement_marker
from ws_lsp.grammar.white_space import spaced
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Context
from ws_lsp.project.direct import Direct, Index
from ws_lsp.project.modules import ModulePlace
from ws_lsp.project.preview_features import PreviewSetting
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import (
    BUILD_CONSTRAINTS,
    CONSTRAINTS,
    DEPENDENCY_GROUPS,
    DEV_DEPENDENCIES,
    OVERRIDES,
    SOURCE_KINDS,
    SOURCES,
    USUAL_SOURCE,
    WORKSPACE,
)
from ws_lsp.text import Span
from ws_lsp.toml.tree import (
    Array,
    Entry,
    Key,
    Node,
    Scalar,
    Statement,
    String,
    Table,
    strings,
    tables,
)

if TYPE_CHECKING:
    from ws_lsp.project.origins import Origin

__all__ = [
    "LIMITS",
    "LOWERED",
    "NO_SETTINGS",
    "SOURCES_PATH",
    "UNSOUND_DEFAULT_PACKAGES",
    "WORKSPACE_PATH",
    "WORKSPACE_SOURCE",
    "Asked",
    "DefaultGroups",
    "DefaultPackages",
    "Home",
    "Indexed",
    "Limited",
    "Range",
    "Requirement",
    "Shared",
    "SharedSettings",
    "Source",
    "SourceEntry",
    "TomlPath",
    "asked_of",
    "context_of",
    "name_and_extras",
    "name_and_specifier",
    "range_of",
    "requirement_name",
    "requirements_in",
    "suitable_limits",
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


UNSOUND_DEFAULT_PACKAGES = '`default-packages` must be a list of member names or `"all"`'
"""What is wrong with a value of `default-packages` that is not sound."""


class DefaultPackages(NamedTuple):
    """One `default-packages` key and its value, right or wrong."""

    home: Home
    entry: Entry

    @property
    def everything(self) -> bool:
        """Whether the value is the string `"all"`."""
        return isinstance(self.entry.value, String) and self.entry.value.value == "all"

    @property
    def value(self) -> str | tuple[Name, ...]:
        """`"all"` or the names."""
        return "all" if self.everything else self.names

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
        return strings(self.entry.value)

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

    @property
    def name_span(self) -> Span:
        """Where the name is written; the whole string where there is none."""
        match = _NAME.match(self.node.value)
        return self._span(*match.span(1)) if match is not None else self.node.inner

    @property
    def asked(self) -> Asked | None:
        """What it asks for, versions aside; None where it does not begin with a sound name."""
        return asked_of(self.node.value, self.path)

    @property
    def context(self) -> tuple[Name | None, Name | None]:
        """The extra or the group that it stands in; neither for one of the dependencies."""
        return context_of(self.path)

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
        return spaced(match[1]).rstrip(), self._span(match.start(1), len(match[0].rstrip()))

    def _span(self, start: int, end: int) -> Span:
        """Return where a part of the string's value is written."""
        inner = self.node.inner
        return Span(inner.start + start, inner.start + end) if self.node.verbatim else inner


class SourceEntry(NamedTuple):
    """One table of a source; `kind` is `"workspace = true"` or the first of uv's kinds in it, or `""`."""

    table: Table
    kind: str


class Source(NamedTuple):
    """A key of `[tool.uv.sources]`; `kinds` are those of its tables.

    A named tuple: a root can have a thousand, and they are made at a keystroke.
    """

    name: Name
    entry: Entry
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, name: Name, entry: Entry) -> Source:
        """Return what an entry of `[tool.uv.sources]` says."""
        if isinstance(entry, Statement) and entry.flag == USUAL_SOURCE:
            return cls(name, entry, _USUAL_KINDS)
        return cls(name, entry, tuple(_source_kind(table) for table in tables(entry.value)))

    @property
    def key(self) -> Key:
        """The key."""
        return self.entry.key

    @property
    def entries(self) -> tuple[SourceEntry, ...]:
        """The tables of the value, a single one or a list."""
        return tuple(map(SourceEntry, tables(self.entry.value), self.kinds))

    @property
    def usual(self) -> bool:
        """Whether the value is `{ workspace = true }` and no more: then `kinds` is this very tuple."""
        return self.kinds is _USUAL_KINDS

    @property
    def partial(self) -> bool:
        """Whether it is for an extra, a group or an environment alone, or is several."""
        if self.usual:
            return False
        entries = self.entries
        return len(entries) != 1 or not entries[0].table.entries.keys().isdisjoint(_CONDITIONS)

    @property
    def workspace(self) -> bool:
        """Whether every entry is `workspace = true`."""
        return bool(self.kinds) and all(kind == WORKSPACE_SOURCE for kind in self.kinds)


WORKSPACE_SOURCE = "workspace = true"
"""The kind of a source that comes from the workspace."""
_USUAL_KINDS = (WORKSPACE_SOURCE,)
WORKSPACE_PATH: TomlPath = ("tool", "uv", WORKSPACE)
"""The path of the table that makes a file the root of a workspace."""
SOURCES_PATH: TomlPath = ("tool", "uv", SOURCES)
"""The path of the table of sources."""


LOWERED = (OVERRIDES, CONSTRAINTS, BUILD_CONSTRAINTS)
"""The keys of the root's `[tool.uv]` whose requirements get sources, too."""


class DefaultGroups(NamedTuple):
    """The dependency groups that are synced by default: all of them, or those of some names."""

    everything: bool = False
    names: frozenset[Name] = frozenset({normalise("dev")})

    def include(self, group: Name) -> bool:
        """Tell whether a group of this name is synced."""
        return self.everything or group in self.names


def suitable_limits(
    contexts: Iterable[tuple[Name | None, Name | None]],
) -> set[tuple[Name | None, Name | None]]:
    """Return the extras and groups for which a source may be that serves requirements of some contexts."""
    return {
        limit
        for extra, group in contexts
        for limit in ((None, None), (extra, None), (None, group), (extra, group))
    }


class Limited(NamedTuple):
    """An entry of a source: its kind, and the extra or the group that it is for."""

    kind: str
    extra: Name | None
    group: Name | None

    def suits(self, extra: Name | None, group: Name | None) -> bool:
        """Tell whether it is for the extra or the group that a requirement is looked at in."""
        return self.extra in (None, extra) and self.group in (None, group)


class Indexed(NamedTuple):
    """An entry of a source that names an index; `marker` is empty where there is none."""

    name: Name
    index_name: str
    marker: str
    extra: Name | None
    """The extra or the group that the entry is for."""
    group: Name | None


class Asked(NamedTuple):
    """A requirement without the versions: what it asks for, at a path of its file."""

    path: TomlPath
    name: Name
    extras: frozenset[Name]
    marker: str
    """Empty where there is none."""

    @property
    def context(self) -> tuple[Name | None, Name | None]:
        """The extra or the group that it stands in; neither for one of the dependencies."""
        return context_of(self.path)


class Range(NamedTuple):
    """The versions of a package that a requirement asks of an index; `marker` is empty where there is none."""

    name: Name
    specifier: str
    marker: str
    extra: Name | None = None
    """The extra or the group that the requirement stands in; neither for one of the dependencies."""
    group: Name | None = None


class SharedSettings(NamedTuple):
    """What other files see of the settings in a `[tool.uv]`, which most members do not have."""

    ignores_sources: bool = False
    """Whether one turns `tool.uv.sources` off."""
    indexes: tuple[Index, ...] = ()
    replaced: frozenset[Name | None] = frozenset()
    """The packages that overrides and exclusions name; None stands for any of them."""
    left_out: frozenset[Name | None] = frozenset()
    """Those of them that exclusions name."""
    constraints: tuple[Range, ...] = ()
    """The ranges of `constraint-dependencies`."""
    conflicts: tuple[tuple[Context, ...], ...] = ()
    """The sets of `conflicts`."""
    environments: tuple[str, ...] = ()
    """The markers of `environments`."""
    preview_features: PreviewSetting = None
    """What they say of uv's preview features."""
    default_groups: DefaultGroups = DefaultGroups()
    """The value of `default-groups`, or uv's own."""
    group_pythons: tuple[tuple[Name, str], ...] = ()
    """The `requires-python` of dependency groups that have their own."""
    shares_environment: bool = False
    """Whether one lets builds use the environment, in place of one of their own."""
    adds_to_builds: bool = False
    """Whether one installs more for builds than `[build-system]` requires."""
    resolves_lowest: bool = False
    """Whether uv takes the lowest versions of what projects require."""
    without_sources: frozenset[Name | None] = frozenset()
    """The packages whose sources are turned off; None stands for any of them."""

    @property
    def index_names(self) -> tuple[str, ...]:
        """The names of the indexes."""
        return tuple([one.name for one in self.indexes])


NO_SETTINGS = SharedSettings()


class Shared(NamedTuple):
    """What other files see of a manifest, without places: while it is equal, they need no new look."""

    project: bool
    name: Name | None
    managed: bool
    workspace: bool
    unreadable: str | None
    members: tuple[str, ...]
    exclude: tuple[str, ...]
    sources: Mapping[Name, tuple[str, ...]]
    """The kinds of each source's tables."""
    limited: Mapping[Name, tuple[Limited, ...]]
    """The tables of those sources of which some are for an extra or a group alone."""
    partial_sources: frozenset[Name]
    """The sources that are for an extra, a group or an environment alone, or are several."""
    rule_levels: tuple[tuple[str, str], ...]
    requires_python: str | None
    version: str | None
    extras: tuple[Name, ...] | None
    """None where a build backend makes them."""
    editable: tuple[tuple[Name, bool], ...]
    package: bool | None
    """Whether the project is installed, None where that depends on whether others require it."""
    settings: SharedSettings
    group_includes: Mapping[Name, frozenset[Name]]
    """The groups that name others, and which."""
    forks: bool
    """Whether uv may resolve some environments apart because of what this file says."""
    indexed: tuple[Indexed, ...]
    """The entries of sources that name an index."""
    direct_sources: tuple[Direct, ...]
    """The sources from one place alone, for all requirements of the name."""
    directs: tuple[Direct, ...]
    """The requirements that such a source of this file, or their URL, takes from one place."""
    module_places: tuple[ModulePlace, ...]
    """Where the manifest says that the project's modules are."""
    origins: Mapping[Name, Origin | None]
    """What the sources say that are not simply `{ workspace = true }`; None is not one thing, or not clear."""


_NAME = regular_expression(rf"\s*({NAME_PATTERN})")
_EXTRAS = regular_expression(rf"\s*{NAME_PATTERN}\s*\[([^\]]*)\]")
_EXTRA = regular_expression(NAME_PATTERN)
_VERSION = regular_expression(rf"\s*{NAME_PATTERN}\s*(?:\[[^\]]*\])?\s*(\(?[<>=!~][^;@]*)")


def requirement_name(text: str) -> Name | None:
    """Return the name that a requirement begins with, normalised."""
    match = _NAME.match(text)
    return normalise(match[1]) if match else None


@lru_cache(maxsize=1 << 10)
def name_and_extras(text: str) -> tuple[Name, frozenset[Name]] | None:
    """Return the name that a requirement begins with and the extras that it asks for, normalised."""
    name, match = requirement_name(text), _EXTRAS.match(text)
    if name is None:
        return None
    return name, frozenset(map(normalise, _EXTRA.findall(match[1]))) if match else frozenset()


@lru_cache(maxsize=1 << 10)
def context_of(path: TomlPath) -> tuple[Name | None, Name | None]:
    """Return the extra or the group of the requirements at a path: thousands stand at a few."""
    *above, last = path
    if path == ("tool", "uv", DEV_DEPENDENCIES):
        return None, normalise("dev")
    if above == [DEPENDENCY_GROUPS]:
        return None, normalise(last)
    return (normalise(last) if len(above) == 2 else None), None


@lru_cache(maxsize=1 << 15)
def name_and_specifier(requirement: str) -> tuple[Name, str] | None:
    """Return the name and the specifier of a requirement: one object for all that are written alike."""
    name = requirement_name(requirement)
    if name is None:
        return None
    match = _VERSION.match(requirement)
    return name, spaced(match[1]).rstrip() if match else ""


@lru_cache(maxsize=1 << 15)
def asked_of(requirement: str, path: TomlPath) -> Asked | None:
    """Return what a requirement at a path asks for: one object for all that are written alike there.

    None where it does not begin with a name.
    """
    name = requirement_name(requirement)
    if name is None:
        return None
    match = _EXTRAS.match(requirement) if "[" in requirement else None
    extras = frozenset(normalise(text) for text in _EXTRA.findall(match[1])) if match else _NONE
    marker = requirement_marker(requirement) if ";" in requirement else ""
    return Asked(path, name, extras, marker)


_NONE: frozenset[Name] = frozenset()


@lru_cache(maxsize=1 << 15)
def range_of(requirement: str, path: TomlPath) -> Range | None:
    """Return the range of a requirement at a path: one object for all that are written alike there.

    None where it has no specifier, or is from a URL.
    """
    pair = name_and_specifier(requirement)
    if pair is None or not pair[1] or "@" in requirement:
        return None
    marker = requirement_marker(requirement) if ";" in requirement else ""
    return Range(*pair, marker, *context_of(path))


def requirements_in(node: Node | None, path: TomlPath) -> list[Requirement]:
    """Return the requirements that stand in the array at a path; none where there is no array."""
    found: list[Requirement] = []
    if isinstance(node, Array):
        for item in node.items:
            if isinstance(item, String):
                pair = name_and_specifier(item.value)
                found.append(Requirement(item, path, node, pair[0] if pair is not None else None))
    return found


LIMITS = ("extra", "group")
"""The keys that make an entry of a source one for an extra or a group alone."""
_CONDITIONS = (*LIMITS, "marker")


def _source_kind(table: Table) -> str:
    workspace = table.entries.get(WORKSPACE)
    if workspace is not None:
        value = workspace.value
        if isinstance(value, Scalar) and value.is_true:
            return WORKSPACE_SOURCE
    return next((kind for kind in SOURCE_KINDS if kind in table.entries), "")
