"""Measure how long the editor features take, servers taking turns, on the synthetic workspaces.

    python benchmarks/feature_latency.py [--servers tombi ours] [--sizes 100 1000] [--repetitions 30]

Nothing changes between the requests, so these are the times of a warm server: from the moment before
the request is written to the moment at which the answer is read. The tables show p50 and the minimum in
milliseconds, the latter because other programs may run beside; a dash stands where a server does not
offer the feature, or answers nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from servers import Server, UnknownServerError, select_servers
from synthetic_workspace import RootSize, end_of, make_workspace, member_name, position_at

from language_client import LanguageClient, ProtocolError

QUIET, PATIENCE = 4.0, 120.0
"""The silence, in seconds, that ends the start; and how long that, or an answer, is waited for.

Ours goes on to check the files that are not open, and says nothing of those without findings.
"""


@dataclass
class Request:
    """A request that is measured."""

    name: str
    method: str
    params: dict[str, Any]


@dataclass
class Lane:
    """One server on a workspace of its own, and its times in seconds by request."""

    server: Server
    workspace: Path
    client: LanguageClient
    times: dict[str, list[float]] = field(default_factory=dict)

    def requests(self) -> Iterator[Request]:
        """Yield what is asked for: about the root, and about its first member."""
        root, name = self.workspace / "pyproject.toml", member_name(0)
        text = root.read_text("utf-8")
        path = self.workspace / "packages" / name / "pyproject.toml"
        document = {"textDocument": {"uri": root.as_uri()}}
        source = {**document, "position": position_at(text, f"{name} = ", 3)}
        package = {
            "textDocument": {"uri": path.as_uri()},
            "position": position_at(path.read_text("utf-8"), '"requests', 3),
        }
        declared = {"context": {"includeDeclaration": True}}
        everything = {"start": {"line": 0, "character": 0}, "end": end_of(text)}
        yield Request("hover of a member", "textDocument/hover", source)
        yield Request("hover of a package that all require", "textDocument/hover", package)
        yield Request("definition of a member", "textDocument/definition", source)
        yield Request("references of a member", "textDocument/references", {**source, **declared})
        yield Request(
            "rename of a member", "textDocument/rename", {**source, "newName": "brand-new"}
        )
        yield Request("workspace symbols, empty query", "workspace/symbol", {"query": ""})
        yield Request("workspace symbols, `acme`", "workspace/symbol", {"query": "acme"})
        yield Request("code lenses of the root", "textDocument/codeLens", document)
        yield Request(
            "inlay hints of the root", "textDocument/inlayHint", {**document, "range": everything}
        )
        yield Request("document symbols of the root", "textDocument/documentSymbol", document)
        yield Request("document links of the root", "textDocument/documentLink", document)
        yield Request("folding of the root", "textDocument/foldingRange", document)

    def ask(self, request: Request, counts: bool) -> None:
        """Send a request; without `counts` it only warms the server up."""
        try:
            reply = self.client.exchange(request.method, request.params, PATIENCE)
        except ProtocolError:
            return
        if reply.result and counts:
            self.times.setdefault(request.name, []).append(reply.seconds)


def opened(server: Server, workspace: Path) -> Lane:
    """Start a server, and open the root and the first member."""
    client = server.start(workspace)
    client.initialize([workspace], server.initialization_options)
    for path in (
        workspace / "pyproject.toml",
        workspace / "packages" / member_name(0) / "pyproject.toml",
    ):
        client.open(path, language=server.language_id)
    client.listen(QUIET, PATIENCE)
    return Lane(server, workspace, client)


def measure(
    servers: Sequence[Server], members: int, root: RootSize, repetitions: int
) -> list[Lane]:
    """Let the servers take turns with every request."""
    with tempfile.TemporaryDirectory(prefix="ws-lsp-features-") as directory:
        place = Path(directory).resolve()
        lanes = [
            opened(server, make_workspace(place / server.name, members, root, valid=True))
            for server in servers
        ]
        try:
            for requests in zip(*(lane.requests() for lane in lanes), strict=True):
                for repetition in range(repetitions + 3):
                    for lane, request in zip(lanes, requests, strict=True):
                        lane.ask(request, counts=repetition >= 3)
        finally:
            for lane in lanes:
                lane.client.stop()
    return lanes


def table(lanes: Sequence[Lane]) -> str:
    """Return medians and minima as a Markdown table."""
    lines = ["| request | " + " | ".join(lane.server.name for lane in lanes) + " |"]
    lines.append("|---" * (len(lanes) + 1) + "|")
    for name in dict.fromkeys(name for lane in lanes for name in lane.times):
        found = [lane.times.get(name) for lane in lanes]
        cells = [
            f"{statistics.median(times) * 1e3:.2f} ({min(times) * 1e3:.2f})" if times else "–"
            for times in found
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables that the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure the editor features.")
    parser.add_argument("--servers", nargs="+", default=["tombi", "ours"], metavar="NAME")
    parser.add_argument("--sizes", nargs="+", type=int, default=[100, 1000])
    parser.add_argument("--root", nargs="+", choices=get_args(RootSize), default=["small", "full"])
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--python", default=sys.executable, help="interpreter of floor and ours")
    options = parser.parse_args()
    try:
        servers = select_servers(options.servers, options.python)
    except UnknownServerError as error:
        sys.exit(f"feature_latency.py: {error}")
    for root in options.root:
        for members in options.sizes:
            lanes = measure(servers, members, root, options.repetitions)
            print(f"\n## {members} members, root {root}\n\n{table(lanes)}", flush=True)


if __name__ == "__main__":
    main()
