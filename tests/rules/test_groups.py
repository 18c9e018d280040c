"""`[dependency-groups]` and `default-groups`."""

from __future__ import annotations

from support import check, check_fix

from ws_lsp.rules.groups import RULES

MINE = tuple(rule.code for rule in RULES)


def test_sound_groups() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        Foo_Bar = ["idna"]
        dev = [{ include-group = "foo.bar" }, { include-group = "b" }]
        b = [{ include-group = "foo-bar" }]
        [tool.uv]
        default-groups = ["foo-bar"]
        [tool.uv.dependency-groups]
        FOO-bar = { requires-python = ">=3.12" }
        """,
        MINE,
    )


def test_includes_name_groups() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        tests = []
        dev = [{ include-group = "test" }, { include-group = "nothing" }]
        #                        ^^^^^^ error[unknown-included-group]: There is no group `test` to include. Did you mean `tests`?
        #                                                    ^^^^^^^^^ error[unknown-included-group]: There is no group `nothing` to include
        """,
        MINE,
    )


def test_legacy_dev_dependencies_cannot_be_included_nor_be_a_default() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        test = [{ include-group = "dev" }]
        #                         ^^^^^ error[unknown-included-group]: There is no group `dev` to include: `tool.uv.dev-dependencies` cannot be included
        [tool.uv]
        dev-dependencies = []
        ^^^^^^^^^^^^^^^^ warning[deprecated-dev-dependencies]
        default-groups = ["dev"]
        #                 ^^^^^ error[unknown-default-group]: `dev` is not in `[dependency-groups]`
        """,
        MINE,
    )


def test_cycles() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        a = [{ include-group = "b" }]
        ^ error[group-cycle]: Groups include each other: `a` → `b` → `a`
        b = ["idna", { include-group = "A" }]
        self = [{ include-group = "self" }]
        ^^^^ error[group-cycle]: Groups include each other: `self` → `self`
        into = [{ include-group = "a" }]
        """,
        MINE,
    )


def test_a_cycle_is_broken() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [dependency-groups]
        a = [{ include-group = "b" }]
        b = ["idna", { include-group = "a" }]
        """,
        "Do not include `a`",
        """
        #- /pyproject.toml
        [dependency-groups]
        a = [{ include-group = "b" }]
        b = ["idna"]
        """,
    )


def test_tables_in_groups() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        test = []
        dev = [{ path = "x" }, {}, { include-group = "test", foo = "x" }]
        #      ^^^^^^^^^^^^^^ error[invalid-group-entry]
        #                      ^^ error[invalid-group-entry]
        #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[invalid-group-entry]
        """,
        MINE,
    )


def test_default_groups_of_every_member_are_checked() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        default-groups = ["all"]
        #                 ^^^^^ error[unknown-default-group]: `all` is not in `[dependency-groups]`. For every group write `default-groups = "all"`
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        [dependency-groups]
        docs = []
        [tool.uv]
        default-groups = ["docs", "doc"]
        #                         ^^^^^ error[unknown-default-group]: `doc` is not in `[dependency-groups]`. Did you mean `docs`?
        """,
        MINE,
    )


def test_settings_are_of_groups_that_exist() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        docs = []
        [tool.uv.dependency-groups]
        doc = { requires-python = ">=3.12" }
        ^^^ error[unknown-group-settings]: `doc` is not in `[dependency-groups]`. Did you mean `docs`?
        """,
        MINE,
    )


def test_no_name_is_proposed_that_would_close_a_circle() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        tests = [{ include-group = "test" }]
        #                          ^^^^^^ error[unknown-included-group]: There is no group `test` to include
        testing = [{ include-group = "tests" }]
        """,
        MINE,
    )


def test_no_name_is_proposed_that_has_settings_already() -> None:
    check(
        """
        #- /pyproject.toml
        [dependency-groups]
        tests = []
        [tool.uv.dependency-groups]
        tests = {}
        test = {}
        ^^^^ error[unknown-group-settings]: `test` is not in `[dependency-groups]`
        """,
        MINE,
    )
