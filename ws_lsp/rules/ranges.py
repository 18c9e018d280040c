"""Which packages the files of a workspace require in versions that exclude each other.

All that a workspace requires is resolved together, so what one file requires may rule out what another
one does. The files are gone through once for each discovery; after that only those that were edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ws_lsp.analysis import Moment, Snapshot
from ws_lsp.project.names import Name
from ws_lsp.project.requirement import is_unsatisfiable

__all__ = ["contradicted", "has_upper_bound", "ranges_of"]

_Ranges = tuple[tuple[Name, str], ...]


class _Known(NamedTuple):
    """The ranges of all files at one discovery, and the names that were contradicted then."""

    by_path: Mapping[str, _Ranges]
    by_name: Mapping[Name, Mapping[str, list[str]]]
    """For each name the specifiers, each with the files that have it."""
    names: frozenset[Name]


_known: WeakKeyDictionary[Moment, _Known] = WeakKeyDictionary()
_last: WeakKeyDictionary[Moment, tuple[int, frozenset[Name]]] = WeakKeyDictionary()
"""The last answer, and the count of `requires` that it is for."""


def has_upper_bound(specifier: str) -> bool:
    """Tell whether a specifier excludes high versions: of two that exclude each other, one does."""
    return any(operator in specifier for operator in ("<", "==", "~="))


def contradicted(snapshot: Snapshot) -> frozenset[Name]:
    """Return the packages that an index serves and that no version of meets all requirements."""
    last = _last.get(snapshot.moment)
    if last is not None and last[0] == snapshot.requires:
        return last[1]
    known = _of(snapshot)
    changed = {
        name
        for path in _changed(snapshot, known)
        for name, _ in (*known.by_path[path], *snapshot.manifests[path].ranges)
    }
    now = {
        name for name in changed if _exclude_each_other(one for _, one in ranges_of(snapshot, name))
    }
    answer = known.names.difference(changed).union(now)
    _last[snapshot.moment] = snapshot.requires, answer
    return answer


def ranges_of(snapshot: Snapshot, name: Name) -> tuple[tuple[str, str], ...]:
    """Return the files that require a package in certain versions alone, and the specifiers."""
    known = _of(snapshot)
    changed = _changed(snapshot, known)
    found = [
        (path, specifier)
        for specifier, paths in known.by_name.get(name, {}).items()
        for path in paths
        if path not in changed
    ]
    found += [
        (path, specifier)
        for path in changed
        for one, specifier in snapshot.manifests[path].ranges
        if one == name
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
    by_name: dict[Name, dict[str, list[str]]] = {}
    for path, ranges in by_path.items():
        for name, specifier in ranges:
            by_name.setdefault(name, {}).setdefault(specifier, []).append(path)
    names = frozenset(name for name, found in by_name.items() if _exclude_each_other(found))
    known = _known[snapshot.moment] = _Known(by_path, by_name, names)
    return known


def _exclude_each_other(specifiers: Iterable[str]) -> bool:
    distinct = {one for one in specifiers if not is_unsatisfiable(f"name{one}")}
    if len(distinct) < 2 or not any(map(has_upper_bound, distinct)):
        return False
    return is_unsatisfiable(f"name{','.join(sorted(distinct))}")
