"""`ws-lsp run`, and how both commands that run uv end when they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.disk import Place, environment, needs_uv, write
from processes import is_alive, posix, until
from slow_build import make_slow, process_of_the_build

pytestmark = [needs_uv, posix]

Start = Callable[..., "subprocess.Popen[str]"]

MEMBER = """
#- /packages/{name}/pyproject.toml
[project]
name = "{name}"
version = "1.0"
requires-python = ">=3.11"
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
#- /packages/{name}/src/{name}/__init__.py
WORD = "{name}"
""".strip("\n")
WORKSPACE = "\n".join(
    [
        """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpha", "beta"]
#- /tests/test_both.py
import unittest
import alpha, beta
class Both(unittest.TestCase):
    def test_words(self):
        self.assertEqual(alpha.WORD + beta.WORD, "alphabeta")
""".strip("\n"),
        MEMBER.format(name="alpha"),
        MEMBER.format(name="beta"),
    ]
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return write(tmp_path / "workspace", WORKSPACE)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start ws-lsp away from any terminal; whatever happens, it is gone at the end."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, at: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "ws_lsp", *arguments],
            cwd=at,
            env=environment(tmp_path / "home"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def run(start: Start, *arguments: str, at: Path, given: str = "") -> tuple[int, str, str]:
    process = start(*arguments, at=at)
    out, errors = process.communicate(given, timeout=60)
    return process.returncode, out, errors


def test_integration_tests_across_members(start: Start, place: Place) -> None:
    command = ["run", "--", "python", "-m", "unittest", "discover", "-s", "tests"]
    code, _, errors = run(start, *command, at=place.directory)
    assert code == 0, errors
    assert "Ran 1 test" in errors
    assert "Sync the default packages `alpha`, `beta`" in errors
    # what is synced is what was asked for: without beta they fail
    code, _, errors = run(
        start, "run", "--exact", "--package", "alpha", *command[1:], at=place.directory
    )
    assert code == 1
    assert "No module named 'beta'" in errors


@pytest.mark.parametrize(
    ("defaults", "words"),
    [
        (
            '["alpha", "bta"]',
            "error: `bta` is not a member of this workspace. Did you mean `beta`?",
        ),
        ('["ghost", "alpha"]', "error: `ghost` is not a member of this workspace"),
        ("7", 'error: `default-packages` must be a list of member names or `"all"`'),
    ],
)
def test_a_default_package_that_is_missing_is_named(
    start: Start, place: Place, defaults: str, words: str
) -> None:
    path = place / "pyproject.toml"
    path.write_text(path.read_text().replace('["alpha", "beta"]', defaults))
    code, out, errors = run(start, "run", "--", "python", "-c", "print(1)", at=place.directory)
    assert (code, out, errors) == (2, "", f"{words}\n")


@pytest.mark.parametrize("separator", [[], ["--"]])
def test_the_command_is_as_it_was_written(start: Start, place: Place, separator: list[str]) -> None:
    code = "import os, sys; print(sys.argv[1:], os.getcwd(), sys.stdin.read()); sys.exit(7)"
    command = ["python", "-c", code, "--all", "-x", "--", "a b"]
    at = place / "packages/beta"
    ended = run(start, "run", "--package", "alpha", *separator, *command, at=at, given="in")
    assert ended[0] == 7
    assert ended[1] == f"['--all', '-x', '--', 'a b'] {os.path.realpath(at)} in\n"


def test_another_project_and_no_command(start: Start, place: Place, tmp_path: Path) -> None:
    project = ["run", "--project", str(place.directory), "--package", "alpha"]
    ended = run(start, *project, "--", "python", "-c", "import alpha", at=tmp_path)
    assert ended[0] == 0, ended[2]
    for nothing in (project, [*project, "--"]):
        code, _, errors = run(start, *nothing, at=tmp_path)
        assert (code, errors) == (2, "error: no command was given. Write it after `--`\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_the_command(start: Start, place: Place, number: signal.Signals) -> None:
    code = (  # not a handler and a long sleep: a signal may come right before the sleep begins
        "import signal, sys\n"
        f"signal.pthread_sigmask(signal.SIG_BLOCK, [{number.value}])\n"
        f"print('ready', flush=True); signal.sigwait([{number.value}]); sys.exit(9)"
    )
    process = start("run", "--package", "alpha", "--", "python", "-c", code, at=place.directory)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(8) == 9


def assert_gone(process: int) -> None:
    until(lambda: not is_alive(process), "the build goes on", 4)


@pytest.fixture
def slow(place: Place) -> Place:
    """Return the workspace with a member that takes a minute to build."""
    return make_slow(place)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("command", [["sync"], ["run", "--", "python", "-c", "print(1)"]])
def test_a_sync_and_its_builds_end_with_us(
    start: Start, slow: Place, number: signal.Signals, command: list[str]
) -> None:
    process = start(*command, at=slow.directory)
    build = process_of_the_build(slow)
    process.send_signal(number)
    assert process.wait(4) == 128 + number
    assert_gone(build)


def test_an_interrupt_at_a_terminal(slow: Place, tmp_path: Path) -> None:
    import fcntl
    import termios

    master, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ws_lsp", "sync"],
        cwd=slow.directory,
        env=environment(tmp_path / "home"),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    try:
        build = process_of_the_build(slow)
        os.write(master, b"\x03")
        assert process.wait(8) not in (0, 1)
        assert_gone(build)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(terminal)
