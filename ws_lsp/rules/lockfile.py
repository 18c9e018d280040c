"""Rules about `uv.lock`; their findings stand in the manifests, whose authors can do something."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.project.comparison import Mismatch, first_key_span
from ws_lsp.project.file_names import LOCKFILE, SETTINGS
from ws_lsp.project.staleness import (
    conflict_mismatches,
    default_group_mismatches,
    member_mismatches,
    root_mismatches,
)
from ws_lsp.project.versions import Feature
from ws_lsp.rules.base import BELONGING, Finding, Rule, Scope, Severity, rule
from ws_lsp.rules.view import View
from ws_lsp.vfs import join

__all__ = ["RULES"]


@rule("invalid-lockfile", Severity.ERROR, Scope.ROOT)
def invalid_lockfile(view: View, rule: Rule) -> Iterator[Finding]:
    """`uv.lock` cannot be read.

    uv refuses every command that needs it: `uv lock`, `uv sync`, `uv run`. Mostly a merge left its
    conflict markers in it, or a newer uv wrote it.

    ```text
    <<<<<<< HEAD
    version = "1.2.0"
    =======
    ```

    Restore the file from one of the two sides (`git checkout --ours uv.lock`) and run `uv lock`: it
    keeps the versions that are still right. Or remove it, and all versions are chosen anew.
    """
    lockfile = view.lockfile()
    if lockfile is not None and lockfile.problem is not None:
        message = f"`{LOCKFILE}` cannot be read: {lockfile.problem}. Restore or remove it"
        yield rule.finding(view, first_key_span(view.manifest), message)


@rule("outdated-lockfile", Severity.WARNING, *BELONGING)
def outdated_lockfile(view: View, rule: Rule) -> Iterator[Finding]:
    """`uv.lock` does not agree with what this file declares.

    The next `uv sync` or `uv run` resolves again and rewrites it, and `uv sync --locked` fails, which
    is what CI mostly runs. The finding stands at what has changed: a requirement, an extra, a group,
    the version, a setting. What the files alone do not decide is not reported, and where there is no
    `uv.lock` nothing is.

    ```toml
    dependencies = ["idna>=4"]  # it was idna>=3 when uv.lock was made
    ```

    Run `uv lock`, or the action *Update lockfile*. Unsaved changes count here, but uv reads what is
    saved.
    """
    for span, reason in _mismatches(view):
        yield rule.finding(view, span, f"`{LOCKFILE}` is out of date: {reason}. Run `uv lock`")


def _mismatches(view: View) -> Iterator[Mismatch]:
    manifest = view.manifest
    lockfile = view.lockfile() if view.scope is Scope.ROOT else None
    name = manifest.name
    if manifest.syntax is not None or (name is None and lockfile is None):
        return
    # the version of uv is asked for last: to run it takes longer than all else
    newer = Feature.DEFAULT_GROUPS_OF_MEMBERS
    if lockfile is not None:
        members = view.sound_members()
        if lockfile.problem is not None or members is None:
            return
        if manifest.project is None and manifest.workspace is None:
            return
        settings = view.other(join(view.root(), SETTINGS)) if view.has_settings_file() else None
        pythons = view.python_specifiers()
        groups = lockfile.has_default_groups and view.uv_has(newer)
        yield from root_mismatches(manifest, settings, lockfile, members, pythons, view, groups)
        if manifest.project is None:
            yield from conflict_mismatches(manifest, lockfile.conflicts)
    locked = view.locked(name) if name is not None else None
    kind = view.source_kind(name) if name is not None else None
    if locked is None or kind is None or view.member_at(manifest.directory) is None:
        return
    if locked.package is None and name is not None and view.is_replaced(name):
        return  # exclusions leave it out
    yield from member_mismatches(manifest, locked, view, kind, view.shown(manifest.directory))
    if locked.package is None:
        return
    yield from conflict_mismatches(manifest, locked.conflicts)
    if locked.has_default_groups and view.uv_has(newer):
        yield from default_group_mismatches(manifest, locked.package.default_groups)


RULES = (invalid_lockfile, outdated_lockfile)
