"""Edits of a workspace whose `uv.lock` is fresh: ws-lsp calls it outdated exactly where uv does."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from e2e.disk import write, write_files, write_wheel
from hypothesis import assume, event, given
from hypothesis import strategies as st
from support import findings

from differential.cases import find_uv, run_uv
from differential.judge import law, settings_for
from differential.workspaces import Plan, plans
from ws_lsp.analysis import Host
from ws_lsp.checking.findings import Finding
from ws_lsp.project.versions import NEWEST, Version
from ws_lsp.uv.environment import variables_of
from ws_lsp.vfs import from_native

UV = find_uv() or ""

pytestmark = pytest.mark.skipif(not UV, reason="no uv in the environment and none on the path")

ROOT, ALPHA, BETA = (
    "pyproject.toml",
    "packages/alpha/pyproject.toml",
    "packages/beta/pyproject.toml",
)
WORKSPACE = """
#- /pyproject.toml
[dependency-groups]
dev = ["toml"]
again = [{ include-group = "dev" }]
[tool.uv]
dev-dependencies = ["idna"]
no-index = true
find-links = ["../wheels"]
constraint-dependencies = ["six<2"]
[tool.uv.sources]
alpha = { workspace = true }
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [
    "idna>=3,<4.0 ; python_version >= '3.10'",
    "zipp ; sys_platform == 'linux'",
    "toml; python_version < '3'",
]
[project.optional-dependencies]
fast = ["six", "toml ; python_version < '3.12'"]
all = ["alpha[fast]"]
empty = []
[dependency-groups]
dev = ["toml", { include-group = "other" }]
other = ["six"]
nothing = []
[build-system]
requires = ["uv_build>=0.9"]
build-backend = "uv_build"
#- /packages/alpha/src/alpha/__init__.py
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "0.1"
requires-python = ">=3.10,<4"
dependencies = ["alpha[fast]>=7", "Alpha ; sys_platform == 'win32'"]
[tool.uv]
dev-dependencies = ["zipp"]
default-groups = []
"""


class Edit(NamedTuple):
    """Replace the first `old` in the file at `path` by `new`; an empty `old` makes the file."""

    path: str
    old: str
    new: str


GAMMA = Edit("packages/gamma/pyproject.toml", "", '[project]\nname = "gamma"\nversion = "1"\n')
CONSTRAINTS = 'constraint-dependencies = ["six<2"]'
IDNA = "idna>=3,<4.0 ; python_version >= '3.10'"
BUILD = '[build-system]\nrequires = ["uv_build>=0.9"]\nbuild-backend = "uv_build"\n'


def root(line: str) -> list[Edit]:
    """Return the edit that adds a line to the root's `[tool.uv]`."""
    return [Edit(ROOT, CONSTRAINTS, f"{line}\n{CONSTRAINTS}")]


def alpha(old: str, new: str) -> list[Edit]:
    """Return an edit of alpha."""
    return [Edit(ALPHA, old, new)]


def beta(old: str, new: str) -> list[Edit]:
    """Return an edit of beta."""
    return [Edit(BETA, old, new)]


FRESH: dict[str, Sequence[Edit]] = {
    "nothing": [],
    "a comment": alpha("[project]", "# comment\n[project]"),
    "description": alpha("[project]", '[project]\ndescription = "x"'),
    "scripts": alpha("[build-system]", '[project.scripts]\nx = "alpha:x"\n[build-system]'),
    "members pattern for the same set": [Edit(ROOT, '["packages/*"]', '["packages/alpha", "packages/b*"]')],
    "unused source": beta("[tool.uv]", '[tool.uv.sources]\nidna = { path = "x.whl" }\n[tool.uv]'),
    "source moved to the member": [
        Edit(ROOT, "alpha = { workspace = true }\n", ""),
        *alpha("[build-system]", "[tool.uv.sources]\nalpha = { workspace = true }\n[build-system]"),
        *beta("[tool.uv]", "[tool.uv.sources]\nalpha = { workspace = true }\n[tool.uv]"),
    ],
    "specifier written otherwise": alpha("idna>=3,<4.0", "Idna < 4, >= 3.0"),
    "specifier that means the same": alpha("idna>=3,<4.0", "idna ~= 3.0"),
    "specifier that uv mends": alpha("idna>=3,<4.0", "idna>=3.*,<4.0"),
    "marker written otherwise": alpha("sys_platform == 'linux'", "('linux' == sys_platform)"),
    "marker that always holds": alpha(" ; python_version >= '3.10'", ""),
    "repeated requirement": alpha('"zipp ;', "\"zipp ; sys_platform == 'linux'\", \"zipp ;"),
    "specifier on a member": beta("alpha[fast]>=7", "alpha[fast]>=8"),
    "constraint in a member": beta("[tool.uv]", '[tool.uv]\nconstraint-dependencies = ["six<1.5"]'),
    "constraint written otherwise": [Edit(ROOT, '"six<2"', '"six < 2.0", "six<2"')],
    "constraint on another package": [Edit(ROOT, '["six<2"]', '["six<2", "other<2"]')],
    "override of another package": root('override-dependencies = ["other<2"]'),
    "no overrides": root("override-dependencies = []"),
    "explicit index": root('index = [{ name = "x", url = "https://index.example/", explicit = true }]'),
    "default-packages of ws-lsp": [Edit(ROOT, "[tool.uv]", '[tool.ws-lsp]\ndefault-packages = ["alpha"]\n[tool.uv]')],
    "requires-python widened": beta(">=3.10,<4", ">=3.9,<4"),
    "requires-python written otherwise": beta(">=3.10,<4", "~=3.10"),
    "requires-python without one version": beta(">=3.10,<4", ">=3.10,!=3.12.1,<4"),
    "build-system of a required member": alpha(BUILD, ""),
    "version written otherwise": alpha('"0.1.0"', '"0.1"'),
    "name written otherwise": alpha('"alpha"', '"Alpha"'),
    "groups moved": beta('[tool.uv]\ndev-dependencies = ["zipp"]', '[dependency-groups]\ndev = ["zipp"]\n[tool.uv]'),
    "included group written out": alpha('{ include-group = "other" }', '"six"'),
    "editable as it is": [Edit(ROOT, "{ workspace = true }", "{ workspace = true, editable = true }")],
    "default groups as they are": alpha("[build-system]", '[tool.uv]\ndefault-groups = ["dev"]\n[build-system]'),
    "root's default groups as they are": root('default-groups = ["dev"]'),
    "default resolution": root('resolution = "highest"'),
    "empty group of a virtual root": [Edit(ROOT, "[tool.uv]", "empty = []\n[tool.uv]")],
}  # fmt: skip

STALE: dict[str, tuple[Sequence[Edit], str]] = {
    "version": (alpha('"0.1.0"', '"0.2.0"'), "it has `alpha` at 0.1.0"),
    "requirement added": (alpha('"zipp ;', '"six", "zipp ;'), "`six` is not in it"),
    "requirement removed": (
        alpha(f'"{IDNA}",', ""),
        "it still has `idna>=3,<4.0; python_full_version >= '3.10'`",
    ),
    "specifier changed": (
        alpha("idna>=3,<4.0", "idna>=3.1,<4.0"),
        "it was made with `idna>=3,<4.0; python_full_version >= '3.10'`",
    ),
    "specifier for pre-releases": (alpha("idna>=3,<4.0", "idna==3.*"), "it was made with `idna>=3,<4.0"),
    "specifier dropped": (alpha("idna>=3,<4.0", "idna"), "it was made with `idna>=3,<4.0"),
    "marker changed": (
        alpha("sys_platform == 'linux'", "sys_platform == 'linux' and python_version < '3.13'"),
        "it was made with `zipp; sys_platform == 'linux'`",
    ),
    "dead requirement removed": (alpha("\"toml; python_version < '3'\",", ""), "it still has `toml; "),
    "extra of a requirement": (beta("alpha[fast]>=7", "alpha[all]>=7"), "it was made with `alpha[fast]`"),
    "requirement in an extra": (alpha('["six", "toml', '["six>=1", "toml'), "it was made with `six`"),
    "extra written out": (
        alpha('["alpha[fast]"]', "[\"six\", \"toml ; python_version < '3.12'\"]"),
        "it still has `alpha[fast]`",
    ),
    "extra added, empty": (alpha("empty = []", "empty = []\nmore = []"), "it does not have the extra `more`"),
    "extra removed": (alpha("empty = []\n", ""), "it still has the extra `empty`"),
    "group added, empty": (alpha("nothing = []", "nothing = []\nmore = []"), "it does not have the group `more`"),
    "group removed": (alpha("nothing = []\n", ""), "it still has the group `nothing`"),
    "requirement in a group": (alpha('other = ["six"]', 'other = ["six", "idna"]'), "`idna` is not in it"),
    "dev-dependencies": (beta('["zipp"]', '["zipp", "six"]'), "`six` is not in it"),
    "group of a virtual root": ([Edit(ROOT, '["toml"]', '["six"]')], "`six` is not in it"),
    "group added to a virtual root": (
        [Edit(ROOT, "[tool.uv]", 'more = ["six"]\n[tool.uv]')],
        "it does not have the group `more`",
    ),
    "default groups of a member": (
        alpha("[build-system]", '[tool.uv]\ndefault-groups = "all"\n[build-system]'),
        "it was made with the default groups `dev`",
    ),
    "default groups no longer set": (
        beta("default-groups = []\n", ""), "it was made with the default groups `[]`"
    ),
    "default groups of a virtual root": (root("default-groups = []"), "it was made with the default groups `dev`"),
    "package = true": (
        beta("[tool.uv]", "[tool.uv]\npackage = true"),
        "it has the project as one that is not installed, and it is an editable package now",
    ),
    "package = false": (
        alpha("[build-system]", "[tool.uv]\npackage = false\n[build-system]"),
        "it has the project as an editable package, and it is not installed now",
    ),
    "build-system of a leaf": (
        beta("[tool.uv]", f"{BUILD}[tool.uv]"),
        "it has the project as one that is not installed, and it is an editable package now",
    ),
    "editable = false": (
        [Edit(ROOT, "{ workspace = true }", "{ workspace = true, editable = false }")],
        "it has the project as an editable package, and it is a package that is not editable now",
    ),
    "member added": ([GAMMA], "it does not have the member `gamma`"),
    "member excluded": ([Edit(ROOT, "members", 'exclude = ["packages/beta"]\nmembers')], "it still has the member `beta`"),
    "member renamed": (beta('name = "beta"', 'name = "delta"'), "it does not have the member `delta`"),
    "requires-python narrowed": (
        beta(">=3.10,<4", ">=3.11.1,<4"),
        "it is for Python `>=3.11, <4`, and the members are for `>=3.11,>=3.11.1,<4`",
    ),
    "requires-python with another end": (beta(">=3.10,<4", ">=3.10,<5"), "it is for Python `>=3.11, <4`"),
    "constraint added": ([Edit(ROOT, '["six<2"]', '["six<2", "idna<4"]')], "`idna<4` is not in it"),
    "constraint changed": ([Edit(ROOT, '["six<2"]', '["six<3"]')], "it was made with `six<2`"),
    "constraint removed": ([Edit(ROOT, f"{CONSTRAINTS}\n", "")], "it still has `six<2`"),
    "constraint on a member": (
        [Edit(ROOT, '["six<2"]', '["six<2", "alpha<2"]')], "`alpha<2` is not in it"
    ),
    "override": (root('override-dependencies = ["six<3"]'), "`six<3` is not in it"),
    "build constraint": (root('build-constraint-dependencies = ["six<3"]'), "`six<3` is not in it"),
    "environments": (
        root("environments = [\"sys_platform == 'linux'\"]"), "it was made for every environment"
    ),
    "required environments": (
        root("required-environments = [\"sys_platform == 'linux'\"]"),
        "it was made for every environment",
    ),
    "conflicts of the root": (
        root('conflicts = [[{ package = "alpha", extra = "fast" }, { package = "alpha", extra = "Empty" }]]'),
        "it does not have this conflict",
    ),
    "conflicts of a member": (
        alpha("[build-system]", '[tool.uv]\nconflicts = [[{ extra = "fast" }, { group = "nothing" }]]\n[build-system]'),
        "it does not have this conflict",
    ),
    "resolution": (root('resolution = "lowest"'), "it was made without `resolution`"),
    "pre-releases": (root('prerelease = "allow"'), "it was made without `prerelease`"),
    "fork strategy": (root('fork-strategy = "fewest"'), "it was made without `fork-strategy`"),
    "exclude-newer": (root('exclude-newer = "2024-01-01"'), "it was made without `exclude-newer`"),
    "exclude-newer as a span": (root('exclude-newer = "1 week"'), "it was made without `exclude-newer`"),
    "source of a self-reference removed": (
        [
            Edit(ROOT, "alpha = { workspace = true }\n", ""),
            *beta("[tool.uv]", "[tool.uv.sources]\nalpha = { workspace = true }\n[tool.uv]"),
        ],
        "it has `alpha` from another source",
    ),
    "source from a URL": (
        alpha("[build-system]", '[tool.uv.sources]\nidna = { url = "https://index.example/idna-3.4.zip" }\n[build-system]'),
        "it has `idna` from another source",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory in which `w` is a workspace with a fresh `uv.lock`."""
    base = tmp_path_factory.mktemp("staleness").resolve()
    for name in ("idna-3.0", "idna-3.4", "six-1.0", "toml-1.0", "zipp-1.0"):
        write_wheel(base / "wheels", *name.split("-"))
    write(base / "w", WORKSPACE)
    answer = run_uv(UV, "lock", cwd=base / "w")
    assert not answer.refused, answer.err
    return base


def edited(base: Path, edits: Sequence[Edit]) -> Path:
    """Return a copy of the workspace, edited; it stands beside the wheels."""
    target = base / "edited"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(base / "w", target)
    for edit in edits:
        path = target / edit.path
        path.parent.mkdir(exist_ok=True)
        before = path.read_text(encoding="utf-8") if edit.old else ""
        assert edit.old in before
        path.write_text(before.replace(edit.old, edit.new, 1) if edit.old else edit.new, "utf-8")
    return target


def outdated(
    directory: Path, environment: Mapping[str, str] = {}, version: Version = NEWEST
) -> list[Finding]:
    """Return what ws-lsp says of the lock file where the process has an environment."""
    variables = variables_of(environment, lambda _: False)
    host = Host(uv_version=lambda: version, variables=variables)
    start = from_native(str(directory))
    snapshot = host.snapshot(host.root_of_directory(start) or start)
    return [one for one in findings(snapshot) if one.code == "outdated-lockfile"]


@pytest.mark.parametrize("name", FRESH)
def test_an_edit_that_leaves_it_fresh(name: str, locked: Path) -> None:
    target = edited(locked, FRESH[name])
    answer = run_uv(UV, "lock", "--check", cwd=target)
    assert not answer.refused, answer.err
    assert [one.message for one in outdated(target)] == []


@pytest.mark.parametrize("name", STALE)
def test_an_edit_that_makes_it_stale(name: str, locked: Path) -> None:
    edits, reason = STALE[name]
    target = edited(locked, edits)
    answer = run_uv(UV, "lock", "--check", "-v", cwd=target)
    assert answer.refused
    assert "existing lockfile" in answer.err, answer.err
    found = outdated(target)
    assert any(reason in one.message for one in found), [one.message for one in found]
    if not answer.err.rstrip().endswith("`--check` was provided."):
        return
    # what uv writes is what ws-lsp then calls fresh
    assert not run_uv(UV, "lock", cwd=target).refused
    assert outdated(target) == []


# --------------------------------------------------------------------------- preview features

PREVIEWS = {
    "lock": {"UV_PREVIEW_FEATURES": "lock-without-metadata"},
    "inputs": {"UV_PREVIEW_FEATURES": "resolution-inputs"},
    "both": {"UV_PREVIEW_FEATURES": "lock-without-metadata,resolution-inputs"},
    "all": {"UV_PREVIEW": "1"},
}
SHORT = "preview-features = ['lock-without-metadata']"


def relocked(locked: Path, preview: Mapping[str, str]) -> Path:
    """Return a directory beside which the wheels are, with the workspace locked with preview features."""
    base = locked / f"with {'-'.join(preview.values()).replace(',', ' ')}"
    if not base.exists():
        base.mkdir()
        (base / "wheels").symlink_to(locked / "wheels")
        shutil.copytree(locked / "w", base / "w")
        (base / "w/uv.lock").unlink()
        answer = run_uv(UV, "lock", cwd=base / "w", settings=preview)
        assert not answer.refused, answer.err
    return base


@pytest.mark.parametrize("preview", ["lock", "inputs", "all"])
@pytest.mark.parametrize("name", [*FRESH, *STALE])
def test_what_is_told_with_preview_features_is_so(name: str, preview: str, locked: Path) -> None:
    environment = PREVIEWS[preview]
    edits = FRESH[name] if name in FRESH else STALE[name][0]
    target = edited(relocked(locked, environment), edits)
    answer = run_uv(UV, "lock", "--check", cwd=target, settings=environment)
    found = outdated(target, environment)
    assert answer.refused or not found, [one.message for one in found]


@pytest.mark.parametrize(
    "name",
    [
        "version",
        "requirement added",
        "extra added, empty",
        "extra removed",
        "group added, empty",
        "group removed",
        "group of a virtual root",
        "default groups of a member",
        "package = true",
        "member added",
        "member excluded",
        "requires-python narrowed",
        "build constraint",
        "environments",
        "conflicts of a member",
        "resolution",
    ],
)
def test_what_a_lock_file_without_metadata_shows(name: str, locked: Path) -> None:
    edits, reason = STALE[name]
    target = edited(relocked(locked, PREVIEWS["all"]), edits)
    assert any(reason in one.message for one in outdated(target, PREVIEWS["all"]))


def test_a_requirement_that_is_gone_without_metadata(locked: Path) -> None:
    target = edited(relocked(locked, PREVIEWS["all"]), alpha(f'"{IDNA}",', ""))
    (found,) = outdated(target, PREVIEWS["all"])
    assert "it still has `idna`" in found.message


WAYS: dict[str, tuple[str, str | None, Mapping[str, str], bool]] = {
    "nothing": ("", None, {}, False),
    "preview": ("preview = true", None, {}, True),
    "no preview": ("preview = false", None, {}, False),
    "all features": ("preview-features = true", None, {}, True),
    "no features": ("preview-features = false", None, {}, False),
    "this feature": (SHORT, None, {}, True),
    "this feature among others": (
        "preview-features = ['pylock', ' lock-without-metadata ']",
        None,
        {},
        True,
    ),
    "another feature": ("preview-features = ['pylock']", None, {}, False),
    "another spelling": ("preview-features = ['lock_without_metadata']", None, {}, False),
    "no feature": ("preview-features = []", None, {}, False),
    "both settings": ("preview = true\npreview-features = true", None, {}, False),
    "settings that uv drops": ("preview = true\ndefault-packages = ['alpha']", None, {}, False),
    "uv.toml": ("", "preview = true\n", {}, True),
    "this feature in uv.toml": ("", f"{SHORT}\n", {}, True),
    "uv.toml without it": ("preview = true", "", {}, False),
    "uv.toml against it": ("preview = true", "preview = false\n", {}, False),
    "variable": ("", None, {"UV_PREVIEW": "1"}, True),
    "variable, Yes": ("", None, {"UV_PREVIEW": "Yes"}, True),
    "variable, off": ("", None, {"UV_PREVIEW": "off"}, False),
    "variable, off, and the setting": ("preview = true", None, {"UV_PREVIEW": "0"}, True),
    "variable, and no preview": ("preview = false", None, {"UV_PREVIEW": "true"}, True),
    "features": ("", None, {"UV_PREVIEW_FEATURES": "pylock, lock-without-metadata"}, True),
    "other features": ("", None, {"UV_PREVIEW_FEATURES": "pylock"}, False),
    "other features, and this in the settings": (
        SHORT,
        None,
        {"UV_PREVIEW_FEATURES": "pylock"},
        False,
    ),
    "other features, and all in the settings": (
        "preview = true",
        None,
        {"UV_PREVIEW_FEATURES": "pylock"},
        True,
    ),
    "features, and no preview": ("preview = false", None, PREVIEWS["lock"], True),
    "features, and the variable off": ("", None, {**PREVIEWS["lock"], "UV_PREVIEW": "0"}, True),
}
"""The root's settings, its `uv.toml`, the environment, and whether the preview feature is on."""


@pytest.mark.parametrize("way", WAYS)
def test_where_a_lock_file_without_metadata_is_outdated(way: str, locked: Path) -> None:
    setting, settings_file, environment, on = WAYS[way]
    target = edited(relocked(locked, PREVIEWS["lock"]), root(setting))
    if settings_file is not None:
        index = 'no-index = true\nfind-links = ["../wheels"]\n'
        (target / "uv.toml").write_text(f"{settings_file}{index}", "utf-8")
    answer = run_uv(UV, "lock", "--check", cwd=target, settings=environment)
    assert answer.refused is not on, answer.err
    found = [one.message for one in outdated(target, environment)]
    off = "it was made with the preview feature `lock-without-metadata`, which is not on"
    assert found == [] if on else len(found) == 1 and off in found[0], found


def test_a_lock_file_without_metadata_is_mended(locked: Path) -> None:
    target = edited(relocked(locked, PREVIEWS["lock"]), [])
    assert len(outdated(target)) == 1
    assert not run_uv(UV, "lock", cwd=target).refused
    assert outdated(target) == []


@pytest.mark.parametrize("version", [(0, 11, 32), (0, 11, 33)])
def test_a_uv_that_does_not_know_the_feature(version: Version, locked: Path) -> None:
    target = edited(relocked(locked, PREVIEWS["lock"]), root(SHORT))
    assert bool(outdated(target, {}, version)) is (version < (0, 11, 33))


def test_settings_that_are_not_known_decide_nothing(locked: Path) -> None:
    """A person's `uv.toml` may turn the feature on."""
    target = edited(relocked(locked, PREVIEWS["all"]), [])
    assert len(outdated(target)) == 2
    assert outdated(target, {"UV_CONFIG_FILE": "elsewhere"}) == []
    target = edited(locked, alpha('"zipp ;', '"six", "zipp ;'))
    assert len(outdated(target, {"UV_CONFIG_FILE": "elsewhere"})) == 1


# ------------------------------------------------------------------------------- any workspace


@law(30)
@given(plan=plans(), random=st.randoms(use_true_random=False))
def test_what_is_called_outdated_is_so(index: Path, plan: Plan, random: Random) -> None:
    check_outdated(index, plan, random, {})


@pytest.mark.parametrize("preview", ["lock", "both", "all"])
@law(10)
@given(plan=plans(), random=st.randoms(use_true_random=False))
def test_what_is_called_outdated_with_preview_features_is_so(
    index: Path, plan: Plan, random: Random, preview: str
) -> None:
    check_outdated(index, plan, random, {}, PREVIEWS[preview])


def check_outdated(
    index: Path,
    plan: Plan,
    random: Random,
    more: Mapping[str, str],
    preview: Mapping[str, str] = {},
) -> None:
    """Lock a workspace with `more` files, change a value, and compare what uv and ws-lsp say then."""
    environment = {**settings_for(index), **preview}
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve() / "ws"
        root.mkdir()
        write_files(root, plan.texts() | {**more})
        (root / "simple").symlink_to(index / "simple")
        locked = run_uv(UV, "lock", cwd=root / plan.cwd, settings=environment)
        assume(not locked.refused)
        assert outdated(root / plan.cwd, environment) == []
        documents = copy.deepcopy(dict(plan.documents))
        change(documents[random.choice(sorted(documents))], random)
        write_files(root, Plan(documents, plan.others, plan.cwd).texts())
        found = outdated(root / plan.cwd, environment)
        answer = run_uv(UV, "lock", "--check", cwd=root / plan.cwd, settings=environment)
        event(f"outdated: {bool(found)}, refused: {answer.refused}")
        assert answer.refused or not found


def change(document: dict[str, Any], random: Random) -> None:
    """Change or remove one value of a document."""
    places: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:
        keys = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            places.append((node, key))
            if isinstance(node[key], dict | list):
                collect(node[key])

    collect(document)
    if not places:
        return
    node, key = random.choice(places)
    if isinstance(node[key], str) and random.random() < 0.5:
        node[key] = random.choice([f"{node[key]}>=1", "one", "two>=0.5", ">=3.10", "2.0"])
    else:
        del node[key]
