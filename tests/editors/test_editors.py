"""The same session in real editors, each from its package; skipped where the program is missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from e2e.disk import UV, environment, installed, write

HERE = Path(__file__).parent

WORKSPACE = """
#- /pyproject.toml
# a comment before it
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpah"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
requires-python = ">=3.11"
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
#- /packages/alpha/src/alpha/__init__.py
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1.0"
requires-python = ">=3.11"
"""


FIVE_FILES = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]

[tool.ws-lsp]
default-packages = ["alpha"]

[tool.uv.sources]
alpha = { workspace = true }
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
description = "The first"
requires-python = ">=3.11"
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
[tool.uv.build-backend]
module-name = "alpha"
#- /packages/alpha/src/alpha/__init__.py
#- /packages/b/pyproject.toml
[project]
name = "b"
version = "1.0"
dependencies = ["Alpha>=1"]
#- /packages/c/pyproject.toml
[project]
name = "c"
version = "1.0"
[project.optional-dependencies]
all = ["alpha"]
#- /packages/d/pyproject.toml
[project]
name = "d"
version = "1.0"
[dependency-groups]
dev = ["alpha ; sys_platform != 'x'"]
"""


def play(
    program: str,
    arguments: Sequence[str],
    directory: Path,
    session: str = "sync",
    workspace: str = WORKSPACE,
) -> tuple[Path, dict[str, Any]]:
    """Let an editor play a session; return the workspace and what the editor saw."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"`{program}` is not installed")
    place = write(directory / "workspace", workspace)
    out = directory / "outcome.json"
    done = subprocess.run(
        [path, *arguments],
        cwd=directory,
        env=environment(
            directory / "home",
            WS_ROOT=str(place.directory),
            WS_PYTHON=sys.executable,
            WS_OUT=str(out),
            WS_SESSION=session,
            WS_SYNC="1" if UV else "0",
            TERM="dumb",
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert out.exists(), f"{done.stdout}\n{done.stderr}"
    outcome: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert "failure" not in outcome, outcome
    return place.directory, outcome


def test_neovim(tmp_path: Path) -> None:
    script = str(HERE / "neovim.lua")
    arguments = ["--clean", "--headless", "-n", "-c", f"luafile {script}"]
    root, seen = play("nvim", arguments, tmp_path)
    assert seen["diagnostics"] == [[4, 20, 27, "unknown-default-package", "ws-lsp"]]
    assert sorted(seen["completion"]) == ["alpha", "beta"]
    assert seen["actions"][0] == "Replace with `alpha` (Another name may be meant)"
    assert seen["line"] == 'default-packages = ["alpha"]'
    if UV:
        assert seen["sync"]["exitCode"] == 0, seen["sync"]
        assert installed(root) == {"alpha"}


def test_features_in_neovim(tmp_path: Path) -> None:
    script = str(HERE / "neovim.lua")
    arguments = ["--clean", "--headless", "-n", "-c", f"luafile {script}"]
    root, seen = play("nvim", arguments, tmp_path, "features", FIVE_FILES)
    assert "alpha" in seen["hover"]
    assert "Required by 3 members" in seen["hover"]
    assert seen["definition"] == ["packages/alpha/pyproject.toml", 'name = "alpha"']
    assert sorted(seen["references"]) == [
        "packages/alpha/pyproject.toml:2",
        "packages/b/pyproject.toml:4",
        "packages/c/pyproject.toml:5",
        "packages/d/pyproject.toml:5",
        "pyproject.toml:5",
        "pyproject.toml:8",
    ]
    texts = {path.parent.name: path.read_text("utf-8") for path in root.rglob("pyproject.toml")}
    assert 'default-packages = ["first"]' in texts["workspace"]
    assert "first = { workspace = true }" in texts["workspace"]
    assert 'name = "first"' in texts["alpha"]
    assert 'dependencies = ["first>=1"]' in texts["b"]
    assert 'all = ["first"]' in texts["c"]
    assert "dev = [\"first ; sys_platform != 'x'\"]" in texts["d"]
    assert {"Sync workspace", "Sync default packages (1)", "Preview"} <= {*seen["lenses"]}
    if "hints" in seen:
        assert seen["hints"] == ["4 members", "packages/alpha"]
    else:
        print("skipped: this Neovim shows no inlay hints (0.10 and newer do)")
    if UV:
        assert seen["sync"]["exitCode"] == 0, seen["sync"]
        assert installed(root) == {"first"}


def has_eglot() -> bool:
    emacs = shutil.which("emacs")
    if emacs is None:
        return False
    code = "(progn (package-initialize) (kill-emacs (if (require 'eglot nil t) 0 1)))"
    done = subprocess.run([emacs, "--batch", "--eval", code], capture_output=True, timeout=60)
    return done.returncode == 0


def test_emacs(tmp_path: Path) -> None:
    if not has_eglot():
        pytest.skip("`emacs` is not installed, or has no eglot")
    _, seen = play("emacs", ["-q", "--batch", "-l", str(HERE / "eglot.el")], tmp_path)
    assert seen["diagnostics"] == ['"alpah"']
    assert sorted(label.strip('"') for label in seen["completion"]) == ["alpha", "beta"]
    assert "Replace with `alpha` (Another name may be meant)" in seen["actions"]
    assert seen["line"] == 'default-packages = ["alpha"]'
