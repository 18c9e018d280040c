"""What git says of the files around a workspace. git is asked in processes of its own, and only reads."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator, Mapping, Sequence
from typing import TypeAlias

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.refusal import Refusal
from ws_lsp.uv.find import on_path
from ws_lsp.uv.selection import Changes
from ws_lsp.vfs import join, real_path, to_native

__all__ = ["Inquiry", "Reply", "changes_since", "find_changes"]


class Reply(NamedTuple):
    """What a git that ended said; `code` is None where there is no git."""

    code: int | None
    output: bytes = b""
    error: str = ""


Inquiry: TypeAlias = "Generator[Sequence[str], Reply, Changes | Refusal]"
"""Yields command lines of git, and is sent what they said."""

_PROGRAM = "git.exe" if os.name == "nt" else "git"
_SECONDS = 60
"""So long one command of git may take."""
_OPTIONS = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def changes_since(directory: str, reference: str) -> Changes | Refusal:
    """Return what has changed around a directory since a reference (`find_changes`)."""
    inquiry = find_changes(directory, reference)
    try:
        command = next(inquiry)
        while True:
            command = inquiry.send(_ask(command))
    except StopIteration as ended:
        found: Changes | Refusal = ended.value
        return found


def find_changes(directory: str, reference: str) -> Inquiry:
    """Find the files of the repository around a directory that differ from where a branch began.

    That is the merge base of `reference` and `HEAD`. Files that are not committed count, and untracked
    ones that are not ignored. A renamed file counts at its old path and at its new one. Paths are real
    ones. No program that the repository's configuration names is run, and nothing is fetched.
    """
    program = next(on_path(_PROGRAM, os.environ.get("PATH", os.defpath)), _PROGRAM)
    directory = real_path(directory)
    git = (program, *_OPTIONS, "-C", to_native(directory))
    reply = yield (*git, "rev-parse", "--show-prefix")
    if reply.code is None:
        return Refusal("`git` was not found. Install git, or select members by name")
    if reply.code != 0:
        return Refusal(_because(f"git does not look at `{to_native(directory)}`", reply))
    prefix = _lines(reply.output, b"\n")[0] if reply.output.strip() else ""
    reply = yield (*git, "rev-parse", "--is-shallow-repository")
    history = (
        ". The clone is shallow: fetch the history with `git fetch --unshallow`"
        if reply.output.strip() == b"true"
        else ""
    )
    commit = f"{reference}^{{commit}}"
    reply = yield (*git, "rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    if reply.code != 0:
        return Refusal(f"git knows no commit `{reference}` here{history}")
    start = reply.output.decode().strip()
    reply = yield (*git, "merge-base", start, "HEAD")
    if reply.code != 0:
        return Refusal(f"`{reference}` and `HEAD` have no commit in common{history}")
    base = reply.output.decode().strip()
    filters = yield (*git, "config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    changed = yield (
        *git,
        *_without_filters(_lines(filters.output, b"\0")),
        "diff",
        "--no-relative",
        "--name-only",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=none",
        base,
        "--",
    )
    if changed.code != 0:
        return Refusal(_because("git cannot tell what has changed", changed))
    untracked = yield (
        *git,
        "ls-files",
        "-z",
        "--others",
        "--exclude-standard",
        "--full-name",
        "--",
        ":/",
    )
    if untracked.code != 0:
        return Refusal(_because("git cannot list the untracked files", untracked))
    top = join(directory, "../" * prefix.count("/"))
    names = dict.fromkeys(_lines(changed.output, b"\0") + _lines(untracked.output, b"\0"))
    return Changes(reference, tuple(join(top, name) for name in names))


def _without_filters(keys: Sequence[str]) -> list[str]:
    """Return the options that turn off filters, whose keys these are: a filter is a program.

    A file that needs one may then look changed. So more is selected, and not less.
    """
    names = dict.fromkeys(key.rpartition(".")[0] for key in keys)
    off = ("clean=", "smudge=", "process=", "required=false")
    return [part for name in names for one in off for part in ("-c", f"{name}.{one}")]


def _lines(output: bytes, end: bytes) -> list[str]:
    """Return the names in an output, each of which ends in the same way; Linux knows names that are no UTF-8."""
    return [name.decode("utf-8", "surrogateescape") for name in output.split(end) if name]


def _because(what: str, reply: Reply) -> str:
    """Add to a sentence what git gave as its reason."""
    said = reply.error.strip().split("\n")[0].removeprefix("fatal: ")
    return f"{what}: {said}" if said else what


def _ask(command: Sequence[str]) -> Reply:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=_environment(os.environ),
            timeout=_SECONDS,
        )
    except OSError:
        return Reply(None)
    except subprocess.TimeoutExpired:
        return Reply(1, error=f"it gave no answer within {_SECONDS} seconds")
    return Reply(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for git, which is to find the repository from a directory.

    In the hooks of a worktree git sets `GIT_DIR` alone, and would take the directory for the top.
    """
    left_out = [name for name in variables if name.endswith("_PATHSPECS")]
    if "GIT_WORK_TREE" not in variables:
        left_out.append("GIT_DIR")
    kept = {name: value for name, value in variables.items() if name not in left_out}
    return {**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
