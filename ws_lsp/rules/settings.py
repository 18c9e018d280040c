"""Rules about uv's settings: those of the root's `[tool.uv]`, and the `uv.toml` beside it.

The schema mirrors `OptionsWire` of uv-settings. A mistake in `pyproject.toml` makes uv warn and drop all
settings of the file; one in `uv.toml` is fatal.
"""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.grammar.names import closest_word
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.settings import dropped_settings
from ws_lsp.rules.base import Finding, Fix, Rule, Scope, Severity, rule
from ws_lsp.rules.suggestions import question
from ws_lsp.rules.values import report
from ws_lsp.rules.view import View
from ws_lsp.schema.faults import Fault, faults
from ws_lsp.schema.pyproject import DEFAULT_PACKAGES
from ws_lsp.schema.shapes import Layer
from ws_lsp.schema.tool_uv import INDEX, PREVIEW, PREVIEW_FEATURES, TOOL_UV, UV_TOML
from ws_lsp.toml.edit import remove_entry
from ws_lsp.toml.tree import Entry

__all__ = ["RULES", "setting_faults"]


def setting_faults(manifest: Manifest) -> Iterator[Fault]:
    """Yield what is wrong with the settings of a file, `default-packages` left out."""
    table = manifest.settings_table
    if table is None:
        return
    known = UV_TOML.keys if manifest.is_settings else TOOL_UV.keys
    for name, entry in table.entries.items():
        key = known.get(name)
        if key is not None:
            # what uv also reads elsewhere is a mistake there
            if manifest.is_settings or Layer.PROJECT not in key.layers:
                yield from faults(entry.value, key.shape, f"`{name}`", Layer.SETTINGS, entry)
        elif name in TOOL_UV.keys:
            message = f"`{name}` belongs in `[tool.uv]` of `pyproject.toml`: uv refuses it here"
            yield Fault("unknown-key", entry.key.span, message, entry)
        elif name != DEFAULT_PACKAGES:
            near = closest_word(name.replace("_", "-"), TOOL_UV.keys)
            message = f"uv does not know `{name}`{question(near)}"
            yield Fault("unknown-key", entry.key.span, message, entry, key=near)
    preview = table.entries.get(PREVIEW)
    if preview is not None and PREVIEW_FEATURES in table.entries:
        message = "`preview` and `preview-features` exclude each other"
        yield Fault("invalid-value", preview.key.span, message, preview)


def _report(view: View, rule: Rule, *, unknown: bool) -> Iterator[Finding]:
    in_uv_toml = view.scope is Scope.SETTINGS
    if not in_uv_toml and view.manifest.uv is None:
        return
    for fault in setting_faults(view.manifest):
        if (fault.code == "unknown-key") is not unknown:
            continue
        if in_uv_toml:
            yield report(view, rule, fault, Severity.ERROR)
        elif view.has_settings_file():
            return  # uv looks at the settings of this file only to name those that it ignores
        else:
            yield report(view, rule, fault._replace(message=_with_consequence(view, fault)))


def _with_consequence(view: View, fault: Fault) -> str:
    """Say of a fault which settings uv drops because of it."""
    dropped = [
        f"`{entry.key.text}`"
        for entry in dropped_settings(view.manifest)
        if entry is not fault.entry and _is_setting(entry)
    ]
    message = fault.message.replace("uv refuses", "uv does not know", 1)
    message += "" if message.endswith("?") else "."
    if not dropped:
        return f"{message} uv warns about it at every command"
    return f"{message} uv warns about it and, because of it, ignores {', '.join(dropped)}"


@rule("unknown-setting", Severity.WARNING, Scope.ROOT, Scope.SETTINGS)
def unknown_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting that uv does not know.

    In the root's `[tool.uv]` one unknown key makes uv warn at every command and drop *all* settings of
    the file, such as `index`, `exclude-newer` or `python-preference`. In a `uv.toml` it is an error, as
    are keys that belong in `pyproject.toml` only (`sources`, `workspace`, `conflicts`, …). A member's
    settings are never read, so nothing is reported there.

    ```toml
    [tool.uv]
    exclude-never = "2026-01-01"  # meant: exclude-newer
    ```

    Correct the key or remove it. Settings of other tools have tables of their own.
    """
    yield from _report(view, rule, unknown=True)


@rule("invalid-setting", Severity.WARNING, Scope.ROOT, Scope.SETTINGS)
def invalid_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting has a value that uv refuses.

    In the root's `[tool.uv]` one such value makes uv warn at every command and drop *all* settings of the
    file. In a `uv.toml` it is an error.

    ```toml
    [tool.uv]
    resolution = "newest"  # one of highest, lowest, lowest-direct
    ```

    Write one of the values that the message names.
    """
    yield from _report(view, rule, unknown=False)


@rule("masked-settings", Severity.WARNING, Scope.ROOT)
def masked_settings(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting in `[tool.uv]` has no effect, because a `uv.toml` stands beside the file.

    uv takes its settings from one file per directory, and prefers `uv.toml`. `workspace`, `sources`,
    `constraint-dependencies` and whatever else describes the project are still read from here; an
    `[[tool.uv.index]]` serves the sources that name it and nothing else.

    ```toml
    # uv.toml exists
    [tool.uv]
    resolution = "lowest"  # has no effect
    ```

    Move the setting to `uv.toml`, or remove it.
    """
    if view.manifest.uv is None:
        return
    masked = [entry for entry in dropped_settings(view.manifest) if _is_masked(entry)]
    if (
        not masked
        or not view.has_settings_file()
        or any(True for _ in setting_faults(view.manifest))
    ):
        return
    for entry in masked:
        name = entry.key.text
        if name == INDEX and any(
            kind == INDEX for source in view.manifest.sources.values() for kind in source.kinds
        ):
            continue
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield rule.finding(
            view,
            entry.key.span,
            f"`{name}` has no effect: the settings come from the `uv.toml` beside this file",
            Fix(f"Remove `{name}`", (remove,)),
            unnecessary=True,
        )


def _is_setting(entry: Entry) -> bool:
    key = TOOL_UV.keys.get(entry.key.text)
    return key is not None and Layer.SETTINGS in key.layers


def _is_masked(entry: Entry) -> bool:
    key = TOOL_UV.keys.get(entry.key.text)
    return key is not None and Layer.SETTINGS in key.layers and not key.masked_silently


RULES = (unknown_setting, invalid_setting, masked_settings)
