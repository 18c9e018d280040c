"""Which packages the files of a workspace require in versions that exclude each other.

All that a workspace requires is resolved together, so what one file requires may rule out what another
one does. The files are gone through once for each discovery; after that only those that were edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.markers import Environments, both
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import contradicts, is_unsatisfiable, releases_overlap
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.conflicts import Conflicts, Context, kept_apart
from ws_lsp.project.declarations import Range
from ws_lsp.project.direct import Direct
from ws_lsp.schema.keys import INDEX

__all__ = [
    "are_kept_apart",
    "contradicted",
    "environments_of",
    "exclude_each_other",
    "has_upper_bound",
    "range_against",
    "range_beside",
    "range_through",
]


class _Known(NamedTuple):
    """The ranges of all files at one discovery, and the names that were contradicted then."""

    by_path: Mapping[str, tuple[Range, ...]]
    by_name: Mapping[Name, Mapping[Range, list[str]]]
    """For each name the ranges, each with the files that have it."""
    names: frozenset[Name]


def has_upper_bound(specifier: str) -> bool:
    """Tell whether a specifier excludes high versions: of two that exclude each other, one does."""
    return any(operator in specifier for operator in ("<", "==", "~="))


@derived(Input.SHAPE, Input.REQUIREMENTS)
def contradicted(snapshot: Snapshot) -> frozenset[Name]:
    """Return the packages that files require in versions that exclude each other, whatever the markers."""
    known = _of(snapshot)
    changed = {
        one.name
        for path in _changed(snapshot, known)
        for one in (*known.by_path[path], *snapshot.manifests[path].ranges)
    }
    now = {
        name for name in changed if _are_contradictory(one for one, _ in _ranges_of(snapshot, name))
    }
    return known.names.difference(changed).union(now)


def range_against(
    snapshot: Snapshot, path: str, own: Range, everywhere: bool = False
) -> tuple[str, Range] | None:
    """Return a range that no version meets together with `own` of the file at `path`, and its file.

    The file itself is not looked at, unless `own` counts `everywhere`, as a constraint does.
    """
    return _first(
        snapshot,
        own.name,
        lambda one: exclude_each_other((own.specifier, one.specifier)),
        own.marker,
        None if everywhere else (path, Context(_package(snapshot, path), own.extra, own.group)),
        None if everywhere else path,
    )


def range_beside(
    snapshot: Snapshot, path: str, direct: Direct, version: str
) -> tuple[str, Range] | None:
    """Return a range that `version`, which the file at `path` takes from one place, does not meet."""
    return _first(
        snapshot,
        direct.name,
        lambda one: contradicts(version, one.specifier),
        direct.marker,
        (path, Context(_package(snapshot, path), direct.extra, direct.group)),
        None,
    )


def range_through(
    snapshot: Snapshot, path: str, direct: Direct, own: Range, forks: bool
) -> tuple[str, Range] | None:
    """Return a range that no version meets together with `own`, and its file.

    `own` is required by a project that the file at `path` takes from one place (`direct`), and `forks`
    tells whether uv may resolve environments apart because of that project.
    """
    return _first(
        snapshot,
        own.name,
        lambda one: exclude_each_other((own.specifier, one.specifier)),
        both(direct.marker, own.marker),
        (path, Context(_package(snapshot, path), direct.extra, direct.group)),
        None,
        forks,
    )


def _first(
    snapshot: Snapshot,
    name: Name,
    excludes: Callable[[Range], bool],
    marker: str,
    standing: tuple[str, Context] | None,
    besides: str | None,
    forks: bool = False,
) -> tuple[str, Range] | None:
    """Return the first range that excludes something with a marker and counts where that does.

    The first is that of the first file, and in it the first of its requirements.
    """
    found: list[tuple[str, Range]] = []
    environments = environments_of(snapshot)
    inherited = {*(snapshot.root.shared.sources.get(name) or ())} - {INDEX}
    for one, paths in _ranges_of(snapshot, name):
        if not excludes(one):
            continue
        if not environments.include(both(marker, one.marker)) and (
            standing is None or forks or not environments.meet(marker, one.marker)
        ):
            continue  # a constraint applies where its marker holds, and nowhere else
        for path in paths:
            if path == besides or snapshot.workspace.has_from_elsewhere(path, name):
                continue
            if (
                inherited
                and path not in snapshot.workspace.detached
                and name not in snapshot.manifests[path].shared.sources
            ):
                continue
            context = Context(_package(snapshot, path), one.extra, one.group)
            if standing is None or not are_kept_apart(snapshot, standing[1], context):
                found.append((path, one))
                break
    if len(found) < 2:
        return found[0] if found else None
    files = list(_of(snapshot).by_path)

    def place(pair: tuple[str, Range]) -> tuple[int, int]:
        path, one = pair
        return files.index(path), snapshot.manifests[path].ranges.index(one)

    # what was edited since the discovery comes last in `_ranges_of`
    return min(found, key=place)


def are_kept_apart(snapshot: Snapshot, one: Context, other: Context) -> bool:
    """Tell whether `conflicts` may let uv resolve the requirements of two contexts apart from each other.

    It cannot where a third project always requires one of two that conflict, and does not conflict with
    the other one itself.
    """
    conflicts = snapshot.workspace.conflicts
    return kept_apart(conflicts, one, other) and not any(
        _comes_along(snapshot, conflicts, left, right)
        for left, right in ((one, other), (other, one))
    )


def _comes_along(snapshot: Snapshot, conflicts: Conflicts, one: Context, other: Context) -> bool:
    """Tell whether a project is there wherever `other` is, because somebody requires it."""
    name = one.package
    if name is None or one != Context(name) or name not in snapshot.workspace.members:
        return False
    return any(
        name in manifest.needed
        and manifest.shared.name not in (None, name)
        and (
            manifest.shared.name == other.package
            or not kept_apart(conflicts, Context(manifest.shared.name), other)
        )
        for manifest in snapshot.belonging.values()
    )


def environments_of(snapshot: Snapshot) -> Environments:
    """Return what a workspace says of the environments that it is resolved for."""
    workspace = snapshot.workspace
    specifiers = workspace.python_specifiers
    if not releases_overlap(specifiers):
        specifiers = frozenset()
    return Environments(specifiers, snapshot.root.shared.settings.environments, workspace.forks)


def _package(snapshot: Snapshot, path: str) -> Name | None:
    return snapshot.manifests[path].shared.name


def _ranges_of(snapshot: Snapshot, name: Name) -> Iterator[tuple[Range, Iterable[str]]]:
    """Yield the versions of a package that files require, each once with the files that do, or nearly."""
    known = _of(snapshot)
    changed = _changed(snapshot, known)
    for one, paths in known.by_name.get(name, {}).items():
        unchanged = [path for path in paths if path not in changed] if changed else paths
        if unchanged:
            yield one, unchanged
    for path in changed:
        for one in snapshot.manifests[path].ranges:
            if one.name == name:
                yield one, (path,)


def _changed(snapshot: Snapshot, known: _Known) -> list[str]:
    manifests = snapshot.manifests
    return [
        path
        for path in sorted(snapshot.edited)
        if path in known.by_path and manifests[path].ranges != known.by_path[path]
    ]


@derived(Input.FILES)
def _of(snapshot: Snapshot) -> _Known:
    by_path = {path: manifest.ranges for path, manifest in snapshot.belonging.items()}
    by_name: dict[Name, dict[Range, list[str]]] = {}
    for path, ranges in by_path.items():
        for one in ranges:
            by_name.setdefault(one.name, {}).setdefault(one, []).append(path)
    names = frozenset(name for name, found in by_name.items() if _are_contradictory(found))
    return _Known(by_path, by_name, names)


def _are_contradictory(ranges: Iterable[Range]) -> bool:
    return exclude_each_other({one.specifier for one in ranges})


def exclude_each_other(specifiers: Iterable[str]) -> bool:
    """Tell whether it is certain that no version meets all specifiers, each of which some may meet."""
    distinct = {one for one in specifiers if not is_unsatisfiable(f"name{one}")}
    if len(distinct) < 2 or not any(map(has_upper_bound, distinct)):
        return False
    return is_unsatisfiable(f"name{','.join(one.strip('()') for one in sorted(distinct))}")
