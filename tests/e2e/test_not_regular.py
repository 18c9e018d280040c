"""A server among files that are not regular, and patterns of many stars: it answers, and it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from special_files import KINDS, make_special, needs_pipes

from e2e.client import PROFILES, Client, profile
from e2e.disk import environment, write

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*", "*a*a*a*a*a*a*b"]
exclude = ["*a*a*a*a*a*a*b"]
[tool.ws-lsp]
default-packages = ["alpah"]
rules = { undeclared-import = "error" }
#- /.gitignore
*a*a*a*a*a*b
#- /.git/HEAD
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
[dependency-groups]
NAME = []
#- /packages/alpha/src/alpha/__init__.py
#- /packages/NAME/NAME
#- /NAME/note
""".replace("NAME", "a" * 120)

CODES = (
    *("invalid-lockfile", "missing-manifest", "unmatched-member", "unmatched-exclude"),
    "unknown-default-package",
)


@needs_pipes
@pytest.mark.parametrize("kind", KINDS)
def test_a_session(machine: Path, tmp_path: Path, kind: str) -> None:
    place = write(tmp_path, WORKSPACE)
    member = place / "packages/beta/pyproject.toml"
    for path in ("pyproject.toml", "src/beta/__init__.py", ".gitignore"):
        make_special(place / "packages/beta" / path, kind)
    for path in ("uv.toml", "uv.lock", ".ignore", "packages/alpha/src/alpha/other.py"):
        make_special(place / path, kind)
    client = Client(profile(PROFILES[0]), environment(machine), machine)
    try:
        client.initialize([place.directory])
        for unread in (member, place / "uv.toml"):
            (finding,) = client.wait_for_codes(unread, "unreadable-file")
            assert finding["message"].endswith(f"cannot be read: {KINDS[kind]}")
        root = client.open(place / "pyproject.toml")
        client.wait_for_codes(root.uri, *CODES)
        assert client.request("workspace/symbol", {"query": "a" * 20 + "b"}) in (None, [])
        (symbol,) = client.request("workspace/symbol", {"query": "a" * 120})
        assert symbol["name"] == "a" * 120
        # what an editor has open is read from it, and then from the disk again
        shown = client.open(member, '[project]\nname = "beta"\nversion = "1"\n')
        client.wait_for_codes(root.uri, *CODES)
        client.settle()
        assert client.diagnostics(shown.uri) == []
        client.close_document(shown)
        client.wait_for_codes(member, "unreadable-file")
        client.changed_on_disk(member)
        client.settle()
        assert client.close() == 0
        client.assert_clean()
    finally:
        client.kill()
