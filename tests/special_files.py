"""Files that are not regular ones, as git and systems make them: pipes, sockets, links to devices."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

__all__ = ["KINDS", "make_special", "needs_pipes"]

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")

KINDS = {
    "pipe": "it is a pipe, not a regular file",
    "socket": "it is a socket, not a regular file",
    "/dev/zero": "it is a device, not a regular file",
    "/dev/stdin": "it is a pipe, not a regular file",
}
"""What stands in place of a file, and what is said of it where the standard input is a pipe."""


def make_special(path: Path, kind: str) -> None:
    """Put a pipe, a socket or a link to `kind` at a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as one:
            one.bind(f"{short}/socket")  # a longer path could not be bound
            Path(short, "socket").rename(path)
    else:
        path.symlink_to(kind)
