"""What is installed, from the files of an environment; and once from one that uv made."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from e2e.disk import UV, environment, needs_uv, write, write_wheel
from support import host_of

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.project.installed import Environment, Origin
from ws_lsp.uv.environment import project_environment
from ws_lsp.vfs import Memory, from_native

POSIX, WINDOWS = "/w/.venv/lib/python3.12/site-packages", "/w/.venv/Lib/site-packages"
BUILD = '[build-system]\nrequires = []\nbuild-backend = "x"\n'


def dist_info(
    place: str, name: str, directory: str | None, editable: bool = True
) -> dict[str, str]:
    """Return the files of an installed distribution, for instance `alpha-1.0`."""
    files = {f"{place}/{name}.dist-info/METADATA": ""}
    if directory is not None:
        table = {"url": f"file://{directory}", "dir_info": {"editable": True} if editable else {}}
        files[f"{place}/{name}.dist-info/direct_url.json"] = json.dumps(table)
    return files


def snapshot(defaults: str, *installed: dict[str, str], cfg: bool = True) -> Snapshot:
    """Return a workspace of alpha, beta (packages) and gamma (not one) with an environment."""
    files = {"/w/pyproject.toml": f'{defaults}[tool.uv.workspace]\nmembers = ["packages/*"]\n'}
    for name, build in (("alpha", BUILD), ("be.ta", BUILD), ("gamma", "")):
        text = f'[project]\nname = "{name}"\nversion = "1.0"\n{build}'
        files[f"/w/packages/{name}/pyproject.toml"] = text
    for some in installed:
        files |= some
    if cfg:
        files["/w/.venv/pyvenv.cfg"] = ""
    return host_of(files).snapshot("/w")


def states(some: Snapshot) -> list[tuple[str, str | None, bool, bool, bool]]:
    """Return name, installed version, editable, outdated and default of each member."""
    return [
        (one.name, one.version, one.editable, one.outdated, one.default)
        for one in some.environment_state.members
    ]


@pytest.mark.parametrize("place", [POSIX, WINDOWS, POSIX.replace("python3", "pypy3")])
def test_members_in_the_environment(place: str) -> None:
    found = snapshot(
        "",
        dist_info(place, "alpha-1.0", "/w/packages/alpha"),
        dist_info(place, "be_ta-1.0.0", "/w/packages/be.ta"),
        dist_info(place, "idna-3.4", None),
    )
    assert found.environment.exists
    assert found.environment.versions == {"alpha": "1.0", "be-ta": "1.0.0", "idna": "3.4"}
    assert found.environment.origin(Name("alpha")) == Origin("/w/packages/alpha", True)
    assert found.environment.origin(Name("idna")) is None
    assert states(found) == [
        ("alpha", "1.0", True, False, True),
        ("be-ta", "1.0.0", True, False, True),
        ("gamma", None, False, False, True),
    ]


@pytest.mark.parametrize(
    "installed",
    [
        dist_info(POSIX, "alpha-0.9", "/w/packages/alpha"),
        dist_info(POSIX, "alpha-1.0", "/elsewhere/alpha"),
        dist_info(POSIX, "alpha-1.0", "/w/packages/alpha", editable=False),
        dist_info(POSIX, "alpha-1.0", None),
    ],
)
def test_what_a_sync_would_install_otherwise_is_outdated(installed: dict[str, str]) -> None:
    found = snapshot('[tool.ws-lsp]\ndefault-packages = ["alpha"]\n', installed)
    alpha, beta, _ = found.environment_state.members
    assert (alpha.outdated, alpha.installed, alpha.missing) == (True, True, False)
    assert (beta.outdated, beta.installed, beta.missing, beta.default) == (False,) * 4


def test_what_is_missing() -> None:
    found = snapshot('[tool.ws-lsp]\ndefault-packages = "all"\n', cfg=False)
    assert not found.environment_state.exists
    # gamma is no package: only its dependencies are installed
    assert [one.name for one in found.environment_state.members if one.missing] == [
        "alpha",
        "be-ta",
    ]


def test_lib64_counts_where_it_is_no_link() -> None:
    inside = "/w/.venv/lib64/python3.12/site-packages"
    files = Memory(dist_info(inside, "alpha-1.0", None) | dist_info(POSIX, "beta-2.0", None))
    assert Environment(files, "/w/.venv").versions == {"alpha": "1.0", "beta": "2.0"}


@pytest.mark.parametrize(
    "text", ["", "1", "{}", '{"url": 1, "dir_info": {}}', '{"url": "file://[", "dir_info": {}}']
)
def test_a_broken_record_raises_nothing(text: str) -> None:
    files = {f"{POSIX}/alpha-1.0.dist-info/direct_url.json": text}
    assert Environment(Memory(files), "/w/.venv").origin(Name("alpha")) is None


def test_plain_data() -> None:
    found = snapshot(
        "", dist_info(POSIX, "alpha-1.0", "/w/packages/alpha")
    ).environment_state.plain()
    assert json.loads(json.dumps(found)) == found
    assert found["environment"] == "/w/.venv"
    assert found["members"][0] == {
        "name": "alpha",
        "directory": "/w/packages/alpha",
        "declared": "1.0",
        "default": True,
        "package": True,
        "installed": {"version": "1.0", "editable": True},
        "outdated": False,
    }
    assert found["members"][2]["installed"] is None


@needs_uv
@pytest.mark.parametrize("name", [None, "other env"])
def test_an_environment_that_uv_made(name: str | None, tmp_path: Path) -> None:
    write_wheel(tmp_path / "wheels", "idna")
    place = write(
        tmp_path / "w",
        """
        #- /pyproject.toml
        [tool.uv]
        no-index = true
        find-links = ["../wheels"]
        [tool.uv.workspace]
        members = ["packages/*"]
        #- /packages/alpha/pyproject.toml
        [project]
        name = "al-pha"
        version = "1.0+local"
        requires-python = ">=3.11"
        dependencies = ["idna"]
        [build-system]
        requires = ["uv_build>=0.9"]
        build-backend = "uv_build"
        #- /packages/alpha/src/al_pha/__init__.py
        """,
    )
    more = {"UV_PROJECT_ENVIRONMENT": name} if name else {}
    host = Host(environment=name)
    root = from_native(str(place.directory.resolve()))
    before = host.snapshot(root).environment_state
    assert (before.exists, before.members[0].missing) == (False, True)
    command = [UV or "", "--project", str(place.directory), "sync"]
    subprocess.run(command, env=environment(tmp_path / "home", **more), check=True)
    assert host.refresh()
    after = host.snapshot(root)
    assert after.environment.versions == {"al-pha": "1.0+local", "idna": "1.0"}
    (alpha,) = after.environment_state.members
    assert (alpha.version, alpha.editable, alpha.outdated) == ("1.0+local", True, False)
    (place / "packages/alpha/pyproject.toml").write_text(
        (place / "packages/alpha/pyproject.toml").read_text().replace("1.0+local", "1.1")
    )
    assert host.refresh()
    assert host.snapshot(root).environment_state.members[0].outdated


@pytest.mark.parametrize(("value", "directory"), [("", None), ("env", "env"), ("C:\\e", "C:/e")])
def test_uv_project_environment(value: str, directory: str | None) -> None:
    assert project_environment({"UV_PROJECT_ENVIRONMENT": value}) == directory
    assert project_environment({}) is None
