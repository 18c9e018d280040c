"""What the real uv installs for each plan, with third-party packages from a directory.

`WS_LSP_TEST_UV` names another uv to ask than the one beside this Python.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from e2e.disk import UV as OWN_UV
from e2e.disk import Place, environment, installed, write, write_wheel

from ws_lsp.analysis import Host
from ws_lsp.ide.refactor import refactorings
from ws_lsp.project.together import Together
from ws_lsp.refusal import Refusal
from ws_lsp.text import apply_edits
from ws_lsp.uv.command import PLAIN, SEVERAL_PACKAGES, Options, Plan, plan
from ws_lsp.uv.find import parse_version
from ws_lsp.uv.output import Stages, SyncReport
from ws_lsp.uv.selection import Packages
from ws_lsp.uv.target import target_of
from ws_lsp.vfs import from_native

UV = os.environ.get("WS_LSP_TEST_UV") or OWN_UV
pytestmark = pytest.mark.skipif(UV is None, reason="uv is not installed beside this Python")

DEFAULT, ALL = Packages.DEFAULT, Packages.ALL
VIRTUAL = """
[dependency-groups]
dev = ["rootdev"]
docs = ["rootdocs"]
"""
PROJECT = """
[project]
name = "root"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["rootlib"]
[dependency-groups]
dev = ["rootdev"]
docs = ["rootdocs"]
"""
MEMBERS = """
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["alphalib"]
[project.optional-dependencies]
fast = ["alphafast"]
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
#- /packages/alpha/backend.py
import zipfile
INFO = "alpha-1.0.dist-info"
FILES = {
    "alpha.py": "",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: alpha\\nVersion: 1.0\\n"
    "Requires-Dist: alphalib\\nProvides-Extra: fast\\nRequires-Dist: alphafast; extra == 'fast'\\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
def build_editable(directory, config_settings=None, metadata_directory=None):
    name = "alpha-1.0-py3-none-any.whl"
    record = "".join(f"{path},,\\n" for path in [*FILES, f"{INFO}/RECORD"])
    with zipfile.ZipFile(f"{directory}/{name}", "w") as wheel:
        for path, content in {**FILES, f"{INFO}/RECORD": record}.items():
            wheel.writestr(path, content)
    return name
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["betalib"]
[dependency-groups]
dev = ["betadev"]
#- /packages/gamma/pyproject.toml
[project]
name = "gamma"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["gammalib", "alpha"]
[tool.uv.sources]
alpha = { workspace = true }
[dependency-groups]
test = ["gammatest"]
[tool.uv]
package = false
default-groups = []
"""
LIBRARIES = [
    "rootlib",
    "rootdev",
    "rootdocs",
    "alphalib",
    "alphafast",
    "betalib",
    "betadev",
    "gammalib",
    "gammatest",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("index")
    for name in LIBRARIES:
        write_wheel(directory / "wheels", name)
    return directory


Workspace = Callable[[str, str | None], Place]


@pytest.fixture(scope="module")
def version() -> tuple[int, ...]:
    assert UV is not None
    asked = subprocess.run([UV, "--version"], capture_output=True, text=True, check=True)
    found = parse_version(asked.stdout)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def workspace(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return one workspace for each root and each default: syncs are exact, so they may follow."""

    @functools.cache
    def make(root: str, defaults: str | None) -> Place:
        table = f"[tool.ws-lsp]\ndefault-packages = {defaults}\n" if defaults else ""
        find = f'[tool.uv]\nno-index = true\nfind-links = ["{(index / "wheels").as_posix()}"]\n'
        text = f'#- /pyproject.toml{root}{find}[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        return write(tmp_path_factory.mktemp("w"), text + table + MEMBERS.lstrip())

    return make


def planned_for(
    place: Place,
    selection: Packages | Sequence[str],
    version: tuple[int, ...],
    options: Options = PLAIN,
) -> Plan:
    host = Host()
    snapshot = host.snapshot(from_native(str(place.directory)))
    planned = plan(target_of(snapshot), selection, version, options)
    assert isinstance(planned, Plan), planned
    return planned


def execute(planned: Plan, index: Path, directory: Path) -> str:
    """Run a plan from a directory; return what uv said."""
    output = ""
    for command in planned.commands:
        assert UV is not None
        done = subprocess.run(
            [UV, *command],
            env=environment(index / "home"),
            capture_output=True,
            text=True,
            cwd=directory,
        )
        assert done.returncode == 0, done.stderr
        output += done.stderr
    return output


def with_projects(names: str) -> set[str]:
    """Return what is installed: alpha is the one member that is a package, and comes with its library."""
    found = set(names.split())
    return found | ({"alpha"} if "alphalib" in found else set())


SELECTIONS: list[tuple[str, str | None, Packages | Sequence[str], Options, str]] = [
    (VIRTUAL, None, DEFAULT, PLAIN, "alphalib betalib betadev gammalib rootdev"),
    (VIRTUAL, '"all"', DEFAULT, PLAIN, "alphalib betalib betadev gammalib rootdev"),
    (VIRTUAL, '["alpha"]', DEFAULT, PLAIN, "alphalib rootdev"),
    (VIRTUAL, '["alpha", "beta"]', DEFAULT, PLAIN, "alphalib betalib betadev rootdev"),
    (VIRTUAL, '["gamma", "alpha"]', DEFAULT, PLAIN, "gammalib alphalib rootdev"),
    (VIRTUAL, '["alpha"]', ALL, PLAIN, "alphalib betalib betadev gammalib rootdev"),
    (VIRTUAL, '["alpha"]', ("beta",), PLAIN, "betalib betadev"),
    (VIRTUAL, None, ("alpha",), PLAIN, "alphalib"),
    (VIRTUAL, "[]", ("alpha", "beta"), PLAIN, "alphalib betalib betadev rootdev"),
    (VIRTUAL, None, DEFAULT, Options(no_default_groups=True), "alphalib betalib gammalib"),
    (VIRTUAL, None, ("alpha",), Options(extras=("fast",)), "alphalib alphafast"),
    (
        VIRTUAL,
        None,
        ALL,
        Options(all_extras=True, groups=("docs", "test"), no_default_groups=True),
        "alphalib alphafast betalib gammalib gammatest rootdocs",
    ),
    (PROJECT, None, DEFAULT, PLAIN, "rootlib rootdev"),
    (PROJECT, '["alpha"]', DEFAULT, PLAIN, "alphalib"),
    (PROJECT, '["beta"]', DEFAULT, PLAIN, "betalib betadev"),
    (PROJECT, '["alpha", "beta"]', DEFAULT, PLAIN, "alphalib betalib betadev"),
    (PROJECT, '["root", "alpha"]', DEFAULT, PLAIN, "rootlib rootdev alphalib"),
    (PROJECT, None, ALL, PLAIN, "rootlib rootdev alphalib betalib betadev gammalib"),
    (PROJECT, None, ("gamma",), PLAIN, "gammalib alphalib"),
    (PROJECT, None, DEFAULT, Options(groups=("docs",)), "rootlib rootdev rootdocs"),
]


@pytest.mark.parametrize("place_of_call", ["", "packages/gamma", ".."])
@pytest.mark.parametrize("number", range(len(SELECTIONS)))
def test_what_is_installed(
    number: int, place_of_call: str, index: Path, workspace: Workspace, version: tuple[int, ...]
) -> None:
    root, defaults, selection, options, names = SELECTIONS[number]
    expected = with_projects(names)
    place = workspace(root, defaults)
    one = isinstance(selection, tuple) and len(selection) == 1
    if root is VIRTUAL and one and version < (0, 12, 2):
        expected |= {"rootdev"}  # these add a virtual root's groups also for one package
    if options.groups and version < SEVERAL_PACKAGES:
        pytest.skip("this uv takes one package at a time")
    planned = planned_for(place, selection, version, options)
    execute(planned, index, (place / place_of_call).resolve())
    assert installed(place.directory) == expected


def test_what_uv_says_is_what_happened(
    index: Path, workspace: Workspace, version: tuple[int, ...]
) -> None:
    place = workspace(VIRTUAL, '["alpha", "beta"]')
    shutil.rmtree(place / ".venv", ignore_errors=True)
    output = execute(planned_for(place, DEFAULT, version), index, place.directory)
    names = {name for _, name, _ in SyncReport.of(0, output, 0).changes}
    assert names == installed(place.directory) == with_projects("alphalib betalib betadev rootdev")
    stages = Stages()
    assert [found for line in output.split("\n") if (found := stages.hear(line))][
        -1
    ].percentage == 95


def test_an_inexact_sync_keeps_the_rest(
    index: Path, workspace: Workspace, version: tuple[int, ...]
) -> None:
    place = workspace(PROJECT, None)
    execute(planned_for(place, ("alpha",), version), index, place.directory)
    inexact = planned_for(place, ("beta",), version, Options(exact=False))
    execute(inexact, index, place.directory)
    assert installed(place.directory) == with_projects("alphalib betalib betadev")


@pytest.mark.parametrize(
    ("defaults", "names"),
    [
        ('["alpha"]', "alphalib rootdev"),
        ('["alpha", "beta"]', "alphalib betalib betadev rootdev"),
        ('["gamma", "alpha"]', "gammalib alphalib rootdev"),
        ('"all"', "alphalib betalib betadev gammalib rootdev"),
    ],
)
@pytest.mark.parametrize("with_groups", [False, True])
def test_a_root_project_in_place_of_default_packages(
    index: Path, defaults: str, names: str, with_groups: bool, tmp_path: Path
) -> None:
    find = f'[tool.uv]\nno-index = true\nfind-links = ["{(index / "wheels").as_posix()}"]\n'
    setting = f'[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.ws-lsp]\ndefault-packages = {defaults}\n'
    place = write(tmp_path, f"#- /pyproject.toml{VIRTUAL}{find}{setting}{MEMBERS.lstrip()}")
    snapshot = Host().snapshot(from_native(str(place.directory)))
    root = snapshot.root
    offered = [
        one
        for one in refactorings(snapshot, root, root.text.index("default-packages"))
        if one.title.startswith("Let `uv sync`")
    ]
    expected = with_projects(names)
    if not with_groups:
        expected.discard("betadev")
    assert len(offered) == 1 + ("betadev" in names)
    for change in offered[-1 if with_groups else 0].changes():
        before = snapshot.manifests[change.path].text
        Path(change.path).write_text(apply_edits(before, change.edits))
    execute(Plan((("sync",),), ""), index, place.directory)
    assert installed(place.directory) == expected


CONFLICTS = """
#- /pyproject.toml
[tool.uv]
conflicts = [[{ package = "alpha" }, { package = "beta" }]]
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1.0"
requires-python = ">=3.11"
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1.0"
requires-python = ">=3.11"
"""


def test_members_that_exclude_each_other_are_refused_as_uv_does(
    index: Path, version: tuple[int, ...], tmp_path: Path
) -> None:
    place = write(tmp_path, CONFLICTS)
    host = Host()
    target = target_of(host.snapshot(from_native(str(place.directory))))
    assert UV is not None
    for selection in (ALL, DEFAULT, ("alpha", "beta"), ("alpha",), ("beta",)):
        ours = plan(target, selection, version)
        without = plan(target._replace(together=Together()), selection, version)
        assert isinstance(without, Plan)
        done = subprocess.run(
            [UV, *without.commands[0], "--dry-run"],
            env=environment(index / "home"),
            capture_output=True,
            text=True,
        )
        refused = "incompatible with the declared conflicts" in done.stderr
        assert isinstance(ours, Refusal) == refused, done.stderr
