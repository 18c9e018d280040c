"""Which workspaces and projects a directory holds, at any depth."""

from __future__ import annotations

import pytest

from ws_lsp.analysis import Host
from ws_lsp.vfs import Memory, Overlay

PROJECT = '[project]\nname = "x"\nversion = "1"\n'


def roots(directory: str = "/r", **texts: str) -> list[str]:
    """Return the roots below a directory, relative to `/r`; in names `__` is `/`, and `D` a dot."""
    files = {
        f"/r/{name.replace('__', '/').replace('D', '.')}": text for name, text in texts.items()
    }
    host = Host(files=Overlay(Memory({"/r/": "", **files})))
    return [root.removeprefix("/r").removeprefix("/") for root in host.roots_below(directory)]


def manifest(directory: str, text: str = PROJECT) -> dict[str, str]:
    return {f"{directory}__pyprojectDtoml": text}


WORKSPACE = {
    "w__pyprojectDtoml": '[tool.uv.workspace]\nmembers = ["m"]\nexclude = ["out"]\n',
    **manifest("w__m"),
}


def test_members_lead_to_their_workspace_and_others_stand_alone() -> None:
    assert roots(**WORKSPACE, **manifest("w__out"), **manifest("a__b__c")) == [
        "a/b/c",
        "w",
        "w/out",
    ]


def test_a_workspace_above_the_directory_is_that_of_a_member_in_it() -> None:
    assert roots("/r/w/m", **WORKSPACE) == ["w"]


def test_what_is_above_the_directory_counts_for_nothing_else() -> None:
    assert roots("/r/sub", pyprojectDtoml=PROJECT, sub__note="") == []


@pytest.mark.parametrize(
    ("directory", "more"),
    [
        ("Dhidden__x", {}),
        ("node_modules__x", {}),
        ("env__x", {"env__pyvenvDcfg": ""}),
        ("built__x", {"Dgitignore": "built/\n", "Dgit__HEAD": ""}),
        ("sub__built__x", {"sub__Dgitignore": "/built\n", "Dgit__HEAD": ""}),
        ("sub__built__x", {"sub__Dignore": "built\n"}),
    ],
)
def test_left_out(directory: str, more: dict[str, str]) -> None:
    assert roots(**manifest(directory), **manifest("seen"), **more) == ["seen"]


def test_git_ignore_counts_in_a_repository_only() -> None:
    assert roots(**manifest("built"), Dgitignore="built/\n") == ["built"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[tool.ruff]\n", False),
        ("", False),
        ("[tool.ws-lsp]\n", True),
        ("[tool.uv]\npackage = false\n", True),
        ('[dependency-groups]\ndev = ["x"]\n', True),
        ("[project\n", True),
    ],
)
def test_manifests_that_say_something_to_uv(text: str, found: bool) -> None:
    assert roots(**manifest("a", text)) == (["a"] if found else [])
