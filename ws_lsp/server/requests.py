"""The requests that are ours: `ws-lsp/workspaces` and `ws-lsp/graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ws_lsp.graph_report import plain_edge
from ws_lsp.ide import graph
from ws_lsp.server import convert
from ws_lsp.server.locating import workspace_at
from ws_lsp.server.overview import overview
from ws_lsp.server.quirks import Prepared, Refused

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = ["WORKSPACES", "register"]

WORKSPACES, GRAPH = "ws-lsp/workspaces", "ws-lsp/graph"


def register(server: Server) -> None:
    """Register the handlers."""
    server.feature(WORKSPACES)(_workspaces)
    server.feature(GRAPH)(_graph)


def _workspaces(ls: Server, params: Any) -> Prepared:
    """Answer `ws-lsp/workspaces`: see `ws_lsp.server.overview`."""
    ls.features.asked.add(WORKSPACES)
    session = ls.session
    return Prepared(
        [
            overview(snapshot, ls.publisher.findings, session.uris(), session.installed_uv)
            for snapshot in map(session.host.snapshot, session.checkers)
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
    uris = ls.session.uris()
    return Prepared(
        {
            "members": [
                {
                    "name": name,
                    "manifest": uris.get(members[name].path) or convert.uri_of(members[name].path),
                    "isDefault": name in default,
                }
                for name in found.members
            ],
            "edges": [plain_edge(edge) for edge in found.edges],
            "cycles": [list(cycle) for cycle in found.cycles],
        }
    )
