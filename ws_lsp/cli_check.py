"""The command `check`: what is wrong, and what mends it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from ws_lsp.checking.checker import Checker
from ws_lsp.checking.chosen import Chosen
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.cli_parser import FOUND, did_you_mean
from ws_lsp.cli_workspace import (
    UsageError,
    directory_of,
    files_of_selection,
    new_host,
    root_of,
    working_directory,
)
from ws_lsp.progress import shown
from ws_lsp.report import FORMATS, render, statistics
from ws_lsp.rules.catalogue import BY_CODE, RULEBOOK
from ws_lsp.vfs import join, parent, relative, to_native, write_whole

if TYPE_CHECKING:
    from ws_lsp.analysis import Host, Snapshot
    from ws_lsp.project.manifest import Manifest

__all__ = ["check"]


def check(options: argparse.Namespace) -> int:
    """Check the workspaces around some paths, each once; return the exit code."""
    _refuse_contradictions(options)
    selected, codes = _codes(options)
    asked = {*selected, *(("undeclared-import",) if options.imports else ())}
    levels = {code: BY_CODE[code].severity.value for code in asked if BY_CODE[code].off}
    host = new_host()
    wanted: dict[str, Chosen] = {}
    for root, paths in _by_root(host, options).items():
        wanted[root] = Chosen(_files(options, host.snapshot(root), paths), codes)
    fixed: int | None = None
    if options.fix or options.diff:
        from ws_lsp.checking.fixing import fix_workspace

        texts: dict[str, str] = {}
        fixed = 0
        for root, chosen in wanted.items():
            mended = fix_workspace(RULEBOOK, host, root, levels, options.unsafe_fixes, chosen)
            texts |= mended.texts
            fixed += mended.fixes
        if options.diff:
            _show_difference(host, texts)
            return FOUND if texts and not options.exit_zero else 0
        for path, text in texts.items():
            _write(path, text)
    found: dict[object, Finding] = {}
    manifests: dict[str, Manifest] = {}
    for root, chosen in wanted.items():
        snapshot = host.snapshot(root)
        manifests |= snapshot.manifests
        for one in _findings(snapshot, levels):
            if chosen.has(one):  # two workspaces may find the same at one place
                found.setdefault((one.path, one.code, one.span, one.message), one)
    findings = [*found.values()]
    _show(options, findings, manifests, fixed)
    failing = (Severity.ERROR, *((Severity.WARNING,) if options.error_on_warning else ()))
    fails = any(finding.severity in failing for finding in findings)
    return FOUND if fails and not options.exit_zero else 0


def _refuse_contradictions(options: argparse.Namespace) -> None:
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise UsageError("`--unsafe-fixes` goes with `--fix` or `--diff`")
    if options.recursive and (options.package or options.here):
        raise UsageError(
            "`--package` and `--here` select in one workspace. Leave `--recursive` out"
        )
    if options.statistics and not FORMATS[options.output_format].for_people:
        raise UsageError(
            f"`--statistics` is text. Leave it or `--output-format {options.output_format}` out"
        )


def _codes(options: argparse.Namespace) -> tuple[Collection[str], Collection[str] | None]:
    """Return the codes that are selected by name, and those that are wanted, None for all."""
    selected, ignored = (
        dict.fromkeys(code.strip() for one in given for code in one.split(",") if code.strip())
        for given in (options.select, options.ignore)
    )
    if options.select and not selected:
        raise UsageError("`--select` names no rule. Leave it out, or name one")
    for code in (*selected, *ignored):
        if code not in BY_CODE:
            raise UsageError(f"there is no rule `{code}`{did_you_mean(code, BY_CODE)}")
    if not options.select and not ignored:
        return (), None
    return selected, {code for code in (selected or BY_CODE) if code not in ignored}


def _by_root(host: Host, options: argparse.Namespace) -> dict[str, list[str]]:
    """Return the roots of the workspaces to check, and which paths lead to each.

    These are the ones around the paths, or with `--recursive` all those below them.
    """
    roots: dict[str, list[str]] = {}
    for path in options.paths or ["."]:
        found = [root_of(host, path)] if not options.recursive else _roots_below(host, path)
        for root in found:
            roots.setdefault(root, []).append(path)
    return roots


def _roots_below(host: Host, path: str) -> Sequence[str]:
    found = host.roots_below(directory_of(path))
    if not found:
        print(f"warning: no project was found in `{path}` or below it", file=sys.stderr)
    return found


def _files(
    options: argparse.Namespace, snapshot: Snapshot, paths: Sequence[str]
) -> set[str] | None:
    """Return the files that are selected, None for all; `--here` is each of the paths."""
    files: set[str] = set()
    for path in paths if options.here else paths[:1]:
        some = files_of_selection(options, snapshot, path)
        if some is None:
            return None
        files |= some
    return files


def _findings(snapshot: Snapshot, levels: Mapping[str, str]) -> Iterator[Finding]:
    checker = Checker(RULEBOOK, levels)
    checker.begin(snapshot)
    paths: Iterable[str] = snapshot.manifests
    if _takes_progress(os.environ, sys.stderr):
        total = len(snapshot.manifests)
        paths = shown(paths, total, "Checked", sys.stderr, time.monotonic)
    for path in paths:
        yield from checker.look(path)


def _show(
    options: argparse.Namespace,
    findings: Sequence[Finding],
    manifests: Mapping[str, Manifest],
    fixed: int | None,
) -> None:
    colours = _colours(options.color, os.environ, sys.stdout.isatty())
    base = working_directory()
    if options.statistics:
        text = statistics(findings, colours, options.quiet)
    else:
        text = render(
            findings,
            manifests,
            options.output_format,
            base,
            colours,
            fixed,
            _repository(base),
            options.quiet,
            _least(options),
        )
    if text:
        print(text)


def _least(options: argparse.Namespace) -> Severity | None:
    """Return the least severity to show, None for that of the format; what is selected by name is shown."""
    if options.severity is not None:
        return Severity(options.severity)
    return Severity.HINT if options.select else None


def _repository(directory: str) -> str:
    """Return the root of the repository that a directory is in; the directory where it is in none."""
    place = directory
    while not os.path.exists(to_native(join(place, ".git"))):
        if parent(place) == place:
            return directory
        place = parent(place)
    return place


def _colours(choice: str, environment: Mapping[str, str], terminal: bool) -> bool:
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (terminal and environment.get("TERM") != "dumb")


def _takes_progress(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Tell whether a line of a stream can be written anew."""
    return stream.isatty() and environment.get("TERM") != "dumb"


def _show_difference(host: Host, texts: Mapping[str, str]) -> None:
    """Print what `--fix` would change, as a patch."""
    from difflib import unified_diff

    for path, text in sorted(texts.items()):
        name = relative(path, working_directory())
        file = host.disk.read(path)
        before = _lines(file.text if file is not None else "")
        for line in unified_diff(before, _lines(text), f"a/{name}", f"b/{name}"):
            end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
            sys.stdout.write(line + end)


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their ends, as patches count them."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], *([lines[-1][:-1]] if lines[-1] != "\n" else [])]


def _write(path: str, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise UsageError(f"`{path}` cannot be written: {error.strerror}") from error
