"""When the client is to ask again for what depends on more than the file that it shows."""

from __future__ import annotations

from lsprotocol import types

from ws_lsp.incremental import Input
from ws_lsp.server.client import Client
from ws_lsp.server.session import Session

__all__ = ["WORKSPACES", "Refreshes"]

_SHOWN = (Input.FILES, Input.SHAPE, Input.REQUIREMENTS, Input.DISK)
"""What lenses, hints and the list of workspaces show."""
WORKSPACES = "ws-lsp/workspaces"
WORKSPACES_CHANGED = "ws-lsp/workspacesChanged"


class Refreshes:
    """Lets the client ask again."""

    def __init__(self, session: Session, client: Client) -> None:
        self._session = session
        self._client = client
        self.asked: set[str] = set()
        """The methods that the client has used: nobody else is told to ask again."""
        self._state: object = None

    def published(self, anything: bool) -> None:
        """Hear that findings are up to date; `anything` tells whether some have changed."""
        if not self.asked:
            return
        state = [
            (
                snapshot.workspace.root,
                *(snapshot.revisions[one] for one in _SHOWN),
                snapshot.selected,
            )
            for snapshot in self._session.snapshots()
        ]
        if state != self._state:
            self._state = state
            self.refresh()
        elif anything:
            self._tell_workspaces()

    def refresh(self) -> None:
        """Let the client ask again for all that it has asked for."""
        if types.TEXT_DOCUMENT_CODE_LENS in self.asked:
            self._client.refresh_lenses()
        if types.TEXT_DOCUMENT_INLAY_HINT in self.asked:
            self._client.refresh_hints()
        self._tell_workspaces()

    def _tell_workspaces(self) -> None:
        if WORKSPACES in self.asked:
            self._client.notify(WORKSPACES_CHANGED)
