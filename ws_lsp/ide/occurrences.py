"""Every mention of a package, dependency group, extra or index in a file, in the order of its text.

The mentions depend on the text alone and are kept as long as that; what they stand for depends on the
workspace: `ws_lsp.ide.symbol_references`.
"""

from __future__ import annotations

from bisect import bisect_right
from weakref import WeakKeyDictionary

from ws_lsp.project.manifest import Manifest
from ws_lsp.schema.mentions import Occurrence, occurrences_in

__all__ = ["occurrence_at", "occurrences"]

_known: WeakKeyDictionary[Manifest, tuple[Occurrence, ...]] = WeakKeyDictionary()


def occurrences(manifest: Manifest) -> tuple[Occurrence, ...]:
    """Return the mentions in a file in the order of its text; read once for each text."""
    found = _known.get(manifest)
    if found is None:
        with manifest.lent():
            read = set(occurrences_in(manifest.tree, in_uv_toml=manifest.is_settings))
        found = _known[manifest] = tuple(sorted(read, key=lambda one: (one.start, one.end)))
    return found


def occurrence_at(manifest: Manifest, offset: int) -> Occurrence | None:
    """Return the mention that `offset` (code points) touches, the one that begins there before others."""
    found = occurrences(manifest)
    index = bisect_right(found, offset, key=lambda one: one.start) - 1
    return found[index] if index >= 0 and offset <= found[index].end else None
