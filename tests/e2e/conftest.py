"""Servers for the end-to-end tests: one process for each profile, a workspace of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.client import PROFILES, Client, profile
from e2e.disk import Place, environment, write

Project = Callable[[str], Place]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home directory for all: uv's cache in it is filled once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Client]]:
    """Hold the running servers by profile; all of them must end well."""
    running: dict[str, Client] = {}
    yield running
    for client in running.values():
        try:
            assert client.close() == 0
            client.assert_clean()
        finally:
            client.kill()


@pytest.fixture(params=PROFILES)
def client(
    request: pytest.FixtureRequest, servers: dict[str, Client], machine: Path
) -> Iterator[Client]:
    """Return a client of a running server; at the end nothing of the test may be left in it."""
    name: str = request.param
    if name not in servers:
        servers[name] = Client(profile(name), environment(machine), machine)
        servers[name].initialize()
    client = servers[name]
    client.messages.clear()
    client.log.clear()
    client.asked.clear()
    client.choice = None
    try:
        yield client
        for document in list(client.documents.values()):
            client.close_document(document)
        client.settle()
        client.assert_clean()
    except BaseException:
        del servers[name]
        client.kill()
        raise


@pytest.fixture
def project(client: Client, tmp_path: Path) -> Iterator[Project]:
    """Write a workspace and open it as a folder; when it is closed, its diagnostics must go."""
    opened: list[Path] = []

    def make(text: str) -> Place:
        place = write(tmp_path / f"folder-{len(opened)}", text)
        opened.append(place.directory)
        client.change_folders(added=[place.directory])
        client.settle()
        return place

    yield make
    if client.process.poll() is None:
        for document in list(client.documents.values()):
            client.close_document(document)
        client.change_folders(removed=opened)
        client.settle()
        left = [uri for uri, known in client.published.items() if known.diagnostics]
        assert not left, f"diagnostics remain: {left}"
        client.published.clear()
