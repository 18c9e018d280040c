"""The sync command: one uv at a time for each root, watched, cancellable, never left behind."""

from __future__ import annotations

import asyncio
import shlex
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types

from ws_lsp.project.names import normalise
from ws_lsp.server.convert import path_of
from ws_lsp.uv.command import (
    Plan,
    Progress,
    Refusal,
    Selection,
    SyncReport,
    parse_progress,
    plan,
)
from ws_lsp.uv.find import NOT_FOUND, find_uv
from ws_lsp.uv.process import run
from ws_lsp.uv.target import target_of
from ws_lsp.vfs import to_native

if TYPE_CHECKING:
    from ws_lsp.server.app import Server

__all__ = ["SyncArguments", "Syncs"]


_SHOWN = 1000
"""So many characters of an error are shown; the whole of it is in the log."""
CANCELLED = 130
"""The exit code of a sync that was cancelled, as a shell gives it to what an interrupt ended."""


@attrs.define
class SyncArguments:
    """The argument of `ws-lsp.server.sync`.

    `root` is the URI of the workspace's root directory or of a file in it, `packages` is `"default"`,
    `"all"` or member names.
    """

    root: str
    packages: Any = "default"


Chosen = Selection | tuple[str, ...]


@dataclass(eq=False)
class _Job:
    chosen: Chosen
    task: asyncio.Task[dict[str, Any]]
    requests: set[int | str] = field(default_factory=set)


class Syncs:
    """The syncs that run or wait."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._locks: dict[str, asyncio.Lock] = {}
        self._jobs: dict[str, list[_Job]] = {}
        self._cancelled: set[int | str] = set()
        self._stopping = False

    async def sync(self, arguments: SyncArguments, request: int | str | None) -> dict[str, Any]:
        """Sync, and return what happened: `{"exitCode", "summary", "output", "changes"}`.

        A request for what is being synced already joins it; another one of the same root waits.
        """
        if self._stopping or request in self._cancelled:
            self._cancelled.clear()
            return {**_outcome("Sync cancelled", None, ""), "exitCode": CANCELLED}
        self._cancelled.clear()
        root = self._root(arguments.root)
        if root is None:
            return self._failed("`root` is in no uv workspace")
        chosen = _chosen(arguments.packages)
        if chosen is None:
            return self._failed('`packages` must be "default", "all" or a list of names')
        jobs = self._jobs.setdefault(root, [])
        job = next((job for job in jobs if job.chosen == chosen and not job.task.done()), None)
        if job is None:
            task = asyncio.ensure_future(self._run(root, chosen))
            job = _Job(chosen, task)
            jobs.append(job)
            task.add_done_callback(lambda _: jobs.remove(job))
        if request is not None:
            job.requests.add(request)
        try:
            return await asyncio.shield(job.task)
        except asyncio.CancelledError:
            if job.task.cancelled():
                return {**_outcome("Sync cancelled", None, ""), "exitCode": CANCELLED}
            raise

    def cancel_request(self, identifier: int | str) -> None:
        """Hear of a cancelled request; the last one that waits for a job ends it."""
        # the request may have come in the same breath, and its job not be there yet
        self._cancelled.add(identifier)
        for jobs in self._jobs.values():
            for job in jobs:
                if identifier in job.requests:
                    self._cancelled.discard(identifier)
                    job.requests.discard(identifier)
                    if not job.requests:
                        job.task.cancel()

    async def stop(self) -> None:
        """End all that runs or waits, and wait for its end."""
        self._stopping = True
        tasks = [job.task for jobs in self._jobs.values() for job in jobs]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def drop(self, roots: set[str]) -> None:
        """End the syncs of workspaces that are no longer open."""
        for root in roots & self._jobs.keys():
            for job in self._jobs[root]:
                job.task.cancel()

    # --------------------------------------------------------------------------- steps

    async def _run(self, root: str, chosen: Chosen) -> dict[str, Any]:
        lock = self._locks.setdefault(root, asyncio.Lock())
        async with lock:
            self._server.session.look_at_disk()
            snapshot = self._server.session.host.snapshot(root)
            native = to_native(root)
            uv = await asyncio.to_thread(find_uv, native, self._server.session.uv_path)
            if uv is None:
                return self._failed(NOT_FOUND)
            planned = plan(target_of(snapshot), chosen, uv.version)
            if isinstance(planned, Refusal):
                return self._failed(planned.message)
            if not planned.commands:
                self._server.show(types.MessageType.Info, planned.sentence)
                return _outcome(planned.sentence, None, "")
            progress = _WorkDoneProgress(self._server, asyncio.current_task())
            await progress.begin("uv sync", planned.sentence)
            try:
                report = await self._execute(uv.path, native, planned, progress)
            except asyncio.CancelledError:
                progress.end("Cancelled")
                raise
            except OSError as error:
                progress.end("Failed")
                return self._failed(f"uv could not be started: {error.strerror or error}")
            progress.end(report.summary if report.exit_code == 0 else "Failed")
            return self._finish(planned, report)

    async def _execute(
        self, uv: str, root: str, planned: Plan, progress: _WorkDoneProgress
    ) -> SyncReport:
        lines: list[str] = []

        def hear(line: str) -> None:
            lines.append(line)
            self._server.log(types.MessageType.Info, line)
            progress.report(parse_progress(line))

        started = time.monotonic()
        code = 0
        for command in planned.commands:
            self._server.log(types.MessageType.Info, f"$ uv {shlex.join(command)}")
            code = await run([uv, *command], root, hear)
            if code != 0:
                break
        return SyncReport.of(code, "\n".join(lines), time.monotonic() - started)

    def _finish(self, planned: Plan, report: SyncReport) -> dict[str, Any]:
        self._server.session.look_at_disk()
        self._server.publisher.poke()
        if report.exit_code == 0:
            self._server.show(types.MessageType.Info, f"{planned.sentence}: {report.summary}")
        else:
            message = report.error[:_SHOWN]
            self._server.show(types.MessageType.Error, f"uv sync failed. {message}")
            summary = message.partition("\n")[0] or f"uv ended with {report.exit_code}"
            return _outcome(summary, report, report.output)
        return _outcome(report.summary, report, report.output)

    def _failed(self, message: str) -> dict[str, Any]:
        self._server.show(types.MessageType.Error, message)
        return {"exitCode": 2, "summary": message, "output": "", "changes": []}

    def _root(self, uri: str) -> str | None:
        path = path_of(uri)
        return self._server.session.host.root_of_directory(path) if path else None


def _chosen(packages: Any) -> Chosen | None:
    if packages in ("default", "all"):
        return Selection(packages)
    if not isinstance(packages, Sequence) or isinstance(packages, str):
        return None
    if not all(isinstance(name, str) for name in packages):
        return None
    return tuple(normalise(name) for name in packages)


def _outcome(summary: str, report: SyncReport | None, output: str) -> dict[str, Any]:
    changes = report.changes if report else ()
    return {
        "exitCode": report.exit_code if report else 0,
        "summary": summary,
        "output": output,
        "changes": [
            {"action": kind.name.lower(), "name": name, "version": version}
            for kind, name, version in changes
        ],
    }


class _WorkDoneProgress:
    """Progress that the server creates: clients give no token with a command (LSP 3.17)."""

    def __init__(self, server: Server, task: asyncio.Task[Any] | None) -> None:
        self._server = server
        self._task = task
        self._token: str | None = None
        self._percentage = 0

    async def begin(self, title: str, message: str) -> None:
        """Create the token and begin; without the capability nothing is ever sent."""
        if not self._server.client.work_done_progress:
            return
        token = str(uuid.uuid4())
        try:
            await self._server.work_done_progress.create_async(token)
        except Exception as error:  # noqa: BLE001 - the client's refusal comes as one of many types
            self._server.log(types.MessageType.Warning, f"no progress: {error}")
            return
        self._token = token
        cancelled = self._server.work_done_progress.tokens[token]
        cancelled.add_done_callback(self._cancel)
        begin = types.WorkDoneProgressBegin(
            title=title, message=message, cancellable=True, percentage=0
        )
        self._server.work_done_progress.begin(token, begin)

    def report(self, progress: Progress | None) -> None:
        """Pass on how far uv is."""
        if self._token is not None and progress is not None:
            # uv builds several at once, so its lines go to and fro; LSP wants what only rises
            self._percentage = max(self._percentage, progress.percentage)
            value = types.WorkDoneProgressReport(
                message=progress.message, percentage=self._percentage
            )
            self._server.work_done_progress.report(self._token, value)

    def end(self, message: str) -> None:
        """End, and let pygls forget the token, which it does not by itself."""
        if self._token is not None:
            self._server.work_done_progress.tokens.pop(self._token, None)
            self._server.work_done_progress.end(
                self._token, types.WorkDoneProgressEnd(message=message)
            )
            self._token = None

    def _cancel(self, future: Any) -> None:
        if future.cancelled() and self._task is not None:
            self._task.cancel()
