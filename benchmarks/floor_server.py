"""The least that a pygls server can do: the floor under every figure of a server written on it.

It keeps the open documents, and answers each opening and each change with one diagnostic, a
completion with one item, a hover with one character. It reads no file and knows no TOML.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer(
    "floor", "0", text_document_sync_kind=types.TextDocumentSyncKind.Incremental
)


def publish(language_server: LanguageServer, uri: str) -> None:
    """Publish one diagnostic that tells the document's length, so that each edit changes it."""
    document = language_server.workspace.get_text_document(uri)
    first_character = types.Range(
        start=types.Position(line=0, character=0), end=types.Position(line=0, character=1)
    )
    language_server.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(
            uri=uri,
            version=document.version,
            diagnostics=[
                types.Diagnostic(
                    range=first_character, message=f"{len(document.source)} characters"
                )
            ],
        )
    )


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def did_open(language_server: LanguageServer, params: types.DidOpenTextDocumentParams) -> None:
    """Publish for the opened document."""
    publish(language_server, params.text_document.uri)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def did_change(language_server: LanguageServer, params: types.DidChangeTextDocumentParams) -> None:
    """Publish for the changed document."""
    publish(language_server, params.text_document.uri)


@server.feature(types.TEXT_DOCUMENT_COMPLETION)
def completion(_params: types.CompletionParams) -> types.CompletionList:
    """Offer one item, wherever the cursor is."""
    return types.CompletionList(is_incomplete=False, items=[types.CompletionItem(label="x")])


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(_params: types.HoverParams) -> types.Hover:
    """Tell one character, wherever the cursor is."""
    return types.Hover(contents=types.MarkupContent(kind=types.MarkupKind.Markdown, value="x"))


if __name__ == "__main__":
    server.start_io()
