"""The requests that are ours: `ws-lsp/workspaces` and `ws-lsp/graph`."""

from __future__ import annotations

from typing import Any

from ws_lsp.graph_report import plain_edge
from ws_lsp.ide import graph
from ws_lsp.server.answers import Prepared, Refused
from ws_lsp.server.language_server import Handler, Server
from ws_lsp.server.locating import workspace_at
from ws_lsp.server.overview import overview
from ws_lsp.server.refresh import WORKSPACES

__all__ = ["HANDLERS"]

GRAPH = "ws-lsp/graph"


def _workspaces(ls: Server, params: Any) -> Prepared:
    """Answer `ws-lsp/workspaces`: see `ws_lsp.server.overview`."""
    ls.refreshes.asked.add(WORKSPACES)
    session = ls.session
    return Prepared(
        [
            overview(snapshot, ls.publisher.findings, session.uri, session.installed_uv)
            for snapshot in session.snapshots()
        ]
    )


def _graph(ls: Server, params: Any) -> Prepared | Refused:
    """Answer `ws-lsp/graph` {root}: the members, the edges between them, and their circles."""
    snapshot = workspace_at(ls, params.get("root") if isinstance(params, dict) else None)
    if snapshot is None:
        return Refused("There is no workspace at this `root`")
    found = graph.graph(snapshot)
    members = snapshot.workspace.members
    default = snapshot.selected or frozenset()
    return Prepared(
        {
            "members": [
                {
                    "name": name,
                    "manifest": ls.session.uri(members[name].path),
                    "isDefault": name in default,
                }
                for name in found.members
            ],
            "edges": [plain_edge(edge) for edge in found.edges],
            "cycles": [list(cycle) for cycle in found.cycles],
        }
    )


HANDLERS = (Handler(WORKSPACES, _workspaces), Handler(GRAPH, _graph))
