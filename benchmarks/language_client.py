"""A raw language client over standard input and output, with no library below it.

One reader thread stamps every message with `time.perf_counter()` the moment that its last byte is
read, before it is decoded, and answers the requests that servers send to clients. All times are
in seconds of that clock.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENT_CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "workspaceFolders": True,
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "executeCommand": {"dynamicRegistration": True},
        "symbol": {"dynamicRegistration": True},
        "inlayHint": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
        "semanticTokens": {"refreshSupport": True},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "textDocument": {
        "synchronization": {"dynamicRegistration": True, "didSave": True},
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
        },
        "completion": {
            "dynamicRegistration": True,
            "contextSupport": True,
            "completionItem": {
                "snippetSupport": True,
                "labelDetailsSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
            },
            # as VS Code and Neovim announce it
            "completionList": {"itemDefaults": ["commitCharacters", "editRange", "data"]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "definition": {"linkSupport": True},
        "declaration": {"linkSupport": True},
        "references": {},
        "documentHighlight": {},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {
                    "valueSet": [
                        "",
                        "quickfix",
                        "refactor",
                        "refactor.rewrite",
                        "source",
                        "source.fixAll",
                    ]
                }
            },
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "codeLens": {},
        "documentLink": {"tooltipSupport": True},
        "formatting": {},
        "rename": {"prepareSupport": True},
        "foldingRange": {},
        "inlayHint": {},
        "semanticTokens": {
            "requests": {"full": True},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
    },
}
"""What the client says that it can do: much what a desktop editor says, with pushed diagnostics."""

PUBLISH_DIAGNOSTICS = "textDocument/publishDiagnostics"

_INCREMENTAL = 2


class ProtocolError(Exception):
    """The server answered with an error, did not answer in time, or is gone."""


class ErrorReplyError(ProtocolError):
    """The server answered a request with an error, and goes on."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notification that the server sent."""

    stamp: float
    """When it was complete, in seconds of `time.perf_counter()`."""

    method: str
    params: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a request."""

    result: Any
    sent: float
    """When the request was written, in seconds of `time.perf_counter()`."""

    received: float
    """When the reply was complete, on the same clock."""

    @property
    def seconds(self) -> float:
        """The time from writing the request to having its reply."""
        return self.received - self.sent


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a document, told in both ways in which a server may want it."""

    text: str
    """The whole document after the change."""

    start: Mapping[str, int]
    """Where the replaced range begins, as an LSP position."""

    end: Mapping[str, int]
    """Where the replaced range ends, as an LSP position of the document before the change."""

    replacement: str
    """What takes the place of the range."""


def position_at(text: str, needle: str, offset: int = 0) -> dict[str, int]:
    """Return the LSP position `offset` characters after the first `needle` begins in `text`.

    The text must be ASCII, for which all position encodings agree. Raises `ValueError` when the
    needle is not there.
    """
    index = text.index(needle) + offset
    return {"line": text.count("\n", 0, index), "character": index - text.rfind("\n", 0, index) - 1}


def end_of(text: str) -> dict[str, int]:
    """Return the LSP position behind the last character of an ASCII text."""
    return {"line": text.count("\n"), "character": len(text) - text.rfind("\n") - 1}


class LanguageClient:
    """One started server, and the client's end of the connection to it.

    A context manager: leaving it stops the server.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        working_directory: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command`, with `environment` added to the variables of this process."""
        self.messages: list[Message] = []
        """Every notification so far, in order of arrival."""

        self.registrations: list[dict[str, Any]] = []
        """Every dynamic registration so far."""

        self.capabilities: dict[str, Any] = {}
        """The capabilities of the server's `initialize` reply."""

        self.server_info: dict[str, Any] = {}
        """Name and version, as the server gave them."""

        self.alive = True
        """Whether the server still has its end of the connection open."""

        self._root: Path | None = None
        self._versions: dict[str, int] = {}
        self._last_request = 0
        self._write_lock = threading.Lock()
        self._arrival = threading.Condition()
        self._pending: dict[int, queue.Queue[tuple[float, dict[str, Any] | None]]] = {}
        self._error_output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        self.spawned = time.perf_counter()
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._error_output,
            cwd=working_directory,
            env={**os.environ, **(environment or {})},
        )
        self._reader = threading.Thread(target=self._read_messages, daemon=True)
        self._reader.start()

    def __enter__(self) -> LanguageClient:
        """Return the client itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop the server."""
        self.stop()

    @property
    def process_id(self) -> int:
        """The process identifier of the server."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code of a server that has ended, or None."""
        return self._process.poll()

    # ------------------------------------------------------------------ the wire

    def _send(self, message: dict[str, Any]) -> float:
        """Write a message; return the moment right before its first byte."""
        body = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
        data = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        stream = self._process.stdin
        assert stream is not None
        with self._write_lock:
            stamp = time.perf_counter()
            try:
                stream.write(data)
                stream.flush()
            except (OSError, ValueError) as error:
                raise ProtocolError("the server is gone") from error
        return stamp

    def _read_messages(self) -> None:
        try:
            while (body := self._read_body()) is not None:
                stamp = time.perf_counter()
                self._receive(stamp, json.loads(body))
        except (OSError, ValueError, ProtocolError):
            pass  # a server that ends in the middle of a message, or that does not speak JSON-RPC
        finally:
            with self._arrival:
                self.alive = False
                abandoned = list(self._pending.values())
                self._arrival.notify_all()
            for replies in abandoned:
                replies.put((time.perf_counter(), None))

    def _read_body(self) -> bytes | None:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline():
            name, _, value = line.strip().partition(b":")
            if not name:
                return stream.read(length)
            if name.lower() == b"content-length":
                length = int(value)
        return None

    def _receive(self, stamp: float, message: dict[str, Any]) -> None:
        if "method" in message and "id" in message:
            result = self._answer(message["method"], message.get("params"))
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        elif "method" in message:
            with self._arrival:
                self.messages.append(Message(stamp, message["method"], message.get("params")))
                self._arrival.notify_all()
        else:
            with self._arrival:
                replies = self._pending.pop(message["id"], None)
            if replies is not None:
                replies.put((stamp, message))

    def _answer(self, method: str, params: Any) -> Any:
        """Return the result of a request from the server: null, unless that would be no answer."""
        if method == "workspace/configuration":
            return [None for _ in params["items"]]
        if method == "client/registerCapability":
            self.registrations += params["registrations"]
        elif method == "workspace/workspaceFolders" and self._root is not None:
            return [_workspace_folder(self._root)]
        elif method == "workspace/applyEdit":
            return {"applied": False}
        elif method == "window/showDocument":
            return {"success": False}
        return None

    # ------------------------------------------------------------------ requests

    def request(self, method: str, params: Any, limit: float = 30.0) -> Reply:
        """Send a request and wait up to `limit` seconds for its reply.

        Raises `ErrorReplyError` when that is an error, and `ProtocolError` when there is none.
        """
        replies: queue.Queue[tuple[float, dict[str, Any] | None]] = queue.Queue()
        with self._arrival:
            if not self.alive:
                raise ProtocolError(f"{method}: the server is gone")
            self._last_request += 1
            identifier = self._last_request
            self._pending[identifier] = replies
        sent = self._send({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params})
        try:
            received, message = replies.get(timeout=limit)
        except queue.Empty:
            raise ProtocolError(f"{method}: no reply in {limit:g} s") from None
        if message is None:
            raise ProtocolError(f"{method}: the server is gone")
        if "error" in message:
            raise ErrorReplyError(f"{method}: {message['error'].get('message')}")
        return Reply(message.get("result"), sent, received)

    def notify(self, method: str, params: Any) -> float:
        """Send a notification; return the moment right before it was written."""
        return self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def initialize(self, root: Path, options: Any = None, limit: float = 60.0) -> float:
        """Shake hands; return the seconds from starting the process to the `initialize` reply.

        `initialized` is sent at once after that.
        """
        self._root = root
        folder = _workspace_folder(root)
        reply = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": "benchmarks", "version": "1"},
                "rootUri": folder["uri"],
                "rootPath": str(root),
                "workspaceFolders": [folder],
                "capabilities": CLIENT_CAPABILITIES,
                "initializationOptions": options,
                "trace": "off",
            },
            limit,
        )
        self.capabilities = reply.result.get("capabilities", {})
        self.server_info = reply.result.get("serverInfo") or {}
        self.notify("initialized", {})
        return reply.received - self.spawned

    def offers(self, capability: str, method: str) -> bool:
        """Whether the server has a feature, by its static capability or registered later."""
        value = self.capabilities.get(capability)
        if value is not None and value is not False:
            return True
        return any(registration["method"] == method for registration in self.registrations)

    def takes_ranges(self) -> bool:
        """Whether the server wants changes as ranges; otherwise it gets the full text."""
        kind = self.capabilities.get("textDocumentSync")
        if isinstance(kind, dict):
            kind = kind.get("change")
        for registration in self.registrations:
            if registration["method"] == "textDocument/didChange":
                kind = registration["registerOptions"].get("syncKind", kind)
        return bool(kind == _INCREMENTAL)

    # ------------------------------------------------------------------ documents

    def open_document(self, path: Path, text: str, language_id: str = "toml") -> float:
        """Send `didOpen`; return the moment right before it was written."""
        uri = path.as_uri()
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": language_id, "version": 1, "text": text}
        return self.notify("textDocument/didOpen", {"textDocument": document})

    def change_document(self, path: Path, edit: Edit) -> float:
        """Send `didChange` the way the server wants it; return the moment before it was written."""
        uri = path.as_uri()
        self._versions[uri] += 1
        change: dict[str, Any] = {"text": edit.text}
        if self.takes_ranges():
            change = {"range": {"start": edit.start, "end": edit.end}, "text": edit.replacement}
        document = {"uri": uri, "version": self._versions[uri]}
        return self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    def replace_document(self, path: Path, text: str) -> float:
        """Send `didChange` with the full text, which every server takes; return when."""
        uri = path.as_uri()
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        return self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
        )

    # ------------------------------------------------------------------ waiting

    def mark(self) -> int:
        """Return how many notifications have come: the `start` of what comes from now on."""
        with self._arrival:
            return len(self.messages)

    def wait_for(
        self, accepted: Callable[[Message], bool], start: int = 0, limit: float = 10.0
    ) -> Message | None:
        """Wait for the first accepted notification from number `start` on.

        Returns None after `limit` seconds, or when the server is gone.
        """
        deadline = time.perf_counter() + limit
        index = start
        with self._arrival:
            while True:
                while index < len(self.messages):
                    message = self.messages[index]
                    index += 1
                    if accepted(message):
                        return message
                left = deadline - time.perf_counter()
                if left <= 0 or not self.alive:
                    return None
                self._arrival.wait(left)

    def wait_for_diagnostics(
        self, path: Path, start: int = 0, limit: float = 10.0
    ) -> Message | None:
        """Wait for the diagnostics of a document's present version, from message `start` on.

        Servers that tell no version are believed. Returns None after `limit` seconds, or when the
        server is gone.
        """
        uri = path.as_uri()
        present = self._versions.get(uri, 0)

        def accepted(message: Message) -> bool:
            if message.method != PUBLISH_DIAGNOSTICS or message.params["uri"] != uri:
                return False
            version = message.params.get("version")
            return version is None or version >= present

        return self.wait_for(accepted, start, limit)

    def settle(self, quiet: float, limit: float = 30.0) -> None:
        """Wait until the server has said nothing for `quiet` seconds, but at most for `limit`."""
        begin = time.perf_counter()
        with self._arrival:
            while self.alive:
                now = time.perf_counter()
                last = max(begin, self.messages[-1].stamp if self.messages else begin)
                left = min(last + quiet, begin + limit) - now
                if left <= 0:
                    return
                self._arrival.wait(left)

    def publications(self, start: int = 0) -> list[Message]:
        """Return the publications of diagnostics from message `start` on, for any document."""
        with self._arrival:
            return [
                message
                for message in self.messages[start:]
                if message.method == PUBLISH_DIAGNOSTICS
            ]

    def last_diagnostics(self, path: Path) -> list[dict[str, Any]] | None:
        """Return the diagnostics that a document has now, or None if none were ever published."""
        uri = path.as_uri()
        for message in reversed(self.publications()):
            if message.params["uri"] == uri:
                diagnostics: list[dict[str, Any]] = message.params["diagnostics"]
                return diagnostics
        return None

    # ------------------------------------------------------------------ the end

    def last_words(self) -> str:
        """Return the end of what the server wrote to standard error."""
        # `pread`, since the server shares the file's position with us.
        descriptor = self._error_output.fileno()
        length = os.fstat(descriptor).st_size
        return os.pread(descriptor, 600, max(0, length - 600)).decode(errors="replace").strip()

    def stop(self) -> None:
        """Shut the server down as the protocol has it; kill it when it does not listen."""
        try:
            if self.alive:
                self.request("shutdown", None, 5)
                self.notify("exit", None)
            self._process.wait(5)
        except (ProtocolError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        for stream in (self._process.stdin, self._process.stdout, self._error_output):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                pass  # what could not be written to a server that is gone


def _workspace_folder(root: Path) -> dict[str, str]:
    return {"uri": root.as_uri(), "name": root.name}
