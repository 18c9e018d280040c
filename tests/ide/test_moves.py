"""Renamed and deleted directories: what the manifests say afterwards."""

from __future__ import annotations

import pytest
from support import apply_fix, read, workspace

from ws_lsp.checking.findings import Fix
from ws_lsp.ide.moves import Move, changes_of_deletions, changes_of_moves

WORKSPACE = """
#- /w/pyproject.toml
[tool.uv.workspace]
members = ["packages/*", "tools/cli"] # all of them
exclude = ["packages/old"]

[tool.uv.sources]
vendored = { path = "./vendor/one" }
#- /w/packages/a/pyproject.toml
[project]
name = "a"

[tool.uv.sources]
b = [{ path = "../b", marker = "sys_platform == 'linux'" }, { path = "../../vendor/one" }]
#- /w/packages/b/pyproject.toml
[project]
name = "b"
#- /w/packages/old/pyproject.toml
[project]
name = "old"
#- /w/tools/cli/pyproject.toml
[project]
name = "cli"
#- /w/vendor/one/pyproject.toml
[project]
name = "vendored"
"""


@pytest.mark.parametrize(
    ("moves", "lines"),
    [
        (
            [("/w/packages", "/w/libs")],
            ['members = ["libs/*", "tools/cli"] # all of them', 'exclude = ["libs/old"]'],
        ),
        (
            [("/w/tools", "/w/programs/tools")],
            ['members = ["packages/*", "programs/tools/cli"] # all of them'],
        ),
        (
            [("/w/packages/b", "/w/packages/c")],
            [
                'b = [{ path = "../c", marker = "sys_platform == \'linux\'" }, '
                '{ path = "../../vendor/one" }]'
            ],
        ),
        (
            [("/w/packages/b", "/w/elsewhere/b")],
            [
                'members = ["packages/*", "tools/cli", "elsewhere/b"] # all of them',
                'b = [{ path = "../../elsewhere/b", marker = "sys_platform == \'linux\'" }, '
                '{ path = "../../vendor/one" }]',
            ],
        ),
        (
            [("/w/vendor", "/w/third/party")],
            [
                'vendored = { path = "./third/party/one" }',
                'b = [{ path = "../b", marker = "sys_platform == \'linux\'" }, '
                '{ path = "../../third/party/one" }]',
            ],
        ),
        (
            [("/w/packages/a", "/w/a")],
            [
                'members = ["packages/*", "tools/cli", "a"] # all of them',
                'b = [{ path = "../packages/b", marker = "sys_platform == \'linux\'" }, '
                '{ path = "../vendor/one" }]',
            ],
        ),
        (
            [("/w/packages/a", "/w/a[1]"), ("/w/packages/b", "/w/b")],
            [
                'members = ["packages/*", "tools/cli", "a[[]1[]]", "b"] # all of them',
                'b = [{ path = "../b", marker = "sys_platform == \'linux\'" }, '
                '{ path = "../vendor/one" }]',
            ],
        ),
        ([("/w", "/v")], []),
        ([("/w/packages/a/src", "/w/packages/a/source")], []),
        ([("/w/packages/old", "/w/packages/older")], ['exclude = ["packages/older"]']),
    ],
)
def test_patterns_and_paths_follow(moves: list[tuple[str, str]], lines: list[str]) -> None:
    before = read(WORKSPACE).files
    changes = changes_of_moves(workspace(WORKSPACE), [Move(*move) for move in moves])
    after = apply_fix(before, Fix("Follow", changes))
    changed = [
        new
        for path in before
        for old, new in zip(before[path].split("\n"), after[path].split("\n"), strict=True)
        if old != new
    ]
    assert changed == lines


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (["/w/tools"], 'members = ["packages/*"] # all of them'),
        (["/w/packages/old"], "exclude = []"),
        (["/w/packages/a"], None),
    ],
)
def test_deleted_directories_leave_the_lists(paths: list[str], line: str | None) -> None:
    before = read(WORKSPACE).files
    changes = changes_of_deletions(workspace(WORKSPACE), paths)
    after = apply_fix(before, Fix("Follow", changes))
    if line is None:
        assert after == before
    else:
        assert line in after["/w/pyproject.toml"]
