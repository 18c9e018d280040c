"""Which packages the files of a workspace require in versions that exclude each other.

All that a workspace requires is resolved together, so what one file requires may rule out what another
one does. The files are gone through once for each discovery; after that only those that were edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ws_lsp.analysis import Moment, Snapshot
from ws_lsp.project.manifest import Range
from ws_lsp.project.names import Name
from ws_lsp.project.requirement import is_unsatisfiable

__all__ = ["contradicted", "exclude_each_other", "has_upper_bound", "may_meet", "ranges_of"]


class _Known(NamedTuple):
    """The ranges of all files at one discovery, and the names that were contradicted then."""

    by_path: Mapping[str, tuple[Range, ...]]
    by_name: Mapping[Name, Mapping[Range, list[str]]]
    """For each name the ranges, each with the files that have it."""
    names: frozenset[Name]


_known: WeakKeyDictionary[Moment, _Known] = WeakKeyDictionary()
_last: WeakKeyDictionary[Moment, tuple[int, frozenset[Name]]] = WeakKeyDictionary()
"""The last answer, and the count of `requires` that it is for."""


def has_upper_bound(specifier: str) -> bool:
    """Tell whether a specifier excludes high versions: of two that exclude each other, one does."""
    return any(operator in specifier for operator in ("<", "==", "~="))


def contradicted(snapshot: Snapshot) -> frozenset[Name]:
    """Return the packages that an index serves and that no version of meets all requirements.

    Requirements with a marker are looked at beside those with the same one and those with none.
    """
    last = _last.get(snapshot.moment)
    if last is not None and last[0] == snapshot.requires:
        return last[1]
    known = _of(snapshot)
    changed = {
        one.name
        for path in _changed(snapshot, known)
        for one in (*known.by_path[path], *snapshot.manifests[path].ranges)
    }
    now = {
        name for name in changed if _are_contradictory(one for _, one in ranges_of(snapshot, name))
    }
    answer = known.names.difference(changed).union(now)
    _last[snapshot.moment] = snapshot.requires, answer
    return answer


def ranges_of(snapshot: Snapshot, name: Name) -> tuple[tuple[str, Range], ...]:
    """Return the files that require a package in certain versions alone, and the ranges."""
    known = _of(snapshot)
    changed = _changed(snapshot, known)
    found = [
        (path, one)
        for one, paths in known.by_name.get(name, {}).items()
        for path in paths
        if path not in changed
    ]
    found += [
        (path, one)
        for path in changed
        for one in snapshot.manifests[path].ranges
        if one.name == name
    ]
    return tuple(found)


def _changed(snapshot: Snapshot, known: _Known) -> list[str]:
    manifests = snapshot.manifests
    return [
        path
        for path in sorted(snapshot.edited)
        if path in known.by_path and manifests[path].ranges != known.by_path[path]
    ]


def _of(snapshot: Snapshot) -> _Known:
    known = _known.get(snapshot.moment)
    if known is not None:
        return known
    by_path = {path: manifest.ranges for path, manifest in snapshot.belonging.items()}
    by_name: dict[Name, dict[Range, list[str]]] = {}
    for path, ranges in by_path.items():
        for one in ranges:
            by_name.setdefault(one.name, {}).setdefault(one, []).append(path)
    names = frozenset(name for name, found in by_name.items() if _are_contradictory(found))
    known = _known[snapshot.moment] = _Known(by_path, by_name, names)
    return known


def _are_contradictory(ranges: Iterable[Range]) -> bool:
    by_marker: dict[str, set[str]] = {"": set()}
    for one in ranges:
        by_marker.setdefault(one.marker, set()).add(one.specifier)
    return any(exclude_each_other(some | by_marker[""]) for some in by_marker.values())


def may_meet(marker: str, other: str) -> bool:
    """Tell whether two markers hold at once wherever one of them does, as far as is plain."""
    return marker == other or not marker or not other


def exclude_each_other(specifiers: Iterable[str]) -> bool:
    """Tell whether it is certain that no version meets all specifiers, each of which some may meet."""
    distinct = {one for one in specifiers if not is_unsatisfiable(f"name{one}")}
    if len(distinct) < 2 or not any(map(has_upper_bound, distinct)):
        return False
    return is_unsatisfiable(f"name{','.join(one.strip('()') for one in sorted(distinct))}")
