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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from differential.cases import Answer, find_uv, run_uv
from differential.workspaces import make_index, plant
from ws_lsp.analysis import Host, Snapshot
from ws_lsp.project.requirement import releases_overlap
from ws_lsp.project.workspace import MANIFEST, find_root
from ws_lsp.rules.base import Finding, Severity
from ws_lsp.rules.checker import Checker
from ws_lsp.vfs import from_native, join, parent

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


OWN = frozenset({"unknown-default-package", "invalid-default-packages"})
"""Errors in values that no uv reads."""


@dataclass(frozen=True)
class Verdict:
    """What uv said of a workspace, our errors, and why the files alone do not decide, if so."""

    answer: Answer
    errors: list[Finding]
    undecided: str = ""

    @property
    def agreed(self) -> bool:
        return bool(self.undecided) or self.answer.refused == bool(self.errors)


class Judge:
    """uv, with an index and a cache of its own."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.settings = {
            "UV_CACHE_DIR": str(index / "cache"),
            "UV_DEFAULT_INDEX": (index / "simple").as_uri(),
            "UV_PYTHON": sys.executable,
        }

    def lock(self, texts: Mapping[str, str], cwd: str = ".") -> Verdict:
        """Ask uv and ws-lsp about a workspace."""
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory).resolve() / "ws"
            root.mkdir()
            plant(texts, root)
            (root / "simple").symlink_to(self.index / "simple")
            host = Host()
            start = from_native(str(root / cwd))
            snapshot = host.snapshot(host.root_of_directory(start) or start)
            errors = [
                finding
                for some in Checker().findings(snapshot).values()
                for finding in some
                if finding.severity is Severity.ERROR and finding.code not in OWN
            ]
            answer = run_uv(UV, "lock", cwd=root / cwd, settings=self.settings)
            reason = ""
            if answer.refused and not errors:
                reason = _undecided(answer, snapshot) or _fault_outside(host, snapshot)
        return Verdict(answer, errors, reason)


def _undecided(answer: Answer, snapshot: Snapshot) -> str:
    """Say why the files alone do not decide that uv refuses a workspace, or nothing."""
    if "example.invalid" in answer.err or "github.com" in answer.err:
        return "network"
    specifiers = snapshot.workspace.python_specifiers
    default = not specifiers and "don't overlap with Python requirement" in answer.err
    if default or ("incompatible with the project" in answer.err and releases_overlap(specifiers)):
        return "interpreter"
    return ""


def _fault_outside(host: Host, snapshot: Snapshot) -> str:
    """Tell of a mistake in the next manifest above a project that is a workspace of its own.

    uv reads that one, too, to see whether it lists the project.
    """
    above = find_root(host.files, host.manifest, parent(snapshot.workspace.root))
    if above is None or snapshot.workspace.explicit:
        return ""
    found = Checker().findings(host.snapshot(above)).get(join(above, MANIFEST), ())
    wrong = any(finding.severity is Severity.ERROR for finding in found)
    return "another workspace" if wrong else ""
