"""The command `run --each`: a command for each member, in its directory."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from ws_lsp.analysis import Snapshot
from ws_lsp.child import Interrupted, ending_in_order, held_back, wait
from ws_lsp.cli_sync import command_line, planned_sync, refuse, sync_as
from ws_lsp.grammar.names import Name
from ws_lsp.ide.graph import graph, in_order
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.refusal import Refusal
from ws_lsp.uv.command import REFUSED, Plan
from ws_lsp.uv.environment import command_environment
from ws_lsp.uv.find import Uv
from ws_lsp.uv.process import run as run_process
from ws_lsp.uv.selection import Selected
from ws_lsp.vfs import to_native

__all__ = ["run_each"]

ENVIRONMENT = "UV_PROJECT_ENVIRONMENT"
"""The variable that tells uv which environment is that of the project."""


class _Result(NamedTuple):
    """How the command of a member ended: its exit code, or that of a sync before it, and the seconds."""

    code: int
    seconds: float
    synced: bool = True
    interrupted: bool = False

    @property
    def words(self) -> str:
        if self.interrupted:
            return "interrupted"
        if not self.synced:
            return f"sync failed ({self.code})"
        return "ok" if self.code == 0 else f"failed ({self.code})"


class _Runs(NamedTuple):
    """What is to be run for which members, and what came of it so far."""

    snapshot: Snapshot
    command: Sequence[str]
    keep_going: bool
    groups: tuple[tuple[Name, ...], ...]
    """The members, dependencies first; those of a circle together."""
    results: dict[Name, _Result]

    @property
    def names(self) -> tuple[Name, ...]:
        """The members in the order of their turns."""
        return tuple(name for group in self.groups for name in group)

    @property
    def code(self) -> int:
        """The exit code of the first that failed."""
        return next((one.code for one in self.results.values() if one.code != 0), 0)

    @property
    def goes_on(self) -> bool:
        """Whether another member gets its turn."""
        return self.keep_going or self.code == 0

    def directory(self, name: Name) -> str:
        """Return the directory of a member, native."""
        return to_native(self.snapshot.workspace.members[name].directory)

    def show(self) -> None:
        """Print a table: member, result, seconds."""
        rows = [("member", "result", "seconds")]
        for name in self.names:
            one = self.results.get(name)
            rows.append((name, one.words, f"{one.seconds:.1f}") if one else (name, "not run", "-"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        print(file=sys.stderr)
        for member, result, seconds in rows:
            line = f"{member:<{widths[0]}}  {result:<{widths[1]}}  {seconds:>{widths[2]}}"
            print(line, file=sys.stderr)


def run_each(
    snapshot: Snapshot, selected: Selected, command: Sequence[str], options: argparse.Namespace
) -> int:
    """Run a command for each selected member, dependencies first; return the code of the first that failed.

    All members share the workspace's environment, but with `--exact`: then each has one of its own, which
    holds what the member declares and nothing else, and the workspace's environment is not touched.
    """
    groups = in_order(graph(snapshot).edges, selected.members)
    runs = _Runs(snapshot, command, options.keep_going, groups, {})
    if not groups:
        print("Nothing to run: no member is selected", file=sys.stderr)
        return 0
    with ending_in_order():
        try:
            ended = _apart(runs, options) if options.exact else _together(runs, selected, options)
        except KeyboardInterrupt:
            runs.show()
            raise
    if isinstance(ended, Refusal):
        return refuse(ended)
    if ended is not None:
        return ended
    runs.show()
    return runs.code


def _together(runs: _Runs, selected: Selected, options: argparse.Namespace) -> int | Refusal | None:
    """Run all in the workspace's environment; return why uv is not run, or the code of a sync that failed."""
    found = planned_sync(runs.snapshot, selected.packages, options, dry_run=False)
    if isinstance(found, Refusal):
        return found
    code = sync_as(*found)
    if code != 0:
        return code
    if options.jobs is not None and options.jobs > 1:
        _side_by_side(runs, found[0], options.jobs)
    else:
        _one_by_one(runs, found[0])
    return None


def _one_by_one(runs: _Runs, uv: Uv) -> None:
    arguments = command_line(uv, runs.snapshot, runs.command)
    for name in runs.names:
        if runs.goes_on:
            runs.results[name] = _turn(runs, name, arguments)


def _turn(
    runs: _Runs,
    name: Name,
    arguments: Sequence[str],
    variables: Mapping[str, str] = MappingProxyType({}),
) -> _Result:
    """Run the command of one member in our terminal."""
    print(f"\n{name}:", file=sys.stderr, flush=True)
    start = time.monotonic()
    environment = {**command_environment(os.environ), **variables}
    try:
        code = wait(arguments, environment, directory=runs.directory(name))
    except Interrupted as interrupt:
        seconds = time.monotonic() - start
        runs.results[name] = _Result(128 + interrupt.number, seconds, interrupted=True)
        raise
    return _Result(code, time.monotonic() - start)


def _apart(runs: _Runs, options: argparse.Namespace) -> Refusal | None:
    """Give each member its turn in a new environment of its own; return why uv is not run."""
    planned: dict[Name, tuple[Uv, Plan]] = {}
    for name in runs.names:
        one = planned_sync(runs.snapshot, (name,), options, dry_run=False)
        if isinstance(one, Refusal):
            return one
        planned[name] = one
    for name in runs.names:
        if not runs.goes_on:
            break
        found = planned[name]
        with _directory_aside() as directory:
            aside = {ENVIRONMENT: os.path.join(directory, "environment")}
            start = time.monotonic()
            code = sync_as(*found, aside)
            if code != 0:
                runs.results[name] = _Result(code, time.monotonic() - start, synced=False)
                continue
            arguments = command_line(found[0], runs.snapshot, runs.command)
            runs.results[name] = _turn(runs, name, arguments, aside)
    return None


@contextmanager
def _directory_aside() -> Iterator[str]:
    """Make a directory that is gone afterwards, whatever happens; a signal does not stop its removal."""
    directory: str | None = None
    try:
        with held_back():
            directory = tempfile.mkdtemp(prefix="ws-lsp-run-")
        yield directory
    finally:
        if directory is not None:
            with held_back():
                shutil.rmtree(directory, ignore_errors=True)


# ---------------------------------------------------------------------- several at a time


def _side_by_side(runs: _Runs, uv: Uv, jobs: int) -> None:
    """Run several members at a time, each after what it needs, with its name in front of each line."""
    try:
        number = asyncio.run(_run_all(runs, command_line(uv, runs.snapshot, runs.command), jobs))
    except KeyboardInterrupt:
        number = signal.SIGINT
    if number is not None:
        raise Interrupted(number)


async def _run_all(runs: _Runs, arguments: Sequence[str], jobs: int) -> int | None:
    """Run all; return the signal that ended it, None where it ended by itself."""
    task = asyncio.ensure_future(_schedule(runs, arguments, jobs))
    told: list[int] = []

    def end(number: int) -> None:
        told.append(number)
        task.cancel()

    if os.name == "posix":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, end, number)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return told[0] if told else None


async def _schedule(runs: _Runs, arguments: Sequence[str], jobs: int) -> None:
    """Start each member when there is room, and when what it needs has had its turn."""
    needs = _needs(runs)
    width = max(map(len, runs.names))
    environment = command_environment(os.environ)
    waiting = list(runs.names)
    running: dict[asyncio.Task[_Result], Name] = {}
    broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def turn(name: Name) -> _Result:
        def show(line: str) -> None:
            try:
                print(f"{name:<{width}} | {line}", flush=True)
            except OSError as error:  # the reader went away, or the disk is full
                if not broken.done():
                    broken.set_exception(error)

        start = time.monotonic()
        try:
            code = await run_process(arguments, runs.directory(name), show, environment)
        except asyncio.CancelledError:
            seconds = time.monotonic() - start
            runs.results[name] = _Result(128 + signal.SIGINT, seconds, interrupted=True)
            raise
        except OSError as error:
            show(f"error: {error.strerror}")
            code = REFUSED
        return _Result(128 - code if code < 0 else code, time.monotonic() - start)

    try:
        while running or (waiting and runs.goes_on):
            for name in [*waiting] if runs.goes_on else ():
                if len(running) < jobs and needs[name] <= runs.results.keys():
                    waiting.remove(name)
                    running[asyncio.ensure_future(turn(name))] = name
            waited: list[asyncio.Future[Any]] = [*running, broken]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if broken.done():
                broken.result()
            for task in [task for task in running if task.done()]:
                runs.results[running.pop(task)] = task.result()
    finally:
        broken.cancel()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _needs(runs: _Runs) -> dict[Name, set[Name]]:
    """Return which members each one waits for: those of a circle do not wait for each other."""
    circle = {name: group for group in runs.groups for name in group}
    needs: dict[Name, set[Name]] = {name: set() for name in circle}
    for edge in graph(runs.snapshot).edges:
        here, there = circle.get(edge.source), circle.get(edge.target)
        if here is not None and there is not None and here is not there:
            needs[edge.source].update(there)
    return needs
