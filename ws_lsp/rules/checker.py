"""Runs the rules, and only those whose answer may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ws_lsp.analysis import Snapshot
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.workspace import Workspace
from ws_lsp.rules import ALL
from ws_lsp.rules.base import Finding, View

__all__ = ["Checker", "check_file"]


@dataclass(frozen=True, slots=True)
class _Known:
    manifest: Manifest
    asked: dict[tuple[str, tuple[Any, ...]], Any]
    findings: tuple[Finding, ...]


class Checker:
    """Remembers the findings of one workspace's files and the answers that they rest on."""

    def __init__(self) -> None:
        self.checks = 0
        """How many files were checked: tests count them."""
        self._workspace: Workspace | None = None
        self._known: dict[str, _Known] = {}
        self._readers: dict[str, set[str]] = {}
        self._findings: dict[str, tuple[Finding, ...]] = {}

    def findings(self, snapshot: Snapshot) -> Mapping[str, tuple[Finding, ...]]:
        """Return the findings of every file of the workspace, by path, in the order of the text.

        A file is checked anew if it changed, if a file that its findings point into did, or if the
        workspace did and one of its questions now has another answer.
        """
        known, manifests = self._known, snapshot.manifests
        changed = [
            path
            for path, manifest in manifests.items()
            if (old := known.get(path)) is None or old.manifest is not manifest
        ]
        if snapshot.workspace is not self._workspace:
            self._workspace = snapshot.workspace
            for path in [path for path in known if path not in manifests]:
                del known[path]
            suspects = set(manifests)
        else:
            suspects = set(changed).union(*(self._readers.get(path, ()) for path in changed))
        if not suspects:
            return self._findings
        fresh = dict(self._findings) if len(suspects) < len(manifests) else {}
        for path in sorted(suspects):
            if path in manifests:
                fresh[path] = self._look(snapshot, path)
        self._findings = fresh
        return fresh

    def _look(self, snapshot: Snapshot, path: str) -> tuple[Finding, ...]:
        known = self._known.get(path)
        view = View(snapshot, path)
        if known and known.manifest is view.manifest and view.holds(known.asked):
            return known.findings
        view.asked.clear()
        self.checks += 1
        findings = check_file(view)
        self._known[path] = _Known(view.manifest, view.asked, findings)
        for name, arguments in view.asked:
            if name == "other":
                self._readers.setdefault(arguments[0], set()).add(path)
        return findings


def check_file(view: View) -> tuple[Finding, ...]:
    """Return what all rules say of one file, in the order of the text."""
    found = [
        finding
        for rule in ALL
        if view.scope in rule.scopes
        for finding in rule.check(view, rule)
    ]
    return tuple(sorted(found, key=lambda finding: finding.span))
