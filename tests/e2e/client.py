"""A language client that trusts nothing it is sent.

Whatever the server sends is held against the capabilities that were announced; offences, lines on
standard error and answers to nothing are collected and raised by `assert_clean`. Nothing here waits
by the clock: a wait ends with the message that fulfils it, or with a deadline, and then fails.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from e2e.conformance import (
    message_problems,
    notification_problems,
    request_problems,
    result_problems,
)
from language_client import (
    PUBLISH_DIAGNOSTICS,
    UNANSWERED,
    Document,
    LanguageClient,
    Notification,
    RefusalError,
)
from language_client.client import TIMEOUT
from language_client.wire import NothingCameError

__all__ = ["COMMAND", "NEVER", "PROFILES", "Client", "profile"]

Json = dict[str, Any]
T = TypeVar("T")

NEVER = "(no answer)"
"""A choice that is never made: the request is left unanswered."""
PROFILES = ("visual-studio-code", "neovim")
COMMAND = (sys.executable, "-m", "ws_lsp", "server")


def profile(name: str) -> Json:
    """Return the capabilities of an editor."""
    path = Path(__file__).parent / "profiles" / f"{name}.json"
    capabilities: Json = json.loads(path.read_text("utf-8"))
    return capabilities


class Client(LanguageClient):
    """A client that notes what the server does wrong."""

    def __init__(
        self,
        capabilities: Json,
        environment: Mapping[str, str],
        directory: Path,
        command: Sequence[str] = COMMAND,
    ) -> None:
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
        self._moved: set[str] = set()
        """What was opened or closed since the last `settle`: publications may be on their way."""
        super().__init__(command, directory, environment, capabilities)

    # -------------------------------------------------------------------- waiting

    def wait(self, condition: Callable[[], T | None], what: str, timeout: float = TIMEOUT) -> T:
        try:
            return super().wait(condition, what, timeout)
        except NothingCameError as error:
            raise AssertionError(f"{error}\n{self.wire.story()}") from None

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

    def wait_for_codes(self, path: Path | str, *codes: str) -> list[Json]:
        """Wait until exactly these codes are published for a file; return the diagnostics."""

        def seen() -> bool:
            return [one["code"] for one in self.diagnostics(path)] == list(codes)

        self.wait(seen, f"codes {codes} in {path}")
        return self.diagnostics(path)

    def wait_for_diagnostics(self, path: Path | str) -> list[Json]:
        """Wait until something is published for a file."""
        return self.wait(lambda: self.diagnostics(path), f"diagnostics of {path}")

    # ------------------------------------------------------------------- judging

    def accepts(self, message: Any) -> bool:
        problems = list(message_problems(message))
        self._note(problems, message)
        if problems:
            return False
        method, params = message.get("method"), message.get("params")
        if method is None:
            request = self.request_of(message)
            if request is not None and "result" in message:
                found = result_problems(
                    self.capabilities, request.method, request.params, message["result"]
                )
                self._note(found, message)
        elif "id" in message:
            self._note(request_problems(self.capabilities, method, params), message)
        else:
            self._note(notification_problems(self.capabilities, method, params), message)
        return True

    def _note(self, problems: Iterable[str], message: Any) -> None:
        self.problems += [f"{problem}: {json.dumps(message)[:600]}" for problem in problems]

    def answer(self, identifier: Any, method: str, params: Any) -> Any:
        if method == "client/registerCapability":
            known = {one["id"] for one in self.registrations}
            for one in params["registrations"]:
                if one["id"] in known:
                    self.problems.append(f"the registration {one['id']} is there already")
                known.add(one["id"])
        elif method == "client/unregisterCapability":
            known = {one["id"] for one in self.registrations}
            for one in params["unregisterations"]:
                if one["id"] not in known:
                    self.problems.append(f"there is no registration {one['id']}")
                known.discard(one["id"])
        elif method == "window/workDoneProgress/create":
            if self.ignore_progress:
                return UNANSWERED
            if self.refuse_progress:
                raise RefusalError(-32603, "no progress here")
            if params["token"] in self.progress:
                self.problems.append(f"the token {params['token']} was used before")
            else:
                self.progress[params["token"]] = []
        elif method == "window/showMessageRequest":
            self.asked.append((params["message"], [one["title"] for one in params["actions"]]))
            if self.choice == NEVER:
                self.unanswered.append(identifier)
                return UNANSWERED
            return next((one for one in params["actions"] if one["title"] == self.choice), None)
        elif method == "workspace/applyEdit":
            self.edits.append(params["edit"])
            return {"applied": True}
        elif method.endswith("/refresh"):
            self.refreshes.append(method)
        elif method == "ws-lsp/saveAll":
            for uri in params["uris"]:
                self.save(self.documents[uri])
            return True
        return super().answer(identifier, method, params)

    def hear(self, notification: Notification) -> None:
        method, params = notification.method, notification.params
        if method == PUBLISH_DIAGNOSTICS:
            self._judge_publication(params)
        elif method == "$/progress":
            self._hear_progress(params["token"], params["value"])
        elif method == "window/showMessage":
            self.messages.append((params["type"], params["message"]))
        elif method == "window/logMessage":
            self.log.append((params["type"], params["message"]))
        elif method.startswith("ws-lsp/"):
            self.notifications.append(method)
        super().hear(notification)

    def _judge_publication(self, params: Json) -> None:
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

    def assert_clean(self) -> None:
        """Raise what the server did wrong so far."""
        allowed = [re.compile(pattern) for pattern in self.expected_errors]
        lines = self.errors.split("\n") if self.errors else []
        errors = [
            f"on standard error: {line}"
            for line in lines
            if not any(pattern.search(line) for pattern in allowed)
        ]
        if offences := [*self.problems, *self.wire.strays, *errors]:
            said = "\n".join(offences)
            raise AssertionError(f"the server offends:\n{said}\n{self.wire.story()}")

    # ------------------------------------------------------------------ the session

    def close(self, timeout: float = TIMEOUT) -> int:
        assert self.request("shutdown", timeout=timeout) is None
        self.send({"jsonrpc": "2.0", "method": "exit"})
        return self.ended(timeout)

    def initialize(
        self,
        folders: Iterable[Path] = (),
        options: Any = None,
        timeout: float = TIMEOUT,
        **more: Any,
    ) -> Json:
        """Introduce each other; most fixtures say nothing of Python, so uv's warning of that is left out."""
        options = _without_python({"rules": {}, **(options or {})})
        return super().initialize(folders, options, timeout, **more)

    def configure(self, settings: Json) -> None:
        """Tell the settings of ws-lsp, all of them."""
        settings = {"ws-lsp": _without_python(settings)}
        self.notify("workspace/didChangeConfiguration", {"settings": settings})

    def open(self, path: Path | str, text: str | None = None, language: str = "toml") -> Document:
        self._moved.add(path if isinstance(path, str) else path.as_uri())
        return super().open(path, text, language)

    def close_document(self, document: Document) -> None:
        super().close_document(document)
        self._moved.add(document.uri)


def _without_python(settings: Json) -> Json:
    """Return settings that leave out the warning that most fixtures deserve, where they name rules."""
    if "rules" not in settings:
        return settings
    return {**settings, "rules": {"missing-requires-python": "off", **settings["rules"]}}
