"""Messages over a pipe.

pygls reads stdin line by line through its thread pool, three hops for each message. Here the loop reads
all that is there, so that a burst of edits is one piece of work; where it cannot wait for stdin, one
thread does and hands over whole messages.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import threading
from collections.abc import Callable
from typing import BinaryIO

__all__ = ["Splitter", "Writer", "listen"]

logger = logging.getLogger(__name__)

_CHUNK = 1 << 16
_HEADER_END = b"\r\n\r\n"


def listen(source: int, receive: Callable[[list[bytes] | None], None]) -> None:
    """Hand over the bodies of messages as a file descriptor gives them, in the running loop; None at its end."""
    loop = asyncio.get_running_loop()

    def deliver(bodies: list[bytes] | None) -> None:
        try:
            loop.call_soon_threadsafe(receive, bodies)
        except RuntimeError:
            pass  # the loop is closed: we are ending

    try:
        loop.add_reader(source, _reader(source, receive))
    except (NotImplementedError, OSError):
        # the loop cannot wait for Windows' pipes, nor for a file
        threading.Thread(target=_read, args=(source, deliver), daemon=True).start()


class Writer:
    """Writes whole messages; a client that went away is no error."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def close(self) -> None:
        """Leave the stream open: an answer may still be on its way when `exit` arrives."""

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):
            logger.info("the client no longer reads")


def _reader(source: int, receive: Callable[[list[bytes] | None], None]) -> Callable[[], None]:
    """Return what reads all that is there, for the loop to call when something is there.

    Handing over what a thread has read takes a fifth of a millisecond, a tenth of a keystroke.
    """
    splitter = Splitter()

    def read() -> None:
        bodies: list[bytes] = []
        while select.select([source], [], [], 0)[0]:
            try:
                chunk = os.read(source, _CHUNK)
            except OSError:
                chunk = b""
            if not chunk:
                asyncio.get_running_loop().remove_reader(source)
                receive(bodies)
                receive(None)
                return
            bodies += splitter.feed(chunk)
        receive(bodies)

    return read


def _read(source: int, deliver: Callable[[list[bytes] | None], None]) -> None:
    """Read messages until the end of the input; runs in a thread of its own.

    The file descriptor is read, not `sys.stdin.buffer`, whose lock a thread that still waits would
    hold while the interpreter ends.
    """
    splitter = Splitter()
    while True:
        try:
            chunk = os.read(source, _CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            deliver(None)
            return
        bodies = splitter.feed(chunk)
        if bodies:
            deliver(bodies)


class Splitter:
    """Cuts a stream of bytes into the bodies of messages.

    Header names are case-insensitive and may come in any order (LSP, "Header Part").
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._looked = 0
        """So many bytes are known to hold no whole header."""
        self._body: tuple[int, int] | None = None
        """Where the body lies whose header has been read."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes; return the bodies that are now whole. No byte is looked at twice."""
        self._data += chunk
        bodies: list[bytes] = []
        begin = 0
        while self._body is not None or self._read_header(begin):
            assert self._body is not None
            start, end = self._body
            if end > len(self._data):
                break
            bodies.append(bytes(self._data[start:end]))
            begin, self._looked, self._body = end, end, None
        del self._data[:begin]
        self._looked -= begin
        if self._body is not None:
            self._body = self._body[0] - begin, self._body[1] - begin
        return bodies

    def _read_header(self, begin: int) -> bool:
        """Find the next header from `begin` on; tell whether it is whole."""
        end = self._data.find(_HEADER_END, max(self._looked - len(_HEADER_END) + 1, begin))
        if end < 0:
            self._looked = len(self._data)
            return False
        start = end + len(_HEADER_END)
        self._body = start, start + _content_length(bytes(self._data[begin:end]))
        return True


def _content_length(headers: bytes) -> int:
    for line in headers.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
