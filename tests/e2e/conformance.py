"""What a server may send to a client that announced certain capabilities (LSP 3.17).

Nothing here knows the server under test. Every function yields sentences, one for each offence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter

__all__ = ["at", "message_problems", "notification_problems", "request_problems", "result_problems"]

Json = dict[str, Any]

_CONVERTER = get_converter()
_FREE_NOTIFICATIONS = (
    types.WINDOW_SHOW_MESSAGE,
    types.WINDOW_LOG_MESSAGE,
    types.PROGRESS,
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
)
_OUR_NOTIFICATIONS = ("ws-lsp/workspacesChanged", "ws-lsp/showOutput")
"""Sent only to clients that have used what they are about."""
_REFRESHES = {
    types.WORKSPACE_CODE_LENS_REFRESH: "codeLens",
    types.WORKSPACE_INLAY_HINT_REFRESH: "inlayHint",
}
_READ_HERE = (types.WORKSPACE_EXECUTE_COMMAND, types.TEXT_DOCUMENT_CODE_ACTION)
"""The results of the one are anything; those of the other are a union that lsprotocol misreads."""
_KINDS_OF_OLD = range(1, 19)
"""The completion kinds that a client knows which announces none: `Text` to `Reference`."""


def at(capabilities: Any, path: str) -> Any:
    """Return the capability at a dotted path, None where it was not announced."""
    for part in path.split("."):
        capabilities = capabilities.get(part) if isinstance(capabilities, dict) else None
    return capabilities


def message_problems(message: Any) -> Iterator[str]:
    """Check the shape of a JSON-RPC message."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        yield "it is no JSON-RPC 2.0"
        return
    if "method" in message:
        if unknown := message.keys() - {"jsonrpc", "id", "method", "params"}:
            yield f"unknown fields {sorted(unknown)}"
        if "params" in message and not isinstance(message["params"], dict | list):
            yield "params are neither an object nor an array"
        return
    if unknown := message.keys() - {"jsonrpc", "id", "result", "error"}:
        yield f"unknown fields {sorted(unknown)}"
    if "id" not in message:
        yield "a response without id"
    if ("result" in message) == ("error" in message):
        yield "a response has either a result or an error"
    error = message.get("error")
    if error is not None and not (
        isinstance(error, dict)
        and isinstance(error.get("code"), int)
        and isinstance(error.get("message"), str)
    ):
        yield "an error has a code and a message"


def request_problems(capabilities: Json, method: str, params: Any) -> Iterator[str]:
    """Check a request of the server's."""
    if method == types.CLIENT_REGISTER_CAPABILITY:
        for registration in params["registrations"]:
            about = _capability_of(registration["method"])
            if not at(capabilities, f"{about}.dynamicRegistration"):
                yield f"{about}: dynamic registration was not announced"
            for watcher in (registration.get("registerOptions") or {}).get("watchers", ()):
                relative = isinstance(watcher["globPattern"], dict)
                if relative and not at(capabilities, f"{about}.relativePatternSupport"):
                    yield "relative patterns were not announced"
    elif method == types.CLIENT_UNREGISTER_CAPABILITY:
        for gone in params["unregisterations"]:
            about = _capability_of(gone["method"])
            if not at(capabilities, f"{about}.dynamicRegistration"):
                yield f"{about}: dynamic registration was not announced"
    elif method == types.WINDOW_WORK_DONE_PROGRESS_CREATE:
        if not at(capabilities, "window.workDoneProgress"):
            yield "work done progress was not announced"
    elif method == types.WORKSPACE_CONFIGURATION:
        if not at(capabilities, "workspace.configuration"):
            yield "workspace/configuration was not announced"
    elif method == types.WORKSPACE_APPLY_EDIT:
        if not at(capabilities, "workspace.applyEdit"):
            yield "workspace/applyEdit was not announced"
        yield from _workspace_edit(capabilities, params["edit"])
    elif method == types.WINDOW_SHOW_MESSAGE_REQUEST:
        if at(capabilities, "window.showMessage") is None:
            yield "window/showMessageRequest was not announced"
    elif method in _REFRESHES:
        if not at(capabilities, f"workspace.{_REFRESHES[method]}.refreshSupport"):
            yield f"{method} was not announced"
        return  # it has no parameters
    elif method == "ws-lsp/saveAll":
        return  # ours: asked only of clients that list it among their `commands`
    else:
        yield "an unexpected request"
    message = {"id": 1, "method": method, "params": params}
    yield from _fits(types.METHOD_TO_TYPES[method][0], message)


def notification_problems(capabilities: Json, method: str, params: Any) -> Iterator[str]:
    """Check a notification of the server's."""
    if method in _OUR_NOTIFICATIONS:
        return
    if method not in _FREE_NOTIFICATIONS:
        yield "an unexpected notification"
        return
    if method != types.PROGRESS:  # its value is anything in lsprotocol
        yield from _fits(types.METHOD_TO_TYPES[method][0], {"method": method, "params": params})
    if method == types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS:
        for diagnostic in params["diagnostics"]:
            yield from _diagnostic(capabilities, diagnostic)


def result_problems(capabilities: Json, method: str, params: Any, result: Any) -> Iterator[str]:
    """Check the result of a request of the client's."""
    if method in types.METHOD_TO_TYPES and method not in _READ_HERE:
        yield from _fits(types.METHOD_TO_TYPES[method][1], {"id": 1, "result": result})
    if result is None:
        return
    if method == types.INITIALIZE:
        yield from _initialized(capabilities, result["capabilities"])
    elif method == types.TEXT_DOCUMENT_COMPLETION:
        yield from _completion(capabilities, params["position"], result)
    elif method in (types.TEXT_DOCUMENT_RENAME, types.WORKSPACE_WILL_RENAME_FILES):
        yield from _workspace_edit(capabilities, result)
    elif method == types.TEXT_DOCUMENT_DEFINITION:
        linked = any("targetUri" in one for one in result)
        if linked and not at(capabilities, "textDocument.definition.linkSupport"):
            yield "links as definitions were not announced"
    elif method == types.TEXT_DOCUMENT_HOVER:
        formats = at(capabilities, "textDocument.hover.contentFormat") or ["plaintext"]
        if result["contents"]["kind"] not in formats:
            yield f"{result['contents']['kind']} was not announced"
    elif method == types.TEXT_DOCUMENT_CODE_ACTION:
        for action in result:
            yield from _code_action(capabilities, action)


# --------------------------------------------------------------------------- details


def _fits(kind: Any, message: Json) -> Iterator[str]:
    """A message fits its type if nothing of it is lost by reading it as such."""
    message = {"jsonrpc": "2.0", **message}
    yield from _loses_nothing(message, kind)


def _loses_nothing(value: Json, kind: Any) -> Iterator[str]:
    try:
        again = _CONVERTER.unstructure(_CONVERTER.structure(value, kind))
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of many kinds
        yield f"it does not fit {kind.__name__}: {error!r}"
        return
    lost = list(_lost(value, again, ""))
    if lost:
        yield f"{kind.__name__} knows nothing of {', '.join(lost)}"


def _lost(sent: Any, read: Any, path: str) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(read, dict):
        for key, value in sent.items():
            if key not in read:
                if value is not None:
                    yield f"{path}.{key}"
            else:
                yield from _lost(value, read[key], f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(read, list | tuple):
        for index, (one, other) in enumerate(zip(sent, read, strict=True)):
            yield from _lost(one, other, f"{path}[{index}]")
    elif sent != read:
        yield f"{path}={sent!r}"


def _capability_of(method: str) -> str:
    scope, _, name = method.partition("/")
    name = name.removeprefix("did") if method == types.TEXT_DOCUMENT_DID_OPEN else name
    return f"{scope}.{name}"


def _initialized(capabilities: Json, offered: Json) -> Iterator[str]:
    encodings = at(capabilities, "general.positionEncodings") or ["utf-16"]
    if offered.get("positionEncoding", "utf-16") not in encodings:
        yield f"position encoding {offered.get('positionEncoding')} was not offered"
    literals = at(capabilities, "textDocument.codeAction.codeActionLiteralSupport")
    if isinstance(offered.get("codeActionProvider"), dict) and not literals:
        yield "code action options without literal support"


def _range(value: Any) -> Iterator[str]:
    start, end = ((value[key]["line"], value[key]["character"]) for key in ("start", "end"))
    if not (0, 0) <= start <= end:
        yield f"a range that is none: {start} to {end}"


def _diagnostic(capabilities: Json, diagnostic: Json) -> Iterator[str]:
    publish = at(capabilities, "textDocument.publishDiagnostics") or {}
    yield from _range(diagnostic["range"])
    if not diagnostic["message"].strip():
        yield "an empty message"
    announced = {
        "codeDescription": publish.get("codeDescriptionSupport"),
        "data": publish.get("dataSupport"),
        "relatedInformation": publish.get("relatedInformation"),
        "tags": publish.get("tagSupport"),
    }
    for key, support in announced.items():
        if key in diagnostic and not support:
            yield f"diagnostic.{key} was not announced"
    allowed = at(publish, "tagSupport.valueSet") or ()
    if any(tag not in allowed for tag in diagnostic.get("tags", ())):
        yield "a tag that was not announced"


def _workspace_edit(capabilities: Json, edit: Json) -> Iterator[str]:
    support = at(capabilities, "workspace.workspaceEdit") or {}
    if "changes" in edit and "documentChanges" in edit:
        yield "both forms of changes"
    if "documentChanges" in edit and not support.get("documentChanges"):
        yield "document changes were not announced"
    if "changeAnnotations" in edit and not support.get("changeAnnotationSupport"):
        yield "change annotations were not announced"
    for change in edit.get("documentChanges", ()):
        if "kind" in change:
            if change["kind"] not in support.get("resourceOperations", ()):
                yield f"`{change['kind']}` of files was not announced"
        else:
            yield from _text_edits(change["edits"])
    for edits in edit.get("changes", {}).values():
        yield from _text_edits(edits)


def _text_edits(edits: Iterable[Json]) -> Iterator[str]:
    spans = []
    for edit in edits:
        yield from _range(edit["range"])
        ends = (edit["range"]["start"], edit["range"]["end"])
        spans.append(tuple((end["line"], end["character"]) for end in ends))
    spans.sort()
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            yield "overlapping edits"


def _code_action(capabilities: Json, action: Json) -> Iterator[str]:
    support = at(capabilities, "textDocument.codeAction") or {}
    literal = not isinstance(action.get("command"), str)
    yield from _loses_nothing(action, types.CodeAction if literal else types.Command)
    if literal and not support.get("codeActionLiteralSupport"):
        yield "a code action literal was not announced"
    for key in ("isPreferred", "disabled", "data"):
        if literal and key in action and not support.get(f"{key}Support"):
            yield f"{key} of a code action was not announced"
    if "edit" in action:
        yield from _workspace_edit(capabilities, action["edit"])
    for diagnostic in action.get("diagnostics", ()):
        yield from _diagnostic(capabilities, diagnostic)


def _completion(capabilities: Json, position: Json, result: Any) -> Iterator[str]:
    support = at(capabilities, "textDocument.completion") or {}
    item_support = support.get("completionItem") or {}
    kinds = at(support, "completionItemKind.valueSet") or _KINDS_OF_OLD
    if isinstance(result, dict):
        known = at(support, "completionList.itemDefaults") or ()
        for key in result.get("itemDefaults", {}):
            if key not in known:
                yield f"itemDefaults.{key} was not announced"
        result = result["items"]
    for item in result:
        label = item["label"]
        if item.get("kind", 1) not in kinds:
            yield f"{label}: kind {item['kind']} was not announced"
        if item.get("insertTextFormat") == 2 and not item_support.get("snippetSupport"):
            yield f"{label}: snippets were not announced"
        documentation = item.get("documentation")
        if isinstance(documentation, dict):
            formats = item_support.get("documentationFormat") or ()
            if documentation["kind"] not in formats:
                yield f"{label}: {documentation['kind']} was not announced"
        if "labelDetails" in item and not item_support.get("labelDetailsSupport"):
            yield f"{label}: label details were not announced"
        edit = item.get("textEdit")
        if edit is None:
            continue
        if "insert" in edit:
            yield f"{label}: insert and replace were not announced"
            continue
        start, end = edit["range"]["start"], edit["range"]["end"]
        if not start["line"] == end["line"] == position["line"]:
            yield f"{label}: the edit leaves the line of the cursor"
        if not start["character"] <= position["character"] <= end["character"]:
            yield f"{label}: the edit does not hold the cursor"
        yield from _text_edits([edit, *item.get("additionalTextEdits", ())])
