"""Children: their lines, their environment, their end."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest
from processes import is_alive, posix, until

from ws_lsp.uv.environment import child_environment, command_environment
from ws_lsp.uv.find import Uv, find_uv, search_uv, setting_problem
from ws_lsp.uv.process import find, run


def lines_of(code: str, directory: Path) -> tuple[int, list[str]]:
    lines: list[str] = []
    returned = asyncio.run(run([sys.executable, "-c", code], str(directory), lines.append))
    return returned, lines


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("print('a'); print('b')", ["a", "b"]),
        ("print('a', end='')", ["a"]),
        ("print()", [""]),
        ("pass", []),
        ("import sys; sys.stderr.write('to stderr')", ["to stderr"]),
        ("import sys; sys.stdout.buffer.write(b'a\\r\\nb\\xff')", ["a", "b\ufffd"]),
        ("import sys; print(repr(sys.stdin.read()))", ["''"]),
    ],
)
def test_lines(code: str, lines: list[str], tmp_path: Path) -> None:
    assert lines_of(code, tmp_path) == (0, lines)


def test_a_line_without_end_comes_in_pieces(tmp_path: Path) -> None:
    _, lines = lines_of("print('x' * 1_000_000)", tmp_path)
    assert "".join(lines) == "x" * 1_000_000


def test_a_character_is_not_cut_in_two(tmp_path: Path) -> None:
    _, lines = lines_of("print('é' * 100_000)", tmp_path)
    assert "".join(lines) == "é" * 100_000


def test_the_exit_code_and_the_directory(tmp_path: Path) -> None:
    code, lines = lines_of("import os; print(os.getcwd()); raise SystemExit(7)", tmp_path)
    assert (code, [os.path.realpath(line) for line in lines]) == (7, [os.path.realpath(tmp_path)])


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        asyncio.run(run([str(tmp_path / "nothing")], str(tmp_path), print))


@posix
@pytest.mark.parametrize("deaf", [False, True])
def test_cancelling_ends_the_whole_group(deaf: bool, tmp_path: Path) -> None:
    ignore = "trap '' INT; " if deaf else ""
    script = f"{ignore}sh -c '{ignore.replace(chr(39), chr(34))}echo $$; sleep 60' & echo $$; wait"
    lines: list[str] = []

    async def session() -> None:
        begun = asyncio.Event()

        def hear(line: str) -> None:
            lines.append(line)
            if len(lines) == 2:
                begun.set()

        task = asyncio.create_task(run(["sh", "-c", script], str(tmp_path), hear))
        await asyncio.wait_for(begun.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(task), 4)

    asyncio.run(session())
    until(lambda: not any(is_alive(int(line)) for line in lines), "one lives on", 2)


def test_a_child_of_the_child_that_holds_the_pipe(tmp_path: Path) -> None:
    began = time.monotonic()
    child = "import time; time.sleep(60)"
    code = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "print('x' * 60_000); print('last')"
    )
    assert lines_of(code, tmp_path) == (0, ["x" * 60_000, "last"])
    assert time.monotonic() - began < 20


def test_what_speaks_of_our_own_environment_is_left_out() -> None:
    ours = {
        "VIRTUAL_ENV": "v",
        "PYTHONPATH": "p",
        "UV_PROJECT": "u",
        "PATH": "/bin",
        "UV_OFFLINE": "1",
    }
    assert child_environment(ours) == {"PATH": "/bin", "UV_OFFLINE": "1"}
    assert command_environment(ours) == {"PYTHONPATH": "p", "PATH": "/bin", "UV_OFFLINE": "1"}


# ---------------------------------------------------------------------------- find_uv


def program(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'uv {version} (stand-in)'\n")
    path.chmod(0o755)
    return path


@posix
def test_the_first_uv_that_runs_is_taken(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    setting = program(tmp_path / "set/uv", "1.0.0")
    variable = program(tmp_path / "variable/uv", "2.0.0")
    venv = program(root / ".venv/bin/uv", "3.0.0")
    on_path = program(tmp_path / "bin/uv", "4.0.0")
    environment = {"UV": str(variable), "PATH": f"{on_path.parent}:{os.defpath}"}
    for path, first in ((setting, 1), (variable, 2), (venv, 3), (on_path, 4)):
        found = find_uv(str(root), str(setting), environment)
        assert found is not None
        assert (found.path, found.version) == (str(path), (first, 0, 0))
        path.unlink()
    found = find_uv(str(root), str(setting), {"PATH": str(tmp_path)})
    assert found is None or found.path.startswith((sys.prefix, os.path.dirname(sys.executable)))


def test_what_is_wrong_with_a_setting(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    right, other = Uv(str(file), (1, 0, 0)), Uv("/usr/bin/uv", (1, 0, 0))
    assert setting_problem(None, None) is None
    assert setting_problem("", other) is None
    assert setting_problem(str(file), right) is None
    for found in (None, other):
        assert "is not a uv that runs" in (setting_problem(str(file), found) or "")
        assert "does not exist" in (setting_problem(str(tmp_path / "x"), found) or "")


@posix
def test_a_program_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    uv = program(tmp_path / "uv", "1.0.0")
    search = search_uv(None, str(uv), {"PATH": str(tmp_path / "none")})
    assert next(search) == str(uv)
    found: list[str] = []
    with pytest.raises(StopIteration):
        found.append(search.send(None))
        while True:
            found.append(search.send(None))
    again = search_uv(None, str(uv), {"PATH": str(tmp_path / "none")})
    assert next(again) == str(uv)
    with pytest.raises(StopIteration) as ended:
        again.send("uv 1.0.0")
    assert ended.value.value == Uv(str(uv), (1, 0, 0))
    assert asyncio.run(find(search_uv(None, str(uv), {}))) == Uv(str(uv), (1, 0, 0))


@posix
def test_what_is_no_uv_is_passed_over(tmp_path: Path) -> None:
    other = program(tmp_path / "bin/uv", "4.0.0")
    broken = tmp_path / "broken"
    for content, mode in (("", 0o755), ("#!/bin/sh\nexit 3\n", 0o755), ("x", 0o644)):
        broken.write_text(content)
        broken.chmod(mode)
        os.utime(broken, ns=(mode + len(content), mode + len(content)))
        found = find_uv(str(tmp_path), str(broken), {"PATH": f"{other.parent}:{os.defpath}"})
        assert found is not None
        assert found.path == str(other)


@posix
def test_an_updated_uv_is_asked_again(tmp_path: Path) -> None:
    uv = program(tmp_path / "uv", "1.0.0")
    os.utime(uv, ns=(1, 1))
    first = find_uv(str(tmp_path), str(uv), {})
    program(uv, "1.0.1")
    second = find_uv(str(tmp_path), str(uv), {})
    assert first is not None
    assert second is not None
    assert (first.version, second.version) == ((1, 0, 0), (1, 0, 1))
