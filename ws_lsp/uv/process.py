"""Running uv as a child that never outlives us."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from ws_lsp.uv.environment import plain_environment

__all__ = ["GRACE", "run"]

GRACE = 2.0
"""Seconds between the polite signal and the deadly one."""
_CHUNK = 65536


async def run(
    command: Sequence[str],
    directory: str,
    on_line: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a command and return its exit code; each line of its output goes to `on_line` at once.

    The child has a process group of its own and no input. Cancelling this coroutine interrupts the
    whole group, kills it after `GRACE` seconds, and waits for its end. Raises `OSError` where the
    program cannot be started.
    """
    starting = asyncio.ensure_future(_start(command, directory, environment))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # asyncio itself would kill the child alone, and not what that has started already
        process = await starting
        await _stop(process)
        _close(process)
        raise
    try:
        await _read_lines(process, on_line)
        return await process.wait()
    except asyncio.CancelledError:
        await asyncio.shield(_stop(process))
        raise
    finally:
        if process.returncode is None:
            _signal_group(process.pid, _KILL)
        _close(process)


async def _start(
    command: Sequence[str], directory: str, environment: Mapping[str, str] | None
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=directory,
        env=plain_environment(os.environ if environment is None else environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=sys.platform != "win32",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _close(process: asyncio.subprocess.Process) -> None:
    """Close our end of the pipe, which someone else may still hold open."""
    process._transport.close()  # type: ignore[attr-defined]


async def _read_lines(process: asyncio.subprocess.Process, on_line: Callable[[str], None]) -> None:
    """Give lines on as they come; one of any length, in any encoding, breaks nothing."""
    assert process.stdout is not None  # it was asked for
    rest = b""
    while chunk := await process.stdout.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            on_line(_decode(line))
        if len(rest) > _CHUNK:
            on_line(_decode(rest))
            rest = b""
    if rest:
        on_line(_decode(rest))


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")


async def _stop(process: asyncio.subprocess.Process) -> None:
    _signal_group(process.pid, _INTERRUPT)
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        pass
    # what the child started may still run when the child itself is gone
    _signal_group(process.pid, _KILL)
    await process.wait()


if sys.platform == "win32":
    _INTERRUPT = signal.CTRL_BREAK_EVENT
    _KILL = signal.SIGTERM
else:
    _INTERRUPT = signal.SIGINT
    _KILL = signal.SIGKILL


def _signal_group(process_id: int, number: int) -> None:
    try:
        if sys.platform == "win32":
            os.kill(process_id, number)
        else:
            os.killpg(process_id, number)
    except OSError:
        pass  # it has ended
