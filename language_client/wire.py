"""A server process and its three streams: messages out and in, and what it says on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["NothingCameError", "ProtocolError", "Wire"]


class ProtocolError(Exception):
    """The server answered with an error, did not answer in time, or is gone."""


class NothingCameError(ProtocolError):
    """No message came in time, or none can come."""


class Wire:
    """One server process; a thread reads its messages and stamps each the moment that it is there.

    All times are seconds of `time.perf_counter`.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], directory: Path
    ) -> None:
        self.strays: list[str] = []
        """What was written to standard output and is no message."""
        self.alive = True
        """Whether the server still has its end of the connection open."""
        self.drained = False
        """Whether the end of the output has been taken."""
        self._held: bytearray | None = None
        self._last: deque[tuple[str, bytes]] = deque(maxlen=30)
        self._inbox: queue.SimpleQueue[tuple[float, bytes] | None] = queue.SimpleQueue()
        descriptor, path = tempfile.mkstemp(prefix="language-server-")
        self._errors = Path(path)
        self.spawned = time.perf_counter()
        try:
            self.process = subprocess.Popen(
                command,
                cwd=directory,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=descriptor,
            )
        except OSError:
            self._errors.unlink()
            raise
        finally:
            os.close(descriptor)
        self._reader = threading.Thread(target=self._read_messages, daemon=True)
        self._reader.start()

    def _read_messages(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            while (length := self._read_header()) is not None:
                body = stream.read(length)
                self._inbox.put((time.perf_counter(), body))
            rest = stream.read()
            if rest:
                self.strays.append(f"stray output: {rest!r}")
        self.alive = False
        self._inbox.put(None)

    def _read_header(self) -> int | None:
        stream = self.process.stdout
        assert stream is not None
        length = None
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() != b"content-type":
                self.strays.append(f"no header line: {line!r}")
        return length

    def write(self, data: bytes) -> float:
        """Write to standard input as it is; return the moment right before the first byte.

        What comes after the input was closed is dropped.
        """
        stamp = time.perf_counter()
        if self._held is not None:
            self._held += data
            return stamp
        assert self.process.stdin is not None
        if not self.process.stdin.closed:
            try:
                self.process.stdin.write(data)
                self.process.stdin.flush()
            except OSError as error:
                raise ProtocolError("the server is gone") from error
        return stamp

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what is written meanwhile, then write it at once."""
        held = self._held = bytearray()
        try:
            yield
        finally:
            self._held = None
        self.write(bytes(held))

    def send(self, message: Any) -> float:
        """Write a message; return the moment right before its first byte."""
        body = json.dumps(message, separators=(",", ":")).encode()
        self._last.append(("-->", body))
        return self.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def take(self, deadline: float) -> tuple[float, bytes]:
        """Return when the next message was there, and its body.

        Raises `NothingCameError` where there is none until the deadline; one that has passed lets it
        take only what is there.
        """
        left = deadline - time.perf_counter()
        try:
            taken = self._inbox.get(timeout=left) if left > 0 else self._inbox.get_nowait()
        except queue.Empty:
            raise NothingCameError("nothing came in time") from None
        if taken is None:
            self.drained = True
            self._inbox.put(None)
            raise NothingCameError("the server closed its output")
        self._last.append(("<--", taken[1]))
        return taken

    def close(self, timeout: float) -> int:
        """Close the input, wait for the end of the process; return the exit code."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # what could not be written to a server that is gone
            self.process.stdin.close()
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def kill(self) -> None:
        """End the process if it runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

    def release(self) -> None:
        """Close what is read, once the process has ended."""
        self._error_text = self.errors()
        self._errors.unlink(missing_ok=True)
        assert self.process.stdout is not None
        self.process.stdout.close()

    _error_text: str | None = None

    def errors(self) -> str:
        """Return what the server wrote to standard error so far."""
        if self._error_text is not None:
            return self._error_text
        return self._errors.read_bytes().decode("utf-8", "replace").rstrip()

    def story(self) -> str:
        """Return the last messages and lines, for a failure."""
        messages = [f"{way} {body[:600].decode('utf-8', 'replace')}" for way, body in self._last]
        return "\n".join([*messages, "standard error:", *self.errors().split("\n")[-30:]])
