"""Which members of a workspace are meant: by name, by default, by place, or by what has changed. Pure.

Every command takes the same selectors. Selectors unite, and what they name is widened after that, so
the order of options does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, NameIndex, normalise
from ws_lsp.ide.graph import graph, reached
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import UNSOUND_DEFAULT_PACKAGES
from ws_lsp.project.file_names import LOCKFILE, MANIFEST, PYTHON_VERSIONS, SETTINGS
from ws_lsp.refusal import Refusal
from ws_lsp.toml.tree import String
from ws_lsp.vfs import join, parent, relative, to_native

__all__ = [
    "Changes",
    "Packages",
    "Selected",
    "Selection",
    "member_of",
    "not_members",
    "select",
]


class Packages(Enum):
    """The packages to sync, where they are not a list of names."""

    DEFAULT = "default"
    ALL = "all"


class Selection(NamedTuple):
    """What somebody asked for: selectors, and how to widen what they select."""

    packages: tuple[str, ...] = ()
    """Names of members, in any spelling."""
    default: bool = False
    """The default packages."""
    everything: bool = False
    """All members."""
    here: str | None = None
    """A directory: the member that it is in."""
    since: str | None = None
    """A git reference: the members that have changed since."""
    dependents: bool = False
    """Whether the members that need a selected one come along, directly or through others."""
    dependencies: bool = False
    """Whether the members that a selected one needs come along, directly or through others."""

    @property
    def names_some(self) -> bool:
        """Whether there is a selector."""
        return (
            bool(self.packages or self.default or self.everything)
            or self.here is not None
            or self.since is not None
        )


class Changes(NamedTuple):
    """What has changed since a git reference: paths of files, and of submodules as a whole."""

    reference: str
    paths: tuple[str, ...]


class Selected(NamedTuple):
    """The members that a selection stands for."""

    members: tuple[Name, ...]
    """Sorted by name."""
    packages: Packages | tuple[Name, ...]
    """The same as `plan` takes it: uv has options of its own for all members, and for none."""
    notes: tuple[str, ...] = ()
    """What the user may not expect, a sentence each."""


def select(
    snapshot: Snapshot,
    selection: Selection,
    without: Packages,
    changes: Changes | None = None,
    real: Callable[[str], str] = lambda path: path,
) -> Selected | Refusal:
    """Return the members that are selected; `without` any selector, those of the command.

    `changes` are those since `selection.since`. `real` follows the links in a path: git knows a file by
    the place where it is.
    """
    members = snapshot.workspace.members
    if not selection.names_some:
        selection = selection._replace(
            default=without is Packages.DEFAULT, everything=without is Packages.ALL
        )
    named = [normalise(name) for name in selection.packages]
    unknown = [name for name in named if name not in members]
    if unknown:
        return Refusal(not_members(unknown, members))
    found = set(named)
    notes: tuple[str, ...] = ()
    if selection.default:
        defaults = _default_members(snapshot)
        if isinstance(defaults, Refusal):
            return defaults
        found.update(defaults)
    if selection.here is not None:
        around = member_of(snapshot, selection.here)
        if around is None:
            return Refusal(f"`{to_native(selection.here)}` is in no member of the workspace")
        found.add(around)
    if changes is not None:
        changed, everything = _changed_members(snapshot, changes, real)
        found.update(changed)
        if everything is not None:
            found.update(members)
            notes = (everything,)
    if selection.everything:
        found.update(members)
    found |= _widening(snapshot, found, selection)
    names = tuple(name for name in members if name in found)
    packages: Packages | tuple[Name, ...] = names
    if selection == Selection(default=True):
        packages = Packages.DEFAULT  # uv has rules of its own for a sync that names no package
    elif len(names) == len(members) and (selection.everything or selection.default or notes):
        packages = Packages.ALL
    return Selected(names, packages, notes)


def _default_members(snapshot: Snapshot) -> Iterable[Name] | Refusal:
    """Return the members that a sync of the default packages names."""
    members = snapshot.workspace.members
    packages = snapshot.default_packages
    if packages is None:
        return [one.name for one in members.values() if snapshot.workspace.virtual or one.is_root]
    if not packages.sound:
        return Refusal(UNSOUND_DEFAULT_PACKAGES)
    if packages.everything:
        return members
    unknown = [name for name in packages.names if name not in members]
    return Refusal(not_members(unknown, members)) if unknown else packages.names


def _widening(snapshot: Snapshot, start: Iterable[Name], selection: Selection) -> set[Name]:
    if not selection.dependencies and not selection.dependents:
        return set()
    edges = graph(snapshot).edges
    found: set[Name] = set()
    if selection.dependencies:
        found |= reached(edges, start)
    if selection.dependents:
        found |= reached(edges, start, reverse=True)
    return found


# ---------------------------------------------------------------------------- places


def member_of(snapshot: Snapshot, path: str) -> Name | None:
    """Return the member in whose directory a file or directory is, the innermost one of several."""
    return _innermost(
        path, {one.directory: one.name for one in snapshot.workspace.members.values()}
    )


def _innermost(path: str, names: Mapping[str, Name]) -> Name | None:
    return next((names[place] for place in _upwards(path) if place in names), None)


def _upwards(path: str) -> Iterator[str]:
    """Yield a path and each directory above it, innermost first."""
    while True:
        yield path
        above = parent(path)
        if above == path:
            return
        path = above


def _changed_members(
    snapshot: Snapshot, changes: Changes, real: Callable[[str], str]
) -> tuple[set[Name], str | None]:
    """Return the members that have changed, and why all of them count as changed, None if they do not.

    A change that no member owns may matter to each. A file outside of the root's directory matters
    only where the workspace takes something from its directory.
    """
    workspace = snapshot.workspace
    root = workspace.root
    roots = {root, real(root)}
    files = (MANIFEST, SETTINGS, LOCKFILE, *PYTHON_VERSIONS)
    of_all = {join(one, name) for one in roots for name in files}
    names = {one.directory: one.name for one in workspace.members.values()}
    names |= {real(one.directory): one.name for one in workspace.members.values()}
    below: dict[str, set[Name]] = {}
    for place, name in names.items():
        for directory in _upwards(place):
            below.setdefault(directory, set()).add(name)
    taken = {real(place) for place in _paths_of_sources(snapshot)}
    found: set[Name] = set()
    for path in changes.paths:
        inside = below.get(path, set())  # a path above a member is that of a submodule
        found |= inside
        member = _innermost(path, names)
        above = tuple(_upwards(path))
        if path in of_all or (
            member is None and not inside and not (roots | taken).isdisjoint(above)
        ):
            shown = relative(path, real(root) if path.startswith(real(root)) else root)
            why = f"`{shown}` has changed since `{changes.reference}`"
            return found, f"Every member is selected: {why}"
        if member is not None:
            found.add(member)
    return found, None


def _paths_of_sources(snapshot: Snapshot) -> Iterator[str]:
    """Yield the places that sources of the workspace's files take by `path`."""
    for manifest in snapshot.belonging.values():
        with manifest.lent():
            for source in manifest.special_sources:
                for table, _ in source.entries:
                    node = table.get("path")
                    if isinstance(node, String):
                        yield join(manifest.directory, node.value)


# -------------------------------------------------------------------------- messages


def not_members(unknown: Sequence[str], members: Iterable[str]) -> str:
    """Return the message about names that are no members, with the nearest one where it is about one."""
    shown = ", ".join(f"`{name}`" for name in unknown)
    if len(unknown) > 1:
        return f"{shown} are not members of this workspace"
    near = NameIndex(members).closest(unknown[0])
    hint = f". Did you mean `{near}`?" if near else ""
    return f"{shown} is not a member of this workspace{hint}"
