"""The end of syncs by the real uv, and what stands in its way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from e2e.disk import Place, installed, needs_uv
from processes import is_alive, posix, until
from slow_build import make_slow, process_of_the_build

from language_client import ResponseError
from server.conftest import Start
from server.stand_in import sync


@posix
@needs_uv
@pytest.mark.parametrize("how", ["cancel", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT", "input"])
def test_the_real_uv_and_its_builds_end_with_us(start: Start, place: Place, how: str) -> None:
    client = start()
    make_slow(place)
    client.initialize([place.directory])
    request = sync(client, place)
    process = process_of_the_build(place)
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
    assert not installed(place.directory)


@posix
@needs_uv
def test_an_environment_that_cannot_be_made(start: Start, place: Place) -> None:
    (place / ".venv").symlink_to("/proc/nowhere/at-all")
    client = start()
    client.initialize([place.directory])
    result = client.result(sync(client, place))
    assert result["status"] == "failed"
    assert result["summary"].startswith("error: ")
    (place / ".venv").unlink()
    assert client.result(sync(client, place))["status"] == "ok"
    assert client.close() == 0


@pytest.fixture
def lock_holder(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """Hold the lock that uv takes on an environment, in a process of its own."""
    code = (
        "import fcntl, sys\n"
        "stream = open(sys.argv[1], 'w'); fcntl.flock(stream, fcntl.LOCK_EX)\n"
        "print('held', flush=True); sys.stdin.read()\n"
    )
    path = place / ".venv/.lock"
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
    start: Start, place: Place, lock_holder: subprocess.Popen[bytes]
) -> None:
    client = start()
    client.initialize([place.directory])
    request = sync(client, place)
    client.wait(lambda: any("$ uv" in text for _, text in client.log), "the command")
    client.settle()
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    second = sync(client, place)
    client.settle()
    lock_holder.communicate()
    assert client.result(second)["status"] == "ok"
    assert client.close() == 0
