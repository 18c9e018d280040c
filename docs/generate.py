"""Writes `docs/rules/`, `docs/command-line.md`, the tables of findings in README.md and ARCHITECTURE.md, and `schemas/`.

The rules' docstrings, the parser and the schema in `ws_lsp/schema` are the only sources. `make docs` writes; `--check` only tells what is stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from json_schemas import schemas

from ws_lsp.checking.rule import Rule, Scope
from ws_lsp.cli_parser import COMMANDS, general_parser, parser_of
from ws_lsp.report import FORMATS
from ws_lsp.rules.catalogue import ALL

HERE = Path(__file__).resolve().parent
COMMAND_LINE = HERE / "command-line.md"
README = HERE.parent / "README.md"
RULES = HERE / "rules"
SCHEMAS = HERE.parent / "schemas"
BEGIN = "<!-- findings: written by docs/generate.py -->"
END = "<!-- end of findings -->"
ARCHITECTURE = HERE.parent / "ARCHITECTURE.md"
BEGIN_MAP = "<!-- families: written by docs/generate.py -->"
END_MAP = "<!-- end of families -->"

SCOPES = {
    Scope.ROOT: "the root's `pyproject.toml`",
    Scope.MEMBER: "a member's `pyproject.toml`",
    Scope.DETACHED: "the `pyproject.toml` of a member from whose directory uv does not find the root",
    Scope.PARSED_ONLY: "one that uv only parses: an unmanaged member's, or the next above a single project",
    Scope.SETTINGS: "the `uv.toml` beside the root's `pyproject.toml`",
}


def page(rule: Rule) -> str:
    """Return the page of a rule."""
    scopes = rule.scopes - {Scope.DETACHED} if Scope.MEMBER in rule.scopes else rule.scopes
    places = [name for scope, name in SCOPES.items() if scope in scopes]
    head = f"# {rule.code}\n\n- Severity: {rule.severity.value}{', off by default' if rule.off else ''}\n- Looks at: {listed(places)}\n"
    head += "".join(f"- Fix: {fix}\n" for fix in rule.fixes)
    return f"{head}\n{rule.documentation}\n[All findings](README.md)\n"


def listed(words: list[str]) -> str:
    """Return words as one does in a sentence."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def table(link: str) -> str:
    """Return the table of all rules; `link` leads to the directory of their pages."""
    rows = [
        f"| [`{rule.code}`]({link}{rule.code}.md) | {rule.severity.value}{' (off)' if rule.off else ''} | {cell(rule.title)} |"
        for rule in ALL
    ]
    return "\n".join(["| Finding | Severity | What it says |", "|---|---|---|", *rows]) + "\n"


def cell(text: str) -> str:
    """Return a text as a table takes it."""
    return text.replace("|", "\\|")


def index() -> str:
    """Return the page that lists all rules."""
    return (
        "# Findings\n\n"
        "Everything that ws-lsp reports, in editors and by `ws-lsp check`.\n"
        "Errors are what uv refuses, and values of `default-packages` that cannot be carried out.\n"
        "`ws-lsp rule CODE` shows the same pages in a terminal.\n\n"
        "A fix is *safe* if it loses nothing, no comment either, and uv accepts at least what it accepted "
        "before: `ws-lsp check --fix` and `source.fixAll` of an editor apply these. Of an *unsafe* one the "
        "page says what it may lose, and a person chooses it, or all of them with `--unsafe-fixes`. Every "
        "fix in a member with a workspace of its own is unsafe, and so is one for the workspace that uv "
        "finds in place of the one that lists the member.\n\n"
        "[What uv warns of](../warnings.md) tells for each warning of uv which finding says the same.\n\n"
        f"{table('')}"
    )


def command_line() -> str:
    """Return the page of all commands and their options."""
    listed = "".join(f"| [`{name}`](#{name}) | {one.help} |\n" for name, one in COMMANDS.items())
    formats = "".join(f"| `{name}` | {one.about} |\n" for name, one in FORMATS.items())
    commands = "\n".join(command(name) for name in COMMANDS)
    return (
        "# The command line\n\n"
        "What `ws-lsp help COMMAND` shows. For what selections mean see [selections](selections.md).\n\n"
        f"| Command | What it does |\n|---|---|\n{listed}\n"
        f"{arguments(general_parser())}\n{commands}\n"
        "## Formats of `check`\n\n"
        f"| `--output-format` | For |\n|---|---|\n{formats}"
    )


def command(name: str) -> str:
    """Return what there is to say of a command."""
    one = COMMANDS[name]
    codes = "".join(f"| {code} | {cell(meaning)} |\n" for code, meaning in one.exit_codes)
    return (
        f"## {name}\n\n{one.description}\n\n```console\n$ ws-lsp {name} {one.usage}\n```\n\n"
        f"{arguments(parser_of(name))}\n| Exit code | Meaning |\n|---|---|\n{codes}"
    )


def arguments(parser: argparse.ArgumentParser) -> str:
    """Return the table of the arguments and options of a parser, group by group."""
    rows = [
        f"| {written(action)} | {cell(action.help or '')} |\n"
        for group in parser._action_groups
        for action in group._group_actions
        if action.help != argparse.SUPPRESS
    ]
    return f"| Argument | Meaning |\n|---|---|\n{''.join(rows)}"


def written(action: argparse.Action) -> str:
    """Return how an argument is written."""
    value = "" if action.nargs == 0 else action.metavar or "|".join(action.choices or ())
    names = action.option_strings or [""]
    return ", ".join(cell(f"`{f'{name} {value}'.strip()}`") for name in names)


def families() -> str:
    """Return the table of the families of rules: the module, what it is about, and its codes."""
    codes: dict[str, list[str]] = {}
    for rule in ALL:
        codes.setdefault(rule.check.__module__, []).append(f"`{rule.code}`")
    rows = [
        f"| `{name.rpartition('.')[2]}` | {about(name)} | {', '.join(some)} |"
        for name, some in sorted(codes.items())
    ]
    return "\n".join(["| module | rules about | codes |", "|---|---|---|", *rows]) + "\n"


def about(name: str) -> str:
    """Return what the first line of a module's docstring says that its rules are about."""
    line = (import_module(name).__doc__ or "").partition("\n")[0]
    beginning, found, rest = line.rstrip(".").partition(" about ")
    if not found or beginning not in ("Rules", "The rule"):
        raise SystemExit(f"error: the docstring of {name} must begin with `Rules about …`")
    return rest.replace("|", "\\|")


def filled(path: Path, begin: str, end: str, table: str) -> str:
    """Return a file with a table between two comments as it should be."""
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise SystemExit(f"error: {path.name} has lost `{begin}` or `{end}`")
    return f"{before}{begin}\n\n{table}\n{end}{after}"


def wanted() -> Iterator[tuple[Path, str]]:
    """Yield every generated file, and what it should hold."""
    for rule in ALL:
        yield RULES / f"{rule.code}.md", page(rule)
    yield RULES / "README.md", index()
    yield COMMAND_LINE, command_line()
    yield README, filled(README, BEGIN, END, table("docs/rules/"))
    yield ARCHITECTURE, filled(ARCHITECTURE, BEGIN_MAP, END_MAP, families())
    for name, text in schemas():
        yield SCHEMAS / name, text


def main() -> int:
    """Write what is stale, or only name it."""
    parser = argparse.ArgumentParser(description="Write the documentation of the rules.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if stale")
    check = parser.parse_args().check
    files = dict(wanted())
    stale = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    left_over = [path for path in RULES.glob("*.md") if path not in files]
    for path in [*stale, *left_over]:
        sys.stdout.write(f"{'stale' if check else 'wrote'} {path.relative_to(HERE.parent)}\n")
    if check:
        return 1 if stale or left_over else 0
    RULES.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(files[path], encoding="utf-8", newline="\n")
    for path in left_over:
        path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
