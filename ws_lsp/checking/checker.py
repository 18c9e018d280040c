"""Runs the rules, and only those whose answer may differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding, unsaid
from ws_lsp.checking.rule import Rule, Scope
from ws_lsp.checking.severities import OFF, configured
from ws_lsp.checking.view import View
from ws_lsp.incremental import Input
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest

if TYPE_CHECKING:
    from ws_lsp.checking.rulebook import Rulebook
    from ws_lsp.checking.view import Asked

__all__ = ["Checker", "check_file"]


class _Known(NamedTuple):
    manifest: Manifest
    asked: Asked
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
        self._askers: dict[Input | str, set[str]] = {}
        """The files whose findings rest on an input, or on the text of the file at a path."""
        self._reasons: dict[str, set[Input | str]] = {}
        """What has changed of that, for each suspect."""
        self.suspects: set[str] = set()
        """The files of the snapshot that have not been looked at since something changed."""

    def findings(self, snapshot: Snapshot) -> Mapping[str, tuple[Finding, ...]]:
        """Return the findings of every file of the workspace, by path, in the order of the text."""
        self.begin(snapshot)
        return {path: self.look(path) for path in snapshot.manifests}

    def begin(self, snapshot: Snapshot) -> None:
        """Take a new snapshot; `suspects` are then the files whose findings may differ.

        A file may differ if its text did, or what one of its questions reads: `look` then asks the
        questions again, and checks it only where an answer is another.
        """
        before = self._snapshot
        if snapshot is before:
            return
        manifests = snapshot.manifests
        changed = snapshot.changed_since(before) if before is not None else frozenset(Input)
        if Input.SHAPE in changed:
            for path in [path for path in self._known if path not in manifests]:
                del self._known[path]
        edited = self._edited(manifests if Input.FILES in changed else snapshot.edited, manifests)
        reasons: list[Input | str] = [*changed, *edited]
        suspects = self.suspects.union(edited)
        for reason in reasons:
            for path in self._askers.get(reason, ()):
                self._reasons.setdefault(path, set()).add(reason)
                suspects.add(path)
        self._snapshot = snapshot
        self.suspects = {path for path in suspects if path in manifests}

    def _edited(self, paths: Iterable[str], manifests: Mapping[str, Manifest]) -> list[str]:
        """Return those of `paths` that have another text than the findings are of, or no findings."""
        return [
            path
            for path in paths
            if (known := self._known.get(path)) is None or known.manifest is not manifests[path]
        ]

    def look(self, path: str) -> tuple[Finding, ...]:
        """Return the findings of one file of the snapshot that was begun."""
        assert self._snapshot is not None  # `begin` comes first
        known = self._known.get(path)
        if known is not None and path not in self.suspects:
            return known.findings
        self.suspects.discard(path)
        reasons = self._reasons.pop(path, set())
        manifest = self._snapshot.manifests[path]
        view = View(self._rulebook, self._snapshot, path)
        if known is not None and known.manifest is manifest and view.holds(known.asked, reasons):
            return known.findings
        self.checks += 1
        findings = check_file(view, self._levels)
        self._known[path] = _Known(manifest, view.asked, findings)
        for question, arguments in view.asked:
            for one in question.read(arguments):
                self._askers.setdefault(one, set()).add(path)
        return findings


def check_file(view: View, levels: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """Return what all rules say of one file, in the order of the text.

    `levels` are severities by code; those of the root's `[tool.ws-lsp.rules]` win over them.
    """
    from ws_lsp.checking.uncovered_settings import without_uncovering

    if "{{" in view.root():
        return ()  # a template of projects (cookiecutter, copier): nobody runs uv in it
    wished = {**(levels or {}), **dict(view.rule_levels())}
    found: list[Finding] = []
    wanted = _wanted(view.rulebook, view.scope, tuple(wished.items()))
    for rule in wanted:
        if not rule.last:
            found.extend(rule.check(view, rule))
    if view.scope is Scope.DETACHED:
        found += unsaid(view.found_around(), found)
    if view.manifest.syntax is not None:
        from ws_lsp.checking.broken_text import without_consequences  # here: few files need it

        found = [*without_consequences(found, view.manifest)]
    mended = (without_uncovering(view, one) for one in found)
    kept = [*configured(mended, view.manifest, wished, view.silenced)]
    last = (one for rule in wanted if rule.last for one in rule.check(view, rule))
    kept += configured(last, view.manifest, wished, view.silenced, by_name=True)
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
