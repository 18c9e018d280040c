"""`ws-lsp run --each`: a command for each member, in its directory, with the real uv."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.disk import Place, environment, installed, needs_uv, write
from processes import is_alive, posix, until

pytestmark = needs_uv

ROOT = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[dependency-groups]
dev = []
"""


def member(name: str, *needs: str, imports: str = "", code: str = "") -> str:
    listed = ", ".join(f'"{one}"' for one in needs)
    sources = "".join(f"{one} = {{ workspace = true }}\n" for one in needs)
    return (
        f"#- /packages/{name}/pyproject.toml\n[project]\n"
        f'name = "{name}"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = [{listed}]\n'
        '[build-system]\nrequires = ["uv_build>=0.9,<1"]\nbuild-backend = "uv_build"\n'
        f"[tool.uv.sources]\n{sources}"
        f"#- /packages/{name}/src/{name}/__init__.py\n"
        f"#- /packages/{name}/check.py\n{imports or f'import {name}'}\n{code}\n"
    )


COMMAND = ["--", "python", "check.py"]


class Workspace:
    """A workspace on the disk, and ws-lsp in it."""

    def __init__(self, place: Place, home: Path) -> None:
        self.place = place
        self.environment = environment(home)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "ws_lsp", "run", "--each", *arguments],
            cwd=self.place.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


def table(errors: str) -> dict[str, str]:
    """Return the results by member, in the order of the table at the end."""
    lines = errors.rpartition("member ")[2].splitlines()[1:]
    return {line.split()[0]: " ".join(line.split()[1:-1]) for line in lines}


@pytest.fixture
def four(tmp_path: Path) -> Workspace:
    """`app` needs `core`; `one` and `two` need each other."""
    text = ROOT + "".join(
        [
            member("app", "core"),
            member("core"),
            member("one", "two"),
            member("two", "one"),
        ]
    )
    return Workspace(write(tmp_path / "workspace", text), tmp_path / "home")


@pytest.mark.parametrize("jobs", [[], ["--jobs", "3"]])
def test_each_member_in_its_directory_after_what_it_needs(four: Workspace, jobs: list[str]) -> None:
    where = ["--", "python", "-c", "import os; print(os.getcwd())"]
    code, output, errors = four.run("--all", *jobs, *where)
    assert (code, table(errors)) == (0, dict.fromkeys(("core", "app", "one", "two"), "ok"))
    directories = re.findall(r"\S+/packages/\w+", output.replace("\\", "/"))
    names = [one.rpartition("/")[2] for one in directories]
    assert sorted(names) == ["app", "core", "one", "two"]
    assert names.index("core") < names.index("app")
    if jobs:
        assert all(
            line.split(" | ")[0].strip() in line.split(" | ")[1] for line in output.split("\n")[:-1]
        )


def test_what_is_not_selected_stays_and_goes_if_the_run_is_exact(four: Workspace) -> None:
    root = four.place.directory
    assert four.run("--all", *COMMAND)[0] == 0
    assert four.run("--package", "core", *COMMAND)[0] == 0
    assert installed(root) == {"app", "core", "one", "two"}
    # each has an environment of its own: that of the workspace is not touched
    assert four.run("--package", "core", "--exact", *COMMAND)[0] == 0
    assert installed(root) == {"app", "core", "one", "two"}


@pytest.mark.parametrize(
    ("arguments", "code", "results"),
    [
        ([], 3, {"core": "ok", "bad": "failed (3)", "late": "not run"}),
        (["--keep-going"], 3, {"core": "ok", "bad": "failed (3)", "late": "failed (4)"}),
        (
            ["--keep-going", "--jobs", "2"],
            3,
            {"core": "ok", "bad": "failed (3)", "late": "failed (4)"},
        ),
        (["--jobs", "2"], 3, {"core": "ok", "bad": "failed (3)", "late": "not run"}),
        (["--package", "core"], 0, {"core": "ok"}),
    ],
)
def test_a_member_that_fails(
    tmp_path: Path, arguments: list[str], code: int, results: dict[str, str]
) -> None:
    text = ROOT + "".join(
        [
            member("core"),
            member("bad", "core", code="raise SystemExit(3)"),
            member("late", "bad", code="raise SystemExit(4)"),
        ]
    )
    workspace = Workspace(write(tmp_path / "workspace", text), tmp_path / "home")
    ended, _, errors = workspace.run(*arguments, *COMMAND)
    assert (ended, table(errors)) == (code, results)
    assert list(table(errors)) == list(results)


def test_twenty_members_one_of_which_forgot_a_requirement(tmp_path: Path) -> None:
    text = ROOT + "".join(
        member(f"m{one:02}", *([f"m{one - 1:02}"] if one % 5 else []))
        for one in range(20)
        if one != 7
    )
    text += member("m07", imports="import m06")  # it says nothing of `m06`
    workspace = Workspace(write(tmp_path / "workspace", text), tmp_path / "home")
    code, _, errors = workspace.run("--all", "--jobs", "4", *COMMAND)
    assert (code, set(table(errors).values())) == (0, {"ok"})
    code, _, errors = workspace.run("--all", "--exact", "--keep-going", *COMMAND)
    assert code == 1
    assert {name for name, result in table(errors).items() if result != "ok"} == {"m07"}
    assert "No module named 'm06'" in errors
    assert len(table(errors)) == 20


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--exact", "--jobs", "2", *COMMAND],
            "`--exact` and `--jobs` exclude each other. Leave one of them out",
        ),
        (["--all"], "no command was given. Write it after `--`"),
        (
            ["--package", "cor", *COMMAND],
            "`cor` is not a member of this workspace. Did you mean `core`?",
        ),
    ],
)
def test_what_cannot_be_run(four: Workspace, arguments: list[str], message: str) -> None:
    assert four.run(*arguments) == (2, "", f"error: {message}\n")


ENDLESS = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(pathlib.Path.cwd() / "pids").write_text(f"{os.getpid()} {child.pid} ")
time.sleep(600)
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("arguments", [["--jobs", "2"], [], ["--exact"]])
def test_all_ends_when_we_are_told_to_end(
    tmp_path: Path, arguments: list[str], number: signal.Signals
) -> None:
    text = ROOT + member("one") + member("two", code=ENDLESS) + member("zoo", code=ENDLESS)
    workspace = Workspace(write(tmp_path / "workspace", text), tmp_path / "home")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    workspace.environment["TMPDIR"] = str(temporary)
    process = workspace.start("--all", *arguments, *COMMAND)
    started = [workspace.place / "packages/two/pids"]
    if "--jobs" in arguments:
        started.append(workspace.place / "packages/zoo/pids")
    until(
        lambda: all(one.exists() and one.read_text()[-1:] == " " for one in started), "no start", 60
    )
    processes = [int(word) for one in started for word in one.read_text().split()]
    process.send_signal(number)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 128 + number
    assert table(errors)["one"] == "ok"
    assert set(table(errors).values()) <= {"ok", "not run", "interrupted"}
    assert "interrupted" in table(errors).values()
    until(lambda: not any(map(is_alive, processes)), "something is left behind")
    assert not any(temporary.glob("ws-lsp-*"))
