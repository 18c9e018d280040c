"""Applying the safe fixes of many findings at once. Pure: texts in, texts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.checker import check_file
from ws_lsp.checking.findings import Finding
from ws_lsp.checking.rulebook import Rulebook
from ws_lsp.checking.view import View
from ws_lsp.text import Edit, Span, apply_edits

__all__ = ["fixed_texts"]

_ROUNDS = 50
"""No workspace needs so many rounds of fixes; one that never ends must not hang anybody."""


def fixed_texts(
    rulebook: Rulebook,
    snapshot: Snapshot,
    paths: Collection[str],
    levels: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the new texts of those of `paths` that the safe fixes of their findings change.

    Fixes can build on one another (two sources need one new table), so they are applied round by
    round, each to the texts that the one before left. A fix that touches a file outside of `paths`,
    or creates one, is left for a person to choose.
    """
    before = snapshot
    for _ in range(_ROUNDS):
        findings = [
            one for path in paths for one in check_file(View(rulebook, snapshot, path), levels)
        ]
        edits = _disjoint(findings, paths)
        if not edits:
            break
        snapshot = snapshot.with_texts(
            {path: apply_edits(snapshot.manifests[path].text, some) for path, some in edits.items()}
        )
    texts = {path: snapshot.manifests[path].text for path in paths}
    return {path: text for path, text in texts.items() if text != before.manifests[path].text}


def _disjoint(findings: Iterable[Finding], paths: Collection[str]) -> dict[str, list[Edit]]:
    """Return the edits of safe fixes, by file; a fix that touches an earlier one's is left out."""
    taken: dict[str, list[Edit]] = {}
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.is_safe), None)
        if fix is None or any(one.create or one.path not in paths for one in fix.changes):
            continue
        own = [edit for change in fix.changes for edit in change.edits]
        if not own or any(
            _touch(edit.span, other.span)
            for change in fix.changes
            for edit in change.edits
            for other in taken.get(change.path, ())
        ):
            continue
        for change in fix.changes:
            taken.setdefault(change.path, []).extend(change.edits)
    return taken


def _touch(one: Span, other: Span) -> bool:
    return max(one.start, other.start) <= min(one.end, other.end)
