"""`[tool.uv.sources]`: what uv refuses in reading it, used or not."""

from __future__ import annotations

import pytest
from support import check, check_fix

READING = ("invalid-source", "invalid-url", "overlapping-sources")


@pytest.mark.parametrize(
    "value",
    [
        "{ workspace = true }",
        '{ workspace = "../other" }',
        "{ workspace = true, editable = false }",
        '{ git = "https://a.example/b" }',
        '{ git = "git+ssh://git@a.example/b", rev = "c", subdirectory = "d", lfs = true }',
        '{ git = "https://a.example/b", path = "x.whl" }',
        '{ url = "https://a.example/b.whl", subdirectory = "d" }',
        '{ path = "../b", editable = true, package = true }',
        '[{ index = "a" }]',
        '[{ index = "a", extra = "x" }, { index = "b", extra = "y" }]',
        """[{ index = "a", marker = "os_name == 'nt'" }, { index = "b", marker = "os_name != 'nt'" }]""",
    ],
)
def test_sound_sources(value: str) -> None:
    check(f"#- /pyproject.toml\n[tool.uv.sources]\nx = {value}", READING)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{}", "A source needs one of `git`, `url`, `path`, `index` or `workspace`"),
        ("{ editable = true }", "A source needs one of `git`, `url`, `path`, `index` or `workspace`"),
        ("[]", "`x` needs at least one source"),
        ('{ workspace = true, path = "../x" }', "`path` and `workspace` exclude each other"),
        ('{ workspace = true, index = "a" }', "`index` and `workspace` exclude each other"),
        ("{ workspace = true, package = true }", "`workspace` and `package` exclude each other"),
        ('{ workspace = true, extra = "a", group = "b" }', "`extra` and `group` exclude each other"),
        ('{ git = "https://a.b/c", url = "https://a.b/c.whl" }', "`git` and `url` exclude each other"),
        ('{ git = "https://a.b/c", editable = true }', "`git` and `editable` exclude each other"),
        ('{ git = "https://a.b/c", rev = "a", tag = "b" }', "Only one of `rev`, `tag` and `branch` is allowed"),
        ('{ url = "https://a.b/c.whl", rev = "a" }', "`url` and `rev` exclude each other"),
        ('{ path = "a", rev = "a" }', "`path` and `rev` exclude each other"),
        ('{ path = "a", editable = true, package = false }', "`editable = true` and `package = false` exclude each other"),
        ('{ index = "a", editable = true }', "`index` and `editable` exclude each other"),
    ],
)  # fmt: skip
def test_wrong_sources(value: str, message: str) -> None:
    carets = "^" * len(value)
    check(
        f"""
        #- /pyproject.toml
        [tool.uv.sources]
        x = {value}
        #   {carets} error[invalid-source]: {message}
        """,
        READING,
    )


def test_a_source_with_a_header_is_reported_at_its_name() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.sources.x]
        #                ^ error[invalid-source]: `url` and `tag` exclude each other
        url = "https://a.example/b.whl"
        tag = "1"
        """,
        READING,
    )


def test_the_second_key_is_removed() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.sources]
        x = { workspace = true, path = "../x" }
        """,
        "Remove `path`",
        """
        #- /pyproject.toml
        [tool.uv.sources]
        x = { workspace = true }
        """,
    )


def test_urls_are_absolute() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.sources]
        a = { git = "git@github.com:a/b" }
        #           ^^^^^^^^^^^^^^^^^^^^ error[invalid-url]: `git@github.com:a/b` is not a URL: it has no scheme such as `https:`
        b = { url = "./b.whl" }
        #           ^^^^^^^^^ error[invalid-url]
        c = { git = "https://" }
        #           ^^^^^^^^^^ error[invalid-url]: `https://` is not a URL: it has no host
        """,
        READING,
    )


def test_neighbours_in_a_list_are_disjoint() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.sources]
        a = [{ index = "a" }, { index = "b" }]
        #                     ^^^^^^^^^^^^^^^ error[overlapping-sources]: Each of several sources needs a `marker`, and they must be disjoint
        b = [
            { index = "a", marker = "sys_platform == 'linux'" },
            { index = "b", marker = "sys_platform == 'win32'" },
            { index = "c", marker = "platform_machine == 'x86_64' and sys_platform == 'linux'" },
            { index = "d", marker = "sys_platform == 'linux'" },
        #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[overlapping-sources]
        ]
        """,
        READING,
    )
