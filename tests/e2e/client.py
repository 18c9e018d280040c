"""A language client over stdio that answers what a client must and trusts nothing it is sent.

Whatever the server sends is held against the capabilities that were announced; offences, lines on
standard error and answers to nothing are collected and raised by `assert_clean`. Nothing here waits
by the clock: a wait ends with the message that fulfils it, or with a deadline, and then fails.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from e2e.conformance import (
    at,
    message_problems,
    notification_problems,
    request_problems,
    result_problems,
)
from e2e.positions import apply_text_edits, position, replacement, touch
from e2e.wire import Wire

__all__ = [
    "COMMAND",
    "NEVER",
    "PROFILES",
    "Client",
    "ResponseError",
    "local_path",
    "profile",
]

Json = dict[str, Any]
T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds after which a wait has failed; a loaded machine is no defect."""
HINT = 4
NEVER = "(no answer)"
"""A choice that is never made: the request is left unanswered."""
PROFILES = ("visual-studio-code", "neovim")
COMMAND = (sys.executable, "-m", "ws_lsp", "server")


class ResponseError(Exception):
    """The server answered with an error."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]


def profile(name: str) -> Json:
    """Return the capabilities of an editor."""
    path = Path(__file__).parent / "profiles" / f"{name}.json"
    capabilities: Json = json.loads(path.read_text("utf-8"))
    return capabilities


# ---------------------------------------------------------------------------- client


@dataclass
class Document:
    """An open buffer."""

    uri: str
    text: str
    version: int = 1


@dataclass
class Published:
    """The last `textDocument/publishDiagnostics` of a URI."""

    diagnostics: list[Json]
    version: int | None
    count: int = 1

    @property
    def codes(self) -> list[str]:
        """The codes, in order; those of hints are left out, they come and go with other rules."""
        return [one["code"] for one in self.diagnostics if one["severity"] < HINT]


class Client:
    """One server process and what the client knows of it."""

    def __init__(
        self,
        capabilities: Json,
        environment: Mapping[str, str],
        directory: Path,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.capabilities = capabilities
        self.server: Json = {}
        self.documents: dict[str, Document] = {}
        self.published: dict[str, Published] = {}
        self.registrations: list[Json] = []
        self.messages: list[tuple[int, str]] = []
        """`window/showMessage`: kind and text."""
        self.log: list[tuple[int, str]] = []
        """`window/logMessage`: kind and text."""
        self.progress: dict[str | int, list[Json]] = {}
        """The values of `$/progress` by token."""
        self.expected_errors: list[str] = []
        """Patterns of lines on standard error that are no offence."""
        self.edits: list[Json] = []
        """What `workspace/applyEdit` asked for; it is not carried out."""
        self.refreshes: list[str] = []
        """The `…/refresh` requests."""
        self.notifications: list[str] = []
        """The methods of notifications that are ours."""
        self.refuse_progress = False
        self.ignore_progress = False
        """Whether requests for a progress bar are never answered."""
        self.choice: str | None = None
        """The title that is chosen in every `window/showMessageRequest`; None dismisses it."""
        self.asked: list[tuple[str, list[str]]] = []
        """`window/showMessageRequest`: text and titles."""
        self.unanswered: list[Any] = []
        """The identifiers of those that were left unanswered."""
        self.problems: list[str] = []
        self._requests: dict[int | str, tuple[str, Any]] = {}
        self._responses: dict[int | str, Json] = {}
        self._next = 0
        self._moved: set[str] = set()
        """What was opened or closed since the last `settle`: publications may be on their way."""
        self.wire = Wire(command, environment, directory, self.problems)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The server."""
        return self.wire.process

    # ------------------------------------------------------------------ messages

    def send_bytes(self, data: bytes) -> None:
        """Write to the server's standard input as it is."""
        self.wire.write(data)

    def send(self, message: Any) -> None:
        """Send a message."""
        self.wire.send(message)

    @contextlib.contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Write all that is sent meanwhile at once, so that the server gets it with one read."""
        with self.wire.held():
            yield

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": {} if params is None else params})

    def expect(self, identifier: int | str, method: str, params: Any = None) -> None:
        """Expect the answer to a request that is written by other means."""
        self._requests[identifier] = method, params

    def start(self, method: str, params: Any = None) -> int:
        """Send a request; return its id."""
        self._next += 1
        self.expect(self._next, method, params)
        message = {"jsonrpc": "2.0", "id": self._next, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return self._next

    def result(self, identifier: int | str, timeout: float = TIMEOUT) -> Any:
        """Return the result of a request; raise `ResponseError` where it is an error."""
        response = self.wait(
            lambda: self._responses.pop(identifier, None), f"answer {identifier}", timeout
        )
        if "error" in response:
            raise ResponseError(response["error"])
        return response["result"]

    def request(self, method: str, params: Any = None, timeout: float = TIMEOUT) -> Any:
        """Send a request and return its result."""
        return self.result(self.start(method, params), timeout)

    def answered(self, identifier: int | str) -> bool:
        """Tell whether the answer to a request has been seen."""
        return identifier in self._responses

    # -------------------------------------------------------------------- waiting

    def wait(self, condition: Callable[[], T | None], what: str, timeout: float = TIMEOUT) -> T:
        """Take messages until a condition gives something that is true."""
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            try:
                self._take(deadline)
            except TimeoutError as error:
                raise AssertionError(f"{what}: {error}\n{self.wire.story()}") from None
        return value

    def settle(self) -> None:
        """Take all that the server has to say about what it was sent.

        Publishing is scheduled behind the messages that have arrived; so when a second request is
        answered, what the messages before the first one led to has been sent.
        """
        nowhere = {"uri": "ws-lsp-test:nowhere"}
        start = {"line": 0, "character": 0}
        params = {
            "textDocument": nowhere,
            "range": {"start": start, "end": start},
            "context": {"diagnostics": []},
        }
        for _ in range(3):
            assert self.request("textDocument/codeAction", params) is None
        self._moved.clear()

    def _take(self, deadline: float) -> None:
        body = self.wire.take(deadline)
        try:
            message = json.loads(body)
        except ValueError as error:
            self.problems.append(f"no JSON: {error}: {body[:200]!r}")
            return
        problems = list(message_problems(message))
        self._note(problems, message)
        if not problems:
            self._handle(message)

    def _note(self, problems: Iterable[str], message: Any) -> None:
        self.problems += [f"{problem}: {json.dumps(message)[:600]}" for problem in problems]

    def _handle(self, message: Json) -> None:
        method = message.get("method")
        params: Any = message.get("params")
        if method is None:
            sent = self._requests.pop(message["id"], None)
            if sent is None:
                self.problems.append(f"an answer to nothing: {message}")
                return
            if "result" in message:
                found = result_problems(self.capabilities, *sent, message["result"])
                self._note(found, message)
            self._responses[message["id"]] = message
        elif "id" in message:
            self._note(request_problems(self.capabilities, method, params), message)
            self._answer(message["id"], method, params)
        else:
            self._note(notification_problems(self.capabilities, method, params), message)
            self._hear(method, params)

    def _answer(self, identifier: Any, method: str, params: Any) -> None:
        result: Any = None
        error: Json | None = None
        if method == "client/registerCapability":
            for one in params["registrations"]:
                if any(one["id"] == known["id"] for known in self.registrations):
                    self.problems.append(f"the registration {one['id']} is there already")
                self.registrations.append(one)
        elif method == "client/unregisterCapability":
            for one in params["unregisterations"]:
                left = [known for known in self.registrations if known["id"] != one["id"]]
                if len(left) == len(self.registrations):
                    self.problems.append(f"there is no registration {one['id']}")
                self.registrations = left
        elif method == "window/workDoneProgress/create":
            if self.ignore_progress:
                return
            if self.refuse_progress:
                error = {"code": -32603, "message": "no progress here"}
            elif params["token"] in self.progress:
                self.problems.append(f"the token {params['token']} was used before")
            else:
                self.progress[params["token"]] = []
        elif method == "window/showMessageRequest":
            self.asked.append((params["message"], [one["title"] for one in params["actions"]]))
            result = next((one for one in params["actions"] if one["title"] == self.choice), None)
            if self.choice == NEVER:
                self.unanswered.append(identifier)
                return
        elif method == "workspace/applyEdit":
            self.edits.append(params["edit"])
            result = {"applied": True}
        elif method.endswith("/refresh"):
            self.refreshes.append(method)
        elif method == "ws-lsp/saveAll":
            for uri in params["uris"]:
                self.save(self.documents[uri])
            result = True
        else:
            error = {"code": -32601, "message": f"no {method} here"}
        answer: Json = {"jsonrpc": "2.0", "id": identifier}
        self.send(answer | ({"error": error} if error else {"result": result}))

    def _hear(self, method: str, params: Json) -> None:
        if method == "textDocument/publishDiagnostics":
            uri = params["uri"]
            known = self.published.get(uri)
            diagnostics, version = params["diagnostics"], params.get("version")
            if known and known.diagnostics == diagnostics:
                self.problems.append(f"the same diagnostics were published again: {params}")
            if not diagnostics and known is None:
                self.problems.append(f"empty diagnostics, but there were none before: {params}")
            document = self.documents.get(uri)
            if document is None and version is not None and uri not in self._moved:
                self.problems.append(f"a version for a file that is not open: {params}")
            if document is not None and version is None and uri not in self._moved:
                self.problems.append(f"no version for an open document: {params}")
            self.published[uri] = Published(diagnostics, version, known.count + 1 if known else 1)
        elif method == "$/progress":
            self._hear_progress(params["token"], params["value"])
        elif method == "window/showMessage":
            self.messages.append((params["type"], params["message"]))
        elif method == "window/logMessage":
            self.log.append((params["type"], params["message"]))
        elif method.startswith("ws-lsp/"):
            self.notifications.append(method)

    def _hear_progress(self, token: str | int, value: Json) -> None:
        values = self.progress.get(token)
        if values is None:
            self.problems.append(f"progress on a token that was not created: {token}")
            return
        kinds = [one["kind"] for one in values]
        expected = ("report", "end") if kinds else ("begin",)
        if value.get("kind") not in expected or "end" in kinds:
            self.problems.append(f"progress out of order: {kinds}, then {value}")
        if not 0 <= value.get("percentage", 0) <= 100:
            self.problems.append(f"a percentage that is none: {value}")
        values.append(value)

    # ------------------------------------------------------------------ lifecycle

    def initialize(
        self,
        folders: Iterable[Path] = (),
        options: Json | None = None,
        **more: Any,
    ) -> Json:
        """Introduce each other; return the server's answer.

        Most fixtures say nothing of Python, and uv would warn of that: it is left out.
        """
        params: Json = {
            "processId": os.getpid(),
            "clientInfo": {"name": "ws-lsp tests"},
            "rootUri": None,
            "capabilities": self.capabilities,
            "workspaceFolders": [self.folder(path) for path in folders],
            **more,
        }
        params["initializationOptions"] = _without_python({"rules": {}, **(options or {})})
        answer: Json = self.request("initialize", params)
        self.server = answer
        self.notify("initialized")
        return answer

    @property
    def encoding(self) -> str:
        """The position encoding that was agreed upon."""
        encoding: str = at(self.server, "capabilities.positionEncoding") or "utf-16"
        return encoding

    def close(self) -> int:
        """End the session as the protocol says; return the exit code."""
        assert self.request("shutdown") is None
        self.send({"jsonrpc": "2.0", "method": "exit"})
        return self.ended()

    def ended(self, timeout: float = TIMEOUT) -> int:
        """Close the input, wait for the end of the process; return the exit code."""
        code = self.wire.close(timeout)
        while not self.wire.ended:
            try:
                self._take(time.monotonic() + timeout)
            except TimeoutError:
                break
        return code

    def kill(self) -> None:
        """Leave nothing behind, whatever happened."""
        self.wire.kill()
        self.ended()
        self.wire.close_outputs()

    def assert_clean(self) -> None:
        """Raise what the server did wrong so far."""
        allowed = [re.compile(pattern) for pattern in self.expected_errors]
        errors = [
            f"on standard error: {line}"
            for line in self.wire.errors
            if not any(pattern.search(line) for pattern in allowed)
        ]
        if self.problems or errors:
            said = "\n".join([*self.problems, *errors])
            raise AssertionError(f"the server offends:\n{said}\n{self.wire.story()}")

    @property
    def errors(self) -> str:
        """What the server wrote to standard error."""
        return "\n".join(self.wire.errors)

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

    def configure(self, settings: Json) -> None:
        """Tell the settings of ws-lsp, all of them."""
        settings = {"ws-lsp": _without_python(settings)}
        self.notify("workspace/didChangeConfiguration", {"settings": settings})

    def open(self, path: Path | str, text: str | None = None) -> Document:
        """Open a file (or a URI), with the text on disk or another."""
        uri = path if isinstance(path, str) else path.as_uri()
        if text is None:
            text = local_path(uri).read_bytes().decode("utf-8")
        document = self.documents[uri] = Document(uri, text)
        self._moved.add(uri)
        item = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return document

    def change(self, document: Document, text: str) -> None:
        """Replace the text of an open buffer."""
        change = replacement(document.text, text, self.encoding)
        document.text = text
        document.version += 1
        identifier = {"uri": document.uri, "version": document.version}
        params = {"textDocument": identifier, "contentChanges": [change]}
        self.notify("textDocument/didChange", params)

    def save(self, document: Document) -> None:
        """Write a buffer to disk and say so."""
        local_path(document.uri).write_bytes(document.text.encode("utf-8"))
        self.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})

    def close_document(self, document: Document) -> None:
        """Close a buffer without saving it."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": document.uri}})
        del self.documents[document.uri]
        self._moved.add(document.uri)

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
        return [one for one in known.diagnostics if one["severity"] < HINT] if known else []

    def wait_for_codes(self, path: Path | str, *codes: str) -> list[Json]:
        """Wait until exactly these codes are published for a file; return the diagnostics."""

        def seen() -> bool:
            return [one["code"] for one in self.diagnostics(path)] == list(codes)

        self.wait(seen, f"codes {codes} in {path}")
        return self.diagnostics(path)

    def wait_for_diagnostics(self, path: Path | str) -> list[Json]:
        """Wait until something is published for a file."""
        return self.wait(lambda: self.diagnostics(path), f"diagnostics of {path}")

    def complete(self, document: Document, index: int) -> list[Json]:
        """Return the completion items at an index of a buffer."""
        place = position(document.text, index, self.encoding)
        params = {"textDocument": {"uri": document.uri}, "position": place}
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
    return Path(unquote(urlsplit(uri).path))


def _without_python(settings: Json) -> Json:
    """Return settings that leave out the warning that most fixtures deserve, where they name rules."""
    if "rules" not in settings:
        return settings
    return {**settings, "rules": {"missing-requires-python": "off", **settings["rules"]}}
