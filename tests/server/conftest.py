"""Servers of the tests' own making, each one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.client import Client, profile
from e2e.disk import Place, environment, write

from server.stand_in import StandIn

Start = Callable[..., Client]

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
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
def uv(tmp_path: Path) -> StandIn:
    """Return a stand-in for uv."""
    return StandIn(tmp_path / "stand-in")


@pytest.fixture
def client(start: Start, place: Place, uv: StandIn) -> Client:
    """Return a client whose server uses the stand-in."""
    client = start()
    client.initialize([place.directory], options={"uv": {"path": str(uv.path)}})
    return client
