"""What uv takes from above the workspace where the root has no settings."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.analysis import places_above
from ws_lsp.checking.findings import Finding, Fix
from ws_lsp.checking.refused_settings import another_uv, drops_settings, setting_faults
from ws_lsp.checking.rule import Scope
from ws_lsp.checking.view import View
from ws_lsp.project.file_names import SETTINGS
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import DEFAULT_PACKAGES
from ws_lsp.toml.tree import Key
from ws_lsp.vfs import join

__all__ = ["refused_above", "stops_the_search", "taken_settings", "without_uncovering"]


def without_uncovering(view: View, finding: Finding) -> Finding:
    """Return a finding without the fixes that would make uv take settings from above which it refuses.

    They take the only key out of the root's `[tool.uv]`.
    """
    uv = view.manifest.uv
    if view.scope is not Scope.ROOT or not finding.fixes or uv is None or len(uv.entries) != 1:
        return finding
    key = next(iter(uv.entries.values())).key
    kept = tuple(fix for fix in finding.fixes if not _removes(view, fix, key))
    if len(kept) == len(finding.fixes) or view.has_settings_file() or not refused_above(view):
        return finding
    return finding._replace(fixes=kept)


def _removes(view: View, fix: Fix, key: Key) -> bool:
    return any(
        not edit.text and edit.span.start <= key.start and key.end <= edit.span.end
        for change in fix.changes
        if change.path == view.path
        for edit in change.edits
    )


def refused_above(view: View) -> str | None:
    """Say why uv refuses the settings that it takes from above where the root has none."""
    for settings, stops in _above(view):
        with settings.lent():
            mistake = _mistake(view, settings) if settings.is_settings else None
            problem = mistake or another_uv(view, settings)
        if problem is not None:
            return f"uv refuses the settings in `{view.shown(settings.path)}`: {problem}"
        if stops:
            return None
    return None


def taken_settings(view: View) -> Manifest | None:
    """Return the file with the settings that uv takes for the workspace whose root the view is of."""
    if view.has_settings_file():
        return view.other(join(view.root(), SETTINGS))
    if stops_the_search(view, view.manifest):
        return view.manifest
    return next((settings for settings, stops in _above(view) if stops), None)


def _above(view: View) -> Iterator[tuple[Manifest, bool]]:
    """Yield the files above the root in which uv looks for settings, and whether it looks no further."""
    for path, instead in places_above(view.manifest.directory):
        settings = view.file_at(path)
        if settings is not None:
            yield settings, True
            continue
        manifest = view.file_at(instead)
        # uv warns of what is not TOML, and goes on
        if manifest is not None and not manifest.unreadable and not manifest.syntax:
            with manifest.lent():
                stops = stops_the_search(view, manifest)
            yield manifest, stops


def stops_the_search(view: View, manifest: Manifest) -> bool:
    """Tell whether uv takes the settings of a `pyproject.toml` and looks no further."""
    return manifest.uv is not None and not drops_settings(view, manifest)


def _mistake(view: View, settings: Manifest) -> str | None:
    """Say why uv refuses a `uv.toml`."""
    if settings.unreadable or settings.syntax:
        return "it is not TOML"
    fault = next(setting_faults(view, settings), None)
    if fault is not None:
        return fault.message
    unknown = DEFAULT_PACKAGES in settings.tree.root.entries
    return "uv does not know `default-packages`" if unknown else None
