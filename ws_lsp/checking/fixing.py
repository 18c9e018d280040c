"""Applying the fixes of many findings at once. Pure: texts in, texts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.checker import check_file
from ws_lsp.checking.chosen import EVERYTHING, Chosen
from ws_lsp.checking.findings import Finding, Fix
from ws_lsp.checking.rulebook import Rulebook
from ws_lsp.checking.view import View
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Edit, Span, apply_edits
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem

__all__ = ["Fixed", "apply_fixes", "chosen_fix", "fix_workspace"]

_ROUNDS = 50
"""No workspace needs so many rounds of fixes; one that never ends must not hang anybody."""


class Fixed(NamedTuple):
    """The new texts of the files that fixes have changed, and how many fixes there were."""

    texts: dict[str, str]
    fixes: int


def apply_fixes(
    rulebook: Rulebook,
    snapshot: Snapshot,
    paths: Collection[str],
    levels: Mapping[str, str] | None = None,
    unsafe: bool = False,
    chosen: Chosen = EVERYTHING,
) -> Fixed:
    """Apply the safe fixes of the findings in `paths`; with `unsafe` the others as well.

    Fixes can build on one another (two sources need one new table), so they are applied round by
    round, each to the texts that the one before left. A fix that touches a file outside of `paths`,
    or creates one, is left for a person to choose. A text that is TOML stays so. What changes the
    workspace itself, such as a member's name or a pattern, ends the last round.
    """
    before, count = snapshot, 0
    texts = {path: snapshot.manifests[path].text for path in paths}
    seen = {frozenset(texts.items())}
    for _ in range(_ROUNDS):
        findings = [
            one
            for path in paths
            for one in check_file(View(rulebook, snapshot, path), levels)
            if chosen.has(one)
        ]
        fixes = _apart(findings, paths, unsafe=False)
        if not fixes and unsafe:
            fixes = _apart(findings, paths, unsafe=True)
        if not fixes:
            break
        new = _applied(snapshot, fixes)
        if _breaks(snapshot, new):
            # each adds the same new table, for instance: the others have their turn in later rounds
            fixes = next(
                ([one] for one in fixes if not _breaks(snapshot, _applied(snapshot, [one]))), []
            )
            new = _applied(snapshot, fixes)
        if not fixes:
            break
        state = frozenset({**texts, **new}.items())
        if state in seen:
            break  # two unsafe fixes undo each other
        seen.add(state)
        texts |= new
        count += len(fixes)
        after = snapshot.with_texts(new)
        if any(_shape(snapshot.manifests[path]) != _shape(after.manifests[path]) for path in new):
            break  # the workspace may be another one now: who discovers it anew goes on
        snapshot = after
    changed = {path: text for path, text in texts.items() if text != before.manifests[path].text}
    return Fixed(changed, count)


def fix_workspace(
    rulebook: Rulebook,
    host: Host,
    root: str,
    levels: Mapping[str, str] | None = None,
    unsafe: bool = False,
    chosen: Chosen = EVERYTHING,
) -> Fixed:
    """Apply the chosen fixes of a workspace, of its new members as well, as open buffers of the host.

    A fix can bring members into the workspace, or change what is looked at otherwise: so the workspace
    is discovered anew, until nothing is left to be fixed.
    """
    texts: dict[str, str] = {}
    count = 0
    for _ in range(_ROUNDS):
        snapshot = host.snapshot(root)
        paths = [
            path
            for path, one in snapshot.manifests.items()
            if one.unreadable is None and chosen.has_file(path)
        ]
        fixed = apply_fixes(rulebook, snapshot, paths, levels, unsafe, chosen)
        if not fixed.texts:
            break
        for path, text in fixed.texts.items():
            host.edit(path, text)
        texts |= fixed.texts
        count += fixed.fixes
    return Fixed(texts, count)


def chosen_fix(finding: Finding, paths: Collection[str], unsafe: bool) -> Fix | None:
    """Return the fix that is applied in bulk, if any: one that touches no file outside of `paths`."""
    within = [
        fix
        for fix in finding.fixes
        if not any(one.create or one.path not in paths for one in fix.changes)
    ]
    safe = next((fix for fix in within if fix.is_safe), None)
    return safe if safe is not None or not unsafe else next(iter(within), None)


def _apart(findings: Iterable[Finding], paths: Collection[str], unsafe: bool) -> list[Fix]:
    """Return fixes that touch each other nowhere; what is left out has its turn in a later round.

    A fix has a file that it reaches into from another one to itself: what it adds there, another fix
    may add as well. Of unsafe ones for findings that are about another place as well, it is one of each code: two
    projects that disagree would only change their views.
    """
    found: list[Fix] = []
    codes: set[str] = set()
    closed: set[str] = set()
    taken: dict[str, list[Edit]] = {}
    for finding in findings:
        fix = chosen_fix(finding, paths, unsafe)
        if fix is None or (unsafe and finding.related and finding.code in codes):
            continue
        own = [(change.path, edit) for change in fix.changes for edit in change.edits]
        reached = {path for path, _ in own if path != finding.path}
        if (
            not own
            or any(path in closed for path, _ in own)
            or any(path in taken for path in reached)
            or any(
                _touch(edit.span, other.span) for path, edit in own for other in taken.get(path, ())
            )
        ):
            continue
        closed |= reached
        found.append(fix)
        codes.add(finding.code)
        for path, edit in own:
            taken.setdefault(path, []).append(edit)
    return found


def _shape(manifest: Manifest) -> tuple[object, ...]:
    """Return what of a file decides which members a workspace has, and how they are called."""
    patterns = (*manifest.member_patterns, None, *manifest.exclude_patterns)
    return manifest.name, *(node and node.value for node in patterns)


def _applied(snapshot: Snapshot, fixes: Iterable[Fix]) -> dict[str, str]:
    """Return the texts that fixes make."""
    edits: dict[str, list[Edit]] = {}
    for change in (change for fix in fixes for change in fix.changes):
        edits.setdefault(change.path, []).extend(change.edits)
    return {path: apply_edits(snapshot.manifests[path].text, one) for path, one in edits.items()}


def _breaks(snapshot: Snapshot, texts: Mapping[str, str]) -> bool:
    """Tell whether a text that is TOML would no longer be."""
    return any(
        snapshot.manifests[path].syntax is None and syntax_problem(parse(text)) is not None
        for path, text in texts.items()
    )


def _touch(one: Span, other: Span) -> bool:
    return max(one.start, other.start) <= min(one.end, other.end)
