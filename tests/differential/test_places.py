"""Fixes of entries that are in the right place and not as uv wants them, with the real uv as judge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from e2e.disk import write_files
from support import apply_fix

from differential.cases import run_uv
from differential.judge import UV, needs_uv, settings_for
from ws_lsp.analysis import Host
from ws_lsp.checking.checker import Checker
from ws_lsp.rules.catalogue import RULEBOOK


def project(name: str, more: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.11"\n{more}'


def members(text: str) -> str:
    return f"[tool.uv.workspace]\nmembers = {text}\n"


USING = project("a", 'dependencies = ["lib"]\n[tool.uv.sources]\nlib = { workspace = true }\n')
BOTH = {"libs/a/pyproject.toml": project("a"), "apps/b/pyproject.toml": project("b")}
WORKTREE = {
    "pyproject.toml": members('["**/lib-*"]'),
    "packages/lib-a/pyproject.toml": project("lib-a"),
    ".worktrees/f/.git": "gitdir: /elsewhere/.git/worktrees/f\n",
    ".worktrees/f/pyproject.toml": members('["**/lib-*"]'),
    ".worktrees/f/packages/lib-a/pyproject.toml": project("lib-a"),
}


class Row(NamedTuple):
    """A workspace, the fix of a finding of it, and the members that uv then has."""

    code: str
    title: str
    members: tuple[str, ...]
    files: Mapping[str, str]


def rooted(root: str) -> dict[str, str]:
    return {"pyproject.toml": root, **BOTH}


ROWS = (
    Row("unmatched-member", "Move `libs/a` to `exclude`", ("b",), rooted(members('["*/*", "!libs/a"]'))),
    Row("unmatched-member", "Replace with `libs/a`", ("a",), rooted(members("['libs\\a']"))),
    Row("unmatched-member", "Replace with `libs/*`", ("a",), rooted(members('["/libs/*"]'))),
    Row("unmatched-member", "Replace with `libs/a`", ("a",), rooted(members('["libs/a/pyproject.toml"]'))),
    Row(
        "unmatched-member",
        "Replace with `apps/*`, `libs/*`",
        ("a", "b"),
        rooted(members('["{apps,libs}/*"]')),
    ),
    Row(
        "unmatched-exclude",
        "Replace with `libs/*`",
        ("b",),
        rooted(members('["*/*"]') + 'exclude = ["libs"]\n'),
    ),
    Row(
        "unmatched-exclude",
        "Replace with `libs/a`",
        ("b",),
        rooted(members('["*/*"]') + 'exclude = ["/libs/a"]\n'),
    ),
    Row(
        "unknown-workspace-source",
        "Add `other/lib` to `members`",
        ("a", "lib"),
        {
            "pyproject.toml": members('["packages/*"]'),
            "packages/a/pyproject.toml": USING,
            "other/lib/pyproject.toml": project("lib"),
        },
    ),
    Row(
        "unknown-workspace-source",
        "Add `lib` to `members`",
        ("a", "lib"),
        {"pyproject.toml": USING, "lib/pyproject.toml": project("lib")},
    ),
    Row(
        "duplicate-member",
        "Exclude the worktree `.worktrees/f` from the workspace",
        ("lib-a",),
        WORKTREE,
    ),
)  # fmt: skip


@needs_uv
@pytest.mark.parametrize("row", ROWS, ids=[f"{row.code}: {row.title}" for row in ROWS])
def test_uv_accepts_what_a_fix_leaves(row: Row, tmp_path: Path, index: Path) -> None:
    write_files(tmp_path, row.files)
    root = tmp_path.resolve().as_posix()
    found = Checker(RULEBOOK).findings(Host().snapshot(root))
    fixes = [
        fix
        for some in found.values()
        for finding in some
        if finding.code == row.code
        for fix in finding.fixes
        if fix.title == row.title
    ]
    files = {f"{root}/{path}": text for path, text in row.files.items()}
    fixed = apply_fix(files, fixes[0])
    write_files(tmp_path, {path.removeprefix(f"{root}/"): text for path, text in fixed.items()})
    assert run_uv(UV, "lock", cwd=tmp_path, settings=settings_for(index)).code == 0
    listed = run_uv(UV, "workspace", "list", cwd=tmp_path, settings=settings_for(index))
    assert tuple(listed.out.split()) == row.members
    left = Checker(RULEBOOK).findings(Host().snapshot(root))
    assert [one for some in left.values() for one in some if one.code == row.code] == []
