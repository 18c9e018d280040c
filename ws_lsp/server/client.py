"""The client: what it can do, and all that is said to it and asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from lsprotocol import types
from pygls.progress import Progress

from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.protocol import QuietServer

__all__ = ["SAVE_ALL", "Client", "NoAnswer"]

SAVE_ALL = "ws-lsp.client.saveAll"
"""What a client that answers the request `ws-lsp/saveAll` lists among its `commands` (initialization
options)."""

Answer = TypeVar("Answer")


class NoAnswer:
    """In place of an answer: the client cannot be asked, or refused. The log says why it refused."""


class Client:
    """Whom we serve; a question that it cannot be asked is not sent to it."""

    def __init__(self, server: QuietServer) -> None:
        self._server = server
        self.capabilities = Capabilities.of(types.ClientCapabilities())
        """What it announced; until then, nothing."""

    @property
    def progress(self) -> Progress:
        """The bars of progress that pygls keeps for it."""
        return self._server.work_done_progress

    # ------------------------------------------------------------------------------- telling

    def show(self, kind: types.MessageType, message: str) -> None:
        """Tell the user something."""
        self._server.window_show_message(types.ShowMessageParams(kind, message))

    def log(self, kind: types.MessageType, message: str) -> None:
        """Write a line to the client's log."""
        self._server.window_log_message(types.LogMessageParams(kind, message))

    def notify(self, method: str) -> None:
        """Send a notification of ours."""
        self._server.protocol.notify(method, {})

    def publish(self, uri: str, version: int | None, diagnostics: list[dict[str, Any]]) -> None:
        """Publish diagnostics as plain JSON."""
        params: dict[str, Any] = {"uri": uri, "diagnostics": diagnostics}
        if version is not None:
            params["version"] = version
        message = {
            "jsonrpc": "2.0",
            "method": types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            "params": params,
        }
        self._server.protocol._send_data(message)

    def refresh_lenses(self) -> None:
        """Let it ask again for code lenses, where it can."""
        if self.capabilities.lens_refresh:
            self._server.workspace_code_lens_refresh(None)

    def refresh_hints(self) -> None:
        """Let it ask again for inlay hints, where it can."""
        if self.capabilities.hint_refresh:
            self._server.workspace_inlay_hint_refresh(None)

    def register(self, identifier: str, method: str, options: Any) -> None:
        """Register for something of which it then tells us."""
        one = types.Registration(id=identifier, method=method, register_options=options)
        self._server.client_register_capability(types.RegistrationParams(registrations=[one]))

    def unregister(self, identifier: str, method: str) -> None:
        """Take back a registration."""
        one = types.Unregistration(id=identifier, method=method)
        self._server.client_unregister_capability(
            types.UnregistrationParams(unregisterations=[one])
        )

    # -------------------------------------------------------------------------------- asking

    async def choose(
        self, kind: types.MessageType, message: str, titles: Sequence[str], refusal: str
    ) -> str | NoAnswer | None:
        """Let the user choose among titles; None where they choose none. `refusal` is as in `_ask`."""
        if not self.capabilities.message_requests:
            return NoAnswer()
        params = types.ShowMessageRequestParams(
            type=kind,
            message=message,
            actions=[types.MessageActionItem(title=title) for title in titles],
        )
        chosen = await self._ask(self._server.window_show_message_request_async(params), refusal)
        return chosen.title if isinstance(chosen, types.MessageActionItem) else chosen

    async def apply(self, label: str, edit: dict[str, Any]) -> bool:
        """Let it carry out an edit; tell whether it did."""
        if not self.capabilities.apply_edit:
            return False
        params = self._server.protocol._converter.structure(
            {"label": label, "edit": edit}, types.ApplyWorkspaceEditParams
        )
        answer = await self._ask(self._server.workspace_apply_edit_async(params), "not applied")
        return not isinstance(answer, NoAnswer) and answer.applied

    async def save(self, uris: list[str]) -> bool:
        """Let it save documents, which LSP has no request for; tell whether it says that it did."""
        if SAVE_ALL not in self.capabilities.commands:
            return False
        request = self._server.protocol.send_request_async("ws-lsp/saveAll", {"uris": uris})
        return not isinstance(await self._ask(request, "not saved"), NoAnswer)

    async def begin_progress(self, token: str) -> bool:
        """Let it make a bar of progress; tell whether it did."""
        if not self.capabilities.work_done_progress:
            return False
        request = self.progress.create_async(token)
        return not isinstance(await self._ask(request, "no progress"), NoAnswer)

    async def _ask(self, request: Coroutine[Any, Any, Answer], refusal: str) -> Answer | NoAnswer:
        """Send a request and return the answer; `refusal` begins the line for the log if it is refused."""
        # an answer to a request that was cancelled would be an error to pygls
        answer = asyncio.ensure_future(request)
        try:
            return await asyncio.shield(answer)
        except Exception as error:  # noqa: BLE001 - the client's refusal comes as one of many types
            self.log(types.MessageType.Warning, f"{refusal}: {error}")
            return NoAnswer()
