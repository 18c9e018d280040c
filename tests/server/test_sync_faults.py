"""How uv can fail, and what comes of it, with a stand-in; after each fault a next sync works."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from e2e.client import Client, profile
from e2e.disk import Place, environment, write
from processes import is_alive, posix, until

from language_client import ResponseError
from server.conftest import Start
from server.stand_in import HANG, WAIT, StandIn, assert_works, begun, sync

ERROR, WARNING = 1, 2


def tree(place: Place) -> dict[str, bytes]:
    """Return all files of a workspace."""
    files = [path for path in place.directory.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in files}


# -------------------------------------------------------------------------------- which uv, if any


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
def test_no_program_of_the_workspace_runs_before_a_sync(
    start: Start, place: Place, uv: StandIn
) -> None:
    own = StandIn(place / ".venv/bin")
    for program in (own, uv):
        program.is_asked_for_its_version('echo asked > "$here/asked"; echo "uv 0.13.9"')
    client = start(PATH=f"{uv.directory}{os.pathsep}{os.defpath}")
    client.initialize([place.directory])
    # the workspace's own comes before those of PATH
    assert uv.file("asked") == "asked"
    assert not own.has_written("asked")
    assert client.result(sync(client, place))["status"] == "ok"
    assert (len(own.runs), len(uv.runs)) == (1, 0)
    assert_works(client, own, place)


@posix
def test_what_the_former_uv_answers_no_longer_counts(
    start: Start, place: Place, uv: StandIn, tmp_path: Path
) -> None:
    root = place / "pyproject.toml"
    root.write_text(f'{root.read_text()}[tool.uv]\nrequired-version = ">=0.13"\n')
    former = StandIn(tmp_path / "former")
    former.is_asked_for_its_version(f'echo $$ > "$here/asked"; {WAIT}; echo "uv 0.9.8"')
    uv.is_asked_for_its_version('echo asked > "$here/asked"; echo "uv 0.13.9"')
    client = start()
    client.initialize([place.directory], options={"uv": {"path": str(former.path)}})
    process = int(former.file("asked"))
    client.configure({"uv": {"path": str(uv.path)}})
    assert uv.file("asked") == "asked"
    former.go()
    until(lambda: not is_alive(process), "the former uv does not answer")
    client.settle()
    assert "required-uv-version" not in [one["code"] for one in client.diagnostics(root)]
    assert client.messages == []
    assert_works(client, uv, place)


@posix
def test_nothing_runs_after_the_first_command_that_fails(
    client: Client, uv: StandIn, place: Place
) -> None:
    """This uv takes one package at a time."""
    write(
        place.directory,
        '#- /packages/beta/pyproject.toml\nproject = { name = "beta", version = "1" }',
    )
    uv.is_of_version("0.9.7")
    uv.behaves("exit 3")
    result = client.result(sync(client, place, ["alpha", "beta"]))
    assert (result["status"], result["exitCode"], len(uv.runs)) == ("failed", 3, 1)
    uv.behaves("exit 0")
    assert client.result(sync(client, place, ["alpha", "beta"]))["status"] == "ok"
    assert len(uv.runs) == 3
    assert_works(client, uv, place)


@posix
def test_a_uv_that_is_too_old(client: Client, uv: StandIn, place: Place) -> None:
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
    start: Start, place: Place, uv: StandIn, tmp_path: Path
) -> None:
    missing = tmp_path / "no-uv"
    client = start()
    client.initialize([place.directory], options={"uv": {"path": str(missing)}})
    words = f"`uv.path` is wrong: `{missing}` does not exist. Correct the setting, or remove it"
    client.wait(lambda: client.messages == [(WARNING, words)], "the warning")
    assert client.result(sync(client, place))["summary"] == words
    (tmp_path / "no-program").write_text("")

    client.configure({"uv": {"path": str(tmp_path / "no-program")}})
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
        client.configure({"uv": {"path": str(missing)}})
        client.configure(unset)
        assert "uv.path" not in client.result(sync(client, place, ["nobody"]))["summary"]
    client.configure({"uv": {"path": str(uv.path)}})
    assert_works(client, uv, place)


# ------------------------------------------------------------------------------- how uv can behave


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_uv_that_is_killed_half_way(
    client: Client, uv: StandIn, place: Place, number: signal.Signals
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
    ("script", "code"),
    [("kill -9 $$", -signal.SIGKILL), ("exit 0", 0), ("exec 1>&- 2>&-; exit 4", 4)],
    ids=["killed", "silent", "closes its output"],
)
def test_the_exit_code_is_uvs(
    client: Client, uv: StandIn, place: Place, script: str, code: int
) -> None:
    uv.behaves(script)
    assert client.result(sync(client, place))["exitCode"] == code
    assert_works(client, uv, place)


@posix
def test_an_empty_input_for_uv(client: Client, uv: StandIn, place: Place) -> None:
    """A child that reads our input would eat the messages."""
    uv.behaves("cat; exit 0")
    assert client.result(sync(client, place))["output"] == ""
    assert_works(client, uv, place)


@posix
@pytest.mark.parametrize(
    ("group", "does"),
    [("", "sleep 60"), ("setsid", "sleep 60"), ("setsid", "yes")],
    ids=["in its group", "out of its group", "out of its group and loud"],
)
def test_what_uv_leaves_behind_holds_nothing_up(
    client: Client, uv: StandIn, place: Place, group: str, does: str
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
def test_a_workspace_that_is_deleted_meanwhile(client: Client, uv: StandIn, place: Place) -> None:
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


# ------------------------------------------------------------------------------------ what uv says


@posix
def test_any_output_is_passed_on(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves(
        "printf 'caf\\351 \\377\\n'\n"
        "printf '\\033[1mResolved 1 package\\033[0m in 1ms\\r\\n'\n"
        "head -c 3000000 /dev/zero | tr '\\0' x\n"
        "printf '\\nerror: at last'\n"
        "exit 3"
    )
    result = client.result(sync(client, place))
    assert result["exitCode"] == 3
    assert result["output"].count("x") >= 3_000_000
    assert "caf\ufffd \ufffd\n" in result["output"]
    assert "\nResolved 1 package in 1ms\n" in result["output"]
    assert client.messages == [(ERROR, "uv sync failed. error: at last")]
    assert client.close() == 0


@posix
def test_megabytes_come_in_few_messages(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves("seq 300000")
    result = client.result(sync(client, place))
    assert result["output"].endswith("\n300000")
    assert sum(text.count("\n") + 1 for _, text in client.log) >= 300_000
    assert len(client.log) < 3000
    assert_works(client, uv, place)


@posix
def test_a_failure_offers_uvs_output_where_the_client_can_show_it(
    start: Start, uv: StandIn, place: Place
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
