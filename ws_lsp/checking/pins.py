"""Which index each requirement of a package is pinned to, in all files of a workspace.

uv looks at the sources of all requirements of a package at once: whether somebody asks for the extra
that one of them stands in does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.markers import both
from ws_lsp.grammar.names import Name
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Context
from ws_lsp.project.declarations import Asked, Indexed, suitable_limits
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import CONSTRAINTS

__all__ = ["Pin", "pins"]


class Pin(NamedTuple):
    """A requirement that a source pins to an index."""

    asked: Asked
    index_name: str
    """The name of the index."""
    place: str
    """What uv compares of it."""
    marker: str
    """Where the pin counts, empty for everywhere."""
    relative: bool
    """Whether that is so for this root alone: the URL is a relative path."""
    scope: Context | None
    """The extra or the group that the source is for: `conflicts` keep no others apart."""


@derived(Input.SHAPE, Input.REQUIREMENTS)
def pins(snapshot: Snapshot, name: Name) -> tuple[tuple[str, Pin], ...]:
    """Return the requirements of a package that sources pin to an index, each with its file.

    Those are left out of which the files do not show that they count.
    """
    return tuple(
        (path, pin) for path in snapshot.belonging for pin in _pins_in(snapshot, path, name)
    )


def _asked(manifest: Manifest, name: Name) -> Iterator[Asked]:
    if name in manifest.required and not manifest.has_hidden_requirements:
        for one in manifest.asked:
            if one.name == name and not manifest.may_be_for_fewer_pythons(one.path):
                yield one


def _constrained(manifest: Manifest, name: Name) -> Iterator[Asked]:
    """Yield the constraints of a package: uv gives sources to them, too."""
    for one in manifest.shared.settings.constraints:
        if one.name == name:
            yield Asked(("tool", "uv", CONSTRAINTS), name, frozenset(), one.marker)


def _pins_in(snapshot: Snapshot, path: str, name: Name) -> Iterator[Pin]:
    manifest = snapshot.manifests[path]
    asks = list(_asked(manifest, name))
    if path == snapshot.workspace.path:
        asks += _constrained(manifest, name)
    if not asks:
        return
    own, root = manifest.shared, snapshot.root.shared
    inherited = root if path not in snapshot.workspace.detached else None
    origin = own if name in own.sources else inherited
    entries = [one for one in origin.indexed if one.name == name] if origin is not None else []
    if not entries:
        return
    declared = [*own.settings.indexes, *(inherited.settings.indexes if inherited else ())]
    indexes = {one.name: one for one in reversed(declared)}
    for asked, suitable in _suitable(manifest, asks, entries):
        for one in suitable:
            index = indexes.get(one.index_name)
            place = index.place(snapshot.workspace.root) if index is not None else None
            if index is None or place is None:
                continue
            scope = Context(own.name, one.extra, one.group) if one.extra or one.group else None
            marker = both(asked.marker, one.marker)
            yield Pin(asked, one.index_name, place, marker, index.relative, scope)


def _suitable(
    manifest: Manifest, asks: Iterable[Asked], entries: Sequence[Indexed]
) -> Iterator[tuple[Asked, list[Indexed]]]:
    """Yield what is asked for with the entries that are for its extra or group, in their order.

    Most entries are for another one than a requirement: none is looked at in vain.
    """
    by_limit: dict[tuple[Name | None, Name | None], list[int]] = {}
    for position, one in enumerate(entries):
        by_limit.setdefault((one.extra, one.group), []).append(position)
    for asked in asks:
        limits = suitable_limits(manifest.contexts(asked.path))
        positions = sorted([at for limit in limits for at in by_limit.get(limit, ())])
        yield asked, [entries[position] for position in positions]
