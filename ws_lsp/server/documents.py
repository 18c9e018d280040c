"""The handlers of what happens to texts, in the editor and on the disk."""

from __future__ import annotations

from lsprotocol import types

from ws_lsp.server.language_server import Handler, Server
from ws_lsp.server.positions import changed_text
from ws_lsp.server.settings import OnSave

__all__ = ["HANDLERS"]


def _did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    if ls.session.open(document.uri, document.text, document.version):
        ls.publish_and_watch()
        ls.learn_uv_version()


def _did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    document = params.text_document
    lines = ls.session.lines(document.uri)
    if lines is None or not params.content_changes:
        return
    text = changed_text(lines, params.content_changes, ls.client.capabilities.encoding)
    if ls.session.change(document.uri, text, document.version):
        ls.publisher.poke()


def _did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    uri = params.text_document.uri
    if ls.session.save(uri):
        ls.publish_and_watch()
        on_save = ls.session.settings.on_save
        if on_save is not OnSave.OFF and ls.session.trusted:
            ls.background.begin(ls.syncs.run_on_save(uri, on_save))


def _did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    if ls.session.close(params.text_document.uri):
        ls.publisher.poke()


def _did_change_watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    ls.session.changed_on_disk(change.uri for change in params.changes)
    ls.publish_and_watch()


HANDLERS = (
    Handler(types.TEXT_DOCUMENT_DID_OPEN, _did_open),
    Handler(types.TEXT_DOCUMENT_DID_CHANGE, _did_change),
    Handler(types.TEXT_DOCUMENT_DID_SAVE, _did_save),
    Handler(types.TEXT_DOCUMENT_DID_CLOSE, _did_close),
    Handler(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _did_change_watched_files),
)
