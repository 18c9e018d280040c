"""Whether `uv.lock` is still what `uv lock` would write, as `uv lock --check` finds it. Pure.

uv compares what every member declares with what the lock file says that it declared (uv-resolver,
`Lock::satisfies`): names in normal form, specifiers and markers by what they mean. A difference is
reported where it is certain; what the files do not decide (dynamic metadata, sources for one extra or
one environment, settings from elsewhere) is no difference here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

from ws_lsp.project.lockfile import LockedPackage, LockedRequirement, LockedSource, Lockfile
from ws_lsp.project.manifest import WORKSPACE, Manifest
from ws_lsp.project.markers import differ
from ws_lsp.project.names import Name, normalise
from ws_lsp.project.requirement import bounds_differ, specifiers_differ
from ws_lsp.project.settings import dropped_settings
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Entry, Node, String, Table

__all__ = [
    "Locked",
    "Mismatch",
    "RootSources",
    "conflict_mismatches",
    "default_group_mismatches",
    "member_mismatches",
    "root_mismatches",
]


class Mismatch(NamedTuple):
    """A place of a manifest that `uv.lock` does not agree with; `reason` says what it has instead."""

    span: Span
    reason: str


class Locked(NamedTuple):
    """What a lock file says of one member.

    `package` is None where it does not have it. `requires_python` and `supported_markers` are the
    environments that it was made for, `conflicts` those of the whole workspace.
    `has_default_groups` tells whether `default-groups` stand in it where they are set.
    """

    package: LockedPackage | None
    requires_python: str
    supported_markers: tuple[str, ...]
    conflicts: frozenset[frozenset[tuple[str, str, str]]] = frozenset()
    has_default_groups: bool = False


class RootSources(Protocol):
    """What a member has to know of the sources that it inherits from the root."""

    def root_source(self, name: Name) -> tuple[str, ...] | None:
        """Return the kinds of the root's source of a name."""

    def root_source_is_partial(self, name: Name) -> bool:
        """Tell whether the root's source of a name is for an extra, a group or an environment alone."""

    def ignores_sources(self) -> bool:
        """Tell whether the settings of the workspace turn `tool.uv.sources` off."""


class _Declared(NamedTuple):
    node: String
    name: Name
    extras: frozenset[Name]
    specifier: str
    marker: str
    url: bool


# ------------------------------------------------------------------------- a member


def member_mismatches(
    manifest: Manifest, locked: Locked, sources: RootSources, kind: str, directory: str
) -> Iterator[Mismatch]:
    """Yield where a member's manifest differs from what the lock file says of it.

    `kind` is the kind of its source that uv would write now, `directory` its directory from the root.
    """
    package = locked.package
    top = _top(manifest)
    if package is None:
        yield Mismatch(top, f"it does not have the member `{manifest.name}`")
        return
    if package.source.value != directory:
        yield Mismatch(top, f"it has `{manifest.name}` in `{package.source.value}`")
    elif package.source.kind != kind:
        yield Mismatch(top, f"{_KINDS[package.source.kind]}, and it is {_NOW[kind]} now")
    yield from _version_mismatch(manifest, package)
    comparison = _Comparison(manifest, locked, sources)
    if "optional-dependencies" not in manifest.dynamic:
        extras = set(package.provides_extras)
        for name, entry in manifest.extras.items():
            if name not in extras:
                yield Mismatch(entry.key.span, f"it does not have the extra `{name}`")
        for name in sorted(extras - manifest.extras.keys()):
            yield Mismatch(
                _key(manifest, ("project", "optional-dependencies")) or top,
                f"it still has the extra `{name}`",
            )
    if not manifest.has_hidden_requirements:
        yield from comparison.of_project(package)
    yield from comparison.of_groups(package.requires_dev)


_KINDS = {
    "editable": "it has the project as an editable package",
    "directory": "it has the project as a package that is not editable",
    "virtual": "it has the project as one that is not installed",
}
_NOW = {
    "editable": "an editable package",
    "directory": "a package that is not editable",
    "virtual": "not installed",
}


def _version_mismatch(manifest: Manifest, package: LockedPackage) -> Iterator[Mismatch]:
    node = manifest.tree.root.get("project", "version")
    if not isinstance(node, String) or "version" in manifest.dynamic:
        return
    if package.version is None:
        yield Mismatch(node.span, f"it has `{manifest.name}` with a dynamic version")
    elif specifiers_differ(f"=={node.value}", f"=={package.version}"):
        yield Mismatch(node.span, f"it has `{manifest.name}` at {package.version}")


class _Comparison:
    """Compares the requirements of one manifest with locked ones."""

    def __init__(self, manifest: Manifest, locked: Locked, sources: RootSources) -> None:
        self._manifest = manifest
        self._locked = locked
        self._sources = sources

    def of_project(self, package: LockedPackage) -> Iterator[Mismatch]:
        """Compare `[project]`'s dependencies and those of the extras that both sides have."""
        manifest = self._manifest
        extras = manifest.extras.keys() & set(package.provides_extras)
        declared: list[tuple[_Declared, str]] = []
        places: dict[str, Span] = {}
        lists: list[tuple[str, Node | None, Span | None]] = [
            (
                "",
                manifest.tree.root.get("project", "dependencies"),
                _key(manifest, ("project", "dependencies")),
            )
        ]
        lists += [
            (f"extra == '{name}'", entry.value, entry.key.span)
            for name, entry in manifest.extras.items()
            if name in extras
        ]
        for marker, value, place in lists:
            found = _declared(_strings(value))
            if found is None:
                return
            declared += [(one, _both(one.marker, marker)) for one in found]
            places[marker] = place or _top(manifest)
        locked = [one for one in package.requires_dist if _extras_of(one) <= extras]

        def place_of(requirement: LockedRequirement) -> Span:
            name = next(iter(_extras_of(requirement)), None)
            return places[f"extra == '{name}'" if name is not None else ""]

        yield from self._compare(declared, locked, place_of)
        yield from self._own_sources([one for one, _ in declared], locked)

    def of_groups(
        self, locked: Mapping[Name, tuple[LockedRequirement, ...]], ignore_empty: bool = False
    ) -> Iterator[Mismatch]:
        """Compare the dependency groups, inclusions resolved.

        `ignore_empty` leaves empty ones out, as uv does for a virtual root's.
        """
        manifest = self._manifest
        top = _key(manifest, ("dependency-groups",)) or _top(manifest)
        groups = _groups(manifest)
        if groups is None:
            return
        for name, (place, nodes) in groups.items():
            if name not in locked and not (ignore_empty and not nodes):
                yield Mismatch(place, f"it does not have the group `{name}`")
        for name in sorted(locked.keys() - groups.keys()):
            if locked[name] or not ignore_empty:
                yield Mismatch(top, f"it still has the group `{name}`")
        if manifest.tree.root.get("tool", "uv", "dependency-groups") is not None:
            return  # a `requires-python` of a group becomes a marker of its requirements
        reported: set[int] = set()
        for name, (place, nodes) in groups.items():
            declared = _declared(nodes) if name in locked else None
            if declared is None:
                continue
            pairs = [(one, one.marker) for one in declared]
            for mismatch in self._compare(pairs, locked[name], lambda _, at=place: at):  # type: ignore[misc]
                # what is included in several groups differs in each of them
                if mismatch.span.start not in reported:
                    reported.add(mismatch.span.start)
                    yield mismatch

    def of_list(
        self, nodes: Node | None, place: Span, locked: Sequence[LockedRequirement]
    ) -> Iterator[Mismatch]:
        """Compare a list of requirements such as `constraint-dependencies`."""
        declared = _declared(_strings(nodes))
        # an override may be a table: one for the dependencies of one package
        strings = not isinstance(nodes, Array) or len(_strings(nodes)) == len(nodes.items)
        if declared is not None and strings and all(one.name for one in locked):
            yield from self._compare(
                [(one, one.marker) for one in declared], locked, lambda _: place
            )

    def _compare(
        self,
        declared: Sequence[tuple[_Declared, str]],
        locked: Sequence[LockedRequirement],
        place_of: Callable[[LockedRequirement], Span],
    ) -> Iterator[Mismatch]:
        new = [
            one
            for one, marker in declared
            if not any(self._same(one, marker, other) for other in locked)
        ]
        gone = [
            other
            for other in locked
            if not any(self._same(one, marker, other) for one, marker in declared)
        ]
        for one in new:
            if self._is_undecided(one.name):
                continue
            before = next((other for other in gone if other.name == one.name), None)
            if before is not None:
                yield Mismatch(one.node.span, f"it was made with `{_shown(before)}`")
            else:
                yield Mismatch(one.node.span, f"`{one.node.value.strip()}` is not in it")
        named = {one.name for one in new}
        for other in gone:
            if other.name not in named and not self._is_undecided(other.name):
                yield Mismatch(place_of(other), f"it still has `{_shown(other)}`")

    def _same(self, one: _Declared, marker: str, other: LockedRequirement) -> bool:
        if one.name != other.name or one.extras != other.extras:
            return False
        served = other.source is None or other.source.kind == "index"
        # uv drops the specifier of what does not come from an index
        if (
            served
            and not one.url
            and one.specifier != other.specifier
            and specifiers_differ(one.specifier, other.specifier)
        ):
            return False
        return not differ(
            marker, other.marker, self._locked.requires_python, self._locked.supported_markers
        )

    def _is_undecided(self, name: Name) -> bool:
        own = self._manifest.sources.get(name)
        if own is not None:
            return own.partial
        return self._sources.root_source_is_partial(name)

    def _own_sources(
        self, declared: Sequence[_Declared], locked: Sequence[LockedRequirement]
    ) -> Iterator[Mismatch]:
        """Yield the sources that were added, removed, or are of another kind now."""
        by_name: dict[Name, set[str]] = {}
        for other in locked:
            by_name.setdefault(other.name, set()).add(_class(other.source))
        seen: set[Name] = set()
        for one in declared:
            before = by_name.get(one.name)
            if one.url or one.name in seen or before is None:
                continue
            seen.add(one.name)
            own = self._manifest.sources.get(one.name)
            if own is not None:
                now = _CLASSES.get(own.kinds[0]) if len(own.kinds) == 1 else None
                if now is None or now in before or own.partial:
                    continue
                span = own.key.span
            else:
                # the root's source may be of any kind; here only that there is none counts
                if "" in before or self._sources.root_source(one.name) is not None:
                    continue
                span = one.node.span
            if not self._sources.ignores_sources():
                yield Mismatch(span, f"it has `{one.name}` from another source")


_CLASSES = {
    WORKSPACE: "local",
    "workspace": "local",
    "path": "local",
    "git": "git",
    "url": "url",
    "index": "index",
}


def _class(source: LockedSource | None) -> str:
    """Return the kind of a source without the ways in which a directory can be one."""
    if source is None:
        return ""
    return source.kind if source.kind in ("git", "url", "index") else "local"


# ------------------------------------------------------------------------- the root


def root_mismatches(
    manifest: Manifest,
    settings: Manifest | None,
    lockfile: Lockfile,
    members: Iterable[Name],
    pythons: frozenset[str],
    sources: RootSources,
    default_groups: bool,
) -> Iterator[Mismatch]:
    """Yield where the root differs from the lock file in what it decides for the whole workspace.

    `settings` is the `uv.toml` beside it, `members` are the names of all members, `pythons` every
    `requires-python`. `default_groups` tells whether uv compares those.
    """
    top = _key(manifest, ("tool", "uv", "workspace", "members")) or _top(manifest)
    for name in sorted(lockfile.members - set(members)):
        yield Mismatch(top, f"it still has the member `{name}`")
    locked = Locked(None, lockfile.requires_python, lockfile.supported_markers)
    now = ",".join(sorted(pythons))
    if pythons and bounds_differ(now, lockfile.requires_python):
        node = manifest.requires_python_node
        reason = f"it is for Python `{lockfile.requires_python}`, and the members are for `{now}`"
        yield Mismatch(node.span if node is not None else top, reason)
    comparison = _Comparison(manifest, locked, sources)
    for key, listed in _LISTS.items():
        if settings is None or key not in settings.tree.root.entries:
            entry = manifest.tree.root.entry("tool", "uv", key)
            place = entry.key.span if entry else _key(manifest, ("tool", "uv")) or top
            value = entry.value if entry else None
            yield from comparison.of_list(value, place, lockfile.requirements(listed))
    for key, markers in (
        ("environments", lockfile.supported_markers),
        ("required-environments", lockfile.required_markers),
    ):
        yield from _environments(manifest, key, markers, lockfile.requires_python, top)
    yield from _options(manifest, settings, lockfile)
    if manifest.project is None:
        yield from comparison.of_groups(lockfile.dependency_groups, ignore_empty=True)
        if default_groups:
            written = lockfile.manifest.get("default-groups")
            yield from default_group_mismatches(manifest, written)


_LISTS = {
    "constraint-dependencies": "constraints",
    "override-dependencies": "overrides",
    "build-constraint-dependencies": "build-constraints",
}


def default_group_mismatches(manifest: Manifest, written: object) -> Iterator[Mismatch]:
    """Compare `tool.uv.default-groups` with what stands in the lock file: None, `"all"` or a list."""
    entry = manifest.tree.root.entry("tool", "uv", "default-groups")
    now: object = {"dev"}
    if entry is not None:
        now = (
            entry.value.value
            if isinstance(entry.value, String)
            else {normalise(node.value) for node in _strings(entry.value)}
        )
    before = {"dev"} if written is None else written
    if isinstance(before, (list, tuple)):
        before = {normalise(str(name)) for name in before}
    if now != before:
        shown = (
            '`"all"`'
            if before == "all"
            else ", ".join(f"`{name}`" for name in sorted(before))
            if isinstance(before, set)
            else ""
        )
        place = entry.key.span if entry else _key(manifest, ("tool", "uv")) or _top(manifest)
        yield Mismatch(place, f"it was made with the default groups {shown or '`[]`'}")


def conflict_mismatches(
    manifest: Manifest, conflicts: frozenset[frozenset[tuple[str, str, str]]]
) -> Iterator[Mismatch]:
    """Yield the sets of `tool.uv.conflicts` that the lock file does not have."""
    value = manifest.tree.root.get("tool", "uv", "conflicts")
    for one in value.items if isinstance(value, Array) else ():
        items: set[tuple[str, str, str]] = set()
        for item in one.items if isinstance(one, Array) else ():
            if not isinstance(item, Table):
                return
            names = {
                key: entry.value.value
                for key, entry in item.entries.items()
                if isinstance(entry.value, String)
            }
            kind = next((kind for kind in ("extra", "group") if kind in names), "")
            package = names.get("package", manifest.name)
            if package is None:
                return
            items.add((normalise(package), kind, normalise(names[kind]) if kind else ""))
        if len(items) > 1 and frozenset(items) not in conflicts:
            yield Mismatch(one.span, "it does not have this conflict")


def _environments(
    manifest: Manifest, key: str, locked: tuple[str, ...], requires_python: str, top: Span
) -> Iterator[Mismatch]:
    entry = manifest.tree.root.entry("tool", "uv", key)
    texts = tuple(node.value for node in _strings(entry.value if entry else None))
    if entry is not None and isinstance(entry.value, String):
        texts = (entry.value.value,)
    written = " or ".join(f"({text})" for text in texts)
    before = " or ".join(f"({text})" for text in locked)
    if bool(texts) != bool(locked) or (texts and differ(written, before, requires_python)):
        place = entry.key.span if entry else _key(manifest, ("tool", "uv")) or top
        reason = f"it was made for `{before}`" if locked else "it was made for every environment"
        yield Mismatch(place, reason)


_OPTIONS = {
    "resolution": ("resolution-mode", ("lowest", "lowest-direct")),
    "prerelease": ("prerelease-mode", ("allow", "disallow", "explicit")),
    "fork-strategy": ("fork-strategy", ("fewest",)),
}
"""Settings, their names in the lock file, and the values that are not written there as the default."""


def _options(
    manifest: Manifest, settings: Manifest | None, lockfile: Lockfile
) -> Iterator[Mismatch]:
    """Compare the settings that a resolution depends on, where `pyproject.toml` itself has them."""
    table = manifest.uv
    if table is None or settings is not None:
        return
    if "default-packages" in table.entries and dropped_settings(manifest):
        return
    for key, (name, unusual) in _OPTIONS.items():
        entry = table.entries.get(key)
        if entry is None or not isinstance(entry.value, String):
            continue
        before = lockfile.options.get(name)
        now = entry.value.value
        if (before is not None and before != now) or (before is None and now in unusual):
            reason = f"it was made with `{before}`" if before else f"it was made without `{key}`"
            yield Mismatch(entry.value.span, reason)
    entry = table.entries.get("exclude-newer")
    if entry is None or not isinstance(entry.value, String):
        return
    before, span = lockfile.options.get("exclude-newer"), lockfile.options.get("exclude-newer-span")
    if before is None:
        yield Mismatch(entry.value.span, "it was made without `exclude-newer`")
    elif span is None and _days_apart(entry.value.value, str(before)) > 2:
        # a day alone ends at another moment in each time zone
        yield Mismatch(entry.value.span, f"it was made with `{before}`")


def _days_apart(first: str, second: str) -> int:
    """Return how many days lie between two timestamps, 0 where one is none."""
    try:
        return abs((date.fromisoformat(first[:10]) - date.fromisoformat(second[:10])).days)
    except ValueError:
        return 0


# ------------------------------------------------------------------------ reading


_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(@)?([^;]*)(?:;(.*))?\Z",
    re.DOTALL,
)
_EXTRA = re.compile(r"\bextra\s*==\s*['\"]([^'\"]*)['\"]")


@lru_cache(8192)
def _parsed(text: str) -> tuple[Name, frozenset[Name], str, str, bool] | None:
    """Return name, extras, specifier, marker and whether there is a URL, None where it has no name."""
    match = _REQUIREMENT.match(text)
    if match is None:
        return None
    name, extras, url, rest, marker = match.groups()
    names = frozenset(normalise(one.strip()) for one in (extras or "").split(",") if one.strip())
    specifier = "" if url else "".join(rest.split())
    return normalise(name), names, specifier, (marker or "").strip(), bool(url)


def _declared(nodes: Iterable[String]) -> list[_Declared] | None:
    """Return requirements, read; None where one cannot be read or has a marker for extras."""
    found: list[_Declared] = []
    for node in nodes:
        parsed = _parsed(node.value)
        if parsed is None or "extra" in parsed[3]:
            return None
        found.append(_Declared(node, *parsed))
    return found


def _groups(manifest: Manifest) -> dict[Name, tuple[Span, list[String]]] | None:
    """Return every group's place and requirements, inclusions resolved; None where that is not possible."""
    found: dict[Name, tuple[Span, list[String]]] = {}
    entries = dict(manifest.groups)
    own: dict[Name, list[String]] = {}
    development = manifest.tree.root.entry("tool", "uv", "dev-dependencies")
    if development is not None:
        own[Name("dev")] = list(_strings(development.value))
        entries.setdefault(Name("dev"), development)

    def collect(name: Name, above: tuple[Name, ...]) -> list[String] | None:
        entry = manifest.groups.get(name)
        nodes = list(own.get(name, ()))
        if entry is None:
            return nodes if name in own else None
        if name in above or not isinstance(entry.value, Array):
            return None
        for item in entry.value.items:
            if isinstance(item, String):
                nodes.append(item)
                continue
            included = item.get("include-group") if isinstance(item, Table) else None
            if not isinstance(included, String):
                return None
            below = collect(normalise(included.value), (*above, name))
            if below is None:
                return None
            nodes += below
        return nodes

    for name, entry in entries.items():
        nodes = collect(name, ())
        if nodes is None:
            return None
        found[name] = entry.key.span, nodes
    return found


def _strings(node: Node | None) -> tuple[String, ...]:
    if not isinstance(node, Array):
        return ()
    return tuple(item for item in node.items if isinstance(item, String))


def _both(marker: str, extra: str) -> str:
    if not marker or not extra:
        return marker or extra
    return f"({marker}) and {extra}"


def _extras_of(requirement: LockedRequirement) -> set[str]:
    return {normalise(name) for name in _EXTRA.findall(requirement.marker)}


def _shown(requirement: LockedRequirement) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = "" if "extra" in requirement.marker else requirement.marker
    return f"{requirement.name}{extras}{requirement.specifier}" + (f"; {marker}" if marker else "")


def _key(manifest: Manifest, path: tuple[str, ...]) -> Span | None:
    entry: Entry | None = manifest.tree.root.entry(*path)
    return entry.key.span if entry is not None else None


def _top(manifest: Manifest) -> Span:
    """Return the place of what is about a file as a whole: the project's name, or the first key."""
    if manifest.name_node is not None:
        return manifest.name_node.span
    first = next(iter(manifest.tree.root.entries.values()), None)
    return first.key.span if first is not None else Span(0, 0)
