"""Work-done progress that the server begins: clients give no token with a command (LSP 3.17)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from ws_lsp.server.background import Background
from ws_lsp.server.client import Client

__all__ = ["WorkDoneProgress"]


class WorkDoneProgress:
    """One bar of progress; `cancel` is called where the user asks for the end.

    Nothing here waits for the client: it may take its time to answer `workDoneProgress/create`, or never
    answer. What happens before its answer is told with the answer.
    """

    def __init__(
        self, client: Client, background: Background, cancel: Callable[[], object]
    ) -> None:
        self._client = client
        self._background = background
        self._cancel = cancel
        self._token = str(uuid.uuid4())
        self._title = ""
        self._message = ""
        self._percentage = 0
        self._begun = False
        self._end: str | None = None

    def begin(self, title: str, message: str) -> None:
        """Ask for a bar, where the client knows them; once it is there, only the message changes."""
        if self._title:
            self.report(message, 0)
            return
        self._title, self._message = title, message
        self._background.begin(self._create())

    def report(self, message: str, percentage: int) -> None:
        """Pass on how far it is; the percentage only rises (LSP wants that)."""
        self._message = message
        self._percentage = max(self._percentage, percentage)
        if self._begun:
            value = types.WorkDoneProgressReport(message=message, percentage=self._percentage)
            self._client.progress.report(self._token, value)

    def end(self, message: str) -> None:
        """End; a bar that is not there yet ends as soon as it is."""
        self._end = message
        if self._begun:
            self._send_end()

    async def _create(self) -> None:
        if not await self._client.begin_progress(self._token):
            return
        cancelled = self._client.progress.tokens[self._token]
        cancelled.add_done_callback(self._hear_cancel)
        begin = types.WorkDoneProgressBegin(
            title=self._title, message=self._message, cancellable=True, percentage=0
        )
        self._client.progress.begin(self._token, begin)
        self._begun = True
        if self._percentage:
            self.report(self._message, self._percentage)
        if self._end is not None:
            self._send_end()

    def _send_end(self) -> None:
        """End, and let pygls forget the token, which it does not by itself."""
        self._client.progress.tokens.pop(self._token, None)
        end = types.WorkDoneProgressEnd(message=self._end)
        self._client.progress.end(self._token, end)
        self._begun = False

    def _hear_cancel(self, future: Any) -> None:
        if future.cancelled():
            self._cancel()
