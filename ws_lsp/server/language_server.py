"""The server's state, and what several handlers do with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from lsprotocol import types
from lsprotocol.converters import get_converter

from ws_lsp import __version__
from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.server.background import Background
from ws_lsp.server.client import Client
from ws_lsp.server.edits import workspace_edit
from ws_lsp.server.protocol import Protocol, QuietServer
from ws_lsp.server.publish import Publisher
from ws_lsp.server.refresh import Refreshes
from ws_lsp.server.session import Session
from ws_lsp.server.sync import Outcome, Syncs
from ws_lsp.server.watch import Watches
from ws_lsp.uv.find import search_uv, setting_problem
from ws_lsp.uv.process import find

__all__ = ["Handler", "Server"]


class Handler(NamedTuple):
    """The function that answers a method, and what the client is told about it at `initialize`.

    pygls calls it with the server, because its first parameter is named `ls`, and with the parameters.
    """

    method: str
    function: Callable[..., Any]
    options: Any = None


class Server(QuietServer):
    """The language server's state: everything hangs on it, nothing is global."""

    publisher: Publisher
    """Is there from `initialize` on."""

    def __init__(self) -> None:
        super().__init__(
            "ws-lsp",
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=get_converter,
        )
        self.session = Session()
        self.client = Client(self)
        self.background = Background()
        self.watches = Watches(self.client)
        self.refreshes = Refreshes(self.session, self.client)
        self.syncs = Syncs(
            self.session,
            self.client,
            self.background,
            poke=lambda: self.publisher.poke(),
            finished=self._hear_of_uv,
        )
        self._asked_uv: str | None = ""
        """The setting `uv.path` by which uv was last asked for its version, `""` before that."""

    def begin_publishing(self) -> None:
        """Publish from now on, in the running loop; what the client can do is known."""
        client, loop = self.client, asyncio.get_running_loop()
        self.publisher = Publisher(self.session, client.capabilities, client.publish, loop)
        self.publisher.published = self.refreshes.published

    def cancel_command(self, identifier: int | str) -> None:
        """End the work of a cancelled command."""
        self.syncs.cancel_request(identifier)

    async def stop(self) -> None:
        """End what still runs."""
        await self.syncs.stop()
        await self.background.stop()

    # ----------------------------------------------------------------- what has changed

    def publish_and_watch(self) -> None:
        """Publish what is found now, and let the client watch what matters now."""
        self.publisher.poke()
        self.watches.follow(self.session.snapshots())

    def apply_settings(self, sent: Any) -> None:
        """Take over settings as a client sends them."""
        before, now = self.session.settings, self.session.settings.after(sent)
        self.session.apply(now)
        if now.log_level != before.log_level:
            logging.getLogger().setLevel(now.log_level)
        if (now.hint_kinds, now.lens_kinds) != (before.hint_kinds, before.lens_kinds):
            self.refreshes.refresh()
        if now.rule_levels != before.rule_levels:
            self.publisher.poke()

    def learn_uv_version(self) -> None:
        """Ask the installed uv for its version, and check again where that matters.

        It is asked when the first workspace is there, and whenever another uv may be meant.
        """
        session = self.session
        if not session.checkers or not session.trusted:
            return
        if self._asked_uv != session.settings.uv_path:
            self._asked_uv = session.settings.uv_path
            self.background.begin(self._learn_uv_version(self._asked_uv))

    async def _learn_uv_version(self, setting: str | None) -> None:
        uv = await find(search_uv(None, setting))
        if setting != self.session.settings.uv_path:
            return  # another look has begun meanwhile
        problem = setting_problem(setting, uv)
        if problem is not None:
            self.client.show(types.MessageType.Warning, problem)
        if self.session.set_uv_version(uv.version if uv is not None else None):
            self.publisher.poke()
            self.refreshes.refresh()

    def _hear_of_uv(self, root: str, outcome: Outcome) -> None:
        """Show where what uv said arises, in place of what it said before."""
        from ws_lsp.uv.failure import Failure, failures  # here: no editor waits for it at its start

        found: tuple[Failure, ...] = ()
        if outcome.status == "failed" and outcome.report is not None:
            found = failures(outcome.report.output, self.session.host.snapshot(root))
        self.publisher.set_failures(root, found)

    # ----------------------------------------------------------------- what is to be changed

    def edit(
        self, snapshot: Snapshot, changes: Sequence[Change], label: str, risk: str = ""
    ) -> dict[str, Any] | None:
        """Return changes as an edit, None where this client cannot carry them out.

        `risk` says what they may lose.
        """
        documents, capabilities = self.session.documents, self.client.capabilities
        return workspace_edit(snapshot, changes, label, documents, capabilities, risk)

    async def apply(self, snapshot: Snapshot, changes: Sequence[Change], label: str) -> bool:
        """Let the client carry out changes, where it can; tell whether it did."""
        if not changes:
            return True
        edit = self.edit(snapshot, changes, label)
        return edit is not None and await self.client.apply(label, edit)
