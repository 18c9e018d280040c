"""The commands `sync` and `run`: uv as a child of ours."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ws_lsp.analysis import Snapshot
from ws_lsp.child import wait
from ws_lsp.grammar.names import Name
from ws_lsp.refusal import Refusal
from ws_lsp.text import in_one_line
from ws_lsp.uv.command import REFUSED, Options, Plan, plan
from ws_lsp.uv.environment import child_environment, command_environment, plain_environment
from ws_lsp.uv.find import Uv, find_uv, not_found
from ws_lsp.uv.selection import Packages
from ws_lsp.uv.target import target_of
from ws_lsp.vfs import to_native

__all__ = ["command_line", "planned_sync", "refuse", "run", "sync", "sync_as"]


def sync(
    snapshot: Snapshot, packages: Packages | Sequence[Name], options: argparse.Namespace
) -> int:
    """Sync packages, or show what that would change; return uv's exit code."""
    found = planned_sync(snapshot, packages, options, options.dry_run)
    if isinstance(found, Refusal):
        return refuse(found)
    uv, planned = found
    return _preview(uv, planned) if options.dry_run else sync_as(uv, planned)


def run(
    snapshot: Snapshot,
    packages: Packages | Sequence[Name],
    command: Sequence[str],
    options: argparse.Namespace,
) -> int:
    """Sync packages, then run a command in that environment; return its exit code.

    Where that can be, this process becomes uv's, so that signals reach the command.
    """
    found = planned_sync(snapshot, packages, options, dry_run=False)
    if isinstance(found, Refusal):
        return refuse(found)
    uv, planned = found
    code = sync_as(uv, planned)
    if code != 0:
        return code
    arguments = command_line(uv, snapshot, command)
    environment = command_environment(os.environ)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(uv.path, arguments, environment)
    return wait(arguments, environment)


def command_line(uv: Uv, snapshot: Snapshot, command: Sequence[str]) -> list[str]:
    """Return how uv runs a command in the environment of a workspace as it is."""
    root = to_native(snapshot.workspace.root)
    return [uv.path, "--project", root, "run", "--no-sync", "--", *command]


def planned_sync(
    snapshot: Snapshot,
    packages: Packages | Sequence[Name],
    options: argparse.Namespace,
    dry_run: bool,
) -> tuple[Uv, Plan] | Refusal:
    """Return the uv that there is, and what to run."""
    target = target_of(snapshot)
    uv = find_uv(target.root)
    if uv is None:
        return Refusal(not_found("$UV", os.environ.get("UV")))
    how = Options(
        exact=options.exact,
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


def refuse(refusal: Refusal) -> int:
    """Say why uv is not run; return the exit code for that."""
    print(f"error: {in_one_line(refusal.reason)}", file=sys.stderr)
    return REFUSED


def sync_as(uv: Uv, planned: Plan, variables: Mapping[str, str] = MappingProxyType({})) -> int:
    """Run uv as planned, with some environment variables more; return its exit code."""
    print(planned.sentence, file=sys.stderr)
    environment = {**child_environment(os.environ), **variables}
    for command in planned.commands:
        print(f"$ uv {shlex.join(command)}", file=sys.stderr, flush=True)
        code = wait([uv.path, *command], environment)
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
            code = wait([uv.path, *command], environment, said)
            said.seek(0)
            output = said.read().decode("utf-8", "replace")
        if code != 0:
            print(output, file=sys.stderr, end="")
            return code
        preview = parse_text(output)
        print("\n".join(preview.lines))
        print(preview.summary, file=sys.stderr)
    return 0
