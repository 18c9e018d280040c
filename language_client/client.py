"""A language client that does what an editor does: it opens files, types, asks, edits, saves.

One thread reads and stamps messages; everything else happens in the caller's, whenever it waits. Nothing is
taken apart by a library, so that whoever uses this client sees what a server really sent, and when.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from language_client.capabilities import CAPABILITIES
from language_client.positions import apply_text_edits, position, replacement, touch
from language_client.wire import NothingCameError, ProtocolError, Wire

__all__ = [
    "PUBLISH_DIAGNOSTICS",
    "UNANSWERED",
    "Document",
    "LanguageClient",
    "NothingCameError",
    "Notification",
    "ProtocolError",
    "Published",
    "RefusalError",
    "Reply",
    "ResponseError",
    "local_path",
]

Json = dict[str, Any]
T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds after which a wait has failed; a loaded machine is no defect."""
HINT = 4
PUBLISH_DIAGNOSTICS = "textDocument/publishDiagnostics"
UNANSWERED = object()
"""The answer to a request of the server's that gets none."""
_INCREMENTAL = 2


class ResponseError(ProtocolError):
    """The server answered a request with an error, and goes on."""

    def __init__(self, method: str, error: Json) -> None:
        super().__init__(f"{method}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]


class RefusalError(Exception):
    """The client answers a request of the server's with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error: Json = {"code": code, "message": message}


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification that the server sent."""

    stamp: float
    method: str
    params: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a request, and when both were on the wire."""

    result: Any
    sent: float
    received: float

    @property
    def seconds(self) -> float:
        """The time from before the request was written to the last byte of the reply."""
        return self.received - self.sent


@dataclass
class Request:
    """A request that is not answered yet."""

    method: str
    params: Any
    sent: float = 0.0


@dataclass
class Document:
    """An open buffer."""

    uri: str
    text: str
    version: int = 1
    sent: float = 0.0
    """The moment right before the text was last written to the server."""


@dataclass
class Published:
    """The last `textDocument/publishDiagnostics` of a URI."""

    diagnostics: list[Json]
    version: int | None
    count: int = 1

    @property
    def important(self) -> list[Json]:
        """The diagnostics, in order; hints are left out, they come and go with other rules."""
        return [one for one in self.diagnostics if one.get("severity", 1) < HINT]

    @property
    def codes(self) -> list[str]:
        """The codes of the important diagnostics, in order."""
        return [one["code"] for one in self.important]


class LanguageClient:
    """One server process and what the client knows of it.

    A context manager: leaving it stops the server.
    """

    def __init__(
        self,
        command: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        capabilities: Json = CAPABILITIES,
    ) -> None:
        self.capabilities = capabilities
        self.server: Json = {}
        """What the server answered to `initialize`."""
        self.ready = 0.0
        """The seconds from starting the process to that answer."""
        self.documents: dict[str, Document] = {}
        """The open files by URI."""
        self.published: dict[str, Published] = {}
        """What the server last said of each file, open or not, by URI."""
        self.registrations: list[Json] = []
        """The dynamic registrations."""
        self.heard: list[Notification] = []
        """Every notification so far, in order of arrival."""
        self.problems: list[str] = []
        """What the server sent that no client can read."""
        self.requests: dict[int | str, Request] = {}
        """The requests that are not answered yet."""
        self._folders: list[Json] = []
        self._responses: dict[int | str, tuple[Reply, Json]] = {}
        self._next = 0
        self.wire = Wire(command, environment, directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The server."""
        return self.wire.process

    @property
    def errors(self) -> str:
        """What the server wrote to standard error."""
        return self.wire.errors()

    # ------------------------------------------------------------------ messages

    def send_bytes(self, data: bytes) -> None:
        """Write to the server's standard input as it is."""
        self.wire.write(data)

    def send(self, message: Any) -> float:
        """Send a message; return the moment right before."""
        return self.wire.send(message)

    @contextlib.contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Write all that is sent meanwhile at once, so that the server gets it with one read."""
        with self.wire.held():
            yield

    def notify(self, method: str, params: Any = None) -> float:
        """Send a notification; return the moment right before."""
        params = {} if params is None else params
        return self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def expect(self, identifier: int | str, method: str, params: Any = None) -> Request:
        """Expect the answer to a request that is written by other means."""
        request = self.requests[identifier] = Request(method, params)
        return request

    def start(self, method: str, params: Any = None) -> int:
        """Send a request; return its id."""
        self._next += 1
        message = {"jsonrpc": "2.0", "id": self._next, "method": method}
        if params is not None:
            message["params"] = params
        request = self.expect(self._next, method, params)
        request.sent = self.send(message)
        return self._next

    def reply(self, identifier: int | str, timeout: float = TIMEOUT) -> Reply:
        """Return the reply to a request that was started; raise `ResponseError` where it is an error."""
        request = self.requests.get(identifier)
        method = request.method if request else "a request"
        what = f"{method}: answer {identifier}"
        self.wait(lambda: self.answered(identifier), what, timeout)
        reply, message = self._responses.pop(identifier)
        if "error" in message:
            raise ResponseError(method, message["error"])
        return reply

    def result(self, identifier: int | str, timeout: float = TIMEOUT) -> Any:
        """Return the result of a request that was started."""
        return self.reply(identifier, timeout).result

    def exchange(self, method: str, params: Any = None, timeout: float = TIMEOUT) -> Reply:
        """Send a request and return its reply."""
        return self.reply(self.start(method, params), timeout)

    def request(self, method: str, params: Any = None, timeout: float = TIMEOUT) -> Any:
        """Send a request and return its result."""
        return self.exchange(method, params, timeout).result

    def answered(self, identifier: int | str) -> bool:
        """Tell whether the answer to a request has been taken."""
        return identifier in self._responses

    # -------------------------------------------------------------------- taking

    def wait(self, condition: Callable[[], T | None], what: str, timeout: float = TIMEOUT) -> T:
        """Take messages until a condition gives something that is true."""
        deadline = time.perf_counter() + timeout
        while not (value := condition()):
            try:
                self._take(deadline)
            except NothingCameError as error:
                raise NothingCameError(f"{what}: {error}") from None
        return value

    def take_arrived(self) -> bool:
        """Take what has arrived; tell whether there was anything."""
        some = False
        with contextlib.suppress(NothingCameError):
            while True:
                self._take(0)
                some = True
        return some

    def listen(self, quiet: float, limit: float = TIMEOUT) -> None:
        """Take messages until none has come for `quiet` seconds, but at most for `limit`."""
        begin = last = time.perf_counter()
        with contextlib.suppress(NothingCameError):
            while True:
                last = max(last, self._take(min(last + quiet, begin + limit)))

    def _take(self, deadline: float) -> float:
        stamp, body = self.wire.take(deadline)
        try:
            message = json.loads(body)
        except ValueError as error:
            self.problems.append(f"no JSON: {error}: {body[:200]!r}")
        else:
            if self.accepts(message):
                self._handle(stamp, message)
        return stamp

    def accepts(self, message: Any) -> bool:
        """Tell whether a message can be handled; whoever trusts no server looks closer here."""
        return isinstance(message, dict)

    def _handle(self, stamp: float, message: Json) -> None:
        method = message.get("method")
        if method is None:
            request = self.request_of(message)
            if request is None:
                self.problems.append(f"an answer to nothing: {message}")
                return
            del self.requests[message["id"]]
            reply = Reply(message.get("result"), request.sent, stamp)
            self._responses[message["id"]] = reply, message
        elif "id" in message:
            answer: Json = {"jsonrpc": "2.0", "id": message["id"]}
            try:
                result = self.answer(message["id"], method, message.get("params"))
            except RefusalError as refusal:
                self.send({**answer, "error": refusal.error})
            else:
                if result is not UNANSWERED:
                    self.send({**answer, "result": result})
        else:
            self.hear(Notification(stamp, method, message.get("params")))

    def request_of(self, message: Json) -> Request | None:
        """Return the request that a message answers."""
        identifier = message["id"]
        return self.requests.get(identifier) if isinstance(identifier, int | str) else None

    def answer(self, identifier: Any, method: str, params: Any) -> Any:
        """Return what a request of the server's gets; raise `RefusalError` where that is an error."""
        if method == "client/registerCapability":
            self.registrations += params["registrations"]
        elif method == "client/unregisterCapability":
            gone = {one["id"] for one in params["unregisterations"]}
            self.registrations = [one for one in self.registrations if one["id"] not in gone]
        elif method == "workspace/configuration":
            return [None for _ in params["items"]]
        elif method == "workspace/workspaceFolders":
            return self._folders
        elif method == "workspace/applyEdit":
            return {"applied": False}
        elif method == "window/showDocument":
            return {"success": False}
        elif not method.startswith("window/") and not method.endswith("/refresh"):
            raise RefusalError(-32601, f"no {method} here")
        return None

    def hear(self, notification: Notification) -> None:
        """Take notice of a notification."""
        self.heard.append(notification)
        if notification.method == PUBLISH_DIAGNOSTICS:
            params = notification.params
            known = self.published.get(params["uri"])
            count = known.count + 1 if known else 1
            published = Published(params["diagnostics"], params.get("version"), count)
            self.published[params["uri"]] = published

    # ------------------------------------------------------------------ lifecycle

    def initialize(
        self,
        folders: Iterable[Path] = (),
        options: Any = None,
        timeout: float = 60.0,
        **more: Any,
    ) -> Json:
        """Introduce each other; return the server's answer."""
        self._folders = [self.folder(path) for path in folders]
        params: Json = {
            "processId": os.getpid(),
            "clientInfo": {"name": "language_client"},
            "rootUri": self._folders[0]["uri"] if self._folders else None,
            "capabilities": self.capabilities,
            "workspaceFolders": self._folders,
            **more,
        }
        if options is not None:
            params["initializationOptions"] = options
        reply = self.exchange("initialize", params, timeout)
        self.ready = reply.received - self.wire.spawned
        self.server = reply.result
        self.notify("initialized")
        return self.server

    @property
    def encoding(self) -> str:
        """The position encoding that was agreed upon."""
        encoding: str = self._offered("positionEncoding") or "utf-16"
        return encoding

    def _offered(self, capability: str) -> Any:
        return self.server.get("capabilities", {}).get(capability)

    def offers(self, capability: str, method: str) -> bool:
        """Tell whether the server has a feature, by its static capability or registered later."""
        return self._offered(capability) not in (None, False) or any(
            registration["method"] == method for registration in self.registrations
        )

    def takes_ranges(self) -> bool:
        """Tell whether the server wants changes as ranges; otherwise it gets the full text."""
        kind = self._offered("textDocumentSync")
        if isinstance(kind, dict):
            kind = kind.get("change")
        for registration in self.registrations:
            if registration["method"] == "textDocument/didChange":
                kind = registration["registerOptions"].get("syncKind", kind)
        return bool(kind == _INCREMENTAL)

    def close(self, timeout: float = TIMEOUT) -> int:
        """End the session as the protocol says; return the exit code."""
        self.request("shutdown", timeout=timeout)
        self.send({"jsonrpc": "2.0", "method": "exit"})
        return self.ended(timeout)

    def ended(self, timeout: float = TIMEOUT) -> int:
        """Close the input, wait for the end of the process; return the exit code."""
        code = self.wire.close(timeout)
        self.take_arrived()
        return code

    def kill(self) -> None:
        """Leave nothing behind, whatever happened."""
        self.wire.kill()
        self.ended()
        self.wire.release()

    def stop(self) -> None:
        """Shut the server down as the protocol has it; kill it when it does not listen."""
        with contextlib.suppress(ProtocolError, subprocess.TimeoutExpired):
            if self.wire.alive:
                self.close(5)
        self.kill()

    # ------------------------------------------------------------------ documents

    @staticmethod
    def folder(path: Path) -> Json:
        """Return a workspace folder."""
        return {"uri": path.as_uri(), "name": path.name}

    def change_folders(self, added: Iterable[Path] = (), removed: Iterable[Path] = ()) -> None:
        """Open and close folders."""
        event = {
            "added": [self.folder(path) for path in added],
            "removed": [self.folder(path) for path in removed],
        }
        self.notify("workspace/didChangeWorkspaceFolders", {"event": event})

    def open(self, path: Path | str, text: str | None = None, language: str = "toml") -> Document:
        """Open a file (or a URI), with the text on disk or another."""
        uri = path if isinstance(path, str) else path.as_uri()
        if text is None:
            text = local_path(uri).read_bytes().decode("utf-8")
        document = self.documents[uri] = Document(uri, text)
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        document.sent = self.notify("textDocument/didOpen", {"textDocument": item})
        return document

    def change(self, document: Document, text: str, whole: bool = False) -> None:
        """Let an open buffer have another text, and send the difference, or the `whole` of it."""
        change: Json = {"text": text}
        if self.takes_ranges() and not whole:
            change = replacement(document.text, text, self.encoding)
        document.text = text
        document.version += 1
        identifier = {"uri": document.uri, "version": document.version}
        params = {"textDocument": identifier, "contentChanges": [change]}
        document.sent = self.notify("textDocument/didChange", params)

    def save(self, document: Document) -> None:
        """Write a buffer to disk and say so."""
        local_path(document.uri).write_bytes(document.text.encode("utf-8"))
        self.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})

    def close_document(self, document: Document) -> None:
        """Close a buffer without saving it."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": document.uri}})
        del self.documents[document.uri]

    def changed_on_disk(self, *paths: Path, kind: int = 2) -> None:
        """Say that files changed (1: were created, 3: were deleted), if the server asked for it."""
        watched = "workspace/didChangeWatchedFiles"
        if any(registration["method"] == watched for registration in self.registrations):
            changes = [{"uri": path.as_uri(), "type": kind} for path in paths]
            self.notify(watched, {"changes": changes})

    # ------------------------------------------------------------------- features

    def diagnostics(self, path: Path | str) -> list[Json]:
        """Return what is published for a file, but for hints."""
        known = self.published.get(path if isinstance(path, str) else path.as_uri())
        return known.important if known else []

    def wait_for_publication(
        self, document: Document, start: int = 0, limit: float = 10.0
    ) -> Notification | None:
        """Wait for the diagnostics of a document's present version, from notification `start` on.

        Servers that tell no version are believed. Returns None after `limit` seconds, or when the
        server is gone.
        """
        index = start

        def accepted() -> Notification | None:
            nonlocal index
            while index < len(self.heard):
                one = self.heard[index]
                index += 1
                if one.method == PUBLISH_DIAGNOSTICS and one.params["uri"] == document.uri:
                    version = one.params.get("version")
                    if version is None or version >= document.version:
                        return one
            return None

        try:
            return self.wait(accepted, f"diagnostics of {document.uri}", limit)
        except NothingCameError:
            return None

    def complete(self, document: Document, index: int) -> list[Json]:
        """Return the completion items at an index of a buffer, each with all that holds of it."""
        place = position(document.text, index, self.encoding)
        params = {
            "textDocument": {"uri": document.uri},
            "position": place,
            "context": {"triggerKind": 1},
        }
        result = self.request("textDocument/completion", params)
        if result is None:
            return []
        defaults = result.get("itemDefaults", {})
        shared = defaults.get("editRange")
        for item in result["items"]:
            if "data" in defaults:
                item.setdefault("data", defaults["data"])
            if "textEdit" not in item and shared is not None:
                text = item.get("textEditText", item["label"])
                item["textEdit"] = {"range": shared, "newText": text}
            item.setdefault("sortText", item["label"])
            item.setdefault("filterText", item["label"])
        return list(result["items"])

    def accept(self, document: Document, item: Json) -> str:
        """Take over a completion item as an editor does; return the new text."""
        edits = [item["textEdit"], *item.get("additionalTextEdits", ())]
        self.change(document, apply_text_edits(document.text, edits, self.encoding))
        return document.text

    def code_actions(
        self, document: Document, place: Json | int, only: Sequence[str] | None = None
    ) -> list[Json]:
        """Return the code actions at a range, or at an index, of a buffer."""
        if isinstance(place, int):
            start = position(document.text, place, self.encoding)
            place = {"start": start, "end": start}
        touching = [one for one in self.diagnostics(document.uri) if touch(one["range"], place)]
        context: Json = {"diagnostics": touching, "triggerKind": 1}
        if only is not None:
            context["only"] = list(only)
        identifier = {"uri": document.uri}
        params = {"textDocument": identifier, "range": place, "context": context}
        return list(self.request("textDocument/codeAction", params) or ())

    def apply(self, edit: Json) -> None:
        """Carry out a workspace edit, in buffers where the file is open and on disk elsewhere."""
        if "documentChanges" in edit:
            for change in edit["documentChanges"]:
                if change.get("kind") == "create":
                    self._create(change)
                    continue
                about = change["textDocument"]
                document = self.documents.get(about["uri"])
                wanted = document.version if document else None
                assert about["version"] == wanted, f"version {about['version']}, not {wanted}"
                self._edit(about["uri"], change["edits"])
        for uri, edits in edit.get("changes", {}).items():
            self._edit(uri, edits)

    def _create(self, change: Json) -> None:
        path = local_path(change["uri"])
        options = change.get("options", {})
        assert options.get("ignoreIfExists") or options.get("overwrite") or not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self.changed_on_disk(path, kind=1)

    def _edit(self, uri: str, edits: Iterable[Json]) -> None:
        document = self.documents.get(uri)
        if document is not None:
            self.change(document, apply_text_edits(document.text, edits, self.encoding))
            return
        path = local_path(uri)
        text = path.read_bytes().decode("utf-8")
        path.write_bytes(apply_text_edits(text, edits, self.encoding).encode("utf-8"))
        self.changed_on_disk(path)

    def execute(self, command: str, *arguments: Any, timeout: float = TIMEOUT) -> Any:
        """Run a command and return its result."""
        params = {"command": command, "arguments": list(arguments)}
        return self.request("workspace/executeCommand", params, timeout)


def local_path(uri: str) -> Path:
    """Return the path of a `file:` URI."""
    return Path(url2pathname(urlsplit(uri).path))
