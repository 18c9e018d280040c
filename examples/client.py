"""A language client over standard input and output, as small as one can be.

It does what an editor does with a server: it opens files, types, asks for completion and code actions,
applies the edits, saves, and runs commands. One thread reads; everything else happens in the caller's.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ws_lsp.text import Edit, Encoding, LineIndex, Span, apply_edits

__all__ = ["Client", "Document", "ServerError"]

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
        "workspaceFolders": True,
    },
    "window": {"workDoneProgress": True},
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "versionSupport": True,
        },
        "completion": {"completionItem": {"documentationFormat": ["markdown", "plaintext"]}},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
            "isPreferredSupport": True,
        },
    },
}


class ServerError(Exception):
    """The server answered with an error, did not answer in time, or is gone."""


@dataclass
class Document:
    """A file that is open in the editor."""

    path: Path
    text: str
    version: int = 1

    @property
    def uri(self) -> str:
        """The name by which the server knows the file."""
        return self.path.as_uri()

    @property
    def lines(self) -> LineIndex:
        """Where the lines of the text begin."""
        return LineIndex(self.text)

    def span(self, place: Mapping[str, Any]) -> Span:
        """Return an LSP range of this text as offsets."""
        lines = self.lines
        start, end = (
            lines.offset(place[side]["line"], place[side]["character"], Encoding.UTF_16)
            for side in ("start", "end")
        )
        return Span(start, end)

    def position(self, offset: int) -> dict[str, int]:
        """Return an offset of this text as an LSP position."""
        line, character = self.lines.position(offset, Encoding.UTF_16)
        return {"line": line, "character": character}


class Client:
    """A started server, and the editor's end of the connection to it."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        heard: Callable[[str, Any], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start a server; `heard` is told of every notification but diagnostics."""
        self.documents: dict[str, Document] = {}
        """The open files by URI."""
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        """What the server last said of each file, open or not, by URI."""
        self.checked: dict[str, int | None] = {}
        """The version of the text for which it said so."""
        self._folder = folder
        self._heard = heard
        self._last_id = 0
        self._replies: dict[int, dict[str, Any]] = {}
        self._arrived: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        threading.Thread(target=self._read, daemon=True).start()

    # ------------------------------------------------------------------------ session

    def initialize(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Shake hands and open the folder; return what the server says of itself."""
        folder = {"uri": self._folder.as_uri(), "name": self._folder.name}
        result: dict[str, Any] = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": "demo"},
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": CAPABILITIES,
                "initializationOptions": options,
            },
        )
        self.notify("initialized", {})
        return result

    def shut_down(self) -> int:
        """End the session; return the server's exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self._process.wait(10)

    def kill(self) -> None:
        """End the server if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    # ---------------------------------------------------------------------- documents

    def open(self, path: Path) -> Document:
        """Open a file in the editor."""
        document = Document(path, path.read_bytes().decode())
        self.documents[document.uri] = document
        self.notify(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": document.uri,
                    "languageId": "toml",
                    "version": document.version,
                    "text": document.text,
                }
            },
        )
        return document

    def change(self, document: Document, text: str) -> None:
        """Let a document have another text."""
        document.text = text
        document.version += 1
        identifier = {"uri": document.uri, "version": document.version}
        self.notify(
            "textDocument/didChange",
            {"textDocument": identifier, "contentChanges": [{"text": text}]},
        )

    def save(self, document: Document) -> None:
        """Write a document to disk."""
        document.path.write_bytes(document.text.encode())
        self.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})

    def apply(self, workspace_edit: Mapping[str, Any]) -> None:
        """Carry out an edit of the server's, in open documents."""
        for change in workspace_edit["documentChanges"]:
            document = self.documents[change["textDocument"]["uri"]]
            if change["textDocument"]["version"] not in (None, document.version):
                raise ServerError("the edit is for another version of the text")
            edits = [
                Edit(document.span(edit["range"]), edit["newText"]) for edit in change["edits"]
            ]
            self.change(document, apply_edits(document.text, edits))

    # ----------------------------------------------------------------------- messages

    def request(self, method: str, params: Any, limit: float = 60.0) -> Any:
        """Send a request, wait for its reply, and return the result."""
        self._last_id += 1
        identifier = self._last_id
        self._send({"id": identifier, "method": method, "params": params})
        self.wait(lambda: identifier in self._replies, f"a reply to {method}", limit)
        reply = self._replies.pop(identifier)
        if "error" in reply:
            raise ServerError(f"{method}: {reply['error']['message']}")
        return reply["result"]

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def wait(self, condition: Callable[[], bool], what: str, limit: float = 30.0) -> None:
        """Take in messages until a condition holds."""
        deadline = time.monotonic() + limit
        while not condition():
            try:
                message = self._arrived.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                raise ServerError(f"waited {limit:g} s for {what}") from None
            if message is None:
                raise ServerError(f"the server ended before {what} came")
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        params: Any = message.get("params")
        if method is None:
            self._replies[message["id"]] = message
        elif "id" in message:
            self._send({"id": message["id"], "result": None})
        elif method == "textDocument/publishDiagnostics":
            self.diagnostics[params["uri"]] = params["diagnostics"]
            self.checked[params["uri"]] = params.get("version")
        else:
            self._heard(method, params)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None  # it is a pipe
        try:
            self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            self._process.stdin.flush()
        except OSError as error:
            raise ServerError("the server is gone") from error

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None  # it is a pipe
        while header := stream.readline():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                while stream.readline().strip():
                    pass  # other headers
                self._arrived.put(json.loads(stream.read(int(value))))
        self._arrived.put(None)
