"""Manifests that uv parses and then leaves alone: unmanaged members, and the one above a single project."""

from __future__ import annotations

from support import check, host_of


def test_an_unmanaged_member() -> None:
    check("""
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        [tool.uv.sources]
        b = { workspace = true }
        #- /packages/a/pyproject.toml
        [project]
        name = "a"
        version = "one"
        #         ^^^^^ error[invalid-version]
        dependencies = ["b", "x y", "c<2"]
        [dependency-groups]
        dev = [{ include-group = "none" }, { path = "x" }, { path = 1 }]
        #                                                           ^ error[invalid-value]: `path` must be a string, not an integer
        [tool.uv]
        managed = false
        default-groups = ["none"]
        [tool.uv.sources]
        b = { path = "../b", workspace = true }
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-source]
        #- /packages/b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        requires-python = ">=3.11"
        dependencies = ["c>=2"]
        """)


def test_the_manifest_above_a_single_project() -> None:
    check("""
        #- /inner/pyproject.toml
        [project]
        name = "inner"
        version = "1"
        requires-python = ">=3.11"
        #- /pyproject.toml
        [project]
        #^^^^^^^ error[missing-version]
        name = "outer"
        dependencies = ["x y"]
        """)


def test_what_is_only_parsed_does_not_belong_to_the_workspace() -> None:
    project = '[project]\nname = "NAME"\nversion = "1"\n'
    snapshot = host_of(
        {
            "/pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n',
            "/a/pyproject.toml": project.replace("NAME", "a"),
            "/b/pyproject.toml": project.replace("NAME", "b") + "[tool.uv]\nmanaged = false\n",
        }
    ).snapshot("/")
    assert [*snapshot.workspace.members] == ["a"]
    assert "/b/pyproject.toml" in snapshot.manifests
    assert (
        {*snapshot.belonging}
        == {*snapshot.workspace.shared}
        == {"/pyproject.toml", "/a/pyproject.toml"}
    )
