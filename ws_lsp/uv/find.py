"""Where uv is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ws_lsp.uv.command import parse_version

__all__ = ["NOT_FOUND", "Uv", "find_uv"]

NOT_FOUND = (
    "uv was not found. Install it (`pip install uv`, or your system's package manager), "
    "or set the path to it"
)


class Uv(NamedTuple):
    """A uv that runs: its path, native, and its version."""

    path: str
    version: tuple[int, ...]


_versions: dict[tuple[str, int], tuple[int, ...] | None] = {}


def find_uv(
    root: str | None,
    setting: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Uv | None:
    """Return the first uv that runs: the setting, `$UV`, the workspace's `.venv`, `PATH`, our own.

    `root` is the workspace's root directory. None leaves the workspace's own uv out: a program of the
    workspace must not run before somebody asks for a sync. The version is read once for each state of a file.
    """
    for path in _candidates(root, setting, os.environ if environment is None else environment):
        version = _version(path)
        if version is not None:
            return Uv(path, version)
    return None


def _candidates(
    root: str | None, setting: str | None, environment: Mapping[str, str]
) -> Iterator[str]:
    name = "uv.exe" if os.name == "nt" else "uv"
    scripts = "Scripts" if os.name == "nt" else "bin"
    if setting:
        yield os.path.expanduser(setting)
    if environment.get("UV"):
        yield environment["UV"]
    if root is not None:
        yield os.path.join(root, ".venv", scripts, name)
    on_path = shutil.which("uv", path=environment.get("PATH"))
    if on_path:
        yield on_path
    yield os.path.join(os.path.dirname(sys.executable), name)
    yield os.path.join(sys.prefix, scripts, name)


def _version(path: str) -> tuple[int, ...] | None:
    try:
        key = (path, os.stat(path).st_mtime_ns)
    except OSError:
        return None
    if key not in _versions:
        try:
            done = subprocess.run(
                [path, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            _versions[key] = None
        else:
            _versions[key] = parse_version(done.stdout.decode("utf-8", "replace"))
    return _versions[key]
