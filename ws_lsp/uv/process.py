"""Running uv as a child that never outlives us."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from ws_lsp.uv.environment import plain_environment
from ws_lsp.uv.find import Search, Uv

__all__ = ["find", "run"]

GRACE = 2.0
"""Seconds between the polite signal and the deadly one."""
_CHUNK = 65536
_QUIET = 3
"""Turns of the event loop without output after which the pipe of a program that ended is empty."""
_PIPE = 1 << 20
"""The bytes that a pipe can hold at most (Linux, without privileges); what comes after is not uv's."""
_SECONDS = 20.0
"""So long `uv --version` may take."""


async def run(
    command: Sequence[str],
    directory: str,
    on_line: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a command and return its exit code; each line of its output goes to `on_line` at once.

    The child has a process group of its own and no input. When it ends, what it wrote is read to the
    end, and what it started and left behind is killed: nobody waits for that. Cancelling this coroutine
    interrupts the whole group, kills it after `GRACE` seconds, and waits for its end. Without an
    `environment` it gets ours, with neither colours nor progress bars. Raises `OSError` where the
    program cannot be started.
    """
    starting = asyncio.ensure_future(_start(command, directory, on_line, environment))
    try:
        child = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # asyncio itself would kill the child alone, and not what that has started already
        await _finish(asyncio.ensure_future(_stop_started(starting)))
        raise
    try:
        await child.ended.wait()
        await child.drain()
        return child.exit_code
    except asyncio.CancelledError:
        await _finish(asyncio.ensure_future(child.stop()))
        raise
    finally:
        child.close()


async def find(search: Search) -> Uv | None:
    """Carry out a search for uv; a program that does not answer is passed over."""
    try:
        path = next(search)
        while True:
            path = search.send(await _version(path))
    except StopIteration as ended:
        found: Uv | None = ended.value
        return found


async def _version(path: str) -> str | None:
    lines: list[str] = []
    try:
        async with asyncio.timeout(_SECONDS):
            await run([path, "--version"], os.path.dirname(path), lines.append)
    except TimeoutError:
        return None
    except OSError:
        return ""
    return "\n".join(lines)


class _Child(asyncio.SubprocessProtocol):
    """A program that runs, its lines and its end."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self.ended = asyncio.Event()
        self._on_line = on_line
        self._rest = b""
        self._heard = 0
        self._closed = False
        self._transport: asyncio.SubprocessTransport | None = None

    # ------------------------------------------------------------------- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Give lines on as they come; one of any length, in any encoding, breaks nothing."""
        self._heard += len(data)
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._on_line(_decode(self._rest + line))
            self._rest = b""
        self._rest += rest
        if len(self._rest) > _CHUNK:
            self._flush()

    def pipe_connection_lost(self, fd: int, error: Exception | None) -> None:
        self._closed = True

    def process_exited(self) -> None:
        self.ended.set()

    # ------------------------------------------------------------------------- what we ask

    @property
    def exit_code(self) -> int:
        """The exit code of a program that ended; the negative signal where one ended it."""
        assert self._transport is not None
        return self._transport.get_returncode() or 0

    async def drain(self) -> None:
        """Read what the program that ended has written.

        Another process may hold the pipe open for ever, and write to it; what the program wrote is in
        it already, and comes with the next turns of the loop.
        """
        self._signal(_KILL)
        before = heard = self._heard
        quiet = 0
        while not self._closed and quiet < _QUIET and heard - before <= _PIPE:
            await asyncio.sleep(0)
            quiet = 0 if heard != self._heard else quiet + 1
            heard = self._heard
        if self._rest:
            self._flush()

    async def stop(self) -> None:
        """Interrupt the whole group, kill it after `GRACE` seconds, and wait for the end."""
        self._signal(_INTERRUPT)
        try:
            await asyncio.wait_for(self.ended.wait(), GRACE)
        except TimeoutError:
            pass
        self._signal(_KILL)
        await self.ended.wait()

    def close(self) -> None:
        """Kill what is left of the group, and close our end of the pipe."""
        self._signal(_KILL)
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        line, self._rest = self._rest, b""
        self._on_line(_decode(line))

    def _signal(self, number: int) -> None:
        if self._transport is None:
            return
        process_id = self._transport.get_pid()
        try:
            if sys.platform != "win32":
                os.killpg(process_id, number)
            elif not self.ended.is_set():
                os.kill(process_id, number)
        except OSError:
            pass  # it has ended


async def _start(
    command: Sequence[str],
    directory: str,
    on_line: Callable[[str], None],
    environment: Mapping[str, str] | None,
) -> _Child:
    loop = asyncio.get_running_loop()
    _, child = await loop.subprocess_exec(
        lambda: _Child(on_line),
        *command,
        cwd=directory,
        env=plain_environment(os.environ) if environment is None else environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=sys.platform != "win32",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    return child


async def _stop_started(starting: asyncio.Future[_Child]) -> None:
    try:
        child = await starting
    except OSError:
        return
    await child.stop()
    child.close()


async def _finish(task: asyncio.Future[None]) -> None:
    """Wait for the end of a task; being cancelled again changes nothing, for it takes a bounded time."""
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            continue
    task.result()


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")


if sys.platform == "win32":
    _INTERRUPT = signal.CTRL_BREAK_EVENT
    _KILL = signal.SIGTERM
else:
    _INTERRUPT = signal.SIGINT
    _KILL = signal.SIGKILL
