"""Keys and tables that nothing reads where they stand; `tests/differential/test_misplaced.py` has the table of them."""

from __future__ import annotations

from support import check_fix, checking

from ws_lsp.rules import groups, keys_and_values, misplaced

check = checking(misplaced.RULES)


def test_the_keys_of_a_project_are_known() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        requires_python = ">=3.11"
        ^^^^^^^^^^^^^^^ warning[unknown-project-key]: `[project]` has no key `requires_python`. Did you mean `requires-python`?
        colour = "red"
        ^^^^^^ warning[unknown-project-key]: `[project]` has no key `colour`: uv and build backends do not read it
        import-names = ["a"]
        import-namespaces = []
        [project.dependency-groups]
        #        ^^^^^^^^^^^^^^^^^ warning[unknown-project-key]: `[project]` has no key `dependency-groups`. It belongs at the top level of the file
        dev = ["b"]
        """
    )


def test_tables_stand_where_nothing_reads_them() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        [dependency_groups]
        #^^^^^^^^^^^^^^^^^ warning[misplaced-key]: Nothing reads `[dependency_groups]`. Did you mean `[dependency-groups]`?
        dev = ["b"]
        [uv.sources]
        #^^ warning[misplaced-key]: Nothing reads `[uv]`. It belongs in `[tool.uv]`
        b = { git = "https://example.org/b" }
        [tool.workspace]
        #     ^^^^^^^^^ warning[misplaced-key]: Nothing reads `[tool.workspace]`. It belongs in `[tool.uv.workspace]`
        members = ["b"]
        [tool.ws_lsp.rules]
        #     ^^^^^^ warning[misplaced-key]: Nothing reads `[tool.ws_lsp]`. Did you mean `[tool.ws-lsp]`?
        missing-name = "off"
        [tool.scripts]
        x = "a:b"
        [anything]
        x = 1
        """
    )


def test_a_table_that_is_there_twice_is_told_without_a_move() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        dev = []
        [dependency_groups]
        #^^^^^^^^^^^^^^^^^ warning[misplaced-key]: Nothing reads `[dependency_groups]`. Did you mean `[dependency-groups]`?
        dev = ["b"]
        """
    )


def test_dependencies_slip_below_another_header() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        [project.scripts]
        a = "a:main"
        keywords = "a:keywords"
        dependencies = ["b"]
        ^^^^^^^^^^^^ warning[misplaced-key]: Nothing reads `dependencies` in `[project.scripts]`. It belongs in `[project]`
        [tool.hatch.envs.default]
        dependencies = ["b"]
        """
    )
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = []
        [tool.ruff]
        dependencies = ["b"]
        """
    )


def test_a_table_moves_with_its_comments() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"

        [project.optional-dependencies]
        x = ["b"]  # of x

        # why it is so
        [tool.uv.optional-dependencies]  # here
        y = [  # of y
            "c",
        ]
        # the end

        [tool.uv]
        package = false
        """,
        "Move to `[project.optional-dependencies]`",
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"

        [project.optional-dependencies]
        x = ["b"]  # of x
        # why it is so
        # here
        y = [  # of y
            "c",
        ]
        # the end

        [tool.uv]
        package = false
        """,
    )


def test_a_table_moves_from_uv_toml() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        #- /uv.toml
        offline = true

        # for those who work on it
        [dependency-groups]
        dev = ["b"]  # why
        """,
        "Move to the top level of the file",
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"

        # for those who work on it
        [dependency-groups]
        dev = ["b"]  # why
        #- /uv.toml
        offline = true
        """,
    )


def test_a_member_is_told_where_a_key_belongs() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["m"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        [tool.uv.optional-dependencies]
        #        ^^^^^^^^^^^^^^^^^^^^^ warning[misplaced-key]: Nothing reads `[tool.uv.optional-dependencies]`. It belongs in `[project.optional-dependencies]`
        x = ["b"]
        [workspace]
        members = ["x"]
        """
    )


def test_nothing_is_inherited_from_the_workspace() -> None:
    checking((*misplaced.RULES, *keys_and_values.RULES))(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        description = "A"
        [tool.uv.workspace]
        members = ["m"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = { workspace = true }
        #         ^^^^^^^^^^^^^^^^^^^^ error[invalid-value]: `version` must be a string, not a table: uv inherits no values, as Cargo does
        description = { workspace = true }
        ^^^^^^^^^^^ warning[uninherited-value]: `description` is not inherited from the workspace, as Cargo does it. Write the value
        """
    )


def test_the_value_of_the_root_is_written() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1.2"
        [tool.uv.workspace]
        members = ["m"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = { workspace = true }  # shared
        """,
        'Write `"1.2"`',
        """
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1.2"  # shared
        """,
    )


def test_a_project_requires_itself() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "Fla.sk"
        version = "1"
        dependencies = ["fla-sk>=1", "b", "fla-sk[x]"]
        #                ^^^^^^ warning[self-requirement]: `fla-sk` requires itself, which uv leaves out
        [project.optional-dependencies]
        x = []
        y = ["fla_sk"]
        #     ^^^^^^ warning[self-requirement]: `fla-sk` requires itself, which uv leaves out
        z = ["fla-sk[x,y]", "fla-sk>=2"]
        [dependency-groups]
        docs = ["fla-sk"]
        """
    )


def test_a_default_group_may_be_an_extra() -> None:
    text = """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        [project.optional-dependencies]
        dev = ["b"]
        [tool.uv]
        default-groups = ["dev"]
        #                 ^^^^^ error[unknown-default-group]: `dev` is not in `[dependency-groups]`: it is an extra, which no default installs
        """
    checking(groups.RULES)(text)
    check_fix(
        text,
        "Add the group `dev`, which requires `a[dev]`",
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"
        [project.optional-dependencies]
        dev = ["b"]
        [tool.uv]
        default-groups = ["dev"]

        [dependency-groups]
        dev = ["a[dev]"]
        """,
    )
