"""What the real uv installs for each plan, with third-party packages from a directory."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from e2e.disk import UV, environment, installed, needs_uv, write, write_wheel

from ws_lsp.analysis import Host
from ws_lsp.uv.command import Plan, Selection, SyncReport, parse_progress, parse_version, plan
from ws_lsp.uv.target import target_of
from ws_lsp.vfs import from_native

pytestmark = needs_uv

DEFAULT, ALL = Selection.DEFAULT, Selection.ALL
VIRTUAL = """
[dependency-groups]
dev = ["rootdev"]
"""
PROJECT = """
[project]
name = "root"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["rootlib"]
[dependency-groups]
dev = ["rootdev"]
"""
MEMBERS = """
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["alphalib"]
[build-system]
requires = ["uv_build>=0.9"]
build-backend = "uv_build"
#- /packages/alpha/src/alpha/__init__.py
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["betalib"]
[dependency-groups]
dev = ["betadev"]
#- /packages/gamma/pyproject.toml
[project]
name = "gamma"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["gammalib", "alpha"]
[tool.uv.sources]
alpha = { workspace = true }
[tool.uv]
package = false
"""
LIBRARIES = ("rootlib", "rootdev", "alphalib", "betalib", "betadev", "gammalib")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("index")
    for name in LIBRARIES:
        write_wheel(directory / "wheels", name)
    return directory


@pytest.mark.parametrize(
    ("root", "defaults", "selection", "names"),
    [
        (VIRTUAL, None, DEFAULT, {"alphalib", "betalib", "betadev", "gammalib", "rootdev"}),
        (VIRTUAL, '"all"', DEFAULT, {"alphalib", "betalib", "betadev", "gammalib", "rootdev"}),
        (VIRTUAL, '["alpha"]', DEFAULT, {"alphalib", "rootdev"}),
        (VIRTUAL, '["alpha", "beta"]', DEFAULT, {"alphalib", "betalib", "betadev", "rootdev"}),
        (VIRTUAL, '["gamma", "alpha"]', DEFAULT, {"gammalib", "alphalib", "rootdev"}),
        (VIRTUAL, '["alpha"]', ALL, {"alphalib", "betalib", "betadev", "gammalib", "rootdev"}),
        (VIRTUAL, '["alpha"]', ("beta",), {"betalib", "betadev"}),
        (VIRTUAL, "[]", ("alpha", "beta"), {"alphalib", "betalib", "betadev", "rootdev"}),
        (PROJECT, None, DEFAULT, {"rootlib", "rootdev"}),
        (PROJECT, '["alpha"]', DEFAULT, {"alphalib"}),
        (PROJECT, '["beta"]', DEFAULT, {"betalib", "betadev"}),
        (PROJECT, '["alpha", "beta"]', DEFAULT, {"alphalib", "betalib", "betadev"}),
        (PROJECT, '["root", "alpha"]', DEFAULT, {"rootlib", "rootdev", "alphalib"}),
        (PROJECT, None, ALL, {"rootlib", "rootdev", "alphalib", "betalib", "betadev", "gammalib"}),
        (PROJECT, None, ("gamma",), {"gammalib", "alphalib"}),
    ],
)
def test_what_is_installed(
    root: str,
    defaults: str | None,
    selection: Selection | Sequence[str],
    names: set[str],
    index: Path,
    tmp_path: Path,
) -> None:
    table = f"[tool.ws-lsp]\ndefault-packages = {defaults}\n" if defaults else ""
    find = f'[tool.uv]\nno-index = true\nfind-links = ["{(index / "wheels").as_posix()}"]\n'
    text = f'#- /pyproject.toml{root}{find}[tool.uv.workspace]\nmembers = ["packages/*"]\n{table}'
    place = write(tmp_path / "w", text + MEMBERS.lstrip())
    uv = environment(index / "home")
    assert UV is not None
    asked = subprocess.run([UV, "--version"], capture_output=True, text=True, check=True)
    version = parse_version(asked.stdout)
    assert version is not None
    host = Host()
    planned = plan(target_of(host.snapshot(from_native(str(place.directory)))), selection, version)
    assert isinstance(planned, Plan)
    output = ""
    for command in planned.commands:
        done = subprocess.run([UV, *command], env=uv, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        output += done.stderr
    # alpha is the one member that is a package: where its library is, it is itself
    names = names | ({"alpha"} if "alphalib" in names else set())
    assert installed(place.directory) == names
    report = SyncReport.of(0, output, 0)
    assert {name for _, name, _ in report.changes} == names
    steps = [step.percentage for line in output.split("\n") if (step := parse_progress(line))]
    assert steps
    assert steps[-1] == 95
