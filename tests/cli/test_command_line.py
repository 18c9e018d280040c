"""Every command, option, error and exit code: what people see who mistype, ask for help or redirect."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from e2e.disk import Place, environment, write
from processes import posix

from completions import script
from ws_lsp import __version__
from ws_lsp.cli import execute
from ws_lsp.cli_check import _colours, _repository
from ws_lsp.cli_parser import COMMANDS, COMPLETED_SHELLS, parser_of, whole_parser
from ws_lsp.progress import PATIENCE, shown
from ws_lsp.report import FORMATS
from ws_lsp.rules.catalogue import ALL

Said = Callable[..., tuple[int, str, str]]

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpah", "alpha", "alpha"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
dependencies = ["beta"]
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
requires-python = ">=3.11"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("NO_COLOR", "FORCE_COLOR", "UV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = write(tmp_path / "w", WORKSPACE)
    monkeypatch.chdir(found.directory)
    return found


@pytest.fixture
def said(place: Place, capsys: pytest.CaptureFixture[str]) -> Said:
    """Return what carries out a command, and returns its exit code and what it prints."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = execute(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


# ------------------------------------------------------------------------------- help


def test_a_bare_command_and_help_show_the_commands(said: Said) -> None:
    code, text, error = said()
    assert (code, error) == (0, "")
    assert text.startswith("usage: ws-lsp COMMAND [OPTIONS]\n\nLanguage server and checks for")
    for name, command in COMMANDS.items():
        assert f"\n  {name:<25}  {command.help}\n" in text
    for arguments in (("help",), ("-h",), ("--help",)):
        assert said(*arguments) == (0, text, "")
    assert said("-V") == said("--version") == (0, f"ws-lsp {__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_tells_all(said: Said, name: str) -> None:
    code, text, error = said("help", name)
    assert (code, error) == (0, "")
    assert said(name, "--help") == said(name, "-h") == (0, text, "")
    command = COMMANDS[name]
    assert text.startswith(f"usage: ws-lsp {name} {command.usage}\n\n{command.description}\n")
    codes = [
        line.split(maxsplit=1) for line in text.partition("exit codes:\n")[2].rstrip().split("\n")
    ]
    assert codes == [[str(status), meaning] for status, meaning in command.exit_codes]
    for action in parser_of(name)._actions:
        assert action.help, action
        if action.help != argparse.SUPPRESS:
            assert all(option in text for option in action.option_strings)


def test_help_fits_a_terminal_of_any_width(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in ("1", "20", "0", "-3", "wide", "500"):
        monkeypatch.setenv("COLUMNS", columns)
        for name in COMMANDS:
            assert said(name, "--help")[0] == 0


# ----------------------------------------------------------------------------- errors

MISTAKES = {
    "chekc": "there is no command `chekc`. Did you mean `check`?",
    "memebrs .": "there is no command `memebrs`. Did you mean `members`?",
    "xyzzy": "there is no command `xyzzy`",
    "help chekc": "there is no command `chekc`. Did you mean `check`?",
    "--verison": "there is no option `--verison`. Did you mean `--version`?",
    "check --slect x": "there is no option `--slect`. Did you mean `--select`?",
    "check --output-fromat=json": "there is no option `--output-fromat`. Did you mean `--output-format`?",
    "check --zzz": "there is no option `--zzz`",
    "check --output-format jsno": "`--output-format`: there is no `jsno`. Did you mean `json`?",
    "check --format xml": "`--output-format`: there is no `xml`. Choose one of "
    + ", ".join(f"`{name}`" for name in FORMATS),
    "check --color allways": "`--color`: there is no `allways`. Did you mean `always`?",
    "check --since": "`--since`: expected one argument",
    "check --fix --diff": "`--diff`: not allowed with argument --fix",
    "check --exit-zero --error-on-warning": "`--error-on-warning`: not allowed with argument --exit-zero",
    "check --select unknown-indx": "there is no rule `unknown-indx`. Did you mean `unknown-index`?",
    "check --ignore unknown-index,nothing": "there is no rule `nothing`",
    "check --unsafe-fixes": "`--unsafe-fixes` goes with `--fix` or `--diff`",
    "check --statistics --format json": "`--statistics` is text. Leave it or `--output-format json` out",
    "check . nowhere": "`nowhere` does not exist",
    "check --package alhpa": "`alhpa` is not a member of this workspace. Did you mean `alpha`?",
    "members a b": "`b` is one argument too many",
    "members --format matrxi": "`--output-format`: there is no `matrxi`. Did you mean `matrix`?",
    "members --paths --format json": "`--paths` is about text: the other formats have the paths",
    "graph --reverse": "`--reverse` shows what needs a member: name it with `--member NAME`",
    "graph --format dott": "`--output-format`: there is no `dott`. Did you mean `dot`?",
    "sync --pakage alpha": "there is no option `--pakage`. Did you mean `--package`?",
    "run": "no command was given. Write it after `--`",
    "run --eahc -- pytest": "there is no option `--eahc`. Did you mean `--each`?",
    "run --jobs 0 -- pytest": "`--jobs`: `0` is not a number above 0",
    "run --jobs 2 -- pytest": "`--jobs` and `--keep-going` need `--each`",
    "rule unknown-indx": "there is no rule `unknown-indx`. Did you mean `unknown-index`?",
    "rule unknown-index --all": "`--all` explains every finding. Leave the code or `--all` out",
    "generate-shell-completion": "the following arguments are required: SHELL",
    "generate-shell-completion bsh": "`SHELL`: there is no `bsh`. Did you mean `bash`?",
    "server --stido": "there is no option `--stido`. Did you mean `--stdio`?",
}
"""What people may type, and the error; the exit code is always 2."""


@pytest.mark.parametrize("typed", MISTAKES)
def test_a_mistake_is_told_with_the_usage_of_its_command(said: Said, typed: str) -> None:
    code, text, error = said(*typed.split())
    assert (code, text) == (2, "")
    first, _, rest = error.partition("\n")
    assert first == f"error: {MISTAKES[typed]}"
    name = typed.split()[0]
    shown_as = f"ws-lsp {name} {COMMANDS[name].usage}" if name in COMMANDS else "ws-lsp COMMAND"
    if rest:  # what is wrong with the workspace shows no usage
        assert rest.startswith(f"\nusage: {shown_as}")


def test_every_option_is_known_by_one_spelling_only(said: Said) -> None:
    for name in COMMANDS:
        for action in parser_of(name)._actions:
            for option in action.option_strings:
                if len(option) > 4:
                    wrong = f"{option[:-1]}{'x' if option[-1] != 'x' else 'y'}"
                    needed = ["bash"] if name == "generate-shell-completion" else []
                    code, text, error = said(name, *needed, wrong)
                    assert (code, text) == (2, "")
                    assert f"there is no option `{wrong}`. Did you mean `" in error


# ------------------------------------------------------------------------------ check


def codes(text: str) -> list[str]:
    return [one["code"] for one in json.loads(text)]


def test_codes_are_selected_and_ignored(said: Said) -> None:
    every = codes(said("check", "--format=json")[1])
    assert every == [
        "unknown-default-package",
        "duplicate-default-package",
        "missing-workspace-source",
    ]
    for arguments, expected, status in (
        (["--select", every[0]], every[:1], 1),
        (["--select", f"{every[0]},{every[1]}"], every[:2], 1),
        (["--select", every[1], "--select", f" {every[2]} ,"], every[1:], 1),
        (["--select", every[1]], every[1:2], 0),
        (["--select", every[1], "--error-on-warning"], every[1:2], 1),
        (["--ignore", f"{every[0]},{every[2]}"], every[1:2], 0),
        (["--select", every[0], "--ignore", every[0]], [], 0),
        (["--exit-zero"], every, 0),
    ):
        code, text, error = said("check", "--format=json", *arguments)
        assert (code, codes(text), error) == (status, expected, "")


def test_selecting_a_rule_that_is_off_turns_it_on(said: Said, place: Place) -> None:
    source = place / "packages/beta/src/beta/__init__.py"
    source.parent.mkdir(parents=True)
    source.write_text("import alpha\n")
    there = place / "packages/alpha/src/alpha/__init__.py"
    there.parent.mkdir(parents=True)
    there.write_text("")
    for name in ("alpha", "beta"):
        with (place / f"packages/{name}/pyproject.toml").open("a") as manifest:
            manifest.write('[build-system]\nrequires = ["setuptools"]\n')
    off = "undeclared-import"
    assert off not in codes(said("check", "--format=json")[1])
    assert codes(said("check", "--format=json", "--select", off)[1]) == [off]
    assert off in codes(said("check", "--format=json", "--imports")[1])


def test_only_what_is_selected_is_fixed(said: Said, place: Place) -> None:
    root = place / "pyproject.toml"
    before = root.read_text()
    code, text, _ = said("check", "--diff", "--select", "missing-workspace-source")
    assert (code, "pyproject.toml" in text, "alpah" in text) == (1, True, False)
    assert said("check", "--diff", "--exit-zero")[0] == 0
    said("check", "--fix", "--select", "missing-workspace-source")
    assert root.read_text() == before
    assert "missing-workspace-source" not in said("check")[1]


def test_several_paths_are_checked_once_each(said: Said, place: Place, tmp_path: Path) -> None:
    once = said("check", "--format=json")
    assert said("check", "--format=json", ".", "packages/alpha", "pyproject.toml") == once
    other = write(tmp_path / "other", WORKSPACE)
    code, text, _ = said("check", "--format=json", "packages", str(other.directory))
    assert code == 1
    assert codes(text) == codes(once[1]) * 2
    files = {one["filename"] for one in json.loads(text)}
    assert str(place / "pyproject.toml") in files
    assert str(other / "pyproject.toml") in files
    here = said("check", "--here", "--format=json", "packages/alpha", "packages/beta")[1]
    assert codes(here) == codes(once[1])
    beta = said("check", "--here", "--format=json", "packages/beta")[1]
    assert "missing-workspace-source" not in codes(beta)
    said("check", "--fix", ".", str(other.directory))
    texts = {(root / "packages/alpha/pyproject.toml").read_text() for root in (place, other)}
    assert "workspace = true" in texts.pop()
    assert not texts


def test_quiet_shows_findings_alone(said: Said, place: Place) -> None:
    for output_format in ("full", "concise"):
        loud, quiet = (
            said("check", "--format", output_format, *more)[1] for more in ([], ["--quiet"])
        )
        assert loud.startswith(quiet.rstrip("\n"))
        assert "Found" in loud
        assert "Found" not in quiet
        assert "fixable" not in quiet
    assert said("check", "-q", "--ignore", ",".join(rule.code for rule in ALL))[1] == ""


def test_statistics_count(said: Said, place: Place) -> None:
    (place / "packages/beta/pyproject.toml").write_text(
        '[project]\nname = "beta"\nversion = "1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["alpha"]\n'
    )
    code, text, _ = said("check", "--statistics")
    assert (code, text) == (
        1,
        "2  error[missing-workspace-source]\n"
        "1  warning[duplicate-default-package]\n"
        "1  error[unknown-default-package]\n"
        "Found 3 errors, 1 warning\n",
    )
    assert said("check", "--statistics", "--quiet")[1] == text.rpartition("Found")[0]
    assert said("check", "--statistics", "--exit-zero")[0] == 0


@pytest.mark.parametrize(
    ("choice", "variables", "terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours(choice: str, variables: dict[str, str], terminal: bool, coloured: bool) -> None:
    assert _colours(choice, variables, terminal) is coloured


def test_colour_is_asked_for(said: Said) -> None:
    assert "\x1b[" in said("check", "--color", "always")[1]
    assert "\x1b[" not in said("check", "--color=auto")[1]


def test_names_are_right_from_a_subdirectory(
    said: Said, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub's runner makes absolute names relative; the others see them from the repository."""
    (place.directory.parent / ".git").mkdir()
    monkeypatch.chdir(place / "packages/alpha")
    root, member = place / "pyproject.toml", place / "packages/alpha/pyproject.toml"
    text = said("check", "--format=github")[1]
    assert f",file={root},line=4,col=21," in text
    assert f"::{root}:4:21: unknown-default-package `alpah`" in text
    assert f",file={member},line=5," in text
    assert "::pyproject.toml:5:17: missing-workspace-source `beta`" in text
    places = [one["location"]["path"] for one in json.loads(said("check", "--format=gitlab")[1])]
    assert places == ["w/pyproject.toml"] * 2 + ["w/packages/alpha/pyproject.toml"]
    (run,) = json.loads(said("check", "--format=sarif")[1])["runs"]
    assert run["originalUriBaseIds"] == {
        "%SRCROOT%": {"uri": f"{place.directory.parent.as_uri()}/"}
    }
    artifacts = [
        one["locations"][0]["physicalLocation"]["artifactLocation"] for one in run["results"]
    ]
    assert artifacts == [{"uri": path, "uriBaseId": "%SRCROOT%"} for path in places]


def test_the_root_of_a_repository(tmp_path: Path) -> None:
    deep = tmp_path / "a/b"
    deep.mkdir(parents=True)
    (tmp_path / "a/.git").write_text("gitdir: elsewhere")  # a worktree or a submodule
    assert _repository(deep.as_posix()) == (tmp_path / "a").as_posix()
    assert _repository("/") == "/"


# ------------------------------------------------------------------------------- rule


def test_all_rules_are_explained_and_written_for_programs(said: Said) -> None:
    code, text, error = said("rule", "--all")
    assert (code, error) == (0, "")
    known = [rule.code for rule in ALL]
    assert [line[2:] for line in text.split("\n") if line[2:] in known and line[0] == "#"] == known
    records = json.loads(said("rule", "--output-format", "json")[1])
    assert [one["code"] for one in records] == [rule.code for rule in ALL]
    one = json.loads(said("rule", "undeclared-import", "--format=json")[1])
    assert one in records
    assert one["default"] is False
    assert one["severity"] == "warning"
    assert one["documentation"].startswith(one["title"])
    assert one["url"].endswith("/undeclared-import.md")


# ---------------------------------------------------------------------------- streams


def ended(place: Place, command: str, **variables: str) -> tuple[int, str]:
    """Run a line of a shell in the workspace; return the exit code and what it says on stderr."""
    done = subprocess.run(
        ["sh", "-c", command.replace("ws-lsp", f"'{sys.executable}' -m ws_lsp")],
        cwd=place.directory,
        env=environment(place.directory.parent / "home", **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["check", "check --format=json", "rule --all", "check --help"])
def test_output_that_cannot_be_written_is_told(place: Place, command: str, unbuffered: str) -> None:
    code, error = ended(place, f"ws-lsp {command} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert code == 2
    assert error == "error: standard output cannot be written: No space left on device\n"
    assert ended(place, f"ws-lsp {command} >/dev/full 2>/dev/full")[0] == 2


@posix
def test_streams_that_are_closed(place: Place) -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&-"):
        assert ended(place, f"ws-lsp check {closed}") == (1, "")
        assert ended(place, f"ws-lsp members {closed}") == (0, "")
        assert ended(place, f"ws-lsp chekc {closed} 2>&-") == (2, "")


@posix
def test_a_missing_uv_is_told_with_what_can_be_set(place: Place) -> None:
    plain = "import sys; sys.prefix = '/x'; sys.executable = '/x/python'\nfrom ws_lsp.cli import execute\n"
    for uv, said_of_it in (("", ""), ("/no/uv", ": `$UV` leads to `/no/uv`, where none runs")):
        done = subprocess.run(
            [sys.executable, "-c", f"{plain}sys.exit(execute(['sync', '--all']))"],
            cwd=place.directory,
            env={**environment(place.directory.parent / "home"), "PATH": "/nowhere", "UV": uv},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"error: uv was not found{said_of_it}. Install it (`pip install uv`, or your system's "
            "package manager), or set `$UV` to its path\n"
        )


def test_progress_is_shown_when_work_takes_long() -> None:
    def after(*seconds: float) -> str:
        times: Iterator[float] = iter((0.0, *seconds))
        stream = StringIO()
        assert [*shown("abc", 3, "Checked", stream, lambda: next(times))] == [*"abc"]
        return stream.getvalue()

    assert after(0.1, 0.2, PATIENCE - 0.01) == ""
    assert after(0.1, PATIENCE, PATIENCE + 0.01) == "\r\x1b[KChecked 1 of 3\r\x1b[K"
    assert after(PATIENCE, 2, 3) == (
        "\r\x1b[KChecked 0 of 3\r\x1b[KChecked 1 of 3\r\x1b[KChecked 2 of 3\r\x1b[K"
    )


# ------------------------------------------------------------------------ completions


def test_completions_are_printed_where_they_were_built(said: Said) -> None:
    code, text, error = said("generate-shell-completion", "bash")
    assert (code, text) == (2, "")
    assert error.startswith("error: the completions are made when the wheel is built")


@pytest.mark.parametrize("shell", COMPLETED_SHELLS)
def test_completions_know_every_command_and_option(shell: str) -> None:
    text = script(shell)
    assert "usage" not in text.partition("\n")[0]
    for name in COMMANDS:
        assert name in text
        for action in parser_of(name)._actions:
            if action.help != argparse.SUPPRESS:
                for option in action.option_strings:
                    assert option.lstrip("-") in text
    for name in FORMATS:
        assert name in text


@posix
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ws-lsp", "che"], {"check"}),
        (["ws-lsp", "check", "--sta"], {"--statistics"}),
        (["ws-lsp", "check", "--output-format", "s"], {"sarif"}),
        (["ws-lsp", "graph", "--format", "m"], {"mermaid"}),
        (["ws-lsp", "generate-shell-completion", ""], {*COMPLETED_SHELLS}),
    ],
)
def test_bash_completes(tmp_path: Path, words: list[str], expected: set[str]) -> None:
    written = tmp_path / "completion"
    written.write_text(script("bash"))
    line = " ".join(f"'{word}'" for word in words)
    ask = (
        f"source '{written}'; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; "
        "$(complete -p ws-lsp | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=False)
    assert {line.strip() for line in done.stdout.split("\n") if line.strip()} == expected, (
        done.stderr
    )


def test_all_parsers_are_one(said: Said) -> None:
    """What completes knows what parses."""
    parser = whole_parser()
    (commands,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    assert [*commands.choices] == [*COMMANDS]
