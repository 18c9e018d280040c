"""`[tool.uv.sources]`: what uv refuses in reading it, and what only when a requirement uses it."""

from __future__ import annotations

import pytest
from support import check, check_fix

READING = ("invalid-source", "invalid-url", "overlapping-sources")
LOWERING = ("unknown-source-extra", "unknown-index", "unusable-source")


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


# ------------------------------------------------------------------------- lowering


def test_an_extra_or_group_must_require_the_package() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        [project.optional-dependencies]
        gpu = ["torch"]
        empty = []
        [dependency-groups]
        test = [{ include-group = "base" }]
        base = ["idna"]
        [tool.uv]
        dev-dependencies = ["ruff"]
        [[tool.uv.index]]
        name = "a"
        url = "https://a.example"
        [tool.uv.sources]
        torch = { index = "a", extra = "GPU" }
        idna = { index = "a", group = "test" }
        ruff = { index = "a", group = "dev" }
        one = { index = "a", extra = "cuda" }
        #                            ^^^^^^ error[unknown-source-extra]: There is no extra `cuda` in this file
        two = { index = "a", extra = "empty" }
        #                            ^^^^^^^ error[unknown-source-extra]: The extra `empty` does not require `two`
        Torch_ = { index = "a", group = "dev" }
        #                               ^^^^^ error[unknown-source-extra]: The group `dev` does not require `Torch_`
        """,
        LOWERING,
    )


def test_a_virtual_root_may_name_any_extra() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = []
        [tool.uv.sources]
        x = { path = "x", extra = "e" }
        """,
        LOWERING,
    )


def test_the_extra_that_requires_the_package_is_proposed() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        [project.optional-dependencies]
        gpu = ["torch"]
        [tool.uv.sources]
        torch = { path = "x", extra = "cuda" }
        """,
        "Replace with `gpu`",
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        [project.optional-dependencies]
        gpu = ["torch"]
        [tool.uv.sources]
        torch = { path = "x", extra = "gpu" }
        """,
    )


def test_indexes_are_declared_here_or_in_the_root() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        [[tool.uv.index]]
        name = "pytorch"
        url = "https://a.example"
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = ["x", "y", "z"]
        [[tool.uv.index]]
        name = "own"
        url = "https://a.example"
        [tool.uv.sources]
        x = { index = "pytorch" }
        y = { index = "own" }
        z = { index = "pytorhc" }
        #             ^^^^^^^^^ error[unknown-index]: There is no index `pytorhc` in this file or the root. Did you mean `pytorch`?
        unused = { index = "nope" }
        #                  ^^^^^^ warning[unknown-index]: There is no index `nope` in this file or the root
        """,
        LOWERING,
    )


def test_sources_that_uv_cannot_use() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["a", "b", "c", "d", "e", "g", "h"]
        [tool.uv.sources]
        g = { url = "file:///g/g-1.zip" }
        #           ^^^^^^^^^^^^^^^^^^^ error[unusable-source]: uv fetches no `url` source by `file:`. Use a `path` source
        h = { url = "ftp://a.example/h.zip" }
        #           ^^^^^^^^^^^^^^^^^^^^^^^ error[unusable-source]: uv fetches no `url` source by `ftp:`. Write an `https:` URL
        a = { url = "https://a.example/a" }
        #           ^^^^^^^^^^^^^^^^^^^^^ error[unusable-source]: `https://a.example/a` does not end as an archive does (`.whl`, `.tar.gz`, `.zip`)
        b = { url = "https://a.example/b.zip#x" }
        #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unusable-source]
        c = { git = "ftp://a.example/c" }
        #           ^^^^^^^^^^^^^^^^^^^ error[unusable-source]: `ftp:` is not supported. Write an `https:` or `ssh:` URL
        d = { path = "d-1.tar.gz", editable = true }
        #                                     ^^^^ error[unusable-source]: `d-1.tar.gz` is a file: only a directory can be editable
        e = { workspace = false }
        #                 ^^^^^ error[unusable-source]: `workspace = false` is not supported yet
        f = { workspace = false }
        #                 ^^^^^ warning[unusable-source]
        """,
        LOWERING,
    )


def test_a_repository_becomes_a_git_source() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.sources]
        idna = { url = "https://github.com/kjd/idna" }
        """,
        'Write `git = "https://github.com/kjd/idna"`',
        """
        #- /pyproject.toml
        [tool.uv.sources]
        idna = { git = "https://github.com/kjd/idna" }
        """,
    )
