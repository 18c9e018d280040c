"""The command `graph`: its formats, and a part of the graph."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.disk import environment, write

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["*"]
#- /app/pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["core"]
#- /core/pyproject.toml
[project]
name = "core"
version = "1"
[project.optional-dependencies]
http = ["web"]
#- /web/pyproject.toml
[project]
name = "web"
version = "1"
dependencies = ["core"]
[dependency-groups]
dev = ["tools"]
#- /tools/pyproject.toml
[project]
name = "tools"
version = "1"
dependencies = ["web"]
"""


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    write(directory / "workspace", WORKSPACE)
    return subprocess.run(
        [sys.executable, "-m", "ws_lsp", "graph", str(directory / "workspace"), *arguments],
        env=environment(directory / "home"),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            [],
            "app\n  core\ncore\n  web (extra http)\ntools\n  web\nweb\n  core\n  tools (group dev)\n",
        ),
        (["--member", "Core", "--reverse"], None),
        (
            ["--member", "app", "--format", "mermaid"],
            "graph LR\n    app\n    core\n    tools\n    web\n    app --> core\n"
            '    core -. "extra http" .-> web\n    tools --> web\n    web --> core\n'
            '    web -. "group dev" .-> tools\n',
        ),
        (
            ["--format", "dot", "--member", "tools", "--reverse"],
            'digraph workspace {\n    "app";\n    "core";\n    "tools";\n    "web";\n'
            '    "app" -> "core";\n    "core" -> "web" [style=dashed, label="extra http"];\n'
            '    "tools" -> "web";\n    "web" -> "core";\n'
            '    "web" -> "tools" [style=dashed, label="group dev"];\n}\n',
        ),
    ],
)
def test_formats(tmp_path: Path, arguments: list[str], expected: str | None) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    if expected is not None:
        assert done.stdout == expected
    else:
        assert done.stdout.startswith("app\n  core\n")


def test_json(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, "--format", "json").stdout)
    assert found["members"] == ["app", "core", "tools", "web"]
    assert {"from": "web", "to": "tools", "kind": "group", "name": "dev"} in found["edges"]
    assert found["cycles"] == []


def test_an_unknown_member_is_wrong_usage(tmp_path: Path) -> None:
    done = run(tmp_path, "--member", "cor")
    assert done.returncode == 2
    assert done.stderr == ("error: `cor` is not a member of this workspace. Did you mean `core`?\n")
