"""Roots, and discovery that goes on after a mistake."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import pytest
from support import host_of, read, workspace

from ws_lsp.analysis import Host
from ws_lsp.project.workspace import ProblemKind, Workspace
from ws_lsp.vfs import Disk, Kind, Memory, Overlay, parent

FILES = """
    #- /ws/pyproject.toml
    [tool.uv.workspace]
    members = ["packages/*", "../outside"]
    exclude = ["packages/apart"]
    #- /ws/packages/core/pyproject.toml
    project.name = "core"
    #- /ws/packages/core/src/core.py
    #- /ws/packages/apart/pyproject.toml
    project.name = "apart"
    #- /ws/packages/core/deep/pyproject.toml
    project.name = "deep"
    #- /ws/lonely/pyproject.toml
    project.name = "lonely"
    #- /ws/nothing/pyproject.toml
    [tool.other]
    #- /ws/unmanaged/pyproject.toml
    project.name = "unmanaged"
    tool.uv.managed = false
    #- /ws/inner/pyproject.toml
    [tool.uv.workspace]
    #- /outside/pyproject.toml
    project.name = "outside"
    #- /elsewhere/x.md
    """


@pytest.mark.parametrize(
    ("directory", "root"),
    [
        ("/ws", "/ws"),
        ("/ws/packages", "/ws"),
        ("/ws/packages/core", "/ws"),
        ("/ws/packages/core/src", "/ws"),
        ("/ws/packages/core/src/not/there", "/ws"),
        ("/ws/packages/apart", "/ws/packages/apart"),
        ("/ws/packages/core/deep", "/ws/packages/core/deep"),
        ("/ws/lonely", "/ws/lonely"),
        ("/ws/nothing", "/ws/nothing"),
        ("/ws/unmanaged", "/ws/unmanaged"),
        ("/ws/inner", "/ws/inner"),
        ("/outside", "/outside"),
        ("/elsewhere", None),
        ("/", None),
    ],
)
def test_the_root_that_uv_finds_from_a_directory(directory: str, root: str | None) -> None:
    host = host_of(read(FILES).files)
    assert host.root_of_directory(directory) == root
    if root is not None:
        assert host.root_of(f"{directory}/pyproject.toml") == root


def test_an_open_buffer_counts() -> None:
    host = host_of(read(FILES).files)
    host.edit("/ws/pyproject.toml", '[tool.uv.workspace]\nmembers = ["lonely"]\n')
    assert host.root_of_directory("/ws/lonely") == "/ws"
    assert host.root_of_directory("/ws/packages/core") == "/ws/packages/core"


def found(text: str) -> Workspace:
    return workspace(text).workspace


def test_members_are_sorted_by_name() -> None:
    ws = found(
        """
        #- /ws/pyproject.toml
        project.name = "Root"
        tool.uv.workspace.members = ["b", "a", "*", "."]
        #- /ws/a/pyproject.toml
        project.name = "Zed_Lib"
        #- /ws/b/pyproject.toml
        project.name = "b"
        """
    )
    members = [(member.name, member.directory, member.is_root) for member in ws.members.values()]
    assert members == [
        ("b", "/ws/b", False),
        ("root", "/ws", True),
        ("zed-lib", "/ws/a", False),
    ]
    assert ws.matches == (("/ws/b",), ("/ws/a",), ("/ws/a", "/ws/b"), ("/ws",))
    assert ws.problems == ()
    assert not ws.virtual


def test_discovery_goes_on_after_every_mistake() -> None:
    ws = found(
        """
        #- /ws/pyproject.toml
        tool.uv.workspace.members = ["[", "packages/*", "."]
        tool.uv.workspace.exclude = ["***", "packages/out"]
        #- /ws/packages/a/pyproject.toml
        project.name = "same"
        #- /ws/packages/b/pyproject.toml
        project.name = "Same"
        #- /ws/packages/c/note.md
        #- /ws/packages/d/pyproject.toml
        [tool.other]
        #- /ws/packages/e/pyproject.toml
        project.name = "e"
        tool.uv.workspace.members = []
        #- /ws/packages/f/pyproject.toml
        project.name = "f"
        tool.uv.managed = false
        #- /ws/packages/g/pyproject.toml/x
        #- /ws/packages/h/pyproject.toml
        project.name = "-"
        #- /ws/packages/out/pyproject.toml
        project.name = "out"
        #- /ws/packages/z/pyproject.toml
        project.name = "z"
        """
    )
    assert list(ws.members) == ["e", "same", "z"]
    assert list(ws.excluded) == ["out"]
    assert {(problem.kind, problem.directory or problem.path) for problem in ws.problems} == {
        (ProblemKind.INVALID_MEMBER_PATTERN, "/ws/pyproject.toml"),
        (ProblemKind.INVALID_EXCLUDE_PATTERN, "/ws/pyproject.toml"),
        (ProblemKind.DUPLICATE_NAME, "/ws/packages/b"),
        (ProblemKind.MISSING_MANIFEST, "/ws/packages/c"),
        (ProblemKind.MISSING_PROJECT, "/ws/packages/d"),
        (ProblemKind.NESTED_WORKSPACE, "/ws/packages/e"),
        (ProblemKind.UNREADABLE_MANIFEST, "/ws/packages/g"),
        (ProblemKind.MISSING_PROJECT, "/ws"),
    }


def test_every_manifest_that_belongs_is_in_the_snapshot() -> None:
    snapshot = workspace(
        """
        #- /ws/pyproject.toml
        tool.uv.workspace.members = ["*"]
        #- /ws/uv.toml
        #- /ws/a/pyproject.toml
        project.name = "a"
        #- /ws/a/uv.toml
        #- /ws/b/pyproject.toml
        project.name = 1
        #- /ws/c/pyproject.toml
        [project
        """
    )
    assert set(snapshot.manifests) == {
        "/ws/pyproject.toml",
        "/ws/uv.toml",
        "/ws/a/pyproject.toml",
        "/ws/b/pyproject.toml",
        "/ws/c/pyproject.toml",
    }
    assert snapshot.settings is not None


def test_a_single_project_is_a_workspace_of_its_own() -> None:
    ws = found('#- /ws/pyproject.toml\nproject.name = "one"\n')
    assert list(ws.members) == ["one"]
    assert not ws.explicit


def test_a_pattern_that_finds_nothing_but_mistakes_is_given_up() -> None:
    files = {f"/ws/d{number}/x": "" for number in range(1000)}
    files["/ws/pyproject.toml"] = '[tool.uv.workspace]\nmembers = ["**"]\n'
    ws = host_of(files).snapshot("/ws").workspace
    assert len(ws.problems) == 100


# ------------------------------------------- members from which another root is found


@pytest.mark.parametrize(
    ("members", "detached"),
    [
        (["libs/*", "apps/*", "../side"], {"/ws/libs/b": "/ws/libs/b", "/side": "/side"}),
        (["./libs/b/", "**/c", "/ws/apps/c"], {"/ws/libs/b": "/ws/libs/b"}),
        # uv compares a directory with the text of a pattern, and that begins with `..`
        (["../ws/apps/*"], {"/ws/apps/c": "/ws/apps/c"}),
        (["../ws/apps/*", "apps/*"], {}),
        (["apps/../../ws/apps/*"], {"/ws/apps/c": "/ws/apps/c"}),
        (["apps/../apps/*"], {}),
        (["inner", "inner/d"], {"/ws/inner/d": "/ws/inner/d"}),
        (["between/*"], {"/ws/between/e": "/ws/between"}),
        (["nested/f", "apps/*"], {}),
        (["broken/*"], {"/ws/broken/g": "/ws/broken/g"}),
    ],
)
def test_members_from_which_uv_finds_another_root(
    members: list[str], detached: dict[str, str]
) -> None:
    host = host_of(
        read(
            f"""
            #- /ws/pyproject.toml
            tool.uv.workspace.members = {members}
            #- /ws/libs/pyproject.toml
            #- /ws/libs/b/pyproject.toml
            project.name = "b"
            #- /ws/apps/c/pyproject.toml
            project.name = "c"
            #- /ws/inner/pyproject.toml
            project.name = "inner"
            #- /ws/inner/d/pyproject.toml
            project.name = "d"
            #- /ws/between/pyproject.toml
            tool.uv.workspace.members = ["*"]
            #- /ws/between/e/pyproject.toml
            project.name = "e"
            #- /ws/nested/pyproject.toml/x
            #- /ws/nested/f/pyproject.toml
            project.name = "f"
            tool.uv.workspace.members = []
            #- /ws/broken/pyproject.toml
            [project
            #- /ws/broken/g/pyproject.toml
            project.name = "-"
            #- /side/pyproject.toml
            project.name = "side"
            """
        ).files
    )
    ws = host.snapshot("/ws").workspace
    assert {parent(path): one.root for path, one in ws.detached.items()} == detached
    for path in ws.paths:
        nested = ws.shared[path].workspace
        assert (host.root_of(path) != "/ws") is (
            path in ws.detached or (nested and path != ws.path)
        )


def test_each_directory_above_members_is_looked_at_once() -> None:
    class Counting(Memory):
        asked: ClassVar[Counter[str]] = Counter()

        def kind(self, path: str) -> Kind | None:
            self.asked[path] += 1
            return super().kind(path)

    files = {f"/ws/a/b/m{number}/pyproject.toml": "project = 1" for number in range(100)}
    files["/ws/pyproject.toml"] = '[tool.uv.workspace]\nmembers = ["a/b/*"]\n'
    host = Host(Disk(), Overlay(Counting(files)))
    assert host.snapshot("/ws").workspace.detached == {}
    for directory in ("/ws", "/ws/a", "/ws/a/b"):
        assert Counting.asked[f"{directory}/pyproject.toml"] <= 2
