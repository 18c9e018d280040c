"""A server process and its three streams: messages out and in, and what it says on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["Wire"]


class Wire:
    """One server process; two threads read what it writes."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        directory: Path,
        problems: list[str],
    ) -> None:
        self.problems = problems
        """Where to note what is no message."""
        self.errors: list[str] = []
        """The lines on standard error."""
        self.ended = False
        """Whether the end of the output has been taken."""
        self._held: bytearray | None = None
        self._transcript: list[str] = []
        self._inbox: queue.Queue[bytes | None] = queue.Queue()
        self.process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        readers = (self._read_messages, self._read_errors)
        self._threads = [threading.Thread(target=reader, daemon=True) for reader in readers]
        for thread in self._threads:
            thread.start()

    def _read_messages(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = None
            while (line := stream.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                elif name.lower() != b"content-type":
                    self.problems.append(f"no header line: {line!r}")
            if length is None:
                rest = stream.read()
                if rest:
                    self.problems.append(f"stray output: {rest!r}")
                self._inbox.put(None)
                return
            self._inbox.put(stream.read(length))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.decode("utf-8", "replace").rstrip())

    def write(self, data: bytes) -> None:
        """Write to standard input as it is."""
        if self._held is not None:
            self._held += data
            return
        assert self.process.stdin is not None
        if not self.process.stdin.closed:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what is written meanwhile, then write it at once."""
        held = self._held = bytearray()
        try:
            yield
        finally:
            self._held = None
        self.write(bytes(held))

    def send(self, message: Any) -> None:
        """Write a message."""
        body = json.dumps(message).encode()
        self._transcript.append(f"--> {body[:600].decode()}")
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def take(self, deadline: float) -> bytes:
        """Return the body of the next message; raise `TimeoutError` where there comes none."""
        try:
            body = self._inbox.get(timeout=max(deadline - time.monotonic(), 0.001))
        except queue.Empty:
            raise TimeoutError("nothing came in time") from None
        if body is None:
            self.ended = True
            self._inbox.put(None)
            raise TimeoutError("the server closed its output")
        self._transcript.append(f"<-- {body[:600].decode('utf-8', 'replace')}")
        return body

    def close(self, timeout: float) -> int:
        """Close the input, wait for the end of the process; return the exit code."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        code = self.process.wait(timeout)
        for thread in self._threads:
            thread.join(timeout)
        return code

    def kill(self) -> None:
        """End the process if it runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

    def close_outputs(self) -> None:
        """Close the streams that are read."""
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def story(self) -> str:
        """Return the last messages and lines, for a failure."""
        return "\n".join([*self._transcript[-30:], "standard error:", *self.errors[-30:]])
