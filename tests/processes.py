"""Processes that are not our children: whether they run, and waiting for what they do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

__all__ = ["is_alive", "posix", "until"]

posix = pytest.mark.skipif(os.name != "posix", reason="process groups and signals of POSIX")


def is_alive(process_id: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except ProcessLookupError:
        return False  # it ended between the look for its file and the look into it
    return state != "Z"


def until(condition: Callable[[], bool], what: str, seconds: float = 8.0) -> None:
    """Look again and again: a foreign process sends us no message. Fail with `what` after a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)
