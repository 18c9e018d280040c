"""Where uv is."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator, Iterator, Mapping
from typing import TypeAlias

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.versions import Version

__all__ = ["Search", "Uv", "find_uv", "not_found", "parse_version", "search_uv", "setting_problem"]

_PROGRAM = "uv.exe" if os.name == "nt" else "uv"
_SECONDS = 20
"""So long `uv --version` may take."""


class Uv(NamedTuple):
    """A uv that runs: its path, native, and its version."""

    path: str
    version: Version


Search: TypeAlias = Generator[str, "str | None", "Uv | None"]
"""Yields programs to run with `--version`, and is sent their output, or None where they gave none."""

_versions: dict[tuple[str, int], Version | None] = {}


def find_uv(
    root: str | None,
    setting: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Uv | None:
    """Return the first uv that runs: the setting, `$UV`, the workspace's `.venv`, `PATH`, our own.

    `root` is the workspace's root directory. None leaves the workspace's own uv out: a program of the
    workspace must not run before somebody asks for a sync. The version is read once for each state of a file.
    """
    search = search_uv(root, setting, environment)
    output: str | None = None
    try:
        path = next(search)
        while True:
            output = _ask(path)
            path = search.send(output)
    except StopIteration as ended:
        found: Uv | None = ended.value
        return found


def search_uv(
    root: str | None,
    setting: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Search:
    """Look for a uv as `find_uv` does, and leave it to the caller to run the programs."""
    for path in _candidates(root, setting, os.environ if environment is None else environment):
        try:
            state = path, os.stat(path).st_mtime_ns
        except OSError:
            continue
        if state not in _versions:
            output = yield path
            if output is None:
                continue  # not remembered: it may answer the next time
            _versions[state] = parse_version(output)
        version = _versions[state]
        if version is not None:
            return Uv(path, version)
    return None


def parse_version(output: str) -> Version | None:
    """Return the version in the output of `uv --version`, None where there is none."""
    match = re.search(r"\buv (\d+)\.(\d+)\.(\d+)", output)
    return tuple(map(int, match.groups())) if match else None


def not_found(setting: str, value: str | None = None) -> str:
    """Return a message that there is no uv; `setting` is what can lead to one, `value` what it says now."""
    wrong = f": `{setting}` leads to `{value}`, where none runs" if value else ""
    return (
        f"uv was not found{wrong}. Install it (`pip install uv`, or your system's package manager), "
        f"or set `{setting}` to its path"
    )


def setting_problem(setting: str | None, found: Uv | None) -> str | None:
    """Return what is wrong with the setting `uv.path` where it is not the uv that was found."""
    if not setting:
        return None
    path = _setting_path(setting)
    if found is not None and found.path == path:
        return None
    why = "is not a uv that runs" if os.path.exists(path) else "does not exist"
    return f"`uv.path` is wrong: `{path}` {why}. Correct the setting, or remove it"


def _candidates(
    root: str | None, setting: str | None, environment: Mapping[str, str]
) -> Iterator[str]:
    scripts = "Scripts" if os.name == "nt" else "bin"
    if setting:
        yield _setting_path(setting)
    if environment.get("UV"):
        yield os.path.abspath(environment["UV"])
    if root is not None:
        yield os.path.join(root, ".venv", scripts, _PROGRAM)
    yield from on_path(_PROGRAM, environment.get("PATH", os.defpath))
    yield os.path.join(os.path.dirname(sys.executable), _PROGRAM)
    yield os.path.join(sys.prefix, scripts, _PROGRAM)


def _setting_path(setting: str) -> str:
    """Return the path that a setting means: a name without a directory is looked up in `PATH`."""
    path = os.path.expanduser(setting)
    found = on_path(path, os.environ.get("PATH", os.defpath)) if not os.path.dirname(path) else ()
    return os.path.abspath(next(iter(found), path))


def on_path(name: str, directories: str) -> Iterator[str]:
    """Yield the programs of a name in the directories of a `PATH`.

    `shutil.which` gives the first one alone, and importing shutil takes 5 ms at every start.
    """
    for directory in directories.split(os.pathsep):
        path = os.path.abspath(os.path.join(directory, name)) if directory else ""
        if path and os.path.isfile(path) and os.access(path, os.X_OK):
            yield path


def _ask(path: str) -> str | None:
    import subprocess  # only where a version is not known yet: importing it takes 4 ms

    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace")
