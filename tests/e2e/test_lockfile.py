"""`uv.lock` and the environment: what is out of date is said, and the action that mends it does."""

from __future__ import annotations

from typing import Any

from e2e.client import Client
from e2e.conftest import Project
from e2e.disk import installed, needs_uv
from language_client import Document

pytestmark = needs_uv

OUTDATED, MISSING = "outdated-lockfile", "default-packages-not-installed"
WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpha"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
requires-python = ">=3.11"
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
#- /packages/alpha/src/alpha/__init__.py
#- /.venv/pyvenv.cfg
home = nowhere
#- /uv.lock
version = 1
revision = 5
requires-python = ">=3.11"
[manifest]
members = ["alpha"]
[[package]]
name = "alpha"
version = "0.9"
source = { editable = "packages/alpha" }
"""


def action(client: Client, document: Document, code: str) -> dict[str, Any]:
    """Return the quick fix of a finding that runs a command."""
    (diagnostic,) = [one for one in client.diagnostics(document.uri) if one["code"] == code]
    offered = client.code_actions(document, diagnostic["range"])
    (found,) = [one for one in offered if one.get("kind") == "quickfix" and "command" in one]
    assert found["diagnostics"] == [diagnostic]
    command: dict[str, Any] = found["command"]
    return command


def test_lock_file_is_updated(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    alpha = client.open(place / "packages/alpha/pyproject.toml")
    client.wait_for_codes(alpha.uri, OUTDATED)
    command = action(client, alpha, OUTDATED)
    assert command["title"] == "Update lockfile"
    result = client.execute(command["command"], *command["arguments"], timeout=90)
    assert result["summary"].startswith("updated 1, ")
    client.settle()
    client.wait_for_codes(alpha.uri)
    assert 'version = "1.0"' in (place / "uv.lock").read_text()


def test_default_packages_are_installed(client: Client, project: Project) -> None:
    place = project(WORKSPACE)
    root = client.open(place / "pyproject.toml")
    client.wait_for_codes(root.uri, MISSING)
    command = action(client, root, MISSING)
    assert command["title"] == "Sync default packages"
    client.execute(command["command"], *command["arguments"], timeout=90)
    client.settle()
    client.wait_for_codes(root.uri)
    assert installed(place.directory) == {"alpha"}


CONFLICT = """\
<<<<<<< HEAD
version = "0.9"
||||||| base
version = "0.7"
=======
version = "0.8"
>>>>>>> other
"""


def test_merge_conflicts_are_resolved_by_uv_when_the_user_agrees(
    client: Client, project: Project
) -> None:
    place = project(WORKSPACE.replace('version = "0.9"\n', CONFLICT))
    lockfile = place / "uv.lock"
    before = lockfile.read_text()
    root = client.open(place / "pyproject.toml")
    client.wait_for_codes(root.uri, "invalid-lockfile", MISSING)
    command = action(client, root, "invalid-lockfile")
    assert command["title"] == "Resolve the merge conflicts in `uv.lock`"
    argument = command["arguments"][0]
    assert client.execute(command["command"], argument)["status"] == "cancelled"
    assert lockfile.read_text() == before
    client.choice = "Resolve"
    outcome = client.execute(command["command"], argument)
    assert (outcome["status"], "updated" in outcome["summary"]) == ("ok", True)
    assert 'version = "1.0"' in lockfile.read_text()


def test_a_lock_file_with_conflicts_stays_where_uv_fails(client: Client, project: Project) -> None:
    place = project(
        WORKSPACE.replace('version = "0.9"\n', CONFLICT).replace(
            'requires-python = ">=3.11"\n[build', 'dependencies = ["nowhere-to-be-found"]\n[build'
        )
    )
    lockfile = place / "uv.lock"
    before = lockfile.read_text()
    client.choice = "Resolve"
    command, argument = "ws-lsp.server.lock", {"root": place.directory.as_uri(), "resolve": True}
    assert client.execute(command, argument)["status"] == "failed"
    assert lockfile.read_text() == before
