"""Code actions: applied by the client, after which the diagnostic must be gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e.client import Client
from e2e.conftest import Project
from language_client import Document

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpah", "beta", "beta"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
dependencies = ["beta"]
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
"""


def fixes(client: Client, document: Document, code: str) -> list[dict[str, Any]]:
    (diagnostic,) = [one for one in client.diagnostics(document.uri) if one["code"] == code]
    actions = client.code_actions(document, diagnostic["range"])
    return [action for action in actions if action.get("kind") == "quickfix"]


def test_a_quick_fix_mends_what_it_says(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    root = client.open(place / "pyproject.toml")
    client.wait_for_codes(root.uri, "unknown-default-package", "duplicate-default-package")
    actions = fixes(client, root, "unknown-default-package")
    title = "Replace with `alpha`"
    risk = "Another name may be meant"
    if not client.capabilities["workspace"]["workspaceEdit"].get("changeAnnotationSupport"):
        assert actions[0]["title"] == f"{title} ({risk})"
    else:
        assert actions[0]["title"] == title
        (annotation,) = actions[0]["edit"]["changeAnnotations"].values()
        assert annotation["description"] == risk
    action = actions[0]
    assert not any(one.get("isPreferred") for one in actions)
    assert action["diagnostics"][0]["code"] == "unknown-default-package"
    assert action["diagnostics"][0] in client.diagnostics(root.uri)
    client.apply(action["edit"])
    client.wait_for_codes(root.uri, "duplicate-default-package")
    assert 'default-packages = ["alpha", "beta", "beta"]' in root.text


def test_a_fix_can_change_a_file_that_is_not_open(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    alpha = client.open(place / "packages/alpha/pyproject.toml")
    client.wait_for_codes(alpha.uri, "missing-workspace-source")
    actions = fixes(client, alpha, "missing-workspace-source")
    assert actions
    for action in actions:
        edit = action["edit"]
        touched = [*edit.get("changes", {})] + [
            change["textDocument"]["uri"] for change in edit.get("documentChanges", ())
        ]
        assert set(touched) <= {alpha.uri, (place / "pyproject.toml").as_uri()}
    client.apply(actions[0]["edit"])
    client.wait_for_codes(alpha.uri)
    assert "beta = { workspace = true }" in alpha.text


def test_a_fix_says_what_it_changes_in_closed_files(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    root, alpha = place / "pyproject.toml", client.open(place / "packages/alpha/pyproject.toml")
    client.wait_for_codes(alpha.uri, "missing-workspace-source")
    action = next(
        action
        for action in fixes(client, alpha, "missing-workspace-source")
        if root.as_uri() in json.dumps(action["edit"])
    )
    if not client.capabilities["workspace"]["workspaceEdit"].get("changeAnnotationSupport"):
        assert "changeAnnotations" not in action["edit"]
    else:
        ((name, annotation),) = action["edit"]["changeAnnotations"].items()
        assert annotation == {
            "label": action["title"],
            "description": (
                "In files that are not open. "
                "The source counts for every member that has none of its own"
            ),
            "needsConfirmation": False,
        }
        (change,) = action["edit"]["documentChanges"]
        assert {edit["annotationId"] for edit in change["edits"]} == {name}
    client.apply(action["edit"])
    assert "beta = { workspace = true }" in root.read_text()


def test_all_safe_fixes_at_once(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    root = client.open(place / "pyproject.toml")
    client.wait_for_codes(root.uri, "unknown-default-package", "duplicate-default-package")
    for asked in ("source.fixAll", "source.fixAll.ws-lsp", "source"):
        actions = client.code_actions(root, 0, [asked])
        kinds = {action["kind"] for action in actions if "edit" in action}
        assert kinds <= {"source.fixAll.ws-lsp"}
    (action,) = client.code_actions(root, 0, ["source.fixAll.ws-lsp"])
    client.apply(action["edit"])
    client.settle()
    assert "duplicate-default-package" not in client.published[root.uri].codes
    assert client.code_actions(root, 0, ["source.fixAll.ws-lsp"]) == []


def test_fix_all_is_for_those_who_ask(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    root = client.open(place / "pyproject.toml")
    actions = client.code_actions(root, root.text.index("alpah"))
    assert not [action for action in actions if action["kind"].startswith("source")]


def test_files_are_created_only_by_clients_that_can(client: Client, project: Project) -> None:
    place = project(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        #- /packages/new/module.py
        x = 1
        """
    )
    root = client.open(place / "pyproject.toml")
    client.wait_for_codes(root.uri, "missing-manifest")
    creating = [
        action
        for action in fixes(client, root, "missing-manifest")
        if any("kind" in change for change in action["edit"].get("documentChanges", ()))
    ]
    edits = client.capabilities["workspace"]["workspaceEdit"]
    if not edits.get("documentChanges"):
        assert creating == []
        return
    (action,) = creating
    client.apply(action["edit"])
    client.wait_for_codes(root.uri)
    assert 'name = "new"' in (place / "packages/new/pyproject.toml").read_text()


def test_syncs_at_the_member_at_the_cursor(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    root = client.open(place / "pyproject.toml")
    actions = client.code_actions(root, root.text.index("beta"), ["ws-lsp.sync"])
    assert [action["title"] for action in actions] == [
        "Sync `beta`",
        "Sync workspace",
        "Sync default packages",
        "Preview sync",
    ]
    uri = place.directory.as_uri()
    assert [action["command"]["arguments"] for action in actions] == [
        [{"root": uri, "packages": ["beta"]}],
        [{"root": uri, "packages": "all"}],
        [{"root": uri, "packages": "default"}],
        [{"root": uri, "packages": ["beta"], "options": {"dryRun": True}}],
    ]
    assert {action["command"]["command"] for action in actions} == {"ws-lsp.server.sync"}


@pytest.mark.parametrize(
    ("asked", "kind"), [("source", "source.sync.ws-lsp"), ("ws-lsp", "ws-lsp.sync")]
)
def test_syncs_have_the_kind_that_was_asked_for(
    client: Client, project: Project, asked: str, kind: str
) -> None:
    place = project(WORKSPACE)
    root = client.open(place / "pyproject.toml")
    actions = client.code_actions(root, root.text.index("beta"), [asked])
    kinds = {action["kind"] for action in actions if "command" in action}
    assert kinds == {kind}


def test_no_light_bulb_where_there_is_nothing_to_do(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    beta = client.open(place / "packages/beta/pyproject.toml")
    assert client.code_actions(beta, beta.text.index("version")) != []
    client.change(beta, beta.text + "\n[tool.black]\nline-length = 88\n")
    assert client.code_actions(beta, beta.text.index("line-length")) == []


DETACHED = WORKSPACE.replace("default-packages =", "x =").replace(
    "#- /packages/alpha", "#- /packages/pyproject.toml\n#- /packages/alpha"
)


def test_a_member_that_does_not_find_the_workspace(client: Client, project: Project) -> None:
    """Neither view of the file leads to a source that uv refuses."""
    place = project(DETACHED)
    alpha = client.open(place / "packages/alpha/pyproject.toml")
    client.wait_for_codes(alpha.uri, "detached-member")
    for index in (alpha.text.index('"beta"') + 1, alpha.text.index("name")):
        titles = [one["title"] for one in client.code_actions(alpha, index)]
        assert [one for one in titles if "ync" not in one] == []
    assert client.code_actions(alpha, 0, only=["source.fixAll.ws-lsp"]) == []

    client.change(alpha, alpha.text + '[tool.uv.sources]\nbeta = { path = "../beta" }\n')
    client.settle()
    client.wait_for_codes(alpha.uri, "detached-member")
    titles = [one["title"] for one in client.code_actions(alpha, alpha.text.index("../beta"))]
    assert [one for one in titles if "ync" not in one] == []

    client.change(alpha, alpha.text.replace('path = "../beta"', "workspace = true"))
    (_, told) = client.wait_for_codes(alpha.uri, "detached-member", "unknown-workspace-source")
    for action in fixes(client, alpha, told["code"]):
        client.apply(action["edit"])
    client.wait_for_codes(alpha.uri, "detached-member")  # no other finding leads back
    assert "workspace = true" not in alpha.text
