"""The sync command with the real uv: what it says on the way, and what is in `.venv` afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e.client import Client
from e2e.conftest import Project
from e2e.disk import Place, installed, needs_uv

pytestmark = needs_uv

COMMAND = "ws-lsp.server.sync"
ERROR, INFO = 1, 3


def member(name: str, more: str = "") -> str:
    return f"""
#- /packages/{name}/pyproject.toml
[project]
name = "{name}"
version = "1.0"
requires-python = ">=3.11"
{more}
[build-system]
requires = ["uv_build>=0.9"]
build-backend = "uv_build"
#- /packages/{name}/src/{name}/__init__.py
""".strip("\n")


def workspace(defaults: str = "", beta: str = "") -> str:
    return "\n".join(
        [
            "#- /pyproject.toml",
            "[tool.uv.workspace]",
            'members = ["packages/*"]',
            *(["[tool.ws-lsp]", f"default-packages = {defaults}"] if defaults else []),
            member("alpha"),
            member("beta", beta),
        ]
    )


def sync(client: Client, place: Place, packages: Any, **more: Any) -> dict[str, Any]:
    arguments = {"root": place.directory.as_uri(), "packages": packages, **more}
    result: dict[str, Any] = client.execute(COMMAND, arguments, timeout=90)
    client.settle()
    return result


def last_progress(client: Client) -> list[dict[str, Any]]:
    return list(client.progress.values())[-1]


@pytest.mark.parametrize(
    ("defaults", "packages", "names"),
    [
        ('["alpha"]', "default", {"alpha"}),
        ('["alpha", "beta"]', "default", {"alpha", "beta"}),
        ('"all"', "default", {"alpha", "beta"}),
        ("", "default", {"alpha", "beta"}),
        ('["alpha"]', "all", {"alpha", "beta"}),
        ('["alpha"]', ["beta"], {"beta"}),
        ('["alpha"]', ["Beta", "ALPHA"], {"alpha", "beta"}),
    ],
)
def test_what_is_asked_for_is_installed(
    client: Client, project: Project, defaults: str, packages: Any, names: set[str]
) -> None:
    place = project(workspace(defaults))
    before = len(client.progress)
    result = sync(client, place, packages)
    assert result["exitCode"] == 0, result["output"]
    assert installed(place.directory) == names
    assert {change["name"] for change in result["changes"]} == names
    assert {change["action"] for change in result["changes"]} == {"installed"}
    assert {change["version"] for change in result["changes"]} == {"1.0"}
    assert result["summary"].startswith(f"installed {len(names)} (")
    (said,) = client.messages
    assert said[0] == INFO
    assert said[1].endswith(result["summary"])
    assert len(client.progress) == before + 1
    values = last_progress(client)
    assert [values[0]["kind"], values[-1]["kind"]] == ["begin", "end"]
    assert values[0]["title"] == "uv sync"
    assert values[0]["cancellable"] is True
    reports = [value["percentage"] for value in values[1:-1]]
    assert reports == sorted(reports)
    assert reports
    assert any(line.startswith("$ uv --project") for _, line in client.log)


def test_a_second_sync_has_nothing_to_do(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    sync(client, place, "default")
    result = sync(client, place, "default")
    assert result["exitCode"] == 0
    assert result["changes"] == []
    assert result["summary"].startswith("nothing to change (")


def test_a_smaller_sync_removes(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    sync(client, place, "all")
    result = sync(client, place, "default")
    assert [(one["action"], one["name"]) for one in result["changes"]] == [("removed", "beta")]
    assert installed(place.directory) == {"alpha"}


def test_what_an_unsaved_buffer_says_is_synced(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    root = client.open(place / "pyproject.toml")
    client.change(root, root.text.replace('"alpha"', '"beta"'))
    assert sync(client, place, "default")["exitCode"] == 0
    assert installed(place.directory) == {"beta"}


def test_a_file_of_the_workspace_names_it_as_well(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    uri = (place / "packages/beta/pyproject.toml").as_uri()
    result = client.execute(COMMAND, {"root": uri, "packages": "default"})
    assert result["exitCode"] == 0
    assert installed(place.directory) == {"alpha"}


def test_a_failure_has_uvs_words_and_exit_code(client: Client, project: Project) -> None:
    place = project(workspace('["beta"]', 'dependencies = ["ws-lsp-test-is-nowhere"]'))
    result = sync(client, place, "default")
    assert result["exitCode"] == 1
    assert "ws-lsp-test-is-nowhere" in result["output"]
    (said,) = client.messages
    assert said[0] == ERROR
    assert said[1].startswith("uv sync failed. ")
    assert "ws-lsp-test-is-nowhere" in said[1]
    assert "\x1b" not in said[1]
    assert last_progress(client)[-1] == {"kind": "end", "message": "Failed"}


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        (["nobody"], "`nobody` is not a member of this workspace"),
        (["nobody", "alpha", "no-one"], "`nobody`, `no-one` are not members of this workspace"),
        ("some", '`packages` must be "default", "all" or a list of names'),
        (7, '`packages` must be "default", "all" or a list of names'),
        ([7], '`packages` must be "default", "all" or a list of names'),
        ({"a": 1}, '`packages` must be "default", "all" or a list of names'),
    ],
)
def test_what_cannot_be_synced_is_refused(
    client: Client, project: Project, packages: Any, words: str
) -> None:
    place = project(workspace())
    before = len(client.progress)
    result = sync(client, place, packages)
    assert result == {"exitCode": 2, "summary": words, "output": "", "changes": []}
    assert client.messages == [(ERROR, words)]
    assert len(client.progress) == before
    assert not (place / ".venv").exists()


def test_no_default_packages_is_nothing_to_sync(client: Client, project: Project) -> None:
    place = project(workspace("[]"))
    result = sync(client, place, "default")
    assert result["exitCode"] == 0
    assert result["summary"] == "Nothing to sync: `default-packages` is empty"
    assert client.messages == [(INFO, result["summary"])]
    assert not (place / ".venv").exists()


def test_a_place_outside_of_all_workspaces(client: Client, tmp_path: Path) -> None:
    for uri in (tmp_path.as_uri(), "untitled:Untitled-1", "not a uri", ""):
        result = client.execute(COMMAND, {"root": uri, "packages": "all"})
        assert result["exitCode"] == 2
        assert result["summary"] == "`root` is in no uv workspace"


def test_equal_requests_are_one_sync_and_others_wait(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    before = len(client.progress)
    method = "workspace/executeCommand"
    identifiers = [
        client.start(
            method,
            {
                "command": COMMAND,
                "arguments": [{"root": place.directory.as_uri(), "packages": packages}],
            },
        )
        for packages in ("default", "default", ["beta"], "default")
    ]
    first, second, other, third = [client.result(one, timeout=90) for one in identifiers]
    assert first == second == third
    assert [one["name"] for one in first["changes"]] == ["alpha"]
    assert sorted(one["name"] for one in other["changes"]) == ["alpha", "beta"]
    assert installed(place.directory) == {"beta"}
    assert len(client.progress) == before + 2


def test_two_workspaces_sync_at_the_same_time(client: Client, project: Project) -> None:
    places = [project(workspace('["alpha"]')), project(workspace('["beta"]'))]
    identifiers = [
        client.start(
            "workspace/executeCommand",
            {"command": COMMAND, "arguments": [{"root": place.directory.as_uri()}]},
        )
        for place in places
    ]
    for identifier in identifiers:
        assert client.result(identifier, timeout=90)["exitCode"] == 0
    assert [installed(place.directory) for place in places] == [{"alpha"}, {"beta"}]


def test_a_client_that_refuses_progress_is_served(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    before = len(client.progress)
    client.refuse_progress = True
    try:
        result = sync(client, place, "default")
    finally:
        client.refuse_progress = False
    assert result["exitCode"] == 0
    assert len(client.progress) == before


def test_requests_are_answered_while_uv_runs(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    root = client.open(place / "pyproject.toml")
    arguments = [{"root": place.directory.as_uri(), "packages": "all"}]
    running = client.start("workspace/executeCommand", {"command": COMMAND, "arguments": arguments})
    index = root.text.index('"alpha"') + 1
    assert [item["label"] for item in client.complete(root, index)] == ["alpha", "beta"]
    assert not client.answered(running)
    assert client.result(running, timeout=90)["exitCode"] == 0


def test_the_action_offers_a_command_that_works(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    root = client.open(place / "pyproject.toml")
    actions = client.code_actions(root, root.text.index("default-packages"), ["source"])
    (action,) = [one for one in actions if one["title"] == "Sync default packages"]
    command = action["command"]
    assert client.execute(command["command"], *command["arguments"])["exitCode"] == 0
    assert installed(place.directory) == {"alpha"}
