"""Servers that take turns: one lane for each, and a step that all of them do one after the other.

Starts go A B C A B C, and so does each keystroke and each request, so that whatever else the machine
does falls on all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from language_client import Edit, ErrorReplyError, LanguageClient, Message, ProtocolError
from measurements import Record
from process_usage import UsageError, wait_until_idle
from servers import Server

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

    @property
    def client(self) -> LanguageClient:
        """The running server's client."""
        if self._client is None:
            raise ProtocolError("the server is not running")
        return self._client

    def start(self) -> float:
        """Start the server; return the seconds until its `initialize` reply."""
        self._client = LanguageClient(
            self.server.command,
            working_directory=self.workspace,
            environment=self.server.environment,
        )
        return self._client.initialize(self.workspace, self.server.initialization_options)

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._client is not None:
            self._client.stop()
            self._client = None

    def last_words(self) -> str:
        """Return the end of what the server wrote to standard error, on one line."""
        return " ".join(self._client.last_words().split()) if self._client is not None else ""

    def open_root(self, quiet: float) -> tuple[float | None, float | None]:
        """Open the root; return the seconds to its first diagnostics and to the burst's last.

        The last one may be for any document.
        """
        start = self.client.mark()
        begin = self.client.open_document(self.root, self.text, self.server.language_id)
        first = self.client.wait_for_diagnostics(self.root, start, limit=60)
        if first is None:
            return None, None
        self.rest(quiet, limit=60)
        return first.stamp - begin, self.client.publications(start)[-1].stamp - begin

    def rest(self, quiet: float = KEYSTROKE_QUIET, limit: float = PATIENCE) -> None:
        """Wait until the server says nothing, and then until it does nothing either.

        Some go on with all the members for seconds after they have published for the root.
        """
        self.client.settle(quiet, limit)
        if not wait_until_idle(self.client.process_id, limit=60):
            self.record.restless = True

    def change(self, edit: Edit) -> tuple[Message | None, float, int]:
        """Make an edit; return the root's diagnostics for it, when it was sent, and the mark."""
        start = self.client.mark()
        begin = self.client.change_document(self.root, edit)
        return self.client.wait_for_diagnostics(self.root, start, PATIENCE), begin, start

    def ask(self, name: str, method: str, params: dict[str, Any]) -> Any:
        """Send a request, about the root unless the parameters say otherwise; return its result.

        The time goes into the series `name`. An error reply is a miss, and gives None.
        """
        if self.record.given_up(name):
            return None
        document = {"textDocument": {"uri": self.root.as_uri()}}
        try:
            reply = self.client.request(method, {**document, **params})
        except ErrorReplyError:
            self.record.add(name, None)
            return None
        self.record.add(name, reply.seconds)
        return reply.result


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
