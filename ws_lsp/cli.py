"""The command line. What a command does not need it does not import: `check` starts in 100 ms."""

from __future__ import annotations

import argparse
import functools
import gc
import io
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from ws_lsp import __version__
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.vfs import Kind, base_name, from_native, join, parent, relative, to_native

if TYPE_CHECKING:
    from ws_lsp.analysis import Host, Snapshot
    from ws_lsp.checking.findings import Finding
    from ws_lsp.grammar.names import Name
    from ws_lsp.project.manifest import Manifest
    from ws_lsp.uv.selection import Selected

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
    command = arguments[0] if arguments else None
    passed: Sequence[str] = ()
    if command == "sync" and "--" in arguments:  # what follows is for uv
        end = arguments.index("--")
        arguments, passed = arguments[:end], arguments[end + 1 :]
    options = _parser(command).parse_args(arguments)
    options.passed = tuple(passed)
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
    except KeyboardInterrupt as interrupt:
        return 128 + getattr(
            interrupt, "number", 2
        )  # `child.Interrupted` has one; it is not loaded yet
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
    from ws_lsp.checking.findings import Severity, unsaid
    from ws_lsp.report import render
    from ws_lsp.rules.catalogue import RULEBOOK

    host, snapshots = _checked(options)
    chosen = {one.workspace.root: _files_of_selection(options, one) for one in snapshots}
    levels = {"undeclared-import": Severity.WARNING.value} if options.imports else {}
    if options.diff:
        fixed = [_fixed(one, levels, chosen[one.workspace.root]) for one in snapshots]
        return _show_difference(snapshots, fixed)
    by_path: dict[str, list[Finding]] = {}
    manifests: dict[str, Manifest] = {}
    for root, files in chosen.items():
        if options.fix:
            texts = _fixed(host.snapshot(root), levels, files)
            for path, text in texts.items():
                _write(path, text)
            host.forget(texts)
        snapshot = host.snapshot(root)
        manifests.update(snapshot.manifests)
        for path, found in Checker(RULEBOOK, levels).findings(snapshot).items():
            if files is None or path in files:
                known = by_path.setdefault(path, [])
                known += unsaid(found, known)
    findings = [finding for found in by_path.values() for finding in found]
    base = _working_directory()
    colours = _colours(os.environ, sys.stdout.isatty())
    text = render(findings, manifests, options.output_format, base, colours)
    if text:
        print(text)
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return FOUND if errors and not options.exit_zero else 0


def _fixed(
    snapshot: Snapshot, levels: Mapping[str, str], chosen: Collection[str] | None
) -> dict[str, str]:
    from ws_lsp.checking.fixing import fixed_texts
    from ws_lsp.rules.catalogue import RULEBOOK

    readable = [
        path
        for path, one in snapshot.manifests.items()
        if one.unreadable is None and (chosen is None or path in chosen)
    ]
    return fixed_texts(RULEBOOK, snapshot, readable, levels)


def _show_difference(snapshots: Sequence[Snapshot], fixed: Sequence[Mapping[str, str]]) -> int:
    """Print what `--fix` would change, as a patch; exit with 1 where it would change anything."""
    from difflib import unified_diff

    manifests = {path: one for snapshot in snapshots for path, one in snapshot.manifests.items()}
    texts = {path: text for some in reversed(fixed) for path, text in some.items()}
    for path, text in sorted(texts.items()):
        name = relative(path, _working_directory())
        before = _lines(manifests[path].text)
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
    from ws_lsp.member_report import MEMBER_FORMATS, as_text

    _, snapshot = _snapshot(options.path)
    workspace = snapshot.workspace
    names: Sequence[Name] = tuple(workspace.members)
    if _selects(options):
        names = _select(options, snapshot, everything=True).members
    if options.output_format == "text":
        print(as_text(snapshot, names, paths=options.paths), end="")
    else:
        print(MEMBER_FORMATS[options.output_format](snapshot, names))
    if workspace.problems or snapshot.root.syntax is not None:
        sys.stdout.flush()
        print("error: uv does not list the members, and some may be missing here", file=sys.stderr)
        print(_why_members_are_missing(snapshot), file=sys.stderr)
        return FOUND
    return 0


def _why_members_are_missing(snapshot: Snapshot) -> str:
    """Return what uv refuses when it looks for the members, as `check` shows it."""
    from ws_lsp.checking.checker import Checker
    from ws_lsp.checking.findings import Severity
    from ws_lsp.report import render
    from ws_lsp.rules import files, members
    from ws_lsp.rules.catalogue import RULEBOOK

    codes = {rule.code for rule in (*files.RULES, *members.RULES)}
    findings = [
        finding
        for some in Checker(RULEBOOK).findings(snapshot).values()
        for finding in some
        if finding.code in codes and finding.severity is Severity.ERROR
    ]
    return render(findings, snapshot.manifests, "concise", _working_directory())


def _graph(options: argparse.Namespace) -> int:
    from ws_lsp.graph_report import GRAPH_FORMATS, part_of
    from ws_lsp.ide.graph import graph

    if options.member is not None:
        options.package = [*options.package, options.member]
        options.dependents |= options.reverse
        options.dependencies |= not options.reverse
    elif options.reverse:
        raise _UsageError("`--reverse` shows what needs a member: name it with `--member NAME`")
    _, snapshot = _snapshot(options.path)
    found = graph(snapshot)
    if _selects(options):
        found = part_of(found, {*_select(options, snapshot, everything=True).members})
    print(GRAPH_FORMATS[options.output_format](found), end="")
    return 0


def _sync(options: argparse.Namespace) -> int:
    from ws_lsp.cli_sync import sync

    _, snapshot = _snapshot(options.path)
    return sync(snapshot, _select(options, snapshot).packages, options)


def _run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise _UsageError("no command was given. Write it after `--`")
    if not options.each and (options.jobs is not None or options.keep_going):
        raise _UsageError("`--jobs` and `--keep-going` need `--each`")
    if options.exact and options.jobs is not None:
        raise _UsageError("`--exact` and `--jobs` exclude each other. Leave one of them out")
    _, snapshot = _snapshot(options.path)
    selected = _select(options, snapshot)
    if options.each:
        from ws_lsp.cli_each import run_each

        return run_each(snapshot, selected, command, options)
    from ws_lsp.cli_sync import run

    return run(snapshot, selected.packages, command, options)


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


def _directory(path: str) -> str:
    """Return the directory that a PATH on the command line means."""
    from ws_lsp.project.file_names import MANIFEST

    start = from_native(path)
    if not os.path.exists(path):
        raise _UsageError(f"`{path}` does not exist")
    if os.path.isdir(path):
        return start
    if base_name(start) != MANIFEST:
        raise _UsageError(f"`{path}` is neither a directory nor a `{MANIFEST}`")
    return parent(start)


def _snapshot(path: str) -> tuple[Host, Snapshot]:
    """Return the workspace that uv finds from a directory or a `pyproject.toml`."""
    from ws_lsp.project.file_names import MANIFEST

    start = _directory(path)
    host = _host()
    root = host.root_of_directory(start)
    if root is None:
        manifest = join(start, MANIFEST)
        kind = host.files.kind(manifest)
        if kind is Kind.OTHER or (kind is not None and kind.is_directory):
            raise _UsageError(f"`{to_native(manifest)}` is not a regular file")
        raise _UsageError(f"no `{MANIFEST}` was found in `{path}` or any parent directory")
    return host, host.snapshot(root)


def _checked(options: argparse.Namespace) -> tuple[Host, Sequence[Snapshot]]:
    """Return the workspaces to check: the one that PATH is in, or with `--recursive` those below it."""
    if not options.recursive:
        host, snapshot = _snapshot(options.path)
        return host, (snapshot,)
    if options.package or options.here:
        raise _UsageError(
            "`--package` and `--here` select in one workspace. Leave `--recursive` out"
        )
    host = _host()
    roots = host.roots_below(_directory(options.path))
    if not roots:
        print(f"warning: no project was found in `{options.path}` or below it", file=sys.stderr)
    return host, tuple(map(host.snapshot, roots))


def _host() -> Host:
    """Return what reads the files, for as long as one command takes."""
    from ws_lsp.analysis import Host
    from ws_lsp.uv.environment import project_environment, variables_of

    return Host(
        uv_version=functools.cache(_uv_version),
        environment=project_environment(os.environ),
        variables=variables_of(os.environ, os.path.exists),
        one_look=True,
    )


def _select(
    options: argparse.Namespace, snapshot: Snapshot, *, everything: bool = False
) -> Selected:
    """Return what is selected; without any selector `everything`, or the default packages."""
    from ws_lsp.git import changes_since
    from ws_lsp.refusal import Refusal
    from ws_lsp.uv.selection import Packages, Selection, select

    selection = Selection(
        packages=tuple(options.package),
        default=options.default,
        everything=options.all,
        here=_directory(options.path) if options.here else None,
        since=options.since,
        dependents=options.dependents,
        dependencies=options.dependencies,
    )
    changes = None
    if options.since is not None:
        since = changes_since(snapshot.workspace.root, options.since)
        if isinstance(since, Refusal):
            raise _UsageError(since.reason)
        changes = since
    without = Packages.ALL if everything else Packages.DEFAULT
    found = select(snapshot, selection, without, changes, _real_path)
    if isinstance(found, Refusal):
        raise _UsageError(found.reason)
    for note in found.notes:
        print(note, file=sys.stderr)
    return found


def _selects(options: argparse.Namespace) -> bool:
    """Tell whether members are selected at all: most commands need nothing of that."""
    return any(
        (
            options.package,
            options.default,
            options.all,
            options.here,
            options.since is not None,
            options.dependents,
            options.dependencies,
        )
    )


def _files_of_selection(options: argparse.Namespace, snapshot: Snapshot) -> set[str] | None:
    """Return the files that a check of the selected members is about, None where all are."""
    if not _selects(options):
        return None
    from ws_lsp.project.file_names import LOCKFILE, MANIFEST, SETTINGS

    workspace = snapshot.workspace
    paths = {join(workspace.root, name) for name in (MANIFEST, SETTINGS, LOCKFILE)}
    names = _select(options, snapshot, everything=True).members
    return paths | {workspace.members[name].path for name in names}


def _real_path(path: str) -> str:
    return from_native(os.path.realpath(to_native(path)))


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
    _selection(parser)
    _output_format(parser, "full", "concise", "json", "github", "sarif")
    parser.add_argument(
        "--recursive", action="store_true", help="check all workspaces and projects below PATH"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 also on errors")
    parser.add_argument(
        "--imports", action="store_true", help="look for imports of members that are not required"
    )
    mend = parser.add_mutually_exclusive_group()
    mend.add_argument("--fix", action="store_true", help="apply the fixes that are safe")
    mend.add_argument("--diff", action="store_true", help="show what --fix would change")


def _declare_members(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    _selection(parser)
    _output_format(parser, "text", "json", "matrix")
    parser.add_argument("--paths", action="store_true", help="show the directories as well")


def _declare_graph(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    _selection(parser)
    _output_format(parser, "text", "mermaid", "dot", "json")
    parser.add_argument(
        "--member", metavar="NAME", help="the same as --package NAME --dependencies"
    )
    parser.add_argument(
        "--reverse", action="store_true", help="with --member: --dependents in place of that"
    )


def _declare_sync(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [-h] [SELECTION] [OPTIONS] [PATH] [-- UV_OPTIONS ...]"
    _path(parser)
    _selection(parser)
    _sync_options(parser)
    parser.add_argument(
        "--inexact",
        dest="exact",
        action="store_false",
        default=True,
        help="keep what is not selected",
    )
    parser.add_argument("--dry-run", action="store_true", help="let uv say what it would do")


def _declare_run(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [-h] [SELECTION] [OPTIONS] [--project PATH] -- COMMAND ..."
    parser.add_argument(
        "--project", dest="path", default=".", metavar="PATH", help="as PATH of `sync`"
    )
    _selection(parser)
    _sync_options(parser)
    parser.add_argument(
        "--exact", action="store_true", help="remove what is not selected; with --each: one by one"
    )
    parser.add_argument(
        "--each", action="store_true", help="run the command for each member, in its directory"
    )
    parser.add_argument(
        "--jobs", type=_positive, metavar="N", help="with --each: run so many at a time"
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="with --each: go on when the command fails"
    )
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
    """Add the selectors of members, and what widens them: the same for every command."""
    group = parser.add_argument_group("selection", "Several selectors unite.")
    group.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="this member; repeatable"
    )
    group.add_argument("--default", action="store_true", help="the default packages")
    group.add_argument("--all", action="store_true", help="every member")
    group.add_argument("--here", action="store_true", help="the member that PATH is in")
    group.add_argument(
        "--since",
        metavar="REF",
        help="members that differ from the merge base with a git reference",
    )
    group.add_argument(
        "--dependents", action="store_true", help="and the members that need a selected one"
    )
    group.add_argument(
        "--dependencies", action="store_true", help="and the members that a selected one needs"
    )


def _positive(text: str) -> int:
    """Return a number of jobs."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _output_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Add the choice of formats, the first of which is the default."""
    parser.add_argument("--output-format", "--format", choices=formats, default=formats[0])


def _sync_options(parser: argparse.ArgumentParser) -> None:
    """Add how to sync: uv's own options."""
    parser.add_argument("--extra", action="append", default=[], metavar="NAME")
    parser.add_argument("--group", action="append", default=[], metavar="NAME")
    for flag in ("all-extras", "no-default-groups", "frozen", "locked", "reinstall", "upgrade"):
        parser.add_argument(f"--{flag}", action="store_true")


if __name__ == "__main__":
    raise SystemExit(main())
