"""The commands `sync` and `run`: uv as a child of ours, which ends when we are ended."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import IO

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.refusal import Refusal
from ws_lsp.uv.command import REFUSED, Options, Plan, plan
from ws_lsp.uv.environment import child_environment, command_environment, plain_environment
from ws_lsp.uv.find import NOT_FOUND, Uv, find_uv
from ws_lsp.uv.selection import Packages
from ws_lsp.uv.target import target_of
from ws_lsp.vfs import to_native

__all__ = ["run", "sync"]

GRACE = 2.0
"""Seconds between the polite signal and the deadly one, as in `uv.process`, which needs asyncio."""


def sync(
    snapshot: Snapshot, packages: Packages | Sequence[Name], options: argparse.Namespace
) -> int:
    """Sync packages, or show what that would change; return uv's exit code."""
    found = _planned(snapshot, packages, options, options.dry_run)
    if isinstance(found, Refusal):
        return _refuse(found)
    uv, planned = found
    return _preview(uv, planned) if options.dry_run else _sync(uv, planned)


def run(
    snapshot: Snapshot, packages: Packages | Sequence[Name], options: argparse.Namespace
) -> int:
    """Sync packages, then run a command in that environment; return its exit code.

    Where that can be, this process becomes uv's, so that signals reach the command.
    """
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        return _refuse(Refusal("no command was given. Write it after `--`"))
    found = _planned(snapshot, packages, options, dry_run=False)
    if isinstance(found, Refusal):
        return _refuse(found)
    uv, planned = found
    code = _sync(uv, planned)
    if code != 0:
        return code
    root = to_native(snapshot.workspace.root)
    arguments = [uv.path, "--project", root, "run", "--no-sync", "--", *command]
    environment = command_environment(os.environ)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(uv.path, arguments, environment)
    return _wait(arguments, environment)


def _planned(
    snapshot: Snapshot,
    packages: Packages | Sequence[Name],
    options: argparse.Namespace,
    dry_run: bool,
) -> tuple[Uv, Plan] | Refusal:
    target = target_of(snapshot)
    uv = find_uv(target.root)
    if uv is None:
        return Refusal(NOT_FOUND)
    how = Options(
        exact=not options.inexact,
        extras=tuple(options.extra),
        all_extras=options.all_extras,
        groups=tuple(options.group),
        no_default_groups=options.no_default_groups,
        frozen=options.frozen,
        locked=options.locked,
        reinstall=options.reinstall,
        upgrade=options.upgrade,
        dry_run=dry_run,
        passed=options.passed,
    )
    planned = plan(target, packages, uv.version, how)
    return planned if isinstance(planned, Refusal) else (uv, planned)


def _refuse(refusal: Refusal) -> int:
    print(f"error: {refusal.reason}", file=sys.stderr)
    return REFUSED


def _sync(uv: Uv, planned: Plan) -> int:
    print(planned.sentence, file=sys.stderr)
    environment = child_environment(os.environ)
    for command in planned.commands:
        print(f"$ uv {shlex.join(command)}", file=sys.stderr, flush=True)
        code = _wait([uv.path, *command], environment)
        if code != 0:
            return code
    return 0


def _preview(uv: Uv, planned: Plan) -> int:
    """Print the command lines, and what they would change: removals first."""
    from ws_lsp.uv.preview import parse_text

    print(planned.sentence, file=sys.stderr)
    environment = plain_environment(os.environ)
    for command in planned.commands:
        print(f"$ uv {shlex.join(command)}", file=sys.stderr, flush=True)
        with tempfile.TemporaryFile() as said:
            code = _wait([uv.path, *command], environment, said)
            said.seek(0)
            output = said.read().decode("utf-8", "replace")
        if code != 0:
            print(output, file=sys.stderr, end="")
            return code
        preview = parse_text(output)
        print("\n".join(preview.lines))
        print(preview.summary, file=sys.stderr)
    return 0


# --------------------------------------------------------------------------- children


def _wait(
    arguments: Sequence[str], environment: Mapping[str, str], stderr: IO[bytes] | None = None
) -> int:
    """Run a child and return its exit code; one that we were sent a signal for does not outlive us."""
    if os.name != "posix":
        return _wait_by_itself(subprocess.Popen(arguments, env=environment, stderr=stderr))
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
        return 128 + ending.number
    return 128 - code if code < 0 else code


def _wait_by_itself(process: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # uv got it too and ends


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
            pass  # the terminal has sent it to the child as well, which ends as it likes
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
