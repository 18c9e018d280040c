"""What a sync installs at once, and what of it uv refuses to install: `conflicts` and exclusions.

uv finds out only when it syncs: a lock file holds all that conflicts. Nothing is said of what no file
shows, as are requirements with markers and the extras of packages from an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ws_lsp.grammar.names import Name
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Conflicts, Context
from ws_lsp.project.declarations import Asked, DefaultGroups
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import Feature, Version, has
from ws_lsp.project.workspace import Workspace
from ws_lsp.schema.keys import PACKAGE
from ws_lsp.toml.edit import string_text

__all__ = ["Obstacle", "Parts", "Together", "all_together"]


class Parts(NamedTuple):
    """What a project requires: always, with each extra and with each group. A virtual root has groups alone."""

    dependencies: tuple[Asked, ...] = ()
    extras: Mapping[Name, tuple[Asked, ...]] = MappingProxyType({})
    groups: Mapping[Name, tuple[Asked, ...]] = MappingProxyType({})
    defaults: DefaultGroups = DefaultGroups()


class Obstacle(NamedTuple):
    """Why uv does not install what a sync selects: a member that is left out, or two contexts in conflict."""

    contexts: tuple[Context, ...]
    written: str = ""
    """The set of `conflicts`."""
    number: int = 0
    """Which of `Workspace.conflicts` that is."""
    causes: tuple[tuple[Name | None, Asked], ...] = ()
    """The requirements that ask for conflicting extras, each with its project; None for a virtual root."""

    @property
    def is_of_packages(self) -> bool:
        """Whether two whole packages conflict."""
        return len(self.contexts) > 1 and all(one == Context(one.package) for one in self.contexts)

    @property
    def message(self) -> str:
        """The obstacle as a sentence without its end."""
        return self.text[:1].upper() + self.text[1:]

    @property
    def text(self) -> str:
        """The same as a part of a sentence."""
        shown = " and ".join(sorted(map(_shown, self.contexts)))
        if not self.written:
            return f"{shown} cannot be installed: `exclude-dependencies` leaves it out"
        return f"{shown} cannot be installed together: `conflicts` has `{self.written}`"


def _shown(context: Context) -> str:
    if context.extra is not None:
        return f"`{context.package}[{context.extra}]`"
    if context.group is not None:
        return f"the group `{context.group}` of `{context.package}`"
    return f"`{context.package}`"


def _first_pair(entries: list[list[Context]]) -> tuple[Context, ...]:
    """Return the first two different contexts of two entries, by name; none where there are no such."""
    first = min((one for entry in entries for one in entry), key=str, default=None)
    having = [at for at, entry in enumerate(entries) if first in entry]
    others = (
        one for at, entry in enumerate(entries) if having != [at] for one in entry if one != first
    )
    second = min(others, key=str, default=None)
    return () if first is None or second is None else (first, second)


class Together(NamedTuple):
    """All that decides what may be installed together in a workspace."""

    members: Mapping[Name, Parts] = MappingProxyType({})
    root: Name | None = None
    """The root's project, None where the root is virtual."""
    virtual_root: Parts = Parts()
    conflicts: Conflicts = ()
    written: tuple[str, ...] = ()
    """The same as TOML."""
    of_virtual_root: int = 0
    """How many of them, the first ones, a virtual root has."""
    left_out: frozenset[Name] = frozenset()
    """The members that exclusions name."""

    @property
    def defaults(self) -> DefaultGroups:
        """The default groups of the root."""
        own = self.members.get(self.root) if self.root is not None else None
        return (own or self.virtual_root).defaults

    def obstacles(
        self,
        names: Iterable[Name],
        groups: DefaultGroups,
        *,
        of_virtual_root: bool,
        version: Version,
    ) -> Iterator[Obstacle]:
        """Yield what keeps a version of uv from installing the members of some names, and groups of theirs.

        `of_virtual_root` tells whether those groups of a virtual root come along.
        """
        whole_packages = has(version, Feature.PACKAGE_CONFLICTS)
        first = 0 if has(version, Feature.PACKAGE_OF_CONFLICTS) else self.of_virtual_root
        names = list(names)
        for name in names:
            if name in self.left_out:
                yield Obstacle((Context(name),))
        if not self.conflicts:
            return
        reached, extras = self._reached(names, groups, of_virtual_root)
        for number, entries in list(enumerate(self.conflicts))[first:]:
            selected = [
                [
                    one
                    for one in entry
                    if one.package in reached
                    and one.extra is None
                    and (groups.include(one.group) if one.group is not None else whole_packages)
                ]
                for entry in entries
            ]
            asked = [[one for one in entry if one in extras] for entry in entries]
            for pair in (_first_pair(selected), _first_pair(asked)):
                causes = tuple(extras[one] for one in pair if one in extras)
                if pair:
                    yield Obstacle(pair, self.written[number], number, causes)

    def _reached(
        self, names: list[Name], groups: DefaultGroups, of_virtual_root: bool
    ) -> tuple[set[Name], dict[Context, tuple[Name | None, Asked]]]:
        """Return the members that are installed, and the extras that others ask for, with who does."""
        walk = _Walk(self)
        for name in names:
            walk.begin(name, groups)
        for group, some in self.virtual_root.groups.items():
            if of_virtual_root and groups.include(group):
                walk.ask(None, some, of_group=True)
        return walk.reached(), walk.extras


class _Walk:
    """A walk along what is installed together: from members to those that they ask for."""

    def __init__(self, together: Together) -> None:
        self._members, self._left_out = together.members, together.left_out
        self._seen: set[tuple[Name, Name | None]] = set()
        self._waiting: list[tuple[Name, Name | None]] = []
        self.extras: dict[Context, tuple[Name | None, Asked]] = {}
        """The extras that others ask for, with who does."""

    def begin(self, name: Name, groups: DefaultGroups) -> None:
        """Install a member with groups."""
        if name in self._members:
            self._follow(name, None)
            for group, some in self._members[name].groups.items():
                if groups.include(group):
                    self.ask(name, some, of_group=True)

    def ask(self, by: Name | None, some: Iterable[Asked], of_group: bool = False) -> None:
        """Go on to what a member, or one of its groups, asks for."""
        for one in some:
            parts = self._members.get(one.name)
            if one.marker or parts is None or one.name in self._left_out:
                continue
            for extra in one.extras:
                content = parts.extras.get(extra)
                if not any(not asked.marker for asked in content or ()):
                    continue  # uv makes nothing of an empty one
                self._follow(one.name, extra)
                # what a project asks of itself becomes a part of the list, but in a group
                if of_group or one.name != by:
                    self.extras.setdefault(Context(one.name, extra), (by, one))
            self._follow(one.name, None)

    def _follow(self, name: Name, extra: Name | None) -> None:
        if (name, extra) not in self._seen:
            self._seen.add((name, extra))
            self._waiting.append((name, extra))

    def reached(self) -> set[Name]:
        """Walk to the end, and return the members that are installed."""
        found: set[Name] = set()
        while self._waiting:
            name, extra = self._waiting.pop()
            found.add(name)
            parts = self._members[name]
            self.ask(name, parts.extras[extra] if extra is not None else parts.dependencies)
        return found


def all_together(workspace: Workspace, manifests: Mapping[str, Manifest]) -> Together:
    """Return what decides what may be installed together in a workspace; nothing where that is anything."""
    root = workspace.shared.get(workspace.path)
    replaced = root.settings.replaced if root is not None else frozenset()
    left_out = root.settings.left_out if root is not None else frozenset()
    names = frozenset(name for name in workspace.members if name in left_out)
    if not workspace.conflicts and not names:
        return Together()
    members = {
        member.name: _parts(manifests[member.path], replaced)
        for member in workspace.members.values()
        if member.path in manifests
    }
    own = next((one.name for one in workspace.members.values() if one.is_root), None)
    virtual = manifests.get(workspace.path) if own is None else None
    return Together(
        members,
        own,
        _parts(virtual, replaced) if virtual is not None else Parts(),
        workspace.conflicts,
        tuple(map(_written, workspace.conflict_sets)),
        len(root.settings.conflicts) if root is not None and virtual is not None else 0,
        names,
    )


def _parts(manifest: Manifest, replaced: frozenset[Name | None]) -> Parts:
    dependencies: list[Asked] = []
    extras: dict[Name, list[Asked]] = {}
    groups: dict[Name, list[Asked]] = {name: [] for name in manifest.group_names}
    of_project = manifest.shared.project
    for one in manifest.asked if None not in replaced else ():
        if one.name in replaced:
            continue
        extra, group = one.context
        if extra is not None:
            extras.setdefault(extra, []).append(one)
        elif group is None:
            dependencies.append(one)
        elif not manifest.may_be_for_fewer_pythons(one.path):
            for name in manifest.including(group) if one.path[0] != "tool" else (group,):
                groups.setdefault(name, []).append(one)
    return Parts(
        tuple(dependencies) if of_project else (),
        {name: tuple(some) for name, some in extras.items()} if of_project else {},
        {name: tuple(some) for name, some in groups.items()},
        manifest.shared.settings.default_groups,
    )


def _written(entries: tuple[Context, ...]) -> str:
    def entry(one: Context) -> str:
        named = ((PACKAGE, one.package), ("extra", one.extra), ("group", one.group))
        pairs = [f"{key} = {string_text(name)}" for key, name in named if name is not None]
        return f"{{ {', '.join(pairs)} }}"

    return f"[{', '.join(map(entry, entries))}]"
