"""Changes as LSP workspace edits, in the form that the client announced to understand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.positions import range_of
from ws_lsp.server.session import Document
from ws_lsp.server.uris import uri_of
from ws_lsp.text import Edit, Encoding, LineIndex

__all__ = ["text_edit", "workspace_edit"]

Json = dict[str, Any]

_CLOSED = "closed"
"""The annotation of edits in files that are not open."""


def workspace_edit(
    snapshot: Snapshot,
    changes: Sequence[Change],
    label: str,
    documents: Mapping[str, Document],
    client: Capabilities,
) -> Json | None:
    """Return changes as one edit, None where the client cannot carry them out.

    `documents` are the open ones, by path. Where the client knows annotations, it can show under the
    `label` what is to be changed in files that are not open, and let the user choose (LSP 3.17,
    `ChangeAnnotation`). It does so without being asked for a confirmation, and new files need none.
    """
    creates = {change.path for change in changes if change.create}
    if creates and not (client.document_changes and client.create_files):
        return None

    def uri(path: str) -> str:
        return documents[path].uri if path in documents else uri_of(path)

    def written(change: Change) -> list[Json]:
        lines = LineIndex("") if change.create else snapshot.manifests[change.path].lines
        return [text_edit(lines, edit, client.encoding) for edit in change.edits]

    if not client.document_changes:
        plain: dict[str, list[Json]] = {}
        for change in changes:
            plain.setdefault(uri(change.path), []).extend(written(change))
        return {"changes": plain}
    out: list[Json] = []
    annotated = False
    for change in changes:
        path = change.path
        if change.create:
            options = {"overwrite": False, "ignoreIfExists": False}
            out.append({"kind": "create", "uri": uri(path), "options": options})
        edits = written(change)
        if client.change_annotations and path not in documents and path not in creates:
            annotated = True
            edits = [{**edit, "annotationId": _CLOSED} for edit in edits]
        version = documents[path].version if path in documents else None
        out.append({"textDocument": {"uri": uri(path), "version": version}, "edits": edits})
    if not annotated:
        return {"documentChanges": out}
    about = {
        "label": label,
        "description": "In files that are not open",
        "needsConfirmation": False,
    }
    return {"documentChanges": out, "changeAnnotations": {_CLOSED: about}}


def text_edit(lines: LineIndex, edit: Edit, encoding: Encoding) -> Json:
    """Return an edit as an LSP text edit."""
    return {"range": range_of(lines, edit.span, encoding), "newText": edit.text}
