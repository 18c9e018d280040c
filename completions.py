"""Scripts that let shells complete `ws-lsp`, made from its parser. They are made when a wheel is built."""

from __future__ import annotations

import argparse

import shtab

from ws_lsp.cli_parser import whole_parser

__all__ = ["script"]

_MEMBERS = shtab.cmd("ws-lsp members 2>/dev/null")
_CODES = shtab.cmd("ws-lsp rule | sed 's/ .*//'")


def script(shell: str) -> str:
    """Return what a shell reads: commands, options, formats, files, names of members and codes."""
    parser = whole_parser()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _teach(command)
    text: str = shtab.complete(parser, shell)
    return text.rstrip("\n") + "\n"


def _teach(parser: argparse.ArgumentParser) -> None:
    """Say of the arguments of a command where their values come from."""
    for action in parser._actions:
        if action.metavar == "PATH":
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.option_strings in (["--package"], ["--member"]):
            action.complete = _MEMBERS  # type: ignore[attr-defined]
        elif action.metavar == "CODE":
            action.complete = _CODES  # type: ignore[attr-defined]
