"""The command line in real processes: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from e2e.disk import UV, Place, environment, installed, needs_uv, write
from processes import posix
from server.stand_in import StandIn

from ws_lsp import __version__
from ws_lsp.report import FORMATS

Run = Callable[..., "subprocess.CompletedProcess[str]"]

WRONG = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpah", "alpha", "alpha"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
#- /packages/alpha/src/deep/
#- /notes.txt
"""
CLEAN = WRONG.replace('"alpah", "alpha", "alpha"', '"alpha"')


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*arguments: str, at: Path = tmp_path, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "ws_lsp", *arguments],
            cwd=at,
            env=environment(tmp_path / "home", **more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert "Traceback" not in done.stdout
        return done

    return call


@pytest.fixture
def wrong(tmp_path: Path) -> Place:
    return write(tmp_path / "wrong", WRONG)


@pytest.fixture
def clean(tmp_path: Path) -> Place:
    return write(tmp_path / "clean", CLEAN)


# ------------------------------------------------------------------------------ check


def test_errors_are_1(run: Run, wrong: Place, clean: Place) -> None:
    assert run("check", str(wrong.directory)).returncode == 1
    assert run("check", str(wrong.directory), "--exit-zero").returncode == 0
    done = run("check", str(clean.directory))
    assert (done.returncode, done.stderr) == (0, "")


def test_warnings_are_0(run: Run, tmp_path: Path) -> None:
    place = write(tmp_path / "w", WRONG.replace('"alpah", ', ""))
    done = run("check", str(place.directory))
    assert "duplicate-default-package" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("path", ["", "pyproject.toml", "packages", "packages/alpha/src/deep"])
def test_any_path_of_a_workspace(run: Run, wrong: Place, path: str) -> None:
    expected = run("check", "--output-format=json", str(wrong.directory)).stdout
    assert "unknown-default-package" in expected
    assert run("check", "--output-format=json", str(wrong / path)).stdout == expected
    if not path.endswith(".toml"):
        assert run("check", "--output-format=json", at=wrong / path).stdout == expected


@pytest.mark.parametrize("command", ["check", "members", "sync"])
def test_paths_that_are_none(run: Run, wrong: Place, tmp_path: Path, command: str) -> None:
    for path in ("nothing", "nothing/pyproject.toml", "wrong/notes.txt"):
        done = run(command, path)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("error: ")
    (tmp_path / "empty").mkdir()
    done = run(command, "empty")
    assert done.returncode == 2
    assert "no `pyproject.toml`" in done.stderr


def test_json(run: Run, wrong: Place) -> None:
    done = run("check", "--output-format", "json", str(wrong.directory))
    records: list[dict[str, Any]] = json.loads(done.stdout)
    first = next(one for one in records if one["code"] == "unknown-default-package")
    assert list(first) == [
        "code",
        "severity",
        "message",
        "filename",
        "location",
        "end_location",
        "fix",
        "related",
        "url",
    ]
    assert first["severity"] == "error"
    assert first["filename"] == str(wrong / "pyproject.toml")
    assert first["location"] == {"row": 4, "column": 21}
    assert first["end_location"] == {"row": 4, "column": 28}
    assert first["fix"]["title"] == "Remove `alpah`"
    assert first["url"].endswith("/unknown-default-package.md")
    assert done.stderr == ""


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format_of_nothing_and_of_something(
    run: Run, wrong: Place, clean: Place, output_format: str
) -> None:
    found = run("check", "--output-format", output_format, str(wrong.directory))
    assert "unknown-default-package" in found.stdout
    nothing = run("check", "--output-format", output_format, str(clean.directory))
    assert nothing.returncode == 0
    if output_format in ("json", "gitlab", "sarif"):
        json.loads(nothing.stdout)
        json.loads(found.stdout)


def test_colours(run: Run, wrong: Place) -> None:
    path = str(wrong.directory)
    assert "\x1b" not in run("check", path).stdout
    assert "\x1b[1;31m" in run("check", path, FORCE_COLOR="1").stdout
    assert "\x1b" not in run("check", path, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b" in run("check", path, FORCE_COLOR="1", NO_COLOR="").stdout
    assert "\x1b" not in run("check", path, "--output-format=json", FORCE_COLOR="1").stdout


def test_a_file_does_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    text = '[project]\nname = "a"\nversion = "1"\ndependencies = ["\\u001b[2J x"] # \x9b2J'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    for output_format in ("full", "concise"):
        output = run("check", str(tmp_path), "--output-format", output_format).stdout
        assert "invalid" in output
        assert "\x1b" not in output
        assert "\x9b" not in output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes and other links")
def test_a_difference_is_shown_and_not_made(run: Run, wrong: Place, clean: Place) -> None:
    root = wrong / "pyproject.toml"
    before = root.read_text()
    done = run("check", str(wrong.directory), "--diff", at=wrong.directory)
    assert done.returncode == 1
    assert done.stdout.startswith("--- a/pyproject.toml\n+++ b/pyproject.toml\n@@")
    assert root.read_text() == before
    lines = done.stdout.split("\n")[2:]
    (old,), (new,) = ([line[1:] for line in lines if line.startswith(sign)] for sign in "-+")
    run("check", str(wrong.directory), "--fix")
    assert root.read_text() == before.replace(old, new) != before
    done = run("check", str(clean.directory), "--diff")
    assert (done.returncode, done.stdout) == (0, "")


LOSING = """
#- /pyproject.toml
[tool.uv]
# ours
default-packages = ["beta", "beta"] # the first two
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
requires-python = ">=3.11"
dependencies = ["beta", "gamma"]
[tool.uv.sources]
beta = { git = "https://github.com/acme/beta", rev = "deadbeef" } # pinned
gamma = { path = "../gamma", editable = true } # ours
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
#- /packages/gamma/pyproject.toml
[project]
name = "gamma"
version = "1"
"""


def test_safe_fixes_lose_nothing_and_unsafe_ones_are_asked_for(run: Run, tmp_path: Path) -> None:
    place = write(tmp_path / "w", LOSING)
    path, root, alpha = str(place.directory), place / "pyproject.toml", place / "packages/alpha"
    alone = run("check", path, "--unsafe-fixes")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert alone.stderr == "error: `--unsafe-fixes` goes with `--fix` or `--diff`\n"
    plain = run("check", path).stdout
    assert plain.endswith("\n[*] 3 fixable with `--fix` (2 more with `--unsafe-fixes`)\n")
    done = run("check", path, "--fix")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("\nFixed 3, 2 left (2 with `--unsafe-fixes`)\n")
    assert root.read_text() == (
        '[tool.uv]\n[tool.uv.workspace]\nmembers = ["packages/*"]\n\n'
        '[tool.ws-lsp]\n# ours\ndefault-packages = ["beta"] # the first two\n'
    )
    text = (alpha / "pyproject.toml").read_text()
    assert "gamma = { workspace = true, editable = true } # ours\n" in text
    assert 'rev = "deadbeef"' in text
    assert "\nversion" not in text
    assert run("check", path, "--diff").stdout == ""
    shown = run("check", path, "--diff", "--unsafe-fixes").stdout
    assert '+version = "0.1.0"\n' in shown
    done = run("check", path, "--fix", "--unsafe-fixes")
    assert (done.returncode, done.stdout) == (0, "All checks passed\nFixed 2, 0 left\n")
    assert "beta = { workspace = true } # pinned\n" in (alpha / "pyproject.toml").read_text()


def test_members_that_a_fix_brings_in_are_fixed_as_well(run: Run, tmp_path: Path) -> None:
    texts = LOSING.replace('["packages/*"]', '"packages/*"')
    path = str(write(tmp_path / "w", texts).directory)
    shown = run("check", path, "--diff").stdout
    assert "+gamma = { workspace = true, editable = true } # ours\n" in shown
    assert run("check", path, "--fix").stdout.endswith(
        "\nFixed 4, 2 left (2 with `--unsafe-fixes`)\n"
    )
    assert run("check", path, "--diff").stdout == ""


def test_a_fix_keeps_the_files_mode_and_link(run: Run, tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text('[tool.uv.workspace]\nmembers = "packages/*"\n', encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "pyproject.toml").symlink_to(real)
    run("check", str(tmp_path), "--fix")
    assert real.read_text(encoding="utf-8") == '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    assert real.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "pyproject.toml").is_symlink()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".py")] == []


DETACHED = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["libs/*"]
#- /libs/pyproject.toml
#- /libs/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
#- /libs/beta/pyproject.toml
[project]
name = "beta"
version = "1"
requires-python = ">=3.11"
dependencies = ["alpha"]
"""


@needs_uv
@pytest.mark.parametrize(
    "more",
    [
        "",
        "[dependency-groups]\ndev = ['alpha']",
        "[tool.uv.sources]\nalpha = { path = '../alpha' }",
    ],
)
@pytest.mark.parametrize("start", [".", "libs/beta"])
def test_a_fix_breaks_no_member_that_does_not_find_the_workspace(
    run: Run, tmp_path: Path, more: str, start: str
) -> None:
    place = write(tmp_path / "w", DETACHED + more)

    def lock() -> int:
        command = [str(UV), "lock", "--project", str(place.directory)]
        done = subprocess.run(command, env=environment(tmp_path / "home"), capture_output=True)
        return done.returncode

    assert lock() == 0
    (place / "uv.lock").unlink()
    before = {path: path.read_bytes() for path in place.directory.rglob("*.toml")}
    done = run("check", "--fix", str(place / start))
    assert done.returncode == 0
    hidden = "2 informational findings hidden, `--severity information` shows them\n"
    assert done.stdout.endswith(hidden if start == "." else "All checks passed\n")
    assert {path: path.read_bytes() for path in place.directory.rglob("*.toml")} == before
    assert run("check", "--diff", str(place / start)).stdout == ""
    assert lock() == 0


@needs_uv
def test_the_environment_turns_preview_features_on(run: Run, tmp_path: Path) -> None:
    place = write(tmp_path / "w", DETACHED)
    on = {"UV_PREVIEW_FEATURES": "lock-without-metadata"}
    subprocess.run(
        [str(UV), "lock"],
        cwd=place.directory,
        env=environment(tmp_path / "home", **on),
        capture_output=True,
        check=True,
    )
    path = str(place.directory)
    shown = run("check", path, "--severity", "information", **on)
    assert shown.stdout.endswith("Found 2 information\n")
    done = run("check", path)
    assert done.stdout.count("outdated-lockfile") == 1
    assert "`lock-without-metadata`, which is not on" in done.stdout


def test_members_of_a_broken_workspace(run: Run, tmp_path: Path) -> None:
    (tmp_path / "packages/empty").mkdir(parents=True)
    (tmp_path / "packages/empty/file.txt").touch()
    text = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    done = run("members", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "error: uv does not list the members, and some may be missing here\n"
        "pyproject.toml:2:12: error[missing-manifest] "
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe[",
        b"[tool.uv\n",
        b"= = =",
        b"\xef\xbb\xbf[project]\r\nname='a'\r\n",
        b"[" * 5000,
    ],
)
def test_any_content_of_a_file(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    for command in ("check", "members"):
        assert run(command).returncode in (0, 1, 2)


def test_a_terminal_that_knows_no_unicode(run: Run, tmp_path: Path) -> None:
    text = WRONG.replace("alpah", "größe-😀")
    place = write(tmp_path / "w", text)
    done = run("check", str(place.directory), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="a pipe without a reader")
@pytest.mark.parametrize(
    "command", [["check"], ["check", "--output-format=json"], ["rule"], ["members"]]
)
def test_a_reader_that_goes_away(tmp_path: Path, wrong: Place, command: list[str]) -> None:
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "ws_lsp", *command],
        cwd=wrong.directory,
        env=environment(tmp_path / "home"),
        stdout=written,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(written)
    assert done.stderr == b""
    assert done.returncode != 2


def test_check_does_not_load_what_it_does_not_need(tmp_path: Path) -> None:
    """Each of these takes up to 40 ms to import, and `check` starts in 100."""
    place = write(tmp_path / "w", SOUND)
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from ws_lsp.cli import execute\n"
        "assert execute(['check']) == 0\n"
        "heavy = {'lsprotocol', 'pygls', 'cattrs', 'attrs', 'asyncio', 'packaging', 'tomli',\n"
        "  'dataclasses', 'datetime', 'json', 'shutil', 'subprocess', 'tempfile',\n"
        "  'ws_lsp.checking.obstacles', 'ws_lsp.checking.pins', 'ws_lsp.project.lockfile',\n"
        "  'ws_lsp.project.together'}\n"
        "print(sorted(heavy & (sys.modules.keys() - before)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place.directory,
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr.strip()) == ("All checks passed\n", "[]")


SOUND = """\
#- /pyproject.toml
[tool.ws-lsp]
default-packages = ["alpha"]

[tool.uv.workspace]
members = ["packages/*"]

[tool.uv.sources]
beta = { workspace = true }

#- /packages/alpha/pyproject.toml
[project]
name = "alpha"  # the first
version = "1"
requires-python = ">=3.11"
dependencies = ["beta>=1,<3", "sniffio>=1,<2"]
authors = [{ name = "A" }]

[tool.uv]
package = true

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
"""


UNDECLARED = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
requires-python = ">=3.11"
dependencies = []
[build-system]
requires = ["setuptools"]
#- /packages/alpha/src/alpha/__init__.py

def f():
    import beta.x
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
requires-python = ">=3.11"
[build-system]
requires = ["setuptools"]
#- /packages/beta/src/beta/x.py
raise SystemExit("nobody may run this")
"""


def test_imports_that_are_not_declared(run: Run, tmp_path: Path) -> None:
    place = write(tmp_path / "w", UNDECLARED)
    path = str(place.directory)
    plain = run("check", path)
    assert "undeclared-import" not in plain.stdout
    done = run("check", path, "--imports")
    assert (done.returncode, done.stderr) == (0, "")
    source = os.path.join("w", "packages", "alpha", "src", "alpha", "__init__.py")
    assert (
        "warning[undeclared-import]: `packages/alpha/src/alpha/__init__.py` imports" in done.stdout
    )
    assert f"`beta.x` is imported here ({source}:3:5)" in done.stdout
    (record,) = json.loads(run("check", path, "--imports", "--output-format=sarif").stdout)["runs"]
    (result,) = (one for one in record["results"] if one["ruleId"] == "undeclared-import")
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 5,
        "endLine": 3,
        "endColumn": 18,
    }
    # what the file says counts more, and the fix is for a person to choose
    root = place / "pyproject.toml"
    assert run("check", path, "--imports", "--diff").stdout == run("check", path, "--diff").stdout
    root.write_text(f'{root.read_text()}[tool.ws-lsp.rules]\nundeclared-import = "error"\n')
    assert run("check", path).returncode == 1
    root.write_text(root.read_text().replace('"error"', '"off"'))
    assert run("check", path, "--imports").stdout == plain.stdout


# --------------------------------------------------------------------- members, rule, …


def test_members(run: Run, wrong: Place) -> None:
    path = str(wrong.directory)
    assert run("members", path).stdout == "alpha\n"
    assert run("members", path, "--paths").stdout == f"alpha {wrong / 'packages/alpha'}\n"
    assert json.loads(run("members", path, "--output-format", "json").stdout) == {
        "root": path,
        "virtual": True,
        "default_packages": ["alpah", "alpha"],
        "members": [
            {
                "name": "alpha",
                "path": str(wrong / "packages/alpha"),
                "version": "1",
                "dependencies": [],
                "dependents": [],
            }
        ],
    }


@pytest.mark.parametrize(("value", "shown"), [('"all"', "all"), ("[]", [])])
def test_default_packages_of_members(run: Run, tmp_path: Path, value: str, shown: Any) -> None:
    place = write(tmp_path / "w", WRONG.replace('["alpah", "alpha", "alpha"]', value))
    done = run("members", str(place.directory), "--output-format=json")
    assert json.loads(done.stdout)["default_packages"] == shown


def test_rule(run: Run) -> None:
    every = run("rule")
    assert every.returncode == 0
    for line in every.stdout.rstrip("\n").split("\n"):
        code, severity, *_ = line.split()
        assert severity in ("error", "warning", "information", "hint")
    one = run("rule", code)
    assert one.stdout.startswith(f"# {code}\n\nSeverity: {severity}\nFix: unsafe. ")
    wrong = run("rule", code[:-1])
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert f"Did you mean `{code}`?" in wrong.stderr


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"ws-lsp {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["check", "--no-such-option"],
        ["check", "--output-format", "xml"],
        ["sync", "--all", "--package", "a"],
        ["members", "a", "b"],
    ],
)
def test_wrong_usage_is_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")


# ------------------------------------------------------------------------------- sync


@needs_uv
def test_sync(run: Run, tmp_path: Path) -> None:
    packaged = '[build-system]\nrequires = ["uv_build>=0.9,<1"]\nbuild-backend = "uv_build"\n'
    text = CLEAN.replace("#- /notes.txt\n", "") + "#- /packages/alpha/src/alpha/__init__.py\n"
    text = text.replace("#- /packages/alpha/src/deep/\n", packaged)
    text += f'#- /packages/beta/pyproject.toml\n[project]\nname = "beta"\nversion = "1"\nrequires-python = ">=3.11"\n{packaged}'
    text += "#- /packages/beta/src/beta/__init__.py\n"
    place = write(tmp_path / "w", text)
    path = str(place.directory)
    dry = run("sync", "--dry-run", path)
    assert dry.returncode == 0
    assert "Would" in dry.stderr
    assert dry.stdout.startswith("Create the environment\nCreate `uv.lock`\nInstall 1 package\n")
    assert not (place / ".venv").exists()
    done = run("sync", path)
    assert done.returncode == 0, done.stderr
    assert "Sync the default packages `alpha`" in done.stderr
    assert installed(place.directory) == {"alpha"}
    assert run("sync", path, "--all").returncode == 0
    assert installed(place.directory) == {"alpha", "beta"}
    assert run("sync", path, "--package", "Beta").returncode == 0
    assert installed(place.directory) == {"beta"}
    assert run("sync", path, "--package", "alpha", "--inexact", "--frozen").returncode == 0
    assert installed(place.directory) == {"alpha", "beta"}
    done = run("sync", path, "--frozen", "--upgrade")
    assert done.returncode == 2
    assert done.stderr.startswith("error: `--frozen` and `--upgrade` exclude each other")


@needs_uv
def test_sync_refuses_and_hands_on_uvs_exit_code(run: Run, wrong: Place, tmp_path: Path) -> None:
    done = run("sync", str(wrong.directory))
    assert done.returncode == 2
    assert "`alpah` is not a member of this workspace" in done.stderr
    broken = write(tmp_path / "w", CLEAN.replace('"1"', '"1"\ndependencies = ["ws-lsp-nowhere"]'))
    done = run("sync", str(broken.directory))
    assert done.returncode == 1
    assert "ws-lsp-nowhere" in done.stderr


@posix
def test_nothing_runs_after_the_first_command_that_fails(run: Run, tmp_path: Path) -> None:
    """This uv takes one package at a time."""
    beta = '#- /packages/beta/pyproject.toml\nproject = { name = "beta", version = "1" }\n'
    place = write(tmp_path / "w", CLEAN + beta)
    uv = StandIn(tmp_path / "stand-in")
    uv.is_of_version("0.9.7")
    for script, code, runs in (("exit 3", 3, 1), ("exit 0", 0, 3)):
        uv.behaves(script)
        done = run(
            "sync", str(place.directory), "--package=alpha", "--package=beta", UV=str(uv.path)
        )
        assert (done.returncode, len(uv.runs)) == (code, runs)


@needs_uv
def test_sync_of_nothing(run: Run, tmp_path: Path) -> None:
    place = write(tmp_path / "w", CLEAN.replace('["alpha"]', "[]"))
    done = run("sync", str(place.directory))
    assert done.returncode == 0
    assert done.stderr == "Nothing to sync: `default-packages` is empty\n"


# ------------------------------------------------------------------------- recursive


def test_recursive_checks_all_workspaces_below(run: Run, tmp_path: Path) -> None:
    top = tmp_path / "top"
    write(top / "wrong", WRONG)
    write(top / "clean", CLEAN)
    write(top / "gone", CLEAN)
    (top / "gone" / "packages" / "alpha" / "pyproject.toml").unlink()
    done = run("check", "--recursive", "--output-format", "concise", "--quiet", at=top)
    places = {line.partition(":")[0] for line in done.stdout.splitlines()}
    assert done.returncode == 1
    assert places == {"wrong/pyproject.toml", "gone/pyproject.toml"}
    assert run("check", "--recursive", str(top / "clean"), at=tmp_path).returncode == 0


def test_recursive_without_any_project_is_no_error(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = run("check", "--recursive", at=empty)
    assert done.returncode == 0
    assert done.stderr == "warning: no project was found in `.` or below it\n"


def test_recursive_selects_no_member_by_name(run: Run, clean: Place) -> None:
    done = run("check", "--recursive", "--package", "alpha", at=clean.directory)
    assert done.returncode == 2
    assert "`--package` and `--here` select in one workspace" in done.stderr


def test_a_file_of_two_workspaces_is_told_once(run: Run, tmp_path: Path) -> None:
    """The outer one lists a member that is a workspace by itself, and both judge its source."""
    top = tmp_path / "top"
    write(
        top,
        """
#- /pyproject.toml
[tool.uv.workspace]
members = ["inner"]
#- /inner/pyproject.toml
[project]
name = "inner"
version = "1"
requires-python = ">=3.11"
dependencies = ["x"]
[tool.uv.workspace]
[tool.uv.sources]
x = { workspace = true }
""",
    )
    for path in (".", "inner"):
        alone = run("check", path, "--output-format", "concise", at=top)
        assert "error[unknown-workspace-source]" in alone.stdout
    done = run("check", "--recursive", "--output-format", "concise", at=top)
    assert done.stdout.count("error[unknown-workspace-source]") == 1
    assert done.stdout.count("error[nested-workspace]") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('version = "1"', "x = = "),
        ('version = "1"\n', ""),
        ('name = "alpha"', 'name = "a b"'),
    ],
)
def test_members_fails_where_uv_lists_none(run: Run, clean: Place, before: str, after: str) -> None:
    path = clean / "packages/alpha/pyproject.toml"
    path.write_text(path.read_text().replace(before, after))
    done = run("members", str(clean.directory))
    assert done.returncode == 1
    assert "packages/alpha/pyproject.toml" in done.stderr
    if UV is not None:
        listed = subprocess.run(
            [str(UV), "workspace", "list"], cwd=clean.directory, capture_output=True
        )
        assert listed.returncode != 0
