"""Files that are not regular, and patterns of many stars: no command waits for them or works for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.disk import Place, environment, write
from special_files import KINDS, make_special, needs_pipes

WORKSPACE = """
#- /w/pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpha"]
#- /w/packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
dependencies = []
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
#- /w/packages/alpha/src/alpha/__init__.py
import beta
#- /w/packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
requires-python = ">=3.11"
dependencies = []
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
#- /w/packages/beta/src/beta/__init__.py
#- /w/packages/empty/note
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return write(tmp_path, WORKSPACE.replace("#- /w/packages/empty/note\n", ""))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command that may not hear the end of its input, nor take more than its share."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        reading, writing = os.pipe()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "ws_lsp", *arguments],
                cwd=tmp_path,
                env=environment(tmp_path / "home"),
                stdin=reading,
                capture_output=True,
                encoding="utf-8",
                timeout=60,
                preexec_fn=limit if sys.platform == "linux" else None,
            )
        finally:
            os.close(reading)
            os.close(writing)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return call


@needs_pipes
@pytest.mark.parametrize(("kind", "problem"), KINDS.items())
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("packages/alpha/pyproject.toml", "w/packages/alpha/pyproject.toml:1:1: error[unreadable-file] {}"),
        ("uv.toml", "w/uv.toml:1:1: error[unreadable-file] {}"),
        ("uv.lock", "w/pyproject.toml:1:2: error[invalid-lockfile] {}. Restore or remove it"),
    ],
)  # fmt: skip
def test_a_finding_says_what_it_is(
    place: Place, run: Run, kind: str, problem: str, path: str, line: str
) -> None:
    make_special(place / "w" / path, kind)
    for more in ((), ("--fix",)):
        done = run("check", "--output-format", "concise", *more, "w")
        assert done.returncode == 1, done.stderr
        assert line.format(f"`{path}` cannot be read: {problem}") in done.stdout
    assert not (place / "w" / path).is_file()


@needs_pipes
@pytest.mark.parametrize("kind", KINDS)
def test_the_closest_manifest_may_be_none(place: Place, run: Run, kind: str) -> None:
    make_special(place / "w/pyproject.toml", kind)
    for path in ("w", "w/pyproject.toml"):
        done = run("check", path)
        assert done.returncode == 2
        assert done.stderr == f"error: `{place / 'w/pyproject.toml'}` is not a regular file\n"


@needs_pipes
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "path",
    [
        "w/packages/beta/src/beta/__init__.py", "w/packages/beta/src/beta/other.py",
        "w/packages/empty/.gitignore", "w/.gitignore", "w/.ignore", "w/.git/info/exclude", "w/.git",
        "home/.gitconfig", "home/config/git/config", "home/config/git/ignore", "w/.venv/pyvenv.cfg",
        "w/.venv/lib/python3.11/site-packages/alpha-1.dist-info/direct_url.json", "w/.venv/bin/uv",
        "w/packages/other", "w/packages/alpha/README.md",
    ],
)  # fmt: skip
def test_what_is_read_beside_the_manifests_is_not_waited_for(
    tmp_path: Path, run: Run, kind: str, path: str
) -> None:
    place = write(tmp_path, WORKSPACE)
    (place / "w/.venv/lib/python3.11/site-packages/alpha-1.dist-info").mkdir(parents=True)
    (place / "w/.venv/pyvenv.cfg").write_text("")
    (place / "w/.git/info").mkdir(parents=True)
    if path == "w/.git":
        (place / "w/.git/info").rmdir()
        (place / "w/.git").rmdir()
    make_special(place / path, kind)
    done = run("check", "--imports", "w")
    assert "`packages/empty` has no `pyproject.toml`" in done.stdout, done.stderr
    assert ("imports `beta`" in done.stdout) is (path != "w/packages/beta/src/beta/__init__.py")


STARS = """
#- /w/pyproject.toml
[tool.uv.workspace]
members = ["*a*a*a*a*a*a*b", "**/*a*a*a/**/*a*a*b", "packages/*"]
exclude = ["*a*a*a*a*a*a*b", "packages/*a*a*a*a*a*c"]
#- /w/.gitignore
*a*a*a*a*a*b
**/*a*a/**/*a*a*a*b
#- /w/.ignore
{*a*a,*a*a*a}*a*a*b
#- /w/.git/HEAD
#- /w/packages/NAME/NAME/NAME
#- /w/NAME/pyproject.toml
"""


def test_patterns_of_many_stars_are_no_burden(tmp_path: Path, run: Run) -> None:
    write(tmp_path, STARS.replace("NAME", "a" * 150))
    done = run("check", "w")
    assert done.returncode == 1, done.stderr
    assert "has no `pyproject.toml`" in done.stdout
