"""A new member: its files, the root's entries, and names and places that are refused."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from e2e.disk import UV, environment, installed, needs_uv, write
from support import Cursor, apply_fix, check_changes, host_of, read, workspace

from ws_lsp.checking.findings import Change, Fix
from ws_lsp.ide.refactor_new_member import new_member
from ws_lsp.refusal import Refusal
from ws_lsp.vfs import parent


def check(
    before: str, after: str, name: str, directory: str | None = None, default: bool = False
) -> None:
    def choose(at: Cursor) -> Sequence[Change]:
        changes = new_member(at.snapshot, name, directory, default)
        assert not isinstance(changes, Refusal), changes
        return changes

    check_changes(before, after, choose)


def refusal(text: str, name: str, directory: str | None = None, default: bool = False) -> str:
    found = new_member(workspace(text), name, directory, default)
    assert isinstance(found, Refusal), found
    return found.reason


WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["apps/site", "packages/*"] # all
exclude = ["packages/old*"]
[tool.ws-lsp]
default-packages = [
    "core", # the core
]
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1"
requires-python = ">=3.11"
dependencies = ["idna", "web"]
[build-system]
requires = ['hatchling>=1.2']
build-backend = "hatchling.build"
[tool.uv.sources]
web = { workspace = true }
#- /packages/started/src/started/__init__.py
x = 1
#- /apps/site/pyproject.toml
[project]
name = "site"
version = "1"
#- /README.md
"""


def test_a_member_that_a_pattern_names_and_files_that_are_there_already() -> None:
    check(
        WORKSPACE,
        """
        #- /packages/started/pyproject.toml
        [project]
        name = "Started"
        version = "0.1.0"
        readme = "README.md"
        requires-python = ">=3.11"
        dependencies = []

        [build-system]
        requires = ["hatchling>=1.2"]
        build-backend = "hatchling.build"
        #- /packages/started/README.md
        # Started
        """,
        "Started",
    )


def test_a_default_package_elsewhere() -> None:
    check(
        WORKSPACE,
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["apps/site", "packages/*", "apps/acme-web"] # all
        exclude = ["packages/old*"]
        [tool.ws-lsp]
        default-packages = [
            "core", # the core
            "acme-web",
        ]
        #- /apps/acme-web/pyproject.toml
        [project]
        name = "acme.web"
        version = "0.1.0"
        readme = "README.md"
        dependencies = []

        [build-system]
        requires = ["uv_build>=0.13.9,<0.14"]
        build-backend = "uv_build"
        #- /apps/acme-web/src/acme_web/__init__.py
        #- /apps/acme-web/README.md
        # acme.web
        """,
        " acme.web ",
        "apps/acme-web/",
        default=True,
    )


def test_the_first_member_of_a_project() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        requires-python = ">=3.12"
        """,
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        requires-python = ">=3.12"

        [tool.uv.workspace]
        members = ["packages/one"]

        [tool.ws-lsp]
        default-packages = ["one"]
        #- /packages/one/pyproject.toml
        [project]
        name = "one"
        version = "0.1.0"
        readme = "README.md"
        requires-python = ">=3.12"
        dependencies = []

        [build-system]
        requires = ["uv_build>=0.13.9,<0.14"]
        build-backend = "uv_build"
        #- /packages/one/src/one/__init__.py
        #- /packages/one/README.md
        # one
        """,
        "one",
        default=True,
    )


def test_a_name_that_has_a_workspace_source_already() -> None:
    changes = new_member(workspace(WORKSPACE), "web")
    assert not isinstance(changes, Refusal)
    assert [one.path for one in changes if not one.create] == []


@pytest.mark.parametrize(
    ("name", "directory", "reason"),
    [
        ("", None, "A name cannot be empty"),
        ("-x", None, "`-x` is not a valid name"),
        ("Core", None, "`core` is a member already (`packages/core`)"),
        ("class", None, "`class` cannot be imported"),
        ("2d", None, "`2d` cannot be imported"),
        ("idna", None, "`packages/core/pyproject.toml` requires another package `idna`"),
        ("x", "..", "`..` does not lie below the root"),
        ("x", ".", "`.` does not lie below the root"),
        ("x", "/elsewhere", "does not lie below the root"),
        ("x", "apps/site", "There is a project in `apps/site` already"),
        ("x", "README.md/x", "`README.md` is no directory"),
        ("x", "packages", "The member `core` lies below `packages`: uv would no longer find"),
        ("x", "packages/older", "`packages/older` is excluded from the workspace by"),
    ],
)
def test_refused(name: str, directory: str | None, reason: str) -> None:
    assert reason in refusal(WORKSPACE.replace("#- /", "#- /w/"), name, directory)


@pytest.mark.parametrize(
    ("directory", "place"),
    [
        ("tools/*", "/tools/new-one"),
        ("a\\b\\*", "/a/b/new-one"),
        ("./*", "/new-one"),
        ("*", "/new-one"),
        ("tools/", "/tools"),
    ],
)
def test_into_a_directory(directory: str, place: str) -> None:
    changes = new_member(workspace(WORKSPACE), "New_One", directory)
    assert not isinstance(changes, Refusal)
    made = {parent(one.path) for one in changes if one.create and one.path.endswith(".toml")}
    assert made == {place}


def test_a_root_that_cannot_be_added_to_is_refused() -> None:
    text = "#- /pyproject.toml\n[tool.uv.workspace]\nmembers = 1\n"
    assert refusal(text, "x").startswith("`members` in the root's `pyproject.toml`")
    text = "#- /pyproject.toml\n[tool.ws-lsp]\ndefault-packages = 1\n"
    assert refusal(text, "x", default=True).startswith("`default-packages` in the root's")
    assert "syntax error" in refusal("#- /pyproject.toml\n[tool.uv.workspace\n", "x")


@needs_uv
def test_uv_installs_it(tmp_path: Path) -> None:
    assert UV is not None
    text = '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    changes = new_member(workspace(text), "Acme.Web_2")
    assert not isinstance(changes, Refusal)
    after = apply_fix(read(text).files, Fix("New member", changes))
    place = tmp_path / "workspace"
    write(place, "".join(f"#- {path}\n{content}" for path, content in after.items()))
    done = subprocess.run(
        [UV, "sync", "--all-packages"],
        cwd=place,
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert installed(place) == {"acme_web_2"}


@pytest.mark.parametrize(
    ("pattern", "directory"), [("*", "/x"), ("./*", "/x"), ("a[[]1[]]/*", "/a[1]/x")]
)
def test_the_usual_directory(pattern: str, directory: str) -> None:
    snapshot = host_of(
        {"/pyproject.toml": f'[tool.uv.workspace]\nmembers = ["{pattern}"]\n'}
    ).snapshot("/")
    changes = new_member(snapshot, "x", None, False)
    assert not isinstance(changes, Refusal)
    assert {parent(one.path) for one in changes if one.path.endswith(".toml")} == {directory}
