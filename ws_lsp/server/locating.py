"""What a request is about: the workspace, the file, the place in it; and who shows what is found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.project.manifest import Manifest
from ws_lsp.server import convert
from ws_lsp.server.presentation import Presenter

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = ["located", "presenter_of", "workspace_at"]


def presenter_of(ls: Server, snapshot: Snapshot) -> Presenter:
    """Return who shows what is found in a snapshot to this client."""
    return Presenter(snapshot, ls.session.uris(), ls.client.encoding, ls.features.client)


def located(
    ls: Server, params: types.TextDocumentPositionParams | Any
) -> tuple[Snapshot, Manifest, int] | None:
    """Return the file and the offset that a request is about, None where it is not ours."""
    found = ls.session.locate(params.text_document.uri)
    if found is None:
        return None
    snapshot, manifest = found
    return (
        snapshot,
        manifest,
        convert.offset_of(manifest.lines, params.position, ls.client.encoding),
    )


def workspace_at(ls: Server, uri: Any) -> Snapshot | None:
    """Return the workspace whose root directory has this URI, or that holds the file."""
    path = convert.path_of(uri) if isinstance(uri, str) else None
    if path is None:
        return None
    if path in ls.session.checkers:
        return ls.session.host.snapshot(path)
    found = ls.session.locate(uri)
    return found[0] if found is not None else None
