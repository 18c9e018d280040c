"""The law of rename, with the real uv as judge: each root of the folder is accepted afterwards as before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from e2e.disk import write_files
from support import apply_fix

from differential.cases import run_uv
from differential.judge import UV, needs_uv, settings_for
from ws_lsp.analysis import Host
from ws_lsp.checking.findings import Fix
from ws_lsp.ide.rename import rename
from ws_lsp.refusal import Refusal


def project(name: str, requires: str = "", more: str = "") -> str:
    return (
        f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\n'
        f"dependencies = [{requires}]\n{more}"
    )


SOURCE = "[tool.uv.sources]\ncore = {{ {} }}\n"
WORKSPACE = "[tool.uv.workspace]\nmembers = {}\n"
CORE = "inner/core/pyproject.toml"
NEARER = {
    "inner/pyproject.toml": WORKSPACE.format('["core", "user"]'),
    CORE: project("core"),
    "inner/user/pyproject.toml": project("user", '"core"', SOURCE.format("workspace = true")),
}
FOLDERS: Mapping[str, Mapping[str, str]] = {
    "a member of two workspaces": NEARER
    | {
        "pyproject.toml": WORKSPACE.format('["inner/core", "demo"]'),
        "demo/pyproject.toml": project("demo", '"core"', SOURCE.format("workspace = true")),
    },
    "projects that take it by path": NEARER
    | {
        "one/pyproject.toml": project(
            "one", '"core", "user"',
            SOURCE.format('path = "../inner/core", editable = true') + 'user = { path = "../inner/user" }\n',
        ),
        "two/pyproject.toml": WORKSPACE.format('["*"]') + SOURCE.format('path = "../inner/core"'),
        "two/x/pyproject.toml": project("x", '"Core>=1"'),
        "two/y/pyproject.toml": project(
            "y", "", '[dependency-groups]\ndev = ["core"]\n'
        ),
    },
    "a project that takes it from its workspace": NEARER
    | {"far/pyproject.toml": project("far", '"core"', SOURCE.format('workspace = "../inner"'))},
    "metadata that names it": NEARER
    | {
        "inner/pyproject.toml": WORKSPACE.format('["core", "user"]')
        + '[[tool.uv.dependency-metadata]]\nname = "core"\nversion = "1"\nrequires-dist = ["core"]\n',
    },
    "another package of that name": NEARER
    | {
        "other/pyproject.toml": project("other", '"core"', SOURCE.format('path = "core"')),
        "other/core/pyproject.toml": project("core"),
    },
    "an ignored directory": NEARER
    | {
        ".git/HEAD": "",
        ".gitignore": "build\n",
        "build/pyproject.toml": project("left", '"core"', SOURCE.format('path = "../inner/core"')),
    },
}  # fmt: skip
UNCHANGED = {
    "another package of that name": ("other/pyproject.toml", "other/core/pyproject.toml"),
    "an ignored directory": ("build/pyproject.toml",),
}


def accepted(directory: Path, index: Path) -> dict[str, bool]:
    """Return of each project whether uv locks it."""
    found: dict[str, bool] = {}
    for manifest in sorted(directory.rglob("pyproject.toml")):
        place = manifest.parent
        code = run_uv(UV, "lock", cwd=place, settings=settings_for(index)).code
        found[place.relative_to(directory).as_posix()] = code == 0
    for lock in directory.rglob("uv.lock"):
        lock.unlink()
    return found


@needs_uv
@pytest.mark.parametrize("name", FOLDERS)
def test_uv_accepts_each_root_as_before(name: str, tmp_path: Path, index: Path) -> None:
    files = FOLDERS[name]
    write_files(tmp_path, files)
    before = accepted(tmp_path, index)
    assert all(before.values())
    root = tmp_path.resolve().as_posix()
    snapshot = Host().snapshot(f"{root}/inner")
    manifest = snapshot.manifests[f"{root}/{CORE}"]
    changes = rename(snapshot, manifest, manifest.text.index('core"'), "kernel", [root])
    assert not isinstance(changes, Refusal)
    texts = {f"{root}/{path}": text for path, text in files.items()}
    after = apply_fix(texts, Fix("", changes))
    write_files(tmp_path, {path.removeprefix(f"{root}/"): text for path, text in after.items()})
    left = UNCHANGED.get(name, ())
    assert all(after[f"{root}/{path}"] == files[path] for path in left)
    now = accepted(tmp_path, index)
    dropped = [path for path, good in before.items() if good and not now[path]]
    assert dropped == (["build"] if name == "an ignored directory" else [])
