"""Which settings of a file uv drops."""

from __future__ import annotations

from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.keys import DEFAULT_PACKAGES
from ws_lsp.toml.tree import Entry

__all__ = ["dropped_settings"]


def dropped_settings(manifest: Manifest) -> tuple[Entry, ...]:
    """Return the entries of `[tool.uv]` that uv ignores as soon as it meets a key it does not know."""
    from ws_lsp.schema.tool_uv import TOOL_UV  # here: few commands need the tables

    table = manifest.uv
    return tuple(
        entry
        for name, entry in (table.entries.items() if table else ())
        if name != DEFAULT_PACKAGES and not ((key := TOOL_UV.keys.get(name)) and key.kept)
    )
