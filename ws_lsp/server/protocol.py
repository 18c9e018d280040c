"""What pygls 2.1 needs to be told. Every item has a test in `tests/server/test_protocol.py`.

Messages: `transport` reads them.

Documents: pygls ends lines also at U+2028 and its like, where LSP does not, and so applies ranges
wrongly. The session keeps the texts, and `positions.changed_text` applies the changes.

Exit code: pygls raises `SystemExit` within the loop and swallows it in `start_io`.

Answers: it sends none for a request whose parameters do not fit, for one before `initialize`, for a
second `initialize`, and for one after `shutdown`.

Cancelling: a `$/cancelRequest` for `workspace/executeCommand` ends the answer, but not the command.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import os
import signal
import sys
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from ws_lsp.server.answers import JSONText, Prepared, Refused
from ws_lsp.server.transport import Writer, listen

__all__ = ["Protocol", "QuietServer"]

logger = logging.getLogger(__name__)

INVALID_REQUEST, INVALID_PARAMS, NOT_INITIALIZED = -32600, -32602, -32002
REQUEST_FAILED = -32803


class Protocol(LanguageServerProtocol):
    """pygls' protocol that answers every request."""

    def receive(self, body: bytes) -> None:
        """Handle one message; nothing that a client sends gets an exception out of here."""
        try:
            message = json.loads(body, object_hook=self.structure_message)
        except JsonRpcException:
            self._refuse_unstructured(body)
            return
        except (ValueError, RecursionError):
            logger.error("a message is not JSON, or nested too deeply: %r", body[:200])
            return
        if getattr(message, "jsonrpc", None) != self.VERSION:
            logger.error("a message is not JSON-RPC: %r", body[:200])
            return
        method = getattr(message, "method", None)
        identifier = getattr(message, "id", None)
        if method is not None and identifier is not None and self._refuses(identifier, method):
            return
        if method == types.EXIT:
            self._end()
            return
        if self._shutdown:
            return  # an answer or a notification that was on its way; pygls would warn of it
        try:
            if method == types.CANCEL_REQUEST:
                if message.params.id not in self._request_futures:
                    return  # it has been answered already, which is no mistake of the client's
                self.cancel_command(message.params.id)
            self.handle_message(message)
        except Exception:
            # for instance an id that is a list; what came with this message must still be read
            logger.exception("a message cannot be handled: %r", body[:200])

    def _register_builtin_features(self) -> None:
        super()._register_builtin_features()  # type: ignore[no-untyped-call]
        for method in (
            types.TEXT_DOCUMENT_DID_OPEN,
            types.TEXT_DOCUMENT_DID_CHANGE,
            types.TEXT_DOCUMENT_DID_CLOSE,
        ):
            del self.fm._builtin_features[method]

    def handle_message(self, message: Any) -> None:
        """Hand a message to its handler, each in a context of its own.

        pygls asks `isinstance` of runtime protocols what it is: a tenth of a keystroke.
        """
        method = getattr(message, "method", None)
        if method is None:
            super().handle_message(message)
            return
        identifier = getattr(message, "id", None)
        context = contextvars.copy_context()
        if identifier is None:
            context.run(self._handle_notification, method, message.params)
        else:
            context.run(self._handle_request, identifier, method, message.params)

    def _end(self) -> None:
        """End in good order; pygls would raise `SystemExit` amid what runs."""
        server = self._server
        if isinstance(server, QuietServer):
            server.ended.set()

    def cancel_command(self, identifier: int | str) -> None:
        """Hear of a cancelled request; the server overrides this to end a command's work."""
        server = self._server
        if isinstance(server, QuietServer):
            server.cancel_command(identifier)

    def _refuse_unstructured(self, body: bytes) -> None:
        message = json.loads(body)
        if isinstance(message, dict) and "id" in message and "method" in message:
            if not self._refuses(message["id"], message["method"]):
                self._refuse(message["id"], INVALID_PARAMS, "Invalid parameters")
        else:
            logger.error("a message does not fit the protocol: %r", body[:200])

    def _refuses(self, identifier: int | str, method: str) -> bool:
        """Refuse a request that must not come now; tell whether that was so."""
        if self._shutdown:
            self._refuse(identifier, INVALID_REQUEST, "The server is shutting down")
        elif self._workspace is None and method != types.INITIALIZE:
            self._refuse(identifier, NOT_INITIALIZED, "The server is not initialized")
        elif self._workspace is not None and method == types.INITIALIZE:
            self._refuse(identifier, INVALID_REQUEST, "The server is initialized already")
        else:
            return False
        return True

    def _refuse(self, identifier: int | str, code: int, message: str) -> None:
        error = types.ResponseError(code=code, message=message)
        self._send_response(identifier, error=error)

    def _send_response(
        self, msg_id: int | str, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        if isinstance(result, Refused):
            refusal = types.ResponseError(code=REQUEST_FAILED, message=result.message)
            super()._send_response(msg_id, error=refusal)
        elif isinstance(result, Prepared) and error is None:
            self._result_types.pop(msg_id, None)
            if isinstance(result.data, JSONText):
                identifier = json.dumps(msg_id)
                self._send_text(
                    f'{{"jsonrpc": "{self.VERSION}", "id": {identifier}, "result": {result.data}}}'
                )
            else:
                self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result.data})
        else:
            super()._send_response(msg_id, result, error)

    def _send_text(self, body: str) -> None:
        """Send a message that is JSON already."""
        if self.writer is not None:
            self.writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii"))


class QuietServer(LanguageServer):
    """pygls' server with its own reading loop; errors of ours go to the log, not to a pop-up."""

    ended: asyncio.Event
    """Set where the session is over."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log; the request was answered with the error already."""
        logger.error("%s: %s", source, error, exc_info=error)

    def cancel_command(self, identifier: int | str) -> None:
        """Hear of a cancelled `workspace/executeCommand`."""

    async def stop(self) -> None:
        """End what still runs; called once, however the server ends."""

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serve until the client is gone; raises `SystemExit` with the exit code that LSP wants."""
        source = stdin.fileno() if stdin else sys.stdin.fileno()
        target = stdout or os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        sys.stdout = sys.stderr  # a stray print must not break the protocol
        self.protocol.set_writer(Writer(target))
        asyncio.run(self._serve(source))
        raise SystemExit(0 if self.protocol._shutdown else 1)

    async def _serve(self, source: int) -> None:
        loop = asyncio.get_running_loop()
        ended = self.ended = asyncio.Event()
        protocol = self.protocol
        assert isinstance(protocol, Protocol)

        def receive(bodies: list[bytes] | None) -> None:
            if bodies is None:
                ended.set()
                return
            for body in bodies:
                protocol.receive(body)

        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"):
            try:
                loop.add_signal_handler(getattr(signal, name), ended.set)
            except (AttributeError, NotImplementedError, RuntimeError):
                pass  # Windows: there a process is ended from outside without being asked
        listen(source, receive)
        try:
            await ended.wait()
        finally:
            await self.stop()
