"""Code actions: the fixes of findings, and sync."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding, Fix
from ws_lsp.checking.fixing import apply_fixes
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.ide.difference import difference
from ws_lsp.ide.place import (
    KeyPlace,
    NamePlace,
    Place,
    ValuePlace,
    is_project_name,
    place,
    source_at,
)
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.pyproject import DEFAULTS, PROJECT, WS_LSP
from ws_lsp.schema.shapes import Holds, Role
from ws_lsp.schema.tool_uv import WORKSPACE_TABLE
from ws_lsp.text import Edit, Span
from ws_lsp.toml.cursor import Cursor

__all__ = [
    "CommandAction",
    "FixAction",
    "SyncAction",
    "command_actions",
    "fix_actions",
    "fix_all",
    "sync_actions",
]


class FixAction(NamedTuple):
    """A fix of a finding; `preferred` where the finding has only one safe way to be mended."""

    finding: Finding
    fix: Fix
    preferred: bool


class CommandAction(NamedTuple):
    """A run of uv that mends a finding; `packages` is what to sync, None to update `uv.lock` alone."""

    finding: Finding
    title: str
    packages: str | None


class SyncAction(NamedTuple):
    """A sync to offer; `packages` is `"default"`, `"all"` or member names.

    With `preview`, uv only says what it would do.
    """

    title: str
    packages: str | tuple[Name, ...]
    preview: bool = False


def fix_actions(findings: Iterable[Finding], span: Span) -> Iterator[FixAction]:
    """Yield the fixes of the findings that touch `span`."""
    for finding in findings:
        if finding.span.start <= span.end and span.start <= finding.span.end:
            safe = [fix for fix in finding.fixes if fix.is_safe]
            for fix in finding.fixes:
                yield FixAction(finding, fix, preferred=len(safe) == 1 and fix.is_safe)


def command_actions(findings: Iterable[Finding], span: Span) -> Iterator[CommandAction]:
    """Yield the runs of uv that mend findings which touch `span`, each kind once."""
    offered: set[str] = set()
    for finding in findings:
        touches = finding.span.start <= span.end and span.start <= finding.span.end
        if touches and finding.code in _COMMANDS and finding.code not in offered:
            offered.add(finding.code)
            yield CommandAction(finding, *_COMMANDS[finding.code])


_COMMANDS: dict[str, tuple[str, str | None]] = {
    "outdated-lockfile": ("Update lockfile", None),
    "default-packages-not-installed": ("Sync default packages", "default"),
}


def fix_all(
    snapshot: Snapshot, path: str, levels: Mapping[str, str] | None = None
) -> tuple[Edit, ...]:
    """Return the edits that apply every safe fix of a file within that file.

    `levels` are the severities that the editor wishes for, by code.
    """
    before = snapshot.manifests[path].text
    from ws_lsp.rules.catalogue import RULEBOOK  # here: it is loaded where a file is first checked

    after = apply_fixes(RULEBOOK, snapshot, (path,), levels).texts.get(path)
    return difference(before, after) if after is not None else ()


def sync_actions(snapshot: Snapshot, manifest: Manifest, offset: int) -> Iterator[SyncAction]:
    """Yield the syncs to offer at `offset` (code points): of the member there, then of the workspace.

    Nothing is offered at a place that has nothing to do with members: a light bulb on every line is
    no help.
    """
    found = place(snapshot, manifest, offset)
    name = _member_at(snapshot, manifest, found)
    if name is not None:
        yield SyncAction(f"Sync `{name}`", (name,))
    elif not _about_workspace(found):
        return
    yield SyncAction("Sync workspace", "all")
    if snapshot.default_packages is not None:
        yield SyncAction("Sync default packages", "default")
    usual = "all" if snapshot.default_packages is None else "default"
    yield SyncAction("Preview sync", (name,) if name is not None else usual, preview=True)


def _about_workspace(found: Place | None) -> bool:
    match found:
        case ValuePlace(is_root=True):
            return found.key is DEFAULTS or found.holds(Holds.PATTERN)
        case KeyPlace(key=key, section=section):
            shapes = (section, key.shape if key is not None else None)
            return key is DEFAULTS or any(
                one is about for one in shapes for about in (WORKSPACE_TABLE, WS_LSP)
            )
    return False


def _member_at(snapshot: Snapshot, manifest: Manifest, at: Place | None) -> Name | None:
    found: Name | None = None
    match at:
        case ValuePlace(cursor=cursor) if (
            cursor.string is not None and at.is_root and at.has(Role.DEFAULT_PACKAGE)
        ):
            found = normalise(cursor.string.value)
        case ValuePlace() if is_project_name(at):
            found = manifest.name
        case ValuePlace(cursor=cursor) if cursor.string is not None:
            found = _required(manifest, cursor)
        case NamePlace(top=top):
            in_project = top is not None and top.shape is PROJECT
            found = manifest.name if in_project else source_at(at)
        case KeyPlace(key=key, top=top) if any(
            one is not None and one.shape is PROJECT for one in (key, top)
        ):
            found = manifest.name
    return found if found in snapshot.workspace.members else None


def _required(manifest: Manifest, cursor: Cursor) -> Name | None:
    return next((one.name for one in manifest.requirements if one.node is cursor.node), None)
