"""Who requires whom among the members, and what dependency groups and extras come to."""

from __future__ import annotations

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.symbol_references import naming
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import Name, normalise
from ws_lsp.toml.tree import Array, String, Table

__all__ = [
    "dependencies_of",
    "dependents_of",
    "extra_contents",
    "group_contents",
    "included_groups",
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


def group_contents(manifest: Manifest, name: Name) -> tuple[str, ...]:
    """Return the requirements of a dependency group and of all that it includes, as written."""
    found: dict[str, None] = {}
    for one in included_groups(manifest, name):
        value = manifest.groups[one].value
        for item in value.items if isinstance(value, Array) else ():
            if isinstance(item, String):
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
