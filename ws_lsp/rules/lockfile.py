"""Rules about `uv.lock`; their findings stand in the manifests, whose authors can do something."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.project.comparison import Locked, Mismatch, first_key_span
from ws_lsp.project.file_names import LOCKFILE, SETTINGS
from ws_lsp.project.lockfile import Lockfile
from ws_lsp.project.preview_features import PreviewFeature
from ws_lsp.project.staleness import (
    Declared,
    Settings,
    conflict_mismatches,
    default_group_mismatches,
    group_python_mismatches,
    index_mismatches,
    member_mismatches,
    root_mismatches,
    setting_mismatches,
)
from ws_lsp.project.versions import Feature
from ws_lsp.rules.base import BELONGING, Finding, Rule, Scope, Severity, rule
from ws_lsp.rules.settings_above import taken_settings
from ws_lsp.rules.view import View
from ws_lsp.schema.tool_uv import TOOL_UV
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
    is what CI mostly runs. The finding stands at what has changed: a requirement, a source, an extra, a
    group, the version, a setting. What has changed in a project at a path, or in settings above, is told
    in the root. What the files alone do not decide is not reported, and where there is no
    `uv.lock` nothing is. With uv's preview features `lock-without-metadata` and `resolution-inputs` less
    stands in `uv.lock`, so less is compared.

    ```toml
    dependencies = ["idna>=4"]  # it was idna>=3 when uv.lock was made
    ```

    Run `uv lock`, or the action *Update lockfile*. Unsaved changes count here, but uv reads what is
    saved.
    """
    # one change may show in several lists
    for span, reason in dict.fromkeys(_mismatches(view)):
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
        inputs = _shows_inputs(view, lockfile)
        all_inputs = not (inputs and manifest.constrained)
        all_inputs = all_inputs or not view.uv_has(Feature.CONSTRAINTS_OF_OTHERS)
        yield from root_mismatches(
            manifest, settings, lockfile, members, pythons, view, groups, inputs, all_inputs
        )
        yield from _of_settings(view, lockfile)
        for path, reason in view.outdated_projects():
            place = first_key_span(manifest)
            yield Mismatch(place, f"`{view.shown(path)}` has changed: {reason}")
        if lockfile.leaves_metadata_out and _is_on(view, _METADATA) is False:
            reason = f"it was made with the preview feature `{_METADATA.value}`, which is not on"
            yield Mismatch(first_key_span(manifest), reason)
        if manifest.project is None:
            yield from (
                mismatch
                for mismatch in conflict_mismatches(manifest, lockfile.conflicts)
                if view.uv_has(Feature.PACKAGE_OF_CONFLICTS)
            )
            if groups:
                before = lockfile.group_requires_python
                shown = Locked(None, lockfile.requires_python, lockfile.supported_markers)
                yield from group_python_mismatches(manifest, shown, view, before)
    locked = view.locked(name) if name is not None else None
    kind = view.source_kind(name) if name is not None else None
    if locked is None or kind is None or view.member_at(manifest.directory) is None:
        return
    if locked.package is None and name is not None and view.is_replaced(name):
        return  # exclusions leave it out
    directory, declared = view.shown(manifest.directory), _declared(view, locked)
    yield from member_mismatches(manifest, locked, view, kind, directory, declared)
    if locked.package is None:
        return
    yield from conflict_mismatches(manifest, locked.conflicts)
    if locked.has_default_groups and view.uv_has(newer):
        yield from default_group_mismatches(manifest, locked.package.default_groups)
        pythons_before = locked.package.group_requires_python
        yield from group_python_mismatches(manifest, locked, view, pythons_before)


def _of_settings(view: View, lockfile: Lockfile) -> Iterator[Mismatch]:
    """Yield what differs of the settings that the resolution depends on."""
    overridden = view.overridden_settings()
    settings = Settings(taken_settings(view), overridden, view.has_settled_settings())
    for key, mismatch in setting_mismatches(view.manifest, settings, lockfile):
        since = TOOL_UV.keys[key].since
        if not since or view.uv_version() >= since:
            yield mismatch
    others = view.indexes_of_sources() if lockfile.leaves_metadata_out else frozenset()
    yield from index_mismatches(view.manifest, settings, lockfile, view.root(), others)


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
