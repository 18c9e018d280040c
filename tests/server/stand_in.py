"""A stand-in for uv, for what the real one does rarely: to hang, to be deaf, to die, to shout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from e2e.client import Client
from e2e.disk import Place
from processes import is_alive, until

__all__ = ["HANG", "WAIT", "StandIn", "assert_works", "begun", "sync"]

HANG = 'echo "Resolved 1 package in 1ms" >&2; while :; do sleep 30; done'
"""A script that never ends."""

WAIT = 'while [ ! -e "$here/go" ]; do sleep 0.02; done; echo done >&2'
"""A script that ends after `StandIn.go`."""


class StandIn:
    """A program whose behaviour a file decides; it notes each run and its process id."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True)
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

    def is_asked_for_its_version(self, script: str) -> None:
        """Let it do this when it is asked for its version."""
        (self.directory / "version").write_text(f"{script}\n")

    def is_of_version(self, version: str) -> None:
        """Let it say that it is of this version."""
        self.is_asked_for_its_version(f'echo "uv {version} (stand-in)"')

    def go(self) -> None:
        """Let the scripts end that wait."""
        (self.directory / "go").touch()

    @property
    def runs(self) -> list[tuple[int, str]]:
        """The process ids and arguments of its runs."""
        path = self.directory / "runs"
        lines = path.read_text().rstrip("\n").split("\n") if path.exists() else []
        return [(int(line.partition(" ")[0]), line.partition(" ")[2]) for line in lines if line]

    def has_written(self, name: str) -> bool:
        """Tell whether a script has written a file."""
        return (self.directory / name).exists()

    def file(self, name: str) -> str:
        """Return what a script writes to a file."""
        path = self.directory / name
        until(lambda: path.exists() and path.read_text() != "", f"{name} is not there")
        return path.read_text().strip()


def sync(client: Client, place: Place, packages: Any = "all", **more: Any) -> int:
    """Ask for a sync; return the request's id."""
    arguments = [{"root": place.directory.as_uri(), "packages": packages, **more}]
    params = {"command": "ws-lsp.server.sync", "arguments": arguments}
    return client.start("workspace/executeCommand", params)


def begun(client: Client, uv: StandIn, place: Place, packages: Any = "all") -> tuple[int, int]:
    """Start a sync and wait until the stand-in runs; return the request and the process."""
    before = len(uv.runs)
    request = sync(client, place, packages)
    client.settle()
    until(lambda: len(uv.runs) > before, "the stand-in does not run")
    return request, uv.runs[-1][0]


def assert_works(client: Client, uv: StandIn, place: Place, *gone: int) -> None:
    """Assert that nothing is left of a fault, and that all goes on."""
    until(lambda: not any(map(is_alive, gone)), f"one of {gone} is still there", 4)
    uv.behaves('echo "Installed 1 package in 1ms" >&2')
    assert client.result(sync(client, place))["status"] == "ok"
    assert client.close() == 0
    client.assert_clean()
