"""Who requires whom among the members, and what dependency groups and extras come to."""

from __future__ import annotations

from collections.abc import Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.ide.symbol_references import naming
from ws_lsp.incremental import Input, derived
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.toml.tree import Array, String, Table, strings
from ws_lsp.vfs import relative

__all__ = [
    "dependencies_of",
    "dependents_of",
    "extra_contents",
    "group_contents",
    "included_groups",
    "required_names",
    "specifiers_of",
]


def dependencies_of(snapshot: Snapshot, name: Name) -> tuple[Name, ...]:
    """Return the members that a member requires anywhere, itself left out, sorted."""
    members = snapshot.workspace.members
    manifest = snapshot.manifests.get(members[name].path)
    required = manifest.required if manifest else frozenset[Name]()
    return tuple(sorted(other for other in required if other in members and other != name))


def dependents_of(snapshot: Snapshot, name: Name) -> tuple[Name, ...]:
    """Return the members that require a package anywhere, itself left out, sorted."""
    members = snapshot.workspace.by_path
    found = {members[path].name for path in naming(snapshot, name) if path in members}
    required = (
        one
        for one in found
        if name in snapshot.manifests[snapshot.workspace.members[one].path].required
    )
    return tuple(sorted(one for one in required if one != name))


def specifiers_of(snapshot: Snapshot, name: Name) -> dict[str, tuple[str, ...]]:
    """Return the specifiers with which a package is required, each with the projects that do so.

    Projects are named as they name themselves, or by their file as seen from the root; they are
    sorted by their files. Files are gone through once for each discovery, and again where one of them
    was edited.
    """
    known = _specifiers(snapshot)
    changed = {
        path
        for path in snapshot.edited
        if path in known.by_path and snapshot.manifests[path].specifiers != known.by_path[path]
    }
    found = known.by_name.get(name, {})
    if not any(
        name == one
        for path in changed
        for one, _ in (*known.by_path[path], *snapshot.manifests[path].specifiers)
    ):
        return {specifier: tuple(paths.values()) for specifier, paths in found.items()}
    merged = {
        specifier: {path: shown for path, shown in paths.items() if path not in changed}
        for specifier, paths in found.items()
    }
    for path in changed:
        manifest = snapshot.manifests[path]
        for one, specifier in manifest.specifiers:
            if one == name:
                merged.setdefault(specifier, {})[path] = _shown(snapshot, manifest)
    return {
        specifier: tuple(paths[path] for path in sorted(paths))
        for specifier, paths in merged.items()
        if paths
    }


def required_names(snapshot: Snapshot) -> set[Name]:
    """Return the packages that files require; files are gone through once for each discovery."""
    known = _specifiers(snapshot)
    edited = (snapshot.manifests[path] for path in snapshot.edited if path in snapshot.belonging)
    return {*known.by_name, *(name for one in edited for name in one.required)}


class _Specifiers(NamedTuple):
    """What the files of one discovery require: by file, and by name and specifier, how files are shown."""

    by_path: Mapping[str, tuple[tuple[Name, str], ...]]
    by_name: Mapping[Name, Mapping[str, Mapping[str, str]]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> _Specifiers:
        by_name: dict[Name, dict[str, dict[str, str]]] = {}
        by_path = {path: one.specifiers for path, one in snapshot.belonging.items()}
        for path in sorted(by_path):
            shown = _shown(snapshot, snapshot.manifests[path])
            for name, specifier in by_path[path]:
                by_name.setdefault(name, {}).setdefault(specifier, {})[path] = shown
        return cls(by_path, by_name)


def _shown(snapshot: Snapshot, manifest: Manifest) -> str:
    return manifest.shared.name or relative(manifest.path, snapshot.workspace.root)


@derived(Input.FILES)
def _specifiers(snapshot: Snapshot) -> _Specifiers:
    return _Specifiers.of(snapshot)


def group_contents(manifest: Manifest, name: Name) -> tuple[str, ...]:
    """Return the requirements of a dependency group and of all that it includes, as written."""
    found: dict[str, None] = {}
    for one in included_groups(manifest, name):
        for item in strings(manifest.groups[one].value):
            found[item.value] = None
    return tuple(found)


def included_groups(manifest: Manifest, name: Name) -> tuple[Name, ...]:
    """Return a dependency group and all that it includes, directly or through others."""
    found: list[Name] = []
    waiting = [name]
    while waiting:
        one = waiting.pop()
        entry = manifest.groups.get(one)
        if one in found or entry is None:
            continue
        found.append(one)
        value = entry.value
        for item in value.items if isinstance(value, Array) else ():
            included = item.get("include-group") if isinstance(item, Table) else None
            if isinstance(included, String):
                waiting.append(normalise(included.value))
    return tuple(found)


def extra_contents(manifest: Manifest, name: Name) -> tuple[str, ...]:
    """Return the requirements of an extra, with those of the project's other extras that it names."""
    found: dict[str, None] = {}
    waiting, seen = [name], set[Name]()
    own = manifest.shared.name
    required = {id(one.node): one for one in manifest.requirements}
    while waiting:
        one = waiting.pop()
        entry = manifest.extras.get(one)
        if one in seen or entry is None or not isinstance(entry.value, Array):
            continue
        seen.add(one)
        for item in entry.value.items:
            if isinstance(item, String):
                requirement = required.get(id(item))
                if requirement is not None and requirement.name == own and requirement.extras:
                    waiting += [normalise(extra) for extra, _ in requirement.extras]
                else:
                    found[item.value] = None
    return tuple(found)
