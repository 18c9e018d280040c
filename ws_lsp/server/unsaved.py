"""What to do about unsaved changes before uv runs: it reads the disk."""

from __future__ import annotations

from lsprotocol import types

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.server.client import SAVE_ALL, Client, NoAnswer
from ws_lsp.server.session import Session
from ws_lsp.vfs import relative

__all__ = ["Decision", "decide"]

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


async def decide(session: Session, client: Client, root: str) -> Decision:
    """Decide by which state to sync, and ask the user where that is not clear.

    Editors that cannot be asked get the saved state, and are told so.
    """
    snapshot = session.host.snapshot(root)
    unsaved = unsaved_files(session, snapshot)
    if not unsaved:
        return Decision(snapshot)
    listed = ", ".join(f"`{relative(path, root)}`" for path in unsaved)
    has = "has" if len(unsaved) == 1 else "have"
    chosen: str | NoAnswer | None = _AS_SAVED
    if session.settings.ask_for_unsaved_files:
        message = f"{listed} {has} unsaved changes, and uv reads what is saved"
        can_save = SAVE_ALL in client.capabilities.commands
        titles = [_SAVE, _AS_SAVED, _CANCEL] if can_save else [_AS_SAVED, _CANCEL]
        refusal = "no answer about unsaved changes"
        chosen = await client.choose(types.MessageType.Warning, message, titles, refusal)
    if chosen == _SAVE:
        if not await _save(session, client, unsaved):
            return Decision(None, f"{listed} could not be saved")
        return Decision(session.host.snapshot(root))
    if chosen == _AS_SAVED or isinstance(chosen, NoAnswer):
        saved = Host(session.host.disk, uv_version=session.host.uv_version)
        return Decision(saved.snapshot(root), f"Unsaved changes of {listed} are not part of it")
    return Decision(None)


def _differs(session: Session, path: str, text: str) -> bool:
    saved = session.host.disk.read(path)
    return saved is None or _essence(saved.text) != _essence(text)


def _essence(text: str) -> str:
    """Return a text without what editors take out or add when they open a file."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n")


async def _save(session: Session, client: Client, paths: list[str]) -> bool:
    """Let the client save files; tell whether all of them are saved now."""
    if not await client.save(
        [session.documents[path].uri for path in paths if path in session.documents]
    ):
        return False
    session.look_at_disk()
    files = session.host.files
    return not any(
        path in files.buffers and _differs(session, path, files.buffers[path].text)
        for path in paths
    )
