"""The command line. What a command does not need it does not import: `check` starts in 100 ms."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from ws_lsp.cli_parser import (
    COMMANDS,
    FOUND,
    USAGE,
    did_you_mean,
    general_parser,
    parser_of,
)
from ws_lsp.cli_workspace import (
    UsageError,
    select,
    selects,
    snapshot_of,
    working_directory,
)

if TYPE_CHECKING:
    from ws_lsp.analysis import Snapshot
    from ws_lsp.checking.rule import Rule
    from ws_lsp.grammar.names import Name

__all__ = ["execute", "main"]


def main() -> int:
    """Be the program `ws-lsp`; return its exit code."""
    # Trees hold no cycles, and a command soon ends: the collector would only go through all that is
    # imported, several times, while somebody waits. The server turns it on again.
    gc.disable()
    try:
        return execute(sys.argv[1:])
    finally:
        gc.freeze()  # the interpreter's end would go through it all once more


def execute(arguments: Sequence[str]) -> int:
    """Carry out a command; return the exit code."""
    _prepare_streams()
    try:
        try:
            code = _carry_out(arguments)
        except (
            SystemExit
        ) as ended:  # `argparse` has shown help, or what is wrong with the arguments
            code = ended.code if isinstance(ended.code, int) else 0
        sys.stdout.flush()  # here, not at the end of the interpreter, a broken pipe can be caught
    except UsageError as error:
        from ws_lsp.text import in_one_line

        _say(f"error: {in_one_line(str(error))}")
        return USAGE
    except BrokenPipeError:  # the reader of our output went away, for instance `| head`
        _give_up(sys.stdout)
        return FOUND
    except KeyboardInterrupt as interrupt:
        return 128 + getattr(
            interrupt, "number", 2
        )  # `child.Interrupted` has one; it is not loaded yet
    except Exception as error:  # noqa: BLE001 - a defect of ours is no finding, and no traceback
        if isinstance(error, OSError) and error.filename is None:  # then it is about a stream
            _give_up(sys.stdout)
            _say(f"error: standard output cannot be written: {error.strerror}")
        else:
            _say(f"error: internal error: {type(error).__name__}: {error}")
        return USAGE
    return code


def _prepare_streams() -> None:
    """Let every text be printed: not every terminal knows every letter, and a stream may be closed."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    """Return a stream that takes everything, until the end of the program."""
    return open(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)


def _say(text: str) -> None:
    """Print for people. Nobody can be told where that fails."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _give_up(sys.stderr)


def _give_up(stream: TextIO) -> None:
    """Let what still waits to be printed go nowhere: the interpreter's end would complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _carry_out(arguments: Sequence[str]) -> int:
    first, *rest = arguments or ("help",)
    if first in ("help", "-h", "--help"):
        return _help(rest)
    if first not in COMMANDS:
        parser = general_parser()
        if first.startswith("-"):
            parser.parse_args(arguments)  # ends the program
        parser.error(f"there is no command `{first}`{did_you_mean(first, COMMANDS)}")
    passed: Sequence[str] = ()
    if first == "sync" and "--" in rest:  # what follows is for uv
        end = rest.index("--")
        rest, passed = rest[:end], rest[end + 1 :]
    options = parser_of(first).parse_args(rest)
    options.passed = tuple(passed)
    return _RUN[first](options)


def _help(arguments: Sequence[str]) -> int:
    """Print the help of a command, or that of them all."""
    name = next(iter(arguments), None)
    if name is None:
        general_parser().print_help()
    elif name in COMMANDS:
        parser_of(name).print_help()
    else:
        general_parser().error(f"there is no command `{name}`{did_you_mean(name, COMMANDS)}")
    return 0


# ------------------------------------------------------------------------- commands


def _server(options: argparse.Namespace) -> int:
    from ws_lsp.server.app import serve

    return serve()


def _members(options: argparse.Namespace) -> int:
    from ws_lsp.member_report import MEMBER_FORMATS, as_text

    if options.paths and options.output_format != "text":
        raise UsageError("`--paths` is about text: the other formats have the paths")
    snapshot = snapshot_of(options.path)
    workspace = snapshot.workspace
    names: Sequence[Name] = tuple(workspace.members)
    if selects(options):
        names = select(options, snapshot, options.path, everything=True).members
    text = MEMBER_FORMATS[options.output_format](snapshot, names)
    print(as_text(snapshot, names, paths=True) if options.paths else text, end="")
    why = _why_uv_lists_none(snapshot) if _may_be_refused(snapshot) else None
    if why is not None:
        sys.stdout.flush()
        print("error: uv does not list the members, and some may be missing here", file=sys.stderr)
        print(why, file=sys.stderr)
        return FOUND
    return 0


def _may_be_refused(snapshot: Snapshot) -> bool:
    """Tell whether uv may refuse to list the members: most workspaces need no check for that."""
    return bool(snapshot.workspace.problems or snapshot.workspace.unnamed) or any(
        one.syntax is not None
        or one.unreadable is not None
        or (one.project is not None and one.shared.version is None and "version" not in one.dynamic)
        for one in snapshot.belonging.values()
    )


def _why_uv_lists_none(snapshot: Snapshot) -> str | None:
    """Return what uv refuses when it looks for the members, as `check` shows it; None for nothing."""
    from ws_lsp.checking.checker import Checker
    from ws_lsp.checking.findings import Severity
    from ws_lsp.report import render
    from ws_lsp.rules import files, members, project_table
    from ws_lsp.rules.catalogue import RULEBOOK

    codes = {rule.code for rule in (*files.RULES, *members.RULES, *project_table.RULES)}
    findings = [
        finding
        for some in Checker(RULEBOOK).findings(snapshot).values()
        for finding in some
        if finding.code in codes and finding.severity is Severity.ERROR
    ]
    if not findings and not snapshot.workspace.problems:
        return None
    return render(findings, snapshot.manifests, "concise", working_directory())


def _graph(options: argparse.Namespace) -> int:
    from ws_lsp.graph_report import GRAPH_FORMATS, part_of
    from ws_lsp.ide.graph import graph

    if options.member is not None:
        options.package = [*options.package, options.member]
        options.dependents |= options.reverse
        options.dependencies |= not options.reverse
    elif options.reverse:
        raise UsageError("`--reverse` shows what needs a member: name it with `--member NAME`")
    snapshot = snapshot_of(options.path)
    found = graph(snapshot)
    if selects(options):
        found = part_of(found, {*select(options, snapshot, options.path, everything=True).members})
    print(GRAPH_FORMATS[options.output_format](found), end="")
    return 0


def _sync(options: argparse.Namespace) -> int:
    from ws_lsp.cli_sync import sync

    snapshot = snapshot_of(options.path)
    return sync(snapshot, select(options, snapshot, options.path).packages, options)


def _run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise UsageError("no command was given. Write it after `--`")
    if not options.each and (options.jobs is not None or options.keep_going):
        raise UsageError("`--jobs` and `--keep-going` need `--each`")
    if options.exact and options.jobs is not None:
        raise UsageError("`--exact` and `--jobs` exclude each other. Leave one of them out")
    snapshot = snapshot_of(options.path)
    selected = select(options, snapshot, options.path)
    if options.each:
        from ws_lsp.cli_each import run_each

        return run_each(snapshot, selected, command, options)
    from ws_lsp.cli_sync import run

    return run(snapshot, selected.packages, command, options)


def _check(options: argparse.Namespace) -> int:
    from ws_lsp.cli_check import check

    return check(options)


def _rule(options: argparse.Namespace) -> int:
    from ws_lsp.rules.catalogue import ALL, BY_CODE

    if options.code is not None and options.all:
        raise UsageError("`--all` explains every finding. Leave the code or `--all` out")
    if options.code is not None and options.code not in BY_CODE:
        hint = did_you_mean(options.code, BY_CODE)
        raise UsageError(f"there is no rule `{options.code}`{hint}")
    rules = ALL if options.code is None else (BY_CODE[options.code],)
    if options.output_format == "json":
        import json

        records = [_rule_record(rule) for rule in rules]
        print(json.dumps(records if options.code is None else records[0], indent=2))
    elif options.code is None and not options.all:
        width = max(len(rule.code) for rule in ALL)
        for rule in rules:
            print(f"{rule.code:<{width}}  {rule.severity.value:<11}  {rule.title}")
    else:
        print("\n".join(_rule_page(rule) for rule in rules), end="")
    return 0


def _rule_page(rule: Rule) -> str:
    head = "".join([f"Severity: {rule.severity.value}\n", *(f"Fix: {fix}\n" for fix in rule.fixes)])
    return f"# {rule.code}\n\n{head}\n{rule.documentation}"


def _rule_record(rule: Rule) -> dict[str, Any]:
    from ws_lsp.checking.findings import documentation_url

    return {
        "code": rule.code,
        "title": rule.title,
        "severity": rule.severity.value,
        "default": not rule.off,
        "fixes": rule.fixes,
        "documentation": rule.documentation,
        "url": documentation_url(rule.code),
    }


def _completion(options: argparse.Namespace) -> int:
    path = os.path.join(os.path.dirname(__file__), "completions", f"ws-lsp.{options.shell}")
    try:
        with open(path, encoding="utf-8") as stream:
            print(stream.read(), end="")
    except FileNotFoundError as error:
        raise UsageError(
            "the completions are made when the wheel is built. Install ws-lsp from a wheel"
        ) from error
    return 0


_RUN: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "server": _server,
    "check": _check,
    "members": _members,
    "graph": _graph,
    "sync": _sync,
    "run": _run,
    "rule": _rule,
    "generate-shell-completion": _completion,
}
"""Who carries out a command."""


if __name__ == "__main__":
    raise SystemExit(main())
