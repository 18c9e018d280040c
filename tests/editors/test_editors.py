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
requires = ["uv_build>=0.9"]
build-backend = "uv_build"
#- /packages/alpha/src/alpha/__init__.py
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1.0"
requires-python = ">=3.11"
"""


def play(program: str, arguments: Sequence[str], directory: Path) -> tuple[Path, dict[str, Any]]:
    """Let an editor play its session; return the workspace and what the editor saw."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"`{program}` is not installed")
    place = write(directory / "workspace", WORKSPACE)
    out = directory / "outcome.json"
    done = subprocess.run(
        [path, *arguments],
        cwd=directory,
        env=environment(
            directory / "home",
            WS_ROOT=str(place.directory),
            WS_PYTHON=sys.executable,
            WS_OUT=str(out),
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
    assert seen["actions"][0] == "Replace with `alpha`"
    assert seen["line"] == 'default-packages = ["alpha"]'
    if UV:
        assert seen["sync"]["exitCode"] == 0, seen["sync"]
        assert installed(root) == {"alpha"}


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
    assert "Replace with `alpha`" in seen["actions"]
    assert seen["line"] == 'default-packages = ["alpha"]'
