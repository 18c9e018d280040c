"""uv as the judge of whether a workspace is sound, and how hard random ones are tried."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import tomli
from e2e.disk import write_files
from hypothesis import HealthCheck, Phase, settings

from differential.cases import Answer, find_uv, run_uv
from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.grammar.requirement import releases_overlap, requirement_marker
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.versions import NEWEST, Version
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import from_native, join

__all__ = [
    "EXAMPLES",
    "OWN",
    "Installed",
    "Judge",
    "Verdict",
    "law",
    "needs_uv",
    "settings_for",
    "shown",
]

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
LOCK = "uv lock"
ALL_PACKAGES = "uv sync --all-packages"
DEFAULTS = "uv sync of default-packages"
INTERPRETER = {
    "PATH": str(Path(sys.executable).resolve().parent),
    "UV_PYTHON_PREFERENCE": "only-system",
}
"""The settings by which uv finds one interpreter, and minds `.python-version`."""
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


@dataclass(frozen=True)
class Installed:
    """What uv said of a workspace and its syncs, our findings, and what the files do not decide of it.

    Of `answers` a bare sync, a lock and the sync of `default-packages` make errors of what they refuse.
    """

    answers: Mapping[str, Answer]
    found: list[Finding]
    undecided: Mapping[str, str]
    from_index: frozenset[str]
    """The packages of the lock file that come from an index, with their versions."""
    has_markers: bool
    """Whether the environment decides what is installed, so that a warning is enough for a sync."""

    @property
    def outcome(self) -> str:
        """What uv refuses, and what does not decide it, in words."""
        refused = [
            f"{command} ({self.undecided[command]})" if self.undecided[command] else command
            for command, answer in self.answers.items()
            if answer.refused
        ]
        return " and ".join(refused) or "nothing"

    def disagreements(self, warnings: Mapping[str, Collection[str]]) -> Iterator[str]:
        """Yield in words what uv says and we do not, and the other way round.

        `warnings` has the codes of our findings by patterns of what uv warns of.
        """
        errors = {one.code for one in self.found if one.severity is Severity.ERROR}
        said = errors | {one.code for one in self.found if one.severity is Severity.WARNING}
        refused = {command for command, answer in self.answers.items() if answer.refused}
        grave = refused - {ALL_PACKAGES}
        certain = [command for command in sorted(grave) if not self.undecided[command]]
        known = {code for codes in warnings.values() for code in codes}
        is_warned = self.has_markers and LOCK not in certain and said - known
        if certain and not errors and not is_warned:
            yield f"no error, and uv refuses: {', '.join(certain)}"
        if not grave and errors - OWN:
            yield "an error, and uv refuses nothing"
        if errors & OWN and not errors - OWN and DEFAULTS in self.answers.keys() - grave:
            yield "an error in default-packages, and uv syncs them"
        if refused == {ALL_PACKAGES} and not self.undecided[ALL_PACKAGES] and not said - known:
            yield f"no warning, and uv refuses: {ALL_PACKAGES}"
        for warning in () if refused else sorted(self.warnings()):
            extra = re.match("The package `([^`]*)` does not have an extra", warning)
            if extra and extra[1] in self.from_index:
                continue
            codes = {
                code
                for pattern in warnings
                if re.search(pattern, warning)
                for code in warnings[pattern]
            }
            if not codes & said:
                yield f"not found: {warning}"

    def warnings(self) -> set[str]:
        """Return what uv warns of, each on one line."""
        return {
            " ".join(said.split())
            for answer in self.answers.values()
            for said in re.findall(
                r"^warning: (.*(?:\n {2,}(?! *Buil).*)*)", answer.err, re.MULTILINE
            )
        }


class Judge:
    """uv, with an index and a cache of its own: the installed one, or one of another version."""

    def __init__(self, index: Path, uv: str = UV, version: Version = NEWEST) -> None:
        self.index = index
        self.uv = uv
        self.version = version
        self.settings = settings_for(index)

    def lock(self, texts: Mapping[str, str], cwd: str = ".") -> Verdict:
        """Ask uv and ws-lsp about a workspace."""
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory).resolve() / "ws"
            root.mkdir()
            write_files(root, texts)
            (root / "simple").symlink_to(self.index / "simple")
            host = Host(uv_version=lambda: self.version)
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
            answer = run_uv(self.uv, "lock", cwd=root / cwd, settings=self.settings)
            of_sync = [finding for finding in errors if finding.code in OF_SYNC]
            errors = [finding for finding in errors if finding.code not in OF_SYNC]
            if of_sync and not answer.refused:
                synced = run_uv(
                    self.uv, "sync", "--dry-run", cwd=root / cwd, settings=self.settings
                )
                assert synced.refused, shown(of_sync)
            reason = ""
            if answer.refused and not errors:
                reason = _undecided(answer, snapshot)
        return Verdict(answer, errors, reason)

    def install(self, texts: Mapping[str, str]) -> Installed:
        """Ask uv for the syncs of a workspace as well, each with an empty cache and no environment."""
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory).resolve() / "ws"
            root.mkdir()
            write_files(root, texts)
            (root / "simple").symlink_to(self.index / "simple")
            host = Host(uv_version=lambda: self.version)
            start = from_native(str(root))
            snapshot = host.snapshot(host.root_of_directory(start) or start)
            found = [one for some in Checker(RULEBOOK).findings(snapshot).values() for one in some]

            def ask(*arguments: str) -> Answer:
                shutil.rmtree(root / ".venv", ignore_errors=True)
                (root / "uv.lock").unlink(missing_ok=True)
                with tempfile.TemporaryDirectory(dir=directory) as cache:
                    settings = self.settings | INTERPRETER | {"UV_CACHE_DIR": cache}
                    del settings["UV_PYTHON"]
                    return run_uv(self.uv, *arguments, cwd=root, settings=settings)

            answers = {"uv sync": ask("sync")}
            if answers["uv sync"].refused:
                answers[LOCK] = ask("lock")
            everything = answers[ALL_PACKAGES] = ask("sync", "--all-packages")
            chosen = snapshot.root.default_selection
            if chosen == "all":
                answers[DEFAULTS] = everything
            elif chosen:
                listed = [word for name in chosen for word in ("--package", name)]
                answers[DEFAULTS] = ask("sync", *listed)
            from_index = frozenset(_from_index(root / "uv.lock"))
            reasons = {
                command: _undecided(answer, snapshot) or _undecided_sync(answer)
                for command, answer in answers.items()
                if answer.refused
            }
            has_markers = any("marker =" in text for text in texts.values()) or any(
                requirement_marker(one.node.value)
                for manifest in snapshot.manifests.values()
                for one in manifest.requirements
            )
        return Installed(answers, found, reasons, from_index, has_markers)

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


def _from_index(lock: Path) -> Iterator[str]:
    """Yield the packages of a lock file that come from an index, each as `name==version`."""
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    for package in tomli.loads(text).get("package", ()):
        if "registry" in package["source"]:
            yield f"{package['name']}=={package['version']}"


_OTHER_BACKENDS = re.compile(
    r"`(?:setuptools|uv[-_]build|hatchling)[^`]*`|(?:setuptools|uv-build) was not found"
    r"|Call to `(?:here|setuptools)[^`]*` failed"
)
_OTHER_PYTHONS = re.compile("No interpreter found|current Python platform is not compatible")
_OF_INDEX = "`match-runtime = true`, but was not found in the resolution"


def _undecided_sync(answer: Answer) -> str:
    """Say why the files alone do not decide that uv refuses a sync, or nothing."""
    said = " ".join(answer.err.split())
    if _OTHER_BACKENDS.search(said):
        return "backend"
    if _OF_INDEX in said:
        return "index"
    return "interpreter" if _OTHER_PYTHONS.search(said) else ""


def shown(found: Iterable[Finding]) -> str:
    """Return findings as lines, for a failure."""
    return "\n".join(
        f"{one.path}: {one.severity.value}[{one.code}]: {one.message}" for one in found
    )
