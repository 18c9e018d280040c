"""Publishing diagnostics: no delay, latest text wins, only what differs is sent.

A change schedules one run behind the messages that have arrived already, so a burst of edits is
checked once. Open files are checked and published first; the rest of a large workspace follows in
slices, between which requests are answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding, Severity, unsaid
from ws_lsp.incremental import Input
from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.diagnostics import diagnostic_of_failure, diagnostics
from ws_lsp.server.session import Session

if TYPE_CHECKING:
    from ws_lsp.uv.failure import Failure

__all__ = ["Publisher"]

SLICE = 0.008
"""Seconds that one slice of closed files may take."""

Send = Callable[[str, "int | None", list[dict[str, Any]]], None]
"""Sends the diagnostics of a URI, with the version of the text that they are for."""


class Scheduler(Protocol):
    """What of an event loop is needed."""

    def call_soon(self, callback: Callable[[], None]) -> object:
        """Call back when what is waiting has been done."""


class Publisher:
    """Keeps the client's diagnostics equal to the findings."""

    def __init__(
        self, session: Session, client: Capabilities, send: Send, scheduler: Scheduler
    ) -> None:
        self._session = session
        self._client = client
        self._send = send
        self._scheduler = scheduler
        self._scheduled = False
        self._touched: set[str] = set()
        self._shapes: dict[str, int] = {}
        """The revisions of what discovery found, by root."""
        self._findings: dict[str, dict[str, tuple[Finding, ...]]] = {}
        self._failures: dict[str, tuple[Failure, ...]] = {}
        """What uv said last, by root; each counts for as long as its file has the text that uv saw."""
        self._sent: dict[str, tuple[str, list[dict[str, Any]]]] = {}
        """What the client has, by path: under which URI, and what."""
        self.published: Callable[[bool], None] = lambda _: None
        """Is told whenever findings are up to date, and whether any has changed."""
        self._open: set[str] = set()
        """The documents that were open when it was last sent something."""

    def poke(self) -> None:
        """Something changed: publish when the messages that are already here have been read."""
        if not self._scheduled:
            self._scheduled = True
            self._scheduler.call_soon(self._run)

    def set_failures(self, root: str, failures: tuple[Failure, ...]) -> None:
        """Let these be the failures of uv in a workspace, in place of those of its last run."""
        for failure in (*self._failures.pop(root, ()), *failures):
            self._touched.add(failure.path)
        if failures:
            self._failures[root] = failures
        self.poke()

    def findings(self, path: str) -> list[Finding]:
        """Return what all workspaces say of a file, brought up to date."""
        found: list[Finding] = []
        for root in self._session.checkers:
            snapshot = self._begin(root)
            if path in snapshot.manifests:
                found += unsaid(self._look(root, path), found)
        return found

    def _run(self) -> None:
        self._scheduled = False
        for root in [root for root in self._findings if root not in self._session.checkers]:
            self._touched |= set(self._findings.pop(root))
        self._drop_failures()
        for root, checker in self._session.checkers.items():
            self._begin(root)
            for path in [path for path in self._session.documents if path in checker.suspects]:
                self._look(root, path)
        documents = self._session.documents.keys()
        # a file that is opened or closed may get another URI, and what only open files show
        self._touched |= documents ^ self._open
        self._open = set(documents)
        self._publish()
        self._continue()

    def _continue(self) -> None:
        """Check closed files for the time of one slice; go on later where some are left."""
        end = time.perf_counter() + SLICE
        left = False
        for root, checker in self._session.checkers.items():
            snapshot = self._begin(root)
            while checker.suspects and time.perf_counter() < end:
                path = next(iter(checker.suspects))
                self._look(root, path)
                if path not in self._session.documents:
                    snapshot.manifests[path].release()
            left = left or bool(checker.suspects)
        if not left:
            left = self._session.host.survey_imports(lambda: time.perf_counter() >= end)
        self._publish()
        if left and not self._scheduled:
            self._scheduler.call_soon(self._resume)

    def _resume(self) -> None:
        if not self._scheduled:
            self._continue()

    def _drop_failures(self) -> None:
        """Drop the failures whose file has another text now, and those of workspaces that were left."""
        for root, failures in list(self._failures.items()):
            kept: tuple[Failure, ...] = ()
            if root in self._session.checkers:
                host = self._session.host
                kept = tuple(one for one in failures if host.text(one.path) == one.text)
            if kept != failures:
                self.set_failures(root, kept)

    def _begin(self, root: str) -> Snapshot:
        snapshot = self._session.host.snapshot(root)
        self._session.checkers[root].begin(snapshot)
        known = self._findings.setdefault(root, {})
        if self._shapes.get(root) != snapshot.revisions[Input.SHAPE]:
            self._shapes[root] = snapshot.revisions[Input.SHAPE]
            for path in known.keys() - snapshot.manifests.keys():
                del known[path]
                self._touched.add(path)
        return snapshot

    def _look(self, root: str, path: str) -> tuple[Finding, ...]:
        findings = self._session.checkers[root].look(path)
        known = self._findings[root]
        if known.get(path) is not findings:
            known[path] = findings
            self._touched.add(path)
        return findings

    def _publish(self) -> None:
        """Send what differs from what the client has, of the files that were touched."""
        touched, self._touched = self._touched, set()
        sent = False
        for path in sorted(touched):
            uri = self._session.uri(path)
            shown = self._diagnostics(path)
            known_uri, known = self._sent.pop(path, (uri, []))
            if known and known_uri != uri:
                # the client wrote the URI in its own way while the file was open
                self._send(known_uri, None, [])
                known = []
            if shown:
                self._sent[path] = uri, shown
            if shown != known:
                document = self._session.documents.get(path)
                self._send(uri, document.version if document else None, shown)
                sent = True
        self.published(sent)

    def _diagnostics(self, path: str) -> list[dict[str, Any]]:
        """Return the diagnostics of a file in all workspaces that hold it.

        A closed file has errors and warnings alone: at the first look at a large workspace, the rest
        would hide them.
        """
        is_open = path in self._session.documents
        found: list[dict[str, Any]] = []
        said: list[Finding] = []
        for root, known in self._findings.items():
            findings = known.get(path)
            if not findings:
                continue
            snapshot: Snapshot = self._session.host.snapshot(root)
            if path not in snapshot.manifests:
                continue
            more = unsaid(findings, said)
            if not is_open:
                more = [one for one in more if one.severity.is_at_least(Severity.WARNING)]
            said += more
            found += diagnostics(snapshot, path, more, self._client)
        for failures in self._failures.values():
            found += (
                diagnostic_of_failure(one, self._client) for one in failures if one.path == path
            )
        return found
