"""Syncs that are cancelled, that wait for each other or join, and that end with the server."""

from __future__ import annotations

import signal
import time

import pytest
from e2e.client import Client
from e2e.disk import Place
from processes import is_alive, posix, until

from language_client import ResponseError
from server.conftest import Start
from server.stand_in import HANG, WAIT, StandIn, assert_works, begun, sync

CANCELLED = -32800


# -------------------------------------------------------------------------------------- cancelling


@posix
def test_cancelling_before_it_starts(client: Client, uv: StandIn, place: Place) -> None:
    """The requests and their cancels arrive in one piece."""
    uv.behaves(HANG)
    with client.in_one_piece():
        requests = [sync(client, place), sync(client, place, ["alpha"])]
        for request in requests:
            client.notify("$/cancelRequest", {"id": request})
    for request in requests:
        with pytest.raises(ResponseError) as caught:
            client.result(request)
        assert caught.value.code == CANCELLED
    client.settle()
    assert_works(client, uv, place, *(process for process, _ in uv.runs))
    assert len(uv.runs) == 1


@posix
def test_what_a_cancelled_uv_has_written_is_seen(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves(f'echo "x =" > uv.lock; echo done > "$here/written"; {HANG}')
    request, process = begun(client, uv, place)
    uv.file("written")
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    client.wait_for_codes(place / "pyproject.toml", "invalid-lockfile")
    (place / "uv.lock").unlink()
    assert_works(client, uv, place, process)


@posix
def test_cancelling_twice(client: Client, uv: StandIn, place: Place) -> None:
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
@pytest.mark.parametrize("how", ["request", "progress"])
@pytest.mark.parametrize(
    "script",
    [
        HANG,
        f"trap '' INT; {HANG}",
        # a child of the child, deaf as well; it holds the pipe open
        "(trap '' INT; echo x; while :; do sleep 30; done) &\n"
        f'echo $! > "$here/grandchild"; {HANG}',
    ],
    ids=["plain", "deaf", "grandchild"],
)
def test_cancelling_ends_uv_within_3_seconds(
    client: Client, uv: StandIn, place: Place, how: str, script: str
) -> None:
    uv.behaves(script)
    request, process = begun(client, uv, place)
    client.wait(lambda: any(client.progress.values()), "the beginning of the progress")
    ((token, bar),) = client.progress.items()
    gone = [process]
    if "grandchild" in script:
        gone.append(int(uv.file("grandchild")))
    cancelled = time.monotonic()
    if how == "request":
        client.notify("$/cancelRequest", {"id": request})
        with pytest.raises(ResponseError) as caught:
            client.result(request)
        assert caught.value.code == CANCELLED
    else:
        client.notify("window/workDoneProgress/cancel", {"token": token})
        assert client.result(request)["summary"] == "Sync cancelled"
    client.wait(lambda: bar[-1]["kind"] == "end", "the end of the progress")
    until(lambda: not is_alive(process), "uv is still there")
    assert time.monotonic() - cancelled < 4  # three seconds, and a loaded machine
    assert_works(client, uv, place, *gone)


# --------------------------------------------------------------------------------- several at once


@posix
def test_a_burst_of_requests_is_one_sync(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves(WAIT)
    requests = [sync(client, place) for _ in range(50)]
    client.settle()
    uv.go()
    results = [client.result(request) for request in requests]
    assert all(result == results[0] for result in results)
    assert results[0]["status"] == "ok"
    assert len(uv.runs) == 1
    assert_works(client, uv, place)


@posix
def test_a_joined_sync_runs_on_for_the_other_request(
    client: Client, uv: StandIn, place: Place
) -> None:
    uv.behaves(WAIT)
    first, process = begun(client, uv, place)
    second = sync(client, place)
    client.settle()
    client.notify("$/cancelRequest", {"id": first})
    with pytest.raises(ResponseError):
        client.result(first)
    assert is_alive(process)
    uv.go()
    assert client.result(second)["exitCode"] == 0
    assert len(uv.runs) == 1
    assert_works(client, uv, place, process)


@posix
def test_a_sync_that_waits_says_so(client: Client, uv: StandIn, place: Place) -> None:
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
def test_a_waiting_sync_can_be_cancelled(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves(HANG)
    first, process = begun(client, uv, place)
    waiting = sync(client, place, ["alpha"])
    client.settle()
    for request in (waiting, first):
        client.notify("$/cancelRequest", {"id": request})
        with pytest.raises(ResponseError):
            client.result(request)
    assert len(uv.runs) == 1
    assert_works(client, uv, place, process)


@posix
def test_what_is_saved_while_uv_locks_is_locked_after_it(
    client: Client, uv: StandIn, place: Place
) -> None:
    uv.behaves(WAIT)
    client.configure({"sync": {"onSave": "lock"}})
    root = client.open(place / "pyproject.toml")
    client.save(root)
    until(lambda: len(uv.runs) == 1, "the stand-in does not run")
    for _ in range(5):
        client.save(root)
    client.settle()
    uv.go()
    until(lambda: len(uv.runs) == 2, "the later text is not locked")
    assert_works(client, uv, place)
    assert len(uv.runs) == 3  # the last one is a sync


# ----------------------------------------------------------- the end of a folder and of the server


@posix
def test_a_folder_that_is_closed_takes_its_sync_along(
    client: Client, uv: StandIn, place: Place
) -> None:
    uv.behaves(HANG)
    request, process = begun(client, uv, place)
    client.change_folders(removed=[place.directory])
    assert client.result(request)["summary"] == "Sync cancelled"
    assert not is_alive(process)


@posix
def test_shutdown_ends_a_sync_and_answers_both(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves(HANG)
    request, process = begun(client, uv, place)
    assert client.request("shutdown") is None
    assert client.result(request)["summary"] == "Sync cancelled"
    assert not is_alive(process)
    client.send({"jsonrpc": "2.0", "method": "exit"})
    assert client.ended() == 0


@posix
def test_shutdown_while_uv_does_not_answer(start: Start, place: Place, uv: StandIn) -> None:
    uv.is_asked_for_its_version('echo $$ > "$here/asked"; while :; do sleep 30; done')
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


@posix
@pytest.mark.parametrize("how", ["input", "exit", "SIGTERM"])
def test_uv_does_not_outlive_the_server(
    client: Client, uv: StandIn, place: Place, how: str
) -> None:
    uv.behaves(HANG)
    _, process = begun(client, uv, place)
    if how == "SIGTERM":
        client.process.send_signal(signal.SIGTERM)
        assert client.process.wait(8) == 1
    elif how == "exit":
        client.send({"jsonrpc": "2.0", "method": "exit"})
        assert client.process.wait(8) == 1
    else:
        assert client.ended() == 1
    assert not is_alive(process)
