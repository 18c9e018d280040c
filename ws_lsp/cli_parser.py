"""What the command line understands: commands, their options, and what help says of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from ws_lsp import __version__
from ws_lsp.named_tuple import NamedTuple

__all__ = [
    "COMMANDS",
    "COMPLETED_SHELLS",
    "FOUND",
    "USAGE",
    "did_you_mean",
    "general_parser",
    "parser_of",
    "whole_parser",
]

FOUND, USAGE = 1, 2
"""Exit codes: an error-severity finding; wrong usage or an internal error."""

COMPLETED_SHELLS = ("bash", "zsh", "fish")
"""The shells that can complete our commands."""

_USAGE_CODE = (USAGE, "wrong usage, or an internal error")
_CHECKED = (
    (0, "no finding of error severity"),
    (
        FOUND,
        "at least one; with --error-on-warning a warning as well; with --diff something to fix",
    ),
    _USAGE_CODE,
)
_PLAIN = ((0, "done"), _USAGE_CODE)
_LISTED = ((0, "all members are known"), (FOUND, "uv would not list the members"), _USAGE_CODE)
_SYNCED = ((0, "done"), (USAGE, "wrong usage, or uv is not run"), ("else", "uv's own code"))
_RAN = (
    (0, "done"),
    (USAGE, "wrong usage, or uv is not run"),
    ("else", "the command's own code, with --each of the first that failed, or that of uv's sync"),
)


class Command(NamedTuple):
    """A command: what it does, what of its options `argparse` is to know, and how it ends."""

    help: str
    description: str
    usage: str
    exit_codes: Sequence[tuple[int | str, str]]
    declare: Callable[[argparse.ArgumentParser], None]


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """Return the end of a message about a word that is none of those that are known."""
    from ws_lsp.grammar.names import NameIndex  # here: only who is mistaken waits for it

    near = NameIndex(known).closest(wanted)
    return f". Did you mean `{near}`?" if near else ""


class _Parser(argparse.ArgumentParser):
    """`argparse` with messages in our style."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            allow_abbrev=False,
            add_help=False,
            exit_on_error=False,
            formatter_class=_formatter,
            **options,
        )
        self.add_argument("-h", "--help", action="help", help="show this help")

    def parse_args(self, arguments: Any = None, namespace: Any = None) -> Any:
        """Return what the arguments say; end the program where one of them is wrong."""
        try:
            found, left = self.parse_known_args(arguments, namespace)
        except argparse.ArgumentError as error:
            name = (error.argument_name or "").partition("/")[0]
            self.error(f"`{name}`: {error.message}" if name else error.message)
        if left:
            self.error(self._about_left(left[0]))
        return found

    def _about_left(self, argument: str) -> str:
        """Return what is wrong with an argument that nothing takes."""
        name = argument.partition("=")[0]
        if name.startswith("-") and name not in ("-", "--"):
            return f"there is no option `{name}`{did_you_mean(name, self._option_string_actions)}"
        return f"`{argument}` is one argument too many"

    def print_help(self, file: Any = None) -> None:
        """Print the help; `argparse` would keep quiet where that cannot be done."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> NoReturn:
        more = f"For more, try `{self.prog} --help`\n"
        self.exit(USAGE, f"error: {message}\n\n{self.format_usage()}{more}")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return what formats the help: as wide as by default, where importing shutil would take 4 ms.

    `argparse` asks for one at every option that is declared.
    """
    try:
        width = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
    except (OSError, ValueError):
        width = 0
    return argparse.RawDescriptionHelpFormatter(prog, width=(width if width > 0 else 80) - 2)


def general_parser() -> argparse.ArgumentParser:
    """Return a parser of `ws-lsp` without a command: it knows their names, and no options of theirs."""
    width = max(map(len, COMMANDS))
    listed = "".join(f"\n  {name:<{width}}  {one.help}" for name, one in COMMANDS.items())
    parser = _Parser(
        prog="ws-lsp",
        usage="%(prog)s COMMAND [OPTIONS]",
        description="Language server and checks for uv workspaces.",
        epilog=f"commands:{listed}\n\n`ws-lsp help COMMAND` tells more about one.",
    )
    parser.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"ws-lsp {__version__}",
        help="show the version",
    )
    return parser


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command: to declare the others would cost time."""
    parser = _Parser(prog=f"ws-lsp {name}", **_texts(COMMANDS[name]))
    COMMANDS[name].declare(parser)
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """Return a parser of all commands, for who makes something of their options."""
    parser = general_parser()
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.declare(commands.add_parser(name, help=command.help, **_texts(command)))
    return parser


def _texts(command: Command) -> dict[str, Any]:
    width = max(len(str(code)) for code, _ in command.exit_codes)
    codes = "".join(f"\n  {code:<{width}}  {meaning}" for code, meaning in command.exit_codes)
    return {
        "usage": f"%(prog)s {command.usage}",
        "description": command.description,
        "epilog": f"exit codes:{codes}",
    }


# ------------------------------------------------------------------------- commands


def _declare_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stdio", action="store_true", help="accepted because clients send it")
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)


def _declare_check(parser: argparse.ArgumentParser) -> None:
    from ws_lsp.report import FORMATS

    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="directories or pyproject.toml files; the whole workspace around each is checked",
    )
    _selection(parser)
    group = parser.add_argument_group("findings")
    group.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODE,...",
        help="only these findings, those that are off by default as well; repeatable",
    )
    group.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE,...",
        help="all findings but these; repeatable",
    )
    group.add_argument(
        "--imports", action="store_true", help="look for imports of members that are not required"
    )
    group = parser.add_argument_group("fixes")
    mend = group.add_mutually_exclusive_group()
    mend.add_argument("--fix", action="store_true", help="apply the fixes that are safe")
    mend.add_argument("--diff", action="store_true", help="show what --fix would change")
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: also those that may lose something",
    )
    group = parser.add_argument_group("output")
    _output_format(group, FORMATS)
    group.add_argument(
        "--statistics",
        action="store_true",
        help="count the findings of each code, and show no more",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="show findings, and nothing else")
    group.add_argument(
        "--color",
        choices=_COLOURS,
        type=_one_of(_COLOURS),
        default="auto",
        help="colour the text; auto: on a terminal, unless $NO_COLOR is set (default: auto)",
    )
    group.add_argument(
        "--recursive",
        action="store_true",
        help="check every workspace and single project at PATH and below it",
    )
    group.add_argument(
        "--severity",
        choices=_SEVERITIES,
        type=_one_of(_SEVERITIES),
        help="the least severity to show (default: warning; hint in formats for programs)",
    )
    ends = group.add_mutually_exclusive_group()
    ends.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever is found")
    ends.add_argument(
        "--error-on-warning", action="store_true", help="exit with 1 on warnings as on errors"
    )


_COLOURS = ("auto", "always", "never")
_SEVERITIES = ("error", "warning", "information", "hint")


def _declare_members(parser: argparse.ArgumentParser) -> None:
    from ws_lsp.member_report import MEMBER_FORMATS

    _path(parser)
    _selection(parser)
    _output_format(parser, MEMBER_FORMATS)
    parser.add_argument("--paths", action="store_true", help="show the directories as well")


def _declare_graph(parser: argparse.ArgumentParser) -> None:
    from ws_lsp.graph_report import GRAPH_FORMATS

    _path(parser)
    _selection(parser)
    _output_format(parser, GRAPH_FORMATS)
    parser.add_argument(
        "--member", metavar="NAME", help="the same as --package NAME --dependencies"
    )
    parser.add_argument(
        "--reverse", action="store_true", help="with --member: --dependents in place of that"
    )


def _declare_sync(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    _selection(parser)
    group = _sync_options(parser)
    group.add_argument(
        "--inexact",
        dest="exact",
        action="store_false",
        default=True,
        help="keep what is installed and not selected",
    )
    group.add_argument("--dry-run", action="store_true", help="let uv say what it would do")


def _declare_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--project",
        dest="path",
        default=".",
        metavar="PATH",
        help="a directory or pyproject.toml of the workspace, in place of the current directory",
    )
    _selection(parser)
    group = _sync_options(parser)
    group.add_argument(
        "--exact",
        action="store_true",
        help="remove what is installed and not selected; with --each: give each member an environment",
    )
    group = parser.add_argument_group("each member")
    group.add_argument(
        "--each", action="store_true", help="run the command for each member, in its directory"
    )
    group.add_argument(
        "--jobs", type=_positive, metavar="N", help="with --each: run so many at a time"
    )
    group.add_argument(
        "--keep-going", action="store_true", help="with --each: go on when the command fails"
    )
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run, after --"
    )


def _declare_rule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="the code of a finding; all are listed without"
    )
    parser.add_argument("--all", action="store_true", help="explain every finding")
    _output_format(parser, RULE_FORMATS)


RULE_FORMATS = ("text", "json")
"""The formats of `ws-lsp rule`."""


def _declare_completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell",
        choices=COMPLETED_SHELLS,
        type=_one_of(COMPLETED_SHELLS),
        metavar="SHELL",
        help=", ".join(COMPLETED_SHELLS),
    )


COMMANDS = {
    "server": Command(
        "run the language server on stdio",
        "Run the language server. It speaks LSP on standard input and output.",
        "[OPTIONS]",
        _PLAIN,
        _declare_server,
    ),
    "check": Command(
        "report what is wrong in a workspace",
        "Report what is wrong in the workspace around the current directory, or around each PATH.",
        "[SELECTION] [OPTIONS] [PATH ...]",
        _CHECKED,
        _declare_check,
    ),
    "members": Command(
        "list the members of a workspace",
        "List the members of a workspace, as text or for programs.",
        "[SELECTION] [OPTIONS] [PATH]",
        _LISTED,
        _declare_members,
    ),
    "graph": Command(
        "show which members require which",
        "Show which members require which, through extras and dependency groups as well.",
        "[SELECTION] [OPTIONS] [PATH]",
        _PLAIN,
        _declare_graph,
    ),
    "sync": Command(
        "sync the default packages with uv",
        "Sync the default packages, or what is selected, with uv.\nuv gets what follows -- as it is.",
        "[SELECTION] [OPTIONS] [PATH] [-- UV_OPTIONS ...]",
        _SYNCED,
        _declare_sync,
    ),
    "run": Command(
        "sync, then run a command in that environment",
        "Sync the default packages, or what is selected, then run a command in that environment.",
        "[SELECTION] [OPTIONS] -- COMMAND ...",
        _RAN,
        _declare_run,
    ),
    "rule": Command(
        "explain a finding, or list all",
        "Explain a finding, or list all of them.",
        "[OPTIONS] [CODE]",
        _PLAIN,
        _declare_rule,
    ),
    "generate-shell-completion": Command(
        "print what completes our commands in a shell",
        "Print a script that lets a shell complete the commands and options of ws-lsp.",
        "SHELL",
        _PLAIN,
        _declare_completion,
    ),
}
"""The commands by name, in the order in which help lists them."""


# -------------------------------------------------------------------------- helpers


def _path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a directory or pyproject.toml of the workspace, in place of the current directory",
    )


def _selection(parser: argparse.ArgumentParser) -> None:
    """Add the selectors of members, and what widens them: the same for every command."""
    group = parser.add_argument_group("selection", "Several selectors unite.")
    group.add_argument(
        "--package", action="append", default=[], metavar="NAME", help="this member; repeatable"
    )
    group.add_argument("--default", action="store_true", help="the default packages")
    group.add_argument("--all", action="store_true", help="every member")
    group.add_argument(
        "--here", action="store_true", help="the member that the current directory or PATH is in"
    )
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


def _sync_options(parser: argparse.ArgumentParser) -> Any:
    """Add how to sync: uv's own options."""
    group = parser.add_argument_group("uv's options")
    group.add_argument(
        "--extra",
        action="append",
        default=[],
        metavar="NAME",
        help="install an extra as well; repeatable",
    )
    group.add_argument("--all-extras", action="store_true", help="install all extras")
    group.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="NAME",
        help="install a dependency group as well; repeatable",
    )
    group.add_argument(
        "--no-default-groups", action="store_true", help="leave the default groups out"
    )
    group.add_argument("--frozen", action="store_true", help="take uv.lock as it is")
    group.add_argument("--locked", action="store_true", help="fail where uv.lock is out of date")
    group.add_argument("--reinstall", action="store_true", help="install everything anew")
    group.add_argument("--upgrade", action="store_true", help="lock the newest versions")
    return group


def _output_format(parser: Any, formats: Iterable[str]) -> None:
    """Add the choice of formats, the first of which is the default."""
    names = tuple(formats)
    parser.add_argument(
        "--output-format",
        "--format",
        choices=names,
        type=_one_of(names),
        default=names[0],
        metavar="FORMAT",
        help=f"{', '.join(names)} (default: {names[0]})",
    )


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    """Return what reads one of some words."""

    def read(word: str) -> str:
        if word not in words:
            hint = did_you_mean(word, words) or f". Choose one of `{'`, `'.join(words)}`"
            raise argparse.ArgumentTypeError(f"there is no `{word}`{hint}")
        return word

    return read


def _positive(text: str) -> int:
    """Return a number of jobs."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number above 0")
    return int(text)
