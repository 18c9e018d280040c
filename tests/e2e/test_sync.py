"""The sync command with the real uv: what it says on the way, and what is in `.venv` afterwards."""

from __future__ import annotations

import subprocess
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
requires = ["uv_build>=0.9,<1"]
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
    assert result["summary"].startswith(f"installed {len(names)}, ")
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
    assert result["installed"] == [f"{name}==1.0" for name in sorted(names)]
    assert (result["status"], result["removed"]) == ("ok", [])


def test_a_second_sync_has_nothing_to_do(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    sync(client, place, "default")
    result = sync(client, place, "default")
    assert result["exitCode"] == 0
    assert result["changes"] == []
    assert result["summary"].startswith("nothing to change, ")


def test_a_smaller_sync_removes(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    sync(client, place, "all")
    result = sync(client, place, "default")
    assert [(one["action"], one["name"]) for one in result["changes"]] == [("removed", "beta")]
    assert installed(place.directory) == {"alpha"}


UNSAVED = "`pyproject.toml` has unsaved changes, and uv reads what is saved"
NOT_SAVED = "Unsaved changes of `pyproject.toml` are not part of it"


def test_unsaved_changes_are_asked_about(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    root = client.open(place / "pyproject.toml")
    client.change(root, root.text.replace('"alpha"', '"beta"'))
    for choice in (None, "Cancel"):
        client.choice = choice
        assert sync(client, place, "default")["status"] == "cancelled"
    assert not (place / ".venv").exists()
    client.choice = "Sync the saved state"
    assert sync(client, place, "default")["status"] == "ok"
    assert installed(place.directory) == {"alpha"}
    assert client.messages[-1][1].endswith(NOT_SAVED)
    assert client.asked == [(UNSAVED, ["Sync the saved state", "Cancel"])] * 3
    client.save(root)
    assert sync(client, place, "default")["status"] == "ok"
    assert installed(place.directory) == {"beta"}
    assert len(client.asked) == 3


def test_what_only_an_editor_does_to_a_text_is_no_change(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    text = (place / "pyproject.toml").read_text()
    (place / "pyproject.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    client.open(place / "pyproject.toml", text.rstrip("\n"))
    assert sync(client, place, "default")["status"] == "ok"
    assert client.asked == []


def test_a_member_by_a_file_in_it(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    uri = (place / "packages/beta/src/beta/__init__.py").as_uri()
    assert client.execute(COMMAND, {"uri": uri})["status"] == "ok"
    assert installed(place.directory) == {"beta"}
    refused = client.execute(COMMAND, {"uri": place.directory.as_uri()})
    assert refused["summary"] == f"`{place.directory}` is in no member of the workspace"
    assert refused["status"] == "refused"


def test_members_that_have_changed_since_a_commit(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    root = place.directory.as_uri()
    refused = client.execute(COMMAND, {"root": root, "since": "HEAD"})
    assert (refused["status"], "not a git repository" in refused["summary"]) == ("refused", True)
    identity = ["-c", "user.name=someone", "-c", "user.email=someone@example.com"]
    for command in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", *command], cwd=place.directory, check=True)
    (place / "packages/beta/new.txt").touch()
    assert client.execute(COMMAND, {"root": root, "since": "HEAD"})["status"] == "ok"
    assert installed(place.directory) == {"beta"}
    wrong = client.execute(COMMAND, {"root": root, "since": 7})
    assert wrong["summary"] == "`since` must be a git reference"


def test_options(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    sync(client, place, ["alpha"])
    result = sync(client, place, ["beta"], options={"dryRun": True})
    assert result["status"] == "ok"
    assert installed(place.directory) == {"alpha"}
    assert (result["installed"], result["removed"]) == (["beta"], ["alpha==1.0"])
    assert result["preview"][0] == "Remove 1 package"
    assert client.messages[-1][1].startswith("Sync `beta` (as a dry run): ")
    result = sync(client, place, ["beta"], options={"exact": False})
    assert (result["installed"], result["removed"]) == (["beta==1.0"], [])
    assert installed(place.directory) == {"alpha", "beta"}
    assert 0 < result["duration_ms"] < 90_000


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (7, "`options` must be an object"),
        ({"exactly": True}, "`options` has no `exactly`. It has `exact`, "),
        ({"exact": "no"}, "`options.exact` must be true or false"),
        ({"extras": "fast"}, "`options.extras` must be a list of names"),
        ({"groups": [1]}, "`options.groups` must be a list of names"),
        ({"frozen": True, "upgrade": True}, "`--frozen` and `--upgrade` exclude each other"),
    ],
)
def test_options_that_are_none(client: Client, project: Project, options: Any, words: str) -> None:
    place = project(workspace('["alpha"]'))
    result = sync(client, place, "default", options=options)
    assert result["status"] == "refused"
    assert result["summary"].startswith(words)
    assert client.messages == [(ERROR, result["summary"])]


def test_locking(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    result = client.execute("ws-lsp.server.lock", {"root": place.directory.as_uri()})
    assert result["status"] == "ok"
    assert (place / "uv.lock").exists()
    assert not (place / ".venv").exists()
    (said,) = client.messages
    assert said[1].startswith("Update the lockfile: ")


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


def test_a_failure_stands_where_it_arises_until_the_file_is_another(
    client: Client, project: Project
) -> None:
    place = project(workspace('["beta"]', 'dependencies = ["ws-lsp-test-is-nowhere"]'))
    sync(client, place, "default")
    (failure,) = client.diagnostics(place / "packages/beta/pyproject.toml")
    assert (failure["source"], failure["severity"]) == ("uv", ERROR)
    assert "ws-lsp-test-is-nowhere" in failure["message"]
    assert failure["range"]["start"] == {"line": 4, "character": 16}
    document = client.open(place / "packages/beta/pyproject.toml")
    client.change(document, document.text + "\n")
    client.settle()
    assert client.diagnostics(place / "packages/beta/pyproject.toml") == []


def test_a_sync_that_the_lockfile_forbids_can_be_tried_without_that(
    client: Client, project: Project
) -> None:
    place = project(workspace('["alpha"]'))
    client.choice = "Retry without `--locked`"
    assert sync(client, place, "default", options={"locked": True})["status"] == "failed"
    client.wait(lambda: installed(place.directory) == {"alpha"}, "the second try")
    client.settle()
    ((message, titles),) = client.asked
    assert "Unable to find lockfile" in message
    assert titles == ["Retry without `--locked`"]


def save_with(client: Client, place: Place, old: str, new: str) -> None:
    manifest = place / "packages/beta/pyproject.toml"
    document = client.open(manifest)
    client.change(document, document.text.replace(old, new))
    manifest.write_text(document.text, encoding="utf-8")
    client.save(document)


def test_a_save_locks_or_syncs_where_that_is_wished_for(client: Client, project: Project) -> None:
    place = project(workspace('["alpha"]'))
    client.configure({"sync": {"onSave": "lock"}})
    save_with(client, place, '"1.0"', '"1.1"')
    client.wait((place / "uv.lock").exists, "the lock file")
    assert not (place / ".venv").exists()
    client.configure({"sync": {"onSave": "default"}})
    save_with(client, place, '"1.1"', '"1.2"')
    client.wait(lambda: installed(place.directory) == {"alpha"}, "the sync")
    client.settle()


def test_a_save_checks_the_lockfile_where_that_is_wished_for(
    client: Client, project: Project
) -> None:
    place = project(workspace('["alpha"]'))
    client.execute("ws-lsp.server.lock", {"root": place.directory.as_uri()})
    manifest = place / "pyproject.toml"
    client.messages.clear()
    client.configure({"lockCheckOnSave": True})
    save_with(client, place, '"1.0"', '"1.1"')
    found = client.wait(lambda: client.diagnostics(manifest), "uv's second opinion")
    assert [one["source"] for one in found] == ["uv"]
    assert "needs to be updated" in found[0]["message"]
    save_with(client, place, '"1.1"', '"1.0"')
    client.wait(lambda: not client.diagnostics(manifest), "its change")
    client.settle()
    assert client.messages == []


def test_the_next_sync_replaces_a_failure(client: Client, project: Project) -> None:
    place = project(workspace('["beta"]', 'dependencies = ["ws-lsp-test-is-nowhere"]'))
    sync(client, place, "default")
    manifest = place / "packages/beta/pyproject.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"ws-lsp-test-is-nowhere"', ""), encoding="utf-8")
    assert sync(client, place, "default")["status"] == "ok"
    assert client.diagnostics(manifest) == []


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
    assert result == {
        "status": "refused",
        "exitCode": 2,
        "summary": words,
        "output": "",
        "changes": [],
        "installed": [],
        "removed": [],
        "duration_ms": 0,
    }
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


@pytest.mark.parametrize("how", ["refuse_progress", "ignore_progress"])
def test_a_client_that_gives_no_progress_is_served(
    client: Client, project: Project, how: str
) -> None:
    place = project(workspace('["alpha"]'))
    before = len(client.progress)
    setattr(client, how, True)
    try:
        result = sync(client, place, "default")
    finally:
        setattr(client, how, False)
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
