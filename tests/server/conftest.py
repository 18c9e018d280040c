"""Servers of the tests' own making, each one process."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.client import Client, profile
from e2e.disk import Place, environment, write

Start = Callable[..., Client]
StandIn = Callable[[str], Path]

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a small workspace."""
    return write(tmp_path / "workspace", WORKSPACE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server; whatever happens, nothing of it is left."""
    clients: list[Client] = []

    def begin(name: str = "visual-studio-code", **more: str) -> Client:
        clients.append(Client(profile(name), environment(tmp_path / "home", **more), tmp_path))
        return clients[-1]

    yield begin
    for client in clients:
        client.kill()
    for client in clients:
        client.assert_clean()


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    """Write a program that stands in for uv; it writes its process id to `pid` beside itself."""

    def make(body: str) -> Path:
        path = tmp_path / "uv-stand-in"
        path.write_text(
            "#!/bin/sh\n"
            'if [ "$1" = --version ]; then echo "uv 0.13.9"; exit 0; fi\n'
            f'here="{tmp_path}"\n'
            'echo $$ > "$here/pid.new"; mv "$here/pid.new" "$here/pid"\n'
            f"{body}\n"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


def is_alive(process_id: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return state != "Z"


def sync(client: Client, place: Place, packages: Any = "all", **more: Any) -> int:
    """Ask for a sync; return the request's id."""
    arguments = [{"root": place.directory.as_uri(), "packages": packages, **more}]
    params = {"command": "ws-lsp.server.sync", "arguments": arguments}
    return client.start("workspace/executeCommand", params)
