"""The handlers of a session's beginning and end, of folders, settings and trust."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.language_server import Handler, Server
from ws_lsp.server.uris import path_of

__all__ = ["HANDLERS"]


def _initialize(ls: Server, params: types.InitializeParams) -> None:
    options = params.initialization_options
    capabilities = ls.client.capabilities = Capabilities.of(params.capabilities, options)
    if not capabilities.code_action_literals:
        # options are for clients that know literals (LSP 3.17, `codeActionProvider`)
        ls.protocol.fm.feature_options.pop(types.TEXT_DOCUMENT_CODE_ACTION, None)
    ls.begin_publishing()
    if isinstance(options, dict) and isinstance(options.get("trusted"), bool):
        ls.session.trusted = options["trusted"]
    ls.apply_settings(options)
    folders = [folder.uri for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [params.root_uri]
    ls.session.folders.update(filter(None, map(path_of, folders)))


def _initialized(ls: Server, params: types.InitializedParams) -> None:
    ls.session.change_folders((), ())
    ls.publish_and_watch()
    ls.learn_uv_version()


async def _shutdown(ls: Server, params: None) -> None:
    # pygls cancels what is under way while it iterates over it; so nothing may be under way
    await ls.stop()


def _did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    before = set(ls.session.checkers)
    ls.session.change_folders(
        (folder.uri for folder in params.event.added),
        (folder.uri for folder in params.event.removed),
    )
    ls.syncs.drop(before - set(ls.session.checkers))
    ls.publish_and_watch()
    ls.learn_uv_version()


def _did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    settings = params.settings
    if isinstance(settings, dict):
        ls.apply_settings(settings.get("ws-lsp", settings))
        ls.learn_uv_version()


def _trust(ls: Server, params: Any) -> None:
    """Hear whether the workspace is trusted (`{"trusted": bool}`); what runs in one that is not ends."""
    trusted = params.get("trusted") if isinstance(params, dict) else None
    if not isinstance(trusted, bool):
        return
    changed, ls.session.trusted = trusted != ls.session.trusted, trusted
    if not trusted:
        ls.syncs.drop()
    if changed:
        ls.refreshes.refresh()
    ls.learn_uv_version()


HANDLERS = (
    Handler(types.INITIALIZE, _initialize),
    Handler(types.INITIALIZED, _initialized),
    Handler(types.SHUTDOWN, _shutdown),
    Handler(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _did_change_folders),
    Handler(types.WORKSPACE_DID_CHANGE_CONFIGURATION, _did_change_configuration),
    Handler("ws-lsp/trust", _trust),
)
