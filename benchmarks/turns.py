"""Servers that take turns: one lane for each, and a step that all of them do one after the other.

Starts go A B C A B C, and so does each keystroke and each request, so that whatever else the machine
does falls on all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measurements import Record
from process_usage import UsageError, wait_until_idle
from servers import Server

from language_client import (
    PUBLISH_DIAGNOSTICS,
    Document,
    LanguageClient,
    Notification,
    ProtocolError,
    ResponseError,
)

KEYSTROKE_QUIET = 0.12
"""The silence, in seconds, that ends the messages that one keystroke sets off."""

PATIENCE = 10.0
"""How long, in seconds, an answer to an edit is waited for."""


@dataclass(frozen=True)
class Effort:
    """How often and how patiently things are measured."""

    starts: int
    """Fresh processes for each server and workspace, after one that is not counted."""

    repetitions: int
    """Keystrokes, and requests of each kind, for each server and workspace; even."""

    quiet: float
    """The silence, in seconds, that ends the burst after a document is opened."""


class Lane:
    """One server on one workspace: its record, and its process while there is one."""

    def __init__(self, server: Server, record: Record, workspace: Path) -> None:
        """Belong to `server`, which writes into `record`."""
        self.server = server
        self.record = record
        self.workspace = workspace
        self.root = workspace / "pyproject.toml"
        self.text = self.root.read_text(encoding="utf-8")
        self._client: LanguageClient | None = None
        self._document: Document | None = None

    @property
    def client(self) -> LanguageClient:
        """The running server's client."""
        if self._client is None:
            raise ProtocolError("the server is not running")
        return self._client

    @property
    def document(self) -> Document:
        """The open root."""
        if self._document is None:
            raise ProtocolError("the root is not open")
        return self._document

    def start(self) -> float:
        """Start the server; return the seconds until its `initialize` reply."""
        self._client = self.server.start(self.workspace)
        self._client.initialize([self.workspace], self.server.initialization_options)
        return self._client.ready

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._client is not None:
            self._client.stop()
            self._client = self._document = None

    def last_words(self) -> str:
        """Return the end of what the server wrote to standard error, on one line."""
        return " ".join(self._client.errors[-600:].split()) if self._client is not None else ""

    def mark(self) -> int:
        """Return how many notifications have come: the `start` of what comes from now on."""
        self.client.take_arrived()
        return len(self.client.heard)

    def last_publication(self, start: int) -> float:
        """Return when the last diagnostics came from notification `start` on, for any document."""
        return max(
            one.stamp for one in self.client.heard[start:] if one.method == PUBLISH_DIAGNOSTICS
        )

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return the diagnostics that the root has now."""
        return published_now(self.client, self.root) or []

    def open_root(self, quiet: float) -> tuple[float | None, float | None]:
        """Open the root; return the seconds to its first diagnostics and to the burst's last.

        The last one may be for any document.
        """
        start = self.mark()
        document = self.client.open(self.root, self.text, self.server.language_id)
        self._document = document
        first = self.client.wait_for_publication(document, start, limit=60)
        if first is None:
            return None, None
        self.rest(quiet, limit=60)
        return first.stamp - document.sent, self.last_publication(start) - document.sent

    def rest(self, quiet: float = KEYSTROKE_QUIET, limit: float = PATIENCE) -> None:
        """Wait until the server says nothing, and then until it does nothing either.

        Some go on with all the members for seconds after they have published for the root.
        """
        self.client.listen(quiet, limit)
        while True:
            if not wait_until_idle(self.client.process.pid, limit=60):
                self.record.restless = True
            if (
                not self.client.take_arrived()
            ):  # what it asks while it seems idle it gets an answer to
                break

    def change(self, text: str) -> tuple[Notification | None, int]:
        """Change the root; return its diagnostics for that, and the mark."""
        start = self.mark()
        self.client.change(self.document, text)
        return self.client.wait_for_publication(self.document, start, PATIENCE), start

    def ask(self, name: str, method: str, params: dict[str, Any]) -> Any:
        """Send a request, about the root unless the parameters say otherwise; return its result.

        The time goes into the series `name`. An error reply is a miss, and gives None.
        """
        if self.record.given_up(name):
            return None
        document = {"textDocument": {"uri": self.root.as_uri()}}
        try:
            reply = self.client.exchange(method, {**document, **params})
        except ResponseError:
            self.record.add(name, None)
            return None
        self.record.add(name, reply.seconds)
        return reply.result


def published_now(client: LanguageClient, path: Path) -> list[dict[str, Any]] | None:
    """Return the diagnostics that a document has now, or None if none were ever published."""
    client.take_arrived()
    known = client.published.get(path.as_uri())
    return known.diagnostics if known else None


Step = Callable[[Lane, int], None]
"""One turn of one server; the number is the repetition's."""


def take_turns(lanes: Sequence[Lane], repetitions: int, step: Step) -> None:
    """Do a step with each server in turn, `repetitions` times; a server that fails drops out."""
    for repetition in range(repetitions):
        for lane in lanes:
            if lane.record.error is not None:
                continue
            try:
                step(lane, repetition)
            except (ProtocolError, UsageError, OSError) as error:
                lane.record.error = f"{error} {lane.last_words()}".strip()
                lane.stop()
