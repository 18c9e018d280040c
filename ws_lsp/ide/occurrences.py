"""Every mention of a package, dependency group, extra or index in a file, in the order of its text.

The mentions depend on the text alone and are kept as long as that; what they stand for depends on the
workspace: `ws_lsp.ide.symbol_references`.
"""

from __future__ import annotations

from bisect import bisect_right

from ws_lsp.incremental import once_for_each_text
from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.mentions import Occurrence, occurrences_in

__all__ = ["occurrence_at", "occurrences"]


@once_for_each_text
def occurrences(manifest: Manifest) -> tuple[Occurrence, ...]:
    """Return the mentions in a file in the order of its text; read once for each text."""
    with manifest.lent():
        read = set(occurrences_in(manifest.tree, in_uv_toml=manifest.is_settings))
    return tuple(sorted(read, key=lambda one: (one.start, one.end)))


def occurrence_at(manifest: Manifest, offset: int) -> Occurrence | None:
    """Return the mention that `offset` (code points) touches, the one that begins there before others."""
    found = occurrences(manifest)
    index = bisect_right(found, offset, key=lambda one: one.start) - 1
    return found[index] if index >= 0 and offset <= found[index].end else None
