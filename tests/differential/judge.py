"""uv as the judge of whether a workspace is sound, and how hard random ones are tried."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.disk import write_files
from hypothesis import HealthCheck, Phase, settings

from differential.cases import Answer, find_uv, run_uv
from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.grammar.requirement import releases_overlap
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import from_native, join

__all__ = ["EXAMPLES", "OWN", "Judge", "Verdict", "law", "needs_uv", "settings_for", "shown"]

UV = find_uv() or ""
needs_uv = pytest.mark.skipif(not UV, reason="no uv in the environment and none on the path")
EXAMPLES = int(os.environ.get("WS_LSP_LAW_EXAMPLES", "0"))


def law(few: int) -> settings:
    """Return how hard a law is tried: `few` examples, or as many as the environment asks for."""
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=list(HealthCheck),
    )


def settings_for(index: Path) -> dict[str, str]:
    """Return uv's settings by which it knows only a local index, with a cache beside that."""
    return {
        "UV_CACHE_DIR": str(index / "cache"),
        "UV_DEFAULT_INDEX": (index / "simple").as_uri(),
        "UV_PYTHON": sys.executable,
    }


OWN = frozenset(
    {"unknown-default-package", "invalid-default-packages", "conflicting-default-packages"}
)
"""Errors in values that no uv reads."""
OF_SYNC = frozenset({"conflicting-sync", "excluded-member"})
"""Errors where `uv lock` is content and the bare `uv sync` fails."""


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
        self.settings = settings_for(index)

    def lock(self, texts: Mapping[str, str], cwd: str = ".") -> Verdict:
        """Ask uv and ws-lsp about a workspace."""
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory).resolve() / "ws"
            root.mkdir()
            write_files(root, texts)
            (root / "simple").symlink_to(self.index / "simple")
            host = Host()
            start = from_native(str(root / cwd))
            snapshot = host.snapshot(host.root_of_directory(start) or start)
            errors = [
                finding
                for some in Checker(RULEBOOK).findings(snapshot).values()
                for finding in some
                if finding.severity is Severity.ERROR
                and finding.code not in OWN
                # from inside of a member uv does not mind the root's
                and not (
                    finding.code == "unmanaged-project" and finding.path != join(start, MANIFEST)
                )
            ]
            answer = run_uv(UV, "lock", cwd=root / cwd, settings=self.settings)
            of_sync = [finding for finding in errors if finding.code in OF_SYNC]
            errors = [finding for finding in errors if finding.code not in OF_SYNC]
            if of_sync and not answer.refused:
                synced = run_uv(UV, "sync", "--dry-run", cwd=root / cwd, settings=self.settings)
                assert synced.refused, shown(of_sync)
            reason = ""
            if answer.refused and not errors:
                reason = _undecided(answer, snapshot)
        return Verdict(answer, errors, reason)

    def check(self, texts: Mapping[str, str], refused: bool, cwd: str = ".") -> Verdict:
        """Assert that uv refuses a workspace, or does not, and that ws-lsp says the same."""
        verdict = self.lock(texts, cwd)
        assert verdict.answer.refused is refused, verdict.answer.err
        assert bool(verdict.errors) is refused, shown(verdict.errors)
        return verdict


def _undecided(answer: Answer, snapshot: Snapshot) -> str:
    """Say why the files alone do not decide that uv refuses a workspace, or nothing."""
    said = " ".join(answer.err.split())  # uv breaks long lines
    if "example.invalid" in said or "github.com" in said:
        return "network"
    lacking = re.search(r"[Oo]nly ([-a-z]+)(?:\[[^]]*\])?==1\.0 is available", said)
    tags = "-compatible wheel" in said or "no wheels with a matching Python version tag" in said
    if tags or (lacking and lacking[1] not in snapshot.workspace.members):
        return "index"
    specifiers = snapshot.workspace.python_specifiers
    default = not specifiers and "don't overlap with Python requirement" in said
    if default or ("incompatible with the project" in said and releases_overlap(specifiers)):
        return "interpreter"
    return ""


def shown(found: Iterable[Finding]) -> str:
    """Return findings as lines, for a failure."""
    return "\n".join(
        f"{one.path}: {one.severity.value}[{one.code}]: {one.message}" for one in found
    )
