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

_CLOSED, _RISK = "closed", "risk"
"""The annotations of edits in files that are not open, and of others that may lose something."""


def workspace_edit(
    snapshot: Snapshot,
    changes: Sequence[Change],
    label: str,
    documents: Mapping[str, Document],
    client: Capabilities,
    risk: str = "",
) -> Json | None:
    """Return changes as one edit, None where the client cannot carry them out.

    `documents` are the open ones, by path. Where the client knows annotations, it can show under the
    `label` what is to be changed in files that are not open, and let the user choose (LSP 3.17,
    `ChangeAnnotation`). It does so without being asked for a confirmation, and new files need none.
    The same goes for all that changes if something may be lost by that: `risk` says what.
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
    about: dict[str, Json] = {}
    for change in changes:
        path = change.path
        if change.create:
            options = {"overwrite": False, "ignoreIfExists": False}
            out.append({"kind": "create", "uri": uri(path), "options": options})
        edits = written(change)
        closed = path not in documents and path not in creates
        if client.change_annotations and (closed or risk):
            name = _CLOSED if closed else _RISK
            said = [*(["In files that are not open"] if closed else []), *([risk] if risk else [])]
            about[name] = {
                "label": label,
                "description": ". ".join(said),
                "needsConfirmation": False,
            }
            edits = [{**edit, "annotationId": name} for edit in edits]
        version = documents[path].version if path in documents else None
        out.append({"textDocument": {"uri": uri(path), "version": version}, "edits": edits})
    return {"documentChanges": out, **({"changeAnnotations": about} if about else {})}


def text_edit(lines: LineIndex, edit: Edit, encoding: Encoding) -> Json:
    """Return an edit as an LSP text edit."""
    return {"range": range_of(lines, edit.span, encoding), "newText": edit.text}
