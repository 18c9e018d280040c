"""Which keys of `[tool.uv]` are uv's *settings layer* (uv-settings, `OptionsWire`)."""

from __future__ import annotations

from ws_lsp.project.declarations import DEFAULT_PACKAGES
from ws_lsp.project.manifest import Manifest
from ws_lsp.toml.tree import Entry

__all__ = ["MEMBER_KEYS", "WORKSPACE_LAYER", "dropped_settings"]

WORKSPACE_LAYER = frozenset(
    {
        "build-backend",
        "build-constraint-dependencies",
        "cache-keys",
        "conflicts",
        "constraint-dependencies",
        "default-groups",
        "dependency-groups",
        "dev-dependencies",
        "environments",
        "exclude-dependencies",
        "managed",
        "minimum-libc-version",
        "override-dependencies",
        "package",
        "required-environments",
        "required-version",
        "sources",
        "workspace",
    }
)
"""Keys of `[tool.uv]` that uv reads elsewhere than in its settings layer: an unknown key beside them
does not disturb them. `index` is in both layers: sources still find it, the search does not."""


MEMBER_KEYS = frozenset(
    {
        "build-backend",
        "cache-keys",
        "conflicts",
        "default-groups",
        "dependency-groups",
        "dev-dependencies",
        "index",
        "managed",
        "package",
        "sources",
    }
)
"""Keys of `[tool.uv]` that uv reads from a member; all others are the root's to decide."""


def dropped_settings(manifest: Manifest) -> tuple[Entry, ...]:
    """Return the entries of `[tool.uv]` that uv ignores as soon as it meets a key it does not know."""
    table = manifest.uv
    return tuple(
        entry
        for name, entry in (table.entries.items() if table else ())
        if name not in WORKSPACE_LAYER and name != DEFAULT_PACKAGES
    )
