"""The command line. What a command does not need it does not import: `check` starts in 100 ms."""

from __future__ import annotations

import argparse
import functools
import gc
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from ws_lsp import __version__
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.vfs import Kind, base_name, from_native, join, parent, relative, to_native

if TYPE_CHECKING:
    from ws_lsp.analysis import Host, Snapshot

__all__ = ["execute", "main"]

FOUND, USAGE = 1, 2
"""Exit codes: an error-severity finding; wrong usage or an internal error."""


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
    options = _parser(arguments[0] if arguments else None).parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal knows every letter
    try:
        code: int = options.run(options)
        sys.stdout.flush()  # here, not at the end of the interpreter, a broken pipe can be caught
    except _UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # the reader of our output went away, for instance `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a defect of ours is no finding, and no traceback
        print(f"error: internal error: {type(error).__name__}: {error}", file=sys.stderr)
        return USAGE
    return code


class _UsageError(Exception):
    """What the user asked for cannot be done; the message says why."""


# ------------------------------------------------------------------------- commands


def _server(options: argparse.Namespace) -> int:
    from ws_lsp.server.app import serve

    return serve()


def _check(options: argparse.Namespace) -> int:
    from ws_lsp.checking.checker import Checker
    from ws_lsp.checking.findings import Severity
    from ws_lsp.report import render
    from ws_lsp.rules.catalogue import RULEBOOK

    host, snapshot = _snapshot(options.path)
    levels = {"undeclared-import": Severity.WARNING.value} if options.imports else {}
    fixed: int | None = None
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise _UsageError("`--unsafe-fixes` goes with `--fix` or `--diff`")
    if options.fix or options.diff:
        from ws_lsp.checking.fixing import fix_workspace

        root = snapshot.workspace.root
        texts, fixed = fix_workspace(RULEBOOK, host, root, levels, options.unsafe_fixes)
        if options.diff:
            return _show_difference(host, texts)
        for path, text in texts.items():
            _write(path, text)
        snapshot = host.snapshot(root)
    by_path = Checker(RULEBOOK, levels).findings(snapshot)
    findings = [finding for some in by_path.values() for finding in some]
    base = _working_directory()
    colours = _colours(os.environ, sys.stdout.isatty())
    text = render(findings, snapshot.manifests, options.output_format, base, colours, fixed)
    if text:
        print(text)
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return FOUND if errors and not options.exit_zero else 0


def _show_difference(host: Host, texts: Mapping[str, str]) -> int:
    """Print what `--fix` would change, as a patch; exit with 1 where it would change anything."""
    from difflib import unified_diff

    for path, text in sorted(texts.items()):
        name = relative(path, _working_directory())
        file = host.disk.read(path)
        before = _lines(file.text if file is not None else "")
        for line in unified_diff(before, _lines(text), f"a/{name}", f"b/{name}"):
            end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
            sys.stdout.write(line + end)
    return FOUND if texts else 0


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their ends, as patches count them."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], *([lines[-1][:-1]] if lines[-1] != "\n" else [])]


def _write(path: str, text: str) -> None:
    """Replace a file's text as a whole: whatever happens, it has the old one or the new."""
    import shutil
    import tempfile

    target = os.path.realpath(to_native(path))  # a link stays a link
    try:
        handle, fresh = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".pyproject.")
        try:
            with open(handle, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
            shutil.copymode(target, fresh)
            os.replace(fresh, target)
        except BaseException:
            os.unlink(fresh)
            raise
    except OSError as error:
        raise _UsageError(f"`{path}` cannot be written: {error.strerror}") from error


def _members(options: argparse.Namespace) -> int:
    import json

    _, snapshot = _snapshot(options.path)
    workspace = snapshot.workspace
    if options.output_format == "json":
        packages = snapshot.default_packages
        document = {
            "root": to_native(workspace.root),
            "virtual": workspace.virtual,
            "default_packages": packages.value if packages is not None else None,
            "members": [
                {"name": member.name, "path": to_native(member.directory)}
                for member in workspace.members.values()
            ],
        }
        print(json.dumps(document, indent=2))
    else:
        for member in workspace.members.values():
            print(f"{member.name} {to_native(member.directory)}" if options.paths else member.name)
    if workspace.problems or snapshot.root.syntax is not None:
        print("error: the list may not be complete. `ws-lsp check` says why", file=sys.stderr)
        return FOUND
    return 0


def _graph(options: argparse.Namespace) -> int:
    from ws_lsp.grammar.names import normalise
    from ws_lsp.graph_report import GRAPH_FORMATS, part_of
    from ws_lsp.ide.graph import graph
    from ws_lsp.uv.command import not_members

    _, snapshot = _snapshot(options.path)
    found = graph(snapshot)
    if options.member is not None:
        member = normalise(options.member)
        if member not in snapshot.workspace.members:
            raise _UsageError(not_members([member], snapshot.workspace.members))
        found = part_of(found, member, options.reverse)
    print(GRAPH_FORMATS[options.format](found), end="")
    return 0


def _sync(options: argparse.Namespace) -> int:
    from ws_lsp.cli_sync import sync

    return sync(_snapshot(options.path)[1], options)


def _run(options: argparse.Namespace) -> int:
    from ws_lsp.cli_sync import run

    return run(_snapshot(options.project)[1], options)


def _rule(options: argparse.Namespace) -> int:
    from ws_lsp.rules.catalogue import ALL, BY_CODE

    if options.code is None:
        width = max(len(rule.code) for rule in ALL)
        for rule in ALL:
            print(f"{rule.code:<{width}}  {rule.severity.value:<11}  {rule.title}")
        return 0
    if options.code not in BY_CODE:
        from ws_lsp.grammar.names import NameIndex

        near = NameIndex(BY_CODE).closest(options.code)
        hint = f". Did you mean `{near}`?" if near else ""
        raise _UsageError(f"there is no rule `{options.code}`{hint}")
    rule = BY_CODE[options.code]
    head = "".join([f"Severity: {rule.severity.value}\n", *(f"Fix: {fix}\n" for fix in rule.fixes)])
    print(f"# {rule.code}\n\n{head}\n{rule.documentation}", end="")
    return 0


# -------------------------------------------------------------------------- helpers


def _snapshot(path: str) -> tuple[Host, Snapshot]:
    """Return the workspace that uv finds from a directory or a `pyproject.toml`."""
    from ws_lsp.analysis import Host
    from ws_lsp.project.file_names import MANIFEST
    from ws_lsp.uv.environment import project_environment, variables_of

    start = from_native(path)
    if not os.path.exists(path):
        raise _UsageError(f"`{path}` does not exist")
    if not os.path.isdir(path):
        if base_name(start) != MANIFEST:
            raise _UsageError(f"`{path}` is neither a directory nor a `{MANIFEST}`")
        start = parent(start)
    host = Host(
        uv_version=functools.cache(_uv_version),
        environment=project_environment(os.environ),
        variables=variables_of(os.environ, os.path.exists),
        one_look=True,
    )
    root = host.root_of_directory(start)
    if root is None:
        manifest = join(start, MANIFEST)
        kind = host.files.kind(manifest)
        if kind is Kind.OTHER or (kind is not None and kind.is_directory):
            raise _UsageError(f"`{to_native(manifest)}` is not a regular file")
        raise _UsageError(f"no `{MANIFEST}` was found in `{path}` or any parent directory")
    return host, host.snapshot(root)


def _working_directory() -> str:
    """Return the directory that names are shown from; the file system's root where it was deleted."""
    try:
        return from_native(os.getcwd())
    except FileNotFoundError:
        return "/"


def _uv_version() -> tuple[int, ...]:
    """Return the version of the installed uv, the newest known where none is installed."""
    from ws_lsp.project.versions import NEWEST
    from ws_lsp.uv.find import find_uv

    uv = find_uv(None)
    return uv.version if uv else NEWEST


def _colours(environment: Mapping[str, str], terminal: bool) -> bool:
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (terminal and environment.get("TERM") != "dumb")


class _Parser(argparse.ArgumentParser):
    """`argparse` with messages in our style."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_formatter, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"error: {message}\n\n{self.format_usage()}")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return what formats the help: as wide as by default, where importing shutil would take 4 ms.

    `argparse` asks for one at every option that is declared.
    """
    try:
        width = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        width = 0
    return argparse.HelpFormatter(prog, width=(width if width > 0 else 80) - 2)


class _Command(NamedTuple):
    """A command: what it does, what of its options `argparse` is to know, and who carries it out."""

    help: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _parser(command: str | None) -> argparse.ArgumentParser:
    """Return a parser; where the first argument is a command, of that one alone: others cost time."""
    parser = _Parser(prog="ws-lsp", description="Language server and checks for uv workspaces.")
    parser.add_argument("--version", action="version", version=f"ws-lsp {__version__}")
    added = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in (command,) if command in _COMMANDS else _COMMANDS:
        one = _COMMANDS[name]
        declared = added.add_parser(name, help=one.help)
        one.declare(declared)
        declared.set_defaults(run=one.run)
    return parser


def _declare_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="accepted for the sake of clients")
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)


def _declare_check(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    formats = ("full", "concise", "json", "github", "sarif")
    parser.add_argument("--output-format", choices=formats, default="full")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 also on errors")
    parser.add_argument(
        "--imports", action="store_true", help="look for imports of members that are not required"
    )
    mend = parser.add_mutually_exclusive_group()
    mend.add_argument("--fix", action="store_true", help="apply the fixes that are safe")
    mend.add_argument("--diff", action="store_true", help="show what --fix would change")
    parser.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also those that may lose something",
    )


def _declare_members(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    parser.add_argument("--paths", action="store_true", help="show the directories as well")


def _declare_graph(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument("--format", choices=("text", "mermaid", "dot", "json"), default="text")
    parser.add_argument("--member", metavar="NAME", help="show this member and what it needs")
    parser.add_argument("--reverse", action="store_true", help="with --member: what needs it")


def _declare_sync(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    _selection(parser)
    parser.add_argument("--dry-run", action="store_true", help="let uv say what it would do")


def _declare_run(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [-h] [SELECTION] [--project PATH] -- COMMAND ..."
    parser.add_argument("--project", default=".", metavar="PATH", help="as PATH of `sync`")
    _selection(parser)
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")


def _declare_rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE")


_COMMANDS = {
    "server": _Command("run the language server on stdio", _declare_server, _server),
    "check": _Command("report what is wrong in a workspace", _declare_check, _check),
    "members": _Command("list the members of a workspace", _declare_members, _members),
    "graph": _Command("show which members require which", _declare_graph, _graph),
    "sync": _Command("sync the default packages with uv", _declare_sync, _sync),
    "run": _Command("sync, then run a command in that environment", _declare_run, _run),
    "rule": _Command("explain a finding, or list all", _declare_rule, _rule),
}


def _path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="a directory or a pyproject.toml"
    )


def _selection(parser: argparse.ArgumentParser) -> None:
    """Add what to sync, and how: uv's own options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="sync every member")
    which.add_argument("--package", action="append", metavar="NAME", help="sync these members")
    parser.add_argument("--inexact", action="store_true", help="keep what is not selected")
    parser.add_argument("--extra", action="append", default=[], metavar="NAME")
    parser.add_argument("--group", action="append", default=[], metavar="NAME")
    for flag in ("all-extras", "no-default-groups", "frozen", "locked", "reinstall", "upgrade"):
        parser.add_argument(f"--{flag}", action="store_true")


if __name__ == "__main__":
    raise SystemExit(main())
