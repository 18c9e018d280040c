"""The commands that run uv: one at a time for each root, watched, cancellable, never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lsprotocol import types

from ws_lsp.analysis import Snapshot
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import LOCKFILE
from ws_lsp.project.lockfile import our_side
from ws_lsp.refusal import Refusal
from ws_lsp.regular_expression import regular_expression
from ws_lsp.server.background import Background
from ws_lsp.server.client import Client, NoAnswer
from ws_lsp.server.progress import WorkDoneProgress
from ws_lsp.server.session import Session
from ws_lsp.server.settings import OnSave
from ws_lsp.server.sync_arguments import (
    LockArguments,
    SyncArguments,
    Work,
    root_of,
    work_of,
)
from ws_lsp.server.unsaved import Decision, decide
from ws_lsp.uv.command import PLAIN, REFUSED, Plan, lock_plan, plan
from ws_lsp.uv.find import Uv, not_found, search_uv, setting_problem
from ws_lsp.uv.output import PackageChange, Stages, SyncReport
from ws_lsp.uv.preview import parse_text
from ws_lsp.uv.process import find, run
from ws_lsp.uv.selection import Packages
from ws_lsp.uv.target import target_of
from ws_lsp.vfs import join, to_native, write_whole

__all__ = ["Outcome", "Syncs"]

_SHOWN = 1000
"""So many characters of an error are shown; the whole of it is in the log."""
CANCELLED = 130
"""The exit code of a sync that was cancelled, as a shell gives it to what an interrupt ended."""
NOT_TRUSTED = "The workspace is not trusted, so uv is not run. Trust it in the editor first"
SHOW_OUTPUT = "ws-lsp.client.showOutput"
"""What a client that takes the notification `ws-lsp/showOutput` lists among its `commands`."""


class Outcome(NamedTuple):
    """How it ended.

    `status` is `"ok"`, `"failed"` (uv says so), `"refused"` (uv was not run) or `"cancelled"`;
    `report` is what uv said, None where it was not run or did not end by itself.
    """

    status: str
    summary: str
    exit_code: int = 0
    report: SyncReport | None = None
    preview: tuple[str, ...] = ()
    """What a dry run would change, in lines for people."""

    def to_json(self) -> dict[str, Any]:
        """Return the answer to the command."""
        report = self.report or SyncReport(self.exit_code, (), "", 0.0)
        return {
            "status": self.status,
            "exitCode": self.exit_code,
            "summary": self.summary,
            "output": report.output,
            "changes": [
                {"action": kind.name.lower(), "name": name, "version": version}
                for kind, name, version in report.changes
            ],
            "installed": report.packages(PackageChange.INSTALLED),
            "removed": report.packages(PackageChange.REMOVED),
            "duration_ms": round(report.seconds * 1000),
            **({"preview": list(self.preview)} if self.preview else {}),
        }


@dataclass(eq=False)
class _Job:
    work: Work
    task: asyncio.Task[Outcome]
    requests: set[int | str] = field(default_factory=set)


class Syncs:
    """The runs of uv that go on or wait."""

    def __init__(
        self,
        session: Session,
        client: Client,
        background: Background,
        poke: Callable[[], None],
        finished: Callable[[str, Outcome], None],
    ) -> None:
        """`poke` is called where what is published may be out of date.

        `finished` is told of every end of uv at a root directory, `"ok"` or `"failed"`, when the disk has
        been read anew.
        """
        self._session = session
        self._client = client
        self._background = background
        self._poke = poke
        self._finished = finished
        self._locks: dict[str, asyncio.Lock] = {}
        self._jobs: dict[str, list[_Job]] = {}
        self._cancelled: set[int | str] = set()
        self._stopping = False

    async def execute(
        self, arguments: SyncArguments | LockArguments, request: int | str | None
    ) -> dict[str, Any]:
        """Sync or lock, and return what happened (`Outcome.to_json`).

        A request for what is being done already joins it; another one of the same root waits.
        """
        return (await self._outcome(arguments, request)).to_json()

    async def run_on_save(self, uri: str, on_save: OnSave) -> None:
        """Do what the settings wish for when the file at a URI has been saved."""
        root = root_of(self._session, uri)
        if self._stopping or isinstance(root, Refusal):
            return
        options = PLAIN._replace(exact=self._session.settings.sync_exact)
        work = {
            OnSave.CHECK: Work(None, check=True),
            OnSave.LOCK: Work(None),
            OnSave.DEFAULT: Work(Packages.DEFAULT, options),
        }[on_save]
        with contextlib.suppress(asyncio.CancelledError):
            # one that runs has read what was on disk before
            await asyncio.shield(self._job(root, work, join_running=False).task)

    def cancel_request(self, identifier: int | str) -> None:
        """Hear of a cancelled request; the last one that waits for a job ends it."""
        for jobs in self._jobs.values():
            for job in jobs:
                if identifier in job.requests:
                    job.requests.discard(identifier)
                    if not job.requests:
                        job.task.cancel()
                    return
        # the request has come in the same breath, and its job is not there yet
        self._cancelled.add(identifier)

    async def stop(self) -> None:
        """End all that runs or waits, and wait for its end."""
        self._stopping = True
        tasks = [job.task for jobs in self._jobs.values() for job in jobs]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def drop(self, roots: set[str] | None = None) -> None:
        """End what goes on in workspaces that are no longer open, or, without any, everywhere."""
        for root in self._jobs.keys() if roots is None else roots & self._jobs.keys():
            for job in self._jobs[root]:
                job.task.cancel()

    # --------------------------------------------------------------------------- steps

    async def _outcome(
        self, arguments: SyncArguments | LockArguments, request: int | str | None
    ) -> Outcome:
        if self._stopping or request in self._cancelled:
            self._cancelled.discard(request or 0)
            return _cancelled()
        if not self._session.trusted:
            return self._refused(NOT_TRUSTED)
        self._session.look_at_disk()
        found = await work_of(self._session, arguments)
        if isinstance(found, Refusal):
            return self._refused(found.reason)
        if self._stopping or request in self._cancelled:  # while git was asked
            self._cancelled.discard(request or 0)
            return _cancelled()
        root, work = found
        job = self._job(root, work)
        if request is not None:
            job.requests.add(request)
        try:
            return await asyncio.shield(job.task)
        except asyncio.CancelledError:
            if job.task.cancelled():
                return _cancelled()
            raise

    def _job(self, root: str, work: Work, *, join_running: bool = True) -> _Job:
        """Return the job that does this work; a new one where there is none that runs or waits."""
        jobs = self._jobs.setdefault(root, [])
        for index, job in enumerate(jobs):
            if (
                job.work == work
                and (join_running or index > 0)  # they run in their order
                and not job.task.done()
                and not job.task.cancelling()
            ):
                return job
        job = _Job(work, asyncio.ensure_future(self._run(root, work)))
        jobs.append(job)
        job.task.add_done_callback(lambda _: self._forget(root, job))
        return job

    def _forget(self, root: str, job: _Job) -> None:
        jobs = self._jobs[root]
        jobs.remove(job)
        if not jobs:
            del self._jobs[root]
            self._locks.pop(root, None)

    async def _run(self, root: str, work: Work) -> Outcome:
        task = asyncio.current_task()
        assert task is not None
        progress = WorkDoneProgress(self._client, self._background, task.cancel)
        lock = self._locks.setdefault(root, asyncio.Lock())
        waits = lock.locked()
        if waits:
            progress.begin(work.title, "Waiting for the one that runs")
        ending = "Failed"
        try:
            async with lock:
                if waits:
                    self._session.look_at_disk()
                outcome = await self._run_alone(root, work, progress)
            ending = outcome.summary if outcome.status == "ok" else ending
        except asyncio.CancelledError:
            ending = "Cancelled"
            # uv may have written something before it ended
            self._session.look_at_disk()
            self._poke()
            raise
        finally:
            progress.end(ending)
        return outcome

    async def _run_alone(self, root: str, work: Work, progress: WorkDoneProgress) -> Outcome:
        session = self._session
        if not session.trusted:  # since it was asked for
            return _refusal(Refusal(NOT_TRUSTED)) if work.check else self._refused(NOT_TRUSTED)
        if work.check:
            decision = Decision(session.host.snapshot(root))
        else:
            decision = await decide(session, self._client, root)
        if decision.snapshot is None:
            return self._refused(decision.note) if decision.note else _cancelled()
        native = to_native(root)
        uv = await find(search_uv(native, session.settings.uv_path))
        planned = self._plan(decision.snapshot, work, uv)
        if isinstance(planned, Refusal):
            # who asked for a check of what is saved did not ask for uv
            return _refusal(planned) if work.check else self._refused(planned.reason)
        assert uv is not None  # else the plan is a refusal
        if not planned.commands:
            self._client.show(types.MessageType.Info, planned.sentence)
            return Outcome("ok", planned.sentence)
        if decision.note:
            self._client.log(types.MessageType.Warning, decision.note)
        progress.begin(work.title, planned.sentence)
        locks = work.chosen is None and not work.check
        before: str | None = None
        if work.resolve:
            taken = await self._without_conflicts(root)
            if isinstance(taken, Outcome):
                return taken
            before = taken
        locked = session.host.text(join(root, LOCKFILE)) if locks else None
        succeeded = False
        try:
            report = await self._execute(uv.path, native, planned, progress)
            succeeded = report.exit_code == 0
        except OSError as error:
            why = error.strerror or str(error)
            return self._refused(f"uv could not be started in `{native}`: {why}")
        finally:
            if before is not None and not succeeded:
                self._restore(join(root, LOCKFILE), before)
        return self._finish(root, work, planned, report, locked, decision.note)

    def _restore(self, path: str, before: str) -> None:
        """Write a lock file with its conflicts again, unless somebody has changed it since."""
        file = self._session.host.disk.read_once(path)
        if file is None or file.text != our_side(before):
            return
        try:
            write_whole(path, before)
        except OSError as error:
            message = f"`{to_native(path)}` cannot be written: {error.strerror}"
            self._client.show(types.MessageType.Error, message)

    async def _without_conflicts(self, root: str) -> str | Outcome:
        """Write our side of `uv.lock` when the user agrees, and return its text with the conflicts."""
        path = join(root, LOCKFILE)
        file = self._session.host.disk.read(path)
        text = file.text if file is not None else ""
        ours = our_side(text)
        if ours is None or ours == text:
            return self._refused(f"`{LOCKFILE}` has no merge conflicts that can be resolved")
        chosen = await self._client.choose(
            types.MessageType.Warning,
            f"`{LOCKFILE}` has merge conflicts. Take the side of `HEAD` and let uv bring it up to date? "
            "uv chooses anew the versions that only the other side has",
            [_RESOLVE],
            "not resolved",
        )
        if chosen != _RESOLVE:
            return _cancelled()
        try:
            write_whole(path, ours)
        except OSError as error:
            return self._refused(f"`{to_native(path)}` cannot be written: {error.strerror}")
        self._session.look_at_disk()
        return text

    def _plan(self, snapshot: Snapshot, work: Work, uv: Uv | None) -> Plan | Refusal:
        problem = setting_problem(self._session.settings.uv_path, uv)
        if problem is not None:
            return Refusal(problem)
        if uv is None:
            return Refusal(not_found("uv.path"))
        target = target_of(snapshot)
        if work.chosen is None:
            return lock_plan(target, uv.version, work.check)
        return plan(target, work.chosen, uv.version, work.options)

    async def _execute(
        self, uv: str, root: str, planned: Plan, progress: WorkDoneProgress
    ) -> SyncReport:
        lines: list[str] = []
        stages = Stages()
        log = _Log(self._client)

        def hear(line: str) -> None:
            lines.append(line)
            log.write(line)
            stage = stages.hear(line)
            if stage is not None:
                progress.report(stage.message, stage.percentage)

        started = time.monotonic()
        code = 0
        try:
            for command in planned.commands:
                log.write(f"$ uv {shlex.join(command)}")
                code = await run([uv, *command], root, hear)
                if code != 0:
                    break
        finally:
            log.flush()
        return SyncReport.of(code, "\n".join(lines), time.monotonic() - started)

    def _finish(
        self,
        root: str,
        work: Work,
        planned: Plan,
        report: SyncReport,
        locked: str | None,
        note: str,
    ) -> Outcome:
        """Tell how it went; `locked` is the text of `uv.lock` before `uv lock`, None for no file."""
        self._session.look_at_disk()
        if work.check:
            outcome = Outcome("failed" if report.exit_code else "ok", "", report.exit_code, report)
            if report.exit_code and not _IS_VERDICT.search(report.output):
                return outcome  # for instance, no index can be reached
        elif report.exit_code == 0:
            preview = parse_text(report.output) if work.options.dry_run else None
            summary = preview.summary if preview else report.summary
            if work.chosen is None:
                now = self._session.host.text(join(root, LOCKFILE))
                summary = report.lock_summary(locked, now)
            outcome = Outcome("ok", summary, 0, report, preview.lines if preview else ())
            if preview is not None and preview.lines:
                self._client.log(types.MessageType.Info, "\n".join(preview.lines))
            said = [f"{planned.sentence}: {summary}", *([note] if note else [])]
            self._client.show(types.MessageType.Info, ". ".join(said))
        else:
            message = report.error[:_SHOWN] or f"uv ended with {report.exit_code}"
            summary = message.partition("\n")[0]
            outcome = Outcome("failed", summary, report.exit_code, report)
            self._show_failure(f"{work.title} failed. {message}", root, _retry(work, report))
        self._finished(root, outcome)
        self._poke()
        return outcome

    def _show_failure(self, message: str, root: str, retry: tuple[str, Work] | None) -> None:
        """Tell the user, and offer what the client can do: uv's output, and another way to try."""
        titles = [retry[0]] if retry else []
        if SHOW_OUTPUT in self._client.capabilities.commands:
            titles.append(_SHOW)
        if titles and self._client.capabilities.message_requests:
            self._background.begin(self._offer(message, titles, root, retry))
        else:
            self._client.show(types.MessageType.Error, message)

    async def _offer(
        self, message: str, titles: list[str], root: str, retry: tuple[str, Work] | None
    ) -> None:
        chosen = await self._client.choose(types.MessageType.Error, message, titles, "not shown")
        if chosen is None or isinstance(chosen, NoAnswer):
            return
        if chosen == _SHOW:
            self._client.notify("ws-lsp/showOutput")
        elif retry is not None and not self._stopping and root in self._session.checkers:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(self._job(root, retry[1]).task)

    def _refused(self, message: str) -> Outcome:
        self._client.show(types.MessageType.Error, message)
        return _refusal(Refusal(message))


def _retry(work: Work, report: SyncReport) -> tuple[str, Work] | None:
    """Return another way to try what failed, and what to call it."""
    if _IS_LOCKFILES_FAULT.search(report.output) is None:
        return None
    options = work.options
    if options.locked:
        again = options._replace(locked=False)
        return "Retry without `--locked`", work._replace(options=again)
    if options.frozen:
        return "Retry without `--frozen`", work._replace(options=options._replace(frozen=False))
    return None


_IS_LOCKFILES_FAULT = regular_expression("needs to be updated|Unable to find lockfile")
_IS_VERDICT = regular_expression("needs to be updated|Unable to find lockfile|No solution found")
_SHOW = "Show output"
_RESOLVE = "Resolve"


def _refusal(refusal: Refusal) -> Outcome:
    return Outcome("refused", refusal.reason, REFUSED)


class _Log:
    """uv's lines for the client's log; those that come together are one message."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        """Take a line; it is sent when what else is there has been read."""
        if not self._lines:
            asyncio.get_running_loop().call_soon(self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        """Send what is there."""
        if self._lines:
            self._client.log(types.MessageType.Info, "\n".join(self._lines))
            self._lines.clear()


def _cancelled() -> Outcome:
    return Outcome("cancelled", "Sync cancelled", CANCELLED)
