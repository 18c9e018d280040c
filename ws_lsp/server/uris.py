"""Paths as used inside, and the URIs by which clients name files."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from ws_lsp.vfs import normal_form

__all__ = ["path_of", "uri_of"]

_BYTES = "surrogateescape"
"""Names of files may be any bytes; those that are no UTF-8 are what Python makes of them."""


def path_of(uri: str) -> str | None:
    """Return the path of a `file:` URI as used inside, None for another scheme."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None  # such as `file://[`
    if parts.scheme != "file":
        return None
    path = unquote(parts.path, errors=_BYTES)
    if parts.netloc and parts.netloc != "localhost":
        path = f"//{parts.netloc}{path}"
    elif path[2:3] == ":" and path[1:2].isalpha() and path[3:4] in ("", "/"):
        path = path[1].upper() + path[2:]  # `/c:/work` and `/C%3A/work` are the same
    if "\0" in path:
        return None
    return normal_form(path)


@lru_cache(maxsize=1 << 13)
def uri_of(path: str) -> str:
    """Return the `file:` URI of a path as used inside."""
    if path.startswith("//"):
        return "file:" + quote(path, errors=_BYTES)
    return "file://" + quote(path if path.startswith("/") else f"/{path}", "/~", errors=_BYTES)
