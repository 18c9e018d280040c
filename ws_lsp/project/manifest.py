"""One `pyproject.toml`, lowered: what uv reads from it, with places, and nothing about other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from typing import Any

from ws_lsp.grammar.names import Name, is_valid, normalise
from ws_lsp.grammar.requirement import is_formatted, requirement_marker, requirement_url
from ws_lsp.incremental import Fact, Input, fact
from ws_lsp.project.conflicts import conflict_sets, including_groups
from ws_lsp.project.declarations import (
    LIMITS,
    LOWERED,
    NO_SETTINGS,
    WORKSPACE_SOURCE,
    Asked,
    DefaultGroups,
    DefaultPackages,
    Home,
    Indexed,
    Limited,
    Range,
    Requirement,
    Shared,
    SharedSettings,
    Source,
    TomlPath,
    asked_of,
    context_of,
    name_and_specifier,
    range_of,
    requirement_name,
    requirements_in,
    suitable_limits,
)
from ws_lsp.project.direct import Direct, Index, place_of_source, place_of_url
from ws_lsp.project.file_names import SETTINGS
from ws_lsp.project.modules import module_places, uses_hatchling, uses_uv_build
from ws_lsp.project.origins import Origin, origin_of
from ws_lsp.project.preview_features import preview_setting
from ws_lsp.schema.keys import (
    CONFLICTS,
    CONSTRAINTS,
    DEFAULT_GROUPS,
    DEFAULT_PACKAGES,
    DEPENDENCY_GROUPS,
    DEV_DEPENDENCIES,
    ENVIRONMENTS,
    EXCLUSIONS,
    EXTRA_BUILD,
    GROUP_SETTINGS,
    INDEX,
    MANAGED,
    NO_ISOLATION,
    NO_ISOLATION_PACKAGE,
    NO_SOURCES,
    NO_SOURCES_PACKAGE,
    OVERRIDES,
    PACKAGE,
    RESOLUTION,
    SOURCES,
    WORKSPACE,
)
from ws_lsp.text import LineIndex
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import SyntaxProblem, syntax_problem
from ws_lsp.toml.tree import Array, Entry, Node, Scalar, String, Table, Tree, strings
from ws_lsp.vfs import base_name, parent

__all__ = ["BUILD_SYSTEM_PATH", "NO_SOURCES_SETTINGS", "UNSHARED_KEYS", "Manifest"]

_DEPENDENCIES: TomlPath = ("project", "dependencies")
BUILD_SYSTEM_PATH: TomlPath = ("build-system", "requires")
"""The path of what builds of the project require."""
_LOCKED = ("version", "dependencies", "optional-dependencies", "requires-python")
"""The keys of `[project]` that `uv.lock` tells of."""
"""The groups that are synced where nothing says which."""
_FORKING = frozenset({CONFLICTS, CONSTRAINTS, GROUP_SETTINGS, ENVIRONMENTS, OVERRIDES})


class Manifest:
    """A `pyproject.toml` (or `uv.toml`): its tree, and what uv reads from it, lowered on demand.

    `path` is the file's. `unreadable` says why the file could not be read as text.
    """

    def __init__(self, path: str, text: str, unreadable: str | None = None) -> None:
        self.path = path
        self.text = text
        self.unreadable = unreadable
        self.is_settings = base_name(path) == SETTINGS
        """Whether the file is a `uv.toml`."""
        self.remembered: dict[object, Any] = {}
        """For `once_for_each_text`."""

    @fact()
    def directory(self) -> str:
        """The directory that the file stands in."""
        return parent(self.path)

    @cached_property
    def tree(self) -> Tree:
        """The text, read."""
        return parse(self.text)

    @cached_property
    def remembered_of_tree(self) -> dict[object, Any]:
        """For `once_for_each_tree`."""
        return {}

    def settle(self) -> None:
        """Find out what others see of this file, and keep no more: so little do closed files need."""
        for name in _OF_TREE:
            getattr(self, name)
        self.release()

    def release(self) -> None:
        """Let go of what is large and can be made again; the trees of a thousand members are 30 MiB."""
        for name in self.__dict__.keys() & _RELEASED:
            del self.__dict__[name]

    def changed_since(self, before: Manifest) -> set[Input]:
        """Return the inputs that are others than they were with the text before."""
        found: set[Input] = set()
        for name, inputs in _INPUTS.items():
            if not inputs <= found and getattr(before, name) != getattr(self, name):
                found |= inputs
        return found

    @contextmanager
    def lent(self) -> Iterator[Manifest]:
        """Give this manifest for a look at its tree, which is let go of where it was not here before."""
        released = "tree" not in vars(self)
        try:
            yield self
        finally:
            if released:
                self.release()

    @cached_property
    def lines(self) -> LineIndex:
        """Where the lines begin."""
        return LineIndex(self.text)

    @fact()
    def syntax(self) -> SyntaxProblem | None:
        """The first syntax mistake, as tomli sees it."""
        return syntax_problem(self.tree)

    # ------------------------------------------------------------------ [project]

    @cached_property
    def project(self) -> Table | None:
        """The `[project]` table."""
        return self.tree.root.table("project")

    @cached_property
    def name_node(self) -> String | None:
        """The string `project.name`."""
        return self._of_project("name")

    @cached_property
    def name(self) -> Name | None:
        """The project's name in normal form, None where it has no sound one."""
        node = self.name_node
        return normalise(node.value) if node is not None and is_valid(node.value) else None

    @fact(of_tree=True)
    def description(self) -> str:
        """`project.description`, or nothing."""
        node = self._of_project("description")
        return node.value if node else ""

    @cached_property
    def version(self) -> str | None:
        """`project.version` as written, None where it is dynamic or missing."""
        node = self._of_project("version")
        return node.value if node else None

    @fact(Input.REQUIREMENTS, of_tree=True)
    def dynamic(self) -> frozenset[str]:
        """The strings of `project.dynamic`: what a build backend makes, and no file shows."""
        return frozenset([node.value for node in _strings(self.project, "dynamic")])

    @property
    def has_hidden_requirements(self) -> bool:
        """Whether a build backend makes requirements that no file shows."""
        return self.formats_requirements or not self.dynamic.isdisjoint(
            ("dependencies", "optional-dependencies")
        )

    @fact(Input.REQUIREMENTS, of_tree=True)
    def formats_requirements(self) -> bool:
        """Whether hatchling is to fill in parts of requirements: uv then asks it for all of them."""
        return uses_hatchling(self.tree.root) and any(
            is_formatted(text) for path, text in self.declared if path[0] == "project"
        )

    @cached_property
    def requires_python_node(self) -> String | None:
        """The string `project.requires-python`."""
        return self._of_project("requires-python")

    @cached_property
    def extras(self) -> dict[Name, Entry]:
        """The keys of `[project.optional-dependencies]`, normalised."""
        return _normalised(self.project.table("optional-dependencies") if self.project else None)

    @cached_property
    def groups(self) -> dict[Name, Entry]:
        """The keys of `[dependency-groups]`, normalised."""
        return _normalised(self.tree.root.table(DEPENDENCY_GROUPS))

    @fact(Input.REQUIREMENTS, of_tree=True)
    def group_names(self) -> tuple[Name, ...]:
        """The names of the dependency groups, normalised."""
        return tuple(self.groups)

    @cached_property
    def group_includes(self) -> dict[Name, frozenset[Name]]:
        """The groups that include others, with the names that they write."""
        found: dict[Name, frozenset[Name]] = {}
        for name, entry in self.groups.items():
            items = entry.value.items if isinstance(entry.value, Array) else ()
            nodes = [item.get("include-group") for item in items if isinstance(item, Table)]
            named = [normalise(node.value) for node in nodes if isinstance(node, String)]
            if named:
                found[name] = frozenset(named)
        return found

    @property
    def forks(self) -> bool:
        """Whether uv may resolve some environments apart because of what this file says.

        It does so where a list has a package more than once, under different markers, and where other
        settings give it such a list. Only with Python versions it does so for less.
        """
        if self.uv is not None and not _FORKING.isdisjoint(self.uv.entries):
            return True
        for source in self.special_sources:
            entries = source.entries
            if len(entries) > 1 or any("marker" in one.table.entries for one in entries):
                return True
        if self.dynamic:
            return True
        if not self._conditional:
            return False
        if self.name is not None and any(one.name == self.name for one in self.requirements):
            return True  # its extras become a part of the list that asks for them
        markers: dict[tuple[Name | None, ...], str] = {}
        for one in self.requirements:
            marker = requirement_marker(one.node.value)
            # groups that are included are a part of the list; those without a `[project]` are one list
            for context in _contexts(one.path, self.project is not None, self.group_includes):
                if markers.setdefault((one.name, *context), marker) != marker:
                    return True
        return False

    def including(self, group: Name) -> set[Name]:
        """Return a group and all those that include it, directly or through others."""
        return including_groups(group, self.group_includes)

    @fact(Input.REQUIREMENTS, of_tree=True)
    def declared(self) -> tuple[tuple[TomlPath, str], ...]:
        """The requirements without their places: what others ask of them is worked out of these."""
        return tuple([(one.path, one.node.value) for one in self.requirements])

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements that uv gives sources to: dependencies, extras, groups, dev-dependencies."""
        found: list[Requirement] = []
        project, uv = self.project, self.uv
        if project is not None:
            found += requirements_in(project.get("dependencies"), _DEPENDENCIES)
            table = project.table("optional-dependencies")
            for name, entry in table.entries.items() if table else ():
                found += requirements_in(entry.value, ("project", "optional-dependencies", name))
        table = self.tree.root.table(DEPENDENCY_GROUPS)
        for name, entry in table.entries.items() if table else ():
            found += requirements_in(entry.value, (DEPENDENCY_GROUPS, name))
        if uv is not None:
            path: TomlPath = ("tool", "uv", DEV_DEPENDENCIES)
            found += requirements_in(uv.get(DEV_DEPENDENCIES), path)
        return tuple(found)

    @cached_property
    def requirements_by_name(self) -> dict[Name, list[Requirement]]:
        """The requirements of each name."""
        found: dict[Name, list[Requirement]] = {}
        for one in self.requirements:
            if one.name is not None:
                found.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def _conditional(self) -> tuple[Requirement, ...]:
        """The requirements that have a marker, or look so."""
        return tuple([one for one in self.requirements if ";" in one.node.value])

    # ------------------------------------------------------------------- tool.uv

    @cached_property
    def uv(self) -> Table | None:
        """The `[tool.uv]` table."""
        return self.tree.root.table("tool", "uv")

    @property
    def settings_table(self) -> Table | None:
        """The table that holds the settings of uv: `[tool.uv]`, or all of a `uv.toml`."""
        return self.tree.root if self.is_settings else self.uv

    @cached_property
    def managed(self) -> bool:
        """Whether uv manages this project: `tool.uv.managed` is not `false`."""
        node = self.uv.get(MANAGED) if self.uv else None
        return not (isinstance(node, Scalar) and node.raw == "false")

    @cached_property
    def package(self) -> bool | None:
        """Whether the project is installed as a package: `tool.uv.package`, or a `[build-system]`.

        None where neither is there: it is installed then if a source of the workspace names it.
        """
        node = self.uv.get(PACKAGE) if self.uv else None
        if isinstance(node, Scalar) and node.raw in ("true", "false"):
            return node.is_true
        return True if self.build_system is not None else None

    @property
    def has_hidden_metadata(self) -> bool:
        """Whether `uv lock` asks a build backend for what no file shows."""
        return self.formats_requirements or not self.dynamic.isdisjoint(_LOCKED)

    @cached_property
    def build_system(self) -> Entry | None:
        """The entry `[build-system]`, right or wrong."""
        return self.tree.root.entries.get(BUILD_SYSTEM_PATH[0])

    @cached_property
    def build_requirements(self) -> tuple[Requirement, ...]:
        """The requirements of `[build-system]`; uv gives sources to them where a backend is installed."""
        required = self.tree.root.get(*BUILD_SYSTEM_PATH)
        return tuple(requirements_in(required, BUILD_SYSTEM_PATH))

    @fact(Input.REQUIREMENTS, of_tree=True)
    def built_with(self) -> tuple[str, ...]:
        """The requirements of `[build-system]` without their places."""
        return _kept_once(tuple([one.node.value for one in self.build_requirements]))

    @property
    def uses_uv_build(self) -> bool:
        """Whether uv's own build backend builds the project."""
        return uses_uv_build(self.tree.root)

    @cached_property
    def workspace(self) -> Entry | None:
        """The entry `tool.uv.workspace`, where it is a table: such a file is a workspace's root."""
        entry = self.uv.entries.get(WORKSPACE) if self.uv else None
        return entry if entry and isinstance(entry.value, Table) else None

    @cached_property
    def member_patterns(self) -> tuple[String, ...]:
        """The strings of `tool.uv.workspace.members`."""
        return self._of_workspace("members")

    @cached_property
    def exclude_patterns(self) -> tuple[String, ...]:
        """The strings of `tool.uv.workspace.exclude`."""
        return self._of_workspace("exclude")

    @cached_property
    def sources(self) -> dict[Name, Source]:
        """The first source of each name, normalised."""
        table = self.uv.table(SOURCES) if self.uv else None
        found: dict[Name, Source] = {}
        for text, entry in table.entries.items() if table else ():
            name = normalise(text)
            if name not in found:
                found[name] = Source.of(name, entry)
        return found

    @cached_property
    def special_sources(self) -> tuple[Source, ...]:
        """The sources that are not simply `{ workspace = true }`: most rules look at no others."""
        return tuple([source for source in self.sources.values() if not source.usual])

    @cached_property
    def limited(self) -> dict[Name, tuple[Limited, ...]]:
        """The entries of those sources of which some are for an extra or a group alone."""
        found: dict[Name, tuple[Limited, ...]] = {}
        for source in self.special_sources:
            entries = source.entries
            if any(not one.table.entries.keys().isdisjoint(LIMITS) for one in entries):
                found[source.name] = tuple(
                    Limited(one.kind, *(_name_in(one.table, key) for key in LIMITS))
                    for one in entries
                )
        return found

    @property
    def ignores_sources(self) -> bool:
        """Whether `no-sources` or `no-sources-package` turns sources off, here or in a `uv.toml`."""
        table = self.settings_table
        return table is not None and not table.entries.keys().isdisjoint(NO_SOURCES_SETTINGS)

    @property
    def without_sources(self) -> frozenset[Name | None]:
        """The packages whose sources settings turn off, here or in a `uv.toml`; None for any of them."""
        table = self.settings_table
        if table is None or DEFAULT_PACKAGES in table.entries:
            return frozenset()  # a key that uv does not know makes it drop all settings beside it
        every = table.get(NO_SOURCES)
        names = (normalise(one.value) for one in strings(table.get(NO_SOURCES_PACKAGE)))
        return frozenset([None] if isinstance(every, Scalar) and every.is_true else names)

    @property
    def shares_environment(self) -> bool:
        """Whether `no-build-isolation` lets some builds, or all, use the environment."""
        table = self.settings_table
        return table is not None and not table.entries.keys().isdisjoint(_NO_ISOLATION)

    @property
    def resolves_lowest(self) -> bool:
        """Whether `resolution` makes uv take the lowest versions of what projects require."""
        table = self.settings_table
        value = table.get(RESOLUTION) if table is not None else None
        return isinstance(value, String) and value.value in ("lowest", "lowest-direct")

    @property
    def adds_to_builds(self) -> bool:
        """Whether `extra-build-dependencies` installs more for some builds."""
        table = self.settings_table
        return table is not None and EXTRA_BUILD in table.entries

    @cached_property
    def editable(self) -> tuple[tuple[Name, bool, Entry], ...]:
        """The workspace sources that say `editable = true` or `false`, and where."""
        found: list[tuple[Name, bool, Entry]] = []
        for source in self.special_sources:
            for one in source.entries:
                entry = one.table.entries.get("editable") if one.kind == WORKSPACE_SOURCE else None
                if entry is not None and isinstance(entry.value, Scalar):
                    found.append((source.name, entry.value.is_true, entry))
        return tuple(found)

    @cached_property
    def indexes(self) -> tuple[Index, ...]:
        """The named ones of `[[tool.uv.index]]`."""
        value = self.uv.get(INDEX) if self.uv else None
        found: list[Index] = []
        for table in value.items if isinstance(value, Array) else ():
            if isinstance(table, Table):
                name, url, form = (table.get(key) for key in ("name", "url", "format"))
                if isinstance(name, String):
                    flat = isinstance(form, String) and form.value == "flat"
                    found.append(
                        Index(name.value, url.value if isinstance(url, String) else "", flat)
                    )
        return tuple(found)

    @property
    def index_names(self) -> tuple[str, ...]:
        """The names of `[[tool.uv.index]]`."""
        return tuple([one.name for one in self.indexes])

    def _indexed(self) -> Iterator[Indexed]:
        for source in self.special_sources:
            for one in source.entries if INDEX in source.kinds else ():
                node, marker = one.table.get(INDEX), one.table.get("marker")
                if one.kind == INDEX and isinstance(node, String):
                    limits = [_name_in(one.table, key) for key in LIMITS]
                    written = marker.value if isinstance(marker, String) else ""
                    yield Indexed(source.name, node.value, written, *limits)

    @property
    def environments(self) -> tuple[str, ...]:
        """The strings of `tool.uv.environments`, or the only one."""
        value = self.uv.get(ENVIRONMENTS) if self.uv else None
        if isinstance(value, String):
            return (value.value,)
        return tuple([node.value for node in _strings(self.uv, ENVIRONMENTS)])

    @cached_property
    def constrained(self) -> frozenset[Name]:
        """The names in overrides and constraints, to which uv gives sources as it does to requirements."""
        found: set[Name] = set()
        for key in LOWERED:
            value = self.uv.get(key) if self.uv else None
            for item in value.items if isinstance(value, Array) else ():
                node = item.get("requirement") if isinstance(item, Table) else item
                name = requirement_name(node.value) if isinstance(node, String) else None
                if name is not None:
                    found.add(name)
        return frozenset(found)

    def _constraints(self) -> Iterator[Range]:
        for node in _strings(self.uv, CONSTRAINTS):
            pair = name_and_specifier(node.value)
            if pair is not None and pair[1]:
                yield Range(*pair, requirement_marker(node.value))

    @property
    def replaced(self) -> frozenset[Name | None]:
        """The packages that overrides and exclusions name; None for what may be any."""
        return self._named_in(OVERRIDES) | self.left_out

    @property
    def left_out(self) -> frozenset[Name | None]:
        """The packages that exclusions name; None for what may be any."""
        return self._named_in(EXCLUSIONS)

    def _named_in(self, key: str) -> frozenset[Name | None]:
        value = self.uv.get(key) if self.uv else None
        if not isinstance(value, Array):
            return frozenset()
        return frozenset(
            [
                requirement_name(item.value) if isinstance(item, String) else None
                for item in value.items
            ]
        )

    @cached_property
    def direct_sources(self) -> tuple[Direct, ...]:
        """The sources from one place alone, for all requirements of the name."""
        return tuple(sorted(self._direct_sources()))

    def _direct_sources(self) -> Iterator[Direct]:
        for source in self.special_sources:
            if len(source.kinds) == 1 and source.name not in self.limited:
                table = source.entries[0].table
                place, marker = place_of_source(table, self.directory), table.get("marker")
                if place is not None:
                    yield Direct(
                        source.name, place, marker.value if isinstance(marker, String) else ""
                    )

    @property
    def _origins(self) -> dict[Name, Origin | None]:
        return {one.name: origin_of(one, self.directory) for one in self.special_sources}

    def _directs(self) -> Iterator[Direct]:
        known = {one.name: one for one in self.direct_sources}
        for requirement in self.requirements:
            name, text = requirement.name, requirement.node.value
            if name not in known and "@" not in text:
                continue
            if self.may_be_for_fewer_pythons(requirement.path):
                continue
            if name in self.sources:
                source = known.get(name)
                if source is not None:
                    yield source.required_by(requirement_marker(text), *requirement.context)
            elif name is not None and "@" in text and (url := requirement_url(text)):
                yield Direct(
                    name, place_of_url(url), requirement_marker(text), *requirement.context
                )

    @fact()
    def required(self) -> frozenset[Name]:
        """The names that requirements begin with."""
        return frozenset([name for name, _ in self.specifiers])

    @fact()
    def required_by_build(self) -> frozenset[Name]:
        """The names that builds of the project require."""
        return _names_in([*self.built_with])

    @fact()
    def required_under(self) -> dict[Name, frozenset[str]]:
        """The markers of the names that are required under markers alone."""
        found: dict[Name, set[str]] = {}
        always: set[Name] = set()
        for _, text in self.declared:
            pair = name_and_specifier(text)
            if pair is None:
                continue
            if ";" in text:
                found.setdefault(pair[0], set()).add(requirement_marker(text))
            else:
                always.add(pair[0])
        return {name: frozenset(found[name]) for name in found.keys() - always}

    @fact()
    def published(self) -> frozenset[Name]:
        """The names that the dependencies and the extras require: what is known of a built package."""
        if not self.grouped:
            return self.required
        return _names_in([text for path, text in self.declared if path[0] == "project"])

    @fact()
    def needed(self) -> frozenset[Name]:
        """The names that the dependencies require without a marker: they come along always."""
        dependencies = [text for path, text in self.declared if path == _DEPENDENCIES]
        found = _names_in([text for text in dependencies if ";" not in text])
        return self.published if found == self.published else found

    @fact()
    def grouped(self) -> frozenset[Name]:
        """The names that dependency groups and `dev-dependencies` require."""
        return _names_in([text for path, text in self.declared if path[0] != "project"])

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What the requirements ask for, versions aside."""
        found = [asked_of(text, path) for path, text in self.declared]
        return tuple([one for one in found if one is not None])

    @cached_property
    def own_extras(self) -> dict[Name, frozenset[Name]]:
        """The extras that ask for others of the project itself, with these: uv makes them a part of the list."""
        found: dict[Name, frozenset[Name]] = {}
        for one in self._asked_of_itself():
            extra = one.context[0]
            if extra is not None:
                found[extra] = found.get(extra, frozenset()) | one.extras
        return found

    @cached_property
    def own_extras_needed(self) -> frozenset[Name]:
        """The extras that the dependencies ask of the project itself."""
        asked = [one.extras for one in self._asked_of_itself() if one.context == (None, None)]
        return frozenset().union(*asked)

    def _asked_of_itself(self) -> Iterator[Asked]:
        for one in self.asked:
            of_itself = one.name == self.shared.name and one.path[0] == "project"
            if of_itself and one.extras and not one.marker:
                yield one

    @fact()
    def specifiers(self) -> tuple[tuple[Name, str], ...]:
        """The name and the version specifier, which may be empty, of every requirement."""
        pairs = [name_and_specifier(text) for _, text in self.declared]
        return tuple([pair for pair in pairs if pair is not None])

    @fact()
    def ranges(self) -> tuple[Range, ...]:
        """The ranges of the requirements that come from an index.

        Those are left out of which this file does not show that they count.
        """
        if self.has_hidden_requirements:
            return ()
        found: list[Range] = []
        sources = self.shared.sources
        for path, text in self.declared:
            asked = range_of(text, path)
            if asked is None or self.may_be_for_fewer_pythons(path):
                continue
            kinds = sources.get(asked.name)
            if kinds is None or {*kinds} <= {INDEX} or self._is_left_to_index(asked.name, path):
                found.append(asked)
        return tuple(found)

    @cached_property
    def limited_groups(self) -> frozenset[Name]:
        """The groups that settings of their own, or of a group that they include, limit to some Python versions."""
        settings = self.uv.table(GROUP_SETTINGS) if self.uv is not None else None
        return frozenset(
            group
            for name in (settings.entries if settings is not None else ())
            for group in self.including(normalise(name))
        )

    @property
    def group_python_nodes(self) -> dict[Name, String]:
        """The strings `requires-python` in the settings of dependency groups."""
        settings = self.uv.table(GROUP_SETTINGS) if self.uv is not None else None
        found: dict[Name, String] = {}
        for name, entry in settings.entries.items() if settings is not None else ():
            node = entry.value.get("requires-python") if isinstance(entry.value, Table) else None
            if isinstance(node, String):
                found.setdefault(normalise(name), node)
        return found

    def may_be_for_fewer_pythons(self, path: TomlPath) -> bool:
        """Tell whether the settings of a group may limit the requirements at a path to some Python versions."""
        return self.limits_groups and path[0] != "project"

    @fact(Input.REQUIREMENTS, of_tree=True)
    def limits_groups(self) -> bool:
        """Whether there are settings of dependency groups."""
        return self.uv is not None and GROUP_SETTINGS in self.uv.entries

    def contexts(self, path: TomlPath) -> tuple[tuple[Name | None, Name | None], ...]:
        """Return the extra, or the groups, that the requirements at a path belong to."""
        return _contexts(path, self.shared.project, self.shared.group_includes)

    def _is_left_to_index(self, name: Name, path: TomlPath) -> bool:
        """Tell whether all entries of a source are for other extras or groups than those at a path."""
        limited = self.shared.limited.get(name)
        if limited is None:
            return False
        suitable = suitable_limits(self.contexts(path))
        return all((one.extra, one.group) not in suitable for one in limited)

    @fact(of_tree=True)
    def named_elsewhere(self) -> frozenset[Name]:
        """What may be packages that are named outside of `requirements` and `sources`.

        These are the build requirements, and all names in settings of `[tool.uv]`: more than there are.
        """
        texts = [*self.built_with]
        for key, entry in self.uv.entries.items() if self.uv else ():
            if key in _naming_keys():
                texts += _texts_below(entry.value)
        return _names_of(tuple(texts))

    @fact(Input.SHAPE, of_tree=True)
    def shared(self) -> Shared:
        """What other files see of this one."""
        special = self.special_sources
        root = self.workspace is not None
        return Shared(
            self.project is not None,
            self.name,
            self.managed,
            root,
            self.unreadable,
            tuple([node.value for node in self.member_patterns]) if root else (),
            tuple([node.value for node in self.exclude_patterns]) if root else (),
            {name: source.kinds for name, source in self.sources.items()},
            self.limited if special else {},
            frozenset([source.name for source in special if source.partial]),
            self.rule_levels,
            self.requires_python_node.value if self.requires_python_node else None,
            self.version,
            None if "optional-dependencies" in self.dynamic else tuple(sorted(self.extras)),
            tuple(sorted([(name, flag) for name, flag, _ in self.editable])) if special else (),
            self.package,
            self._shared_settings,
            self.group_includes,
            self.forks,
            tuple(self._indexed()) if special else (),
            self.direct_sources if special else (),
            tuple(self._directs()),
            module_places(self.tree.root, self.name or ""),
            self._origins if special else {},
        )

    @property
    def _shared_settings(self) -> SharedSettings:
        uv = self.uv
        if self.is_settings:
            return SharedSettings(
                self.ignores_sources,
                preview_features=preview_setting(self.tree.root),
                shares_environment=self.shares_environment,
                adds_to_builds=self.adds_to_builds,
                resolves_lowest=self.resolves_lowest,
                without_sources=self.without_sources,
            )
        if uv is None or uv.entries.keys() <= UNSHARED_KEYS:
            return NO_SETTINGS
        return SharedSettings(
            self.ignores_sources,
            self.indexes,
            self.replaced,
            self.left_out,
            tuple(self._constraints()),
            tuple([one.entries for one in conflict_sets(uv, self.name)]),
            self.environments,
            # a key that uv does not know makes it drop all settings beside it
            preview_setting(uv) if DEFAULT_PACKAGES not in uv.entries else None,
            self._default_groups,
            tuple([(name, node.value) for name, node in self.group_python_nodes.items()]),
            self.shares_environment,
            self.adds_to_builds,
            self.resolves_lowest,
            self.without_sources,
        )

    @property
    def _default_groups(self) -> DefaultGroups:
        value = self.uv.get(DEFAULT_GROUPS) if self.uv else None
        if isinstance(value, Array):
            return DefaultGroups(names=frozenset(normalise(one.value) for one in strings(value)))
        return DefaultGroups(isinstance(value, String) and value.value == "all")

    # ---------------------------------------------------------- default-packages

    @cached_property
    def default_packages(self) -> tuple[DefaultPackages, ...]:
        """Every `default-packages` in a home, the one that counts first."""
        found: list[DefaultPackages] = []
        for home in Home:
            entry = self.tree.root.entry(*home.value, DEFAULT_PACKAGES)
            if entry is not None:
                found.append(DefaultPackages(home, entry))
        return tuple(found)

    @fact(Input.SELECTION, of_tree=True)
    def default_selection(self) -> str | tuple[Name, ...] | None:
        """`"all"` or the members that `default-packages` names, None where it is not set."""
        return self.default_packages[0].value if self.default_packages else None

    @cached_property
    def rule_levels(self) -> tuple[tuple[str, str], ...]:
        """The strings of `[tool.ws-lsp.rules]`: codes and the severities wished for."""
        table = self.tree.root.table("tool", "ws-lsp", "rules")
        if table is None:
            return ()
        entries = table.entries.items()
        return tuple(
            sorted(
                (code, entry.value.value)
                for code, entry in entries
                if isinstance(entry.value, String)
            )
        )

    # ------------------------------------------------------------------- helpers

    def _of_project(self, key: str) -> String | None:
        node = self.project.get(key) if self.project else None
        return node if isinstance(node, String) else None

    def _of_workspace(self, key: str) -> tuple[String, ...]:
        workspace = self.workspace
        table = workspace.value if workspace is not None else None
        return _strings(table if isinstance(table, Table) else None, key)


_FACTS = {name: one for name, one in vars(Manifest).items() if isinstance(one, Fact)}
_OF_TREE = tuple(name for name, one in _FACTS.items() if one.of_tree)
_INPUTS = {name: one.inputs for name, one in _FACTS.items() if one.inputs}
_RELEASED = frozenset(
    name
    for name, one in vars(Manifest).items()
    if isinstance(one, cached_property) and name not in _FACTS
)
"""What a manifest does not keep when it is released."""


def _contexts(
    path: TomlPath, project: bool, group_includes: Mapping[Name, frozenset[Name]]
) -> tuple[tuple[Name | None, Name | None], ...]:
    """Return the extra, or the groups, that the requirements at a path belong to.

    To a group's belong all that include it.
    """
    extra, group = context_of(path)
    if not project:
        return ((None, None),)  # uv does not say which group of a virtual root it looks at
    if group is None or path[0] != DEPENDENCY_GROUPS:
        return ((extra, group),)
    return tuple([(None, one) for one in including_groups(group, group_includes)])


def _names_in(requirements: list[str]) -> frozenset[Name]:
    """Return the names that requirements begin with."""
    pairs = [name_and_specifier(text) for text in requirements]
    return frozenset([pair[0] for pair in pairs if pair is not None])


def _strings(table: Table | None, key: str) -> tuple[String, ...]:
    """Return the strings of an array, other items left out."""
    return strings(table.get(key)) if table is not None else ()


@cache
def _naming_keys() -> frozenset[str]:
    """Return the keys of `[tool.uv]` that hold names of packages which are not kept elsewhere."""
    from ws_lsp.schema.shapes import names_packages  # here: few commands need the tables
    from ws_lsp.schema.tool_uv import TOOL_UV

    return frozenset(
        text
        for text, key in TOOL_UV.keys.items()
        if names_packages(key.shape) and text not in (SOURCES, DEV_DEPENDENCIES)
    )


def _texts_below(node: Node) -> Iterator[str]:
    """Yield every key and every string below a node."""
    if isinstance(node, String):
        yield node.value
    elif isinstance(node, Array):
        for item in node.items:
            yield from _texts_below(item)
    elif isinstance(node, Table):
        for key, entry in node.entries.items():
            yield key
            yield from _texts_below(entry.value)


@lru_cache(maxsize=1 << 10)
def _kept_once(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same object for equal texts: a thousand members share a build backend."""
    return texts


@lru_cache(maxsize=1 << 10)
def _names_of(texts: tuple[str, ...]) -> frozenset[Name]:
    """Return what texts begin with where that may be a name: a thousand members share a build backend."""
    return frozenset(name for text in texts if (name := requirement_name(text)) is not None)


NO_SOURCES_SETTINGS = (NO_SOURCES, NO_SOURCES_PACKAGE)
"""The settings that turn sources off."""
_NO_ISOLATION = (NO_ISOLATION, NO_ISOLATION_PACKAGE)
UNSHARED_KEYS = frozenset({DEFAULT_PACKAGES, MANAGED, PACKAGE, SOURCES, WORKSPACE})
"""Keys of `[tool.uv]` of which `SharedSettings` says nothing: most files have no others."""


def _name_in(table: Table, key: str) -> Name | None:
    node = table.get(key)
    return normalise(node.value) if isinstance(node, String) else None


def _normalised(table: Table | None) -> dict[Name, Entry]:
    found: dict[Name, Entry] = {}
    for text, entry in table.entries.items() if table else ():
        found.setdefault(normalise(text), entry)
    return found
