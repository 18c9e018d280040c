"""What a request is about: the workspace, the file, the place in it; and who shows what is found there."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.project.manifest import Manifest
from ws_lsp.server.language_server import Server
from ws_lsp.server.positions import offset_of
from ws_lsp.server.presenter import Presenter
from ws_lsp.server.uris import path_of

__all__ = ["located", "presenter_of", "workspace_at"]


def presenter_of(ls: Server, snapshot: Snapshot) -> Presenter:
    """Return who shows what is found in a snapshot to this client."""
    return Presenter(snapshot, ls.session.uris(), ls.client.capabilities)


def located(
    ls: Server, params: types.TextDocumentPositionParams | Any
) -> tuple[Snapshot, Manifest, int] | None:
    """Return the file and the offset that a request is about, None where it is not ours."""
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    encoding = ls.client.capabilities.encoding
    return snapshot, manifest, offset_of(manifest.lines, params.position, encoding)


def workspace_at(ls: Server, uri: Any) -> Snapshot | None:
    """Return the workspace whose root directory has this URI, or that holds the file."""
    path = path_of(uri) if isinstance(uri, str) else None
    if path is None:
        return None
    if path in ls.session.checkers:
        return ls.session.host.snapshot(path)
    found = ls.session.locate(uri)
    return found[0] if found is not None else None
