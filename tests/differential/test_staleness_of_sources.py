"""Edits of sources, settings and projects at a path: ws-lsp calls `uv.lock` outdated where uv does.

`WS_LSP_STALENESS_EDITS` is the number of random edits, `WS_LSP_STALENESS_SEED` the seed that they begin with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random, randrange

import pytest
from e2e.disk import write, write_wheel

from differential.cases import find_uv, run_uv
from differential.test_staleness import Edit, outdated

UV = find_uv() or ""

pytestmark = pytest.mark.skipif(
    not UV or shutil.which("git") is None, reason="no uv in the environment, or no git"
)

COUNT = int(os.environ.get("WS_LSP_STALENESS_EDITS", "15"))
SEED = int(os.environ.get("WS_LSP_STALENESS_SEED", "0")) or (
    randrange(1, 1 << 30) if COUNT > 15 else 1
)

ROOT, ALPHA, BETA, NEAR, BARE, DEEP = (
    "pyproject.toml",
    "packages/alpha/pyproject.toml",
    "packages/beta/pyproject.toml",
    "libs/near/pyproject.toml",
    "libs/bare/pyproject.toml",
    "libs/deep/pyproject.toml",
)
WORKSPACE = """
#- /pyproject.toml
[dependency-groups]
dev = ["toml"]
[tool.uv]
no-index = false
constraint-dependencies = ["six<2"]
exclude-dependencies = ["wheel"]
index = [
    { name = "one", url = "../one", default = true },
    { name = "two", url = "../two", explicit = true },
]
[tool.uv.sources]
inherited = { git = "$REPOSITORY", branch = "other", subdirectory = "inherited" }
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["idna", "gitty", "inherited", "near", "bare", "six", "zipp"]
[project.optional-dependencies]
fast = ["near[x]"]
[dependency-groups]
dev = ["idna>=3"]
other = ["near"]
[tool.uv.sources]
gitty = { git = "$REPOSITORY", tag = "v1" }
near = { path = "../../libs/near" }
bare = { path = "../../libs/bare" }
six = { index = "two" }
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "0.1"
dependencies = ["inherited"]
#- /libs/near/pyproject.toml
[project]
name = "near"
version = "1.0"
dependencies = ["zipp", "deep"]
[project.optional-dependencies]
x = ["idna"]
[dependency-groups]
dev = ["six"]
[tool.uv.sources]
deep = { path = "../deep", editable = true }
[build-system]
requires = []
build-backend = "none"
#- /libs/deep/pyproject.toml
[project]
name = "deep"
version = "3"
dependencies = ["toml"]
#- /libs/bare/pyproject.toml
[project]
name = "bare"
version = "1.0"
dependencies = ["zipp>=0"]
[tool.uv]
package = false
"""
REPOSITORY = """
#- /pyproject.toml
[project]
name = "gitty"
version = "1"
#- /inherited/pyproject.toml
[project]
name = "inherited"
version = "1"
"""


def tool(line: str) -> list[Edit]:
    """Return the edit that adds a line to the root's `[tool.uv]`."""
    return [Edit(ROOT, "no-index = false", f"{line}\nno-index = false")]


def alpha(old: str, new: str) -> list[Edit]:
    """Return an edit of alpha."""
    return [Edit(ALPHA, old, new)]


def near(old: str, new: str) -> list[Edit]:
    """Return an edit of the project that alpha takes from a path."""
    return [Edit(NEAR, old, new)]


def of_group(settings: str) -> list[Edit]:
    """Return the edit that gives settings to the group `dev` of alpha."""
    return alpha(
        "[tool.uv.sources]", f"[tool.uv.dependency-groups]\ndev = {settings}\n[tool.uv.sources]"
    )


TO_NEAR = 'near = { path = "../../libs/near"'
KINDS: dict[str, Sequence[Edit]] = {
    "nothing": [],
    "git tag": alpha('tag = "v1"', 'tag = "v2"'),
    "git tag removed": alpha(', tag = "v1"', ""),
    "git tag to branch": alpha('tag = "v1"', 'branch = "other"'),
    "git tag to rev": alpha('tag = "v1"', 'rev = "v1"'),
    "git branch, inherited": [Edit(ROOT, 'branch = "other"', 'branch = "main"')],
    "git subdirectory": [Edit(ROOT, 'subdirectory = "inherited"', 'subdirectory = "inherited/"')],
    "git URL with .git": alpha('", tag', '.git", tag'),
    "git without lfs": alpha('tag = "v1"', 'tag = "v1", lfs = false'),
    "git to path": alpha('gitty = { git = "$REPOSITORY", tag = "v1" }', 'gitty = { path = "../../../repository" }'),
    "git to workspace": alpha('gitty = { git = "$REPOSITORY", tag = "v1" }', "gitty = { workspace = true }"),
    "editable path": alpha(TO_NEAR, f"{TO_NEAR}, editable = true"),
    "path that is not editable": alpha(TO_NEAR, f"{TO_NEAR}, editable = false"),
    "editable path of a project": near(", editable = true", ""),
    "path without package": alpha(TO_NEAR, f"{TO_NEAR}, package = false"),
    "path written otherwise": alpha("../../libs/near", "../../libs/./near/"),
    "project becomes a package": [Edit(BARE, "package = false", "package = true")],
    "project becomes a package by default": [Edit(BARE, "[tool.uv]\npackage = false", "")],
    "project becomes a package by its source": alpha('path = "../../libs/bare"', 'path = "../../libs/bare", package = true'),
    "project is no package": near("[build-system]", "[tool.uv]\npackage = false\n[build-system]"),
    "project without build system": near('[build-system]\nrequires = []\nbuild-backend = "none"\n', ""),
    "version of a project": near('"1.0"', '"1.1"'),
    "version of a project further": [Edit(DEEP, '"3"', '"4"')],
    "version of a project written otherwise": near('"1.0"', '"1.0.0"'),
    "version of a project made dynamic": near('version = "1.0"', 'dynamic = ["version"]'),
    "dependency of a project": near('["zipp", ', '["zipp", "idna", '),
    "dependency of a project removed": near('["zipp", ', "["),
    "description of a project": near("[project]", '[project]\ndescription = "x"'),
    "Python of a project": near("[project]", '[project]\nrequires-python = ">=3.12"'),
    "version made dynamic": alpha('version = "0.1.0"', 'dynamic = ["version"]'),
    "index": [Edit(ROOT, '"../one"', '"../two"')],
    "index with a slash": [Edit(ROOT, '"../one"', '"../one/"')],
    "index as a URL": [Edit(ROOT, '"../one"', '"$ONE"')],
    "index with another name": [Edit(ROOT, 'name = "one"', 'name = "uno"')],
    "index that a source names": [Edit(ROOT, '"../two"', '"../one"')],
    "index of a source": alpha('index = "two"', 'index = "one"'),
    "one more index": [Edit(ROOT, "index = [", 'index = [{ url = "../more" },')],
    "no index": [Edit(ROOT, "no-index = false", "no-index = true")],
    "links": tool('find-links = ["../wheels"]'),
    "exclusion removed": [Edit(ROOT, 'exclude-dependencies = ["wheel"]\n', "")],
    "exclusion": [Edit(ROOT, '["wheel"]', '["wheel", "six"]')],
    "exclusion of another package": [Edit(ROOT, '["wheel"]', '["wheel", "other"]')],
    "exclusion written otherwise": [Edit(ROOT, '["wheel"]', '["Wheel", "wheel"]')],
    "exclusion for one package": [Edit(ROOT, '["wheel"]', '["wheel", { package = { name = "near" }, dependencies = ["zipp"] }]')],
    "Python of a group": of_group('{ requires-python = ">=3.12" }'),
    "Python of a group that is met": of_group('{ requires-python = ">=3.10" }'),
    "settings of a group": of_group("{}"),
    "Python of a root's group": tool('dependency-groups = { dev = { requires-python = ">=3.12" } }'),
    "exclude-newer": tool('exclude-newer = "2030-01-01T00:00:00Z"'),
    "exclude-newer off": tool("exclude-newer = false"),
    "exclude-newer-package": tool('exclude-newer-package = { idna = "2030-01-01T00:00:00Z" }'),
    "exclude-newer-package of another": tool('exclude-newer-package = { other = "2030-01-01T00:00:00Z" }'),
    "exclude-newer-package off": tool("exclude-newer-package = { idna = false }"),
    "dependency-metadata": tool('dependency-metadata = [{ name = "idna", requires-dist = ["zipp"] }]'),
    "dependency-metadata of a version": tool('dependency-metadata = [{ name = "idna", version = "9" }]'),
    "dependency-metadata of another": tool('dependency-metadata = [{ name = "other", requires-dist = ["zipp"] }]'),
    "no-sources": tool("no-sources = true"),
    "sources": tool("no-sources = false"),
    "no-sources-package": tool('no-sources-package = ["Near"]'),
    "no-sources-package of another": tool('no-sources-package = ["idna"]'),
    "prerelease": tool('prerelease = "allow"'),
    "prerelease-package": tool('prerelease-package = { idna = "allow" }'),
    "prerelease-package of another": tool('prerelease-package = { other = "allow" }'),
    "no prerelease-package": tool("prerelease-package = {}"),
    "minimum-libc-version": tool('minimum-libc-version = { glibc = "2.28" }'),
    "minimum-libc-version, musl": tool('minimum-libc-version = { musl = "1.2" }'),
    "minimum-libc-version, empty": tool("minimum-libc-version = {}"),
}  # fmt: skip
WITH_METADATA: dict[str, Sequence[Edit]] = {
    "source removed": alpha('six = { index = "two" }\n', ""),
    "specifier of a project": near('"zipp"', '"zipp>=0"'),
    "extra of a project": near("x = [", "y = []\nx = ["),
    "group of a project": near("dev = [", "more = []\ndev = ["),
    "requirement in a group of a project": near('["six"]', '["six>=0"]'),
}
"""Edits that make only a lock file outdated that tells what projects declare."""
METADATA: dict[str, Mapping[str, str]] = {
    "with metadata": {},
    "without metadata": {"UV_PREVIEW_FEATURES": "lock-without-metadata"},
}


class World:
    """A directory with indexes and a repository, and a locked workspace for each environment."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.names = {
            "$REPOSITORY": (base / "repository").as_uri(),
            "$ONE": (base / "one").as_uri(),
        }
        for index in ("one", "two", "more"):
            for name in ("idna", "six", "toml", "zipp"):
                place = base / index / name
                write_wheel(place, name, "1.0" if name != "idna" else "3.4")
                links = [f'<a href="{one.name}">{one.name}</a>' for one in place.glob("*.whl")]
                (place / "index.html").write_text("\n".join(links), encoding="utf-8")
        write_wheel(base / "wheels", "idna", "3.0")
        self._make_repository(base / "repository")

    def _make_repository(self, directory: Path) -> None:
        write(directory, REPOSITORY)
        someone = ["-c", "user.name=x", "-c", "user.email=x@example.invalid"]
        for arguments in (
            ["init", "--quiet", "--initial-branch=main"],
            ["add", "."],
            [*someone, "commit", "--quiet", "--message=1"],
            ["tag", "v1"],
            ["branch", "other"],
            [*someone, "commit", "--quiet", "--allow-empty", "--message=2"],
            ["tag", "v2"],
        ):
            subprocess.run(["git", *arguments], cwd=directory, check=True, capture_output=True)

    def environment(self, metadata: str) -> dict[str, str]:
        """Return uv's variables."""
        return {**METADATA[metadata], "UV_CACHE_DIR": str(self.base / "cache")}

    def named(self, text: str) -> str:
        """Return a text with the URLs of this world in it."""
        for name, value in self.names.items():
            text = text.replace(name, value)
        return text

    def locked(self, metadata: str) -> Path:
        """Return a locked workspace."""
        target = self.base / metadata
        if not target.exists():
            write(target, self.named(WORKSPACE))
            answer = run_uv(UV, "lock", cwd=target, settings=self.environment(metadata))
            assert not answer.refused, answer.err
        return target

    def copied(self, source: Path, name: str) -> Path:
        """Return a copy of a workspace beside it."""
        target = self.base / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        return target

    def edit(self, target: Path, edits: Sequence[Edit], back: bool = False) -> bool:
        """Make edits, or take them back; tell whether that was possible."""
        for path, old, new in edits:
            old, new = self.named(old), self.named(new)
            if back:
                old, new = new, old
            before = (target / path).read_text(encoding="utf-8")
            if not old or old not in before:
                return False
            (target / path).write_text(before.replace(old, new, 1), encoding="utf-8")
        return True


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what the workspaces need."""
    return World(tmp_path_factory.mktemp("sources").resolve())


@pytest.mark.parametrize("metadata", METADATA)
@pytest.mark.parametrize("kind", [*KINDS, *WITH_METADATA])
def test_it_is_outdated_where_uv_says_so(kind: str, metadata: str, world: World) -> None:
    target = world.copied(world.locked(metadata), "edited")
    assert world.edit(target, KINDS[kind] if kind in KINDS else WITH_METADATA[kind])
    environment = world.environment(metadata)
    answer = run_uv(UV, "lock", "--check", cwd=target, settings=environment)
    found = [one.message for one in outdated(target, environment)]
    assert answer.refused is bool(found), (answer.err, found)


@pytest.mark.parametrize("metadata", METADATA)
def test_what_is_called_outdated_is_so(metadata: str, world: World) -> None:
    """Some edits, `uv lock`, then other edits, or some of the same taken back."""
    print(f"seed {SEED}")
    environment = world.environment(metadata)
    pool = [*KINDS.values(), *WITH_METADATA.values()]
    done = missed = 0
    for seed in range(SEED, SEED + 20 * COUNT):
        random = Random(seed)
        start = world.copied(world.locked(metadata), "start")
        first = [
            edits for edits in random.sample(pool, random.randrange(3)) if world.edit(start, edits)
        ]
        if first and run_uv(UV, "lock", cwd=start, settings=environment).refused:
            continue
        assert outdated(start, environment) == [], f"seed {seed}"
        for _ in range(3):
            target = world.copied(start, "edited")
            for edits in random.sample(first, random.randrange(len(first) + 1)):
                world.edit(target, edits, back=True)
            for edits in random.sample(pool, random.randrange(1, 3)):
                world.edit(target, edits)
            answer = run_uv(UV, "lock", "--check", cwd=target, settings=environment)
            found = [one.message for one in outdated(target, environment)]
            assert answer.refused or not found, f"seed {seed}: {found}"
            done += 1
            missed += answer.refused and not found
        if done >= COUNT:
            break
    print(f"{done} edits, {missed} missed")
    assert done >= COUNT
    assert missed * 5 < done


FLATTENING = """
#- /pyproject.toml
[project]
name = "a"
dynamic = ["version"]
requires-python = ">=3.11"
dependencies = []
[project.optional-dependencies]
x = ["idna"]
y = ["a[x]", "zipp"]
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[tool.uv]
index = [{ url = "../one", default = true }]
#- /backend.py
from pathlib import Path

FIELDS = '''Metadata-Version: 2.4
Name: a
Version: 1
Requires-Python: >=3.11
Provides-Extra: x
Requires-Dist: idna; extra == 'x'
Provides-Extra: y
Requires-Dist: idna; extra == 'y'
Requires-Dist: zipp; extra == 'y'
'''


def prepare_metadata_for_build_editable(directory, config_settings=None):
    target = Path(directory, "a-1.dist-info")
    target.mkdir()
    target.joinpath("METADATA").write_text(FIELDS)
    target.joinpath("WHEEL").write_text("Wheel-Version: 1.0\\nTag: py3-none-any\\n")
    return target.name


prepare_metadata_for_build_wheel = prepare_metadata_for_build_editable
"""


def test_a_backend_that_resolves_what_a_project_requires_of_itself(world: World) -> None:
    """hatchling does so."""
    target = world.base / "flattening"
    write(target, FLATTENING)
    environment = world.environment("with metadata")
    lock = target / "uv.lock"
    assert not run_uv(UV, "lock", cwd=target, settings=environment).refused
    # uv itself keeps what the manifest says where that is static
    own = '{ name = "a", extras = ["x"], marker = "extra == \'y\'" }'
    text = lock.read_text(encoding="utf-8")
    if own in text:
        lock.write_text(
            text.replace(own, '{ name = "idna", marker = "extra == \'y\'" }'), encoding="utf-8"
        )
    assert own not in lock.read_text(encoding="utf-8")
    answer = run_uv(UV, "lock", "--check", cwd=target, settings=environment)
    assert not answer.refused, answer.err
    assert outdated(target, environment) == []
    assert world.edit(target, [Edit(ROOT, '"zipp"', '"six"')])
    assert len(outdated(target, environment)) == 2


ABOVE = """
#- /uv.toml
index = [{ url = "$ONE", default = true }]
#- /project/pyproject.toml
[project]
name = "a"
version = "1"
requires-python = ">=3.11"
dependencies = ["idna"]
"""
SETTINGS_ABOVE = {
    "nothing": ("", False),
    "metadata": ('dependency-metadata = [{ name = "idna", requires-dist = ["zipp"] }]\n', True),
    "metadata of another": ('dependency-metadata = [{ name = "other" }]\n', False),
    "pre-releases": ('prerelease = "allow"\n', True),
}


@pytest.mark.parametrize("name", SETTINGS_ABOVE)
def test_settings_above_a_project(name: str, world: World) -> None:
    more, stale = SETTINGS_ABOVE[name]
    target = world.base / "above"
    shutil.rmtree(target, ignore_errors=True)
    write(target, world.named(ABOVE))
    environment = world.environment("with metadata")
    assert not run_uv(UV, "lock", cwd=target / "project", settings=environment).refused
    assert outdated(target / "project", environment) == []
    settings = target / "uv.toml"
    settings.write_text(more + settings.read_text(encoding="utf-8"), encoding="utf-8")
    answer = run_uv(UV, "lock", "--check", cwd=target / "project", settings=environment)
    assert answer.refused is stale, answer.err
    assert len(outdated(target / "project", environment)) == stale
