"""Misspelt and misplaced keys: each is told where it belongs, and uv refuses nothing new of what the move leaves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli

from differential.judge import Judge, needs_uv
from differential.test_laws import Look, Mended, look, mendings

PROJECT = """
[project]
name = "a"  # the name
version = "1"
requires-python = ">=3.11"
"""
BARE = """
[project]
name = "a"  # the name
version = "1"
"""
PACKAGED = (
    PROJECT
    + """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"""
)
MEMBER = {"m/pyproject.toml": PROJECT.replace('"a"', '"m"')}


def _key(before: str, key: str, value: str, home: str, base: str = PROJECT) -> tuple[str, str, str]:
    """Return a row for a key of the table that `before` ends with; the home is the path that it gets."""
    return (base + before + f"# above\n{key} = {value}  # behind\n", key, home)


def _table(header: str, inner: str, home: str, base: str = PROJECT) -> tuple[str, str, str]:
    """Return a row for a table with a header."""
    brackets = ("[[", "]]") if home.endswith("index") else ("[", "]")
    head = f"{brackets[0]}{header}{brackets[1]}"
    return (f"{base}\n# above\n{head}  # behind\n# first\n{inner}  # inner\n", header, home)


_UV = "\n[tool.uv]\n"
_SCRIPTS = '\n[project.scripts]\na = "a:main"\n'
_LIST = '["one"]'

ROWS = {
    # ---------------------------------------------------------------- [project], misspelt
    "requires_python": _key("", "requires_python", '">=3.11"', "project.requires-python", BARE),
    "python-requires": _key("", "python-requires", '">=3.11"', "project.requires-python", BARE),
    "require-python": _key("", "require-python", '">=3.11"', "project.requires-python", BARE),
    "python": _key("", "python", '">=3.11"', "project.requires-python", BARE),
    "dependency": _key("", "dependency", _LIST, "project.dependencies"),
    "dependancies": _key("", "dependancies", _LIST, "project.dependencies"),
    "Dependencies": _key("", "Dependencies", _LIST, "project.dependencies"),
    "install_requires": _key("", "install_requires", _LIST, "project.dependencies"),
    "requirements": _key("", "requirements", _LIST, "project.dependencies"),
    "optional_dependencies": _table(
        "project.optional_dependencies", f"x = {_LIST}", "project.optional-dependencies"
    ),
    "optional-dependency": _table(
        "project.optional-dependency", f"x = {_LIST}", "project.optional-dependencies"
    ),
    "extras": _table("project.extras", f"x = {_LIST}", "project.optional-dependencies"),
    "extras_require": _table(
        "project.extras_require", f"x = {_LIST}", "project.optional-dependencies"
    ),
    "features": _table("project.features", f"x = {_LIST}", "project.optional-dependencies"),
    "script": _table("project.script", 'a = "a:main"', "project.scripts", PACKAGED),
    "console_scripts": _table(
        "project.console_scripts", 'a = "a:main"', "project.scripts", PACKAGED
    ),
    "entry_points": _table(
        "project.entry_points.x", 'a = "a:main"', "project.entry-points.x", PACKAGED
    ),
    "entrypoints": _table(
        "project.entrypoints.x", 'a = "a:main"', "project.entry-points.x", PACKAGED
    ),
    "url": _table("project.url", 'Home = "https://example.org"', "project.urls"),
    "homepage": _key("", "homepage", '"https://example.org"', "project.urls.Homepage"),
    "repository": _key("", "repository", '"https://example.org"', "project.urls.Repository"),
    "classifier": _key("", "classifier", '["Private :: x"]', "project.classifiers"),
    "licence": _key("", "licence", '"MIT"', "project.license"),
    "license_files": _key("", "license_files", "[]", "project.license-files"),
    "keyword": _key("", "keyword", '["x"]', "project.keywords"),
    "maintainer": _key("", "maintainer", '[{ name = "N" }]', "project.maintainers"),
    "import_names": _key("", "import_names", '["a"]', "project.import-names"),
    # ------------------------------------------------------------- [project], of other tables
    "project.dependency-groups": _table(
        "project.dependency-groups", f"dev = {_LIST}", "dependency-groups"
    ),
    "project.dependency_groups": _table(
        "project.dependency_groups", f"dev = {_LIST}", "dependency-groups"
    ),
    "project.dev-dependencies": _key("", "dev-dependencies", _LIST, "dependency-groups.dev"),
    "project.groups": _table("project.groups", f"dev = {_LIST}", "dependency-groups"),
    "project.sources": _table(
        "project.sources",
        'one = { url = "https://example.invalid/one-1-py3-none-any.whl" }',
        "tool.uv.sources",
    ),
    "project.workspace": _table("project.workspace", "members = []", "tool.uv.workspace"),
    "project.default-groups": _key("", "default-groups", '"all"', "tool.uv.default-groups"),
    "project.constraint-dependencies": _key(
        "", "constraint-dependencies", '["one<9"]', "tool.uv.constraint-dependencies"
    ),
    # ------------------------------------------------------------------------ at the top
    "dependency_groups": _table("dependency_groups", f"dev = {_LIST}", "dependency-groups"),
    "dependency-group": _table("dependency-group", f"dev = {_LIST}", "dependency-groups"),
    "Dependency-Groups": _table("Dependency-Groups", f"dev = {_LIST}", "dependency-groups"),
    "groups": _table("groups", f"dev = {_LIST}", "dependency-groups"),
    "dev-dependencies": _table("dev-dependencies", f"test = {_LIST}", "dependency-groups"),
    "optional-dependencies": _table(
        "optional-dependencies", f"x = {_LIST}", "project.optional-dependencies"
    ),
    "scripts": _table("scripts", 'a = "a:main"', "project.scripts", PACKAGED),
    "workspace": _table("workspace", 'members = ["m"]', "tool.uv.workspace"),
    "workspaces": _table("workspaces", 'members = ["m"]', "tool.uv.workspace"),
    "uv": _table("uv", "package = false", "tool.uv"),
    "uv.workspace": _table("uv.workspace", 'members = ["m"]', "tool.uv.workspace"),
    "uv.sources": _table("uv.sources", 'b = { path = "b" }', "tool.uv.sources"),
    "sources": _table("sources", 'b = { path = "b" }', "tool.uv.sources"),
    "index": _table("index", 'url = "https://example.org/simple"', "tool.uv.index"),
    "build_system": _table("build_system", 'requires = ["hatchling"]', "build-system"),
    "tools": _table("tools.uv", "package = false", "tool.uv"),
    "ws-lsp": _table("ws-lsp", 'default-packages = ["a"]', "tool.ws-lsp"),
    # ------------------------------------------------------------------------ below `tool`
    "tool.workspace": _table("tool.workspace", 'members = ["m"]', "tool.uv.workspace"),
    "tool.sources": _table("tool.sources", 'b = { path = "b" }', "tool.uv.sources"),
    "tool.dependency-groups": _table("tool.dependency-groups", f"d = {_LIST}", "dependency-groups"),
    "tool.optional-dependencies": _table(
        "tool.optional-dependencies", f"x = {_LIST}", "project.optional-dependencies"
    ),
    "tool.ws_lsp": _table("tool.ws_lsp", 'default-packages = ["a"]', "tool.ws-lsp"),
    # ------------------------------------------------------------------------ [tool.uv]
    "exclude-never": _key(_UV, "exclude-never", '"2026-01-01"', "tool.uv.exclude-newer"),
    "index_url": _key(_UV, "index_url", '"https://example.org"', "tool.uv.index-url"),
    "default_groups": _key(_UV, "default_groups", '"all"', "tool.uv.default-groups"),
    "constraints": _key(_UV, "constraints", '["one<9"]', "tool.uv.constraint-dependencies"),
    "overrides": _key(_UV, "overrides", '["one"]', "tool.uv.override-dependencies"),
    "indexes": _key(
        _UV,
        "indexes",
        '[{ name = "x", url = "https://example.org/simple", explicit = true }]',
        "tool.uv.index",
    ),
    "source": _table("tool.uv.source", 'b = { path = "b" }', "tool.uv.sources"),
    "tool.uv.workspaces": _table("tool.uv.workspaces", 'members = ["m"]', "tool.uv.workspace"),
    "tool.uv.members": _key(_UV, "members", '["m"]', "tool.uv.workspace.members"),
    "tool.uv.dependencies": _key(_UV, "dependencies", _LIST, "project.dependencies"),
    "tool.uv.dependencies of paths": _table(
        "tool.uv.dependencies", 'b = { path = "b" }', "tool.uv.sources"
    ),
    "tool.uv.requires-python": _key(
        _UV, "requires-python", '">=3.11"', "project.requires-python", BARE
    ),
    "tool.uv.optional-dependencies": _table(
        "tool.uv.optional-dependencies", f"x = {_LIST}", "project.optional-dependencies"
    ),
    "tool.uv.groups": _table("tool.uv.groups", f"dev = {_LIST}", "dependency-groups"),
    "tool.uv.extras": _table("tool.uv.extras", f"x = {_LIST}", "project.optional-dependencies"),
    "tool.uv.scripts": _table("tool.uv.scripts", 'a = "a:main"', "project.scripts", PACKAGED),
    "tool.uv.default-members": _key(
        _UV, "default-members", '["a"]', "tool.ws-lsp.default-packages"
    ),
    "tool.uv.dependency-groups": _key(
        "\n[tool.uv.dependency-groups]\n", "dev", _LIST, "dependency-groups.dev"
    ),
    "tool.uv.dev-dependencies": _table(
        "tool.uv.dev-dependencies", f"test = {_LIST}", "dependency-groups"
    ),
    "tool.uv.workspace.member": _key(
        "\n[tool.uv.workspace]\n", "member", '["m"]', "tool.uv.workspace.members"
    ),
    "tool.uv.workspace.sources": _table(
        "tool.uv.workspace.sources", 'b = { path = "b" }', "tool.uv.sources"
    ),
    "tool.uv.sources.dependencies": _key(
        "\n[tool.uv.sources]\n", "dependencies", _LIST, "project.dependencies"
    ),
    # ------------------------------------------------------------- below another header
    "project.scripts.dependencies": _key(_SCRIPTS, "dependencies", _LIST, "project.dependencies"),
    "project.urls.dependencies": _key(
        '\n[project.urls]\nHome = "https://example.org"\n',
        "dependencies",
        _LIST,
        "project.dependencies",
    ),
    "project.scripts.readme": _key(_SCRIPTS, "keywords", '["x"]', "project.keywords"),
    "tool.ruff.dependencies": _key(
        "\n[tool.ruff]\nline-length = 100\n", "dependencies", _LIST, "project.dependencies"
    ),
    "tool.pytest.dependencies": _key(
        "\n[tool.pytest.ini_options]\n", "dependencies", _LIST, "project.dependencies"
    ),
    "build-system.dependencies": _key("", "dependencies", _LIST, "project.dependencies", PACKAGED),
    "build-system.build_backend": _key(
        '\n[build-system]\nrequires = ["hatchling"]\n',
        "build_backend",
        '"hatchling.build"',
        "build-system.build-backend",
    ),
    "build-system.backend_path": _key(
        "", "backend_path", '["."]', "build-system.backend-path", PACKAGED
    ),
    "optional-dependencies.requires-python": _key(
        "\n[project.optional-dependencies]\nx = []\n",
        "requires-python",
        '">=3.11"',
        "project.requires-python",
        BARE,
    ),
    "dependency-groups.requires-python": _key(
        "\n[dependency-groups]\nx = []\n",
        "requires-python",
        '">=3.11"',
        "project.requires-python",
        BARE,
    ),
}

NOTHING = {
    "no-dev": f"{_UV}no-dev = true\n",
    "commands": f'{_UV}[tool.uv.scripts]\ntest = "pytest -x"\n',
    "default-extras": f'{_UV}default-extras = ["x"]\n[project.optional-dependencies]\nx = []\n',
    "a version": f'{_UV}version = "2"\n',
    "required-versions": f'{_UV}required-versions = "<0.1"\n',
    "a group that is there": '\n[dependency-groups]\ndev = []\n[project.dependency-groups]\ndev = ["one"]\n',
    "another tool": '\n[tool.pip]\ndependencies = ["one"]\n[tool.hatch]\ndependencies = ["one"]\n',
    "a member": '\n[tool.uv]\ngroups = { x = ["m"] }\n[tool.uv.workspace]\nmembers = ["m"]\n',
    "a hidden list": f'dynamic = ["dependencies"]\n{_UV}dependencies = ["one"]\n',
}
"""What no place is offered for: nothing fits, or uv would refuse what it passes over."""


def _texts(text: str) -> dict[str, str]:
    beside = {"b/pyproject.toml": PROJECT.replace('"a"', '"b"')}
    return {"pyproject.toml": text, **MEMBER, **beside}


def _at(text: str, path: str) -> object:
    value: object = tomli.loads(text)
    for part in path.split("."):
        assert isinstance(value, dict)
        value = value[part]
    return value


def _comments(text: str) -> list[str]:
    return sorted(re.findall(r"# \w.*", text))


def _move(texts: dict[str, str], before: Look) -> Mended:
    """Return what the one fix made that keeps what was written."""
    some = [
        one
        for one in mendings(texts, before.findings)
        if one.finding.code
        in (
            *("unknown-project-key", "misplaced-key", "unknown-setting", "unknown-key"),
            *("invalid-value", "unknown-group-settings"),
        )
        and one.fix.title.startswith(("Move to", "Replace with"))
    ]
    assert len(some) == 1, [(one.finding.message, one.fix.title) for one in some]
    return some[0]


@needs_uv
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_key_gets_to_where_it_belongs(index: Path, row: tuple[str, str, str]) -> None:
    text, key, home = row
    texts = _texts(text)
    before = look(texts)
    mended = _move(texts, before)
    after = mended.texts["pyproject.toml"]
    (line,) = [
        one for one in text.splitlines() if one.startswith((f"{key} =", f"[{key}]", f"[[{key}]]"))
    ]
    old = key if line.startswith("[") else ""
    moved = _at(after, home)
    if old:
        assert moved == _at(text, old)
    else:
        assert tomli.loads(f"value = {line.partition(' = ')[2]}")["value"] == moved
    assert _comments(after) == _comments(text)
    now = look(mended.texts)
    assert not now.errors - before.errors, now.errors
    assert mended.finding not in now.findings
    judge = Judge(index)
    said = judge.lock(mended.texts).answer
    refused_already = said.refused and judge.lock(texts).answer.refused
    assert not said.refused or refused_already, said.err


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_no_place_is_offered_that_does_harm(text: str) -> None:
    texts = _texts(PROJECT + text)
    fixes = [fix.title for one in look(texts).findings for fix in one.fixes]
    assert not [one for one in fixes if one.startswith(("Move", "Replace"))]


def test_there_are_many() -> None:
    assert len(ROWS) >= 60
