"""What to do about unsaved changes before uv runs: it reads the disk."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.server.session import Session
from ws_lsp.vfs import relative

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = ["Decision", "decide"]

SAVE_ALL = "ws-lsp.client.saveAll"
"""What a client that answers the request `ws-lsp/saveAll` lists among its `commands` (initialization
options): LSP has no request to save."""

_SAVE, _AS_SAVED, _CANCEL = "Save all and sync", "Sync the saved state", "Cancel"


class Decision(NamedTuple):
    """By which state of the workspace to sync, None where not to; and what to say about it."""

    snapshot: Snapshot | None
    note: str = ""


def unsaved_files(session: Session, snapshot: Snapshot) -> list[str]:
    """Return the open files of a workspace whose text means something else than the saved one."""
    files = session.host.files
    return [
        path
        for path in snapshot.manifests
        if path in files.buffers and _differs(session, path, files.buffers[path].text)
    ]


async def decide(server: Server, root: str) -> Decision:
    """Decide by which state to sync, and ask the user where that is not clear.

    Editors that cannot be asked get the saved state, and are told so.
    """
    session = server.session
    snapshot = session.host.snapshot(root)
    unsaved = unsaved_files(session, snapshot)
    if not unsaved:
        return Decision(snapshot)
    listed = ", ".join(f"`{relative(path, root)}`" for path in unsaved)
    has = "has" if len(unsaved) == 1 else "have"
    can_save = SAVE_ALL in session.client_commands
    chosen = _AS_SAVED
    if session.ask_for_unsaved_files and server.client.message_requests:
        message = f"{listed} {has} unsaved changes, and uv reads what is saved"
        titles = [_SAVE, _AS_SAVED, _CANCEL] if can_save else [_AS_SAVED, _CANCEL]
        chosen = await _ask(server, message, titles)
    if chosen == _SAVE:
        if not await _save(server, unsaved):
            return Decision(None, f"{listed} could not be saved")
        return Decision(session.host.snapshot(root))
    if chosen == _AS_SAVED:
        saved = Host(session.host.disk, uv_version=session.host.uv_version)
        return Decision(saved.snapshot(root), f"Unsaved changes of {listed} are not part of it")
    return Decision(None)


def _differs(session: Session, path: str, text: str) -> bool:
    saved = session.host.disk.read(path)
    return saved is None or _essence(saved.text) != _essence(text)


def _essence(text: str) -> str:
    """Return a text without what editors take out or add when they open a file."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n")


async def _ask(server: Server, message: str, titles: list[str]) -> str:
    params = types.ShowMessageRequestParams(
        type=types.MessageType.Warning,
        message=message,
        actions=[types.MessageActionItem(title=title) for title in titles],
    )
    # an answer to a request that was cancelled would be an error to pygls
    answer = asyncio.ensure_future(server.window_show_message_request_async(params))
    try:
        chosen = await asyncio.shield(answer)
    except Exception as error:  # noqa: BLE001 - the client's refusal comes as one of many types
        server.log(types.MessageType.Warning, f"no answer about unsaved changes: {error}")
        return _AS_SAVED
    return chosen.title if chosen is not None else _CANCEL


async def _save(server: Server, paths: list[str]) -> bool:
    """Let the client save files; tell whether all of them are saved now."""
    session = server.session
    uris = session.uris()
    params: dict[str, Any] = {"uris": [uris[path] for path in paths if path in uris]}
    answer = asyncio.ensure_future(server.protocol.send_request_async("ws-lsp/saveAll", params))
    try:
        await asyncio.shield(answer)
    except Exception as error:  # noqa: BLE001 - the client's refusal comes as one of many types
        server.log(types.MessageType.Warning, f"not saved: {error}")
        return False
    session.look_at_disk()
    files = session.host.files
    return not any(
        path in files.buffers and _differs(session, path, files.buffers[path].text)
        for path in paths
    )
