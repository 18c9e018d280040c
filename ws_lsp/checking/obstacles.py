"""Which syncs of a workspace uv refuses because of its `conflicts`, and where that is to be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DefaultGroups
from ws_lsp.project.together import Obstacle, Together, all_together
from ws_lsp.project.versions import Version

__all__ = ["RefusedSync", "refused_defaults", "refused_syncs"]


class RefusedSync(NamedTuple):
    """A sync that uv refuses."""

    obstacle: Obstacle
    command: str
    certain: bool
    """Whether it is the bare `uv sync`."""
    path: str
    """The file that has the set of `conflicts`, or the `default-groups` that select what is in it."""
    position: int | None
    """Which of the sets in that file it is; None where `default-groups` are at fault."""


def refused_defaults(
    snapshot: Snapshot, names: Iterable[Name], version: Version
) -> tuple[Obstacle, ...]:
    """Return what keeps uv from syncing some members, as `default-packages` asks for it."""
    together = all_together(snapshot.workspace, snapshot.manifests)
    found = together.obstacles(names, together.defaults, of_virtual_root=True, version=version)
    return tuple(found)


@derived(Input.SHAPE, Input.REQUIREMENTS)
def refused_syncs(snapshot: Snapshot, version: Version) -> tuple[RefusedSync, ...]:
    """Return the syncs that name no package, or one, and that uv refuses because of `conflicts`.

    What keeps uv from several of them is there once.
    """
    found: dict[tuple[object, ...], RefusedSync] = {}
    for one in _refused(snapshot, version):
        found.setdefault((one.obstacle.number, one.obstacle.contexts), one)
    return tuple(found.values())


def _refused(snapshot: Snapshot, version: Version) -> Iterator[RefusedSync]:
    together = all_together(snapshot.workspace, snapshot.manifests)
    homes = [
        (path, position)
        for path, shared in snapshot.workspace.shared.items()
        for position in range(len(shared.settings.conflicts))
    ]
    for names, groups, command, deciding in _syncs(together):
        for obstacle in together.obstacles(
            names,
            groups,
            of_virtual_root=deciding == together.root,
            version=version,
        ):
            if not obstacle.written:
                continue
            path, position = homes[obstacle.number]
            place: tuple[str, int | None] = path, position
            member = snapshot.workspace.members.get(deciding) if deciding is not None else None
            decided = member.path if member is not None else snapshot.workspace.path
            if groups != DefaultGroups() and all(one.group for one in obstacle.contexts):
                place = decided, None
            yield RefusedSync(obstacle, command, command == "uv sync", *place)


def _syncs(
    together: Together,
) -> Iterator[tuple[list[Name], DefaultGroups, str, Name | None]]:
    """Yield members that are synced, the groups, the command, and the project whose `default-groups` count."""
    everything = list(together.members)
    root = together.root
    yield [root] if root is not None else everything, together.defaults, "uv sync", root
    yield everything, together.defaults, "uv sync --all-packages", root
    for name, parts in together.members.items():
        if parts.defaults != together.defaults:
            yield [name], parts.defaults, f"uv sync --package {name}", name
