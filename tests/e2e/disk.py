"""Workspaces on the disk, and the environment in which programs run beside them."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from support import read

__all__ = [
    "UV",
    "Place",
    "environment",
    "installed",
    "needs_uv",
    "write",
    "write_files",
    "write_wheel",
]

UV = shutil.which("uv", path=os.pathsep.join([sysconfig.get_path("scripts"), os.defpath]))
"""The uv that belongs to the tests' own environment."""

needs_uv = pytest.mark.skipif(UV is None, reason="uv is not installed beside this Python")


class Place(NamedTuple):
    """A fixture on disk: its directory and where its `$0` stands."""

    directory: Path
    cursor: tuple[Path, int] | None

    def __truediv__(self, path: str) -> Path:
        return self.directory / path


def write_files(directory: Path, texts: Mapping[str, str]) -> None:
    """Write texts by path below a directory, as they are; a path that ends in `/` is a directory."""
    for path, text in texts.items():
        target = directory / path.lstrip("/")
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))


def write(directory: Path, text: str) -> Place:
    """Write a fixture (see `support`) below a directory; texts are written as they are."""
    fixture = read(text)
    write_files(directory, fixture.files)
    at = (directory / fixture.at[0].lstrip("/"), fixture.at[1]) if fixture.at else None
    return Place(directory, at)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing of this machine's user counts and no network is used."""
    for name in ("cache", "config"):
        (home / name).mkdir(parents=True, exist_ok=True)
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "COVERAGE_PROCESS_START", "PYTHONPATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "UV_CACHE_DIR": str(home / "uv-cache"),
        "UV_OFFLINE": "1",
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON": os.path.realpath(sys.executable),
        "UV_PYTHON_DOWNLOADS": "never",
        "PYTHONWARNINGS": "error",
        **more,
    }


def installed(root: Path) -> set[str]:
    """Return the names of the distributions in a workspace's `.venv`."""
    library = root / ".venv"
    return {path.name.split("-")[0] for path in library.rglob("*.dist-info") if path.is_dir()}


def write_wheel(
    directory: Path,
    name: str,
    version: str = "1.0",
    requires: Iterable[str] = (),
    module: str = "",
) -> None:
    """Write the smallest wheel there is, with the text of its module."""
    directory.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        f"{name}.py": module,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, content in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, content)
