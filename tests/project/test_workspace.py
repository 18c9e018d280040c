"""Roots, and discovery that goes on after a mistake."""

from __future__ import annotations

import pytest
from support import host_of, read, workspace

from ws_lsp.project.workspace import ProblemKind, Workspace

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
