"""Where a file differs from `uv.lock`, as the uv that decides would find it."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.uncovered_settings import taken_settings
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.comparison import Locked, Mismatch, first_key_span
from ws_lsp.project.file_names import SETTINGS
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
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.vfs import join

__all__ = ["mismatches"]


def mismatches(view: View, lockfile: Lockfile | None, locked: Locked | None) -> Iterator[Mismatch]:
    """Yield where a file differs from `uv.lock`, which only the root looks at as a whole.

    `locked` is what the lock file says of the file's project.
    """
    manifest = view.manifest
    if manifest.syntax is not None:
        return
    if lockfile is not None:
        members = view.sound_members()
        if lockfile.problem is not None or members is None:
            return
        if manifest.project is None and manifest.workspace is None:
            return
        yield from _mismatches_of_root(view, lockfile, members)
    if manifest.name is not None and locked is not None:
        yield from _mismatches_of_member(view, manifest.name, locked)


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


def _mismatches_of_member(view: View, name: Name, locked: Locked) -> Iterator[Mismatch]:
    manifest, kind = view.manifest, view.source_kind(name)
    if kind is None or view.member_at(manifest.directory) is None:
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
        pythons_before = locked.package.group_requires_python
        yield from group_python_mismatches(manifest, locked, view, pythons_before)


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
