"""Our values and LSP's: the one module that speaks both."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from json.encoder import encode_basestring_ascii as as_json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change, Finding, Severity, documentation_url
from ws_lsp.ide.proposal import CompletionKind, Completions
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.server.quirks import JSONText
from ws_lsp.text import Edit, Encoding, LineIndex, Span, apply_edits
from ws_lsp.vfs import normal_form

if TYPE_CHECKING:
    from ws_lsp.uv.failure import Failure

__all__ = [
    "ClientCapabilities",
    "changed_text",
    "completion_list",
    "diagnostic",
    "diagnostics",
    "failure",
    "offset_of",
    "path_of",
    "range_of",
    "range_text",
    "span_of",
    "uri_of",
    "workspace_edit",
]

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
    message_requests: bool
    watched_files: bool
    relative_patterns: bool
    related_information: bool
    code_description: bool
    completion_defaults: bool
    lazy_documentation: bool
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
        item = completion.completion_item if completion else None
        resolve = item.resolve_support if item else None
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
            message_requests=window.show_message is not None,
            watched_files=bool(watched and watched.dynamic_registration),
            relative_patterns=bool(watched and watched.relative_pattern_support),
            related_information=bool(publish and publish.related_information),
            code_description=bool(publish and publish.code_description_support),
            completion_defaults="editRange" in (defaults.item_defaults or ()),
            lazy_documentation="data" in (defaults.item_defaults or ())
            and bool(resolve and "documentation" in resolve.properties),
            unnecessary_tag=types.DiagnosticTag.Unnecessary in tags,
            completion_kinds=frozenset(map(int, kinds)),
        )


# ------------------------------------------------------------------------------ URIs


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


# ------------------------------------------------------------------------- positions


def changed_text(
    lines: LineIndex, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> str:
    """Return a text after the changes of a `didChange`, each of which refers to what the one before left.

    pygls would count other characters than LSP's three as line ends (`str.splitlines`) and so lose
    the client's text. A range that does not fit is moved as `LineIndex.offset` says, and one whose
    end is before its start is turned round.
    """
    text = lines.text
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            text = change.text
            continue
        if text is not lines.text:
            lines = LineIndex(text)
        start, end = (
            lines.offset(place.line, place.character, encoding)
            for place in (change.range.start, change.range.end)
        )
        text = apply_edits(text, [Edit(Span(min(start, end), max(start, end)), change.text)])
    return text


def range_of(lines: LineIndex, span: Span, encoding: Encoding) -> dict[str, Any]:
    """Return a span as an LSP range."""
    (line, character), (end_line, end_character) = lines.positions(span, encoding)
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


def range_text(lines: LineIndex, span: Span, encoding: Encoding) -> str:
    """Return a span as an LSP range in JSON: an outline has thousands."""
    (line, character), (end_line, end_character) = lines.positions(span, encoding)
    return (
        f'{{"start":{{"line":{line},"character":{character}}},'
        f'"end":{{"line":{end_line},"character":{end_character}}}}}'
    )


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
                    "range": range_of(*placed, client.encoding),
                },
                "message": related.message,
            }
            for related in finding.related
            if (placed := related.placed(snapshot.manifests)) is not None
        ]
    return found


def failure(failure: Failure, client: ClientCapabilities) -> dict[str, Any]:
    """Return a failure of uv as an LSP diagnostic."""
    message = f"{failure.message}\n{failure.hint}" if failure.hint else failure.message
    return {
        "range": range_of(LineIndex(failure.text), failure.span, client.encoding),
        "severity": _SEVERITIES[Severity.ERROR],
        "source": "uv",
        "message": message,
    }


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
    CompletionKind.PACKAGE: int(types.CompletionItemKind.Reference),
    CompletionKind.GROUP: int(types.CompletionItemKind.Class),
    CompletionKind.EXTRA: int(types.CompletionItemKind.Interface),
    CompletionKind.INDEX: int(types.CompletionItemKind.Reference),
}
_OTHER_KINDS = {int(types.CompletionItemKind.Folder): int(types.CompletionItemKind.File)}


def completion_list(
    root: str, lines: LineIndex, found: Completions, client: ClientCapabilities
) -> JSONText:
    """Return completions as an LSP completion list; it is complete.

    What all items have in common stands in the list's defaults, where the client knows them, and what
    is equal to the label is left out: a thousand items are a third of the text then. What an item says
    of itself is written as JSON once, not at every request. Where the client asks for a member's documentation
    only when it is looked at (`completionItem/resolve`), the items carry the workspace's `root` for that.
    """
    lazy = client.lazy_documentation
    encoding = client.encoding
    replaced = json.dumps(range_of(lines, found.span, encoding))
    end = f',"textEdit":{{"range":{replaced},"newText":'
    defaults = [f'"data":{json.dumps({"root": root})}'] if lazy else []
    if client.completion_defaults:
        end = ',"textEditText":'
        defaults.append(f'"editRange":{replaced}')
    out: list[str] = []
    number, number_of = 0, None
    for label, kind, text, detail, documentation, additional, filter_text, rank in found.items:
        if kind is not number_of:  # nearly all are of one kind, and to hash it takes Python
            number, number_of = _KINDS[kind], kind
            if number not in client.completion_kinds:
                number = _OTHER_KINDS.get(number, number)
        if lazy and kind is CompletionKind.MEMBER:
            documentation = ""
        entry = _said(label, number, detail, documentation, filter_text, rank)
        if text != label or not client.completion_defaults:
            entry += f"{end}{as_json(text)}"
            if not client.completion_defaults:
                entry += "}"
        if additional:
            edits = [text_edit(lines, edit, encoding) for edit in additional]
            entry += f',"additionalTextEdits":{json.dumps(edits)}'
        out.append(entry)
    common = f'"itemDefaults":{{{",".join(defaults)}}},' if defaults else ""
    listed = "},".join(out) + "}" if out else ""
    return JSONText(f'{{"isIncomplete":false,{common}"items":[{listed}]}}')


@lru_cache(maxsize=1 << 13)
def _said(
    label: str, kind: int, detail: str, documentation: str, filter_text: str, rank: int
) -> str:
    """Return what an item says wherever it is offered, as the beginning of a JSON object."""
    entry: dict[str, Any] = {"label": label, "kind": kind}
    if filter_text != label:
        entry["filterText"] = filter_text
    if rank:
        # clients sort by the label where there is no other text; `!` comes before any, `~` behind
        entry["sortText"] = f"{'~' if rank > 0 else '!'}{label}"
    if detail:
        entry["detail"] = detail
    if documentation:
        entry["documentation"] = documentation
    return json.dumps(entry, separators=(",", ":")).removesuffix("}")
