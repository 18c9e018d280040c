"""The pre-commit hook without pre-commit: its command after changes that it must not miss.

`pre_commit_cases.sh` has the same cases with pre-commit itself, which needs a package index.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.disk import environment, write

ROOT = Path(__file__).resolve().parents[2]
HOOK = dict(
    re.findall(
        r"^(?:- |  )(\w+): (.+)$",
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
PROJECT = '[project]\nname = "{}"\nversion = "1"\nrequires-python = ">=3.11"\n'
REPOSITORY = f"""
#- /one/pyproject.toml
[tool.uv.workspace]
members = ["*"]
#- /one/a/pyproject.toml
{PROJECT.format("a")}dependencies = ["b"]
[tool.uv.sources]
b = {{ workspace = true }}
#- /one/a/a.py
#- /one/b/pyproject.toml
{PROJECT.format("b")}
#- /two/pyproject.toml
{PROJECT.format("two")}
"""


def test_the_hook_runs_whatever_changed() -> None:
    """pre-commit names no deleted file: a hook with a pattern of files would be skipped."""
    assert (HOOK["always_run"], HOOK["pass_filenames"]) == ("true", "false")
    assert "files" not in HOOK
    assert HOOK["stages"] == "[pre-commit, pre-merge-commit, pre-push, manual]"


def put(path: str, text: str) -> Callable[[Path], None]:
    def change(top: Path) -> None:
        (top / path).parent.mkdir(exist_ok=True)
        (top / path).write_text(text, encoding="utf-8")

    return change


def delete(*paths: str) -> Callable[[Path], None]:
    def change(top: Path) -> None:
        for path in paths:
            if (top / path).is_dir():
                shutil.rmtree(top / path)
            else:
                (top / path).unlink()

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (put("two/x.py", ""), 0),
        (put("one/a/pyproject.toml", PROJECT.format("a a")), 1),
        (delete("one/a/pyproject.toml"), 1),
        (delete("one/b"), 1),
        (delete("one/a"), 0),
        (put("one/n/note", ""), 1),
        (put("one/n/pyproject.toml", PROJECT.format("a")), 1),
        (put("one/n/pyproject.toml", PROJECT.format("n")), 0),
        (put("two/uv.toml", "nonsense = 1\n"), 1),
        (put("two/.python-version", "3.8\n"), 1),
        (put("one/uv.lock", "version = [\n"), 1),
        (put("pyproject.toml", PROJECT.format("x x")), 1),
        (delete("two"), 0),
        (delete("one", "two"), 0),
    ],
)
def test_what_appears_changes_or_is_deleted(
    tmp_path: Path, change: Callable[[Path], None], code: int
) -> None:
    top = tmp_path / "top"
    write(top, REPOSITORY)
    change(top)
    program, *entry = shlex.split(HOOK["entry"])
    arguments = [*entry, *re.findall(r"[\w-]+", HOOK["args"])]
    assert program == "ws-lsp"
    done = subprocess.run(
        [sys.executable, "-m", "ws_lsp", *arguments],
        cwd=top,
        env=environment(tmp_path / "home"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
