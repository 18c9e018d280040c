"""Runs the rules, and only those whose answer may differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding
from ws_lsp.checking.rule import Rule, Scope
from ws_lsp.checking.severities import OFF, configured
from ws_lsp.checking.view import DISK_QUESTIONS, GRAPH_QUESTIONS, PROJECT_QUESTIONS, View
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ws_lsp.checking.rulebook import Rulebook

__all__ = ["Checker", "check_file"]


class _Known(NamedTuple):
    manifest: Manifest
    scope: Scope
    asked: dict[tuple[str, tuple[Any, ...]], Any]
    findings: tuple[Finding, ...]


class Checker:
    """Remembers the findings of one workspace's files and the answers that they rest on.

    `levels` are the severities that the editor wishes for, by code.
    """

    def __init__(self, rulebook: Rulebook, levels: Mapping[str, str] | None = None) -> None:
        self._rulebook = rulebook
        self._levels = levels or {}
        self.checks = 0
        """How many files were checked: tests count them."""
        self._snapshot: Snapshot | None = None
        self._known: dict[str, _Known] = {}
        self._readers: dict[str, set[str]] = {}
        self._askers_of_disk: set[str] = set()
        self._askers_of_projects: set[str] = set()
        self._askers_of_graph: set[str] = set()
        self.suspects: set[str] = set()
        """The files of the snapshot that have not been looked at since something changed."""

    def findings(self, snapshot: Snapshot) -> Mapping[str, tuple[Finding, ...]]:
        """Return the findings of every file of the workspace, by path, in the order of the text."""
        self.begin(snapshot)
        return {path: self.look(path) for path in snapshot.manifests}

    def begin(self, snapshot: Snapshot) -> None:
        """Take a new snapshot; `suspects` are then the files whose findings may differ.

        A file may differ if it changed, if one that its findings point into did, or if the workspace
        did: `look` then asks its questions again and checks it only where an answer is another.
        """
        if snapshot is self._snapshot:
            return
        known, manifests, before = self._known, snapshot.manifests, self._snapshot
        if before is not None and before.discovery == snapshot.discovery:
            suspects = self._changed(snapshot, snapshot.edited)
        elif (
            before is not None
            and before.workspace is snapshot.workspace
            and before.manifests.keys() == manifests.keys()
        ):
            suspects = self._changed(snapshot, manifests)
            if snapshot.disk != before.disk:
                suspects |= self._askers_of_disk
        else:
            for path in [path for path in known if path not in manifests]:
                del known[path]
            suspects = set(manifests)
        if before is not None and snapshot.strangers != before.strangers:
            suspects |= self._askers_of_projects
        if before is not None and snapshot.requires != before.requires:
            suspects |= self._askers_of_graph
        if before is not None and snapshot.surveyed != before.surveyed:
            suspects |= self._askers_of_disk
        self._snapshot = snapshot
        self.suspects = {path for path in self.suspects | suspects if path in manifests}

    def _changed(self, snapshot: Snapshot, paths: Iterable[str]) -> set[str]:
        """Return those of `paths` that have another text, and the files whose findings point there."""
        changed = [
            path
            for path in paths
            if (old := self._known.get(path)) is None
            or old.manifest is not snapshot.manifests[path]
        ]
        return set(changed).union(*(self._readers.get(path, ()) for path in changed))

    def look(self, path: str) -> tuple[Finding, ...]:
        """Return the findings of one file of the snapshot that was begun."""
        assert self._snapshot is not None  # `begin` comes first
        known = self._known.get(path)
        if known is not None and path not in self.suspects:
            return known.findings
        self.suspects.discard(path)
        view = View(self._rulebook, self._snapshot, path)
        if (
            known
            and known.manifest is view.manifest
            and known.scope is view.scope
            and view.holds(known.asked)
        ):
            return known.findings
        view.asked.clear()
        self.checks += 1
        findings = check_file(view, self._levels)
        self._known[path] = _Known(view.manifest, view.scope, view.asked, findings)
        for name, arguments in view.asked:
            if name == "other":
                self._readers.setdefault(arguments[0], set()).add(path)
            elif name in DISK_QUESTIONS:
                self._askers_of_disk.add(path)
                if name in PROJECT_QUESTIONS:
                    self._askers_of_projects.add(path)
            elif name in GRAPH_QUESTIONS:
                self._askers_of_graph.add(path)
        return findings


def check_file(view: View, levels: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """Return what all rules say of one file, in the order of the text.

    `levels` are severities by code; those of the root's `[tool.ws-lsp.rules]` win over them.
    """
    from ws_lsp.checking.uncovered_settings import without_uncovering

    wished = {**(levels or {}), **dict(view.rule_levels())}
    found: list[Finding] = []
    for rule in _wanted(view.rulebook, view.scope, tuple(wished.items())):
        found.extend(rule.check(view, rule))
    kept = configured((without_uncovering(view, one) for one in found), view.manifest, wished)
    return tuple(sorted(kept, key=lambda finding: finding.span))


@lru_cache(maxsize=1 << 5)
def _wanted(
    rulebook: Rulebook, scope: Scope, wished: tuple[tuple[str, str], ...]
) -> tuple[Rule, ...]:
    """Return the rules that look at such a file and that nobody has turned off."""
    levels = dict(wished)
    return tuple(
        rule
        for rule in rulebook.by_scope[scope]
        if levels.get(rule.code, OFF if rule.off else "") != OFF
    )
