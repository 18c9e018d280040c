"""Our values and LSP's: the one module that speaks both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.completion import Completion, CompletionKind
from ws_lsp.rules.base import Change, Finding, Severity, documentation_url
from ws_lsp.text import Edit, Encoding, LineIndex, Span
from ws_lsp.vfs import normal_form

__all__ = ["ClientCapabilities", "path_of", "uri_of"]


_KINDS_OF_OLD = range(1, int(types.CompletionItemKind.Reference) + 1)
"""The completion kinds that every client knows (LSP 3.17, `completionItemKind`)."""


class ClientCapabilities(NamedTuple):
    """What of the client's capabilities we act on, read once at `initialize`."""

    encoding: Encoding
    document_changes: bool
    create_files: bool
    code_action_literals: bool
    preferred_actions: bool
    work_done_progress: bool
    watched_files: bool
    relative_patterns: bool
    related_information: bool
    code_description: bool
    completion_defaults: bool
    unnecessary_tag: bool
    completion_kinds: frozenset[int]

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> ClientCapabilities:
        """Resolve what a client announced."""
        general = capabilities.general
        offered = (general.position_encodings if general else None) or ["utf-16"]
        known = {encoding.value for encoding in Encoding}
        names = [getattr(name, "value", name) for name in offered]
        encoding = Encoding(next((name for name in names if name in known), "utf-16"))
        workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        document = capabilities.text_document or types.TextDocumentClientCapabilities()
        window = capabilities.window or types.WindowClientCapabilities()
        edit = workspace.workspace_edit
        publish = document.publish_diagnostics
        watched = workspace.did_change_watched_files
        action = document.code_action
        completion = document.completion
        defaults = (completion.completion_list if completion else None) or (
            types.CompletionListCapabilities()
        )
        item_kinds = document.completion.completion_item_kind if document.completion else None
        kinds = (item_kinds.value_set if item_kinds else None) or _KINDS_OF_OLD
        tags = publish.tag_support.value_set if publish and publish.tag_support else ()
        operations = (edit.resource_operations if edit else None) or ()
        return cls(
            encoding=encoding,
            document_changes=bool(edit and edit.document_changes),
            create_files=types.ResourceOperationKind.Create in operations,
            code_action_literals=bool(action and action.code_action_literal_support),
            preferred_actions=bool(action and action.is_preferred_support),
            work_done_progress=bool(window.work_done_progress),
            watched_files=bool(watched and watched.dynamic_registration),
            relative_patterns=bool(watched and watched.relative_pattern_support),
            related_information=bool(publish and publish.related_information),
            code_description=bool(publish and publish.code_description_support),
            completion_defaults="editRange" in (defaults.item_defaults or ()),
            unnecessary_tag=types.DiagnosticTag.Unnecessary in tags,
            completion_kinds=frozenset(map(int, kinds)),
        )


# ------------------------------------------------------------------------------ URIs


def path_of(uri: str) -> str | None:
    """Return the path of a `file:` URI as used inside, None for another scheme."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None  # such as `file://[`
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if parts.netloc and parts.netloc != "localhost":
        path = f"//{parts.netloc}{path}"
    elif path[2:3] == ":" and path[1:2].isalpha() and path[3:4] in ("", "/"):
        path = path[1].upper() + path[2:]  # `/c:/work` and `/C%3A/work` are the same
    if "\0" in path:
        return None
    return normal_form(path)


def uri_of(path: str) -> str:
    """Return the `file:` URI of a path as used inside."""
    if path.startswith("//"):
        return "file:" + quote(path)
    return "file://" + quote(path if path.startswith("/") else f"/{path}", safe="/~")


# ------------------------------------------------------------------------- positions


def range_of(lines: LineIndex, span: Span, encoding: Encoding) -> dict[str, Any]:
    """Return a span as an LSP range."""
    (line, character), (end_line, end_character) = (
        lines.position(offset, encoding) for offset in span
    )
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


def span_of(lines: LineIndex, place: types.Range, encoding: Encoding) -> Span:
    """Return an LSP range as a span."""
    return Span(offset_of(lines, place.start, encoding), offset_of(lines, place.end, encoding))


def offset_of(lines: LineIndex, position: types.Position, encoding: Encoding) -> int:
    """Return an LSP position as an offset."""
    return lines.offset(position.line, position.character, encoding)


# ----------------------------------------------------------------------- diagnostics


_SEVERITIES = {
    Severity.ERROR: 1,
    Severity.WARNING: 2,
    Severity.INFORMATION: 3,
    Severity.HINT: 4,
}


def diagnostics(
    snapshot: Snapshot, path: str, findings: Iterable[Finding], client: ClientCapabilities
) -> list[dict[str, Any]]:
    """Return the findings of a file as LSP diagnostics."""
    lines = snapshot.manifests[path].lines
    return [diagnostic(snapshot, lines, finding, client) for finding in findings]


def diagnostic(
    snapshot: Snapshot, lines: LineIndex, finding: Finding, client: ClientCapabilities
) -> dict[str, Any]:
    """Return one finding as an LSP diagnostic."""
    found: dict[str, Any] = {
        "range": range_of(lines, finding.span, client.encoding),
        "severity": _SEVERITIES[finding.severity],
        "code": finding.code,
        "source": "ws-lsp",
        "message": finding.message,
    }
    if client.code_description:
        found["codeDescription"] = {"href": documentation_url(finding.code)}
    if client.unnecessary_tag and finding.unnecessary:
        found["tags"] = [int(types.DiagnosticTag.Unnecessary)]
    if client.related_information and finding.related:
        found["relatedInformation"] = [
            {
                "location": {
                    "uri": uri_of(related.path),
                    "range": range_of(
                        snapshot.manifests[related.path].lines, related.span, client.encoding
                    ),
                },
                "message": related.message,
            }
            for related in finding.related
            if related.path in snapshot.manifests
        ]
    return found


# ------------------------------------------------------------------------------ edits


def text_edit(lines: LineIndex, edit: Edit, encoding: Encoding) -> dict[str, Any]:
    """Return an edit as an LSP text edit."""
    return {"range": range_of(lines, edit.span, encoding), "newText": edit.text}


def workspace_edit(
    snapshot: Snapshot,
    changes: Iterable[Change],
    versions: dict[str, int],
    uris: dict[str, str],
    client: ClientCapabilities,
) -> dict[str, Any] | None:
    """Return changes as an LSP workspace edit, None where the client cannot carry them out.

    `versions` and `uris` are those of open documents, by path.
    """
    changes = list(changes)
    if not client.document_changes:
        if any(change.create for change in changes):
            return None
        plain: dict[str, Any] = {}
        for change in changes:
            lines = snapshot.manifests[change.path].lines
            uri = uris.get(change.path) or uri_of(change.path)
            edits = [text_edit(lines, edit, client.encoding) for edit in change.edits]
            plain.setdefault(uri, []).extend(edits)
        return {"changes": plain}
    if not client.create_files and any(change.create for change in changes):
        return None
    out: list[dict[str, Any]] = []
    for change in changes:
        uri = uris.get(change.path) or uri_of(change.path)
        if change.create:
            options = {"overwrite": False, "ignoreIfExists": False}
            out.append({"kind": "create", "uri": uri, "options": options})
            lines = LineIndex("")
        else:
            lines = snapshot.manifests[change.path].lines
        out.append(
            {
                "textDocument": {"uri": uri, "version": versions.get(change.path)},
                "edits": [text_edit(lines, edit, client.encoding) for edit in change.edits],
            }
        )
    return {"documentChanges": out}


# ------------------------------------------------------------------------- completion


_KINDS = {
    CompletionKind.MEMBER: int(types.CompletionItemKind.Module),
    CompletionKind.DIRECTORY: int(types.CompletionItemKind.Folder),
    CompletionKind.KEY: int(types.CompletionItemKind.Property),
    CompletionKind.VALUE: int(types.CompletionItemKind.Value),
}
_OTHER_KINDS = {int(types.CompletionItemKind.Folder): int(types.CompletionItemKind.File)}


def completion_list(
    lines: LineIndex, items: Iterable[Completion], client: ClientCapabilities
) -> dict[str, Any]:
    """Return completions as an LSP completion list; it is complete.

    What all items have in common stands in the list's defaults, where the client knows them, and what
    is equal to the label is left out: a thousand items are a third of the text then.
    """
    items = list(items)
    shared = items[0].edit.span if items and client.completion_defaults else None
    found: dict[str, Any] = {"isIncomplete": False}
    if shared is not None:
        found["itemDefaults"] = {"editRange": range_of(lines, shared, client.encoding)}
    ranges: dict[Span, dict[str, Any]] = {}
    out: list[dict[str, Any]] = []
    for item in items:
        label, edit = item.label, item.edit
        kind = _KINDS[item.kind]
        if kind not in client.completion_kinds:
            kind = _OTHER_KINDS.get(kind, kind)
        entry: dict[str, Any] = {"label": label, "kind": kind}
        if edit.span != shared:
            if edit.span not in ranges:
                ranges[edit.span] = range_of(lines, edit.span, client.encoding)
            entry["textEdit"] = {"range": ranges[edit.span], "newText": edit.text}
        elif edit.text != label:
            entry["textEditText"] = edit.text
        if item.filter_text != label:
            entry["filterText"] = item.filter_text
        if item.rank:
            # clients sort by the label where there is no other text; `!` comes before any, `~` behind
            entry["sortText"] = f"{'~' if item.rank > 0 else '!'}{label}"
        if item.detail:
            entry["detail"] = item.detail
        if item.documentation:
            entry["documentation"] = item.documentation
        if item.additional:
            entry["additionalTextEdits"] = [
                text_edit(lines, edit, client.encoding) for edit in item.additional
            ]
        out.append(entry)
    found["items"] = out
    return found
