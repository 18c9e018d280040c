"""The beginning and the end of a session, and what is agreed upon; each test has its own process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.client import PROFILES, Client, profile
from e2e.disk import environment, write
from language_client.positions import apply_text_edits, offset
from ws_lsp import __version__

Start = Callable[[dict[str, Any]], Client]

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["😀é", "alpah"] # 😀
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
"""


@pytest.fixture
def start(machine: Path) -> Iterator[Start]:
    """Start a server; it must end well."""
    clients: list[Client] = []

    def begin(capabilities: dict[str, Any]) -> Client:
        clients.append(Client(capabilities, environment(machine), machine))
        return clients[-1]

    yield begin
    try:
        for client in clients:
            if client.process.poll() is None:
                assert client.close() == 0
            client.assert_clean()
    finally:
        for client in clients:
            client.kill()


@pytest.mark.parametrize("name", PROFILES)
def test_what_the_server_offers(start: Start, name: str, tmp_path: Path) -> None:
    place = write(tmp_path, WORKSPACE)
    client = start(profile(name))
    answer = client.initialize([place.directory])
    assert answer["serverInfo"] == {"name": "ws-lsp", "version": __version__}
    offered = answer["capabilities"]
    encoding = {"visual-studio-code": "utf-16", "neovim": "utf-8"}[name]
    assert offered["positionEncoding"] == encoding
    sync = offered["textDocumentSync"]
    assert (sync["openClose"], sync["change"]) == (True, 2)
    assert sync["save"] in (True, {"includeText": False}, {})
    kinds = ["quickfix", "source.fixAll.ws-lsp", "ws-lsp.sync", "source.sync.ws-lsp"]
    kinds += ["refactor.extract", "refactor.rewrite"]
    assert offered["codeActionProvider"] == {"codeActionKinds": kinds, "resolveProvider": True}
    assert '"' in offered["completionProvider"]["triggerCharacters"]
    assert offered["executeCommandProvider"]["commands"] == [
        "ws-lsp.server.sync",
        "ws-lsp.server.lock",
        "ws-lsp.server.changeDefaultPackages",
        "ws-lsp.server.newMember",
    ]
    folders = offered["workspace"]["workspaceFolders"]
    assert folders == {"supported": True, "changeNotifications": True}
    # other servers do these for TOML, and we must not stand in their way
    for other in (
        "documentFormattingProvider",
        "semanticTokensProvider",
        "diagnosticProvider",
    ):
        assert other not in offered
    client.wait_for_diagnostics(place / "pyproject.toml")


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-8"], "utf-8"),
        (["utf-16"], "utf-16"),
        (["utf-32"], "utf-32"),
        (["utf-32", "utf-8", "utf-16"], "utf-32"),
        (None, "utf-16"),
    ],
)
def test_positions_behind_a_character_outside_of_the_bmp(
    start: Start, tmp_path: Path, offered: list[str] | None, chosen: str
) -> None:
    place = write(tmp_path, WORKSPACE)
    capabilities = profile("visual-studio-code")
    capabilities["general"].pop("positionEncodings")
    if offered is not None:
        capabilities["general"]["positionEncodings"] = offered
    client = start(capabilities)
    client.initialize([place.directory])
    assert client.encoding == chosen
    root = client.open(place / "pyproject.toml")
    client.wait_for_diagnostics(root.uri)
    client.settle()
    ranges = [one["range"] for one in client.diagnostics(root.uri)]
    cut = [
        root.text[offset(root.text, one["start"], chosen) : offset(root.text, one["end"], chosen)]
        for one in ranges
    ]
    assert cut == ['"😀é"', '"alpah"']
    index = root.text.index("pah")
    (item,) = client.complete(root, index)
    edits = [item["textEdit"], *item.get("additionalTextEdits", ())]
    after = root.text.replace("alpah", "alpha")
    assert apply_text_edits(root.text, edits, chosen) == after
    for action in client.code_actions(root, ranges[1]):
        if action["title"] == "Replace with `alpha`":
            client.apply(action["edit"])
    assert root.text == after


def test_a_client_that_announces_nothing(start: Start, tmp_path: Path) -> None:
    place = write(tmp_path, WORKSPACE)
    client = start({})
    answer = client.initialize(rootUri=place.directory.as_uri(), workspaceFolders=None)
    assert "positionEncoding" not in answer["capabilities"] or client.encoding == "utf-16"
    root = client.open(place / "pyproject.toml")
    client.wait_for_diagnostics(root.uri)
    assert {frozenset(one) for one in client.diagnostics(root.uri)} == {
        frozenset({"range", "severity", "code", "source", "message"})
    }
    actions = client.code_actions(root, root.text.index("alpah"))
    assert actions
    assert all(isinstance(action["command"], str) for action in actions)
    assert client.complete(root, root.text.index("pah"))
    client.change(root, root.text.replace("packages/*", "packages/"))
    assert client.complete(root, root.text.index("packages/") + len("packages/"))
    assert client.registrations == []


def test_a_client_without_progress_gets_none(start: Start, tmp_path: Path) -> None:
    place = write(tmp_path, WORKSPACE)
    client = start({})
    client.initialize([place.directory])
    result = client.execute(
        "ws-lsp.server.sync", {"root": place.directory.as_uri(), "packages": ["alpha"]}
    )
    assert result["exitCode"] == 0
    assert client.progress == {}


def test_settings_come_with_initialize_or_later(start: Start, tmp_path: Path) -> None:
    place = write(tmp_path, WORKSPACE)
    client = start(profile("visual-studio-code"))
    path = str(tmp_path / "no-such-uv")
    client.initialize([place.directory], options={"uv": {"path": path}})
    odd: tuple[Any, ...] = (
        None,
        [],
        {"uv": 7},
        {"uv": {"path": 7}},
        {"ws-lsp": None},
        {"ws-lsp": {"uv": {"path": None}}},
        {"ws-lsp": {"uv": {"path": path}, "rules": 7}},
        {"ws-lsp": {"rules": {"no-such-rule": "off", "unknown-default-package": 7}}},
    )
    for settings in odd:
        client.notify("workspace/didChangeConfiguration", {"settings": settings})
    client.settle()
    assert client.diagnostics(place / "pyproject.toml")


def levels(client: Client, path: Path) -> set[int]:
    return {
        one["severity"]
        for one in client.diagnostics(path)
        if one["code"] == "unknown-default-package"
    }


def test_the_level_of_a_rule_is_a_setting(start: Start, tmp_path: Path) -> None:
    place = write(tmp_path, WORKSPACE)
    client = start(profile("visual-studio-code"))
    client.initialize([place.directory], options={"rules": {"unknown-default-package": "warning"}})
    client.wait_for_diagnostics(place / "pyproject.toml")
    assert levels(client, place / "pyproject.toml") == {2}
    client.configure({"rules": {"unknown-default-package": "off"}})
    client.wait_for_codes(place / "pyproject.toml")
    client.configure({"rules": {}})
    client.wait_for_diagnostics(place / "pyproject.toml")
    assert levels(client, place / "pyproject.toml") == {1}


@pytest.mark.parametrize("arguments", [[], ["--stdio"], ["--clientProcessId", "1"]])
def test_arguments_that_clients_add(machine: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "ws_lsp", "server", *arguments]
    client = Client(profile("neovim"), environment(machine), machine, command)
    try:
        client.initialize()
        assert client.close() == 0
        client.assert_clean()
    finally:
        client.kill()


def test_how_much_is_logged_is_a_setting(start: Start, tmp_path: Path) -> None:
    place = write(tmp_path, WORKSPACE)
    client = start(profile("visual-studio-code"))
    client.expected_errors.append("^INFO:")
    client.initialize([place.directory], options={"logLevel": "info"})
    client.request("ws-lsp/workspaces", {})
    settings = {"ws-lsp": {"logLevel": "warning"}}
    client.notify("workspace/didChangeConfiguration", {"settings": settings})
    client.request("ws-lsp/workspaces", {})
    assert client.close() == 0
    assert client.errors.count("defaultPackages") == 1
