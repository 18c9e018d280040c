"""Members from whose directory uv does not find the workspace: what it refuses in their requirements and sources.

uv reads these in the workspace that it finds from the member, and resolves them in the one that has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding
from ws_lsp.checking.outside import Outside, wrong_around
from ws_lsp.checking.outside_requirements import Wanted, wanted_by
from ws_lsp.checking.rule import Rule, Scope
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.grammar.requirement import requirement_marker
from ws_lsp.incremental import Memo
from ws_lsp.project.manifest import Manifest
from ws_lsp.text import Span
from ws_lsp.vfs import relative

if TYPE_CHECKING:
    from ws_lsp.checking.rulebook import Rulebook

__all__ = ["DETACHED", "found_around", "problem_around", "wanted_around"]


class _OfMember(Outside):
    """How uv comes to a member of the workspace: it looks for all extras and groups."""

    of_member = True

    def includes(self, extra: Name | None, group: Name | None) -> bool:
        """Tell that a requirement is looked for, wherever it stands."""
        return True


def found_around(
    rulebook: Rulebook, snapshot: Snapshot, manifest: Manifest, reason: str
) -> tuple[Finding, ...]:
    """Return what is found in a member by the workspace that uv finds from there.

    `reason` says why that is another one.
    """
    view = _view_around(rulebook, snapshot, manifest)
    if view is None:
        return ()
    rules = rulebook.of_projects_outside[view.scope]
    return tuple(
        _told(rule, finding, reason)
        for rule in rules
        if rule.beyond
        for finding in rule.check(view, rule)
        if finding.path == manifest.path
    )


DETACHED = "What is right in the workspace around the file may not suit the one that lists it"
"""The risk of every fix of what is found around a member."""


def _told(rule: Rule, finding: Finding, reason: str) -> Finding:
    """Return a finding as the workspace tells it that has the member: who looks there alone says why."""
    message = finding.message
    if Scope.DETACHED not in rule.scopes:
        message += f"{'' if message.endswith('?') else '.'} {reason}"
    fixes = tuple(fix.as_unsafe(DETACHED) for fix in finding.fixes)
    return finding._replace(message=message, fixes=fixes)


def problem_around(rulebook: Rulebook, snapshot: Snapshot, manifest: Manifest) -> str | None:
    """Say what uv refuses in another file, which it reads because it looks for a workspace from a member."""
    around = snapshot.around(manifest.directory)
    if around is None:
        return None
    found = next(iter(wrong_around(snapshot, rulebook, around.workspace.root)), None)
    if found is None:
        return None
    return f"`{relative(found[0], snapshot.workspace.root)}` cannot be used: {found[1]}"


def wanted_around(
    rulebook: Rulebook, snapshot: Snapshot, manifest: Manifest, lowered: bool
) -> tuple[tuple[Span, Wanted], ...]:
    """Return what a member requires that the workspace around it may decide, and where it says so.

    That is all that it requires of other members, and what it takes from where that workspace says.
    Without `lowered` uv takes no notice of sources.
    """
    return tuple(_wanted(rulebook, snapshot, manifest, lowered))


def _wanted(
    rulebook: Rulebook, snapshot: Snapshot, manifest: Manifest, lowered: bool
) -> Iterator[tuple[Span, Wanted]]:
    around = _view_around(rulebook, snapshot, manifest)
    inherits = around is not None and around.root() != manifest.directory
    for requirement in manifest.requirements if around is not None else ():
        name, span = requirement.name, requirement.node.span
        if name is None:
            continue
        if manifest.may_be_for_fewer_pythons(requirement.path):
            continue
        source = manifest.sources.get(name)
        is_elsewhere = inherits and (source is None or source.workspace)
        if name not in snapshot.workspace.members and not is_elsewhere:
            continue
        if lowered and around is not None:
            for wanted in wanted_by(around, requirement, name):
                # that a project requires itself in another version is found in every workspace
                if wanted.place or name != manifest.name:
                    yield span, wanted
        elif name == manifest.name:
            continue
        elif requirement.specifier is not None:
            marker = requirement_marker(requirement.node.value)
            specifier = requirement.specifier[0]
            yield span, Wanted(name, frozenset(), specifier, marker, "", manifest.path)


def _view_around(rulebook: Rulebook, snapshot: Snapshot, manifest: Manifest) -> View | None:
    """Return a member as a file of the workspace that uv finds from there."""
    around, path = snapshot.around(manifest.directory), manifest.path
    if around is None or path not in around.manifests:
        return None
    if around.manifests[path] is not manifest:  # it has been edited since
        manifests, memo = {**around.manifests, path: manifest}, Memo(around.memo.followed)
        around = around._replace(manifests=manifests, memo=memo)
    return View(rulebook, around, path, _OfMember(frozenset(), snapshot.workspace.root))
