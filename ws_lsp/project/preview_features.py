"""The preview features of uv that decide what stands in `uv.lock`, and the settings that turn them on."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from ws_lsp.project.versions import Feature
from ws_lsp.schema.keys import PREVIEW, PREVIEW_FEATURES
from ws_lsp.toml.tree import Array, Scalar, Table, strings

__all__ = [
    "PREVIEW_KEYS",
    "PreviewFeature",
    "PreviewSetting",
    "preview_setting",
]


class PreviewFeature(Enum):
    """A preview feature by uv's name for it."""

    LOCK_WITHOUT_METADATA = "lock-without-metadata"
    """What a project declares is left out: uv compares what that is resolved to."""
    RESOLUTION_INPUTS = "resolution-inputs"
    """Constraints, overrides and exclusions are left out: uv looks whether what is resolved meets them."""

    @property
    def since(self) -> Feature:
        """The version of uv that has it."""
        return Feature[self.name]


PREVIEW_KEYS = (PREVIEW, PREVIEW_FEATURES)
PreviewSetting: TypeAlias = bool | frozenset[str] | None
"""What settings say: all features or none, these features, or nothing."""


def preview_setting(settings: Table | None) -> PreviewSetting:
    """Return what `preview` or `preview-features` of settings say; uv drops settings that have both."""
    nodes = [settings.get(key) for key in PREVIEW_KEYS] if settings is not None else []
    found = [node for node in nodes if node is not None]
    if len(found) != 1:
        return None
    (node,) = found
    if isinstance(node, Array) and len(strings(node)) == len(node.items):
        return frozenset(one.value.strip() for one in strings(node))
    return node.is_true if isinstance(node, Scalar) else None
