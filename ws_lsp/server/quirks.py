"""What pygls 2.1 needs to be told. Every item has a test in `tests/server/test_quirks.py`.

Messages: pygls reads stdin line by line through its thread pool, three hops for each message. Here the
loop reads all that is there, so that a burst of edits is one piece of work; where it cannot wait for
stdin, one thread does and hands over whole messages.

Documents: pygls ends lines also at U+2028 and its like, where LSP does not, and so applies ranges
wrongly. The session keeps the texts, and `convert.changed_text` applies the changes.

Exit code: pygls raises `SystemExit` within the loop and swallows it in `start_io`. Answers: it sends none for a request whose
parameters do not fit, for one before `initialize`, for a second `initialize`, and for one after
`shutdown`. Cancelling: a
`$/cancelRequest` for `workspace/executeCommand` ends the answer, but not the command.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

__all__ = ["JSONText", "Prepared", "Protocol", "QuietServer", "Refused", "Splitter"]

logger = logging.getLogger(__name__)

INVALID_REQUEST, INVALID_PARAMS, NOT_INITIALIZED = -32600, -32602, -32002
REQUEST_FAILED = -32803
_CHUNK = 1 << 16
_HEADER_END = b"\r\n\r\n"


class JSONText(str):
    """JSON, written already; ASCII only, as `json.dumps` writes it."""

    __slots__ = ()


class Prepared:
    """A result that is plain JSON data already, or its text.

    Thousands of completion items take longer to convert through attrs classes than to find.
    """

    __slots__ = ("data",)

    def __init__(self, data: Any) -> None:
        self.data = data


class Refused:
    """An answer that says why there is no result.

    pygls wants an exception for that, and writes its traceback to the log: a refusal is no failure.
    """

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message


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
        self.protocol.set_writer(_Writer(target))
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

        def deliver(bodies: list[bytes] | None) -> None:
            try:
                loop.call_soon_threadsafe(receive, bodies)
            except RuntimeError:
                pass  # the loop is closed: we are ending

        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"):
            try:
                loop.add_signal_handler(getattr(signal, name), ended.set)
            except (AttributeError, NotImplementedError, RuntimeError):
                pass  # Windows: there a process is ended from outside without being asked
        try:
            loop.add_reader(source, _reader(source, receive))
        except (NotImplementedError, OSError):
            # the loop cannot wait for Windows' pipes, nor for a file
            threading.Thread(target=_read, args=(source, deliver), daemon=True).start()
        try:
            await ended.wait()
        finally:
            await self.stop()


class _Writer:
    """Writes whole messages; a client that went away is no error."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def close(self) -> None:
        """Leave the stream open: an answer may still be on its way when `exit` arrives."""

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):
            logger.info("the client no longer reads")


def _reader(source: int, receive: Callable[[list[bytes] | None], None]) -> Callable[[], None]:
    """Return what reads all that is there, for the loop to call when something is there.

    Handing over what a thread has read takes a fifth of a millisecond, a tenth of a keystroke.
    """
    splitter = Splitter()

    def read() -> None:
        bodies: list[bytes] = []
        while select.select([source], [], [], 0)[0]:
            try:
                chunk = os.read(source, _CHUNK)
            except OSError:
                chunk = b""
            if not chunk:
                asyncio.get_running_loop().remove_reader(source)
                receive(bodies)
                receive(None)
                return
            bodies += splitter.feed(chunk)
        receive(bodies)

    return read


def _read(source: int, deliver: Callable[[list[bytes] | None], None]) -> None:
    """Read messages until the end of the input; runs in a thread of its own.

    The file descriptor is read, not `sys.stdin.buffer`, whose lock a thread that still waits would
    hold while the interpreter ends.
    """
    splitter = Splitter()
    while True:
        try:
            chunk = os.read(source, _CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            deliver(None)
            return
        bodies = splitter.feed(chunk)
        if bodies:
            deliver(bodies)


class Splitter:
    """Cuts a stream of bytes into the bodies of messages.

    Header names are case-insensitive and may come in any order (LSP, "Header Part").
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._looked = 0
        """So many bytes are known to hold no whole header."""
        self._body: tuple[int, int] | None = None
        """Where the body lies whose header has been read."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the bodies that are now whole. No byte is looked at twice."""
        self._data += chunk
        bodies: list[bytes] = []
        begin = 0
        while self._body is not None or self._read_header(begin):
            assert self._body is not None
            start, end = self._body
            if end > len(self._data):
                break
            bodies.append(bytes(self._data[start:end]))
            begin, self._looked, self._body = end, end, None
        del self._data[:begin]
        self._looked -= begin
        if self._body is not None:
            self._body = self._body[0] - begin, self._body[1] - begin
        return bodies

    def _read_header(self, begin: int) -> bool:
        """Find the next header from `begin` on; tell whether it is whole."""
        end = self._data.find(_HEADER_END, max(self._looked - len(_HEADER_END) + 1, begin))
        if end < 0:
            self._looked = len(self._data)
            return False
        start = end + len(_HEADER_END)
        self._body = start, start + _content_length(bytes(self._data[begin:end]))
        return True


def _content_length(headers: bytes) -> int:
    for line in headers.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
