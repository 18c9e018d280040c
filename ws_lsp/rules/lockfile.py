"""Rules about `uv.lock`; their findings stand in the manifests, whose authors can do something."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.checking.rule import BELONGING, Rule, Scope, rule
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.comparison import Locked, Mismatch, first_key_span
from ws_lsp.project.file_names import LOCKFILE, SETTINGS
from ws_lsp.project.lockfile import Lockfile
from ws_lsp.project.preview_features import PreviewFeature
from ws_lsp.project.staleness import (
    Declared,
    conflict_mismatches,
    default_group_mismatches,
    member_mismatches,
    root_mismatches,
)
from ws_lsp.project.versions import Feature
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
    `uv.lock` nothing is. With uv's preview features `lock-without-metadata` and `resolution-inputs` less
    stands in `uv.lock`, so less is compared.

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
    if manifest.syntax is not None:
        return
    if lockfile is not None:
        members = view.sound_members()
        if lockfile.problem is not None or members is None:
            return
        if manifest.project is None and manifest.workspace is None:
            return
        yield from _mismatches_of_root(view, lockfile, members)
    if manifest.name is not None:
        yield from _mismatches_of_member(view, manifest.name)


# the version of uv is asked for last: to run it takes longer than all else
_GROUPS = Feature.DEFAULT_GROUPS_OF_MEMBERS


def _mismatches_of_root(
    view: View, lockfile: Lockfile, members: frozenset[Name]
) -> Iterator[Mismatch]:
    manifest = view.manifest
    settings = view.other(join(view.root(), SETTINGS)) if view.has_settings_file() else None
    pythons = view.python_specifiers()
    groups = lockfile.has_default_groups and view.uv_has(_GROUPS)
    inputs = _shows_inputs(view, lockfile)
    all_inputs = not (inputs and manifest.constrained)
    all_inputs = all_inputs or not view.uv_has(Feature.CONSTRAINTS_OF_OTHERS)
    yield from root_mismatches(
        manifest, settings, lockfile, members, pythons, view, groups, inputs, all_inputs
    )
    if lockfile.leaves_metadata_out and _is_on(view, _METADATA) is False:
        reason = f"it was made with the preview feature `{_METADATA.value}`, which is not on"
        yield Mismatch(first_key_span(manifest), reason)
    if manifest.project is None:
        yield from conflict_mismatches(manifest, lockfile.conflicts)


def _mismatches_of_member(view: View, name: Name) -> Iterator[Mismatch]:
    manifest, locked, kind = view.manifest, view.locked(name), view.source_kind(name)
    if locked is None or kind is None or view.member_at(manifest.directory) is None:
        return
    if locked.package is None and view.is_replaced(name):
        return  # exclusions leave it out
    directory, declared = view.shown(manifest.directory), _declared(view, locked)
    yield from member_mismatches(manifest, locked, view, kind, directory, declared)
    if locked.package is None:
        return
    yield from conflict_mismatches(manifest, locked.conflicts)
    if locked.has_default_groups and view.uv_has(_GROUPS):
        yield from default_group_mismatches(manifest, locked.package.default_groups)


_METADATA, _INPUTS = PreviewFeature.LOCK_WITHOUT_METADATA, PreviewFeature.RESOLUTION_INPUTS


def _is_on(view: View, feature: PreviewFeature) -> bool | None:
    """Tell whether a preview feature is on, and the uv that decides has it; None where that is not known."""
    on = view.has_preview(feature.value)
    return view.uv_has(feature.since) if on else on


def _declared(view: View, locked: Locked) -> Declared:
    """Return what of a member's declarations can be compared with the lock file."""
    if locked.package is None or locked.package.has_metadata:
        return Declared.WHOLLY
    on = _is_on(view, _METADATA)
    if on:  # before revision 5 it does not name empty extras and groups
        return Declared.BY_NAME if locked.has_default_groups else Declared.NOT_AT_ALL
    # the root says it once for all where the feature is not on
    return Declared.NOT_AT_ALL if locked.leaves_metadata_out else Declared.WHOLLY


def _shows_inputs(view: View, lockfile: Lockfile) -> bool:
    """Tell whether uv compares the constraints and overrides, and the lock file may have them."""
    on = _is_on(view, _INPUTS)
    if on is None:
        return any(map(lockfile.requirements, ("constraints", "overrides")))
    return not on


RULES = (invalid_lockfile, outdated_lockfile)
