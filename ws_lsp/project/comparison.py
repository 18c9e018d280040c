"""Compares what a manifest declares with what `uv.lock` says that it declared. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Protocol

from ws_lsp.grammar.markers import both, differ
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import specifiers_differ
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE_SOURCE
from ws_lsp.project.direct import Index
from ws_lsp.project.lockfile import LOCAL_SOURCES, LockedPackage, LockedRequirement, LockedSource
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.origins import FROM_INDEX, Origin, comparable, index_place, origin_of
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import DEPENDENCY_GROUPS, DEV_DEPENDENCIES, GROUP_SETTINGS, INDEX
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Entry, Node, String, Table, strings
from ws_lsp.vfs import Kind

__all__ = [
    "Comparison",
    "Locked",
    "Mismatch",
    "Surroundings",
    "first_key_span",
    "key_span",
    "may_be_same",
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
    `leaves_metadata_out` whether it says of no package what that declares, `has_extras` whether it says
    which extras a package declares.
    """

    package: LockedPackage | None
    requires_python: str
    supported_markers: tuple[str, ...]
    conflicts: frozenset[frozenset[tuple[str, str, str]]] = frozenset()
    has_default_groups: bool = False
    leaves_metadata_out: bool = False
    has_extras: bool = True


class Surroundings(Protocol):
    """What a member has to know of the other files, and of the disk."""

    def root(self) -> str:
        """Return the directory of the lock file."""

    def inherited_origins(self, names: frozenset[Name]) -> tuple[tuple[Name, Origin | None], ...]:
        """Return those of many names that inherit a source, and what it says; None is not certain."""

    def inherited_source_may_be_partial(self, name: Name) -> bool:
        """Tell whether that source may be for an extra, a group or an environment alone."""

    def root_index(self, name: str) -> Index | None:
        """Return the index of a name that the root declares."""

    def sources_left_out(self) -> frozenset[Name | None] | None:
        """Return the packages whose sources settings turn off; None in it is any, alone it is not known."""

    def is_replaced(self, name: Name) -> bool:
        """Tell whether the root overrides or excludes a package."""

    def kind_of(self, path: str) -> Kind | None:
        """Return what stands at a path of the disk."""

    def is_package_at(self, directory: str) -> bool:
        """Tell whether a project that a path leads to is installed and not its dependencies alone."""

    def resolved_sources(self, name: Name) -> frozenset[LockedSource]:
        """Return where the lock file has a package from."""

    def comes_from_elsewhere(self, name: Name) -> bool:
        """Tell whether another file may take a package from one place, for all that require it."""


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


def may_be_same(first: str, second: str) -> bool:
    """Tell whether two requirements without extras of their own may be the same to uv."""
    one, other = _parsed(first), _parsed(second)
    if one is None or other is None:
        return True
    return (
        (one[0], one[1], one[4]) == (other[0], other[1], other[4])
        and not specifiers_differ(one[2], other[2])
        and not differ(one[3], other[3], "")
    )


class _Declared(NamedTuple):
    node: String
    name: Name
    extras: frozenset[Name]
    specifier: str
    marker: str
    url: bool


class Comparison:
    """Compares the requirements of one manifest with locked ones."""

    def __init__(self, manifest: Manifest, locked: Locked, sources: Surroundings) -> None:
        self._manifest = manifest
        self._locked = locked
        self._sources = sources

    def of_project(self, package: LockedPackage) -> Iterator[Mismatch]:
        """Compare `[project]`'s dependencies and those of the extras that both sides have."""
        manifest = self._manifest
        extras = manifest.extras.keys() & set(package.provides_extras)
        lists: list[tuple[str, Node | None, Span | None]] = [
            (
                "",
                manifest.tree.root.get("project", "dependencies"),
                key_span(manifest, ("project", "dependencies")),
            )
        ]
        lists += [
            (name, entry.value, entry.key.span)
            for name, entry in manifest.extras.items()
            if name in extras
        ]
        declared: dict[str, list[_Declared]] = {}
        places: dict[str, Span] = {}
        for extra, value, place in lists:
            found = _declared(strings(value))
            if found is None:
                return
            declared[extra] = found
            places[extra] = place or top_span(manifest)
        locked = [one for one in package.requires_dist if _extras_of(one) <= extras]

        def place_of(requirement: LockedRequirement) -> Span:
            return places[next(iter(_extras_of(requirement)), "")]

        plain = [
            (one, both(one.marker, _of_extra(extra)))
            for extra, some in declared.items()
            for one in some
        ]
        mismatches = [*self._compare(plain, locked, place_of)]
        if mismatches and package.version is None:
            # a build backend may have resolved what the project requires of itself
            flat = [
                (one, both(marker, _of_extra(extra)))
                for extra in declared
                for one, marker in self._flattened(declared, extra, ())
            ]
            resolved = [*self._compare(flat, locked, place_of)]
            if len(resolved) < len(mismatches):
                mismatches, plain = resolved, flat
        yield from mismatches
        yield from self._sources_of([one for one, _ in plain], locked, mismatches)

    def _flattened(
        self, declared: Mapping[str, list[_Declared]], extra: str, above: tuple[str, ...]
    ) -> Iterator[tuple[_Declared, str]]:
        """Yield the requirements of an extra, and those that the project asks of itself for it."""
        for one in declared.get(extra, ()):
            if one.name != self._manifest.name:
                yield one, one.marker
                continue
            for asked in one.extras - {*above, extra}:
                for below, marker in self._flattened(declared, asked, (*above, extra)):
                    yield below, both(one.marker, marker)

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
        yield from self._resolved_sources(package)

    def _resolved_sources(self, package: LockedPackage) -> Iterator[Mismatch]:
        """Yield what is resolved from another source than the manifest gives it now."""
        for name in sorted(package.resolved):
            if name not in self._manifest.required or self._sources.is_replaced(name):
                continue
            now = self._source_now(name)
            before = self._sources.resolved_sources(name)
            if now is None or not before or name == self._manifest.name:
                continue
            if now.kind == "":
                fresh = any(one.kind not in _PLACES for one in before)
                fresh = fresh or self._sources.comes_from_elsewhere(name)
            elif now.kind == INDEX:
                places = {index_place(one.value, self._sources.root()) for one in before}
                fresh = None in places or now.value in places
            else:
                fresh = self._agree(now, {comparable(one, self._sources.root()) for one in before})
            if not fresh:
                source = self._manifest.sources.get(name)
                texts = self._manifest.requirements_by_name.get(name)
                span = source.key.span if source else texts[0].node.span if texts else None
                was = next(iter(before), None)
                yield self._from_elsewhere(span or top_span(self._manifest), name, was)

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
        reported: set[int] = set()
        for name, group in groups.items():
            declared = _declared(node for node, _ in group.nodes) if name in locked else None
            if declared is None:
                continue
            pairs = [
                (one, both(one.marker, marker))
                for one, (_, marker) in zip(declared, group.nodes, strict=True)
            ]
            found = [*self._compare(pairs, locked[name], lambda _, at=group.place: at)]  # type: ignore[misc]
            for mismatch in (*found, *self._sources_of(declared, locked[name], found)):
                # what is included in several groups differs in each of them
                if mismatch.span.start not in reported:
                    reported.add(mismatch.span.start)
                    yield mismatch

    def of_group_pythons(self, locked: Mapping[Name, str]) -> Iterator[Mismatch]:
        """Compare the versions of Python that dependency groups are for, inclusions resolved."""
        groups = _groups(self._manifest)
        if groups is None:
            return
        for name, group in groups.items():
            now, before = ",".join(group.pythons), locked.get(name)
            if bool(now) != bool(before) or (now and before and specifiers_differ(now, before)):
                was = f"Python `{before}`" if before else "every version of Python"
                yield Mismatch(group.place, f"it has the group `{name}` for {was}")

    def of_group_names(
        self, locked: Mapping[Name, Collection[object]], ignore_empty: bool = False
    ) -> Iterator[Mismatch]:
        """Compare which dependency groups there are; `ignore_empty` leaves empty ones out."""
        top = key_span(self._manifest, (DEPENDENCY_GROUPS,)) or top_span(self._manifest)
        groups = _groups(self._manifest)
        if groups is None:
            return
        for name, group in groups.items():
            if name not in locked and not (ignore_empty and not group.nodes):
                yield Mismatch(group.place, f"it does not have the group `{name}`")
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
            pairs = [(one, one.marker) for one in declared]
            mismatches = [*self._compare(pairs, locked, lambda _: place)]
            yield from mismatches
            yield from self._sources_of(declared, locked, mismatches)

    def _compare(
        self,
        declared: Sequence[tuple[_Declared, str]],
        locked: Sequence[LockedRequirement],
        place_of: Callable[[LockedRequirement], Span],
    ) -> Iterator[Mismatch]:
        before = _by_name(locked)
        new: list[_Declared] = []
        matched: set[LockedRequirement] = set()
        for one, marker in declared:
            same = [other for other in before.get(one.name, ()) if self._same(one, marker, other)]
            matched.update(same)
            if not same:
                new.append(one)
        gone = [other for other in locked if other not in matched]
        gone_by_name = _by_name(gone)
        for one in new:
            if self._is_undecided(one.name):
                continue
            other = next(iter(gone_by_name.get(one.name, ())), None)
            if other is not None:
                yield Mismatch(one.node.span, f"it was made with `{_shown(other)}`")
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

    def _sources_of(
        self,
        declared: Sequence[_Declared],
        locked: Sequence[LockedRequirement],
        mismatches: Collection[Mismatch],
    ) -> Iterator[Mismatch]:
        """Yield the sources that were added, removed, or lead elsewhere now, but where one of `mismatches` is."""
        told = {one.span for one in mismatches}
        by_name = _by_name(locked)
        seen: set[Name] = set()
        for one in declared:
            before = by_name.get(one.name)
            if one.url or one.name in seen or before is None:
                continue
            seen.add(one.name)
            now = self._source_now(one.name)
            if now is None:
                continue
            root = self._sources.root()
            sources = [other.source for other in before]
            were = {comparable(of, root) if of is not None else _ANY_INDEX for of in sources}
            if not self._agree(now, were):
                own = self._manifest.sources.get(one.name)
                span = own.key.span if own is not None else one.node.span
                if span not in told:
                    yield self._from_elsewhere(span, one.name, sources[0])

    def _source_now(self, name: Name) -> LockedSource | None:
        """Return the source that uv would write for a requirement now, None where that is not certain.

        Its kind is empty where any index serves, and `workspace = true` for a member.
        """
        origin = self._origin(name)
        if origin is None:
            return None
        kind, value, editable, package = origin
        if kind == INDEX:
            own = (one for one in self._manifest.indexes if one.name == value)
            index = next(own, None) or self._sources.root_index(value)
            place = index_place(index.url, self._sources.root()) if index is not None else None
            return LockedSource(INDEX, place) if place is not None else None
        if kind != "path":
            return LockedSource(kind, value)
        found = self._sources.kind_of(value)
        if found is None:
            return LockedSource(_MISSING, value)
        if found is Kind.FILE:
            return LockedSource(kind, value)
        if editable:
            return LockedSource("editable", value)
        is_package = package if package is not None else self._sources.is_package_at(value)
        return LockedSource("directory" if is_package else "virtual", value)

    def _origin(self, name: Name) -> Origin | None:
        """Return what the source of a name says that counts here, None where that is not certain."""
        own = self._manifest.sources.get(name)
        if own is None:
            origin = self._inherited.get(name, FROM_INDEX)
        else:
            origin = origin_of(own, self._manifest.directory)
        if origin is None or origin == FROM_INDEX:
            return origin
        left_out = self._sources.sources_left_out()
        if left_out is None:
            return None
        return origin if left_out.isdisjoint((None, name)) else FROM_INDEX

    @cached_property
    def _inherited(self) -> Mapping[Name, Origin | None]:
        names = frozenset(self._manifest.required - self._manifest.sources.keys())
        return dict(self._sources.inherited_origins(names)) if names else {}

    @staticmethod
    def _agree(now: LockedSource, before: Collection[LockedSource | None]) -> bool:
        """Tell whether a source may be one of those that were."""
        if now.kind == WORKSPACE_SOURCE:  # what has changed of the member itself is told there
            return any(one is None or one.kind in LOCAL_SOURCES for one in before)
        if now.kind == _MISSING:
            return any(one is None or one.value == now.value for one in before)
        return None in before or now in before

    def _from_elsewhere(self, span: Span, name: Name, before: LockedSource | None) -> Mismatch:
        where = f'`{before.kind} = "{before.value}"`' if before is not None else "any index"
        return Mismatch(span, f"it has `{name}` from another source, {where}")


_ANY_INDEX = LockedSource("", "")
_MISSING = "missing"
"""The kind of a source where nothing stands at its path."""
_PLACES = (*LOCAL_SOURCES, "git", "url", "path")
"""The kinds of sources that are one place."""


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


class _Group(NamedTuple):
    place: Span
    nodes: list[tuple[String, str]]
    """Its requirements, and the markers that the `requires-python` of groups adds to them."""
    pythons: tuple[str, ...]
    """Every `requires-python` that counts for it."""


def _by_name(locked: Iterable[LockedRequirement]) -> dict[Name, list[LockedRequirement]]:
    found: dict[Name, list[LockedRequirement]] = {}
    for one in locked:
        found.setdefault(one.name, []).append(one)
    return found


def _groups(manifest: Manifest) -> dict[Name, _Group] | None:
    """Return every group with its inclusions resolved; None where that is not possible."""
    found: dict[Name, _Group] = {}
    entries = dict(manifest.groups)
    development = manifest.tree.root.entry("tool", "uv", DEV_DEPENDENCIES)
    if development is not None:
        entries.setdefault(Name("dev"), development)

    pythons = _group_pythons(manifest)
    if pythons is None or (development is not None and Name("dev") in pythons):
        return None
    for name, entry in entries.items():
        group: _Group | None = _Group(entry.key.span, [], ())
        if name in manifest.groups:
            group = _with_included(manifest.groups, pythons, name, ())
        if group is None:
            return None
        if name == "dev" and development is not None:
            # they do not come along where `dev` is included
            more = [(node, "") for node in strings(development.value)]
            group = group._replace(nodes=[*group.nodes, *more])
        found[name] = group
    return found


def _with_included(
    groups: Mapping[Name, Entry], pythons: Mapping[Name, str], name: Name, above: tuple[Name, ...]
) -> _Group | None:
    """Return a group that those `above` include, with its own inclusions; None where that is not possible."""
    entry = groups.get(name)
    if entry is None or name in above or not isinstance(entry.value, Array):
        return None
    nodes: list[tuple[String, str]] = []
    own = pythons.get(name)
    counting = [own] if own else []
    for item in entry.value.items:
        if isinstance(item, String):
            nodes.append((item, ""))
            continue
        included = item.get("include-group") if isinstance(item, Table) else None
        if not isinstance(included, String):
            return None
        below = _with_included(groups, pythons, normalise(included.value), (*above, name))
        if below is None:
            return None
        nodes += below.nodes
        counting += below.pythons
    if own:
        nodes = [(node, both(marker, _python_marker(own))) for node, marker in nodes]
    return _Group(entry.key.span, nodes, tuple(dict.fromkeys(counting)))


def _group_pythons(manifest: Manifest) -> dict[Name, str] | None:
    """Return the `requires-python` of each group that has one, None where one cannot be read."""
    table = manifest.tree.root.get("tool", "uv", GROUP_SETTINGS)
    found: dict[Name, str] = {}
    for text, entry in table.entries.items() if isinstance(table, Table) else ():
        node = entry.value.get("requires-python") if isinstance(entry.value, Table) else None
        if node is not None:
            if not isinstance(node, String):
                return None
            found[normalise(text)] = node.value
    return found


def _python_marker(specifier: str) -> str:
    """Return the marker that `requires-python` becomes; uv leaves versions out that are excluded."""
    parts = (_SPECIFIER.match(part) for part in specifier.split(","))
    return " and ".join(
        f"python_full_version {match[1]} '{match[2]}'"
        for match in parts
        if match is not None and match[1] != "!="
    )


_SPECIFIER = regular_expression(r"\s*(~=|===?|!=|[<>]=?)\s*([^\s]+)\s*\Z")


def _of_extra(name: str) -> str:
    """Return the marker for an extra, empty where there is none."""
    return f"extra == '{name}'" if name else ""


def _extras_of(requirement: LockedRequirement) -> set[str]:
    return {normalise(name) for name in _EXTRA.findall(requirement.marker)}


def _shown(requirement: LockedRequirement) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = "" if "extra" in requirement.marker else requirement.marker
    return f"{requirement.name}{extras}{requirement.specifier}" + (f"; {marker}" if marker else "")
