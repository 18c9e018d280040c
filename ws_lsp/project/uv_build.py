"""uv's own build backend: where uv builds a project by itself, and where it asks an index for the backend."""

from __future__ import annotations

from collections.abc import Callable

from ws_lsp.grammar.names import normalise
from ws_lsp.grammar.requirement import contradicts
from ws_lsp.project.declarations import name_and_specifier
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.versions import Version

__all__ = ["UV_BUILD", "is_direct", "specifier"]

_COMPATIBLE = ((0, 9, 30), (0, 10, 12), (0, 11, 33), (0, 12, 24))
"""Older versions of `uv_build`; a later uv takes itself for any of them."""
UV_BUILD = normalise("uv_build")
"""The package of the build backend."""


def specifier(manifest: Manifest) -> str | None:
    """Return what a project asks of `uv_build` where it requires nothing else, or None."""
    if not manifest.uses_uv_build or len(manifest.built_with) != 1:
        return None
    (text,) = manifest.built_with
    found = name_and_specifier(text)
    if found is None or found[0] != UV_BUILD or "@" in text:
        return None
    return found[1]


def is_direct(manifest: Manifest, version: Callable[[], Version]) -> bool:
    """Tell whether uv builds a project by itself, without an environment and without a backend from an index."""
    asked = specifier(manifest)
    if asked is None:
        return False
    if not asked:
        return True
    deciding = version()
    suitable = [deciding, *(one for one in _COMPATIBLE if one[:2] < deciding[:2])]
    if "==" in asked and "*" not in asked:
        suitable = [deciding]
    return not all(contradicts(".".join(map(str, one)), asked) for one in suitable)
