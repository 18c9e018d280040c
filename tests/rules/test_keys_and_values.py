"""Values and keys that uv refuses wherever they stand, and the names in them."""

from __future__ import annotations

import pytest
from support import check, check_fix

MINE = ("invalid-value", "unknown-key", "invalid-name", "duplicate-name", "invalid-url")


def test_types_are_checked_in_the_root() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = 1
        #      ^ error[invalid-value]: `name` must be a string, not an integer
        version = "1"
        dependencies = ["idna", 1]
        #                       ^ error[invalid-value]: An entry of `dependencies` must be a string, not an integer
        dynamic = "version"
        #         ^^^^^^^^^ error[invalid-value]: `dynamic` must be a list, not a string
        scripts = 1
        readme = 2
        [tool.uv]
        managed = 0
        #         ^ error[invalid-value]: `managed` must be `true` or `false`, not an integer
        sources = ["alpha"]
        #         ^^^^^^^^^ error[invalid-value]: `sources` must be a table, not a list
        conflicts = [{ extra = "a" }]
        #            ^^^^^^^^^^^^^^^ error[invalid-value]: An entry of `conflicts` must be a list, not a table
        default-groups = "dev"
        #                ^^^^^ error[invalid-value]: `default-groups` must be `"all"` or a list of groups
        index = [{ name = "a" }]
        #        ^^^^^^^^^^^^^^ error[invalid-value]: An entry of `index` needs `url`
        minimum-libc-version = { glibc = "2" }
        #                                ^^^ error[invalid-value]: `2` is not a libc version such as `2.31`
        [dependency-groups]
        dev = [1]
        #      ^ error[invalid-value]: An entry of `dev` must be a requirement or a table with `include-group`, not an integer
        """,
        MINE,
    )


def test_a_member_is_read_as_strictly() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["alpha"]
        #- /alpha/pyproject.toml
        [project]
        name = "alpha"
        version = "1"
        [tool.uv]
        environments = 1
        #              ^ error[invalid-value]: `environments` must be a marker or a list of markers, not an integer
        exclude-newer = 1
        bogus = 1
        required-version = 1
        [tool.uv.managed]
        #        ^^^^^^^ error[invalid-value]: `managed` must be `true` or `false`, not a table
        """,
        MINE,
    )


def test_what_is_incomplete_is_left_to_the_syntax() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "alpha
        version =
        [tool.uv]
        managed = tru
        """,
        MINE,
    )


def test_closed_tables_refuse_unknown_keys() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv]
        conflicts = [[{ package = "a", foo = 1 }, { package = "b" }]]
        #                              ^^^ error[unknown-key]: uv refuses `foo` in an entry of `conflicts`, which may hold `package`, `extra` and `group`
        minimum-libc-version = { glib = "2.31" }
        #                        ^^^^ error[unknown-key]: uv refuses `glib` in `minimum-libc-version`. Did you mean `glibc`?
        [tool.uv.workspace]
        member = []
        ^^^^^^ error[unknown-key]: uv refuses `member` in `workspace`. Did you mean `members`?
        default-members = []
        [tool.uv.sources]
        alpha = { workspace = true, foo = 1 }
        #                           ^^^ error[unknown-key]: uv refuses `foo` in `alpha`
        [[tool.uv.index]]
        url = "https://a.example"
        foo = 1
        ignore-error-codes = [403, 1]
        #                          ^ error[invalid-value]: An entry of `ignore-error-codes` must be at least 100
        """,
        MINE,
    )


def test_names_are_checked_and_compared_in_normal_form() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "-alpha"
        #      ^^^^^^^^ error[invalid-name]
        version = "1"
        [project.optional-dependencies]
        "bad extra" = []
        ^^^^^^^^^^^ error[invalid-name]
        a_b = []
        A-B = []
        ^^^ error[duplicate-name]: `A-B` is the same extra as `a_b`
        [dependency-groups]
        foo_bar = []
        foo-bar = []
        ^^^^^^^ error[duplicate-name]: `foo-bar` is the same dependency group as `foo_bar`
        [tool.uv.sources]
        "x.y" = { index = "a b" }
        #                 ^^^^^ error[invalid-name]: `a b` is not a valid name of an index: letters, digits, `-`, `_` and `.`
        x-y = { path = "../x", extra = "a b" }
        ^^^ error[duplicate-name]: `x-y` is the same package as `x.y`
        #                              ^^^^^ error[invalid-name]
        """,
        MINE,
    )


@pytest.mark.parametrize(
    "value",
    [
        '["idna==1"]',
        '[{ package = { name = "a" }, dependencies = ["b>=1"] }]',
        '[{ package = { name = "a", version = "1.0" }, dependencies = [] }]',
        "[]",
    ],
)
def test_sound_overrides(value: str) -> None:
    check(f"#- /pyproject.toml\n[tool.uv]\noverride-dependencies = {value}")


@pytest.mark.parametrize(
    "value", ['[{ package = { name = "a" } }]', '[{ package = "a", dependencies = [] }]', "[1]"]
)
def test_wrong_overrides(value: str) -> None:
    with pytest.raises(AssertionError, match="invalid-value"):
        check(f"#- /pyproject.toml\n[tool.uv]\noverride-dependencies = {value}")


def test_a_string_becomes_a_list() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = "packages/*"
        """,
        'Write `["packages/*"]`',
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["packages/*"]
        """,
    )


def test_a_key_is_replaced_by_the_nearest() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        member = []
        """,
        "Replace with `members`",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = []
        """,
    )


def test_a_key_is_removed() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        package = { version = "1" }
        """,
        "Remove `package`",
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        """,
    )
