"""Folders, files on disk, and the ways in which clients name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e.client import Client
from e2e.conftest import Project
from e2e.disk import Place

WRONG = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["beta"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
"""
UNKNOWN = "unknown-default-package"


def beta(place: Place) -> Path:
    path = place / "packages/beta/pyproject.toml"
    path.parent.mkdir()
    path.write_text('[project]\nname = "beta"\nversion = "1"\n')
    return path


# --------------------------------------------------------------------------- folders


def test_several_folders(client: Client, project: Project) -> None:
    first, second = project(WRONG), project(WRONG)
    client.wait_for_codes(first / "pyproject.toml", UNKNOWN)
    client.wait_for_codes(second / "pyproject.toml", UNKNOWN)
    client.change_folders(removed=[first.directory])
    client.wait_for_codes(first / "pyproject.toml")
    client.settle()
    assert client.diagnostics(second / "pyproject.toml")


def test_a_folder_inside_of_a_workspace(client: Client, project: Project) -> None:
    """The whole workspace counts, whatever part of it is open; and once, if opened twice."""
    place = project(WRONG)
    client.wait_for_codes(place / "pyproject.toml", UNKNOWN)
    inside = place / "packages/alpha"
    client.change_folders(added=[inside])
    client.change_folders(removed=[place.directory])
    client.settle()
    assert client.published[(place / "pyproject.toml").as_uri()].count == 1
    client.change_folders(removed=[inside])
    client.wait_for_codes(place / "pyproject.toml")


def test_an_open_file_is_looked_at_without_a_folder(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.uv.workspace]\nmembers = []\n[tool.ws-lsp]\ndefault-packages = ["a"]\n')
    document = client.open(path)
    client.wait_for_codes(path, UNKNOWN)
    client.close_document(document)
    client.wait_for_codes(path)


def test_a_folder_that_is_not_there(client: Client, tmp_path: Path) -> None:
    client.change_folders(added=[tmp_path / "nothing"])
    client.change_folders(removed=[tmp_path / "nothing", tmp_path / "never-opened"])
    client.settle()


# ------------------------------------------------------------------------------ disk


def watches(client: Client) -> bool:
    support = client.capabilities["workspace"]["didChangeWatchedFiles"]
    return bool(support["dynamicRegistration"])


def test_what_is_watched(client: Client, project: Project) -> None:
    place = project(WRONG)
    registrations = [
        one for one in client.registrations if one["method"] == "workspace/didChangeWatchedFiles"
    ]
    if not watches(client):
        assert registrations == []
        return
    (registration,) = registrations
    globs = [watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]]
    for name in ("pyproject.toml", "uv.toml", "uv.lock"):
        assert f"**/{name}" in globs
    assert {"baseUri": place.directory.as_uri(), "pattern": "packages/*"} in globs


def test_a_change_on_disk_is_seen_at_once_or_with_the_next_save(
    client: Client, project: Project
) -> None:
    place = project(WRONG)
    root = client.open(place / "pyproject.toml")
    client.wait_for_codes(root.uri, UNKNOWN)
    client.settle()
    path = beta(place)
    if watches(client):
        client.changed_on_disk(path, kind=1)
    else:
        client.notify("textDocument/didSave", {"textDocument": {"uri": root.uri}})
    client.wait_for_codes(root.uri)
    path.unlink()
    path.parent.rmdir()
    if watches(client):
        client.changed_on_disk(path, kind=3)
    else:
        client.notify("textDocument/didSave", {"textDocument": {"uri": root.uri}})
    client.wait_for_codes(root.uri, UNKNOWN)


def test_a_change_on_disk_is_seen_when_another_file_is_opened(
    client: Client, project: Project
) -> None:
    place = project(WRONG)
    client.wait_for_codes(place / "pyproject.toml", UNKNOWN)
    beta(place)
    client.open(place / "packages/alpha/pyproject.toml")
    client.wait_for_codes(place / "pyproject.toml")


def test_a_file_in_new_directories_is_all_that_some_clients_report(
    client: Client, project: Project
) -> None:
    if not watches(client):
        pytest.skip("this client does not watch files")
    place = project(WRONG.replace("packages/*", "packages/**/lib"))
    root = client.open(place / "pyproject.toml")
    client.wait_for_diagnostics(root.uri)
    client.settle()
    path = place / "packages/new/deep/lib/pyproject.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[project]\nname = "beta"\nversion = "1"\n')
    client.changed_on_disk(path, kind=1)
    client.wait_for_codes(root.uri)


def test_a_deleted_directory_is_all_that_some_clients_report(
    client: Client, project: Project
) -> None:
    if not watches(client):
        pytest.skip("this client does not watch files")
    place = project(WRONG)
    client.wait_for_codes(place / "pyproject.toml", UNKNOWN)
    path = beta(place)
    client.changed_on_disk(path.parent, kind=1)
    client.wait_for_codes(place / "pyproject.toml")
    path.unlink()
    path.parent.rmdir()
    client.changed_on_disk(path.parent, kind=3)
    client.wait_for_codes(place / "pyproject.toml", UNKNOWN)


def test_the_disk_does_not_count_where_a_buffer_is_open(client: Client, project: Project) -> None:
    place = project(WRONG)
    path = place / "pyproject.toml"
    root = client.open(path)
    client.wait_for_codes(path, UNKNOWN)
    path.write_text(root.text.replace("beta", "alpha"))
    client.changed_on_disk(path)
    client.notify("textDocument/didSave", {"textDocument": {"uri": root.uri}})
    client.settle()
    assert client.published[root.uri].codes == [UNKNOWN]
    client.close_document(root)
    client.wait_for_codes(path)


def test_a_root_that_comes_and_goes(client: Client, project: Project) -> None:
    place = project("#- /packages/")
    root = client.open(place / "pyproject.toml", "[tool.uv]\nworkspace = 7\n")
    client.wait_for_diagnostics(root.uri)
    client.close_document(root)  # it was never saved
    client.wait_for_codes(root.uri)


# ------------------------------------------------------------------------------ URIs


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "untitled:/home/me/pyproject.toml",
        "git:/home/me/pyproject.toml?%7B%22ref%22%3A%22HEAD%22%7D",
        "vscode-notebook-cell:/home/me/a.ipynb#W0",
        "http://localhost/pyproject.toml",
        "file:",
        "file://",
        "pyproject.toml",
        "not a uri at all %zz",
        "",
    ],
)
def test_other_schemes_are_ignored(client: Client, uri: str) -> None:
    text = '[tool.ws-lsp]\ndefault-packages = ["nobody"]\n'
    document = client.open(uri, text)
    client.change(document, text + "#\n")
    assert client.complete(document, text.index("nobody")) == []
    assert client.code_actions(document, 0) == []
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    client.close_document(document)
    client.settle()
    assert client.diagnostics(uri) == []


def spelled(path: Path, how: str) -> str:
    uri = path.as_uri()
    if how == "over-quoted":
        return uri.replace("pyproject", "%70yproject")
    if how == "with a host":
        return uri.replace("file:///", "file://localhost/")
    if how == "doubled slashes":
        return uri.replace("/folder-0/", "//folder-0/./")
    return uri


@pytest.mark.parametrize("how", ["plain", "over-quoted", "with a host", "doubled slashes"])
def test_a_document_is_answered_under_the_name_the_client_gave_it(
    client: Client, tmp_path: Path, how: str
) -> None:
    directory = tmp_path / "folder-0" / "with space, ünïcode & 100%"
    directory.mkdir(parents=True)
    path = directory / "pyproject.toml"
    path.write_text('[tool.uv.workspace]\n[tool.ws-lsp]\ndefault-packages = ["a", "a"]\n')
    uri = spelled(path, how)
    document = client.open(uri, path.read_text())
    client.wait_for_diagnostics(uri)
    (action,) = client.code_actions(document, document.text.index("default"), ["source.fixAll"])
    edit: dict[str, Any] = action["edit"]
    named = list(edit.get("changes", {})) or [
        change["textDocument"]["uri"] for change in edit["documentChanges"]
    ]
    assert named == [uri]
    client.close_document(document)
    client.wait_for_codes(uri)


@pytest.mark.parametrize(
    "uri", ["file:///c%3A/me/pyproject.toml", "file:///C:/home/me/pyproject.toml"]
)
def test_a_drive_of_another_system_is_only_a_name(client: Client, uri: str) -> None:
    document = client.open(uri, '[tool.uv.workspace]\n[tool.ws-lsp]\ndefault-packages = ["a"]\n')
    client.wait_for_codes(uri, UNKNOWN)
    client.close_document(document)
    client.wait_for_codes(uri)
