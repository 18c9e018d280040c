"""Rules about `[tool.uv.workspace]` and what its patterns name."""

from __future__ import annotations

import pytest
from support import check_fix, checking, findings, workspace

from ws_lsp.rules import members

check = checking(members.RULES)
"""Others have their say about these fixtures too."""

CORE = """
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1"
requires-python = ">=3.11"
"""


def root(members: str, *more: str) -> str:
    return f"#- /pyproject.toml\n[tool.uv.workspace]\nmembers = {members}\n{''.join(more)}{CORE}"


# ----------------------------------------------------------------------------- valid


@pytest.mark.parametrize(
    "patterns",
    [
        '["packages/*"]',
        '["packages/core"]',
        '["./packages/core/", "packages/*"]',
        "['**/core',\n]",
        '["packages/c[a-o]re"]',
        '["packages/*"]\nexclude = ["packages/other", "**/x"]',
        '["pack\\u0061ges/*"]',
        '["packages/*"]\nexclude = []',
    ],
)
def test_valid(patterns: str) -> None:
    check(root(patterns))


def test_what_uv_skips_silently() -> None:
    check(
        root('["packages/*"]')
        + """
#- /packages/README.md
#- /packages/.cache/x
#- /packages/empty/a/b/
#- /packages/ignored/x.log
#- /packages/unmanaged/pyproject.toml
[tool.uv]
managed = false
#- /.ignore
*.log
"""
    )


def test_a_root_with_a_project_may_list_itself() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        requires-python = ">=3.11"
        [tool.uv.workspace]
        members = ["."]
        """
    )


# -------------------------------------------------------------------- unmatched-member


def test_unmatched() -> None:
    check(
        root(
            """["package/*", 'packages/croe', "zzz", "Packages/*", "{packages,x}/*", "packages/[x-z]*"]
#          ^^^^^^^^^^^ warning[unmatched-member]: `package/*` matches no directory. Did you mean `packages/*`?
#                       ^^^^^^^^^^^^^^^ warning[unmatched-member]: `packages/croe` matches no directory. Did you mean `packages/core`?
#                                        ^^^^^ warning[unmatched-member]: `zzz` matches no directory
#                                               ^^^^^^^^^^^^ warning[unmatched-member]: `Packages/*` matches no directory. Did you mean `packages/*`?
#                                                             ^^^^^^^^^^^^^^^^ warning[unmatched-member]: `{packages,x}/*` matches no directory. Did you mean `packages/*`?
#                                                                               ^^^^^^^^^^^^^^^^^ warning[unmatched-member]: `packages/[x-z]*` matches no directory
"""
        )
    )


def test_spellings_of_other_tools() -> None:
    check(
        root(
            """["packages/*", "!packages/x", 'packages\\core', "{packages,packges}/core", "packages/*/pyproject.toml"]
#                        ^^^^^^^^^^^^^ warning[unmatched-member]: `!packages/x` matches no directory. `members` has no negation: write `packages/x` to `exclude`
#                                       ^^^^^^^^^^^^^^^ warning[unmatched-member]: `packages\\core` matches no directory. Did you mean `packages/core`?
#                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unmatched-member]: `{packages,packges}/core` matches no directory. Did you mean `packages/core`?
#                                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unmatched-member]: `packages/*/pyproject.toml` matches no directory. Did you mean `packages/*`?
"""
        )
    )


def test_a_pattern_that_matches_files_only() -> None:
    check(
        root(
            """["packages/*", "README*"]
#                        ^^^^^^^^^ warning[unmatched-member]: `README*` matches no directory
"""
        )
        + "\n#- /README.md\n"
    )


def test_what_is_excluded_is_matched_all_the_same() -> None:
    check(root('["packages/core"]\nexclude = ["packages/core"]'))


@pytest.mark.parametrize(
    ("wrong", "title", "right"),
    [
        ('["package/*"]', "Replace with `packages/*`", '["packages/*"]'),
        ("['package/*', 'packages/core']", "Replace with `packages/*`", "['packages/*', 'packages/core']"),
        ('["packages/*", "zzz"]', "Remove `zzz`", '["packages/*"]'),
        ('[\n    "zzz",  # gone\n    "packages/*",\n]', "Remove `zzz`", '[\n    "packages/*",\n]'),
        ('[1, "packages/*", "zzz"]', "Remove `zzz`", '[1, "packages/*"]'),
    ],
)  # fmt: skip
def test_fixes_of_an_unmatched_one(wrong: str, title: str, right: str) -> None:
    check_fix(root(wrong), title, f"#- /pyproject.toml\n[tool.uv.workspace]\nmembers = {right}\n")


# -------------------------------------------------------------- invalid-member-pattern


def test_invalid_patterns() -> None:
    check(
        root(
            """["packages/*", "a/[b", "x/***", "a/**b", "[a/b]"]
#                        ^^^^^^ error[invalid-member-pattern]: Invalid pattern: invalid range pattern
#                                ^^^^^^^ error[invalid-member-pattern]: Invalid pattern: wildcards are either regular `*` or recursive `**`
#                                         ^^^^^^^ error[invalid-member-pattern]: Invalid pattern: recursive wildcards must form a single path component
#                                                  ^^^^^^^ error[invalid-member-pattern]: Invalid pattern: invalid range pattern
exclude = ["[", "[a/b]"]
#          ^^^ error[invalid-member-pattern]: Invalid pattern: invalid range pattern
"""
        )
    )


# ------------------------------------------------------------------- missing-manifest


NOTES = "\n#- /packages/notes/README.md\n"


def test_missing_manifest() -> None:
    check(
        root(
            """["packages/*", "packages/notes"]
#          ^^^^^^^^^^^^ error[missing-manifest]: `packages/notes` has no `pyproject.toml` (matches `packages/*`)
"""
        )
        + NOTES
    )


def test_two_stars_reach_too_deep() -> None:
    check(
        root(
            """["packages/**"]
#          ^^^^^^^^^^^^^ error[missing-manifest]: `packages/core/src` has no `pyproject.toml` (matches `packages/**`)
"""
        )
        + "\n#- /packages/core/src/x.py\n"
    )


def test_fixes_of_a_missing_manifest() -> None:
    before = root('["packages/*"]') + NOTES
    check_fix(
        before,
        "Exclude `packages/notes` from the workspace",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        exclude = ["packages/notes"]
        """,
    )
    check_fix(
        before,
        "Create `packages/notes/pyproject.toml`",
        """
        #- /packages/notes/pyproject.toml
        [project]
        name = "notes"
        version = "0.1.0"
        dependencies = []
        """,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("exclude = []", 'exclude = ["packages/notes"]'),
        ('exclude = ["x"]', 'exclude = ["x", "packages/notes"]'),
        ("exclude = [\n  'x', # y\n]", "exclude = [\n  'x', # y\n  \"packages/notes\",\n]"),
    ],
)
def test_an_exclude_that_is_there_is_extended(before: str, after: str) -> None:
    check_fix(
        root(f'["packages/*"]\n{before}') + NOTES,
        "Exclude `packages/notes` from the workspace",
        f'#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n{after}\n',
    )


def test_the_directory_to_exclude_has_characters_of_patterns() -> None:
    check_fix(
        """
        #- /pyproject.toml
        tool.uv.workspace = { members = ["packages/*"] }
        #- /packages/a[b]/README.md
        """,
        "Exclude `packages/a[b]` from the workspace",
        """
        #- /pyproject.toml
        tool.uv.workspace = { members = ["packages/*"], exclude = ["packages/a[[]b[]]"] }
        """,
    )


def test_the_directory_to_create_in_has_no_name_for_a_project() -> None:
    check_fix(
        """
        #- /pyproject.toml
        tool.uv.workspace = { members = ["packages/*"] }
        #- /packages/my notes/README.md
        """,
        "Create `packages/my notes/pyproject.toml`",
        """
        #- /packages/my notes/pyproject.toml
        [project]
        name = "my-notes"
        version = "0.1.0"
        dependencies = []
        """,
    )


# -------------------------------------------------------------- missing-project-table


def test_missing_project_table() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        #- /packages/notes/pyproject.toml
        [tool.ruff]
        ^ error[missing-project-table]: A member needs a `[project]` table
        line-length = 100
        #- /packages/empty/pyproject.toml
        ^ error[missing-project-table]
        """
    )


def test_the_virtual_root_is_no_member() -> None:
    check(
        root(
            """["packages/*", "."]
#                        ^^^ error[missing-project-table]: `.` names the root, which has no `[project]` table
"""
        )
    )
    check(
        root(
            """["", "packages/*"]
#          ^^ error[missing-project-table]
"""
        )
    )


def test_fixes_of_a_missing_project_table() -> None:
    before = """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        #- /packages/notes/pyproject.toml
        # about
        [tool.ruff]
        """
    check_fix(
        before,
        "Add a `[project]` table",
        """
        #- /packages/notes/pyproject.toml
        [project]
        name = "notes"
        version = "0.1.0"

        # about
        [tool.ruff]
        """,
    )
    check_fix(
        before,
        "Exclude `packages/notes` from the workspace",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        exclude = ["packages/notes"]
        """,
    )


def test_a_table_added_takes_no_keys_away_from_the_top() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        #- /packages/notes/pyproject.toml
        tool.ruff.line-length = 100
        """,
        "Add a `[project]` table",
        """
        #- /packages/notes/pyproject.toml
        tool.ruff.line-length = 100

        [project]
        name = "notes"
        version = "0.1.0"
        """,
    )


# ------------------------------------------------------------------- duplicate-member


TWINS = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/a/pyproject.toml
[project]
name = "same.name"
version = "1"
requires-python = ">=3.11"
#- /packages/b/pyproject.toml
[project]
name = "Same_Name"
#      ^^^^^^^^^^^ error[duplicate-member]: Two members are named `same-name`: `packages/a` and `packages/b`
version = "1"
"""


def test_duplicate_member() -> None:
    check(TWINS)
    check_fix(
        TWINS,
        "Exclude `packages/b` from the workspace",
        '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/b"]\n',
    )


def test_the_roots_own_name_counts() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "core"
        version = "1"
        requires-python = ">=3.11"
        [tool.uv.workspace]
        members = ["packages/*"]
        #- /packages/core/pyproject.toml
        project = { name = "core", version = "1" }
        #                  ^^^^^^ error[duplicate-member]: Two members are named `core`: `.` and `packages/core`
        """
    )


# ------------------------------------------------------------------- nested-workspace


def nested(table: str) -> str:
    return root('["packages/*"]') + table + "\n"


def test_nested_workspace() -> None:
    check(
        nested(
            """[tool.uv.workspace]
#        ^^^^^^^^^ error[nested-workspace]: A member cannot be a workspace: nested workspaces are not supported
members = []"""
        )
    )
    check(
        nested(
            """[tool.uv]
workspace = {}
^^^^^^^^^ error[nested-workspace]"""
        )
    )


@pytest.mark.parametrize(
    ("table", "rest"),
    [
        ('[tool.uv.workspace]\nmembers = ["x"]', ""),
        ("[tool.uv]\nworkspace = {}\npackage = true", "[tool.uv]\npackage = true"),
        ("[tool.uv]\nworkspace.members = []\nworkspace.exclude = []", "[tool.uv]"),
    ],
)
def test_the_fix_of_a_nested_workspace(table: str, rest: str) -> None:
    check_fix(nested(table), "Remove `tool.uv.workspace`", f"{CORE}{rest}\n")


def test_a_nested_workspace_is_excluded() -> None:
    check_fix(
        nested("[tool.uv.workspace]"),
        "Exclude `packages/core` from the workspace",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        exclude = ["packages/core"]
        """,
    )


# ------------------------------------------------------------------ unmanaged-project


def test_unmanaged_root() -> None:
    before = """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        requires-python = ">=3.11"
        [tool.uv]
        managed = false # for now
        ^^^^^^^ error[unmanaged-project]: uv refuses to work on a root with `managed = false`
        """
    check(before)
    check_fix(
        before,
        "Remove `managed`",
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        requires-python = ">=3.11"
        [tool.uv]
        """,
    )


def test_unmanaged_virtual_root() -> None:
    check(
        root('["packages/*"]\n[tool.uv]\nmanaged = false').replace(
            "managed = false",
            "managed = false\n^^^^^^^ warning[unmanaged-project]: "
            "`uv workspace list` and `--package` refuse a root with `managed = false`",
        )
    )


# ------------------------------------------------------------------------ broken texts


@pytest.mark.parametrize("tail", ["", "[project", "x = ", '"', "[tool.uv.sources]\na = {"])
def test_a_broken_text_behind_it_hides_nothing(tail: str) -> None:
    check(
        f"""
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*", "packages/croe"]
#                        ^^^^^^^^^^^^^^^ warning[unmatched-member]
{tail}
{CORE}"""
    )


def test_a_new_project_does_not_take_a_name_that_a_constraint_has() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv]
        constraint-dependencies = ["notes>=2"]
        workspace = { members = ["packages/*"] }
        #- /packages/notes/README.md
        text
        """,
        "Create `packages/notes/pyproject.toml`",
        """
        #- /packages/notes/pyproject.toml
        [project]
        name = "notes-2"
        version = "0.1.0"
        dependencies = []
        """,
    )


def test_a_manifest_is_not_created_under_a_name_that_comes_from_elsewhere() -> None:
    fixture = workspace(
        '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["*"]\n'
        '[tool.uv.sources]\nalpha = { workspace = "/other" }\n'
        "#- /alpha/notes.md\nx\n"
        '#- /b/pyproject.toml\n[project]\nname = "b"\nversion = "1"\ndependencies = ["alpha"]\n'
    )
    created = [
        change.edits[0].text
        for one in findings(fixture)
        for fix in one.fixes
        for change in fix.changes
        if change.create
    ]
    assert [text.split("\n")[1] for text in created] == ['name = "alpha-2"']
