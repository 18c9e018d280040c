"""Compares what a manifest declares with what `uv.lock` says that it declared. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from ws_lsp.grammar.markers import both, differ
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import specifiers_differ
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE_SOURCE
from ws_lsp.project.lockfile import LockedPackage, LockedRequirement, LockedSource
from ws_lsp.project.manifest import Manifest
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import DEPENDENCY_GROUPS, DEV_DEPENDENCIES, GROUP_SETTINGS, INDEX, WORKSPACE
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Node, String, Table, strings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

__all__ = [
    "Comparison",
    "InheritedSources",
    "Locked",
    "Mismatch",
    "first_key_span",
    "key_span",
    "top_span",
]


class Mismatch(NamedTuple):
    """A place of a manifest that `uv.lock` does not agree with; `reason` says what it has instead."""

    span: Span
    reason: str


class Locked(NamedTuple):
    """What a lock file says of one member.

    `package` is None where it does not have it. `requires_python` and `supported_markers` are the
    environments that it was made for, `conflicts` those of the whole workspace.
    `has_default_groups` tells whether `default-groups` stand in it where they are set,
    `leaves_metadata_out` whether it says of no package what that declares.
    """

    package: LockedPackage | None
    requires_python: str
    supported_markers: tuple[str, ...]
    conflicts: frozenset[frozenset[tuple[str, str, str]]] = frozenset()
    has_default_groups: bool = False
    leaves_metadata_out: bool = False


class InheritedSources(Protocol):
    """What a member has to know of the sources that it inherits from a root."""

    def inherited_source(self, name: Name) -> tuple[str, ...] | None:
        """Return the kinds of the inherited source of a name."""

    def inherited_source_may_be_partial(self, name: Name) -> bool:
        """Tell whether that source may be for an extra, a group or an environment alone."""

    def ignores_sources(self) -> bool:
        """Tell whether the settings of the workspace turn `tool.uv.sources` off."""

    def is_replaced(self, name: Name) -> bool:
        """Tell whether the root overrides or excludes a package."""


def key_span(manifest: Manifest, path: tuple[str, ...]) -> Span | None:
    """Return where the key at a path stands, None where there is none."""
    entry = manifest.tree.root.entry(*path)
    return entry.key.span if entry is not None else None


def top_span(manifest: Manifest) -> Span:
    """Return the place of what is about a file as a whole: the project's name, or the first key."""
    if manifest.name_node is not None:
        return manifest.name_node.span
    return first_key_span(manifest)


def first_key_span(manifest: Manifest) -> Span:
    """Return the place of what is about the whole workspace: the first key, the beginning without one."""
    first = next(iter(manifest.tree.root.entries.values()), None)
    return first.key.span if first is not None else Span(0, 0)


class _Declared(NamedTuple):
    node: String
    name: Name
    extras: frozenset[Name]
    specifier: str
    marker: str
    url: bool


class Comparison:
    """Compares the requirements of one manifest with locked ones."""

    def __init__(self, manifest: Manifest, locked: Locked, sources: InheritedSources) -> None:
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
                key_span(manifest, ("project", "dependencies")),
            )
        ]
        lists += [
            (f"extra == '{name}'", entry.value, entry.key.span)
            for name, entry in manifest.extras.items()
            if name in extras
        ]
        for marker, value, place in lists:
            found = _declared(strings(value))
            if found is None:
                return
            declared += [(one, both(one.marker, marker)) for one in found]
            places[marker] = place or top_span(manifest)
        locked = [one for one in package.requires_dist if _extras_of(one) <= extras]

        def place_of(requirement: LockedRequirement) -> Span:
            name = next(iter(_extras_of(requirement)), None)
            return places[f"extra == '{name}'" if name is not None else ""]

        yield from self._compare(declared, locked, place_of)
        yield from self._own_sources([one for one, _ in declared], locked)

    def of_resolved(self, package: LockedPackage) -> Iterator[Mismatch]:
        """Compare the names in `[project]`'s dependencies with what they were resolved to.

        That is all there is where the lock file leaves out what the project declares.
        """
        manifest = self._manifest
        place = key_span(manifest, ("project", "dependencies")) or top_span(manifest)
        declared = _declared(strings(manifest.tree.root.get("project", "dependencies")))
        resolved = {edge.name for edge in package.dependencies}
        for one in declared or ():
            always = not one.marker and one.name != manifest.name
            if always and one.name not in resolved and not self._sources.is_replaced(one.name):
                yield Mismatch(one.node.span, f"`{one.node.value.strip()}` is not in it")
        for name in sorted(resolved - manifest.required):
            yield Mismatch(place, f"it still has `{name}`")

    def of_groups(
        self, locked: Mapping[Name, tuple[LockedRequirement, ...]], ignore_empty: bool = False
    ) -> Iterator[Mismatch]:
        """Compare the dependency groups, inclusions resolved.

        `ignore_empty` leaves empty ones out, as uv does for a virtual root's.
        """
        manifest = self._manifest
        groups = _groups(manifest)
        if groups is None:
            return
        yield from self.of_group_names(locked, ignore_empty)
        if manifest.tree.root.get("tool", "uv", GROUP_SETTINGS) is not None:
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

    def of_group_names(
        self, locked: Mapping[Name, Collection[object]], ignore_empty: bool = False
    ) -> Iterator[Mismatch]:
        """Compare which dependency groups there are; `ignore_empty` leaves empty ones out."""
        top = key_span(self._manifest, (DEPENDENCY_GROUPS,)) or top_span(self._manifest)
        groups = _groups(self._manifest)
        if groups is None:
            return
        for name, (place, nodes) in groups.items():
            if name not in locked and not (ignore_empty and not nodes):
                yield Mismatch(place, f"it does not have the group `{name}`")
        for name in sorted(locked.keys() - groups.keys()):
            if locked[name] or not ignore_empty:
                yield Mismatch(top, f"it still has the group `{name}`")

    def of_list(
        self,
        nodes: Node | None,
        place: Span,
        locked: Sequence[LockedRequirement],
        held: Collection[Name] | None = None,
    ) -> Iterator[Mismatch]:
        """Compare a list of requirements such as `constraint-dependencies`.

        With `held`, new ones of other packages than these make no difference.
        """
        declared = _declared(strings(nodes))
        if declared is not None and held is not None:
            known = {*held, *(one.name for one in locked)}
            declared = [one for one in declared if one.name in known]
        # an override may be a table: one for the dependencies of one package
        complete = not isinstance(nodes, Array) or len(strings(nodes)) == len(nodes.items)
        if declared is not None and complete and all(one.name for one in locked):
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
        served = other.source is None or other.source.kind == INDEX
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
        return self._sources.inherited_source_may_be_partial(name)

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
            if self._is_undecided(one.name):
                continue
            own = self._manifest.sources.get(one.name)
            if own is not None:
                now = _CLASSES.get(own.kinds[0]) if len(own.kinds) == 1 else None
                if now is None or now in before:
                    continue
                span = own.key.span
            else:
                # the root's source may be of any kind; here only that there is none counts
                if "" in before or self._sources.inherited_source(one.name) is not None:
                    continue
                span = one.node.span
            if not self._sources.ignores_sources():
                yield Mismatch(span, f"it has `{one.name}` from another source")


_CLASSES = {
    WORKSPACE_SOURCE: "local",
    WORKSPACE: "local",
    "path": "local",
    "git": "git",
    "url": "url",
    INDEX: INDEX,
}


def _class(source: LockedSource | None) -> str:
    """Return the kind of a source without the ways in which a directory can be one."""
    if source is None:
        return ""
    return source.kind if source.kind in ("git", "url", INDEX) else "local"


# ------------------------------------------------------------------------ reading


_REQUIREMENT = regular_expression(
    r"\s*([A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?)\s*+(?:\[([^\]]*)\]\s*+)?(@)?([^;]*)(?:;(.*))?\Z",
    re.DOTALL,
)
_EXTRA = regular_expression(r"\bextra\s*==\s*['\"]([^'\"]*)['\"]")


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
    development = manifest.tree.root.entry("tool", "uv", DEV_DEPENDENCIES)
    if development is not None:
        entries.setdefault(Name("dev"), development)

    def collect(name: Name, above: tuple[Name, ...]) -> list[String] | None:
        entry = manifest.groups.get(name)
        if entry is None or name in above or not isinstance(entry.value, Array):
            return None
        nodes: list[String] = []
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
        nodes = collect(name, ()) if name in manifest.groups else []
        if nodes is None:
            return None
        if name == "dev" and development is not None:
            nodes += strings(development.value)  # they do not come along where `dev` is included
        found[name] = entry.key.span, nodes
    return found


def _extras_of(requirement: LockedRequirement) -> set[str]:
    return {normalise(name) for name in _EXTRA.findall(requirement.marker)}


def _shown(requirement: LockedRequirement) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = "" if "extra" in requirement.marker else requirement.marker
    return f"{requirement.name}{extras}{requirement.specifier}" + (f"; {marker}" if marker else "")
