"""A child of a command: it has our terminal, and ends when we are ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import IO

__all__ = ["Interrupted", "ending_in_order", "held_back", "wait"]

GRACE = 2.0
"""Seconds between the polite signal and the deadly one, as in `uv.process`, which needs asyncio."""


class Interrupted(KeyboardInterrupt):
    """A child has ended because we were told to end; `number` is the signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let signals that end us raise `Interrupted` between children as well, so that we leave nothing behind."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Interrupted(number)

    numbers = (signal.SIGTERM, signal.SIGHUP) if os.name == "posix" else ()
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Hold back the signals that end us for as long as something must not be left half done."""
    if os.name != "posix":
        yield
        return
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def wait(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    stderr: IO[bytes] | None = None,
    directory: str | None = None,
) -> int:
    """Run a child, in a directory or in ours, and return its exit code.

    Raises `Interrupted` where we are told to end: the child has ended by then.
    """
    if os.name != "posix":
        return _wait_by_itself(
            subprocess.Popen(arguments, env=environment, stderr=stderr, cwd=directory)
        )
    # In the foreground of a terminal the child shares our group, so that Ctrl-C and prompts of ssh reach
    # it; elsewhere it has its own, so that what it started ends with it.
    alone = not _in_foreground()
    ending = _Ending(alone)
    before = {number: signal.signal(number, ending.hear) for number in ending.signals}
    try:
        process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=stderr,
            cwd=directory,
            process_group=0 if alone else None,
        )
        ending.watch(process)
        code = process.wait()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
    if ending.number is not None:
        ending.kill()
        raise Interrupted(ending.number)
    return 128 - code if code < 0 else code


def _wait_by_itself(process: subprocess.Popen[bytes]) -> int:
    interrupted = False
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            interrupted = True  # the child got it too and ends
            continue
        if interrupted:
            raise Interrupted(signal.SIGINT)
        return code


def _in_foreground() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


class _Ending:
    """What to do with a child when we are told to end."""

    def __init__(self, alone: bool) -> None:
        self.number: int | None = None
        """The signal that we were sent, None where there was none."""
        self.signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGALRM)
        self._alone = alone
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Hear of the child; a signal may have come before it."""
        self._process = process
        if self.number is not None:
            self._interrupt(self.number)

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Pass a signal on, and kill after `GRACE` seconds."""
        if number == signal.SIGALRM:
            self.kill()
        elif number == signal.SIGINT and not self._alone:
            self.number = (
                number  # the terminal has sent it to the child as well, which ends as it likes
            )
        elif self.number is None:
            self.number = number
            self._interrupt(number)

    def kill(self) -> None:
        """Kill what is left of the child."""
        self._send(signal.SIGKILL)

    def _interrupt(self, number: int) -> None:
        # uv ends its own children when the whole group is interrupted, and leaves them on other signals
        self._send(signal.SIGINT if self._alone else number)
        signal.setitimer(signal.ITIMER_REAL, GRACE)

    def _send(self, number: int) -> None:
        if self._process is None:
            return
        try:
            if self._alone:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        except ProcessLookupError:
            pass  # it has ended
