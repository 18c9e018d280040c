"""Ask a uv about every case of `tests/uv_cases`, and list what it answers differently.

    .venv/bin/python tests/differential/replay.py [--uv PATH] [--offline] [WORD ...]

Three things are compared: success or failure of the recorded command, the members that uv lists, and
for `uv lock` cases that the files alone decide, whether ws-lsp reports an error. With `--offline` the
cases that need the network are left out. WORDs choose the cases whose name has one of them.
The exit status is 1 where anything differs.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[number]) for number in (1, 2)]

from differential.cases import Case, apply_later_edits, find_uv, load, materialise, run_uv
from ws_lsp.analysis import Host
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Severity
from ws_lsp.project.versions import Version
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import from_native, relative

__all__ = ["differences", "version_of"]

_NO_PYTHON = re.compile(r"No interpreter found|Failed to inspect Python interpreter")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences; return 1 where there are any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--uv", default=find_uv(), help="the uv to ask (default: the installed one)"
    )
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network")
    parser.add_argument("words", nargs="*", metavar="WORD", help="parts of the names of cases")
    wished = parser.parse_args(arguments)
    if not wished.uv:
        print("error: no uv was found; name one with --uv", file=sys.stderr)
        return 2
    uv = str(Path(wished.uv).resolve())
    version = version_of(uv)
    chosen = [
        case
        for case in load()
        if not wished.words or any(word in case.name for word in wished.words)
    ]
    cases = [case for case in chosen if not (wished.offline and case.record["needs_network"])]

    def ask(case: Case) -> list[str]:
        return list(differences(case, uv, version, wished.offline))

    drifted = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for case, found in zip(cases, pool.map(ask, cases), strict=True):
            drifted += bool(found)
            for line in found:
                print(f"{case.name}: {line}")
    left_out = f", {len(chosen) - len(cases)} left out" if len(chosen) > len(cases) else ""
    shown = ".".join(map(str, version))
    print(f"uv {shown}: {len(cases)} cases{left_out}, {drifted} differ")
    return int(drifted > 0)


def version_of(uv: str) -> Version:
    """Return the version of a uv."""
    said = run_uv(uv, "--version", cwd=Path(uv).parent).out
    match = re.search(r"([0-9]+)\.([0-9]+)\.([0-9]+)", said)
    if match is None:
        raise SystemExit(f"error: `{uv} --version` says {said!r}")
    return tuple(int(part) for part in match.groups())


def differences(case: Case, uv: str, version: Version, offline: bool) -> Iterator[str]:
    """Yield in words what a uv answers otherwise than it is recorded, or than ws-lsp thinks."""
    settings = {} if offline else {"UV_OFFLINE": "0"}
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory).resolve() / "case"
        materialise(case, target)
        cwd = target / case.cwd
        listed = run_uv(uv, "workspace", "list", "--paths", cwd=cwd, settings=settings)
        base = from_native(str(target))
        members = None
        if not listed.refused:
            members = sorted(relative(path, base) for path in listed.paths)
        recorded = None if case.members is None else sorted(case.members.values())
        can_list = "unrecognized subcommand" not in listed.err  # 0.9.8 has none
        if can_list and members != recorded:
            yield f"members {members}, recorded {recorded}"
        command = case.record["command"][1:]
        decided = case.kind == "static" and command == ["lock"]
        errors = _errors(cwd, version) if decided else []
        for before in case.record["pre_commands"]:
            run_uv(uv, *before[1:], cwd=cwd, settings=settings)
        apply_later_edits(case, target)
        answer = run_uv(uv, *command, cwd=cwd, settings=settings)
    if not can_list and command[:2] == ["workspace", "list"]:
        return  # that uv cannot be asked
    if _NO_PYTHON.search(answer.err):
        return  # the files want a Python that is not installed
    words = {True: "refused", False: "accepted"}
    if answer.refused != case.refused:
        yield f"{words[answer.refused]}, recorded as {words[case.refused]}{_said(answer.err)}"
    if decided and answer.refused != bool(errors):
        yield f"{words[answer.refused]}, ws-lsp reports {errors or 'no error'}{_said(answer.err)}"


def _errors(cwd: Path, version: Version) -> list[str]:
    """Return the codes of the errors that ws-lsp reports for a uv of this version."""
    host = Host(uv_version=lambda: version)
    root = host.root_of_directory(from_native(str(cwd)))
    if root is None:
        return ["no pyproject.toml"]
    snapshot = host.snapshot(root)
    found = Checker(RULEBOOK).findings(snapshot).values()
    return sorted({one.code for some in found for one in some if one.severity is Severity.ERROR})


def _said(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("Using")]
    return f": {lines[0].strip()}" if lines else ""


if __name__ == "__main__":
    sys.exit(main())
