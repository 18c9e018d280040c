"""The graph of a workspace's members as text, Mermaid, DOT or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from ws_lsp.grammar.names import Name
from ws_lsp.ide.graph import Edge, EdgeKind, Graph

__all__ = ["GRAPH_FORMATS", "part_of", "plain_edge"]


def part_of(graph: Graph, member: Name, reverse: bool) -> Graph:
    """Return what a member needs, directly or through others; with `reverse`, what needs it."""
    reached = {member}
    waiting = [member]
    while waiting:
        name = waiting.pop()
        for edge in graph.edges:
            start, end = (edge.target, edge.source) if reverse else (edge.source, edge.target)
            if start == name and end not in reached:
                reached.add(end)
                waiting.append(end)
    return Graph(
        tuple(name for name in graph.members if name in reached),
        tuple(edge for edge in graph.edges if edge.source in reached and edge.target in reached),
        tuple(cycle for cycle in graph.cycles if reached.issuperset(cycle)),
    )


def as_text(graph: Graph) -> str:
    """Return each member with what it requires below it, and the circles at the end."""
    return "".join(f"{line}\n" for line in _text_lines(graph))


def _text_lines(graph: Graph) -> Iterator[str]:
    for name in graph.members:
        yield name
        for edge in graph.edges:
            if edge.source == name:
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
    return "" if edge.kind is EdgeKind.DEPENDENCY else f"{edge.kind.value} {edge.name}"


GRAPH_FORMATS: Mapping[str, Callable[[Graph], str]] = {
    "text": as_text,
    "mermaid": as_mermaid,
    "dot": as_dot,
    "json": as_json,
}
"""The formats of `ws-lsp graph`, by name."""
