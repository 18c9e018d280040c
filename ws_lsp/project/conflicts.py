"""What `tool.uv.conflicts` keeps apart: uv resolves the entries of a set one without the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.names import Name, is_valid, normalise
from ws_lsp.toml.tree import Array, String, Table

__all__ = ["Conflicts", "Context", "conflict_sets", "kept_apart", "with_including_groups"]


class Context(NamedTuple):
    """Where a requirement stands: the dependencies of a project, one of its extras or one of its groups.

    As an entry of `conflicts` one without an extra and a group is the whole project. The package is None
    for a root without `[project]`.
    """

    package: Name | None
    extra: Name | None = None
    group: Name | None = None


Conflicts: TypeAlias = tuple[tuple[frozenset[Context], ...], ...]
"""Sets of conflicting entries; each entry with the groups that include it, which conflict as well."""


def conflict_sets(uv: Table | None, package: Name | None) -> tuple[tuple[Context, ...], ...]:
    """Return the sets of `conflicts` in a `[tool.uv]` of the project `package`; wrong ones are left out."""
    value = uv.get("conflicts") if uv is not None else None
    sets = value.items if isinstance(value, Array) else ()
    return tuple(
        tuple(_context(item, package) for item in one.items if isinstance(item, Table))
        for one in sets
        if isinstance(one, Array)
    )


def _context(item: Table, package: Name | None) -> Context:
    def name(key: str) -> Name | None:
        node = item.get(key)
        sound = isinstance(node, String) and is_valid(node.value)
        return normalise(node.value) if isinstance(node, String) and sound else None

    return Context(name("package") or package, name("extra"), name("group"))


def with_including_groups(
    sets: Iterable[tuple[Context, ...]],
    includes: Mapping[Name | None, Mapping[Name, frozenset[Name]]],
) -> Conflicts:
    """Add to each entry the groups that include it; `includes` has those that a group names itself."""
    return tuple(tuple(frozenset(_including(one, includes)) for one in some) for some in sets)


def _including(
    entry: Context, includes: Mapping[Name | None, Mapping[Name, frozenset[Name]]]
) -> Iterator[Context]:
    groups = includes.get(entry.package, {}) if entry.group is not None else {}
    seen: set[Name] = set()
    waiting = [entry.group]
    yield entry
    for name in waiting:
        for group, named in groups.items():
            if name in named and group not in seen:
                seen.add(group)
                waiting.append(group)
                yield entry._replace(group=group)


def kept_apart(conflicts: Conflicts, one: Context, other: Context) -> bool:
    """Tell whether uv may resolve requirements of two contexts apart from each other.

    That an extra or a project in conflict is asked for by others as well is not looked at.
    """
    if one == other:
        return False
    return any(
        _holds(left, one) and _holds(right, other)
        for some in conflicts
        for left in some
        for right in some
        if left is not right
    )


def _holds(entry: frozenset[Context], context: Context) -> bool:
    return context in entry or Context(context.package) in entry
