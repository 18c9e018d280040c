"""The steps of `action.yml`, run here as a runner runs them, with the environment of the tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from e2e.disk import environment, write
from processes import posix

ROOT = Path(__file__).resolve().parents[2]
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")
STEPS = [
    textwrap.dedent(one) for one in re.findall(r"^      run: \|\n((?:        .*\n)+)", ACTION, re.M)
]

WORKSPACE = """
#- /sub dir/pyproject.toml
[tool.uv.workspace]
members = ["a", "b"]
[tool.ws-lsp]
default-packages = ["nobody"]
#- /sub dir/a/pyproject.toml
[project]
name = "a"
version = "1"
requires-python = ">=3.11"
#- /sub dir/b/pyproject.toml
[project]
name = "b"
version = "1"
requires-python = ">=3.11"
#- /ws_lsp.py
raise SystemExit("the repository's own module was run")
#- /json.py
raise SystemExit("the repository's own module was run")
"""


def check(tmp_path: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Run the step that checks; return its exit code, what it printed, and its outputs."""
    write(tmp_path / "repository", WORKSPACE)
    place = tmp_path / "temp dir" / "ws-lsp" / "bin"
    place.mkdir(parents=True)
    launcher = place / "python"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    output = tmp_path / "output"
    output.touch()
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", STEPS[-1]],
        cwd=tmp_path / "repository",
        env=environment(
            tmp_path / "home",
            WS_LSP_PYTHON=sys.executable,
            WS_LSP_ACTION=str(ROOT),
            RUNNER_TEMP=str(tmp_path / "temp dir"),
            GITHUB_OUTPUT=str(output),
            **{f"WS_LSP_{name.upper()}": value for name, value in inputs.items()},
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = output.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    outputs = dict(line.split("=", 1) for line in lines if line)
    return done.returncode, done.stdout + done.stderr, outputs


@posix
@pytest.mark.parametrize(
    ("inputs", "code", "members"),
    [
        ({"directory": "sub dir"}, 1, ["a", "b"]),
        ({"directory": "sub dir", "arguments": "--exit-zero"}, 0, ["a", "b"]),
        ({"directory": "sub dir", "selection": "--package 'b'"}, 1, ["b"]),
        ({"directory": "", "arguments": "--recursive"}, 1, []),
    ],
)
def test_findings_become_annotations_and_outputs(
    tmp_path: Path, inputs: dict[str, str], code: int, members: list[str]
) -> None:
    ended, said, outputs = check(tmp_path, **inputs)
    assert ended == code, said
    assert "::error title=ws-lsp (unknown-default-package)" in said
    assert outputs["findings"] == "1"
    assert json.loads(outputs["members"]) == members
    assert [one["path"] for one in json.loads(outputs["matrix"])["include"]] == members


@posix
def test_wrong_usage_ends_with_its_code_and_says_why(tmp_path: Path) -> None:
    code, said, outputs = check(tmp_path, directory="none")
    assert (code, outputs) == (2, {})
    assert "`none` does not exist" in said


def test_the_action_runs_its_own_version_and_no_expression_is_in_a_script() -> None:
    assert '"$WS_LSP_ACTION"' in STEPS[0]
    assert "WS_LSP_ACTION: ${{ github.action_path }}" in ACTION
    assert not [step for step in STEPS if "${{" in step]
    assert os.access(ROOT / "action" / "check.py", os.R_OK)
