"""The recorded cases of `tests/uv_cases`, and the uv to compare with."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ws_lsp.vfs import from_native

__all__ = [
    "CASES",
    "Answer",
    "Case",
    "apply_later_edits",
    "find_uv",
    "load",
    "materialise",
    "run_uv",
]

CASES = Path(__file__).resolve().parent.parent / "uv_cases"


@dataclass(frozen=True, slots=True)
class Case:
    """A small workspace, and what uv said about it."""

    name: str
    directory: Path
    record: dict[str, Any]

    @property
    def kind(self) -> str:
        """Return what decides: `static` where the files alone do."""
        return str(self.record["kind"])

    @property
    def about(self) -> str:
        """Return the file and the key that uv's message is about."""
        return str(self.record["about"])

    @property
    def cwd(self) -> str:
        """Return the directory of the case in which uv ran."""
        return str(self.record["cwd"])

    @property
    def refused(self) -> bool:
        """Whether uv's command failed."""
        return bool(self.record["exit"] != 0)

    @property
    def root(self) -> str | None:
        """Return the root that uv found, relative to the case; None where it refused."""
        root: str | None = self.record["workspace_root"]
        return root

    @property
    def members(self) -> dict[str, str] | None:
        """Return the directories of the members by name; None where uv refused."""
        members: dict[str, str] | None = self.record["members"]
        return members


@dataclass(frozen=True, slots=True)
class Answer:
    """What uv said."""

    code: int
    out: str
    err: str

    @property
    def refused(self) -> bool:
        """Whether the command failed."""
        return self.code != 0

    @property
    def paths(self) -> list[str]:
        """The output's lines as paths in the form used inside of ws-lsp; uv may leave `..` in them."""
        return [from_native(line) for line in self.out.split("\n")[:-1]]


def load() -> Iterator[Case]:
    """Yield every case, by name."""
    for path in sorted(CASES.glob("*/expected.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        yield Case(record["id"], path.parent, record)


def materialise(case: Case, target: Path) -> None:
    """Write a case into `target`, which must not exist, as it was before its `…-after-pre` edits.

    Raises `RuntimeError` inside of a git repository: there uv would apply its ignore rules.
    """
    for above in target.parents:
        if (above / ".git").exists():
            raise RuntimeError(f"{above} is a git repository")
    ignored = shutil.ignore_patterns("expected.json")
    shutil.copytree(case.directory, target, symlinks=True, ignore=ignored)
    for operation, path, *rest in case.record["setup"]:
        place = target / path
        if operation == "mkdir":
            place.mkdir(parents=True, exist_ok=True)
        elif operation == "symlink":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(rest[0])


def apply_later_edits(case: Case, target: Path) -> None:
    """Make the edits that were made after the `pre_commands`."""
    for operation, path, *rest in case.record["setup"]:
        place = target / path
        if operation == "append-after-pre":
            text = place.read_text(encoding="utf-8") + rest[0]
            place.write_text(text, encoding="utf-8", newline="\n")
        elif operation == "write-after-pre":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(rest[0], encoding="utf-8", newline="\n")


@functools.cache
def find_uv() -> str | None:
    """Return the uv of the test environment, or else the one on the search path."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def run_uv(
    uv: str, *arguments: str, cwd: Path, settings: Mapping[str, str] | None = None
) -> Answer:
    """Run uv offline, with nothing of the environment that could change its answer but `settings`."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "VIRTUAL_ENV" and not name.startswith("UV_")
    }
    environment |= {
        "NO_COLOR": "1",
        "UV_NO_PROGRESS": "1",
        "UV_OFFLINE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        **(settings or {}),
    }
    done = subprocess.run(
        [uv, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)
