"""What uv refuses in its settings, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.reported_faults import counts
from ws_lsp.checking.suggestions import question
from ws_lsp.checking.view import View
from ws_lsp.grammar.requirement import (
    specifiers_problem,
    version_problem,
)
from ws_lsp.project.file_names import SETTINGS
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import Feature
from ws_lsp.schema.faults import Fault, faults, meant_key
from ws_lsp.schema.keys import (
    DEFAULT_PACKAGES,
    DEV_DEPENDENCIES,
    PREVIEW,
    PREVIEW_FEATURES,
    REQUIRED_VERSION,
)
from ws_lsp.schema.misplaced import ALIKE, is_misspelt
from ws_lsp.schema.shapes import Layer, dotted
from ws_lsp.schema.tool_uv import TOOL_UV, UV_TOML
from ws_lsp.toml.tree import Node, String
from ws_lsp.vfs import base_name

__all__ = ["another_uv", "drops_settings", "required_version", "setting_faults"]


def setting_faults(view: View, manifest: Manifest) -> Iterator[Fault]:
    """Yield what the uv that decides refuses in the settings of a file, `default-packages` left out."""
    for fault in _setting_faults(view, manifest):
        if counts(view, fault):
            yield fault


def drops_settings(view: View, manifest: Manifest) -> bool:
    """Tell whether uv drops the settings of a `pyproject.toml`, for a mistake or a key that it does not know."""
    unknown = manifest.uv is not None and DEFAULT_PACKAGES in manifest.uv.entries
    return unknown or any(True for _ in setting_faults(view, manifest))


def _setting_faults(view: View, manifest: Manifest) -> Iterator[Fault]:
    table = manifest.settings_table
    if table is None:
        return
    known = UV_TOML.keys if manifest.is_settings else TOOL_UV.keys
    for name, entry in table.entries.items():
        key = known.get(name)
        if key is not None:
            if key.since:
                message = f"`{name}` needs uv {dotted(key.since)} or newer"
                yield Fault("unknown-key", entry.key.span, message, entry, since=key.since)
            # what uv also reads elsewhere is a mistake there
            if manifest.is_settings or key.layers == (Layer.SETTINGS,):
                yield from faults(entry.value, key.shape, f"`{name}`", Layer.SETTINGS, entry)
        elif name in TOOL_UV.keys:
            message = f"`{name}` belongs in `[tool.uv]` of `pyproject.toml`: uv refuses it here"
            yield Fault("unknown-key", entry.key.span, message, entry)
        elif name != DEFAULT_PACKAGES:
            near = meant_key(name, entry.value, known, table, cutoff=ALIKE)
            if near == DEV_DEPENDENCIES and not is_misspelt(name, near):
                near = None  # it is deprecated
            if near == REQUIRED_VERSION and _unmet(view, entry.value):
                near = None  # uv would refuse what it only warns of
            message = f"uv does not know `{name}`{question(near)}"
            yield Fault("unknown-key", entry.key.span, message, entry, key=near)
    preview = table.entries.get(PREVIEW)
    if preview is not None and PREVIEW_FEATURES in table.entries:
        message = "`preview` and `preview-features` exclude each other"
        yield Fault("invalid-value", preview.key.span, message, preview)


def another_uv(view: View, manifest: Manifest) -> str | None:
    """Say that the uv that decides is not one that the settings in a file want; None where it is."""
    node = required_version(manifest)
    if node is None or (
        drops_settings(view, manifest) and not view.uv_has(Feature.REQUIRED_VERSION_FIRST)
    ):
        return None
    if not _unmet(view, node):
        return None
    return f"uv {dotted(view.uv_version())} is installed, which is not `{node.value}`"


def _unmet(view: View, node: Node) -> bool:
    """Tell whether the uv that decides is not one that a `required-version` asks for."""
    if not isinstance(node, String):
        return False
    # uv reads a bare version as `==`
    wanted = f"=={node.value}" if version_problem(node.value) is None else node.value
    if specifiers_problem(wanted):
        return False
    from packaging.specifiers import SpecifierSet

    return not SpecifierSet(wanted).contains(dotted(view.uv_version()), prereleases=True)


def required_version(manifest: Manifest) -> String | None:
    """Return the `required-version` of the settings in a file."""
    path = () if base_name(manifest.path) == SETTINGS else ("tool", "uv")
    node = manifest.tree.root.get(*path, REQUIRED_VERSION)
    return node if isinstance(node, String) else None
