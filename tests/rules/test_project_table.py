"""`[project]`."""

from __future__ import annotations

import pytest
from support import check, check_fix, findings, workspace

MINE = (
    "missing-name",
    "missing-version",
    "static-and-dynamic",
    "invalid-version",
    "invalid-requires-python",
    "ambiguous-requires-python",
)


def test_name_and_version_are_needed() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        #^^^^^^^ error[missing-name]: `[project]` needs a `name`
        #^^^^^^^ error[missing-version]: `[project]` needs a `version`, or `dynamic = ["version"]`
        dynamic = ["readme"]
        """,
        MINE,
    )


def test_a_version_may_be_dynamic_but_not_both() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        dynamic = ["version"]
        #- /b/pyproject.toml
        [project]
        name = "b"
        version = "1"
        dynamic = ["version"]
        #          ^^^^^^^^^ warning[static-and-dynamic]
        """,
        MINE,
    )


@pytest.mark.parametrize(
    "version", ["1", "1.0", "v1.0", "1!2.0.post1", "1.0-1", "1.0RC1", "1.0+local.1", " 1.0 "]
)
def test_sound_versions(version: str) -> None:
    check(f'#- /pyproject.toml\n[project]\nname = "a"\nversion = "{version}"', MINE)


@pytest.mark.parametrize("version", ["one", "", "1.x", "1.0.*", "^1", "1.0 beta"])
def test_wrong_versions(version: str) -> None:
    carets = "^" * (len(version) + 2)
    check(
        f"""
        #- /pyproject.toml
        [project]
        name = "a"
        version = "{version}"
        #         {carets} error[invalid-version]
        """,
        MINE,
    )


@pytest.mark.parametrize(
    "text", [">=3.11", ">=3.11,<4", "==3.11.*", "!=3.12.1", "", " >= 3.11 , < 4 ", "~=3.11.0"]
)
def test_sound_ranges(text: str) -> None:
    check(
        f'#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\nrequires-python = "{text}"',
        MINE,
    )


@pytest.mark.parametrize(
    "text", [">=three", ">=3.11.*", "3.11", ">=3.11,", "~=3", "===foo", "^3.11", ">=3.11 <4"]
)
def test_wrong_ranges(text: str) -> None:
    carets = "^" * (len(text) + 2)
    check(
        f"""
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = "{text}"
        #                 {carets} error[invalid-requires-python]
        """,
        MINE,
    )


def test_ranges_of_groups_are_checked() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.dependency-groups]
        docs = { requires-python = ">=x" }
        #                          ^^^^^ error[invalid-requires-python]: `>=x` is not a valid version specifier
        [dependency-groups]
        docs = []
        """,
        MINE,
    )


def test_a_tilde_without_patch_version_is_ambiguous() -> None:
    text = """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = "~=3.11"
        #                 ^^^^^^^^ warning[ambiguous-requires-python]: `~=3.11` means `>=3.11, <4`. Did you mean `~=3.11.0`?
        """
    check(text, MINE)
    check_fix(
        text,
        "Write `~=3.11.0`",
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires-python = "~=3.11.0"
        """,
    )


def test_a_version_is_added() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        """,
        'Add `version = "0.1.0"`',
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "0.1.0"
        """,
    )


def test_no_name_is_proposed_that_there_is_already() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "core"
        version = "1"
        #- /b/pyproject.toml
        [project]
        name = "core-"
        #      ^^^^^^^ error[invalid-name]
        version = "1"
        [dependency-groups]
        bad-name = []
        "bad name" = []
        ^^^^^^^^^^ error[invalid-name]
        """,
        ("invalid-name",),
    )
    snapshot = workspace(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "core"
        version = "1"
        #- /b/pyproject.toml
        [project]
        name = "core-"
        version = "1"
        [dependency-groups]
        bad-name = []
        "bad name" = []
        """
    )
    titles = [fix.title for one in findings(snapshot) for fix in one.fixes]
    assert not [title for title in titles if title.startswith(("Write", "Replace"))]


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("Write `>=3.12`", 'requires-python = ">=3.12"\n'),
        ("Remove `requires-python`", ""),
    ],
)
def test_a_project_comes_to_agree_on_python(title: str, after: str) -> None:
    root = (
        '#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\n'
        '[tool.uv.workspace]\nmembers = ["b"]\n'
    )
    member = '#- /b/pyproject.toml\n[project]\nname = "b"\nversion = "1"\n{}dependencies = []\n'
    wrong = 'requires-python = "$0<3.12"\n'
    check_fix(root + member.format(wrong), title, member.format(after))


def test_no_python_is_written_that_still_suits_nobody() -> None:
    root, *members = (
        f'#- {path}/pyproject.toml\n[project]\nname = "{path[1:] or "a"}"\nversion = "1"\n'
        f'requires-python = "{wanted}"\n'
        for path, wanted in (("", ">=3.12"), ("/b", "<3.12"), ("/c", "<3.10"), ("/d", ">=3.11"))
    )
    workspaces = '[tool.uv.workspace]\nmembers = ["?"]\n'
    found = findings(workspace(root + workspaces + "".join(members)))
    wrong = [one for one in found if one.code == "disjoint-requires-python"]
    assert len(wrong) == 4
    assert [fix for one in wrong for fix in one.fixes] == []
