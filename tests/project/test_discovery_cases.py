"""Roots, members and refusals, compared with what uv 0.13.9 answered (tests/uv_cases)."""

from __future__ import annotations

from pathlib import Path

import pytest
from differential.cases import Case, load, materialise
from support import findings

from ws_lsp.analysis import Host, Snapshot
from ws_lsp.checking.findings import Severity
from ws_lsp.vfs import from_native, join, relative

CASES = tuple(load())
FOUND = [case for case in CASES if case.members is not None]
OTHER_UV = "set-required-version-with-unknown-field"
"""Refused because of the version of uv, which the files do not tell."""

REFUSED = [
    case
    for case in CASES
    if case.members is None and case.kind == "static" and case.name != OTHER_UV
]

ONLY_LISTING = ("disc-virtual-root-managed-false-list", "disc-ok-virtual-root-managed-false-lock")
"""`uv lock` and `uv sync` accept these, `uv workspace list` does not: a warning is right."""


def by_name(case: Case) -> str:
    return case.name


def open_case(case: Case, target: Path) -> tuple[str, Snapshot | None]:
    """Return the directory of a case and the workspace that is found from where uv ran."""
    materialise(case, target)
    host = Host()
    directory = from_native(str(target))
    root = host.root_of_directory(join(directory, case.cwd))
    return directory, host.snapshot(root) if root is not None else None


@pytest.mark.parametrize("case", FOUND, ids=by_name)
def test_root_and_members_are_uvs(case: Case, tmp_path: Path) -> None:
    directory, snapshot = open_case(case, tmp_path / "case")
    assert snapshot is not None
    workspace = snapshot.workspace
    members = {
        str(member.name): relative(member.directory, directory)
        for member in workspace.members.values()
    }
    assert (relative(workspace.root, directory), members) == (case.root, case.members)
    assert workspace.problems == ()


@pytest.mark.parametrize("case", REFUSED, ids=by_name)
def test_what_uv_refuses_to_list_is_reported(case: Case, tmp_path: Path) -> None:
    _, snapshot = open_case(case, tmp_path / "case")
    if snapshot is None:
        assert case.about == "(no file)"
        return
    found = findings(snapshot)
    errors = [finding.code for finding in found if finding.severity is Severity.ERROR]
    if case.name in ONLY_LISTING:
        assert not errors
        assert "unmanaged-project" in [finding.code for finding in found]
    else:
        assert errors, f"uv refuses: {case.about}\n{case.record['stderr']}"
