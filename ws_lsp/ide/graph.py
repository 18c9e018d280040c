"""The graph of a workspace's members: who requires whom, why, and in which circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from heapq import heapify, heappop, heappush

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.incremental import once_for_each_text
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import TomlPath
from ws_lsp.project.manifest import BUILD_SYSTEM_PATH, Manifest
from ws_lsp.schema.keys import DEPENDENCY_GROUPS

__all__ = ["Edge", "EdgeKind", "Graph", "graph", "in_order", "reached"]


class EdgeKind(Enum):
    """Which list a requirement stands in."""

    DEPENDENCY = "dependency"
    EXTRA = "extra"
    GROUP = "group"
    BUILD = "build"


class Edge(NamedTuple):
    """A member requires another; `name` is that of the extra or the group, or empty."""

    source: Name
    target: Name
    kind: EdgeKind
    name: str = ""


class Graph(NamedTuple):
    """The members, what leads from one to another, and the circles that dependencies make."""

    members: tuple[Name, ...]
    edges: tuple[Edge, ...]
    cycles: tuple[tuple[Name, ...], ...]


def graph(snapshot: Snapshot) -> Graph:
    """Return the graph of a workspace, sorted by name."""
    members = snapshot.workspace.members
    edges: list[Edge] = []
    for member in members.values():
        for target, kind, name in _requirements(snapshot.manifests[member.path]):
            if target in members and target != member.name:
                edges.append(Edge(member.name, target, kind, name))
    plain: dict[Name, list[Name]] = {name: [] for name in members}
    for edge in edges:
        if edge.kind is EdgeKind.DEPENDENCY:
            plain[edge.source].append(edge.target)
    return Graph(tuple(members), tuple(edges), _cycles(plain))


def reached(edges: Iterable[Edge], start: Iterable[Name], *, reverse: bool = False) -> set[Name]:
    """Return members and all that they need, directly or through others; with `reverse`, all that need them."""
    onward: dict[Name, list[Name]] = {}
    for edge in edges:
        source, target = (edge.target, edge.source) if reverse else (edge.source, edge.target)
        onward.setdefault(source, []).append(target)
    found = set(start)
    waiting = [*found]
    while waiting:
        for name in onward.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def in_order(edges: Iterable[Edge], members: Collection[Name]) -> tuple[tuple[Name, ...], ...]:
    """Return members with what they need in front of them, and else sorted by name.

    Members of a circle come together, as one tuple.
    """
    needs: dict[Name, set[Name]] = {name: set() for name in members}
    for edge in edges:
        if edge.source in needs and edge.target in needs:
            needs[edge.source].add(edge.target)
    circles = {name: min(component) for component in _components(needs) for name in component}
    together: dict[Name, list[Name]] = {}
    for name in sorted(members):
        together.setdefault(circles[name], []).append(name)
    waits = {
        first: {circles[target] for name in names for target in needs[name]} - {first}
        for first, names in together.items()
    }
    wanted: dict[Name, list[Name]] = {}
    for first, targets in waits.items():
        for target in targets:
            wanted.setdefault(target, []).append(first)
    ready = [first for first, targets in waits.items() if not targets]
    heapify(ready)
    found = []
    while ready:
        first = heappop(ready)
        found.append(tuple(together[first]))
        for other in wanted.get(first, ()):
            waits[other].remove(first)
            if not waits[other]:
                heappush(ready, other)
    return tuple(found)


_Requirement = tuple[Name, EdgeKind, str]


@once_for_each_text
def _requirements(manifest: Manifest) -> tuple[_Requirement, ...]:
    """Return what a file requires and where, each once; kept as long as its text."""
    with manifest.lent():
        read = {
            (one.name, *_list_of(one.path)): None
            for one in (*manifest.requirements, *manifest.build_requirements)
            if one.name is not None
        }
    return tuple(read)


def _list_of(path: TomlPath) -> tuple[EdgeKind, str]:
    if path == BUILD_SYSTEM_PATH:
        return EdgeKind.BUILD, ""
    if path[0] == DEPENDENCY_GROUPS:
        return EdgeKind.GROUP, normalise(path[1])
    if path[0] == "tool":
        return EdgeKind.GROUP, "dev"
    if path[1] == "optional-dependencies":
        return EdgeKind.EXTRA, normalise(path[2])
    return EdgeKind.DEPENDENCY, ""


def _cycles(edges: Mapping[Name, Iterable[Name]]) -> tuple[tuple[Name, ...], ...]:
    """Return a shortest circle through the first name of every group of names that reach each other."""
    circles = (
        _circle(edges, component, min(component))
        for component in _components(edges)
        if len(component) > 1
    )
    return tuple(sorted(circles))


def _circle(
    edges: Mapping[Name, Iterable[Name]], component: set[Name], start: Name
) -> tuple[Name, ...]:
    """Return the names of a shortest way from a name to itself, that name first and once."""
    before: dict[Name, Name] = {}
    waiting = [start]
    for name in waiting:
        for target in edges[name]:
            if target == start:
                way = [name]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if target in component and target not in before:
                before[target] = name
                waiting.append(target)
    return (start,)


def _components(edges: Mapping[Name, Iterable[Name]]) -> Iterable[set[Name]]:
    """Yield the strongly connected components (Tarjan), without recursion: a chain may be long."""
    index: dict[Name, int] = {}
    low: dict[Name, int] = {}
    stack: list[Name] = []
    on_stack: set[Name] = set()
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    component: set[Name] = set()
                    while name not in component:
                        component.add(member := stack.pop())
                        on_stack.discard(member)
                    yield component
