"""The language servers that the benchmarks can start.

The rivals are looked for in the environment variable `PEERLAB`, or else in
`~/.cache/ws-lsp-peers`; `setup.sh` puts them there.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from language_client import LanguageClient

HERE = Path(__file__).resolve().parent
"""The directory of the benchmarks."""

OURS = "ours"
"""The name of the server of this project, in the working tree."""

FLOOR = "floor"
"""The name of the least pygls server, run by the same interpreter as `OURS`."""

RIVAL = "tombi"
"""The name of the rival whose latencies are the bar."""


class UnknownServerError(Exception):
    """A server was asked for that is not known, or whose program is not installed."""


@dataclass(frozen=True)
class Server:
    """How one language server is started."""

    name: str
    """What the tables call it."""

    command: tuple[str, ...]
    """The program and its arguments; it speaks LSP over standard input and output."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Environment variables, in addition to the ones of the benchmark."""

    initialization_options: Any = None
    """What the client hands over as `initializationOptions`."""

    language_id: str = "toml"
    """The language identifier under which the server expects `pyproject.toml`."""

    def start(self, directory: Path) -> LanguageClient:
        """Start the server in a directory."""
        return LanguageClient(self.command, directory, {**os.environ, **self.environment})


def peers_directory() -> Path:
    """Return where `setup.sh` installs the rivals."""
    chosen = os.environ.get("PEERLAB")
    return Path(chosen) if chosen else Path.home() / ".cache" / "ws-lsp-peers"


def peers_python() -> Path:
    """Return the interpreter of the rivals' environment; it has psutil."""
    return peers_directory() / "venv" / "bin" / "python"


def known_servers(interpreter: str) -> dict[str, Server]:
    """Return every known server by name, in the order in which they are run by default.

    `interpreter` is the Python that runs both the floor and ours.
    """
    lab = peers_directory()
    unpacked = sorted(lab.glob("tp/pyproject-*.data/scripts/pyproject"))
    checkout = {"PYTHONPATH": str(HERE.parent)}
    servers = (
        # `--offline`: no schema is fetched, so none is used.
        Server(RIVAL, (str(lab / "venv" / "bin" / "tombi"), "lsp", "--offline")),
        Server("pyproject", (str(unpacked[-1]) if unpacked else "pyproject", "server")),
        Server(FLOOR, (interpreter, str(HERE / "floor_server.py")), checkout),
        Server(OURS, (interpreter, "-m", "ws_lsp", "server"), checkout),
    )
    return {server.name: server for server in servers}


def select_servers(wanted: Sequence[str], interpreter: str) -> list[Server]:
    """Return the servers that `wanted` names, or all known ones when it is empty.

    An entry is a known name, or `name=command line`, which adds a server or replaces a known one.
    Raises `UnknownServerError`.
    """
    known = known_servers(interpreter)
    chosen: dict[str, Server] = {}
    for entry in wanted or known:
        name, given, command = entry.partition("=")
        if given:
            server = Server(name, tuple(shlex.split(command)))
        elif name in known:
            server = known[name]
        else:
            raise UnknownServerError(f"no server {name!r}; known: {', '.join(known)}")
        if not server.command or shutil.which(server.command[0]) is None:
            raise UnknownServerError(
                f"the program of {name!r} is not there; run benchmarks/setup.sh"
            )
        chosen[name] = server
    return list(chosen.values())
