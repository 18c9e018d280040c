"""The graph of a workspace's members as text, Mermaid, DOT or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Set

from ws_lsp.grammar.names import Name
from ws_lsp.ide.graph import Edge, EdgeKind, Graph

__all__ = ["GRAPH_FORMATS", "part_of", "plain_edge"]


def part_of(graph: Graph, members: Set[Name]) -> Graph:
    """Return the graph without all other members."""
    return Graph(
        tuple(name for name in graph.members if name in members),
        tuple(edge for edge in graph.edges if edge.source in members and edge.target in members),
        tuple(cycle for cycle in graph.cycles if members >= {*cycle}),
    )


def as_text(graph: Graph) -> str:
    """Return each member with what it requires below it, and the circles at the end."""
    return "".join(f"{line}\n" for line in _text_lines(graph))


def _text_lines(graph: Graph) -> Iterator[str]:
    edges: dict[Name, list[Edge]] = {}
    for edge in graph.edges:
        edges.setdefault(edge.source, []).append(edge)
    for name in graph.members:
        yield name
        for edge in edges.get(name, ()):
            yield f"  {edge.target}{f' ({_reason(edge)})' if _reason(edge) else ''}"
    for cycle in graph.cycles:
        yield f"cycle: {' → '.join((*cycle, cycle[0]))}"


def as_mermaid(graph: Graph) -> str:
    """Return a flowchart (Mermaid); what an extra or a group requires is dotted."""
    lines = ["graph LR", *(f"    {name}" for name in graph.members)]
    for edge in graph.edges:
        reason = _reason(edge)
        arrow = f'-. "{reason}" .->' if reason else "-->"
        lines.append(f"    {edge.source} {arrow} {edge.target}")
    return "".join(f"{line}\n" for line in lines)


def as_dot(graph: Graph) -> str:
    """Return a digraph (Graphviz); what an extra or a group requires is dashed."""
    lines = ["digraph workspace {", *(f'    "{name}";' for name in graph.members)]
    for edge in graph.edges:
        reason = _reason(edge)
        style = f' [style=dashed, label="{reason}"]' if reason else ""
        lines.append(f'    "{edge.source}" -> "{edge.target}"{style};')
    return "".join(f"{line}\n" for line in (*lines, "}"))


def as_json(graph: Graph) -> str:
    """Return `{"members": [names], "edges": [{from, to, kind, name}], "cycles": [[names]]}`."""
    document = {
        "members": list(graph.members),
        "edges": [plain_edge(edge) for edge in graph.edges],
        "cycles": [list(cycle) for cycle in graph.cycles],
    }
    return json.dumps(document, indent=2) + "\n"


def plain_edge(edge: Edge) -> dict[str, str]:
    """Return an edge as JSON data; `name` is that of the extra or group."""
    plain = {"from": edge.source, "to": edge.target, "kind": edge.kind.value}
    return {**plain, "name": edge.name} if edge.name else plain


def _reason(edge: Edge) -> str:
    return "" if edge.kind is EdgeKind.DEPENDENCY else f"{edge.kind.value} {edge.name}".rstrip()


GRAPH_FORMATS: Mapping[str, Callable[[Graph], str]] = {
    "text": as_text,
    "mermaid": as_mermaid,
    "dot": as_dot,
    "json": as_json,
}
"""The formats of `ws-lsp graph`, by name."""
