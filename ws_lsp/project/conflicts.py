"""What `tool.uv.conflicts` keeps apart: uv resolves the entries of a set one without the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from ws_lsp.grammar.names import Name, is_valid, normalise
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.schema.keys import CONFLICTS, PACKAGE
from ws_lsp.toml.tree import Array, String, Table

__all__ = [
    "ConflictSet",
    "Conflicts",
    "Context",
    "conflict_sets",
    "exclude_each_other",
    "including_groups",
    "kept_apart",
    "with_including_groups",
]


class Context(NamedTuple):
    """Where a requirement stands: the dependencies of a project, one of its extras or one of its groups.

    As an entry of `conflicts` one without an extra and a group is the whole project. The package is None
    for a root without `[project]`.
    """

    package: Name | None
    extra: Name | None = None
    group: Name | None = None


class ConflictSet(NamedTuple):
    """A set of `conflicts` as written, and its entries, of which there are fewer where items are wrong."""

    array: Array
    entries: tuple[Context, ...]


Conflicts: TypeAlias = tuple[tuple[frozenset[Context], ...], ...]
"""Sets of conflicting entries; each entry with the groups that include it, which conflict as well."""


def conflict_sets(uv: Table | None, package: Name | None) -> Iterator[ConflictSet]:
    """Yield the sets of `conflicts` in a `[tool.uv]` of the project `package`; what is no set is left out."""
    value = uv.get(CONFLICTS) if uv is not None else None
    for one in value.items if isinstance(value, Array) else ():
        if isinstance(one, Array):
            tables = (item for item in one.items if isinstance(item, Table))
            yield ConflictSet(one, tuple(_context(table, package) for table in tables))


def _context(item: Table, package: Name | None) -> Context:
    def name(key: str) -> Name | None:
        node = item.get(key)
        sound = isinstance(node, String) and is_valid(node.value)
        return normalise(node.value) if isinstance(node, String) and sound else None

    return Context(name(PACKAGE) or package, name("extra"), name("group"))


def with_including_groups(
    sets: Iterable[tuple[Context, ...]],
    includes: Mapping[Name | None, Mapping[Name, frozenset[Name]]],
) -> Conflicts:
    """Add to each entry the groups that include it; `includes` has those that a group names itself."""
    return tuple(tuple(_with_including(one, includes) for one in some) for some in sets)


def _with_including(
    entry: Context, includes: Mapping[Name | None, Mapping[Name, frozenset[Name]]]
) -> frozenset[Context]:
    if entry.group is None:
        return frozenset({entry})
    groups = including_groups(entry.group, includes.get(entry.package, {}))
    return frozenset(entry._replace(group=group) for group in groups)


def including_groups(group: Name, includes: Mapping[Name, frozenset[Name]]) -> set[Name]:
    """Return a group and all those that include it, directly or through others.

    `includes` has the groups that each group names itself.
    """
    found: set[Name] = set()
    waiting = [group]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [other for other, named in includes.items() if one in named]
    return found


def kept_apart(conflicts: Conflicts, one: Context, other: Context) -> bool:
    """Tell whether uv may resolve requirements of two contexts apart from each other.

    That an extra or a project in conflict is asked for by others as well is not looked at. A whole project
    in conflict is its dependencies and its extras: uv leaves its groups where they are.
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


def exclude_each_other(conflicts: Conflicts, one: Context, other: Context) -> bool:
    """Tell whether two contexts are different entries of one set."""
    return any(
        one in left and other in right
        for some in conflicts
        for left in some
        for right in some
        if left is not right
    )


def _holds(entry: frozenset[Context], context: Context) -> bool:
    # a whole project is without its groups
    return context in entry or (context.group is None and Context(context.package) in entry)
