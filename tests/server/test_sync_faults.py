"""What can go wrong around a sync, with real processes; after each fault a next sync works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.client import NEVER, Client, ResponseError, profile
from e2e.disk import Place, environment, installed, needs_uv, write

from server.conftest import Start, is_alive, sync

posix = pytest.mark.skipif(os.name != "posix", reason="process groups and signals of POSIX")

ERROR, WARNING, INFO = 1, 2, 3
CANCELLED = -32800
EXECUTE = "workspace/executeCommand"


class Uv:
    """A stand-in for uv whose behaviour a file decides; it notes each run and its process id."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        self.path = directory / "uv"
        self.path.write_text(
            "#!/bin/sh\n"
            f'here="{directory}"\n'
            'if [ "$1" = --version ]; then . "$here/version"; exit 0; fi\n'
            'echo "$$ $*" >> "$here/runs"\n'
            '. "$here/behaviour"\n'
        )
        self.path.chmod(0o755)
        self.is_of_version("0.13.9")
        self.behaves('echo "Installed 1 package in 1ms" >&2')

    def behaves(self, script: str) -> None:
        """Let it do this from its next run on."""
        (self.directory / "behaviour").write_text(f"{script}\n")

    def is_of_version(self, version: str) -> None:
        """Let it say that it is of this version."""
        (self.directory / "version").write_text(f'echo "uv {version} (stand-in)"\n')

    @property
    def runs(self) -> list[tuple[int, str]]:
        """The process ids and arguments of its runs."""
        path = self.directory / "runs"
        lines = path.read_text().rstrip("\n").split("\n") if path.exists() else []
        return [(int(line.partition(" ")[0]), line.partition(" ")[2]) for line in lines if line]

    def file(self, name: str) -> str:
        """Return what a script wrote to a file."""
        path = self.directory / name
        until(path.exists, f"{name} is not there")
        return path.read_text().strip()


HANG = 'echo "Resolved 1 package in 1ms" >&2; while :; do sleep 30; done'


@pytest.fixture
def uv(tmp_path: Path) -> Uv:
    return Uv(tmp_path / "stand-in")


@pytest.fixture
def client(start: Start, place: Place, uv: Uv) -> Client:
    """Return a client whose server uses the stand-in."""
    client = start()
    client.initialize([place.directory], options={"uv": {"path": str(uv.path)}})
    return client


def until(condition: Callable[[], bool], what: str, seconds: float = 8.0) -> None:
    """Look again and again: the end of a foreign process sends us no message."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def begun(client: Client, uv: Uv, place: Place, packages: Any = "all") -> tuple[int, int]:
    """Start a sync and wait until the stand-in runs; return the request and the process."""
    before = len(uv.runs)
    request = sync(client, place, packages)
    client.settle()
    until(lambda: len(uv.runs) > before, "the stand-in does not run")
    return request, uv.runs[-1][0]


def assert_works(client: Client, uv: Uv, place: Place, *gone: int) -> None:
    """Assert that nothing is left of a fault, and that all goes on."""
    until(lambda: not any(map(is_alive, gone)), f"one of {gone} is still there", 4)
    uv.behaves('echo "Installed 1 package in 1ms" >&2')
    assert client.result(sync(client, place))["status"] == "ok"
    assert client.close() == 0
    client.assert_clean()


def tree(place: Place) -> dict[str, bytes]:
    """Return all files of a workspace."""
    files = [path for path in place.directory.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in files}


# ------------------------------------------------------------------------ which uv, if any


def test_no_uv_anywhere(place: Place, tmp_path: Path) -> None:
    code = (
        "import sys; from ws_lsp.server import app\n"
        f"sys.executable, sys.prefix = {str(tmp_path / 'bin/python')!r}, {str(tmp_path)!r}\n"
        "raise SystemExit(app.serve())"
    )
    surroundings = environment(tmp_path / "home", PATH=str(tmp_path))
    client = Client(profile("neovim"), surroundings, place.directory, [sys.executable, "-c", code])
    try:
        client.initialize([place.directory])
        result = client.result(sync(client, place))
        assert (result["status"], result["exitCode"]) == ("refused", 2)
        assert result["summary"].startswith("uv was not found. Install it (`pip install uv`")
        assert client.messages == [(ERROR, result["summary"])]
        assert client.close() == 0
        client.assert_clean()
    finally:
        client.kill()


@posix
def test_a_uv_that_is_too_old(client: Client, uv: Uv, place: Place) -> None:
    uv.is_of_version("0.4.29")
    os.utime(uv.path, ns=(1, 1))
    result = client.result(sync(client, place))
    assert result["summary"] == "uv 0.4.29 is too old: install uv 0.9.8 or newer"
    assert (result["status"], uv.runs) == ("refused", [])
    uv.is_of_version("0.13.9")
    os.utime(uv.path, ns=(2, 2))
    assert_works(client, uv, place)


@posix
def test_a_wrong_setting_is_said_at_once_and_can_be_unset(
    start: Start, place: Place, uv: Uv, tmp_path: Path
) -> None:
    missing = tmp_path / "no-uv"
    client = start()
    client.initialize([place.directory], options={"uv": {"path": str(missing)}})
    words = f"`uv.path` is wrong: `{missing}` does not exist. Correct the setting, or remove it"
    client.wait(lambda: client.messages == [(WARNING, words)], "the warning")
    assert client.result(sync(client, place))["summary"] == words
    (tmp_path / "no-program").write_text("")

    def configure(settings: Any) -> None:
        client.notify("workspace/didChangeConfiguration", {"settings": {"ws-lsp": settings}})

    configure({"uv": {"path": str(tmp_path / "no-program")}})
    words = words.replace(str(missing), str(tmp_path / "no-program"))
    words = words.replace("does not exist", "is not a uv that runs")
    client.wait(lambda: client.messages[-1] == (WARNING, words), "the second warning")
    unsets: list[dict[str, Any]] = [
        {"uv": None},
        {"uv": {}},
        {"uv": {"path": None}},
        {"uv": {"path": ""}},
    ]
    for unset in unsets:
        configure({"uv": {"path": str(missing)}})
        configure(unset)
        assert "uv.path" not in client.result(sync(client, place, ["nobody"]))["summary"]
    configure({"uv": {"path": str(uv.path)}})
    assert_works(client, uv, place)


# --------------------------------------------------------------------- how uv can behave


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_uv_that_is_killed_half_way(
    client: Client, uv: Uv, place: Place, number: signal.Signals
) -> None:
    uv.behaves(HANG)
    before = tree(place)
    request, process = begun(client, uv, place)
    os.kill(process, number)
    result = client.result(request)
    assert (result["status"], result["exitCode"]) == ("failed", -number)
    assert client.messages[-1][0] == ERROR
    assert tree(place) == before
    assert_works(client, uv, place, process)


@posix
@pytest.mark.parametrize(
    ("group", "does"),
    [("", "sleep 60"), ("setsid", "sleep 60"), ("setsid", "yes")],
    ids=["in its group", "out of its group", "out of its group and loud"],
)
def test_what_uv_leaves_behind_holds_nothing_up(
    client: Client, uv: Uv, place: Place, group: str, does: str
) -> None:
    """A process that holds uv's output open."""
    if group and shutil.which(group) is None:
        pytest.skip(f"there is no {group}")
    uv.behaves(
        "export here\n"
        f"{group} sh -c 'echo $$ > \"$here/child\"; exec {does}' &\n"
        "while [ ! -s $here/child ]; do sleep 0.01; done\n"
        "echo last >&2"
    )
    result = client.result(sync(client, place))
    left = int(uv.file("child"))
    try:
        assert result["status"] == "ok"
        assert "last" in result["output"].split("\n")
        if not group:
            until(lambda: not is_alive(left), "what was left in the group lives on", 2)
    finally:
        if is_alive(left):
            os.kill(left, signal.SIGKILL)
    assert_works(client, uv, place, left)


@posix
def test_megabytes_come_in_few_messages(client: Client, uv: Uv, place: Place) -> None:
    uv.behaves("seq 300000")
    began = time.monotonic()
    result = client.result(sync(client, place))
    assert result["output"].endswith("\n300000")
    assert time.monotonic() - began < 20
    assert sum(text.count("\n") + 1 for _, text in client.log) >= 300_000
    assert len(client.log) < 3000
    assert_works(client, uv, place)


@posix
def test_a_failure_offers_uvs_output_where_the_client_can_show_it(
    start: Start, uv: Uv, place: Place
) -> None:
    client = start()
    options = {"uv": {"path": str(uv.path)}, "commands": ["ws-lsp.client.showOutput"]}
    client.initialize([place.directory], options=options)
    uv.behaves('echo "error: no luck" >&2; exit 2')
    client.choice = "Show output"
    result = client.result(sync(client, place))
    assert (result["status"], result["summary"]) == ("failed", "error: no luck")
    client.wait(lambda: "ws-lsp/showOutput" in client.notifications, "the output")
    assert client.asked == [("uv sync failed. error: no luck", ["Show output"])]
    assert client.messages == []
    assert_works(client, uv, place)


# ------------------------------------------------------------------------------ cancelling


@posix
def test_cancelling_before_it_starts(client: Client, uv: Uv, place: Place) -> None:
    """The requests and their cancels arrive in one piece."""
    uv.behaves(HANG)
    requests = [sync(client, place), sync(client, place, ["alpha"])]
    for request in requests:
        client.notify("$/cancelRequest", {"id": request})
    for request in requests:
        with pytest.raises(ResponseError) as caught:
            client.result(request)
        assert caught.value.code == CANCELLED
    client.settle()
    assert_works(client, uv, place, *(process for process, _ in uv.runs))
    assert len(uv.runs) <= 1 + len(requests)


@posix
def test_cancelling_twice(client: Client, uv: Uv, place: Place) -> None:
    uv.behaves("trap '' INT\n" + HANG)
    request, process = begun(client, uv, place)
    for _ in range(2):
        client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    for _ in range(2):
        client.notify("$/cancelRequest", {"id": request})
    client.settle()
    assert_works(client, uv, place, process)


@posix
def test_a_sync_that_waits_says_so(client: Client, uv: Uv, place: Place) -> None:
    uv.behaves(HANG)
    first, process = begun(client, uv, place)
    second = sync(client, place, ["alpha"])
    client.wait(lambda: len(client.progress) == 2 and all(client.progress.values()), "both bars")
    waiting = list(client.progress.values())[1]
    assert waiting[0]["message"] == "Waiting for the one that runs"
    token = list(client.progress)[1]
    client.notify("window/workDoneProgress/cancel", {"token": token})
    assert client.result(second)["status"] == "cancelled"
    assert waiting[-1] == {"kind": "end", "message": "Cancelled"}
    assert is_alive(process)
    client.notify("$/cancelRequest", {"id": first})
    with pytest.raises(ResponseError):
        client.result(first)
    assert_works(client, uv, place, process)


@posix
def test_a_burst_of_requests_is_one_sync(client: Client, uv: Uv, place: Place) -> None:
    uv.behaves('while [ ! -e "$here/go" ]; do sleep 0.02; done; echo done >&2')
    requests = [sync(client, place) for _ in range(50)]
    client.settle()
    (uv.directory / "go").touch()
    results = [client.result(request) for request in requests]
    assert all(result == results[0] for result in results)
    assert results[0]["status"] == "ok"
    assert len(uv.runs) == 1
    assert_works(client, uv, place)


@posix
def test_what_is_saved_while_uv_locks_is_locked_after_it(
    client: Client, uv: Uv, place: Place
) -> None:
    uv.behaves('while [ ! -e "$here/go" ]; do sleep 0.02; done; echo done >&2')
    client.notify(
        "workspace/didChangeConfiguration", {"settings": {"ws-lsp": {"sync": {"onSave": "lock"}}}}
    )
    root = client.open(place / "pyproject.toml")
    client.save(root)
    until(lambda: len(uv.runs) == 1, "the stand-in does not run")
    for _ in range(5):
        client.save(root)
    client.settle()
    (uv.directory / "go").touch()
    until(lambda: len(uv.runs) == 2, "the later text is not locked")
    assert_works(client, uv, place)
    assert len(uv.runs) == 3  # the last one is a sync


@posix
def test_a_workspace_that_is_deleted_meanwhile(client: Client, uv: Uv, place: Place) -> None:
    uv.behaves(HANG)
    request, process = begun(client, uv, place)
    kept = place.directory.with_name("kept")
    place.directory.rename(kept)
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    gone = client.result(sync(client, place))
    assert (gone["status"], gone["summary"]) == ("refused", "`root` is in no uv workspace")
    kept.rename(place.directory)
    assert_works(client, uv, place, process)


@posix
def test_shutdown_while_uv_does_not_answer(start: Start, place: Place, uv: Uv) -> None:
    (uv.directory / "version").write_text('echo $$ > "$here/asked"; while :; do sleep 30; done\n')
    client = start()
    client.initialize([place.directory], options={"uv": {"path": str(uv.path)}})
    asked = int(uv.file("asked"))
    request = sync(client, place)
    client.settle()
    began = time.monotonic()
    assert client.request("shutdown") is None
    assert client.result(request)["status"] == "cancelled"
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.ended() == 0
    assert time.monotonic() - began < 6
    assert not is_alive(asked)


# ------------------------------------------------------------------------ unsaved changes


def dirty(client: Client, place: Place) -> Any:
    document = client.open(place / "pyproject.toml")
    client.change(document, document.text + "# more\n")
    return document


@posix
def test_a_question_that_is_never_answered(client: Client, uv: Uv, place: Place) -> None:
    dirty(client, place)
    client.choice = NEVER
    request = sync(client, place)
    client.wait(lambda: client.asked, "the question")
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    assert uv.runs == []
    client.choice = "Sync the saved state"
    assert_works(client, uv, place)


@posix
def test_an_answer_that_comes_too_late(client: Client, uv: Uv, place: Place) -> None:
    dirty(client, place)
    client.choice = NEVER
    request = sync(client, place)
    client.wait(lambda: client.asked, "the question")
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    (question,) = client.unanswered
    answer = {"jsonrpc": "2.0", "id": question, "result": {"title": "Cancel"}}
    client.send(answer)
    client.choice = "Sync the saved state"
    assert_works(client, uv, place)


@posix
def test_saving_all_where_the_client_can(start: Start, uv: Uv, place: Place) -> None:
    client = start()
    options = {"uv": {"path": str(uv.path)}, "commands": ["ws-lsp.client.saveAll"]}
    client.initialize([place.directory], options=options)
    document = dirty(client, place)
    client.choice = "Save all and sync"
    assert client.result(sync(client, place))["status"] == "ok"
    titles = ["Save all and sync", "Sync the saved state", "Cancel"]
    assert [one[1] for one in client.asked] == [titles]
    assert (place / "pyproject.toml").read_text() == document.text
    assert "Unsaved" not in client.messages[-1][1]
    assert_works(client, uv, place)


@posix
@pytest.mark.parametrize("why", ["setting", "client"])
def test_where_nobody_is_asked_the_saved_state_is_synced(
    tmp_path: Path, uv: Uv, place: Place, why: str
) -> None:
    capabilities = profile("neovim")
    options: dict[str, Any] = {"uv": {"path": str(uv.path)}}
    if why == "client":
        del capabilities["window"]["showMessage"]
    else:
        options["sync"] = {"askForUnsavedFiles": False}
    client = Client(capabilities, environment(tmp_path / "home"), tmp_path)
    try:
        client.initialize([place.directory], options=options)
        dirty(client, place)
        assert client.result(sync(client, place))["status"] == "ok"
        assert client.asked == []
        words = "Unsaved changes of `pyproject.toml` are not part of it"
        assert client.messages[-1][1].endswith(words)
        assert client.close() == 0
        client.assert_clean()
    finally:
        client.kill()


@posix
def test_the_setting_for_inexact_syncs(start: Start, uv: Uv, place: Place) -> None:
    client = start()
    options = {"uv": {"path": str(uv.path)}, "sync": {"exact": False}}
    client.initialize([place.directory], options=options)
    client.result(sync(client, place))
    client.notify("workspace/didChangeConfiguration", {"settings": {"ws-lsp": {"sync": None}}})
    client.result(sync(client, place))
    exact = f"--project {place.directory} sync --all-packages"
    inexact = exact.replace("sync", "sync --inexact")
    assert [arguments for _, arguments in uv.runs] == [inexact, exact]


# ------------------------------------------------------------------------------------ trust


@posix
def test_nothing_runs_where_the_workspace_is_not_trusted(
    start: Start, uv: Uv, place: Place
) -> None:
    (uv.directory / "version").write_text('touch "$here/asked"; echo "uv 0.13.9"\n')
    client = start()
    options = {"uv": {"path": str(uv.path)}, "trusted": False}
    client.initialize([place.directory], options=options)
    root = client.open(place / "pyproject.toml")
    assert client.code_actions(root, root.text.index("members"), ["source"]) == []
    assert client.code_actions(root, root.text.index("members")) == []
    for command in ("ws-lsp.server.sync", "ws-lsp.server.lock"):
        result = client.execute(command, {"root": place.directory.as_uri()})
        assert result["status"] == "refused"
        assert result["summary"].startswith("The workspace is not trusted")
    assert client.complete(root, root.text.index("packages/") + len("packages/"))
    assert not (uv.directory / "asked").exists()
    client.notify("ws-lsp/trust", {"trusted": True})
    uv.file("asked")
    assert client.code_actions(root, root.text.index("members"))
    assert_works(client, uv, place)


@posix
def test_trust_that_is_taken_back_ends_what_runs(client: Client, uv: Uv, place: Place) -> None:
    uv.behaves(HANG)
    request, process = begun(client, uv, place)
    client.notify("ws-lsp/trust", {"trusted": False})
    assert client.result(request)["status"] == "cancelled"
    assert client.result(sync(client, place))["status"] == "refused"
    client.notify("ws-lsp/trust", {"trusted": True})
    assert_works(client, uv, place, process)


@posix
def test_another_try_is_not_made_where_trust_was_taken_back(
    start: Start, uv: Uv, place: Place
) -> None:
    uv.behaves(
        'echo "error: Unable to find lockfile at `uv.lock`, but `--locked` was provided" >&2; exit 1'
    )
    client = start()
    client.choice = NEVER
    client.initialize([place.directory], options={"uv": {"path": str(uv.path)}})
    request = sync(client, place, options={"locked": True})
    assert client.result(request)["status"] == "failed"
    client.wait(lambda: client.unanswered, "the question")
    client.notify("ws-lsp/trust", {"trusted": False})
    title = "Retry without `--locked`"
    client.send({"jsonrpc": "2.0", "id": client.unanswered.pop(), "result": {"title": title}})
    client.settle()
    assert len(uv.runs) == 1
    client.notify("ws-lsp/trust", {"trusted": True})
    assert_works(client, uv, place)


# -------------------------------------------------------------------------------- messages


def test_a_message_that_cannot_be_handled_takes_no_others_along(start: Start) -> None:
    client = start()
    client.expected_errors.append("")
    client.initialize()
    bad = [
        b'{"jsonrpc": "2.0", "id": [1], "method": "workspace/executeCommand", "params": {"command": "x"}}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "result": null}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": [1]}}',
        b'{"jsonrpc": "2.0", "id": "never asked", "result": null}',
        b"[]",
        b"",
    ]
    good = b'{"jsonrpc": "2.0", "id": 99, "method": "shutdown"}'
    bodies = [*bad, good]
    client.send_bytes(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(one), one) for one in bodies))
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.ended() == 0
    # the client asked for neither of them by its own count
    *errors, shutdown = client.problems
    assert all("-32" in one for one in errors)
    assert shutdown.startswith("an answer to nothing: {'id': 99")
    client.problems.clear()


# --------------------------------------------------------------------------- with the real uv


REAL = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
#- /packages/alpha/backend.py
"""
SLOW_BACKEND = """
import os, pathlib, time
def build_editable(*arguments):
    path = pathlib.Path(__file__).with_name("building")
    path.with_name("new").write_text(str(os.getpid()))
    path.with_name("new").rename(path)
    time.sleep(60)
"""


@pytest.fixture
def building(tmp_path: Path) -> Place:
    """Return a workspace whose member takes a minute to build."""
    place = write(tmp_path / "real", REAL)
    (place / "packages/alpha/backend.py").write_text(SLOW_BACKEND)
    return place


def builder(place: Place) -> int:
    path = place / "packages/alpha/building"
    until(path.exists, "uv does not build", 30)
    return int(path.read_text())


@posix
@needs_uv
@pytest.mark.parametrize("how", ["cancel", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT", "input"])
def test_the_real_uv_and_its_builds_end_with_us(start: Start, building: Place, how: str) -> None:
    client = start()
    client.initialize([building.directory])
    request = sync(client, building)
    process = builder(building)
    began = time.monotonic()
    if how == "cancel":
        client.notify("$/cancelRequest", {"id": request})
        with pytest.raises(ResponseError):
            client.result(request)
    elif how == "input":
        client.ended()
    else:
        client.process.send_signal(getattr(signal, how))
        assert client.process.wait(8) == 1
    until(lambda: not is_alive(process), "the build goes on", 4)
    assert time.monotonic() - began < 4
    assert not installed(building.directory)


@posix
@needs_uv
def test_an_environment_that_cannot_be_made(start: Start, building: Place) -> None:
    (building / ".venv").symlink_to("/proc/nowhere/at-all")
    (building / "packages/alpha/pyproject.toml").write_text(
        '[project]\nname = "alpha"\nversion = "1"\nrequires-python = ">=3.11"\n'
    )
    client = start()
    client.initialize([building.directory])
    result = client.result(sync(client, building))
    assert result["status"] == "failed"
    assert result["summary"].startswith("error: ")
    (building / ".venv").unlink()
    assert client.result(sync(client, building))["status"] == "ok"
    assert client.close() == 0


@pytest.fixture
def lock_holder(building: Place) -> Iterator[subprocess.Popen[bytes]]:
    """Hold the lock that uv takes on an environment, in a process of its own."""
    code = (
        "import fcntl, sys\n"
        "stream = open(sys.argv[1], 'w'); fcntl.flock(stream, fcntl.LOCK_EX)\n"
        "print('held', flush=True); sys.stdin.read()\n"
    )
    (building / "packages/alpha/pyproject.toml").write_text(
        '[project]\nname = "alpha"\nversion = "1"\nrequires-python = ">=3.11"\n'
    )
    path = building / ".venv/.lock"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(path.parent)], check=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    yield holder
    holder.kill()
    holder.communicate()


@posix
@needs_uv
def test_a_lock_that_another_uv_holds(
    start: Start, building: Place, lock_holder: subprocess.Popen[bytes]
) -> None:
    client = start()
    client.initialize([building.directory])
    request = sync(client, building)
    client.wait(lambda: any("$ uv" in text for _, text in client.log), "the command")
    client.settle()
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    second = sync(client, building)
    client.settle()
    lock_holder.communicate()
    assert client.result(second)["status"] == "ok"
    assert client.close() == 0
