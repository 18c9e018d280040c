"""The settings on which a lock file depends, for who only asks whether an environment variable decides one."""

from __future__ import annotations

from ws_lsp.project.manifest import NO_SOURCES_SETTINGS
from ws_lsp.schema.keys import (
    EXCLUDE_NEWER,
    EXCLUDE_NEWER_PACKAGE,
    EXTRA_INDEX_URL,
    FIND_LINKS,
    INDEX,
    INDEX_URL,
    NO_INDEX,
    PRERELEASE_PACKAGE,
)
from ws_lsp.schema.tool_uv import TOOL_UV

__all__ = ["LOCK_SETTINGS", "VARIABLES_OF_INDEXES", "WORDS"]

WORDS = tuple(text for text, key in TOOL_UV.keys.items() if key.locked and key.unlocked)
"""The settings with a few words that the lock file records."""

VARIABLES_OF_INDEXES = (INDEX, "default-index", INDEX_URL, EXTRA_INDEX_URL, FIND_LINKS, NO_INDEX)

LOCK_SETTINGS = frozenset(
    {
        *WORDS,
        *VARIABLES_OF_INDEXES,
        *NO_SOURCES_SETTINGS,
        EXCLUDE_NEWER,
        EXCLUDE_NEWER_PACKAGE,
        PRERELEASE_PACKAGE,
    }
)
"""The settings on which a lock file depends and which variables may decide; two are the variables' own."""
