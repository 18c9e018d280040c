"""Laws about any workspace, with the installed uv as the judge.

* We report an error if, and only if, `uv lock` fails.
* How the TOML is written changes no finding.
* A fix mends what it says, makes no new error, and touches nothing else; what uv accepted it still accepts.

`WS_LSP_LAW_EXAMPLES=2000` looks at so many workspaces in place of a few, `--hypothesis-seed` repeats a run.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, note, settings
from hypothesis import strategies as st

from differential.cases import Answer, find_uv, run_uv
from differential.workspaces import Plan, make_index, plans, plant
from ws_lsp.analysis import Host
from ws_lsp.project.requirement import releases_overlap
from ws_lsp.rules.base import Finding, Severity
from ws_lsp.rules.checker import Checker
from ws_lsp.vfs import from_native

UV = find_uv() or ""
EXAMPLES = int(os.environ.get("WS_LSP_LAW_EXAMPLES", "0"))
PYTHON = ".".join(map(str, sys.version_info[:3]))


def law(few: int) -> settings:
    """Return how hard a law is tried: `few` examples, or as many as the environment asks for."""
    return settings(
        max_examples=EXAMPLES or few,
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("index")
    make_index(directory)
    return directory


class Judge:
    """uv, with an index and a cache of its own."""

    def __init__(self, index: Path) -> None:
        self.settings = {
            "UV_CACHE_DIR": str(index / "cache"),
            "UV_DEFAULT_INDEX": (index / "simple").as_uri(),
            "UV_PYTHON": sys.executable,
        }

    def lock(self, texts: Mapping[str, str], cwd: str = ".") -> tuple[Answer, list[Finding], str]:
        """Ask uv and ws-lsp about a workspace: uv's answer, our errors, and what Python is wanted."""
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory).resolve() / "ws"
            root.mkdir()
            plant(texts, root)
            (root / "simple").symlink_to(Path(self.settings["UV_CACHE_DIR"]).parent / "simple")
            host = Host()
            start = from_native(str(root / cwd))
            snapshot = host.snapshot(host.root_of_directory(start) or start)
            found = [one for some in Checker().findings(snapshot).values() for one in some]
            errors = [one for one in found if one.severity is Severity.ERROR]
            answer = run_uv(UV, "lock", cwd=root / cwd, settings=self.settings)
        return answer, errors, snapshot.workspace.python_specifiers


def undecided(answer: Answer, errors: list[Finding], specifiers: frozenset[str]) -> str:
    """Say why the files alone do not decide whether uv accepts a workspace, or nothing."""
    if errors or not answer.refused:
        return ""
    if "example.invalid" in answer.err or "github.com" in answer.err:
        return "network"
    if "incompatible with the project" in answer.err and releases_overlap(specifiers):
        return "interpreter"
    return ""
