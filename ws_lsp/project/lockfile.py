"""`uv.lock`, read: what uv resolved, and what the members had declared when it did.

The file is uv's own work and always has the same form, so it is cut at its `[[package]]` headers and a
package is parsed when somebody asks for it: the whole of a lock file of 1 MB takes a third of a second.
A text of another form is parsed as a whole.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ws_lsp.grammar.names import Name, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import DEPENDENCY_METADATA
from ws_lsp.toml.syntax import conflict_marker

__all__ = [
    "Exclusion",
    "LockedEdge",
    "LockedPackage",
    "LockedRequirement",
    "LockedSource",
    "Lockfile",
    "our_side",
]

VERSION = 1
"""The major version of the format that every uv so far writes; uv refuses any other."""

LOCAL_SOURCES = ("editable", "virtual", "directory")
"""The kinds of sources that are a directory; all members have one of them."""
_SOURCE_KINDS = (*LOCAL_SOURCES, "path", "url", "git", "registry", "index")


class LockedSource(NamedTuple):
    """Where a package comes from: `kind` as in the file, `value` a path from the lock file or a URL.

    The `subdirectory` of an archive is in the URL's fragment.
    """

    kind: str
    value: str


class LockedRequirement(NamedTuple):
    """A requirement as a member had declared it; `source` is None where an index serves it."""

    name: Name
    extras: frozenset[Name] = frozenset()
    specifier: str = ""
    marker: str = ""
    source: LockedSource | None = None


class Exclusion(NamedTuple):
    """A package that is left out, or `dependencies` that are left out of a package, and of a `version`."""

    name: Name
    version: str = ""
    dependencies: frozenset[Name] | None = None


class LockedEdge(NamedTuple):
    """A dependency that was resolved; `version` is there where several packages have its name."""

    name: Name
    version: str | None = None
    marker: str = ""
    extras: frozenset[Name] = frozenset()


class LockedPackage(NamedTuple):
    """A package of the lock file; `version` is None where it is dynamic.

    `requires_dist`, `provides_extras` and `requires_dev` are what a member declares; `dependencies`,
    `optional_dependencies` and `dev_dependencies` are what that was resolved to.
    `default_groups` is None where none are set, and may be `"all"`. `resolution_markers` say for which environments a
    package is, where several have its name. `group_requires_python` are the versions of Python that
    groups are for.
    """

    name: Name
    version: str | None
    source: LockedSource
    dependencies: tuple[LockedEdge, ...]
    optional_dependencies: Mapping[Name, tuple[LockedEdge, ...]]
    dev_dependencies: Mapping[Name, tuple[LockedEdge, ...]]
    requires_dist: tuple[LockedRequirement, ...]
    provides_extras: tuple[Name, ...]
    requires_dev: Mapping[Name, tuple[LockedRequirement, ...]]
    default_groups: tuple[Name, ...] | str | None
    resolution_markers: tuple[str, ...]
    group_requires_python: Mapping[Name, str] = MappingProxyType({})

    @property
    def resolved(self) -> frozenset[Name]:
        """The names of all dependencies, those of extras and groups as well."""
        several = (*self.optional_dependencies.values(), *self.dev_dependencies.values())
        return frozenset(edge.name for some in (self.dependencies, *several) for edge in some)

    @property
    def has_metadata(self) -> bool:
        """Whether it says anything that the package declares."""
        return bool(self.requires_dist or self.provides_extras or self.requires_dev)


def our_side(text: str) -> str | None:
    """Return a text with our side of each merge conflict, that of `HEAD`; None where one has no end."""
    kept: list[str] = []
    marker = ""
    for line in text.split("\n"):
        begin = line.rstrip("\r").partition(" ")[0]
        if begin in _FOLLOWING.get(marker, ()):
            marker = "" if begin == ">>>>>>>" else begin
        elif marker in ("", "<<<<<<<"):
            kept.append(line)
    return "\n".join(kept) if not marker else None


_FOLLOWING = {
    "": ("<<<<<<<",),
    "<<<<<<<": ("|||||||", "======="),
    "|||||||": ("=======",),
    "=======": (">>>>>>>",),
}
"""The markers of a merge conflict: which may come after which. Between `|||||||` and `=======` is the base."""


class Lockfile:
    """A `uv.lock`; `problem` says why it cannot be used, and everything is empty then."""

    def __init__(self, text: str, unreadable: str | None = None) -> None:
        self.problem = unreadable
        self.has_conflicts = False
        """Whether a merge left its markers in it."""
        self._head: dict[str, Any] = {}
        self._blocks: dict[Name, list[str | dict[str, Any]]] = {}
        self._packages: dict[Name, tuple[LockedPackage, ...]] = {}
        if unreadable is None:
            self._read(text.removeprefix("\ufeff").replace("\r\n", "\n"))

    def _read(self, text: str) -> None:
        if conflict_marker(text) is not None:
            self.has_conflicts = True
            self.problem = "it has unresolved merge conflicts"
            return
        head, *blocks = _PACKAGE.split(text)
        names = [_NAME.match(block) for block in blocks]
        try:
            self._head = _loads(head)
            if "package" in self._head or not all(names):
                self._head = _loads(text)
                for package in _tables(self._head, "package"):
                    name = normalise(str(package.get("name", "")))
                    self._blocks.setdefault(name, []).append(package)
                names, blocks = [], []
        except (ValueError, RecursionError) as error:
            self.problem = f"it is not valid TOML: {error}"
            return
        for match, block in zip(names, blocks, strict=True):
            assert match is not None  # all of them do
            self._blocks.setdefault(normalise(match[1]), []).append(block)
        if self.version != VERSION:
            self.problem = f"its version is {self.version}, and uv reads version {VERSION}"
            self._blocks.clear()

    # ------------------------------------------------------------------------- head

    @property
    def version(self) -> int | None:
        """The version of the format."""
        return _integer(self._head, "version")

    @property
    def revision(self) -> int:
        """The revision of the format, 0 where there is none."""
        return _integer(self._head, "revision") or 0

    @property
    def has_extras(self) -> bool:
        """Whether the extras that packages declare stand in it: since revision 1."""
        return self.revision >= 1

    @property
    def has_default_groups(self) -> bool:
        """Whether `default-groups` stand in it where they are set: since revision 5."""
        return self.revision >= 5

    @property
    def requires_python(self) -> str:
        """The versions of Python that it is for: the intersection of the members' `requires-python`."""
        return _string(self._head, "requires-python")

    @property
    def supported_markers(self) -> tuple[str, ...]:
        """`tool.uv.environments`, in uv's normal form."""
        return _strings(self._head, "supported-markers")

    @property
    def required_markers(self) -> tuple[str, ...]:
        """`tool.uv.required-environments`, in uv's normal form."""
        return _strings(self._head, "required-markers")

    @property
    def options(self) -> Mapping[str, Any]:
        """`[options]`: the settings that a resolution depends on, where they are not the default."""
        return _table(self._head, "options")

    @property
    def manifest(self) -> Mapping[str, Any]:
        """`[manifest]`: what of the root the resolution depends on."""
        return _table(self._head, "manifest")

    @cached_property
    def conflicts(self) -> frozenset[frozenset[tuple[str, str, str]]]:
        """`tool.uv.conflicts`: sets of `(package, "extra" or "group" or "", its name)`."""
        sets = self._head.get("conflicts")
        found: set[frozenset[tuple[str, str, str]]] = set()
        for items in sets if isinstance(sets, list) else ():
            members: set[tuple[str, str, str]] = set()
            for item in items if isinstance(items, list) else ():
                if not isinstance(item, dict):
                    continue
                kind = next((kind for kind in ("extra", "group") if kind in item), "")
                members.add((_string(item, "package"), kind, _string(item, kind)))
            found.add(frozenset(members))
        return frozenset(found)

    def requirements(self, key: str) -> tuple[LockedRequirement, ...]:
        """Return a list of requirements of `[manifest]`, for instance `"constraints"`."""
        return _requirements(self.manifest.get(key))

    @cached_property
    def dependency_groups(self) -> Mapping[Name, tuple[LockedRequirement, ...]]:
        """The groups of a virtual root."""
        groups = _table(self.manifest, "dependency-groups")
        return {normalise(name): _requirements(some) for name, some in groups.items()}

    @cached_property
    def group_requires_python(self) -> Mapping[Name, str]:
        """The versions of Python that the groups of a virtual root are for."""
        return _texts(_table(self.manifest, "group-requires-python"))

    @cached_property
    def exclusions(self) -> frozenset[Exclusion]:
        """`tool.uv.exclude-dependencies`."""
        listed = self.manifest.get("excludes")
        return frozenset(map(_exclusion, listed)) if isinstance(listed, list) else frozenset()

    @property
    def dependency_metadata(self) -> tuple[Mapping[str, Any], ...]:
        """`tool.uv.dependency-metadata`, as tables."""
        return tuple(_tables(self.manifest, DEPENDENCY_METADATA))

    @cached_property
    def members(self) -> frozenset[Name]:
        """The names of the workspace's members."""
        if "members" in self.manifest:
            return frozenset(map(normalise, _strings(self.manifest, "members")))
        # of a workspace that is a single project only the package itself is there
        alone = {LockedSource(kind, ".") for kind in LOCAL_SOURCES}
        return frozenset(
            name for name in self._blocks for one in self.packages(name) if one.source in alone
        )

    # --------------------------------------------------------------------- packages

    @cached_property
    def leaves_metadata_out(self) -> bool:
        """Whether it says of no package what that declares, though some member requires something."""
        blocks = (block for some in self._blocks.values() for block in some)
        if any(_has_metadata(block) for block in blocks):
            return False
        members = (self.member(name) for name in self.members)
        return any(
            one.dependencies or one.optional_dependencies or one.dev_dependencies
            for one in members
            if one is not None
        )

    @property
    def names(self) -> frozenset[Name]:
        """The names of all packages."""
        return frozenset(self._blocks)

    @cached_property
    def local_projects(self) -> tuple[LockedPackage, ...]:
        """The packages that are a project on disk and no members."""
        return tuple(
            one
            for name, blocks in self._blocks.items()
            if name not in self.members and any(map(_may_be_local, blocks))
            for one in self.packages(name)
            if one.source.kind in LOCAL_SOURCES
        )

    def packages(self, name: Name) -> tuple[LockedPackage, ...]:
        """Return the packages of a name: several where the resolution forks."""
        if name not in self._packages:
            found: list[LockedPackage] = []
            for block in self._blocks.get(name, ()):
                table = _block(block) if isinstance(block, str) else block
                if table is not None:
                    found.append(_package(table))
            self._packages[name] = tuple(found)
        return self._packages[name]

    def member(self, name: Name) -> LockedPackage | None:
        """Return the package of a member, None where it is not here."""
        found = [one for one in self.packages(name) if one.source.kind in LOCAL_SOURCES]
        return found[0] if found and name in self.members else None


_PACKAGE = regular_expression(r"^\[\[package\]\]\n", re.MULTILINE)
_NAME = regular_expression(r'name = "([^"\\\n]*)"\n')


def _loads(text: str) -> dict[str, Any]:
    import tomli  # here: where there is no lock file nobody asks it, and importing it takes 7 ms

    return tomli.loads(text)


def _may_be_local(block: str | Mapping[str, Any]) -> bool:
    """Tell, without reading it, whether a package may be a project on disk."""
    return not isinstance(block, str) or "\nsource = { registry = " not in block


def _has_metadata(block: str | Mapping[str, Any]) -> bool:
    return ("\n[package.metadata" if isinstance(block, str) else "metadata") in block


def _block(text: str) -> dict[str, Any] | None:
    """Return one package; None where somebody has broken it by hand."""
    try:
        return next(iter(_tables(_loads(f"[[package]]\n{text}"), "package")), None)
    except (ValueError, RecursionError):
        return None


def _package(table: Mapping[str, Any]) -> LockedPackage:
    metadata = _table(table, "metadata")
    defaults = table.get("default-groups")
    if isinstance(defaults, list):
        defaults = tuple(map(normalise, _strings(table, "default-groups")))
    return LockedPackage(
        normalise(_string(table, "name")),
        _string(table, "version") or None,
        _source(_table(table, "source")) or LockedSource("", ""),
        _edges(table.get("dependencies")),
        _normalised(_table(table, "optional-dependencies"), _edges),
        _normalised(_table(table, "dev-dependencies"), _edges),
        _requirements(metadata.get("requires-dist")),
        tuple(map(normalise, _strings(metadata, "provides-extras"))),
        _normalised(_table(metadata, "requires-dev"), _requirements),
        defaults if isinstance(defaults, (tuple, str)) else None,
        _strings(table, "resolution-markers"),
        _texts(_table(table, "group-requires-python")),
    )


def _normalised(table: Mapping[str, Any], read: Any) -> Mapping[Name, Any]:
    return {normalise(name): read(value) for name, value in table.items()} if table else _NOTHING


def _texts(table: Mapping[str, Any]) -> Mapping[Name, str]:
    """Return the strings of a table by name."""
    if not table:
        return _NOTHING
    return {normalise(key): value for key, value in table.items() if isinstance(value, str)}


def _exclusion(item: Any) -> Exclusion:
    if not isinstance(item, dict):
        return Exclusion(normalise(str(item)))
    package = _table(item, "package")
    names = frozenset(map(normalise, _strings(item, "dependencies")))
    return Exclusion(normalise(_string(package, "name")), _string(package, "version"), names)


_NOTHING: Mapping[Name, Any] = MappingProxyType({})
_NO_NAMES: frozenset[Name] = frozenset()
"""Shared by all that have nothing there: most of a thousand members."""


def _names(table: Mapping[str, Any], key: str) -> frozenset[Name]:
    return frozenset(map(normalise, _strings(table, key))) if key in table else _NO_NAMES


def _edges(value: Any) -> tuple[LockedEdge, ...]:
    return tuple(
        LockedEdge(
            normalise(_string(item, "name")),
            _string(item, "version") or None,
            _string(item, "marker"),
            _names(item, "extra"),
        )
        for item in (value if isinstance(value, list) else ())
        if isinstance(item, dict)
    )


def _requirements(value: Any) -> tuple[LockedRequirement, ...]:
    return tuple(
        LockedRequirement(
            normalise(_string(item, "name")),
            _names(item, "extras"),
            _string(item, "specifier"),
            _string(item, "marker"),
            _source(item),
        )
        for item in (value if isinstance(value, list) else ())
        if isinstance(item, dict)
    )


def _source(table: Mapping[str, Any]) -> LockedSource | None:
    kind = next((kind for kind in _SOURCE_KINDS if kind in table), None)
    if kind is None:
        return None
    value = _string(table, kind)
    if kind == "url" and "subdirectory" in table:
        value = f"{value}#{_string(table, 'subdirectory')}"
    return LockedSource(kind, value)


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _tables(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = table.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _string(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    # the same few specifiers and markers stand in every member
    return sys.intern(value) if isinstance(value, str) else ""


def _strings(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _integer(table: Mapping[str, Any], key: str) -> int | None:
    value = table.get(key)
    return value if isinstance(value, int) else None
