"""What a server uses of the machine, read by the psutil of the rivals' environment.

That environment is `setup.sh`'s, so that the one of the project needs no psutil. A process always
counts with all its descendants.
"""

from __future__ import annotations

import subprocess

from servers import peers_python

_RESIDENT = """
import sys, psutil
process = psutil.Process(int(sys.argv[1]))
print(sum(part.memory_info().rss for part in [process, *process.children(recursive=True)]))
"""

_IDLE = """
import sys, time, psutil
process = psutil.Process(int(sys.argv[1]))
window, limit = map(float, sys.argv[2:])

def used():
    times = [part.cpu_times() for part in [process, *process.children(recursive=True)]]
    return sum(time.user + time.system for time in times)

deadline = time.monotonic() + limit
before = used()
while time.monotonic() < deadline:
    time.sleep(window)
    now = used()
    if now - before < 0.015:
        print("idle")
        break
    before = now
"""


class UsageError(Exception):
    """The process is gone, or psutil is not installed."""


def psutil_is_installed() -> bool:
    """Whether the rivals' environment is there and has psutil."""
    try:
        _run("import psutil")
    except UsageError:
        return False
    return True


def resident_mebibytes(process_id: int) -> float:
    """Return the resident set of a process in MiB. Raises `UsageError`."""
    return int(_run(_RESIDENT, str(process_id))) / 2**20


def wait_until_idle(process_id: int, window: float = 0.4, limit: float = 60.0) -> bool:
    """Wait until a process uses next to no processor time for `window` seconds.

    Returns whether it came to that within `limit` seconds. Raises `UsageError`.
    """
    return _run(_IDLE, str(process_id), str(window), str(limit)).strip() == "idle"


def _run(script: str, *arguments: str) -> str:
    command = [str(peers_python()), "-c", script, *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise UsageError("no usage of the process; is benchmarks/setup.sh done?") from error
