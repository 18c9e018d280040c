"""Completions as an LSP completion list."""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii as as_json
from typing import Any

from lsprotocol import types

from ws_lsp.ide.proposal import CompletionKind, Completions
from ws_lsp.server.answers import JSONText
from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.edits import text_edit
from ws_lsp.server.positions import range_of
from ws_lsp.text import LineIndex

__all__ = ["completion_list"]

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
    root: str, lines: LineIndex, found: Completions, client: Capabilities
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
